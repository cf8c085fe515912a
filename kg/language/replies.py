"""Reading → Answer: each part answered, the parts combined, negated ones taken away, verdict or count given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg import answering
from kg.answering import Request
from kg.language.reading import Part, Reading
from kg.model import Answer, Cell, Evidence, Match, Row
from kg.names import Names
from kg.namespaces import PROV, RDF, SG
from kg.ontology import Ontology
from kg.questions import Question
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.language import Graph

_STANDING_FOR = (NamedNode(SG + "actsFor"), NamedNode(SG + "policyOf"))  # what a state does, these do
_DERIVED = re.compile(r"(\?\w+)\s+(?:sg:)(\w+)\s+(\?\w+)\s*\.")


def reply(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    """The answer to a reading. Verdicts: yes where it is affirmed, denied where it is only denied, else not said."""
    if reading.kind == "verdict":
        return _verdict(text, reading, graph, names)
    answer = _combined(text, reading.parts, graph, names)
    if reading.kind == "count":
        return replace(answer, count=len(answer.answers))
    return answer


def _verdict(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    affirmed = _combined(text, reading.parts, graph, names)
    if affirmed.rows:
        return replace(affirmed, verdict="yes")
    if len(reading.parts) == 1 and not reading.parts[0].negated:
        denied = _denied(text, reading.parts[0], graph, names)
        if denied is not None and denied.rows:
            return replace(denied, verdict="denied")
    return replace(affirmed, verdict="not said")


def _combined(text: str, parts: Sequence[Part], graph: Graph, names: Names) -> Answer:
    """The rows of all parts whose asked value every part has; of negated parts, none has."""
    parts, answered = _all_answered(parts, graph, names)
    matched = tuple(
        Match(part.name, {name: " ".join(values) for name, values in part.arguments.items()}, part.negated)
        for part in parts
    )
    positive = [(part, answer) for part, answer in zip(parts, answered, strict=True) if not part.negated]
    negative = [(part, answer) for part, answer in zip(parts, answered, strict=True) if part.negated]
    if not positive:
        positive = [_every(negative[0][0], graph, names)]
    keys = set.intersection(*(_keys(part, answer) for part, answer in positive))
    for part, answer in negative:
        keys -= _keys(part, answer)
    return _joined(text, matched, positive, keys, "\n".join(answer.sparql for answer in answered))


def _all_answered(parts: Sequence[Part], graph: Graph, names: Names) -> tuple[tuple[Part, ...], list[Answer]]:
    """Each part with its answer; where nothing is said of a state itself, that of its delegations and policies."""
    taken: list[Part] = []
    found: list[Answer] = []
    for part in parts:
        answer = _answered(part, graph, names)
        if not answer.rows and (other := _by_delegates(part, graph, names)) is not None:
            part, answer = other
        taken.append(part)
        found.append(answer)
    return tuple(taken), found


def _by_delegates(part: Part, graph: Graph, names: Names) -> tuple[Part, Answer] | None:
    question = next(each for each in graph.questions() if each.name == part.name)
    if len(part.arguments.get("speaker", ())) == 1 and part.according_to is None:
        rest = {name: values for name, values in part.arguments.items() if name != "speaker"}
        other = replace(part, arguments=rest, according_to=part.arguments["speaker"][0])
        answer = _answered(other, graph, names)
        if answer.rows:
            return other, answer
    for name, values in part.arguments.items():
        acting = (
            sorted(
                quad.subject.value
                for value in values
                for predicate in _STANDING_FOR
                for quad in graph.store.snapshot().quads(None, predicate, NamedNode(value))
                if isinstance(quad.subject, NamedNode) and names.is_a(quad.subject.value, question.parameters[name])
            )
            if question.parameters[name].startswith(SG)
            else []
        )
        if acting:
            other = replace(part, arguments={**part.arguments, name: tuple(acting)})
            answer = _answered(other, graph, names)
            if answer.rows:
                return other, answer
    return None


def _answered(part: Part, graph: Graph, names: Names) -> Answer:
    answer = graph.answer(part.name, dict(part.arguments), according_to=part.according_to)
    answer = _narrowed(part, answer, graph.knowledge.ontology)
    return _by_act(part, answer, names) if part.act else answer


def _by_act(part: Part, answer: Answer, names: Names) -> Answer:
    """The rows that somebody says by the part's speech act; where the speaker is asked for, it is that somebody."""
    act = names.label(part.act or "")
    rows: list[Row] = []
    for row in answer.rows:
        links = dict.fromkeys(
            link for place in row.evidence for link in answer.evidence[place].chain if link.act == act
        )
        if links and part.column != "speaker":
            rows.append(row)
        for link in links if part.column == "speaker" else ():
            speaker = Cell(link.speaker, link.iri or None, min(names.types.get(link.iri, ()), default=None))
            rows.append(replace(row, cells={**row.cells, "speaker": speaker}))
    return replace(answer, rows=tuple(rows))


