"""The documents that are loaded: listed, read back, put through the pipeline, withdrawn."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.deref import SYNTAXES, serialised
from api.http import GRAPHS, Validators, json_response
from api.openapi import TEXT, TOKEN, refusals
from api.paging import AS_LINES, Cursor, form_of, linked, page, part, place, size
from api.parameters import MOST, Authorization, Graph, Language, Limit, Offset, Served, none_unknown
from api.requests import MULTIPART, Incoming, read
from api.statuses import WrongMediaType
from kg import holdings, syntax
from kg.documents.parsing import Sent
from kg.entities.reader import address
from kg.errors import Busy
from kg.examination import Examination, examine
from kg.holdings import ChangeList, DocumentList
from kg.model import Loaded
from kg.namespaces import ID
from kg.sparql.guard import measure

_LARGEST_DOCUMENT, _LARGEST_FORM, _LARGEST_EXAMINED = 16 << 20, 64 << 20, 256 << 10
_FILE = r"^[A-Za-z0-9][A-Za-z0-9._\-]*$"
_EXAMINING = asyncio.Semaphore(2)  # documents at once: it takes a processor for a second
_SYNTAXES = (syntax.TURTLE, syntax.JSON_LD, syntax.YAML)
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": 1000}
_WRITING = refusals(
    *(400, 401, 403, 404, 412, 413, 415, 422, 503, 507),
    s404="No such document",
    s415="Neither Turtle, JSON-LD nor YAML",
    s422="The document was rejected; `faults` has all of them",
)
_BODY = dict.fromkeys(_SYNTAXES, TEXT)
_OFFERED = {name: GRAPHS[name] for name in SYNTAXES}
_TAGGED = {"ETag": {"description": "Of the document, whatever else changes", "schema": {"type": "string"}}}
_TAG = re.compile(r'"([0-9a-f]*)(?:-[a-z]+)?"|(\*)')
_PATCH = "application/rdf-patch"
_NONE = ""  # the digest of what is not there

router = APIRouter(prefix="/api/v1", tags=["documents"], dependencies=[Depends(none_unknown)])
Match = Annotated[str | None, Header(description="Tags of the document, one of which it must have; *: any")]
NoneMatch = Annotated[str | None, Header(description="*: only where there is no such document yet")]


@router.get(
    "/documents",
    summary="The documents that are loaded",
    response_model=DocumentList,
    responses=AS_LINES | refusals(406, 422),
)
def documents(
    request: Request,
    graph: Graph,
    limit: Limit = 100,
    offset: Offset = 0,
    cursor: Cursor = None,
    lang: Language = "en",
) -> Response:
    """By name. `/api/v1/sources` has the sources of the background too."""
    form, every = form_of(request), graph.documents(graph.things().index.spoken(lang.lower()))
    items, first = part(every.items, size(request, form, limit), place(offset, cursor))
    return page(request, form, DocumentList(items, every.total, start=first), len(items))


@router.get(
    "/documents/{name:path}",
    summary="A document as its author wrote it: what PUT takes again",
    response_class=Response,
    responses={200: {"content": dict.fromkeys(SYNTAXES, TEXT), "headers": _TAGGED}, **refusals(404, 406, 422)},
)
def document(request: Request, name: str, graph: Graph) -> Response:
    """In a syntax of RDF, by Accept, with its text as `sg:text`; spans, hashes and labels are made again by loading it.

    Send the ETag as `If-Match` with what you have made of it.
    """
    form, held = form_of(request, _OFFERED), graph.document(name)
    known = Validators(_tag(held.digest, form))
    headers = {key.encode(): value.encode() for key, value in request.headers.items()}
    if known.unchanged(headers):
        return Response(status_code=304, headers={"ETag": known.tag.decode(), "Vary": "Accept"})
    response = serialised((quad.triple for quad in held.quads), held.iri, form, graph.prefixes)
    response.headers["ETag"] = known.tag.decode()
    return response


@router.put(
    "/documents/{name:path}",
    summary="Put a document in the place of the one of that name, or where none is",
    response_model=Loaded,
    responses={
        200: {"headers": _TAGGED},
        201: {"model": Loaded, "description": "It was not here", "headers": _TAGGED},
        **_WRITING,
    },
    openapi_extra={"requestBody": {"required": True, "content": _BODY}, **TOKEN},
)
async def replace(
    request: Request,
    name: Annotated[str, Path(pattern=f"^({re.escape(ID)})?[A-Za-z0-9][A-Za-z0-9._\\-]*$")],
    service: Served,
    if_match: Match = None,
    if_none_match: NoneMatch = None,
    authorization: Authorization = None,
) -> Response:
    """The document in the body must be of that name; with `If-Match` 412, unless it is still as you have read it."""
    service.authorise(authorization)
    incoming = await read(request.scope, request.receive, _LARGEST_DOCUMENT)
    if incoming.media_type not in _SYNTAXES:
        raise WrongMediaType("Content-Type", found=incoming.media_type or "none", expected=" or ".join(_SYNTAXES))
    short, expected = name.removeprefix(ID), _expected(if_match, if_none_match)
    data, kind = incoming.text().encode(), incoming.media_type
    done, is_new = await service.put(data, kind, short, expected=expected)
    response = json_response(done)
    response.headers["ETag"] = _tag(await asyncio.to_thread(lambda: service.known.document(short).digest)).decode()
    if is_new:
        response.status_code = 201
        response.headers["Location"] = address("documents", short)
    return response


@router.post(
    "/documents",
    summary="Put a document, or several, through the pipeline",
    responses=_WRITING,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                **_BODY,
                MULTIPART: {
                    "schema": {
                        "type": "object",
                        "properties": {"document": _FILES},
                        "required": ["document"],
                        "additionalProperties": False,
                    },
                    "encoding": {"document": {"contentType": ", ".join(_SYNTAXES)}},
                },
            },
        },
        **TOKEN,
    },
)
async def load(
    request: Request,
    service: Served,
    name: Annotated[
        str | None,
        Query(max_length=200, pattern=_FILE, description="What faults call it; no form's"),
    ] = None,
    dry_run: Annotated[bool, Query(description="Validate alone; nothing is stored")] = False,
    authorization: Authorization = None,
) -> Loaded:
    """The text travels in the document, as `sg:text`. All of it is stored with what follows from it, or nothing.

    Several documents are the files of a form: all of them are stored, or none. Faults call each by its file's name.
    """
    service.authorise(authorization)
    several = request.headers.get("content-type", "").lower().startswith(MULTIPART)
    incoming = await read(request.scope, request.receive, _LARGEST_FORM if several else _LARGEST_DOCUMENT)
    if several:
        return await service.load_all(_sent(incoming), dry_run=dry_run)
    if incoming.media_type not in _SYNTAXES:
        raise WrongMediaType("Content-Type", found=incoming.media_type or "none", expected=" or ".join(_SYNTAXES))
    return await service.load(incoming.text().encode(), incoming.media_type, name, dry_run=dry_run)


@router.post(
    "/examine",
    summary="What a document would say and change, were it loaded",
    responses=refusals(400, 413, 415, 422, 503, s422="It would be rejected; `faults` has all of them"),
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def examined(
    request: Request,
    graph: Graph,
    name: Annotated[str, Query(max_length=200, pattern=_FILE, description="What faults call it")] = "document",
) -> Examination:
    """Its claims as they would be read, and what would follow or no more follow; or 422, with its faults.

    Nothing is kept.
    """
    incoming = await read(request.scope, request.receive, _LARGEST_EXAMINED)
    if incoming.media_type not in _SYNTAXES:
        raise WrongMediaType("Content-Type", found=incoming.media_type or "none", expected=" or ".join(_SYNTAXES))
    text = incoming.text()
    measure(text)
    if _EXAMINING.locked():
        raise Busy("examining", found="others that are examined just now", remedy="Try again in a moment.")
    async with _EXAMINING:
        return await asyncio.to_thread(examine, graph, Sent(text.encode(), incoming.media_type, name))


@router.delete(
    "/documents/{name:path}",
    summary="Withdraw a document",
    responses=_WRITING,
    openapi_extra=TOKEN,
)
async def unload(name: str, service: Served, if_match: Match = None, authorization: Authorization = None) -> Loaded:
    """Takes out what the document says, and all that rested on it alone; `name` is its name or its IRI."""
    service.authorise(authorization)
    return await service.unload(name, expected=_expected(if_match, None))


@router.get(
    "/changes",
    summary="What came and went since a version",
    response_model=ChangeList,
    responses=refusals(404, 410, 422, s404="The store is one that others write, whose changes nobody records"),
)
def changes(
    graph: Graph,
    since: Annotated[int | None, Query(ge=0, le=MOST, description="A version; without it, the newest is told")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many versions")] = 100,
) -> Response:
    """The versions after `since`, oldest first: which documents came, changed and went, and how many statements.

    Begin without `since`, then ask for what is since the `version` of the last answer. 410 says that so much is not
    known any more, and that the documents are to be read anew.
    """
    found = graph.changes(since, limit)
    more = found.total > len(found.items) > 0
    lead = f"/api/v1/changes?since={found.items[-1].version}&limit={limit}" if more else None
    return linked(json_response(dataclasses.replace(found, next=lead)), {"next": lead} if lead else {})


@router.get(
    "/changes/{version}",
    summary="The statements that came and went with a version, as an RDF Patch",
    response_class=Response,
    responses={200: {"content": {_PATCH: TEXT}}, **refusals(404, 410, 422)},
)
def patch(graph: Graph, version: Annotated[int, Path(ge=1, le=MOST)]) -> Response:
    """A transaction of quads: `D` lines went, `A` lines came (https://afs.github.io/rdf-delta/rdf-patch.html)."""
    return Response(holdings.patch_of(graph.store, version), media_type=_PATCH)


def _sent(incoming: Incoming) -> list[Sent]:
    sent = [Sent(*each) for each in incoming.files()]
    for each in sent:
        if each.media_type not in _SYNTAXES:
            raise WrongMediaType(f"the Content-Type of {each.name}", each.media_type, " or ".join(_SYNTAXES))
    return sent


def _tag(digest: str, form: str = "") -> bytes:
    """The entity tag of a document in a syntax; without one, that of the document whatever its syntax."""
    ending = form.rpartition("/")[2].replace("+", "").replace("-", "")
    return f'"{digest}{"-" if ending else ""}{ending}"'.encode()


def _expected(match: str | None, none_match: str | None) -> list[str] | None:
    """The digests that these headers ask for: see `pipeline.load`."""
    if match is None:
        return None if none_match is None else [_NONE]
    found = [_TAG.fullmatch(each.strip()) for each in match.split(",")]
    return [tag[1] or tag[2] for tag in found if tag and any(tag.groups()) and none_match is None]
