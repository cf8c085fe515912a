"""The pool: which worker runs which query, who waits, and what is ended.

A query begins in one of a few lanes. One that takes longer than PATIENCE leaves its lane to the next, goes on, from
SLOW on at low priority, and is ended at the time limit; where too many such run already, it is given up at once. So a
plain query waits for a lane for a moment, never for a runaway one. Long texts, which take long to read, wait in a queue
of their own before that. All workers together stay within a budget of memory.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import Busy, KgError, QueryTimeout, QueryTooLarge
from kg.store import Checkpoint, Snapshot
from kg.workers.messages import SUBJECTS, Query, Request, Update, Upload, pack
from kg.workers.processes import Processes, WorkerProcess, processor_time, size
from kg.workers.writing import contents_of

PATIENCE = 0.1  # seconds after which a query counts as long
BULKY = 1 << 16  # characters from which its text does
LONGEST_WAIT = 10.0  # seconds
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
    def ready(self) -> int:
        """How many workers may be idle; those that have read much answer faster than new ones."""
        return 2 * self.lanes

    @property
    def budget(self) -> int:
        """What all workers together may hold before the largest is ended."""
        return 2 * self.memory


class Pool:
    """Worker processes for one server; use it within one event loop."""

    def __init__(self, prefixes: Mapping[str, str], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._processes = Processes(prefixes, self.limits.memory, on_ready=self._wake)
        self._short: dict[Job, asyncio.TimerHandle] = {}
        self._long: dict[Job, asyncio.TimerHandle] = {}
        self._bulky: set[Job] = set()
        self._queue, self._bulky_queue = Queue(self.limits.waiting), Queue(self.limits.waiting)

    @property
    def running(self) -> int:
        """How many queries run now."""
        return len(self._short) + len(self._long)

    @property
    def waiting(self) -> int:
        """How many wait for a lane."""
        return len(self._queue) + len(self._bulky_queue)

    async def open(self) -> None:
        """Start the first workers."""
        self._watching = asyncio.get_running_loop().create_task(self._watch_memory())
        self._replenish()

    async def close(self) -> None:
        self._watching.cancel()
        for job in [*self._short, *self._long]:
            job.cancel()
        await self._processes.close()

    def job(self, query: Query, snapshot: Snapshot, on_long: Callable[[], None] | None = None) -> Job:
        """A query to run on `snapshot`; `on_long` is called once it takes, or waits, longer than a moment."""
        assert isinstance(snapshot, Checkpoint)
        return Job(self, query, snapshot, on_long)

    async def write(self, request: Update | Upload, clone: Path) -> list[tuple[str, bytes]]:
        """Carry out a write on the store in `clone`, under a query's limits; after an error the clone is of no use.

        Returns what it makes of documents' graphs: see `writing.contents_of`.
        """
        job = Job(self, request, clone)
        try:
            await job.start()
            told = bytearray()
            while (part := await job.chunk()) is not None:
                told += part
        finally:
            job.cancel()  # where nobody waits for it any more
        return contents_of(bytes(told))

    async def lane(self, job: Job) -> WorkerProcess:
        """Wait for a lane and an idle worker; raise Busy where too many wait."""
        try:
            if job.is_bulky:
                await self._queued(job, self._bulky_queue, lambda: len(self._bulky) >= self.limits.bulky)
                self._bulky.add(job)
            await self._queued(job, self._queue, lambda: not self._processes or len(self._short) >= self.limits.lanes)
            if job.ended_by is not None:  # its client has left meanwhile
                raise job.ended_by
        except BaseException:
            self._wake()
            self._leave(job)
            raise
        worker = self._processes.take()
        self._short[job] = asyncio.get_running_loop().call_later(PATIENCE, self._promote, job)
        return worker

    def finish(self, job: Job) -> None:
        """The query is over: its worker is free for the next, or gone if it was slow, failed, grew or is too many."""
        timer = self._short.pop(job, None) or self._long.pop(job, None)
        if timer is None:
            return
        timer.cancel()
        worker = job.worker
        if worker is not None and worker.reusable() and not job.is_slow and len(self._processes) < self.limits.ready:
            self._processes.take_back(worker)
        elif worker is not None:
            self._processes.end(worker)
        self._replenish()
        self._wake()
        self._leave(job)

    def end(self, job: Job) -> None:
        """Kill the query's worker; whoever waits for its answer is told."""
        if (job in self._short or job in self._long) and job.worker is not None:
            self._processes.end(job.worker)
            self.finish(job)

    async def _queued(self, job: Job, queue: Queue, is_full: Callable[[], bool]) -> None:
        """Wait behind those who wait already, and until there is room."""
        first = False
        while is_full() or (len(queue) > 0 and not first):
            timer = asyncio.get_running_loop().call_later(PATIENCE, job.waits)
            try:
                await queue.turn(first=first)
            finally:
                timer.cancel()
            first = True

    def _wake(self) -> None:
        self._queue.wake(min(len(self._processes), self.limits.lanes - len(self._short)))

    def _leave(self, job: Job) -> None:
        """A bulky query is over, or given up: the next may come."""
        if job.is_bulky:
            self._bulky.discard(job)
            self._bulky_queue.wake(self.limits.bulky - len(self._bulky))

    def _promote(self, job: Job) -> None:
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
        job.waits()

    def _slow_down(self, job: Job) -> None:
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

    def _time_out(self, job: Job) -> None:
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
        self._processes.replenish(self.limits.lanes - len(self._short) + 1)


