"""The data set described (VoID, W3C 2011), its questions as examples of SPARQL, and the pages listed (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from api.deref import page_of, written
from api.http import GRAPHS, PAGES, Validators, best
from api.pages.templating import local, render
from api.parameters import Graph
from api.requests import Incoming
from kg.entities.describing import Statistics
from kg.entities.library import Things
from kg.errors import NotAcceptable
from kg.graph import KnowledgeGraph
from kg.namespaces import BASE, DCTERMS, GRAPH, ID, RDF, RDFS, SG, XSD
from kg.questions.catalogue import Question

VOID, FOAF = "http://rdfs.org/ns/void#", "http://xmlns.com/foaf/0.1/"
SHACL, SCHEMA = "http://www.w3.org/ns/shacl#", "https://schema.org/"
_DATASET = BASE + "void#dataset"
_SYNTAXES = {"text/turtle": ox.RdfFormat.TURTLE, "application/ld+json": ox.RdfFormat.JSON_LD}
_OFFERED = {name: GRAPHS[name] for name in _SYNTAXES}
_VOCABULARIES = (SG, "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/oa#", "http://www.w3.org/2004/02/skos/core#")
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MOST_ROWS = 100  # of a table on the page
_MOST_ADDRESSES = 50_000  # what one sitemap may list
router = APIRouter(include_in_schema=False)


@router.get("/.well-known/void")
@router.get("/void")
def void(request: Request, graph: Graph) -> Response:
    """What the data set holds, how much of it, and where it can be asked."""
    if best({**_OFFERED, **PAGES}, request.headers.get("accept")) == "text/html":
        return _page(request, graph)
    names = {"void": VOID, "foaf": FOAF, "dcterms": DCTERMS, "xsd": XSD, "rdfs": RDFS}
    return _sent(request, graph, _described(_root(request), graph.things()), names)


def _page(request: Request, graph: KnowledgeGraph) -> Response:
    """The same for people."""
    counted, label = graph.things().statistics, graph.knowledge.ontology.label

    def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    answer = render(
        "void.html",
        counted=counted,
        licence=_LICENCE,
        root=_root(request),
        most=_MOST_ROWS,
        classes=[(label(iri), f"/terms/{iri.removeprefix(SG)}", number) for iri, number in ranked(counted.classes)],
        graphs=[(iri.removeprefix(GRAPH), local(iri), number) for iri, number in ranked(counted.graphs)],
    )
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/.well-known/sparql-examples")
def examples(request: Request, graph: Graph) -> Response:
    """The catalogue's queries, each with its question, in the form of sib-swiss/sparql-examples."""
    names = {"sh": SHACL, "schema": SCHEMA, "dcterms": DCTERMS, "rdfs": RDFS}
    return _sent(request, graph, _examples(_root(request), graph.questions()), names)


def _sent(request: Request, graph: KnowledgeGraph, triples: Iterator[ox.Triple], names: Mapping[str, str]) -> Response:
    """A description of this version at this address, in the form that is liked best; unless the client has it."""
    form = best(_OFFERED, request.headers.get("accept")) or best(_OFFERED, "text/turtle")
    if form is None:
        raise NotAcceptable(culprit="the Accept header", expected=", ".join(_OFFERED))
    snapshot = graph.snapshot()
    tag = f'"{graph.store.id[:8]}-{snapshot.version}-{request.url.path}-{form}"'
    known = Validators(tag.encode(), snapshot.modified)
    headers = {name.decode(): value.decode() for name, value in known.headers()}
    headers |= {"Cache-Control": "no-cache", "Vary": "Accept"}
    if known.unchanged(dict(request.headers.raw)):
        return Response(status_code=304, headers=headers)
    body = written(sorted(set(triples), key=str), form, names)
    return Response(body, media_type=form, headers=headers)


@router.get("/sitemap.xml")
def sitemap(request: Request, graph: Graph) -> Response:
    """The pages that are about one thing each."""
    root = _root(request)
    paths = [
        "/",
        "/sources",
        "/claims",
        "/entities",
        "/questions",
        "/stances",
        "/timeline",
        "/ontology/",
        "/compare",
        "/network",
        "/sparql",
    ]
    paths += [f"/questions/{each.name}" for each in graph.questions()]
    paths += _pages(graph.things())
    listed = "\n".join(f"<url><loc>{escape(root + path)}</loc></url>" for path in paths[:_MOST_ADDRESSES])
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}\n</urlset>\n'
    return Response(body, media_type="application/xml")


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    rules = f"User-agent: *\nDisallow: /query\nDisallow: /sparql\nSitemap: {_root(request)}/sitemap.xml\n"
    return Response(rules, media_type="text/plain; charset=utf-8")


