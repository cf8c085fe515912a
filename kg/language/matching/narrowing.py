"""Of which classes the values must be, by the nouns of a clause: "which states", "a ceasefire is necessary"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.language.grammar.clauses import Clause
from kg.language.grammar.labelling import Filler
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense
from kg.language.matching.asked import PERSONS
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.meanings import OBJECT, Meaning
from kg.language.matching.patterns import alternatives
from kg.namespaces import SG

_SAID = SG + "Claim"  # "statements" are what is said, not that it is
_ANYTHING, _ACTOR = SG + "Entity", SG + "Actor"


@dataclass(frozen=True)
class Narrowing:
    explanations: Explanations

    def kinds(self, clause: Clause, entry: Entry, answer: str, arguments: Mapping[str, object]) -> dict[str, str]:
        """The classes that nouns demand of columns, where they are narrower than the column's own."""
        found: dict[str, str] = {}
        meaning = entry.meaning
        if clause.focus is not None and not _is_of_any(clause.focus.nouns):
            person = clause.focus.wh in PERSONS
            nouns = [
                sense
                for sense in clause.focus.nouns
                if not self._is_phrased(sense, entry) and (not person or self._acts(sense))
            ]
            self._narrow(nouns, [answer], meaning, found)
        for index, item in ((index, filler.item) for index, filler in enumerate(clause.fillers) if filler.noun):
            if any(filler.label == "of" and filler.item.things for filler in _beside(clause.fillers, index)):
                continue  # "the participation of X" says of X which part it has
            if _is_of_any(item.senses) or (clause.focus is None and _is_beside(item, entry, arguments)):
                continue  # "does X make its participation depend on Y"
            if _is_for_column(item, meaning):
                continue  # "the words about X" are quotes, and nothing that somebody gives their word for
            free = [name for name in meaning.kinds if name not in arguments and not (clause.focus and name == answer)]
            self._narrow([sense for sense in item.senses if sense.part == "noun"], free, meaning, found)
        return found

    def is_used(self, filler: Filler, entry: Entry, kinds: Mapping[str, str]) -> bool:
        """Whether a noun has something to say: a phrasing holds it, it narrows a column, or it is what a column has."""
        if alternatives(filler.item) & (entry.nouns if self.explanations.is_of_things(filler.item) else entry.licensed):
            return True
        terms = {term for sense in filler.item.senses if sense.part == "noun" for term in sense.concept.terms}
        classes = terms & self.explanations.ontology.classes
        meaning = entry.meaning
        if classes & set(kinds.values()) or not classes or (terms - classes) & (meaning.terms | meaning.core):
            return True
        is_a = self.explanations.ontology.is_a
        return any(is_a(kind, term) for each in meaning.kinds.values() for kind in each for term in classes)

    def _is_phrased(self, sense: Sense, entry: Entry) -> bool:
        """Whether a phrasing calls what is asked for by a noun that is else for a situation: "reasons for"."""
        situation = any(self.explanations.ontology.is_a(term, SG + "Situation") for term in sense.concept.terms)
        return situation and any(sense.concept.name in pattern.focus for pattern in entry.patterns)

    def _acts(self, sense: Sense) -> bool:
        """Whether a noun may stand for somebody: "who is the source of X" asks for no source."""
        is_a = self.explanations.ontology.is_a
        return any(is_a(term, _ACTOR) or is_a(_ACTOR, term) for term in sense.concept.terms)

    def _narrow(self, senses: Sequence[Sense], columns: Sequence[str], meaning: Meaning, found: dict[str, str]) -> None:
        for sense in senses:
            for term in sorted(sense.concept.terms & self.explanations.ontology.classes):
                if any(meaning.kinds[name] == {term} for name in columns):
                    return  # it says what a column is of anyway
                fits = [name for name in columns if self._is_narrower(term, meaning.kinds[name])]
                fits = [name for name in fits if name in meaning.question.parameters] or fits
                if len(fits) == 1 and term not in meaning.core:
                    found[fits[0]] = term
                    return

    def _is_narrower(self, term: str, kinds: frozenset[str]) -> bool:
        """Whether a class is below one of `kinds`, and above none; what may be about anything, may be of situations."""
        is_a = self.explanations.ontology.is_a
        if kinds == {_ANYTHING} and is_a(term, SG + "Situation"):
            return True
        above = any(is_a(term, kind) and kind != term for kind in kinds)
        return (above and not any(is_a(kind, term) for kind in kinds)) or (term in kinds - {_SAID} and len(kinds) > 1)


def _is_of_any(senses: Sequence[Sense]) -> bool:
    """Whether a noun is for things of whatever class: "anybody"."""
    return any(sense.part == "noun" and not sense.concept.terms for sense in senses)


def _is_beside(noun: Item, entry: Entry, given: Mapping[str, object]) -> bool:
    """Whether a phrasing, whose parameters are given, has the noun beside them."""
    means = alternatives(noun)
    like = (pattern for pattern in entry.patterns if pattern.slots and pattern.slots <= given.keys())
    return any(one & means for pattern in like for one in pattern.words)


def _beside(fillers: Sequence[Filler], index: int) -> Sequence[Filler]:
    return [*fillers[max(index - 1, 0) : index], *fillers[index + 1 : index + 2]]


def _is_for_column(noun: Item, meaning: Meaning) -> bool:
    """Whether a noun is for what stands in a column of no class, by a property: the words of a source."""
    terms = {term for sense in noun.senses if sense.part == "noun" for term in sense.concept.terms}
    literal = [name for name in meaning.roles if not any(kind.startswith(SG) for kind in meaning.kinds.get(name, ()))]
    return any((term, OBJECT) in meaning.roles[name] for name in literal for term in terms)
