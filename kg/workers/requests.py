"""What travels between the server and a worker: length-prefixed frames of plain values."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kg import errors
from kg.errors import KgError

LENGTH = struct.Struct("!I")
TAGGED = struct.Struct("!cI")
OUTCOME = struct.Struct("!?d")  # whether the worker ends now, and the processor time that it has used

HELLO, HEAD, DATA, END, ERROR = b"P", b"H", b"D", b"E", b"X"
BACK, SLOW = b"B", b"S"  # of a worker that attends to connections: one comes back; an answer took long


@dataclass(frozen=True)
class Query:
    """One query: its text, what its answer may be written in, and the dataset that the protocol gives it.

    `results` and `graph` are the media types wanted for SELECT or ASK and for CONSTRUCT or DESCRIBE; None: neither
    would do. Without `default_graphs` and `named_graphs` the query's own FROM counts, or else every graph. A SELECT
    gives at most `rows` rows (0: as many as it has).
    """

    text: str
    results: str | None
    graph: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    union: bool = True
    base: str | None = None
    rows: int = 0


@dataclass(frozen=True)
class Update:
    """One SPARQL update, to run on a clone; graphs whose IRI begins with `kept` are the pipeline's to write."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    kept: str | None = None


@dataclass(frozen=True)
class Upload:
    """What becomes of one graph of a clone (None: the unnamed one): `parts` of (bytes, media type) are added to it.

    With `replace` they take the place of what it held; with `drop` it is no more. `kept` is as for Update.
    """

    graph: str | None
    parts: tuple[tuple[bytes, str], ...] = ()
    base: str | None = None
    replace: bool = False
    drop: bool = False
    kept: str | None = None


@dataclass(frozen=True)
class Attendance:
    """From now on the worker answers plain queries on connections that it is lent, from its `seat` in the table.

    `plain`: the default graph is the unnamed one alone, instead of the union of all. `store` tells this store from any
    other, `slow` is how many seconds make an answer worth a line in the log.
    """

    seat: int
    plain: bool
    store: str
    slow: float


Request: TypeAlias = Query | Attendance
# What each is called where it fails.
SUBJECTS: Mapping[type[Query | Update | Upload], str] = {Query: "the query", Update: "the update", Upload: "the body"}
_KINDS: dict[str, type[Request]] = {kind.__name__: kind for kind in (Query, Attendance)}


def pack(path: str, request: Request, seconds: float) -> bytes:
    """The frame that asks a worker for `request` on the checkpoint or clone in `path`."""
    payload = marshal.dumps((path, seconds, type(request).__name__, tuple(vars(request).values())))
    return LENGTH.pack(len(payload)) + payload


def unpack(payload: bytes) -> tuple[str, float, Request]:
    path, seconds, kind, fields = marshal.loads(payload)  # noqa: S302 - from our own server, over a private socket
    return path, seconds, _KINDS[kind](*fields)


def frame(tag: bytes, payload: bytes = b"") -> bytes:
    return TAGGED.pack(tag, len(payload)) + payload


def error(name: str, *fields: str) -> KgError:
    """An error that a worker has described: its class in kg.errors, culprit, found, expected, remedy."""
    kind: type[KgError] = getattr(errors, name)
    return kind(*fields)


def head(media_type: str, rows: int | None) -> bytes:
    """What comes before an answer: its media type, and the number of rows that it was cut to."""
    return f"{media_type}\n{rows or ''}".encode()


def unpack_head(payload: bytes) -> tuple[str, int | None]:
    media_type, _, rows = payload.decode().partition("\n")
    return media_type, int(rows) if rows else None
