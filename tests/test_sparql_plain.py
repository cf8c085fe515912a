"""`KG_PLAIN=1`: an empty store of plain RDF, whose default graph is the unnamed one, as the specification has it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from rdflib import Graph, URIRef

from tests.processes import TOKEN, Kg

FEATURE = "http://www.w3.org/ns/sparql-service-description#feature"
DATA = "INSERT DATA { <e:a> <e:p> 1 . GRAPH <u:one> { <e:a> <e:p> 2 } }"
VALUES = "SELECT ?v { <e:a> <e:p> ?v }"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/csv"}
    with (
        Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:") as url,
        httpx.Client(base_url=url, headers=headers) as client,
    ):
        assert values(client, "SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == [], "it begins empty"
        client.post("/sparql/update", data={"update": DATA}).raise_for_status()
        yield client


def values(client: httpx.Client, query: str) -> list[str]:
    return client.get("/sparql", params={"query": query}).raise_for_status().text.split()[1:]


def test_the_default_graph_is_the_unnamed_one(plain: httpx.Client) -> None:
    assert values(plain, VALUES) == ["1"]
    assert values(plain, "SELECT ?v { GRAPH ?g { <e:a> <e:p> ?v } }") == ["2"]
    assert values(plain, "SELECT ?v FROM <u:one> { <e:a> <e:p> ?v }") == ["2"]


def test_an_update_s_where_reads_the_unnamed_graph_too(plain: httpx.Client) -> None:
    copied = "INSERT { GRAPH <u:copy> { ?s ?p ?v } } WHERE { ?s ?p ?v }"
    plain.post("/sparql/update", data={"update": copied}).raise_for_status()
    assert values(plain, "SELECT ?v { GRAPH <u:copy> { ?s ?p ?v } }") == ["1"]
    plain.post("/sparql/update", data={"update": "DROP GRAPH <u:copy>"}).raise_for_status()


def test_the_service_description_speaks_of_no_union(plain: httpx.Client) -> None:
    described = plain.get("/sparql", headers={"Accept": "text/turtle"}).text
    features = Graph().parse(data=described, format="turtle").objects(None, URIRef(FEATURE))
    assert not [each for each in features if str(each).endswith("UnionDefaultGraph")]


def test_no_prefix_is_known_that_a_query_does_not_declare(plain: httpx.Client) -> None:
    answer = plain.get("/sparql", params={"query": "ASK { ?s a sg:Claim }"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-query")


def test_any_graph_takes_any_rdf_and_nothing_follows_from_it(plain: httpx.Client) -> None:
    """A graph that would be a document's elsewhere is a graph like any other."""
    graph = "https://w3id.org/security-guarantees/graph/note"
    turtle = {"Content-Type": "text/turtle"}
    claim = "<e:c> a <https://w3id.org/security-guarantees/ontology/Claim> ."
    put = plain.put("/sparql/graphs", params={"graph": graph}, content=claim, headers=turtle)
    assert put.status_code == 201
    assert values(plain, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g") == [graph, "u:one"]
    assert plain.delete("/sparql/graphs", params={"graph": graph}).status_code == 204


@pytest.mark.parametrize("path", ["/api/v1/questions", "/api/v1/entities", "/entities", "/id/china", "/reconcile"])
def test_what_needs_the_pipeline_is_not_there(plain: httpx.Client, path: str) -> None:
    assert plain.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_what_an_operator_needs_is(plain: httpx.Client, path: str) -> None:
    assert plain.get(path).is_success


def test_a_browser_gets_a_form_to_ask_by(plain: httpx.Client) -> None:
    page = plain.get("/sparql", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<textarea" in page.text
