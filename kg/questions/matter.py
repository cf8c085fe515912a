"""Which questions the graph holds nothing about: found by looking for each kind of statement that they need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kg.questions.catalogue import Pattern, Question
from kg.store import Snapshot, is_kept
from kg.terms import NamedNode


def lacking(questions: Iterable[Question], snapshot: Snapshot) -> frozenset[str]:
    """The questions that have no answer, whatever is asked for: some statement that they need is nowhere.

    A few more may have none, since what they need is there but does not hang together.
    """

    @cache
    def is_there(subject: NamedNode | None, predicate: NamedNode | None, value: NamedNode | None) -> bool:
        return any(is_kept(quad.graph_name) for quad in snapshot.quads(subject, predicate, value))

    def may_be(patterns: Iterable[Pattern]) -> bool:
        return all(is_there(*map(_named, pattern)) for pattern in patterns)

    return frozenset(each.name for each in questions if not any(map(may_be, each.needs)))


def _named(part: str) -> NamedNode | None:
    return NamedNode(part[1:-1]) if part.startswith("<") else None
