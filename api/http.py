"""HTTP as all routes have it: headers, what a client accepts, validators, compression, whole answers."""

from __future__ import annotations

import gzip
import re
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from starlette.types import Send

from api.statuses import MEDIA_TYPE, body_of, encode, headers_of, status_of
from kg.errors import KgError

FORM = "application/x-www-form-urlencoded"
CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"etag, link, retry-after, location, www-authenticate, x-sparql-maxrows, x-request-id",
    ),
]
MOST_ROWS = 1_000_000  # of a SELECT
VARY = (b"vary", b"accept, accept-encoding")
FRESH = (b"cache-control", b"no-cache")
IDENTIFIER = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")  # of a request, as its client may give it
_HOST = re.compile(rb"[\w.\-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")


def typed(media_type: str) -> bytes:
    """The Content-Type of an answer."""
    return (media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")).encode()


def kind(content_type: str | None) -> str:
    """The media type of a Content-Type line, without its parameters."""
    return (content_type or "").partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def address(host: bytes, path: str, scheme: str = "http") -> str:
    """The address that a request was sent to, without its query: what relative IRIs are resolved against."""
    return f"{scheme}://{host.decode() if _HOST.fullmatch(host) else 'localhost'}{path}"


# What can be had, best first, each with other names that it goes by.
RESULTS = {
    "application/sparql-results+json": ("application/json",),
    "application/sparql-results+xml": ("application/xml", "text/xml"),
    "text/csv": (),
    "text/tab-separated-values": (),
}
GRAPHS = {
    "text/turtle": ("application/x-turtle", "text/n3"),
    "application/n-triples": ("text/plain",),
    "application/rdf+xml": ("application/xml", "text/xml"),
    "application/ld+json": ("application/json",),
}
# What a parameter `format` may call them, in results or in graphs, as other servers and their clients have it.
NAMES = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    **dict.fromkeys(("turtle", "ttl", "n3"), ("text/turtle",)),
    **dict.fromkeys(("n-triples", "ntriples", "nt"), ("application/n-triples",)),
    **dict.fromkeys(("rdf", "rdf+xml", "rdfxml"), ("application/rdf+xml",)),
    **dict.fromkeys(("json-ld", "jsonld", "json+ld", "ld+json"), ("application/ld+json",)),
}
PAGES: dict[str, tuple[str, ...]] = {"text/html": ("application/xhtml+xml",)}


@lru_cache(maxsize=512)
def ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their qualities; parameters other than `q` are passed over."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _quality(value.strip())
        if "/" in name:
            found.append((name, quality))
    return tuple(found)


@lru_cache(maxsize=512)
def wanted(form: str | None, accept: str | None) -> tuple[str | None, str | None]:
    """The media types of results, and of a graph: see `chosen`."""
    return chosen(RESULTS, form, accept), chosen(GRAPHS, form, accept)


def chosen(offered: Mapping[str, tuple[str, ...]], form: str | None, accept: str | None) -> str | None:
    """The media type that `form` names, shortly or in full; where it names none, that which the header likes best."""
    name = (form or "").strip().lower().replace(" ", "+")  # a plus sign that was not encoded
    if name in NAMES:
        return next((media_type for media_type in NAMES[name] if media_type in offered), None)
    return best(offered, name if "/" in name else accept)


def best(offered: Mapping[str, tuple[str, ...]], accept: str | None) -> str | None:
    """The media type of `offered` that the header likes best, the first of several; None where none will do."""
    return _best(tuple(offered.items()), accept)


@lru_cache(maxsize=512)
def _best(offered: tuple[tuple[str, tuple[str, ...]], ...], accept: str | None) -> str | None:
    if not accept or not accept.strip():
        return offered[0][0]
    graded = [(quality(name, accept, others), name) for name, others in offered]
    highest = max(grade for grade, _ in graded)
    return next((name for grade, name in graded if grade == highest), None) if highest > 0 else None


def quality(name: str, accept: str, others: tuple[str, ...] = ()) -> float:
    """How much the header likes a media type (or another name for it), from 0 to 1; the most exact range counts."""
    return max(_of_name(each, accept) for each in (name, *others))


def _of_name(name: str, accept: str) -> float:
    kind = name.partition("/")[0] + "/*"
    found = {pattern: value for pattern, value in reversed(ranges(accept)) if pattern in (name, kind, "*/*")}
    return next((found[pattern] for pattern in (name, kind, "*/*") if pattern in found), 0.0)


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return value if 0 <= value <= 1 else 1.0


