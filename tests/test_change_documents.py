"""What a change of the project's own documents does to what its own rules derive: the same as deriving all afresh."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import pipeline
from kg.documents import parsing
from kg.graph import KnowledgeGraph
from kg.namespaces import SG
from kg.terms import Quad
from tests.replaying import NODE, ONTOLOGY
from tests.rule_worlds import Sheet

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "breadth").glob("*.ttl"), *(HERE / "contradiction").glob("*.ttl")])
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
CLAIM = ox.NamedNode(SG + "Claim")
Documents = Mapping[str, frozenset[Quad]]  # what each graph holds when its document is loaded


@pytest.fixture(scope="module")
def said(seeded: KnowledgeGraph) -> Documents:
    """Every document, the seed among them."""
    read = [pipeline.examine(parsing.read(path), seeded.knowledge) for path in [*FILES, *seeded.knowledge.seeds]]
    return {document.graph: document.quads for document in read}


def sheet_of(quads: Iterable[Quad]) -> Sheet:
    sheet = Sheet()
    sheet.add(quads)
    return sheet


def some_of(quads: frozenset[Quad], choose: random.Random) -> frozenset[Quad]:
    """A document less some of its claims: an earlier version of it, or a later one."""
    claims = sorted(str(quad.subject) for quad in quads if quad.object == CLAIM)
    gone = set(choose.sample(claims, choose.randint(0, len(claims))))
    return frozenset(quad for quad in quads if str(quad.subject) not in gone)


def follow(seeded: KnowledgeGraph, sheet: Sheet, graph: str, new: frozenset[Quad]) -> None:
    """Put `new` in the place of what a graph holds, and infer what that changes."""
    old = frozenset(sheet.quads(g=ox.NamedNode(graph)))
    sheet.change()
    sheet.remove(old - new)
    sheet.add(new - old)
    seeded.knowledge.rules.infer(sheet, sheet.change())


def drawn(sheet: Sheet, prefixes: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """What the rules' files conclude from all that stands, each run as it is written by the engine alone."""
    plain = ox.Store()
    plain.extend(ox.Quad(*quad.triple) for quad in sheet.quads() if not str(quad.subject).startswith(NODE))
    made = (plain.query(path.read_text(encoding="utf-8"), prefixes=dict(prefixes)) for path in RULES)
    return {(str(each.subject), str(each.predicate), str(each.object)) for several in made for each in several}


@pytest.mark.parametrize("seed", range(4))
def test_each_load_replacement_and_withdrawal_leaves_what_deriving_afresh_would(
    seeded: KnowledgeGraph, said: Documents, seed: int
) -> None:
    """And what stands is all that the rules conclude from it, and nothing else."""
    choose = random.Random(seed)
    sheet = sheet_of(seeded.store.quads())
    for graph in choose.sample(sorted(said), len(said) // 2):
        follow(seeded, sheet, graph, said[graph])
    for _ in range(6):
        graph = choose.choice(sorted(said))
        is_there = any(True for _ in sheet.quads(g=ox.NamedNode(graph)))
        follow(
            seeded, sheet, graph, frozenset() if is_there and choose.random() < 0.4 else some_of(said[graph], choose)
        )
        afresh = sheet_of(sheet.stated())
        seeded.knowledge.rules.infer_all(afresh)
        assert sheet.derived() == afresh.derived()
        assert sheet.conclusions() == drawn(sheet, seeded.prefixes)


def test_the_order_in_which_documents_come_makes_no_difference(seeded: KnowledgeGraph, said: Documents) -> None:
    derived = set()
    for seed in range(2):
        sheet = sheet_of(seeded.store.quads())
        for graph in random.Random(seed).sample(sorted(said), len(said)):
            follow(seeded, sheet, graph, said[graph])
        derived.add(tuple(sheet.derived()))
    assert len(derived) == 1
