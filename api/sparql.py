"""SPARQL 1.1 Protocol, query: GET and both POSTs, run in the workers, streamed as the reader takes it.

A bare ASGI application, since for a short query a framework would cost more than the engine.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from api.description import describe
from api.front import AnswerCache, Kept, is_repeatable, tag_of
from api.http import (
    CORS,
    FORM,
    FRESH,
    GRAPHS,
    MOST_ROWS,
    PAGE,
    PAGES,
    VARY,
    Compressor,
    Validators,
    best,
    compressed,
    encoding,
    quality,
    send_problem,
    send_whole,
    typed,
    wanted,
)
from api.observing import queried
from api.requests import ClientLeft, Incoming, graph_iri, read
from api.statuses import BrokenOff, NotAllowed, WrongMediaType
from kg.errors import BadParameter, BadQuery, KgError
from kg.workers import Head, Leave, Query

_LOG = logging.getLogger(__name__)
PATH = "/sparql"
MOST = 2 << 20
LONGEST_KEPT = 1 << 16  # the longest text, in characters, whose answer is kept for the next who asks


@dataclass(frozen=True)
class Asked:
    """A query as the protocol has it, and whether inferences count."""

    query: Query
    inferred: bool = True


class Backend(Protocol):
    """Where queries are run: in the server by a worker or at an endpoint, in a worker by its own engine.

    A version has a number, `version`, and says when it was made, `modified`: see Validators.
    """

    @property
    def plain(self) -> bool:
        """Whether the default graph is the unnamed one alone, instead of the union of all."""

    @property
    def store_id(self) -> str | None:
        """What tells the store from any other; None where others may write to it, and no answer is kept."""

    def newest(self) -> Any:
        """The newest version."""

    async def uninferred(self, version: Any) -> Any:
        """The same less its inferences."""

    async def answer(self, query: Query, version: Any, leave: Leave, receive: Receive) -> tuple[Head, bytes]:
        """As of a Runner; raises ClientLeft where the client, who is heard by `receive`, leaves before its end."""

    async def page(self) -> bytes:
        """The page with the form."""


class SparqlEndpoint:
    """`/sparql`."""

    methods = ("GET", "POST")

    def __init__(self, backend: Backend, room: int = 128 << 20) -> None:
        """Answers are kept up to `room` bytes."""
        self._backend = backend
        self._cache: AnswerCache[Kept] = AnswerCache(total=room)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        try:
            incoming = await read(scope, receive, MOST) if scope["method"] == "POST" else Incoming(scope)
            await self._answer(incoming, receive, send, head=head)
        except BrokenOff as failure:
            _LOG.warning("an answer broke off: %s", failure)  # and so does the connection: its end was not sent
        except ClientLeft:
            return
        except KgError as error:
            await send_problem(send, error, head=head)

    async def answer(self, query: Query, incoming: Incoming, receive: Receive, send: Send, *, head: bool) -> None:
        """Answer a query of the server's own on the newest version, as one from outside."""
        accept, coding = incoming.header(b"accept"), encoding(incoming.header(b"accept-encoding"))
        version, key = self._backend.newest(), (query, accept, coding)
        known = self._validators(version, key)
        if known is not None and _not_modified(incoming, known):
            await send_whole(send, 304, _unchanged(known), head=True)
        else:
            await self._run(query, version, receive, send, key=key, known=known, coding=coding, head=head)

    async def _answer(self, incoming: Incoming, receive: Receive, send: Send, *, head: bool) -> None:
        accept, coding = incoming.header(b"accept"), encoding(incoming.header(b"accept-encoding"))
        key = (incoming.scope["query_string"], incoming.body, incoming.media_type, accept, incoming.url, coding)
        version = self._backend.newest()
        kept = self._cache.get(version.version, key) if self._backend.store_id is not None else None
        if kept is not None:
            if _not_modified(incoming, kept.validators):
                await send_whole(send, 304, _unchanged(kept.validators), head=True)
            else:
                await send_whole(send, 200, [*kept.headers, *kept.validators.headers()], kept.body, head=head)
            return
        asked = self._read(incoming, accept)
        if asked is None:
            await self._describe(incoming, accept, send, head=head)
            return
        if not asked.inferred:
            version = await self._backend.uninferred(version)
        text, known = asked.query.text, None
        if len(text) <= LONGEST_KEPT and is_repeatable(text.encode()):
            known = self._validators(version, key)
        if known is not None and _not_modified(incoming, known):
            await send_whole(send, 304, _unchanged(known), head=True)
        else:
            await self._run(asked.query, version, receive, send, key=key, known=known, coding=coding, head=head)

    def _read(self, incoming: Incoming, accept: str | None) -> Asked | None:
        """The query that a request holds; None where it holds none and asks for the service itself."""
        pairs = list(incoming.query)
        if incoming.method == "POST":
            if incoming.media_type == FORM:
                pairs += incoming.form
            elif incoming.media_type == "application/sparql-query":
                pairs.append(("query", incoming.text()))
            else:
                raise WrongMediaType(
                    culprit="Content-Type",
                    found=incoming.media_type or "none",
                    expected=f"application/sparql-query or {FORM}",
                    remedy="Send the query in one of these forms, or by GET.",
                )
        elif incoming.method not in ("GET", "HEAD"):
            raise NotAllowed(culprit=f"{incoming.method} /sparql", expected="GET, HEAD, POST, OPTIONS")
        if any(name == "update" for name, _ in pairs):
            raise BadQuery("the request", "an update", "a query", "Send updates to /sparql/update, by POST.")
        texts = [value for name, value in pairs if name == "query"]
        if len(texts) > 1 or (incoming.method == "POST" and not texts):
            raise BadQuery(culprit="the request", found=f"{len(texts)} queries", expected="one query")
        asked = self._asked(texts[0] if texts else "", pairs, incoming, accept)
        return asked if texts else None

    def _asked(self, text: str, pairs: list[tuple[str, str]], incoming: Incoming, accept: str | None) -> Asked:
        form = next((value for name, value in pairs if name in ("format", "output") and value), None)
        results, graph = wanted(form, accept)
        query = Query(
            text,
            results=results,
            graph=graph,
            default_graphs=tuple(graph_iri(value) for name, value in pairs if name == "default-graph-uri"),
            named_graphs=tuple(graph_iri(value) for name, value in pairs if name == "named-graph-uri"),
            union=not self._backend.plain,
            base=incoming.url,
            rows=MOST_ROWS,
        )
        return Asked(query, inferred=_switch("inferred", pairs))

    async def _run(
        self,
        query: Query,
        version: Any,
        receive: Receive,
        send: Send,
        *,
        key: Hashable,
        known: Validators | None,
        coding: str | None,
        head: bool,
    ) -> None:
        answer = _Answer(send, known, coding, self._cache.largest if known else 0, head=head)
        started = time.monotonic()
        try:
            whole = await answer.end(*await self._backend.answer(query, version, answer.add, receive))
        except HeadSent:
            await send({"type": "http.response.body"})
            return
        except KgError as error:
            if answer.begun:
                raise BrokenOff(str(error)) from error
            raise
        finally:
            queried(time.monotonic() - started)
        if known is not None and whole is not None:
            self._cache.put(version.version, key, Kept(answer.headers, whole, known))

    async def _describe(self, incoming: Incoming, accept: str | None, send: Send, *, head: bool) -> None:
        """Without a query: the page with the form where HTML is liked best, else the service description."""
        form = best(GRAPHS, accept)
        page = accept is not None and quality("text/html", accept) > max(quality(name, accept) for name in GRAPHS)
        if form is None and best(PAGES, accept) is None:
            expected = "the parameter query, or Accept: text/turtle for a description of the service"
            raise BadQuery(culprit="the request", found="no query", expected=expected)
        if page or form is None:
            safety = [(name.lower().encode(), value.encode()) for name, value in PAGE.items()]
            headers = [(b"content-type", b"text/html; charset=utf-8"), *safety, VARY, *CORS]
            await send_whole(send, 200, headers, await self._backend.page(), head=head)
            return
        body = describe(incoming.url, form, update=False, union=not self._backend.plain)
        await send_whole(send, 200, [(b"content-type", typed(form)), VARY, *CORS], body, head=head)

    def _validators(self, version: Any, key: Hashable) -> Validators | None:
        store = self._backend.store_id
        return Validators(tag_of(store, version.version, key), version.modified) if store is not None else None


