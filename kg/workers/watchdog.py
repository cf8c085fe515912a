"""The thread that ends a worker's process where its request has had its time, or its client has left.

The engine lets other threads run while it works. What has used much of a processor goes on at low priority.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.errors import KgError, QueryTimeout
from kg.workers.limits import Limits
from kg.workers.messages import busy
from kg.workers.sandbox import GRACE, limit_processor_time, private_memory
from kg.workers.scoreboard import CONNECTED, LONG, OVER, RUNNING, Scoreboard, Slot

Fail: TypeAlias = Callable[[KgError], None]
_TICK = 0.05  # seconds
PATIENCE = 0.1  # seconds of a processor's time after which a request counts as long
LONGEST = 1.0  # the same by the clock
SLOW = 0.3  # seconds of a processor's time after which it goes on at low priority


@dataclass
class Running:
    """A request that is carried out; `used`: what the process had used of a processor when it was first looked at."""

    client: socket.socket
    fail: Fail
    used: float | None = None
    since: float = field(default_factory=time.monotonic)


class Watchdog(threading.Thread):
    """Looks while `awake` is set."""

    def __init__(self, limits: Limits, board: Scoreboard, slot: Slot) -> None:
        super().__init__(daemon=True)
        self._limits, self._board, self._slot = limits, board, slot
        self._lock = threading.Lock()
        self._running: Running | None = None
        self.awake = threading.Event()
        self.worn = False  # whether the process is at low priority, or large

    def begin(self, client: socket.socket, fail: Fail) -> None:
        self._running = Running(client, fail)
        self._slot.state = RUNNING

    def answering(self) -> None:
        """The answer begins: it is too late for another."""
        if not self._slot.begun:
            with self._lock:
                self._slot.begun = True

    def end(self) -> None:
        with self._lock:
            self._running = None
            self._slot.begun = False
            self._slot.state = CONNECTED

    def run(self) -> None:
        while True:
            self.awake.wait()
            limit_processor_time(self._limits.seconds + GRACE)
            time.sleep(_TICK)
            with self._lock:
                if self._running is not None:
                    self._look(self._running)

    def _look(self, running: Running) -> None:
        used, taken = time.process_time(), time.monotonic() - running.since
        running.used = used if running.used is None else running.used
        used -= running.used
        if taken > self._limits.seconds:
            self._end(running, self._timeout())
        if _has_left(running.client):
            self._end(running, None)
        if (used > PATIENCE or taken > LONGEST) and self._slot.state == RUNNING:
            if self._board.count(LONG) >= self._limits.long:
                self._end(running, busy(f"{self._limits.long} long queries running"))
            self._slot.state = LONG
        if used > SLOW and not self.worn:
            self.worn = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, os.getpid(), 15)
        self.worn = self.worn or private_memory() > self._limits.memory // 4

    def _end(self, running: Running, error: KgError | None) -> None:
        if error is not None and not self._slot.begun:
            with suppress(OSError):
                running.fail(error)
        self._slot.state = OVER
        os._exit(1)

    def _timeout(self) -> QueryTimeout:
        return QueryTimeout(
            culprit="the query",
            found=f"no end after {self._limits.seconds:g} seconds",
            remedy="Add LIMIT, narrow the patterns, or split the question.",
        )


def _has_left(client: socket.socket) -> bool:
    """Whether a client has closed its connection."""
    asked = select.poll()
    asked.register(client, getattr(select, "POLLRDHUP", 0))
    return bool(asked.poll(0))
