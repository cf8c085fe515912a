"""Questions in English that nobody here learned from: what is answered, what is offered, what is declined.

`make bench` asks all files of `english/`, and names each question that is answered wrongly, or not at all.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import pytest

from benchmarks.english import Altered, Ask, Tally, cases, sentence_spans, tally
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.namespaces import SG, SKOS
from kg.terms import Literal
from tests.processes import CHECKOUT

QUESTIONS = CHECKOUT / "tests" / "english"
SEALED = ("sealed-14.txt.gz", "sealed-15.txt.gz")
# Percent at least, a little under what `english/README.md` has for them. How much is answered at once has no bound.
PRECISION, REACH, ABSTENTION = 92, 80, 98


@pytest.fixture(scope="module")
def ask(seeded: KnowledgeGraph) -> Ask:
    """What is asked twice is understood once."""
    seeded.ask("Which proposals name China as guarantor?")
    return functools.cache(seeded.ask)


@pytest.fixture(scope="module", params=SEALED)
def asked(request: pytest.FixtureRequest, ask: Ask) -> Tally:
    spans = sentence_spans(CHECKOUT / "seeds" / "000_081586eb59fd031d.txt")
    return tally(ask, cases(QUESTIONS / request.param), spans)


def test_what_is_answered_is_right(asked: Tally) -> None:
    assert asked.answered > 50
    assert asked.precision >= PRECISION, asked.wrong


def test_what_can_be_answered_is_answered_or_offered(asked: Tally) -> None:
    assert asked.reach >= REACH, asked.missed


def test_what_cannot_be_answered_is_not(asked: Tally) -> None:
    unsure = [(case, got) for case, got in asked.wrong if not case.answerable]
    assert asked.abstention >= ABSTENTION, unsure


def test_no_bare_yes_is_wrong(asked: Tally) -> None:
    assert [(case, got) for case, got in asked.wrong if ": yes" in got] == []


def test_a_question_takes_no_noticeable_time(asked: Tally) -> None:
    assert asked.quantile(50) < 150  # milliseconds; on an idle machine it is a fraction
    assert asked.quantile(95) < 600


def test_what_is_offered_is_understood_as_just_that(asked: Tally, ask: Ask, seeded: KnowledgeGraph) -> None:
    """Its text as its name and its parameters, and no other; where nothing is said so, of who acts for it."""
    cases = [*asked.offered, *(case for case, _ in asked.missed)]
    offers = {offer.question: offer for case in cases for offer in declined(ask, case.question).offers}
    assert len(offers) > 100
    other = []
    for question, offer in offers.items():
        found = ask(question)
        wanted = {name: value for name, value in offer.parameters.items() if name != "according_to"}
        first = {} if isinstance(found, NotAnswered) else found.matched[0].parameters
        if (
            isinstance(found, NotAnswered)
            or found.matched[0].name != offer.name
            or (wanted.items() - first.items() and seeded.answer(offer.name, wanted).rows)
        ):
            other.append((offer, found))
    assert other == []


def declined(ask: Ask, question: str) -> NotAnswered:
    found = ask(question)
    assert isinstance(found, NotAnswered)
    return found


@pytest.mark.parametrize(
    "around",
    [
        "Frankly speaking, {}?", "I wonder if you could tell me {}.", "For the avoidance of doubt: {}?",
        "This may sound silly, but {}?", "Before I write it down I must be sure: {}?", "Please tell me {}.",
        "Good morning. {}?",
    ],
)  # fmt: skip
def test_what_stands_around_a_question_is_never_answered_instead(seeded: KnowledgeGraph, around: str) -> None:
    due = {"Istanbul proposals (2022)"}
    found = seeded.ask(around.format("which proposals name China as guarantor"))
    offered = [] if isinstance(found, Answer) else [seeded.ask(offer.question) for offer in found.offers]
    told = [{cell.label for cell in each.answers} for each in (found, *offered) if isinstance(each, Answer)]
    assert told == [due] if isinstance(found, Answer) else due in told


@pytest.mark.parametrize("asked", ["What is a {}?", 'What does "{}" mean?'])
@pytest.mark.parametrize(("term", "defined"), [("contingent", "Contingent"), ("procedural vote", "proceduralVote")])
def test_what_a_term_means_is_told_and_not_answered(
    seeded: KnowledgeGraph, asked: str, term: str, defined: str
) -> None:
    """The ontology defines it; no source does."""
    told = seeded.ask(asked.format(term))
    assert isinstance(told, NotAnswered)
    (definition,) = seeded.knowledge.ontology.values(SG + defined, SKOS + "definition")
    assert isinstance(definition, Literal)
    assert f'"{definition.value}" ({SG}{defined})' in told.reason


def test_a_file_of_questions_that_was_altered_is_not_measured(tmp_path: Path) -> None:
    sealed = hashlib.sha256(b"Who? => -\n").hexdigest()
    (tmp_path / "README.md").write_text(f"| `sealed.txt` | closed | `{sealed}` |\n")
    (tmp_path / "sealed.txt").write_text("Who? => -\n")
    assert [case.question for case in cases(tmp_path / "sealed.txt")] == ["Who?"]
    (tmp_path / "sealed.txt").write_text("What? => -\n")
    with pytest.raises(Altered, match=sealed):
        cases(tmp_path / "sealed.txt")
