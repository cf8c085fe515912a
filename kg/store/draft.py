"""A private, writable clone: what would be, before anybody else can see it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.store.change import Change, emptied, put
from kg.store.merging import MERGED, Dataset, copies, orphans
from kg.store.snapshot import GraphName, Results, Subject, Term, evaluate


class Draft:
    """A clone of the store's newest version; leaving the `with` block throws it away, committed or not.

    One draft is open at a time: whoever asks for the next waits, so that what a draft was made from
    is still the newest version when its change is committed.
    """

    def __init__(self, path: Path, release: Callable[[], None], *, lasting: bool = False) -> None:
        """`lasting`: the folder stays when the draft is closed, with what was written to it (see `Store.rewrite`)."""
        self._path, self._release, self._lasting = path, release, lasting
        self._store = ox.Store(str(path))
        self._added: set[ox.Quad] = set()
        self._removed: set[ox.Quad] = set()
        self._emptied: set[GraphName] = set()  # graphs that quads were removed from, of which none may be left

    def add(self, quads: Iterable[ox.Quad]) -> None:
        given = list(quads)
        new = list(dict.fromkeys(quad for quad in (*given, *copies(given)) if quad not in self._store))
        put(self._store, new)
        for quad in new:
            if quad in self._removed:
                self._removed.discard(quad)
            else:
                self._added.add(quad)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        gone = [quad for quad in dict.fromkeys(quads) if quad in self._store]
        self._take_away(gone)
        self._take_away(list(orphans(self._store, gone)))

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a trusted query on the draft, over the graphs that the pipeline keeps, or over `graphs` alone."""
        everything = Dataset([], []) if graphs is not None else Dataset.of(self._store, kept_alone=True)
        return evaluate(self._store, sparql, prefixes, graphs, everything)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        for quad in self._store.quads_for_pattern(s, p, o, g):
            if quad.graph_name != MERGED:
                yield quad

    def _take_away(self, quads: Iterable[ox.Quad]) -> None:
        for quad in quads:
            self._store.remove(quad)
            self._emptied.add(quad.graph_name)
            if quad in self._added:
                self._added.discard(quad)
            else:
                self._removed.add(quad)

    def change(self) -> Change:
        """All that differs from the version that the draft was made from."""
        return Change(frozenset(self._added), frozenset(self._removed))

    def close(self) -> None:
        if self._lasting:
            for graph in emptied(self._store, self._emptied):
                self._store.remove_graph(graph)
            self._store.flush()
        del self._store
        if not self._lasting:
            shutil.rmtree(self._path, ignore_errors=True)
        self._release()

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
