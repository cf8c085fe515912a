"""What each version changed, for those who follow the store: an entry a version, and its statements as an RDF Patch.

In the folder: `log`, a line of JSON an entry, the first of which says where the history begins; and `N.rdfp.gz`, what
version N removed and added (RDF Patch, https://afs.github.io/rdf-delta/rdf-patch.html). Both are written before the
version is; entries of a version that never came are passed over.
"""

from __future__ import annotations

import gzip
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from kg.store.checkpoint import Change, sync
from kg.store.merged_graph import MERGED

_MOST, _MOST_BYTES = 1_000, 64 << 20  # versions whose patches are kept, and the room that these may take
_LARGEST = 100_000  # statements; after a larger change all is better read anew
Fate = Literal["added", "changed", "removed"]


@dataclass(frozen=True)
class Entry:
    """What made one version of the one before it in the history, `after`; `time` is in seconds since 1970.

    `graphs` has what became of each graph that the pipeline keeps; `added` and `removed` count statements.
    """

    version: int
    after: int
    time: int
    graphs: Mapping[str, Fate] = field(default_factory=dict)
    added: int = 0
    removed: int = 0


class History:
    """The entries of one store; whoever commits calls `record` or `restart`, one at a time."""

    def __init__(self, folder: Path, version: int) -> None:
        """Read the entries up to `version`; where there are none, the history begins there."""
        self._folder = folder
        self._entries = tuple(entry for entry in self._read() if entry.version <= version)
        if not self._entries:
            self._entries = (_beginning(version),)

    def since(self, version: int) -> tuple[Entry, ...] | None:
        """The entries after `version`, oldest first; None where the history begins later."""
        first, *rest = self._entries
        return None if version < first.version else tuple(entry for entry in rest if entry.version > version)

    def patch(self, version: int) -> bytes | None:
        """What made a version, as an RDF Patch; None where that is not in the history."""
        try:
            return gzip.decompress((self._folder / _name(version)).read_bytes()) if self._has(version) else None
        except FileNotFoundError:  # it goes just now
            return None

    def record(self, version: int, change: Change, graphs: Mapping[str, Fate]) -> None:
        """Add the entry of a version that is about to be; raise OSError where it cannot be written."""
        if len(change.added) + len(change.removed) > _LARGEST:
            self.restart(version)
            return
        added, removed = _lines("A", change.added), _lines("D", change.removed)
        before = [entry for entry in self._entries if entry.version < version]
        entry = Entry(version, before[-1].version, int(time.time()), graphs, len(added), len(removed))
        self._folder.mkdir(exist_ok=True)
        text = "".join(("TX .\n", *removed, *added, "TC .\n"))
        path = self._folder / _name(version)
        path.write_bytes(gzip.compress(text.encode(), 1))
        sync(path)
        self._write(self._bounded([*before, entry]))

    def restart(self, version: int) -> None:
        """Begin the history at a version of which nobody knows what it changed."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(exist_ok=True)
        self._write([_beginning(version)])

    def _has(self, version: int) -> bool:
        return any(entry.version == version for entry in self._entries[1:])

    def _bounded(self, entries: list[Entry]) -> list[Entry]:
        """The newest entries whose patches have room; the last that has none is where the history begins."""
        room, kept = _MOST_BYTES, 0
        for entry in reversed(entries[1:]):
            room -= (self._folder / _name(entry.version)).stat().st_size
            if room < 0 or kept == _MOST:
                break
            kept += 1
        for entry in entries[: len(entries) - kept]:
            (self._folder / _name(entry.version)).unlink(missing_ok=True)
        return entries[len(entries) - kept - 1 :]

    def _write(self, entries: list[Entry]) -> None:
        new = self._folder / "log.new"
        new.write_text("".join(json.dumps(asdict(entry)) + "\n" for entry in entries), encoding="utf-8")
        new.replace(self._folder / "log")
        sync(self._folder)
        self._entries = tuple(entries)

    def _read(self) -> Iterator[Entry]:
        try:
            for line in (self._folder / "log").read_text(encoding="utf-8").splitlines():
                yield Entry(**json.loads(line))
        except (OSError, ValueError, TypeError):  # it begins anew after what could be read
            return


def _beginning(version: int) -> Entry:
    return Entry(version, version, int(time.time()))


def _name(version: int) -> str:
    return f"{version}.rdfp.gz"


def _lines(sign: str, quads: frozenset[ox.Quad]) -> list[str]:
    """A line for each statement, less the copies of the merged graph."""
    return sorted(f"{sign} {quad} .\n" for quad in quads if quad.graph_name != MERGED)
