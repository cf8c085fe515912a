"""What stands before every route: the SPARQL endpoints, answers kept per version, HEAD, and other origins (CORS)."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from starlette.datastructures import State
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import CORS, Validators, compressed, encoding, send_whole
from api.observing import routed
from api.service import Service

# Functions whose value is another at each call: an answer that may hold one is never kept.
_VOLATILE = re.compile(rb"\b(now|rand|uuid|struuid|bnode)\b")


@dataclass(frozen=True)
class Kept:
    """A whole answer: its headers, as ASGI has them, its bytes, and the route that it came by."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    validators: Validators
    route: object = None


class Whole(Protocol):
    """An answer that can be kept."""

    @property
    def body(self) -> bytes: ...


Answer = TypeVar("Answer", bound=Whole)


class AnswerCache(Generic[Answer]):
    """The answers asked for last, up to a total of bytes; those of an older version fall away at once."""

    def __init__(self, largest: int = 4 << 20, total: int = 128 << 20) -> None:
        self.largest, self._total = largest, total
        self._version = -1
        self._size = 0
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, version: int, key: Hashable) -> Answer | None:
        if version != self._version:
            return None
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, version: int, key: Hashable, kept: Answer) -> None:
        """Keep an answer; one of a version that is no longer the newest, or that is too large, is passed over."""
        if version < self._version or len(kept.body) > self.largest:
            return
        if version > self._version:
            self._kept.clear()
            self._version, self._size = version, 0
        old = self._kept.pop(key, None)
        self._kept[key] = kept
        self._size += len(kept.body) + 512 - (len(old.body) + 512 if old else 0)
        while self._size > self._total:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.body) + 512


def tag_of(store: str, version: int, key: Hashable) -> bytes:
    """The entity tag of the answer to what `key` says, on one version of the store with that id."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).hexdigest()
    return f'"{store[:8]}-{version}-{digest}"'.encode()


def is_repeatable(text: bytes) -> bool:
    """Whether a query gives the same answer on the same data each time."""
    lowered = text.lower()
    if b"\\u" in lowered:  # which may spell any of them
        return False
    if b"now" in lowered or b"rand" in lowered or b"uuid" in lowered or b"bnode" in lowered:  # quicker than the words
        return not _VOLATILE.search(lowered)
    return True


_PREFLIGHT = [(b"access-control-allow-headers", b"*, authorization"), (b"access-control-max-age", b"86400")]
_METHODS = ("GET", "POST", "PUT", "DELETE")
# Under these paths an answer depends on the data's version, the URL and Accept alone.
_KEPT = (
    *("/api/v1/", "/id/", "/ontology/", "/graph/", "/shapes/", "/prefixes", "/data/", "/about/", "/terms/"),
    *(
        "/questions/",
        "/ask",
        "/entities",
        "/claims",
        "/sources",
        "/compare",
        "/why",
        "/what-if",
        "/network",
        "/stances",
        "/timeline",
    ),
)

_OWN_TAG = "/api/v1/documents/"  # a document's tag is its own, whatever else changes


class Front:
    """ASGI middleware; `state` is the application's, filled when it starts."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app, self._state = app, state
        self._cache: AnswerCache[Kept] = AnswerCache()
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and (methods := self._methods(scope)):
            allowed = ", ".join(methods).encode()
            headers = [*CORS, *_PREFLIGHT, (b"allow", allowed), (b"access-control-allow-methods", allowed)]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
        elif (endpoint := self._state.endpoints.get(scope["path"])) is not None:
            await endpoint(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD") and self._is_kept(scope["path"]):
            await self._keep(scope, receive, send)
        else:
            await self._pass(scope, receive, send)

    def _is_kept(self, path: str) -> bool:
        """Whether an answer may be kept: what others may write changes without a word."""
        if self._state.service.store.shared or path.startswith(_OWN_TAG):
            return False
        return path == "/" or path.startswith(_KEPT)

    def _methods(self, scope: Scope) -> list[str]:
        """The methods that an address has, OPTIONS among them; none where there is no such address."""
        endpoint = self._state.endpoints.get(scope["path"])
        if endpoint is not None:
            found = [method for method in _METHODS if method in endpoint.methods]
        else:
            found = [method for method in _METHODS if self._has_route({**scope, "method": method})]
        return [each for method in found for each in ((method, "HEAD") if method == "GET" else (method,))] + (
            ["OPTIONS"] if found else []
        )

    def _has_route(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._state.routes)

    async def _keep(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept of this version, or keep what the route answers."""
        service: Service = self._state.service
        snapshot, headers = (service.graph or service.store).snapshot(), dict(scope["headers"])
        coding = encoding(headers.get(b"accept-encoding", b"").decode("latin-1"))
        key = (scope["raw_path"], scope["query_string"], headers.get(b"host"), headers.get(b"accept"), coding)
        async with self._turns.setdefault(key, asyncio.Lock()):  # what several ask for at once is made once
            kept = self._cache.get(snapshot.version, key)
            if kept is None:
                inner = {**scope, "method": "GET"}
                status, answer_headers, body = await _collected(self._app, inner, receive)
                routed(inner)
                if status != 200:
                    await send_whole(send, status, [*answer_headers, *CORS], body, head=scope["method"] == "HEAD")
                    return
                extra = [(b"vary", b"accept, accept-encoding"), (b"cache-control", b"no-cache"), *CORS]
                smaller = await asyncio.to_thread(compressed, body, coding)
                if smaller is not None and coding is not None:
                    extra.append((b"content-encoding", coding.encode()))
                    body = smaller
                validators = Validators(tag_of(service.store.id, snapshot.version, key), snapshot.modified)
                kept = Kept([*answer_headers, *extra], body, validators, inner.get("route"))
                self._cache.put(snapshot.version, key, kept)
            else:
                routed({"route": kept.route})
        answered = [*kept.headers, *kept.validators.headers()]
        if kept.validators.unchanged(headers):
            unchanged = [pair for pair in answered if pair[0] not in (b"content-type", b"content-encoding")]
            await send_whole(send, 304, unchanged, head=True)
        else:
            await send_whole(send, 200, answered, kept.body, head=scope["method"] == "HEAD")

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"

        async def respond(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *CORS]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"} if head else scope
        await self._app(inner, receive, respond)
        routed(inner)


async def _collected(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """A route's whole answer: status, headers less their length, bytes."""
    started: list[Message] = []
    parts: list[bytes] = []

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, take)
    headers = [(name, value) for name, value in started[0]["headers"] if name != b"content-length"]
    return started[0]["status"], headers, b"".join(parts)
