"""Nothing that a client sends makes the server ask elsewhere: every form points at a listener here, which nobody calls.

What would be fetched is refused, or, where the standard has it so (LOAD SILENT), does nothing.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import Elsewhere
from kg.sparql.guard import screen
from kg.workers import Update
from kg.workers.writing import run_update
from tests.processes import TOKEN, Kg

BEARER = {"Authorization": f"Bearer {TOKEN}"}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ANY = "{ ?s ?p ?o }"

# %HERE% stands for the listener's address, %FILE% for that of a file.
SERVICES = {
    "upper case": f"SELECT * {{ SERVICE <%HERE%> {ANY} }}",
    "lower case": f"SELECT * {{ service <%HERE%> {ANY} }}",
    "mixed case": f"SELECT * {{ SeRvIcE <%HERE%> {ANY} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <%HERE%> {ANY} }}",
    "no spaces": f"SELECT*{{SERVICE<%HERE%>{ANY}}}",
    "after a comment": f"SELECT * {{ SERVICE #\n <%HERE%> {ANY} }}",
    "comment without its end": f"SELECT * {{ # SERVICE\n SERVICE <%HERE%> {ANY} }} # '",
    "after a number": f"SELECT * {{ FILTER(1<2) BIND(1 AS ?x) FILTER(?x=1)SERVICE <%HERE%> {ANY} }}",
    "run together with a number": f"SELECT * {{ ?s ?p 1SERVICE <%HERE%> {ANY} }}",
    "after a text with its name": f"SELECT * {{ ?s ?p '\\'SERVICE' . SERVICE <%HERE%> {ANY} }}",
    "after a long text": f"SELECT * {{ ?s ?p '''a'SERVICE''' . SERVICE <%HERE%> {ANY} }}",
    "after a comparison like an IRI": f"SELECT * {{ VALUES ?v {{ <%HERE%> }} FILTER(1<?b)SERVICE?v#>\n{ANY} }}",
    "escaped keyword": f"SELECT * {{ SERV\\u0049CE <%HERE%> {ANY} }}",
    "escaped long": f"SELECT * {{ \\U00000053ERVICE <%HERE%> {ANY} }}",
    "escaped address": f"SELECT * {{ SERVICE <\\u0068%LESS_H%> {ANY} }}",
    "prefixed name": f"PREFIX h: <%HERE%> SELECT * {{ SERVICE h: {ANY} }}",
    "run together with a prefixed name": f"PREFIX h: <%HERE%> SELECT * {{ SERVICEh: {ANY} }}",
    "prefix of the same name": f"PREFIX service: <%HERE%> SELECT * {{ SERVICE service: {ANY} }}",
    "relative to a base": f"BASE <%HERE%> SELECT * {{ SERVICE <> {ANY} }}",
    "variable of VALUES": f"SELECT * {{ VALUES ?v {{ <%HERE%> }} SERVICE ?v {ANY} }}",
    "variable of BIND": f"SELECT * {{ BIND(<%HERE%> AS ?v) SERVICE ?v {ANY} }}",
    "variable of data": f"SELECT * {{ <e:endpoint> <e:is> ?v SERVICE ?v {ANY} }}",
    "in OPTIONAL": f"SELECT * {{ OPTIONAL {{ SERVICE <%HERE%> {ANY} }} }}",
    "in UNION": f"SELECT * {{ {{ ?s ?p ?o }} UNION {{ SERVICE <%HERE%> {ANY} }} }}",
    "in MINUS": f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE <%HERE%> {ANY} }} }}",
    "in GRAPH": f"SELECT * {{ GRAPH ?g {{ SERVICE <%HERE%> {ANY} }} }}",
    "in EXISTS": f"SELECT * {{ FILTER EXISTS {{ SERVICE <%HERE%> {ANY} }} }}",
    "in NOT EXISTS of an order": f"SELECT * {ANY} ORDER BY EXISTS {{ SERVICE <%HERE%> {ANY} }}",
    "in a HAVING": f"SELECT ?s {ANY} GROUP BY ?s HAVING(EXISTS {{ SERVICE <%HERE%> {ANY} }})",
    "in a projected expression": f"SELECT (EXISTS {{ SERVICE <%HERE%> {ANY} }} AS ?x) {{}}",
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE <%HERE%> {ANY} }} }} }}",
    "in another SERVICE": f"SELECT * {{ SERVICE <e:x> {{ SERVICE <%HERE%> {ANY} }} }}",
    "after a comparison of a variable": f"SELECT * {{ BIND(<%HERE%> AS ?v) ?s ?p ?b FILTER(?b<1)SERVICE ?v {ANY} }}",
    "of ASK": f"ASK {{ SERVICE <%HERE%> {ANY} }}",
    "of CONSTRUCT": f"CONSTRUCT {ANY} {{ SERVICE <%HERE%> {ANY} }}",
    "of DESCRIBE": f"DESCRIBE ?s {{ SERVICE <%HERE%> {ANY} }}",
    "file": f"SELECT * {{ SERVICE <%FILE%> {ANY} }}",
}
DATASETS = {
    "FROM": f"SELECT * FROM <%HERE%> {ANY}",
    "FROM NAMED": "SELECT * FROM NAMED <%HERE%> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH": "SELECT * { GRAPH <%HERE%> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE <%HERE%>",
    "FROM a file": f"SELECT * FROM <%FILE%> {ANY}",
}
UPDATES = {
    "LOAD": "LOAD <%HERE%>",
    "LOAD in lower case": "load <%HERE%>",
    "LOAD into a graph": "LOAD <%HERE%> INTO GRAPH <u:x>",
    "LOAD SILENT": "LOAD SILENT <%HERE%>",
    "LOAD SILENT into a graph": "LOAD SILENT <%HERE%> INTO GRAPH <u:x>",
    "LOAD SILENT a prefixed name": "PREFIX h: <%HERE%> LOAD SILENT h:",
    "LOAD SILENT by a base": "BASE <%HERE%> LOAD SILENT <>",
    "LOAD SILENT with an escaped address": "LOAD SILENT <\\u0068%LESS_H%>",
    "LOAD after another operation": "CLEAR DEFAULT;LOAD SILENT<%HERE%>;LOAD<%HERE%>",
    "LOAD a file": "LOAD <%FILE%>",
    "LOAD SILENT a file": "LOAD SILENT <%FILE%>",
    "SERVICE of INSERT": f"INSERT {ANY} WHERE {{ SERVICE <%HERE%> {ANY} }}",
    "SERVICE SILENT of INSERT": f"INSERT {ANY} WHERE {{ SERVICE SILENT <%HERE%> {ANY} }}",
    "SERVICE of DELETE": f"DELETE {ANY} WHERE {{ SERVICE <%HERE%> {ANY} }}",
    "USING": f"INSERT {{ GRAPH <u:x> {ANY} }} USING <%HERE%> WHERE {ANY}",
    "WITH": f"WITH <%HERE%> DELETE {ANY} WHERE {ANY}",
    "COPY": "COPY SILENT <%HERE%> TO <u:x>",
    "ADD": "ADD SILENT <%HERE%> TO <u:x>",
}
NODE = f'<r:RDF xmlns:r="{RDF}"><r:Description r:about="a:a"><p xmlns="a:">&x;</p></r:Description></r:RDF>'
DOCUMENTS = {
    "context": ("application/ld+json", '{"@context": "%HERE%", "a": 1}'),
    "context in a list": ("application/ld+json", '{"@context": [{"b": "a:b"}, "%HERE%"], "b": 1}'),
    "context of a property": (
        "application/ld+json",
        '{"@context": {"b": {"@id": "a:b", "@context": "%HERE%"}}, "b": 1}',
    ),
    "context inside": ("application/ld+json", '{"@id": "a:a", "a:b": {"@context": "%HERE%", "c": 1}}'),
    "context imported": ("application/ld+json", '{"@context": {"@import": "%HERE%"}, "a": 1}'),
    "context escaped": ("application/ld+json", '{"\\u0040context": "%HERE%", "a": 1}'),
    "context in a file": ("application/ld+json", '{"@context": "%FILE%", "a": 1}'),
    "context relative": ("application/ld+json", '{"@context": ["../x", {"@base": "%HERE%"}], "a": 1}'),
    "entity": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY x SYSTEM "%HERE%">]>{NODE}'),
    "entity of a file": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY x SYSTEM "%FILE%">]>{NODE}'),
    "public entity": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY x PUBLIC "-//x" "%HERE%">]>{NODE}'),
    "parameter entity": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY % x SYSTEM "%HERE%"> %x;]>{NODE}'),
    "document type": ("application/rdf+xml", f'<!DOCTYPE r SYSTEM "%HERE%">{NODE}'),
    "style sheet": ("application/rdf+xml", f'<?xml-stylesheet href="%HERE%"?>{NODE.replace("&x;", "x")}'),
    "inclusion": (
        "application/rdf+xml",
        NODE.replace("&x;", '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="%HERE%"/>'),
    ),
    "import of an ontology": ("text/turtle", "<a:a> <http://www.w3.org/2002/07/owl#imports> <%HERE%> ."),
}


class Listener:
    """A server on loopback that counts who calls, and serves a statement to whoever does."""

    def __init__(self, folder: Path) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/secret"
        self.file = folder / "secret.ttl"
        self.file.write_text("<a:secret> <a:secret> 'secret' .")
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        body = b"<a:secret> <a:secret> 'secret' ."
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            with connection:
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)

    def close(self) -> None:
        self._socket.close()

    def pointed_at(self, text: str) -> str:
        """The text with its address, or its file's, in place of %HERE% and %FILE%."""
        return text.replace("%LESS_H%", self.url[1:]).replace("%HERE%", self.url).replace("%FILE%", self.file.as_uri())


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    listening = Listener(tmp_path_factory.mktemp("secret"))
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[httpx.Client]:
    """A writer's client of a plain store, in which one statement names the listener."""
    serving = Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:")
    with serving as url, httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        said = f"INSERT DATA {{ <e:endpoint> <e:is> <{listener.url}> }}"
        client.post("/sparql/update", data={"update": said}).raise_for_status()
        yield client


