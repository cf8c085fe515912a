"""What routes take: the graph that is served, and the parameters of the URL, declared once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request

from api.service import Service
from kg.entities.library import Things
from kg.errors import BadParameter
from kg.graph import KnowledgeGraph

MOST = 1_000_000_000
NO_NUL = r"^[^\x00]*$"  # no name holds U+0000


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def graph_of(request: Request) -> KnowledgeGraph:
    graph = service_of(request).graph
    assert graph is not None
    return graph


Graph = Annotated[KnowledgeGraph, Depends(graph_of)]
Served = Annotated[Service, Depends(service_of)]
Authorization = Annotated[str | None, Header(include_in_schema=False)]
_NONE = "0: none, so that `total` alone is told"
Rows = Annotated[int | None, Query(ge=0, le=100_000, description=f"At most so many rows or items; {_NONE}")]
Limit = Annotated[int, Query(ge=0, le=1000, description=f"At most so many items; {_NONE}")]
Offset = Annotated[int, Query(ge=0, le=MOST, description="Rows or items to pass over")]
Place = Annotated[int, Query(ge=0, le=MOST)]
Inferred = Annotated[bool, Query(description="Whether inferences count")]
Language = Annotated[
    str,
    Query(
        alias="lang",
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Labels in this language (BCP 47), where there are such; else in English",
    ),
]
Identifier = Annotated[str, Path(alias="id", pattern=NO_NUL)]
Kind = Annotated[str, Query(alias="type", pattern=NO_NUL, description="A class of the ontology", examples=["State"])]
Words = Annotated[str, Query(max_length=200, pattern=NO_NUL)]
Name = Annotated[
    str,
    Query(max_length=2000, pattern=NO_NUL, description="An IRI, a prefixed name, a label or other name, an ISO code"),
]
Part = Annotated[
    str,
    Query(min_length=1, max_length=2000, pattern=NO_NUL, description="An IRI, a prefixed name or a name"),
]
Speaker = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=2000,
        pattern=NO_NUL,
        description="Only what this speaker says, at any link of the chain",
        examples=["analysts"],
    ),
]


Without = Annotated[
    list[str] | None,
    Query(
        max_length=20,
        description="Answer as if these were not there: sources by name, claims or situations by IRI; `lost` has "
        "the rows that fall, and how",
        examples=[["the article"]],
    ),
]


def none_unknown(request: Request) -> None:
    """Raise BadParameter where the URL has a parameter that its route does not declare, or one value's twice.

    A misspelt filter that is passed over would give all there is as if it were what was asked for. A route that
    declares an object of them takes any name, and each as often as it is given.
    """
    path = request.scope["route"].path_format.removesuffix(".csv")
    operation = request.app.openapi()["paths"][path][request.method.lower()]
    schemas = {each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    unknown = [name for name in request.query_params if name not in schemas]
    if unknown and not any(schema.get("type") == "object" for schema in schemas.values()):
        names = ", ".join(schemas)
        raise BadParameter(f"the parameter '{unknown[0]}'", found="it is none of this route's", expected=names)
    once(request, (*unknown, *(name for name, schema in schemas.items() if "array" in _kinds(schema))))


def _kinds(schema: Mapping[str, Any]) -> set[str | None]:
    return {each.get("type") for each in (schema, *schema.get("anyOf", ()))}


def once(request: Request, several: Collection[str] = ()) -> dict[str, str]:
    """The URL's parameters, less those that may have `several` values; raise BadParameter where another has."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise BadParameter(f"the parameter '{name}'", found="more than one value", expected="one")
        if name not in several:
            found[name] = value
    return found


def things_of(graph: Graph, lang: Language = "en") -> Things:
    return graph.things(graph.things().index.spoken(lang.lower()))


Known = Annotated[Things, Depends(things_of)]


def clean(text: str) -> str:
    """A parameter's text without space around it; raise BadParameter where no name can be so."""
    if "\x00" in text:
        raise BadParameter(culprit="the parameters", found="a character U+0000")
    return text.strip()


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
