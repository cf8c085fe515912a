"""The shapes of situations' roles, made from the ontology's axioms: one place says which roles a class needs.

A class's cardinalities (OWL 2, 8.3 and 9.3.5) become counts, a role's range becomes the class of its values, and a
property's domain the class of what may have it. An ontologist who adds a class writes no shape for its roles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.namespaces import OWL, RDF, RDFS, SG, SGSH, SH, SKOS, XSD
from kg.ontology.vocabulary import EVIDENCE, SITUATION, Vocabulary, last_part
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, parts

_COUNTS = {"cardinality": (True, True), "minCardinality": (True, False), "maxCardinality": (False, True)}
_NONE = NamedNode(RDF + "nil")


def shapes(ontology: Iterable[Quad]) -> tuple[Quad, ...]:
    """SHACL shapes for the roles of every class of situation, in no graph."""
    quads = tuple(ontology)
    return tuple(_Axioms(quads, Vocabulary.of(quads)).shapes())


@dataclass(frozen=True)
class _Count:
    """How many values of `role` a situation of class `kind` has: from `least` to `most` (None: without end)."""

    kind: str
    role: str
    least: int
    most: int | None

    @property
    def words(self) -> str:
        if self.least == self.most:
            return "exactly one" if self.least == 1 else f"exactly {self.least}"
        if self.most is None:
            return f"at least {'one' if self.least == 1 else self.least}"
        return f"at most {'one' if self.most == 1 else self.most}"


class _Axioms:
    def __init__(self, ontology: tuple[Quad, ...], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.values: dict[Node, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in map(parts, ontology):
            self.values[subject][predicate.value].append(value)
        self.counts = sorted(self._counts(), key=lambda count: (count.kind, count.role))

    def shapes(self) -> Iterator[Quad]:
        for count in self.counts:
            yield from self._counting(count)
        for role in sorted(self.vocabulary.roles):
            yield from self._ranging(role)
            yield from self._placing(role, "Role")
        for iri in sorted(self.vocabulary.superproperties.keys() - self.vocabulary.roles - self.vocabulary.derived):
            yield from self._placing(iri, "Property")

    def _counts(self) -> Iterator[_Count]:
        for kind in self.vocabulary.superclasses:
            if not self.vocabulary.is_a((kind,), SITUATION):
                continue
            for above in self.values[NamedNode(kind)].get(RDFS + "subClassOf", []):
                restriction = self.values[above] if isinstance(above, BlankNode) else {}
                for role in restriction.get(OWL + "onProperty", []):
                    for name, (is_least, is_most) in _COUNTS.items():
                        for number in restriction.get(OWL + name, []):
                            bound = int(number.value)
                            yield _Count(kind, role.value, bound if is_least else 0, bound if is_most else None)

    def _counting(self, count: _Count) -> Iterator[Quad]:
        name = last_part(count.kind)
        shape, rule = NamedNode(f"{SGSH}{name}Roles"), NamedNode(f"{SGSH}{name}Roles-{last_part(count.role)}")
        yield _quad(shape, RDF + "type", NamedNode(SH + "NodeShape"))
        yield _quad(shape, SH + "targetClass", NamedNode(count.kind))
        yield _quad(shape, SH + "property", rule)
        message = f"Give a sg:{name} {count.words} sg:{last_part(count.role)}: {self._meaning(count.role)}"
        yield from self._rule(rule, count.role, message)
        if count.least:
            yield _quad(rule, SH + "minCount", Literal(str(count.least), datatype=NamedNode(XSD + "integer")))
        if count.most is not None:
            yield _quad(rule, SH + "maxCount", Literal(str(count.most), datatype=NamedNode(XSD + "integer")))

    def _ranging(self, role: str) -> Iterator[Quad]:
        """Values are of the role's range: a class, a union of classes, or a datatype; of each of several ranges.

        rdfs:Literal is any datatype: a written shape says which, where OWL 2 has no name for it (xsd:duration).
        """
        name = last_part(role)
        shape = NamedNode(f"{SGSH}Role-{name}")
        for number, kinds in enumerate(self._classes(role, RDFS + "range"), 1):
            if kinds == [RDFS + "Literal"]:
                continue
            rule = NamedNode(f"{shape.value}-value{number if number > 1 else ''}")
            yield _quad(shape, RDF + "type", NamedNode(SH + "NodeShape"))
            yield _quad(shape, SH + "targetSubjectsOf", NamedNode(role))
            yield _quad(shape, SH + "property", rule)
            yield from self._rule(rule, role, f"Let sg:{name} be a {_either(kinds)}: {self._meaning(role)}")
            if role in self.vocabulary.linking:
                yield from _one_of(rule, kinds)
            else:
                yield from (_quad(rule, SH + "datatype", NamedNode(kind)) for kind in kinds)

    def _placing(self, role: str, prefix: str) -> Iterator[Quad]:
        """A property stands on things of its domain, a role also on a class whose own axioms speak of it.

        Evidence is left out: it has its class from anchoring, and no other thing has a quote.
        """
        asking = {count.kind for count in self.counts if count.role == role}
        name = last_part(role)
        for number, domain in enumerate(self._classes(role, RDFS + "domain"), 1):
            if SITUATION in domain or EVIDENCE in domain:
                continue
            kinds = sorted({*domain, *asking})
            shape = NamedNode(f"{SGSH}{prefix}-{name}-place{number if number > 1 else ''}")
            yield _quad(shape, RDF + "type", NamedNode(SH + "NodeShape"))
            yield _quad(shape, SH + "targetSubjectsOf", NamedNode(role))
            yield from _one_of(shape, kinds)
            yield _quad(shape, SH + "severity", NamedNode(SH + "Violation"))
            message = f"Leave sg:{name} out, or use the class that has it: {_either(kinds)}."
            yield _quad(shape, SH + "message", Literal(message, language="en"))

    def _rule(self, rule: NamedNode, role: str, message: str) -> Iterator[Quad]:
        yield _quad(rule, RDF + "type", NamedNode(SH + "PropertyShape"))
        yield _quad(rule, SH + "path", NamedNode(role))
        yield _quad(rule, SH + "severity", NamedNode(SH + "Violation"))
        yield _quad(rule, SH + "message", Literal(message, language="en"))

    def _classes(self, role: str, predicate: str) -> Iterator[list[str]]:
        """For each axiom the classes of which it names one; axioms of other forms are the reasoner's alone."""
        for value in self.values[NamedNode(role)].get(predicate, []):
            if isinstance(value, NamedNode):
                yield [value.value]
            elif isinstance(value, BlankNode):
                for union in self.values[value].get(OWL + "unionOf", []):
                    yield list(self._members(union))

    def _members(self, items: Term) -> Iterator[str]:
        while isinstance(items, BlankNode):
            yield from (value.value for value in self.values[items].get(RDF + "first", []))
            items = next(iter(self.values[items].get(RDF + "rest", [])), _NONE)

    def _meaning(self, term: str) -> str:
        definitions = self.values[NamedNode(term)].get(SKOS + "definition", [])
        text = next((value.value for value in definitions if isinstance(value, Literal)), f"see sg:{last_part(term)}.")
        return text[:1].lower() + text[1:]


def _either(kinds: list[str]) -> str:
    return " or ".join(f"sg:{last_part(kind)}" if kind.startswith(SG) else f"xsd:{last_part(kind)}" for kind in kinds)


def _one_of(shape: NamedNode, kinds: list[str]) -> Iterator[Quad]:
    """`sh:class`, or `sh:or` of several; the list's nodes are named after the shape."""
    if len(kinds) == 1:
        yield _quad(shape, SH + "class", NamedNode(kinds[0]))
        return
    cells = [NamedNode(f"{shape.value}-choice-{number}") for number in range(1, len(kinds) + 1)]
    yield _quad(shape, SH + "or", cells[0])
    for cell, rest, kind in zip(cells, [*cells[1:], _NONE], kinds, strict=True):
        option = NamedNode(f"{shape.value}-is-{last_part(kind)}")
        yield _quad(cell, RDF + "first", option)
        yield _quad(cell, RDF + "rest", rest)
        yield _quad(option, SH + "class", NamedNode(kind))


def _quad(subject: NamedNode, predicate: str, value: Term) -> Quad:
    return Quad(subject, NamedNode(predicate), value)
