"""One version of the quads, never written again: what queries read."""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, TypeVar

import pyoxigraph as ox

from kg.store.merging import MERGED, Dataset, orphans

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Value = TypeVar("Value")


class Checkpoint:
    """A checkpoint folder of one version, which stays on disk for as long as somebody holds this object."""

    def __init__(self, path: Path, version: int, modified: int) -> None:
        """`modified` is the second after the one in which the version was made, since 1970."""
        self.path, self.version, self.modified = path, version, modified
        self._store = ox.Store.read_only(str(path))
        self._parts: dict[str, Checkpoint] = {}
        self._making = threading.Lock()
        self._end = weakref.finalize(self, shutil.rmtree, path, ignore_errors=True)

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a query of our own: over the union of all graphs, or of `graphs`, which `GRAPH` then sees alone."""
        return evaluate(self._store, sparql, prefixes, graphs, self._dataset)

    def query_kept(self, sparql: str, *, prefixes: Mapping[str, str] | None = None) -> Results:
        """Run a query of our own over the graphs that the pipeline keeps: never a user's."""
        return evaluate(self._store, sparql, prefixes, None, self._kept)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        for quad in self._store.quads_for_pattern(s, p, o, g):
            if quad.graph_name != MERGED:
                yield quad

    def graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The named graphs, less the merged one."""
        yield from (graph for graph in self._store.named_graphs() if graph != MERGED)

    def has_graph(self, graph: str) -> bool:
        """Whether a named graph is here, an empty one included."""
        return graph != MERGED.value and self._store.contains_named_graph(ox.NamedNode(graph))

    def without(self, graph: str) -> Checkpoint:
        """The same version less one named graph; made once, kept for as long as this snapshot."""
        with self._making:
            if graph not in self._parts:
                path = self.path.with_name(f"{self.path.name}-{len(self._parts) + 1}")
                self._store.backup(str(path))
                writable = ox.Store(str(path))
                gone = list(writable.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
                writable.remove_graph(ox.NamedNode(graph))
                for quad in list(orphans(writable, gone)):
                    writable.remove(quad)
                writable.flush()
                del writable
                self._parts[graph] = Checkpoint(path, self.version, self.modified)
            return self._parts[graph]

    def steady(self, compute: Callable[[], Value]) -> Value:
        """What `compute` makes of several queries; nothing here changes between them."""
        return compute()

    @cached_property
    def _dataset(self) -> Dataset:
        return Dataset.of(self._store)

    @cached_property
    def _kept(self) -> Dataset:
        return Dataset.of(self._store, kept_alone=True)

    def __len__(self) -> int:
        return sum(1 for _ in self.quads())


def evaluate(
    store: ox.Store,
    sparql: str,
    prefixes: Mapping[str, str] | None,
    graphs: Collection[str] | None,
    dataset: Dataset,
) -> Results:
    """Run a query over `graphs`, or else over `dataset`."""
    names = dict(prefixes or {})
    if graphs is not None:
        named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(graph) for graph in graphs]
        dataset = Dataset([*named], named)
    if dataset.default is None:
        return store.query(sparql, prefixes=names, use_default_graph_as_union=True)
    return store.query(sparql, prefixes=names, default_graph=dataset.default, named_graphs=dataset.named)
