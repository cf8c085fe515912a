"""SPARQL over HTTP as an analyst's client speaks it: forms of answers, datasets, caching, what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import socket
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import brotli
import httpx
import pyoxigraph as ox
import pytest
from backports import zstd

from tests.processes import TOKEN, Kg

DATA = """
PREFIX e: <http://example.org/>
INSERT DATA {
  e:nowhere e:p 0 .
  GRAPH e:one { e:a e:p 1 , 2 }
  GRAPH e:two { e:b e:p 3 ; e:name "Київ"@uk , "a,\\"b\\"" }
}
"""
ALL = "SELECT ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?o"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on a store of plain RDF with a few statements, in the unnamed and in two named graphs."""
    serving = Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:")
    with serving as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client:
        client.post("/sparql/update", data={"update": DATA}).raise_for_status()
        yield client


def ask(client: httpx.Client, query: str, accept: str | None = None, **parameters: str | list[str]) -> httpx.Response:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", params={"query": query, **parameters}, headers=headers)


def numbers(response: httpx.Response) -> list[int]:
    return [int(row["o"]["value"]) for row in response.raise_for_status().json()["results"]["bindings"]]


@pytest.mark.parametrize("way", ["get", "form", "body"])
def test_a_query_can_be_sent_in_each_of_the_three_ways(client: httpx.Client, way: str) -> None:
    query = "ASK { GRAPH ?g { ?s ?p 3 } }"
    response = {
        "get": lambda: client.get("/sparql", params={"query": query}),
        "form": lambda: client.post("/sparql", data={"query": query}),
        "body": lambda: client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"}),
    }[way]()
    assert response.json()["boolean"] is True


def test_results_come_in_the_form_that_is_liked_best(client: httpx.Client) -> None:
    query = "SELECT ?name WHERE { GRAPH ?g { ?s <http://example.org/name> ?name } } ORDER BY STR(?name)"
    as_json = ask(client, query, "application/sparql-results+xml;q=0.4, application/sparql-results+json")
    assert [row["name"]["value"] for row in as_json.json()["results"]["bindings"]] == ['a,"b"', "Київ"]
    as_xml = ask(client, query, "application/sparql-results+xml, */*;q=0.1")
    assert ET.fromstring(as_xml.text).tag.endswith("sparql")
    as_csv = ask(client, query, "text/csv")
    assert list(csv.reader(io.StringIO(as_csv.text))) == [["name"], ['a,"b"'], ["Київ"]]
    as_tsv = ask(client, query, "text/tab-separated-values")
    assert as_tsv.text.splitlines() == ["?name", '"a,\\"b\\""', '"Київ"@uk']
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_in_the_form_asked_for(client: httpx.Client, accept: str, form: ox.RdfFormat) -> None:
    response = ask(client, "CONSTRUCT WHERE { GRAPH <http://example.org/one> { ?s ?p ?o } }", accept)
    assert response.status_code == 400, "the short form takes no GRAPH"
    response = ask(client, "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://example.org/one> { ?s ?p ?o } }", accept)
    assert response.headers["content-type"].partition(";")[0] == accept
    assert {triple.object.value for triple in ox.parse(response.content, format=form)} == {"1", "2"}


