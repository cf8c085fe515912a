"""What the server and the workers that attend to connections tell each other without a message: shared memory.

Numbers alone, each written by one side: a process that dies in the middle leaves nothing half-written.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass

MOST_LENT = 128  # connections that are lent at once
SEATS = 64
_PATH = 8192  # bytes for a checkpoint's folder
_EDITION, _VERSION = 0, 1
_HEADER, _SEAT = 8, 48
_NUMBER, _SINCE, _TURN, _BEGUN, _READING, _RETIRING, _TALLY = 0, 1, 2, 3, 4, 5, 8
_CONNECTIONS = _HEADER + SEATS * _SEAT
_PATHS = 8 * (_CONNECTIONS + MOST_LENT)
_SIZE = _PATHS + 2 * _PATH
_TIMED = struct.Struct("=dH")


@dataclass(frozen=True)
class Published:
    """The newest version: its number, when it was made (see Snapshot.modified), and its checkpoint's folder."""

    version: int
    modified: int | None
    path: str


class Table:
    """The memory, made by the server (Linux) or found by a worker at the `handle` that it has inherited."""

    def __init__(self, handle: int | None = None) -> None:
        self.handle = os.memfd_create("kg-table") if handle is None else handle
        if handle is None:
            os.ftruncate(self.handle, _SIZE)
        self._memory = mmap.mmap(self.handle, _SIZE)
        self.numbers: memoryview[float] = memoryview(self._memory).cast("B")[:_PATHS].cast("d")

    @property
    def edition(self) -> float:
        """How often connections were lent or taken back: where it has risen, there are messages to read."""
        return self.numbers[_EDITION]

    def announce(self) -> None:
        self.numbers[_EDITION] += 1

    @property
    def version(self) -> float:
        return self.numbers[_VERSION]

    def publish(self, published: Published) -> None:
        """Let every worker read this version from its next query on."""
        path, modified = published.path.encode(), -1 if published.modified is None else published.modified
        at = _PATHS + _PATH * (published.version % 2)
        self._memory[at : at + _TIMED.size + len(path)] = _TIMED.pack(modified, len(path)) + path
        self.numbers[_VERSION] = published.version

    def published(self) -> Published:
        """What is published; to be held against `version` again, since the next may come while this is read."""
        version = int(self.numbers[_VERSION])
        at = _PATHS + _PATH * (version % 2)
        modified, length = _TIMED.unpack_from(self._memory, at)
        at += _TIMED.size
        path = self._memory[at : at + length].decode("utf-8", "replace")
        return Published(version, None if modified < 0 else int(modified), path)

    def seat(self, index: int) -> Seat:
        return Seat(self.numbers[_HEADER + index * _SEAT : _HEADER + (index + 1) * _SEAT])

    def used(self, index: int) -> float:
        """When the connection in this place last had a request."""
        return self.numbers[_CONNECTIONS + index]

    def use(self, index: int, moment: float) -> None:
        self.numbers[_CONNECTIONS + index] = moment


class Seat:
    """What one worker does now."""

    def __init__(self, numbers: memoryview[float]) -> None:
        self.numbers = numbers
        self.tally = numbers[_TALLY:]  # what it has done since the server's start, in the form of whoever counts it

    @property
    def number(self) -> int:
        """The connection that it attends to; 0: none."""
        return int(self.numbers[_NUMBER])

    @property
    def since(self) -> float:
        """Since when, on the monotonic clock."""
        return self.numbers[_SINCE]

    @property
    def turn(self) -> float:
        """How often it has turned to the next."""
        return self.numbers[_TURN]

    @property
    def begun(self) -> bool:
        """Whether its answer has begun to leave."""
        return bool(self.numbers[_BEGUN])

    @property
    def reading(self) -> int:
        """The version that it has open, or is about to open."""
        return int(self.numbers[_READING])

    def attend(self, number: int, moment: float) -> None:
        self.numbers[_SINCE] = moment
        self.numbers[_NUMBER] = number

    @property
    def blocked(self) -> bool:
        """Whether it waits for its client to read."""
        return self.numbers[_BEGUN] > 1

    def begin(self, *, blocked: bool = False) -> None:
        self.numbers[_BEGUN] = 2 if blocked else 1

    def rest(self) -> None:
        self.numbers[_BEGUN] = self.numbers[_NUMBER] = 0
        self.numbers[_TURN] += 1

    def read(self, version: int) -> None:
        self.numbers[_READING] = version

    @property
    def retiring(self) -> bool:
        """Whether the server wants it to go, once it is done."""
        return bool(self.numbers[_RETIRING])

    def retire(self) -> None:
        self.numbers[_RETIRING] = 1

    def clear(self) -> None:
        """Make it free for another worker; what was counted stays."""
        for index in range(_TALLY):
            self.numbers[index] = 0
