"""The embedded store: pyoxigraph on a folder, one writer, any number of readers on snapshots."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import StoreUnavailable
from kg.store.change import Change
from kg.store.draft import Draft
from kg.store.folder import Folder, State
from kg.store.merging import copies
from kg.store.snapshot import Checkpoint, GraphName, Results, Subject, Term

Content = TypeVar("Content")


class EmbeddedStore:
    """Quads in named graphs. Every method may be called from any thread."""

    shared = False

    def __init__(self, folder: Folder, *, temporary: bool) -> None:
        self._folder, self._temporary = folder, temporary
        self._writing = threading.RLock()
        self._closed = self._broken = False
        try:
            self._state = folder.open()
            self._store = self._open_engine(self._state)
            self._replay()
            self._snapshot = self._freeze(self._state)
        except BaseException:
            folder.release()
            raise

    @classmethod
    def at(cls, path: str | Path) -> EmbeddedStore:
        return cls(Folder(Path(path).absolute()), temporary=False)

    @classmethod
    def temporary(cls) -> EmbeddedStore:
        return cls(Folder.temporary(), temporary=True)

    @property
    def room(self) -> Path | None:
        return None if self._temporary else self._folder.path

    @property
    def version(self) -> int:
        """The number of the newest version: each commit that changes something raises it by one, across restarts."""
        return self._snapshot.version

    @property
    def id(self) -> str:
        """What tells this store from any other, so that a version number means something."""
        return self._state.id

    def snapshot(self) -> Checkpoint:
        """The newest version, which stays readable for as long as the snapshot is held."""
        return self._snapshot

    def checkpoint(self) -> Path:
        """The newest version's folder, for `ox.Store.read_only` in another process; hold `snapshot()` meanwhile."""
        return self._snapshot.path

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a trusted query in this process, without limits, over the union of all graphs or of `graphs` alone."""
        return self._snapshot.query(sparql, prefixes=prefixes, graphs=graphs)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        return self._snapshot.quads(s, p, o, g)

    def __len__(self) -> int:
        return len(self._snapshot)

    def draft(self) -> Draft:
        """A writable private clone; waits while another is open."""
        self._writing.acquire()
        try:
            self._refuse_unwritable()
            path = self._folder.fresh("drafts")
            self._store.backup(str(path))
            return Draft(path, self._writing.release)
        except BaseException:
            self._writing.release()
            raise

    def commit(self, change: Change) -> int:
        """Write a change, all of it or, after an error or a crash, nothing; return the version that it makes."""
        with self._writing:
            self._refuse_unwritable()
            effective = change.effective(self._store)
            if not effective:
                return self.version
            state = self._state.at(self._state.version + 1)
            self._folder.journal.write(state.version, effective)
            try:
                effective.apply(self._store)
                self._advance(state, self._freeze(state))
            except (OSError, RuntimeError) as error:
                self._undo(effective)
                raise self._failed(error) from error
            self._folder.journal.clear()
            return state.version

    def replace_all(self, quads: Iterable[ox.Quad]) -> int:
        """Put `quads` in the place of everything, at the speed of a bulk load and as atomically as `commit`."""

        def fill(path: Path) -> None:
            fresh = ox.Store(str(path))
            fresh.bulk_extend(chain.from_iterable((quad, *copies((quad,))) for quad in quads))
            fresh.flush()

        return self._next_generation(fill)

    def rewrite(
        self,
        write: Callable[[Path], Content],
        finish: Callable[[Draft, Content], None] | None = None,
        graphs: Collection[str] | None = None,  # noqa: ARG002 - all are at hand
    ) -> int:
        """Let `write` change a clone of the engine's files, in another process if it likes; then make that the store.

        What `write` gives back `finish` takes, with the clone as a draft, to write the rest. What either raises leaves
        the store as it was. The clone must be closed when `write` returns.
        """

        def clone(path: Path) -> None:
            self._store.backup(str(path))
            content = write(path)
            if finish is not None and content:
                with Draft(path, lambda: None, lasting=True) as draft:
                    finish(draft, content)

        return self._next_generation(clone)

    def check(self) -> None:
        """Raise StoreUnavailable where the store was closed, or broke at a write."""
        self._refuse_unwritable()

    def close(self) -> None:
        """Let go of the folder; a temporary one is removed. Closing twice is harmless."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            del self._store
            if self._temporary:
                shutil.rmtree(self._folder.path, ignore_errors=True)
            self._folder.release()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_engine(self, state: State) -> ox.Store:
        try:
            return ox.Store(str(self._folder.generation(state)))
        except (OSError, RuntimeError, ValueError) as error:
            raise self._folder.damaged(str(error)) from error

    def _replay(self) -> None:
        """Finish the commit that a crash broke off."""
        try:
            pending = self._folder.journal.read()
        except (ValueError, KeyError, SyntaxError) as error:
            raise self._folder.damaged(f"journal: {error}") from error
        if pending is not None and pending[0] > self._state.version:
            version, change = pending
            change.apply(self._store)
            self._store.flush()
            self._state = self._state.at(version)
            self._folder.save(self._state)
        self._folder.journal.clear()

    def _freeze(self, state: State) -> Checkpoint:
        path = self._folder.fresh("versions")
        self._store.backup(str(path))
        return Checkpoint(path, state.version, self._folder.saved() + 1)

    def _advance(self, state: State, snapshot: Checkpoint) -> None:
        self._folder.save(state)
        snapshot.modified = max(int(time.time()) + 1, self._snapshot.modified)  # the clock may have been set back
        self._state, self._snapshot = state, snapshot

    def _next_generation(self, build: Callable[[Path], None]) -> int:
        """Let `build` make the engine's files in a folder, and put them in the place of those there are."""
        with self._writing:
            self._refuse_unwritable()
            state = State(self._state.format, self._state.id, self._state.generation + 1, self._state.version + 1)
            old, old_path, path = self._store, self._folder.generation(self._state), self._folder.generation(state)
            shutil.rmtree(path, ignore_errors=True)
            try:
                build(path)
                self._store = ox.Store(str(path))
                self._advance(state, self._freeze(state))
            except BaseException:
                self._store = old
                shutil.rmtree(path, ignore_errors=True)
                raise
            del old
            shutil.rmtree(old_path, ignore_errors=True)
            return state.version

    def _undo(self, change: Change) -> None:
        try:
            change.inverse().apply(self._store)
            self._folder.journal.clear()
        except (OSError, RuntimeError):
            self._broken = True

    def _failed(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            culprit=f"the store in {self._folder.path}",
            found=f"a write that failed ({error})",
            remedy="Nothing was changed. See to the disk's room and rights, then write again.",
        )

    def _refuse_unwritable(self) -> None:
        if self._closed or self._broken:
            raise StoreUnavailable(
                culprit=f"the store in {self._folder.path}",
                found="a store that was closed" if self._closed else "an earlier write that could not be undone",
                remedy="Open it again.",
            )
