"""Documents' graphs written by SPARQL: what an update makes of one goes through the pipeline, or nothing is done."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from tests.processes import TOKEN, Kg

BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASE = "https://w3id.org/security-guarantees/"
ARTICLE, NOTE, VIEWS = (BASE + f"graph/{name}" for name in ("chinese-peacekeepers", "note", "views"))
TEXT = "Peru names Chile a guarantor of the Andes plan. Peru names Chile a guarantor. Chile denies it."

HEAD = f"""
PREFIX note: <{BASE}id/note/>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
PREFIXES = f"""{HEAD}
PREFIX id: <{BASE}id/>
PREFIX sg: <{BASE}ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SOURCE = f"""
id:note a sg:NewsArticle ; rdfs:label "the note"@en ; dcterms:title "A note"@en ; dcterms:language "en" ;
  sg:text "{TEXT}" .
id:peru a sg:State ; rdfs:label "Peru"@en ; sg:isoAlpha2 "PE" ; sg:isoAlpha3 "PER" .
id:chile a sg:State ; rdfs:label "Chile"@en ; sg:isoAlpha2 "CL" ; sg:isoAlpha3 "CHL" .
id:andes-plan a sg:Proposal ; rdfs:label "Andes plan"@en .
"""
SITUATION = "a sg:GuarantorDesignation ; sg:guarantor id:chile ; sg:proposal id:andes-plan"
VIEW = "id:andes-plan sg:namesGuarantor id:chile"


def claim(name: str, quote: str, *, evidence: str = "", polarity: str = "affirmed") -> str:
    """A claim of the note's own, that the plan names Chile a guarantor."""
    return (
        f"note:{name} a sg:Claim ; sg:speaker id:note ; sg:act sg:asserts ; sg:polarity sg:{polarity} ; "
        f'sg:certainty sg:asserted ; sg:evidence [ sg:quote "{quote}" {evidence} ] ; sg:content [ {SITUATION} ] .\n'
    )


NAMED = claim("c1", "Peru names Chile a guarantor of the Andes plan.")
WHOLE = SOURCE + NAMED


@pytest.fixture(scope="module")
def server(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A writer's client of a server of this module's own."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(kg.folder / "store", folder / "store")
    with (
        Kg(folder).serving(KG_TOKEN=TOKEN, KG_QUERY_SECONDS="8") as url,
        httpx.Client(base_url=url, headers=BEARER, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def client(server: httpx.Client) -> Iterator[httpx.Client]:
    """The same, the note being gone before and after; whatever a test does to it leaves no trace."""
    before = everything(server)
    yield server
    server.delete("/sparql/graphs", params={"graph": NOTE})
    assert everything(server) == before


def update(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/sparql/update", content=HEAD + text, headers={"Content-Type": "application/sparql-update"})


def ask(client: httpx.Client, pattern: str) -> bool:
    return bool(client.get("/sparql", params={"query": f"{HEAD}ASK {{ {pattern} }}"}).json()["boolean"])


def insert(statements: str, graph: str = NOTE) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {statements} }} }}"


def content(client: httpx.Client, graph: str) -> list[str]:
    form = {"Accept": "application/n-triples"}
    return sorted(client.get("/sparql/graphs", params={"graph": graph}, headers=form).text.splitlines())


def everything(client: httpx.Client) -> list[str]:
    """The whole graph, statement by statement."""
    query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
    return sorted(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.splitlines())


def put_afresh(client: httpx.Client, graph: str) -> None:
    """Withdraw the document and load what its graph held: it must come to the same in every graph."""
    turtle = client.get("/sparql/graphs", params={"graph": graph}, headers={"Accept": "text/turtle"}).text
    before = everything(client)
    assert client.delete("/sparql/graphs", params={"graph": graph}).status_code == 204
    loaded = client.put(
        "/sparql/graphs", params={"graph": graph}, content=turtle, headers={"Content-Type": "text/turtle"}
    )
    assert loaded.status_code == 201, loaded.text
    assert everything(client) == before


