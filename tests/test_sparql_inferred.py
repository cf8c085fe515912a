"""`inferred=false`: a SPARQL user leaves out what is inferred, and keeps what is said and what restates it."""

from __future__ import annotations

import httpx
import pytest

BLOCKED = "ASK { id:russia sg:canBlock id:istanbul-proposals-2022 }"
NAMED = "ASK { id:istanbul-proposals-2022 sg:namesGuarantor id:china }"
IN_ITS_GRAPH = "ASK { GRAPH graph:inferred { ?state sg:canBlock ?proposal } }"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def asked(url: str, query: str, *, post: bool = False, **switch: str) -> bool:
    answer = (
        httpx.post(f"{url}/sparql", data={"query": query, **switch})
        if post
        else httpx.get(f"{url}/sparql", params={"query": query, **switch})
    )
    return bool(answer.raise_for_status().json()["boolean"])


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
def test_inferences_count_unless_they_are_left_out(url: str, post: bool) -> None:
    assert asked(url, BLOCKED, post=post)
    assert asked(url, BLOCKED, post=post, inferred="true")
    assert not asked(url, BLOCKED, post=post, inferred="false")


def test_the_switch_in_the_address_holds_for_a_query_in_the_body(url: str) -> None:
    sent = {"content": BLOCKED, "headers": {"Content-Type": "application/sparql-query"}}
    assert httpx.post(f"{url}/sparql", **sent).json()["boolean"] is True
    assert httpx.post(f"{url}/sparql?inferred=false", **sent).json()["boolean"] is False


def test_what_a_source_states_itself_stays(url: str) -> None:
    assert asked(url, NAMED, inferred="false")


def test_their_graph_is_not_there_then(url: str) -> None:
    def graphs(**switch: str) -> set[str]:
        answer = httpx.get(f"{url}/sparql", params={"query": GRAPHS, **switch}, headers={"Accept": "text/csv"})
        return set(answer.text.split()[1:])

    assert asked(url, IN_ITS_GRAPH)
    assert not asked(url, IN_ITS_GRAPH, inferred="false")
    inferred = "https://w3id.org/security-guarantees/graph/inferred"
    assert graphs() - graphs(inferred="false") == {inferred}


def test_nor_is_it_where_a_query_names_it(url: str) -> None:
    query = "ASK FROM graph:inferred { ?state sg:canBlock ?proposal }"
    assert asked(url, query)
    assert not asked(url, query, inferred="false")


def test_a_construct_has_none_either(url: str) -> None:
    query = {"query": "CONSTRUCT WHERE { ?state sg:canBlock ?proposal }"}
    accept = {"Accept": "application/n-triples"}
    assert httpx.get(f"{url}/sparql", params=query, headers=accept).text.count("\n") >= 5
    assert httpx.get(f"{url}/sparql", params={**query, "inferred": "false"}, headers=accept).text == ""


def test_answers_with_and_without_are_kept_apart(url: str) -> None:
    params = {"query": BLOCKED}
    with_, without = (httpx.get(f"{url}/sparql", params={**params, **each}) for each in ({}, {"inferred": "false"}))
    assert with_.headers["etag"] != without.headers["etag"]
    assert asked(url, BLOCKED)


def test_what_is_no_switch_is_refused(url: str) -> None:
    answer = httpx.get(f"{url}/sparql", params={"query": BLOCKED, "inferred": "perhaps"})
    assert (answer.status_code, answer.json()["culprit"]) == (422, "inferred")
