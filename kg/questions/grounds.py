"""What each row of an answer rests on: the claims behind the statements that its question asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

import pyoxigraph as ox

from kg.model import Evidence
from kg.namespaces import SG
from kg.questions import catalogue
from kg.questions.catalogue import Question
from kg.questions.solutions import Solution, solutions
from kg.questions.weighing import Grounds, Weigher
from kg.rules.dataset import Triple, is_situation
from kg.store import Snapshot
from kg.terms import Term

_POLARITY = f"<{SG}polarity>"


def grounds_of(
    weigher: Weigher, snapshot: Snapshot, question: Question, sparql: str, rows: Sequence[Solution]
) -> dict[int, Grounds]:
    """What each of `rows` rests on, found by grounding the patterns of the question's body with all its variables.

    A bound claim is ground itself; a view or inference gives the claims at the leaves of its derivations; where
    neither is there, a bound situation gives the claims about it. Compare why-provenance: P. Buneman, S. Khanna and
    W. Tan, Why and Where: A Characterization of Data Provenance (2001).
    """
    if not rows:
        return {}
    full = solutions(snapshot, catalogue.expanded(sparql))
    shared = [column for column in question.columns if any(column in solution for solution in full)]
    by_key: dict[tuple[str, ...], list[int]] = {}
    for index, row in enumerate(rows):
        by_key.setdefault(_key(row, shared), []).append(index)
    found = dict.fromkeys(range(len(rows)), Grounds())
    for solution in full:
        for index in by_key.get(_key(solution, shared), ()):
            found[index] |= _ground(weigher, question, solution)
    return found


def _ground(weigher: Weigher, question: Question, solution: Solution) -> Grounds:
    """What one solution rests on: as strong as the weakest of the claims and statements that it needs.

    A claim of which a statement speaks ("contradicts") is no ground for it, but is shown; one that another reports is
    weighed with that.
    """
    derived: list[Grounds] = []
    spoken_of: set[Term] = set()
    for statement in dict.fromkeys(_statements(question.patterns, solution)):
        if (grounds := weigher.statement(statement)) is not None:
            derived.append(grounds)
            spoken_of.update((statement[0], statement[2]))
    said: list[Grounds] = []
    bound = {name: term for name, term in solution.items() if isinstance(term, ox.NamedNode) and weigher.is_claim(term)}
    reported = {term for each in bound.values() for term in weigher.reported(each)}
    for name, term in bound.items():
        if term not in reported:
            grounds = weigher.claim(term, _polarity(question, name))
            if term in spoken_of:
                derived = [each.showing(grounds.claims) for each in derived]
            else:
                said.append(grounds)
    if derived or said:
        return reduce(and_, (*said, *derived))
    situations = (weigher.stating(term) for term in dict.fromkeys(solution.values()) if is_situation(term))
    found = reduce(or_, situations, Grounds())
    return found if found.claims else Grounds(described=tuple(_between_columns(question, solution)))


def _between_columns(question: Question, solution: Solution) -> Iterator[Triple]:
    """The statements that relate what the row shows."""
    columns = {f"?{column}" for column in question.columns}
    for pattern in question.patterns:
        if {pattern[0], pattern[2]} <= columns:
            yield from _statements((pattern,), solution)


def _statements(patterns: Iterable[Sequence[str]], solution: Solution) -> Iterator[Triple]:
    """The statements that patterns are with their variables filled in."""
    for pattern in patterns:
        s, p, o = (_filled(part, solution) for part in pattern)
        if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and isinstance(o, ox.NamedNode | ox.Literal):
            yield s, p, o


def _filled(part: str, solution: Solution) -> Term | None:
    if part.startswith("?"):
        return solution.get(part[1:])
    return ox.NamedNode(part[1:-1]) if part.startswith("<") else None


def _polarity(question: Question, variable: str) -> ox.NamedNode | None:
    """The polarity that the question asks for of the claims of a variable, other than affirmed."""
    for subject, predicate, value in question.patterns:
        if subject == f"?{variable}" and predicate == _POLARITY and value.startswith("<"):
            return ox.NamedNode(value[1:-1])
    return None


def as_said_by(
    speaker: str, grounds: Mapping[int, Grounds], evidence: Mapping[str, tuple[Evidence, ...]]
) -> tuple[dict[int, Grounds], dict[str, tuple[Evidence, ...]]]:
    """What is left when, of the claims for a row, only those with `speaker` somewhere in their chain count."""
    disputing = {claim for each in grounds.values() for claim in each.against}
    said = {
        claim: kept
        for claim, each in evidence.items()
        if (kept := tuple(one for one in each if any(speaker in (link.iri, *link.others) for link in one.chain)))
    }
    left = {index: each.of(said) for index, each in grounds.items()}
    shown = {claim: said.get(claim, each) for claim, each in evidence.items() if claim in said or claim in disputing}
    return {index: each for index, each in left.items() if each.claims}, shown


def _key(solution: Solution, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(solution[column]) if column in solution else "" for column in columns)
