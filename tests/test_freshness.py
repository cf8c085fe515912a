"""Freshness: what a client has is not sent again, a write changes each tag, no answer is older than the last write.

A document is written again and again, each time with the next number in its words, while readers ask for it over
every kind of route with the tag of what they have. What was acknowledged before a request was sent, its answer shows.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.processes import TOKEN, Kg

WRITES = 12
ROUTES = {
    "a question": "/api/v1/questions/claims-made?about=Freeland",
    "claims": "/api/v1/claims?about=Freeland",
    "claims as CSV": "/api/v1/claims.csv?about=Freeland",
    "a source": "/api/v1/sources/number",
    "a thing as Turtle": "/data/id/number.ttl",
    "a page": "/sources/number",
    "SPARQL": "/sparql?query=SELECT+%3Ft+%7B+id%3Anumber+sg%3Atext+%3Ft+%7D",
    "a graph": "/sparql/graphs?graph=https://w3id.org/security-guarantees/graph/number",
}
DOCUMENT = """
@prefix : <https://w3id.org/security-guarantees/id/number/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .

id:number a sg:NewsArticle ;
  rdfs:label "the numbered article"@en ; dcterms:title "A number" ; dcterms:language "en" ;
  sg:text "Freeland is weakened by the war, as report no. {number} says." .

:freeland a sg:State ; rdfs:label "Freeland"@en .

:s01 a sg:Claim ;
  sg:speaker id:number ; sg:act sg:asserts ; sg:polarity sg:affirmed ; sg:certainty sg:asserted ;
  sg:evidence [ sg:quote "Freeland is weakened by the war, as report no. {number} says." ] ;
  sg:content [ a sg:Effect ; sg:cause id:russia-ukraine-war ; sg:outcome sg:weakening ; sg:affected :freeland ;
    sg:direction sg:worse ] .
"""


@dataclass
class Writer:
    """Writes the document with the next number, and knows the last that was acknowledged."""

    client: httpx.Client
    number: int = 0

    def write(self) -> None:
        response = self.client.post("/api/v1/documents", content=DOCUMENT.replace("{number}", str(self.number + 1)))
        assert response.status_code == 200, response.text
        self.number += 1


@pytest.fixture(scope="module")
def writer(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    folder = tmp_path_factory.mktemp("fresh")
    shutil.copytree(kg.folder / "store", folder / "store")
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    with Kg(folder).serving(KG_TOKEN=TOKEN) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        made = Writer(client)
        made.write()
        yield made


def number_in(text: str) -> int:
    found = re.search(r"report no\. (\d+)", text)
    assert found, text[:2000]
    return int(found[1])


@pytest.mark.parametrize("route", list(ROUTES))
def test_a_tag_holds_until_a_write_and_no_longer(writer: Writer, route: str) -> None:
    first = writer.client.get(ROUTES[route])
    known = {"If-None-Match": first.headers["etag"]}
    for _ in range(2):
        again = writer.client.get(ROUTES[route], headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (
        writer.client.get(ROUTES[route], headers={"If-None-Match": '"another", W/' + first.headers["etag"]}).status_code
        == 304
    )
    writer.write()
    changed = writer.client.get(ROUTES[route], headers=known)
    assert (changed.status_code, number_in(changed.text)) == (200, writer.number)
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_time_holds_until_a_write_and_no_longer_where_no_tag_is_sent(writer: Writer) -> None:
    def answers(**headers: str) -> list[httpx.Response]:
        return [writer.client.get(route, headers=headers) for route in ROUTES.values()]

    writer.write()
    for soon in answers():
        assert soon.headers.get("last-modified", soon.headers["date"]) <= soon.headers["date"]
    time.sleep(2.1)
    times = {first.headers["last-modified"] for first in answers()}
    assert len(times) == 1
    known = {"If-Modified-Since": times.pop()}
    assert {(again.status_code, again.content) for again in answers(**known)} == {(304, b"")}
    assert {each.status_code for each in answers(**known, **{"If-None-Match": '"another"'})} == {200}
    for other in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "Fri, 31 Feb 9999 00:00:00 GMT"):
        assert {each.status_code for each in answers(**{"If-Modified-Since": other})} == {200}
    writer.write()
    assert {(each.status_code, number_in(each.text)) for each in answers(**known)} == {(200, writer.number)}


@pytest.mark.timeout(180)
def test_no_answer_is_older_than_the_last_write_however_hard_both_press(writer: Writer) -> None:
    start, stop, stale, statuses = writer.number, threading.Event(), [], Counter[int]()

    def press(route: str, header: str, from_: str) -> None:
        known, body = {}, ""
        with httpx.Client(base_url=writer.client.base_url, timeout=60) as reader:
            while not stop.is_set():
                before = writer.number
                answer = reader.get(ROUTES[route], headers=known)
                statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    known, body = {header: answer.headers[from_]}, answer.text
                if answer.status_code not in (200, 304) or number_in(body) < before:
                    stale.append((route, answer.status_code, before, body[-300:]))

    by_tag = [(route, "If-None-Match", "etag") for route in ROUTES]
    by_time = [(route, "If-Modified-Since", "date") for route in ("a question", "SPARQL")]
    readers = [threading.Thread(target=press, args=each) for each in by_tag + by_time]
    for reader in readers:
        reader.start()
    try:
        end = time.monotonic() + 60
        while writer.number < start + WRITES and time.monotonic() < end:
            writer.write()
            time.sleep(0.1)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert stale == []
    assert writer.number >= start + 5
    assert min(statuses[200], statuses[304]) > writer.number - start
