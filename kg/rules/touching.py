"""Which conclusions a changed statement can bear on: where it matches a premise, or something looked for or counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.rules.derivations import Mask
from kg.rules.evaluation import Evaluator, Ground, Solution, Table, Triple, unify
from kg.rules.strata import Producer
from kg.rules.syntax import Closure, Filter, Pattern
from kg.rules.variants import Conjunction


@dataclass(frozen=True)
class Trigger:
    """A part of a rule's body, and the rest that must hold around it."""

    part: Pattern | Closure
    rest: Conjunction


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
    """The body without absences, and with what it counts in the place of the counts: true wherever the body was or will be."""
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
    """Finds the conclusions of one producer that changed statements bear on."""

    def __init__(self, producer: Producer) -> None:
        self._head, self._body, self._triggers = producer.head, producer.body, tuple(triggers(producer.body))

    @property
    def is_plain(self) -> bool:
        """Do the variables of its body alone say which derivation it is?"""
        return not self._body.tallies and not self._body.closures

    def solutions(self, changed: Mapping[object, Collection[Triple]], evaluator: Evaluator) -> Iterator[Solution]:
        """The solutions of the body, absences aside, that changed statements bear on; of a plain body alone."""
        for trigger in self._triggers:
            table = _table(trigger.part, changed, evaluator)
            if table is None or not table[1]:
                continue
            wanted = self._body.bound
            yield from evaluator.solve(trigger.rest, table, wanted=wanted) if _is_body(trigger.rest) else _plain(table)

    @property
    def parts(self) -> Iterator[Pattern | Closure]:
        return (trigger.part for trigger in self._triggers)

    def heads(self, changed: Mapping[object, Collection[Triple]], evaluator: Evaluator) -> Iterator[Mask]:
        """`changed` is filed by property; `evaluator` sees old and new statements alike."""
        for trigger in self._triggers:
            table = _table(trigger.part, changed, evaluator)
            if table is None or not table[1]:
                continue
            wanted = (trigger.rest.bound | set(table[0])) & _names(self._head)
            for solution in evaluator.solve(trigger.rest, table, wanted=wanted) if _is_body(trigger.rest) else _plain(table):
                yield self._mask(solution)

    def _mask(self, solution: Mapping[str, Ground]) -> Mask:
        def of(term: object) -> Ground | None:
            return solution.get(term.value) if isinstance(term, ox.Variable) else term  # type: ignore[return-value]

        assert isinstance(self._head.predicate, ox.NamedNode)
        return of(self._head.subject), self._head.predicate, of(self._head.object)


def _is_body(rest: Conjunction) -> bool:
    return bool(rest.patterns or rest.closures or rest.binds or rest.filters or rest.values)


def _plain(table: Table) -> Iterator[Solution]:
    return (dict(zip(table[0], row, strict=True)) for row in table[1])


def _names(pattern: Pattern) -> set[str]:
    return {term.value for term in pattern.terms if isinstance(term, ox.Variable)}


def _table(part: Pattern | Closure, changed: Mapping[object, Collection[Triple]], evaluator: Evaluator) -> Table | None:
    if isinstance(part, Closure):
        return _reach(part, changed, evaluator)
    if isinstance(part.predicate, ox.Variable):
        matching = [triple for triples in changed.values() for triple in triples]
    else:
        matching = list(changed.get(part.predicate, ()))
    names = tuple(sorted(_names(part)))
    rows = {}
    for triple in matching:
        found = unify(part, triple)
        if found is not None:
            rows[tuple(found[name] for name in names)] = None
    return names, list(rows)


def _reach(closure: Closure, changed: Mapping[object, Collection[Triple]], evaluator: Evaluator) -> Table:
    """The ends of every chain that runs through a changed step."""
    edges = set()
    for step, forwards in closure.steps:
        edges.update((s, o) if forwards else (o, s) for s, _, o in changed.get(step, ()))
    names = tuple(dict.fromkeys(term.value for term in closure.terms if isinstance(term, ox.Variable)))
    rows = {}
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