@pytest.fixture(autouse=True)
def nobody_calls(listener: Listener, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does here, the listener is not called."""
    before = listener.calls
    yield
    if "called" not in request.node.name:
        time.sleep(0.02)
        assert listener.calls == before


def holds_a_secret(client: httpx.Client) -> bool:
    query = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(CONTAINS(STR(?o), 'secret') && ISLITERAL(?o)) }"
    return bool(client.get("/sparql", params={"query": query}).json()["boolean"])


def test_the_listener_notices_when_it_is_called(listener: Listener) -> None:
    before = listener.calls
    store = ox.Store()
    store.update(f"LOAD <{listener.url}>")
    assert listener.calls == before + 1
    assert len(store) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_no_query_asks_another_endpoint(plain: httpx.Client, listener: Listener, name: str) -> None:
    text = listener.pointed_at(SERVICES[name])
    response = plain.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})
    assert response.status_code in (400, 403), response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", SERVICES)
def test_the_text_is_refused_before_an_engine_reads_it(listener: Listener, name: str) -> None:
    """Also where the kernel does not forbid the worker to open a connection."""
    with pytest.raises(Elsewhere, match="SERVICE"):
        screen(listener.pointed_at(SERVICES[name]))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p 'SERVICE' } # SERVICE",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * { ?s a sd:Service ; sd:service ?x }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:of ?o }",
        'SELECT * { ?s <http://example.org/SERVICE> """it\'s a "SERVICE" <x>"""@en }',
    ],
)
def test_the_word_by_itself_is_no_request(text: str) -> None:
    screen(text)


