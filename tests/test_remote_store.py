"""A remote store does all that an embedded one does, and whatever befalls the endpoint, no change is half done."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import yaml

from kg import proofs
from kg.errors import BadQuery, Busy, Rejected, StoreFault, StoreTimeout, StoreUnavailable
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.namespaces import GRAPH, RDFS, SG, XSD
from kg.settings import Settings
from kg.store import Change, open_store
from kg.store.remote import RemoteStore
from kg.store.stamp import Stamp, read_stamp
from kg.store.transaction import write
from tests import relays
from tests.processes import CHECKOUT, TOKEN, Kg, Remote, started_endpoint
from tests.relays import Relay, relay

CASES = sorted((Path(__file__).parent / "competency").glob("*.yaml"))
DOCUMENT = CHECKOUT / "tests" / "breadth" / "briefing-agency.ttl"
OWN = "http://example.org/own"
P = ox.NamedNode("http://example.org/p")


def settings(remote: Remote) -> Settings:
    return replace(Settings(), store=remote.query, access=remote.access)


_TRUE = f"<{XSD}boolean>"


def exported(graph: KnowledgeGraph) -> list[str]:
    """Every statement in graphs of ours; a truth value has two spellings."""
    return canonical(b"".join(graph.export(ox.RdfFormat.N_QUADS)).decode())


def canonical(quads: str) -> list[str]:
    ours = (line for line in quads.splitlines() if line.split()[-2].startswith(f"<{GRAPH}"))
    return sorted(line.replace(f'"1"^^{_TRUE}', f'"true"^^{_TRUE}') for line in ours)


@pytest.fixture(scope="module")
def place() -> Iterator[Remote]:
    """An endpoint of these tests' own."""
    with started_endpoint() as started:
        yield started


@pytest.fixture(scope="module")
def there(place: Remote, seeded: KnowledgeGraph) -> Iterator[KnowledgeGraph]:
    """The graph with the seed at an endpoint: what a test changes of it, it changes back."""
    with KnowledgeGraph.open(settings(place)) as opened:
        opened.knowledge = seeded.knowledge
        yield opened


