"""HTTP on a worker's connection: queries at `/sparql` are answered here, all else is handed to the server.

The endpoint is the server's own, `api.sparql`: a coroutine that never waits, since the engine runs in this process and
an answer leaves as fast as its client reads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeVar

import httptools
from starlette.types import Message

from api.http import send_problem
from api.observing import begin
from api.sparql import PATH, HeadSent, SparqlEndpoint
from kg.errors import KgError
from kg.workers import Head, Leave, Query
from kg.workers.engine import Engine, as_error
from kg.workers.worker import READ, Connection, Version

Result = TypeVar("Result")
_ROOM = 32 << 20  # bytes of answers that one worker keeps
_REST = 1.0  # seconds without a request after which the server has the connection
_PAUSE = 0.2  # the same within a request
_LINE = re.compile(rb"(GET|HEAD|POST) (/sparql)(?:\?([!-~]*))? HTTP/1\.1(?=\r\n)")
# What a header may ask for that only the server knows how to do.
_SPECIAL = frozenset((b"transfer-encoding", b"expect", b"upgrade"))


class NotHere(Exception):
    """Only the server can answer this."""


class Backend:
    """As of api.sparql: queries run on this process's engine."""

    def __init__(self, engine: Engine, newest: Callable[[], Version], store: str, *, plain: bool) -> None:
        self._engine, self.newest, self.store_id, self.plain = engine, newest, store, plain

    async def answer(self, query: Query, version: Version, leave: Leave, _: object) -> tuple[Head, bytes]:
        try:
            self._engine.open(version.path)
            return self._engine.answer(query, lambda head, data: run(leave(head, data)))
        except (KgError, ConnectionError, HeadSent):
            raise
        except Exception as error:
            raise as_error(error, "the query") from error

    async def uninferred(self, version: Version) -> Version:  # noqa: ARG002
        raise NotHere

    async def page(self) -> bytes:
        raise NotHere


class Connections:
    """Answers on one connection after another, for one worker."""

    def __init__(
        self, engine: Engine, newest: Callable[[], Version], *, store: str, plain: bool, proxies: list[str]
    ) -> None:
        """`proxies` are those who are believed when they say by which scheme they were asked."""
        self._endpoint, self._proxies = SparqlEndpoint(Backend(engine, newest, store, plain=plain), _ROOM), proxies

    def serve(self, connection: Connection) -> None:
        """See kg.workers.worker.Handler."""
        data, client = b"", connection.socket.getpeername()
        is_trusted = "*" in self._proxies or client[0] in self._proxies
        while not connection.is_last:
            while (request := _read(data)) is None:
                more = connection.receive(_PAUSE if data else _REST)
                data += more or b""
                if more == b"" == data:
                    return
                if not more or len(data) > READ:
                    connection.hand_over(data)
                    return
            if not isinstance(request, Request) or (request.scope["scheme"] == "https" and not is_trusted):
                connection.hand_over(data)
                return
            exchange = Exchange(connection, request, self._endpoint)
            if not exchange.carry_out():
                connection.hand_over(data)
                return
            data = data[request.size :]
            if not exchange.is_done or not request.keep_alive:
                return
            if connection.is_crowded:
                connection.hand_over(data)
                return


@dataclass(frozen=True)
class Lines:
    """What the lines of a request say, less the first."""

    headers: list[tuple[bytes, bytes]]
    length: int
    scheme: str
    keep_alive: bool


@dataclass(frozen=True)
class Request:
    """A whole request of so many bytes."""

    scope: dict[str, Any]
    body: bytes
    size: int
    keep_alive: bool


class Exchange:
    """One request and its answer."""

    def __init__(self, connection: Connection, request: Request, endpoint: SparqlEndpoint) -> None:
        self._connection, self._request, self._endpoint = connection, request, endpoint
        self._record = begin(request.scope)
        self._record.route = PATH
        self._write: Callable[[bytes], None] = connection.send
        self._start: Message = {}
        self._begun = self._chunked = self._closing = False
        self.is_done = False  # whether the answer is whole

    def carry_out(self) -> bool:
        """Answer, and tell of it; False where only the server can, and nothing was sent."""
        self._connection.begin(self._fail, f"{self._record.method} {self._record.identifier}".encode())
        try:
            run(self._endpoint(self._request.scope, self._receive, self._send))
        except ConnectionError:
            raise
        except Exception:
            if not self._begun:
                return False
            raise
        finally:
            self._connection.end()
        self._tell()
        return True

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        self._record.size += len(body)
        lines = b"" if self._begun else self._lines(whole=not more)
        self._begun = True
        if self._chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        self._write(lines + body)
        self.is_done = not more

    def _lines(self, *, whole: bool) -> bytes:
        record, headers = self._record, self._start["headers"]
        record.status = self._start["status"]
        self._chunked = not whole and record.method != "HEAD"
        last = b"x-request-id: %b\r\n" % record.identifier.encode()
        if self._chunked:
            last += b"transfer-encoding: chunked\r\n"
        if self._closing or not self._request.keep_alive:
            last += b"connection: close\r\n"
        return b"%bdate: %b\r\n%b%b\r\n" % (
            _status(record.status),
            _date(int(time.time())),
            b"".join([b"%b: %b\r\n" % pair for pair in headers]),
            last,
        )

    def _fail(self, error: KgError) -> None:
        """Answer with an error in the place of what is carried out, in another thread; then the process ends."""
        self._write, self._closing = self._connection.socket.sendall, True
        self._record.query_seconds = time.monotonic() - self._record.started
        run(send_problem(self._send, error, head=self._record.method == "HEAD"))
        self._tell()
        self._connection.tell()

    def _tell(self) -> None:
        self._record.seconds = time.monotonic() - self._record.started
        self._connection.record(tuple(vars(self._record).values()))


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine gives that never waits; raise NotHere where it would."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    coroutine.close()
    raise NotHere


def _read(data: bytes) -> Request | bool | None:
    """A request at the beginning of what has come; None where that is not whole, False where it is not for here."""
    match = _LINE.match(data)
    if match is None:
        return None if len(data) < READ and b"\n" not in data else False
    end = data.find(b"\r\n\r\n") + 4
    if end < 4:
        return None
    lines = _understood(data[match.end() : end])
    if lines is None or lines.length > READ - end:
        return False
    size = end + lines.length
    if len(data) < size:
        return None
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": match[1].decode(),
        "scheme": lines.scheme,
        "path": PATH,
        "raw_path": match[2],
        "query_string": match[3] or b"",
        "headers": lines.headers,
    }
    return Request(scope, data[end:size], size, lines.keep_alive)


class _Headers(list[tuple[bytes, bytes]]):
    """Takes them from the parser."""

    def on_header(self, name: bytes, value: bytes) -> None:
        self.append((name.lower(), value))


@lru_cache(512)
def _understood(head: bytes) -> Lines | None:
    """What the lines say, which are much the same each time; None where only the server knows what they ask for."""
    if not head.count(b"\r") == head.count(b"\n") == head.count(b"\r\n"):
        return None
    headers = _Headers()
    parser = httptools.HttpRequestParser(headers)
    try:
        parser.feed_data(b"POST / HTTP/1.1" + head)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    known = dict(headers)
    length = known.get(b"content-length", b"0")
    if not _SPECIAL.isdisjoint(known) or not length.isdigit():
        return None
    scheme = "https" if known.get(b"x-forwarded-proto", b"").strip() == b"https" else "http"
    return Lines(list(headers), int(length), scheme, parser.should_keep_alive())


@lru_cache(1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


@lru_cache(64)
def _status(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
