"""When: every date that documents state, in order, by kind, about one thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph import KnowledgeGraph
from kg.namespaces import DCTERMS, SG
from tests.copies import copied

BREADTH = Path(__file__).parent / "breadth"
TOGETHER = [BREADTH / f"{name}.ttl" for name in ("joint-statement", "times", "mandate-given")]


@pytest.fixture(scope="module")
def dated(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    with copied(seeded, tmp_path_factory.mktemp("dated")) as graph:
        graph.load_all(TOGETHER)
        yield graph


def test_dates_of_every_kind_stand_in_order(dated: KnowledgeGraph) -> None:
    moments = dated.things().moments()
    assert {SG + "saidWhen", SG + "when", SG + "trueFrom", DCTERMS + "issued"} <= {each.kind for each in moments}
    assert [each.year for each in moments] == sorted(each.year for each in moments)


def test_what_holds_from_one_date_to_another_is_one_entry(dated: KnowledgeGraph) -> None:
    times = [each for each in dated.things().moments() if each.thing.endswith("/times/c1-1")]
    assert [(each.date, each.until) for each in times if each.kind == SG + "trueFrom"] == [("2023", "2024-12")]
    assert not [each for each in times if each.kind == SG + "trueUntil"]


def test_dates_about_a_thing_are_those_of_what_is_said_of_it(dated: KnowledgeGraph) -> None:
    things = dated.things()
    about = things.moments("China")
    assert 0 < len(about) < len(things.moments())
    assert set(about) <= set(things.moments())
