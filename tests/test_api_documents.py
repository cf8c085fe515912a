"""Documents over the JSON API: listed, read back, replaced only as they were read; lists by page, cursor and line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from tests.api import ARTICLE, PROBLEM, get
from tests.processes import CHECKOUT

HERE = "/api/v1/documents/chinese-peacekeepers"
NEW = "/api/v1/documents/briefing-agency"
LISTS = ("/api/v1/entities", "/api/v1/claims", "/api/v1/sources", "/api/v1/documents", "/api/v1/questions")


def document(name: str) -> str:
    """A document of the tests, with its text in it."""
    folder = CHECKOUT / "tests" / "breadth"
    text = json.dumps((folder / f"{name}.txt").read_text(encoding="utf-8"), ensure_ascii=False)
    turtle = Path(folder / f"{name}.ttl").read_text(encoding="utf-8")
    return turtle.replace(f'sg:textFile "{name}.txt"', f"sg:text {text}")


def test_documents_are_listed_with_where_each_is_read(client: httpx.Client) -> None:
    (only,) = get(client, "/api/v1/documents")["items"]
    assert (only["iri"], only["name"], only["href"]) == (ARTICLE, "chinese-peacekeepers", HERE)
    assert only["claims"] > 0
    assert get(client, only["source"])["sha256"] == only["sha256"]


@pytest.mark.parametrize("form", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"])
def test_a_document_is_read_back_in_each_syntax_with_a_tag_of_its_own(client: httpx.Client, form: str) -> None:
    answer = client.get(HERE, headers={"Accept": form})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, form)
    syntax = ox.RdfFormat.from_media_type(form)
    assert syntax is not None
    stated = [quad.triple for quad in ox.parse(answer.content, format=syntax)]
    assert any(triple.predicate.value.endswith("/ontology/text") for triple in stated)
    again = client.get(HERE, headers={"Accept": form, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/v1/documents/none").status_code == 404


def test_a_document_is_made_replaced_as_it_was_read_and_withdrawn(writer: httpx.Client) -> None:
    sent = document("briefing-agency")
    made = writer.put(NEW, content=sent, headers={"If-None-Match": "*"})
    assert (made.status_code, made.headers["location"]) == (201, NEW), made.text
    assert writer.put(NEW, content=sent, headers={"If-None-Match": "*"}).status_code == 412
    read = writer.get(NEW, headers={"Accept": "text/turtle"})
    same = writer.put(NEW, content=read.content, headers={"If-Match": read.headers["etag"]})
    assert (same.status_code, same.json()["added"], same.json()["removed"]) == (200, 0, 0), same.text
    titled = sent + '\nid:briefing-agency dcterms:title "Another title"@en .\n'
    done = writer.put(NEW, content=titled, headers={"If-Match": read.headers["etag"]})
    assert (done.status_code, done.json()["added"]) == (200, 1), done.text
    late = writer.put(NEW, content=sent, headers={"If-Match": read.headers["etag"]})
    assert (late.status_code, late.headers["content-type"]) == (412, PROBLEM)
    assert writer.delete(NEW, headers={"If-Match": read.headers["etag"]}).status_code == 412
    assert writer.delete(NEW, headers={"If-Match": done.headers["etag"]}).status_code == 200
    assert writer.put(NEW, content=sent, headers={"If-Match": "*"}).status_code == 412
    elsewhere = writer.put("/api/v1/documents/other", content=sent)
    assert (elsewhere.status_code, elsewhere.headers["content-type"]) == (422, PROBLEM)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_goes_on_and_back_and_is_had_a_line_an_item(client: httpx.Client, path: str) -> None:
    whole = client.get(path, headers={"Accept": "application/x-ndjson"})
    assert whole.headers["content-type"] == "application/x-ndjson"
    items = [json.loads(line) for line in whole.text.splitlines()]
    listed = get(client, path, limit=1000)
    assert items == listed["items"]
    if len(items) > 2:
        second = client.get(path, params={"limit": 1, "offset": 1})
        back = get(client, second.json()["prev"])
        assert back["prev"] is None
        assert back["next"] == f"{path}?limit=1&offset=1"
        assert 'rel="prev"' in second.headers["link"]


@pytest.mark.parametrize("path", LISTS[:4])
def test_a_cursor_walks_a_list_once(client: httpx.Client, path: str) -> None:
    whole, walked = get(client, path, limit=1000)["items"], []
    address: str | None = f"{path}?limit=7&cursor="
    while address:
        part = get(client, address)
        walked += part["items"]
        address = part["next"]
    assert walked == whole
    assert client.get(path, params={"cursor": "?"}).status_code == 422


def test_a_cursor_loses_nothing_to_what_comes_before_it(writer: httpx.Client) -> None:
    first = get(writer, "/api/v1/claims?limit=50&cursor=")
    rest = get(writer, "/api/v1/claims", limit=1000)["items"][len(first["items"]) :]
    assert writer.put(NEW, content=document("briefing-agency")).status_code == 201
    walked, address = [], first["next"]
    while address:
        part = get(writer, address)
        walked += part["items"]
        address = part["next"]
    assert [claim["iri"] for claim in walked] == [claim["iri"] for claim in rest]


def test_a_question_in_english_is_answered_as_csv(client: httpx.Client) -> None:
    asked = {"q": "Which proposals name China as guarantor?"}
    answer = client.get("/api/v1/ask.csv", params=asked)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text == client.get("/api/v1/ask", params=asked, headers={"Accept": "text/csv"}).text
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert "Istanbul" in row["proposal"]
    unsure = client.get("/api/v1/ask.csv", params={"q": "Tell me who China Russia guarantor?"})
    assert (unsure.status_code, unsure.headers["content-type"]) == (422, PROBLEM)
