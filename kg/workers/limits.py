"""What bounds queries from outside, and what a worker's process is told at its start."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.errors import KgError


@dataclass(frozen=True)
class Limits:
    """How long one query may take, how much memory it may use (bytes), and how many may run and wait.

    `processes`: workers at once. `long`: those among them whose query takes a while, beside which others are answered.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    processes: int = 64
    long: int = 16
    waiting: int = 1024

    @property
    def spare(self) -> int:
        """How many workers are ready for the next connection."""
        return min(max(4, os.cpu_count() or 1), self.processes)

    @property
    def budget(self) -> int:
        """What all workers together may hold before the largest is ended."""
        return 2 * self.memory


@dataclass(frozen=True)
class Public:
    """A socket on which workers accept connections themselves, and what becomes of what they do not answer.

    `handler` names the class that answers ("module:Class", since the library imports nothing of HTTP's routes), made
    with `options`, plain values. Within the event loop `adopt` takes a connection for good, with what was read of it;
    or with the note that was made of its request, and the error to answer. `record` takes what the handler says.
    """

    listener: socket.socket
    handler: str
    options: Mapping[str, Any]
    adopt: Callable[[socket.socket, bytes, KgError | None], None]
    record: Callable[[Any], None]


@dataclass(frozen=True)
class WorkerConfig:
    """What a worker's process is told at its start: handles that it inherits, names, limits."""

    prefixes: Mapping[str, str]
    limits: Limits
    local: int  # the socket on which the server asks
    told: int  # the one on which the server is told
    board: int
    newest: str  # the link that names the newest version
    public: int | None = None
    handler: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
