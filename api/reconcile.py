"""Reconciliation: names in a table matched to things here, by the Reconciliation Service API 0.2 (W3C, 2023).

OpenRefine and other clients find the service at /reconcile. What follows `id/` in an IRI is a thing's id, the local
name of a class or property its id.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from api.http import FORM, PAGE
from api.pages.templating import render
from api.parameters import Graph, clean
from api.requests import Incoming, read
from api.statuses import WrongMediaType
from kg.entities.library import Things
from kg.entities.reconciling import Sought, reconcile
from kg.errors import BadParameter, BadQuery, KgError
from kg.graph import KnowledgeGraph
from kg.model import Cell
from kg.namespaces import ID, SG

_LARGEST = 4 << 20
_CANDIDATES, _MOST = 10, 100
_BATCH = 1000
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,80}")
router = APIRouter(prefix="/reconcile", include_in_schema=False)
Prefix = Annotated[str, Query(max_length=200)]


class Constraint(BaseModel):
    pid: str
    v: Any


class Asked(BaseModel):
    """One query of a batch."""

    query: str = Field("", max_length=1000)
    type: str | list[str] | None = None
    type_strict: Literal["any", "should", "all"] = "any"
    limit: int | None = Field(None, ge=0)
    properties: list[Constraint] = []


class Extension(BaseModel):
    """Which values are wanted of which things."""

    class Wanted(BaseModel):
        id: str

    ids: list[str] = Field(max_length=_BATCH)
    properties: list[Wanted] = Field(max_length=50)


_QUERIES = TypeAdapter(dict[str, Asked])


@router.get("")
@router.post("")
async def service(request: Request, graph: Graph) -> Response:
    """The manifest; or, with `queries`, candidates for each; or, with `extend`, values of things."""
    given = dict(request.query_params)
    if request.method == "POST":
        incoming = await read(request.scope, request.receive, _LARGEST)
        given |= _form(incoming)
    try:
        if "queries" in given:
            queries = _QUERIES.validate_json(given["queries"])
            answer = await asyncio.to_thread(_reconciled, graph, queries)
        elif "extend" in given:
            wanted = Extension.model_validate_json(given["extend"])
            answer = await asyncio.to_thread(_extended, graph, wanted)
        else:
            answer = _manifest(Incoming(request.scope).url, graph)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadParameter("queries" if "queries" in given else "extend", f"{first['msg']} {where}".strip()) from error
    return _json(answer, given.get("callback"))


@router.get("/suggest/entity")
def suggest_entity(graph: Graph, prefix: Prefix = "", cursor: Annotated[int, Query(ge=0)] = 0) -> Response:
    things = graph.things()
    found = things.find(clean(prefix))[cursor : cursor + _CANDIDATES]
    return _json(
        {
            "result": [
                {
                    "id": _id(str(cell.iri)),
                    "name": cell.label,
                    "description": f"found as “{hit.name}”" if hit.name != cell.label else "",
                    "notable": [_named(kind) for kind in things.types(hit.iri)],
                }
                for hit, cell in found
            ]
        }
    )


@router.get("/suggest/type")
def suggest_type(graph: Graph, prefix: Prefix = "") -> Response:
    """Classes that things here have."""
    ontology, counts = graph.knowledge.ontology, graph.things().classes()
    return _json({"result": _beginning(prefix, {iri: ontology.label(iri) for iri in counts})})


@router.get("/suggest/property")
def suggest_property(graph: Graph, prefix: Prefix = "") -> Response:
    return _json({"result": _beginning(prefix, _properties(graph))})


@router.get("/properties")
def propose(graph: Graph, type: str = "", limit: Annotated[int, Query(ge=1, le=_MOST)] = 20) -> Response:  # noqa: A002 - the protocol's
    """Properties with which a table can be extended, of things of a class where one is given: by their domains."""
    ontology, kind = graph.knowledge.ontology, _class(graph.things(), type) if type else None
    found = [
        {"id": _id(iri), "name": label}
        for iri, label in sorted(_properties(graph).items(), key=lambda one: one[1])
        if kind is None or ontology.may_have(kind, iri)
    ]
    return _json({"type": type, "properties": found[:limit]})


@router.get("/preview")
def preview(graph: Graph, id: Annotated[str, Query(max_length=500)]) -> Response:  # noqa: A002 - the protocol's name
    """A few words about a thing, for a small frame."""
    page = render("preview.html", graph.knowledge.ontology, entity=graph.things().entity(clean(id)))
    policy = PAGE["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
    page.headers["Content-Security-Policy"] = policy
    return page


def _form(incoming: Incoming) -> dict[str, str]:
    if incoming.media_type != FORM:
        raise WrongMediaType("Content-Type", found=incoming.media_type or "none", expected=FORM)
    return dict(incoming.form)


def _manifest(url: str, graph: KnowledgeGraph) -> dict[str, Any]:
    """What the service can do; `url` is its own address."""
    root = url.removesuffix("/reconcile")
    ontology, counts = graph.knowledge.ontology, graph.things().classes()
    common = sorted(counts, key=lambda iri: (-counts[iri], iri))[:8]
    return {
        "versions": ["0.1", "0.2"],
        "name": "Security Guarantees KG",
        "identifierSpace": ID,
        "schemaSpace": SG,
        "documentation": f"{root}/docs",
        "logo": f"{root}/static/icon.svg",
        "defaultTypes": [{"id": _id(iri), "name": ontology.label(iri)} for iri in common],
        "view": {"url": root + "/id/{{id}}"},
        "preview": {"url": url + "/preview?id={{id}}", "width": 420, "height": 220},
        "suggest": {
            kind: {"service_url": url, "service_path": f"/suggest/{kind}"} for kind in ("entity", "type", "property")
        },
        "extend": {"propose_properties": {"service_url": url, "service_path": "/properties"}, "property_settings": []},
        "batchSize": 50,
    }


def _reconciled(graph: KnowledgeGraph, queries: dict[str, Asked]) -> dict[str, Any]:
    if len(queries) > _BATCH:
        raise BadQuery(
            "queries", f"{len(queries)} queries", f"at most {_BATCH} at once", "Send them in several batches."
        )
    things = graph.things()
    return {key: {"result": _candidates(things, asked)} for key, asked in queries.items()}


def _candidates(things: Things, asked: Asked) -> list[dict[str, Any]]:
    named = [asked.type] if isinstance(asked.type, str) else asked.type or []
    kinds = [kind for each in named if (kind := _class(things, each)) is not None]
    if (named and not kinds) or (asked.type_strict == "all" and len(kinds) < len(named)):
        return []
    limit = _CANDIDATES if asked.limit is None else min(asked.limit, _MOST)
    wanted = {
        each.pid: [_value(value) for value in each.v] if isinstance(each.v, list) else [_value(each.v)]
        for each in asked.properties
        if _is_iri(SG + each.pid)
    }
    sought = Sought(asked.query.replace("\x00", " "), tuple(kinds), asked.type_strict, wanted)
    return [
        {
            "id": _id(str(found.thing.iri)),
            "name": found.thing.label,
            "description": f"found as “{found.found_as}”" if found.found_as != found.thing.label else "",
            "type": [_named(kind) for kind in found.types],
            "score": found.score,
            "match": found.sure,
        }
        for found in reconcile(things, sought, limit)
    ]


def _extended(graph: KnowledgeGraph, asked: Extension) -> dict[str, Any]:
    things, properties = graph.things(), _properties(graph)
    wanted = [each.id for each in asked.properties]

    def cells(thing: str, name: str) -> list[dict[str, str]]:
        """What is stated; nothing of a property or thing that is none, whose column or row stays."""
        known = SG + name in properties and _is_iri(ID + thing)
        return [_told(cell) for cell in things.values(ID + thing, SG + name)] if known else []

    rows = {each: {name: cells(each, name) for name in wanted} for each in asked.ids}
    return {"meta": [{"id": name, "name": properties.get(SG + name, name)} for name in wanted], "rows": rows}


def _properties(graph: KnowledgeGraph) -> dict[str, str]:
    """The properties that things can have: those that rules derive, codes, and what the register states."""
    ontology = graph.knowledge.ontology
    stated = {SG + name for name in ("isoAlpha2", "isoAlpha3", "actsFor", "organOf", "policyOf")}
    return {iri: ontology.label(iri) for iri in (ontology.derived | stated) & ontology.properties}


def _beginning(prefix: str, labels: dict[str, str]) -> list[dict[str, str]]:
    sought = prefix.strip().casefold()
    fitting = [
        (label, iri) for iri, label in labels.items() if sought in label.casefold() or sought in _id(iri).casefold()
    ]
    fitting.sort(key=lambda one: (not one[0].casefold().startswith(sought), one))
    return [{"id": _id(iri), "name": label} for label, iri in fitting[:_CANDIDATES]]


def _class(things: Things, name: str) -> str | None:
    try:
        return things.kind(name)
    except KgError:
        return None


def _value(value: Any) -> str:
    """A cell's value, or the thing that it was matched to before."""
    if isinstance(value, dict):
        return ID + str(value["id"]) if "id" in value else str(value.get("name", ""))
    return str(value)


def _told(cell: Cell) -> dict[str, str]:
    return {"str": cell.label} if cell.iri is None else {"id": _id(cell.iri), "name": cell.label}


def _named(cell: Cell) -> dict[str, str]:
    return {"id": _id(str(cell.iri)), "name": cell.label}


def _id(iri: str) -> str:
    return iri.removeprefix(ID).removeprefix(SG)


def _is_iri(text: str) -> bool:
    return quote(text, safe=":/#?&=%@!$'()*+,;~-._").isascii() and not re.search(r'[\x00-\x20<>"{}|^`\\]', text)


def _json(answer: Any, callback: str | None = None) -> Response:
    """JSON, or a script that hands it to `callback`, for clients of version 0.1 (JSONP)."""
    body = json.dumps(answer, ensure_ascii=False)
    if callback is None:
        return Response(body.encode("utf-8", "backslashreplace"), media_type="application/json")
    if not _CALLBACK.fullmatch(callback):
        raise BadParameter("callback", repr(callback), "a name of JavaScript")
    return Response(f"{callback}({body})".encode("utf-8", "backslashreplace"), media_type="text/javascript")
