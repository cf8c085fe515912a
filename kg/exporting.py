"""The graph as a file: all named graphs in quad formats, their union in triple formats."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.errors import BadParameter
from kg.namespaces import ID, INFERRED_GRAPH, RDF
from kg.pipeline import STATE_GRAPH

# By the name that the command line knows: Turtle, TriG, N-Quads, N-Triples, JSON-LD.
FORMATS: Mapping[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_DATASETS = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS)  # JSON-LD could, but who reads one graph of it sees no named ones
_INFERENCE = ID + "inference/"
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_REIFIES = ox.NamedNode(RDF + "reifies")
_CHUNK = 1 << 16  # bytes
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


def export(
    statements: Iterable[ox.Quad],
    form: ox.RdfFormat,
    prefixes: Mapping[str, str],
    *,
    inferred: bool = True,
    annotated: bool = False,
) -> Iterator[bytes]:
    """The statements of all graphs but the store's own notes, in a fixed order, in chunks.

    Without `inferred`, graph/inferred stays out. With `annotated`, views and inferences are RDF 1.2 reifiers
    (rdf:reifies a triple term) in the place of nodes with rdf:subject, rdf:predicate and rdf:object; raise
    BadParameter for JSON-LD, which has none.
    """
    if annotated and form == ox.RdfFormat.JSON_LD:
        raise BadParameter(
            culprit="annotated",
            found="JSON-LD, which has no RDF 1.2 annotations",
            expected="ttl, trig, nq or nt",
            remedy="Choose one of these formats, or leave annotations out.",
        )
    without = {STATE_GRAPH} if inferred else {STATE_GRAPH, INFERRED_GRAPH}
    quads: Iterable[ox.Quad] = sorted(
        (quad for quad in statements if getattr(quad.graph_name, "value", "") not in without), key=str
    )
    if annotated:
        quads = _annotated(quads)
    data = quads if form in _DATASETS else dict.fromkeys(quad.triple for quad in quads)
    with tempfile.TemporaryFile() as file:
        ox.serialize(data, file, format=form, prefixes=dict(prefixes))
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _annotated(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads with each node's three of reification made one; a node that lacks any is left as it is."""
    nodes: dict[tuple[ox.NamedNode, Graph], dict[ox.NamedNode, ox.Quad]] = {}
    for quad in quads:
        node = quad.subject
        is_part = quad.predicate in (_SUBJECT, _PREDICATE, _OBJECT)
        if is_part and isinstance(node, ox.NamedNode) and node.value.startswith(_INFERENCE):
            nodes.setdefault((node, quad.graph_name), {})[quad.predicate] = quad
        else:
            yield quad
    for (node, graph), named in nodes.items():
        terms = [named[part].object for part in (_SUBJECT, _PREDICATE, _OBJECT) if part in named]
        match terms:
            case [ox.NamedNode() | ox.BlankNode() as subject, ox.NamedNode() as predicate, object_]:
                yield ox.Quad(node, _REIFIES, ox.Triple(subject, predicate, object_), graph)
            case _:
                yield from named.values()
