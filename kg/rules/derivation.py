"""Derivations: a conclusion, the rule, what it draws on; and their nodes as they stand in a draft."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeGuard

import pyoxigraph as ox

from kg.namespaces import ID, PROV, RDF, SG
from kg.rules.conjunction import Closure, Conjunction
from kg.rules.dataset import CERTAINTY, GRAPHS, NODE, TYPE, Claims, Ground, Quads, Triple, has, objects
from kg.rules.evaluation import Evaluator, Solution, Table, ground, instance, unify
from kg.rules.rule import Rule
from kg.rules.strata import Producer
from kg.store.checkpoint import GraphName

SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
RULE, POLARITY, CONTESTED = (ox.NamedNode(SG + name) for name in ("rule", "polarity", "contested"))
AFFIRMED, DENIED = ox.NamedNode(SG + "affirmed"), ox.NamedNode(SG + "denied")
INFERENCE, VIEW, DENIAL = (ox.NamedNode(SG + name) for name in ("Inference", "View", "Denial"))
_CLASSES = {"view": VIEW, "denial": DENIAL}
FROM = ox.NamedNode(PROV + "wasDerivedFrom")
# Leads from a node to what all derivations of one statement have in common, so that they are found at once.
OF = ox.NamedNode(PROV + "specializationOf")
TRUE = ox.Literal(True)
STATEMENT = ID + "statement/"


@dataclass(frozen=True)
class Derivation:
    """A conclusion, the rule, and the ground statements that are its premises."""

    rule: Rule
    conclusion: Triple
    denied: bool
    premises: frozenset[Triple]
    bindings: tuple[tuple[str, Ground], ...]
    body: Conjunction = field(compare=False)
    reading: int = 0

    @cached_property
    def node(self) -> ox.NamedNode:
        """The IRI that rule, conclusion, bindings and premises make."""
        words = [f"{self.rule.name} {self.reading}", "denied" if self.denied else "affirmed", written(self.conclusion)]
        words += [f"{name} {value}" for name, value in self.bindings]
        words += sorted(map(written, self.premises))
        return ox.NamedNode(NODE + hashlib.sha256("\n".join(words).encode()).hexdigest()[:32])


class DerivationPool:
    """Derivations by statement."""

    def __init__(self) -> None:
        self.derivations: dict[Triple, dict[ox.NamedNode, Derivation]] = defaultdict(dict)

    def add(self, derivation: Derivation) -> bool:
        """Put it in; is it the first of its statement?"""
        nodes = self.derivations[derivation.conclusion]
        is_first = not nodes
        nodes[derivation.node] = derivation
        return is_first


def written(triple: Triple) -> str:
    return " ".join(map(str, triple))


def derive(producer: Producer, evaluator: Evaluator, table: Table | None = None) -> Iterator[Derivation]:
    """Every derivation by `producer`, or those whose solution joins with `table`."""
    for solution in evaluator.solve(producer.body, table):
        derivation = made(producer, solution, evaluator)
        if derivation is not None:
            yield derivation


def made(producer: Producer, solution: Solution, evaluator: Evaluator) -> Derivation | None:
    """The derivation that a solution of the body is; None where no statement comes of it."""
    body = producer.body
    if not body.bound <= solution.keys():
        return None
    bindings = dict(solution)
    for name, term in body.aliases:
        bindings[name] = ground(term, bindings)
    conclusion = instance(producer.head, bindings)
    if conclusion is None or isinstance(conclusion[0], ox.BlankNode) or isinstance(conclusion[2], ox.BlankNode):
        return None
    premises = frozenset(_premises(body, solution, evaluator))
    ordered = tuple(sorted(bindings.items()))
    return Derivation(producer.rule, conclusion, producer.denied, premises, ordered, body, producer.reading)


def _premises(body: Conjunction, solution: Solution, evaluator: Evaluator) -> Iterator[Triple]:
    for pattern in body.patterns:
        if (premise := instance(pattern, solution)) is not None:
            yield premise
    for closure in body.closures:
        yield from _chain(closure, solution, evaluator)


def _chain(closure: Closure, solution: Solution, evaluator: Evaluator) -> Iterator[Triple]:
    """The statements of one shortest chain, the same one each time."""
    start, end = ground(closure.subject, solution), ground(closure.object, solution)
    came: dict[Ground, tuple[Ground, Triple]] = {}
    frontier = [start]
    while frontier and end not in came:
        reached: list[Ground] = []
        for here in frontier:
            for there, triple in sorted(_neighbours(here, closure, evaluator), key=str):
                if there not in came:
                    came[there] = here, triple
                    reached.append(there)
        frontier = reached
    while end in came:
        previous, triple = came.pop(end)
        yield triple
        if previous == start:
            return
        end = previous


def _neighbours(here: Ground, closure: Closure, evaluator: Evaluator) -> Iterator[tuple[Ground, Triple]]:
    for step, forwards in closure.steps:
        if forwards and not isinstance(here, ox.Literal):
            for triple in evaluator.triples(here, step, None):
                yield triple[2], triple
        elif not forwards:
            for triple in evaluator.triples(None, step, here):
                yield triple[0], triple


def restriction(producer: Producer, conclusions: Collection[Triple]) -> Table:
    """What the head's variables stand for in these conclusions."""
    names = tuple(sorted(producer.head.variables))
    solutions = (unify(producer.head, triple) for triple in conclusions)
    return names, list(
        dict.fromkeys(tuple(solution[name] for name in names) for solution in solutions if solution is not None)
    )