def test_a_document_inserted_by_an_update_is_anchored_and_inferred_from(client: httpx.Client) -> None:
    assert update(client, insert(WHOLE)).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ ?e sg:quote ?q ; sg:start 0 ; sg:end 47 ; oa:hasSelector ?s }}")
    assert ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    put_afresh(client, NOTE)


def test_a_claim_inserted_into_a_seed_s_graph_has_its_view_and_both_go_together(client: httpx.Client) -> None:
    node = f"<{BASE}id/chinese-peacekeepers/x1>"
    designation = "sg:GuarantorDesignation ; sg:guarantor id:france ; sg:proposal id:istanbul-proposals-2022"
    added = f"""{node} a sg:Claim ; sg:speaker id:chinese-peacekeepers ; sg:act sg:asserts ; sg:polarity sg:affirmed ;
        sg:certainty sg:asserted ; sg:evidence [ sg:quote "Western media report" ] ; sg:content [ a {designation} ]"""
    question = "/api/v1/questions/proposals-naming-guarantor?guarantor=France"
    assert client.get(question).json()["answers"] == []
    assert update(client, insert(added, ARTICLE)).status_code == 204
    answer = client.get(question).json()
    assert [cell["label"] for cell in answer["answers"]] == ["Istanbul proposals (2022)"]
    assert [each["quote"] for each in answer["evidence"]] == ["Western media report"]
    gone = f"""DELETE {{ GRAPH <{ARTICLE}> {{ {node} ?p ?o . ?e ?ep ?eo . ?s ?sp ?so }} }}
        WHERE {{ GRAPH <{ARTICLE}> {{ {node} ?p ?o ; sg:evidence ?e ; sg:content ?s . ?e ?ep ?eo . ?s ?sp ?so }} }}"""
    assert update(client, gone).status_code == 204
    assert client.get(question).json()["answers"] == []


def test_what_the_shapes_refuse_is_refused_with_each_fault_and_nothing_is_done(client: httpx.Client) -> None:
    tag = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"]
    faulty = SOURCE + claim("c1", "Brazil names Chile") + claim("c2", "Chile denies it.", polarity="perhaps")
    refused = update(client, insert(faulty) + "; INSERT DATA { GRAPH <u:mine> { <a:a> <a:p> 1 } }")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    problem = refused.json()
    told = {(fault["file"], fault["subject"]) for fault in problem["faults"]}
    assert told >= {("note", "id:note/c2"), ("note", "id:note/c1 sg:evidence")}
    assert all(fault["what"] and fault["why"] for fault in problem["faults"])
    assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"] == tag


def test_who_writes_rdf_of_their_own_among_documents_is_told_where_it_may_go(client: httpx.Client) -> None:
    refused = update(client, insert("<a:a> <a:p> 1"))
    assert refused.status_code == 422
    assert f"does not begin with <{BASE}graph/>" in refused.json()["detail"]


def test_faults_of_all_documents_are_told_together(client: httpx.Client) -> None:
    other = SOURCE.replace("note", "other") + "id:other sg:nonsense 1"
    refused = update(client, insert(SOURCE + claim("c1", "no such words")) + ";" + insert(other, BASE + "graph/other"))
    assert {fault["file"] for fault in refused.json()["faults"]} == {"note", "other"}


def test_a_claim_is_removed_by_what_its_author_wrote_of_it(client: httpx.Client) -> None:
    """The spans and selectors that the machine has found go with the words that they are of."""
    denied = claim("c2", "Chile denies it.", polarity="denied")
    update(client, insert(WHOLE + denied))
    assert ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    written = "note:c1 ?p ?o . ?e sg:quote ?q"
    removal = f"WITH <{NOTE}> DELETE {{ {written} }} WHERE {{ note:c1 sg:evidence ?e . {written} }}"
    assert update(client, removal).status_code == 204
    assert not ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert not ask(client, f'GRAPH <{NOTE}> {{ ?s oa:exact "Peru names Chile a guarantor of the Andes plan." }}')
    assert ask(client, f'GRAPH <{NOTE}> {{ ?s oa:exact "Chile denies it." }}')
    put_afresh(client, NOTE)


