"""Where quads are kept: by URL, in snapshots that readers share and one transaction at a time that writes.

`memory:` is a folder of its own that goes when the store is closed; `file:DIR` is durable, `file:` paths
being relative to the working directory; `http:` and `https:` name a SPARQL 1.1 endpoint. Readers of an embedded store
see one version, whole, however long they read; a `Draft` is a private, writable clone; a `Change` is committed wholly
or not at all, a `kill -9` in the middle included.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from kg.errors import StoreUnavailable
from kg.settings import Access
from kg.store.change import Change
from kg.store.contract import Snapshot, Statements, Store
from kg.store.draft import Draft
from kg.store.embedded import EmbeddedStore
from kg.store.merging import is_kept
from kg.store.snapshot import Checkpoint

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
    "open_store",
]


def open_store(url: str, access: Access | None = None) -> Store:
    """Open the store at `url`; raise StoreUnavailable where it is damaged, foreign, locked or of no known kind.

    `access` says how a remote store is reached.
    """
    if is_remote(url):
        from kg.store.remote import RemoteStore  # an embedded store starts without what speaks HTTP

        return RemoteStore(url, access or Access())
    folder = folder_of(url)
    return EmbeddedStore.temporary() if folder is None else EmbeddedStore.at(folder)


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
