"""What if: answers as they would be without a source, a claim or what is said of a situation, and how they fall."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kg.errors import UnknownName
from kg.graph import KnowledgeGraph
from kg.model import Answer
from tests.api import ARTICLE, HTML, ID, PROBLEM, get
from tests.processes import Kg

BLOCK = "states-able-to-block"
PROPOSAL = {"proposal": "Istanbul proposals (2022)"}
LETTER = "Russia's letter of 24 December 1991 (continuation)"


def labels(answer: Answer) -> set[str]:
    return {each.label for each in answer.answers}


def letter(graph: KnowledgeGraph) -> str:
    """The source by which Russia holds its seat."""
    names = graph.names()
    (found,) = {name.text for name in names.names if name.text.startswith("Russia's letter of 24 December 1991")}
    return found


def test_without_a_source_what_rests_on_it_alone_is_lost_step_by_step(graph: KnowledgeGraph) -> None:
    now = graph.answer(BLOCK, PROPOSAL)
    before = {str(quad) for quad in graph.store.quads()}
    then = graph.answer(BLOCK, PROPOSAL, without=[letter(graph)])
    assert labels(now) - labels(then) == {"Russia"}
    assert [each.label for each in then.without] == [letter(graph)]
    (lost,) = then.lost
    assert lost.cells["state"].label == "Russia"
    first, *between, last = lost.because
    assert "can presumably block" in first
    assert between
    assert "The membership of the Soviet Union in the United Nations" in last
    assert {str(quad) for quad in graph.store.quads()} == before
    assert graph.answer(BLOCK, PROPOSAL) == now


def test_it_is_what_withdrawing_the_document_leaves(graph: KnowledgeGraph) -> None:
    """Of a question that the document alone answers, nothing but that nobody says so."""
    then = graph.answer("proposals-naming-guarantor", {"guarantor": "China"}, without=["the article"])
    graph.unload(ARTICLE)
    left = graph.answer("proposals-naming-guarantor", {})
    assert (then.rows, left.rows) == ((), ())
    assert all(each.because for each in then.lost)
    assert {row.cells["proposal"].label for row in then.lost} == {"Istanbul proposals (2022)"}


def test_a_claim_and_a_situation_are_left_out_by_their_iris(seeded: KnowledgeGraph) -> None:
    now = seeded.answer("proposals-naming-guarantor", {"guarantor": "China"})
    claim = now.evidence[0].claim
    situation = str(seeded.things().claim(claim)[0].situation.iri)
    for each in (claim, situation):
        then = seeded.answer("proposals-naming-guarantor", {"guarantor": "China"}, without=[each])
        assert then.rows == ()
        assert len(then.lost) == len(now.rows)
        assert any("China" in step for lost in then.lost for step in lost.because)


def test_what_rests_on_something_else_stays(seeded: KnowledgeGraph) -> None:
    now = seeded.answer("proposals-naming-guarantor", {"guarantor": "China"})
    then = seeded.answer("proposals-naming-guarantor", {"guarantor": "China"}, without=[letter(seeded)])
    assert (then.rows, then.lost) == (now.rows, ())
    assert then.without


def test_in_english_the_question_is_understood_as_it_is_now(seeded: KnowledgeGraph) -> None:
    asked = "Do the Istanbul proposals name China as guarantor?"
    now, then = seeded.ask(asked), seeded.ask(asked, without=["the article"])
    assert isinstance(now, Answer)
    assert isinstance(then, Answer)
    assert (now.verdict, then.verdict) == ("yes", "not said")
    assert then.matched == now.matched


def test_an_unknown_thing_is_refused_with_candidates(seeded: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName) as caught:
        seeded.answer(BLOCK, PROPOSAL, without=["the artcle"])
    assert ARTICLE in dict(caught.value.candidates)


def test_the_json_api_and_the_command_line_tell_the_same(client: httpx.Client, kg: Kg, seeded: KnowledgeGraph) -> None:
    source = letter(seeded)
    told: dict[str, Any] = get(client, f"/api/v1/questions/{BLOCK}", **PROPOSAL, without=source)
    assert [each["label"] for each in told["without"]] == [source]
    assert [each["cells"]["state"]["label"] for each in told["lost"]] == ["Russia"]
    assert "lost" not in get(client, f"/api/v1/questions/{BLOCK}", **PROPOSAL)
    asked = get(client, "/api/v1/ask", q="Which states can block the Istanbul proposals?", without=source)
    assert asked["lost"] == told["lost"]
    ran = kg("ask", "--name", BLOCK, "proposal=Istanbul proposals (2022)", "--without", source)
    assert (ran.code, f"This is without {source}. Lost:" in ran.stdout) == (0, True), ran.stdout


@pytest.mark.parametrize("without", ["Atlantis Gazette", f"{ID}nothing-here"])
def test_what_is_not_there_is_a_problem_on_the_route_and_a_fault_in_the_form(
    client: httpx.Client, without: str
) -> None:
    answer = client.get("/api/v1/ask", params={"q": "Who named China as guarantor?", "without": without})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    page = client.get(
        "/what-if",
        params={"q": "Which proposals name China as guarantor?", "without": without},
        headers={"Accept": HTML},
    )
    assert 'role="alert"' in page.text


def test_the_page_shows_both_answers_and_the_steps(client: httpx.Client, seeded: KnowledgeGraph) -> None:
    asked = {"q": "Which states can block the Istanbul proposals?", "without": letter(seeded)}
    page = client.get("/what-if", params=asked, headers={"Accept": HTML})
    assert page.status_code == 200
    for words in ("As it is", "What is lost, and how", "can presumably block", "The membership of the Soviet Union"):
        assert words in page.text
