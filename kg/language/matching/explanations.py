"""What explains a word of a question: the terms that a catalogue question speaks of, and the words of its phrasings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kg.language.grammar.clauses import Clause
from kg.language.grammar.rewriting import EVIDENTIAL
from kg.language.lexis.items import Item
from kg.language.lexis.keys import verbal_keys
from kg.language.lexis.lexicon import Sense
from kg.language.matching.meanings import OBJECT, Meaning
from kg.language.matching.patterns import Pattern, alternatives
from kg.names import Names
from kg.namespaces import RDF, SG, SKOS, XSD
from kg.ontology import Ontology

# What every question on claims speaks of: words for these are explained only where they are what a question is about.
_SAYING = SG + "content"
_OF_CLAIMS = frozenset(
    SG + name for name in ("act", "certainty", "content", "evidence", "polarity", "quote", "speaker")
)
_UNVOUCHED = SG + "UnvouchedAct"
_YEAR = 4  # digits
_ROOT = 5  # letters that a noun has in common with its verb


@dataclass(frozen=True)
class Entry:
    """A question with its meaning and phrasings, and the words, concepts and names that these make known for it."""

    meaning: Meaning
    patterns: tuple[Pattern, ...]
    related: tuple[Pattern, ...] = ()  # of questions on the same terms, with the same columns

    @cached_property
    def licensed(self) -> frozenset[str]:
        return frozenset().union(*(alternative for pattern in self.patterns for alternative in pattern.words))

    @cached_property
    def nouns(self) -> frozenset[str]:
        """What phrasings make known by other words than verbs."""
        each = (word for pattern in self.patterns for word in pattern.words if word not in pattern.verbs)
        return frozenset().union(*each)

    @cached_property
    def affirmed(self) -> frozenset[str]:
        """What phrasings that deny nothing make known."""
        each = (pattern.words for pattern in self.patterns if not (pattern.negated or pattern.contrary))
        return frozenset().union(*(alternative for words in each for alternative in words))

    @cached_property
    def negative(self) -> bool:
        """Whether it asks what is not so: most of its phrasings deny something."""
        return 2 * sum(pattern.negated for pattern in self.patterns) > len(self.patterns)

    @cached_property
    def things(self) -> frozenset[tuple[str, str]]:
        return frozenset().union(*(pattern.things for pattern in self.patterns))

    def is_whole(self, clause: Clause, given: set[str]) -> bool:
        """Whether as much is given as some phrasing with a word of the clause asks for: "who speaks of" what?"""
        asked = [alternatives(item) for item in clause.words]
        patterns = [pattern for pattern in self.patterns if clause.focus and pattern.wh == clause.focus.wh == "why"]
        like = [p for p in patterns or self.patterns if any(one & two for one in p.words for two in asked)]
        return any(pattern.slots <= given for pattern in like or patterns or self.patterns)


def is_present(entry: Entry, held: Mapping[str, bool]) -> bool:
    """Whether the graph holds statements of the terms that make the question what it is."""
    if entry.meaning.either:
        return any(held.get(term, True) for term in entry.meaning.either)
    return all(held.get(term, True) for term in entry.meaning.needed)


def related(entries: Sequence[Entry]) -> list[Entry]:
    """Each entry with the phrasings of the others that have the same core and columns of the same names."""
    found = []
    for entry in entries:
        others = tuple(
            each
            for other in entries
            if other is not entry and other.meaning.core == entry.meaning.core and entry.meaning.core
            for each in other.patterns
            if set(each.signature.values()) <= set(entry.meaning.kinds)
        )
        found.append(replace(entry, related=others))
    return found


@dataclass
class Explanations:
    """By ontology and names, what a sense has to do with a question; what was found is kept."""

    ontology: Ontology
    names: Names
    licensed: Mapping[str, frozenset[str]]  # of each question, by the words of its phrasings
    affirmed: Mapping[str, frozenset[str]]  # of those that deny nothing
    within: Mapping[str, frozenset[str]]  # what the names of each thing hold
    heads: Mapping[str, frozenset[str]]  # what the heads of its names mean as verbs
    nouns: Mapping[str, frozenset[str]]  # the concepts of their nouns
    _fitting: dict[tuple[str, Sense], bool] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def explains(self, item: Item, entry: Entry, *, denied: bool = True) -> bool:
        """Whether the question has a place for the word: a term that it means, or a phrasing that holds it.

        A phrasing that denies something counts where the question is `denied`.
        """
        licensed = (self.licensed if denied else self.affirmed)[entry.meaning.question.name]
        if item.kind == "number":
            return len(item.word) == _YEAR and self.literal_parameter(entry.meaning) is not None
        if alternatives(item) & licensed:
            return True
        return any(self.fits(sense, entry.meaning) for sense in item.senses)

    def literal_parameter(self, meaning: Meaning) -> str | None:
        """The parameter that takes a year."""
        return next((name for name, kind in meaning.question.parameters.items() if kind.startswith(XSD)), None)

    def fits(self, sense: Sense, meaning: Meaning) -> bool:
        """Whether the question speaks of what a word means, or the word may stand beside what it speaks of."""
        key = meaning.question.name, sense
        if key not in self._fitting:
            self._fitting[key] = self._fits_anew(sense, meaning)
        return self._fitting[key]

    def _fits_anew(self, sense: Sense, meaning: Meaning) -> bool:
        spoken = (
            meaning.terms - _OF_CLAIMS | meaning.core | {kind for kinds in meaning.kinds.values() for kind in kinds}
        )
        if sense.concept.beside & spoken:
            return True
        for term in sense.concept.terms:
            if term in spoken:
                return self.constants(sense) <= meaning.terms | self.settable(meaning, self.constants(sense))
            if sense.part == "noun" and self.is_plain_class(sense, term, meaning) and self._has_column(term, meaning):
                return True
        constants = self.constants(sense)
        return bool(constants) and constants <= self.settable(meaning, constants)

    def is_plain_class(self, sense: Sense, term: str, meaning: Meaning) -> bool:
        """Whether a noun stands for things of a class; one of situations with roles ("condition") stands for a part,
        unless situations are what the question asks for."""
        if term not in self.ontology.classes:
            return False
        if (SG + "content", OBJECT) in meaning.roles.get(meaning.question.answer, ()):
            return True
        return not self.ontology.is_a(term, SG + "Situation") or sense.concept.terms <= self.ontology.classes

    @cached_property
    def ambient(self) -> frozenset[str]:
        """The conflict that all is about, where there is one: what is said to be in it is not told apart by that."""
        conflicts = frozenset(thing for thing in self.names.types if self.names.is_a(thing, SG + "Conflict"))
        return conflicts if len(conflicts) == 1 else frozenset()

    def is_of_things(self, item: Item) -> bool:
        """Whether a noun is for things of a class, and not for what somebody does: "peacekeepers", "support"."""
        ontology = self.ontology
        terms = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
        return any(term in ontology.classes and not ontology.is_a(term, SG + "Situation") for term in terms)

    def is_of_class(self, item: Item) -> bool:
        """Whether a word says of what class things are and no more: "states", "proposals"."""
        terms = {term for sense in item.senses for term in sense.concept.terms}
        ontology = self.ontology
        return bool(terms) and all(
            term in ontology.classes and not ontology.is_a(term, SG + "Situation") for term in terms
        )

    def means_more(self, item: Item, meaning: Meaning) -> bool:
        """Whether the question's phrasings alone explain a word that has a meaning of its own."""
        return any(s.concept.terms for s in item.senses) and not any(self.fits(s, meaning) for s in item.senses)

    def constants(self, sense: Sense) -> frozenset[str]:
        """The terms of a sense that are neither class nor property: "for the better", "warns"."""
        known = self.ontology.classes | self.ontology.properties
        return frozenset(term for term in sense.concept.terms if term not in known)

    def settable(self, meaning: Meaning, constants: frozenset[str]) -> frozenset[str]:
        """Those of `constants` that are values for a parameter of the question."""
        return frozenset(term for term in constants if self.parameter_for(term, meaning))

    def parameter_for(self, term: str, meaning: Meaning) -> str | None:
        """The parameter of which `term` is a value, by its class."""
        kinds = {value.value for value in self.ontology.values(term, RDF + "type")}
        for name, kind in meaning.question.parameters.items():
            if kind in kinds:
                return name
        return None

    def _has_column(self, kind: str, meaning: Meaning) -> bool:
        for kinds in meaning.kinds.values():
            if any(
                self.ontology.is_a(kind, each) or self.ontology.is_a(each, kind)
                for each in kinds
                if each.startswith(SG)
            ):
                return True
            if kinds == {SG + "Entity"} and self.ontology.is_a(kind, SG + "Situation"):
                return True  # what may be about anything
        return False

    def is_specific(self, core: frozenset[str]) -> bool:
        """Whether a core has a class of situation or a derived property: it is then more than any claim."""
        return any(term in self.ontology.derived or self.ontology.is_a(term, SG + "Situation") for term in core)

    def set_constants(self, item: Item, meaning: Meaning, arguments: dict[str, tuple[str, ...]]) -> None:
        """Add to `arguments` those that the word alone sets: a speech act, a certainty, a relation, a year."""
        if item.kind == "number":
            name = self.literal_parameter(meaning)
            if name:
                arguments[name] = (item.word,)
        for sense in item.senses:
            for term in sorted(sense.concept.terms):
                name = self.parameter_for(term, meaning)
                chosen = term not in (meaning.core | meaning.terms) - meaning.choices
                if term in self.ontology.derived:
                    chosen = term in meaning.terms
                if self._is_any_act(item, name, meaning, arguments):
                    continue
                if name and chosen and term not in arguments.get(name, ()):
                    arguments[name] = (*arguments.get(name, ()), term)

    def _is_any_act(self, item: Item, name: str | None, meaning: Meaning, given: Mapping[str, object]) -> bool:
        """Whether a word is of any saying, or a noun beside a verb that says by which act: "deny the report"."""
        if name is None or meaning.question.parameters[name] != SG + "Act":
            return False
        noun = all(sense.part == "noun" for sense in item.senses if self.constants(sense))
        return noun and (name in given or any(_SAYING in sense.concept.terms for sense in item.senses))

    def accuses(self, items: Sequence[Item]) -> bool:
        """Whether a word is of an act by which nobody vouches for what is said: "accused of", "is said to"."""
        if any(item.kind == "fill" and item.word in EVIDENTIAL for item in items):
            return True
        beside = {term for item in items for sense in item.senses for term in sense.concept.beside}
        return any(value.value == _UNVOUCHED for term in beside for value in self.ontology.values(term, RDF + "type"))

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The things of a class whose values are kinds of something: of dealings, powers, outcomes."""
        if not self.ontology.is_a(kind, SKOS + "Concept"):
            return ()
        return tuple(sorted(thing for thing in self.heads if self.names.is_a(thing, kind)))

    def is_source(self, item: Item) -> bool:
        """Whether a name is that of a source."""
        return any(self.names.is_a(thing, SG + "Source") for thing in item.things)

    def words_of(self, thing: str) -> frozenset[str]:
        """The words of a thing's English names."""
        if thing not in self._words:
            texts = (name.text for name in self.names.names if name.iri == thing and name.language == "en")
            self._words[thing] = frozenset(word for text in texts for word in text.lower().split())
        return self._words[thing]

    def is_head(self, verb: Item, thing: str) -> bool:
        """Whether a thing is called by a noun of that verb: "undermine" and "undermining of …"."""
        meant = verbal_keys(verb) & self.heads.get(thing, frozenset())
        return bool(meant) and any(word[:_ROOT] == verb.word[:_ROOT] for word in self.words_of(thing))

    def things_of(self, item: Item, kind: str) -> list[str]:
        """The things of that class that a name means; where there are none, those that it stands for."""
        meant = [thing for thing in item.things if self.names.is_a(thing, kind)]
        return meant or [thing for thing in item.others if self.names.is_a(thing, kind)]