def _pages(things: Things) -> Iterator[str]:
    for iri in things.source_iris():
        yield page_of(iri, "source")
    for cell in things.entities("", None, _MOST_ADDRESSES, 0).items:
        yield page_of(cell.iri, "entity")
    for claim in things.claim_iris():
        yield f"/claims/{quote(claim.removeprefix(ID), safe='/')}"


def _root(request: Request) -> str:
    return Incoming(request.scope).url.removesuffix(str(request.scope["path"]))


def _described(root: str, things: Things) -> Iterator[ox.Triple]:
    counted = things.statistics
    yield from _node(BASE + "void", RDF + "type", VOID + "DatasetDescription")
    yield from _node(BASE + "void", FOAF + "primaryTopic", _DATASET)
    yield from _node(_DATASET, RDF + "type", VOID + "Dataset")
    yield _literal(_DATASET, DCTERMS + "title", "Security Guarantees KG", language="en")
    about = "Who says what about peace proposals and security guarantees, in which words, and what follows from it."
    yield _literal(_DATASET, DCTERMS + "description", about, language="en")
    for property_, value in (
        (DCTERMS + "license", _LICENCE),
        (FOAF + "homepage", f"{root}/"),
        (VOID + "sparqlEndpoint", f"{root}/sparql"),
        (VOID + "uriLookupEndpoint", f"{root}/api/v1/entities?q="),
        (VOID + "exampleResource", ID + "china"),
        (VOID + "feature", "http://www.w3.org/ns/formats/Turtle"),
        (VOID + "feature", "http://www.w3.org/ns/formats/JSON-LD"),
        *((VOID + "vocabulary", vocabulary) for vocabulary in _VOCABULARIES),
    ):
        yield from _node(_DATASET, property_, value)
    yield _literal(_DATASET, VOID + "uriSpace", ID)
    yield from _counted(counted)


def _examples(root: str, questions: Iterable[Question]) -> Iterator[ox.Triple]:
    for each in questions:
        page = f"{root}/questions/{each.name}"
        yield from _node(page, RDF + "type", SHACL + "SPARQLExecutable")
        yield from _node(page, RDF + "type", SHACL + "SPARQLSelectExecutable")
        yield from _node(page, SCHEMA + "target", f"{root}/sparql")
        yield _literal(page, RDFS + "comment", each.question, language="en")
        yield _literal(page, DCTERMS + "description", each.description, language="en")
        yield _literal(page, SHACL + "select", each.sparql)


def _counted(counted: Statistics) -> Iterator[ox.Triple]:
    totals: Mapping[str, int] = {
        "triples": sum(counted.graphs.values()),
        "entities": counted.entities,
        "classes": len(counted.classes),
        "properties": counted.properties,
        "documents": counted.documents,
    }
    for name, number in totals.items():
        yield _literal(_DATASET, VOID + name, str(number), datatype=XSD + "integer")
    for graph, number in counted.graphs.items():
        yield from _node(_DATASET, VOID + "subset", graph)
        yield from _node(graph, RDF + "type", VOID + "Dataset")
        yield _literal(graph, VOID + "triples", str(number), datatype=XSD + "integer")
        yield _literal(graph, DCTERMS + "title", graph.removeprefix(GRAPH), language="en")
    for kind, number in counted.classes.items():
        partition = f"{BASE}void#class-{quote(kind.removeprefix(SG), safe='')}"
        yield from _node(_DATASET, VOID + "classPartition", partition)
        yield from _node(partition, VOID + "class", kind)
        yield _literal(partition, VOID + "entities", str(number), datatype=XSD + "integer")


def _node(subject: str, property_: str, value: str) -> Iterator[ox.Triple]:
    yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), ox.NamedNode(value))


def _literal(
    subject: str, property_: str, text: str, language: str | None = None, datatype: str | None = None
) -> ox.Triple:
    value = (
        ox.Literal(text, language=language)
        if language
        else ox.Literal(text, datatype=ox.NamedNode(datatype or XSD + "string"))
    )
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), value)
