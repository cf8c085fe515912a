"""Several queries on one connection, byte by byte: in packets of any size, beside runaways, while workers die."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import httpx
import pytest

from tests.hostile import NESTED, RUNAWAYS
from tests.processes import TOKEN, Kg
from tests.serving import numbers, server, wait_until
from tests.test_isolation import processes

SECONDS = 2
ROWS = "SELECT ?s ?o { ?s <e:p> ?o } ORDER BY ?o"
LIMITS = {"KG_PLAIN": "1", "KG_TOKEN": TOKEN, "KG_QUERY_SECONDS": str(SECONDS), "KG_QUERY_MEMORY_MB": "256"}


@dataclass
class Said:
    """An answer, less what is another each time."""

    status: int
    headers: dict[str, str]
    body: bytes
    identifier: str = field(compare=False)


class _Lasting:
    """A file that stays open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def close(self) -> None:
        pass


class Connection:
    """One connection, and what is sent and read on it, byte by byte."""

    def __init__(self, url: str) -> None:
        address = httpx.URL(url)
        self.host = f"{address.host}:{address.port}"
        self.socket = socket.create_connection((address.host, address.port), timeout=30)
        self._file = self.socket.makefile("rb")

    def makefile(self, _: str) -> BinaryIO:
        """What HTTPResponse reads from: the same for each, since what it has read may hold the next one's beginning."""
        return _Lasting(self._file)  # type: ignore[return-value]

    def request(self, target: str, headers: Mapping[str, str] = {}, body: bytes = b"", method: str = "GET") -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}", *(f"{k}: {v}" for k, v in headers.items())]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def read(self, method: str = "GET") -> Said:
        answer = HTTPResponse(self, method=method)  # type: ignore[arg-type]
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        headers.pop("date")
        return Said(answer.status, headers, answer.read(), headers.pop("x-request-id"))

    def ask(self, query: str, headers: Mapping[str, str] = {}) -> Said:
        self.socket.sendall(self.request(f"/sparql?query={quote(query)}", headers))
        return self.read()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("connections")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with Kg(folder).serving(**LIMITS) as url:
        fill(url)
        yield url


def fill(url: str) -> None:
    data = " ".join(f"<e:{number}> <e:p> {number} ; <e:next> <e:{number + 1}> ." for number in range(1000))
    update(url, f"INSERT DATA {{ {data} }}")


