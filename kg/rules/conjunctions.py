"""What must all hold, in one reading of a rule's body; two of them joined, their equalities put into effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from kg.rules.syntax import Bind, Closure, Expression, Filter, Pattern, Term, Values
from kg.rules.tokens import NotSupported, Token


@dataclass(frozen=True)
class Tally:
    """A count: for each solution of `keys` over the distinct ones of `over`, the `outputs`, where `having` holds."""

    keys: tuple[str, ...]
    outputs: tuple[tuple[str, Expression], ...]
    over: Conjunction
    having: tuple[Expression, ...]
    line: int


@dataclass(frozen=True)
class Conjunction:
    """What must all hold. `absent` are conjunctions of which none may have a solution.

    `aliases` are variables that a path of no length made equal to another term; `reserved` are names that
    mean something inside an absence or an OPTIONAL, and must not be bound outside.
    """

    patterns: tuple[Pattern, ...] = ()
    closures: tuple[Closure, ...] = ()
    values: tuple[Values, ...] = ()
    tallies: tuple[Tally, ...] = ()
    binds: tuple[Bind, ...] = ()
    filters: tuple[Filter, ...] = ()
    absent: tuple[Conjunction, ...] = ()
    equal: tuple[tuple[Term, Term], ...] = ()
    aliases: tuple[tuple[str, Term], ...] = ()
    reserved: frozenset[str] = field(default=frozenset())
    line: int = 0

    @property
    def bound(self) -> frozenset[str]:
        """The variables that every solution binds."""
        names = {term.value for part in self.parts for term in part.terms if isinstance(term, ox.Variable)}
        names.update(name for block in self.values for name in block.variables)
        names.update(name for tally in self.tallies for name in (*tally.keys, *(output for output, _ in tally.outputs)))
        names.update(bind.variable for bind in self.binds)
        names.update(term.value for pair in self.equal for term in pair if isinstance(term, ox.Variable))
        return frozenset(names)

    @property
    def parts(self) -> tuple[Pattern | Closure, ...]:
        """Its patterns and closures."""
        patterns: tuple[Pattern | Closure, ...] = self.patterns
        return patterns + self.closures


def join(one: Conjunction, other: Conjunction) -> Conjunction:
    """Both together; raise NotSupported where one binds a name that means something inside a part of the other."""
    if clash := (one.reserved & other.bound) | (other.reserved & one.bound):
        names = ", ".join(f"?{name}" for name in sorted(clash))
        line = next((part.line for part in other.parts if part.line), 0)
        why = "That name stands in an OPTIONAL, MINUS, GROUP BY or inner group as well: use another name."
        raise NotSupported(f"{names} is bound here too", why, line)
    return Conjunction(
        one.patterns + other.patterns,
        one.closures + other.closures,
        one.values + other.values,
        one.tallies + other.tallies,
        one.binds + other.binds,
        one.filters + other.filters,
        one.absent + other.absent,
        one.equal + other.equal,
        one.aliases + other.aliases,
        one.reserved | other.reserved,
        one.line or other.line,
    )


def resolved(found: Conjunction, outer: frozenset[str]) -> Conjunction | None:
    """Its equalities put into effect: None where they cannot hold."""
    while found.equal:
        (left, right), rest = found.equal[0], found.equal[1:]
        found = replace(found, equal=rest)
        if left == right:
            continue
        if not isinstance(left, ox.Variable):
            left, right = right, left
        if not isinstance(left, ox.Variable):
            return None
        fixed = (
            outer | {name for each in found.values for name in each.variables} | {each.variable for each in found.binds}
        )
        fixed |= {name for tally in found.tallies for name in (*tally.keys, *(output for output, _ in tally.outputs))}
        if left.value in fixed and isinstance(right, ox.Variable) and right.value not in fixed:
            left, right = right, left
        if left.value in fixed:
            found = replace(found, filters=(*found.filters, _same(left, right)))
        else:
            found = _substituted(found, {left.value: right})
    inner = (resolved(each, outer | found.bound) for each in found.absent)
    return replace(found, absent=tuple(each for each in inner if each is not None))


def _same(left: Term, right: Term) -> Filter:
    words = ["sameTerm", "(", left, ",", right, ")"]
    return Filter(Expression(tuple(_word(each) for each in words)))


def _word(word: Term | str) -> Token:
    return Token("var", word.value, 0) if isinstance(word, ox.Variable) else Token("word", str(word), 0)


def _substituted(found: Conjunction, names: Mapping[str, Term]) -> Conjunction:
    def of(term: Term) -> Term:
        return names.get(term.value, term) if isinstance(term, ox.Variable) else term

    def pattern(each: Pattern) -> Pattern:
        predicate = of(each.predicate)
        if isinstance(predicate, ox.Literal) or isinstance(of(each.subject), ox.Literal):
            raise NotSupported("a literal as subject", "Only things have properties.", each.line)
        return Pattern(of(each.subject), predicate, of(each.object), each.line)

    return replace(
        found,
        patterns=tuple(pattern(each) for each in found.patterns),
        closures=tuple(Closure(of(each.subject), each.steps, of(each.object), each.line) for each in found.closures),
        binds=tuple(Bind(each.expression.replace(names), each.variable) for each in found.binds),
        filters=tuple(Filter(each.expression.replace(names)) for each in found.filters),
        absent=tuple(_substituted(each, names) for each in found.absent),
        equal=tuple((of(left), of(right)) for left, right in found.equal),
        aliases=(*((name, of(term)) for name, term in found.aliases), *names.items()),
    )