def test_a_quote_that_changes_is_found_anew(client: httpx.Client) -> None:
    update(client, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ ?e sg:quote ?q }} INSERT {{ ?e sg:quote "the Andes plan" }}
        WHERE {{ note:c1 sg:evidence ?e . ?e sg:quote ?q }}"""
    assert update(client, change).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 32 ; sg:end 46 }}")
    put_afresh(client, NOTE)
    changed = content(client, NOTE)
    update(client, f"DROP GRAPH <{NOTE}>; {insert(SOURCE + claim('c1', 'the Andes plan'))}")
    assert content(client, NOTE) == changed, "names follow from what is said, whichever way it came to be said"


def test_which_of_two_places_a_quote_stands_at_stays_known(client: httpx.Client) -> None:
    first, second = (
        claim(f"c{n}", "Peru names Chile a guarantor", evidence=f"; sg:start {start}") for n, start in ((1, 0), (2, 48))
    )
    assert update(client, insert(SOURCE + first + second)).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 0 ; sg:end 28 }}")
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 48 ; sg:end 76 }}")
    assert update(client, insert(claim("c3", "Chile denies it.", polarity="denied"))).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 48 ; sg:end 76 }}")


def test_a_role_that_changes_makes_another_situation(client: httpx.Client) -> None:
    update(client, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ ?s sg:guarantor id:chile }} INSERT {{ ?s sg:guarantor id:peru }}
        WHERE {{ ?s sg:guarantor id:chile }}"""
    assert update(client, change).status_code == 204
    assert ask(client, "id:andes-plan sg:namesGuarantor id:peru")
    assert not ask(client, VIEW)
    put_afresh(client, NOTE)


