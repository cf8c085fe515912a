"""Parts → Answer: each part answered, the rows that all of them have kept, those of negated ones taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from kg.entities.names import Names
from kg.language.reading import Part
from kg.model import Answer, Cell, Evidence, Match, Row
from kg.questions.catalogue import Question
from kg.questions.verdicts import verdict_of, weakest

if TYPE_CHECKING:
    from kg.language.reading import Graph


def combined(text: str, parts: Sequence[Part], graph: Graph, names: Names, besides: Collection[str] = ()) -> Answer:
    """The rows of all parts whose asked value every part has and none of the negated; nor is it one of `besides`."""
    answered = [_answered(part, graph) for part in parts]
    matched = tuple(match for part in parts for match in matches(part))
    positive = [(part, answer) for part, answer in zip(parts, answered, strict=True) if not part.negated]
    negative = [(part, answer) for part, answer in zip(parts, answered, strict=True) if part.negated]
    if not positive:
        positive = [_every(negative[0][0], graph, names)]
    common = set.intersection(*(keys(part, answer) for part, answer in positive))
    for part, answer in negative:
        common -= keys(part, answer)
    common -= set(besides)
    return joined(text, matched, positive, common, "\n".join(answer.sparql for answer in answered))


def matches(part: Part) -> Iterator[Match]:
    """The part as it is told to who asked: one match for each of several values."""
    said_by = {"according_to": part.according_to} if part.according_to else {}
    for values in product(*part.arguments.values()):
        yield Match(part.name, {**dict(zip(part.arguments, values, strict=True)), **said_by}, part.negated)


def _answered(part: Part, graph: Graph) -> Answer:
    return graph.answer(part.name, dict(part.arguments), according_to=part.according_to)


def key(cell: Cell) -> str:
    return cell.iri or cell.label


def keys(part: Part, answer: Answer) -> set[str]:
    return {key(row.cells[part.column]) for row in answer.rows if part.column in row.cells}


def joined(
    text: str, matched: tuple[Match, ...], parts: Sequence[tuple[Part, Answer]], keys: set[str], sparql: str
) -> Answer:
    """One answer of the rows, in all `parts`, whose asked value is among `keys`.

    What is so of a value by all parts together is as sure as by the weakest of those that speak of it.
    """
    rows: list[Row] = []
    evidence: dict[Evidence, int] = {}
    answers: dict[Cell, None] = {}
    columns: dict[str, None] = {}
    weak = _weakest(parts)
    for number, (part, answer) in enumerate(parts):
        columns.update(dict.fromkeys(answer.columns))
        for row in answer.rows:
            cell = row.cells.get(part.column)
            if cell is None or key(cell) not in keys:
                continue
            places = tuple(evidence.setdefault(answer.evidence[place], len(evidence)) for place in row.evidence)
            rows.append(replace(row, evidence=places, standing=weakest((row.standing, weak[key(cell)]))))
            if number == 0:
                answers[cell] = None
    return Answer(
        question=text,
        matched=matched,
        columns=tuple(columns),
        answers=tuple(answers),
        rows=tuple(rows),
        evidence=tuple(evidence),
        sparql=sparql,
        total=len(rows),
    )


def _weakest(parts: Sequence[tuple[Part, Answer]]) -> dict[str, str]:
    """For each asked value the verdict on all parts together."""
    found: dict[str, list[str]] = {}
    for part, answer in parts:
        rows: dict[str, list[Row]] = {}
        for row in answer.rows:
            if part.column in row.cells:
                rows.setdefault(key(row.cells[part.column]), []).append(row)
        for value, several in rows.items():
            found.setdefault(value, []).append(verdict_of(several))
    return {value: weakest(each) for value, each in found.items()}


def _every(part: Part, graph: Graph, names: Names) -> tuple[Part, Answer]:
    """All things that the negated part could be about: by the question that lists them, if there is one."""
    question = graph.knowledge.catalogue[part.name]
    kind = question.parameters.get(part.column) or ""
    listing = next((each for each in graph.knowledge.catalogue if lists(each, kind)), None)
    if listing is not None:
        return Part(listing.name, listing.answer), graph.answer(listing.name, {})
    things = sorted(thing for thing in names.types if kind and names.is_a(thing, kind))
    rows = tuple(Row({part.column: Cell(names.label(thing), thing, kind)}) for thing in things)
    cells = tuple(row.cells[part.column] for row in rows)
    answer = Answer(
        question=question.question,
        matched=(),
        columns=(part.column,),
        answers=cells,
        rows=rows,
        evidence=(),
        total=len(rows),
        sparql="",
    )
    return part, answer


def lists(question: Question, kind: str) -> bool:
    """Whether the question is one that lists all things of a class: "List all proposals"."""
    return question.parameters.get(question.answer) == kind and any(
        phrasing.lower().startswith("list all ") for phrasing in question.phrasings
    )