@dataclass(frozen=True)
class Citation:
    """What a premise is cited as: its surest node, and how sure that is."""

    node: ox.NamedNode
    rank: int
    height: int = 1


class DerivationStore:
    """The derived nodes of `source`; everything is looked up afresh, so writes show at once."""

    def __init__(self, source: Quads, claims: Claims) -> None:
        self._source, self._claims = source, claims

    graphs = GRAPHS

    def nodes(self, triple: Triple, denied: bool = False) -> list[ox.NamedNode]:
        """The nodes of a statement, of one polarity, by IRI."""
        polarity = DENIED if denied else AFFIRMED
        return [node for node in self.every(triple) if has(self._source, node, POLARITY, polarity)]

    def every(self, triple: Triple) -> list[ox.NamedNode]:
        """The nodes of a statement, affirmed or denied, by IRI."""
        return sorted(_named(self._source.quads(None, OF, statement_iri(triple), None)), key=str)

    def is_both(self, triple: Triple) -> bool:
        """Is a statement both affirmed and denied?"""
        polarities = {self.is_denied(node) for node in self.every(triple)}
        return len(polarities) == 2

    def exists(self, node: ox.NamedNode) -> bool:
        return has(self._source, node, RULE)

    def is_stated(self, triple: Triple) -> bool:
        """Does it stand elsewhere than among what is derived?"""
        return any(quad.graph_name not in GRAPHS for quad in self._source.quads(*triple, None))

    def graph(self, node: ox.NamedNode) -> GraphName:
        """The derived graph that a node stands in."""
        return next(quad.graph_name for quad in self._source.quads(node, RULE, None, None))

    def statement(self, node: Ground) -> Triple | None:
        """What a node states."""
        subject, predicate, object_ = (
            next(objects(self._source, node, part), None) for part in (SUBJECT, PREDICATE, OBJECT)
        )
        if subject is None or isinstance(subject, ox.Literal) or object_ is None:
            return None
        return (subject, predicate, object_) if isinstance(predicate, ox.NamedNode) else None

    def is_denied(self, node: ox.NamedNode) -> bool:
        return has(self._source, node, POLARITY, DENIED)

    def quads(self, node: ox.NamedNode) -> list[ox.Quad]:
        return list(self._source.quads(node, None, None, None))

    def cited(self, node: ox.NamedNode) -> list[Ground]:
        return list(objects(self._source, node, FROM))

    def citing(self, term: Ground) -> list[ox.NamedNode]:
        """The nodes that name it among what they rest on."""
        return list(_named(self._source.quads(None, FROM, term, None)))

    def rank(self, node: ox.NamedNode) -> int:
        return self._claims.rank(next(objects(self._source, node, CERTAINTY), None))


def statement_iri(triple: Triple) -> ox.NamedNode:
    """What the nodes of one statement point to."""
    return ox.NamedNode(STATEMENT + hashlib.sha256(" ".join(map(str, triple)).encode()).hexdigest()[:32])


def is_node(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode) and term.value.startswith(NODE)


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.NamedNode]:
    """The nodes that the quads are about."""
    return (quad.subject for quad in quads if is_node(quad.subject))


def node_quads(derivation: Derivation, sources: Iterable[Ground], certainty: Ground | None) -> Iterator[ox.Quad]:
    """What a derivation's node says, save whether it is contested."""
    node, graph = derivation.node, derivation.rule.graph
    subject, predicate, object_ = derivation.conclusion
    kind = DENIAL if derivation.denied else _CLASSES.get(derivation.rule.kind, INFERENCE)
    yield ox.Quad(node, TYPE, kind, graph)
    yield ox.Quad(node, SUBJECT, subject, graph)
    yield ox.Quad(node, PREDICATE, predicate, graph)
    yield ox.Quad(node, OBJECT, object_, graph)
    yield ox.Quad(node, RULE, derivation.rule.iri, graph)
    yield ox.Quad(node, POLARITY, DENIED if derivation.denied else AFFIRMED, graph)
    yield ox.Quad(node, OF, statement_iri(derivation.conclusion), graph)
    for source in sources:
        yield ox.Quad(node, FROM, source, graph)
    if certainty is not None:
        yield ox.Quad(node, CERTAINTY, certainty, graph)
