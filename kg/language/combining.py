"""Parts → Answer: each part answered, the rows that all of them have kept, those of negated ones taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from kg.entities.names import Names
from kg.language.mentioning import around, mentioning
from kg.language.reading import Part
from kg.model import Answer, Cell, Evidence, Match, Row
from kg.namespaces import RDF, SG
from kg.ontology.schema import Ontology
from kg.questions.catalogue import Question
from kg.questions.verdicts import verdict_of, weakest
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.language.reading import Graph

_ANYTHING = SG + "Entity"
# What a state does, its delegations and policies do; what an organisation does, its organs do.
_STANDING_FOR = (NamedNode(SG + "actsFor"), NamedNode(SG + "policyOf"), NamedNode(SG + "organOf"))


def combined(text: str, parts: Sequence[Part], graph: Graph, names: Names, besides: Collection[str] = ()) -> Answer:
    """The rows of all parts whose asked value every part has and none of the negated; nor is it one of `besides`."""
    parts, answered = _all_answered(parts, graph, names)
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


def _all_answered(parts: Sequence[Part], graph: Graph, names: Names) -> tuple[tuple[Part, ...], list[Answer]]:
    """Each part with its answer; where nothing is said of a state itself, that of its delegations and policies."""
    taken: list[Part] = []
    found: list[Answer] = []
    for part in (_placed(each, graph, names) for each in parts):
        answer = _answered(part, graph, names)
        for each in part.others if not answer.rows else ():
            other = _placed(each, graph, names)
            if (said := _answered(other, graph, names)).rows:
                part, answer = other, said
                break
        if not answer.rows and (acting := _by_delegates(part, graph, names)) is not None:
            part, answer = acting
        taken.append(part)
        found.append(answer)
    return tuple(taken), found


def _placed(part: Part, graph: Graph, names: Names) -> Part:
    """The part; where it is understood loosely, without places for what is of no class of which anything has the place:
    the rows are to mention it."""
    if not part.loosely or part.negated:
        return part
    columns = graph.kept(("classes", part.name), lambda: _classes(part.name, graph, names))
    parameters = next(each.parameters for each in graph.questions() if each.name == part.name)
    lost = [
        name
        for name, values in part.arguments.items()
        if columns.get(name) and parameters[name] != _ANYTHING  # which takes anything, of whatever class the rest is
        if not any(columns[name] & names.types.get(value, columns[name]) for value in values)
    ]
    given = {name: values for name, values in part.arguments.items() if name not in lost}
    rest = [value for name in lost for value in part.arguments[name]]
    return replace(part, arguments=given, mentioned=(*part.mentioned, *rest)) if rest else part


def _classes(name: str, graph: Graph, names: Names) -> dict[str, frozenset[str]]:
    """The classes of what stands in each column of the answer to a question for nobody and nothing."""
    answer = graph.answer(name, {})
    things = {
        column: {row.cells[column].iri for row in answer.rows if column in row.cells} for column in answer.columns
    }
    return {
        column: frozenset().union(*(names.types.get(iri or "", ()) for iri in each)) for column, each in things.items()
    }


def _by_delegates(part: Part, graph: Graph, names: Names) -> tuple[Part, Answer] | None:
    if part.mutual is not None:
        one, two = part.mutual
        swapped = {**part.arguments, one: part.arguments[two], two: part.arguments[one]}
        answer = _answered(replace(part, arguments=swapped), graph, names)
        if answer.rows:
            return replace(part, arguments=swapped), answer
    question = next(each for each in graph.questions() if each.name == part.name)
    if len(part.arguments.get("speaker", ())) == 1 and part.according_to is None:
        other = _at_any_link(part)
        answer = _answered(other, graph, names)
        if answer.rows:
            return other, answer
    for name, values in part.arguments.items():
        acting = (
            sorted(
                quad.subject.value
                for value in values
                for predicate in _STANDING_FOR
                for quad in graph.statements(None, predicate, NamedNode(value))
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
    return _for_whom(part, question, graph, names)


def _for_whom(part: Part, question: Question, graph: Graph, names: Names) -> tuple[Part, Answer] | None:
    """What those say who act for a state, of the state for which they act: "are its diplomats ready to send …"."""
    for name, values in part.arguments.items():
        kind = question.parameters[name]
        states = tuple(
            quad.object.value
            for value in (values if kind.startswith(SG) else ())
            for quad in graph.statements(NamedNode(value), _STANDING_FOR[0])
            if isinstance(quad.object, NamedNode) and names.is_a(quad.object.value, kind)
        )
        if name == "speaker" or len(values) != 1 or len(states) != 1 or part.according_to not in (None, values[0]):
            continue
        other = replace(part, arguments={**part.arguments, name: states}, according_to=values[0])
        answer = _answered(other, graph, names)
        if answer.rows:
            return other, answer
    return None


def _at_any_link(part: Part) -> Part:
    """The part with its speaker, and the act by which, looked for among those who report what others say too."""
    rest = {name: values for name, values in part.arguments.items() if name not in ("speaker", "act")}
    acts = part.arguments.get("act", ())
    return replace(
        part, arguments=rest, according_to=part.arguments["speaker"][0], act=acts[0] if len(acts) == 1 else part.act
    )


def _answered(part: Part, graph: Graph, names: Names) -> Answer:
    answer = graph.answer(part.name, dict(part.arguments), according_to=part.according_to)
    answer = of_year(mentioning(narrowed(part, answer, graph), part.mentioned, part.column, graph), part.year)
    return _by_act(part, answer, names) if part.act else answer


def _by_act(part: Part, answer: Answer, names: Names) -> Answer:
    """The rows that the part's speaker, or anybody, says by its act; where the speaker is asked for, it is that one."""
    act = names.label(part.act or "")
    rows: list[Row] = []
    for row in answer.rows:
        links = dict.fromkeys(
            link
            for place in row.evidence
            for link in answer.evidence[place].chain
            if link.act == act and part.according_to in (None, link.iri)
        )
        if links and part.column != "speaker":
            rows.append(row)
        for link in links if part.column == "speaker" else ():
            speaker = Cell(link.speaker, link.iri or None, min(names.types.get(link.iri, ()), default=None))
            rows.append(replace(row, cells={**row.cells, "speaker": speaker}))
    return replace(answer, rows=tuple(rows))


