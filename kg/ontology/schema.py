"""The ontology's modules and vocabularies as one graph: what is a class, a property, a role, and under what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.errors import Fault, Rejected
from kg.namespaces import ONTOLOGY_GRAPH, OWL, RDF, RDFS, SG
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term, closure, number_blank_nodes, parts

_TYPE = RDF + "type"
_UP = (RDFS + "subClassOf", RDFS + "subPropertyOf")
_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
}


@dataclass(frozen=True)
class Ontology:
    """All statements of the modules, in graph/ontology; terms are IRIs throughout."""

    quads: tuple[Quad, ...]
    files: dict[str, str] = field(default_factory=dict)  # term → the file that describes it

    @cached_property
    def _index(self) -> dict[tuple[str, str], tuple[Term, ...]]:
        index: dict[tuple[str, str], list[Term]] = {}
        for subject, predicate, value in map(parts, self.quads):
            if isinstance(subject, NamedNode):
                index.setdefault((subject.value, predicate.value), []).append(value)
        return {key: tuple(values) for key, values in index.items()}

    def values(self, subject: str, predicate: str) -> tuple[Term, ...]:
        """The objects of `subject predicate ?`, in the order of the files."""
        return self._index.get((subject, predicate), ())

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes that the modules define."""
        return self._of_kind("class")

    @cached_property
    def properties(self) -> frozenset[str]:
        """The properties that the modules define, annotation properties included."""
        return self._of_kind("property")

    @cached_property
    def roles(self) -> frozenset[str]:
        """The properties that, with its class, say which situation it is: those under sg:role and sg:literalRole."""
        tops = {SG + "role", SG + "literalRole"}
        return frozenset(name for name in self.properties if self.supers(name) & tops) - tops

    @cached_property
    def derived(self) -> frozenset[str]:
        """The properties that rules alone may state."""
        return frozenset(
            name for name in self.properties if NamedNode(SG + "DerivedProperty") in self.values(name, _TYPE)
        )

    @cached_property
    def _supers(self) -> dict[str, frozenset[str]]:
        up: dict[str, set[str]] = {}
        for quad in self.quads:
            if (
                quad.predicate.value in _UP
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)
            ):
                up.setdefault(quad.subject.value, set()).add(quad.object.value)
        return {start: closure(start, up) for start in up}

    def supers(self, term: str) -> frozenset[str]:
        """All that `term` is under by rdfs:subClassOf or rdfs:subPropertyOf, itself included."""
        return self._supers.get(term, frozenset({term}))

    def is_a(self, term: str, ancestor: str) -> bool:
        return ancestor in self.supers(term)

    def below(self, ancestor: str) -> frozenset[str]:
        """The classes (or properties) under `ancestor`, itself included."""
        return frozenset(term for term, supers in self._supers.items() if ancestor in supers) | {ancestor}

    def narrowest(self, kinds: Iterable[str]) -> frozenset[str]:
        """Those of `kinds` that none of the others is under."""
        given = frozenset(kinds)
        return frozenset(kind for kind in given if not any(kind in self.supers(each) for each in given - {kind}))

    def label(self, term: str, language: str = "en") -> str:
        """The term's label in `language`, else in any; its local name where it has none."""
        literals = [value for value in self.values(term, RDFS + "label") if isinstance(value, Literal)]
        for literal in literals:
            if literal.language == language:
                return literal.value
        return literals[0].value if literals else term.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1]

    def describe(self, term: str) -> tuple[Quad, ...]:
        """What the modules state of a term, with the nodes without a name that hang on it: a concise description."""
        return tuple(self._about(NamedNode(term)))

    def _about(self, node: NamedNode | BlankNode) -> Iterator[Quad]:
        for quad in self._by_subject.get(node, ()):
            yield quad
            if isinstance(quad.object, BlankNode):
                yield from self._about(quad.object)

    @cached_property
    def _by_subject(self) -> dict[object, list[Quad]]:
        found: dict[object, list[Quad]] = {}
        for quad in self.quads:
            found.setdefault(quad.subject, []).append(quad)
        return found

    def _of_kind(self, kind: str) -> frozenset[str]:
        return frozenset(
            quad.subject.value
            for quad in self.quads
            if quad.predicate.value == _TYPE
            and isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, NamedNode)
            and _KINDS.get(quad.object.value) == kind
        )


def files(folder: Path) -> list[Path]:
    """The modules and vocabularies of an ontology folder; shapes and rules are read elsewhere."""
    return sorted(path for part in (".", "vocabularies") for path in (folder / part).glob("*.ttl"))


def read(folder: Path) -> Ontology:
    """Read every module; raise Rejected, with file and line, where one is no Turtle."""
    quads: list[Quad] = []
    where: dict[str, str] = {}
    faults: list[Fault] = []
    for number, path in enumerate(files(folder)):
        try:
            triples = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
            for quad in number_blank_nodes(triples, f"o{number}", NamedNode(ONTOLOGY_GRAPH)):
                quads.append(quad)
                if isinstance(quad.subject, NamedNode) and quad.predicate.value == _TYPE:
                    where.setdefault(quad.subject.value, path.name)
        except SyntaxError as error:
            faults.append(Fault(path.name, "", f"this is no Turtle: {error.msg}.", "Mend the syntax.", error.lineno))
    if faults:
        raise Rejected(str(folder.name), tuple(faults))
    return Ontology(tuple(dict.fromkeys(quads)), where)
