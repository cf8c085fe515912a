"""What things are called: names in every language, codes and IRIs → the thing that is meant, or the candidates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg import terms
from kg.entities import names
from kg.errors import AmbiguousName, UnknownName
from kg.namespaces import ID, RDF, RDFS, SG, SKOS
from kg.ontology.schema import Ontology
from kg.store import Snapshot

_FILE = Path(__file__).with_name("territories.tsv")


def code_of(name: str, folded: Callable[[str], str]) -> str | None:
    """The two letters of the territory that is called so in some language; None where none is, or several are."""
    return _table(folded).get(folded(name))


@cache
def _table(folded: Callable[[str], str]) -> Mapping[str, str]:
    lines = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {folded(name): code for code, *names in lines for name in names}


# How a thing is called, the surest first: its label, other names, codes, and names that are never shown.
_PROPERTIES = {
    RDFS + "label": 0,
    SKOS + "prefLabel": 0,
    SKOS + "altLabel": 1,
    SG + "isoAlpha2": 1,
    SG + "isoAlpha3": 1,
    SKOS + "hiddenLabel": 2,
    SG + "adjective": 3,
}
_HIDDEN = _PROPERTIES[SKOS + "hiddenLabel"]
ADJECTIVE = _PROPERTIES[SG + "adjective"]
_CANDIDATES = 5
_ANYTHING, _STATE, _SITUATION = SG + "Entity", SG + "State", ID + "situation/"
_ASIDE = re.compile(r"\s*\([^()]*\)$")  # "Istanbul proposals (2022)": what tells it from others of the name
_DOTTED = re.compile(r"(?:\w\.)+\w\.?|(?:\w\.){2,}")
_NONE_LIKE = "/entities?type=CLASS lists what there is of a class."
_LIKE = 60  # rapidfuzz's WRatio, 0 to 100


@dataclass(frozen=True)
class Name:
    """One name of one thing; `rank` 0 is its label, 1 another name or code, 2 hidden, 3 an adjective."""

    text: str
    language: str | None
    iri: str
    rank: int


@dataclass(frozen=True)
class Names:
    """The names that a version of the graph knows: of entities, sources and the ontology's concepts.

    `types` are the narrowest classes of each.
    """

    names: tuple[Name, ...]
    types: Mapping[str, frozenset[str]]
    ontology: Ontology
    prefixes: Mapping[str, str]

    @classmethod
    def of(cls, snapshot: Snapshot, ontology: Ontology, prefixes: Mapping[str, str]) -> Names:
        """Read the names from the graphs that the pipeline keeps."""
        properties = " ".join(f"<{iri}>" for iri in _PROPERTIES)
        sparql = f"""SELECT ?thing ?type ?property ?name {{
            VALUES ?property {{ {properties} }} ?thing ?property ?name ; a ?type }}"""
        names: dict[Name, None] = {}
        types: dict[str, set[str]] = {}
        hidden = ontology.below(SG + "Situation")
        for row in _solutions(snapshot.query_kept(sparql)):
            kind, thing = row["type"].value, row["thing"].value
            if kind not in ontology.classes or kind in hidden:
                continue
            types.setdefault(thing, set()).add(kind)
            name, rank = row["name"], _PROPERTIES[row["property"].value]
            names[Name(name.value, name.language, thing, rank)] = None
            if (plain := _ASIDE.sub("", name.value)) not in ("", name.value):
                names[Name(plain, name.language, thing, max(rank, _HIDDEN))] = None
        ordered = sorted(names, key=lambda name: (name.rank, name.text, name.iri, name.language or ""))
        return cls(
            tuple(ordered), {thing: ontology.narrowest(kinds) for thing, kinds in types.items()}, ontology, prefixes
        )

    def is_a(self, thing: str, kind: str) -> bool:
        """Whether `thing` is of the class `kind`, by the types that documents and register give it."""
        kinds = self.types.get(thing)
        return kinds is not None and kind in self._above(kinds)

    def _above(self, kinds: frozenset[str]) -> frozenset[str]:
        """The classes and all that they are under."""
        found = self._supers.get(kinds)
        if found is None:
            found = self._supers[kinds] = frozenset().union(*map(self.ontology.supers, kinds))
        return found

    @cached_property
    def _supers(self) -> dict[frozenset[str], frozenset[str]]:
        return {}  # filled as they are asked for

    def label(self, thing: str) -> str:
        """The thing's English label, else any name, else the end of its IRI."""
        return self._labels.get(thing) or self.ontology.label(thing)

    def resolve(self, value: str, kind: str, parameter: str) -> str:
        """The IRI of the thing of class `kind` that `value` names: an IRI, prefixed name, label, other name or code.

        Where an entity is asked for, the IRI of a situation or a concept does as well: these stand in the same roles.
        Raise UnknownName where nothing of that class is called so, AmbiguousName where several things are;
        both list candidates, best first.
        """
        text = " ".join(value.split())
        if (iri := self._by_iri(text)) is not None and (self.is_a(iri, kind) or self._stands_for(iri, kind)):
            return iri
        called = self._by_text.get(folded(text)) or self._by_text.get(folded(undotted(text))) or ()
        meant = [name for name in called if self.is_a(name.iri, kind)]
        best = min((name.rank for name in meant), default=0)
        things = sorted({name.iri for name in meant if name.rank == best and best < ADJECTIVE})
        if len(things) == 1:
            return things[0]
        if not called and (state := self.state(text)) is not None and self.is_a(state, kind):
            return state
        label = self.ontology.label(kind)
        expected = f"{'an' if label[:1].lower() in 'aeiou' else 'a'} {label}, by its IRI, a name or a code"
        if things:
            candidates = tuple((iri, self.label(iri)) for iri in things)
            raise AmbiguousName(
                parameter, f"'{value}', which names {len(things)} things", expected, "Give the IRI.", candidates
            )
        remedy = "Take one of the candidates." if (candidates := self.candidates(text, kind)) else _NONE_LIKE
        raise UnknownName(parameter, f"'{value}', which names none", expected, remedy, candidates)

    def state(self, text: str) -> str | None:
        """The state whose territory is called so in some language: the one here that has its code."""
        code = names.code_of(text, folded)
        found = [iri for iri, known in self.codes.items() if known == code]
        return found[0] if len(found) == 1 else None

    def is_called(self, thing: str, text: str) -> bool:
        """Whether the graph has this name for the thing."""
        return any(name.iri == thing for name in self._by_text.get(folded(text), ()))

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The codes of two letters that states here have, by IRI."""
        every = (name for name in self.names if name.rank == 1 and name.language is None)
        return {name.iri: name.text for name in every if len(name.text) == 2 and self.is_a(name.iri, _STATE)}

    def _stands_for(self, iri: str, kind: str) -> bool:
        return kind == _ANYTHING and (iri.startswith(_SITUATION) or self.is_a(iri, SKOS + "Concept"))

    def resolve_any(self, value: str, kinds: Collection[str], parameter: str) -> str:
        """Like `resolve`, for a thing of one of the classes `kinds`: the first of them that has it."""
        candidates: dict[tuple[str, str], None] = {}
        for kind in kinds:
            try:
                return self.resolve(value, kind, parameter)
            except AmbiguousName:
                raise
            except UnknownName as error:
                candidates.update(dict.fromkeys(error.candidates))
        expected = " or ".join(self.ontology.label(kind) for kind in kinds)
        raise UnknownName(
            parameter,
            f"'{value}', which names none",
            expected,
            "Take one of the candidates." if candidates else _NONE_LIKE,
            tuple(candidates)[:_CANDIDATES],
        )

    def thing(self, value: str, parameter: str) -> terms.NamedNode:
        """The thing that an IRI, a prefixed name or a name means."""
        if (iri := self._by_iri(value.strip())) is not None:
            return terms.NamedNode(iri)
        return terms.NamedNode(self.resolve_any(value, (SG + "Entity", SG + "Source", SKOS + "Concept"), parameter))

    def term(self, value: str, parameter: str) -> terms.NamedNode | terms.Literal:
        """The thing that an IRI, a prefixed name or a name means, else a plain literal."""
        try:
            return self.thing(value, parameter)
        except UnknownName:
            return terms.Literal(value)

    def property(self, value: str) -> terms.NamedNode:
        """The property that an IRI, a prefixed name, a local name (canBlock), a label ("can block") or `a` means."""
        if value.strip() == "a":  # as Turtle and SPARQL have it
            return terms.NamedNode(RDF + "type")
        iri = self._by_iri(value.strip())
        if iri is not None and (iri in self.ontology.properties or not iri.startswith(SG)):
            return terms.NamedNode(iri)
        written = value if iri is None else iri.removeprefix(SG)
        named = {
            folded(word): iri
            for iri in sorted(self.ontology.properties)
            for word in (iri.removeprefix(SG), self.ontology.label(iri))
        }
        if iri is None and folded(value) in named:
            return terms.NamedNode(named[folded(value)])
        alike = process.extract(folded(written), list(named), scorer=fuzz.WRatio, limit=_CANDIDATES, score_cutoff=_LIKE)
        candidates = tuple(dict.fromkeys((named[name], self.ontology.label(named[name])) for name, _, _ in alike))
        raise UnknownName(
            "predicate", f"'{value}'", "a property of the ontology", "Take one of the candidates.", candidates
        )

    def candidates(self, text: str, kind: str) -> tuple[tuple[str, str], ...]:
        """(IRI, label) of the things of class `kind` with names like `text`, best first; of any where none is alike."""
        choices = {name: folded(name.text) for name in self.names if self.is_a(name.iri, kind)}
        found = process.extract(folded(text), choices, scorer=fuzz.WRatio, limit=4 * _CANDIDATES, score_cutoff=_LIKE)
        things = list(dict.fromkeys(name.iri for _, _, name in found))
        if not things and len({name.iri for name in choices}) <= _CANDIDATES:
            things = list(dict.fromkeys(name.iri for name in choices))
        return tuple((iri, self.label(iri)) for iri in things[:_CANDIDATES])

    def _by_iri(self, text: str) -> str | None:
        try:
            return terms.expand(text, self.prefixes).value
        except UnknownName:
            return None

    @cached_property
    def _by_text(self) -> dict[str, list[Name]]:
        index: dict[str, list[Name]] = {}
        for name in self.names:
            index.setdefault(folded(name.text), []).append(name)
        return index

    @cached_property
    def _labels(self) -> dict[str, str]:
        labels: dict[str, str] = {}
        for name in sorted(self.names, key=lambda name: (name.rank, name.language != "en")):
            labels.setdefault(name.iri, name.text)
        return labels


def _solutions(results: object) -> Iterable[ox.QuerySolution]:
    return results if isinstance(results, ox.QuerySolutions) else ()


def undotted(text: str) -> str:
    """Initials without their dots: "U.S." → "US"; any other text as it is."""
    return text.replace(".", "") if _DOTTED.fullmatch(text) else text


def folded(text: str) -> str:
    """`text` as names are compared: without case, outer article and kind of apostrophe or dash."""
    plain = " ".join(text.casefold().replace("’", "'").replace("–", "-").split())
    return plain.removeprefix("the ")
