"""Real treaties, resolutions, letters and laws, loaded beside the seed: cited and told in our own words, never quoted.

`sources/NAME.ttl` has the claims of one, `sources/NAME.yaml` what is asked of it and the right answer, as in
`breadth/`; docs/sources.md says what was right, and what could not be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.check import logic
from kg.check.trials import Seeded
from kg.graph import KnowledgeGraph
from kg.namespaces import ID, SG
from kg.ontology import reasoner
from kg.settings import Settings
from kg.terms import NamedNode, Quad
from tests.test_breadth import asked, check, stands

FOLDER = Path(__file__).parent / "sources"
SOURCES = sorted(path.stem for path in FOLDER.glob("*.ttl"))
TABLE = (Path(__file__).parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")


def wanted(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def library() -> Iterator[KnowledgeGraph]:
    """The seed with all sources beside it."""
    with KnowledgeGraph.open(Settings(store="memory:")) as graph:
        graph.load_all([FOLDER / f"{name}.ttl" for name in SOURCES])
        yield graph


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_real_source_says_is_read_back(library: KnowledgeGraph, name: str) -> None:
    for ask in wanted(name)["questions"]:
        check(asked(library, ask), ask, {})
    assert [each for each in wanted(name).get("holds", []) if not stands(library, each)] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_without_its_text_is_cited_and_never_quoted(library: KnowledgeGraph, name: str) -> None:
    for ask in wanted(name)["questions"]:
        for each in asked(library, ask).evidence:
            assert each.source != ID + name or (each.quote, each.start, each.end) == (None, None, None)
            assert each.quote or (each.citation and each.paraphrase)
    assert not list(library.store.quads(None, NamedNode(SG + "quote"), None, NamedNode(graph_of(name))))


def graph_of(name: str) -> str:
    return ID.replace("/id/", "/graph/") + name


def test_what_is_said_without_a_text_is_withdrawn_like_any_other(seeded: KnowledgeGraph, graph: KnowledgeGraph) -> None:
    for name in SOURCES[:2]:
        graph.load(FOLDER / f"{name}.ttl")
    for name in SOURCES[:2]:
        graph.unload(name)
    assert set(graph.store.quads()) == set(seeded.store.quads())


def test_the_sources_and_all_that_follows_from_them_are_consistent(library: KnowledgeGraph) -> None:
    ontology = library.knowledge.ontology.quads
    data = Seeded(library.knowledge, library.store, ()).data()
    plain = [Quad(quad.subject, quad.predicate, quad.object) for quad in data]
    assert len(plain) > 1000
    assert reasoner.consistent(logic.axioms([*ontology, *plain, *logic.distinct([*ontology, *plain])]))


def test_the_table_counts_what_is_there() -> None:
    """Each source has its row: how many claims, how many questions, as many answered as expected."""
    for name in SOURCES:
        claims = (FOLDER / f"{name}.ttl").read_text(encoding="utf-8").count("a sg:Claim ;")
        questions = len(wanted(name)["questions"])
        assert re.search(rf"^\| `{name}` \|.*\| {claims} \| {questions} of {questions} \|", TABLE, re.MULTILINE), name
