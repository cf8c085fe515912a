"""One way in which a rule makes a statement follow: its bindings, and the statements that it draws on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import pyoxigraph as ox

from kg.rules.conjunctions import Conjunction, Tally
from kg.rules.evaluation import Evaluator, Solution, Table, ground, instance, unify
from kg.rules.reading import Rule
from kg.rules.sources import NODE, Ground, Triple
from kg.rules.strata import Producer
from kg.rules.syntax import Closure
from kg.terms import Node

# A conclusion of which some terms may not be known yet: a number, or what BIND makes of one.
Mask: TypeAlias = tuple[Node | None, ox.NamedNode, Ground | None]


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


class Pool:
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
    for tally in body.tallies:
        yield from _counted(tally, solution, evaluator)


def _counted(tally: Tally, solution: Solution, evaluator: Evaluator) -> Iterator[Triple]:
    """All that was counted."""
    row = tuple(solution[name] for name in tally.keys)
    for member in evaluator.solve(tally.over, (tally.keys, [row])):
        yield from _premises(tally.over, member, evaluator)


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


def restriction(producer: Producer, affected: Collection[Triple], masks: Collection[Mask]) -> Table | None:
    """What the head's variables may be, as far as the body's patterns bind them; None where nothing is known."""
    body, head = producer.body, producer.head
    made = {bind.variable for bind in body.binds} | {name for tally in body.tallies for name, _ in tally.outputs}
    names = tuple(sorted({term.value for term in head.terms if isinstance(term, ox.Variable)} - made))
    rows: dict[tuple[Ground, ...], None] = {}
    for triple in affected:
        found = unify(head, triple)
        if found is not None:
            rows[tuple(found[name] for name in names)] = None
    for mask in masks:
        known = {
            term.value: value
            for term, value in zip(head.terms, mask, strict=True)
            if isinstance(term, ox.Variable) and value is not None
        }
        rows[tuple(known[name] for name in names)] = None
    return names, list(rows)
