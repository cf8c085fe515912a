"""Which conclusions a changed statement can bear on: where it matches a premise, or something looked for or counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyoxigraph as ox

from kg.rules.changes import Asked, Changes
from kg.rules.conjunctions import Conjunction
from kg.rules.derivations import Mask
from kg.rules.evaluation import Evaluator, Solution, Table, unify
from kg.rules.sources import Ground, Triple
from kg.rules.strata import TYPE, Producer, Stratum
from kg.rules.syntax import Closure, Filter, Pattern, Term


@dataclass(frozen=True)
class Trigger:
    """A part of a rule's body, and the rest that must hold around it."""

    part: Pattern | Closure
    rest: Conjunction
    asked: Mapping[str, Asked] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables of a part that is a pattern."""
        assert isinstance(self.part, Pattern)
        return tuple(sorted(_names(self.part)))

    @cached_property
    def is_secondary(self) -> bool:
        """Of a thing of which every statement changed, it is enough to start from what is asked most narrowly."""
        if not isinstance(self.part, Pattern) or not isinstance(self.part.subject, ox.Variable):
            return False
        asked = self.asked.get(self.part.subject.value)
        return asked is not None and self.part != asked.patterns[0]

    def rows(self, changed: Changes) -> list[tuple[Ground, ...]]:
        """What the names stand for where the part is a changed statement that can lead to a solution."""
        part = self.part
        assert isinstance(part, Pattern)
        asked = [(place, self.asked[name]) for place, name in enumerate(self.names) if name in self.asked]
        rows: dict[tuple[Ground, ...], None] = {}
        for triple in changed.in_part(part) if self.is_secondary else changed.matching(part):
            found = unify(part, triple)
            if found is not None:
                row = tuple([found[name] for name in self.names])
                if all(changed.may_be(row[place], each) for place, each in asked):
                    rows[row] = None
        return list(rows)


def triggers(body: Conjunction) -> Iterator[Trigger]:
    """Each pattern of the body, of what it counts, and of what it looks for in vain."""
    around = _loose(body)
    yield from _parts(around, around)
    for absent in _absences(body):
        yield from _absent_triggers(absent, around)


def _absent_triggers(absent: Conjunction, around: Conjunction) -> Iterator[Trigger]:
    inside = _loose(absent)
    whole = _both(around, inside)
    yield from _parts(inside, whole)
    for further in _absences(absent):
        yield from _absent_triggers(further, whole)


def _absences(body: Conjunction) -> Iterator[Conjunction]:
    yield from body.absent
    for tally in body.tallies:
        yield from tally.over.absent


def _parts(among: Conjunction, whole: Conjunction) -> Iterator[Trigger]:
    for pattern in among.patterns:
        yield Trigger(pattern, replace(whole, patterns=tuple(each for each in whole.patterns if each is not pattern)))
    for closure in among.closures:
        yield Trigger(closure, replace(whole, closures=tuple(each for each in whole.closures if each is not closure)))


def _loose(body: Conjunction) -> Conjunction:
    """The body without absences, and with what it counts in the place of the counts.

    It is true wherever the body was or will be.
    """
    unknown = {name for tally in body.tallies for name, _ in tally.outputs}
    binds = []
    for bind in body.binds:
        if bind.expression.variables & unknown:
            unknown.add(bind.variable)
        else:
            binds.append(bind)
    filters = tuple(each for each in body.filters if not each.expression.variables & unknown)
    found = replace(body, tallies=(), binds=tuple(binds), filters=filters, absent=())
    for tally in body.tallies:
        found = _both(found, _loose(tally.over))
    return found


def _both(one: Conjunction, other: Conjunction) -> Conjunction:
    return Conjunction(
        one.patterns + other.patterns,
        one.closures + other.closures,
        one.values + other.values,
        (),
        one.binds + other.binds,
        tuple(_evaluable(one.filters, one, other)) + tuple(_evaluable(other.filters, one, other)),
    )


def _evaluable(filters: Collection[Filter], one: Conjunction, other: Conjunction) -> Iterator[Filter]:
    known = one.bound | other.bound
    return (each for each in filters if each.expression.variables <= known)


class Touching:
    """Finds the conclusions of one producer that changed statements bear on.

    `derived` are the properties that rules derive.
    """

    def __init__(self, producer: Producer, derived: Collection[ox.NamedNode]) -> None:
        self._head, self._body = producer.head, producer.body
        self._triggers = tuple(_narrowed(each, derived) for each in triggers(producer.body))

    @property
    def is_plain(self) -> bool:
        """Do the variables of its body alone say which derivation it is?"""
        return not self._body.tallies and not self._body.closures

    def solutions(self, changed: Changes, evaluator: Evaluator) -> Iterator[Solution]:
        """The solutions of the body, absences aside, that changed statements bear on; of a plain body alone."""
        for trigger in self._triggers:
            table = _table(trigger, changed, evaluator)
            if table is None or not table[1]:
                continue
            wanted = self._body.bound
            yield from evaluator.solve(trigger.rest, table, wanted=wanted) if _is_body(trigger.rest) else _plain(table)

    @property
    def parts(self) -> Iterator[Pattern | Closure]:
        return (trigger.part for trigger in self._triggers)

    def heads(self, changed: Changes, evaluator: Evaluator) -> Iterator[Mask]:
        """`evaluator` sees old and new statements alike."""
        for trigger in self._triggers:
            table = _table(trigger, changed, evaluator)
            if table is None or not table[1]:
                continue
            wanted = (trigger.rest.bound | set(table[0])) & _names(self._head)
            for solution in (
                evaluator.solve(trigger.rest, table, wanted=wanted) if _is_body(trigger.rest) else _plain(table)
            ):
                mask = self._mask(solution)
                if mask is not None:
                    yield mask

    def _mask(self, solution: Mapping[str, Ground]) -> Mask | None:
        """What is known of the conclusion; None where a literal would be its subject."""

        def of(term: Term) -> Ground | None:
            return solution.get(term.value) if isinstance(term, ox.Variable) else term

        subject = of(self._head.subject)
        assert isinstance(self._head.predicate, ox.NamedNode)
        return None if isinstance(subject, ox.Literal) else (subject, self._head.predicate, of(self._head.object))


class Finders:
    """What finds the conclusions of each of the strata, made once."""

    def __init__(self, strata: tuple[Stratum, ...]) -> None:
        self._derived = frozenset(key[0] for stratum in strata for key in stratum.keys)
        self._made: dict[int, tuple[Touching, ...]] = {}
        self.strata = strata  # whose identity tells them apart for as long as they are here

    def of(self, stratum: Stratum) -> tuple[Touching, ...]:
        """One for each of its producers; memberships are derived for none but themselves."""
        if id(stratum) not in self._made:
            derived = self._derived if stratum.memberships else self._derived - {TYPE}
            self._made[id(stratum)] = tuple(Touching(producer, derived) for producer in stratum.producers)
        return self._made[id(stratum)]


def _is_body(rest: Conjunction) -> bool:
    return bool(rest.patterns or rest.closures or rest.binds or rest.filters or rest.values)


def _plain(table: Table) -> Iterator[Solution]:
    return (dict(zip(table[0], row, strict=True)) for row in table[1])


def _names(pattern: Pattern) -> set[str]:
    return {term.value for term in pattern.terms if isinstance(term, ox.Variable)}


def _table(trigger: Trigger, changed: Changes, evaluator: Evaluator) -> Table | None:
    part = trigger.part
    if isinstance(part, Closure):
        return _reach(part, changed.by_property, evaluator)
    return trigger.names, trigger.rows(changed)


def _narrowed(trigger: Trigger, derived: Collection[ox.NamedNode]) -> Trigger:
    """With what is known of new or gone things: all that a rule asks of one must be among the changes."""
    whole = [each for each in trigger.rest.patterns if each.predicate not in derived]
    if isinstance(trigger.part, Pattern) and trigger.part.predicate not in derived:
        whole.append(trigger.part)
    asked: dict[str, list[Pattern]] = {}
    for pattern in sorted(whole, key=str):
        if isinstance(pattern.subject, ox.Variable) and isinstance(pattern.predicate, ox.NamedNode):
            asked.setdefault(pattern.subject.value, []).append(pattern)
    return replace(trigger, asked={name: Asked.of(patterns) for name, patterns in asked.items()})


def _reach(closure: Closure, changed: Mapping[object, Collection[Triple]], evaluator: Evaluator) -> Table:
    """The ends of every chain that runs through a changed step."""
    edges: set[tuple[Ground, Ground]] = set()
    for step, forwards in closure.steps:
        edges.update((s, o) if forwards else (o, s) for s, _, o in changed.get(step, ()))
    names = tuple(dict.fromkeys(term.value for term in closure.terms if isinstance(term, ox.Variable)))
    rows: dict[tuple[Ground, ...], None] = {}
    for ends in evaluator.reach(closure, sorted(edges, key=str)):
        found: dict[str, Ground] = {}
        for term, end in zip(closure.terms, ends, strict=True):
            if isinstance(term, ox.Variable):
                if found.setdefault(term.value, end) != end:
                    break
            elif term != end:
                break
        else:
            rows[tuple(found[name] for name in names)] = None
    return names, list(rows)
