"""Several who write a remote store, and whatever befalls its endpoint: no change is half done."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import BadQuery, Busy, StoreFault, StoreTimeout, StoreUnavailable
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH
from kg.store import Change, open_store
from kg.store.guarded_update import write
from kg.store.remote import RemoteStore
from kg.store.remote_snapshot import Stamp, read_stamp
from tests import relays
from tests.elsewhere import DOCUMENT, OWN, P, exported, with_text
from tests.processes import TOKEN, Kg, Remote
from tests.relays import Relay, relay

# Several writers


def change(number: int, graph: str = GRAPH + "one") -> Change:
    return Change(
        added=frozenset([ox.Quad(ox.NamedNode("http://example.org/s"), P, ox.Literal(number), ox.NamedNode(graph))])
    )


def test_of_two_writers_from_one_version_one_is_refused_and_finds_the_others_work(remote: Remote) -> None:
    with open_store(remote.query, remote.access) as one, open_store(remote.query, remote.access) as other:
        assert one.commit(change(1)) == 1
        with other.draft() as draft:
            draft.add(change(2).added)
            assert one.commit(change(3)) == 2
            with pytest.raises(Busy, match="another writer"):
                draft.commit()
        assert {quad.object.value for quad in one.quads(None, P)} == {"1", "3"}
        with other.draft() as draft:
            assert {quad.object.value for quad in draft.quads(None, P)} == {"1", "3"}
            draft.add(change(2).added)
            assert draft.commit() == 3
        assert one.version == other.version == 3


def test_readers_see_a_commit_whole_or_not_at_all(remote: Remote) -> None:
    """Each commit takes one batch out and puts the next in: a reader always counts one batch, all of one number."""

    def batch(number: int) -> frozenset[ox.Quad]:
        nodes = (ox.NamedNode(f"http://example.org/{index}") for index in range(200))
        return frozenset(ox.Quad(node, P, ox.Literal(number), ox.NamedNode(GRAPH + "one")) for node in nodes)

    seen, done = set(), threading.Event()
    with open_store(remote.query, remote.access) as store:
        store.commit(Change(added=batch(0)))

        def write() -> None:
            for number in range(1, 20):
                store.commit(Change(added=batch(number), removed=batch(number - 1)))
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        while not done.is_set():
            rows = store.query(
                f"SELECT (COUNT(?s) AS ?n) (COUNT(DISTINCT ?o) AS ?m) {{ ?s <{P.value}> ?o }}", graphs=[GRAPH + "one"]
            )
            assert isinstance(rows, ox.QuerySolutions)
            seen |= {(row["n"].value, row["m"].value) for row in rows}
        writer.join()
    assert seen == {("200", "1")}


def test_a_large_commit_is_one_too_and_leaves_nothing_else_behind(remote: Remote) -> None:
    with open_store(remote.query, remote.access) as store:
        many = frozenset(quad for number in range(5_000) for quad in change(number).added)
        assert store.commit(Change(added=many)) == 1
        assert len(set(store.quads(None, P))) == 5_000
        assert store.commit(Change(added=change(-1).added, removed=many)) == 2
        assert {quad.object.value for quad in store.quads(None, P)} == {"-1"}
    rows = httpx.post(
        remote.query,
        data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER CONTAINS(STR(?g), 'staging') }"},
        headers={"Accept": "application/sparql-results+json"},
    )
    assert rows.json()["results"]["bindings"] == []


# What befalls an endpoint

FAILURES = [
    ("slow", StoreTimeout, 504),
    ("refuses", StoreUnavailable, 503),
    ("dies", StoreFault, 502),
    ("breaks", StoreFault, 502),
    ("rubbish", StoreFault, 502),
    ("another type", StoreFault, 502),
    ("forbids", StoreUnavailable, 503),
]


@pytest.fixture
def relayed(remote: Remote) -> Iterator[Relay]:
    with relay(remote) as between:
        yield between


@pytest.mark.parametrize(("mode", "kind", "_"), [*FAILURES, ("cut off", StoreFault, 502)], ids=lambda each: str(each))
def test_a_commit_that_fails_changes_nothing_and_the_next_succeeds(
    relayed: Relay, mode: str, kind: type[StoreUnavailable], _: int
) -> None:
    access = replace(relayed.remote.access, seconds=0.5)
    with open_store(relayed.remote.query, access) as store:
        store.commit(change(1))
        with relayed.failing(mode), pytest.raises(kind) as failure:
            store.commit(change(2))
        assert failure.value.remedy
        assert {quad.object.value for quad in store.quads(None, P)} == {"1"}
        assert store.commit(change(3)) == 2
        assert {quad.object.value for quad in store.quads(None, P)} == {"1", "3"}


@pytest.mark.parametrize("mode", ["slow", "dies", "refuses", "breaks", "forbids"])
def test_an_update_alone_that_fails_says_what_became_of_it(relayed: Relay, mode: str) -> None:
    access = replace(relayed.remote.access, seconds=0.5)
    with open_store(relayed.remote.query, access) as store:
        store.commit(change(1))
        with relayed.failing(mode, only="update"), pytest.raises(StoreUnavailable) as failure:
            store.commit(change(2))
        said = "wholly or not at all" if mode == "slow" else "Nothing was changed"
        assert said in failure.value.remedy
        assert store.version == 1
        assert store.commit(change(3)) == 2


def test_a_commit_whose_answer_is_lost_is_known_to_be_done(relayed: Relay) -> None:
    with open_store(relayed.remote.query, relayed.remote.access) as store:
        store.commit(change(1))
        with relayed.failing("dies when done", only="update"):
            assert store.commit(change(2)) == 2
        assert store.version == 2


def test_an_update_that_comes_late_cannot_undo_what_came_after_it(relayed: Relay, remote: Remote) -> None:
    """The endpoint carries out the first writer's update only after a second one has committed."""
    with (
        open_store(remote.query, remote.access) as other,
        open_store(relayed.remote.query, relayed.remote.access) as one,
    ):
        one.commit(change(1))
        assert isinstance(one, RemoteStore)
        stamp = read_stamp(one.endpoint)
        assert other.commit(change(3)) == 2
        write(one.endpoint, change(2), stamp, Stamp(stamp.id, 2, "urn:uuid:late"))
        many = Change(added=frozenset(quad for number in range(5_000) for quad in change(number).added))
        write(one.endpoint, many, stamp, Stamp(stamp.id, 2, "urn:uuid:late"))
        assert {quad.object.value for quad in one.quads(None, P)} == {"1", "3"}


