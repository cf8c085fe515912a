"""What runs queries for those who wait for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeAlias, TypeVar

from kg.errors import QueryTooLarge
from kg.store import Snapshot
from kg.workers.messages import Head, Query

Leave: TypeAlias = Callable[[Head, bytes], Coroutine[Any, Any, None]]


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

    async def answer(self, query: Query, snapshot: Snapshot, leave: Leave) -> tuple[Head, bytes]:
        """The head of an answer, and its last bytes, or all of a short one; `leave` takes the chunks before.

        Raises what is wrong with the query, before or between. Cancelled, it ends the query.
        """


async def whole_answer(runner: Runner, query: Query, snapshot: Snapshot, most: int | None = None) -> tuple[str, bytes]:
    """The media type of an answer and all its bytes; raise QueryTooLarge where these are more than `most`."""
    body = bytearray()

    async def leave(_: Head, data: bytes) -> None:
        if most is not None and len(body) + len(data) > most:
            raise QueryTooLarge("the answer", f"more than {most:,} bytes", remedy="Ask for less: add a LIMIT.")
        body.extend(data)

    head, rest = await runner.answer(query, snapshot, leave)
    await leave(head, rest)
    return head.media_type, bytes(body)


Value = TypeVar("Value")


class BlockingRunner:
    """Runs queries, from any thread: the runner that `make` makes is opened at the first and lasts until `close`."""

    def __init__(self, make: Callable[[], Runner]) -> None:
        self._make = make
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def answer(self, query: Query, snapshot: Snapshot) -> tuple[str, bytes]:
        """The media type of an answer, and all of it.

        Raises what is wrong with the query; what interrupts the wait, as Ctrl-C does, ends the query.
        """
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="queries", daemon=True)
                self._thread.start()
                self._runner = self._make()
                self._wait(self._runner.open())
        return self._wait(whole_answer(self._runner, query, snapshot))

    def close(self) -> None:
        """End what runs; harmless where nothing was asked."""
        with self._starting:
            if self._loop is not None:
                self._wait(self._runner.close())
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()
                self._loop.close()
                self._loop = None

    def _wait(self, work: Coroutine[Any, Any, Value]) -> Value:
        assert self._loop is not None
        coming = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return coming.result()
        finally:
            coming.cancel()
