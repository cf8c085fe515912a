"""Lists a page at a time: by offset or by cursor, with where they go on and what was before; or a line an item."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api.http import best, json_response
from api.openapi import TEXT
from api.parameters import NO_NUL
from kg.entities.claims import ClaimList
from kg.entities.entities import EntityList
from kg.entities.library import begin
from kg.entities.sources import SourceList
from kg.errors import NotAcceptable, UnknownCursor
from kg.holdings import DocumentList
from kg.model import as_json

JSON, CSV, LINES = "application/json", "text/csv", "application/x-ndjson"
LIST_FORMS: Mapping[str, tuple[str, ...]] = {JSON: (), LINES: ("application/jsonl", "application/ndjson")}
AS_LINES: dict[int | str, dict[str, Any]] = {200: {"content": {LINES: TEXT}}}
AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: TEXT}}}
AS_ROWS: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: TEXT, LINES: TEXT}}}
_ALL = 1_000_000_000
Cursor = Annotated[
    str | None,
    Query(
        max_length=4000,
        pattern=NO_NUL,
        description="In the place of `offset`: empty to begin; then what `next` has. It goes on after the last item "
        "that was sent, also where others came or went before it",
    ),
]
Item = TypeVar("Item")
Listed = TypeVar("Listed", EntityList, ClaimList, SourceList, DocumentList)


class Place(NamedTuple):
    """Where a page begins: after the item with the IRI `after` where that is still there, else at `offset`."""

    offset: int
    after: str = ""


def place(offset: int, cursor: str | None) -> Place:
    """Where the page that is asked for begins; raise UnknownCursor where `cursor` is none of ours."""
    if not cursor:
        return Place(offset)
    try:
        at, _, iri = base64.b64decode(cursor, b"-_", validate=True).decode().partition(" ")
        return Place(max(0, min(int(at), _ALL)), iri)
    except (ValueError, binascii.Error) as error:
        remedy = "Begin with an empty one."
        raise UnknownCursor("cursor", repr(cursor)[:80], "what `next` has", remedy) from error


def form_of(request: Request, offered: Mapping[str, tuple[str, ...]] = LIST_FORMS) -> str:
    """The media type to answer in; raise NotAcceptable where the request takes none of those on offer."""
    form = CSV if request.url.path.endswith(".csv") else best(offered, request.headers.get("accept"))
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(offered))
    return form


def size(request: Request, form: str, limit: int) -> int:
    """How many items a page has: of lines all, where no `limit` is given."""
    return _ALL if form == LINES and "limit" not in request.query_params else limit


def page(request: Request, form: str, listed: Listed, taken: int) -> Response:
    """The list, which takes `taken` places, with where it goes on and what was before, also as a Link (RFC 8288)."""
    first, end, cursor = listed.start, listed.start + taken, request.query_params.get("cursor")
    leads: dict[str, str] = {}
    if taken and end < listed.total:
        on = ("offset", str(end)) if cursor is None else ("cursor", _cursor(end, listed.items[-1].iri))
        leads["next"] = _address(request, [on])
    if first and cursor is None:
        before = max(0, first - int(request.query_params.get("limit", "100")))
        leads["prev"] = _address(request, [("offset", str(before))])
    if form == LINES:
        response = lines(listed.items)
    else:
        response = json_response(replace(listed, next=leads.get("next"), prev=leads.get("prev")))
    return linked(response, leads)


def linked(response: Response, leads: Mapping[str, str]) -> Response:
    """The response with a Link header for each of `leads`, an address by its relation."""
    if leads:
        response.headers["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in leads.items())
    return response


def part(items: Sequence[Item], limit: int, where: Place) -> tuple[tuple[Item, ...], int]:
    """A page of a whole list, and the place of its first item."""
    first = begin([str(getattr(each, "iri", "")) for each in items], *where)
    return tuple(items[first : first + limit]), first


def lines(items: Iterable[object]) -> Response:
    """JSON, an item a line (NDJSON)."""
    text = "".join(as_json(each) + "\n" for each in items)
    return Response(text.encode("utf-8", "backslashreplace"), media_type=LINES)


def _cursor(offset: int, iri: str) -> str:
    return base64.urlsafe_b64encode(f"{offset} {iri}".encode()).decode()


def _address(request: Request, on: list[tuple[str, str]]) -> str:
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("offset", "cursor")]
    return f"{request.url.path}?{urlencode([*kept, *on])}"
