"""What travels between the server and a worker: length-prefixed frames of plain values."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg import errors
from kg.errors import Busy, KgError, QueryTooLarge

LENGTH = struct.Struct("!I")
TAGGED = struct.Struct("!cI")
HELLO, HEAD, DATA, END, ERROR = b"P", b"H", b"D", b"E", b"X"  # from a worker that the server has asked
PUBLIC, LOCAL, DONE = b"p", b"l", b"-"  # to the supervisor: a connection of this kind came; it is done with
CONNECTION, RECORDS = b"C", b"R"  # to the server: a connection, the error to answer, what was read; see Public


@dataclass(frozen=True)
class Head:
    """What is known of an answer before its first byte: its media type, and how many rows it was cut to."""

    media_type: str
    rows: int | None = None


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


# What each is called where it fails.
SUBJECTS: Mapping[type[Update | Upload], str] = {Update: "the update", Upload: "the body"}


def pack(path: str, query: Query) -> bytes:
    """What asks a worker for an answer from the checkpoint in `path`."""
    payload = marshal.dumps((path, tuple(vars(query).values())))
    return LENGTH.pack(len(payload)) + payload


def unpack(payload: bytes) -> tuple[str, Query]:
    path, fields = marshal.loads(payload)  # noqa: S302 - from our own server, over a private socket
    return path, Query(*fields)


def frame(tag: bytes, payload: bytes = b"") -> bytes:
    return TAGGED.pack(tag, len(payload)) + payload


def pack_head(head: Head) -> bytes:
    return marshal.dumps((head.media_type, head.rows))


def unpack_head(payload: bytes) -> Head:
    return Head(*marshal.loads(payload))  # noqa: S302 - from a process that runs our own code


def pack_error(error: KgError | None, rest: bytes = b"") -> bytes:
    """An error as plain values, and what else there is."""
    fields = (type(error).__name__, error.culprit, error.found, error.expected, error.remedy) if error else None
    return marshal.dumps((fields, rest))


def unpack_error(payload: bytes) -> tuple[KgError | None, bytes]:
    fields, rest = marshal.loads(payload)  # noqa: S302 - from a process that runs our own code
    return getattr(errors, fields[0])(*fields[1:]) if fields else None, rest


def unpack_records(payload: bytes) -> list[Any]:
    found: list[Any] = marshal.loads(payload)  # noqa: S302 - from a process that runs our own code
    return found


def crashed(subject: str) -> QueryTooLarge:
    """What is said of a request whose process has died of it."""
    return QueryTooLarge(
        culprit=subject,
        found="more memory or deeper nesting than it may have",
        remedy="Ask for less at once: add LIMIT, narrow the patterns, or nest less deeply.",
    )


def busy(found: str) -> Busy:
    return Busy(culprit="the server", found=found, remedy="Try again in a moment, or ask for less at once.")
