"""Delta rules: from changed statements to the conclusions that they bear on.

A changed statement takes the place of one part of a rule's body, or of what the body looks for in vain; the rest of
the body is solved around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyoxigraph as ox

from kg.rules.conjunction import Closure, Conjunction, Pattern, Term
from kg.rules.dataset import TYPE, Ground, Triple
from kg.rules.evaluation import Evaluator, Solution, Table, instance, unify
from kg.rules.strata import Producer, Stratum


@dataclass(frozen=True)
class Demand:
    """What a body asks of one thing, the narrowest first; under `key` whatever the variables are called."""

    key: str
    patterns: tuple[Pattern, ...]

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Demand:
        ordered = sorted(patterns, key=_breadth)
        free = (
            str(pattern.predicate)
            if isinstance(pattern.object, ox.Variable)
            else f"{pattern.predicate} {pattern.object}"
            for pattern in ordered
        )
        return cls("\n".join(sorted(free)), tuple(ordered))


def _breadth(pattern: Pattern) -> tuple[int, str]:
    """The narrowest first: of a class, then with a given value, then any."""
    given = not isinstance(pattern.object, ox.Variable)
    return (0 if given and pattern.predicate == TYPE else 1 if given else 2), str(pattern)


class Changes:
    """Changed statements, filed for what rules ask; `whole` are the things of which every statement changed."""

    def __init__(self, triples: Iterable[Triple], whole: Collection[Ground] = frozenset()) -> None:
        self.by_property: dict[object, dict[Triple, None]] = {}
        self._by_value: dict[tuple[object, object], dict[Triple, None]] = {}
        self._in_part: dict[object, dict[Triple, None]] = {}
        self.whole = whole
        self._objects: dict[tuple[Ground, Term], set[Ground]] = {}
        self._can_be: dict[str, dict[Ground, bool]] = {}
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self.by_property.setdefault(triple[1], {})[triple] = None
            self._by_value.setdefault(triple[1:], {})[triple] = None
            if triple[0] not in self.whole:
                self._in_part.setdefault(triple[1], {})[triple] = None
            self._objects.setdefault((triple[0], triple[1]), set()).add(triple[2])

    def discard(self, triple: Triple) -> None:
        """It did not change after all."""
        self.by_property.get(triple[1], {}).pop(triple, None)
        self._by_value.get(triple[1:], {}).pop(triple, None)
        self._in_part.get(triple[1], {}).pop(triple, None)
        self._objects.get((triple[0], triple[1]), set()).discard(triple[2])

    def matching(self, pattern: Pattern) -> Iterable[Triple]:
        """Those with the pattern's property, and with its value where it names one."""
        if isinstance(pattern.object, ox.Variable):
            return self.by_property.get(pattern.predicate, ())
        return self._by_value.get((pattern.predicate, pattern.object), ())

    def in_part(self, pattern: Pattern) -> Iterable[Triple]:
        """Those with the pattern's property, about things of which not every statement changed."""
        return self._in_part.get(pattern.predicate, ())

    def fitting(self, part: Pattern | Closure) -> Iterator[Triple]:
        """Those that a part of a body can match."""
        if isinstance(part, Closure):
            yield from (triple for step, _ in part.steps for triple in self.by_property.get(step, ()))
        else:
            yield from (triple for triple in self.matching(part) if unify(part, triple) is not None)

    def may_be(self, thing: Ground, demand: Demand) -> bool:
        """Of a thing of which every statement changed, all that is asked must be among the changes.

        No rule derives what is asked, so that this stays so, whatever is added.
        """
        if thing not in self.whole:
            return True
        known = self._can_be.setdefault(demand.key, {})
        if thing not in known:
            known[thing] = all(self._has(thing, pattern) for pattern in demand.patterns)
        return known[thing]

    def _has(self, subject: Ground, pattern: Pattern) -> bool:
        """Is there one about `subject` that the pattern could match?"""
        objects = self._objects.get((subject, pattern.predicate), set())
        return bool(objects) if isinstance(pattern.object, ox.Variable) else pattern.object in objects


