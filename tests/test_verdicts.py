"""A verdict is yes only where a source answers for it: in its own voice, as asserted, on no condition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph import KnowledgeGraph
from tests.asking import answered
from tests.copies import copied

FOLDER = Path(__file__).parent / "contradiction"
BREADTH = Path(__file__).parent / "breadth"

HEAD = """
@prefix : <https://w3id.org/security-guarantees/id/second-account/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
id:second-account a sg:NewsArticle ; rdfs:label "the second account"@en ; dcterms:title "Another"@en ;
  dcterms:language "en" ; sg:text "Ukraine proposes; Poland is ready, if a ceasefire holds; perhaps." .
id:poland a sg:State ; rdfs:label "Poland"@en .
id:lake-force a sg:Contingent ; rdfs:label "Lake Force"@en .
"""
CLAIM = """
:{name} a sg:Claim ; sg:speaker {speaker} ; sg:act {act} ; sg:polarity sg:{polarity} ; sg:certainty sg:{certainty} ;
  sg:evidence [ sg:quote "{quote}" ] ; sg:content {content} .
"""
TAKING_PART = "[ a sg:Participation ; sg:participant id:poland ; sg:contingent id:lake-force ]"
READY = f"[ a sg:Readiness ; sg:actor id:poland ; sg:readyFor {TAKING_PART} ]"


def claim(name: str, content: str, quote: str = "Poland is ready", **given: str) -> str:
    values = {"speaker": "id:second-account", "act": "sg:asserts", "polarity": "affirmed", "certainty": "asserted"}
    return CLAIM.format(name=name, content=content, quote=quote, **(values | given))


def verdict_with(graph: KnowledgeGraph, *claims: str) -> str | None:
    """Whether Poland is ready, once the second account makes these claims."""
    graph.load((HEAD + "".join(claims)).encode())
    return answered(graph, "Is Poland ready to take part in the Lake Force?", "readiness").verdict


@pytest.fixture(scope="module")
def contradicted(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The seed beside two accounts that deny what it says: read, do not write."""
    with copied(seeded, tmp_path_factory.mktemp("contradicted")) as own:
        own.load(FOLDER / "ministry-denial.ttl")
        own.load(FOLDER / "istanbul-account.ttl")
        yield own


@pytest.mark.parametrize(
    ("text", "name", "due"),
    [
        # in the article's own voice; China, of its own proposal; follows
        ("Do the Istanbul proposals name China as guarantor?", "proposals-naming-guarantor", "yes"),
        ("Does the Chinese initiative need a mandate?", "mandates-of-proposal", "yes"),
        ("Can France block the Chinese initiative?", "states-able-to-block", "yes"),
        ("Does China coordinate its actions with Russia?", "coordination", "yes"),
        (
            "Is China ready to take part in the peacekeeping contingent in Ukraine?",
            "readiness",
            "qualified",
        ),  # diplomats
        ("Does the war weaken Russia?", "harms-to-actor", "qualified"),  # analysts
        (
            "Would Western peacekeepers be excluded under this approach?",
            "approaches-excluding",
            "qualified",
        ),  # expected
        ("Can the deliberations drag on for months?", "durations", "qualified"),  # possible
        ("Does China want to end the war?", "aims-of-actor", "qualified"),  # apparent
        ("Do China's diplomatic efforts prolong the war?", "outcomes", "qualified"),  # perceived
        ("Can Russia block the Istanbul proposals?", "states-able-to-block", "qualified"),  # presumed
        ("Is China accused of supporting Russia?", "accusations-of-support", "yes"),
        ("Do the Istanbul proposals name France as guarantor?", "proposals-naming-guarantor", "not said"),
        ("Is peacekeeping expressly provided for in the Charter?", "express-provisions", "denied"),
    ],
)
def test_a_verdict_is_as_strong_as_what_it_rests_on(seeded: KnowledgeGraph, text: str, name: str, due: str) -> None:
    assert answered(seeded, text, name).verdict == due


def test_what_a_source_says_in_its_own_voice_is_a_yes(graph: KnowledgeGraph) -> None:
    assert verdict_with(graph, claim("c1", READY)) == "yes"


def test_what_stands_on_a_condition_is_qualified_by_it(graph: KnowledgeGraph) -> None:
    """Although the condition is a claim of its own, and is on what the actor is ready for."""
    ceasefire = "[ a sg:Ceasefire ; sg:conflict id:russia-ukraine-war ]"
    condition = f"[ a sg:Condition ; sg:conditioned {TAKING_PART} ; sg:prerequisite {ceasefire} ]"
    assert verdict_with(graph, claim("c1", READY), claim("c2", condition, "if a ceasefire holds")) == "qualified"


