"""Whatever is derived has a proof, and each proof can be replayed: by another engine, down to words and citations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import proofs
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH, ID, RDF, SG
from kg.store import open_store
from tests.replaying import DERIVED, Checker, Statement, World

HERE = Path(__file__).parent
DOCUMENTS = sorted([*(HERE / "breadth").glob("*.ttl"), *(HERE / "contradiction").glob("*.ttl")])


@pytest.fixture(scope="module")
def loaded(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """One graph, which each test leaves as the seed makes it."""
    store = open_store(f"file:{tmp_path_factory.mktemp('loaded') / 'store'}")
    store.replace_all(seeded.store.quads())
    with KnowledgeGraph(store, seeded.settings) as own:
        own.knowledge = seeded.knowledge
        yield own


@pytest.fixture(scope="module")
def world(loaded: KnowledgeGraph) -> World:
    found = World()
    found.become(loaded.store.quads())
    return found


def nodes(graph: KnowledgeGraph) -> dict[Statement, set[str]]:
    """All that the nodes of derivations say, by the statement that they derive."""
    said: dict[Any, list[ox.Quad]] = {}
    for graph_name in DERIVED:
        for quad in graph.store.quads(g=ox.NamedNode(graph_name)):
            if quad.subject.value.startswith(f"{ID}inference/"):
                said.setdefault(quad.subject, []).append(quad)
    found: dict[Statement, set[str]] = {}
    for quads in said.values():
        parts = {quad.predicate.value: str(quad.object) for quad in quads}
        statement = parts[RDF + "subject"], parts[RDF + "predicate"], parts[RDF + "object"]
        found.setdefault(statement, set()).update(map(str, quads))
    return found


def term(text: str) -> Any:
    return next(iter(ox.parse(f"<a:a> <a:a> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object


def proof(graph: KnowledgeGraph, statement: Statement) -> dict[str, Any]:
    """The proof of a statement, as JSON."""
    return proofs.as_dict(proofs.why(graph.store.snapshot(), graph.knowledge.rules, *map(term, statement)))


def faults(graph: KnowledgeGraph, world: World, statements: set[Statement]) -> list[str]:
    """What is wrong with the proofs of statements."""
    checker = Checker(world, graph.prefixes)
    return [fault for each in sorted(statements) for fault in checker.faults(proof(graph, each))]


def test_all_that_follows_from_the_seed_has_a_proof_that_another_engine_replays(
    loaded: KnowledgeGraph, world: World
) -> None:
    derived = nodes(loaded)
    assert world.concluded() <= set(derived)
    assert faults(loaded, world, set(derived)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_so_has_all_that_a_document_adds(loaded: KnowledgeGraph, world: World, path: Path) -> None:
    """Checked are the statements of which a derivation is new or says something new."""
    before = nodes(loaded)
    document = loaded.load(path).document
    try:
        world.become(loaded.store.quads())
        after = nodes(loaded)
        assert world.concluded() <= set(after)
        assert faults(loaded, world, {each for each, said in after.items() if said != before.get(each)}) == []
    finally:
        loaded.unload(document)
        world.become(loaded.store.quads())
