"""Many readers: what is computed of a version is computed once, before anybody reads it, and only where it changed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from kg.graph import KnowledgeGraph
from kg.store import Checkpoint
from tests.test_freshness import DOCUMENT

READERS = 20


def test_what_many_ask_for_at_once_is_computed_once(graph: KnowledgeGraph) -> None:
    computed: list[int] = []
    together = threading.Barrier(READERS)

    def compute() -> int:
        computed.append(1)
        time.sleep(0.1)
        return 7

    def ask(_: int) -> int:
        together.wait()
        return graph.kept("asked by many", compute)

    with ThreadPoolExecutor(READERS) as readers:
        assert set(readers.map(ask, range(READERS))) == {7}
    assert len(computed) == 1


def test_a_write_to_a_graph_of_ones_own_changes_nothing_that_was_computed(graph: KnowledgeGraph) -> None:
    names, things, read = graph.names(), graph.things(), graph.snapshot().version

    def write(version: Checkpoint, clone: Path) -> None:
        version.clone(clone)
        store = ox.Store(str(clone))
        a, b, own = (ox.NamedNode(f"https://example.org/{name}") for name in ("a", "b", "own"))
        store.add(ox.Quad(a, b, ox.Literal("mine"), own))
        store.flush()

    assert graph.rewrite(write) > read
    assert graph.names() is names
    assert graph.things() is things


def test_an_index_is_made_before_the_version_is_read(graph: KnowledgeGraph) -> None:
    made: list[tuple[int, int]] = []
    graph.index("probe", lambda version, _: made.append((version.snapshot.version, graph.snapshot().version)))
    before = graph.snapshot().version
    graph.load(DOCUMENT.format(number=1).encode())
    after = graph.snapshot().version
    assert after > before
    assert made == [(before, before), (after, before)]
