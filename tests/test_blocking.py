"""Who can block a proposal, on what grounds, how surely: the inference that the project is asked for first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.graph import KnowledgeGraph
from kg.model import as_data
from kg.namespaces import ID, SG
from tests.replaying import Checker, World

BREADTH = Path(__file__).parent / "breadth"
INITIATIVE, ISTANBUL = "Chinese peacekeeping initiative", "Istanbul proposals (2022)"
FIVE = {"China", "France", "Russia", "United Kingdom", "United States"}
GIVEN_BY_PRACTICE = "UN mandate – presumably given by – UN Security Council"


def able(graph: KnowledgeGraph, proposal: str) -> set[str]:
    """The states that can block a proposal."""
    answer = graph.answer("states-able-to-block", {"proposal": proposal})
    return {cell.label for cell in answer.answers}


def why(graph: KnowledgeGraph, subject: str, predicate: str, object_: str) -> dict[str, Any]:
    return as_data(graph.why(subject, predicate, object_))


def leaves(proof: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The words and citations that a proof comes down to."""
    yield from (each for words in proof["words"] for each in words["evidence"])
    for premise in (premise for step in proof["derivations"] for premise in step["premises"]):
        yield from leaves(premise) if "statement" in premise else premise["evidence"]


def written(tmp_path: Path, name: str, changed: dict[str, str]) -> Path:
    """A document of `breadth/` with other words, in the text and in the claims."""
    for ending in ("ttl", "txt"):
        text = (BREADTH / f"{name}.{ending}").read_text(encoding="utf-8")
        for old, new in changed.items():
            text = text.replace(old, new)
        (tmp_path / f"{name}.{ending}").write_text(text, encoding="utf-8")
    return tmp_path / f"{name}.ttl"


@pytest.fixture(scope="module")
def checker(seeded: KnowledgeGraph) -> Checker:
    world = World()
    world.become(seeded.store.quads())
    return Checker(world, seeded.prefixes)


@pytest.mark.parametrize("proposal", [INITIATIVE, ISTANBUL])
def test_the_five_permanent_members_can_block_each_proposal(seeded: KnowledgeGraph, proposal: str) -> None:
    assert able(seeded, proposal) == FIVE


@pytest.mark.parametrize("state", sorted(FIVE))
@pytest.mark.parametrize("proposal", [INITIATIVE, ISTANBUL])
def test_each_proof_comes_down_to_quotes_and_citations_alone(
    seeded: KnowledgeGraph, checker: Checker, state: str, proposal: str
) -> None:
    proof = why(seeded, state, "can block", proposal)
    assert list(checker.faults(proof)) == []
    found = list(leaves(proof))
    assert found
    for each in found:
        assert (each["quote"] is None) != (each["citation"] is None)
    sources = {each["source"].removeprefix(ID) for each in found}
    assert {"chinese-peacekeepers", "un-charter"} <= sources


def test_who_sits_by_succession_does_so_by_the_document_that_says_so(seeded: KnowledgeGraph) -> None:
    """The Charter still names the Republic of China and the Soviet Union."""

    def sources(state: str) -> set[str]:
        return {each["source"].removeprefix(ID) for each in leaves(why(seeded, state, "can block", INITIATIVE))}

    by_treaty = sources("France")
    assert sources("China") - by_treaty == {"resolution-2758"}
    assert sources("Russia") - by_treaty == {"russian-letter-1991"}


@pytest.mark.parametrize("state", sorted(FIVE))
def test_for_istanbul_it_is_less_sure_and_the_proof_names_the_premise_that_makes_it_so(
    seeded: KnowledgeGraph, state: str
) -> None:
    sure, less = (why(seeded, state, "can block", proposal) for proposal in (INITIATIVE, ISTANBUL))
    assert (sure["certainty"], less["certainty"]) == ("asserted", "presumed")
    assert [step["limited_by"] for step in sure["derivations"]] == [[]]
    assert all(GIVEN_BY_PRACTICE in step["limited_by"] for step in less["derivations"])


