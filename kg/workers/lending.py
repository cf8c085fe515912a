"""Connections lent to workers that answer their plain queries themselves, and what becomes of a query that takes long.

See `desk` for a worker's side. The server watches in the table what each worker does and since when. A query that takes
long is the pool's like any other: another worker takes the place of its own, it is ended at its limit, and its
connection, with the request still unread, comes back to be told why. (Linux)
"""

from __future__ import annotations

import asyncio
import fcntl
import marshal
import os
import resource
import select
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.store import Checkpoint
from kg.workers.desk import DROP, EVENTS, GO, LEND, Premises, message
from kg.workers.job import crashed
from kg.workers.loans import LEFT, Loan, Offer, Owner, Post, Turn, Verdict
from kg.workers.requests import BACK, END, SLOW, Attendance, error, pack
from kg.workers.table import MOST_LENT, SEATS, Published, Table

if TYPE_CHECKING:
    from kg.workers.pool import Pool

_TICK = 0.05
_IDLE = 4.0  # seconds without a request after which a connection comes back
_LAST = 1.0  # seconds that a worker has to end an answer that has begun, once its client or the server is to go
_HIGHEST = 4096  # no number of a lent connection need be higher, where a process may have so many


class Lender:
    """The connections that are lent and the workers that attend to them; use it within one event loop."""

    def __init__(self, pool: Pool, offer: Offer, first: int) -> None:
        self._pool, self._offer = pool, offer
        self._table, self._epoll = Table(), select.epoll()
        self.premises = Premises(self._table.handle, self._epoll.fileno(), first, offer.responder)
        self._loans: dict[int, Loan] = {}
        self._posts: list[Post] = []
        self._tickets, self._closed = 0, False
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._held: list[tuple[Checkpoint, float]] = []  # versions, and when the next came
        self._holding = threading.Lock()

    @property
    def running(self) -> int:
        """How many queries run that the pool has not noticed."""
        return sum(1 for post in self._posts if post.turn is None and post.seat.number)

    def tallies(self) -> Iterator[memoryview[float]]:
        """What each worker that there was has counted."""
        return (self._table.seat(index).tally for index in range(SEATS))

    def publish(self, snapshot: Checkpoint) -> None:
        """Queries that begin from now on read this version. May be called from any thread, once the pool is open."""
        with self._holding:
            self._held = [(held, min(until, time.monotonic())) for held, until in self._held]
            self._held.append((snapshot, float("inf")))
            self._table.publish(Published(snapshot.version, snapshot.modified, str(snapshot.path)))
        with suppress(RuntimeError):  # where the server has stopped meanwhile
            self._loop.call_soon_threadsafe(self._watch)

    def lend(self, owner: Owner, handle: int, loan: Loan | None) -> Loan | None:
        """Lend a connection, once more or for the first time; None where it cannot be."""
        if loan is None:
            try:
                number = fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, self.premises.first)
            except OSError:
                return None
            loan = Loan(owner, socket.socket(fileno=number))
            if number >= self.premises.first + MOST_LENT:
                loan.handle.close()
                return None
        self._tickets += 1
        loan.ticket, loan.away, loan.recalled = self._tickets, True, None
        self._loans[loan.number] = loan
        self._table.use(loan.number - self.premises.first, time.monotonic())
        self._send(LEND, loan, self._posts)
        self._epoll.register(loan.number, EVENTS)
        self.staff()
        self._watch()
        return loan

    def recall(self, loan: Loan) -> None:
        """Have a connection back as soon as no worker has a request of it."""
        if loan.away and loan.recalled is None:
            with suppress(OSError):
                self._epoll.unregister(loan.number)
            loan.recalled = {post: post.seat.turn for post in self._posts}
            self._watch()

    def forget(self, loan: Loan) -> None:
        """The connection is closed: close it in workers too."""
        with suppress(OSError):
            loan.handle.shutdown(socket.SHUT_RDWR)
        loan.handle.close()

    def staff(self) -> None:
        """Have enough workers attend beside those whose query takes a while, as far as there are any, and lanes."""
        limits = self._pool.limits
        free = sum(1 for post in self._posts if post.turn is None and not post.seat.retiring)
        room = limits.lanes - sum(1 for post in self._posts if post.turn is None or not post.turn.is_long)
        while free < limits.desks and room > 0 and self._loans and not self._closed:
            places = {post.index for post in self._posts}
            index = next((index for index in range(SEATS) if index not in places), None)
            worker = self._pool.recruit() if index is not None else None
            if worker is None or index is None:
                return
            free, room = free + 1, room - 1
            post = Post(worker, index, self._table.seat(index))
            post.seat.clear()
            self._posts.append(post)
            task = asyncio.get_running_loop().create_task(self._attend(post))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def open(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """End the workers; hear first what those have to tell whose answer has left, or is about to have."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        until = time.monotonic() + _LAST
        while any(post.seat.number and post.seat.begun for post in self._posts) and time.monotonic() < until:
            await asyncio.sleep(_TICK / 10)
        for post in self._posts:
            self._pool.kill(post.worker)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST)
        for post in self._posts:
            post.worker.close()

    async def _attend(self, post: Post) -> None:
        """From when a worker is asked to attend until it is gone."""
        worker, offer = post.worker, self._offer
        try:
            attendance = Attendance(post.index, offer.plain, offer.store, offer.slow)
            worker.send(pack("", attendance, self._pool.limits.seconds))
            await worker.head()
            post.ready = True
            for loan in self._loans.values():
                self._send(LEND, loan, [post])
            self._say(post, message(GO))
            if not post.ready:
                raise ConnectionResetError
            while (told := await worker.told())[0] != END:
                self._hear(*told)
        except ConnectionError:
            pass
        finally:
            self._posts.remove(post)
            worker.close()
        self._bury(post)

    def _hear(self, tag: bytes, payload: bytes) -> None:
        if tag == SLOW:
            self._offer.tell(marshal.loads(payload))  # noqa: S302 - from a process that runs our own code
        elif tag == BACK:
            number, ticket, began, broken, told = marshal.loads(payload)  # noqa: S302 - likewise
            loan = self._loans.get(number)
            if loan is not None and ticket == 0:
                self.recall(loan)
            elif loan is not None and loan.ticket == ticket:
                self._take_back(loan, Verdict(error(*told), began) if told else None, broken=broken)

    def _bury(self, post: Post) -> None:
        """A worker is gone: the connection that it attended to comes back."""
        seat, turn = post.seat, post.turn
        if turn is not None:
            self._pool.leave(turn)
        loan = self._loans.get(seat.number)
        if loan is None or self._closed:
            return
        reason: KgError | None = crashed("the query")
        if turn is not None and turn.ended_by is not None:
            reason = None if turn.over else turn.ended_by  # it may have been ended for the query before
        verdict = Verdict(reason, seat.since) if reason else None
        self._take_back(loan, verdict, broken=seat.begun or reason is LEFT)

    def _take_back(self, loan: Loan, verdict: Verdict | None = None, *, broken: bool = False) -> None:
        with suppress(OSError):
            self._epoll.unregister(loan.number)
        del self._loans[loan.number]
        loan.away = False
        self._send(DROP, loan, self._posts)
        if broken:
            loan.owner.break_off()
        else:
            loan.owner.come_back(verdict)

    def _send(self, kind: str, loan: Loan, posts: Iterable[Post]) -> None:
        for post in posts:
            if post.ready:
                self._say(
                    post,
                    message(kind, loan.number, loan.ticket, trusted=loan.owner.is_trusted),
                    loan if kind == LEND else None,
                )
        self._table.announce()

    def _say(self, post: Post, data: bytes, loan: Loan | None = None) -> None:
        """Send a worker what it reads before its next query; one that reads too rarely is not to have another."""
        handles = [loan.number] if loan else []
        try:
            assert post.worker.socket is not None
            socket.send_fds(post.worker.socket, [data], handles)
        except OSError:
            post.ready = False
            post.seat.retire()

    def _watch(self) -> None:
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(_TICK, self._look)

    def _look(self) -> None:
        """See to what takes a while, to what is wanted back, and to versions that nobody reads any longer."""
        self._timer, now = None, time.monotonic()
        for post in self._posts:
            self._see_to(post, now)
        for loan in list(self._loans.values()):
            if loan.recalled is not None and self._is_free(loan, loan.recalled):
                self._take_back(loan)
            elif now - self._table.used(loan.number - self.premises.first) > _IDLE:
                self.recall(loan)
        reading = {post.seat.reading for post in self._posts}
        with self._holding:
            self._held = [each for each in self._held if each[1] > now - _TICK or each[0].version in reading]
        self._send_home(now)
        self.staff()
        if self._loans or len(self._held) > 1:
            self._watch()

    def _see_to(self, post: Post, now: float) -> None:
        seat, turn = post.seat, post.turn
        if turn is not None and turn.over:
            self._pool.leave(turn)
            post.turn = None
            if turn.is_slow:
                seat.retire()
        if post.turn is None:
            if seat.number and now - seat.since > _TICK:
                post.turn = Turn(self._pool, post, self.staff)
                self._pool.adopt(post.turn, now - seat.since)
        elif _has_left(self._loans.get(seat.number)) and post.turn.is_left(now, _LAST if seat.begun else 0):
            post.turn.cancel(LEFT)

    def _send_home(self, now: float) -> None:
        """Let a worker go that has had nothing to do for a while, where there are more than enough."""
        free = [post for post in self._posts if post.ready and post.turn is None]
        if len(free) > self._pool.limits.desks:
            post = min(free, key=lambda post: post.seat.since)
            if now - post.seat.since > _IDLE and not post.seat.number:
                post.seat.retire()

    def _is_free(self, loan: Loan, turns: dict[Post, float]) -> bool:
        """Whether no worker has, or is about to find, a request of a connection that was recalled."""
        for post in self._posts:
            number = post.seat.number
            if number == loan.number or (number == 0 and turns.get(post) == post.seat.turn):
                return False
        return True


def lender(pool: Pool, offer: Offer) -> Lender | None:
    """A lender for a pool; None where the system has no such means, or too few numbers for handles."""
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    first = min(soft, hard - MOST_LENT, _HIGHEST)
    if first < MOST_LENT:
        return None
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, first + MOST_LENT), hard))
        return Lender(pool, offer, first)
    except OSError:
        return None


def _has_left(loan: Loan | None) -> bool:
    """Whether a client has closed its connection: what it has sent before is still unread."""
    if loan is None:
        return False
    asked = select.poll()
    asked.register(loan.handle, select.POLLRDHUP)
    return bool(asked.poll(0))
