"""Every answer is said in one sentence: by whom, how surely, on which condition, and who says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.graph import KnowledgeGraph
from kg.sentences import Phrase, dated, filled, is_plural, named
from tests.asking import answered
from tests.copies import copied
from tests.processes import Kg

FOLDER = Path(__file__).parent / "contradiction"
READY = (
    "According to Western media, Chinese diplomats signal that China is ready to take part in the peacekeeping"
    " contingent in Ukraine, if an agreement ends hostilities between Russia and Ukraine and, according to China, only"
    " if a UN Security Council mandate is granted."
)


@pytest.fixture(scope="module")
def contradicted(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    with copied(seeded, tmp_path_factory.mktemp("contradicted")) as own:
        own.load(FOLDER / "ministry-denial.ttl")
        own.load(FOLDER / "istanbul-account.ttl")
        yield own


ASKED = "Is China ready to take part in the peacekeeping contingent in Ukraine?"


@pytest.mark.parametrize(
    ("text", "name", "due"),
    [
        (ASKED, "readiness", READY),
        (
            "Whom do the Istanbul proposals name as guarantors?",
            "guarantors-of-proposal",
            "The article says that the Istanbul proposals (2022) name China and Russia as security guarantors.",
        ),
        (
            "Who made the Istanbul proposals?",
            "proposers-of-proposal",
            "The article says that the Russian delegation (Istanbul, 2022) made the Istanbul proposals (2022) in"
            " Istanbul in 2022.",
        ),
        (
            "Can France block the Chinese initiative?",
            "states-able-to-block",
            "It follows that France can block the Chinese peacekeeping initiative.",
        ),
        (
            "Can France block the Istanbul proposals?",
            "states-able-to-block",
            "By inference, presumably France can block the Istanbul proposals (2022).",
        ),
        (
            "Can the deliberations drag on for months?",
            "durations",
            "The article says that deliberations over a UN mandate could last months.",
        ),
        (
            "Do the Istanbul proposals name France as guarantor?",
            "proposals-naming-guarantor",
            "Nobody in the graph says so.",
        ),
        (
            "Is peacekeeping expressly provided for in the Charter?",
            "express-provisions",
            "The practice of UN peacekeeping denies that UN peacekeeping is expressly provided for in the UN Charter.",
        ),
    ],
)
def test_an_answer_is_said_as_one_would_say_it(seeded: KnowledgeGraph, text: str, name: str, due: str) -> None:
    assert answered(seeded, text, name).statement == due


def test_who_disputes_it_is_said_too(contradicted: KnowledgeGraph) -> None:
    named = answered(contradicted, "Do the Istanbul proposals name China as guarantor?", "proposals-naming-guarantor")
    assert named.statement == (
        "The article says that the Istanbul proposals (2022) name China as a security guarantor, but the other account"
        " denies it."
    )
    assert answered(contradicted, ASKED, "readiness").statement == READY.replace(
        "granted.", "granted, but the ministry's statement denies it."
    )


def test_every_question_of_the_catalogue_is_answered_in_a_sentence(seeded: KnowledgeGraph) -> None:
    """With a capital letter, one full stop at its end, and nothing of its template left over."""
    for question in seeded.questions():
        told = seeded.answer(question.name, {}).statement
        assert re.fullmatch(r"[A-Z].*[^.]\.", told), (question.name, told)
        assert not re.search(r"[{}|\[\]]|  | ,|, \.|\bsg:", told), (question.name, told)
        assert len(told) < 1200, (question.name, told)


def test_of_more_than_three_the_rest_is_counted(seeded: KnowledgeGraph) -> None:
    assert re.search(r"; and \d+ more\.$", seeded.answer("claims-made", {}).statement)


def test_the_sentence_is_the_same_everywhere(kg: Kg, client: httpx.Client) -> None:
    found = client.get("/api/v1/ask", params={"q": ASKED}).json()
    assert (found["verdict"], found["statement"]) == ("qualified", READY)
    page = client.get("/ask", params={"q": ASKED}).text
    assert READY in page
    assert "<strong>Yes" not in page
    shown = " ".join(kg("ask", ASKED).stdout.split())
    assert shown.startswith(f"Qualified. {READY}")
    assert client.get("/api/v1/questions/readiness").json()["statement"] == READY


def test_a_template_agrees_with_its_roles() -> None:
    template = "{some} (names|name) {other} as (a guarantor|guarantors)[ of {whom}]"
    one, two = (Phrase("the plan"),), (Phrase("France"), Phrase("Poland"))
    assert filled(template, {"some": one, "other": two}) == "the plan names France and Poland as guarantors"
    assert filled(template, {"some": two, "other": one, "whom": one}, "could") == (
        "France and Poland could name the plan as a guarantor of the plan"
    )
    assert filled("{some} (is|are) ready", {"some": one}, "would") == "the plan would be ready"


def test_names_get_their_article_and_number() -> None:
    assert named("UN mandate", "a") == "a UN mandate"
    assert named("abstention", "a") == "an abstention"
    assert named("the plan", "the") == "the plan"
    assert named("China's position", "the") == "China's position"
    assert is_plural("Istanbul proposals (2022)")
    assert is_plural("deliberations over it")
    assert not is_plural("time for operations")
    assert not is_plural("crisis")
    assert [dated(each) for each in ("2022", "2022-03", "2022-03-29")] == [
        "in 2022",
        "in March 2022",
        "on 29 March 2022",
    ]
