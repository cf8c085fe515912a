"""A graph of a test's own, made of another as it stands: nothing is read, validated or inferred again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.graph import KnowledgeGraph
from kg.store import EmbeddedStore


@contextmanager
def copied(graph: KnowledgeGraph, folder: Path) -> Iterator[KnowledgeGraph]:
    """A copy of `graph` in a store in `folder`, on the project's files as `graph` has read them."""
    original, store = graph.store, EmbeddedStore.at(folder / "store")
    assert isinstance(original, EmbeddedStore)
    held = original.snapshot()

    store.rewrite(lambda _, path: held.clone(path))
    with KnowledgeGraph(store, graph.settings) as own:
        own.knowledge = graph.knowledge
        yield own
