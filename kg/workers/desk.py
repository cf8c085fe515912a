"""A worker that attends to connections itself: a plain query and its answer pass no other process.

The server lends each worker every such connection, and one epoll that all wait on. The kernel gives a connection that
has a request to one worker that is free, and to nobody else until that worker lets it go again: so a query that takes
long holds no other connection. A request stays in the kernel until its answer begins to leave: of a worker that is
ended before, the server gets the connection back as if nobody had looked at it. What is no plain query goes back to the
server likewise. (Linux)
"""

from __future__ import annotations

import marshal
import os
import resource
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from kg.workers.confinement import ProcessorTime, usage
from kg.workers.engine import Engine, description
from kg.workers.requests import BACK, END, HEAD, LENGTH, OUTCOME, SLOW, Attendance, frame
from kg.workers.table import Published, Seat, Table

LEND, DROP, GO = "lend", "drop", "go"
LARGEST = 1 << 14  # bytes of a request that is read here
_HANDLE, _HANDLES = struct.Struct("i"), 64  # as many handles as one message may have
IDLE = 0.5  # seconds after which a worker that waits looks whether it is wanted
EVENTS = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLONESHOT if hasattr(select, "EPOLLRDHUP") else 0


class Client:
    """One connection that is lent, to whoever answers its requests; `ticket` says which time it is lent."""

    def __init__(self, handle: socket.socket, seat: Seat, ticket: int, *, trusted: bool) -> None:
        self._handle, self._seat, self.ticket = handle, seat, ticket
        self.trusted = trusted  # whether it is a proxy that is believed
        self.told: dict[str, float | str] | None = None  # what is worth telling of this answer

    def peek(self) -> bytes:
        """What has come and was not taken; empty where the client has left."""
        return self._handle.recv(LARGEST, socket.MSG_PEEK)

    def take(self, size: int) -> None:
        """Take the request: from now on its answer is on its way."""
        self._seat.begin()
        self._handle.recv(size)

    def send(self, data: bytes) -> None:
        """Send so much of the answer, as fast as the client reads."""
        try:
            sent = self._handle.send(data)
        except BlockingIOError:
            sent = 0
        if sent == len(data):
            return
        rest = memoryview(data)[sent:]
        while rest:
            writable = select.poll()
            writable.register(self._handle, select.POLLOUT)
            self._seat.begin(blocked=True)
            writable.poll()
            self._seat.begin()
            with suppress(BlockingIOError):
                rest = rest[self._handle.send(rest) :]

    def close(self) -> None:
        self._handle.close()


class Responder(Protocol):
    """Answers requests: HTTP is its business alone."""

    def turn_to(self, published: Published) -> None:
        """From now on the answers are those of this version."""

    def respond(self, data: bytes, client: Client, engine: Engine, began: float) -> bool:
        """Answer the request in `data`; False where that is no plain query, or not whole: then nothing was done."""


@dataclass(frozen=True)
class Premises:
    """What all workers of a server inherit to attend to connections with.

    The handles of the table and of the epoll; the first of the numbers that connections have; the Responder by name,
    since the library imports nothing of HTTP.
    """

    table: int
    epoll: int
    first: int
    responder: str

    def responding(self) -> Callable[[Attendance, Seat], Responder]:
        module, _, name = self.responder.partition(":")
        kind: Callable[[Attendance, Seat], Responder] = getattr(import_module(module), name)
        return kind