@pytest.fixture(scope="module")
def served(there: KnowledgeGraph, place: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on that endpoint."""
    assert there.version
    with (
        Kg(tmp_path_factory.mktemp("served")).serving(**place.environment, KG_TOKEN=TOKEN) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client,
    ):
        yield client


# As on an embedded store


def test_the_pipeline_puts_the_same_statements_there(there: KnowledgeGraph, seeded: KnowledgeGraph) -> None:
    assert exported(there) == exported(seeded)


def test_who_opens_it_next_finds_everything_done(there: KnowledgeGraph, place: Remote) -> None:
    said: list[str] = []
    with KnowledgeGraph.open(settings(place), said.append) as again:
        assert (said, again.version) == ([], there.version)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_question_has_the_same_answer(
    there: KnowledgeGraph, place: Remote, seeded: KnowledgeGraph, path: Path
) -> None:
    if place.its_own and path.stem == "compare":
        pytest.xfail("Virtuoso orders rows in a way of its own (docs/stores.md)")
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    arguments = case["arguments"]
    for inferred in (True, False):
        here = seeded.answer(case["question"], arguments, inferred=inferred)
        assert there.answer(case["question"], arguments, inferred=inferred) == here


def test_a_question_in_english_has_the_same_answer(
    there: KnowledgeGraph, place: Remote, seeded: KnowledgeGraph
) -> None:
    if place.its_own:
        pytest.xfail("Virtuoso orders what is suggested in a way of its own (docs/stores.md)")
    for text in ("Which proposals name China as guarantor?", "How many tanks does Russia have?"):
        found = there.ask(text)
        assert isinstance(found, Answer | NotAnswered)
        assert found == seeded.ask(text)


def test_a_statement_has_the_same_proof(there: KnowledgeGraph, seeded: KnowledgeGraph) -> None:
    statement = ("Russia", "sg:canBlock", "Istanbul proposals (2022)")
    assert proofs.as_dict(there.why(*statement)) == proofs.as_dict(seeded.why(*statement))


def test_a_document_that_comes_and_goes_leaves_no_trace(there: KnowledgeGraph, graph: KnowledgeGraph) -> None:
    before = exported(there)
    assert there.load(DOCUMENT, dry_run=True) == graph.load(DOCUMENT)
    assert exported(there) == before
    there.load(DOCUMENT)
    assert exported(there) == exported(graph)
    there.unload(DOCUMENT.stem)
    assert exported(there) == before


def test_a_document_with_faults_changes_nothing(there: KnowledgeGraph) -> None:
    before, version = exported(there), there.version
    broken = DOCUMENT.read_bytes().replace(b"sg:quote", b"sg:qoute", 1)
    with pytest.raises(Rejected):
        there.load(broken, "text/turtle", "broken")
    assert (exported(there), there.version) == (before, version)


def test_a_backup_moves_the_graph_from_one_kind_of_store_to_the_other(
    there: KnowledgeGraph, place: Remote, tmp_path: Path
) -> None:
    kg, before = Kg(tmp_path), exported(there)
    assert kg("backup", "graph.nq.gz", **place.environment).code == 0
    assert kg("restore", "graph.nq.gz").code == 0
    assert canonical(kg("export", "--format", "nq").stdout) == before
    assert kg("backup", "again.nq.gz").code == 0
    ran = kg("restore", "again.nq.gz", **place.environment)
    assert ran.code == 0, ran.stderr
    assert exported(there) == before


# Over HTTP


@pytest.mark.parametrize(
    "path", ["/", "/compare", "/claims", "/sources", "/entities", "/id/china", "/ontology/canBlock", "/graph/views"]
)
def test_a_page_is_shown(served: httpx.Client, path: str) -> None:
    page = served.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/questions/proposals-naming-guarantor?guarantor=China",
        "/api/v1/questions/proposals-naming-guarantor.csv?guarantor=China",
        "/api/v1/ask?q=Which+proposals+name+China+as+guarantor%3F",
        "/api/v1/compare",
        "/api/v1/entities?q=China",
        "/api/v1/claims?limit=3",
        "/api/v1/sources/chinese-peacekeepers",
        "/query?query=SELECT+%3Fp+%7B+%3Fp+sg%3AnamesGuarantor+id%3Achina+%7D",
    ],
)
def test_a_route_answers_the_same(served: httpx.Client, url: str, path: str) -> None:
    here, remote = httpx.get(url + path, timeout=60), served.get(path)
    assert (remote.status_code, remote.text) == (200, here.text.replace(url, str(served.base_url).rstrip("/")))


@pytest.mark.parametrize("inferred", ["true", "false"])
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "application/sparql-results+xml"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p ?g { ?p sg:namesGuarantor ?g } ORDER BY ?p ?g",
        "SELECT (COUNT(*) AS ?n) { ?s a/rdfs:subClassOf* sg:Situation ; ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?type FILTER STRSTARTS(STR(?type), STR(sg:)) } } GROUP BY ?g",
        "BASE <https://w3id.org/security-guarantees/> SELECT ?o FROM <graph/views> { ?s sg:canBlock ?o }",
        'SELECT ("from" AS ?from) (COUNT(*) AS ?n) { ?s sg:canBlock ?o }',
    ],
)
def test_a_query_has_the_same_answer(
    served: httpx.Client, place: Remote, url: str, query: str, accept: str, inferred: str
) -> None:
    if place.its_own and query.startswith("BASE"):
        pytest.xfail("Virtuoso takes no BASE after a PREFIX (docs/stores.md)")
    parameters = {"query": query, "inferred": inferred}
    here = httpx.get(f"{url}/sparql", params=parameters, headers={"Accept": accept}, timeout=60)
    remote = served.get("/sparql", params=parameters, headers={"Accept": accept})
    assert (remote.status_code, remote.headers["content-type"]) == (200, here.headers["content-type"])
    assert table(remote) == table(here)


def table(answer: httpx.Response) -> list[object]:
    """The rows of an answer, in no order, whatever the spaces and quotes between them."""
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type == "text/csv":
        return sorted(csv.reader(io.StringIO(answer.text)))
    found = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.from_media_type(media_type))
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [names, *sorted([str(row[name]) for name in names] for row in found)]


def test_a_query_that_is_none_is_a_problem_and_so_is_a_form_that_nobody_has(served: httpx.Client) -> None:
    for given, status in (({"query": "SELEKT"}, 400), ({"query": "ASK { SERVICE <http://a/> { ?s ?p ?o } }"}, 403)):
        refused = served.get("/sparql", params=given)
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert served.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "image/png"}).status_code == 406
    assert served.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/turtle"}).status_code == 406


def test_what_others_write_is_seen_at_once_for_nothing_is_kept(served: httpx.Client, place: Remote) -> None:
    query = {"query": f"SELECT ?n {{ <{OWN}> <{P.value}> ?n }}"}
    question = "/api/v1/questions/proposals-naming-guarantor?guarantor=China"
    named = f"GRAPH <{GRAPH}merged> {{ <http://example.org/x> <{SG}namesGuarantor> <{SG[:-9]}id/china> }}"
    before = served.get(question)
    for number in (1, 2):
        place.write(f"CLEAR SILENT GRAPH <{OWN}> ; INSERT DATA {{ GRAPH <{OWN}> {{ <{OWN}> <{P.value}> {number} }} }}")
        answer = served.get("/sparql", params=query, headers={"Accept": "text/csv"})
        assert answer.text.split() == ["n", str(number)]
        assert "etag" not in answer.headers
    place.write(f"DROP GRAPH <{OWN}> ; INSERT DATA {{ {named} }}")
    assert len(served.get(question).json()["rows"]) == len(before.json()["rows"]) + 1
    place.write(f"DELETE DATA {{ {named} }}")
    assert served.get(question).json() == before.json()
    assert "etag" not in before.headers


def test_what_others_write_of_a_thing_is_on_its_page_at_once(served: httpx.Client, place: Remote) -> None:
    said = f'GRAPH <{GRAPH}background> {{ <{SG[:-9]}id/china> <{RDFS}comment> "said by others"@en }}'
    for verb, there in (("INSERT", True), ("DELETE", False)):
        served.get("/id/china", headers={"Accept": "text/turtle"}, follow_redirects=True)
        place.write(f"{verb} DATA {{ {said} }}")
        page = served.get("/id/china", headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert ("said by others" in page.text) == there


def test_a_users_own_graph_is_written_and_read_by_both_protocols(served: httpx.Client) -> None:
    graphs = f"/sparql/graphs?graph={OWN}"
    turtle = {"Content-Type": "text/turtle"}
    assert served.get(graphs).status_code == 404
    assert served.put(graphs, content=f"<{OWN}> <{P.value}> 1, 2 .", headers=turtle).status_code == 201
    assert served.post(graphs, content=f"<{OWN}> <{P.value}> 3 .", headers=turtle).status_code == 204
    update = f"DELETE {{ GRAPH <{OWN}> {{ ?s ?p 2 }} }} WHERE {{ GRAPH <{OWN}> {{ ?s ?p 2 }} }}"
    assert served.post("/sparql/update", data={"update": update}).status_code == 204
    found = served.get(graphs, headers={"Accept": "application/n-triples"}).text
    assert len(found.split(" .\n")) == 3
    assert served.put(graphs, content="<a> <b>", headers=turtle).status_code == 400
    assert served.delete(graphs).status_code == 204
    assert served.get(graphs).status_code == 404


@pytest.mark.parametrize(
    ("update", "status"),
    [
        (f"INSERT DATA {{ GRAPH <{GRAPH}views> {{ <a:a> <a:b> <a:c> }} }}", 403),
        (
            "INSERT DATA { GR\\u0041PH <https://w3id.org/security-guarantees/graph/\\u0076iews> { <a:a> <a:b> 1 } }",
            403,
        ),
        ("DROP ALL", 403),
        ("LOAD <http://127.0.0.1:9/> INTO GRAPH <http://example.org/own>", 403),
        ("LO\\u0041D <http://127.0.0.1:9/> INTO GRAPH <http://example.org/own>", 403),
        ("INSERT DATA { GRAPH <https://w3id.org/security-guarantees/store> { <a:a> <a:b> <a:c> } }", 403),
        ("INSERT { GRAPH ?g { <a:a> <a:b> <a:c> } } WHERE { GRAPH ?g { ?s ?p ?o } }", 403),
        ("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("INSERT DATA { <a:a> <a:b> }", 400),
    ],
)
def test_an_update_that_may_not_be_is_refused(
    served: httpx.Client, there: KnowledgeGraph, update: str, status: int
) -> None:
    before = exported(there)
    refused = served.post("/sparql/update", data={"update": update})
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert exported(there) == before


def test_a_silent_load_fetches_nothing_and_succeeds(served: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        source = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for word in ("LOAD", "LO\\u0041D"):
            update = f"{word} SILENT <{source}> INTO GRAPH <{OWN}>"
            assert served.post("/sparql/update", data={"update": update}).status_code == 204
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_document_goes_through_the_pipeline_over_http(served: httpx.Client, there: KnowledgeGraph) -> None:
    before = exported(there)
    sent = _with_text(DOCUMENT)
    loaded = served.post("/api/v1/documents", content=sent, headers={"Content-Type": "text/turtle"})
    assert loaded.status_code in (200, 201), loaded.text
    assert served.get("/api/v1/sources/briefing-agency").status_code == 200
    assert served.delete("/api/v1/documents/briefing-agency").status_code in (200, 204)
    assert exported(there) == before


def _with_text(path: Path) -> bytes:
    from kg import documents

    quads = documents.read(path).quads
    return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE) or b""


@pytest.mark.parametrize("kind", ["embedded", "remote"])
def test_a_plain_server_is_as_plain_on_either(remote: Remote, tmp_path: Path, kind: str) -> None:
    """The default graph is the unnamed one, and everything may be written."""
    place = remote.environment if kind == "remote" else {}
    turtle = {"Content-Type": "text/turtle"}
    with (
        Kg(tmp_path).serving(**place, KG_PLAIN="1", KG_TOKEN=TOKEN) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client,
    ):

        def values(pattern: str) -> list[str]:
            query = {"query": f"SELECT ?o {{ {pattern} }} ORDER BY ?o"}
            return client.get("/sparql", params=query, headers={"Accept": "text/csv"}).text.split()[1:]

        update = "INSERT DATA { <a:s> <a:p> 1 . GRAPH <a:g> { <a:s> <a:p> 2 } }"
        assert client.post("/sparql/update", data={"update": update}).status_code == 204
        assert client.post("/sparql/graphs?default", content="<a:s> <a:p> 3 .", headers=turtle).status_code == 204
        assert (values("?s ?p ?o"), values("GRAPH ?g { ?s ?p ?o }")) == (["1", "3"], ["2"])
        assert client.put("/sparql/graphs?default", content="<a:s> <a:p> 4 .", headers=turtle).status_code == 204
        assert values("?s ?p ?o") == ["4"]
        assert client.post("/sparql/update", data={"update": "DROP ALL"}).status_code == 204
        assert (values("?s ?p ?o"), values("GRAPH ?g { ?s ?p ?o }")) == ([], [])
        paths = ("/healthz", "/readyz", "/metrics", "/backup", "/api/v1/questions")
        assert [client.get(path).status_code for path in paths] == [200, 200, 200, 200, 404]


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
                other.commit(draft.change())
        assert {quad.object.value for quad in one.quads(None, P)} == {"1", "3"}
        with other.draft() as draft:
            assert {quad.object.value for quad in draft.quads(None, P)} == {"1", "3"}
            draft.add(change(2).added)
            assert other.commit(draft.change()) == 3
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
    document = {"content": _with_text(DOCUMENT), "headers": {"Content-Type": "text/turtle"}}
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