@pytest.mark.parametrize("name", DATASETS)
def test_a_graph_is_one_that_is_held_here(plain: httpx.Client, listener: Listener, name: str) -> None:
    response = plain.get("/sparql", params={"query": listener.pointed_at(DATASETS[name])})
    assert response.status_code == 200, response.text
    assert "'secret'" not in response.text


def test_a_dataset_of_the_protocol_is_held_here_too(plain: httpx.Client, listener: Listener) -> None:
    for parameter in ("default-graph-uri", "named-graph-uri"):
        response = plain.get("/sparql", params={"query": f"SELECT * {ANY}", parameter: listener.url})
        assert response.json()["results"]["bindings"] == []
    update = {"update": f"INSERT {{ GRAPH <u:x> {ANY} }} WHERE {ANY}"}
    for parameter in ("using-graph-uri", "using-named-graph-uri"):
        assert plain.post("/sparql/update", data=update | {parameter: listener.url}).status_code == 204
    assert plain.get("/sparql/graphs", params={"graph": listener.url}).status_code == 404


@pytest.mark.parametrize("name", UPDATES)
def test_no_update_fetches_anything(plain: httpx.Client, listener: Listener, name: str) -> None:
    response = plain.post("/sparql/update", data={"update": listener.pointed_at(UPDATES[name])})
    fetches = name.startswith("SERVICE") or ("LOAD" in name and not name.startswith("LOAD SILENT"))
    assert response.status_code == (403 if fetches else 204), response.text
    assert not holds_a_secret(plain)


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_fetches_nothing_where_the_kernel_would_let_it(listener: Listener, name: str) -> None:
    store = ox.Store()
    update = Update(listener.pointed_at(UPDATES[name]), base="http://localhost/")
    try:
        run_update(store, update, {}, confined=False)
    except Elsewhere:
        assert "SILENT" not in name or "SERVICE" in name
    assert len(store) == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_of_a_graph_fetches_anything(plain: httpx.Client, listener: Listener, name: str) -> None:
    media_type, text = DOCUMENTS[name]
    headers = {"Content-Type": media_type}
    plain.put("/sparql/graphs?graph=u:outside", content=listener.pointed_at(text), headers=headers)
    assert not holds_a_secret(plain)


@pytest.mark.parametrize("name", [name for name, (media_type, _) in DOCUMENTS.items() if "xml" not in media_type])
def test_no_document_of_the_pipeline_fetches_anything(url: str, listener: Listener, name: str) -> None:
    media_type, text = DOCUMENTS[name]
    headers = BEARER | {"Content-Type": media_type}
    response = httpx.post(f"{url}/api/v1/documents", content=listener.pointed_at(text), headers=headers, timeout=60)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert json.loads(response.text)["faults"]
