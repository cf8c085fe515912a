"""The remote store: any SPARQL 1.1 endpoint, read as it is, written by one update for each commit.

A commit is guarded by the version that it was made from: where another writer was first, it changes nothing. Drafts are
clones of a copy of the pipeline's graphs, an embedded store of its own that is fetched anew where another has written.
"""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.errors import BadQuery, Busy, KgError, StoreFault, StoreTimeout, StoreUnavailable
from kg.settings import Access
from kg.store.checkpoint import Change, Draft, GraphName, Results, Subject, Term
from kg.store.embedded import EmbeddedStore
from kg.store.endpoint import Endpoint
from kg.store.guarded_update import stated, write
from kg.store.merged_graph import MERGED, copies, is_kept
from kg.store.remote_snapshot import STATED, Live, Stamp, is_own, read_stamp


class RemoteStore:
    """Quads at an endpoint. Every method may be called from any thread."""

    shared = True
    room = None

    def __init__(self, url: str, access: Access) -> None:
        self.endpoint = Endpoint(url, access)
        self._writing = threading.RLock()
        self._copy: EmbeddedStore | None = None
        self._copied = Stamp()
        self._closed = False
        try:
            self._id = read_stamp(self.endpoint).id
        except KgError as error:
            self.endpoint.close()
            raise _unreadable(error, self.endpoint.shown) from error

    @property
    def version(self) -> int:
        return read_stamp(self.endpoint).version

    @property
    def id(self) -> str:
        self._id = self._id or read_stamp(self.endpoint).id
        return self._id

    def snapshot(self) -> Live:
        return Live(self.endpoint)

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        return self.snapshot().query(sparql, prefixes=prefixes, graphs=graphs)

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        return self.snapshot().quads(s, p, o, g)

    def __len__(self) -> int:
        return len(self.snapshot())

    def check(self) -> None:
        """Raise StoreUnavailable where the endpoint cannot answer now."""
        self._refuse_closed()
        read_stamp(self.endpoint)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """A clone of the newest version of the pipeline's graphs, which alone it reads and writes."""
        with self._writing:
            self._refuse_closed()
            with tempfile.TemporaryDirectory(prefix="draft-") as folder:
                path = Path(folder, "draft")
                self._newest().snapshot().clone(path)
                draft = Draft(ox.Store(str(path)), self._publish)
                try:
                    yield draft
                finally:
                    draft.close()

    def commit(self, change: Change) -> int:
        """Write a change of the pipeline's graphs by one update, all or nothing.

        Raise Busy where another writer was first, StoreUnavailable where the endpoint fails.
        """
        with self.draft() as draft:
            draft.remove(change.removed - change.added)
            draft.add(change.added)
            return draft.commit()

    def replace_all(self, quads: Iterable[ox.Quad]) -> int:
        """Put `quads` in the place of the pipeline's graphs, and of all others that they have: by one update.

        What else there is at the endpoint may be somebody else's, and stays.
        """
        with self._writing:
            self._refuse_closed()
            given = {quad for quad in quads if not is_own(quad.graph_name)}
            wanted = frozenset(chain(given, copies(given), stated(Change(frozenset(given)), lambda _: ()).added))
            live = self.snapshot()
            graphs = {quad.graph_name for quad in given} | {graph for graph in live.graphs() if is_kept(graph)}
            self._forget()
            self._copied = read_stamp(self.endpoint)
            there = frozenset(quad for graph in (*graphs, MERGED, STATED) for quad in live.everything(graph))
            after = self._next()
            self._write(Change(wanted - there, there - wanted), after)
            return after.version

    def close(self) -> None:
        with self._writing:
            if not self._closed:
                self._closed = True
                self._forget()
                self.endpoint.close()

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _newest(self) -> EmbeddedStore:
        """The copy of the pipeline's graphs, fetched where there is none of the newest version."""
        if self._copy is None or self._copied != read_stamp(self.endpoint):
            self._forget()
            live = self.snapshot()

            def fetched() -> tuple[list[ox.Quad], Stamp]:
                kept = [graph for graph in live.graphs() if is_kept(graph)]
                found = [quad for graph in kept for quad in live.quads(None, None, None, graph)]
                return found, read_stamp(self.endpoint)

            quads, self._copied = live.steady(fetched)
            self._copy = EmbeddedStore.temporary()
            self._copy.replace_all(quads)
        return self._copy

    def _publish(self, change: Change) -> int:
        """Carry out at the endpoint, and on the copy, what a draft has changed."""
        if not change:
            return self._copied.version
        assert self._copy is not None
        held, after = self._copy.snapshot(), self._next()
        more = stated(change, lambda quad: held.quads(quad.subject, quad.predicate, quad.object))
        self._write(Change(change.added | more.added, change.removed | more.removed), after)
        try:
            self._copy.commit(change)
            self._copied = after
        except StoreUnavailable:  # it is fetched anew
            self._forget()
        return after.version

    def _forget(self) -> None:
        if self._copy is not None:
            self._copy.close()
        self._copy = None

    def _next(self) -> Stamp:
        return Stamp(self._copied.id or uuid.uuid4().hex, self._copied.version + 1, uuid.uuid4().urn)

    def _write(self, change: Change, after: Stamp) -> None:
        """Carry out a change that makes the stamp `after`; raise where it did not."""
        failed: KgError | None = None
        try:
            write(self.endpoint, change, self._copied, after)
        except KgError as error:
            failed = error
        try:
            done = read_stamp(self.endpoint) == after
        except KgError as error:
            self._forget()
            raise _unsure(failed or error, self.endpoint.shown) from error
        if done:
            return
        self._forget()
        if isinstance(failed, StoreTimeout):
            raise _unsure(failed, self.endpoint.shown) from failed
        if failed is not None:
            raise _refused(failed, self.endpoint.shown) from failed
        raise Busy(self.endpoint.shown, found="another writer, who was first", remedy="Nothing was changed. Try again.")

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(self.endpoint.shown, found="a store that was closed", remedy="Open it again.")


def _unreadable(error: KgError, culprit: str) -> KgError:
    """An endpoint that does not understand a plain query is none."""
    if isinstance(error, BadQuery):
        return StoreFault(culprit, error.found, "a SPARQL endpoint", "See whether STORE is the URL of one.")
    return error


def _refused(error: KgError, culprit: str) -> KgError:
    remedy = "Nothing was changed."
    if isinstance(error, BadQuery):
        return StoreFault(culprit, f"a refused update ({error.found})", "SPARQL 1.1 Update", remedy)
    return type(error)(culprit, error.found, error.expected, f"{remedy} {error.remedy}")


def _unsure(error: KgError, culprit: str) -> KgError:
    remedy = "The change is carried out wholly or not at all; ask whether it was, once the endpoint answers again."
    return type(error)(culprit, error.found, error.expected, remedy)
