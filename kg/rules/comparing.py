"""Comparisons: rules that set claims side by side, of which the first of each side stand for all.

Each claim of one side makes a pair with each of the other: their number would grow with the square of what is told.
All that take one side of one matter are alike for such a rule. So a pair is recorded where both are among the first
`FIRST` of their sides, by IRI; if none of these make a pair, among twice as many, and so on. Any other pair follows
from the same rule, and is proven when it is asked for (`RuleSet.derivations_from`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from kg.rules.conjunction import Conjunction, Pattern
from kg.rules.dataset import Ground, Triple
from kg.rules.derivation import Derivation, restriction
from kg.rules.evaluation import Evaluator, Table
from kg.rules.strata import Producer

FIRST = 3
Matter = tuple[Ground, ...]
Members = defaultdict[Ground, list[Ground]]
Derive = Callable[[Producer, Table], Iterable[Derivation]]


@dataclass(frozen=True)
class Comparison:
    """A producer that compares: its two sides, each a variable, and what each is about, a variable as well.

    What is asked alike for several producers of one rule is kept in `known` for as long as nothing is written.
    """

    producer: Producer
    known: dict[object, list[Matter]] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[tuple[str, str], ...]:
        return self.producer.rule.sides

    @cached_property
    def matter(self) -> tuple[str, ...]:
        """The variables whose values the pairs of one matter share."""
        return tuple(sorted({about for _, about in self.sides}))

    def matters(self, evaluator: Evaluator, conclusions: Collection[Triple] | None = None) -> list[Matter]:
        """All that any two claims may be compared on, or those of these conclusions."""
        table = None if conclusions is None else restriction(self.producer, conclusions)
        return self._rows(evaluator, replace(self.producer.body, absent=()), table, self.matter)

    def recorded(self, matters: Collection[Matter], evaluator: Evaluator) -> Table:
        """The solutions on these matters of which the conclusion is recorded; `evaluator` sees old and new alike."""
        (one, about), (other, _) = self.sides
        ends, names = (about, one, other), tuple(sorted(self.producer.body.bound))
        of = (about,), [(each,) for each in {self._about(0, matter) for matter in matters}]
        pairs = self._rows(evaluator, Conjunction((*self._side(0), self.producer.head)), of, ends)
        rows = self._rows(evaluator, replace(self.producer.body, absent=()), (ends, pairs), names)
        places = [names.index(name) for name in self.matter]
        return names, [row for row in rows if tuple(row[place] for place in places) in set(matters)]

    def derivations(self, matters: Sequence[Matter], evaluator: Evaluator, derive: Derive) -> Iterator[Derivation]:
        """Those by the first of each side, on each of these matters."""
        shared = Conjunction(self._shared, self.producer.body.closures)
        left, count = self._rows(evaluator, shared, (self.matter, matters), self.matter), FIRST
        sides = [self._members(place, left, evaluator) for place in (0, 1)]
        names = (*self.matter, *(side for side, _ in self.sides))
        while left:
            found = list(derive(self.producer, (names, list(self._pairs(left, sides, count)))))
            yield from found
            settled = {tuple(dict(each.bindings)[name] for name in self.matter) for each in found}
            left = [matter for matter in left if matter not in settled and self._most(matter, sides) > count]
            if left and count == FIRST:
                sides = [self._members(place, left, evaluator, self._excluding(place)) for place in (0, 1)]
            count *= 2

    def _pairs(self, matters: Iterable[Matter], sides: Sequence[Members], count: int) -> Iterator[Matter]:
        for matter in matters:
            one, other = (members[self._about(place, matter)][:count] for place, members in enumerate(sides))
            yield from ((*matter, *pair) for pair in product(one, other))

    def _most(self, matter: Matter, sides: Sequence[Members]) -> int:
        return max(len(members[self._about(place, matter)]) for place, members in enumerate(sides))

    def _members(
        self, place: int, matters: Iterable[Matter], evaluator: Evaluator, absent: tuple[Conjunction, ...] = ()
    ) -> Members:
        """The claims of one side on each of these matters, in order."""
        side, about = self.sides[place]
        of = (about,), list(dict.fromkeys((self._about(place, matter),) for matter in matters))
        members: Members = defaultdict(list)
        for matter, claim in self._rows(evaluator, Conjunction(self._side(place), absent=absent), of, (about, side)):
            members[matter].append(claim)
        for claims in members.values():
            claims.sort(key=str)
        return members

    def _excluding(self, place: int) -> tuple[Conjunction, ...]:
        """What keeps a claim off a side whatever is on the other."""
        known = {name for pattern in self._side(place) for name in pattern.variables}
        bound = self.producer.body.bound
        return tuple(each for each in self.producer.body.absent if (_named(each) & bound) <= known)

    @cached_property
    def _shared(self) -> tuple[Pattern, ...]:
        """The patterns of the body that are of neither side."""
        own = {*self._side(0), *self._side(1)}
        return tuple(pattern for pattern in self.producer.body.patterns if pattern not in own)

    def _about(self, place: int, matter: Matter) -> Ground:
        return matter[self.matter.index(self.sides[place][1])]

    def _side(self, place: int) -> tuple[Pattern, ...]:
        """The patterns of the body that lead from one side's claims to what these are about, and hang on these."""
        side, _ = self.sides[place]
        known, found = {side}, list[Pattern]()
        while fresh := [each for each in self.producer.body.patterns if each not in found and known & each.variables]:
            found += fresh
            known = known.union(*(each.variables for each in fresh)) - {name for _, name in self.sides}
        return tuple(found)

    def _rows(
        self, evaluator: Evaluator, body: Conjunction, table: Table | None, names: tuple[str, ...]
    ) -> list[Matter]:
        key = id(evaluator), body, None if table is None else (table[0], tuple(table[1])), names
        if key not in self.known:
            solutions = evaluator.solve(body, table, wanted=names)
            self.known[key] = list(dict.fromkeys(tuple(solution[name] for name in names) for solution in solutions))
        return self.known[key]


def _named(absent: Conjunction) -> frozenset[str]:
    return absent.bound.union(*(condition.variables for condition in absent.filters))
