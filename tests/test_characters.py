"""Characters that XML cannot hold: every form of an answer is well-formed, or is refused; documents have none."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.documents import parsing
from kg.errors import Rejected
from tests.examining import INVALID, faults_of
from tests.processes import Kg

CHARACTERS = [*map(chr, range(0x20)), "\x7f", "\x85", "\ufffd", "\ufffe", "\uffff", "\U0010ffff"]
NOT_IN_XML = [c for c in CHARACTERS if c < " " and c not in "\t\n\r"] + ["\ufffe", "\uffff"]
RESULTS: Mapping[str, Callable[[str], str]] = {
    "application/sparql-results+json": lambda text: json.loads(text)["results"]["bindings"][0]["x"]["value"],
    "application/sparql-results+xml": lambda text: ET.fromstring(text)[1][0][0][0].text or "",
    "text/csv": lambda text: list(csv.reader(io.StringIO(text, newline="")))[1][0],
    "text/tab-separated-values": lambda text: _first(ox.parse_query_results(text, format=ox.QueryResultsFormat.TSV)),
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def _first(solutions: object) -> str:
    assert isinstance(solutions, ox.QuerySolutions)
    value = next(solutions)[0]
    assert isinstance(value, ox.Literal)
    return value.value


def escaped(character: str) -> str:
    return f"\\U{ord(character):08X}"


def asked(client: httpx.Client, query: str, accept: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query}, headers={"Accept": accept})


def refused(answer: httpx.Response, character: str) -> bool:
    problem = answer.json()
    assert problem["type"] == "/problems/not-acceptable"
    assert "JSON" in problem["remedy"]
    return answer.status_code == 406 and f"U+{ord(character):04X}" in problem["found"]


@pytest.mark.parametrize("accept", RESULTS)
@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_a_value_comes_back_as_it_is_or_the_form_is_refused(client: httpx.Client, character: str, accept: str) -> None:
    answer = asked(client, f'SELECT ("a{escaped(character)}b" AS ?x) {{}}', accept)
    if accept.endswith("+xml") and character in NOT_IN_XML:
        assert refused(answer, character)
    else:
        assert RESULTS[accept](answer.raise_for_status().content.decode()) == f"a{character}b"


@pytest.mark.parametrize("accept", GRAPHS)
@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_a_graph_comes_back_as_it_is_or_the_form_is_refused(client: httpx.Client, character: str, accept: str) -> None:
    answer = asked(client, f'CONSTRUCT {{ id:a rdfs:label "a{escaped(character)}b"@en }} {{}}', accept)
    if accept.endswith("+xml") and character in NOT_IN_XML:
        assert refused(answer, character)
    else:
        [triple] = ox.parse(answer.raise_for_status().content, format=GRAPHS[accept])
        assert triple.object == ox.Literal(f"a{character}b", language="en")
        if accept.endswith("+xml"):  # what a parser of another make reads
            assert next(iter(ET.fromstring(answer.content)))[0].text == f"a{character}b"


def test_a_long_answer_in_xml_breaks_off_at_such_a_value(client: httpx.Client) -> None:
    """What has begun cannot be refused any more, and no part of it passes for the whole."""
    plain = '{ SELECT ("plain" AS ?x) { ?a ?b ?c . ?d a sg:State } LIMIT 20000 }'
    query = f'SELECT ?x {{ {plain} UNION {{ BIND("\\u0001" AS ?x) }} }}'
    with pytest.raises(httpx.RemoteProtocolError):
        asked(client, query, "application/sparql-results+xml")


@pytest.mark.parametrize("name", ["ontology", "shapes", "background", "views", "inferred", "chinese-peacekeepers"])
def test_each_graph_of_ours_is_well_formed_in_every_form(client: httpx.Client, name: str) -> None:
    graphs = {
        accept: client.get(f"/graph/{name}", headers={"Accept": accept}).raise_for_status().content for accept in GRAPHS
    }
    ET.fromstring(graphs["application/rdf+xml"])
    counts = {accept: len({*ox.parse(graphs[accept], format=form)}) for accept, form in GRAPHS.items()}
    assert len(set(counts.values())) == 1, counts


def test_a_graph_of_ones_own_may_have_them_and_is_had_in_the_other_forms(writer: httpx.Client) -> None:
    where = {"graph": "http://example.org/own"}
    data = '<http://example.org/a> <http://example.org/p> "a\\u0001b" .'
    writer.put("/sparql/graphs", params=where, content=data).raise_for_status()
    as_xml = writer.get("/sparql/graphs", params=where, headers={"Accept": "application/rdf+xml"})
    assert refused(as_xml, "\x01")
    for accept in set(GRAPHS) - {"application/rdf+xml"}:
        answer = writer.get("/sparql/graphs", params=where, headers={"Accept": accept}).raise_for_status()
        [triple] = ox.parse(answer.content, format=GRAPHS[accept])
        assert triple.object == ox.Literal("a\x01b")


def test_an_endpoint_that_writes_what_is_no_xml_is_not_passed_on(served: httpx.Client) -> None:
    for query in ('SELECT ("a\\u0001b" AS ?x) {}', 'CONSTRUCT { id:a rdfs:label "\\uFFFE" } {}'):
        answer = asked(served, query, "application/sparql-results+xml, application/rdf+xml")
        assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")
        assert asked(served, query, "application/sparql-results+json, text/turtle").status_code == 200


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json"])
@pytest.mark.parametrize("character", NOT_IN_XML, ids=ascii)
def test_a_document_with_such_a_literal_is_refused_at_its_line(character: str, media_type: str) -> None:
    text = (INVALID / "name-of-another.ttl").read_text(encoding="utf-8")
    text = text.replace("Istanbul proposals (2022)", f"a{escaped(character)}b")
    text = text.replace('sg:textFile "harbour-report.txt"', f'sg:text "{_words()}"')
    if media_type == "application/ld+json":
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
        text = json.dumps(json.loads(ox.serialize(quads, format=ox.RdfFormat.JSON_LD) or b""))
    faults = faults_of(parsing.parse(text, media_type, "report"))
    [fault] = [fault for fault in faults if f"U+{ord(character):04X}" in fault.what]
    assert "character 1 " in fault.what
    if media_type == "text/turtle":
        assert fault.subject == ":plan"
        assert f"a{escaped(character)}b" in text.splitlines()[(fault.line or 0) - 1]


def _words() -> str:
    return (INVALID / "harbour-report.txt").read_text(encoding="utf-8").replace("\n", "\\n").replace('"', '\\"')


@pytest.mark.parametrize("file", ["harbour-report.txt", "name-of-another.ttl"])
def test_a_file_with_such_a_character_is_refused_at_its_line(tmp_path: Path, file: str) -> None:
    for name in ("harbour-report.txt", "name-of-another.ttl"):
        (tmp_path / name).write_bytes((INVALID / name).read_bytes())
    path = tmp_path / file
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0], f"\f{lines[1]}", *lines[2:]]), encoding="utf-8")
    with pytest.raises(Rejected) as rejected:
        parsing.read(tmp_path / "name-of-another.ttl")
    [fault] = rejected.value.faults
    assert (fault.file, fault.line) == (file, 2)
    assert "U+000C" in fault.what


def test_a_document_with_one_is_refused_over_http(writer: httpx.Client) -> None:
    text = (INVALID / "name-of-another.ttl").read_text(encoding="utf-8")
    text = text.replace("Talks at the harbour", "a\\u0001b")
    text = text.replace('sg:textFile "harbour-report.txt"', f'sg:text "{_words()}"')
    answer = writer.post("/api/v1/documents", content=text.encode())
    assert answer.status_code == 422
    assert any("U+0001" in fault["what"] for fault in answer.json()["faults"])


def test_a_name_with_one_is_answered_in_every_form(client: httpx.Client) -> None:
    """What is asked with such a name is refused in plain JSON, whatever the route."""
    for path, parameters in {
        "/api/v1/questions/proposals-naming-guarantor": {"guarantor": "Chi\x01na"},
        "/api/v1/why": {"subject": "Chi\x01na", "predicate": "sg:canBlock", "object": "China"},
        "/api/v1/entities/no%01thing": {},
    }.items():
        answer = client.get(path, params=parameters)
        assert answer.status_code in (404, 422)
        assert "\x01" not in answer.text
        assert answer.json()["status"] == answer.status_code
    assert (
        client.get("/reconcile", params={"queries": '{"q0": {"query": "Chi\\u0001na"}}'}).json()["q0"]["result"]
        is not None
    )


def test_a_terminal_is_shown_them_and_obeys_none(kg: Kg) -> None:
    assert "a\\u001b[31mb" in kg("query", 'SELECT ("a\\u001B[31mb" AS ?x) {}').stdout
    assert (
        json.loads(kg("query", 'SELECT ("a\\u001Bb" AS ?x) {}', "--format", "json").stdout)["results"]["bindings"][0][
            "x"
        ]["value"]
        == "a\x1bb"
    )
