"""The server's end of a worker's socket."""

from __future__ import annotations

import asyncio
import marshal
import socket
from collections import deque
from collections.abc import Callable
from typing import cast

from kg.errors import KgError
from kg.store import Checkpoint
from kg.workers.requests import DATA, END, ERROR, HELLO, OUTCOME, TAGGED, error, unpack_head

MOST_BUFFERED = 1 << 18


class Connection(asyncio.Protocol):
    """Frames from one worker, no more of them in memory than MOST_BUFFERED and one read."""

    def __init__(self, gone: Callable[[Connection], None]) -> None:
        self._gone = gone
        self.pid = 0
        self.processor_time = 0.0  # what its process had used, in seconds, when it last was done
        self.snapshot: Checkpoint | None = None  # held for as long as the worker may have its checkpoint open
        self.socket: socket.socket | None = None  # for what a transport cannot send: handles
        self._transport: asyncio.Transport | None = None
        self._bytes = b""
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._size = 0
        self._paused = self._lost = self._retiring = self._ended = self._answering = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # what a stream socket gives, in every event loop

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base class names it
        self._lost = True
        self._wake()
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        data = self._bytes + data if self._bytes else data
        position, total = 0, len(data)
        while total - position >= TAGGED.size:
            tag, length = TAGGED.unpack_from(data, position)
            if total - position - TAGGED.size < length:
                break
            position += TAGGED.size
            self._frames.append((tag, data[position : position + length]))
            self._size += length
            position += length
        self._bytes = data[position:]
        if self._size > MOST_BUFFERED and not self._paused and self._transport:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def send(self, data: bytes) -> None:
        if self._transport is None or self._lost:
            raise ConnectionResetError
        self._ended = self._answering = False
        self._transport.write(data)

    async def hello(self) -> None:
        tag, payload = await self._next()
        if tag != HELLO:
            raise ConnectionResetError
        self.pid = int(payload)

    async def head(self) -> tuple[str, int | None]:
        """The answer's media type, and what it was cut to; raises the error that the worker reports instead."""
        tag, payload = await self._next()
        if tag == ERROR:
            raise self._failed(payload)
        self._answering = True
        return unpack_head(payload)

    def whole(self) -> bytes | None:
        """The whole answer where it has arrived already; None where more is to come."""
        if not self._frames or self._frames[-1][0] != END:
            return None
        parts = [payload for tag, payload in self._frames if tag == DATA]
        self._finish(self._frames[-1][1])
        return b"".join(parts)

    async def told(self) -> tuple[bytes, bytes]:
        """The next frame of a worker that attends to connections."""
        return await self._next()

    async def chunk(self) -> bytes | None:
        tag, payload = await self._next()
        if tag == ERROR:
            raise self._failed(payload)
        if tag == END:
            self._finish(payload)
            return None
        return payload

    def reusable(self) -> bool:
        return self._ended and not self._lost and not self._retiring

    @property
    def silent(self) -> bool:
        """Whether nothing of the answer has come yet."""
        return not self._frames and not self._answering

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    def _finish(self, payload: bytes) -> None:
        self._frames.clear()
        self._size = 0
        self._ended = True
        self._retiring, self.processor_time = OUTCOME.unpack(payload[: OUTCOME.size])

    def _failed(self, payload: bytes) -> KgError:
        self._finish(payload)
        return error(*marshal.loads(payload[OUTCOME.size :]))  # noqa: S302 - from a process that runs our own code

    async def _next(self) -> tuple[bytes, bytes]:
        while not self._frames:
            if self._lost:
                raise ConnectionResetError
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        tag, payload = self._frames.popleft()
        self._size -= len(payload)
        if self._paused and self._size < MOST_BUFFERED // 2 and self._transport and not self._lost:
            self._paused = False
            self._transport.resume_reading()
        return tag, payload

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
