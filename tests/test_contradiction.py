"""A second account contradicts the first without editing it: both stand, and what is concerned says contested.

The two documents in `contradiction/` are invented: a ministry denies its state's readiness, and an account denies
that the Istanbul proposals name China.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import proofs, terms
from kg.graph import KnowledgeGraph
from kg.model import Answer, Row, as_data
from kg.namespaces import PROV, SG
from tests.copies import copied

FOLDER = Path(__file__).parent / "contradiction"
ISTANBUL, CHINA = "Istanbul proposals (2022)", "China"
MINISTRY, ACCOUNT = FOLDER / "ministry-denial.ttl", FOLDER / "istanbul-account.ttl"


@pytest.fixture(scope="module")
def contradicted(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The seed beside both: read, do not write."""
    with copied(seeded, tmp_path_factory.mktemp("contradicted")) as own:
        own.load(MINISTRY)
        own.load(ACCOUNT)
        yield own


@pytest.fixture
def changing(contradicted: KnowledgeGraph, tmp_path: Path) -> Iterator[KnowledgeGraph]:
    """One like it that is this test's alone."""
    with copied(contradicted, tmp_path) as own:
        yield own


def contested(answer: Answer, column: str) -> dict[str, bool]:
    """For each label in a column whether a row with it is contested."""
    found: dict[str, bool] = {}
    for row in answer.rows:
        label = row.cells[column].label
        found[label] = found.get(label, False) or row.contested
    return found


def voices(answer: Answer, row: Row) -> set[tuple[str, str]]:
    """Who is behind a row, and on which side."""
    return {(answer.evidence[place].chain[-1].speaker, answer.evidence[place].polarity) for place in row.evidence}


def stands(graph: KnowledgeGraph, statement: str) -> bool:
    return any(True for _ in graph.store.quads(*(terms.expand(part, graph.prefixes) for part in statement.split())))


