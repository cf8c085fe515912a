"""What each worker does now, in memory that all processes share; each part is written by one side."""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
from pathlib import Path
from typing import Final

# FREE: nobody has this place; IDLE: waits for a connection; CONNECTED: for a request; RUNNING, or LONG: carries one
# out; OVER: nothing is owed to the client any more.
FREE, IDLE, CONNECTED, RUNNING, LONG, OVER = range(6)
_SLOT: Final = struct.Struct("=BBxxxxxxQ144s")
_READING: Final = struct.Struct("=Q")
_NOTE: Final = struct.Struct("=144s")


class Scoreboard:
    """A place for each of so many workers, made by the server or found at the `handle` that a process inherits."""

    def __init__(self, slots: int, handle: int | None = None) -> None:
        size = slots * _SLOT.size
        self.handle = _shared(size) if handle is None else handle
        self._memory = mmap.mmap(self.handle, size)

    def slot(self, index: int) -> Slot:
        return Slot(self._memory, index * _SLOT.size)

    def count(self, *states: int) -> int:
        """How many workers are in one of these states."""
        found = self._memory[:: _SLOT.size]
        return sum(found.count(state) for state in states)

    def readings(self) -> set[int]:
        """The versions that somebody reads."""
        return {version for _, _, version, _ in _SLOT.iter_unpack(self._memory)}

    def free(self) -> int | None:
        """The first place that nobody has."""
        place = self._memory[:: _SLOT.size].find(FREE)
        return place if place >= 0 else None

    def clear(self) -> None:
        self._memory[:] = bytes(len(self._memory))

    def close(self) -> None:
        self._memory.close()
        os.close(self.handle)


class Slot:
    """One worker's place."""

    def __init__(self, memory: mmap.mmap, at: int) -> None:
        self._memory, self._at = memory, at

    @property
    def state(self) -> int:
        return self._memory[self._at]

    @state.setter
    def state(self, state: int) -> None:
        self._memory[self._at] = state

    @property
    def begun(self) -> bool:
        """Whether the answer is on its way."""
        return bool(self._memory[self._at + 1])

    @begun.setter
    def begun(self, begun: bool) -> None:
        self._memory[self._at + 1] = begun

    def read(self, version: int) -> None:
        """Say which version is read from now on; 0: none. One that is read is not removed."""
        _READING.pack_into(self._memory, self._at + 8, version)

    @property
    def note(self) -> bytes:
        """What is to be known of the request that is carried out, should the process die of it."""
        note: bytes = _NOTE.unpack_from(self._memory, self._at + 16)[0]
        return note.rstrip(b"\0")

    @note.setter
    def note(self, note: bytes) -> None:
        _NOTE.pack_into(self._memory, self._at + 16, note)

    def clear(self) -> None:
        self._memory[self._at : self._at + _SLOT.size] = bytes(_SLOT.size)


def _shared(size: int) -> int:
    handle, path = tempfile.mkstemp()
    Path(path).unlink()
    os.ftruncate(handle, size)
    return handle
