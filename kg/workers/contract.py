"""How the server runs queries from outside, wherever the engine is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kg.errors import KgError, QueryTooLarge
from kg.store import Snapshot
from kg.workers.requests import Query


class Running(Protocol):
    """One query on its way: wait for `start`, then take `chunk` after `chunk` until None; `cancel` at any moment."""

    rows: int | None
    """How many rows the answer was cut to, once it has started; None where it is whole."""

    async def start(self) -> str:
        """The media type of the answer, once its first bytes are there; raises what is wrong with the query."""

    def whole(self) -> bytes | None:
        """The whole answer, where it is short enough to be here already."""

    async def chunk(self) -> bytes | None:
        """The next bytes; None at the end. Raises where the answer broke off."""

    def cancel(self, reason: KgError | None = None) -> None:
        """End the query now."""


async def read_at_most(job: Running, most: int) -> bytes:
    """All of a started query's answer; raise QueryTooLarge, and end the query, where that is more than `most` bytes."""
    whole = job.whole()
    body = bytearray(whole or b"")
    while whole is None and len(body) <= most and (part := await job.chunk()) is not None:
        body += part
    if len(body) > most:
        job.cancel()
        raise QueryTooLarge("the answer", f"more than {most:,} bytes", remedy="Ask for less: add a LIMIT.")
    return bytes(body)


class Runner(Protocol):
    """Runs queries; use it within one event loop."""

    @property
    def running(self) -> int:
        """How many queries run now."""

    @property
    def waiting(self) -> int:
        """How many wait until they may."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def job(self, query: Query, snapshot: Snapshot, on_long: Callable[[], None] | None = None) -> Running:
        """A query to run on `snapshot`; `on_long` is called once it takes, or waits, longer than a moment."""
