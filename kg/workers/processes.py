"""The workers' processes as the server sees them: started ahead of need, handed out, taken back, ended."""

from __future__ import annotations

import asyncio
import json
import marshal
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from kg.errors import KgError
from kg.store import Checkpoint
from kg.workers.forkserver import KILL, MESSAGE, START
from kg.workers.messages import DATA, END, ERROR, HELLO, OUTCOME, TAGGED, error, unpack_head

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
MOST_BUFFERED = 1 << 18


class WorkerProcess(asyncio.Protocol):
    """A worker, and the frames that come from it: no more of them in memory than MOST_BUFFERED and one read."""

    def __init__(self, gone: Callable[[WorkerProcess], None]) -> None:
        self._gone = gone
        self.pid = 0
        self.processor_time = 0.0  # what its process had used, in seconds, when it last was done
        self.snapshot: Checkpoint | None = None  # held for as long as the worker may have its checkpoint open
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


class Processes:
    """The processes that wait for a query, and those on their way; `on_ready` is called as each becomes ready."""

    def __init__(self, prefixes: Mapping[str, str], memory: int, on_ready: Callable[[], None]) -> None:
        self._settings = json.dumps({"prefixes": dict(prefixes), "memory": memory})
        self._on_ready = on_ready
        self._forkserver: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._idle: list[WorkerProcess] = []
        self._starting = self._wanted = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        """How many are ready."""
        return len(self._idle)

    def take(self) -> WorkerProcess:
        return self._idle.pop()

    def take_back(self, worker: WorkerProcess) -> None:
        """A worker that has done its work is ready for more."""
        self._idle.append(worker)

    def replenish(self, wanted: int) -> None:
        """Keep so many workers ready, or starting."""
        self._wanted = wanted
        for _ in range(wanted - len(self._idle) - self._starting):
            if self._closed:
                return
            self._starting += 1
            task = asyncio.get_running_loop().create_task(self._start())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def end(self, worker: WorkerProcess) -> None:
        """Kill a worker's process, and hear no more of it."""
        with suppress(OSError):
            self._order(KILL, worker.pid)
        worker.close()

    async def close(self) -> None:
        self._closed = True
        for worker in self._idle:
            worker.close()
        for task in list(self._tasks):
            task.cancel()
        if self._control:
            self._control.close()
        if self._forkserver:
            await asyncio.get_running_loop().run_in_executor(None, self._forkserver.wait)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._order(START, 0, theirs)
            theirs.close()
            worker = WorkerProcess(self._gone)
            await asyncio.get_running_loop().create_connection(lambda: worker, sock=ours)
            await worker.hello()
        except (OSError, ConnectionError):
            await asyncio.sleep(0.05)
            self._starting -= 1
            self.replenish(self._wanted)
            return
        self._starting -= 1
        self._idle.append(worker)
        self._on_ready()

    def _gone(self, worker: WorkerProcess) -> None:
        """An idle worker died: another takes its place."""
        if worker in self._idle:
            self._idle.remove(worker)
            self.replenish(self._wanted)

    def _order(self, tag: bytes, number: int, handle: socket.socket | None = None) -> None:
        if self._forkserver is None or self._forkserver.poll() is not None or self._control is None:
            self._start_forkserver()
        if self._control is None:
            return
        message = MESSAGE.pack(tag, number)
        if handle is None:
            self._control.sendall(message)
        else:
            socket.send_fds(self._control, [message], [handle.fileno()])

    def _start_forkserver(self) -> None:
        if self._control:
            self._control.close()
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-c", "from kg.workers.forkserver import main; main()", self._settings]
        places = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
        self._forkserver = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        theirs.close()


def processor_time(pid: int) -> float:
    """What a process has used, in seconds; without end where the system does not say, as for one that runs away."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("inf")
    return (int(fields[11]) + int(fields[12])) / _TICKS


def size(pid: int) -> int:
    """The memory that a process holds, in bytes; 0 where it is gone or the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