@pytest.mark.parametrize(
    ("form", "results", "graph"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv", None),
        ("application/sparql-results+xml", "application/sparql-results+xml", None),
        ("turtle", None, "text/turtle"),
        ("NT", None, "application/n-triples"),
        ("json-ld", None, "application/ld+json"),
        ("whatever", "text/csv", None),
    ],
)
@pytest.mark.parametrize("name", ["format", "output"])
def test_a_parameter_may_name_the_form(
    client: httpx.Client, name: str, form: str, results: str | None, graph: str | None
) -> None:
    """As clients of other servers have it, beside the Accept header and before it."""
    for query, media_type in (("ASK {}", results), ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", graph)):
        response = ask(client, query, "text/csv", **{name: form})
        assert response.status_code == (200 if media_type else 406)
        assert response.headers["content-type"].partition(";")[0] == (media_type or "application/problem+json")


@pytest.mark.parametrize(
    ("query", "accept"), [("ASK {}", "text/turtle"), ("DESCRIBE <http://example.org/a>", "text/csv")]
)
def test_a_form_that_cannot_be_had_is_refused_with_those_that_can(
    client: httpx.Client, query: str, accept: str
) -> None:
    response = ask(client, query, accept)
    assert (response.status_code, response.headers["content-type"]) == (406, "application/problem+json")
    assert ("text/turtle" in response.json()["expected"]) == query.startswith("DESCRIBE")


def test_the_dataset_is_that_of_the_query_or_of_the_protocol(client: httpx.Client) -> None:
    one, two = "http://example.org/one", "http://example.org/two"
    assert numbers(ask(client, ALL)) == [0], "a plain store's default graph is the unnamed one"
    assert numbers(ask(client, ALL.replace("WHERE", f"FROM <{one}> FROM <{two}> WHERE"))) == [1, 2, 3]
    assert numbers(ask(client, ALL.replace("WHERE", f"FROM <{one}> WHERE"), **{"default-graph-uri": two})) == [3]
    inside = "SELECT ?o WHERE { GRAPH ?g { ?s <http://example.org/p> ?o } } ORDER BY ?o"
    assert numbers(ask(client, inside, **{"named-graph-uri": [one]})) == [1, 2]
    assert numbers(ask(client, inside)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"params": {"query": "SELEC"}}, 400),
        ({"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"params": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400),
        ({"params": {"query": "ASK {}", "inferred": "perhaps"}}, 422),
        ({"params": b"query=%FF"}, 400),
        ({"method": "POST"}, 415),
        ({"method": "POST", "content": "ASK {}", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"method": "POST", "content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 400),
        ({"method": "POST", "data": {"query": "CLEAR ALL"}}, 400),
        ({"method": "POST", "content": b"x" * (3 << 20), "headers": {"Content-Type": "application/sparql-query"}}, 413),
        ({"method": "PUT"}, 405),
    ],
)
def test_what_cannot_be_answered_is_told_as_a_problem(client: httpx.Client, request_: dict, status: int) -> None:
    response = client.request(request_.pop("method", "GET"), "/sparql", **request_)
    problem = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert (problem["status"], bool(problem["title"]), bool(problem["detail"])) == (status, True, True)
    page = client.get(problem["type"])
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")


def test_without_a_query_it_describes_itself_to_machines_and_gives_people_a_form(client: httpx.Client) -> None:
    described = client.get("/sparql", headers={"Accept": "text/turtle"})
    triples = list(ox.parse(described.content, format=ox.RdfFormat.TURTLE))
    assert any(triple.object.value.endswith("#SPARQL11Query") for triple in triples)
    page = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<label for="query">' in page.text


def test_head_says_what_get_would_without_the_bytes(client: httpx.Client) -> None:
    get, head = ask(client, ALL), client.head("/sparql", params={"query": ALL})
    assert head.content == b""
    own = {"date": "", "x-request-id": ""}
    assert {**get.headers, **own} == {**head.headers, **own}


def test_pages_of_other_origins_may_ask(client: httpx.Client) -> None:
    preflight = client.options(
        "/sparql", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert ask(client, ALL).headers["access-control-allow-origin"] == "*"
    assert client.get("/no/such/page").headers["access-control-allow-origin"] == "*"


def test_an_answer_that_the_client_has_is_not_sent_again_until_the_data_change(client: httpx.Client) -> None:
    query = "SELECT ?o WHERE { GRAPH <http://example.org/etag> { ?s ?p ?o } }"
    first = ask(client, query)
    again = client.get("/sparql", params={"query": query}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.post("/sparql/update", data={"update": "INSERT DATA { GRAPH <http://example.org/etag> { <a:a> <a:p> 9 } }"})
    changed = client.get("/sparql", params={"query": query}, headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, numbers(changed)) == (200, [9])


def test_what_differs_each_time_is_never_kept(client: httpx.Client) -> None:
    query = "SELECT (STRUUID() AS ?o) {}"
    first, second = ask(client, query), ask(client, query)
    assert "etag" not in first.headers
    assert first.json() != second.json()


def test_a_connection_that_is_kept_is_answered_without_delay(client: httpx.Client) -> None:
    """A head that waited for its body would cost 40 ms each time, by the way that TCP saves packets."""
    with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
        taken = []
        for _ in range(10):
            begun = time.monotonic()
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(1 << 16)
            taken.append(time.monotonic() - begun)
    assert min(taken) < 0.03


def test_a_long_answer_arrives_whole(client: httpx.Client) -> None:
    streamed = client.get("/sparql", params={"query": many(300)}, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in streamed.headers
    assert len(streamed.json()["results"]["bindings"]) == 90_000


@pytest.mark.parametrize(("slice_", "rows", "said"), [("", 1_000_000, "1000000"), (" LIMIT 1000000", 1_000_000, None)])
def test_a_row_limit_that_cuts_is_said_in_a_header(
    client: httpx.Client, slice_: str, rows: int, said: str | None
) -> None:
    headers = {"Accept": "text/csv"}
    with client.stream("GET", "/sparql", params={"query": many(1001) + slice_}, headers=headers) as answer:
        found = sum(chunk.count(b"\n") for chunk in answer.iter_bytes()) - 1
    assert (found, answer.headers.get("x-sparql-maxrows")) == (rows, said)


UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstd.decompress(data),
}


@pytest.mark.parametrize("rows", [10, 300], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0.9, br;q=1.0, zstd;q=0", "br"),
        ("*", "zstd"),
        ("deflate", None),
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("", None),
    ],
)
def test_an_answer_is_small_where_it_is_asked_so(
    client: httpx.Client, rows: int, asked: str, coding: str | None
) -> None:
    """Long and short, from the engine and, at the second time, from what is kept."""
    for _ in range(2):
        headers = {"Accept-Encoding": asked, "Accept": "text/csv"}
        with client.stream("GET", "/sparql", params={"query": many(rows)}, headers=headers) as answer:
            data = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == coding
        assert "accept-encoding" in answer.headers["vary"]
        text = UNPACK[coding](data) if coding else data
        assert len(text.splitlines()) == rows * rows + 1


def many(number: int) -> str:
    """A query with so many rows, squared."""
    values = " ".join(str(each) for each in range(1000, 1000 + number))
    return (
        f"SELECT ?a ?b ?c {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} BIND('a text of some length' AS ?c) }}"
    )


def test_the_openapi_file_has_the_sparql_routes(client: httpx.Client) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert {"/sparql", "/sparql/update", "/sparql/graphs", "/healthz"} <= set(paths)


def test_the_documentation_asks_nobody_else(client: httpx.Client) -> None:
    page = client.get("/docs").text
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
