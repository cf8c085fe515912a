"""Documents as graphs of the graph store: put whole, and refused what nobody writes by hand."""

from __future__ import annotations

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from tests.notes import (
    BASE,
    BEARER,
    NOTE,
    PREFIXES,
    VIEW,
    VIEWS,
    WHOLE,
    ask,
    everything,
    put,
)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("json-ld", "application/ld+json"),
    ],
)
def test_a_document_is_put_in_any_format_and_read_and_put_again_changes_nothing(
    scribe: httpx.Client, form: str, media_type: str
) -> None:
    body = Graph().parse(data=PREFIXES + WHOLE, format="turtle").serialize(format=form)
    graph, type_ = {"graph": NOTE}, {"Content-Type": media_type}
    assert scribe.put("/sparql/graphs", params=graph, content=body, headers=type_).status_code == 201
    before = everything(scribe)
    assert ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    again = scribe.get("/sparql/graphs", params=graph, headers={"Accept": media_type}).content
    assert scribe.put("/sparql/graphs", params=graph, content=again, headers=type_).status_code == 204
    assert everything(scribe) == before


@pytest.mark.parametrize("name", ["views", "inferred", "ontology", "shapes", "background", "state", "merged"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_what_nobody_writes_by_hand_cannot_be_written_as_a_graph_either(
    scribe: httpx.Client, name: str, method: str
) -> None:
    body = None if method == "DELETE" else "<a:a> <a:p> 1 ."
    response = scribe.request(
        method,
        "/sparql/graphs",
        params={"graph": f"{BASE}graph/{name}"},
        content=body,
        headers={"Content-Type": "text/turtle"},
    )
    assert response.status_code == (404 if (method, name) == ("DELETE", "merged") else 403)


def test_a_document_is_one_file_in_a_format_that_keeps_its_lines(scribe: httpx.Client) -> None:
    xml = Graph().parse(data=PREFIXES + WHOLE, format="turtle").serialize(format="xml")
    graph, type_ = {"graph": NOTE}, {"Content-Type": "application/rdf+xml"}
    refused = scribe.put("/sparql/graphs", params=graph, content=xml, headers=type_)
    assert (refused.status_code, "text/turtle" in refused.json()["detail"]) == (415, True)
    files = [("f", (f"{n}.ttl", PREFIXES + WHOLE, "text/turtle")) for n in "ab"]
    assert scribe.put("/sparql/graphs", params=graph, files=files).status_code == 415


def test_rdflib_reads_a_document_and_is_told_that_it_cannot_write_a_part(scribe: httpx.Client) -> None:
    put(scribe).raise_for_status()
    endpoint = str(scribe.base_url).rstrip("/") + "/sparql"
    store = SPARQLUpdateStore(endpoint, f"{endpoint}/update", headers=BEARER, autocommit=False)
    graph = Graph(store, URIRef(NOTE))
    note, creator = URIRef(BASE + "id/note"), URIRef("http://purl.org/dc/terms/creator")
    assert [str(value) for value in graph.objects(note, URIRef("http://purl.org/dc/terms/title"))] == ["A note"]
    graph.add((note, creator, RdfLiteral("nobody")))
    with pytest.raises(Exception, match="403"):
        store.commit()
    store.rollback()
    own = Graph(store, URIRef("http://example.org/own"))
    own.add((note, creator, RdfLiteral("nobody")))
    store.commit()
    assert [str(value) for value in own.objects(note, creator)] == ["nobody"]
    own.remove((note, creator, None))
    store.commit()
