"""Several who write and read at once, and an update that does not end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.notes import NOTE, VIEW, content, put, put_afresh, update

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <u:writers> { <a:a> <a:p> ?o } }"


def test_a_runaway_update_is_ended_and_nothing_of_it_stays(scribe: httpx.Client) -> None:
    first = "INSERT DATA { GRAPH <u:first> { <a:a> <a:p> 1 } }"
    every = " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(5))
    started = time.monotonic()
    refused = update(scribe, f"{first}; INSERT {{ GRAPH <u:run> {{ ?s1 ?p2 ?o3 }} }} WHERE {{ {every} }}")
    assert (refused.status_code, refused.headers["content-type"]) == (408, "application/problem+json")
    assert time.monotonic() - started < 30
    for graph in ("u:first", "u:run"):
        assert scribe.get("/sparql/graphs", params={"graph": graph}).status_code == 404


def test_writers_at_once_follow_one_another(scribe: httpx.Client) -> None:
    """Each adds what it reads to a graph of its own kind, while a document comes and goes: nothing is lost."""

    def add(number: int) -> int:
        if number % 4 == 0:
            return put(scribe).status_code
        new = "INSERT { GRAPH <u:writers> { <a:a> <a:p> ?next } }"
        return update(scribe, f"{new} WHERE {{ {{ {COUNT} }} BIND(?n + 1 AS ?next) }}").status_code

    with ThreadPoolExecutor(4) as writers:
        assert set(writers.map(add, range(16))) <= {201, 204}
    assert len(content(scribe, "u:writers")) == 12, "each has read what the one before it wrote"
    update(scribe, "DROP GRAPH <u:writers>")
    put_afresh(scribe, NOTE)


def test_readers_see_a_document_with_what_follows_from_it_or_neither(scribe: httpx.Client) -> None:
    document, view = f"EXISTS {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}", f"EXISTS {{ {VIEW} }}"
    query = f"SELECT ?d ?v WHERE {{ BIND({document} AS ?d) BIND({view} AS ?v) }}"
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        with httpx.Client(base_url=scribe.base_url, timeout=60) as reader:
            while not over.is_set():
                seen.add(reader.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1])

    reading = threading.Thread(target=read)
    reading.start()
    for _ in range(4):
        assert put(scribe).status_code == 201
        assert scribe.delete("/sparql/graphs", params={"graph": NOTE}).status_code == 204
    over.set()
    reading.join(timeout=60)
    assert seen <= {"true,true", "false,false"}


def test_answers_carry_another_tag_after_an_update(scribe: httpx.Client) -> None:
    params = {"query": f"ASK {{ {VIEW} }}"}
    first = scribe.get("/sparql", params=params)
    assert scribe.get("/sparql", params=params, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    put(scribe)
    second = scribe.get("/sparql", params=params, headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.json()["boolean"]) == (200, True)
