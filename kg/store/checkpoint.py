"""What is read and written: a version that never changes, a private draft, and the change between two versions."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import uuid
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, TypeVar

import pyoxigraph as ox

from kg.store.merged_graph import MERGED, Dataset, copies, orphans

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Value = TypeVar("Value")

_ATTEMPTS = 20
_MANY = 20_000  # quads: a bulk load takes half the time of a transaction at some 50,000, and as much at 10,000


@dataclass(frozen=True)
class Change:
    """Quads to remove and quads to add, in this order; a quad in both ends up present."""

    added: frozenset[ox.Quad] = frozenset()
    removed: frozenset[ox.Quad] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


class Checkpoint:
    """The engine's files of one version, never written again: what queries read."""

    def __init__(self, path: Path, version: int, modified: int) -> None:
        """`modified` is the second after the one in which the version was made, since 1970."""
        self.path, self.version, self.modified = path, version, modified
        self._parts: dict[str, Checkpoint] = {}
        self._making = threading.Lock()

    @cached_property
    def _store(self) -> ox.Store:
        """Opened for who reads first: of many versions nobody reads any."""
        return ox.Store.read_only(str(self.path))

    def __contains__(self, quad: ox.Quad) -> bool:
        return quad in self._store

    def open(self) -> None:
        """Look at all the files; raise OSError or ValueError where one is missing or damaged."""
        _ = self._store

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a query of our own: over the union of all graphs, or of `graphs`, which `GRAPH` then sees alone."""
        return _evaluate(self._store, sparql, prefixes, graphs, self._dataset)

    def query_kept(self, sparql: str, *, prefixes: Mapping[str, str] | None = None) -> Results:
        """Run a query of our own over the graphs that the pipeline keeps: never a user's."""
        return _evaluate(self._store, sparql, prefixes, None, self._kept)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        return _shown(self._store, s, p, o, g)

    def graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The named graphs, less the merged one."""
        yield from (graph for graph in self._store.named_graphs() if graph != MERGED)

    def has_graph(self, graph: str) -> bool:
        """Whether a named graph is here, an empty one included."""
        return graph != MERGED.value and self._store.contains_named_graph(ox.NamedNode(graph))

    def draft(self) -> Path:
        """A new folder, beside the versions, with a copy of this one to be written to."""
        path = self.path.parents[1] / "drafts" / uuid.uuid4().hex
        path.parent.mkdir(exist_ok=True)
        self.clone(path)
        return path

    def clone(self, path: Path) -> None:
        """Make the folder `path` a copy of this version, by links where the file system has them."""
        copy_files(self.path, path)

    def without(self, graph: str) -> Checkpoint:
        """The same version less one named graph; made once, kept for as long as this snapshot."""
        with self._making:
            if graph not in self._parts:
                path = self.path.with_name(f"{self.path.name}-{uuid.uuid4().hex[:8]}")
                self.clone(path)
                writable = ox.Store(str(path))
                gone = list(writable.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
                writable.remove_graph(ox.NamedNode(graph))
                for quad in list(orphans(writable, gone)):
                    writable.remove(quad)
                writable.flush()
                del writable
                self._parts[graph] = part = Checkpoint(path, self.version, self.modified)
                part.retire()
            return self._parts[graph]

    def retire(self) -> None:
        """Let the folder go with the last who holds this object: no store is opened from it again."""
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

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


def copy_files(source: Path, target: Path) -> None:
    """Make `target` a folder with the engine's files of `source`, which nobody writes to just now, and let it last.

    Files that never change are linked, where the file system has links; the newest log, and the manifest that lists
    all, are copied. The engine may put tables together meanwhile: then the manifest is another, and all is done again.
    """
    for _ in range(_ATTEMPTS):
        before = _manifest(source)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        try:
            names = sorted(path.name for path in source.iterdir() if path.name not in ("LOCK", "LOG"))
            logs = [name for name in names if name.endswith(".log")]
            for name in names:
                grows = name.startswith("MANIFEST-") or name in logs[-1:]
                _copy_file(str(source / name), str(target / name), lasts=not grows)
        except FileNotFoundError:
            continue
        if _manifest(source) == before:
            sync(target)
            return
    shutil.rmtree(target, ignore_errors=True)
    raise OSError(f"{source} changes faster than it can be copied")


def logged(folder: Path) -> int:
    """How many bytes of the engine's files in a folder are only logged."""
    return sum(log.stat().st_size for log in folder.glob("*.log"))


def _copy_file(source: str, target: str, *, lasts: bool) -> None:
    if lasts:
        try:
            os.link(source, target)
            return
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOSPC, errno.EDQUOT):
                raise
    shutil.copyfile(source, target)
    sync(Path(target))


def _manifest(folder: Path) -> tuple[str, int]:
    name = (folder / "CURRENT").read_text().strip()
    return name, (folder / name).stat().st_size


def sync(path: Path) -> None:
    """Let what a file or folder holds last; raise OSError where the disk fails."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Draft:
    """What would be, before anybody else can see it: the engine's files of the newest version, to be written to.

    One draft is open at a time: whoever asks for the next waits, so that what a draft was made from
    is still the newest version when it is committed.
    """

    def __init__(self, store: ox.Store, commit: Callable[[Change], int]) -> None:
        """`commit` makes what was written, a change that is not empty, the newest version."""
        self._store, self._commit = store, commit
        self.written = False  # whether anything was since the start, or the last commit
        self._added: set[ox.Quad] = set()
        self._removed: set[ox.Quad] = set()
        self._touched: set[GraphName] = set()  # graphs that quads were removed from, of which none may be left

    def add(self, quads: Iterable[ox.Quad]) -> None:
        given = list(quads)
        new = list(dict.fromkeys(quad for quad in (*given, *copies(given)) if quad not in self._store))
        self.written = True
        if len(new) < _MANY:
            self._store.extend(new)
        else:
            self._store.bulk_extend(new)
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
        return _evaluate(self._store, sparql, prefixes, graphs, everything)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        return _shown(self._store, s, p, o, g)

    def change(self) -> Change:
        """All that differs from the version that the draft was made from."""
        return Change(frozenset(self._added), frozenset(self._removed))

    def commit(self) -> int:
        """Make this the newest version, all of it or nothing; return its number.

        Where nothing differs, that is the number of the version that it was made from.
        """
        for graph in self._touched:
            holds = self._store.quads_for_pattern(None, None, None, graph)
            if not isinstance(graph, ox.DefaultGraph) and next(holds, None) is None:
                self._store.remove_graph(graph)
        version = self._commit(self.change())
        self.written = False
        for kept in (self._added, self._removed, self._touched):
            kept.clear()
        return version

    def close(self) -> None:
        """Let go of the engine, whose files may be removed then."""
        del self._store

    def _take_away(self, quads: Iterable[ox.Quad]) -> None:
        self.written = True
        for quad in quads:
            self._store.remove(quad)
            self._touched.add(quad.graph_name)
            if quad in self._added:
                self._added.discard(quad)
            else:
                self._removed.add(quad)


def _shown(
    store: ox.Store, s: Subject | None, p: ox.NamedNode | None, o: Term | None, g: GraphName | None
) -> Iterator[ox.Quad]:
    """The quads of a pattern, less those of the merged graph."""
    return (quad for quad in store.quads_for_pattern(s, p, o, g) if quad.graph_name != MERGED)


def _evaluate(
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
