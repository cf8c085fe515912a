"""Backups: every quad of a store in one file, which says of itself whether it is whole.

Gzipped N-Quads between two comments: the first names the format, the last counts the quads. The same data gives the
same bytes.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadArchive

_FIRST = b"# Security Guarantees KG, backup, format 1\n"
_LAST = re.compile(rb"# (\d+) quads, whole\n")
_AT_ONCE = 10_000  # quads


def packed(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    """A backup of `quads`, in chunks."""
    packing = zlib.compressobj(level=6, wbits=31)  # 31: with gzip's head, which names no time and no file
    count, rest = 0, iter(quads)
    yield packing.compress(_FIRST)
    while part := list(islice(rest, _AT_ONCE)):
        count += len(part)
        if chunk := packing.compress(ox.serialize(part, format=ox.RdfFormat.N_QUADS) or b""):
            yield chunk
    yield packing.compress(b"# %d quads, whole\n" % count) + packing.flush()


def unpacked(path: Path) -> Iterator[ox.Quad]:
    """The quads of a backup; raise BadArchive, before the last of them, where it is none, damaged or cut off."""
    count = 0
    for lines in _lines(path):
        try:
            for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True):
                count += 1
                yield quad
        except SyntaxError as error:
            raise _damaged(path, f"damage ({error})") from error
        if (last := _LAST.fullmatch(lines[-1])) and int(last[1]) == count:
            return
    raise _damaged(path, "a file that was cut off")


def _lines(path: Path) -> Iterator[list[bytes]]:
    """The lines after the first, in parts; the last line of a part may be the last of all."""
    try:
        with gzip.open(path) as file:
            if file.readline(len(_FIRST)) != _FIRST:
                raise _damaged(path, "a file of another kind")
            while part := file.readlines(1 << 20):
                yield part
    except gzip.BadGzipFile as error:
        raise _damaged(path, "a file of another kind") from error
    except (EOFError, zlib.error) as error:
        raise _damaged(path, "a file that was cut off or damaged") from error
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error


def _damaged(path: Path, found: str) -> BadArchive:
    remedy = "Nothing was changed. Name a file that `kg backup` has written."
    return BadArchive(str(path), found=found, expected="a backup of ours, whole", remedy=remedy)
