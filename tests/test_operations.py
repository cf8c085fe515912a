"""What an operator sees: whether the server lives and is ready, its numbers and its log."""

from __future__ import annotations

import os
import re
import resource
from typing import Any

import httpx
import pytest

from kg.errors import BadSetting
from kg.settings import Settings
from tests.processes import TOKEN, Kg
from tests.serving import children, numbers, server

LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"  # runs until its time is over
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


# Health


def test_alive_and_ready_are_two_questions(url: str) -> None:
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}


# Numbers


def test_metrics_count_requests_by_route_and_how_they_ended(url: str) -> None:
    question = "/api/v1/questions/{name}"
    before = numbers(url)
    httpx.get(f"{url}/api/v1/questions/compare-proposals", timeout=30)
    httpx.get(f"{url}/api/v1/questions/no-such-question")
    httpx.get(f"{url}/sparql", params={"query": f"ASK {{ ?s ?p '{os.urandom(4).hex()}' }}"})
    after = numbers(url)

    def more(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after.get(key, 0) - before.get(key, 0)

    assert more("kg_http_requests_total", method="GET", route=question, status="404") == 1
    assert more("kg_http_requests_total", method="GET", route=question, status="200") == 1
    assert more("kg_http_requests_total", method="GET", route="/sparql", status="200") == 1
    assert more("kg_http_request_seconds_count", route=question) == 2
    assert more("kg_query_seconds_count") == 1


def test_metrics_tell_of_the_store_and_the_process(url: str) -> None:
    found = {name: value for (name, _), value in numbers(url).items()}
    assert found["kg_store_version"] >= 1
    assert (found["kg_store_up"], found["kg_ready"], found["kg_build_info"]) == (1, 1, 1)
    assert {"kg_queries_running", "kg_queries_waiting", "kg_writes_waiting"} <= found.keys()


def test_addresses_that_nobody_has_make_no_numbers_of_their_own(url: str) -> None:
    for name in ("one", "two"):
        httpx.get(f"{url}/nowhere/{name}")
        httpx.request("PROPFIND", f"{url}/nowhere/{name}")
    labels = {label for name, label in numbers(url) if name == "kg_http_requests_total"}
    assert not [label for label in labels if "nowhere" in str(label) or "PROPFIND" in str(label)]


# Ids


@pytest.mark.parametrize("path", ["/healthz", "/sparql?query=ASK%7B%7D", "/api/v1/questions", "/nowhere", "/static/no"])
def test_every_answer_has_the_id_that_the_request_came_with_or_a_new_one(url: str, path: str) -> None:
    assert httpx.get(url + path, headers={"X-Request-ID": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    first, second = (httpx.get(url + path).headers["x-request-id"] for _ in range(2))
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{16}", first)


@pytest.mark.parametrize("given", ["a b", "x" * 129, '"', "{}", "a,b"])
def test_an_id_that_could_harm_a_log_is_not_taken(url: str, given: str) -> None:
    assert httpx.get(f"{url}/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] != given


# The log


def test_every_request_is_a_line_of_json_where_that_is_asked_for(own_kg: Kg) -> None:
    with server(own_kg, KG_LOG="requests") as running:
        httpx.get(f"{running.url}/sparql?query=ASK{{?s ?p ?o}}", headers={"X-Request-ID": "first"})
        httpx.get(f"{running.url}/id/nothing", headers={"X-Request-ID": "second", "Accept": "text/turtle"})
        assert running.stop() == 0
        first, second = running.logged()
    assert {name: first[name] for name in ("level", "message", "request", "method", "path", "status")} == {
        "level": "info",
        "message": "request",
        "request": "first",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert 0 < first["query_seconds"] <= first["seconds"] < 30
    assert first["bytes"] > 0
    assert (second["request"], second["status"], second["route"]) == ("second", 404, "/id/{rest:path}")
    assert "query_seconds" not in second


def test_by_default_slow_requests_are_logged_and_plain_ones_are_not(own_kg: Kg) -> None:
    with server(own_kg, KG_QUERY_SECONDS="1.2") as running:
        httpx.get(f"{running.url}/healthz")
        answer = httpx.get(f"{running.url}/sparql", params={"query": LONG}, timeout=30)
        running.stop()
        (line,) = running.logged()
    assert (line["level"], line["request"]) == ("warning", answer.headers["x-request-id"])
    assert line["query_seconds"] > 1


def test_a_line_cannot_be_forged(own_kg: Kg) -> None:
    with server(own_kg, KG_LOG="requests") as running:
        httpx.get(f'{running.url}/%0A{{"message":"forged"}}')
        running.stop()
        (line,) = running.logged()
    assert line["path"] == '/\n{"message":"forged"}'


def test_nothing_is_logged_where_that_is_asked_for(own_kg: Kg) -> None:
    with server(own_kg, KG_LOG="none", KG_QUERY_SECONDS="1.2") as running:
        httpx.get(f"{running.url}/sparql", params={"query": LONG}, timeout=30)
        running.stop()
        assert running.logged() == []


def test_a_log_of_no_known_kind_is_refused() -> None:
    with pytest.raises(BadSetting, match="problems or requests or none"):
        Settings.from_environment({"KG_LOG": "everything"})


# The store's folder


def test_a_second_server_on_one_folder_says_who_has_it(own_kg: Kg) -> None:
    with own_kg.serving() as url:
        second = own_kg("serve", "--port", "0")
        assert own_kg("query", "ASK { ?s ?p ?o }").code == 0  # the first goes on, and is still found
    assert second.code == 3
    assert len(second.stderr.splitlines()) == 1
    assert "another process that has it open" in second.stderr
    assert url in second.stderr


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of a process that runs")
def test_a_server_whose_disk_is_full_answers_but_writes_nothing_until_there_is_room(own_kg: Kg) -> None:
    with (
        server(own_kg, KG_TOKEN=TOKEN) as running,
        httpx.Client(base_url=running.url, headers=AUTHORISED, timeout=60) as client,
    ):
        before = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)

        def write() -> list[httpx.Response]:
            large = "INSERT DATA { <u:a> <u:b> '" + "x" * 200_000 + "' }"
            return [
                client.post("/sparql/update", data={"update": large}),
                client.delete("/api/v1/documents/chinese-peacekeepers"),
            ]

        def limit(size: int) -> None:
            for process in (running.process.pid, *children(running.process.pid)):
                resource.prlimit(process, resource.RLIMIT_FSIZE, (size, before[1]))

        limit(50_000)
        for response in write():
            assert (response.status_code, response.json()["title"]) == (507, "There is no room on the disk")
        assert client.get("/readyz").status_code == 507
        assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).status_code == 200
        limit(before[0])
        assert client.get("/readyz").json() == {"status": "ready"}
        assert [response.status_code for response in write()] == [204, 200]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda store: (store / "store.json").write_text("{"), "damage"),
        (
            lambda store: (store / "store.json").write_text('{"format": 99, "id": "", "generation": 1, "version": 1}'),
            "format 99",
        ),
        (lambda store: [path.write_bytes(b"x") for path in store.glob("generations/*/*.sst")], "damage"),
        (lambda store: [path.unlink() for path in store.glob("generations/*/CURRENT")], "damage"),
        (lambda store: (store / "store.json").unlink(), "no store of ours"),
        (lambda store: store.chmod(0), "Permission denied"),
    ],
    ids=["marker", "format", "tables", "engine", "foreign", "rights"],
)
def test_a_store_that_cannot_be_served_is_told_at_the_start_in_one_line(own_kg: Kg, harm: Any, said: str) -> None:
    store = own_kg.folder / "store"
    if said == "Permission denied" and os.geteuid() == 0:
        pytest.skip("root may do everything")
    harm(store)
    ran = own_kg("serve", "--port", "0")
    store.chmod(0o700)
    assert (ran.code, len(ran.stderr.splitlines())) == (3, 1), ran.stderr
    assert said in ran.stderr
    assert str(store) in ran.stderr
