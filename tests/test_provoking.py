"""For each rule a truthful document that makes it fire, and lying ones that would make a careless rule fire.

They stand in `provoking/RULE/`, and `lies` says how; further lies are made of the truthful one, premise by premise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from kg import pipeline
from kg.documents import anchoring
from kg.graph import KnowledgeGraph
from kg.knowledge import Knowledge
from kg.model import Document
from kg.namespaces import INFERRED_GRAPH, VIEWS_GRAPH
from kg.rules.derivation import OF, statement_iri
from kg.settings import Settings
from kg.store import Change
from kg.terms import Literal, NamedNode, Term
from tests import lies
from tests.lies import FOLDER, Case, Pattern, Telling, sg
from tests.rule_worlds import Sheet

RULES = sorted(path.stem for path in (FOLDER.parent.parent / "ontology" / "rules").glob("*.rq"))
CASES = {case.name: case for case in map(Case.of, sorted(FOLDER.glob("*/*.ttl")))}
TRUTHS = {name: case for name, case in CASES.items() if case.path.stem == "true"}
DERIVED = (NamedNode(VIEWS_GRAPH), NamedNode(INFERRED_GRAPH))


@dataclass(frozen=True)
class Told:
    """A document of a rule, as it stands or with a claim changed."""

    name: str
    claim: NamedNode | None = None
    change: str = ""

    @property
    def case(self) -> Case:
        return CASES[self.name]

    def __str__(self) -> str:
        return "-".join([self.name, *([lies.last(self.claim)] if self.claim else []), *filter(None, [self.change])])


WRITTEN = [Told(name) for name in CASES]
LIES = [Told(name, claim, change) for name, case in TRUTHS.items() for claim, change in lies.lies(case)]
DISPUTES = [Told(name, claim, lies.DISPUTED) for name, case in TRUTHS.items() for claim in lies.disputed(case)]


class World:
    """The seed's graph in memory, and documents beside it."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._knowledge: Knowledge = graph.knowledge
        self._sheet, self._tellings = Sheet(), dict[Told, Telling]()
        self._sheet.add(graph.store.quads())
        self._sheet.change()

    def load(self, each_told: Iterable[Told]) -> tuple[Change, Change]:
        """Take documents in; return what they state, and what follows from that."""
        self._tellings = {each: lies.told(each.case, each.claim, each.change) for each in each_told}
        for told, telling in self._tellings.items():
            for document in telling.documents:
                self._sheet.add(self._as_stored(document, told).quads)
        given = self._sheet.change()
        self._knowledge.rules.infer(self._sheet, given)
        return given, self._sheet.change()

    def _as_stored(self, document: Document, told: Told) -> Document:
        """What is made of a document that passes is not held against the shapes again: that takes most of the time."""
        if told.claim is None:
            return pipeline.examine(document, self._knowledge)
        return anchoring.anchor(document, self._knowledge.vocabulary)

    @contextmanager
    def holding(self, told: Told) -> Iterator[World]:
        """With a document that must be alone; afterwards all is as it was."""
        changes = self.load([told])
        try:
            yield self
        finally:
            for change in reversed(changes):
                self._sheet.remove(change.added)
                self._sheet.add(change.removed)
            self._sheet.change()

    def patterns(self, told: Told, key: str) -> dict[str, Pattern]:
        """The statements that the file's head gives under a word, as they are written there and as they are stored."""
        telling, vocabulary = self._tellings[told], self._knowledge.vocabulary
        return {each: telling.pattern(each, vocabulary) for each in told.case.wants.get(key, ())}

    def stands(self, pattern: Pattern) -> bool:
        return any(True for graph in DERIVED for _ in self._sheet.quads(*pattern, graph))

    def is_contested(self, pattern: Pattern) -> bool:
        return (sg("contested"), Literal(True)) in self._derivations(pattern)

    def is_by(self, pattern: Pattern, rule: str) -> bool:
        iri = next(each.iri for each in self._knowledge.rules.rules if each.name == rule)
        return (sg("rule"), iri) in self._derivations(pattern)

    def _derivations(self, pattern: Pattern) -> set[tuple[Term, Term]]:
        """What is stated of the derivations of such statements: properties with their values."""
        statements = {statement_iri(quad.triple) for graph in DERIVED for quad in self._sheet.quads(*pattern, graph)}
        nodes = {quad.subject for statement in statements for quad in self._sheet.quads(None, OF, statement)}
        return {(quad.predicate, quad.object) for node in nodes for quad in self._sheet.quads(node)}

    def shortcomings(self, told: Told) -> Iterator[str]:
        """What does not follow though it is expected, follows though it is not, or is not shown as what it is."""
        for each, pattern in self.patterns(told, "expect").items():
            if not self.stands(pattern):
                yield f"not drawn: {each}"
        for each, pattern in self.patterns(told, "not").items():
            if self.stands(pattern):
                yield f"drawn: {each}"
        for each, pattern in self.patterns(told, "uncontested").items():
            if not self.stands(pattern):
                yield f"withdrawn: {each}"
            elif self.is_contested(pattern):
                yield f"contested: {each}"
        yield from self.uncontested(told, "contested")

    def uncontested(self, told: Told, key: str = "expect") -> Iterator[str]:
        """What somebody denies, and what is withdrawn for that, or shown as if nobody did."""
        for each, pattern in self.patterns(told, key).items():
            if not self.stands(pattern):
                yield f"withdrawn: {each}"
            elif not self.is_contested(pattern):
                yield f"not contested: {each}"


