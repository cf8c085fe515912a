"""One version of the quads, never written again: what queries read."""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class Snapshot:
    """A checkpoint folder of one version, which stays on disk for as long as somebody holds this object."""

    def __init__(self, path: Path, version: int) -> None:
        self.path, self.version = path, version
        self._store = ox.Store.read_only(str(path))
        self._parts: dict[str, Snapshot] = {}
        self._making = threading.Lock()
        self._end = weakref.finalize(self, shutil.rmtree, path, ignore_errors=True)

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        return evaluate(self._store, sparql, prefixes, graphs)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        yield from self._store.quads_for_pattern(s, p, o, g)

    def graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        yield from self._store.named_graphs()

    def has_graph(self, graph: str) -> bool:
        """Whether a named graph is here, an empty one included."""
        return self._store.contains_named_graph(ox.NamedNode(graph))

    def without(self, graph: str) -> Snapshot:
        """The same version less one named graph; made once, kept for as long as this snapshot."""
        with self._making:
            if graph not in self._parts:
                path = self.path.with_name(f"{self.path.name}-{len(self._parts) + 1}")
                self._store.backup(str(path))
                writable = ox.Store(str(path))
                writable.remove_graph(ox.NamedNode(graph))
                writable.flush()
                del writable
                self._parts[graph] = Snapshot(path, self.version)
            return self._parts[graph]

    def __len__(self) -> int:
        return len(self._store)


def evaluate(
    store: ox.Store, sparql: str, prefixes: Mapping[str, str] | None, graphs: Collection[str] | None
) -> Results:
    """Run a query of our own: over the union of all graphs, or of `graphs`, which `GRAPH` then sees alone."""
    names = dict(prefixes or {})
    if graphs is None:
        return store.query(sparql, prefixes=names, use_default_graph_as_union=True)
    named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(graph) for graph in graphs]
    return store.query(sparql, prefixes=names, default_graph=[*named], named_graphs=named)
