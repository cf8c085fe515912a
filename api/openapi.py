"""The routes that stand before the framework, added to `openapi.json`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.negotiation import GRAPHS, RESULTS
from api.problems import MEDIA_TYPE

_TEXT = {"schema": {"type": "string"}}
_ANSWER = {"description": "The answer, streamed", "content": dict.fromkeys([*RESULTS, *GRAPHS], _TEXT)}
_PROBLEM = {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}
_REFUSALS = {str(status): _PROBLEM for status in (400, 406, 408, 413, 415, 422, 503)}


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
        "responses": {"200": _ANSWER, "304": {"description": "The client has it already"}, **_REFUSALS},
    },
    "post": {
        "tags": ["SPARQL"],
        "summary": "A SPARQL query",
        "operationId": "sparql_post",
        "parameters": _DATASET,
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": _TEXT,
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
                },
            },
        },
        "responses": {"200": _ANSWER, **_REFUSALS},
    },
}


_DONE = {"description": "Done; nothing of it is to be seen before all of it is"}
_WRITE_REFUSALS = {**_REFUSALS, "401": _PROBLEM, "403": _PROBLEM}
_UPDATE = {
    "get": {
        "tags": ["SPARQL"],
        "summary": "The description of the update service",
        "operationId": "update_get",
        "responses": {"200": {"description": "RDF", "content": dict.fromkeys(GRAPHS, _TEXT)}, "405": _PROBLEM},
    },
    "post": {
        "tags": ["SPARQL"],
        "summary": "A SPARQL update: one transaction",
        "operationId": "update_post",
        "security": [{"token": []}],
        "parameters": [
            _parameter("using-graph-uri", "A graph of the default graph of each WHERE", **_MANY),
            _parameter("using-named-graph-uri", "A named graph of each WHERE", **_MANY),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-update": _TEXT,
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
_RDF = {"required": True, "content": dict.fromkeys(GRAPHS, _TEXT)}


def _graph_route(method: str, summary: str, *, writes: bool, body: bool = False) -> dict[str, Any]:
    answers = {"201": _DONE, "204": _DONE} if writes else {"200": _ANSWER}
    return {
        "tags": ["SPARQL"],
        "summary": summary,
        "operationId": f"graph_{method}",
        "parameters": _GRAPH,
        **({"requestBody": _RDF} if body else {}),
        **({"security": [{"token": []}]} if writes else {}),
        "responses": {**answers, **(_WRITE_REFUSALS if writes else _REFUSALS), "404": _PROBLEM},
    }


_GRAPH_STORE = {
    "get": _graph_route("get", "One graph", writes=False),
    "put": _graph_route("put", "Put RDF in the place of what a graph holds", writes=True, body=True),
    "post": _graph_route("post", "Add RDF to a graph", writes=True, body=True),
    "delete": _graph_route("delete", "Remove a graph", writes=True),
}


def complete(app: FastAPI) -> None:
    """Let `openapi.json` describe the SPARQL routes beside the framework's own."""
    own = app.openapi

    def openapi() -> dict[str, Any]:
        schema = own()
        schema["paths"] |= {"/sparql": _QUERY, "/sparql/update": _UPDATE, "/sparql/graphs": _GRAPH_STORE}
        token = {"token": {"type": "http", "scheme": "bearer"}}
        schema.setdefault("components", {}).setdefault("securitySchemes", {}).update(token)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents
