"""The graph leaves in every format whole: what is read back is what the store holds."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from kg.exporting import FORMATS
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH, ID, INFERRED_GRAPH, RDF, SG
from kg.pipeline import STATE_GRAPH
from tests.processes import Kg

NODE = f"{ID}inference/"
REIFIES, TYPE = ox.NamedNode(RDF + "reifies"), ox.NamedNode(RDF + "type")
PARTS = tuple(ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
DATASETS = ("trig", "nq")


def exported(graph: KnowledgeGraph, form: str, *, inferred: bool = True, annotated: bool = False) -> bytes:
    return b"".join(graph.export(FORMATS[form], inferred=inferred, annotated=annotated))


def read(data: bytes, form: str) -> list[ox.Quad]:
    return list(ox.parse(data, format=FORMATS[form]))


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The statements, whatever their blank nodes are called."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(found)


def held(graph: KnowledgeGraph, *, inferred: bool = True) -> list[ox.Quad]:
    """What the store holds, less its own notes."""
    left_out = {STATE_GRAPH} if inferred else {STATE_GRAPH, INFERRED_GRAPH}
    return [quad for quad in graph.store.quads() if quad.graph_name.value not in left_out]


def union(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return [ox.Quad(*quad.triple) for quad in quads]


def joined(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Each reifier as a node with its three parts."""
    for quad in quads:
        if quad.predicate == REIFIES:
            triple = quad.object
            for part, term in zip(PARTS, (triple.subject, triple.predicate, triple.object), strict=True):
                yield ox.Quad(quad.subject, part, term, quad.graph_name)
        else:
            yield quad


@pytest.mark.parametrize("inferred", [True, False], ids=["all", "without inferences"])
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_read_back_is_what_the_store_holds(seeded: KnowledgeGraph, form: str, inferred: bool) -> None:
    """With its named graphs in TriG and N-Quads; their union in Turtle, N-Triples and JSON-LD."""
    found, expected = read(exported(seeded, form, inferred=inferred), form), held(seeded, inferred=inferred)
    left, right = canonical(found), canonical(expected if form in DATASETS else union(expected))
    assert [*(left - right), *(right - left)] == []


@pytest.mark.parametrize("form", FORMATS)
def test_two_exports_have_the_same_bytes(seeded: KnowledgeGraph, form: str) -> None:
    assert exported(seeded, form) == exported(seeded, form)


def test_without_inferences_views_stay_and_nothing_tells_of_an_inference(seeded: KnowledgeGraph) -> None:
    found = read(exported(seeded, "nq", inferred=False), "nq")
    assert any(quad.object == ox.NamedNode(SG + "View") for quad in found)
    assert not any(quad.object == ox.NamedNode(SG + "Inference") and quad.predicate == TYPE for quad in found)
    assert {quad.graph_name.value.removeprefix(GRAPH) for quad in found} == {
        "background", "chinese-peacekeepers", "ontology", "shapes", "views",
    }  # fmt: skip


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "jsonld"])
def test_annotated_each_node_reifies_the_statement_that_it_derives(seeded: KnowledgeGraph, form: str) -> None:
    """As RDF 1.2 has it; made nodes again, the reifiers are the very statements of the plain form."""
    found = read(exported(seeded, form, annotated=True), form)
    plain = held(seeded) if form in DATASETS else union(held(seeded))
    nodes = {quad.subject for quad in plain if str(quad.subject).startswith(f"<{NODE}")}
    assert {quad.subject for quad in found if quad.predicate == REIFIES} == nodes
    assert not any(quad.predicate in PARTS and quad.subject in nodes for quad in found)
    assert canonical(joined(found)) == canonical(plain)


def test_annotated_a_reified_statement_stands_beside_its_reifier_unless_it_is_denied(graph: KnowledgeGraph) -> None:
    found = read(exported(graph, "trig", annotated=True), "trig")
    denied = {quad.subject for quad in found if quad.object == ox.NamedNode(SG + "denied")}
    stated = {quad.triple for quad in found}
    reified = {quad.object for quad in found if quad.predicate == REIFIES and quad.subject not in denied}
    assert reified
    assert reified <= stated


def test_an_export_fills_another_store(seeded: KnowledgeGraph, graph: KnowledgeGraph) -> None:
    graph.unload("chinese-peacekeepers")
    graph.store.replace_all(read(exported(seeded, "nq"), "nq"))
    assert exported(graph, "trig") == exported(seeded, "trig")


@pytest.fixture(scope="module")
def quads(kg: Kg) -> list[ox.Quad]:
    """What the command line exports as N-Quads, without inferences."""
    return read(kg("export", "--format", "nq", "--no-inferred").stdout.encode(), "nq")


@pytest.mark.parametrize("form", ["ttl", "trig", "jsonld"])
def test_the_command_line_exports_the_same_in_each_format(kg: Kg, quads: list[ox.Quad], form: str) -> None:
    ran = kg("export", "--format", form, "--no-inferred")
    assert ran.code == 0, ran.stderr
    assert canonical(read(ran.stdout.encode(), form)) == canonical(quads if form in DATASETS else union(quads))


def test_json_ld_cannot_be_annotated_and_the_command_says_so(kg: Kg) -> None:
    ran = kg("export", "--format", "jsonld", "--annotated")
    assert ran.code == 2
    assert "JSON-LD, which has no RDF 1.2 annotations" in ran.stderr
    assert "Choose one of these formats" in ran.stderr
