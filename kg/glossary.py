"""Every term of the ontology with all that the files say of it: what its page shows.

Made from the files alone: modules, vocabularies, alignments; the rules that derive a property; the questions and shapes
that use a term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg import source_map
from kg.knowledge import Knowledge
from kg.namespaces import DCTERMS, OWL, RDF, RDFS, SG, SH, SKOS
from kg.ontology.schema import files
from kg.rules import Rule
from kg.settings import Home
from kg.source_map import written_terms
from kg.terms import BlankNode, Literal, NamedNode, Term, parts

_TYPE = RDF + "type"
_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
}
_TRAITS = {
    OWL + "FunctionalProperty": "at most one value",
    OWL + "SymmetricProperty": "holds both ways",
    OWL + "TransitiveProperty": "goes on step by step",
    OWL + "IrreflexiveProperty": "never of itself",
    OWL + "AsymmetricProperty": "never both ways",
}
_COUNTS = {"cardinality": (True, True), "minCardinality": (True, False), "maxCardinality": (False, True)}
_MATCHES = {
    SKOS + "exactMatch": "the same as",
    SKOS + "closeMatch": "close to",
    SKOS + "broadMatch": "narrower than",
    SKOS + "narrowMatch": "wider than",
    SKOS + "relatedMatch": "related to",
    SG + "paxVariable": "coded in PA-X as",
    SG + "atopVariable": "coded in ATOP as",
}


@dataclass(frozen=True)
class Role:
    """A property that things of a class have: the classes (or datatypes) of its values, and how many there are."""

    name: str
    iri: str
    values: tuple[str, ...]
    least: int
    most: int | None

    @property
    def count(self) -> str:
        if self.least == self.most:
            return f"exactly {self.least}"
        if self.most is None:
            return f"{self.least} or more"
        return f"{self.least} to {self.most}"


@dataclass(frozen=True)
class Entry:
    """One term; `labels` are (language, text), terms are given by IRI."""

    iri: str
    name: str
    kind: str
    module: str
    labels: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    sources: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    disjoint: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    traits: tuple[str, ...]
    template: str | None
    roles: tuple[Role, ...]
    members: tuple[str, ...]
    matches: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    premises: tuple[Rule, ...]
    questions: tuple[tuple[str, str], ...]
    shapes: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        return next((text for language, text in self.labels if language == "en"), self.name)

    @property
    def definition(self) -> str:
        return next((text for language, text in self.definitions if language in ("en", "")), "")

    @cached_property
    def called(self) -> str:
        """Its names in all languages, small, as they are searched."""
        return "\n".join([self.name, *(text for _, text in (*self.labels, *self.names))]).casefold()


@dataclass(frozen=True)
class Module:
    """One file: what it says it is about, and its terms in their order."""

    name: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Glossary:
    """All terms, by module."""

    title: str
    description: str
    note: str
    version: str
    modules: tuple[Module, ...]

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.iri: entry for module in self.modules for entry in module.entries}

    @cached_property
    def by_name(self) -> tuple[Entry, ...]:
        return tuple(sorted(self.entries.values(), key=lambda entry: (entry.label.casefold(), entry.name)))

    def find(self, text: str) -> list[Entry]:
        """The terms whose names hold a text, those that begin with it first; then those whose definition does."""
        sought = " ".join(text.casefold().split())

        def place(entry: Entry) -> int:
            ranked = (f"\n{sought}\n" in f"\n{entry.called}\n", f"\n{sought}" in f"\n{entry.called}")
            held = (sought in entry.called, sought in entry.definition.casefold())
            return next((rank for rank, holds in enumerate((*ranked, *held)) if holds), 4)

        places = {entry.iri: place(entry) for entry in self.by_name}
        return sorted((each for each in self.by_name if places[each.iri] < 4), key=lambda each: places[each.iri])

    def label(self, iri: str) -> str:
        return self.entries[iri].label if iri in self.entries else iri.replace("#", "/").rpartition("/")[2]


def read(home: Home) -> Glossary:
    """Raise Rejected, with file and line, where the files have faults."""
    reader = _Reader(Knowledge(home))
    modules = tuple(reader.module(path) for path in files(home.ontology))
    literal = reader.literal
    return Glossary(
        title=literal(SG, DCTERMS + "title"),
        description=literal(SG, DCTERMS + "description"),
        note=literal(SG, SKOS + "scopeNote"),
        version=literal(SG, OWL + "versionInfo"),
        modules=tuple(module for module in modules if module.entries),
    )


class _Reader:
    """The statements of the modules, looked up in many ways."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge, self.ontology = knowledge, knowledge.ontology
        self.values: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.subjects: dict[tuple[str, Term], list[str]] = defaultdict(list)
        for subject, predicate, value in map(parts, self.ontology.quads):
            self.values[subject][predicate.value].append(value)
            if isinstance(subject, NamedNode):
                self.subjects[predicate.value, value].append(subject.value)
        self.questions = self._questions()
        self.shapes = self._shapes()

    def module(self, path: Path) -> Module:
        """The terms that the file describes."""
        name = path.stem if path.parent == self.knowledge.home.ontology else f"vocabularies/{path.stem}"
        first = next((row for row in path.read_text(encoding="utf-8").splitlines() if row.startswith("#")), f"# {name}")
        described = source_map.of_turtle(path.read_text(encoding="utf-8")).subjects
        here = [iri for iri in described if self.ontology.files.get(iri) == path.name and self._kind(iri)]
        return Module(name, first.lstrip("# ").rstrip(". "), tuple(self.entry(iri, name) for iri in here))

    def entry(self, iri: str, module: str) -> Entry:
        node = NamedNode(iri)
        rules = self.knowledge.rules.rules
        return Entry(
            iri=iri,
            name=iri.removeprefix(SG),
            kind=self._kind(iri) or "",
            module=module,
            labels=self._texts(iri, RDFS + "label"),
            names=self._texts(iri, SKOS + "altLabel"),
            definitions=self._texts(iri, SKOS + "definition"),
            notes=tuple(text for _, text in self._texts(iri, SKOS + "scopeNote")),
            examples=tuple(text for _, text in self._texts(iri, SKOS + "example")),
            sources=tuple(text for _, text in self._texts(iri, DCTERMS + "source")),
            above=self._iris(iri, RDFS + "subClassOf") + self._iris(iri, RDFS + "subPropertyOf") + self._class_of(iri),
            below=tuple(self.subjects[RDFS + "subClassOf", node] + self.subjects[RDFS + "subPropertyOf", node]),
            disjoint=tuple(
                sorted({*self._iris(iri, OWL + "disjointWith"), *self.subjects[OWL + "disjointWith", node]})
            ),
            domain=self._classes(iri, RDFS + "domain"),
            range=self._classes(iri, RDFS + "range"),
            chains=tuple(self._list(chain) for chain in self.values[node][OWL + "propertyChainAxiom"]),
            traits=tuple(_TRAITS[kind] for kind in self._iris(iri, _TYPE) if kind in _TRAITS),
            template=self.literal(iri, SG + "labelTemplate") or None,
            roles=tuple(self._roles(iri)),
            members=tuple(self.subjects[_TYPE, node]) if iri in self.ontology.classes else (),
            matches=tuple(
                (words, _plain(value)) for name, words in _MATCHES.items() for value in self.values[node][name]
            ),
            rules=tuple(rule for rule in rules if any(pattern.predicate == node for pattern in rule.head)),
            premises=tuple(rule for rule in rules if iri in self._terms_of(rule)),
            questions=tuple(self.questions.get(iri, ())),
            shapes=tuple(self.shapes.get(iri, ())),
        )

    def literal(self, iri: str, predicate: str) -> str:
        found = self._texts(iri, predicate)
        return next((text for language, text in found if language == "en"), found[0][1] if found else "")

    def _kind(self, iri: str) -> str | None:
        if not iri.startswith(SG) or "/" in iri.removeprefix(SG) or iri == SG:
            return None
        types = self._iris(iri, _TYPE)
        return next((_KINDS[kind] for kind in types if kind in _KINDS), "concept" if types else None)

    def _class_of(self, iri: str) -> tuple[str, ...]:
        return tuple(
            kind for kind in self._iris(iri, _TYPE) if kind in self.ontology.classes and kind != SG + "DerivedProperty"
        )

    def _iris(self, iri: str, predicate: str) -> tuple[str, ...]:
        return tuple(value.value for value in self.values[NamedNode(iri)][predicate] if isinstance(value, NamedNode))

    def _texts(self, iri: str, predicate: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (value.language or "", value.value)
            for value in self.values[NamedNode(iri)][predicate]
            if isinstance(value, Literal)
        )

    def _classes(self, iri: str, predicate: str) -> tuple[str, ...]:
        """The classes that an axiom names, those of a union one by one."""
        found = list(self._iris(iri, predicate))
        for value in self.values[NamedNode(iri)][predicate]:
            if isinstance(value, BlankNode):
                found += [each for union in self.values[value][OWL + "unionOf"] for each in self._list(union)]
        return tuple(found)

    def _list(self, items: Term) -> tuple[str, ...]:
        found: list[str] = []
        while isinstance(items, BlankNode):
            found += [
                f"^{name}" if inverse else name
                for value in self.values[items][RDF + "first"]
                for name, inverse in [self._step(value)]
            ]
            items = next(iter(self.values[items][RDF + "rest"]), NamedNode(RDF + "nil"))
        return tuple(found)

    def _step(self, value: Term) -> tuple[str, bool]:
        inverse = next(iter(self.values[value][OWL + "inverseOf"]), None) if isinstance(value, BlankNode) else None
        return (inverse.value, True) if isinstance(inverse, NamedNode) else (_plain(value), False)

    def _roles(self, iri: str) -> Iterator[Role]:
        """The class's own roles: those that it counts, then those whose domain it is."""
        counted: dict[str, tuple[int, int | None]] = {}
        for above in self.values[NamedNode(iri)][RDFS + "subClassOf"]:
            restriction = self.values[above] if isinstance(above, BlankNode) else {}
            for name, (is_least, is_most) in _COUNTS.items():
                for number in restriction.get(OWL + name, []):
                    bound = int(_plain(number))
                    property_ = _plain(restriction[OWL + "onProperty"][0])
                    counted[property_] = (bound if is_least else 0, bound if is_most else None)
        if iri in self.ontology.classes:
            for role in sorted(self.ontology.properties):
                if iri in self._classes(role, RDFS + "domain") and role not in self.ontology.derived:
                    most = 1 if OWL + "FunctionalProperty" in self._iris(role, _TYPE) else None
                    counted.setdefault(role, (0, most))
        for role, (least, most) in counted.items():
            yield Role(role.removeprefix(SG), role, self._classes(role, RDFS + "range"), least, most)

    def _terms_of(self, rule: Rule) -> set[str]:
        used = {iri for iri, _ in written_terms(rule.sparql).expanded({})}
        return used - {_plain(pattern.predicate) for pattern in rule.head}

    def _questions(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for question in self.knowledge.catalogue:
            used = {iri for iri, _ in written_terms(question.sparql).expanded({})} | set(question.parameters.values())
            for iri in sorted(used):
                found[iri].append((question.name, question.question))
        return found

    def _shapes(self) -> dict[str, list[tuple[str, str]]]:
        """Term → the shapes on it, with what they ask for."""
        about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in map(parts, self.knowledge.shapes.quads):
            if isinstance(subject, NamedNode) and predicate.value.startswith(SH):
                about[subject.value][predicate.value.removeprefix(SH)].append(_plain(value))
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for shape, said in sorted(about.items()):
            asked = [(shape, message) for message in said["message"]]
            asked += [(part, message) for part in said["property"] for message in about[part]["message"]]
            for term in {*said["path"], *said["targetClass"], *said["targetSubjectsOf"]}:
                found[term] += [each for each in asked if each not in found[term]]
        return found


def _plain(term: Term | object) -> str:
    return str(getattr(term, "value", term))
