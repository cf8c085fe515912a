"""Queries run apart from the server and from each other, on the newest acknowledged version, and never for nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from api import problems
from kg.errors import Busy
from kg.holder import announced
from kg.store import Store, open_store
from kg.workers import Head, Limits, Pool, Query
from tests.hostile import RUNAWAYS
from tests.processes import TOKEN, Kg

SECONDS = 2
BEARER = {"Authorization": f"Bearer {TOKEN}"}
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    """A writer's client of a plain store of 1,000 statements, whose queries may run for two seconds."""
    data = " ".join(f"<e:{number}> <e:p> {number} ." for number in range(1000))
    serving = Kg(folder).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, KG_QUERY_SECONDS=str(SECONDS))
    with serving as url, httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        client.post("/sparql/update", data={"update": f"INSERT DATA {{ {data} }}"}).raise_for_status()
        yield client


def processes(folder: Path) -> dict[int, list[int]]:
    """The server's processes: each with those that it has started."""
    server = announced(f"file:{folder / 'store'}")
    assert server is not None
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.parent.name))
    (supervisor,) = (pid for pid in children[server.pid] if b"kg.workers.supervisor" in _command(pid))
    return {server.pid: [supervisor], supervisor: children.get(supervisor, [])}


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def count(client: httpx.Client, salt: object = "") -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ ?s <e:p> ?o }} #{salt}"
    answer = client.get("/sparql", params={"query": query}).raise_for_status().json()
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_a_query_sees_the_newest_acknowledged_version_whole(client: httpx.Client) -> None:
    """Writers put in and take out pairs: no reader ever sees one of a pair, nor less than was acknowledged."""
    ended = threading.Event()

    def read() -> set[int]:
        seen = set()
        with httpx.Client(base_url=client.base_url, timeout=60) as reader:
            while not ended.is_set():
                query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <e:pairs> {{ ?s ?p ?o }} }} #{time.monotonic()}"
                seen.add(int(reader.get("/sparql", params={"query": query}).text.split('"value":"')[1].split('"')[0]))
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(5):
            pair = f"GRAPH <e:pairs> {{ <e:{number}> <e:is> 1 . <e:{number}> <e:is> 2 }}"
            client.post("/sparql/update", data={"update": f"INSERT DATA {{ {pair} }}"}).raise_for_status()
            asked = client.get("/sparql", params={"query": f"ASK {{ {pair} }}"})
            assert asked.json()["boolean"] is True
        ended.set()
        assert set().union(*(reader.result() for reader in readers)) <= {0, 2, 4, 6, 8, 10}


@linux
def test_a_worker_or_the_supervisor_that_dies_is_replaced(client: httpx.Client, folder: Path) -> None:
    before = processes(folder)
    (supervisor,) = next(iter(before.values()))
    for worker in before[supervisor]:
        os.kill(worker, signal.SIGKILL)
    time.sleep(0.1)
    assert count(client, "without workers") == 1000
    os.kill(supervisor, signal.SIGKILL)
    time.sleep(0.1)
    assert count(client, "without a supervisor") == 1000
    after = processes(folder)
    assert not set(before[supervisor]) & {worker for workers in after.values() for worker in workers}


@linux
@pytest.mark.usefixtures("client")
def test_no_worker_can_open_a_connection(folder: Path) -> None:
    """The kernel refuses it, whatever the engine makes of a text (seccomp)."""
    (supervisor,), workers = processes(folder).values()
    assert workers
    for worker in workers:
        status = Path(f"/proc/{worker}/status").read_text()
        assert "Seccomp:\t2\n" in status
        assert "NoNewPrivs:\t1\n" in status
    assert "Seccomp:\t0\n" in Path(f"/proc/{supervisor}/status").read_text(), "only those that run queries are confined"


@linux
def test_a_long_query_leaves_its_lane_to_the_others(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        long = [
            pool.submit(
                httpx.get, f"{client.base_url}/sparql", params={"query": f"{RUNAWAYS['join']} #{number}"}, timeout=60
            )
            for number in range(8)
        ]
        time.sleep(0.5)
        begun = time.monotonic()
        for number in range(20):
            count(client, f"beside {number}")
        assert time.monotonic() - begun < SECONDS, "they were answered before the long ones ended"
        assert {job.result().status_code for job in long} == {408}


@pytest.mark.parametrize(
    ("limits", "found"),
    [(Limits(seconds=1.5, long=1), "long queries running"), (Limits(processes=1, waiting=1), "queries waiting")],
)
def test_where_too_many_run_or_wait_the_next_is_told_when_to_come_again(limits: Limits, found: str) -> None:
    async def ignored(_: Head, __: bytes) -> None: ...

    async def ask(store: Store) -> list[object]:
        pool = Pool({}, limits)
        await pool.open()
        query = Query(RUNAWAYS["join"], results="text/csv", graph=None)
        answers = [asyncio.ensure_future(pool.answer(query, store.snapshot(), ignored)) for _ in range(6)]
        await asyncio.wait(answers, return_when=asyncio.FIRST_EXCEPTION)
        told = [answer.exception() for answer in answers if answer.done()]
        for answer in answers:
            answer.cancel()
        await pool.close()
        await asyncio.gather(*answers, return_exceptions=True)
        return told

    with open_store("memory:") as store:
        triples = [
            ox.Quad(ox.NamedNode(f"e:{number}"), ox.NamedNode("e:p"), ox.Literal(number)) for number in range(999)
        ]
        store.replace_all(triples)
        (first, *_) = asyncio.run(ask(store))
    assert isinstance(first, Busy)
    assert found in str(first)
    response = problems.respond(first)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


@linux
def test_a_client_that_left_while_it_waited_costs_nothing(client: httpx.Client) -> None:
    """Its query is not begun when its turn comes: the lanes are free for others at once."""
    host, port = client.base_url.host, client.base_url.port
    connections = []
    for number in range(60):
        connection = socket.create_connection((host, port))
        query = quote(f"{RUNAWAYS['sort']} #{number}")
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connections.append(connection)
    time.sleep(0.05)
    for connection in connections:
        connection.close()
    begun = time.monotonic()
    assert count(client, "after those that left") == 1000
    assert time.monotonic() - begun < 5


def test_an_answer_to_head_or_to_one_who_leaves_is_not_worked_out_to_its_end(client: httpx.Client) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 900000"
    begun = time.monotonic()
    assert client.head("/sparql", params={"query": endless}).status_code == 200
    with client.stream("GET", "/sparql", params={"query": endless}) as answer:
        assert next(answer.iter_bytes()).startswith(b'{"head"')
    assert count(client, "after") == 1000
    assert time.monotonic() - begun < SECONDS


def test_a_body_too_large_is_refused_by_its_declared_length(client: httpx.Client) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999"
        connection.sendall(f"{head}\r\n\r\n".encode())
        connection.settimeout(5)
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413")
