"""The JSON API: the catalogue of questions, their answers, questions in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from api import models
from api.http import json_response
from api.openapi import refusals
from api.paging import AS_CSV, AS_LINES, CSV, JSON, LINES, form_of, lines, linked
from api.parameters import (
    Graph,
    Inferred,
    Language,
    Offset,
    Rows,
    Speaker,
    Without,
    clean,
    none_unknown,
    things_of,
)
from kg.authoring.guide import Listed
from kg.errors import NotUnderstood
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.questions import serialising
from kg.questions.catalogue import Question

_FORMS: dict[str, tuple[str, ...]] = {JSON: (), CSV: ()}
_OPTIONS = ("limit", "offset", "inferred", "according_to", "without", "lang")
_PROBLEMS = refusals(404, 406, 422)
_SCHEMA = "application/schema+json"
_ARGUMENTS = {
    "name": "arguments",
    "in": "query",
    "description": "The question's own parameters, by name, each value an IRI, a prefixed name, a name or an ISO code. "
    "One that is given several times holds for each of its values: any of them will do, and `matched` has each",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {"guarantor": "China"},
}

router = APIRouter(prefix="/api/v1", dependencies=[Depends(none_unknown)])


@router.get(
    "/questions",
    tags=["questions"],
    summary="The catalogue of questions",
    response_model=models.QuestionList,
    responses=AS_LINES | refusals(406, 422),
)
def catalogue(request: Request, graph: Graph, limit: Rows = None, offset: Offset = 0) -> Response:
    form, every = form_of(request), graph.questions()
    end = len(every) if limit is None else offset + limit
    items = [_item(each) for each in every[offset:end]]
    leads: dict[str, str] = {}
    if end < len(every) and limit:
        leads["next"] = f"/api/v1/questions?limit={limit}&offset={end}"
    if offset and limit:
        leads["prev"] = f"/api/v1/questions?limit={limit}&offset={max(0, offset - limit)}"
    listed = models.QuestionList(items=items, total=len(every), next=leads.get("next"), prev=leads.get("prev"))
    return linked(lines(items) if form == LINES else json_response(listed), leads)


@router.get(
    "/questions/{name}",
    tags=["questions"],
    summary="One question, answered",
    response_model=Answer,
    responses=AS_CSV | _PROBLEMS,
    openapi_extra={"parameters": [_ARGUMENTS]},
)
def answer(
    name: str,
    graph: Graph,
    request: Request,
    limit: Rows = None,
    offset: Offset = 0,
    inferred: Inferred = True,
    according_to: Speaker = None,
    without: Without = None,
    lang: Language = "en",
) -> Response:
    """Every other parameter of the URL is one of the question's own: an IRI, a prefixed name, a name, an ISO code.

    `.csv` after the name, or `Accept: text/csv`, gives the rows as CSV.
    """
    form = form_of(request, _FORMS)
    found = graph.answer(
        name.removesuffix(".csv"),
        _arguments(request),
        limit=limit,
        offset=offset,
        inferred=inferred,
        according_to=according_to,
        without=without or (),
    )
    return _written(_in_language(found, graph, lang), form)


@router.get(
    "/ask",
    tags=["questions"],
    summary="A question in English",
    response_model=Answer | NotAnswered,
    responses=AS_CSV | refusals(406, 422),
)
@router.get("/ask.csv", include_in_schema=False)
def ask(
    graph: Graph,
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=2000, examples=["Which proposals name China as guarantor?"])],
    without: Without = None,
    lang: Language = "en",
) -> Response:
    """Answered where it is understood surely enough; else `answered` is false, with the reason and suggestions.

    `/api/v1/ask.csv`, or `Accept: text/csv`, gives the rows as CSV; what is not understood is a problem (422) then.
    """
    form, found = form_of(request, _FORMS), graph.ask(q, without=without or ())
    if isinstance(found, Answer):
        return _written(_in_language(found, graph, lang), form)
    if form == CSV:
        offered = " ".join(f"“{each}”" for each in found.suggestions)
        raise NotUnderstood("q", found.reason.rstrip("."), "a question", f"Perhaps: {offered}" if offered else "")
    return json_response(found)


@router.get(
    "/suggest",
    tags=["questions"],
    summary="Questions, as one types",
    response_model=models.Suggestions,
    responses={422: _PROBLEMS[422]},
)
def suggest(
    graph: Graph, q: Annotated[str, Query(max_length=2000, examples=["Which proposals name"])] = ""
) -> Response:
    """Questions of the catalogue that begin so, and what is typed with its last name made whole."""
    items = [{"text": text} for text in graph.suggest(q)]
    return JSONResponse({"items": items, "total": len(items), "next": None})


@router.get(
    "/schema",
    tags=["documents"],
    summary="The form of documents in YAML, as JSON Schema",
    responses={200: {"content": {_SCHEMA: {"schema": {"type": "object"}}}}, 422: _PROBLEMS[422]},
    response_class=Response,
)
def schema(graph: Graph) -> Response:
    """For editors, which complete and check a document by it: made from the ontology."""
    return JSONResponse(graph.knowledge.guide.schema(), media_type=_SCHEMA)


@router.get("/classes", tags=["documents"], summary="What a document may say", responses={422: _PROBLEMS[422]})
def classes(graph: Graph) -> Listed:
    """Classes of situations with their roles, classes of things, acts, certainties and the like, with examples."""
    return graph.knowledge.guide.listed()


def _arguments(request: Request) -> Mapping[str, list[str]]:
    arguments: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key not in _OPTIONS:
            arguments.setdefault(key, []).append(clean(value))
    return arguments


def _written(found: Answer, form: str) -> Response:
    if form == CSV:
        rows = serialising.as_csv(serialising.table(found))
        return Response(rows, media_type="text/csv; charset=utf-8; header=present")
    return json_response(found)


def _in_language(found: Answer, graph: KnowledgeGraph, language: str) -> Answer:
    """The answer with the labels of things in a language; as it was, where that is the graph's own."""
    things = things_of(graph, language)
    return found if things is graph.things() else serialising.relabelled(found, lambda iri: things.cell(iri).label)


def _item(question: Question) -> models.QuestionItem:
    return models.QuestionItem(
        name=question.name,
        question=question.question,
        description=question.description,
        phrasings=list(question.phrasings),
        parameters=dict(question.parameters),
        answer=question.answer,
        columns=list(question.columns),
        href=f"/api/v1/questions/{question.name}",
    )
