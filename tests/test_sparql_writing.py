"""Writing over HTTP: who may, what one update is, one graph at a time, and which graphs nobody writes by hand."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.processes import TOKEN, Kg

BEARER = {"Authorization": f"Bearer {TOKEN}"}
VIEWS = "https://w3id.org/security-guarantees/graph/views"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A writer's client of a store of plain RDF, empty at first; each test has graphs of its own."""
    serving = Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:")
    with serving as url, httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        yield client


def update(client: httpx.Client, text: str, **parameters: str) -> httpx.Response:
    headers = {"Content-Type": "application/sparql-update"}
    return client.post("/sparql/update", content=text, headers=headers, params=parameters)


def objects(client: httpx.Client, graph: str) -> list[str]:
    query = f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY STR(?o)"
    return client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]


def everything(client: httpx.Client) -> list[str]:
    """The whole graph, statement by statement."""
    query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
    return sorted(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.splitlines())


def test_an_update_is_there_as_soon_as_it_is_acknowledged(plain: httpx.Client) -> None:
    assert update(plain, "INSERT DATA { GRAPH <u:1> { <a:a> <a:p> 1, 2 } }").status_code == 204
    assert (
        plain.post("/sparql/update", data={"update": "DELETE DATA { GRAPH <u:1> { <a:a> <a:p> 1 } }"}).status_code
        == 204
    )
    assert objects(plain, "u:1") == ["2"]


def test_an_update_that_fails_in_its_second_operation_does_nothing_of_the_first(plain: httpx.Client) -> None:
    refused = update(plain, "INSERT DATA { GRAPH <u:2> { <a:a> <a:p> 1 } } ; CREATE GRAPH <u:2>")
    assert refused.status_code == 409
    assert objects(plain, "u:2") == []


def test_each_operation_may_have_a_prologue_of_its_own(plain: httpx.Client) -> None:
    """The engine has none but the first."""
    each = "PREFIX : <u:{n}> BASE <http://x/{n}/> INSERT DATA {{ GRAPH <u:own> {{ <a> :p 'PREFIX ; {n}' }} }}"
    assert update(plain, " ;\n".join(each.format(n=n) for n in range(3)) + " ; PREFIX a: <a:>").status_code == 204
    query = "SELECT ?s ?p ?o WHERE { GRAPH <u:own> { ?s ?p ?o } } ORDER BY ?s"
    rows = plain.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split("\r\n")[1:-1]
    assert rows == [f"http://x/{n}/a,u:{n}p,PREFIX ; {n}" for n in range(3)]
    wrong = update(plain, "INSERT DATA { <a:a> <a:p> 1 } ;\nPREFIX a: <a:>\nINSERT DATA { b:b <a:p> 1 }")
    assert wrong.status_code == 400
    assert "3:" in wrong.json()["detail"], "the line of the text as it was sent"


def test_blank_nodes_can_be_removed_again(plain: httpx.Client) -> None:
    update(plain, "INSERT DATA { GRAPH <u:3> { _:a <a:p> [ <a:q> 1 ] } }")
    assert len(objects(plain, "u:3")) == 2
    update(plain, "DELETE WHERE { GRAPH <u:3> { ?s ?p ?o } }")
    assert objects(plain, "u:3") == []


def test_the_dataset_of_an_update_may_come_by_the_protocol(plain: httpx.Client) -> None:
    update(plain, "INSERT DATA { GRAPH <u:4> { <a:a> <a:p> 4 } GRAPH <u:5> { <a:a> <a:p> 5 } }")
    copy = "INSERT { GRAPH <u:6> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    assert update(plain, copy, **{"using-graph-uri": "u:5"}).status_code == 204
    assert objects(plain, "u:6") == ["5"]
    twice = update(plain, "WITH <u:6> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", **{"using-graph-uri": "u:5"})
    assert twice.status_code == 400


