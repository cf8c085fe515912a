"""A document is written whole: no update, and no addition to its graph, changes a part of it."""

from __future__ import annotations

import httpx
import pytest

from tests.notes import (
    ARTICLE,
    BASE,
    BEARER,
    NOTE,
    PREFIXES,
    SOURCE,
    VIEW,
    VIEWS,
    WHOLE,
    ask,
    claim,
    content,
    everything,
    insert,
    put,
    put_afresh,
    update,
)

OWN = "http://example.org/drafted"


@pytest.mark.parametrize(
    "text",
    [
        insert(WHOLE),
        insert("<a:a> <a:p> 1"),
        f"DELETE DATA {{ GRAPH <{NOTE}> {{ <a:a> <a:p> 1 }} }}",
        f"WITH <{NOTE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"DROP GRAPH <{NOTE}>",
        f"CLEAR SILENT GRAPH <{NOTE}>",
        f"CREATE GRAPH <{NOTE}>",
        f"COPY <{OWN}> TO <{NOTE}>",
        f"MOVE <{NOTE}> TO <{OWN}>",
        f"INSERT DATA {{ GRAPH <{OWN}> {{ <a:a> <a:p> 1 }} }} ; DELETE WHERE {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}",
    ],
)
def test_an_update_of_a_document_is_refused_with_the_route_that_takes_it(scribe: httpx.Client, text: str) -> None:
    put(scribe).raise_for_status()
    before = everything(scribe)
    refused = update(scribe, text)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    problem = refused.json()
    assert problem["culprit"] == f"the graph <{NOTE}>"
    assert "'note'" in problem["found"]
    assert "/api/v1/documents/note" in problem["remedy"]
    assert everything(scribe) == before


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (
            f"DELETE {{ GRAPH ?g {{ id:note ?p ?o }} }} WHERE {{ VALUES ?g {{ <{NOTE}> }} GRAPH ?g {{ ?s ?p ?o }} }}",
            403,
        ),
        ("DROP ALL", 403),
        ("CLEAR NAMED", 403),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { VALUES ?g { <u:none> } GRAPH ?g { ?s ?p ?o } }", 204),
    ],
)
def test_nor_does_one_reach_a_document_without_naming_it(scribe: httpx.Client, text: str, status: int) -> None:
    put(scribe).raise_for_status()
    before = everything(scribe)
    assert update(scribe, text).status_code == status
    assert everything(scribe) == before


def test_a_document_is_copied_to_a_graph_of_one_s_own_and_loaded_from_there(scribe: httpx.Client) -> None:
    put(scribe).raise_for_status()
    before = content(scribe, NOTE)
    assert update(scribe, f"COPY <{NOTE}> TO <{OWN}>").status_code == 204
    turtle = scribe.get("/sparql/graphs", params={"graph": OWN}, headers={"Accept": "text/turtle"}).text
    sent = {"params": {"name": "note"}, "headers": {"Content-Type": "text/turtle"}}
    assert scribe.post("/api/v1/documents", content=turtle, **sent).status_code in (200, 201)
    assert content(scribe, NOTE) == before
    assert update(scribe, f"DROP GRAPH <{OWN}>").status_code == 204


def test_a_claim_comes_into_a_document_and_goes_with_its_view(scribe: httpx.Client) -> None:
    put(scribe, SOURCE + claim("c2", "Chile denies it.", polarity="denied"))
    assert not ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert put(scribe).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ ?e sg:quote ?q ; sg:start 0 ; sg:end 47 ; oa:hasSelector ?s }}")
    assert ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    put_afresh(scribe, NOTE)


def test_faults_are_told_each_and_nothing_is_done(scribe: httpx.Client) -> None:
    tag = scribe.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"]
    refused = put(scribe, SOURCE + claim("c1", "Brazil names Chile") + claim("c2", "Chile denies it.", polarity="no"))
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    told = {(fault["file"], fault["subject"]) for fault in refused.json()["faults"]}
    assert told >= {("note", "note:c2"), ("note", "note:c1 sg:evidence")}
    assert scribe.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"] == tag


def test_a_document_stands_in_its_own_graph_alone(scribe: httpx.Client) -> None:
    turtle = scribe.get("/sparql/graphs", params={"graph": ARTICLE}).text
    for elsewhere in (BASE + "graph/other", BASE + "graph/a/b"):
        assert put(scribe, turtle, elsewhere).status_code == 422


def test_statements_are_not_added_to_a_document_by_post(scribe: httpx.Client) -> None:
    denied = PREFIXES + claim("c2", "Chile denies it.", polarity="denied")
    for before in (404, 200):
        assert scribe.get("/sparql/graphs", params={"graph": NOTE}).status_code == before
        refused = scribe.post(
            "/sparql/graphs", params={"graph": NOTE}, content=denied, headers={"Content-Type": "text/turtle"}
        )
        assert (refused.status_code, refused.json()["culprit"]) == (403, f"the graph <{NOTE}>")
        put(scribe).raise_for_status()


def test_the_token_comes_first(scribe: httpx.Client) -> None:
    with httpx.Client(base_url=scribe.base_url, timeout=60) as stranger:
        assert update(stranger, insert(WHOLE)).status_code == 401
        assert put(stranger).status_code == 401
    assert BEARER
