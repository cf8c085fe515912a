"""What a row of an answer has to do with: its things, what has a role in its situations, and who says it where."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import Answer, Row
from kg.namespaces import RDF, SG
from kg.ontology.schema import Ontology
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.language.reading import Graph

_CONTENT = NamedNode(SG + "content")
_TYPE = NamedNode(RDF + "type")
_DEPTH = 2  # roles of what has a role: the contingent in which somebody is ready to take part


def mentioning(answer: Answer, things: Collection[str], column: str, graph: Graph) -> Answer:
    """The answer with the rows alone that have to do with each of `things` (IRIs), other than as what is asked for.

    What is asked for stands in `column`.
    """
    if not things:
        return answer
    wanted = {thing: _called(thing, graph) for thing in things}
    rows = tuple(
        row
        for row in answer.rows
        if getattr(row.cells.get(column), "iri", None) not in things and _is_of_all(row, answer, wanted, graph)
    )
    asked = {cell for row in rows for cell in row.cells.values()}
    return replace(answer, rows=rows, answers=tuple(cell for cell in answer.answers if cell in asked), total=len(rows))


def _is_of_all(row: Row, answer: Answer, wanted: Mapping[str, re.Pattern[str]], graph: Graph) -> bool:
    """Whether the row has to do with each thing: as what it is of, or in its very words."""
    rest = wanted.keys() - _mentioned(row, answer, graph)
    words = [cell.label for cell in row.cells.values()]
    words += (answer.evidence[place].quote or "" for place in row.evidence)
    return all(wanted[thing].search(" / ".join(words)) for thing in rest)


def _called(thing: str, graph: Graph) -> re.Pattern[str]:
    """What a thing is called, as words of a text."""
    known = {name.text for name in graph.names().names if name.iri == thing}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, known), reverse=True)) or '(?!)'})\b")


def _mentioned(row: Row, answer: Answer, graph: Graph) -> set[str]:
    said = [answer.evidence[place] for place in row.evidence]
    found = {link.iri for evidence in said for link in evidence.chain} | {evidence.source for evidence in said}
    contents = {quad.object for each in said for quad in graph.statements(NamedNode(each.claim), _CONTENT)}
    for start in {*(cell.iri for cell in row.cells.values()), *(getattr(each, "value", None) for each in contents)}:
        if start:
            found |= {node.value for node in around(start, graph)}
    return found


def around(iri: str, graph: Graph) -> set[NamedNode]:
    """A thing, and where it is a situation, what has a role in it, or in what has one."""
    ontology = graph.knowledge.ontology
    nodes, newest = {NamedNode(iri)}, {NamedNode(iri)}
    for _ in range(_DEPTH):
        newest = {
            quad.object
            for each in newest
            if _is_situation(each, graph, ontology)
            for quad in graph.statements(each)
            if quad.predicate.value in ontology.roles and isinstance(quad.object, NamedNode)
        } - nodes
        nodes |= newest
    return nodes


def _is_situation(node: NamedNode, graph: Graph, ontology: Ontology) -> bool:
    kinds = (quad.object for quad in graph.statements(node, _TYPE))
    return any(isinstance(kind, NamedNode) and ontology.is_a(kind.value, SG + "Situation") for kind in kinds)