class Job:
    """One query on its way: wait for `start`, then take `chunk` after `chunk` until None; `cancel` at any moment."""

    def __init__(
        self, pool: Pool, request: Request, place: Checkpoint | Path, on_long: Callable[[], None] | None = None
    ) -> None:
        self._pool, self._request, self._place = pool, request, place
        self.on_long = on_long
        self.worker: WorkerProcess | None = None
        self.rows: int | None = None
        self.ended_by: KgError | None = None
        self.is_slow = False  # whether its worker goes on at low priority, which cannot be raised again
        self._patience = 5
        self._may_retry = isinstance(request, Query)

    async def start(self) -> str:
        """The media type of the answer, once its first bytes are there; raises what the worker found wrong."""
        self.worker = worker = await self._pool.lane(self)
        path, sent = self._place, time.monotonic()
        if isinstance(path, Checkpoint):
            worker.snapshot, path = path, path.path
        try:
            worker.send(pack(str(path), self._request, self._pool.limits.seconds))
            media_type, self.rows = await worker.head()
            return media_type
        except ConnectionError:
            error = self._why_it_ended()
            if self._may_retry and self.ended_by is None and time.monotonic() - sent < PATIENCE:
                self._may_retry = False  # the worker may have been gone before it was asked
                return await self.start()
            raise error from None
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

    def waits(self) -> None:
        """It takes, or waits, longer than a moment."""
        if self.on_long:
            self.on_long()

    @property
    def subject(self) -> str:
        """What it is called where it fails."""
        return SUBJECTS[type(self._request)]

    @property
    def is_bulky(self) -> bool:
        """Whether its text alone takes long to read."""
        return isinstance(self._request, Query) and len(self._request.text) > BULKY

    def starved(self) -> bool:
        """Whether it is slow only because the processors are busy with others; told a few times at most."""
        if self.worker is None or self._patience == 0:
            return False
        self._patience -= 1
        return self.worker.silent and self.processor_time() < PATIENCE / 5

    def processor_time(self) -> float:
        """What it has used of a processor so far, in seconds; without end where the system does not say."""
        return processor_time(self.worker.pid) - self.worker.processor_time if self.worker else 0.0

    def cancel(self, reason: KgError | None = None) -> None:
        """End the query now: its process is killed."""
        self.ended_by = self.ended_by or reason
        self._pool.end(self)

    def _why_it_ended(self) -> KgError:
        self._pool.finish(self)
        return self.ended_by or crashed(self.subject)


def crashed(subject: str) -> QueryTooLarge:
    """What is said of a request whose process has died of it."""
    return QueryTooLarge(
        culprit=subject,
        found="more memory or deeper nesting than it may have",
        remedy="Ask for less at once: add LIMIT, narrow the patterns, or nest less deeply.",
    )


class Queue:
    """A queue of at most so many; use it within one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turns: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return len(self._turns)

    async def turn(self, *, first: bool) -> None:
        """Wait to be woken, at the end or, for one that was woken in vain, in the `first` place.

        Raise Busy where too many wait already, or where it takes too long.
        """
        if len(self._turns) >= self._most:
            raise busy(f"{len(self._turns)} queries waiting")
        turn = asyncio.get_running_loop().create_future()
        if first:
            self._turns.appendleft(turn)
        else:
            self._turns.append(turn)
        timer = asyncio.get_running_loop().call_later(LONGEST_WAIT, _give_up, turn)
        try:
            await turn
        finally:
            timer.cancel()
            with suppress(ValueError):
                self._turns.remove(turn)

    def wake(self, number: int) -> None:
        """Let the first so many go on."""
        for turn in list(self._turns)[: max(number, 0)]:
            if not turn.done():
                turn.set_result(None)


def busy(found: str) -> Busy:
    return Busy(culprit="the server", found=found, remedy="Try again in a moment, or ask for less at once.")


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(busy("no free lane in time"))
