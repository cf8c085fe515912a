"""SPARQL 1.1 Protocol, query: GET and both POSTs, run in the workers, streamed as the reader takes it.

A bare ASGI application, since for a short query a framework would cost more than the engine.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from api.cache import AnswerCache, Kept, is_repeatable, tag_of
from api.compression import Compressor, compressed, encoding
from api.description import describe
from api.headers import CORS, FORM, FRESH, MOST_ROWS, VARY, typed
from api.negotiation import GRAPHS, PAGES, RESULTS, best, chosen, quality
from api.observing import queried
from api.problems import BrokenOff, NotAllowed, WrongMediaType
from api.requests import ClientLeft, Incoming, graph_iri, read
from api.responses import PAGE, send_problem, send_whole
from api.service import Service
from api.validators import Validators
from kg.errors import BadParameter, BadQuery, KgError
from kg.namespaces import INFERRED_GRAPH
from kg.store import Snapshot
from kg.workers import Query, Running

_LOG = logging.getLogger(__name__)
MOST = 2 << 20
LONGEST_KEPT = 1 << 16  # the longest text, in characters, whose answer is kept for the next who asks


@dataclass(frozen=True)
class Asked:
    """A query as the protocol has it, and whether inferences count."""

    query: Query
    inferred: bool = True


class SparqlEndpoint:
    """`/sparql`."""

    methods = ("GET", "POST")

    def __init__(self, service: Service, page: str) -> None:
        self._service, self._page = service, page.encode()
        self._cache: AnswerCache[Kept] = AnswerCache()

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
        snapshot, key = self._service.store.snapshot(), (query, accept, coding)
        known = None if self._service.store.shared else self._validators(snapshot, key)
        if known is not None and _not_modified(incoming, known):
            await send_whole(send, 304, _unchanged(known), head=True)
        else:
            await self._run(query, snapshot, receive, send, key=key, known=known, coding=coding, head=head)

    async def _answer(self, incoming: Incoming, receive: Receive, send: Send, *, head: bool) -> None:
        accept, coding = incoming.header(b"accept"), encoding(incoming.header(b"accept-encoding"))
        key = (incoming.scope["query_string"], incoming.body, incoming.media_type, accept, incoming.url, coding)
        snapshot = self._service.store.snapshot()
        shared = self._service.store.shared
        kept = None if shared else self._cache.get(snapshot.version, key)
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
            snapshot = await asyncio.to_thread(snapshot.without, INFERRED_GRAPH)
        text = asked.query.text
        keeping = not shared and len(text) <= LONGEST_KEPT and is_repeatable(text.encode())
        known = self._validators(snapshot, key) if keeping else None
        if known is not None and _not_modified(incoming, known):
            await send_whole(send, 304, _unchanged(known), head=True)
        else:
            await self._run(asked.query, snapshot, receive, send, key=key, known=known, coding=coding, head=head)

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
        query = Query(
            text,
            results=chosen(RESULTS, form, accept),
            graph=chosen(GRAPHS, form, accept),
            default_graphs=tuple(graph_iri(value) for name, value in pairs if name == "default-graph-uri"),
            named_graphs=tuple(graph_iri(value) for name, value in pairs if name == "named-graph-uri"),
            union=not self._service.settings.plain,
            base=incoming.url,
            rows=MOST_ROWS,
        )
        return Asked(query, inferred=_switch("inferred", pairs))

    async def _run(
        self,
        query: Query,
        snapshot: Snapshot,
        receive: Receive,
        send: Send,
        *,
        key: Hashable,
        known: Validators | None,
        coding: str | None,
        head: bool,
    ) -> None:
        watcher: list[asyncio.Task[None]] = []
        started = time.perf_counter()
        job = self._service.pool.job(query, snapshot, lambda: _watch(job, receive, watcher))
        try:
            media_type = await job.start()
            headers = [(b"content-type", typed(media_type)), VARY, FRESH, *CORS]
            if job.rows is not None:
                headers.append((b"x-sparql-maxrows", str(job.rows).encode()))
            whole = job.whole()
            smaller = compressed(whole, coding) if whole is not None else None
            if coding is not None and (whole is None or smaller is not None):
                headers.append((b"content-encoding", coding.encode()))
            told = [*headers, *(known.headers() if known else [])]
            if whole is None:
                most = self._cache.largest if known else 0
                whole = await self._stream(job, told, send, coding=coding, most=most, head=head)
            else:
                whole = whole if smaller is None else smaller
                await send_whole(send, 200, told, whole, head=head)
            if known is not None and whole is not None:
                self._cache.put(snapshot.version, key, Kept(headers, whole, known))
        finally:
            queried(time.perf_counter() - started)
            for task in watcher:
                task.cancel()

    async def _stream(
        self,
        job: Running,
        headers: list[tuple[bytes, bytes]],
        send: Send,
        *,
        coding: str | None,
        most: int,
        head: bool,
    ) -> bytes | None:
        """Send an answer as it comes; return it where it has no more than `most` bytes."""
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if head:
            job.cancel()
            await send({"type": "http.response.body"})
            return None
        parts: list[bytes] = []
        size = 0
        packer = Compressor(coding) if coding is not None else None
        try:
            while (part := await job.chunk()) is not None:
                part = packer.add(part) if packer else part
                size += len(part)
                if size <= most:
                    parts.append(part)
                if part:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        except KgError as error:
            raise BrokenOff(str(error)) from error
        finally:
            job.cancel()
        last = packer.end() if packer else b""
        await send({"type": "http.response.body", "body": last})
        return b"".join([*parts, last]) if size + len(last) <= most else None

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
            await send_whole(send, 200, headers, self._page, head=head)
            return
        body = describe(incoming.url, form, update=False, union=not self._service.settings.plain)
        await send_whole(send, 200, [(b"content-type", typed(form)), VARY, *CORS], body, head=head)

    def _validators(self, snapshot: Snapshot, key: Hashable) -> Validators:
        return Validators(tag_of(self._service.store.id, snapshot.version, key), snapshot.modified)


def _watch(job: Running, receive: Receive, watcher: list[asyncio.Task[None]]) -> None:
    """From now on end the query when its client leaves."""
    if not watcher:
        watcher.append(asyncio.get_running_loop().create_task(_until_left(job, receive)))


async def _until_left(job: Running, receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
    job.cancel(BadQuery(culprit="the client", found="a closed connection"))


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
