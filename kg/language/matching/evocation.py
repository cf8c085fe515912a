"""Which question the words of a clause evoke: its core terms, the name of a concept, or the words of a phrasing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kg.language.grammar.clauses import Clause
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.patterns import Pattern, alternatives
from kg.namespaces import SG, SKOS

_OF_ANY_CLAIM = frozenset(SG + name for name in ("act", "certainty", "content", "polarity", "speaker"))
_SEVERAL = 2
FACETS = 3  # a question that unites more is asked for by its own words alone
_PERSONS = frozenset({"who", "whom"})
_OF_KIND = frozenset({"list", "what", "which"})  # with a noun they ask the same


@dataclass(frozen=True)
class Evocation:
    explanations: Explanations

    def strength(self, clause: Clause, entry: Entry) -> float | None:
        """How much of the question's core the words evoke; None where they do not."""
        meaning = entry.meaning
        hit: set[str] = set()
        for item in clause.items:
            for sense in item.senses:
                if clause.able or sense.part != "verb" or not sense.concept.possible:
                    hit |= sense.concept.terms
        core = meaning.core
        constants = frozenset(
            term
            for term in core - meaning.either
            if term not in self.explanations.ontology.classes and term not in self.explanations.ontology.properties
        )
        same = self._same_words(clause, entry)
        if meaning.choices and not (hit & meaning.choices) and not same:
            return None
        hit |= {
            prop
            for item in clause.words
            for sense in item.senses
            for term in self.explanations.constants(sense)
            for prop, _ in meaning.roles.get(self.explanations.parameter_for(term, meaning) or "", ())
        }
        own = core - _OF_ANY_CLAIM or core
        if clause.several:
            return None
        if len(meaning.either) > FACETS or entry.negative:
            return same or None
        if own and constants <= hit and hit & own:
            return 1.0 + (len(hit & own) / len(own) if self.explanations.is_specific(own) else 0.2)
        if meaning.choices & hit:
            return 1.5
        concepts = [
            thing for filler in clause.fillers for thing in filler.item.things if self._evokes_by_name(thing, entry)
        ]
        strange = any(self.explanations.means_more(item, meaning) for item in clause.words)
        if concepts and not strange and not constants - hit and (clause.able or SG + "Capability" not in core):
            return 1.0
        return same or None

    def has_together(self, clause: Clause, entry: Entry) -> bool:
        """Whether the words that phrasings alone explain, stand in one of them: not each in another."""
        strange = [alternatives(item) for item in clause.words if self.explanations.means_more(item, entry.meaning)]
        return len(strange) < _SEVERAL or any(
            all(any(one & word for word in pattern.words) for one in strange) for pattern in entry.patterns
        )

    def _evokes_by_name(self, thing: str, entry: Entry) -> bool:
        """Whether the name of a concept, such as a power, makes the question by itself: a phrasing is of it alone."""
        parameters = entry.meaning.question.parameters
        return any(
            self.explanations.names.is_a(thing, parameters[slot])
            and self.explanations.names.is_a(thing, SKOS + "Concept")
            for pattern in entry.patterns
            if not pattern.words
            for slot in pattern.slots
        )

    def _same_words(self, clause: Clause, entry: Entry) -> float:
        """Whether a phrasing has the same content words, by concept (1), or words that are among those asked (0.8)."""
        asked = [alternatives(item) for item in clause.words]
        said: frozenset[str] = frozenset().union(*asked)
        best = 0.0
        named = sum(bool(filler.item.things) * (1 + len(filler.joined)) for filler in clause.fillers)
        named += sum(item.kind == "number" for item in clause.words) + sum(filler.noun for filler in clause.fillers)
        for pattern in entry.patterns if asked else ():
            words = _beside_focus(pattern, clause)
            if not words or words[0].isdisjoint(said) or any(one.isdisjoint(said) for one in words):
                continue
            if len(pattern.slots) > named or (pattern.able and not clause.able):
                continue
            if _denies_otherwise(pattern, clause, entry) or (entry.negative and _asks_otherwise(pattern, clause)):
                continue
            if len(pattern.words) == len(asked) and all(any(one & two for two in pattern.words) for one in asked):
                return 1.0
            if any(not self._is_class(alternative) for alternative in words):
                best = 0.8
        return best

    def denies(self, clause: Clause, entry: Entry) -> bool:
        """Whether what the clause denies, the question's own phrasings deny in the same words."""
        if not clause.negated or entry.negative:
            return clause.negated
        said: frozenset[str] = frozenset().union(*(alternatives(item) for item in clause.words))
        same = {
            pattern.negated
            for pattern in entry.patterns
            if pattern.words and not any(one.isdisjoint(said) for one in pattern.words)
        }
        return same == {True}

    def _is_class(self, alternative: frozenset[str]) -> bool:
        """Whether a word stands for a class of things alone ("proposals")."""
        return any(name in self.explanations.ontology.classes for name in alternative)

    def likeness(self, clause: Clause, entry: Entry) -> float:
        """How like a phrasing the clause is, 0 to 1."""
        said: frozenset[str] = frozenset().union(*(alternatives(item) for item in clause.words))
        wh = _called(clause.focus.wh, clause.focus.nouns) if clause.focus else ""
        labels = {filler.label for filler in clause.fillers if filler.item.things or filler.item.slot}
        of_kind = _OF_KIND if clause.focus and clause.focus.nouns else frozenset()  # "plans naming X", "which plans"
        best = 0.0
        for pattern in entry.patterns:
            words = _beside_focus(pattern, clause)
            common = sum(not one.isdisjoint(said) for one in words)
            size = max(len(clause.words), len(words), 1)
            slots = {label for label, name in pattern.signature.items() if name != entry.meaning.question.answer}
            so_asked = pattern.wh == wh or {pattern.wh, wh} <= of_kind
            alike = 0.6 * common / size + 0.2 * so_asked + 0.2 * (slots == labels)
            best = max(best, alike)
        return best


def _called(wh: str, nouns: Collection[object]) -> str:
    """The wh-word, one for all by which things are asked for that a noun names: "which", "what" and a list."""
    return "which" if nouns and wh in ("what", "list") else wh


def _beside_focus(pattern: Pattern, clause: Clause) -> tuple[frozenset[str], ...]:
    """The words of a phrasing; without the noun that is asked for, where persons are: "who can", "which states can"."""
    if clause.focus is None or clause.focus.nouns or clause.focus.wh not in _PERSONS or not pattern.focus:
        return pattern.words
    words = tuple(word for word in pattern.words if not word & pattern.focus)
    return words if len(words) >= _SEVERAL else pattern.words


def _denies_otherwise(pattern: Pattern, clause: Clause, entry: Entry) -> bool:
    """Whether a phrasing denies what the clause does not, or asks what a clause denies of a question on what is not."""
    if pattern.negated and clause.denied and pattern.denied:
        denied: frozenset[str] = frozenset().union(*(alternatives(item) for item in clause.denied))
        if denied.isdisjoint(pattern.denied):
            return True
    return pattern.negated != clause.negated and (pattern.negated or entry.negative)


def _asks_otherwise(pattern: Pattern, clause: Clause) -> bool:
    """Whether what is asked for is called otherwise than in the phrasing: "which parties", not "which guarantors"."""
    nouns = {sense.concept.name for sense in clause.focus.nouns} if clause.focus else set()
    return bool(nouns and pattern.focus) and not nouns & pattern.focus
