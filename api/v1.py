"""The JSON API: the catalogue of questions, their answers, questions in English, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from api import models
from api.negotiation import best
from api.openapi import refusals
from api.parameters import (
    Graph,
    Inferred,
    Language,
    Offset,
    Rows,
    Speaker,
    clean,
    none_unknown,
    things_of,
)
from api.responses import json_response
from kg.errors import NotAcceptable
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.questions import serialising
from kg.questions.catalogue import Question

_FORMS = {"application/json": (), "text/csv": ()}
_OPTIONS = ("limit", "offset", "inferred", "according_to", "lang")
_PROBLEMS = refusals(404, 406, 422)
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


@router.get("/questions", tags=["questions"], summary="The catalogue of questions", responses={422: _PROBLEMS[422]})
def catalogue(graph: Graph, response: Response, limit: Rows = None, offset: Offset = 0) -> models.QuestionList:
    every = graph.questions()
    end = len(every) if limit is None else offset + limit
    following = f"/api/v1/questions?limit={limit}&offset={end}" if end < len(every) and limit else None
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return models.QuestionList(items=[_item(each) for each in every[offset:end]], total=len(every), next=following)


@router.get(
    "/questions/{name}",
    tags=["questions"],
    summary="One question, answered",
    response_model=Answer,
    responses={200: {"content": {"text/csv": {}}}, **_PROBLEMS},
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
    lang: Language = "en",
) -> Response:
    """Every other parameter of the URL is one of the question's own: an IRI, a prefixed name, a name, an ISO code.

    `.csv` after the name, or `Accept: text/csv`, gives the rows as CSV.
    """
    form = "text/csv" if name.endswith(".csv") else best(_FORMS, request.headers.get("accept"))
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(_FORMS))
    found = graph.answer(
        name.removesuffix(".csv"),
        _arguments(request),
        limit=limit,
        offset=offset,
        inferred=inferred,
        according_to=according_to,
    )
    found = _in_language(found, graph, lang)
    if form == "text/csv":
        return Response(
            serialising.as_csv(serialising.table(found)), media_type="text/csv; charset=utf-8; header=present"
        )
    return json_response(found)


@router.get(
    "/ask",
    tags=["questions"],
    summary="A question in English",
    response_model=Answer | NotAnswered,
    responses={422: _PROBLEMS[422]},
)
def ask(
    graph: Graph,
    q: Annotated[str, Query(min_length=1, max_length=2000, examples=["Which proposals name China as guarantor?"])],
    lang: Language = "en",
) -> Response:
    """Answered where it is understood surely enough; else `answered` is false, with the reason and suggestions."""
    found = graph.ask(q)
    return json_response(_in_language(found, graph, lang) if isinstance(found, Answer) else found)


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


def _arguments(request: Request) -> Mapping[str, list[str]]:
    arguments: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key not in _OPTIONS:
            arguments.setdefault(key, []).append(clean(value))
    return arguments


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
