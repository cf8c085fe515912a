"""Lines that requests and answers have in common, whichever process reads or writes them."""

from __future__ import annotations

import re
from functools import lru_cache

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
