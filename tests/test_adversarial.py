"""Yes–no questions that tempt to say what nobody says: a plan taken for a deed, a power for its use, roles swapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph import KnowledgeGraph
from kg.model import Answer

QUESTIONS = Path(__file__).parent / "english" / "adversarial.txt"
CASES = [
    tuple(part.strip() for part in line.split("=>"))
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines()
    if "=>" in line
]


def verdict(graph: KnowledgeGraph, question: str) -> str | None:
    answer = graph.ask(question)
    return answer.verdict if isinstance(answer, Answer) else None


@pytest.mark.parametrize(("question", "due"), CASES, ids=[question for question, _ in CASES])
def test_no_verdict_is_given_that_no_source_gives(seeded: KnowledgeGraph, question: str, due: str) -> None:
    """Not to answer, and to offer what can be asked, is right as well: another verdict is not."""
    assert verdict(seeded, question) in (None, due)


def test_most_of_what_is_said_is_told_or_offered(seeded: KnowledgeGraph) -> None:
    """Whoever never answers is never wrong."""
    said = [(question, due) for question, due in CASES if due in ("yes", "qualified", "denied")]
    told = [question for question, due in said if verdict(seeded, question) == due]
    for question, due in said:
        found = seeded.ask(question)
        if not isinstance(found, Answer) and any(verdict(seeded, offer.question) == due for offer in found.offers):
            told.append(question)
    assert len(told) >= 0.7 * len(said), {question for question, _ in said} - set(told)