_LAG = 1  # seconds by which the server's Date may be behind: Last-Modified is not to be later


@dataclass(frozen=True)
class Validators:
    """What tells an answer from others: its tag, and when its version was made, in seconds since 1970.

    The time is that of the version's `modified`: the second after the one in which it was made. Before that second no
    time is told, since the next version could have the same.
    """

    tag: bytes
    modified: int | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        """ETag, and Last-Modified where the time is known."""
        found = [(b"etag", self.tag)]
        if self.modified is not None and self._told:
            found.append((b"last-modified", _written(self.modified)))
        return found

    def unchanged(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a GET or HEAD with these headers is answered with 304: by the time only where no tag is sent."""
        tags = headers.get(b"if-none-match")
        if tags is not None:
            return tags.strip() == b"*" or self.tag in (part.strip().removeprefix(b"W/") for part in tags.split(b","))
        since = _seconds(headers.get(b"if-modified-since"))
        return since is not None and self.modified is not None and self._told and self.modified <= since

    @property
    def _told(self) -> bool:
        return self.modified is not None and self.modified + _LAG <= time.time()


@lru_cache(maxsize=8)
def _written(moment: int) -> bytes:
    return formatdate(moment, usegmt=True).encode()


def _seconds(date: bytes | None) -> float | None:
    """An HTTP date in seconds since 1970; None where it is none, so that the header is passed over."""
    try:
        return parsedate_to_datetime(date.decode("ascii")).timestamp() if date else None
    except (ValueError, OverflowError):
        return None


if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SMALLEST = 1024  # bytes from which an answer is worth it
CODINGS = ("zstd", "br", "gzip")  # the fastest first


@lru_cache(maxsize=128)
def encoding(accept: str | None) -> str | None:
    """The coding to use by an Accept-Encoding header; None: as it is."""
    graded = dict(_graded(accept)) if accept else {}
    best = max(CODINGS, key=lambda coding: graded.get(coding, graded.get("*", 0.0)))
    wanted = graded.get(best, graded.get("*", 0.0))
    return best if wanted > 0 and wanted >= graded.get("identity", 0.0) else None


def compressed(body: bytes, coding: str | None) -> bytes | None:
    """The body in a coding; None where it is better sent as it is."""
    if coding is None or len(body) < SMALLEST:
        return None
    if coding == "gzip":
        return gzip.compress(body, compresslevel=4, mtime=0)
    return b"".join(Compressor(coding).parts((body,)))


class Compressor:
    """Makes an answer smaller while it is on its way."""

    def __init__(self, coding: str) -> None:
        self._add: Callable[[bytes], bytes]
        self._end: Callable[[], bytes]
        if coding == "gzip":
            packer = zlib.compressobj(4, zlib.DEFLATED, 31)
            self._add, self._end = packer.compress, packer.flush
        elif coding == "br":
            brotlier = brotli.Compressor(quality=4)
            self._add, self._end = brotlier.process, brotlier.finish
        else:
            standard = zstd.ZstdCompressor(level=3)
            self._add, self._end = standard.compress, standard.flush

    def add(self, data: bytes) -> bytes:
        """What can be sent by now, which may be nothing."""
        return self._add(data)

    def end(self) -> bytes:
        """The rest."""
        return self._end()

    def parts(self, data: tuple[bytes, ...]) -> Iterator[bytes]:
        yield from (self.add(part) for part in data)
        yield self.end()


def _graded(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, _, rest = part.strip().lower().partition(";")
        try:
            quality = float(rest.partition("=")[2].strip()) if rest else 1.0
        except ValueError:
            quality = 1.0
        yield name.strip(), quality if 0 <= quality <= 1 else 1.0


if TYPE_CHECKING:
    from starlette.responses import Response

# Nothing on a page comes from elsewhere; the one script completes what is typed in the field for questions.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def json_response(value: object) -> Response:
    """One of the library's values as JSON."""
    from starlette.responses import Response  # a worker starts without what it does not need

    from kg.model import as_json

    return Response(as_json(value).encode("utf-8", "backslashreplace"), media_type="application/json")


async def send_whole(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"", *, head: bool = False
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def send_problem(send: Send, error: KgError, *, head: bool = False) -> None:
    extra = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    headers = [(b"content-type", MEDIA_TYPE.encode()), *extra, *CORS]
    await send_whole(send, status_of(error), headers, encode(body_of(error)), head=head)
