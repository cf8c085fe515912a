"""Hostile input is stopped at its limit and told so; nobody else notices; nothing is left burning."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.hostile import DOCUMENTS, NESTED, RUNAWAY_UPDATES, RUNAWAYS
from tests.processes import TOKEN, Kg

SECONDS, MEGABYTES = 1, 256
QUERY = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with narrow limits on a store of 3,000 statements."""
    settings = {"KG_QUERY_SECONDS": str(SECONDS), "KG_QUERY_MEMORY_MB": str(MEGABYTES)}
    chain = " ".join(
        f"<e:{n}> <e:next> <e:{n + 1}> ; <e:near> <e:{(n * 7) % 1000}> ; <e:name> 'aaaaaaaaaaab{n}' ."
        for n in range(1000)
    )
    with Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:", **settings) as url:
        httpx.post(f"{url}/sparql/update", content=f"INSERT DATA {{ {chain} }}", headers=UPDATE).raise_for_status()
        yield url


def stopped(response: httpx.Response) -> bool:
    return response.status_code in (400, 408, 413) and response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHo st: a\r\n\r\n", 400),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 3_000_000, 431),
        (b"GET /healthz HTTP/1.1\r\n" + b"X: a\r\n" * 500_000, 431),
    ],
    ids=["no request", "no version", "no header", "a long address", "a long header", "many headers"],
)
def test_what_cannot_be_read_as_a_request_is_told_as_a_problem(server: str, sent: bytes, status: int) -> None:
    address = httpx.URL(server)
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        with suppress(ConnectionError):  # it is closed before all has been sent
            connection.sendall(sent)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == status
    assert httpx.get(f"{server}/problems/{json.loads(body)['type'].rpartition('/')[2]}").is_success


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_query_is_stopped_at_its_limit(server: str, name: str) -> None:
    begun = time.monotonic()
    response = httpx.post(f"{server}/sparql", content=RUNAWAYS[name], headers=QUERY, timeout=30)
    assert response.status_code in (408, 413), response.text[:300]
    assert stopped(response)
    assert time.monotonic() - begun < SECONDS + 1


@pytest.mark.parametrize("name", RUNAWAY_UPDATES)
def test_a_runaway_update_is_stopped_and_leaves_nothing(server: str, name: str) -> None:
    count = {"query": "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"}
    before = httpx.get(f"{server}/sparql", params=count).json()["results"]
    response = httpx.post(f"{server}/sparql/update", content=RUNAWAY_UPDATES[name], headers=UPDATE, timeout=30)
    assert response.json()["culprit"] == "the update"
    assert response.status_code in (408, 413), response.text[:300]
    assert httpx.get(f"{server}/sparql", params=count).json()["results"] == before


@pytest.mark.parametrize("name", NESTED)
def test_nesting_without_end_harms_nobody(server: str, name: str) -> None:
    """Where the engine takes a flat list of so many in its stride, an answer is as good as a refusal."""
    response = httpx.post(f"{server}/sparql", content=NESTED[name], headers=QUERY, timeout=30)
    assert stopped(response) or response.status_code == 200, (response.status_code, response.text[:300])
    update = f"INSERT {{ <u:a> <u:p> 1 }} WHERE {NESTED[name].removeprefix('SELECT *')}"
    response = httpx.post(f"{server}/sparql/update", content=update, headers=UPDATE, timeout=30)
    assert stopped(response) or response.status_code == 204, (response.status_code, response.text[:300])
    assert httpx.get(f"{server}/sparql", params={"query": "ASK {}"}, timeout=5).json()["boolean"] is True


def test_five_megabytes_of_text_are_refused_before_they_are_read(server: str) -> None:
    response = httpx.post(f"{server}/sparql", content="#" * (5 << 20), headers=QUERY, timeout=30)
    assert (response.status_code, stopped(response)) == (413, True)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_swells_or_nests_without_end_harms_nobody(server: str, name: str) -> None:
    media_type, text = DOCUMENTS[name]
    headers = UPDATE | {"Content-Type": media_type}
    response = httpx.put(f"{server}/sparql/graphs?graph=u:document", content=text, headers=headers, timeout=30)
    assert stopped(response) or response.status_code in (201, 204), (response.status_code, response.text[:300])
    assert httpx.get(f"{server}/sparql", params={"query": "ASK {}"}, timeout=5).json()["boolean"] is True


@pytest.mark.parametrize("name", [name for name, (media_type, _) in DOCUMENTS.items() if "xml" not in media_type])
def test_such_a_document_harms_the_pipeline_no_more(url: str, name: str) -> None:
    media_type, text = DOCUMENTS[name]
    headers = UPDATE | {"Content-Type": media_type}
    begun = time.monotonic()
    response = httpx.post(f"{url}/api/v1/documents", content=text, headers=headers, timeout=30)
    assert response.status_code in (413, 415, 422), (response.status_code, response.text[:300])
    assert response.headers["content-type"] == "application/problem+json"
    assert time.monotonic() - begun < 5


