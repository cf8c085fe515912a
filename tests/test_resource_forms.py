"""What all lists and answers of the JSON API have in common: links, languages, forms, refusals, methods."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from tests.api import (
    HTML,
    ID,
    JSON_LD,
    PROBLEM,
    TURTLE,
    get,
)
from tests.test_http_questions import DENIAL


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/sources", "/api/v1/questions"])
def test_a_list_goes_on_by_its_links_in_a_stable_order(client: httpx.Client, path: str) -> None:
    key = "name" if path.endswith("questions") else "iri"
    whole = [item[key] for item in get(client, path, limit=1000)["items"]]
    seen, address = [], f"{path}?limit=7"
    while address:
        page = get(client, address)
        seen += [item[key] for item in page["items"]]
        address = page["next"]
    assert seen == whole
    assert client.get(path, params={"limit": 1000}).content == client.get(path, params={"limit": 1000}).content
    beyond = get(client, path, limit=5, offset=100_000)
    assert (beyond["items"], beyond["next"]) == ([], None)


def test_a_page_links_to_the_next_in_its_header(client: httpx.Client) -> None:
    for path in ("/api/v1/entities", "/api/v1/claims", "/api/v1/sources", "/api/v1/questions"):
        response = client.get(path, params={"limit": 2})
        assert response.links["next"]["url"] == response.json()["next"], path


def test_labels_come_in_the_language_asked_for(client: httpx.Client) -> None:
    assert get(client, "/api/v1/entities/china", lang="zh")["label"] == "中国"
    assert get(client, "/api/v1/entities/china", lang="uk")["label"] == "Китай"
    assert get(client, "/api/v1/entities/china", lang="zh-Hant-TW")["label"] == "中国"
    assert get(client, "/api/v1/entities/china", lang="tlh") == get(client, "/api/v1/entities/china")
    claim = get(client, "/api/v1/claims", speaker="China", lang="ru", limit=1)
    assert claim["items"] == get(client, "/api/v1/claims", speaker="Китай", lang="ru", limit=1)["items"]
    named = get(client, "/api/v1/questions/proposals-naming-guarantor", guarantor="China", lang="zh")
    assert named["rows"][0]["cells"]["guarantor"]["label"] == "中国"
    asked = get(client, "/api/v1/ask", q="Who are the guarantors of the Istanbul proposals?", lang="zh")
    assert "中国" in [answer["label"] for answer in asked["answers"]]


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/compare"])
def test_a_list_comes_as_csv_by_suffix_and_by_accept(client: httpx.Client, path: str) -> None:
    by_suffix, by_accept = client.get(f"{path}.csv"), client.get(path, headers={"Accept": "text/csv"})
    assert by_suffix.text == by_accept.text
    header, *rows = csv.reader(io.StringIO(by_suffix.text))
    assert rows
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize(
    "path", ["entities/china", "claims/chinese-peacekeepers/s05-2", "sources/chinese-peacekeepers"]
)
@pytest.mark.parametrize(("form", "syntax"), [(TURTLE, ox.RdfFormat.TURTLE), (JSON_LD, ox.RdfFormat.JSON_LD)])
def test_a_thing_comes_as_rdf_by_accept(client: httpx.Client, path: str, form: str, syntax: ox.RdfFormat) -> None:
    response = client.get(f"/api/v1/{path}", headers={"Accept": form})
    assert response.headers["content-type"].startswith(form)
    subjects = {str(quad.subject) for quad in ox.parse(response.content, format=syntax)}
    assert f"<{ID}{path.partition('/')[2]}>" in subjects


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/api/v1/entities/atlantis", 404, "not-found"),
        ("/api/v1/claims/no-such/claim", 404, "not-found"),
        ("/api/v1/sources/no-such-source", 404, "not-found"),
        ("/api/v1/sources/china", 404, "not-found"),
        ("/api/v1/entities?type=NoSuchClass", 422, "unknown-name"),
        ("/api/v1/entities?limit=-1", 422, "bad-parameter"),
        ("/api/v1/entities?limit=1001", 422, "bad-parameter"),
        ("/api/v1/entities?offset=-1", 422, "bad-parameter"),
        ("/api/v1/entities?q=%00", 422, "bad-parameter"),
        ("/api/v1/entities?lang=english!", 422, "bad-parameter"),
        ("/api/v1/entities?q=" + "x" * 201, 422, "bad-parameter"),
        ("/api/v1/claims?speaker=Atlantis", 422, "unknown-name"),
        ("/api/v1/claims?polarity=China", 422, "unknown-name"),
        ("/api/v1/claims?contested=perhaps", 422, "bad-parameter"),
        ("/api/v1/claims?certanty=possible", 422, "bad-parameter"),
        ("/api/v1/entities/china?langu=en", 422, "bad-parameter"),
        ("/api/v1/entities?limit=1&limit=2", 422, "bad-parameter"),
        ("/api/v1/compare?proposals=China", 422, "unknown-name"),
        ("/api/v1/compare?" + "&".join(["proposals=x"] * 51), 422, "bad-parameter"),
        ("/api/v1/why?subject=China", 422, "bad-parameter"),
        ("/api/v1/why?subject=China&predicate=nothing&object=Russia", 422, "unknown-name"),
        ("/api/v1/why?subject=China&predicate=can+block&object=Ukraine", 404, "not-found"),
        ("/id/no-such-thing", 404, "not-found"),
        ("/data/id/china.docx", 404, "not-found"),
        ("/id/%3Cscript%3E", 404, "not-found"),
        ("/id/a%20b%22%7B", 404, "not-found"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(client: httpx.Client, path: str, status: int, problem: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"/problems/{problem}"
    assert client.get(response.json()["type"]).status_code == 200


@pytest.mark.parametrize("path", ["/id/nothing", "/ontology/Nothing", "/entities/none", "/compare?proposals=Atlantis"])
@pytest.mark.parametrize(("accept", "form"), [(HTML, HTML), ("application/json", PROBLEM), ("*/*", PROBLEM)])
def test_an_error_comes_as_a_page_to_whom_asks_for_pages_alone(
    client: httpx.Client, path: str, accept: str, form: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.is_client_error
    assert response.headers["Content-Type"].startswith(form)


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/entities/china", "/api/v1/compare"])
def test_a_form_that_there_is_not_is_refused(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["type"]) == (406, "/problems/not-acceptable")


HOSTILE = (
    *("", "%", "\x00", "\u202e", "<script>", "{{7*7}}", "../../etc/passwd", "'; DROP", '"x"@en', "_:b0", "id:", "sg:"),
    *("http://", ID, "-1", "1e9", "null", "[]", "x\ny", "\t", "e\u0301", "😀", "a" * 3000),
)
ADDRESSES = (
    *(
        "/ask?q=",
        "/claims?about=",
        "/claims?source=",
        "/compare?proposals=",
        "/entities?q=",
        "/entities?type=",
        "/query?query=",
    ),
    *(
        "/questions/claims-made?speaker=",
        "/questions/claims-made?according_to=",
        "/why?predicate=can+block&object=China&subject=",
    ),
    *(
        "/about/",
        "/claims/",
        "/data/",
        "/entities/",
        "/graph/",
        "/id/",
        "/ontology/",
        "/problems/",
        "/shapes/",
        "/sources/",
    ),
    *(
        "/sources/chinese-peacekeepers?start=",
        "/static/",
        "/reconcile?queries=",
        "/reconcile?extend=",
        "/reconcile?callback=",
    ),
    *(
        "/reconcile/preview?id=",
        "/reconcile/suggest/entity?prefix=",
        "/sitemap.xml?",
        "/.well-known/",
        "/sparql?query=",
    ),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_whatever_is_put_into_an_address_no_answer_is_a_servers_fault(client: httpx.Client, address: str) -> None:
    for value in HOSTILE:
        for accept in ("text/html,*/*;q=0.8", "application/json", ";;;"):
            response = client.get(address + quote(value), headers={"Accept": accept})
            assert response.status_code < 500, (value, accept, response.text)
            if "html" in response.headers.get("content-type", ""):
                assert "<script>" not in response.text, (value, accept)


def test_any_address_tells_other_origins_and_its_methods(client: httpx.Client) -> None:
    for path, methods in (
        ("/api/v1/claims", {"GET", "HEAD", "OPTIONS"}),
        ("/api/v1/documents", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/api/v1/documents/a", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
    ):
        asked = client.options(path, headers={"Origin": "https://example.org"})
        assert set(asked.headers["allow"].split(", ")) == methods
        assert asked.headers["access-control-allow-origin"] == "*"
    assert client.get("/api/v1/claims").headers["access-control-allow-origin"] == "*"


def test_a_document_comes_as_json_ld_too_and_goes_without_trace(writer: httpx.Client) -> None:
    triples = list(ox.parse(DENIAL.encode(), format=ox.RdfFormat.TURTLE))
    as_json = ox.serialize([quad.triple for quad in triples], format=ox.RdfFormat.JSON_LD)
    headers = {"Content-Type": JSON_LD}
    before = get(writer, "/api/v1/claims", limit=1000)
    dry = writer.post("/api/v1/documents", params={"dry_run": "true"}, content=as_json, headers=headers)
    assert (dry.status_code, dry.json()["document"]) == (200, ID + "a-denial")
    assert get(writer, "/api/v1/claims", limit=1000) == before
    loaded = writer.post("/api/v1/documents", content=as_json, headers=headers)
    assert loaded.json() == dry.json()
    assert get(writer, "/api/v1/claims")["total"] == before["total"] + 1
    assert writer.delete(f"/api/v1/documents/{quote(ID, safe='')}a-denial").status_code == 200
    assert get(writer, "/api/v1/claims", limit=1000) == before


def test_a_dry_run_lists_every_fault(writer: httpx.Client) -> None:
    wrong = DENIAL.replace("sg:certainty sg:asserted ;", "").replace('do not name China as a guarantor"', 'said so"')
    problem = writer.post("/api/v1/documents?dry_run=true", content=wrong)
    assert problem.status_code == 422
    assert {fault["line"] is not None for fault in problem.json()["faults"]} == {True}
    assert len(problem.json()["faults"]) >= 2
