"""The pool: which worker runs which query, who waits, and what is ended.

A query begins in one of a few lanes. One that takes longer than PATIENCE leaves its lane to the next, goes on at low
priority and is ended at the time limit; where too many such run already, it is given up at once. So a plain query
waits for a lane for a moment, never for a runaway one. All workers together stay within a budget of memory.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import Busy, QueryTimeout, QueryTooLarge
from kg.store import Checkpoint, Snapshot
from kg.workers.connection import Connection
from kg.workers.crew import Crew, size
from kg.workers.job import PATIENCE, Job
from kg.workers.requests import Query, Update, Upload
from kg.workers.writing import contents_of

LONGEST_WAIT = 10.0


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


class Pool:
    """Worker processes for one server; use it within one event loop."""

    def __init__(self, prefixes: Mapping[str, str], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._crew = Crew(prefixes, self.limits.memory, self._wake)
        self._short: dict[Job, asyncio.TimerHandle] = {}
        self._long: dict[Job, asyncio.TimerHandle] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def running(self) -> int:
        """How many queries run now."""
        return len(self._short) + len(self._long)

    @property
    def waiting(self) -> int:
        """How many wait for a lane."""
        return len(self._waiting)

    async def open(self) -> None:
        """Start the first workers."""
        self._watching = asyncio.get_running_loop().create_task(self._watch_memory())
        self._replenish()

    async def close(self) -> None:
        self._watching.cancel()
        for job in [*self._short, *self._long]:
            self.end(job)
        await self._crew.close()

    def job(self, query: Query, snapshot: Snapshot, on_long: Callable[[], None] | None = None) -> Job:
        """A query to run on `snapshot`; `on_long` is called once it takes, or waits, longer than a moment."""
        assert isinstance(snapshot, Checkpoint)
        return Job(self, query, snapshot, on_long)

    async def write(self, request: Update | Upload, clone: Path) -> list[tuple[str, bytes]]:
        """Carry out a write on the store in `clone`, under a query's limits; after an error the clone is of no use.

        Returns what it makes of documents' graphs: see `writing.contents_of`.
        """
        job = Job(self, request, clone)
        await job.start()
        told = bytearray()
        while (part := await job.chunk()) is not None:
            told += part
        return contents_of(bytes(told))

    async def lane(self, job: Job) -> Connection:
        """Wait for a lane and an idle worker; raise Busy where too many wait."""
        if self._waiting:
            await self._wait(job, first=False)
        while not self._crew or len(self._short) >= self.limits.lanes:
            await self._wait(job, first=True)
        worker = self._crew.take()
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
            self._crew.take_back(worker)
        elif worker is not None:
            self._crew.end(worker)
        self._replenish()
        self._wake()

    def end(self, job: Job) -> None:
        """Kill the query's worker; whoever waits for its answer is told."""
        if (job in self._short or job in self._long) and job.worker is not None:
            self._crew.end(job.worker)
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
        free = min(len(self._crew), self.limits.lanes - len(self._short))
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
            sizes = {job: size(job.worker.pid) for job in [*self._short, *self._long] if job.worker}
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
        self._crew.replenish(self.limits.lanes - len(self._short) + 1)


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(_busy("no free lane in time"))


def _busy(found: str) -> Busy:
    return Busy(culprit="the server", found=found, remedy="Try again in a moment, or ask for less at once.")