def narrowed(part: Part, answer: Answer, graph: Graph) -> Answer:
    """The answer with the rows alone whose values are of the classes that the part demands."""
    if not part.kinds:
        return answer
    ontology = graph.knowledge.ontology

    def of_kind(row: Row, name: str, kind: str) -> bool:
        if name in answer.columns:
            return name in row.cells and ontology.is_a(row.cells[name].type or "", kind)
        return any(_speaks_of(cell, kind, graph) for cell in row.cells.values() if _is_situation(cell, ontology))

    rows = (row for row in answer.rows if all(of_kind(row, name, kind) for name, kind in part.kinds.items()))
    return replace(answer, rows=tuple(rows))


def of_year(answer: Answer, year: str) -> Answer:
    """The answer with the rows alone in which the year stands, as a date or in a name; with all where none is given."""
    rows = (row for row in answer.rows if not year or any(year in cell.label for cell in row.cells.values()))
    return replace(answer, rows=tuple(rows))


def _is_situation(cell: Cell, ontology: Ontology) -> bool:
    return cell.type is not None and ontology.is_a(cell.type, SG + "Situation")


def _speaks_of(cell: Cell, kind: str, graph: Graph) -> bool:
    """Whether a situation, or something that has a role in it, is of the class."""
    ontology = graph.knowledge.ontology
    return any(
        ontology.is_a(quad.object.value, kind)
        for each in sorted(around(cell.iri or "", graph), key=str)
        for quad in graph.statements(each, NamedNode(RDF + "type"))
        if isinstance(quad.object, NamedNode)
    )


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
    question = next(each for each in graph.questions() if each.name == part.name)
    kind = part.kinds.get(part.column) or question.parameters.get(part.column) or ""
    listing = next((each for each in graph.questions() if lists(each, kind)), None)
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
