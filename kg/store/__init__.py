"""Where quads are kept: by URL, in snapshots that readers share and one transaction at a time that writes.

`memory:` is a folder of its own that goes when the store is closed; `file:DIR` is durable, `file:` paths
being relative to the working directory. Readers see one version, whole, however long they read; a `Draft` is a
private, writable clone; a `Change` is committed wholly or not at all, a `kill -9` in the middle included.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from kg.errors import StoreUnavailable
from kg.store.change import Change
from kg.store.draft import Draft
from kg.store.embedded import Store
from kg.store.merging import is_kept
from kg.store.snapshot import Snapshot

__all__ = ["Change", "Draft", "Snapshot", "Store", "folder_of", "is_kept", "open_store"]


def open_store(url: str) -> Store:
    """Open the store at `url`; raise StoreUnavailable where it is damaged, foreign, locked or of no known kind."""
    folder = folder_of(url)
    return Store.temporary() if folder is None else Store.at(folder)


def folder_of(url: str) -> Path | None:
    """The folder that a `file:` URL names; None for `memory:`. Raises StoreUnavailable for a URL of no known kind."""
    scheme, colon, rest = url.partition(":")
    if scheme == "memory" and colon and not rest:
        return None
    if scheme == "file" and rest:
        return Path(unquote(rest[2:] if rest.startswith("///") else rest)).absolute()
    raise StoreUnavailable(
        culprit=f"the store URL {url!r}",
        expected="memory: or file:DIR",
        remedy="Set STORE to one of these, for example STORE=file:store.",
    )
