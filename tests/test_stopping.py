"""How a server stops: what runs is finished, what is new is refused, and nothing of it lives on."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.documents import parsing
from tests.processes import TOKEN, Kg
from tests.serving import children, numbers, server, wait_until

LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"  # runs until its time is over
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
DRAINING = {"KG_PLAIN": "1", "STORE": "memory:"}


def test_a_server_that_is_to_stop_finishes_what_runs_and_refuses_the_new(own_kg: Kg) -> None:
    """A query runs until its time is over, and a document is being loaded, when the signal comes."""
    quads = parsing.read(Path(__file__).parent / "breadth" / "briefing-agency.ttl").quads
    turtle = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE)
    with server(own_kg, KG_QUERY_SECONDS="6", KG_TOKEN=TOKEN) as running:
        answers: dict[str, httpx.Response] = {}

        def ask() -> None:
            answers["query"] = httpx.get(f"{running.url}/sparql", params={"query": LONG}, timeout=30)

        def load() -> None:
            headers = AUTHORISED | {"Content-Type": "text/turtle"}
            answers["load"] = httpx.post(f"{running.url}/api/v1/documents", content=turtle, headers=headers, timeout=60)

        threads = [threading.Thread(target=each) for each in (ask, load)]
        for thread in threads:
            thread.start()
        wait_until(lambda: numbers(running.url)[("kg_queries_running", ())] >= 1)
        wait_until(lambda: numbers(running.url)[("kg_writes_waiting", ())] >= 1)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert running.process.poll() is None
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{running.url}/healthz")
        for thread in threads:
            thread.join()
        assert running.process.wait(timeout=30) == 0
    assert answers["query"].status_code == 408  # its own time was over: it was not cut off
    assert answers["load"].is_success, answers["load"].text
    found = own_kg("query", "SELECT (COUNT(*) AS ?n) { GRAPH graph:briefing-agency { ?s ?p ?o } }", "--format", "csv")
    assert int(found.stdout.split()[1]) > 0
    assert not (own_kg.folder / "store" / "server.json").exists()


def test_no_process_of_a_stopped_server_lives_on(own_kg: Kg) -> None:
    with server(own_kg) as running:
        httpx.get(f"{running.url}/sparql?query=ASK{{}}")
        family = children(running.process.pid)
        assert family
        assert running.stop() == 0
    wait_until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()])


def test_a_client_that_never_reads_cannot_hold_a_server_that_is_to_stop(own_kg: Kg) -> None:
    with (
        server(own_kg, KG_QUERY_SECONDS="0.5") as running,
        httpx.Client() as client,
        client.stream("GET", f"{running.url}/sparql", params={"query": "SELECT * { ?s ?p ?o . ?a ?b ?c }"}),
    ):
        started = time.monotonic()
        assert running.stop() in (0, -signal.SIGTERM)
        assert time.monotonic() - started < 20


def test_before_it_refuses_the_new_it_says_for_a_while_that_it_is_not_ready(tmp_path: Path) -> None:
    with server(Kg(tmp_path), **DRAINING, KG_DRAIN_SECONDS="3") as running:
        running.process.send_signal(signal.SIGTERM)
        wait_until(lambda: httpx.get(f"{running.url}/readyz").status_code == 503)
        assert httpx.get(f"{running.url}/sparql?query=ASK{{}}").json()["boolean"] is True
        time.sleep(1)
        assert httpx.get(f"{running.url}/healthz").is_success
        assert running.process.wait(timeout=30) == 0


def test_a_second_signal_does_not_wait_for_that(tmp_path: Path) -> None:
    with server(Kg(tmp_path), **DRAINING, KG_DRAIN_SECONDS="600") as running:
        running.process.send_signal(signal.SIGTERM)
        wait_until(lambda: httpx.get(f"{running.url}/readyz").status_code == 503)
        assert running.stop() == 0
