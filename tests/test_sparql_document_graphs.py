"""Documents as graphs of the graph store: put, added to, and refused what nobody writes by hand."""

from __future__ import annotations

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from tests.notes import (
    BASE,
    BEARER,
    HEAD,
    NOTE,
    PREFIXES,
    VIEW,
    VIEWS,
    WHOLE,
    ask,
    claim,
    everything,
    insert,
    put_afresh,
    update,
)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("xml", "application/rdf+xml"),
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


def test_statements_are_added_to_a_document_by_post(scribe: httpx.Client) -> None:
    update(scribe, insert(WHOLE))
    post = {"params": {"graph": NOTE}, "headers": {"Content-Type": "text/turtle"}}
    refused = scribe.post("/sparql/graphs", content=PREFIXES + claim("c2", "no such words"), **post)
    assert refused.status_code == 422
    denied = PREFIXES + claim("c2", "Chile denies it.", polarity="denied")
    assert scribe.post("/sparql/graphs", content=denied, **post).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 78 }}")
    put_afresh(scribe, NOTE)


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


def test_rdflib_writes_to_a_document_and_reads_what_follows(scribe: httpx.Client) -> None:
    endpoint = str(scribe.base_url).rstrip("/") + "/sparql"
    store = SPARQLUpdateStore(endpoint, f"{endpoint}/update", headers=BEARER, autocommit=False)
    store.update(HEAD + insert(WHOLE))
    store.commit()
    graph = Graph(store, URIRef(NOTE))
    note = URIRef(BASE + "id/note")
    graph.add((note, URIRef("http://purl.org/dc/terms/creator"), RdfLiteral("nobody")))
    with pytest.raises(Exception, match="422"):
        store.commit()
    store.rollback()
    title = URIRef("http://purl.org/dc/terms/title")
    graph.remove((note, title, None))
    graph.add((note, title, RdfLiteral("Another title", lang="en")))
    store.commit()
    assert [str(value) for value in graph.objects(note, title)] == ["Another title"]
    assert bool(store.query(f"ASK {{ {VIEW} }}", initNs={"id": BASE + "id/", "sg": BASE + "ontology/"}).askAnswer)
