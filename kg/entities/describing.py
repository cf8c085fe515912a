"""What is stated of any IRI of ours, and how much of everything there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.entities.reader import INFERENCE, SITUATION, Reading, sg
from kg.model import Cell
from kg.namespaces import GRAPH, ID, OA, ONTOLOGY_GRAPH, RDF, SG, SGSH, SHAPES_GRAPH, SKOS
from kg.terms import BlankNode, Literal, NamedNode, Node

STATE_GRAPH = GRAPH + "state"  # the store's notes about itself: nobody's to read
_MOST_INCOMING = 200
# A claim is told with the words behind it.
_FOLLOWED = (sg("evidence"), NamedNode(OA + "hasSelector"))


@dataclass(frozen=True)
class Stated:
    """A statement with a thing as subject (`value` is its object) or as object (`value` is its subject)."""

    predicate: Cell
    value: Cell
    graph: Cell


@dataclass(frozen=True)
class Description:
    """`kind` is graph, term, shape, situation, inference, claim, source, evidence, entity or another node."""

    thing: Cell
    kind: str
    types: tuple[Cell, ...]
    outgoing: tuple[Stated, ...]
    incoming: tuple[Stated, ...]
    more_incoming: bool = False


class Describing:
    """Describes what stands in one version."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def exists(self, iri: str) -> bool:
        """Whether the IRI is of something that is here: a graph, or a subject or object of statements."""
        if iri in (SG, SGSH):
            return True
        if iri.startswith(GRAPH):
            return iri != STATE_GRAPH and self._is_graph(iri)
        return any(True for _ in self._quads(NamedNode(iri))) or any(True for _ in self._pointing(NamedNode(iri)))

    def read(self, iri: str) -> Description:
        node = NamedNode(iri)
        outgoing = [quad for quad in self._quads(node) if not isinstance(quad.object, ox.Triple)]
        incoming: list[ox.Quad] = []
        for quad in self._pointing(node):
            if len(incoming) > _MOST_INCOMING:
                break
            if isinstance(quad.subject, NamedNode):
                incoming.append(quad)
        return Description(
            thing=self._reading.cell(node),
            kind=self.kind(node),
            types=tuple(self._reading.cell(NamedNode(each)) for each in self._reading.types(node)),
            outgoing=self._ordered(self._stated(quad, quad.object) for quad in outgoing),
            incoming=self._ordered(self._stated(quad, quad.subject) for quad in incoming[:_MOST_INCOMING]),
            more_incoming=len(incoming) > _MOST_INCOMING,
        )

    def rdf(self, iri: str) -> list[ox.Triple]:
        """The description as statements, in a fixed order; of a graph, all that it holds."""
        graph = {SG: ONTOLOGY_GRAPH, SGSH: SHAPES_GRAPH}.get(iri, iri)
        if graph.startswith(GRAPH):
            quads: Iterator[ox.Quad] = self._reading.snapshot.quads(None, None, None, NamedNode(graph))
            return sorted({quad.triple for quad in quads}, key=str)
        found = dict.fromkeys(quad.triple for quad in self._closure(NamedNode(iri), set()))
        for place, quad in enumerate(self._pointing(NamedNode(iri))):
            if place >= _MOST_INCOMING:
                break
            if isinstance(quad.subject, NamedNode):
                found[quad.triple] = None
        return sorted(found, key=str)

    def _closure(self, node: Node, seen: set[Node]) -> Iterator[ox.Quad]:
        """The node's statements, those of blank nodes within it, and of the words behind a claim."""
        seen.add(node)
        for quad in self._quads(node):
            yield quad
            within = isinstance(quad.object, BlankNode) or quad.predicate in _FOLLOWED
            if within and isinstance(quad.object, Node) and quad.object not in seen:
                yield from self._closure(quad.object, seen)

    def _quads(self, node: Node) -> Iterator[ox.Quad]:
        return (quad for quad in self._reading.quads(node) if _is_open(quad))

    def _pointing(self, node: NamedNode) -> Iterator[ox.Quad]:
        return (quad for quad in self._reading.quads(None, None, node) if _is_open(quad))

    def _is_graph(self, iri: str) -> bool:
        return any(True for _ in self._reading.snapshot.quads(None, None, None, NamedNode(iri)))

    def kind(self, node: NamedNode) -> str:
        """What the IRI is of, in one word."""
        if node.value.startswith(GRAPH):
            return "graph"
        for start, kind in ((SGSH, "shape"), (SG, "term"), (SITUATION, "situation"), (INFERENCE, "inference")):
            if node.value.startswith(start):
                return kind
        for name in ("Claim", "Source", "Evidence", "Situation"):
            if self._reading.is_a(node, SG + name):
                return name.lower()
        spoken_of = self._reading.is_a(node, SG + "Entity") or self._reading.is_a(node, SKOS + "Concept")
        return "term" if not node.value.startswith(ID) else "entity" if spoken_of else "node"

    def _stated(self, quad: ox.Quad, value: object) -> Stated:
        graph = quad.graph_name if isinstance(quad.graph_name, NamedNode) else NamedNode(GRAPH + "default")
        return Stated(self._reading.cell(quad.predicate), self._reading.cell(value), self._reading.cell(graph))  # type: ignore[arg-type]

    def _ordered(self, stated: Iterator[Stated]) -> tuple[Stated, ...]:
        return tuple(sorted(stated, key=lambda each: (each.predicate.label, each.value.label, each.graph.label)))


def _is_open(quad: ox.Quad) -> bool:
    return getattr(quad.graph_name, "value", None) != STATE_GRAPH


@dataclass(frozen=True)
class Statistics:
    """`graphs` are statements by graph, `classes` things by class of the ontology, `documents` texts that are held."""

    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    entities: int
    properties: int
    documents: int


def count(reading: Reading) -> Statistics:
    graphs = _counts(reading, "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key")
    classes = _counts(reading, f"SELECT ?key (COUNT(DISTINCT ?s) AS ?n) {{ ?s <{RDF}type> ?key }} GROUP BY ?key")
    properties = _number(reading, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    return Statistics(
        {iri: number for iri, number in graphs.items() if iri.startswith(GRAPH) and iri != STATE_GRAPH},
        {iri: number for iri, number in classes.items() if iri.startswith(SG)},
        _number(reading, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s <{RDF}type> ?kind }}"),
        properties,
        _number(reading, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s <{SG}text> ?text }}"),
    )


def _counts(reading: Reading, sparql: str) -> dict[str, int]:
    rows = [(row["key"], row["n"]) for row in reading.select(sparql)]
    found = {key.value: int(n.value) for key, n in rows if isinstance(key, NamedNode) and isinstance(n, Literal)}
    return dict(sorted(found.items()))


def _number(reading: Reading, sparql: str) -> int:
    return next((int(row["n"].value) for row in reading.select(sparql) if isinstance(row["n"], Literal)), 0)
