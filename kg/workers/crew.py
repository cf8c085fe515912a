"""The worker processes: started ahead of need by a nursery, handed out, taken back, ended."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from kg.workers.connection import Connection
from kg.workers.desk import Premises
from kg.workers.nursery import KILL, MESSAGE, START

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Crew:
    """The processes that wait for a query, and those on their way; `on_ready` is called as each becomes ready."""

    def __init__(
        self, prefixes: Mapping[str, str], memory: int, premises: Premises | None, on_ready: Callable[[], None]
    ) -> None:
        self._premises = premises
        known = asdict(premises) if premises else None
        self._settings = json.dumps({"prefixes": dict(prefixes), "memory": memory, "premises": known})
        self._on_ready = on_ready
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._idle: list[Connection] = []
        self._starting = self._wanted = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        """How many are ready."""
        return len(self._idle)

    def take(self) -> Connection:
        return self._idle.pop()

    def take_back(self, worker: Connection) -> None:
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

    def end(self, worker: Connection) -> None:
        """Kill a worker's process, and hear no more of it."""
        self.kill(worker)
        worker.close()

    def kill(self, worker: Connection) -> None:
        """Kill a worker's process; when its connection ends, it is gone."""
        with suppress(OSError):
            self._order(KILL, worker.pid)

    async def close(self) -> None:
        self._closed = True
        for worker in self._idle:
            worker.close()
        for task in list(self._tasks):
            task.cancel()
        if self._control:
            self._control.close()
        if self._nursery:
            await asyncio.get_running_loop().run_in_executor(None, self._nursery.wait)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._order(START, 0, theirs)
            theirs.close()
            worker = Connection(self._gone)
            worker.socket = ours
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

    def _gone(self, worker: Connection) -> None:
        """An idle worker died: another takes its place."""
        if worker in self._idle:
            self._idle.remove(worker)
            self.replenish(self._wanted)

    def _order(self, tag: bytes, number: int, handle: socket.socket | None = None) -> None:
        if self._nursery is None or self._nursery.poll() is not None or self._control is None:
            self._start_nursery()
        if self._control is None:
            return
        message = MESSAGE.pack(tag, number)
        if handle is None:
            self._control.sendall(message)
        else:
            socket.send_fds(self._control, [message], [handle.fileno()])

    def _start_nursery(self) -> None:
        if self._control:
            self._control.close()
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", "from kg.workers.nursery import main; main()", self._settings]
        places = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
        self._nursery = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            pass_fds=(self._premises.table, self._premises.epoll) if self._premises else (),
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
