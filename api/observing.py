"""What is seen of every request: its id, how it ended, how long it took; counted for /metrics, written to the log."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import IDENTIFIER
from kg.logs import REQUEST

_LOG = logging.getLogger(__name__)
SLOW = 1.0  # seconds from which a request has a line, where only problems have one


@dataclass
class RequestRecord:
    """What there is to say of one request, filled in on its way."""

    method: str
    path: str
    identifier: str = field(default_factory=lambda: os.urandom(8).hex())
    route: str = "none"
    status: int = 0  # 0: the client left before the answer began
    size: int = 0
    seconds: float = 0.0
    query_seconds: float | None = None
    started: float = field(default_factory=time.monotonic)


_RECORD: ContextVar[RequestRecord | None] = ContextVar("record", default=None)
Record = Callable[[RequestRecord], None]


def begin(scope: Scope) -> RequestRecord:
    """The record of a request, which is this one's from now on."""
    record = RequestRecord(scope["method"], scope["path"])
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    if given and IDENTIFIER.fullmatch(given):
        record.identifier = given.decode()
    REQUEST.set(record.identifier)
    _RECORD.set(record)
    return record


def queried(seconds: float) -> None:
    """Tell how long a query of the request took in the engine."""
    record = _RECORD.get()
    if record is not None:
        record.query_seconds = (record.query_seconds or 0.0) + seconds


def routed(scope: MutableMapping[str, Any]) -> None:
    """Tell by which route the request was answered: its pattern, since paths would make numbers without end."""
    record = _RECORD.get()
    if record is not None:
        record.route = getattr(scope.get("route"), "path", "none")


class Observer:
    """ASGI middleware, the outermost: gives each request its id, and `record` what there is to say of it."""

    def __init__(self, app: ASGIApp, record: Record) -> None:
        self._app, self._record = app, record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = begin(scope)
        identifier = record.identifier.encode()

        async def respond(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", identifier)]}
            elif message["type"] == "http.response.body":
                record.size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, respond)
        except Exception:
            record.status = 500
            raise
        finally:
            record.seconds = time.monotonic() - record.started
            self._record(record)


def log(record: RequestRecord, kind: str) -> None:
    """Write a request's line where the log is of this kind: "requests", "problems" or "none"."""
    problem = record.status >= 500 or record.seconds >= SLOW
    if kind == "requests" or (kind == "problems" and problem):
        fields: dict[str, object] = {
            "request": record.identifier,
            "method": record.method,
            "path": record.path,
            "route": record.route,
            "status": record.status or "client left",
            "bytes": record.size,
            "seconds": round(record.seconds, 6),
        }
        if record.query_seconds is not None:
            fields["query_seconds"] = round(record.query_seconds, 6)
        _LOG.log(logging.WARNING if problem else logging.INFO, "request", extra={"fields": fields})
