"""What a worker does: read one request after another from its socket, carry it out, and write the answer in frames."""

from __future__ import annotations

import marshal
import os
import socket
from collections.abc import Callable, Mapping

from kg.workers.confinement import ProcessorTime, usage
from kg.workers.desk import Desk, Premises
from kg.workers.engine import Engine, Head, description
from kg.workers.requests import (
    DATA,
    END,
    ERROR,
    HEAD,
    HELLO,
    LENGTH,
    OUTCOME,
    SUBJECTS,
    Attendance,
    Query,
    frame,
    head,
    unpack,
)


class Worker:
    """One process: its socket, its engine, and its limits."""

    def __init__(
        self,
        connection: socket.socket,
        prefixes: Mapping[str, str],
        memory: int,
        *,
        confined: bool,
        premises: Premises | None,
    ) -> None:
        self._connection, self._prefixes = connection, dict(prefixes)
        self._engine = Engine(prefixes, memory)
        self._time, self._used = ProcessorTime(), 0.0
        self._received = bytearray()
        self._confined = confined  # whether the kernel refuses it every connection
        self._premises = premises

    def serve(self) -> None:
        """Answer until the server closes the socket, or until this process has grown too large to keep."""
        self._connection.sendall(frame(HELLO, str(os.getpid()).encode()))
        retiring = False
        while not retiring and (payload := self._receive()) is not None:
            path, seconds, request = unpack(payload)
            if isinstance(request, Attendance):
                if self._premises:
                    Desk(self._connection, self._engine, self._premises, request).serve(seconds)
                return
            retiring = self._answer(path, seconds, request)

    def _answer(self, path: str, seconds: float, request: Query) -> bool:
        """Carry out one request; say whether this process is to end."""
        try:
            self._time.allow(seconds, self._used)
            self._engine.open(path)
            leaving = _Leaving(self._connection)
            _, rest = self._engine.answer(request, leaving.begun)
        except ConnectionError:
            return True
        except Exception as error:  # noqa: BLE001 - whatever the engine raises belongs to the query, which is told so
            retiring = isinstance(error, MemoryError)
            self._used, _ = usage()
            outcome = OUTCOME.pack(retiring, self._used)
            told = description(error, SUBJECTS[type(request)])
            self._connection.sendall(frame(ERROR, outcome + marshal.dumps(told)))
            return retiring
        self._used, largest = usage()
        retiring = largest > self._engine.memory // 4
        leaving.end(rest, OUTCOME.pack(retiring, self._used))
        return retiring

    def _receive(self) -> bytes | None:
        """The next request; None where the server has closed the socket."""
        data = self._received
        wanted = LENGTH.size
        while len(data) < wanted:
            part = self._connection.recv(1 << 18)
            if not part:
                return None
            data += part
            if len(data) >= LENGTH.size:
                wanted = LENGTH.size + LENGTH.unpack_from(data)[0]
        self._received = data[wanted:]
        return bytes(data[LENGTH.size : wanted])


class _Leaving:
    """An answer in frames: a short one leaves in one piece."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._head = b""

    def begun(self, known: Head) -> Callable[[bytes], None]:
        self._head = frame(HEAD, head(known.media_type, known.rows))
        return self._leave

    def end(self, rest: bytes, outcome: bytes) -> None:
        self._connection.sendall(self._head + (frame(DATA, rest) if rest else b"") + frame(END, outcome))

    def _leave(self, data: bytes) -> None:
        self._connection.sendall(self._head + frame(DATA, data))
        self._head = b""
