"""Which server holds an embedded store: `server.json` in its folder says where it listens."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from kg.store import folder_of


@dataclass(frozen=True)
class Announcement:
    """Where a server listens, and its process."""

    url: str
    pid: int


def announced(store: str) -> Announcement | None:
    """The live server that says it holds the store at this URL; None where there is none."""
    folder = folder_of(store)
    try:
        found = Announcement(**json.loads((folder / "server.json").read_bytes())) if folder else None
    except (OSError, ValueError, TypeError):
        return None
    return found if found and _lives(found.pid) else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
