"""The clients that analysts have reach the graph as they are: reading, updates included, and other endpoints too."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pandas as pd
import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.processes import TOKEN, Remote, oxigraph

AUTHORIZATION = f"Bearer {TOKEN}"
SG = "https://w3id.org/security-guarantees/ontology/"
ID = "https://w3id.org/security-guarantees/id/"
CHINA, ISTANBUL = ID + "china", ID + "istanbul-proposals-2022"
QUESTION = f"SELECT ?proposal WHERE {{ ?proposal <{SG}namesGuarantor> <{CHINA}> }}"
MINE = URIRef("http://example.org/mine")
STATEMENT = (URIRef("http://example.org/a"), RDFS.label, Literal("Київ", lang="uk"))


@dataclass(frozen=True)
class Endpoint:
    """Where a client finds queries, updates and graphs."""

    query: str
    update: str
    graphs: str

    def holds_mine(self) -> bool:
        """Whether the statement that each client writes is there."""
        query = f'ASK {{ GRAPH <{MINE}> {{ <{STATEMENT[0]}> <{STATEMENT[1]}> "Київ"@uk }} }}'
        return bool(httpx.get(self.query, params={"query": query}, timeout=30).json()["boolean"])


@pytest.fixture
def endpoint(url: str) -> Iterator[Endpoint]:
    there = Endpoint(f"{url}/sparql", f"{url}/sparql/update", f"{url}/sparql/graphs")
    yield there
    httpx.delete(there.graphs, params={"graph": str(MINE)}, headers={"Authorization": AUTHORIZATION}, timeout=30)


@pytest.fixture(scope="module")
def other() -> Iterator[Remote]:
    """Another endpoint, which can ask ours."""
    with oxigraph() as started:
        yield started


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_curl(endpoint: Endpoint) -> None:
    def curl(*arguments: str) -> str:
        return subprocess.run(["curl", "-sf", *arguments], capture_output=True, text=True, check=True).stdout

    assert curl(endpoint.query, "-H", "Accept: text/csv", "--data-urlencode", f"query={QUESTION}").split() == [
        "proposal",
        ISTANBUL,
    ]
    insert = f'INSERT DATA {{ GRAPH <{MINE}> {{ <{STATEMENT[0]}> <{STATEMENT[1]}> "Київ"@uk }} }}'
    curl(endpoint.update, "-H", f"Authorization: {AUTHORIZATION}", "--data-urlencode", f"update={insert}")
    assert endpoint.holds_mine()
    assert "Київ" in curl(f"{endpoint.graphs}?graph={MINE}", "-H", "Accept: application/n-triples")


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads(endpoint: Endpoint, form: str, method: str) -> None:
    client = SPARQLWrapper(endpoint.query)
    client.setMethod(method)
    client.setReturnFormat(form)
    client.setQuery(QUESTION)
    found = client.queryAndConvert()
    text = found.toxml() if form == XML else str(found)
    assert ISTANBUL in text


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD])
def test_sparqlwrapper_reads_graphs(endpoint: Endpoint, form: str) -> None:
    client = SPARQLWrapper(endpoint.query)
    client.setReturnFormat(form)
    client.setQuery(f"CONSTRUCT {{ ?s ?p <{CHINA}> }} WHERE {{ ?s ?p <{CHINA}> FILTER(?s = <{ISTANBUL}>) }}")
    found = client.queryAndConvert()
    graph = found if isinstance(found, Graph) else Graph().parse(found, format="turtle")
    assert (URIRef(ISTANBUL), URIRef(SG + "namesGuarantor"), URIRef(CHINA)) in graph


def test_sparqlwrapper_updates(endpoint: Endpoint) -> None:
    client = SPARQLWrapper(endpoint.query, updateEndpoint=endpoint.update)
    client.addCustomHttpHeader("Authorization", AUTHORIZATION)
    client.setMethod(POST)
    client.setQuery(f'INSERT DATA {{ GRAPH <{MINE}> {{ <{STATEMENT[0]}> <{STATEMENT[1]}> "Київ"@uk }} }}')
    assert client.query().response.status == 204
    assert endpoint.holds_mine()


def test_sparqlwrapper_is_told_what_is_wrong(endpoint: Endpoint) -> None:
    client = SPARQLWrapper(endpoint.query)
    client.setQuery("SELECT * {")
    with pytest.raises(QueryBadFormed, match="problems/bad-query"):
        client.query()


def test_rdflib_reads_a_remote_graph(endpoint: Endpoint) -> None:
    graph = Graph(SPARQLStore(endpoint.query))
    assert [str(row.proposal) for row in graph.query(QUESTION)] == [ISTANBUL]
    assert list(graph.subjects(URIRef(SG + "namesGuarantor"), URIRef(CHINA))) == [URIRef(ISTANBUL)]
    assert (URIRef(ISTANBUL), None, None) in graph
    article = graph.query("SELECT DISTINCT ?g { GRAPH ?g { ?s a sg:Claim } }", initNs={"sg": SG})
    assert any(str(row.g).endswith("/chinese-peacekeepers") for row in article)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_in_each_way(endpoint: Endpoint, method: str) -> None:
    graph = Graph(SPARQLStore(endpoint.query, method=method))
    assert graph.query(f"ASK {{ <{ISTANBUL}> ?p <{CHINA}> }}").askAnswer is True
    assert len(graph.query(f"DESCRIBE <{ISTANBUL}>").graph) > 0


def test_rdflib_updates(endpoint: Endpoint) -> None:
    store = SPARQLUpdateStore(endpoint.query, endpoint.update, headers={"Authorization": AUTHORIZATION})
    mine = Dataset(store).graph(MINE)
    mine.add(STATEMENT)
    assert endpoint.holds_mine()
    assert list(mine) == [STATEMENT]
    mine.update("DELETE WHERE { ?s ?p ?o }")
    assert not endpoint.holds_mine()
    with pytest.raises(Exception, match="403"):
        store.update(f"INSERT DATA {{ GRAPH <{ID.replace('/id/', '/graph/')}views> {{ <a:a> <a:b> 1 }} }}")


def test_pandas(endpoint: Endpoint) -> None:
    address = httpx.URL(
        endpoint.query, params={"query": "SELECT ?proposal ?guarantor { ?proposal sg:namesGuarantor ?guarantor }"}
    )
    frame = pd.read_csv(str(address), storage_options={"Accept": "text/csv"})
    assert list(frame.columns) == ["proposal", "guarantor"]
    assert set(frame["guarantor"]) == {CHINA, ID + "russia"}
    answer = httpx.get(endpoint.query, params={"query": "SELECT (1.5 AS ?x) {}"}, headers={"Accept": "text/csv"})
    assert pd.read_csv(io.StringIO(answer.text))["x"].sum() == 1.5


@pytest.mark.parametrize("method", ["GET", "POST", "POST-direct"])
def test_sparqlx(endpoint: Endpoint, method: str) -> None:
    sparqlx = pytest.importorskip("sparqlx", reason="sparqlx needs Python 3.12")
    client = sparqlx.SPARQLWrapper(
        sparql_endpoint=endpoint.query,
        update_endpoint=endpoint.update,
        client_config={"headers": {"Authorization": AUTHORIZATION}},
        query_method=method,
        update_method=method.replace("GET", "POST"),
    )
    (row,) = client.query(QUESTION, convert=True)
    assert str(row["proposal"]) == ISTANBUL
    assert client.query(f"ASK {{ <{ISTANBUL}> ?p <{CHINA}> }}", convert=True) is True
    client.update(f'INSERT DATA {{ GRAPH <{MINE}> {{ <{STATEMENT[0]}> <{STATEMENT[1]}> "Київ"@uk }} }}')
    assert endpoint.holds_mine()


def test_another_endpoint_asks_ours(endpoint: Endpoint, other: Remote) -> None:
    """Federation: SERVICE on `oxigraph serve` and in rdflib, joined with what is held there."""
    other.write(f"INSERT DATA {{ <{CHINA}> <http://example.org/visited> 2022 }}")
    inside = QUESTION.replace(f"<{CHINA}>", "?state").replace("?proposal WHERE", "* WHERE")
    query = f"SELECT ?proposal {{ ?state <http://example.org/visited> 2022 SERVICE <{endpoint.query}> {{ {inside} }} }}"
    answer = httpx.post(other.query, data={"query": query}, headers={"Accept": "text/csv"}, timeout=60)
    assert answer.text.split() == ["proposal", ISTANBUL]
    local = Graph()
    local.add((URIRef(CHINA), URIRef("http://example.org/visited"), Literal(2022)))
    assert [str(row.proposal) for row in local.query(query)] == [ISTANBUL]
