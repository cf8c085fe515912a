"""An instance of each rule's body and head: invented things, one a variable, of which all its patterns hold.

Together with the ontology's axioms it shows rules that can never fire, and conclusions that a property's domain
or range forbids. A rule's body and head are frozen into data as in the test of query containment by A. K. Chandra
and P. M. Merlin (1977).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.check.profile import Terms
from kg.namespaces import RDF
from kg.rules import Rule
from kg.rules.conjunction import Pattern
from kg.terms import Literal, NamedNode, Quad, Term

_TYPE = RDF + "type"


@dataclass(frozen=True)
class Instance:
    """One way to read a rule's body, made into statements; `nodes` maps each invented thing to its variable."""

    file: str
    quads: tuple[Quad, ...]
    nodes: Mapping[str, str]
    lines: Mapping[tuple[str, ...], int] = field(repr=False)

    def line(self, terms: Iterable[str]) -> int | None:
        """The line of the pattern that an axiom with these terms comes from."""
        wanted = set(terms)
        best = max(self.lines, key=lambda key: len(wanted & set(key)), default=None)
        return self.lines[best] if best else None


def instances(rules: Iterable[Rule], terms: Terms) -> Iterator[Instance]:
    for rule in rules:
        for number, body in enumerate(rule.bodies):
            yield _instance(rule, number, (*body.patterns, *rule.head), terms)


def _instance(rule: Rule, number: int, patterns: Iterable[Pattern], terms: Terms) -> Instance:
    base = f"{rule.iri.value}/{number}/"
    quads: list[Quad] = []
    nodes: dict[str, str] = {}
    lines: dict[tuple[str, ...], int] = {}
    for pattern in patterns:
        if not isinstance(pattern.predicate, NamedNode) or isinstance(pattern.subject, Literal):
            continue
        if pattern.predicate.value == _TYPE and not isinstance(pattern.object, NamedNode):
            continue  # of a class that the rule leaves open
        if "annotation property" in terms.kinds.get(pattern.predicate.value, ()) or not terms.kinds.get(
            pattern.predicate.value, pattern.predicate.value == _TYPE
        ):
            continue
        of_data = "data property" in terms.kinds.get(pattern.predicate.value, ())
        subject, value = _frozen(pattern.subject, base, nodes), _value(pattern.object, base, nodes, of_data)
        if not isinstance(subject, NamedNode) or value is None:
            continue
        quads.append(Quad(subject, pattern.predicate, value))
        written = tuple(term.value for term in (subject, pattern.predicate, value) if isinstance(term, NamedNode))
        lines.setdefault(written, pattern.line)
    return Instance(f"ontology/rules/{rule.name}.rq", tuple(quads), nodes, lines)


def _value(
    term: ox.NamedNode | ox.Literal | ox.Variable, base: str, nodes: dict[str, str], of_data: bool
) -> Term | None:
    if of_data and not isinstance(term, Literal):
        return None  # any literal would do, and none need be invented
    return _frozen(term, base, nodes)


def _frozen(term: ox.NamedNode | ox.Literal | ox.Variable, base: str, nodes: dict[str, str]) -> Term:
    if not isinstance(term, ox.Variable):
        return term
    node = base + term.value
    nodes[node] = f"?{term.value}"
    return NamedNode(node)
