"""The JSON API's resources: entities, claims, sources, proposals compared, proofs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.deref import document
from api.http import json_response
from api.openapi import TEXT, refusals
from api.paging import AS_CSV, AS_LINES, AS_ROWS, CSV, JSON, LIST_FORMS, Cursor, form_of, page, part, place, size
from api.parameters import (
    Graph,
    Identifier,
    Kind,
    Known,
    Limit,
    Name,
    Offset,
    Part,
    Words,
    clean,
    none_unknown,
    split,
)
from kg import proofs
from kg.entities import tables
from kg.entities.claims import ClaimDetail, ClaimList
from kg.entities.comparison import Comparison
from kg.entities.entities import EntityDetail, EntityList
from kg.entities.library import Things
from kg.entities.reconciling import Matches, match
from kg.entities.sources import SourceDetail, SourceList
from kg.proofs import Proof
from kg.questions import serialising

_FORMS = {JSON: (), CSV: ()}
_ROWS = {JSON: (), CSV: (), **LIST_FORMS}
_PROOFS = {"application/json": (), "text/turtle": ("application/x-turtle",), "text/plain": ()}
_RDF = {"application/json": (), "application/ld+json": (), "text/turtle": ("application/x-turtle",)}
_PROBLEMS = refusals(404, 406, 422)
_REFUSED = refusals(406, 422)
_DETAIL: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/ld+json": {"schema": {"type": "object"}}, "text/turtle": TEXT}},
    **refusals(404, 406, 422),
}
router = APIRouter(prefix="/api/v1", tags=["things"], dependencies=[Depends(none_unknown)])


@router.get("/entities", summary="Entities, by name", response_model=EntityList, responses=AS_ROWS | _REFUSED)
@router.get("/entities.csv", include_in_schema=False)
def entities(
    request: Request,
    known: Known,
    q: Words = "",
    kind: Kind = "",
    limit: Limit = 100,
    offset: Offset = 0,
    cursor: Cursor = None,
) -> Response:
    """With `q`, those with a name like it, best first: the label, another name, how it begins, a misspelling.

    `type` is a class of the ontology, by IRI, prefixed name or label; it reaches concepts (outcomes, acts) too.
    """
    form = form_of(request, _ROWS)
    where, most = place(offset, cursor), size(request, form, limit)
    found = known.entities(clean(q), known.kind(clean(kind)) if kind else None, most, *where)
    return _csv(tables.entity_rows(found.items)) if form == CSV else page(request, form, found, len(found.items))


@router.get("/match", summary="What names mean, many at once", response_model=Matches, responses=refusals(400, 422))
def matched(
    known: Known,
    name: Annotated[list[Part], Query(min_length=1, max_length=200, examples=[["Frankreich", "Chnia"]])],
    kind: Kind = "",
    limit: Annotated[int, Query(ge=1, le=50, description="At most so many candidates for a name")] = 5,
) -> Response:
    """For each `name`, things that it could mean, best first, each with the name that found it, and its score.

    `sure` marks the only thing that is called exactly so. `type` is a class of the ontology that they must be of.
    """
    kinds = (known.kind(clean(kind)),) if kind else ()
    return json_response(match(known, [clean(each) for each in name], kinds, limit))


@router.get(
    "/entities/{id:path}",
    summary="An entity: its names, what is said of it, what follows, and where",
    response_model=EntityDetail,
    responses=_DETAIL,
)
def entity(request: Request, identifier: Annotated[Identifier, Path(examples=["china"])], known: Known) -> Response:
    """`id` is what follows `id/` in its IRI, the IRI, a name or a code. As RDF, by Accept: what is stated of it."""
    found = known.entity(clean(identifier))
    return _detail(request, known, found.iri, found)


@router.get(
    "/claims",
    summary="Who says what, how surely, in which words",
    response_model=ClaimList,
    responses=AS_ROWS | _REFUSED,
)
@router.get("/claims.csv", include_in_schema=False)
def claims(
    request: Request,
    known: Known,
    speaker: Annotated[Name, Query(description="At any link of the chain", examples=["analysts"])] = "",
    act: Annotated[Name, Query(description="At any link; with a speaker, at the same", examples=["reports"])] = "",
    polarity: Annotated[Name, Query(examples=["denied"])] = "",
    certainty: Annotated[Name, Query(description="Of the weakest link", examples=["possible"])] = "",
    about: Annotated[Name, Query(description="A thing with a role in what is claimed, at any depth")] = "",
    source: Name = "",
    contested: Annotated[bool | None, Query(description="Whether another claim contradicts it")] = None,
    q: Annotated[Words, Query(description="Words, all of which occur")] = "",
    limit: Limit = 100,
    offset: Offset = 0,
    cursor: Cursor = None,
) -> Response:
    """All filters that are given must hold. Names, codes, prefixed names and IRIs are understood."""
    form = form_of(request, _ROWS)
    given = {
        "speaker": speaker,
        "act": act,
        "polarity": polarity,
        "certainty": certainty,
        "about": about,
        "source": source,
    }
    cleaned: dict[str, str | bool | None] = {name: clean(text) for name, text in given.items()}
    filters, most = known.filters({**cleaned, "contested": contested, "q": clean(q)}), size(request, form, limit)
    found = known.claims(filters, most, *place(offset, cursor))
    return _csv(tables.claim_rows(found.items)) if form == CSV else page(request, form, found, most)


@router.get(
    "/claims/{id:path}",
    summary="A claim with each chain that it reaches us by",
    response_model=ClaimDetail,
    responses=_DETAIL,
)
def claim(
    request: Request, identifier: Annotated[Identifier, Path(examples=["chinese-peacekeepers/s05-2"])], known: Known
) -> Response:
    """`id` is what follows `id/` in its IRI, or the IRI. A claim that quotes another is told by what that says."""
    chains = known.claim(clean(identifier))
    return _detail(request, known, chains[0].iri, ClaimDetail(chains[0].iri, chains))


@router.get(
    "/sources",
    summary="Documents, and the sources of the background",
    response_model=SourceList,
    responses=AS_LINES | _REFUSED,
)
def list_sources(
    request: Request, known: Known, limit: Limit = 100, offset: Offset = 0, cursor: Cursor = None
) -> Response:
    form, every = form_of(request), known.sources()
    items, first = part(every.items, size(request, form, limit), place(offset, cursor))
    return page(request, form, SourceList(items, every.total, start=first), len(items))


@router.get(
    "/sources/{id:path}",
    summary="A source: its text, sentences, and the spans that claims rest on",
    response_model=SourceDetail,
    responses=_DETAIL,
)
def source(
    request: Request, identifier: Annotated[Identifier, Path(examples=["chinese-peacekeepers"])], known: Known
) -> Response:
    """Offsets are in characters (Unicode code points) of `text`, from 0, end exclusive."""
    found = known.source(clean(identifier))
    return _detail(request, known, found.iri, found)


@router.get(
    "/compare",
    summary="Proposals, point by point",
    response_model=Comparison,
    responses=AS_CSV | _REFUSED,
)
@router.get("/compare.csv", include_in_schema=False)
def compare(
    request: Request,
    known: Known,
    proposals: Annotated[list[Name] | None, Query(max_length=50, description="By name or IRI; none: all")] = None,
) -> Response:
    """A cell is covered, denied, contested or silent. Silent: nothing is said, which is no "no"."""
    form = form_of(request, _FORMS)
    chosen = [clean(each) for several in proposals or [] for each in split(several) if each.strip()]
    found = known.compare(chosen)
    return _csv(tables.comparison_rows(found)) if form == CSV else json_response(found)


@router.get(
    "/why",
    summary="Why a statement holds: its proof, down to quoted words",
    response_model=Proof,
    responses={200: {"content": {"text/turtle": TEXT, "text/plain": TEXT}}, **_PROBLEMS},
)
def why(
    request: Request,
    graph: Graph,
    subject: Annotated[Part, Query(examples=["France"])],
    predicate: Annotated[Part, Query(examples=["can block"])],
    object_: Annotated[Part, Query(alias="object", examples=["Chinese peacekeeping initiative"])],
) -> Response:
    """Each part is an IRI, a prefixed name or a name. As Turtle in PROV-O, or as text, by Accept."""
    form = form_of(request, _PROOFS)
    proof = graph.why(clean(subject), clean(predicate), clean(object_))
    if form == "text/turtle":
        return Response(proofs.as_prov(proof), media_type="text/turtle; charset=utf-8")
    if form == "text/plain":
        return Response(proofs.as_text(proof), media_type="text/plain; charset=utf-8")
    return json_response(proof)


def _detail(request: Request, known: Things, iri: str, found: EntityDetail | ClaimDetail | SourceDetail) -> Response:
    """A thing as JSON, or what is stated of it as RDF."""
    form = form_of(request, _RDF)
    return json_response(found) if form == "application/json" else document(known, iri, form, known.names.prefixes)


def _csv(lines: Iterator[list[str]]) -> Response:
    return Response(serialising.as_csv(lines), media_type="text/csv; charset=utf-8; header=present")