class Desk:
    """A worker's loop from when it attends to connections until it ends."""

    def __init__(self, control: socket.socket, engine: Engine, premises: Premises, attendance: Attendance) -> None:
        self._control, self._engine, self._first = control, engine, premises.first
        self._table = Table(premises.table)
        self._seat = self._table.seat(attendance.seat)
        self._responder = premises.responding()(attendance, self._seat)
        self._epoll = select.epoll.fromfd(premises.epoll)
        self._edition = self._version = -1.0
        self._received = b""
        self._handles: deque[int] = deque()
        self._lent: dict[int, Client] = {}
        self._time, self._looked, self._full = ProcessorTime(), 0.0, False

    def serve(self, seconds: float) -> None:
        """Answer until the server wants this process gone, or it has grown too large to keep."""
        self._control.sendall(frame(HEAD, b"\n"))
        while not self._listen():  # until all that is lent has come
            select.select([self._control], [], [])
        while not self._is_over():
            self._seat.rest()
            events = self._epoll.poll(IDLE, 1)
            began = time.monotonic()
            if began - self._looked > 1:
                self._look(began, seconds)
            for number, _ in events:
                if self._seat.retiring:  # it may have missed what the server wanted to say
                    self._back(number, 0, began)
                    continue
                self._seat.attend(number, began)
                self._table.use(number - self._first, began)
                self._attend(number, began)
            if not events:
                self._keep_up()
        used, _ = usage()
        self._seat.rest()
        self._control.sendall(frame(END, OUTCOME.pack(True, used)))

    def _keep_up(self) -> None:
        """With nothing else to do, hear what has changed, and let the old version go."""
        self._listen()
        if self._version not in (-1.0, self._table.version):
            with suppress(OSError):
                self._turn()

    def _is_over(self) -> bool:
        return self._full or self._seat.retiring

    def _attend(self, number: int, began: float) -> None:
        """Answer one request, and let its connection go, or send it back."""
        if self._edition != self._table.edition:
            self._listen()
        client = self._lent.get(number)
        if client is None:
            self._back(number, 0, began)
            return
        try:
            if self._version != self._table.version:
                self._turn()
            done = self._responder.respond(client.peek(), client, self._engine, began)
        except OSError:  # the client has left, or the connection was taken back: the server sees to it
            done = False
        except Exception as error:  # noqa: BLE001 - whatever the engine raises belongs to the query, which is told so
            self._full = self._full or isinstance(error, MemoryError)
            self._back(number, client.ticket, began, description(error, "the query"), broken=self._seat.begun)
            return
        if client.told:
            self._control.sendall(frame(SLOW, marshal.dumps(client.told)))
            client.told = None
        if done:
            try:
                self._epoll.modify(number, EVENTS)
                return
            except OSError:  # it is no longer lent
                pass
        self._back(number, client.ticket, began, broken=self._seat.begun and not done)

    def _back(
        self, number: int, ticket: int, began: float, error: tuple[str, ...] | None = None, *, broken: bool = False
    ) -> None:
        """Give a connection back, with what was wrong with its query; `broken`: its answer had begun.

        A ticket of 0 is that of a connection that this worker does not know.
        """
        self._control.sendall(frame(BACK, marshal.dumps((number, ticket, began, broken, error))))

    def _turn(self) -> None:
        """Read the newest version; one is not removed while it is announced as read."""
        while True:
            published = self._table.published()
            self._seat.read(published.version)
            if self._table.version == published.version:
                break
        self._engine.open(published.path)
        self._responder.turn_to(published)
        self._version = published.version

    def _look(self, now: float, seconds: float) -> None:
        """Once a second at most: let this process go on, or end where it is too large."""
        used, largest = usage()
        self._time.allow(seconds + 1, used)
        self._looked, self._full = now, largest > self._engine.memory // 4

    def _listen(self) -> bool:
        """Take what the server has sent: connections that are lent, or no longer; say whether it has said GO."""
        self._edition, told = self._table.edition, False
        while True:
            try:
                data, handles = _received(self._control)
            except BlockingIOError:
                break
            if not data:
                os._exit(0)
            self._received += data
            self._handles.extend(handles)
        while len(self._received) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                break
            kind, number, ticket, trusted = marshal.loads(self._received[LENGTH.size : end])  # noqa: S302 - from our own server
            self._received = self._received[end:]
            told = told or kind == GO
            if kind != GO:
                self._change(kind, number, ticket, trusted)
        return told

    def _change(self, kind: str, number: int, ticket: int, trusted: bool) -> None:
        known = self._lent.pop(number, None)
        if known is not None:
            known.close()
        if kind == LEND:
            handle = _at(self._handles.popleft(), number)
            self._lent[number] = Client(handle, self._seat, ticket, trusted=trusted)


def _received(control: socket.socket) -> tuple[bytes, Iterator[int]]:
    """Bytes and handles, without waiting (which `socket.recv_fds` does in spite of the flag)."""
    room = socket.CMSG_SPACE(_HANDLES * _HANDLE.size)
    data, more, _, _ = control.recvmsg(1 << 16, room, socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)
    packed = (payload for level, kind, payload in more if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS))
    return data, (handle for each in packed for (handle,) in _HANDLE.iter_unpack(each))


def message(kind: str, number: int = 0, ticket: int = 0, *, trusted: bool = False) -> bytes:
    """What the server sends; with LEND goes the connection's handle."""
    payload = marshal.dumps((kind, number, ticket, trusted))
    return LENGTH.pack(len(payload)) + payload


def _at(handle: int, number: int) -> socket.socket:
    """The connection under its number in the server, by which the kernel knows it.

    Nothing else in this process has such a number: they lie above what its limit lets it open.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 1), hard))
    os.dup2(handle, number, inheritable=False)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    os.close(handle)
    found = socket.socket(fileno=number)
    found.setblocking(False)
    return found