@dataclass(frozen=True)
class DeltaRule:
    """A part of a rule's body, and the rest that must hold around it."""

    part: Pattern | Closure
    rest: Conjunction
    demands: Mapping[str, Demand] = field(default_factory=dict)

    @cached_property
    def is_secondary(self) -> bool:
        """Of a thing of which every statement changed, it is enough to start from what is asked most narrowly."""
        if not isinstance(self.part, Pattern) or not isinstance(self.part.subject, ox.Variable):
            return False
        demand = self.demands.get(self.part.subject.value)
        return demand is not None and self.part != demand.patterns[0]

    def solve(self, changed: Changes, evaluator: Evaluator, wanted: Collection[str]) -> Iterator[Solution]:
        """The solutions in which a changed statement takes the part's place; of the `wanted` variables alone."""
        names, rows = self._table(self.part, changed, evaluator)
        if not rows:
            return
        if self.rest.parts or self.rest.filters:
            yield from evaluator.solve(self.rest, (names, rows), wanted=wanted)
        else:
            yield from (dict(zip(names, row, strict=True)) for row in rows)

    def _table(self, part: Pattern | Closure, changed: Changes, evaluator: Evaluator) -> Table:
        """What the part's variables stand for where it is a changed statement that can lead to a solution."""
        names = tuple(sorted(part.variables))
        if isinstance(part, Closure):
            solutions = (unify(part, ends) for ends in _reach(part, changed, evaluator))
            return names, list(
                dict.fromkeys(tuple(solution[name] for name in names) for solution in solutions if solution is not None)
            )
        demands = [(place, self.demands[name]) for place, name in enumerate(names) if name in self.demands]
        rows: dict[tuple[Ground, ...], None] = {}
        for triple in changed.in_part(part) if self.is_secondary else changed.matching(part):
            solution = unify(part, triple)
            if solution is not None:
                row = tuple([solution[name] for name in names])
                if all(changed.may_be(row[place], demand) for place, demand in demands):
                    rows[row] = None
        return names, list(rows)


def _reach(closure: Closure, changed: Changes, evaluator: Evaluator) -> Iterator[tuple[Ground, Ground]]:
    """The ends of every chain that runs through a changed step."""
    edges: set[tuple[Ground, Ground]] = set()
    for step, forwards in closure.steps:
        edges.update((s, o) if forwards else (o, s) for s, _, o in changed.by_property.get(step, ()))
    return evaluator.reach(closure, sorted(edges, key=str))


def _delta_rules(body: Conjunction, derived: Collection[ox.NamedNode]) -> Iterator[DeltaRule]:
    """One for each part of the body, and of what it looks for in vain."""
    around = replace(body, absent=())
    for part in around.parts:
        yield _without(part, around, derived)
    for absent in body.absent:
        both = Conjunction(
            around.patterns + absent.patterns, around.closures + absent.closures, around.filters + absent.filters
        )
        for part in absent.parts:
            yield _without(part, both, derived)


def _without(part: Pattern | Closure, whole: Conjunction, derived: Collection[ox.NamedNode]) -> DeltaRule:
    """The rule for one part, with what is known of new or gone things: all that is asked of one must have changed."""
    demands: dict[str, list[Pattern]] = {}
    for pattern in sorted((pattern for pattern in whole.patterns if pattern.predicate not in derived), key=str):
        if isinstance(pattern.subject, ox.Variable):
            demands.setdefault(pattern.subject.value, []).append(pattern)
    rest = replace(
        whole,
        patterns=tuple(pattern for pattern in whole.patterns if pattern is not part),
        closures=tuple(closure for closure in whole.closures if closure is not part),
    )
    return DeltaRule(part, rest, {name: Demand.of(patterns) for name, patterns in demands.items()})


class ProducerDeltas:
    """The delta rules of one producer; `derived` are the properties that rules derive."""

    def __init__(self, producer: Producer, derived: Collection[ox.NamedNode]) -> None:
        self.producer, self._head = producer, producer.head
        self._rules = tuple(_delta_rules(producer.body, derived))

    @property
    def parts(self) -> Iterator[Pattern | Closure]:
        return (rule.part for rule in self._rules)

    def conclusions(self, changed: Changes, evaluator: Evaluator) -> Iterator[Triple]:
        """Those that changed statements bear on; `evaluator` sees old and new statements alike."""
        for rule in self._rules:
            for solution in rule.solve(changed, evaluator, self._head.variables):
                if (conclusion := instance(self._head, solution)) is not None:
                    yield conclusion

    def rows(self, changed: Changes, evaluator: Evaluator, names: Sequence[str]) -> list[tuple[Ground, ...]]:
        """The values of these variables in the body's solutions that changed statements bear on, absences aside."""
        solutions = (solution for rule in self._rules for solution in rule.solve(changed, evaluator, names))
        return list(dict.fromkeys(tuple(solution[name] for name in names) for solution in solutions))

    def is_plain(self, changed: Changes) -> bool:
        """Do its solutions alone say what the premises are? Not where chains changed: these are found as they stand."""
        return not any(step in changed.by_property for each in self.producer.body.closures for step, _ in each.steps)


class Deltas:
    """The delta rules of all strata, made once."""

    def __init__(self, strata: tuple[Stratum, ...]) -> None:
        self._derived = frozenset(key[0] for stratum in strata for key in stratum.keys)
        self._made: dict[int, tuple[ProducerDeltas, ...]] = {}
        self.strata = strata  # whose identity tells them apart for as long as they are here

    def of(self, stratum: Stratum) -> tuple[ProducerDeltas, ...]:
        """One for each of its producers; memberships are derived for none but themselves."""
        if id(stratum) not in self._made:
            derived = self._derived if stratum.memberships else self._derived - {TYPE}
            self._made[id(stratum)] = tuple(ProducerDeltas(producer, derived) for producer in stratum.producers)
        return self._made[id(stratum)]
