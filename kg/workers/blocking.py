"""Queries for whoever has no event loop, such as the command line: the same runner, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from kg.store import Snapshot
from kg.workers.messages import Query
from kg.workers.runners import Runner, whole_answer

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