class HeadSent(Exception):
    """A HEAD of a long answer is answered: the rest need not be worked out."""


class _Answer:
    """An answer on its way: sent whole if it is short, else as it comes; remembered up to `most` bytes."""

    def __init__(self, send: Send, known: Validators | None, coding: str | None, most: int, *, head: bool) -> None:
        self._send, self._known, self._coding, self._most, self._head = send, known, coding, most, head
        self._packer: Compressor | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.begun = False

    async def add(self, head: Head, data: bytes) -> None:
        """Send the next bytes; raise HeadSent where only the head is wanted."""
        if not self.begun:
            self.begun = True
            self._packer = Compressor(self._coding) if self._coding is not None else None
            told = self._told(head, self._coding)
            await self._send({"type": "http.response.start", "status": 200, "headers": told})
            if self._head:
                raise HeadSent
        part = self._packer.add(data) if self._packer else data
        self._remember(part)
        if part:
            await self._send({"type": "http.response.body", "body": part, "more_body": True})

    async def end(self, head: Head, rest: bytes) -> bytes | None:
        """Send the last bytes, or all; return the whole answer where it is not too long to be kept."""
        if not self.begun:
            smaller = compressed(rest, self._coding)
            told = self._told(head, self._coding if smaller is not None else None)
            whole = rest if smaller is None else smaller
            await send_whole(self._send, 200, told, whole, head=self._head)
            return whole
        if rest:
            await self.add(head, rest)
        last = self._packer.end() if self._packer else b""
        self._remember(last)
        await self._send({"type": "http.response.body", "body": last})
        return b"".join(self._parts) if self._size <= self._most else None

    def _told(self, head: Head, coding: str | None) -> list[tuple[bytes, bytes]]:
        self.headers = [(b"content-type", typed(head.media_type)), VARY, FRESH, *CORS]
        if head.rows is not None:
            self.headers.append((b"x-sparql-maxrows", str(head.rows).encode()))
        if coding is not None:
            self.headers.append((b"content-encoding", coding.encode()))
        return [*self.headers, *(self._known.headers() if self._known else [])]

    def _remember(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self._most:
            self._parts.append(part)


def _not_modified(incoming: Incoming, validators: Validators) -> bool:
    """Whether the client has this answer already."""
    return incoming.method != "POST" and validators.unchanged(incoming.headers)


def _unchanged(validators: Validators) -> list[tuple[bytes, bytes]]:
    return [*validators.headers(), VARY, FRESH, *CORS]


def _switch(name: str, pairs: list[tuple[str, str]]) -> bool:
    """A parameter that is true unless it says otherwise."""
    value = next((value.lower() for key, value in pairs if key == name), "true")
    if value not in ("true", "false", "1", "0"):
        raise BadParameter(culprit=name, found=repr(value), expected="true or false")
    return value in ("true", "1")
