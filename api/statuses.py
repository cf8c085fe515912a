"""Errors as RFC 9457 problems: the one place where an error's class becomes a status code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kg import errors
from kg.errors import BadParameter, KgError, Rejected

MEDIA_TYPE = "application/problem+json"


class TooLarge(KgError):
    """A body that is longer than this route takes."""

    title = "The body is too large"


class WrongMediaType(KgError):
    """A body in a form that this route does not read."""

    title = "The body has a form that cannot be read here"


class NotAllowed(KgError):
    """A method that this address does not have."""

    title = "No such method here"


class Malformed(KgError):
    """What came over the connection is no HTTP request: a line of it is malformed, or too long."""

    title = "The request cannot be read"


class HeadTooLarge(KgError):
    """A request whose lines before its body are longer than any that is taken here."""

    title = "The request's headers are too large"


class BrokenOff(Exception):
    """An answer that failed after its first byte: the connection breaks off, so that no part passes for the whole."""


# The first class that an error is an instance of decides.
STATUSES: tuple[tuple[type[KgError], int], ...] = (
    (Malformed, 400),
    (errors.BadQuery, 400),
    (errors.NotAuthorised, 401),
    (errors.WritingClosed, 403),
    (errors.Elsewhere, 403),
    (errors.NoLongerKnown, 410),
    (errors.NotFound, 404),
    (NotAllowed, 405),
    (errors.NotAcceptable, 406),
    (errors.QueryTimeout, 408),
    (errors.UpdateFailed, 409),
    (errors.Outdated, 412),
    (errors.QueryTooLarge, 413),
    (TooLarge, 413),
    (WrongMediaType, 415),
    (HeadTooLarge, 431),
    (errors.Rejected, 422),
    (errors.BadParameter, 422),
    (errors.Busy, 503),
    (errors.StoreFault, 502),
    (errors.StoreTimeout, 504),
    (errors.StoreFull, 507),
    (errors.StoreUnavailable, 503),
    (errors.BadArchive, 422),
    (errors.BadSetting, 500),
    (KgError, 400),
)


def status_of(error: KgError) -> int:
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def body_of(error: KgError) -> dict[str, Any]:
    """The problem's members: `type` leads to a page about it; `candidates` and `faults` where the error has them."""
    members: dict[str, Any] = {
        "type": f"/problems/{slug(type(error))}",
        "title": error.title,
        "status": status_of(error),
        "detail": str(error),
        "culprit": error.culprit,
    }
    members |= {name: getattr(error, name) for name in ("found", "expected", "remedy") if getattr(error, name)}
    if isinstance(error, BadParameter) and error.candidates:
        members["candidates"] = [{"iri": iri, "label": label} for iri, label in error.candidates]
    if isinstance(error, Rejected):
        members["faults"] = [asdict(fault) for fault in error.faults]
    return members


def headers_of(error: KgError) -> dict[str, str]:
    if isinstance(error, errors.NotAuthorised):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.Busy | errors.StoreUnavailable):
        return {"Retry-After": "1"}
    if isinstance(error, NotAllowed):
        return {"Allow": error.expected}
    return {}


def encode(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode("utf-8", "backslashreplace")


def slug(kind: type[KgError]) -> str:
    """ "UnknownQuestion" → "unknown-question"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
