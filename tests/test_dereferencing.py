"""Every IRI of ours leads to what it names, as a page and as statements; the data set describes itself."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from tests.api import (
    BASE,
    HTML,
    ID,
    JSON_LD,
    SG,
    TURTLE,
    get,
)


@pytest.fixture(scope="module")
def ours(client: httpx.Client) -> list[str]:
    """Every IRI of ours in the graph, as subject, property, object or graph, but for the store's notes of its own."""
    found: set[str] = set()
    for pattern in ("?iri ?p ?o", "?s ?iri ?o", "?s ?p ?iri", "GRAPH ?iri { ?s ?p ?o }"):
        query = f"""SELECT DISTINCT ?iri {{
            {pattern}
            FILTER (STRSTARTS(STR(?iri), "{BASE}") && isIRI(?iri) && ?iri != <{BASE}>)
            FILTER (!STRSTARTS(STR(?iri), "{BASE}graph/state"))
        }}"""
        rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        found.update(row["iri"]["value"] for row in rows)
    return sorted(found)


@pytest.mark.parametrize("accept", [HTML, TURTLE])
def test_every_iri_leads_to_a_page_and_to_statements(client: httpx.Client, ours: list[str], accept: str) -> None:
    """Things by way of 303, documents at once; of terms and shapes, which are alike, every ninth."""
    things = [iri for iri in ours if iri.startswith((ID, BASE + "graph/"))]
    terms = [iri for iri in ours if iri not in set(things)]
    assert len(things) > 300
    for iri in [*things, BASE + "prefixes", *terms[::9]]:
        first = client.get("/" + quote(iri.removeprefix(BASE), safe="/#"), headers={"Accept": accept})
        document = iri.startswith(BASE + "graph/") or iri in (SG, BASE + "shapes/")
        assert first.status_code == 303 or (document and first.status_code == 200), iri
        last = first if first.status_code == 200 else client.get(first.headers["location"], headers={"Accept": accept})
        assert last.status_code == 200, (iri, first.headers)
        assert last.headers["content-type"].startswith(accept), iri


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (TURTLE, TURTLE),
        (JSON_LD, JSON_LD),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
    ],
)
def test_an_iri_gives_the_form_that_is_liked_best(client: httpx.Client, accept: str, form: str) -> None:
    see = client.get("/id/china", headers={"Accept": accept})
    assert see.status_code == 303
    assert "Accept" in see.headers["vary"] or "accept" in see.headers["vary"]
    assert client.get(see.headers["location"]).headers["content-type"].startswith(form)


def test_the_data_set_is_described_and_its_pages_are_listed(client: httpx.Client) -> None:
    for path in ("/void", "/.well-known/void"):
        described = client.get(path, headers={"Accept": TURTLE})
        triples = {str(quad.predicate) for quad in ox.parse(described.content, format=ox.RdfFormat.TURTLE)}
        assert "<http://rdfs.org/ns/void#sparqlEndpoint>" in triples
    assert client.get("/void", headers={"If-None-Match": client.get("/void").headers["etag"]}).status_code == 304
    listed = client.get("/sitemap.xml").text
    assert "/sources/chinese-peacekeepers</loc>" in listed
    assert "Sitemap:" in client.get("/robots.txt").text


def test_each_question_is_an_example_of_sparql_that_runs(client: httpx.Client) -> None:
    """In the form of SIB's examples: sh:select with the query, rdfs:comment with the question, schema:target."""
    described = ox.Store()
    described.load(client.get("/.well-known/sparql-examples").content, format=ox.RdfFormat.TURTLE)
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX schema: <https://schema.org/>
    SELECT ?example ?question ?sparql ?target {
        ?example a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;
            sh:select ?sparql ; rdfs:comment ?question ; schema:target ?target }"""
    rows = list(described.query(query, prefixes={"rdfs": "http://www.w3.org/2000/01/rdf-schema#"}))  # type: ignore[arg-type]
    names = {item["name"] for item in get(client, "/api/v1/questions")["items"]}
    assert {row["example"].value.rpartition("/")[2] for row in rows} == names
    for row in rows[::10]:
        asked = client.get(row["target"].value, params={"query": row["sparql"].value})
        assert asked.status_code == 200, row["example"]
        assert client.get(row["example"].value).status_code == 200


def test_a_node_without_a_name_is_shown_and_leads_nowhere(client: httpx.Client) -> None:
    page = client.get("/about/prefixes").text
    assert "_:" in page
    assert 'href="#"' not in page
