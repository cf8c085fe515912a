"""How the application answers errors, and what a problem's address says of it."""

from __future__ import annotations

from html import escape

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from api.statuses import MEDIA_TYPE, STATUSES, NotAllowed, body_of, encode, headers_of, slug, status_of
from kg import errors
from kg.errors import BadParameter, KgError
from kg.logs import REQUEST

_SHOWN = 80  # characters of a wrong value


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
