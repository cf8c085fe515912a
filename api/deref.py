"""Every IRI of ours leads to what it names: a page for people, statements for machines, by Accept.

A thing is not a document: its IRI answers 303 with the address of one about it (W3C, Cool URIs for the Semantic Web,
2008). A graph, the ontology and the shapes as a whole are documents themselves and are sent at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from api.http import GRAPHS, PAGES, best
from api.parameters import Graph
from kg.characters import in_xml
from kg.entities.library import Things
from kg.errors import NotAcceptable, NotFound
from kg.namespaces import BASE, ID, SG, SGSH

SYNTAXES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_ENDINGS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
_OFFERED = {name: GRAPHS[name] for name in SYNTAXES} | PAGES
_ROUTES = {"entity": "entities", "claim": "claims", "source": "sources"}
router = APIRouter(include_in_schema=False)


@router.get("/id/{rest:path}")
@router.get("/graph/{rest:path}")
@router.get("/shapes/{rest:path}")
@router.get("/prefixes")
def dereference(request: Request, graph: Graph) -> Response:
    """The thing or document whose IRI ends as this path does."""
    iri = BASE + str(request.scope["path"]).removeprefix("/")
    form = form_of(request)
    things = graph.things()
    kind = _kind(things, iri)
    if form != "text/html" and (kind == "graph" or iri in (SG, SGSH)):
        return document(things, iri, form, graph.prefixes)
    address = page_of(iri, kind) if form == "text/html" else _data_of(iri, form)
    return Response(status_code=303, headers={"Location": address, "Vary": "Accept"})


@router.get("/data/{rest:path}")
def data(rest: str, graph: Graph) -> Response:
    """What is stated of a thing, as a document: the thing's path with .ttl, .jsonld, .nt or .rdf."""
    path, _, ending = rest.rpartition(".")
    if ending not in _ENDINGS:
        raise NotFound(f"/data/{rest}", "no such form", f"an address that ends in one of {', '.join(_ENDINGS)}")
    return document(graph.things(), BASE + path, _ENDINGS[ending], graph.prefixes)


def page_of(iri: str, kind: str) -> str:
    """The page about a thing of ours."""
    if kind in _ROUTES and iri.startswith(ID):
        return f"/{_ROUTES[kind]}/{quote(iri.removeprefix(ID), safe='/')}"
    return f"/about/{quote(iri.removeprefix(BASE), safe='/')}"


def _data_of(iri: str, form: str) -> str:
    ending = next(ending for ending, name in _ENDINGS.items() if name == form)
    return f"/data/{quote(iri.removeprefix(BASE), safe='/')}.{ending}"


def form_of(request: Request) -> str:
    """The media type to answer in; raise NotAcceptable where the request takes none of those on offer."""
    form = best(_OFFERED, request.headers.get("accept"))
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(_OFFERED))
    return form


def _kind(things: Things, iri: str) -> str:
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise NotFound(iri, "no IRI", "an IRI of ours") from error
    return things.kind_of(iri)


def document(things: Things, iri: str, form: str, prefixes: Mapping[str, str]) -> Response:
    return serialised(things.rdf(iri), iri, form, prefixes)


def serialised(triples: Iterable[ox.Triple], iri: str, form: str, prefixes: Mapping[str, str]) -> Response:
    """Statements about the thing with this IRI, in one of `SYNTAXES`."""
    body = written(triples, form, prefixes)
    headers = {"Vary": "Accept", "Link": f'<{quote(iri, safe=":/#?=&%")}>; rel="describes"'}
    return Response(body, media_type=form + ("; charset=utf-8" if form.startswith("text/") else ""), headers=headers)


def written(triples: Iterable[ox.Triple], form: str, prefixes: Mapping[str, str]) -> bytes:
    """Triples in a media type; raise NotAcceptable for XML where they have characters that it cannot hold."""
    body = ox.serialize(triples, format=SYNTAXES[form], prefixes=dict(prefixes)) or b""
    return in_xml(body) if form.endswith("+xml") else _in_order(body)


def _in_order(body: bytes) -> bytes:
    """Turtle with its prefixes sorted, and only those that it uses: the engine writes them in any order."""
    lines = body.split(b"\n")
    declared = [line for line in lines if line.startswith(b"@prefix ")]
    rest = b"\n".join(line for line in lines if not line.startswith(b"@prefix "))
    used = sorted(line for line in declared if line.split()[1] in rest)
    return b"\n".join([*used, rest])
