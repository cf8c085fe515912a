"""A rule's body as a choice of plain conjunctions: UNION, OPTIONAL and paths taken apart, absences kept apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox

from kg.rules.conjunctions import Conjunction, Tally, join, resolved
from kg.rules.syntax import (
    Absent,
    Bind,
    Closure,
    Construct,
    Count,
    Element,
    Filter,
    Group,
    Optional,
    Path,
    PathPattern,
    Pattern,
    Term,
    Union,
    Values,
)
from kg.rules.tokens import NotSupported

MOST_VARIANTS = 32
_UNORDERED = ("SAMPLE", "GROUP_CONCAT")


def variants(rule: Construct, used: frozenset[str]) -> tuple[Conjunction, ...]:
    """The conjunctions that `rule` is the union of; `used` are the variables that its head and explanation name."""
    found = tuple(resolved(each, frozenset()) for each in _Normaliser(used | _tested(rule.body)).group(rule.body))
    return tuple(each for each in found if each is not None)


def _tested(group: Group) -> frozenset[str]:
    """The variables of the group's filters and bindings."""
    names: set[str] = set()
    for element in group.elements:
        if isinstance(element, (Filter, Bind)):
            names |= element.expression.variables
        elif isinstance(element, Group):
            names |= _tested(element)
        elif isinstance(element, Union):
            names.update(name for branch in element.branches for name in _tested(branch))
    return frozenset(names)