@pytest.mark.parametrize("demands", ["Basic", "Digest", "Bearer"])
def test_credentials_go_in_the_way_that_the_endpoint_demands(relayed: Relay, demands: str) -> None:
    relayed.demands = demands
    known = {"token": relays.TOKEN} if demands == "Bearer" else {"user": relays.USER, "password": relays.PASSWORD}
    with open_store(relayed.remote.query, replace(relayed.remote.access, **known)) as store:
        assert store.commit(change(1)) == 1
        assert [quad.object.value for quad in store.quads(None, P)] == ["1"]
    for wrong in ({}, {"token": "another"}, {"user": relays.USER, "password": "another"}):
        with pytest.raises(StoreUnavailable, match="credentials") as refusal:
            open_store(relayed.remote.query, replace(relayed.remote.access, **wrong))
        assert "STORE_TOKEN" in refusal.value.remedy


def test_a_server_whose_endpoint_is_not_there_does_not_start(tmp_path: Path) -> None:
    ran = Kg(tmp_path)("serve", "--port", "0", STORE="http://127.0.0.1:9/sparql")
    assert (ran.code, len(ran.stderr.splitlines())) == (3, 1)
    assert "found no connection" in ran.stderr


def test_a_url_that_is_no_endpoint_is_refused_at_start(relayed: Relay) -> None:
    for mode in ("rubbish", "another type", "breaks"):
        with relayed.failing(mode), pytest.raises(StoreFault):
            open_store(relayed.remote.query, relayed.remote.access)


def test_a_query_that_is_none_is_the_askers_fault(remote: Remote) -> None:
    with open_store(remote.query, remote.access) as store, pytest.raises(BadQuery):
        store.query("SELEKT")


def test_the_command_line_says_which_endpoint_does_not_answer(tmp_path: Path) -> None:
    ran = Kg(tmp_path)("query", "ASK {}", STORE="http://user:secret@127.0.0.1:9/sparql")
    assert ran.code == 3
    assert "the store at http://127.0.0.1:9/sparql: found no connection" in ran.stderr
    assert "secret" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def failing(
    there: KnowledgeGraph, place: Remote, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, Relay]]:
    """A server whose endpoint can be made to fail."""
    assert there.version
    with (
        relay(place) as between,
        Kg(tmp_path_factory.mktemp("failing")).serving(
            **between.remote.environment, KG_TOKEN=TOKEN, KG_QUERY_SECONDS="2"
        ) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client,
    ):
        yield client, between


@pytest.mark.parametrize(("mode", "_", "status"), FAILURES, ids=lambda each: str(each))
def test_a_failing_endpoint_is_a_problem_on_every_route_and_a_plain_answer_after(
    failing: tuple[httpx.Client, Relay], there: KnowledgeGraph, mode: str, _: type, status: int
) -> None:
    client, between = failing
    before = exported(there)
    document = {"content": with_text(DOCUMENT), "headers": {"Content-Type": "text/turtle"}}
    with between.failing(mode):
        answers = [
            client.get("/sparql?query=SELECT * { ?s ?p ?o } LIMIT 1"),
            client.get("/api/v1/questions/proposals-naming-guarantor?guarantor=China"),
            client.post("/api/v1/documents", **document),  # type: ignore[arg-type]
            client.post("/sparql/update", data={"update": f"INSERT DATA {{ GRAPH <{OWN}> {{ <a:a> <a:b> <a:c> }} }}"})
            if mode not in ("rubbish", "another type")  # an update's answer has no form of its own
            else client.get("/readyz"),
            client.get("/readyz"),
        ]
        assert client.get("/healthz").status_code == 200
    assert [answer.status_code for answer in answers] == [status] * len(answers), [a.text for a in answers]
    for answer in answers:
        problem = json.loads(answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["culprit"].startswith("the store at http://127.0.0.1:")
    assert exported(there) == before
    assert client.get("/sparql?query=ASK { ?s ?p ?o }").status_code == 200


def test_an_answer_that_breaks_off_at_the_endpoint_breaks_off_here(failing: tuple[httpx.Client, Relay]) -> None:
    client, between = failing
    with between.failing("cut off"), pytest.raises(httpx.RemoteProtocolError):
        client.get(
            "/sparql?query=SELECT * FROM <a:a> { ?s ?p ?o }", headers={"Accept": "application/sparql-results+json"}
        )
