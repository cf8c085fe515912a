"""The instruments, from 1919 to today: loaded together beside the seed, cited and never quoted, and asked across."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.graph import KnowledgeGraph
from kg.model import Answer
from kg.namespaces import ID, SG
from kg.settings import Settings
from kg.terms import NamedNode

FOLDER = Path(__file__).parent.parent / "instruments"
FILES = sorted(FOLDER.glob("*.yaml"))
PAGE = (FOLDER.parent / "docs" / "instruments.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def library() -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph.open(Settings(store="memory:")) as graph:
        assert graph.load_all(FILES).warnings == ()
        yield graph


def asked(graph: KnowledgeGraph, name: str, **arguments: str) -> Answer:
    command = f"kg ask --name {name} " + " ".join(
        f'{key}="{value}"' if " " in value else f"{key}={value}" for key, value in arguments.items()
    )
    assert f"$ {command}\n" in PAGE
    return graph.answer(name, arguments)


def labels(answer: Answer, *columns: str) -> set[tuple[str, ...]]:
    return {tuple(row.cells[column].label for column in columns) for row in answer.rows}


def test_which_guarantees_name_a_permanent_member(library: KnowledgeGraph) -> None:
    [sparql] = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    found = library.query(sparql)
    pairs = {(row["proposal"].value.removeprefix(ID), row["guarantor"].value.removeprefix(ID)) for row in found}  # type: ignore[union-attr]
    assert {
        ("anglo-french-guarantee-1919/guarantee", "united-kingdom"),
        ("geneva-accords-1988/settlement", "united-states"),
        ("munich-annex-1938/guarantee", "france"),
        ("rio-protocol-1942/peace", "united-states"),
        ("istanbul-proposals-2022", "china"),
    } <= pairs
    assert not [guarantor for _, guarantor in pairs if guarantor in ("brazil", "chile", "italy", "germany")]


def test_who_must_act_upon_an_armed_attack(library: KnowledgeGraph) -> None:
    answer = asked(library, "obligations-of-guarantee", modality="duty", trigger="armed attack in the Pacific")
    assert labels(answer, "owed") >= {("act to meet the common danger",)}
    assert {"Australia", "Philippines", "South Korea"} <= {who for (who,) in labels(answer, "obligor")}


def test_which_lapsed_and_which_is_only_expected_to_have(library: KnowledgeGraph) -> None:
    answer = asked(library, "stage-of-proposal", stage="lapsed")
    assert labels(answer, "proposal", "when", "certainty") == {
        ("Warsaw Treaty alliance", "1991-07-01", "asserted"),
        ("alliance of Brussels", "2011-06-30", "expected"),
    }


def test_which_are_mutual(library: KnowledgeGraph) -> None:
    mutual = {name for (name,) in labels(asked(library, "manner-of-guarantee", manner="mutually"), "proposal")}
    assert {"Warsaw Treaty alliance", "ANZUS alliance", "Franco-German assistance (2019)"} <= mutual
    assert "guarantee of France (1919)" not in mutual


def test_how_a_permanent_member_voted_on_mandates(library: KnowledgeGraph) -> None:
    votes = labels(asked(library, "votes-cast", voter="China"), "cast")
    assert votes == {("abstention",), ("no part in the vote",)}


def test_a_guarantee_that_was_only_announced_under_a_condition_names_nobody(library: KnowledgeGraph) -> None:
    """Munich: Germany and Italy were to guarantee once something else was settled."""
    names = NamedNode(SG + "namesGuarantor")
    announced = NamedNode(ID + "munich-annex-1938/axis-guarantee")
    assert list(library.statements(announced, names)) == []


def test_nothing_is_quoted_and_everything_is_cited(library: KnowledgeGraph) -> None:
    for path in FILES:
        graph = NamedNode(ID.replace("/id/", "/graph/") + path.stem)
        assert not list(library.store.quads(None, NamedNode(SG + "quote"), None, graph)), path.name
        assert list(library.store.quads(None, NamedNode(SG + "citation"), None, graph)), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_page_counts_what_is_there(path: Path) -> None:
    said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    places = {claim["evidence"]["citation"] for claim in said["claims"]}
    row = f"| `{path.stem}` | {said['label']} | {said['issued']} | {len(said['claims'])} | {len(places)} |"
    assert row in PAGE


def test_an_instrument_is_found_without_the_year_that_stands_behind_its_name(library: KnowledgeGraph) -> None:
    assert library.names().resolve("Warsaw Treaty", SG + "Source", "source") == ID + "warsaw-treaty-1955"