class _Normaliser:
    def __init__(self, used: frozenset[str]) -> None:
        self._used, self._fresh = used, itertools.count(1)

    def group(self, group: Group) -> list[Conjunction]:
        found = [Conjunction()]
        later = [element for element in group.elements if isinstance(element, Filter) or _is_not_exists(element)]
        for element in group.elements:
            if element not in later:
                found = [joined for each in found for joined in self._joined(each, element)]
        for element in later:
            found = [self._guarded(each, element) for each in found]
        if len(found) > MOST_VARIANTS:
            raise NotSupported(
                f"{len(found)} ways to read it", f"Make several rules of it: at most {MOST_VARIANTS} each.", 0
            )
        return found

    def _joined(self, so_far: Conjunction, element: Element) -> list[Conjunction]:
        if isinstance(element, Optional):
            return self._optional(so_far, element)
        if isinstance(element, Absent):
            return [self._minus(so_far, element)]
        return [join(so_far, each) for each in self._readings(element)]

    def _readings(self, element: Element) -> list[Conjunction]:
        if isinstance(element, Group):
            return self.group(element)
        if isinstance(element, Union):
            return [each for branch in element.branches for each in self.group(branch)]
        if isinstance(element, Pattern):
            return [Conjunction(patterns=(element,))]
        if isinstance(element, PathPattern):
            return list(self._path(element.subject, element.path, element.object, element.line))
        if isinstance(element, Values):
            return [Conjunction(values=(element,))]
        if isinstance(element, Bind):
            return [Conjunction(binds=(element,))]
        if isinstance(element, Count):
            return [self._tally(element)]
        raise NotSupported(type(element).__name__, "Write it in a plainer way.", 0)

    def _path(self, start: Term, path: Path, end: Term, line: int) -> Iterator[Conjunction]:
        if path.step is not None:
            yield Conjunction(patterns=(Pattern(start, path.step, end, line),))
        elif path.kind == "inverse":
            yield from self._path(end, path.parts[0], start, line)
        elif path.kind == "choice":
            for part in path.parts:
                yield from self._path(start, part, end, line)
        elif path.kind == "sequence":
            yield from self._sequence(start, path.parts, end, line)
        else:
            if path.kind in "?*":
                yield Conjunction(equal=((start, end),))
            if path.kind == "?":
                yield from self._path(start, path.parts[0], end, line)
            else:
                yield Conjunction(closures=(Closure(start, tuple(_steps(path.parts[0], True)), end, line),))

    def _sequence(self, start: Term, parts: tuple[Path, ...], end: Term, line: int) -> Iterator[Conjunction]:
        if len(parts) == 1:
            yield from self._path(start, parts[0], end, line)
            return
        middle = ox.Variable(f"_p{next(self._fresh)}")
        for first in self._path(start, parts[0], middle, line):
            for rest in self._sequence(middle, parts[1:], end, line):
                yield join(first, rest)

    def _optional(self, so_far: Conjunction, element: Optional) -> list[Conjunction]:
        """With it, or without it where it has no solution; as if it were not there where nothing of it is used."""
        readings = self.group(element.group)
        local = frozenset().union(*(each.bound for each in readings)) - so_far.bound
        if not local & self._used:
            return [replace(so_far, reserved=so_far.reserved | local)]
        kept = [replace(join(so_far, each), reserved=so_far.reserved | local) for each in readings]
        absent = tuple(replace(each, line=element.line) for each in readings)
        return [*kept, replace(so_far, absent=so_far.absent + absent, reserved=so_far.reserved | local)]

    def _minus(self, so_far: Conjunction, element: Absent) -> Conjunction:
        readings = self.group(element.group)
        for each in readings:
            outside = frozenset().union(*(filter_.expression.variables for filter_ in each.filters)) - each.bound
            if outside or not each.bound & so_far.bound:
                why = "It takes nothing away: share a variable with what stands before it, or use FILTER NOT EXISTS."
                raise NotSupported("MINUS", why, element.line)
        local = frozenset().union(*(each.bound for each in readings)) - so_far.bound
        absent = tuple(replace(each, line=element.line) for each in readings)
        return replace(so_far, absent=so_far.absent + absent, reserved=so_far.reserved | local)

    def _guarded(self, so_far: Conjunction, element: Element) -> Conjunction:
        if isinstance(element, Filter):
            unknown = element.expression.variables - so_far.bound - so_far.reserved
            if unknown:
                names = ", ".join(f"?{name}" for name in sorted(unknown))
                raise NotSupported(f"a filter on {names}", "Nothing in its group binds that.", element.expression.line)
            return replace(so_far, filters=(*so_far.filters, element))
        assert isinstance(element, Absent)
        readings = self._absence(element, so_far.bound | so_far.reserved)
        local = frozenset().union(*(each.bound for each in readings)) - so_far.bound
        return replace(so_far, absent=so_far.absent + readings, reserved=so_far.reserved | local)

    def _absence(self, element: Absent, outer: frozenset[str]) -> tuple[Conjunction, ...]:
        """What may not be, in each of its readings; its filters may speak of the variables around it."""
        for part in element.group.elements:
            if isinstance(part, (Optional, Bind, Count)):
                raise NotSupported(
                    f"{type(part).__name__.upper()} within an absence", "Look for plain patterns.", element.line
                )
        filters = tuple(part for part in element.group.elements if isinstance(part, Filter))
        found = self.group(Group(tuple(part for part in element.group.elements if not isinstance(part, Filter))))
        for each in found:
            unknown = frozenset().union(*(part.expression.variables for part in filters)) - each.bound - outer
            if unknown:
                names = ", ".join(f"?{name}" for name in sorted(unknown))
                raise NotSupported(f"a filter on {names}", "Nothing binds that.", element.line)
        return tuple(replace(each, filters=each.filters + filters, line=element.line) for each in found)

    def _tally(self, count: Count) -> Conjunction:
        for _, expression in count.outputs:
            for token in expression.tokens:
                if token.is_word(*_UNORDERED):
                    raise NotSupported(token.text.upper(), "Its value hangs on an order that nobody sets.", token.line)
        counted = frozenset().union(*(expression.variables for _, expression in count.outputs))
        readings = _Normaliser(self._used | counted).group(count.group)
        if len(readings) != 1:
            raise NotSupported(
                "UNION, OPTIONAL or a path with a choice under GROUP BY", "Count over plain patterns.", count.line
            )
        over = resolved(readings[0], frozenset())
        if over is None or over.tallies or not set(count.keys) <= over.bound:
            raise NotSupported("this GROUP BY", "Group by variables that its patterns bind.", count.line)
        local = over.bound - set(count.keys)
        tally = Tally(count.keys, count.outputs, over, count.having, count.line)
        return Conjunction(tallies=(tally,), reserved=local | over.reserved)


def _is_not_exists(element: Element) -> bool:
    return isinstance(element, Absent) and element.keyword == "NOT EXISTS"


def _steps(path: Path, forwards: bool) -> Iterator[tuple[ox.NamedNode, bool]]:
    if path.step is not None:
        yield path.step, forwards
    elif path.kind == "inverse":
        yield from _steps(path.parts[0], not forwards)
    elif path.kind == "choice":
        for part in path.parts:
            yield from _steps(part, forwards)
    else:
        raise NotSupported(
            f"{path.kind} within * or +", "Give that step a property of its own, by another rule.", path.line
        )