def everything() -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Each hostile request: method, path, text, headers."""
    yield from (("POST", "/sparql", text, QUERY) for text in (*RUNAWAYS.values(), *NESTED.values()))
    yield from (("POST", "/sparql/update", text, UPDATE) for text in RUNAWAY_UPDATES.values())
    for media_type, text in DOCUMENTS.values():
        yield "PUT", "/sparql/graphs?graph=u:document", text, UPDATE | {"Content-Type": media_type}


# Asks one plain query after another, each text new, until its input ends; says the slowest and all statuses.
PLAIN = """
import json, sys, threading, time, urllib.error, urllib.request
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
taken, statuses = [], []
while not ended.is_set():
    begun = time.monotonic()
    try:
        with urllib.request.urlopen(f"{sys.argv[1]}%20%23{begun}", timeout=30) as answer:
            answer.read()
            statuses.append(answer.status)
    except urllib.error.HTTPError as error:
        statuses.append(error.code)
    taken.append(time.monotonic() - begun)
print(json.dumps([max(taken), len(taken), sorted(set(statuses))]))
"""


def test_plain_queries_are_answered_beside_fifty_hostile_requests(server: str) -> None:
    """Each in a moment, while the processes together stay within their memory and are gone afterwards."""
    question = f"{server}/sparql?query={quote('ASK { <e:1> ?p ?o }')}"
    asking = subprocess.Popen(
        [sys.executable, "-c", PLAIN, question], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with ThreadPoolExecutor(50) as pool, memory() as largest:
        hostile = [
            pool.submit(httpx.request, method, server + path, content=text, headers=headers, timeout=60)
            for method, path, text, headers in everything()
        ]
        answers = [job.result() for job in hostile]
    slowest, asked, statuses = json.loads(asking.communicate(timeout=60)[0])
    print(f"{asked} plain queries, the slowest {slowest:.2f} s; at most {largest[0] >> 20} MB")  # noqa: T201
    assert len(answers) >= 50
    assert {answer.status_code for answer in answers} <= {200, 201, 204, 400, 408, 413, 503}
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    assert statuses == [200]
    assert slowest < 10
    if sys.platform == "linux":
        assert largest[0] < (2 * MEGABYTES + 1024) << 20
        assert _burning() < 0.5


def test_a_reader_that_does_not_read_holds_nobody_up(server: str) -> None:
    """Twenty connections ask for a large answer and take none of it: others are answered, and theirs break off."""
    address = httpx.URL(server)
    text = quote("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    lazy = []
    for _ in range(20):
        connection = socket.create_connection((address.host, address.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: {address.host}\r\n\r\n".encode())
        lazy.append(connection)
    time.sleep(0.3)
    begun = time.monotonic()
    assert httpx.get(f"{server}/sparql", params={"query": "ASK {} #lazy"}, timeout=10).status_code == 200
    assert time.monotonic() - begun < 5
    time.sleep(SECONDS + 0.5)
    for connection in lazy:
        connection.close()
    if sys.platform == "linux":
        assert _burning() < 0.5


def test_a_query_whose_client_has_left_is_ended(server: str) -> None:
    address = httpx.URL(server)
    for _ in range(8):
        connection = socket.create_connection((address.host, address.port))
        connection.sendall(f"GET /sparql?query={quote(RUNAWAYS['join'])} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.05)
        connection.close()
    time.sleep(0.4)
    if sys.platform == "linux":
        assert _burning(0.4) < 0.2


def test_an_answer_that_fails_after_its_first_byte_breaks_off(server: str) -> None:
    """Its client gets an error, never a part that looks whole."""
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 900000"
    with httpx.stream("POST", f"{server}/sparql", content=endless, headers=QUERY, timeout=30) as answer:
        parts = answer.iter_bytes()
        assert next(parts).startswith(b'{"head"')
        with pytest.raises(httpx.RemoteProtocolError):
            deque(parts, maxlen=0)


def _descendants() -> list[Path]:
    """The processes that this one has started, and theirs (Linux)."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, new = set(), {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return [Path("/proc") / str(pid) for pid in found]


@contextmanager
def memory() -> Iterator[list[int]]:
    """What the server's processes together hold at most, in bytes, meanwhile."""
    largest, done = [0], threading.Event()
    watcher = threading.Thread(target=_watch_memory, args=(done, largest), daemon=True)
    watcher.start()
    try:
        yield largest
    finally:
        done.set()
        watcher.join()


def _watch_memory(done: threading.Event, largest: list[int]) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while not done.wait(0.05):
        total = 0
        for process in _descendants():
            try:
                resident, shared = (process / "statm").read_text().split()[1:3]
                total += (int(resident) - int(shared)) * page
            except OSError:
                continue
        largest[0] = max(largest[0], total)


def _burning(seconds: float = 1.0) -> float:
    """How much processor time the server's processes use, as a share of one processor, in the time to come."""

    def used() -> dict[str, int]:
        times = {}
        for process in _descendants():
            try:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            times[process.name] = int(fields[11]) + int(fields[12])
        return times

    before = used()
    time.sleep(seconds)
    after = used()
    ticks = sum(after[pid] - before[pid] for pid in before.keys() & after.keys())
    return ticks / os.sysconf("SC_CLK_TCK") / seconds
