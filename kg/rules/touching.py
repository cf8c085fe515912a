"""Which conclusions a changed statement can bear on: where it matches a premise, or something looked for or counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from kg.rules.conjunctions import Conjunction
from kg.rules.derivations import Mask
from kg.rules.evaluation import Evaluator, Solution, Table, unify
from kg.rules.sources import Ground, Triple
from kg.rules.strata import TYPE, Producer
from kg.rules.syntax import Closure, Filter, Pattern, Term


@dataclass(frozen=True)
class Trigger:
    """A part of a rule's body, and the rest that must hold around it."""

    part: Pattern | Closure
    rest: Conjunction
    asked: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def is_due(self, found: Mapping[str, Ground], changed: Changes) -> bool:
        """Can the part, matched with a changed statement, lead to a solution that no other trigger leads to?

        Of a thing of which every statement changed, all that is asked must be among the changes; and then it is enough
        to start from what is asked most narrowly.
        """
        for name, value in found.items():
            patterns = self.asked.get(name, ())
            if patterns and value in changed.whole:
                if not all(changed.has(value, pattern) for pattern in patterns):
                    return False
                is_subject = isinstance(self.part, Pattern) and self.part.subject == ox.Variable(name)
                if is_subject and self.part != patterns[0]:
                    return False
        return True


class Changes:
    """Changed statements, filed by property; `whole` are the things of which every statement changed."""

    def __init__(self, triples: Iterable[Triple], whole: Collection[Ground] = frozenset()) -> None:
        self.by_property: dict[object, dict[Triple, None]] = {}
        self.whole = whole
        self._objects: dict[tuple[Ground, Term], set[Ground]] = {}
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self.by_property.setdefault(triple[1], {})[triple] = None
            self._objects.setdefault((triple[0], triple[1]), set()).add(triple[2])

    def matching(self, pattern: Pattern) -> Iterable[Triple]:
        """Those with the pattern's property."""
        if isinstance(pattern.predicate, ox.Variable):
            return [triple for triples in self.by_property.values() for triple in triples]
        return self.by_property.get(pattern.predicate, ())

    def discard(self, triple: Triple) -> None:
        """It did not change after all."""
        self.by_property.get(triple[1], {}).pop(triple, None)
        self._objects.get((triple[0], triple[1]), set()).discard(triple[2])

    def fitting(self, part: Pattern | Closure) -> Iterator[Triple]:
        """Those that a part of a body can match."""
        if isinstance(part, Closure):
            yield from (triple for step, _ in part.steps for triple in self.by_property.get(step, ()))
        else:
            yield from (triple for triple in self.matching(part) if unify(part, triple) is not None)

    def has(self, subject: Ground, pattern: Pattern) -> bool:
        """Is there one about `subject` that the pattern could match?"""
        objects = self._objects.get((subject, pattern.predicate), set())
        return bool(objects) if isinstance(pattern.object, ox.Variable) else pattern.object in objects


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

    def __init__(self, producer: Producer, derived: Collection[ox.NamedNode] = ()) -> None:
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
    names = tuple(sorted(_names(part)))
    rows: dict[tuple[Ground, ...], None] = {}
    for triple in changed.matching(part):
        found = unify(part, triple)
        if found is not None and trigger.is_due(found, changed):
            rows[tuple(found[name] for name in names)] = None
    return names, list(rows)


def _narrowed(trigger: Trigger, derived: Collection[ox.NamedNode]) -> Trigger:
    """With what is known of new or gone things: all that a rule asks of one must be among the changes."""
    whole = [each for each in trigger.rest.patterns if each.predicate not in derived]
    if isinstance(trigger.part, Pattern) and trigger.part.predicate not in derived:
        whole.append(trigger.part)
    asked: dict[str, list[Pattern]] = {}
    for pattern in sorted(whole, key=str):
        if isinstance(pattern.subject, ox.Variable) and isinstance(pattern.predicate, ox.NamedNode):
            asked.setdefault(pattern.subject.value, []).append(pattern)
    return replace(trigger, asked={name: tuple(sorted(patterns, key=_breadth)) for name, patterns in asked.items()})


def _breadth(pattern: Pattern) -> tuple[int, str]:
    """The narrowest first: of a class, then with a given value, then any."""
    given = not isinstance(pattern.object, ox.Variable)
    return (0 if given and pattern.predicate == TYPE else 1 if given else 2), str(pattern)


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
