"""Documents' graphs written by SPARQL: what an update makes of one goes through the pipeline, or nothing is done."""

from __future__ import annotations

import httpx
import pytest

from tests.notes import (
    ARTICLE,
    BASE,
    NOTE,
    SOURCE,
    VIEW,
    VIEWS,
    WHOLE,
    ask,
    claim,
    content,
    insert,
    put_afresh,
    update,
)


def test_a_document_inserted_by_an_update_is_anchored_and_inferred_from(scribe: httpx.Client) -> None:
    assert update(scribe, insert(WHOLE)).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ ?e sg:quote ?q ; sg:start 0 ; sg:end 47 ; oa:hasSelector ?s }}")
    assert ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    put_afresh(scribe, NOTE)


def test_a_claim_inserted_into_a_seed_s_graph_has_its_view_and_both_go_together(scribe: httpx.Client) -> None:
    node = f"<{BASE}id/chinese-peacekeepers/x1>"
    designation = "sg:GuarantorDesignation ; sg:guarantor id:france ; sg:proposal id:istanbul-proposals-2022"
    added = f"""{node} a sg:Claim ; sg:speaker id:chinese-peacekeepers ; sg:act sg:asserts ; sg:polarity sg:affirmed ;
        sg:certainty sg:asserted ; sg:evidence [ sg:quote "Western media report" ] ; sg:content [ a {designation} ]"""
    question = "/api/v1/questions/proposals-naming-guarantor?guarantor=France"
    assert scribe.get(question).json()["answers"] == []
    assert update(scribe, insert(added, ARTICLE)).status_code == 204
    answer = scribe.get(question).json()
    assert [cell["label"] for cell in answer["answers"]] == ["Istanbul proposals (2022)"]
    assert [each["quote"] for each in answer["evidence"]] == ["Western media report"]
    gone = f"""DELETE {{ GRAPH <{ARTICLE}> {{ {node} ?p ?o . ?e ?ep ?eo . ?s ?sp ?so }} }}
        WHERE {{ GRAPH <{ARTICLE}> {{ {node} ?p ?o ; sg:evidence ?e ; sg:content ?s . ?e ?ep ?eo . ?s ?sp ?so }} }}"""
    assert update(scribe, gone).status_code == 204
    assert scribe.get(question).json()["answers"] == []


def test_what_the_shapes_refuse_is_refused_with_each_fault_and_nothing_is_done(scribe: httpx.Client) -> None:
    tag = scribe.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"]
    faulty = SOURCE + claim("c1", "Brazil names Chile") + claim("c2", "Chile denies it.", polarity="perhaps")
    refused = update(scribe, insert(faulty) + "; INSERT DATA { GRAPH <u:mine> { <a:a> <a:p> 1 } }")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    problem = refused.json()
    told = {(fault["file"], fault["subject"]) for fault in problem["faults"]}
    assert told >= {("note", "id:note/c2"), ("note", "id:note/c1 sg:evidence")}
    assert all(fault["what"] and fault["why"] for fault in problem["faults"])
    assert scribe.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).headers["etag"] == tag


def test_who_writes_rdf_of_their_own_among_documents_is_told_where_it_may_go(scribe: httpx.Client) -> None:
    refused = update(scribe, insert("<a:a> <a:p> 1"))
    assert refused.status_code == 422
    assert f"does not begin with <{BASE}graph/>" in refused.json()["detail"]


def test_faults_of_all_documents_are_told_together(scribe: httpx.Client) -> None:
    other = SOURCE.replace("note", "other") + "id:other sg:nonsense 1"
    refused = update(scribe, insert(SOURCE + claim("c1", "no such words")) + ";" + insert(other, BASE + "graph/other"))
    assert {fault["file"] for fault in refused.json()["faults"]} == {"note", "other"}


def test_a_claim_is_removed_by_what_its_author_wrote_of_it(scribe: httpx.Client) -> None:
    """The spans and selectors that the machine has found go with the words that they are of."""
    denied = claim("c2", "Chile denies it.", polarity="denied")
    update(scribe, insert(WHOLE + denied))
    assert ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    written = "note:c1 ?p ?o . ?e sg:quote ?q"
    removal = f"WITH <{NOTE}> DELETE {{ {written} }} WHERE {{ note:c1 sg:evidence ?e . {written} }}"
    assert update(scribe, removal).status_code == 204
    assert not ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert not ask(scribe, f'GRAPH <{NOTE}> {{ ?s oa:exact "Peru names Chile a guarantor of the Andes plan." }}')
    assert ask(scribe, f'GRAPH <{NOTE}> {{ ?s oa:exact "Chile denies it." }}')
    put_afresh(scribe, NOTE)