def test_the_proposals_that_name_china_are_still_given_and_say_contested(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("proposals-naming-guarantor", {"guarantor": CHINA})
    assert contested(answer, "proposal") == {ISTANBUL: True}
    assert answer.contested


def test_both_voices_stand_behind_a_contested_row_with_their_words(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("proposals-naming-guarantor", {"guarantor": CHINA})
    assert voices(answer, answer.rows[0]) == {("the article", "affirmed"), ("the other account", "denied")}
    assert "They did not name China, as has been claimed since." in {each.quote for each in answer.evidence}


def test_the_proof_of_a_contested_statement_shows_both_sides(contradicted: KnowledgeGraph) -> None:
    proof = contradicted.why(ISTANBUL, "sg:namesGuarantor", CHINA)
    sides = [proof, proof.denial]
    assert [(side.polarity, side.contested, side.according_to) for side in sides if side] == [
        ("affirmed", True, ("the article",)),
        ("denied", True, ("the other account",)),
    ]
    told = as_data(proof)
    assert told["denial"] == as_data(sides[1])
    affirmed, denied = proofs.as_text(proof).split("\nIstanbul proposals (2022) – names guarantor – China")
    assert "“They did not name China" in denied
    assert "“They did not name China" not in affirmed
    quads = list(ox.parse(proofs.as_prov(proof), format=ox.RdfFormat.TURTLE))
    denials = {quad.subject for quad in quads if str(quad.predicate) == f"<{SG}polarity>"}
    assert {node.value for node in denials} == {step["node"] for step in told["denial"]["derivations"]}
    quoted = {quad.object.value for quad in quads if str(quad.predicate) == f"<{PROV}value>"}
    assert quoted == {each.quote for side in sides if side for each in side.evidence}


def test_what_was_looked_for_and_not_found_is_told_in_words(contradicted: KnowledgeGraph) -> None:
    one, other = "id:chinese-peacekeepers/s05-4", "id:istanbul-account/china-not-named"
    (step,) = contradicted.why(one, "sg:contradicts", other).derivations
    article, account = "the claim of the article (s05-4)", "the claim of the other account (china-not-named)"

    def apart(end: str, begin: str, first: str, second: str) -> str:
        held = f"that {first} is true until “{end}”, that {second} is true from “{begin}”"
        return (
            f"no source says {held} and that “{end}” is less than “{begin}” and “{begin}” does not begin with “{end}”"
        )

    def vouched(claim: str) -> list[str]:
        acts = f"that the act of {claim} is a speech act and that this speech act is an unvouched act"
        return [f"no source says that {claim} is unconfirmed by a claim", f"no source says {acts}"]

    assert [each.text for each in step.absences] == [
        apart("end", "begin", article, account),
        apart("last", "first", account, article),
        *vouched(article),
        *vouched(account),
    ]


def test_what_only_one_account_says_has_one_side(contradicted: KnowledgeGraph) -> None:
    assert contradicted.why(ISTANBUL, "sg:namesGuarantor", "Russia").denial is None


def test_what_both_accounts_affirm_is_not_contested(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("guarantors-of-proposal", {"proposal": ISTANBUL})
    assert contested(answer, "guarantor") == {"Russia": False, "China": True}
    (russia,) = [row for row in answer.rows if row.cells["guarantor"].label == "Russia"]
    assert voices(answer, russia) == {("the article", "affirmed"), ("the other account", "affirmed")}


def test_what_follows_from_a_contested_view_is_contested(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("guarantors-blocking-own-guarantee", {"proposal": ISTANBUL})
    assert contested(answer, "guarantor") == {"Russia": False, "China": True}


def test_what_does_not_rest_on_it_is_not(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("states-able-to-block", {})
    assert len(answer.rows) == 10
    assert not answer.contested


def test_a_readiness_that_was_only_reported_says_contested_too(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("readiness", {"actor": CHINA})
    assert [row.contested for row in answer.rows] == [True]
    assert voices(answer, answer.rows[0]) == {("Chinese diplomats", "affirmed"), ("the ministry's statement", "denied")}


def test_a_statement_that_is_only_denied_is_not_made(contradicted: KnowledgeGraph) -> None:
    assert not stands(contradicted, "id:istanbul-proposals-2022 sg:namesGuarantor id:belarus")
    answer = contradicted.answer("proposals-naming-guarantor", {"guarantor": "Belarus"})
    assert answer.rows == ()


def test_a_line_of_sparql_sees_what_is_contested(contradicted: KnowledgeGraph) -> None:
    solutions = contradicted.query(
        "SELECT ?guarantor { ?view rdf:subject id:istanbul-proposals-2022 ; rdf:predicate sg:namesGuarantor ;"
        " rdf:object ?guarantor ; sg:contested true ; sg:polarity sg:affirmed }"
    )
    assert [row["guarantor"].value.rpartition("/")[2] for row in solutions] == ["china"]


def test_the_contradictions_are_listed_with_both_speakers(contradicted: KnowledgeGraph) -> None:
    answer = contradicted.answer("contradictions-and-tensions", {})
    pairs = {
        frozenset((row.cells["speaker"].label, row.cells["otherSpeaker"].label))
        for row in answer.rows
        if row.cells["relation"].label == "contradicts"
    }
    assert pairs == {
        frozenset(("the article", "the other account")),
        frozenset(("Chinese diplomats", "the ministry's statement")),
    }


def test_before_the_second_account_nothing_is_contested(seeded: KnowledgeGraph) -> None:
    assert not any(quad.predicate.value.endswith("/contested") for quad in seeded.store.quads())
    assert not seeded.answer("proposals-naming-guarantor", {"guarantor": CHINA}).contested


@pytest.mark.parametrize("order", [(MINISTRY, ACCOUNT), (ACCOUNT, MINISTRY)], ids=["as loaded", "the other way round"])
def test_withdrawing_it_restores_what_was_there_exactly(
    seeded: KnowledgeGraph, changing: KnowledgeGraph, order: tuple[Path, ...]
) -> None:
    assert set(changing.store.quads()) != set(seeded.store.quads())
    for path in order:
        changing.unload(path.stem)
    assert set(changing.store.quads()) == set(seeded.store.quads())


def test_withdrawing_the_article_leaves_the_denial_and_nothing_to_contest(changing: KnowledgeGraph) -> None:
    changing.unload("chinese-peacekeepers")
    assert not stands(changing, "id:istanbul-proposals-2022 sg:namesGuarantor id:china")
    assert stands(changing, "id:istanbul-proposals-2022 sg:namesGuarantor id:russia")
    answer = changing.answer("denials", {})
    assert len(answer.rows) == 3
    assert not answer.contested


def test_the_order_in_which_documents_come_does_not_matter(changing: KnowledgeGraph) -> None:
    forwards = set(changing.store.quads())
    for path in (MINISTRY, ACCOUNT):
        changing.unload(path.stem)
    for path in (ACCOUNT, MINISTRY):
        changing.load(path)
    assert set(changing.store.quads()) == forwards
