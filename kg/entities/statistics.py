"""How much the graph holds: of which graphs, of which classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.entities.describing import STATE_GRAPH
from kg.entities.reader import Reading
from kg.namespaces import GRAPH, RDF, SG
from kg.terms import Literal, NamedNode


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
