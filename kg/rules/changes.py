"""Changed statements, filed so that those which a rule may ask for are found at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.rules.evaluation import unify
from kg.rules.sources import Ground, Triple
from kg.rules.strata import TYPE
from kg.rules.syntax import Closure, Pattern, Term


@dataclass(frozen=True)
class Asked:
    """What a body asks of one thing, the narrowest first; under `key` whatever the variables are called."""

    key: str
    patterns: tuple[Pattern, ...]

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Asked:
        ordered = sorted(patterns, key=_breadth)
        free = (
            str(each.predicate) if isinstance(each.object, ox.Variable) else f"{each.predicate} {each.object}"
            for each in ordered
        )
        return cls("\n".join(sorted(free)), tuple(ordered))


class Changes:
    """Changed statements, filed; `whole` are the things of which every statement changed."""

    def __init__(self, triples: Iterable[Triple], whole: Collection[Ground] = frozenset()) -> None:
        self.by_property: dict[object, dict[Triple, None]] = {}
        self._by_value: dict[tuple[object, object], dict[Triple, None]] = {}
        self._in_part: dict[object, dict[Triple, None]] = {}
        self.whole = whole
        self._objects: dict[tuple[Ground, Term], set[Ground]] = {}
        self._can_be: dict[str, dict[Ground, bool]] = {}
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self.by_property.setdefault(triple[1], {})[triple] = None
            self._by_value.setdefault(triple[1:], {})[triple] = None
            if triple[0] not in self.whole:
                self._in_part.setdefault(triple[1], {})[triple] = None
            self._objects.setdefault((triple[0], triple[1]), set()).add(triple[2])

    def matching(self, pattern: Pattern) -> Iterable[Triple]:
        """Those with the pattern's property, and with its value where it names one."""
        if isinstance(pattern.predicate, ox.Variable):
            return [triple for triples in self.by_property.values() for triple in triples]
        if isinstance(pattern.object, ox.Variable):
            return self.by_property.get(pattern.predicate, ())
        return self._by_value.get((pattern.predicate, pattern.object), ())

    def in_part(self, pattern: Pattern) -> Iterable[Triple]:
        """Those with the pattern's property, about things of which not every statement changed."""
        if isinstance(pattern.predicate, ox.Variable):
            return [triple for triples in self._in_part.values() for triple in triples]
        return self._in_part.get(pattern.predicate, ())

    def discard(self, triple: Triple) -> None:
        """It did not change after all."""
        self.by_property.get(triple[1], {}).pop(triple, None)
        self._by_value.get(triple[1:], {}).pop(triple, None)
        self._in_part.get(triple[1], {}).pop(triple, None)
        self._objects.get((triple[0], triple[1]), set()).discard(triple[2])

    def fitting(self, part: Pattern | Closure) -> Iterator[Triple]:
        """Those that a part of a body can match."""
        if isinstance(part, Closure):
            yield from (triple for step, _ in part.steps for triple in self.by_property.get(step, ()))
        else:
            yield from (triple for triple in self.matching(part) if unify(part, triple) is not None)

    def may_be(self, thing: Ground, asked: Asked) -> bool:
        """Of a thing of which every statement changed, all that is asked must be among the changes.

        No rule derives what is asked, so that this stays so, whatever is added.
        """
        if thing not in self.whole:
            return True
        known = self._can_be.setdefault(asked.key, {})
        if thing not in known:
            known[thing] = all(self._has(thing, pattern) for pattern in asked.patterns)
        return known[thing]

    def _has(self, subject: Ground, pattern: Pattern) -> bool:
        """Is there one about `subject` that the pattern could match?"""
        objects = self._objects.get((subject, pattern.predicate), set())
        return bool(objects) if isinstance(pattern.object, ox.Variable) else pattern.object in objects


def _breadth(pattern: Pattern) -> tuple[int, str]:
    """The narrowest first: of a class, then with a given value, then any."""
    given = not isinstance(pattern.object, ox.Variable)
    return (0 if given and pattern.predicate == TYPE else 1 if given else 2), str(pattern)
