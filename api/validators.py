"""Whether a client has an answer already: by its entity tag, else by the time of its version (RFC 9110, 13)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

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