def test_nothing_is_fetched_from_elsewhere(plain: httpx.Client) -> None:
    assert "LOAD" in update(plain, "LOAD <http://127.0.0.1:9/x> INTO GRAPH <u:7>").json()["detail"]
    assert update(plain, "LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <u:7>").status_code == 204
    service = "INSERT { GRAPH <u:7> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    assert "SERVICE" in update(plain, service).json()["detail"]
    assert objects(plain, "u:7") == []


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/sparql/update", "POST"),
        ("/sparql/graphs?default", "PUT"),
        ("/sparql/graphs?graph=u:8", "POST"),
        ("/sparql/graphs?default", "DELETE"),
    ],
)
@pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic abc", "Bearer", f"bearer {TOKEN}x"])
def test_no_writing_without_the_token(plain: httpx.Client, path: str, method: str, given: str | None) -> None:
    headers = {"Content-Type": "application/sparql-update"} | ({"Authorization": given} if given else {})
    with httpx.Client(base_url=plain.base_url) as stranger:
        response = stranger.request(method, path, headers=headers, content="CLEAR ALL" if method != "DELETE" else None)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.headers["content-type"] == "application/problem+json"


def test_no_writing_at_all_where_no_token_is_set(tmp_path) -> None:
    with Kg(tmp_path).serving(KG_PLAIN="1", STORE="memory:") as url:
        for token in ({}, BEARER):
            assert httpx.post(f"{url}/sparql/update", data={"update": "CLEAR ALL"}, headers=token).status_code == 403


def test_a_graph_is_made_read_extended_replaced_and_removed(plain: httpx.Client) -> None:
    graph = {"graph": "http://example.org/gsp"}
    turtle = {"Content-Type": "text/turtle"}
    assert plain.get("/sparql/graphs", params=graph).status_code == 404
    assert plain.put("/sparql/graphs", params=graph, content="<a> <b:b> [] .", headers=turtle).status_code == 201
    assert plain.get("/sparql/graphs", params=graph).text.startswith("<http://example.org/a> <b:b> _:")
    assert plain.post("/sparql/graphs", params=graph, content="<a> <b:b> 2 .", headers=turtle).status_code == 204
    assert len(objects(plain, graph["graph"])) == 2
    jsonld = {"Content-Type": "application/ld+json"}
    assert plain.put("/sparql/graphs", params=graph, content='{"@id":"a:a","b:b":3}', headers=jsonld).status_code == 204
    assert objects(plain, graph["graph"]) == ["3"]
    assert plain.delete("/sparql/graphs", params=graph).status_code == 204
    assert plain.delete("/sparql/graphs", params=graph).status_code == 404
    assert plain.head("/sparql/graphs", params=graph).status_code == 404


def test_files_of_a_form_are_added_together_their_blank_nodes_apart(plain: httpx.Client) -> None:
    graph = {"graph": "http://example.org/form"}
    files = [
        ("f", ("a.ttl", b"_:x <a:p> 1 .", "text/turtle")),
        ("f", ("b.nt", b'_:x <a:p> "2" .', "application/n-triples")),
    ]
    assert plain.post("/sparql/graphs", params=graph, files=files).status_code == 201
    query = "SELECT (COUNT(DISTINCT ?s) AS ?n) { GRAPH <http://example.org/form> { ?s ?p ?o } }"
    assert plain.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split() == ["n", "2"]


