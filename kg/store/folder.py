"""The folder of an embedded store: what lies in it, who holds it, and what a crash may have left there.

- `store.json`: which generation holds the data, its version, the store's own id
- `LOCK`: held by the process that has the store open
- `generations/N/`: the engine's files; another generation is begun when everything is replaced
- `versions/N/`: a checkpoint of each version that somebody still reads
- `drafts/N/`: clones being written
- `journal`: the change that is being committed
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg.errors import StoreUnavailable
from kg.store.change import Journal, write_whole

FORMAT = 1
_TEMPORARY = "security-guarantees-"


@dataclass(frozen=True)
class State:
    """What `store.json` says; `version` 0 is a store that nothing was ever committed to."""

    format: int
    id: str
    generation: int
    version: int

    def at(self, version: int) -> State:
        return replace(self, version=version)


class Folder:
    """A store's folder, locked for this process until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path / "journal")
        self._counter, self._own = 0, uuid.uuid4().hex[:8]
        self._lock = _lock(path)

    @classmethod
    def temporary(cls) -> Folder:
        """A new folder in the system's place for temporary files; those that a killed process left there go."""
        for leftover in Path(tempfile.gettempdir()).glob(_TEMPORARY + "*"):
            _remove_if_abandoned(leftover)
        return cls(Path(tempfile.mkdtemp(prefix=_TEMPORARY)))

    def open(self) -> State:
        """Read the state, begin it where the folder is empty, and clear away what a crash has left."""
        marker = self.path / "store.json"
        if not marker.exists():
            self._refuse_foreign()
            self.save(State(FORMAT, uuid.uuid4().hex, generation=1, version=0))
        state = self._read(marker)
        self._clear(state)
        if state.version == 0 and not self.journal.path.exists():
            self.generation(state).mkdir(parents=True, exist_ok=True)
        if not self.generation(state).is_dir():
            raise self.damaged(f"no folder {self.generation(state).relative_to(self.path)}")
        return state

    def save(self, state: State) -> None:
        write_whole(self.path / "store.json", json.dumps(asdict(state)).encode() + b"\n")

    def saved(self) -> int:
        """The second, since 1970, in which the state was saved last."""
        return int((self.path / "store.json").stat().st_mtime)

    def generation(self, state: State) -> Path:
        return self.path / "generations" / str(state.generation)

    def fresh(self, kind: str) -> Path:
        """A path in `drafts` or `versions` that nothing has used, and nobody will who opens the folder after this.

        What is still held of a store that was closed may be removed later: it must then be nobody else's.
        """
        self._counter += 1
        parent = self.path / kind
        parent.mkdir(exist_ok=True)
        return parent / f"{self._own}-{self._counter}"

    def release(self) -> None:
        os.close(self._lock)

    def damaged(self, found: str) -> StoreUnavailable:
        return StoreUnavailable(
            culprit=f"the store in {self.path}",
            found=f"damage ({found})",
            remedy="Restore the folder from a backup, or move it away to begin an empty store.",
        )

    def _refuse_foreign(self) -> None:
        others = sorted(entry.name for entry in self.path.iterdir() if entry.name not in ("LOCK", "store.json.new"))
        if others:
            raise StoreUnavailable(
                culprit=f"the folder {self.path}",
                found=f"files that are no store of ours ({', '.join(others[:3])})",
                expected="an empty folder, or one that holds a store",
                remedy="Name another folder in STORE.",
            )

    def _read(self, marker: Path) -> State:
        try:
            state = State(**json.loads(marker.read_bytes()))
        except (ValueError, TypeError) as error:
            raise self.damaged(f"store.json: {error}") from error
        if state.format != FORMAT:
            raise StoreUnavailable(
                culprit=f"the store in {self.path}",
                found=f"format {state.format}",
                expected=f"format {FORMAT}",
                remedy="Open it with the release that wrote it.",
            )
        return state

    def _clear(self, state: State) -> None:
        for kind in ("drafts", "versions"):
            shutil.rmtree(self.path / kind, ignore_errors=True)
        for old in (self.path / "generations").glob("*"):
            if old != self.generation(state):
                shutil.rmtree(old, ignore_errors=True)
        for half in self.path.glob("*.new"):
            half.unlink()


def _lock(path: Path) -> int:
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle = os.open(path / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreUnavailable(
            culprit=f"the folder {path}",
            found=error.strerror or str(error),
            remedy="Name a folder that can be written in STORE.",
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreUnavailable(
            culprit=f"the store in {path}",
            found="another process that has it open",
            remedy="Stop that process, reach the store through its server, or name another folder in STORE.",
        ) from error
    return handle


def _remove_if_abandoned(path: Path) -> None:
    try:
        handle = _lock(path)
    except StoreUnavailable:
        return
    shutil.rmtree(path, ignore_errors=True)
    os.close(handle)
