"""What `openapi.json` says beside what the framework finds: refusals, and the routes that stand before it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from api.http import GRAPHS, RESULTS
from api.models import Problem
from api.statuses import MEDIA_TYPE

TOKEN: dict[str, Any] = {"security": [{"token": []}]}
_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def refusal(words: str) -> dict[str, Any]:
    """A response that is a problem."""
    return {"description": words, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}


def refusals(*statuses: int, **words: str) -> dict[int | str, dict[str, Any]]:
    """The responses of these statuses; `words` are for those that mean something else here, by name ("s404")."""
    return {status: refusal(words.get(f"s{status}", _MEANINGS[status])) for status in statuses}


_MEANINGS = {
    400: "The request cannot be read",
    401: "No token, or another",
    403: "No token is set on this server, or nobody may write there",
    404: "No such thing",
    405: "No such method here",
    406: "No such form of answer",
    408: "It took longer than a query may",
    409: "The update cannot be carried out on this data",
    410: "Changes so old, or so many at once, are not kept",
    412: "It is not as If-Match or If-None-Match says",
    413: "It is larger than what is taken here",
    415: "It has a form that is not read here",
    422: "A parameter is wrong, or names nothing; `candidates` are what could be meant",
    503: "Too many are waiting, or the store is not available",
    507: "The disk is full: queries are answered, and nothing is written",
}
TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_ANSWER = {"description": "The answer, streamed", "content": dict.fromkeys([*RESULTS, *GRAPHS], TEXT)}
_REFUSALS = {str(status): each for status, each in refusals(400, 406, 408, 413, 415, 422, 503).items()}
_NOT_BY_GET = {"405": refusal("An update by GET")}
_TAG = {"ETag": {"description": "Of this answer on this version of the data", "schema": {"type": "string"}}}
_TIME = {
    "Last-Modified": {"description": "When that version was made, where it is known", "schema": {"type": "string"}}
}
_VALIDATORS = _TAG | _TIME
_UNCHANGED = {
    "description": "The client has this answer already (If-None-Match; without it, If-Modified-Since)",
    "headers": _VALIDATORS,
}


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


_MANY = {"type": "array", "items": {"type": "string", "format": "iri"}}
_DATASET = [
    _parameter("default-graph-uri", "A graph of the default graph", **_MANY),
    _parameter("named-graph-uri", "A named graph", **_MANY),
    _parameter("inferred", "Whether inferences count", type="boolean", default=True),
]
_QUERY = {
    "get": {
        "tags": ["SPARQL"],
        "summary": "A SPARQL query; without one, the service description",
        "operationId": "sparql_get",
        "parameters": [_parameter("query", "SPARQL 1.1; the project's prefixes need no declaring"), *_DATASET],
        "responses": {"200": _ANSWER, "304": _UNCHANGED, **_REFUSALS},
    },
    "post": {
        "tags": ["SPARQL"],
        "summary": "A SPARQL query",
        "operationId": "sparql_post",
        "parameters": _DATASET,
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": TEXT,
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
                },
            },
        },
        "responses": {"200": _ANSWER, **_REFUSALS},
    },
}


_FAULTY = "What it would make of a document is refused: `faults` has each fault, and nothing was changed"
_DONE = {"description": "Done; nothing of it is to be seen before all of it is"}
_WRITE_REFUSALS = {
    **_REFUSALS,
    **{str(status): each for status, each in refusals(401, 403, 409, 422, 507, s422=_FAULTY).items()},
}
_UPDATE = {
    "get": {
        "tags": ["SPARQL"],
        "summary": "The description of the update service",
        "operationId": "update_get",
        "responses": {"200": {"description": "RDF", "content": dict.fromkeys(GRAPHS, TEXT)}, **_NOT_BY_GET},
    },
    "post": {
        "tags": ["SPARQL"],
        "summary": "A SPARQL update: one transaction",
        "operationId": "update_post",
        **TOKEN,
        "parameters": [
            _parameter("using-graph-uri", "A graph of the default graph of each WHERE", **_MANY),
            _parameter("using-named-graph-uri", "A named graph of each WHERE", **_MANY),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-update": TEXT,
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"update": {"type": "string"}}, "required": ["update"]}
                },
            },
        },
        "responses": {"204": _DONE, **_WRITE_REFUSALS},
    },
}
_GRAPH = [
    _parameter("graph", "The IRI of the graph", type="string", format="iri"),
    {**_parameter("default", "The unnamed graph"), "allowEmptyValue": True},
]
_RDF = {"required": True, "content": dict.fromkeys(GRAPHS, TEXT)}


def _graph_route(method: str, summary: str, *, writes: bool, body: bool = False) -> dict[str, Any]:
    answers = {"201": _DONE, "204": _DONE} if writes else {"200": _ANSWER}
    return {
        "tags": ["SPARQL"],
        "summary": summary,
        "operationId": f"graph_{method}",
        "parameters": _GRAPH,
        **({"requestBody": _RDF} if body else {}),
        **(TOKEN if writes else {}),
        "responses": {**answers, **(_WRITE_REFUSALS if writes else _REFUSALS), "404": refusal("No such graph")},
    }


_GRAPH_STORE = {
    "get": _graph_route("get", "One graph", writes=False),
    "put": _graph_route("put", "Put RDF in the place of what a graph holds", writes=True, body=True),
    "post": _graph_route("post", "Add RDF to a graph", writes=True, body=True),
    "delete": _graph_route("delete", "Remove a graph", writes=True),
}


BEFORE = {"/sparql": _QUERY, "/sparql/update": _UPDATE, "/sparql/graphs": _GRAPH_STORE}


def complete(app: FastAPI) -> None:
    """Let `openapi.json` describe the SPARQL routes beside the framework's own, and each answer's validators."""
    own = app.openapi

    def openapi() -> dict[str, Any]:
        schema = own()
        for path, methods in schema["paths"].items():
            if path.startswith("/api/") and "get" in methods:
                responses = methods["get"]["responses"]
                responses["200"]["headers"] = _VALIDATORS | responses["200"].get("headers", {})
                responses["304"] = _UNCHANGED
        schema["paths"] |= BEFORE
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {}).update(_problems())
        components.setdefault("securitySchemes", {}).update(
            {"token": {"type": "http", "scheme": "bearer", "description": "The server's KG_TOKEN"}}
        )
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _problems() -> dict[str, Any]:
    """The schema of a problem, with those that it is made of."""
    _, made = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = made["$defs"]
    return schemas
