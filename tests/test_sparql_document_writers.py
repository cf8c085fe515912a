"""Several who write and read documents by SPARQL at once, and an update that does not end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.notes import (
    NOTE,
    VIEW,
    WHOLE,
    claim,
    content,
    insert,
    left_as_it_was,
    put_afresh,
    served,
    update,
)
from tests.processes import Kg


@pytest.fixture(scope="module")
def server(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(kg, tmp_path_factory.mktemp("written")) as client:
        yield client


@pytest.fixture
def client(server: httpx.Client) -> Iterator[httpx.Client]:
    with left_as_it_was(server) as unchanged:
        yield unchanged


@pytest.mark.parametrize("first", ["INSERT DATA { GRAPH <u:first> { <a:a> <a:p> 1 } }", insert(WHOLE)])
def test_a_runaway_update_is_ended_and_nothing_of_it_stays(client: httpx.Client, first: str) -> None:
    every = " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(5))
    started = time.monotonic()
    refused = update(client, f"{first}; INSERT {{ GRAPH <u:run> {{ ?s1 ?p2 ?o3 }} }} WHERE {{ {every} }}")
    assert (refused.status_code, refused.headers["content-type"]) == (408, "application/problem+json")
    assert time.monotonic() - started < 30
    for graph in ("u:first", "u:run", NOTE):
        assert client.get("/sparql/graphs", params={"graph": graph}).status_code == 404


def test_writers_at_once_follow_one_another(client: httpx.Client) -> None:
    """Each adds one claim to the same document by what it reads there: none is lost."""
    update(client, insert(WHOLE))

    def add(number: int) -> int:
        numbered = claim(f"w{number}", "Chile denies it.", polarity="denied")
        counted = f"INSERT DATA {{ GRAPH <u:writers> {{ <a:a> <a:p> {number} }} }}"
        return update(client, f"{insert(numbered)}; {counted}").status_code

    with ThreadPoolExecutor(4) as writers:
        assert set(writers.map(add, range(8))) == {204}
    counted = f"SELECT (COUNT(?c) AS ?n) WHERE {{ GRAPH <{NOTE}> {{ ?c a sg:Claim }} }}"
    assert client.get("/sparql", params={"query": counted}, headers={"Accept": "text/csv"}).text.split() == ["n", "9"]
    assert len(content(client, "u:writers")) == 8
    update(client, "DROP GRAPH <u:writers>")
    put_afresh(client, NOTE)


def test_readers_see_a_document_with_what_follows_from_it_or_neither(client: httpx.Client) -> None:
    document, view = f"EXISTS {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}", f"EXISTS {{ {VIEW} }}"
    query = f"SELECT ?d ?v WHERE {{ BIND({document} AS ?d) BIND({view} AS ?v) }}"
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as reader:
            while not over.is_set():
                seen.add(reader.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1])

    reading = threading.Thread(target=read)
    reading.start()
    for _ in range(4):
        assert update(client, insert(WHOLE)).status_code == 204
        assert update(client, f"DROP GRAPH <{NOTE}>").status_code == 204
    over.set()
    reading.join(timeout=60)
    assert seen <= {"true,true", "false,false"}


def test_answers_carry_another_tag_after_an_update(client: httpx.Client) -> None:
    params = {"query": f"ASK {{ {VIEW} }}"}
    first = client.get("/sparql", params=params)
    assert client.get("/sparql", params=params, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    update(client, insert(WHOLE))
    second = client.get("/sparql", params=params, headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.json()["boolean"]) == (200, True)
