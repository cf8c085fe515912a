"""Who says it, how surely, in whose words, and two conditions in one question: answered, or offered and taken."""

from __future__ import annotations

import pytest

from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from tests.asking import answered, labels


@pytest.mark.parametrize(
    ("text", "name", "due"),
    [
        ("Who says that Russia can dictate the terms of peace?", "sayers-of-power", {"analysts"}),
        ("Who says that China is ready to take part?", "readiness-signalled-by", {"Chinese diplomats"}),
        ("Which document confirms that Russia took over the Soviet seat?", "sources-of-seat",
         {"Russia's letter of 24 December 1991"}),
        ("By which speech act do the Chinese diplomats make their readiness known?", "acts-of-speaker", {"signals"}),
        ("Which speech acts do the Western media use?", "acts-of-speaker", {"reports"}),
        ("According to analysts, whom does the war weaken?", "affected-by", {"Russia", "Ukraine"}),
        ("Which proposal takes the UN peacekeeping format?", "proposals-by-approach",
         {"Chinese peacekeeping initiative"}),
        ("Fetch me the guarantors of the Istanbul proposals.", "guarantors-of-proposal", {"China", "Russia"}),
    ],
)  # fmt: skip
def test_who_says_it_and_of_whom_is_told_apart(seeded: KnowledgeGraph, text: str, name: str, due: set[str]) -> None:
    assert labels(seeded, text, name) == due


def test_how_many_is_a_number(seeded: KnowledgeGraph) -> None:
    assert answered(seeded, "How many guarantors do the Istanbul proposals name?", "guarantors-of-proposal").count == 2
    blocking = answered(seeded, "How many states can block the Chinese initiative?", "states-able-to-block")
    assert blocking.count == 5


def test_how_surely_is_as_it_is_said(seeded: KnowledgeGraph) -> None:
    asked = "How surely is it said that the deliberations could last months?"
    assert "possible" in labels(seeded, asked, "durations", "lengthy-processes")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Which proposals name a guarantor and require a mandate?", {"Istanbul proposals (2022)"}),
        (
            "Which proposal requires a UN Security Council mandate and echoes the Istanbul proposals?",
            {"Chinese peacekeeping initiative"},
        ),
    ],
)
def test_two_conditions_that_are_sure_each_are_both_asked(seeded: KnowledgeGraph, text: str, due: set[str]) -> None:
    found = seeded.ask(text)
    assert isinstance(found, Answer)
    assert {cell.label for cell in found.answers} == due
    assert len({match.name for match in found.matched}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Which source does not say that abstention is a veto?",
        "In which kind of vote is the concurrence of the permanent members not needed?",
        "To which contingent is China ready to send troops?",
        "Which effect has Ukraine had on the war?",
    ],
)
def test_what_is_turned_round_is_not_answered_by_what_is_said(seeded: KnowledgeGraph, text: str) -> None:
    found = seeded.ask(text)
    assert isinstance(found, NotAnswered) or not {"weakening", "UN Charter"} & {cell.label for cell in found.answers}


@pytest.mark.parametrize(
    "text",
    [
        "Could Western peacekeepers take part under this approach?",
        "Is China ready to send troops to Atlantis?",
        "Does Russia have to abstain when the Council votes on peacekeepers for Ukraine?",
    ],
)
def test_what_is_not_said_gets_no_yes(seeded: KnowledgeGraph, text: str) -> None:
    found = seeded.ask(text)
    assert isinstance(found, NotAnswered) or found.verdict in ("denied", "not said")