@pytest.mark.parametrize(
    ("method", "path", "body", "media_type", "status"),
    [
        ("GET", "/sparql/graphs", "", "", 400),
        ("GET", "/sparql/graphs?default&graph=u:1", "", "", 400),
        ("PUT", "/sparql/graphs?graph=relative", "", "text/turtle", 400),
        ("PUT", "/sparql/graphs?graph=u:9", "<a> <b>", "text/turtle", 400),
        ("PUT", "/sparql/graphs?graph=u:9", "a,b", "text/csv", 415),
        ("PUT", "/sparql/graphs?graph=u:9", '{"@context":"http://127.0.0.1:9/"}', "application/ld+json", 400),
        ("PUT", "/sparql/graphs?graph=u:9", "<a:a> <b:b> " + "[ <a:a> " * 5000, "text/turtle", 413),
        ("PUT", "/sparql/graphs?graph=u:9", "[" * 5000, "application/ld+json", 413),
        ("POST", "/sparql/graphs?graph=u:9", "no parts", "multipart/form-data; boundary=x", 400),
        ("PUT", "/sparql/graphs?graph=u:9", "<a:a> <a:b> 1 .", "text/turtle; charset=utf-16", 400),
        ("PATCH", "/sparql/graphs?graph=u:9", "", "", 405),
        ("POST", "/sparql/update", "DELETE DATA", "application/sparql-update", 400),
        ("POST", "/sparql/update", "CLEAR ALL", "text/plain", 415),
        ("GET", "/sparql/update?update=CLEAR+ALL", "", "", 405),
    ],
)
def test_what_cannot_be_written_is_told_as_a_problem(
    plain: httpx.Client, method: str, path: str, body: str, media_type: str, status: int
) -> None:
    response = plain.request(method, path, content=body, headers={"Content-Type": media_type} if media_type else {})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert plain.get("/sparql/graphs?graph=u:9").status_code == 404


@pytest.mark.parametrize("path", ["/sparql/graphs?graph=u:9", "/sparql/update", "/sparql"])
def test_a_compressed_body_is_not_read_as_if_it_were_none(plain: httpx.Client, path: str) -> None:
    headers = {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}
    assert plain.post(path, content=b"<a:a> <a:b> 1 .", headers=headers).status_code == 415


def test_an_error_names_what_it_is_of(plain: httpx.Client) -> None:
    turtle = {"Content-Type": "text/turtle"}
    assert plain.put("/sparql/graphs?graph=u:9", content="<a> <b>", headers=turtle).json()["culprit"] == "the body"
    assert update(plain, "DELETE DATA").json()["culprit"] == "the update"
    assert plain.get("/sparql?query=SELEKT").json()["culprit"] == "the query"


def test_the_service_says_what_the_where_of_an_update_reads(url: str) -> None:
    described = httpx.get(f"{url}/sparql/update", headers={"Accept": "application/n-triples"}).text
    assert "UnionDefaultGraph" not in described
    assert "the unnamed graph" in described
    assert "UnionDefaultGraph" in httpx.get(f"{url}/sparql", headers={"Accept": "application/n-triples"}).text


def test_entities_of_xml_fetch_nothing_and_explode_nothing(plain: httpx.Client) -> None:
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    node = '<r:Description r:about="a:a"><p xmlns="a:">&a11;</p></r:Description>'
    bomb = f'<!DOCTYPE x [{entities}]><r:RDF xmlns:r="{rdf}">{node}</r:RDF>'
    response = plain.put("/sparql/graphs?graph=u:10", content=bomb, headers={"Content-Type": "application/rdf+xml"})
    assert response.status_code in (400, 413)
    assert plain.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{VIEWS}> {{ <a:a> <a:p> 1 }} }}",
        f"PREFIX g: <{VIEWS[:-5]}> DELETE WHERE {{ GRAPH g:views {{ ?s ?p ?o }} }}",
        f"BASE <{VIEWS}> INSERT DATA {{ GRAPH <../graph/./inferred> {{ <a:a> <a:p> 1 }} }}",
        f"PREFIX : <{VIEWS[:-5]}> INSERT DATA {{ GRAPH:views {{ <a:a> <a:p> 1 }} }}",
        f"PREFIX : <{VIEWS[:-5]}> INSERT DATA {{ <a:a> <a:p> <a:\\u0023> }}; CLEARGRAPH:views",
        f"INSERT DATA {{ GRAPH <{VIEWS[:-1]}\\u0073> {{ <a:a> <a:p> 1 }} }}",
        f"PREFIX a: <a:> INSERT DATA {{ <a:a> <a:p> a:b\\#c }} ; DROP GRAPH <{VIEWS}>",
        "DELETE WHERE { GRAPH graph:inferred { ?s ?p ?o } }",
        "DELETE WHERE { GRAPH graph:state { ?s ?p ?o } }",
        "INSERT DATA { GRAPH graph:merged { <a:a> <a:p> 1 } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s rdfs:label ?o } }",
        "INSERT { GRAPH ?g { <a:a> <a:p> 1 } } WHERE { BIND(IRI(CONCAT(STR(graph:), 'new')) AS ?g) }",
        "CLEAR ALL",
        "DROP NAMED",
        f"COPY DEFAULT TO <{VIEWS}>",
        f"MOVE <{VIEWS}> TO <http://example.org/mine>",
        f"INSERT DATA {{ <a:a> <a:p> 1 }}; CLEAR DEFAULT; ADD SILENT <http://example.org/mine> TO GRAPH <{VIEWS}>",
    ],
)
def test_no_update_writes_to_what_rules_make_nor_to_a_document_that_it_does_not_name(url: str, text: str) -> None:
    with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        before = everything(client)
        refused = update(client, text)
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
        assert everything(client) == before


