"""A store opened again answers in English without reading all phrasings anew; what was kept is never trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph import KnowledgeGraph
from kg.language import English
from kg.language.matching import phrasings
from kg.model import Answer
from kg.settings import Settings

QUESTION = "Which proposals name China as guarantor?"


def asked(folder: Path) -> list[str]:
    with KnowledgeGraph.open(Settings(store=f"file:{folder}")) as graph:
        answer = graph.ask(QUESTION)
        assert isinstance(answer, Answer)
        return [cell.label for cell in answer.answers]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The phrasings that are read, each time one is."""
    found: list[str] = []
    made = phrasings.words

    def counted(items: object) -> tuple[str, ...]:
        found.append("one")
        return made(items)  # type: ignore[arg-type]

    monkeypatch.setattr("kg.language.english.template", counted)
    return found


def test_phrasings_are_read_once_for_a_store(tmp_path: Path, read: list[str]) -> None:
    first = asked(tmp_path / "store")
    assert len(read) > 1000
    read.clear()
    assert asked(tmp_path / "store") == first
    assert not read


def test_what_was_kept_and_is_damaged_is_made_again(tmp_path: Path, read: list[str]) -> None:
    first = asked(tmp_path / "store")
    kept = tmp_path / "store" / "phrasings"
    data = kept.read_bytes()
    for damaged in (b"", data[:100], data[:-1], data[:-1] + bytes([data[-1] ^ 1]), b"\0" * len(data)):
        kept.write_bytes(damaged)
        read.clear()
        assert asked(tmp_path / "store") == first
        assert read
        assert kept.read_bytes() == data


def test_a_new_name_is_known_although_phrasings_are_kept(tmp_path: Path) -> None:
    asked(tmp_path / "store")
    with KnowledgeGraph.open(Settings(store=f"file:{tmp_path / 'store'}")) as graph:
        names = graph.names()
        room = phrasings.Room(tmp_path / "store", graph.knowledge.fingerprint)
        other = phrasings.Room(tmp_path / "store", "another ontology")
        made: list[str] = []

        def anew() -> list[phrasings.Phrasing]:
            made.append("anew")
            return []

        assert room.phrasings(graph.questions(), names, anew)
        assert not made
        assert other.phrasings(graph.questions(), names, anew) == ()
        assert made


def test_in_a_folder_that_takes_nothing_phrasings_are_read_all_the_same(tmp_path: Path) -> None:
    with KnowledgeGraph.open(Settings(store="memory:")) as graph:
        room = phrasings.Room(tmp_path / "missing", "any")
        assert room.phrasings(graph.questions(), graph.names(), list) == ()
        knowledge = graph.knowledge
        assert isinstance(English.of(knowledge.catalogue, graph.names(), knowledge.ontology, bool, room), English)
