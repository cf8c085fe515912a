"""The JSON API's resources: entities, claims, sources, proposals compared, proofs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api import models, shown
from api import resource_models as shapes
from api.negotiation import best
from api.problems import MEDIA_TYPE
from api.v1 import Graph
from kg import answers, proofs
from kg.errors import BadParameter, NotAcceptable
from kg.things import Entity, Things, sources

_FORMS = {"application/json": (), "text/csv": ()}
_PROOFS = {"application/json": (), "text/turtle": ("application/x-turtle",), "text/plain": ()}
_FIRST = 50  # claims shown with an entity
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.Problem, "description": words, "content": {MEDIA_TYPE: {}}}
    for status, words in ((404, "No such thing"), (406, "No such form of answer"), (422, "A parameter is wrong"))
}
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}, 406: _PROBLEMS[406], 422: _PROBLEMS[422]}
_WRONG: dict[int | str, dict[str, Any]] = {422: _PROBLEMS[422]}

Language = Annotated[
    str, Query(alias="lang", pattern="^[a-z]{2,3}$", description="Labels in this language, where there are such")
]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items")]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="Items to pass over")]
Identifier = Annotated[str, Path(alias="id", examples=["china"])]
Kind = Annotated[str, Query(alias="type", description="A class of the ontology", examples=["State"])]
Words = Annotated[str, Query(max_length=200)]


def things_of(graph: Graph, lang: Language = "en") -> Things:
    return graph.things(lang)


Known = Annotated[Things, Depends(things_of)]
router = APIRouter(prefix="/api/v1", tags=["things"])


@router.get("/entities", summary="Entities, by name", response_model=shapes.EntityList, responses=_CSV)
@router.get("/entities.csv", include_in_schema=False)
def entities(
    request: Request, known: Known, q: Words = "", kind: Kind = "", limit: Limit = 100, offset: Offset = 0
) -> Response:
    """With `q`, those with a name like it, best first: the label, another name, how it begins, a misspelling.

    `type` is a class of the ontology, by IRI, prefixed name or label; it reaches concepts (outcomes, acts) too.
    """
    form = _form(request)
    page = known.entities(clean(q), known.kind(clean(kind)) if kind else None, limit, offset)
    if form == "text/csv":
        return _csv(shown.entity_rows(page.items))
    items = [shown.entity_item(hit, cell) for hit, cell in page.items]
    return _page(request, shapes.EntityList(items=items, total=page.total), offset, len(items))


@router.get(
    "/entities/{id:path}",
    summary="An entity: its names, what is said of it, what follows, and where",
    response_model=shapes.EntityDetail,
    responses={404: _PROBLEMS[404], 422: _PROBLEMS[422]},
)
def entity(identifier: Identifier, known: Known) -> shapes.EntityDetail:
    """`id` is what follows `id/` in its IRI, the IRI, a name or a code."""
    found = known.entity(clean(identifier))
    return shown.entity(found, _first(known, found, "about"), _first(known, found, "speaker"))


@router.get(
    "/claims", summary="Who says what, how surely, in which words", response_model=shapes.ClaimList, responses=_CSV
)
@router.get("/claims.csv", include_in_schema=False)
def claims(
    request: Request,
    known: Known,
    speaker: Annotated[str, Query(description="At any link of the chain")] = "",
    act: Annotated[str, Query(description="At any link; with a speaker, at the same", examples=["reports"])] = "",
    polarity: Annotated[str, Query(examples=["denied"])] = "",
    certainty: Annotated[str, Query(description="Of the weakest link", examples=["possible"])] = "",
    about: Annotated[str, Query(description="A thing that has a role in what is claimed, at any depth")] = "",
    source: str = "",
    contested: Annotated[bool | None, Query(description="Whether another claim contradicts it")] = None,
    q: Annotated[str, Query(max_length=200, description="Words, all of which occur")] = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """All filters that are given must hold. Names, codes, prefixed names and IRIs are understood."""
    form = _form(request)
    given = {
        "speaker": speaker,
        "act": act,
        "polarity": polarity,
        "certainty": certainty,
        "about": about,
        "source": source,
    }
    cleaned: dict[str, str | bool | None] = {name: clean(text) for name, text in given.items()}
    page = known.claims(known.filters({**cleaned, "contested": contested, "q": clean(q)}), limit, offset)
    if form == "text/csv":
        return _csv(shown.claim_rows(page.items))
    items = [shown.claim(account) for account in page.items]
    return _page(request, shapes.ClaimList(items=items, total=page.total), offset, limit)


@router.get(
    "/claims/{id:path}",
    summary="A claim with each chain that it reaches us by",
    responses={404: _PROBLEMS[404], 422: _PROBLEMS[422]},
)
def claim(identifier: Identifier, known: Known) -> shapes.ClaimDetail:
    """`id` is what follows `id/` in its IRI, or the IRI. A claim that quotes another is told by what that says."""
    chains = [shown.claim(account) for account in known.claim(clean(identifier))]
    return shapes.ClaimDetail(iri=chains[0].iri, chains=chains)


@router.get("/sources", summary="Documents, and the sources of the background", responses=_WRONG)
def list_sources(request: Request, known: Known, limit: Limit = 100, offset: Offset = 0) -> shapes.SourceList:
    every = known.sources()
    items = [shown.source_item(each) for each in every[offset : offset + limit]]
    following = _next(request, offset + limit) if offset + limit < len(every) else None
    return shapes.SourceList(items=items, total=len(every), next=following)


@router.get(
    "/sources/{id:path}",
    summary="A source: its text, sentences, and the spans that claims rest on",
    responses={404: _PROBLEMS[404], 422: _PROBLEMS[422]},
)
def source(identifier: Identifier, known: Known) -> shapes.SourceDetail:
    """Offsets are in characters (Unicode code points) of `text`, from 0, end exclusive."""
    found, accounts = known.source(clean(identifier))
    cut = sources.sentences(found.text) if found.text else ()
    return shown.source(found, accounts, cut, sources.spans(accounts, str(found.thing.iri)))


@router.get(
    "/compare",
    summary="Proposals, point by point",
    response_model=shapes.Comparison,
    responses=_CSV,
)
@router.get("/compare.csv", include_in_schema=False)
def compare(
    request: Request,
    known: Known,
    proposals: Annotated[list[str] | None, Query(max_length=50, description="By name or IRI; none: all")] = None,
) -> Response:
    """A cell is covered, denied, contested or silent. Silent: nothing is said, which is no "no"."""
    form = _form(request)
    chosen = [clean(each) for several in proposals or [] for each in split(several) if each.strip()]
    found = known.compare(chosen)
    return _csv(shown.comparison_rows(found)) if form == "text/csv" else _json(shown.comparison(found))


@router.get(
    "/why",
    summary="Why a statement holds: its proof, down to quoted words",
    responses={200: {"content": {"text/turtle": {}, "text/plain": {}}}, **_PROBLEMS},
)
def why(
    request: Request,
    graph: Graph,
    subject: Annotated[str, Query(examples=["France"])],
    predicate: Annotated[str, Query(examples=["can block"])],
    object_: Annotated[str, Query(alias="object", examples=["Chinese peacekeeping initiative"])],
) -> Response:
    """Each part is an IRI, a prefixed name or a name. As Turtle in PROV-O, or as text, by Accept."""
    form = best(_PROOFS, request.headers.get("accept"))
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(_PROOFS))
    proof = graph.why(clean(subject), clean(predicate), clean(object_))
    if form == "text/turtle":
        return Response(proofs.as_prov(proof), media_type="text/turtle; charset=utf-8")
    if form == "text/plain":
        return Response(proofs.as_text(proof), media_type="text/plain; charset=utf-8")
    return Response(json.dumps(proofs.as_dict(proof), ensure_ascii=False).encode(), media_type=JSONResponse.media_type)


def _first(known: Things, found: Entity, filter_: str) -> shapes.ClaimList:
    claims = found.claims if filter_ == "about" else found.speaking
    items = [shown.claim(account) for account in known.accounts(claims[:_FIRST])]
    following = (
        f"/api/v1/claims?{urlencode({filter_: str(found.thing.iri), 'offset': _FIRST})}"
        if len(claims) > _FIRST
        else None
    )
    return shapes.ClaimList(items=items, total=len(claims), next=following)


def split(text: str) -> list[str]:
    """Several names in one parameter stand between commas; a comma within brackets is part of a name."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def clean(text: str) -> str:
    """A parameter's text without space around it; raise BadParameter where no name can be so."""
    if "\x00" in text:
        raise BadParameter(culprit="the parameters", found="a character U+0000")
    return text.strip()


def _form(request: Request) -> str:
    if request.url.path.endswith(".csv"):
        return "text/csv"
    form = best(_FORMS, request.headers.get("accept"))
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(_FORMS))
    return form


def _page(request: Request, listed: shapes.EntityList | shapes.ClaimList, offset: int, taken: int) -> Response:
    """The list with where it goes on, in the answer and as a Link header (RFC 8288)."""
    end = offset + taken
    if taken and end < listed.total:
        listed.next = _next(request, end)
    response = _json(listed)
    if listed.next:
        response.headers["Link"] = f'<{listed.next}>; rel="next"'
    return response


def _next(request: Request, offset: int) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
    return f"{request.url.path}?{urlencode([*kept, ('offset', offset)])}"


def _csv(lines: Iterator[list[str]]) -> Response:
    return Response(answers.as_csv(lines), media_type="text/csv; charset=utf-8; header=present")


def _json(found: BaseModel) -> Response:
    body = json.dumps(found.model_dump(mode="json"), ensure_ascii=False)
    return Response(body.encode("utf-8", "backslashreplace"), media_type=JSONResponse.media_type)