def update(url: str, text: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    httpx.post(f"{url}/sparql/update", data={"update": text}, headers=headers, timeout=30).raise_for_status()


# Answers

OTHERS, ESCAPE = 'ASK { ?s ?p "Україна 乌克兰" }', 'SELECT ("a\\nb" AS ?x) {}'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REQUESTS = {
    "a query": ("GET", f"/sparql?query={quote(ROWS)}", {}, b""),
    "plus signs": ("GET", "/sparql?query=SELECT+?s+{+?s+<e:p>+1+}", {}, b""),
    "signs of other languages": ("GET", f"/sparql?query={quote(OTHERS)}", {}, b""),
    "a backslash": ("GET", "/sparql?query=ASK{?s?p'\\n'}", {}, b""),
    "an encoded backslash": ("GET", f"/sparql?query={quote(ESCAPE)}", {}, b""),
    "a bad escape": ("GET", "/sparql?query=ASK%7B%zz%7D", {}, b""),
    "no UTF-8": ("GET", "/sparql?query=ASK%7B%ff%7D", {}, b""),
    "another form": ("GET", f"/sparql?query={quote(ROWS)}", {"Accept": "text/csv"}, b""),
    "no such form": ("GET", f"/sparql?query={quote(ROWS)}", {"Accept": "image/png"}, b""),
    "a graph": ("GET", f"/sparql?query={quote('CONSTRUCT { ?s <e:q> 1 } { ?s <e:p> 1 }')}", {}, b""),
    "gzip": ("GET", f"/sparql?query={quote(ROWS)}", {"Accept-Encoding": "gzip"}, b""),
    "Brotli": ("GET", f"/sparql?query={quote(ROWS)}", {"Accept-Encoding": "br, zstd;q=0"}, b""),
    "too short to compress": ("GET", "/sparql?query=ASK%7B%7D", {"Accept-Encoding": "gzip"}, b""),
    "a long answer": ("GET", f"/sparql?query={quote('SELECT * { ?a ?b ?c . ?d ?e 7 }')}", {}, b""),
    "a text by POST": ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, ROWS.encode()),
    "a form": ("POST", "/sparql", FORM, f"query={quote(ROWS)}".encode()),
    "a form with more": ("POST", "/sparql", FORM, f"query={quote(ROWS)}&format=csv".encode()),
    "another encoding": ("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=latin-1"}, b"ASK {}"),
    "a long text": ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK {} #" + b"x" * 50_000),
    "a volatile answer": ("GET", f"/sparql?query={quote('ASK { FILTER(RAND() < 2) }')}", {}, b""),
    "another base": ("GET", f"/sparql?query={quote('SELECT (<x> AS ?x) {}')}", {}, b""),
    "a proxy's scheme": ("GET", f"/sparql?query={quote('SELECT (<x> AS ?x) {}')}", {"X-Forwarded-Proto": "https"}, b""),
    "a scheme that is none": (
        "GET",
        f"/sparql?query={quote('SELECT (<x> AS ?x) {}')}",
        {"X-Forwarded-Proto": "gopher"},
        b"",
    ),
    "a header of its own": ("GET", "/sparql?query=ASK%7B%7D", {"X-Of-My-Own": "1", "Sec-Fetch-Mode": "cors"}, b""),
    "a compressed text": (
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"},
        b"ASK {}",
    ),
    "HEAD": ("HEAD", f"/sparql?query={quote(ROWS)}", {}, b""),
    "a parameter": ("GET", f"/sparql?query={quote(ROWS)}&default-graph-uri=e:g", {}, b""),
    "no query": ("GET", "/sparql?query=", {}, b""),
    "two queries": ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, b""),
    "a syntax error": ("GET", "/sparql?query=SELEKT", {}, b""),
    "a request to elsewhere": ("GET", f"/sparql?query={quote('ASK { SERVICE <e:x> {} }')}", {}, b""),
    "the description": ("GET", "/sparql", {"Accept": "text/turtle"}, b""),
    "another route": ("GET", "/healthz", {}, b""),
    "no such route": ("GET", "/nowhere", {}, b""),
    "a preflight": ("OPTIONS", "/sparql", {"Origin": "http://e"}, b""),
    "an update": ("GET", "/sparql?update=CLEAR+ALL", {}, b""),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_answer_is_the_same_again_and_on_another_connection(url: str, name: str) -> None:
    method, target, headers, body = REQUESTS[name]
    mine, fresh = Connection(url), Connection(url)
    answers = []
    for connection in (mine, mine, fresh):
        connection.socket.sendall(connection.request(target, headers, body, method))
        answers.append(connection.read(method))
    first, again, elsewhere = answers
    for answer in answers:  # a long answer has no length until it is kept
        answer.headers.pop("transfer-encoding", None)
        answer.headers.pop("content-length", None)
        answer.headers.pop("last-modified", None)  # comes once the second is over
    assert first == elsewhere
    assert again == elsewhere


@pytest.mark.parametrize("query", [ROWS, "SELECT * { ?a ?b ?c . ?d ?e 8 }"])
def test_what_the_client_has_is_not_sent_again(url: str, query: str) -> None:
    connection = Connection(url)
    tag = connection.ask(query).headers["etag"]
    for asked in (Connection(url), connection):
        unchanged = asked.ask(query, {"If-None-Match": f'"other", W/{tag}'})
        assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, b"", tag)
        assert asked.ask(query, {"If-None-Match": '"other"'}).status == 200


def test_an_answer_has_the_id_that_a_request_came_with(url: str) -> None:
    connection = Connection(url)
    assert connection.ask("ASK {}", {"X-Request-ID": "abc-1.2"}).identifier == "abc-1.2"
    assert connection.ask("ASK {}", {"X-Request-ID": "a b"}).identifier != "a b"


