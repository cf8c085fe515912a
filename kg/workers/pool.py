"""The pool: which worker runs which query, who waits, and what is ended.

A query begins in one of a few lanes. One that takes longer than PATIENCE leaves its lane to the next, goes on, from
SLOW on at low priority, and is ended at the time limit; where too many such run already, it is given up at once. So a
plain query waits for a lane for a moment, never for a runaway one. Long texts, which take long to read, wait in a queue
of their own before that. All workers together stay within a budget of memory.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kg.errors import QueryTimeout, QueryTooLarge
from kg.store import Checkpoint, Snapshot
from kg.workers.connection import Connection
from kg.workers.crew import Crew, size
from kg.workers.job import PATIENCE, Job
from kg.workers.lending import lender
from kg.workers.loans import Offer, Turn
from kg.workers.queue import Queue, busy
from kg.workers.requests import Query

SLOW = 0.3  # seconds of a processor's time after which a query goes on at low priority


@dataclass(frozen=True)
class Limits:
    """How long one query may take, how much memory it may use (bytes), and how many may run and wait."""

    seconds: float = 30.0
    memory: int = 1 << 30
    lanes: int = field(default_factory=lambda: max(4, os.cpu_count() or 1))
    long: int = 16
    bulky: int = 2
    waiting: int = 1024

    @property
    def desks(self) -> int:
        """How many workers attend to connections that they are lent, beside those whose query takes a while."""
        return max(2, os.cpu_count() or 1)

    @property
    def ready(self) -> int:
        """How many workers may be idle; those that have read much answer faster than new ones."""
        return 2 * self.lanes

    @property
    def budget(self) -> int:
        """What all workers together may hold before the largest is ended."""
        return 2 * self.memory


class Pool:
    """Worker processes for one server; use it within one event loop."""

    def __init__(self, prefixes: Mapping[str, str], limits: Limits | None = None, offer: Offer | None = None) -> None:
        self.limits = limits or Limits()
        self.lender = lender(self, offer) if offer else None
        self._crew = Crew(
            prefixes, self.limits.memory, self.lender.premises if self.lender else None, on_ready=self._ready
        )
        self._short: dict[Job | Turn, asyncio.TimerHandle] = {}
        self._long: dict[Job | Turn, asyncio.TimerHandle] = {}
        self._bulky: set[Job] = set()
        self._queue, self._bulky_queue = Queue(self.limits.waiting), Queue(self.limits.waiting)

    @property
    def running(self) -> int:
        """How many queries run now."""
        return len(self._short) + len(self._long) + (self.lender.running if self.lender else 0)

    @property
    def waiting(self) -> int:
        """How many wait for a lane."""
        return len(self._queue) + len(self._bulky_queue)

    async def open(self) -> None:
        """Start the first workers."""
        if self.lender:
            self.lender.open()
        self._watching = asyncio.get_running_loop().create_task(self._watch_memory())
        self._replenish()

    async def close(self) -> None:
        self._watching.cancel()
        if self.lender:
            await self.lender.close()
        for job in [*self._short, *self._long]:
            job.cancel()
        await self._crew.close()

    def job(self, query: Query, snapshot: Snapshot, on_long: Callable[[], None] | None = None) -> Job:
        """A query to run on `snapshot`; `on_long` is called once it takes, or waits, longer than a moment."""
        assert isinstance(snapshot, Checkpoint)
        return Job(self, query, snapshot, on_long)

    async def lane(self, job: Job) -> Connection:
        """Wait for a lane and an idle worker; raise Busy where too many wait."""
        try:
            if job.is_bulky:
                await self._queued(job, self._bulky_queue, lambda: len(self._bulky) >= self.limits.bulky)
                self._bulky.add(job)
            await self._queued(job, self._queue, lambda: not self._crew or len(self._short) >= self.limits.lanes)
            if job.ended_by is not None:  # its client has left meanwhile
                raise job.ended_by
        except BaseException:
            self._wake()
            self._leave(job)
            raise
        worker = self._crew.take()
        self._short[job] = asyncio.get_running_loop().call_later(PATIENCE, self._promote, job)
        return worker

    def finish(self, job: Job) -> None:
        """The query is over: its worker is free for the next, or gone if it was slow, failed, grew or is too many."""
        timer = self._short.pop(job, None) or self._long.pop(job, None)
        if timer is None:
            return
        timer.cancel()
        worker = job.worker
        if worker is not None and worker.reusable() and not job.is_slow and len(self._crew) < self.limits.ready:
            self._crew.take_back(worker)
        elif worker is not None:
            self._crew.end(worker)
        self._replenish()
        self._wake()
        self._leave(job)

    def end(self, job: Job) -> None:
        """Kill the query's worker; whoever waits for its answer is told."""
        if (job in self._short or job in self._long) and job.worker is not None:
            self._crew.end(job.worker)
            self.finish(job)

    def recruit(self) -> Connection | None:
        """A worker for good, if one is idle."""
        if not self._crew:
            return None
        worker = self._crew.take()
        self._replenish()
        return worker

    def kill(self, worker: Connection) -> None:
        """Kill a worker that was recruited."""
        self._crew.kill(worker)

    def adopt(self, turn: Turn, seconds: float) -> None:
        """A query that has begun without the pool, so many seconds ago, is from now on its own."""
        patience = max(PATIENCE - seconds, 0.0)
        self._short[turn] = asyncio.get_running_loop().call_later(patience, self._promote, turn)

    def leave(self, turn: Turn) -> None:
        """The query is over, and its worker goes on."""
        timer = self._short.pop(turn, None) or self._long.pop(turn, None)
        if timer is not None:
            timer.cancel()
            self._wake()

    def dismiss(self, turn: Turn) -> None:
        """Kill the query's worker; whoever lent it the connection is told when it is gone."""
        self.leave(turn)
        self._crew.kill(turn.worker)

    async def _queued(self, job: Job, queue: Queue, is_full: Callable[[], bool]) -> None:
        """Wait behind those who wait already, and until there is room."""
        first = False
        while is_full() or (len(queue) > 0 and not first):
            if job.on_long:
                job.on_long()
            await queue.turn(first=first)
            first = True

    def _ready(self) -> None:
        """A worker is idle."""
        if self.lender:
            self.lender.staff()
        self._wake()

    def _wake(self) -> None:
        self._queue.wake(min(len(self._crew), self.limits.lanes - len(self._short)))

    def _leave(self, job: Job) -> None:
        """A bulky query is over, or given up: the next may come."""
        if job.is_bulky:
            self._bulky.discard(job)
            self._bulky_queue.wake(self.limits.bulky - len(self._bulky))

    def _promote(self, job: Job | Turn) -> None:
        """The query takes long: it leaves its lane, or is given up where too many such run."""
        if job.starved():
            self._short[job] = asyncio.get_running_loop().call_later(PATIENCE, self._promote, job)
            return
        self._short.pop(job)
        remaining = max(self.limits.seconds - PATIENCE, 0.0)
        self._long[job] = asyncio.get_running_loop().call_later(remaining, self._time_out, job)
        if len(self._long) > self.limits.long:
            job.cancel(busy(f"{self.limits.long} long queries running"))
            return
        self._slow_down(job)
        self._replenish()
        self._wake()
        if job.on_long:
            job.on_long()

    def _slow_down(self, job: Job | Turn) -> None:
        """A query that has had its share gets less; one that waits for a processor or its reader is left alone."""
        if job not in self._long or job.worker is None:
            return
        share = SLOW if len(self._long) <= 2 * self.limits.lanes else PATIENCE / 2
        if job.processor_time() < share:
            asyncio.get_running_loop().call_later(PATIENCE, self._slow_down, job)
        else:
            job.is_slow = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, job.worker.pid, 15)

    def _time_out(self, job: Job | Turn) -> None:
        job.cancel(
            QueryTimeout(
                culprit=job.subject,
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
                        culprit=largest.subject,
                        found="more memory than there is for all queries together",
                        remedy="Ask for less at once, or try again when fewer run.",
                    )
                )

    def _replenish(self) -> None:
        """Keep a worker ready, or starting, for every free lane and one to spare."""
        self._crew.replenish(self.limits.lanes - len(self._short) + 1)
