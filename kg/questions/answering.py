"""A question and what it is asked of → its rows, each with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TypeVar

from kg import proofs
from kg.entities.names import Names
from kg.errors import BadParameter
from kg.model import Answer, Cell, Evidence, Match, Row
from kg.namespaces import XSD
from kg.questions.catalogue import Question
from kg.questions.grounds import as_said_by, grounds_of
from kg.questions.solutions import Solution, cells, solutions
from kg.questions.verdicts import statement_of
from kg.questions.weighing import Grounds, Weigher
from kg.questions.wording import Wording
from kg.rules.dataset import KeptGraphs, Triple
from kg.sentences import Saying
from kg.store import Snapshot
from kg.terms import Literal, NamedNode

Item = TypeVar("Item")
_MOST = 100  # combinations of several values


@dataclass(frozen=True)
class Request:
    """What is asked besides the question: `according_to` is a speaker's IRI."""

    arguments: Mapping[str, Sequence[str]]
    limit: int | None = None
    offset: int = 0
    according_to: str | None = None


def resolve(question: Question, arguments: Mapping[str, str | Sequence[str]], names: Names) -> dict[str, list[str]]:
    """Each argument's terms: IRIs of things of the parameter's class, or literals as given.

    Raise BadParameter for a parameter that the question lacks and for too many values, UnknownName or AmbiguousName
    for a value.
    """
    many = prod(1 if isinstance(given, str) else len(given) for given in arguments.values())
    if many > _MOST:
        raise BadParameter(
            "the parameters", f"{many:,} combinations of their values", f"at most {_MOST}", "Ask for fewer at once."
        )
    resolved: dict[str, list[str]] = {}
    for name, given in arguments.items():
        if name not in question.parameters:
            known = ", ".join(sorted(question.parameters)) or "none"
            raise BadParameter(
                name, "no parameter of this question", f"one of: {known}", "Leave it out, or mend its name."
            )
        kind, values = question.parameters[name], [given] if isinstance(given, str) else given
        found = [value if kind.startswith(XSD) else names.resolve(value, kind, name) for value in values]
        resolved[name] = list(dict.fromkeys(found))
    return resolved


def answer(snapshot: Snapshot, question: Question, request: Request) -> Answer:
    """All rows of the question with their evidence; `total` counts the rows before `limit` and `offset`."""
    sparql = question.with_arguments(
        {
            name: [_term(question.parameters[name], value) for value in values]
            for name, values in request.arguments.items()
        }
    )
    store = KeptGraphs(snapshot)
    weigher = Weigher(store)
    page, total, evidence = _answered(weigher, snapshot, question, sparql, request)
    grounds = {index: each for index, (_, each) in enumerate(page)}
    listed = _listed(grounds, evidence)
    named = cells(snapshot, [solution for solution, _ in page])
    wording = Wording(store, weigher)
    rows = tuple(
        _row(solution, named, ground, evidence, listed, wording.sayings(ground, question.statement, solution))
        for solution, ground in page
    )
    found = Answer(
        question=question.question,
        matched=tuple(_matches(question, request.arguments)),
        columns=question.columns,
        answers=tuple(dict.fromkeys(row.cells[question.answer] for row in rows if question.answer in row.cells)),
        rows=rows,
        evidence=tuple(listed),
        sparql=sparql,
        total=total,
    )
    return replace(found, statement=statement_of(found))


def derived_statements(question: Question, match: Match, row: Row, derived: Collection[str]) -> Iterator[Triple]:
    """The statements by a derived property that a row of the question makes, if these are between things."""
    known = match.parameters | {name: cell.iri for name, cell in row.cells.items() if cell.iri}
    for pattern in question.patterns:
        if pattern[1].strip("<>") in derived:
            parts = [known.get(part[1:], "") if part[0] == "?" else part.strip("<>") for part in pattern]
            if all("://" in part for part in parts):
                subject, predicate, value = map(NamedNode, parts)
                yield subject, predicate, value


def _answered(
    weigher: Weigher, snapshot: Snapshot, question: Question, sparql: str, request: Request
) -> tuple[Sequence[tuple[Solution, Grounds]], int, Mapping[str, tuple[Evidence, ...]]]:
    """The page of rows that is asked for, each with its grounds; how many rows there are; the words of the grounds."""
    chosen: Sequence[Solution] = solutions(snapshot, sparql)
    total = len(chosen)
    if request.according_to is None:
        chosen = _page(chosen, request)
    grounds = grounds_of(weigher, snapshot, question, sparql, chosen)
    kept = KeptGraphs(snapshot)
    evidence: dict[str, tuple[Evidence, ...]] = dict(proofs.evidence(kept, _claims(grounds.values())))
    reader = proofs.Reader(kept)
    for statement in {each for ground in grounds.values() for each in ground.described}:
        evidence[_key(statement)] = tuple(reader.described(*statement))
    if request.according_to is None:
        return [(solution, grounds[index]) for index, solution in enumerate(chosen)], total, evidence
    grounds, evidence = as_said_by(request.according_to, grounds, evidence)
    left = [(chosen[index], grounds[index]) for index in sorted(grounds)]
    return _page(left, request), len(left), evidence


def _matches(question: Question, arguments: Mapping[str, Sequence[str]]) -> Iterator[Match]:
    """What was asked: one match for each of several values."""
    for values in product(*arguments.values()):
        yield Match(question.name, dict(zip(arguments, values, strict=True)))


def _term(kind: str, value: str) -> NamedNode | Literal:
    if not kind.startswith(XSD):
        return NamedNode(value)
    return Literal(value) if kind == XSD + "string" else Literal(value, datatype=NamedNode(kind))


def _page(every: Sequence[Item], request: Request) -> Sequence[Item]:
    end = None if request.limit is None else request.offset + request.limit
    return every[request.offset : end]


def _claims(grounds: Iterable[Grounds]) -> list[str]:
    return list(dict.fromkeys(claim for each in grounds for claim in (*each.claims, *each.against)))


def _all(grounds: Grounds) -> tuple[str, ...]:
    """What the evidence of a row is kept under: claims, and statements that sources describe."""
    return (*grounds.claims, *grounds.against, *map(_key, grounds.described))


def _key(statement: Triple) -> str:
    return " ".join(map(str, statement))


def _listed(grounds: Mapping[int, Grounds], evidence: Mapping[str, tuple[Evidence, ...]]) -> dict[Evidence, int]:
    """Each piece of evidence with its place in the answer's list: by the order of the rows, then of the text."""
    found: dict[Evidence, int] = {}
    for index in sorted(grounds):
        for one in sorted((one for claim in _all(grounds[index]) for one in evidence.get(claim, ())), key=_order):
            found.setdefault(one, len(found))
    return found


def _order(evidence: Evidence) -> tuple[str, bool, int, int, str]:
    start, end = evidence.start or 0, evidence.end or 0
    return evidence.source, evidence.quote is None, start, end, evidence.claim


def _row(
    solution: Solution,
    named: Mapping[str, Cell],
    ground: Grounds,
    evidence: Mapping[str, tuple[Evidence, ...]],
    listed: Mapping[Evidence, int],
    sayings: tuple[Saying, ...],
) -> Row:
    places = sorted({listed[one] for claim in _all(ground) for one in evidence.get(claim, ())})
    cells = {column: named[str(term)] for column, term in solution.items()}
    return Row(cells, tuple(places), ground.inferred, ground.contested, ground.standing, sayings)
