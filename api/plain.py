"""Plain queries, answered where they run: a request's bytes → its answer's, in a worker that attends to connections.

Plain is a whole request of a few kilobytes to `/sparql` that holds a query and nothing else, with headers of which none
asks for something special. All others are for `api.sparql`, which answers these too, in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

import httptools

from api.cache import AnswerCache, is_repeatable, tag_of
from api.compression import encoding
from api.headers import FORM, IDENTIFIER, MOST_ROWS, address, kind
from api.negotiation import GRAPHS, RESULTS, best
from api.reply import KEPT, PATH, Lines, Ready, Reply
from api.shelf import WORTH, Shelf
from kg.workers.desk import Client
from kg.workers.engine import Engine
from kg.workers.requests import Attendance, Query
from kg.workers.table import Published, Seat

_MOST_HEADS = 512  # different headers that are remembered
_GET = re.compile(rb"GET /sparql\?(query=([!$%'-;=-~]+)) HTTP/1\.1(?=\r\n)")
_POST = re.compile(rb"POST /sparql() HTTP/1\.1(?=\r\n)")
_FIELD = re.compile(rb"query=([^&]+)")
# What a header may ask for that only the server knows how to do.
_SPECIAL = frozenset((b"content-encoding", b"transfer-encoding", b"expect", b"upgrade"))
_SCHEMES = {b"http": "http", b"https": "https"}


@dataclass(frozen=True)
class Asking:
    """What the headers of a request say."""

    headers: dict[bytes, bytes]
    accept: str | None
    coding: str | None
    media_type: str
    url: str
    identifier: bytes | None
    length: int
    results: str | None
    graph: str | None


class Plain:
    """Answers plain queries, for one worker."""

    def __init__(self, attendance: Attendance, seat: Seat) -> None:
        self._attendance = attendance
        self._lines = Lines(seat.tally, attendance.slow)
        self._cache: AnswerCache[Ready] = AnswerCache(KEPT, 8 * KEPT)
        self._heads: dict[tuple[bytes, bool], Asking | None] = {}

    def turn_to(self, published: Published) -> None:
        self._version, self._shelf = published.version, Shelf(published.path)
        self._lines.modified = published.modified

    def respond(self, data: bytes, client: Client, engine: Engine, began: float) -> bool:
        end = data.find(b"\r\n\r\n") + 4
        match = _GET.match(data) or _POST.match(data)
        if match is None or end < 4:
            return False
        asking = self._asking(data[match.end() : end], trusted=client.trusted)
        post = match.re is _POST
        if asking is None or (asking.length > 0) is not post or len(data) < end + asking.length:
            return False
        body = data[end : end + asking.length]
        key = (match[1], body, asking.media_type, asking.accept, asking.url, asking.coding)
        ready = self._cache.get(self._version, key)
        text = "" if ready else _sent(asking, body) if post else _decoded(match[2])
        if text is None:
            return False
        reply = Reply(self._lines, client, asking, end + asking.length, began, post=post)
        if ready is not None:
            reply.send(ready)
        else:
            self._run(text, key, asking, reply, engine)
        return True

    def _run(self, text: str, key: Hashable, asking: Asking, reply: Reply, engine: Engine) -> None:
        if is_repeatable(text.encode()):
            reply.tag = tag_of(self._attendance.store, self._version, key)
            if reply.unchanged(reply.tag):
                return
            shelved = self._shelf.get(reply.tag, key, reply.began)
            if shelved is not None:
                self._cache.put(self._version, key, shelved)
                reply.send(shelved)
                return
        query = Query(
            text,
            results=asking.results,
            graph=asking.graph,
            union=not self._attendance.plain,
            base=asking.url,
            rows=MOST_ROWS,
        )
        ready = reply.end(*engine.answer(query, reply.begun))
        if ready is not None:
            self._cache.put(self._version, key, ready)
            if reply.seconds > WORTH:
                self._shelf.put(key, ready)

    def _asking(self, head: bytes, *, trusted: bool) -> Asking | None:
        """What the headers say, which are much the same each time; None where a query with these is not plain."""
        known = head, trusted
        if known not in self._heads:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            self._heads[known] = _read(head, trusted=trusted)
        return self._heads[known]


class _Headers(dict[bytes, bytes]):
    """Takes them from the parser."""

    def on_header(self, name: bytes, value: bytes) -> None:
        self[name.lower()] = value


def _read(head: bytes, *, trusted: bool) -> Asking | None:
    """`trusted`: it came from a proxy that is believed when it says by which scheme it was asked."""
    if not head.count(b"\r") == head.count(b"\n") == head.count(b"\r\n"):
        return None
    headers = _Headers()
    parser = httptools.HttpRequestParser(headers)
    try:
        parser.feed_data(b"POST / HTTP/1.1" + head)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    length = headers.get(b"content-length", b"0")
    if not _SPECIAL.isdisjoint(headers) or not parser.should_keep_alive() or not length.isdigit():
        return None
    if headers.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    said = headers.get(b"x-forwarded-proto", b"http").strip() if trusted else b"http"
    accept, identifier = _text(headers.get(b"accept")), headers.get(b"x-request-id", b"")
    return Asking(
        headers,
        accept=accept,
        coding=encoding(_text(headers.get(b"accept-encoding"))),
        media_type=kind(_text(headers.get(b"content-type"))),
        url=address(headers.get(b"host", b""), PATH, _SCHEMES.get(said, "http")),
        identifier=identifier if IDENTIFIER.fullmatch(identifier) else None,
        length=int(length),
        results=best(RESULTS, accept),
        graph=best(GRAPHS, accept),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _sent(asking: Asking, body: bytes) -> str | None:
    """The query in a body; None where that is none alone, or not to be read without more ado."""
    content_type = _text(asking.headers.get(b"content-type")) or ""
    if ";" in content_type:
        return None
    if asking.media_type == "application/sparql-query":
        return _utf_8(body)
    field = _FIELD.fullmatch(body) if asking.media_type == FORM and body.isascii() else None
    return _decoded(field[1]) if field else None


def _decoded(field: bytes) -> str | None:
    if b"\\" in field:
        return None
    try:  # %41 → \x41, which the codec undoes many times faster than urllib
        escaped = field.replace(b"+", b" ").replace(b"%", b"\\x")
        return _utf_8(escaped.decode("unicode_escape").encode("latin-1"))
    except UnicodeDecodeError:
        return None


def _utf_8(text: bytes) -> str | None:
    try:
        return text.decode("utf-8") or None
    except UnicodeDecodeError:
        return None
