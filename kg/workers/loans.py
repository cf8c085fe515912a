"""What the server knows of lent connections, of the workers that attend to them, and of a query that takes a while."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from kg.errors import BadQuery, KgError
from kg.workers.connection import Connection
from kg.workers.crew import processor_time
from kg.workers.job import PATIENCE
from kg.workers.requests import SUBJECTS, Query
from kg.workers.table import Seat

if TYPE_CHECKING:
    from kg.workers.pool import Pool


@dataclass(frozen=True)
class Verdict:
    """Why a query was ended, or could not be answered, and since when it had run (monotonic clock)."""

    error: KgError
    since: float


LEFT = BadQuery(culprit="the client", found="a closed connection")


class Owner(Protocol):
    """Who has a connection that is lent; within the event loop."""

    @property
    def is_trusted(self) -> bool:
        """Whether at its other end is a proxy that is believed."""

    def come_back(self, verdict: Verdict | None) -> None:
        """The connection is its own again, a request perhaps unread, to be answered by `verdict` where there is one."""

    def break_off(self) -> None:
        """Close the connection: an answer on it has begun and will not end, or its client has left."""


@dataclass(eq=False)
class Loan:
    """One connection; its handle is kept after it came back, since workers may still have theirs."""

    owner: Owner
    handle: socket.socket
    ticket: int = 0  # which time it is lent
    away: bool = False
    recalled: dict[Post, float] | None = None  # the turn of each worker when it was

    @property
    def number(self) -> int:
        return self.handle.fileno()


@dataclass(eq=False)
class Post:
    """One worker that attends."""

    worker: Connection
    index: int
    seat: Seat
    ready: bool = False
    turn: Turn | None = None


class Turn:
    """A query that a worker took by itself and that takes a while; to the pool, a job."""

    is_bulky = False
    subject = SUBJECTS[Query]

    def __init__(self, pool: Pool, post: Post, on_long: Callable[[], None]) -> None:
        self._pool, self._seat = pool, post.seat
        self.worker, self._on_long, self.is_long = post.worker, on_long, False
        self.at, self.since = post.seat.turn, post.seat.since
        self.ended_by: KgError | None = None
        self.is_slow = False
        self._left = float("inf")  # when its client was first seen to have left
        self._used = processor_time(post.worker.pid)
        self._patience = 5

    def on_long(self) -> None:
        """As of a Job."""
        self.is_long = True
        self._on_long()

    @property
    def over(self) -> bool:
        return self._seat.turn != self.at

    def starved(self) -> bool:
        """As of a Job."""
        self._patience -= 1
        return self._patience >= 0 and not self._seat.blocked and self.processor_time() < PATIENCE / 2

    def processor_time(self) -> float:
        return processor_time(self.worker.pid) - self._used

    def is_left(self, now: float, patience: float) -> bool:
        """Whether its client, which has left by now, was gone so many seconds ago."""
        self._left = min(self._left, now)
        return now - self._left >= patience

    def cancel(self, reason: KgError | None = None) -> None:
        self.ended_by = self.ended_by or reason
        self._pool.dismiss(self)


@dataclass(frozen=True)
class Offer:
    """What workers need to answer connections themselves: see Premises and Attendance."""

    responder: str
    store: str
    plain: bool
    slow: float
    tell: Callable[[dict[str, float | str]], None] = field(compare=False)
