"""How the server runs queries from outside, wherever the engine is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kg.errors import KgError
from kg.store import Snapshot
from kg.workers.messages import Query


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
