"""The server's end of the workers: their supervisor, what it asks of them, and which version they read."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from kg.store import Checkpoint, Snapshot
from kg.workers.limits import Limits, Public, WorkerConfig
from kg.workers.messages import (
    CONNECTION,
    DATA,
    END,
    ERROR,
    TAGGED,
    Head,
    Query,
    busy,
    crashed,
    pack,
    unpack_error,
    unpack_head,
    unpack_records,
)
from kg.workers.runners import Leave
from kg.workers.scoreboard import LONG, RUNNING, Scoreboard
from kg.workers.worker import READ, Version

LONGEST_WAIT = 10.0  # seconds until a worker is free
_TICK = 0.1  # seconds between looks whether an old version is still read
_LONGEST_ADDRESS = 100  # bytes of the path of a local socket: 108 on Linux, 104 on macOS, with the end
_PACKETS = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM


class Pool:
    """Worker processes for one server; use it within one event loop, but for `publish`."""

    def __init__(self, prefixes: Mapping[str, str], limits: Limits | None = None) -> None:
        self._prefixes, self.limits = dict(prefixes), limits or Limits()
        self.waiting = 0
        self._held: list[Checkpoint] = []  # versions that were the newest, and perhaps are
        self._holding = threading.Lock()
        self._closed = False

    @property
    def running(self) -> int:
        """How many requests are carried out now."""
        return self._board.count(RUNNING, LONG)

    async def open(self, public: Public | None = None) -> None:
        """Start the workers; with `public` they answer there too, once a version is published."""
        self._loop, self._public = asyncio.get_running_loop(), public
        self._folder = _new_folder()
        self._newest = self._folder / "newest"
        self._board = Scoreboard(self.limits.processes)
        self._local = socket.socket(socket.AF_UNIX)
        self._local.bind(str(self._folder / "local"))
        self._local.listen(self.limits.waiting)
        self._local.setblocking(False)
        self._told, self._tell = socket.socketpair(socket.AF_UNIX, _PACKETS)
        self._told.setblocking(False)
        self._loop.add_reader(self._told, self._hear)
        if public is None:
            self._start()

    async def close(self) -> None:
        """Let what runs end, within its time, and take nothing new."""
        self.stop()
        if hasattr(self, "_process"):
            await asyncio.to_thread(self._process.wait)
            self._loop.remove_reader(self._control)
            self._control.close()
        self._loop.remove_reader(self._told)
        for each in (self._told, self._tell, self._local):
            each.close()
        self._board.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """Take no more connections; what was begun is finished."""
        if not self._closed and hasattr(self, "_process"):
            with suppress(OSError):
                self._control.send(b"S")
        self._closed = True

    def publish(self, snapshot: Checkpoint) -> None:
        """Queries that begin from now on read this version. May be called from any thread, once the pool is open."""
        half = self._newest.with_suffix(".new")
        with self._holding:
            version = Version(snapshot.version, snapshot.modified, str(snapshot.path))
            half.symlink_to(" ".join(map(str, version)))
            half.replace(self._newest)
            self._held.append(snapshot)
        with suppress(RuntimeError):  # where the server has stopped meanwhile
            self._loop.call_soon_threadsafe(self._published)

    async def answer(self, query: Query, snapshot: Snapshot, leave: Leave) -> tuple[Head, bytes]:
        """See Runner."""
        assert isinstance(snapshot, Checkpoint)
        async with self._worker() as (reader, writer):
            writer.write(pack(str(snapshot.path), query))
            head = Head("")
            try:
                while True:
                    tag, length = TAGGED.unpack(await reader.readexactly(TAGGED.size))
                    payload = await reader.readexactly(length)
                    if tag == ERROR:
                        error, _ = unpack_error(payload)
                        raise error or crashed("the query")
                    if tag == END:
                        return head, payload
                    if tag == DATA:
                        await leave(head, payload)
                    else:
                        head = unpack_head(payload)
            except (asyncio.IncompleteReadError, ConnectionError):
                raise crashed("the query") from None

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection to a worker that attends to it alone; raise Busy where too many wait for one, or too long."""
        if self.waiting >= self.limits.waiting:
            raise busy(f"{self.waiting} queries waiting")
        writer: asyncio.StreamWriter | None = None
        try:
            self.waiting += 1
            try:
                async with asyncio.timeout(LONGEST_WAIT):
                    while True:
                        reader, writer = await asyncio.open_unix_connection(self._folder / "local")
                        try:
                            await reader.readexactly(TAGGED.size)  # HELLO
                            break
                        except (asyncio.IncompleteReadError, ConnectionError):  # it was gone before it was asked
                            writer.transport.abort()
            except TimeoutError:
                raise busy("no worker free in time") from None
            finally:
                self.waiting -= 1
            yield reader, writer
        finally:
            if writer is not None:
                writer.transport.abort()

    def _start(self) -> None:
        """Start the supervisor."""
        self._control, theirs = socket.socketpair()
        public = self._public
        config = WorkerConfig(
            self._prefixes,
            self.limits,
            local=self._local.fileno(),
            told=self._tell.fileno(),
            board=self._board.handle,
            newest=str(self._newest),
            public=public.listener.fileno() if public else None,
            handler=public.handler if public else "",
            options=public.options if public else {},
        )
        handles = (config.local, config.told, config.board, *([config.public] if config.public is not None else []))
        places = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-c", "from kg.workers.supervisor import main; main()", json.dumps(asdict(config))],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
            pass_fds=handles,
        )
        theirs.close()
        self._loop.add_reader(self._control, self._lost)

    def _lost(self) -> None:
        """The supervisor is gone, and all workers with it: another takes its place."""
        if self._closed:
            self._loop.remove_reader(self._control)
            return
        self._loop.remove_reader(self._control)
        self._control.close()
        self._process.wait()
        self._board.clear()
        self._start()

    def _hear(self) -> None:
        """Take what workers have to say."""
        for _ in range(64):
            try:
                data, handles, _, _ = socket.recv_fds(self._told, 2 * READ + (1 << 12), 1)
            except BlockingIOError:
                return
            if self._public is None or not data:
                return
            if data[:1] == CONNECTION:
                error, read = unpack_error(data[1:])
                self._public.adopt(socket.socket(fileno=handles[0]), read, error)
            else:
                for record in unpack_records(data[1:]):
                    self._public.record(record)

    def _published(self) -> None:
        if not hasattr(self, "_process") and not self._closed:
            self._start()
        self._loop.call_later(_TICK, self._let_go)

    def _let_go(self) -> None:
        """Let the versions go that nobody reads any longer."""
        if self._closed:
            return
        reading = self._board.readings()
        with self._holding:
            old = [held for held in self._held[:-1] if held.version in reading]
            self._held = [*old, *self._held[-1:]]
        if old:
            self._loop.call_later(_TICK, self._let_go)


def _new_folder() -> Path:
    """A folder for temporary files, in /tmp where a socket in the usual one would have too long a path."""
    folder = Path(tempfile.mkdtemp(prefix="kg-workers-"))
    if len(os.fsencode(folder / "local")) <= _LONGEST_ADDRESS:
        return folder
    folder.rmdir()
    return Path(tempfile.mkdtemp(prefix="kg-workers-", dir="/tmp"))
