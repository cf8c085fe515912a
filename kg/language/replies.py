"""Reading → Answer: the answers of its parts combined, with a verdict or a count where one is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.names import Names
from kg.language.combining import combined, joined, key, keys, matches
from kg.language.reading import Part, Reading
from kg.model import DENIED, NOT_SAID, QUALIFIED, YES, Answer, Cell, Row
from kg.namespaces import PROV, RDF, SG, XSD
from kg.ontology.schema import Ontology
from kg.questions import answering
from kg.questions.answering import Request
from kg.questions.catalogue import Question
from kg.questions.verdicts import statement_of, verdict_of, weakest

if TYPE_CHECKING:
    from kg.language.reading import Graph

_CERTAINTY = SG + "Certainty"
_DIRECT = 2  # links of a chain in which nobody stands between a source and whom it quotes
_DERIVED = re.compile(r"(\?\w+)\s+(?:sg:)(\w+)\s+(\?\w+)\s*\.")


def reply(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    """The answer to a reading in a sentence, with a verdict, or a count, where one is asked for."""
    answer = _replied(text, reading, graph, names)
    return replace(answer, statement=statement_of(answer))


def _replied(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    if reading.kind == "verdict" and reading.besides:
        return _judged(combined(text, reading.parts, graph, names, reading.besides))
    if reading.kind == "verdict":
        return _verdict(text, reading, graph, names)
    if reading.kind == "doubted":
        return _sureness(_verdict(text, reading, graph, names), names)
    if reading.kind == "alone":
        return _alone(combined(text, reading.parts, graph, names), reading)
    answer = combined(text, reading.parts, graph, names, reading.besides)
    if reading.kind == "count":
        return replace(answer, count=_count(answer))
    return answer


def _judged(answer: Answer) -> Answer:
    return replace(answer, verdict=verdict_of(answer.rows))


def _alone(answer: Answer, reading: Reading) -> Answer:
    """Whether it holds of these alone: of others too, denies it; that nobody names another is not said by anybody."""
    held = {key(row.cells[reading.parts[0].column]) for row in answer.rows}
    wanted = set(reading.besides)
    verdict = QUALIFIED if held == wanted else DENIED if held - wanted else NOT_SAID
    return replace(answer, verdict=verdict)


def _sureness(answer: Answer, names: Names) -> Answer:
    """The answer with, for each row, how sure those are who say it or deny it."""
    known = {names.label(thing): thing for thing in names.types if names.is_a(thing, _CERTAINTY)}
    rows: list[Row] = []
    for row in answer.rows:
        said = dict.fromkeys(answer.evidence[place].certainty for place in row.evidence)
        cells = [Cell(label, known.get(label), _CERTAINTY) for label in said]
        own = row.cells.get("certainty")
        rows += [replace(row, cells={**row.cells, "certainty": cell}) for cell in ([own] if own else cells)]
    answers = tuple(dict.fromkeys(row.cells["certainty"] for row in rows))
    columns = tuple(dict.fromkeys((*answer.columns, "certainty")))
    return replace(answer, rows=tuple(rows), answers=answers, columns=columns, verdict=None, total=len(rows))


def _count(answer: Answer) -> int | None:
    """How many things are answered; where the answer is a number itself, that one, and none of several."""
    numbers = [cell.label for cell in answer.answers if cell.datatype == XSD + "integer"]
    if not numbers:
        return len(answer.answers)
    return int(numbers[0]) if len(answer.answers) == 1 else None


def _verdict(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    """The answer with its verdict; the rows of a denial answer for it as they would for what they deny."""
    affirmed = _each(text, reading.parts, graph, names)
    verdict = _as_said(affirmed, reading.parts, names)
    if affirmed.rows and verdict != NOT_SAID:
        return replace(affirmed, verdict=verdict)
    if len(reading.parts) == 1 and not reading.parts[0].negated:
        denied = _denied(text, reading.parts[0], graph, names)
        if denied is not None and denied.rows:
            return replace(denied, verdict=DENIED)
    return replace(affirmed, verdict=NOT_SAID)


def _as_said(answer: Answer, parts: Sequence[Part], names: Names) -> str:
    """The verdict; that a speaker says so, or that somebody accuses, is so where a source reports just that."""
    verdict, asserted = verdict_of(answer.rows), names.label(SG + "asserted")
    speakers = {part.according_to or "".join(part.arguments.get("speaker", ())) for part in parts} - {""}
    if verdict != QUALIFIED or not (speakers or any(not part.vouched for part in parts)):
        return verdict
    said = (answer.evidence[place] for row in answer.rows for place in row.evidence)
    direct = (each for each in said if len(each.chain) <= _DIRECT and each.certainty == asserted)
    return YES if any(not speakers or each.chain[-1].iri in speakers for each in direct) else verdict


def _each(text: str, parts: Sequence[Part], graph: Graph, names: Names) -> Answer:
    """What is so of each of several things that "and" joins; else what all parts have in common."""
    if len(parts) < 2 or len({part.name for part in parts}) > 1 or len({part.column for part in parts}) > 1:
        return combined(text, parts, graph, names)
    answers = [combined(text, (part,), graph, names) for part in parts]
    if not all(answer.rows for answer in answers):
        return next(answer for answer in answers if not answer.rows)
    given = [(part, answer) for part, answer in zip(parts, answers, strict=True)]
    everything = set().union(*(keys(part, answer) for part, answer in given))
    matched = tuple(match for part in parts for match in matches(part))
    whole = joined(text, matched, given, everything, "\n".join(answer.sparql for answer in answers))
    least = weakest(verdict_of(answer.rows) for answer in answers)
    return replace(whole, rows=tuple(replace(row, standing=weakest((row.standing, least))) for row in whole.rows))


def _denied(text: str, part: Part, graph: Graph, names: Names) -> Answer | None:
    """The part's question asked of what is denied instead of affirmed."""
    twin = graph.kept(("denial", part.name), lambda: _twin(part.name, graph))
    if twin is None:
        return None
    said_by = part.according_to if part.according_to and names.is_a(part.according_to, SG + "Actor") else None
    request = Request(answering.resolve(twin, dict(part.arguments), names), according_to=said_by)
    answer = answering.answer(graph.snapshot(), twin, request)
    return joined(text, tuple(matches(part)), [(part, answer)], keys(part, answer), answer.sparql)


def _twin(name: str, graph: Graph) -> Question | None:
    """The question of a name, asked of what is denied; None where it takes nothing as affirmed."""
    question = graph.knowledge.catalogue[name]
    sparql = denial(question, graph.knowledge.ontology)
    return replace(question, sparql=sparql) if sparql is not None else None


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
            f"sg:polarity sg:denied ; <{PROV}wasDerivedFrom> {claim} . {claim} a sg:Claim ; sg:polarity sg:denied ."
        )

    if found == question.sparql:
        found = _DERIVED.sub(denied, found, count=1)
    return found if found != question.sparql else None
