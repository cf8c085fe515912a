"""Answers made smaller, in the coding that the client likes best (RFC 9110, 12.5.3): gzip, Brotli or Zstandard."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

import brotli

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
