"""How the server runs queries from outside, wherever the engine is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeAlias

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
