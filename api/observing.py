"""What is seen of every request: its id, how it ended, how long it took; counted for /metrics, written to the log."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.headers import IDENTIFIER
from api.metrics import Metrics
from kg.logs import REQUEST

_LOG = logging.getLogger(__name__)
SLOW = 1.0  # seconds from which a request is told of, where only problems are


@dataclass
class Seen:
    """What there is to say of one request, filled in on its way."""

    status: int = 0
    route: str = "none"
    size: int = 0
    query_seconds: float | None = None
    started: float = field(default_factory=time.perf_counter)


_SEEN: ContextVar[Seen | None] = ContextVar("seen", default=None)


def queried(seconds: float) -> None:
    """Tell how long a query of the request took in the engine."""
    seen = _SEEN.get()
    if seen is not None:
        seen.query_seconds = (seen.query_seconds or 0.0) + seconds


def routed(scope: MutableMapping[str, Any]) -> None:
    """Tell by which route the request was answered: its pattern, since paths would make numbers without end."""
    seen = _SEEN.get()
    if seen is not None:
        seen.route = getattr(scope.get("route"), "path", "none")


class Observer:
    """ASGI middleware, the outermost. `log` is "requests", "problems" or "none"; `state` is the application's."""

    def __init__(self, app: ASGIApp, metrics: Metrics, state: State, log: str) -> None:
        self._app, self._metrics, self._state, self._log = app, metrics, state, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        identifier = given if IDENTIFIER.fullmatch(given) else os.urandom(8).hex().encode()
        REQUEST.set(identifier.decode())
        seen = Seen()
        _SEEN.set(seen)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", identifier)]}
            elif message["type"] == "http.response.body":
                seen.size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            seen.status = 500
            raise
        finally:
            self._tell(scope, seen)

    def _tell(self, scope: Scope, seen: Seen) -> None:
        seconds = time.perf_counter() - seen.started
        route = scope["path"] if scope["path"] in getattr(self._state, "endpoints", ()) else seen.route
        self._metrics.request(scope["method"], route, seen.status, seconds, seen.query_seconds)
        problem = seen.status >= 500 or seconds >= SLOW
        if self._log == "requests" or (self._log == "problems" and problem):
            fields: dict[str, object] = {
                "method": scope["method"],
                "path": scope["path"],
                "route": route,
                "status": seen.status or "client left",
                "bytes": seen.size,
                "seconds": round(seconds, 6),
            }
            if seen.query_seconds is not None:
                fields["query_seconds"] = round(seen.query_seconds, 6)
            _LOG.log(logging.WARNING if problem else logging.INFO, "request", extra={"fields": fields})
