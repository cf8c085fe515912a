"""Memberships: of which classes things are by rules of that kind, beside those that are stated of them.

They come last, and rules of other kinds do not see them: those read the classes that are stated, and what lies
above these by `a/rdfs:subClassOf*`. Otherwise each conclusion would follow once for every class of what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from kg.rules.sources import GRAPHS, Ground, Quads, Triple
from kg.rules.strata import TYPE, Producer
from kg.rules.syntax import Pattern
from kg.terms import parts


class Memberships:
    """Those that `source` holds, or may come to hold, by membership rules among `producers`."""

    def __init__(self, source: Quads, producers: Iterable[Producer]) -> None:
        self._source = source
        self._producers = tuple(each for each in producers if each.rule.is_membership)

    @cached_property
    def _classes(self) -> frozenset[Ground] | None:
        """The classes that the rules can conclude; None where it may be any."""
        found: set[Ground] = set()
        for each in self._producers:
            known = self._possible(each)
            if known is None:
                return None
            found |= known
        return frozenset(found)

    def _possible(self, producer: Producer) -> set[Ground] | None:
        """What the class of a head can be: itself, or all that some pattern of the body can bind it to."""
        class_ = producer.head.object
        if not isinstance(class_, ox.Variable):
            return {class_}
        for pattern in producer.body.patterns:
            if pattern.object == class_ and isinstance(pattern.predicate, ox.NamedNode) and pattern.predicate != TYPE:
                return {parts(quad)[2] for quad in self._source.quads(None, pattern.predicate, None, None)}
        return None

    def among(self, patterns: Iterable[Pattern]) -> Iterator[Pattern]:
        """Those that a membership can match."""
        if self._producers:
            for pattern in patterns:
                of_class = pattern.predicate == TYPE or isinstance(pattern.predicate, ox.Variable)
                if of_class and (isinstance(pattern.object, ox.Variable) or self._may_be(pattern.object)):
                    yield pattern

    def hides(self, triple: Triple | None) -> bool:
        """Is it a membership that nothing states?"""
        if triple is None or triple[1] != TYPE or not self._may_be(triple[2]):
            return False
        return all(quad.graph_name in GRAPHS for quad in self._source.quads(*triple, None))

    def _may_be(self, class_: Ground) -> bool:
        return self._classes is None or class_ in self._classes
