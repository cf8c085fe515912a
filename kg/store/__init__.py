"""Where quads are kept: by URL, in snapshots that readers share and one transaction at a time that writes.

`memory:` is a folder of its own that goes when the store is closed; `file:DIR` is durable, `file:` paths
being relative to the working directory; `http:` and `https:` name a SPARQL 1.1 endpoint. Readers of an embedded store
see one version, whole, however long they read; a `Draft` is a private, writable clone; a `Change` is committed wholly
or not at all, a `kill -9` in the middle included.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox

from kg.errors import StoreUnavailable
from kg.settings import Access
from kg.store.checkpoint import Change, Checkpoint, Draft, GraphName, Results, Subject, Term
from kg.store.embedded import EmbeddedStore
from kg.store.merged_graph import is_kept

__all__ = [
    "Change",
    "Checkpoint",
    "Draft",
    "EmbeddedStore",
    "Snapshot",
    "Statements",
    "Store",
    "folder_of",
    "is_kept",
    "is_remote",
    "open_copy",
    "open_store",
]

Value = TypeVar("Value")


class Statements(Protocol):
    """What can be read quad by quad: a store, a snapshot, a draft."""

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]: ...


class Snapshot(Statements, Protocol):
    """What queries read: one version of an embedded store; a remote store as it is at each query."""

    @property
    def version(self) -> int: ...

    @property
    def modified(self) -> int | None:
        """The second after the one in which the version was made, since 1970; None where that is not known."""

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a query of our own: over the union of all graphs, or of `graphs`, which `GRAPH` then sees alone."""

    def query_kept(self, sparql: str, *, prefixes: Mapping[str, str] | None = None) -> Results:
        """Run a query of our own over the graphs that the pipeline keeps: never a user's."""

    def graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The named graphs, less those of the store's own."""

    def has_graph(self, graph: str) -> bool:
        """Whether a named graph is here."""

    def without(self, graph: str) -> Snapshot:
        """The same less one named graph."""

    def steady(self, compute: Callable[[], Value]) -> Value:
        """What `compute` makes of several queries, none of them before and another after a commit."""

    def __len__(self) -> int: ...


class Store(Statements, Protocol):
    """Quads in named graphs. Every method may be called from any thread."""

    @property
    def shared(self) -> bool:
        """Whether others may write it too, so that no answer is to be kept for the next who asks."""

    @property
    def room(self) -> Path | None:
        """A folder for what can be made again, to be found there at the next start; None where nothing lasts."""

    @property
    def version(self) -> int:
        """The number of the newest version: each commit that changes something raises it by one, across restarts."""

    @property
    def id(self) -> str:
        """What tells this store from any other, so that a version number means something."""

    def snapshot(self) -> Snapshot:
        """The newest version."""

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a trusted query over the union of all graphs or of `graphs` alone."""

    def draft(self) -> AbstractContextManager[Draft]:
        """A writable private clone, thrown away at the end of the block; waits while another is open."""

    def commit(self, change: Change) -> int:
        """Write a change, all of it or nothing; return the version that it makes."""

    def replace_all(self, quads: Iterable[ox.Quad]) -> int:
        """Put `quads` in the place of everything, as atomically as `commit`."""

    def check(self) -> None:
        """Raise StoreUnavailable where the store cannot answer now."""

    def close(self) -> None: ...

    def __len__(self) -> int: ...

    def __enter__(self) -> Store: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(url: str, access: Access | None = None) -> Store:
    """Open the store at `url`; raise StoreUnavailable where it is damaged, foreign, locked or of no known kind.

    `access` says how a remote store is reached.
    """
    if is_remote(url):
        from kg.store.remote import RemoteStore  # an embedded store starts without what speaks HTTP

        return RemoteStore(url, access or Access())
    folder = folder_of(url)
    return EmbeddedStore.temporary() if folder is None else EmbeddedStore.at(folder)


def open_copy(url: str, _: Access | None = None) -> Store:
    """A temporary copy of the store at a `file:` URL, for reading where another process has it, or nobody may write.

    Raise StoreUnavailable where it cannot be read.
    """
    folder = folder_of(url)
    if folder is None or not (folder / "store.json").exists():
        raise StoreUnavailable(f"the store at {url}", "none that can be read", "a folder that holds a store")
    return EmbeddedStore.copy_of(folder)


def is_remote(url: str) -> bool:
    """Whether `url` names a SPARQL endpoint; raise StoreUnavailable where it has no host, or a port that is none."""
    if not url.lower().startswith(("http://", "https://")):
        return False
    try:
        found = urlsplit(url)
        named = bool(found.hostname) and (found.port is None or found.port > 0)
    except ValueError:
        named = False
    if not named:
        raise _unknown(url)
    return True


def folder_of(url: str) -> Path | None:
    """The folder that a `file:` URL names; None where there is none. Raises StoreUnavailable for no known kind."""
    if is_remote(url):
        return None
    scheme, colon, rest = url.partition(":")
    if scheme == "memory" and colon and not rest:
        return None
    if scheme == "file" and rest:
        return Path(unquote(rest[2:] if rest.startswith("///") else rest)).absolute()
    raise _unknown(url)


def _unknown(url: str) -> StoreUnavailable:
    return StoreUnavailable(
        culprit=f"the store URL {url!r}",
        expected="memory:, file:DIR, or the https: URL of a SPARQL endpoint",
        remedy="Set STORE to one of these, for example STORE=file:store.",
    )