@pytest.fixture(scope="module")
def seed() -> Iterator[KnowledgeGraph]:
    with KnowledgeGraph.open(replace(Settings(), store="memory:")) as graph:
        yield graph


@pytest.fixture(scope="module")
def crowd(seed: KnowledgeGraph, request: pytest.FixtureRequest) -> World:
    """All documents that this run asks about and that share nothing but the seed, loaded at once."""
    asked = [item.callspec.params.get("told") for item in request.session.items if hasattr(item, "callspec")]
    world = World(seed)
    world.load(each for each in dict.fromkeys(asked) if isinstance(each, Told) and not is_alone(each))
    return world


@pytest.fixture(scope="module")
def empty(seed: KnowledgeGraph) -> World:
    return World(seed)


def is_alone(told: Told) -> bool:
    return told.claim is None and told.case.is_alone


def given(each_told: Iterable[Told]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("told", list(each_told), ids=str)


@given(each for each in WRITTEN if not is_alone(each))
def test_what_a_document_makes_follow(crowd: World, told: Told) -> None:
    assert list(crowd.shortcomings(told)) == []


@given(each for each in WRITTEN if is_alone(each))
def test_what_a_document_makes_follow_by_itself(empty: World, told: Told) -> None:
    with empty.holding(told) as world:
        assert list(world.shortcomings(told)) == []


@given(map(Told, TRUTHS))
def test_a_truthful_document_makes_its_rule_fire(crowd: World, told: Told) -> None:
    assert any(crowd.is_by(pattern, told.case.rule) for pattern in crowd.patterns(told, "expect").values())


@given(LIES)
def test_nothing_follows_from_a_premise_that_is_not_said(crowd: World, told: Told) -> None:
    """Denied, less than asserted, held against somebody, left to others, or true at another time."""
    assert [each for each, pattern in crowd.patterns(told, "expect").items() if crowd.stands(pattern)] == []


@given(DISPUTES)
def test_what_another_source_denies_stands_and_is_contested(crowd: World, told: Told) -> None:
    assert list(crowd.uncontested(told)) == []


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_provoked(rule: str) -> None:
    """By a truthful document, one lie at least that needed thought, and three lies."""
    written = [case.path.stem for case in CASES.values() if case.rule == rule]
    made = [each for each in LIES if each.case.rule == rule]
    assert "true" in written
    assert len(written) > 1
    assert len(written) - 1 + len(made) >= 3


def test_each_folder_is_of_a_rule() -> None:
    assert {case.rule for case in CASES.values()} - set(RULES) == set()


def test_two_on_one_side_of_a_conflict_are_not_called_opponents(seed: KnowledgeGraph) -> None:
    loaded = seed.load(CASES["party-to/allies"].path)
    opponents = seed.answer("opponents-of-party", {"party": "Poland"})
    seed.unload(loaded.document)
    assert {row.cells["opponent"].label for row in opponents.rows} == {"Belarus"}
