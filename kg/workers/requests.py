"""What travels between the server and a worker: length-prefixed frames of plain values."""

from __future__ import annotations

import marshal
import struct
from dataclasses import astuple, dataclass

LENGTH = struct.Struct("!I")
TAGGED = struct.Struct("!cI")
OUTCOME = struct.Struct("!?d")  # whether the worker ends now, and the processor time that it has used

HELLO, HEAD, DATA, END, ERROR = b"P", b"H", b"D", b"E", b"X"


@dataclass(frozen=True)
class Query:
    """One query: its text, what its answer may be written in, and the dataset that the protocol gives it.

    `results` and `graph` are the media types wanted for SELECT or ASK and for CONSTRUCT or DESCRIBE; None: neither
    would do. Without `default_graphs` and `named_graphs` the query's own FROM counts, or else every graph.
    """

    text: str
    results: str | None
    graph: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    union: bool = True
    base: str | None = None


def pack(path: str, query: Query, seconds: float) -> bytes:
    """The frame that asks a worker for `query` on the checkpoint in `path`."""
    payload = marshal.dumps((path, seconds, astuple(query)))
    return LENGTH.pack(len(payload)) + payload


def unpack(payload: bytes) -> tuple[str, float, Query]:
    path, seconds, fields = marshal.loads(payload)  # noqa: S302 - from our own server, over a private socket
    return path, seconds, Query(*fields)


def frame(tag: bytes, payload: bytes = b"") -> bytes:
    return TAGGED.pack(tag, len(payload)) + payload