def test_a_condition_that_is_denied_qualifies_nothing(graph: KnowledgeGraph) -> None:
    ceasefire = "[ a sg:Ceasefire ; sg:conflict id:russia-ukraine-war ]"
    condition = f"[ a sg:Condition ; sg:conditioned {TAKING_PART} ; sg:prerequisite {ceasefire} ]"
    denied = claim("c2", condition, "if a ceasefire holds", act="sg:denies", polarity="denied")
    assert verdict_with(graph, claim("c1", READY), denied) == "yes"


@pytest.mark.parametrize("certainty", ["possible", "expected", "apparent", "perceived", "presumed"])
def test_what_is_less_than_asserted_is_qualified(graph: KnowledgeGraph, certainty: str) -> None:
    assert verdict_with(graph, claim("c1", READY, certainty=certainty)) == "qualified"


@pytest.mark.parametrize("act", ["accuses", "threatens"])
def test_an_act_that_vouches_for_nothing_is_no_yes_in_a_source_s_own_voice(graph: KnowledgeGraph, act: str) -> None:
    assert verdict_with(graph, claim("c1", READY, act=f"sg:{act}")) != "yes"


def test_what_a_source_denies_is_denied(graph: KnowledgeGraph) -> None:
    assert verdict_with(graph, claim("c1", READY, act="sg:denies", polarity="denied")) == "denied"


def test_what_somebody_leaves_open_is_not_said(graph: KnowledgeGraph) -> None:
    assert verdict_with(graph, claim("c1", READY, act="sg:refusesToAnswer", polarity="withheld")) == "not said"


def test_what_is_affirmed_and_denied_is_contested(contradicted: KnowledgeGraph) -> None:
    answer = answered(contradicted, "Do the Istanbul proposals name China as guarantor?", "proposals-naming-guarantor")
    assert (answer.verdict, answer.contested) == ("yes", True)
    answer = answered(
        contradicted, "Is China ready to take part in the peacekeeping contingent in Ukraine?", "readiness"
    )
    assert (answer.verdict, answer.contested) == ("qualified", True)
    named = "Do the Istanbul proposals name Belarus as guarantor?"
    assert answered(contradicted, named, "proposals-naming-guarantor").verdict == "denied"


@pytest.mark.parametrize("question", ["proposals-made", "proposers-of-proposal", "sayers-of-authorship", "claims-made"])
def test_a_proposer_on_whom_sources_differ_is_contested_whatever_shows_it(graph: KnowledgeGraph, question: str) -> None:
    proposing = "[ a sg:Proposing ; sg:proposer id:ukraine ; sg:proposal id:istanbul-proposals-2022 ]"
    graph.load((HEAD + claim("c1", proposing, "Ukraine proposes")).encode())
    answer = graph.answer(question, {})
    shown = [row for row in answer.rows if "made the Istanbul" in "".join(each.text() for each in row.sayings)]
    assert shown
    assert all(row.contested for row in shown)
    others = [row for row in answer.rows if "made the Chinese" in "".join(each.text() for each in row.sayings)]
    assert not any(row.contested for row in others)


def test_the_denial_of_a_report_disputes_what_was_reported(graph: KnowledgeGraph) -> None:
    graph.load(BREADTH / "denied-report.ttl")
    (row,) = graph.answer("readiness", {"actor": "China"}).rows
    assert row.contested
    assert "denies that Chinese diplomats signal" in row.sayings[0].text()


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("readiness", "the article"),
        ("readiness", "Western media"),  # who reports
        ("readiness", "Chinese diplomats"),  # who says
        ("proposals-naming-guarantor", "the article"),  # a view
        ("states-able-to-block", "UN Charter"),  # an inference
        ("states-able-to-block", "China"),
        ("mandates-of-proposal", "China"),
    ],
)
def test_according_to_takes_any_link_of_the_chain(seeded: KnowledgeGraph, question: str, speaker: str) -> None:
    assert seeded.answer(question, {}, according_to=speaker).rows


def test_who_only_disputes_it_does_not_say_it(contradicted: KnowledgeGraph) -> None:
    arguments = {"guarantor": "China"}
    assert not contradicted.answer("proposals-naming-guarantor", arguments, according_to="the other account").rows
    (row,) = contradicted.answer("proposals-naming-guarantor", arguments, according_to="the article").rows
    assert row.contested
