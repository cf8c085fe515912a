"""The folder of an embedded store: who has it, which version it holds, and what a crash has left in it.

In the folder:

- `store.json`: which generation holds the data, its version, the store's own id
- `LOCK`: held by the process that has the store open
- `generations/N/`: the engine's files of a version: the newest, and those that somebody still reads
- `drafts/N/`: the files that the next version is written to
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import StoreUnavailable
from kg.store.checkpoint import sync

FORMAT = 1
_TEMPORARY = "security-guarantees-"
_SMALL = 1 << 20  # bytes that a small commit takes


@dataclass(frozen=True)
class State:
    """What `store.json` says; `version` 0 is a store that nothing was ever committed to."""

    format: int
    id: str
    generation: int
    version: int


class Folder:
    """A store's folder, locked for this process until `release`; or not `locked`, and then to be read alone."""

    def __init__(self, path: Path, *, locked: bool = True) -> None:
        self.path = path
        self._lock = _lock(path) if locked else None

    @classmethod
    def temporary(cls) -> Folder:
        """A new folder in the system's place for temporary files; those that a killed process left there go."""
        for leftover in Path(tempfile.gettempdir()).glob(_TEMPORARY + "*"):
            _remove_if_abandoned(leftover)
        return cls(Path(tempfile.mkdtemp(prefix=_TEMPORARY)))

    def open(self) -> State:
        """Read the state, begin it where the folder is empty, and clear away what a crash has left."""
        if not (self.path / "store.json").exists():
            self._refuse_foreign()
            self.save(State(FORMAT, uuid.uuid4().hex, generation=1, version=0))
        state = self.read()
        for kind in ("drafts", "versions"):
            shutil.rmtree(self.path / kind, ignore_errors=True)
        for old in (self.path / "generations").glob("*"):
            if old != self.generation(state):
                shutil.rmtree(old, ignore_errors=True)
        for half in self.path.glob("*.new"):
            half.unlink()
        if state.version == 0:
            self.generation(state).mkdir(parents=True, exist_ok=True)
        if not self.generation(state).is_dir():
            raise self.damaged(f"no folder {self.generation(state).relative_to(self.path)}")
        return state

    def read(self) -> State:
        """What `store.json` says; raise StoreUnavailable where that is nothing we understand."""
        try:
            values = json.loads((self.path / "store.json").read_bytes())
            written_in = int(values["format"])  # before the rest, which another release may have named otherwise
            journal = (self.path / "journal").exists()  # of a release whose commits a crash could break off
            if written_in == FORMAT and not journal:
                return State(**values)
        except (ValueError, TypeError, KeyError) as error:
            raise self.damaged(f"store.json: {error}") from error
        raise StoreUnavailable(
            culprit=f"the store in {self.path}",
            found="a commit of an older release that a crash broke off" if journal else f"format {written_in}",
            expected=f"format {FORMAT}",
            remedy="Open it with the release that wrote it.",
        )

    def save(self, state: State) -> None:
        """Replace the state so that a reader, after a crash too, finds the old one or the new one."""
        new = self.path / "store.json.new"
        with new.open("wb") as file:
            file.write(json.dumps(asdict(state)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if (self.path / "generations").is_dir():
            sync(self.path / "generations")
        new.replace(self.path / "store.json")
        sync(self.path)

    def try_room(self) -> None:
        """Raise OSError where there is no room for a small commit."""
        with tempfile.TemporaryFile(dir=self.path) as file:
            file.write(bytes(_SMALL))

    def saved(self) -> int:
        """The second, since 1970, in which the state was saved last."""
        return int((self.path / "store.json").stat().st_mtime)

    def generation(self, state: State) -> Path:
        return self.path / "generations" / str(state.generation)

    def release(self) -> None:
        if self._lock is not None:
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
