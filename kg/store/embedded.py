"""The embedded store: pyoxigraph on a folder, one writer, any number of readers on versions that never change.

A commit is written beside the version that readers have, to an engine whose files nobody else sees. A copy of them by
links is the next version: `store.json` is replaced, at once, by one that names it. A crash before leaves the old
version, one after it the new: there is nothing to undo and nothing to repeat. What is not committed goes with the
engine's files, and the next who writes clones the newest version anew.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.errors import StoreFull, StoreUnavailable, is_full
from kg.store.checkpoint import Change, Checkpoint, Draft, GraphName, Results, Subject, Term, copy_files
from kg.store.folder import Folder
from kg.store.history import Fate, History
from kg.store.merged_graph import copies, is_kept

_ATTEMPTS = 5  # at a copy of what another process may replace meanwhile


class EmbeddedStore:
    """Quads in named graphs. Every method may be called from any thread."""

    shared = False

    def __init__(self, folder: Folder, *, temporary: bool) -> None:
        self._folder, self._temporary = folder, temporary
        self._writing = threading.RLock()
        self._closed = False
        self._engine: ox.Store | None = None
        self._drafted: Path | None = None  # the engine's files
        self._full = False  # whether the last write found no room
        self._unsure: BaseException | None = None  # why nobody knows which version `store.json` names
        self._told: Callable[[Checkpoint], None] = lambda _: None
        try:
            self._state = folder.open()
            self._snapshot = self._opened()
            self.history = History(folder.path / "history", self.version)
        except OSError as error:
            folder.release()
            raise self._failed(error) from error
        except BaseException:
            folder.release()
            raise

    @classmethod
    def at(cls, path: str | Path) -> EmbeddedStore:
        return cls(Folder(Path(path).absolute()), temporary=False)

    @classmethod
    def temporary(cls) -> EmbeddedStore:
        return cls(Folder.temporary(), temporary=True)

    @classmethod
    def copy_of(cls, path: str | Path) -> EmbeddedStore:
        """A temporary store with the newest version of a folder that another process holds, or that nobody may write.

        Raise StoreUnavailable where there is none that can be read.
        """
        source, store = Folder(Path(path).absolute(), locked=False), cls.temporary()

        def clone(_: Checkpoint, target: Path) -> None:
            for left in reversed(range(_ATTEMPTS)):
                try:
                    copy_files(source.generation(source.read()), target)
                    return
                except FileNotFoundError:  # another version has taken its place
                    if not left:
                        raise

        try:
            store.rewrite(clone)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def room(self) -> Path | None:
        return None if self._temporary else self._folder.path

    @property
    def version(self) -> int:
        return self._snapshot.version

    @property
    def id(self) -> str:
        return self._state.id

    def snapshot(self) -> Checkpoint:
        """The newest version, which stays readable for as long as the snapshot is held."""
        return self._snapshot

    def follow(self, told: Callable[[Checkpoint], None]) -> None:
        """Tell the newest version, now and from now on whenever there is another, in the thread that commits it."""
        with self._writing:
            self._told = told
            told(self._snapshot)

    def checkpoint(self) -> Path:
        """The newest version's folder, for `ox.Store.read_only` in another process; hold `snapshot()` meanwhile."""
        return self._snapshot.path

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        return self._snapshot.query(sparql, prefixes=prefixes, graphs=graphs)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        return self._snapshot.quads(s, p, o, g)

    def __len__(self) -> int:
        return len(self._snapshot)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        with self._writing:
            self.check()
            draft = None
            try:
                draft = Draft(self._writable(), self._publish)
                yield draft
            except OSError as error:
                raise self._failed(error) from error
            finally:
                if draft is not None:
                    draft.close()
                if draft is None or draft.written:
                    self._discard()

    def commit(self, change: Change) -> int:
        with self.draft() as draft:
            draft.remove(change.removed - change.added)
            draft.add(change.added)
            return draft.commit()

    def replace_all(self, quads: Iterable[ox.Quad]) -> int:
        """Put `quads` in the place of everything, at the speed of a bulk load and as atomically as `commit`."""

        def fill(path: Path) -> None:
            fresh = ox.Store(str(path))
            fresh.bulk_extend(chain.from_iterable((quad, *copies((quad,))) for quad in quads))
            fresh.flush()

        return self._exchange(fill, self.history.restart)

    def rewrite(self, write: Callable[[Checkpoint, Path], None]) -> int:
        """Let `write` put the engine's files of the next version, made of the newest, into a folder; return its number.

        What it raises leaves the store as it was. It must leave the graphs that the pipeline keeps alone.
        """
        return self._exchange(lambda path: write(self._snapshot, path), lambda _: None)

    def check(self) -> None:
        """Raise StoreUnavailable where the store was closed or broke at a write, StoreFull while there is no room."""
        if self._closed or self._unsure:
            raise self._broken()
        if self._full:
            try:
                self._folder.try_room()
            except OSError as error:
                raise self._failed(error) from error
            self._full = False

    def close(self) -> None:
        """Let go of the folder; a temporary one is removed. Closing twice is harmless."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._discard()
            if self._temporary:
                shutil.rmtree(self._folder.path, ignore_errors=True)
            self._folder.release()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _broken(self) -> StoreUnavailable:
        return StoreUnavailable(
            culprit=f"the store in {self._folder.path}",
            found="a store that was closed" if self._closed else f"a write that failed halfway ({self._unsure})",
            remedy="Open it again.",
        )

    def _opened(self) -> Checkpoint:
        """The version that `store.json` names; raise StoreUnavailable where its files are damaged."""
        path = self._folder.generation(self._state)
        try:
            if not (path / "CURRENT").exists() or any(log.stat().st_size for log in path.glob("*.log")):
                ox.Store(str(path)).flush()  # begins it, or takes in what an older release had only logged
            opened = Checkpoint(path, self._state.version, self._folder.saved() + 1)
            opened.open()
            return opened
        except (OSError, RuntimeError, ValueError) as error:
            if is_full(error):
                raise
            raise self._folder.damaged(str(error)) from error

    def _writable(self) -> ox.Store:
        """The engine on files of its own with what the newest version holds: kept from one commit to the next."""
        if self._engine is None:
            self._drafted = self._snapshot.draft()  # one before may still be open
            self._engine = ox.Store(str(self._drafted))
        return self._engine

    def _discard(self) -> None:
        """Let go of the engine: it holds what was not committed, or less than was."""
        self._engine = None
        if self._drafted is not None:
            shutil.rmtree(self._drafted, ignore_errors=True)
            with suppress(OSError):  # others draft there too
                self._drafted.parent.rmdir()
        self._drafted = None

    def _publish(self, change: Change) -> int:
        """Make what the engine holds the newest version, where it differs."""
        engine, before = self._writable(), self._snapshot

        def fate(graph: ox.NamedNode) -> Fate:
            if not engine.contains_named_graph(graph):
                return "removed"
            return "changed" if before.has_graph(graph.value) else "added"

        def record(version: int) -> None:
            touched = {quad.graph_name for quad in (*change.added, *change.removed)}
            kept = (graph for graph in touched if isinstance(graph, ox.NamedNode) and is_kept(graph))
            fates = {graph.value: fate(graph) for graph in kept}
            self.history.record(version, change, fates)

        return self._advance(lambda path: engine.backup(str(path)), record) if change else self.version

    def _exchange(self, build: Callable[[Path], None], record: Callable[[int], None]) -> int:
        """Make the newest version of files that the engine knows nothing of."""
        with self._writing:
            self.check()
            try:
                return self._advance(build, record)
            except (OSError, StoreFull) as error:
                raise self._failed(error) from error
            finally:
                self._discard()

    def _failed(self, error: Exception) -> StoreUnavailable:
        if isinstance(error, StoreFull) or is_full(error):
            self._full = True
            return StoreFull(
                culprit=f"the store in {self._folder.path}",
                found=f"no room to write to ({error})" if not isinstance(error, StoreFull) else error.found,
                remedy="Nothing was changed, and queries are answered. Make room on the disk, then write again.",
            )
        return StoreUnavailable(
            culprit=f"the store in {self._folder.path}",
            found=f"a write that failed ({error})",
            remedy="Nothing was changed. See to the disk's room and rights, then write again.",
        )

    def _advance(self, build: Callable[[Path], None], record: Callable[[int], None]) -> int:
        """Let `build` make the engine's files of the next version in a folder, and make that the newest.

        `record` tells the history what the version with this number changed.
        """
        state = replace(self._state, generation=self._state.generation + 1, version=self._state.version + 1)
        path = self._folder.generation(state)
        shutil.rmtree(path, ignore_errors=True)
        try:
            build(path)
            record(state.version)
            self._folder.save(state)
        except BaseException as error:
            self._unsure = error
            if self._folder.read() != self._state:  # nobody knows whether it lasts
                raise self._broken() from error
            self._unsure = None
            shutil.rmtree(path, ignore_errors=True)
            raise
        self._snapshot.retire()
        # The clock may have been set back.
        modified = max(int(time.time()) + 1, self._snapshot.modified)
        self._state, self._snapshot = state, Checkpoint(path, state.version, modified)
        self._told(self._snapshot)
        return state.version