def test_a_text_that_changes_is_hashed_anew_and_moves_the_spans(client: httpx.Client) -> None:
    update(client, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ id:note sg:text ?t }} INSERT {{ id:note sg:text ?new }}
        WHERE {{ id:note sg:text ?t BIND(CONCAT("It is said: ", ?t) AS ?new) }}"""
    assert update(client, change).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 12 }}")
    put_afresh(client, NOTE)


@pytest.mark.parametrize(
    "withdrawal",
    [
        f"DROP GRAPH <{NOTE}>",
        f"CLEAR GRAPH <{NOTE}>",
        f"DELETE WHERE {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}",
        f"COPY <u:nothing> TO <{NOTE}>",
    ],
)
def test_a_document_whose_graph_is_emptied_is_withdrawn_with_all_that_rested_on_it(
    client: httpx.Client, withdrawal: str
) -> None:
    update(client, insert(WHOLE))
    update(client, "CREATE GRAPH <u:nothing>")
    assert update(client, withdrawal).status_code == 204
    assert client.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404
    assert client.get("/api/v1/sources/note").status_code == 404
    update(client, "DROP SILENT GRAPH <u:nothing>")


def test_a_graph_of_ones_own_becomes_a_document_and_back(client: httpx.Client) -> None:
    own = "u:drafted"
    update(client, insert(WHOLE, own))
    assert not ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert update(client, f"COPY <{own}> TO <{NOTE}>").status_code == 204
    assert ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    before = content(client, NOTE)
    assert update(client, f"ADD <{own}> TO <{NOTE}>").status_code == 204
    assert content(client, NOTE) == before, "nodes that say the same are the same"
    assert update(client, f"MOVE <{NOTE}> TO <{own}>").status_code == 204
    assert not ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert ask(client, f"GRAPH <{own}> {{ ?e sg:quote ?q ; sg:start 0 }}")
    assert update(client, f"MOVE <{own}> TO <{NOTE}>").status_code == 204
    assert content(client, NOTE) == before


def test_a_document_stands_in_its_own_graph_alone(client: httpx.Client) -> None:
    for elsewhere in (BASE + "graph/other", BASE + "graph/a/b"):
        refused = update(client, insert(WHOLE, elsewhere))
        assert refused.status_code == 422
        assert NOTE in refused.json()["detail"]
        turtle = client.get("/sparql/graphs", params={"graph": ARTICLE}).text
        put = client.put(
            "/sparql/graphs", params={"graph": elsewhere}, content=turtle, headers={"Content-Type": "text/turtle"}
        )
        assert put.status_code == 422


def test_an_update_of_ones_own_and_of_documents_graphs_is_one_transaction(client: httpx.Client) -> None:
    mine = "INSERT DATA { GRAPH <u:mixed> { <a:a> <a:p> 1 } }"
    assert update(client, f"{mine}; {insert(WHOLE)}; CREATE GRAPH <u:mixed>").status_code == 409
    assert update(client, f"{mine}; {insert(SOURCE + claim('c1', 'no such words'))}").status_code == 422
    assert content(client, "u:mixed") != ["<a:a> <a:p> 1"]
    assert client.get("/sparql/graphs", params={"graph": "u:mixed"}).status_code == 404
    assert update(client, f"{mine}; {insert(WHOLE)}").status_code == 204
    assert ask(client, f"GRAPH <u:mixed> {{ <a:a> <a:p> 1 }} GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert update(client, f"DROP GRAPH <u:mixed>; DROP GRAPH <{NOTE}>").status_code == 204


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


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
    ],
)
def test_a_document_is_put_in_any_format_and_read_and_put_again_changes_nothing(
    client: httpx.Client, form: str, media_type: str
) -> None:
    body = Graph().parse(data=PREFIXES + WHOLE, format="turtle").serialize(format=form)
    graph, type_ = {"graph": NOTE}, {"Content-Type": media_type}
    assert client.put("/sparql/graphs", params=graph, content=body, headers=type_).status_code == 201
    before = everything(client)
    assert ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    again = client.get("/sparql/graphs", params=graph, headers={"Accept": media_type}).content
    assert client.put("/sparql/graphs", params=graph, content=again, headers=type_).status_code == 204
    assert everything(client) == before


def test_statements_are_added_to_a_document_by_post(client: httpx.Client) -> None:
    update(client, insert(WHOLE))
    post = {"params": {"graph": NOTE}, "headers": {"Content-Type": "text/turtle"}}
    refused = client.post("/sparql/graphs", content=PREFIXES + claim("c2", "no such words"), **post)
    assert refused.status_code == 422
    denied = PREFIXES + claim("c2", "Chile denies it.", polarity="denied")
    assert client.post("/sparql/graphs", content=denied, **post).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 78 }}")
    put_afresh(client, NOTE)


@pytest.mark.parametrize("name", ["views", "inferred", "ontology", "shapes", "background", "state", "merged"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_what_nobody_writes_by_hand_cannot_be_written_as_a_graph_either(
    client: httpx.Client, name: str, method: str
) -> None:
    body = None if method == "DELETE" else "<a:a> <a:p> 1 ."
    response = client.request(
        method,
        "/sparql/graphs",
        params={"graph": f"{BASE}graph/{name}"},
        content=body,
        headers={"Content-Type": "text/turtle"},
    )
    assert response.status_code == (404 if (method, name) == ("DELETE", "merged") else 403)


def test_rdflib_writes_to_a_document_and_reads_what_follows(client: httpx.Client) -> None:
    endpoint = str(client.base_url).rstrip("/") + "/sparql"
    store = SPARQLUpdateStore(endpoint, f"{endpoint}/update", headers=BEARER, autocommit=False)
    store.update(HEAD + insert(WHOLE))
    store.commit()
    graph = Graph(store, URIRef(NOTE))
    note = URIRef(BASE + "id/note")
    graph.add((note, URIRef("http://purl.org/dc/terms/creator"), RdfLiteral("nobody")))
    with pytest.raises(Exception, match="422"):
        store.commit()
    store.rollback()
    title = URIRef("http://purl.org/dc/terms/title")
    graph.remove((note, title, None))
    graph.add((note, title, RdfLiteral("Another title", lang="en")))
    store.commit()
    assert [str(value) for value in graph.objects(note, title)] == ["Another title"]
    assert bool(store.query(f"ASK {{ {VIEW} }}", initNs={"id": BASE + "id/", "sg": BASE + "ontology/"}).askAnswer)
