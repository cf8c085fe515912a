"""What a request of the SPARQL protocols holds: its parameters, its body, where it was sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.types import Receive, Scope

from api.http import address, kind
from api.statuses import TooLarge, WrongMediaType
from kg.errors import BadQuery

MULTIPART = "multipart/form-data"
_MOST_FILES = 1000


class ClientLeft(Exception):
    """The client closed the connection before its request was whole."""


class File(NamedTuple):
    """One file of a multipart form."""

    data: bytes
    media_type: str
    name: str


@dataclass
class Incoming:
    """A request with its whole body."""

    scope: Scope
    body: bytes = b""

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    def __post_init__(self) -> None:
        self.headers: dict[bytes, bytes] = dict(self.scope["headers"])

    def header(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        return value.decode("latin-1") if value is not None else None

    @property
    def media_type(self) -> str:
        return kind(self.header(b"content-type"))

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the URL."""
        return _pairs(self.scope["query_string"])

    @cached_property
    def form(self) -> list[tuple[str, str]]:
        """The parameters of a form in the body."""
        return _pairs(self.body)

    @property
    def url(self) -> str:
        """The address that the request was sent to, without its query: what relative IRIs are resolved against."""
        return address(self.headers.get(b"host", b""), self.scope["path"], self.scope.get("scheme", "http"))

    def files(self) -> list[File]:
        """The files of a multipart form; raises BadQuery where the body is none, or has too many."""
        head = b"Content-Type: " + self.headers.get(b"content-type", b"") + b"\r\n\r\n"
        message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + self.body)
        parts = list(message.iter_parts()) if message.is_multipart() else []
        if not 0 < len(parts) <= _MOST_FILES:
            expected = f"multipart/form-data with 1 to {_MOST_FILES:,} files"
            raise BadQuery(culprit="the body", found=f"{len(parts):,} parts", expected=expected)
        names = [part.get_filename() or str(place) for place, part in enumerate(parts, 1)]
        contents = [bytes(part.get_payload(decode=True) or b"") for part in parts]
        return [File(*each) for each in zip(contents, (part.get_content_type() for part in parts), names, strict=True)]

    def text(self) -> str:
        """The body as text; raises BadQuery where it is not UTF-8."""
        self.refuse_other_charset()
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadQuery("the body", found=str(error), expected="UTF-8", remedy="Send it in UTF-8.") from error

    def refuse_other_charset(self) -> None:
        """Raise BadQuery where the body says that it is text in another encoding than UTF-8."""
        charset = re.search(r"charset\s*=\s*\"?([\w\-]+)", self.header(b"content-type") or "", re.IGNORECASE)
        if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
            raise BadQuery(culprit="the body", found=charset[1], expected="UTF-8", remedy="Send it in UTF-8.")


@asynccontextmanager
async def departure(receive: Receive) -> AsyncIterator[asyncio.Event]:
    """An event that is set once the client closes its connection; the request's body must have been read."""
    left = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    watching = asyncio.create_task(watch())
    try:
        yield left
    finally:
        watching.cancel()


def graph_iri(text: str) -> str:
    """The IRI of a graph that a parameter names; raises BadQuery where it is none."""
    try:
        return ox.NamedNode(text).value
    except ValueError as error:
        raise BadQuery(culprit="a graph", found=repr(text), expected="an absolute IRI") from error


async def read(scope: Scope, receive: Receive, most: int) -> Incoming:
    """The request with its body.

    Raises TooLarge where that has more than `most` bytes, before reading them; WrongMediaType where it is compressed.
    """
    coding = dict(scope["headers"]).get(b"content-encoding", b"identity").decode("latin-1")
    if coding.strip().lower() not in ("", "identity"):
        raise WrongMediaType("Content-Encoding", found=coding, expected="identity", remedy="Send it uncompressed.")
    parts, size = [], 0
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
        if not message.get("more_body"):
            return Incoming(scope, b"".join(parts))


def _too_large(most: int) -> TooLarge:
    return TooLarge(culprit="the body", found=f"more than {most:,} bytes", remedy="Send less at once.")


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Parameters, in order; raises BadQuery where they are not UTF-8 or too many."""
    if b"&" not in text and b"\\" not in text and text.isascii():
        name, _, value = text.partition(b"=")
        with suppress(UnicodeError):  # one alone; its codec undoes %41 as \\x41 many times faster than urllib
            return [(_unescaped(name), _unescaped(value))] if text else []
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except ValueError as error:
        raise BadQuery(
            culprit="the parameters", found=str(error), expected="UTF-8, percent-encoded", remedy="Encode them again."
        ) from error


def _unescaped(field: bytes) -> str:
    """A parameter's name or value; raises UnicodeError where an escape is none, or what it stands for is not UTF-8."""
    return field.replace(b"+", b" ").replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1").decode("utf-8")
