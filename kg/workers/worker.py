"""What a worker does: accept one connection after another and carry out what is asked on it, within its limits.

On a connection of the server's comes one request, which is answered in frames; those of others are its handler's.
"""

from __future__ import annotations

import marshal
import os
import select
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from kg.workers.engine import Engine, as_error
from kg.workers.limits import WorkerConfig
from kg.workers.messages import (
    CONNECTION,
    DATA,
    DONE,
    END,
    ERROR,
    HEAD,
    HELLO,
    LENGTH,
    PUBLIC,
    RECORDS,
    frame,
    pack_error,
    pack_head,
    unpack,
)
from kg.workers.scoreboard import CONNECTED, FREE, IDLE, Scoreboard, Slot
from kg.workers.watchdog import Fail, Watchdog

READ = 1 << 16  # bytes that are read at once, or handed over
_SOON = 0.002  # seconds without a request after which the server hears of those before
_IDLE = 5.0  # seconds without a connection after which a version that is no longer the newest is let go


class Version(NamedTuple):
    """The newest version: its number, when it was made (see Checkpoint), and its checkpoint's folder."""

    version: int
    modified: int
    path: str


class Handler(Protocol):
    """Answers requests on connections of the public socket."""

    def serve(self, connection: Connection) -> None:
        """Answer until the connection is closed, or hand it over."""


class Worker:
    """One process: its place, its engine, and the connection that it has."""

    def __init__(
        self,
        config: WorkerConfig,
        board: Scoreboard,
        slot: Slot,
        control: socket.socket,
        told: socket.socket,
        listeners: Mapping[socket.socket, bytes],
        handler: Any,
    ) -> None:
        self._config, self.board, self.slot, self._told = config, board, slot, told
        self._control, self._listeners = control, {listener.fileno(): listener for listener in listeners}
        self._kinds = {listener.fileno(): kind for listener, kind in listeners.items()}
        self.engine = Engine(config.prefixes, config.limits.memory)
        self.watchdog = Watchdog(config.limits, board, slot)
        self.worn = self.stopping = False  # whether this process is to end once it is done
        self._newest, self._version = "", Version(0, 0, "")
        self.records: list[Any] = []
        self._handler: Handler | None = handler(self.engine, self.newest, **config.options) if handler else None

    def serve(self) -> None:
        """Answer until this process is worn, or the server is to stop."""
        self.watchdog.start()
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        waiting = select.poll()
        for listener in self._listeners.values():
            waiting.register(listener, select.POLLIN)
        while not (self.worn or self.stopping):
            arrived = waiting.poll(_IDLE * 1000)
            for handle, _ in arrived[:1]:
                try:
                    client, _ = self._listeners[handle].accept()
                except OSError:  # another worker has it
                    continue
                self._attend(client, self._kinds[handle])
            if not arrived and self._newest and self._read_newest() != self._newest:
                self.engine.open("")

    def newest(self) -> Version:
        """The newest version, which stays until the end of the request."""
        self.slot.read(self._version.version)
        while (newest := self._read_newest()) != self._newest:  # one that is announced as read stays
            version, modified, path = newest.split(" ", 2)
            self._newest, self._version = newest, Version(int(version), int(modified), path)
            self.slot.read(self._version.version)
        return self._version

    def _read_newest(self) -> str:
        return os.readlink(self._config.newest)  # noqa: PTH115 - once a request, where a Path costs more than the call

    def tell(self) -> None:
        """Send the server the records that there are."""
        if self.records:
            self._told.send(RECORDS + marshal.dumps(self.records))
            self.records.clear()

    def hand_over(self, client: socket.socket, data: bytes) -> None:
        socket.send_fds(self._told, [CONNECTION + pack_error(None, data)], [client.fileno()])

    def _attend(self, client: socket.socket, kind: bytes) -> None:
        self.slot.state = CONNECTED
        socket.send_fds(self._control, [kind], [client.fileno()])
        self.watchdog.awake.set()
        connection = Connection(self, client)
        try:
            if kind == PUBLIC and self._handler:
                self._handler.serve(connection)
            else:
                self._answer_server(connection)
        except ConnectionError:
            pass
        finally:
            self.watchdog.awake.clear()
            with suppress(OSError):
                if not connection.handed_over:
                    client.shutdown(socket.SHUT_RDWR)  # the supervisor has it too
            client.close()
            self.tell()
            self.slot.state = IDLE
            self._control.send(DONE)

    def _answer_server(self, connection: Connection) -> None:
        connection.socket.sendall(frame(HELLO))
        data = bytearray()
        while len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]:
            part = connection.socket.recv(1 << 18)
            if not part:
                return
            data += part
        path, query = unpack(bytes(data[LENGTH.size :]))
        connection.begin(lambda error: connection.socket.sendall(frame(ERROR, pack_error(error))))
        try:
            self.engine.open(path)
            head, rest = self.engine.answer(
                query, lambda head, data: connection.send(frame(HEAD, pack_head(head)) + frame(DATA, data))
            )
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the engine raises belongs to the query, which is told so
            self.worn = isinstance(error, MemoryError)
            connection.send(frame(ERROR, pack_error(as_error(error, "the query"))))
        else:
            connection.send(frame(HEAD, pack_head(head)) + frame(END, rest))
        connection.end()

    def _stop(self) -> None:
        self.stopping = True
        if self.slot.state in (IDLE, CONNECTED):
            self.tell()
            os._exit(0)


class Connection:
    """A client's connection, to whoever answers its requests."""

    def __init__(self, worker: Worker, client: socket.socket) -> None:
        self.socket, self._worker = client, worker
        self.handed_over = False
        self._readable = select.poll()
        self._readable.register(client, select.POLLIN)

    def receive(self, seconds: float) -> bytes | None:
        """What comes next, empty where the client has left; None where nothing comes in so many seconds."""
        if not self._readable.poll(_SOON * 1000):
            self._worker.tell()
            if not self._readable.poll(seconds * 1000):
                return None
        return self.socket.recv(READ)

    def begin(self, fail: Fail, note: bytes = b"") -> None:
        """A request is carried out from now on; where it must be ended before its answer has begun, `fail` says why.

        Should the process die of it, the server gets `note`, of at most 144 bytes, with the connection.
        """
        self._worker.slot.note = note
        self._worker.watchdog.begin(self.socket, fail)

    def send(self, data: bytes) -> None:
        """Send so much of the answer, as fast as the client reads."""
        self._worker.watchdog.answering()
        self.socket.sendall(data)

    def end(self) -> None:
        """The request is carried out."""
        worker = self._worker
        worker.watchdog.end()
        worker.worn = worker.worn or worker.watchdog.worn
        worker.slot.read(0)

    def record(self, value: Any) -> None:
        """Tell the server plain values of a request, soon."""
        self._worker.records.append(value)
        if len(self._worker.records) >= 64:
            self._worker.tell()

    @property
    def is_last(self) -> bool:
        """Whether the server is to stop."""
        return self._worker.stopping

    def tell(self) -> None:
        """Tell the server what was recorded, now."""
        self._worker.tell()

    @property
    def is_crowded(self) -> bool:
        """Whether the server is to have the connection next, since this worker is to end or others wait for one."""
        board = self._worker.board
        return self._worker.worn or not board.count(IDLE, FREE)

    def hand_over(self, data: bytes) -> None:
        """Let the server have the connection for good, with what was read of it and not answered."""
        self._worker.hand_over(self.socket, data)
        self.handed_over = True