def test_a_variable_may_stand_for_graphs_of_ones_own(url: str) -> None:
    with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        update(client, "INSERT DATA { GRAPH <u:own1> { <a:a> <a:own> 1 } GRAPH <u:own2> { <a:a> <a:own> 2 } }")
        double = (
            "INSERT { GRAPH ?g { ?s <a:twice> ?twice } } WHERE { GRAPH ?g { ?s <a:own> ?o } BIND(2 * ?o AS ?twice) }"
        )
        assert update(client, double).status_code == 204
        assert (objects(client, "u:own1"), objects(client, "u:own2")) == (["1", "2"], ["2", "4"])
        assert update(client, "DROP GRAPH <u:own1>; DROP GRAPH <u:own2>").status_code == 204


def test_the_where_of_an_update_sees_each_graph_and_no_other(url: str) -> None:
    with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        listing = (
            "INSERT { GRAPH <u:list> { ?g <a:is> <a:graph> } } WHERE { GRAPH ?g { ?s a ?kind } FILTER(?g != <u:list>) }"
        )
        assert update(client, listing).status_code == 204
        query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s a ?kind } } ORDER BY ?g"
        graphs = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]
        listed = "SELECT ?g WHERE { GRAPH <u:list> { ?g <a:is> <a:graph> } } ORDER BY ?g"
        assert (
            client.get("/sparql", params={"query": listed}, headers={"Accept": "text/csv"}).text.split()[1:] == graphs
        )
        assert update(client, "DROP GRAPH <u:list>").status_code == 204


def test_a_graph_of_ones_own_takes_any_rdf_and_questions_never_read_it(url: str) -> None:
    statement = "id:chinese-peacekeeping-initiative sg:namesGuarantor id:china"
    claim = f"INSERT DATA {{ GRAPH <http://example.org/mine> {{ {statement} }} }}"
    with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        before = client.get("/api/v1/questions/proposals-naming-guarantor?guarantor=China").json()["answers"]
        assert update(client, claim).status_code == 204
        asked = client.get("/sparql", params={"query": f"ASK {{ {statement} }}"})
        assert asked.json()["boolean"] is True, "the union of all graphs holds it"
        assert client.get("/api/v1/questions/proposals-naming-guarantor?guarantor=China").json()["answers"] == before
        assert update(client, "DROP GRAPH <http://example.org/mine>").status_code == 204


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_views_cannot_be_written_as_a_graph(url: str, method: str) -> None:
    body = None if method == "DELETE" else "<a:a> <a:p> 1 ."
    headers = BEARER | {"Content-Type": "text/turtle"}
    response = httpx.request(method, f"{url}/sparql/graphs", params={"graph": VIEWS}, content=body, headers=headers)
    assert response.status_code == 403
