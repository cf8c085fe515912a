"""The pool: which worker runs which query, who waits, and what is ended.

A query begins in one of a few lanes. One that takes longer than PATIENCE leaves its lane to the next, goes on at low
priority and is ended at the time limit; where too many such run already, it is given up at once. So a plain query
waits for a lane for a moment, never for a runaway one. All workers together stay within a budget of memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import Busy, KgError, QueryTimeout, QueryTooLarge
from kg.store import Snapshot
from kg.workers.connection import Connection
from kg.workers.nursery import KILL, MESSAGE, START
from kg.workers.requests import Query, Request, Update, Upload, pack

PATIENCE = 0.1
LONGEST_WAIT = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Limits:
    """How long one query may take, how much memory it may use (bytes), and how many may run and wait."""

    seconds: float = 30.0
    memory: int = 1 << 30
    lanes: int = field(default_factory=lambda: max(4, os.cpu_count() or 1))
    long: int = 16
    waiting: int = 1024

    @property
    def budget(self) -> int:
        """What all workers together may hold before the largest is ended."""
        return 2 * self.memory


class Job:
    """One query on its way: wait for `start`, then take `chunk` after `chunk` until None; `cancel` at any moment."""

    def __init__(
        self, pool: Pool, request: Request, place: Snapshot | Path, on_long: Callable[[], None] | None = None
    ) -> None:
        self._pool, self._request, self._place = pool, request, place
        self.on_long = on_long
        self.worker: Connection | None = None
        self.ended_by: KgError | None = None
        self._patience = 5

    async def start(self) -> str:
        """The media type of the answer, once its first bytes are there; raises what the worker found wrong."""
        self.worker = worker = await self._pool.lane(self)
        path = self._place
        if isinstance(path, Snapshot):
            worker.snapshot, path = path, path.path
        try:
            worker.send(pack(str(path), self._request, self._pool.limits.seconds))
            return await worker.head()
        except ConnectionError:
            raise self._why_it_ended() from None
        except BaseException:
            self._pool.finish(self)
            raise

    def whole(self) -> bytes | None:
        """The whole answer, where it is short enough to be here already."""
        data = self.worker.whole() if self.worker else None
        if data is not None:
            self._pool.finish(self)
        return data

    async def chunk(self) -> bytes | None:
        """The next bytes; None at the end. Raises where the answer broke off."""
        if self.worker is None:
            return None
        try:
            data = await self.worker.chunk()
        except ConnectionError:
            raise self._why_it_ended() from None
        except KgError:
            self._pool.finish(self)
            raise
        if data is None:
            self._pool.finish(self)
        return data

    def starved(self) -> bool:
        """Whether it is slow only because the processors are busy with others; told a few times at most."""
        if self.worker is None or self._patience == 0:
            return False
        self._patience -= 1
        used = _processor_time(self.worker.pid) - self.worker.processor_time
        return self.worker.silent and used < PATIENCE / 5

    def cancel(self, reason: KgError | None = None) -> None:
        """End the query now: its process is killed."""
        self.ended_by = self.ended_by or reason
        self._pool.end(self)

    def _why_it_ended(self) -> KgError:
        self._pool.finish(self)
        return self.ended_by or QueryTooLarge(
            culprit="the query",
            found="more memory or deeper nesting than a query may have",
            remedy="Ask for less at once: add LIMIT, narrow the patterns, or nest less deeply.",
        )


class Pool:
    """Worker processes for one server; use it within one event loop."""

    def __init__(self, prefixes: Mapping[str, str], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._settings = json.dumps({"prefixes": dict(prefixes), "memory": self.limits.memory})
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._idle: list[Connection] = []
        self._starting = 0
        self._short: dict[Job, asyncio.TimerHandle] = {}
        self._long: dict[Job, asyncio.TimerHandle] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Start the nursery and the first workers."""
        self._start_nursery()
        self._watching = asyncio.get_running_loop().create_task(self._watch_memory())
        self._replenish()

    async def close(self) -> None:
        self._closed = True
        self._watching.cancel()
        for job in [*self._short, *self._long]:
            self.end(job)
        for worker in self._idle:
            worker.close()
        for task in list(self._tasks):
            task.cancel()
        if self._control:
            self._control.close()
        if self._nursery:
            await asyncio.get_running_loop().run_in_executor(None, self._nursery.wait)

    def job(self, query: Query, snapshot: Snapshot, on_long: Callable[[], None] | None = None) -> Job:
        """A query to run on `snapshot`; `on_long` is called once it takes, or waits, longer than a moment."""
        return Job(self, query, snapshot, on_long)

    async def write(self, request: Update | Upload, clone: Path) -> None:
        """Carry out a write on the store in `clone`, under a query's limits; after an error the clone is of no use."""
        job = Job(self, request, clone)
        await job.start()
        while await job.chunk() is not None:
            pass

    async def lane(self, job: Job) -> Connection:
        """Wait for a lane and an idle worker; raise Busy where too many wait."""
        if self._waiting:
            await self._wait(job, first=False)
        while not self._idle or len(self._short) >= self.limits.lanes:
            await self._wait(job, first=True)
        worker = self._idle.pop()
        self._short[job] = asyncio.get_running_loop().call_later(PATIENCE, self._promote, job)
        return worker

    def finish(self, job: Job) -> None:
        """The query is over: its worker is free for the next, or gone if it ran long, failed or grew."""
        timer = self._short.pop(job, None)
        kept = timer is not None
        timer = timer or self._long.pop(job, None)
        if timer is None:
            return
        timer.cancel()
        worker = job.worker
        if worker is not None and kept and worker.reusable():
            self._idle.append(worker)
        elif worker is not None:
            self._kill(worker)
        self._replenish()
        self._wake()

    def end(self, job: Job) -> None:
        """Kill the query's worker; whoever waits for its answer is told."""
        if (job in self._short or job in self._long) and job.worker is not None:
            self._kill(job.worker)
            self.finish(job)

    async def _wait(self, job: Job, *, first: bool) -> None:
        if len(self._waiting) >= self.limits.waiting:
            raise _busy(f"{len(self._waiting)} queries waiting")
        turn = asyncio.get_running_loop().create_future()
        if first:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        if job.on_long:
            job.on_long()
        timer = asyncio.get_running_loop().call_later(LONGEST_WAIT, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            self._wake()
            raise
        finally:
            timer.cancel()
            with suppress(ValueError):
                self._waiting.remove(turn)

    def _wake(self) -> None:
        free = min(len(self._idle), self.limits.lanes - len(self._short))
        for turn in list(self._waiting)[: max(free, 0)]:
            if not turn.done():
                turn.set_result(None)

    def _promote(self, job: Job) -> None:
        """The query takes long: it leaves its lane, at low priority, or is given up where too many such run."""
        if job.starved():
            self._short[job] = asyncio.get_running_loop().call_later(PATIENCE, self._promote, job)
            return
        self._short.pop(job)
        remaining = max(self.limits.seconds - PATIENCE, 0.0)
        self._long[job] = asyncio.get_running_loop().call_later(remaining, self._time_out, job)
        if len(self._long) > self.limits.long:
            job.cancel(_busy(f"{self.limits.long} long queries running"))
            return
        if job.worker:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, job.worker.pid, 15)
        self._replenish()
        self._wake()
        if job.on_long:
            job.on_long()

    def _time_out(self, job: Job) -> None:
        job.cancel(
            QueryTimeout(
                culprit="the query",
                found=f"no end after {self.limits.seconds:g} seconds",
                remedy="Add LIMIT, narrow the patterns, or split the question.",
            )
        )

    async def _watch_memory(self) -> None:
        while True:
            await asyncio.sleep(0.05 if self._long else 0.25)
            sizes = {job: _size(job.worker.pid) for job in [*self._short, *self._long] if job.worker}
            while sizes and sum(sizes.values()) > self.limits.budget:
                largest = max(sizes, key=lambda job: sizes[job])
                del sizes[largest]
                largest.cancel(
                    QueryTooLarge(
                        culprit="the query",
                        found="more memory than there is for all queries together",
                        remedy="Ask for less at once, or try again when fewer run.",
                    )
                )

    def _replenish(self) -> None:
        """Keep a worker ready, or starting, for every free lane and one to spare."""
        wanted = self.limits.lanes - len(self._short) + 1
        for _ in range(wanted - len(self._idle) - self._starting):
            if self._closed:
                return
            self._starting += 1
            task = asyncio.get_running_loop().create_task(self._start_worker())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _start_worker(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._order(START, 0, theirs)
            theirs.close()
            worker = Connection(self._gone)
            await asyncio.get_running_loop().create_connection(lambda: worker, sock=ours)
            await worker.hello()
        except (OSError, ConnectionError):
            await asyncio.sleep(0.05)
            if not self._closed:
                self._starting -= 1
                self._replenish()
            return
        self._starting -= 1
        self._idle.append(worker)
        self._wake()

    def _gone(self, worker: Connection) -> None:
        """An idle worker died: another takes its place."""
        if worker in self._idle:
            self._idle.remove(worker)
            self._replenish()

    def _kill(self, worker: Connection) -> None:
        with suppress(OSError):
            self._order(KILL, worker.pid)
        worker.close()

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
        command = [sys.executable, "-c", "from kg.workers.nursery import main; main()", self._settings]
        places = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
        self._nursery = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        theirs.close()


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(_busy("no free lane in time"))


def _busy(found: str) -> Busy:
    return Busy(culprit="the server", found=found, remedy="Try again in a moment, or ask for less at once.")


def _processor_time(pid: int) -> float:
    """What a process has used, in seconds; without end where the system does not say, as for one that runs away."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("inf")
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _size(pid: int) -> int:
    """The memory that a process holds, in bytes; 0 where it is gone or the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
