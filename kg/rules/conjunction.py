"""What must all hold in one reading of a rule's body; two of them joined, their equalities put into effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.Variable


class NotSupported(Exception):
    """Something that a rule may not hold: what, why, and the line, or the word whose first mention is meant."""

    def __init__(self, what: str, why: str, line: int = 0, word: str = "") -> None:
        self.what, self.why, self.line, self.word = what, why, line, word
        super().__init__(what)


@dataclass(frozen=True)
class Pattern:
    """A triple pattern."""

    subject: Term
    predicate: ox.NamedNode
    object: Term
    line: int = 0

    @property
    def terms(self) -> tuple[Term, ox.NamedNode, Term]:
        return self.subject, self.predicate, self.object

    @property
    def variables(self) -> frozenset[str]:
        return _names(self.terms)

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


@dataclass(frozen=True)
class Closure:
    """One or more steps from `subject` to `object`, each along one of `steps` (predicate, forwards?)."""

    subject: Term
    steps: tuple[tuple[ox.NamedNode, bool], ...]
    object: Term
    line: int = 0

    @property
    def terms(self) -> tuple[Term, Term]:
        return self.subject, self.object

    @property
    def variables(self) -> frozenset[str]:
        return _names(self.terms)

    def path(self, modifier: str = "+") -> str:
        return f"({'|'.join(str(step) if forwards else f'^{step}' for step, forwards in self.steps)}){modifier}"

    def __str__(self) -> str:
        return f"{self.subject} {self.path()} {self.object} ."


@dataclass(frozen=True)
class Filter:
    """A condition, in brackets: terms, and between them the words and marks of SPARQL."""

    words: tuple[Term | str, ...]

    @property
    def variables(self) -> frozenset[str]:
        return _names(self.words)

    def __str__(self) -> str:
        """A function stands right before its bracket: the engine's parser wants it so of some."""
        return f"FILTER({' '.join(map(str, self.words)).replace(' (', '(')})"


def _names(terms: tuple[Term | str, ...]) -> frozenset[str]:
    return frozenset(term.value for term in terms if isinstance(term, ox.Variable))


@dataclass(frozen=True)
class Conjunction:
    """What must all hold. `absent` are conjunctions of which none may have a solution, and that have none themselves.

    `aliases` are variables that a path of no length made equal to another term; `local` are names that mean
    something inside an absence, and must not be bound outside.
    """

    patterns: tuple[Pattern, ...] = ()
    closures: tuple[Closure, ...] = ()
    filters: tuple[Filter, ...] = ()
    absent: tuple[Conjunction, ...] = ()
    equal: tuple[tuple[Term, Term], ...] = ()
    aliases: tuple[tuple[str, Term], ...] = ()
    local: frozenset[str] = field(default=frozenset())

    @property
    def bound(self) -> frozenset[str]:
        """The variables that every solution binds."""
        names = frozenset[str]().union(*(part.variables for part in self.parts))
        return names.union(*map(_names, self.equal))

    @property
    def parts(self) -> tuple[Pattern | Closure, ...]:
        """Its patterns and closures."""
        return (*self.patterns, *self.closures)


def join(one: Conjunction, other: Conjunction) -> Conjunction:
    """Both together; raise NotSupported where one binds a name that means something inside an absence of the other."""
    if clash := (one.local & other.bound) | (other.local & one.bound):
        names = sorted(f"?{name}" for name in clash)
        line = next((part.line for part in other.parts if part.variables & clash), 0)
        why = "That name stands in a NOT EXISTS of an inner group as well: use another name."
        raise NotSupported(f"{', '.join(names)} is bound here too", why, line, names[0])
    return Conjunction(
        one.patterns + other.patterns,
        one.closures + other.closures,
        one.filters + other.filters,
        one.absent + other.absent,
        one.equal + other.equal,
        one.aliases + other.aliases,
        one.local | other.local,
    )


def resolve(body: Conjunction, outer: frozenset[str] = frozenset()) -> Conjunction | None:
    """`body` with its equalities put into effect; None where they cannot hold. `outer` are bound around it."""
    while body.equal:
        (left, right), rest = body.equal[0], body.equal[1:]
        body = replace(body, equal=rest)
        if left == right:
            continue
        if not isinstance(left, ox.Variable) or (left.value in outer and isinstance(right, ox.Variable)):
            left, right = right, left
        if not isinstance(left, ox.Variable):
            return None
        if left.value in outer:
            body = replace(body, filters=(*body.filters, Filter(("sameTerm", "(", left, ",", right, ")"))))
        else:
            body = _substitute(body, {left.value: right})
    inner = (resolve(absent, outer | body.bound) for absent in body.absent)
    return replace(body, absent=tuple(absent for absent in inner if absent is not None))


def renamed(body: Conjunction, start: str) -> Conjunction:
    """`body` with the names of all its variables begun by `start`."""
    conditions = [*body.parts, *body.filters, *(part for absent in body.absent for part in _variable_parts(absent))]
    names = frozenset[str]().union(*(part.variables for part in conditions))
    return replace(_substitute(body, {name: ox.Variable(start + name) for name in names}), aliases=())


def _variable_parts(absent: Conjunction) -> tuple[Pattern | Closure | Filter, ...]:
    return (*absent.parts, *absent.filters)


def _substitute(body: Conjunction, names: Mapping[str, Term]) -> Conjunction:
    def of(term: Term) -> Term:
        return names.get(term.value, term) if isinstance(term, ox.Variable) else term

    def pattern(triple: Pattern) -> Pattern:
        if isinstance(of(triple.subject), ox.Literal):
            raise NotSupported("a literal as subject", "Only things have properties.", triple.line)
        return Pattern(of(triple.subject), triple.predicate, of(triple.object), triple.line)

    def condition(test: Filter) -> Filter:
        return Filter(tuple(word if isinstance(word, str) else of(word) for word in test.words))

    return replace(
        body,
        patterns=tuple(map(pattern, body.patterns)),
        closures=tuple(
            replace(closure, subject=of(closure.subject), object=of(closure.object)) for closure in body.closures
        ),
        filters=tuple(map(condition, body.filters)),
        absent=tuple(_substitute(absent, names) for absent in body.absent),
        equal=tuple((of(left), of(right)) for left, right in body.equal),
        aliases=(*((name, of(term)) for name, term in body.aliases), *names.items()),
    )
