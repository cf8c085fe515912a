"""Errors as RFC 9457 problems: the one place where an error's class becomes a status code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from kg import errors
from kg.errors import BadParameter, KgError, Rejected
from kg.logs import REQUEST

MEDIA_TYPE = "application/problem+json"
_SHOWN = 80  # characters of a wrong value


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


def install(app: FastAPI) -> None:
    """Let `app` answer every error as a problem, and say at each problem's address what it means."""
    app.add_exception_handler(KgError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)
    app.add_api_route("/problems/{name}", _page, response_class=HTMLResponse, include_in_schema=False)


def respond(error: KgError) -> Response:
    return Response(encode(body_of(error)), status_of(error), headers_of(error), MEDIA_TYPE)


def _known(_: Request, error: Exception) -> Response:
    return respond(error) if isinstance(error, KgError) else _unforeseen(_, error)


def _invalid(_: Request, error: Exception) -> Response:
    return respond(unfit(error)) if isinstance(error, RequestValidationError) else _unforeseen(_, error)


def unfit(error: RequestValidationError) -> BadParameter:
    """What the framework found wrong with a parameter, in the words that other errors have: found, and expected."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    found = "nothing" if first["type"] == "missing" else repr(first.get("input"))[:_SHOWN]
    expected = str(first["msg"]).removeprefix("Input should be ").removeprefix("Value should have ")
    return BadParameter(place, found, "a value" if first["type"] == "missing" else expected, "See /docs.")


def _http(request: Request, error: Exception) -> Response:
    """What the framework itself says: no such route, no such method, a body that cannot be read."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 404:
        return respond(errors.NotFound(culprit=request.url.path, found="no such page or route", remedy="See /docs."))
    if status == 405:
        allowed = headers.get("allow") or headers.get("Allow") or "GET"
        culprit = f"{request.method} {request.url.path}"
        return respond(NotAllowed(culprit=culprit, expected=allowed, remedy="See /docs."))
    title = str(getattr(error, "detail", "")) or "The request cannot be carried out"
    return Response(encode({"type": "about:blank", "title": title, "status": status}), status, headers, MEDIA_TYPE)


def _unforeseen(_: Request, error: Exception) -> Response:  # noqa: ARG001 - what it was is logged, not told
    title, detail = "The server made a mistake", "The log says which."
    members = {"type": "about:blank", "title": title, "status": 500, "detail": detail, "request": REQUEST.get()}
    return Response(encode(members), 500, {"X-Request-ID": REQUEST.get()}, MEDIA_TYPE)


def _page(name: str) -> HTMLResponse:
    """What a problem means, in a few words."""
    for kind, status in STATUSES[:-1]:
        for each in (kind, *kind.__subclasses__()):
            if slug(each) == name:
                text = escape(" ".join((each.__doc__ or kind.__doc__ or "").split()))
                return HTMLResponse(
                    f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(each.title)}</title>'
                    f"<h1>{escape(each.title)}</h1><p>{text}</p><p>HTTP status {status}.</p></html>"
                )
    raise errors.NotFound(culprit=f"/problems/{name}", found="no such problem")
