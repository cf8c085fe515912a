"""The JSON API: the catalogue of questions, their answers, questions in English, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from api import models
from api.negotiation import best
from api.openapi import TOKEN, refusals
from api.parameters import (
    Authorization,
    Graph,
    Inferred,
    Language,
    Offset,
    Rows,
    Served,
    Speaker,
    clean,
    none_unknown,
    things_of,
)
from api.requests import MULTIPART, Incoming, read
from api.responses import json_response
from api.statuses import WrongMediaType
from kg.documents.parsing import Sent
from kg.errors import NotAcceptable
from kg.graph import KnowledgeGraph
from kg.model import Answer, Loaded, NotAnswered
from kg.questions import serialising
from kg.questions.catalogue import Question

_LARGEST_DOCUMENT, _LARGEST_FORM = 16 << 20, 64 << 20
_FORMS = {"application/json": (), "text/csv": ()}
_SYNTAXES = ("text/turtle", "application/ld+json")
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
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": 1000}
_WRITING = refusals(
    *(400, 401, 403, 404, 413, 415, 422, 503, 507),
    s404="No such document",
    s415="Neither Turtle nor JSON-LD",
    s422="The document was rejected; `faults` has all of them",
)


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


@router.post(
    "/documents",
    tags=["documents"],
    summary="Put a document, or several, through the pipeline",
    responses=_WRITING,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                **{syntax: {"schema": {"type": "string"}} for syntax in _SYNTAXES},
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
        Query(max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]*$", description="What faults call it; no form's"),
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


@router.delete(
    "/documents/{name:path}",
    tags=["documents"],
    summary="Withdraw a document",
    responses=_WRITING,
    openapi_extra=TOKEN,
)
async def unload(name: str, service: Served, authorization: Authorization = None) -> Loaded:
    """Takes out what the document says, and all that rested on it alone; `name` is its name or its IRI."""
    service.authorise(authorization)
    return await service.unload(name)


def _sent(incoming: Incoming) -> list[Sent]:
    sent = [Sent(*each) for each in incoming.files()]
    for each in sent:
        if each.media_type not in _SYNTAXES:
            raise WrongMediaType(f"the Content-Type of {each.name}", each.media_type, " or ".join(_SYNTAXES))
    return sent


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
