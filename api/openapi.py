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


def complete(app: FastAPI) -> None:
    """Let `openapi.json` describe the SPARQL routes beside the framework's own."""
    own = app.openapi

    def openapi() -> dict[str, Any]:
        schema = own()
        schema["paths"].setdefault("/sparql", _QUERY)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents
