"""One answer as HTTP has it, written by the worker that made it, and counted."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.compression import Compressor, compressed
from api.headers import CORS, FRESH, VARY, typed
from api.tally import WIDTH, Row, count
from api.validators import Validators
from kg.workers.desk import Client
from kg.workers.engine import Head

if TYPE_CHECKING:
    from api.plain import Asking

PATH = "/sparql"
KINDS = (("GET", 200), ("GET", 304), ("POST", 200))  # what a worker counts, in this order; then two histograms
TIMES = len(KINDS)
QUERIES = TIMES + WIDTH
_FIXED = b"".join(b"%s: %s\r\n" % pair for pair in (VARY, FRESH, *CORS))
KEPT = 4 << 20  # bytes of the largest answer that is kept
_OK, _UNCHANGED = (f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() for status in (200, 304))


@dataclass(frozen=True)
class Ready:
    """A whole answer: its lines less those that are another each time, its bytes, and its tag where it can be kept."""

    lines: bytes
    body: bytes
    tag: bytes


class Lines:
    """What the answers of one worker have in common, and what is counted of them."""

    def __init__(self, tally: Row, slow: float) -> None:
        self.tally, self.slow = tally, slow
        own = os.urandom(4).hex().encode()
        self._identifiers = (b"%s%08x" % (own, number) for number in itertools.count())
        self._second, self._date = 0, b""

    @property
    def modified(self) -> int | None:
        """When the version was made that is read now: see Validators."""
        return self._modified

    @modified.setter
    def modified(self, moment: int | None) -> None:
        self._modified, self._made = moment, b""

    def made(self) -> bytes:
        """The line Last-Modified, where there is one by now."""
        if not self._made and self._modified is not None:
            self._made = b"".join(b"%s: %s\r\n" % pair for pair in Validators(b"", self._modified).headers()[1:])
        return self._made

    def date(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second, self._date = second, f"date: {formatdate(second, usegmt=True)}\r\n".encode()
        return self._date

    def identifier(self) -> bytes:
        """One for a request that came without."""
        return next(self._identifiers)


class Reply:
    """The answer to one request of `size` bytes; `tag` is set where it can be kept."""

    def __init__(self, lines: Lines, client: Client, asking: Asking, size: int, began: float, *, post: bool) -> None:
        self._lines, self._client, self._asking, self._size, self._post = lines, client, asking, size, post
        self.began, self.seconds = began, 0.0
        self._identifier = asking.identifier or lines.identifier()
        self._packer: Compressor | None = None
        self._parts: list[bytes] = []
        self._streaming = False
        self._sent = 0
        self.tag = b""

    def send(self, ready: Ready) -> None:
        """Send an answer that is kept."""
        if not self.unchanged(ready.tag):
            self._whole(ready)
            self._tell(0)

    def unchanged(self, tag: bytes) -> bool:
        """Say so, where the client has the answer with this tag already."""
        headers = self._asking.headers
        if self._post or not (b"if-none-match" in headers or b"if-modified-since" in headers):
            return False
        if not Validators(tag, self._lines.modified).unchanged(headers):
            return False
        self._client.take(self._size)
        self._client.send(self._head(_UNCHANGED, tag) + _FIXED + b"\r\n")
        self._tell(1)
        return True

    def begun(self, head: Head) -> Callable[[bytes], None]:
        """The answer will have this head: what takes its chunks, if it is long."""
        return lambda data: self._chunk(head, data)

    def end(self, head: Head, rest: bytes) -> Ready | None:
        """Send the rest, or all; give the whole answer back where it can be kept and has no more than KEPT bytes."""
        ready = None
        if not self._streaming:
            smaller = compressed(rest, self._asking.coding)
            body, coding = (rest, None) if smaller is None else (smaller, self._asking.coding)
            ready = Ready(
                _own(head.media_type, head.rows, coding) + b"content-length: %d\r\n" % len(body), body, self.tag
            )
            self._whole(ready)
        else:
            self._pass_on(self._packed(rest) + (self._packer.end() if self._packer else b""))
            self._client.send(b"0\r\n\r\n")
            if self._sent <= KEPT:
                lines = _own(head.media_type, head.rows, self._asking.coding) + b"content-length: %d\r\n" % self._sent
                ready = Ready(lines, b"".join(self._parts), self.tag)
        self._tell(2 if self._post else 0, queried=True)
        return ready if self.tag else None

    def _whole(self, ready: Ready) -> None:
        self._client.take(self._size)
        self._client.send(self._head(_OK, ready.tag) + ready.lines + b"\r\n" + ready.body)
        self._sent = len(ready.body)

    def _chunk(self, head: Head, data: bytes) -> None:
        if not self._streaming:
            self._streaming = True
            coding = self._asking.coding
            self._packer = Compressor(coding) if coding else None
            self._client.take(self._size)
            lines = self._head(_OK, self.tag) + _own(head.media_type, head.rows, coding)
            self._client.send(lines + b"transfer-encoding: chunked\r\n\r\n")
        self._pass_on(self._packed(data))

    def _packed(self, data: bytes) -> bytes:
        return self._packer.add(data) if self._packer else data

    def _pass_on(self, data: bytes) -> None:
        """Send a chunk; remember it, for as long as the answer may be kept."""
        if not data:
            return
        self._client.send(b"%x\r\n%b\r\n" % (len(data), data))
        self._sent += len(data)
        if self.tag and self._sent <= KEPT:
            self._parts.append(data)

    def _head(self, status: bytes, tag: bytes) -> bytes:
        """The lines that are another each time."""
        lines = self._lines
        tagged = b"etag: %b\r\n%b" % (tag, lines.made()) if tag else b""
        return b"%b%bx-request-id: %b\r\n%b" % (status, lines.date(), self._identifier, tagged)

    def _tell(self, kind: int, *, queried: bool = False) -> None:
        """Count the answer, and tell of one that took long."""
        self.seconds = seconds = time.monotonic() - self.began
        tally = self._lines.tally
        tally[kind] += 1
        count(tally, (TIMES, QUERIES) if queried else (TIMES,), seconds)
        if seconds >= self._lines.slow:
            method, status = KINDS[kind]
            taken = round(seconds, 6)
            told: dict[str, float | str] = {"request": self._identifier.decode(), "method": method, "path": PATH}
            told |= {"route": PATH, "status": status, "bytes": self._sent, "seconds": taken}
            self._client.told = told | ({"query_seconds": taken} if queried else {})


@lru_cache(64)
def _own(media_type: str, rows: int | None, coding: str | None) -> bytes:
    """The lines of an answer that it has each time."""
    found = [(b"content-type", typed(media_type))]
    if rows is not None:
        found.append((b"x-sparql-maxrows", str(rows).encode()))
    if coding is not None:
        found.append((b"content-encoding", coding.encode()))
    return b"".join(b"%b: %b\r\n" % pair for pair in found) + _FIXED
