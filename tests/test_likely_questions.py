"""A question in words that nobody wrote down is answered by what people have asked, where an answer bears it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import asked, questions
from kg.errors import Rejected
from kg.graph import KnowledgeGraph
from kg.language.matching.likely import Likely
from kg.language.matching.phrasings import kept
from kg.model import Answer, NotAnswered
from kg.settings import Home

HOME = Home()
EXAMPLES = (
    ("colour", ("what", "colour", "is", "it")),
    ("colour", ("which", "colour", "has", "it")),
    ("size", ("how", "big", "is", "it")),
    ("size", ("what", "size", "is", "it")),
    (asked.NOT_ANSWERED, ("what", "time", "is", "it")),
    (asked.NOT_ANSWERED, ("which", "time", "is", "best")),
) * 3


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("What could long deliberations give to Russia?", {"time to continue military operations"}),
        ("Which earlier proposals does the Chinese initiative bring back to mind?", {"Istanbul proposals (2022)"}),
        ("By which document did Moscow carry on the Soviet membership?", {"Russia's letter of 24 December 1991"}),
    ],
)
def test_what_is_likely_asked_is_answered_where_it_is_sure(seeded: KnowledgeGraph, text: str, due: set[str]) -> None:
    found = seeded.ask(text)
    assert isinstance(found, Answer)
    assert {cell.label for cell in found.answers} == due
    assert found.evidence


@pytest.mark.parametrize(
    "text",
    [
        "What is Germany's line on the Chinese initiative?",
        "Please draft a two-paragraph press line on the Chinese initiative.",
        "Will the Security Council ever be enlarged?",
        "When do the Chinese troops arrive in Kyiv?",
    ],
)
def test_what_people_ask_in_vain_is_declined(seeded: KnowledgeGraph, text: str) -> None:
    found = seeded.ask(text)
    assert isinstance(found, NotAnswered)
    assert found.reason


@pytest.mark.parametrize("body", ["UN Security Council", "Republic of China", "Chinese Foreign Ministry"])
def test_a_name_of_several_words_after_is_it_is_understood_or_declined(seeded: KnowledgeGraph, body: str) -> None:
    assert isinstance(seeded.ask(f"Is it the {body} that has to give the mandate?"), Answer | NotAnswered)


def test_a_word_that_few_questions_have_tells_them_apart() -> None:
    likely = Likely.of(EXAMPLES)
    assert [likely.guess(said)[0] for said in (("the", "colour"), ("so", "big"), ("time",))] == [
        "colour",
        "size",
        asked.NOT_ANSWERED,
    ]
    assert likely.guess(())[1] < 0.5  # of nothing known, nothing is sure
    of_one, of_both = likely.guess(("colour",)), likely.guess(("colour",), ("time",))
    assert of_one[1] > of_both[1]  # said in two ways, it is as likely as both tell


def test_the_same_examples_are_learned_alike() -> None:
    one, other = Likely.of(EXAMPLES), Likely.of(EXAMPLES)
    assert one.weights.tobytes() == other.weights.tobytes()


def test_what_is_learned_is_kept_and_made_again_where_it_is_damaged(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"learned")
        return made[-1]

    path, key, other = tmp_path / "likely", b"k" * 32, b"o" * 32
    assert [kept(path, key, make), kept(path, key, make)] == [b"learned", b"learned"]
    assert len(made) == 1
    path.write_bytes(path.read_bytes()[:-1])
    assert kept(path, key, make) == b"learned"
    assert kept(path, other, make) == b"learned"
    assert len(made) == 3


def test_each_text_stands_under_a_question_of_the_catalogue_and_names_classes(seeded: KnowledgeGraph) -> None:
    catalogue = seeded.knowledge.catalogue
    assert {name for name, _ in catalogue.asked} <= {*catalogue.questions, asked.NOT_ANSWERED}
    assert len(set(catalogue.asked)) == len(catalogue.asked)


def test_a_fault_in_the_texts_says_where_it_is(seeded: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "echoes.rq").write_bytes((HOME.queries / "proposals-echoing.rq").read_bytes())
    (folder / "asked.txt").write_text(
        "Who asks this?\n## echoes\nWhich {Proposal} came later?\nWhich {Unheard} came later?\n## no-such-question\n",
        encoding="utf-8",
    )
    knowledge = seeded.knowledge
    with pytest.raises(Rejected) as rejected:
        questions.read(folder, knowledge.ontology, knowledge.prefixes)
    assert [str(fault) for fault in rejected.value.faults] == [
        "queries/asked.txt:1: this text stands under no question. Put a line `## NAME` before it.",
        "queries/asked.txt:4: {Unheard} is no class of the ontology."
        " Name one of its classes, or write the thing's name.",
        "queries/asked.txt:5: no question is called 'no-such-question'. Name a question of the catalogue, or -.",
    ]