def _narrowed(part: Part, answer: Answer, ontology: Ontology) -> Answer:
    """The answer with the rows alone whose values are of the classes that the part demands."""

    def of_kind(row: Row) -> bool:
        return all(
            name in row.cells and row.cells[name].type is not None and ontology.is_a(row.cells[name].type or "", kind)
            for name, kind in part.kinds.items()
        )

    return replace(answer, rows=tuple(row for row in answer.rows if of_kind(row))) if part.kinds else answer


def _key(cell: Cell) -> str:
    return cell.iri or cell.label


def _keys(part: Part, answer: Answer) -> set[str]:
    return {_key(row.cells[part.column]) for row in answer.rows if part.column in row.cells}


def _joined(
    text: str, matched: tuple[Match, ...], parts: Sequence[tuple[Part, Answer]], keys: set[str], sparql: str
) -> Answer:
    """One answer of the rows, in all `parts`, whose asked value is among `keys`."""
    rows: list[Row] = []
    evidence: dict[Evidence, int] = {}
    answers: dict[Cell, None] = {}
    columns: dict[str, None] = {}
    for number, (part, answer) in enumerate(parts):
        columns.update(dict.fromkeys(answer.columns))
        for row in answer.rows:
            cell = row.cells.get(part.column)
            if cell is None or _key(cell) not in keys:
                continue
            places = tuple(evidence.setdefault(answer.evidence[place], len(evidence)) for place in row.evidence)
            rows.append(replace(row, evidence=places))
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


def _every(part: Part, graph: Graph, names: Names) -> tuple[Part, Answer]:
    """All things that the negated part could be about: by the question that lists them, if there is one."""
    question = next(each for each in graph.questions() if each.name == part.name)
    kind = part.kinds.get(part.column) or question.parameters.get(part.column) or ""
    listing = next((each for each in graph.questions() if _lists(each, kind)), None)
    if listing is not None:
        return Part(listing.name, listing.answer), graph.answer(listing.name, {})
    things = sorted(thing for thing in names.types if kind and names.is_a(thing, kind))
    rows = tuple(Row({part.column: Cell(names.label(thing), thing, kind)}) for thing in things)
    cells = tuple(row.cells[part.column] for row in rows)
    return part, Answer(question.question, (), (part.column,), cells, rows, (), "", len(rows))


def _lists(question: Question, kind: str) -> bool:
    """Whether the question is one that lists all things of a class: "List all proposals"."""
    return question.parameters.get(question.answer) == kind and any(
        phrasing.lower().startswith("list all ") for phrasing in question.phrasings
    )


def _denied(text: str, part: Part, graph: Graph, names: Names) -> Answer | None:
    """The part's question asked of what is denied instead of affirmed."""
    question = next(each for each in graph.questions() if each.name == part.name)
    sparql = denial(question, graph.knowledge.ontology)
    if sparql is None:
        return None
    twin = replace(question, sparql=sparql)
    request = Request(answering.resolve(twin, dict(part.arguments), names))
    answer = answering.answer(graph.store.snapshot(), twin, request)
    answer = _narrowed(part, answer, graph.knowledge.ontology)
    matched = (Match(part.name, {name: " ".join(values) for name, values in part.arguments.items()}),)
    return _joined(text, matched, [(part, answer)], _keys(part, answer), answer.sparql)


def denial(question: Question, ontology: Ontology) -> str | None:
    """The question's query with what it takes as affirmed taken as denied; None where it takes nothing so."""
    found = question.sparql.replace("sg:polarity sg:affirmed", "sg:polarity sg:denied")
    number = 0

    def denied(match: re.Match[str]) -> str:
        nonlocal number
        if SG + match[2] not in ontology.derived:
            return match.group()
        number += 1
        node, claim = f"?denial{number}", f"?denyingClaim{number}"
        return (
            f"{node} <{RDF}subject> {match[1]} ; <{RDF}predicate> sg:{match[2]} ; <{RDF}object> {match[3]} ; "
            f"sg:polarity sg:denied ; <{PROV}wasDerivedFrom> {claim} . {claim} a sg:Claim ."
        )

    if found == question.sparql:
        found = _DERIVED.sub(denied, found, count=1)
    return found if found != question.sparql else None
