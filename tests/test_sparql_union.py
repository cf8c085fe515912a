"""The default graph at `/sparql` is the union of all named graphs: a SPARQL user need not know where a thing stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from rdflib import Graph, URIRef

from tests.processes import TOKEN

UNION = "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph"
FEATURE = "http://www.w3.org/ns/sparql-service-description#feature"
SOURCE = "ASK { id:chinese-peacekeepers a sg:NewsArticle . ?state sg:canBlock ?proposal . sg:Claim a owl:Class }"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def ask(url: str, query: str, **dataset: str) -> bool:
    return bool(httpx.get(f"{url}/sparql", params={"query": query, **dataset}).raise_for_status().json()["boolean"])


def write(url: str, update: str) -> None:
    httpx.post(f"{url}/sparql/update", data={"update": update}, headers=HEADERS).raise_for_status()


@contextmanager
def graphs(url: str) -> Iterator[None]:
    """Two graphs of a user's own, and a statement in none."""
    write(url, "INSERT DATA { GRAPH <u:one> { <e:a> <e:p> 1, 2 } GRAPH <u:two> { <e:a> <e:p> 2, 3 } <e:a> <e:q> 4 }")
    try:
        yield
    finally:
        write(url, "DROP GRAPH <u:one> ; DROP GRAPH <u:two> ; DELETE DATA { <e:a> <e:q> 4 }")


def values(url: str, query: str, **dataset: str) -> list[str]:
    answer = httpx.get(f"{url}/sparql", params={"query": query, **dataset}, headers={"Accept": "text/csv"})
    return answer.raise_for_status().text.split()[1:]


def test_one_query_reaches_documents_inferences_and_ontology(url: str) -> None:
    assert ask(url, SOURCE)


def test_a_statement_of_several_documents_is_one_there(url: str) -> None:
    apart = "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } } }"
    assert values(url, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == values(url, apart)


def test_graphs_of_ones_own_are_part_of_it(url: str) -> None:
    with graphs(url):
        assert values(url, "SELECT DISTINCT ?v { <e:a> <e:p> ?v } ORDER BY ?v") == ["1", "2", "3"]
        assert values(url, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { <e:a> <e:p> ?v } }") == ["4"]


def test_a_pattern_may_be_met_by_statements_of_several_graphs(url: str) -> None:
    with graphs(url):
        assert ask(url, "ASK { <e:a> <e:p> 1, 3 }")
        assert not ask(url, "ASK { GRAPH ?g { <e:a> <e:p> 1, 3 } }")


def test_a_dataset_that_is_named_takes_its_place(url: str) -> None:
    with graphs(url):
        assert values(url, "SELECT ?v FROM <u:one> { <e:a> <e:p> ?v } ORDER BY ?v") == ["1", "2"]
        by_protocol = {"default-graph-uri": "u:two"}
        assert values(url, "SELECT ?v { <e:a> <e:p> ?v } ORDER BY ?v", **by_protocol) == ["2", "3"]
        assert values(url, "SELECT ?v FROM NAMED <u:one> { <e:a> <e:p> ?v }") == []


def test_it_has_no_more_graphs_than_there_are(url: str) -> None:
    """The union is no named graph, and what the store keeps for its own use is none either."""
    named = values(url, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert not [graph for graph in named if graph.endswith(("/merged", "/union"))]


def test_the_service_description_says_so(url: str) -> None:
    described = httpx.get(f"{url}/sparql", headers={"Accept": "text/turtle"}).text
    features = {str(each) for each in Graph().parse(data=described, format="turtle").objects(None, URIRef(FEATURE))}
    assert UNION in features


@pytest.mark.parametrize("query", ["SELECT * { GRAPH <u:none> { ?s ?p ?o } }", "SELECT * FROM <u:none> { ?s ?p ?o }"])
def test_a_graph_that_is_not_there_is_empty(url: str, query: str) -> None:
    assert values(url, query) == []
