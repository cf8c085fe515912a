"""Who says something, who hands on what others say, by which act, and in which place a name is meant."""

from __future__ import annotations

import pytest

from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Who is reporting that Chinese diplomats are signalling readiness?", {"the article", "Western media"}),
        ("Which outlets reported that China is ready to send troops?", {"Western media"}),
        ("Which newspapers say that China is ready?", {"Western media"}),
        ("Who is quoted as emphasising that the war weakens Russia too?", {"analysts"}),
        ("Which document confirms that Russia took over the Soviet seat?", {"Russia's letter of 24 December 1991"}),
        ("Which court ruling settled that an abstention is no veto?", {"Namibia opinion (ICJ, 1971)"}),
        ("Who says that peacekeeping is not in the Charter?", {"practice of UN peacekeeping"}),
    ],
)
def test_who_says_it_is_told_apart_from_of_whom_it_is_said(seeded: KnowledgeGraph, text: str, due: set[str]) -> None:
    assert labels(seeded, text) == due


def test_the_speech_acts_of_somebody_are_told_at_any_link(seeded: KnowledgeGraph) -> None:
    assert labels(seeded, "By which speech act do the Chinese diplomats make their readiness known?") == {"signals"}
    assert labels(seeded, "Which act goes with the Western media?") == {"reports"}
    assert labels(seeded, "What kind of speech act do analysts use?") == {"emphasises", "warns"}


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Which resolution gave Beijing the Chinese seat at the UN?", {"General Assembly resolution 2758 (XXVI)"}),
        ("What would Russia gain if the deliberations went on for months?", {"time to continue military operations"}),
        ("Which relations would be touched when Chinese soldiers come in Ukraine?", {"Kyiv–Beijing relations"}),
        ("Which proposal takes the UN peacekeeping format?", {"Chinese peacekeeping initiative"}),
    ],
)
def test_a_name_is_set_where_it_can_be_meant(seeded: KnowledgeGraph, text: str, due: set[str]) -> None:
    assert labels(seeded, text) == due


def test_an_article_with_a_number_is_of_the_treaty(seeded: KnowledgeGraph) -> None:
    named = labels(seeded, "Which permanent members does the Charter name in Article 23?")
    assert {"Republic of China", "Soviet Union"} < named


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Which proposals name a guarantor and require a mandate?", {"Istanbul proposals (2022)"}),
        (
            "Which proposal requires a UN Security Council mandate and echoes the Istanbul proposals?",
            {"Chinese peacekeeping initiative"},
        ),
        ("Which actor benefits from the war and is accused of supporting Russia?", {"China"}),
    ],
)
def test_two_conditions_that_are_sure_each_are_both_asked(seeded: KnowledgeGraph, text: str, due: set[str]) -> None:
    found = seeded.ask(text)
    assert isinstance(found, Answer)
    assert {cell.label for cell in found.answers} == due
    assert len({match.name for match in found.matched}) == 2


def test_what_holds_of_nobody_holds_not_of_whom_is_named(seeded: KnowledgeGraph) -> None:
    asked = seeded.ask("Does Russia have to abstain when the Council votes on peacekeepers for Ukraine?")
    assert isinstance(asked, Answer)
    assert asked.verdict == "not said"
    assert labels(seeded, "Which states are obliged to abstain on the UN Security Council mandate?") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Which proposals are beyond Russia's power to block?",
        "Leaving aside whatever names Moscow as a guarantor, which proposals can Russia block?",
        "To which contingent is China ready to send troops?",
    ],
)
def test_what_is_half_understood_is_declined(seeded: KnowledgeGraph, text: str) -> None:
    assert isinstance(seeded.ask(text), NotAnswered)


@pytest.mark.parametrize(
    "text",
    [
        "Who would not be barred from the contingent in Ukraine?",
        "Which source does not say that abstention is a veto?",
        "What has China not pledged?",
        "In which kind of vote is the concurrence of the permanent members not needed?",
        "Which effect has Ukraine had on the war?",
        "Which contingents do not bar Western peacekeepers?",
    ],
)
def test_what_is_not_so_or_of_nobody_named_is_not_answered_by_what_is(seeded: KnowledgeGraph, text: str) -> None:
    assert isinstance(seeded.ask(text), NotAnswered)


def test_what_could_be_the_contrary_is_no_yes(seeded: KnowledgeGraph) -> None:
    found = seeded.ask("Could Western peacekeepers take part under this approach?")
    assert isinstance(found, NotAnswered) or found.verdict == "denied"


def test_what_is_meant_is_asked_and_what_is_to_be_fetched_is_listed(seeded: KnowledgeGraph) -> None:
    found = seeded.ask("Are Beijing and Moscow in cahoots, I mean, does China coordinate its actions with Russia?")
    assert isinstance(found, Answer)
    assert found.verdict == "yes"
    assert labels(seeded, "Fetch me the guarantors of the Istanbul proposals.") == {"China", "Russia"}


def labels(graph: KnowledgeGraph, text: str) -> set[str]:
    found = graph.ask(text)
    assert isinstance(found, Answer), f"{text} {found}"
    return {cell.label for cell in found.answers}
