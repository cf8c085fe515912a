"""The lexicon: which words evoke which concepts, and which terms of the ontology these are of.

Read from the ontology's statements: `ontology/lexicon/` (OntoLex-Lemon), and the labels of classes and properties,
so that a new term is understood by its label before anybody gives it more words.
Source: W3C Ontology-Lexicon Community Group, Lexicon Model for Ontologies (2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.language.text.words import PREPOSITIONS, noun_forms, tokens, verb_forms
from kg.namespaces import RDFS, SG, SKOS
from kg.ontology import Ontology
from kg.terms import BlankNode, Literal, NamedNode

_ONTOLEX = "http://www.w3.org/ns/lemon/ontolex#"
_LEXINFO = "http://www.lexinfo.net/ontology/3.0/lexinfo#"
_CONCEPTS = frozenset({SG + "Situation", SG + "Entity", SG + "Source"})


@dataclass(frozen=True)
class Concept:
    """A lexical concept: the terms that it is of, those that it may stand beside, how its words take arguments."""

    name: str
    terms: frozenset[str]
    beside: frozenset[str] = frozenset()
    constructions: tuple[str, ...] = ()
    possible: bool = False  # its verbs are understood beside "can" and the like alone
    opposites: frozenset[str] = frozenset()  # the names of concepts that it is the contrary of


@dataclass(frozen=True)
class Sense:
    """One reading of a form: a part of speech ("verb", "noun", "adjective", "adposition"), its form, its concept."""

    part: str
    form: str
    concept: Concept


Form = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The senses of every form; a form is the words that it is written with, folded."""

    senses: Mapping[Form, tuple[Sense, ...]] = field(repr=False)
    verbs: Mapping[str, Mapping[str, None]] = field(repr=False)  # base → all its forms
    concepts: Mapping[str, Concept] = field(repr=False)

    @classmethod
    def of(cls, ontology: Ontology) -> Lexicon:
        senses: dict[Form, dict[Sense, None]] = {}
        verbs: dict[str, dict[str, None]] = {}
        entries = list(_entries(ontology))
        known: dict[Form, list[Sense]] = {}
        for form, sense, _ in entries:
            known.setdefault(form, []).append(sense)
        for form, sense, base in [*entries, *_labels(ontology, known)]:
            if sense.concept.terms == {sense.concept.name} and any(
                other.part == sense.part and sense.concept.name in other.concept.terms for other in senses.get(form, ())
            ):
                continue  # the lexicon says more of the term than its label does
            senses.setdefault(form, {})[sense] = None
            if sense.part == "verb":
                verbs.setdefault(base, {})[" ".join(form)] = None
        concepts = {sense.concept.name: sense.concept for _, sense, _ in entries}
        return cls({form: tuple(each) for form, each in senses.items()}, verbs, concepts)


def form_of(text: str) -> Form:
    if text.isascii() and text.islower() and text.replace(" ", "").isalpha() and "cannot" not in text:
        return tuple(text.split())  # what the tokens are, sooner
    return tuple(token.word for token in tokens(text))


def _entries(ontology: Ontology) -> Iterator[tuple[Form, Sense, str]]:
    """The forms of the lexicon's entries."""
    written: dict[str, str] = {}
    entries: dict[str, dict[str, list[str]]] = {}
    for quad in ontology.quads:
        name = quad.predicate.value
        if name == _ONTOLEX + "writtenRep" and isinstance(quad.object, Literal):
            assert isinstance(quad.subject, NamedNode | BlankNode)
            written[quad.subject.value] = quad.object.value
        elif not (name.startswith(_ONTOLEX) or name == _LEXINFO + "partOfSpeech"):
            continue
        elif isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | BlankNode):
            entries.setdefault(quad.subject.value, {}).setdefault(name, []).append(quad.object.value)
    concepts: dict[str, Concept] = {}
    for entry in entries.values():
        parts = [part.removeprefix(_LEXINFO) for part in entry.get(_LEXINFO + "partOfSpeech", ())]
        for name in entry.get(_ONTOLEX + "evokes", ()):
            if name not in concepts:
                concepts[name] = _concept(ontology, name)
            concept = concepts[name]
            for part in parts:
                base = [written[node] for node in entry.get(_ONTOLEX + "canonicalForm", ()) if node in written]
                other = [written[node] for node in entry.get(_ONTOLEX + "otherForm", ()) if node in written]
                for text, tag in _forms(part, base, other):
                    yield form_of(text), Sense(part, tag, concept), base[0]


def _concept(ontology: Ontology, name: str) -> Concept:
    def iris(predicate: str) -> frozenset[str]:
        return frozenset(value.value for value in ontology.values(name, predicate) if isinstance(value, NamedNode))

    constructions = tuple(value.value for value in ontology.values(name, SG + "construction"))
    possible = any(value.value == "possibility" for value in ontology.values(name, SG + "inMood"))
    opposites = iris(SG + "oppositeOf")
    return Concept(name, iris(_ONTOLEX + "isConceptOf"), iris(SG + "accompanies"), constructions, possible, opposites)


def _forms(part: str, base: list[str], other: list[str]) -> Iterator[tuple[str, str]]:
    if part == "verb":
        for text in base:
            yield from verb_forms(text).items()
        for text in other:
            first = text.split()[1 if text.startswith(("not ", "never ")) else 0]
            yield text, "ing" if first.endswith("ing") else "s" if first.endswith("s") else "ed"
    elif part == "noun":
        for text in base:
            singular, plural = noun_forms(text)
            yield singular, "base"
            if not other:
                yield plural, "s"
        for text in other:
            yield text, "s"
    else:
        for text in [*base, *other]:
            yield text, "base"


def _labels(ontology: Ontology, known: Mapping[Form, Sequence[Sense]]) -> Iterator[tuple[Form, Sense, str]]:
    """Labels and other names of classes (nouns) and of direct properties (verbs in the third person)."""
    for iri in sorted(ontology.classes):
        if ontology.supers(iri) & _CONCEPTS and iri not in _CONCEPTS:
            for text in _names(ontology, iri):
                for form in noun_forms(text):
                    yield (
                        form_of(form),
                        Sense("noun", "base" if form == text else "s", Concept(iri, frozenset({iri}))),
                        text,
                    )
    for iri in sorted(ontology.derived):
        for text in _names(ontology, iri):
            concept = Concept(iri, frozenset({iri}))
            first, _, rest = text.partition(" ")
            if rest in PREPOSITIONS:
                rest = ""  # where it stands in a question is for grammar to see
                if any(sense.part == "verb" for sense in known.get((first,), ())):
                    continue
            base = f"{_base(first)} {rest}".strip()
            for form, tag in verb_forms(base).items():
                yield form_of(form), Sense("verb", tag, concept), base
            given = f"{first} {rest}".strip()
            yield form_of(given), Sense("verb", "ed" if first.endswith("ed") else "s", concept), base


def _names(ontology: Ontology, iri: str) -> list[str]:
    values = [*ontology.values(iri, RDFS + "label"), *ontology.values(iri, SKOS + "altLabel")]
    return sorted({value.value for value in values if isinstance(value, Literal) and value.language == "en"})


def _base(verb: str) -> str:
    """A verb's base from its third person ("mediates" → "mediate"); other words as they are."""
    for ending, base in (("ies", "y"), ("shes", "sh"), ("ches", "ch"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        if verb.endswith(ending) and not verb.endswith("ss") and len(verb) > 3:
            return verb.removesuffix(ending) + base
    return verb