def test_a_quote_that_changes_is_found_anew(scribe: httpx.Client) -> None:
    update(scribe, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ ?e sg:quote ?q }} INSERT {{ ?e sg:quote "the Andes plan" }}
        WHERE {{ note:c1 sg:evidence ?e . ?e sg:quote ?q }}"""
    assert update(scribe, change).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 32 ; sg:end 46 }}")
    put_afresh(scribe, NOTE)
    changed = content(scribe, NOTE)
    update(scribe, f"DROP GRAPH <{NOTE}>; {insert(SOURCE + claim('c1', 'the Andes plan'))}")
    assert content(scribe, NOTE) == changed, "names follow from what is said, whichever way it came to be said"


def test_which_of_two_places_a_quote_stands_at_stays_known(scribe: httpx.Client) -> None:
    first, second = (
        claim(f"c{n}", "Peru names Chile a guarantor", evidence=f"; sg:start {start}") for n, start in ((1, 0), (2, 48))
    )
    assert update(scribe, insert(SOURCE + first + second)).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 0 ; sg:end 28 }}")
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 48 ; sg:end 76 }}")
    assert update(scribe, insert(claim("c3", "Chile denies it.", polarity="denied"))).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c2 sg:evidence ?e . ?e sg:start 48 ; sg:end 76 }}")


def test_a_role_that_changes_makes_another_situation(scribe: httpx.Client) -> None:
    update(scribe, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ ?s sg:guarantor id:chile }} INSERT {{ ?s sg:guarantor id:peru }}
        WHERE {{ ?s sg:guarantor id:chile }}"""
    assert update(scribe, change).status_code == 204
    assert ask(scribe, "id:andes-plan sg:namesGuarantor id:peru")
    assert not ask(scribe, VIEW)
    put_afresh(scribe, NOTE)


def test_a_text_that_changes_is_hashed_anew_and_moves_the_spans(scribe: httpx.Client) -> None:
    update(scribe, insert(WHOLE))
    change = f"""WITH <{NOTE}> DELETE {{ id:note sg:text ?t }} INSERT {{ id:note sg:text ?new }}
        WHERE {{ id:note sg:text ?t BIND(CONCAT("It is said: ", ?t) AS ?new) }}"""
    assert update(scribe, change).status_code == 204
    assert ask(scribe, f"GRAPH <{NOTE}> {{ note:c1 sg:evidence ?e . ?e sg:start 12 }}")
    put_afresh(scribe, NOTE)


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
    scribe: httpx.Client, withdrawal: str
) -> None:
    update(scribe, insert(WHOLE))
    update(scribe, "CREATE GRAPH <u:nothing>")
    assert update(scribe, withdrawal).status_code == 204
    assert scribe.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404
    assert scribe.get("/api/v1/sources/note").status_code == 404
    update(scribe, "DROP SILENT GRAPH <u:nothing>")


def test_a_graph_of_ones_own_becomes_a_document_and_back(scribe: httpx.Client) -> None:
    own = "u:drafted"
    update(scribe, insert(WHOLE, own))
    assert not ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert update(scribe, f"COPY <{own}> TO <{NOTE}>").status_code == 204
    assert ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    before = content(scribe, NOTE)
    assert update(scribe, f"ADD <{own}> TO <{NOTE}>").status_code == 204
    assert content(scribe, NOTE) == before, "nodes that say the same are the same"
    assert update(scribe, f"MOVE <{NOTE}> TO <{own}>").status_code == 204
    assert not ask(scribe, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert ask(scribe, f"GRAPH <{own}> {{ ?e sg:quote ?q ; sg:start 0 }}")
    assert update(scribe, f"MOVE <{own}> TO <{NOTE}>").status_code == 204
    assert content(scribe, NOTE) == before


def test_a_document_stands_in_its_own_graph_alone(scribe: httpx.Client) -> None:
    for elsewhere in (BASE + "graph/other", BASE + "graph/a/b"):
        refused = update(scribe, insert(WHOLE, elsewhere))
        assert refused.status_code == 422
        assert NOTE in refused.json()["detail"]
        turtle = scribe.get("/sparql/graphs", params={"graph": ARTICLE}).text
        put = scribe.put(
            "/sparql/graphs", params={"graph": elsewhere}, content=turtle, headers={"Content-Type": "text/turtle"}
        )
        assert put.status_code == 422


def test_an_update_of_ones_own_and_of_documents_graphs_is_one_transaction(scribe: httpx.Client) -> None:
    mine = "INSERT DATA { GRAPH <u:mixed> { <a:a> <a:p> 1 } }"
    assert update(scribe, f"{mine}; {insert(WHOLE)}; CREATE GRAPH <u:mixed>").status_code == 409
    assert update(scribe, f"{mine}; {insert(SOURCE + claim('c1', 'no such words'))}").status_code == 422
    assert content(scribe, "u:mixed") != ["<a:a> <a:p> 1"]
    assert scribe.get("/sparql/graphs", params={"graph": "u:mixed"}).status_code == 404
    assert update(scribe, f"{mine}; {insert(WHOLE)}").status_code == 204
    assert ask(scribe, f"GRAPH <u:mixed> {{ <a:a> <a:p> 1 }} GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert update(scribe, f"DROP GRAPH <u:mixed>; DROP GRAPH <{NOTE}>").status_code == 204
