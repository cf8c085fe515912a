"""For each rule a truthful document that makes it fire, and lying ones that would make a careless rule fire.

They stand in `provoking/RULE/`, and `lies` says how; further lies are made of the truthful one, premise by premise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from kg import pipeline
from kg.graph import KnowledgeGraph
from kg.model import Document
from kg.namespaces import INFERRED_GRAPH, RDF, VIEWS_GRAPH
from kg.settings import Settings
from kg.store import Change
from kg.terms import Literal, NamedNode
from tests import lies
from tests.lies import FOLDER, Case, Pattern, Telling, sg
from tests.rule_worlds import Sheet

RULES = sorted(path.stem for path in (FOLDER.parent.parent / "ontology" / "rules").glob("*.rq"))
CASES = {case.name: case for case in map(Case.of, sorted(FOLDER.glob("*/*.ttl")))}
TRUTHS = {name: case for name, case in CASES.items() if case.path.stem == "true"}
LIES = [(name, claim, change) for name, case in TRUTHS.items() for claim, change in lies.lies(case)]
DISPUTES = [(name, claim) for name, case in TRUTHS.items() for claim in lies.disputed(case)]
DERIVED = (NamedNode(VIEWS_GRAPH), NamedNode(INFERRED_GRAPH))


class World:
    """The seed's graph in memory, to which documents are added and taken away again."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._knowledge, self._sheet = graph.knowledge, Sheet()
        self._sheet.add(graph.store.quads())
        self._sheet.change()
        self._told_lies: dict[str, dict[tuple[str, str], list[str]]] = {}
        self._told_disputes: dict[str, dict[str, list[str]]] = {}

    @contextmanager
    def holding(self, documents: Sequence[Document]) -> Iterator[None]:
        """What follows once these are loaded; afterwards all is as it was."""
        examined = [pipeline.examine(document, self._knowledge) for document in documents]
        self._sheet.add(quad for document in examined for quad in document.quads)
        given = self._sheet.change()
        self._knowledge.rules.infer(self._sheet, given)
        followed = self._sheet.change()
        try:
            yield
        finally:
            for change in (followed, given):
                self._undo(change)

    def _undo(self, change: Change) -> None:
        for quad in change.added:
            self._sheet.store.remove(quad)
        for quad in change.removed:
            self._sheet.store.add(quad)

    def patterns(self, telling: Telling, key: str) -> dict[str, Pattern]:
        """The statements that the file's head gives under a word, as they are written there and as they are stored."""
        vocabulary = self._knowledge.vocabulary
        return {each: telling.pattern(each, vocabulary) for each in telling.case.wants.get(key, ())}

    def stands(self, pattern: Pattern) -> bool:
        return any(True for graph in DERIVED for _ in self._sheet.quads(*pattern, graph))

    def is_contested(self, pattern: Pattern) -> bool:
        subject, predicate, value = pattern
        nodes = {quad.subject for quad in self._sheet.quads(None, NamedNode(RDF + "predicate"), predicate)}
        for name, term in (("subject", subject), ("object", value)):
            if term is not None:
                nodes &= {quad.subject for quad in self._sheet.quads(None, NamedNode(RDF + name), term)}
        return any(True for node in nodes for _ in self._sheet.quads(node, sg("contested"), Literal(True)))

    def is_by(self, rule: str) -> set[object]:
        """The derivations by a rule."""
        iri = next(each.iri for each in self._knowledge.rules.rules if each.name == rule)
        return {quad.subject for quad in self._sheet.quads(None, sg("rule"), iri)}

    def lies(self, case: Case) -> dict[tuple[str, str], list[str]]:
        """For each premise and change of a truthful document what is drawn nevertheless; all are loaded at once."""
        if case.name not in self._told_lies:
            told = {(lies.last(claim), change): lies.changed(case, claim, change) for claim, change in lies.lies(case)}
            with self.holding([each.document for each in told.values()]):
                self._told_lies[case.name] = {key: self._drawn(each) for key, each in told.items()}
        return self._told_lies[case.name]

    def _drawn(self, telling: Telling) -> list[str]:
        return [each for each, pattern in self.patterns(telling, "expect").items() if self.stands(pattern)]

    def disputes(self, case: Case) -> dict[str, list[str]]:
        """For each premise that another source denies what is then withdrawn, or shown as if nobody did."""
        if case.name not in self._told_disputes:
            told = {lies.last(claim): lies.with_denial(case, claim) for claim in lies.disputed(case)}
            with self.holding([document for one, denial in told.values() for document in (one.document, denial)]):
                self._told_disputes[case.name] = {key: self._hidden(one) for key, (one, _) in told.items()}
        return self._told_disputes[case.name]

    def _hidden(self, telling: Telling) -> list[str]:
        return [
            f"{each} is {'uncontested' if self.stands(pattern) else 'withdrawn'}"
            for each, pattern in self.patterns(telling, "expect").items()
            if not (self.stands(pattern) and self.is_contested(pattern))
        ]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with KnowledgeGraph.open(replace(Settings(), store="memory:")) as graph:
        yield World(graph)


@pytest.mark.parametrize("name", CASES)
def test_what_a_document_makes_follow(world: World, name: str) -> None:
    case = CASES[name]
    telling = lies.as_it_stands(case)
    with world.holding([*(each.document for each in case.beside), case.document]):
        wrong = [
            f"not drawn: {each}" for each, one in world.patterns(telling, "expect").items() if not world.stands(one)
        ]
        wrong += [f"drawn: {each}" for each, one in world.patterns(telling, "not").items() if world.stands(one)]
        for key in ("contested", "uncontested"):
            for each, one in world.patterns(telling, key).items():
                if not world.stands(one):
                    wrong.append(f"withdrawn: {each}")
                elif world.is_contested(one) != (key == "contested"):
                    wrong.append(f"not {key}: {each}")
    assert not wrong


@pytest.mark.parametrize("name", TRUTHS)
def test_a_truthful_document_makes_its_rule_fire(world: World, name: str) -> None:
    case = CASES[name]
    before = world.is_by(case.rule)
    with world.holding([case.document]):
        assert world.is_by(case.rule) - before


@pytest.mark.parametrize(
    ("name", "claim", "change"), LIES, ids=[f"{name}-{lies.last(claim)}-{change}" for name, claim, change in LIES]
)
def test_nothing_follows_from_a_premise_that_is_not_said(
    world: World, name: str, claim: NamedNode, change: str
) -> None:
    """Denied, less than asserted, held against somebody, left to others, or true at another time."""
    assert world.lies(CASES[name])[lies.last(claim), change] == []


@pytest.mark.parametrize(("name", "claim"), DISPUTES, ids=[f"{name}-{lies.last(claim)}" for name, claim in DISPUTES])
def test_what_another_source_denies_stands_and_is_contested(world: World, name: str, claim: NamedNode) -> None:
    assert world.disputes(CASES[name])[lies.last(claim)] == []


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_provoked(rule: str) -> None:
    """By a truthful document, and by at least three lies."""
    written = {case.path.stem for case in CASES.values() if case.rule == rule}
    made = [change for name, _, change in LIES if CASES[name].rule == rule]
    assert "true" in written
    assert len(written - {"true"}) >= 1
    assert len(written - {"true"}) + len(made) >= 3


def test_each_folder_is_of_a_rule() -> None:
    assert {case.rule for case in CASES.values()} - set(RULES) == set()