def test_each_query_is_counted(url: str) -> None:
    connection = Connection(url)
    before = numbers(url)
    for number in range(7):
        connection.ask(f"ASK {{}} # counted {number}")
    after = numbers(url)
    requests = ("kg_http_requests_total", (("method", "GET"), ("route", "/sparql"), ("status", "200")))
    times = ("kg_http_request_seconds_count", (("route", "/sparql"),))
    for key in (requests, times, ("kg_query_seconds_count", ())):
        assert after[key] - before.get(key, 0) == 7


def test_an_answer_is_as_new_as_the_last_write(url: str) -> None:
    connections = [Connection(url) for _ in range(4)]
    for number in range(10):
        update(url, f"INSERT DATA {{ <n:{number}> <n:p> {number} }}")
        for connection in connections:
            assert b"true" in connection.ask(f"ASK {{ <n:{number}> <n:p> {number} }}").body


# Packets


def test_requests_in_one_packet_are_answered_in_order(url: str) -> None:
    connection = Connection(url)
    targets = [f"/sparql?query={quote(f'SELECT ({number} AS ?n) {{}}')}" for number in range(20)]
    targets[7], targets[13] = "/healthz", "/sparql?query=SELEKT"
    connection.socket.sendall(b"".join(connection.request(target) for target in targets))
    answers = [connection.read() for _ in targets]
    assert [answer.status for answer in answers] == [200] * 13 + [400] + [200] * 6, answers[13].body
    assert answers[7].body == b'{"status":"ok"}'
    for number in {*range(20)} - {7, 13}:
        assert f'"{number}"'.encode() in answers[number].body


def test_a_request_in_many_packets_is_answered(url: str) -> None:
    connection = Connection(url)
    text = connection.request("/sparql", {"Content-Type": "application/sparql-query"}, b"ASK { 1 ?p ?o }", "POST")
    for piece in (text[:1], text[1:30], text[30:-5], text[-5:-1], text[-1:]):
        connection.socket.sendall(piece)
        time.sleep(0.02)
    assert b"false" in connection.read().body


# Queries that take long, and clients that leave


def test_a_runaway_query_holds_no_other_connection(url: str) -> None:
    runaways = [Connection(url) for _ in range(6)]
    plain = Connection(url)
    for number, connection in enumerate(runaways):
        query = quote(f"{RUNAWAYS['join']} #{number}")
        connection.socket.sendall(connection.request(f"/sparql?query={query}"))
    slowest, until = 0.0, time.monotonic() + SECONDS * 0.8
    while time.monotonic() < until:
        begun = time.monotonic()
        assert plain.ask(f"ASK {{ ?s <e:p> 1 }} #{begun}").status == 200
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < SECONDS * 0.8, "answered before those ended"
    for connection in runaways:
        ended = connection.read()
        assert (ended.status, ended.headers["content-type"]) == (408, "application/problem+json")


@pytest.mark.parametrize("name", [*RUNAWAYS, *NESTED])
def test_hostile_queries_stop(url: str, name: str) -> None:
    connection = Connection(url)
    text = {**RUNAWAYS, **NESTED}[name].encode()
    kind = {"Content-Type": "application/sparql-query"}
    connection.socket.sendall(connection.request("/sparql", kind, text[: 1 << 20], "POST"))
    answer = connection.read("POST")
    assert answer.status in (200, 400, 408, 413)
    assert Connection(url).ask("ASK {}").status == 200


def test_a_client_that_leaves_ends_its_query(url: str) -> None:
    for number in range(4):
        connection = Connection(url)
        connection.socket.sendall(connection.request(f"/sparql?query={quote(RUNAWAYS['join'])}%20%23{number}"))
        time.sleep(0.05)
        connection.socket.shutdown(socket.SHUT_RDWR)
    begun = time.monotonic()
    wait_until(lambda: numbers(url)[("kg_queries_running", ())] == 0)
    assert time.monotonic() - begun < SECONDS / 2