def test_nobody_can_block_by_a_procedural_vote(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graph.load(BREADTH / "procedural-vote.ttl")
    assert able(graph, "Monitoring Plan") == set()
    graph.load(
        written(tmp_path, "procedural-vote", {"proceduralVote": "substantiveVote", "be procedural": "be substantive"})
    )
    assert able(graph, "Monitoring Plan") == FIVE


def test_an_abstention_blocks_nothing_and_takes_no_power_away(graph: KnowledgeGraph) -> None:
    graph.load(BREADTH / "abstention.ttl")
    assert able(graph, "Observer Plan") == FIVE, "China abstained"
    assert able(graph, INITIATIVE) == FIVE, "of its mandate no provision is said that would bind a party to abstain"


def test_that_a_state_must_abstain_is_shown_as_an_objection_and_withdraws_nothing(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """Under Chapter VII a party to the conflict may vote; under Chapter VI it must abstain, as one source has it."""
    graph.load(written(tmp_path, "abstention", {"chapterSix": "chapterSeven", "Chapter VI": "Chapter VII"}))
    proof = why(graph, "Russia", "can block", "Observer Plan")
    assert (proof["contested"], proof["denial"]) == (False, None)
    graph.load(BREADTH / "abstention.ttl")
    proof = why(graph, "Russia", "can block", "Observer Plan")
    assert proof["contested"]
    assert proof["denial"]["statement"]["predicate"]["label"] == "kept from blocking"
    assert "must abstain" in proof["denial"]["derivations"][0]["explanation"]
    assert not why(graph, "France", "can block", "Observer Plan")["contested"]


def test_both_guarantors_of_istanbul_can_block_the_enforcement_of_their_own_guarantee(seeded: KnowledgeGraph) -> None:
    found = seeded.query(f"SELECT ?guarantor ?proposal {{ ?guarantor <{SG}canBlockOwnGuarantee> ?proposal }}")
    pairs = {tuple(term.value.removeprefix(ID) for term in row) for row in found}
    assert pairs == {("china", "istanbul-proposals-2022"), ("russia", "istanbul-proposals-2022")}
    proof = why(seeded, "Russia", "canBlockOwnGuarantee", ISTANBUL)
    assert proof["certainty"] == "presumed"


def test_a_power_to_block_supports_the_analysts_claim_and_is_not_the_same(seeded: KnowledgeGraph) -> None:
    """They say that Russia can dictate the terms; that each of the five can block is another thing."""
    rows = list(seeded.query(f"SELECT ?claim ?bearer {{ ?claim <{SG}supportedByPowerOf> ?bearer }}"))
    assert [row["bearer"].value.removeprefix(ID) for row in rows] == ["russia"]
    claim = rows[0]["claim"].value
    proof = why(seeded, claim, "supportedByPowerOf", "Russia")
    assert "it is not the same" in proof["derivations"][0]["explanation"]
    assert "analysts" in proof["according_to"]
    shared = seeded.query(f"SELECT ?bearer {{ <{claim}> <{SG}powerSharedWith> ?bearer }}")
    assert {row["bearer"].value.removeprefix(ID) for row in shared} == {
        "china", "france", "united-kingdom", "united-states",
    }  # fmt: skip
    capable = seeded.query(f"SELECT DISTINCT ?bearer {{ ?capability a <{SG}Capability> ; <{SG}bearer> ?bearer }}")
    assert {row["bearer"].value.removeprefix(ID) for row in capable} == {"russia"}, "no other is said to dictate"


def test_without_the_article_nobody_can_block_anything(graph: KnowledgeGraph) -> None:
    """The background alone infers nothing about proposals."""
    graph.unload("chinese-peacekeepers")
    assert list(graph.query(f"SELECT * {{ ?state <{SG}canBlock> ?proposal }}")) == []
    assert len(list(graph.query(f"SELECT * {{ ?state <{SG}holdsSeatIn> <{ID}un-security-council> }}"))) == 5