def test_readers_that_do_not_read_hold_nobody_up(url: str) -> None:
    text = quote("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    lazy = [Connection(url) for _ in range(20)]
    plain = Connection(url)
    for connection in lazy:
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.socket.sendall(connection.request(f"/sparql?query={text}"))
    begun = time.monotonic()
    for number in range(20):
        assert plain.ask(f"ASK {{}} # beside the lazy {number}").status == 200
    assert time.monotonic() - begun < 5
    wait_until(lambda: numbers(url)[("kg_queries_running", ())] == 0)


def test_an_answer_that_fails_after_its_first_byte_breaks_off(url: str) -> None:
    connection = Connection(url)
    endless = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 900000")
    connection.socket.sendall(connection.request(f"/sparql?query={endless}"))
    answer = HTTPResponse(connection)  # type: ignore[arg-type]
    answer.begin()
    assert answer.status == 200
    with pytest.raises((IncompleteRead, ConnectionError)):
        answer.read()


# Workers that die, connections that rest, the stop


def test_workers_that_die_take_no_connection_with_them(url: str, folder: Path) -> None:
    connections = [Connection(url) for _ in range(4)]
    (supervisor,) = next(iter(processes(folder).values()))
    for worker in processes(folder)[supervisor]:
        os.kill(worker, signal.SIGKILL)
    for connection in connections:
        assert connection.ask("ASK {} # after they died").status == 200


def test_queries_go_on_while_workers_die(url: str, folder: Path) -> None:
    """One whose worker is killed under it is told that it was too much, or breaks off; nobody waits for ever."""
    ended = threading.Event()
    found: list[int] = []

    def ask() -> None:
        connection = Connection(url)
        number = 0
        while not ended.is_set():
            number += 1
            try:
                found.append(connection.ask(f"ASK {{ ?s <e:p> 1 }} #{number}").status)
            except (IncompleteRead, ConnectionError):
                found.append(0)
                connection = Connection(url)

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for _ in range(5):
            time.sleep(0.2)
            (supervisor,) = next(iter(processes(folder).values()))
            for worker in processes(folder)[supervisor]:
                os.kill(worker, signal.SIGKILL)
        ended.set()
        for each in asking:
            each.result()
    assert set(found) <= {0, 200, 413}
    assert len(found) - found.count(200) <= 20


def test_a_connection_that_rests_is_closed_in_the_end(url: str) -> None:
    connection = Connection(url)
    connection.ask("ASK {}")
    connection.socket.settimeout(20)
    assert connection.socket.recv(1) == b""


def test_a_server_that_stops_finishes_what_runs(tmp_path: Path) -> None:
    with server(Kg(tmp_path), **LIMITS) as running:
        fill(running.url)
        resting, busy = Connection(running.url), Connection(running.url)
        busy.socket.sendall(busy.request(f"/sparql?query={quote(RUNAWAYS['join'])}"))
        wait_until(lambda: numbers(running.url)[("kg_queries_running", ())] >= 1)
        running.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert resting.socket.recv(1) == b""
        assert time.monotonic() - begun < SECONDS
        assert busy.read().status == 408
        assert running.stop() == 0


def test_a_slow_query_is_logged(tmp_path: Path) -> None:
    with server(Kg(tmp_path), **LIMITS | {"KG_QUERY_SECONDS": "20"}) as running:
        fill(running.url)
        eight = "VALUES ?e { 1 2 3 4 5 6 7 8 }"
        slow = f"SELECT (COUNT(*) AS ?n) {{ ?a <e:p> ?b . ?c <e:p> ?d . {eight} FILTER(STR(?b) < STR(?d)) }}"
        answer = Connection(running.url).ask(slow, {"X-Request-ID": "slow"})
        assert answer.status == 200
        running.stop()
        (line,) = (line for line in running.logged() if line["request"] == "slow")
    assert (line["level"], line["route"], line["status"]) == ("warning", "/sparql", 200)
    assert line["query_seconds"] > 1


def test_where_each_request_has_a_line_queries_have_one(tmp_path: Path) -> None:
    with server(Kg(tmp_path), **LIMITS, KG_LOG="requests") as running:
        connection = Connection(running.url)
        identifiers = {connection.ask(f"ASK {{}} #line {number}").identifier for number in range(8)}
        running.stop()
        lines = {line["request"]: line for line in running.logged()}
    assert identifiers <= lines.keys()
    for identifier in identifiers:
        line = lines[identifier]
        assert (line["level"], line["path"], line["method"], line["status"]) == ("info", "/sparql", "GET", 200)
        assert 0 < line["query_seconds"] <= line["seconds"] < 30
        assert line["bytes"] > 0
