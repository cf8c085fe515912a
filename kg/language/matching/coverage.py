"""How much of what is asked a question of the catalogue has to do with, where not each word is its own.

A word weighs the more, the fewer questions have to do with it. One that no question knows is never left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.language.grammar.clauses import Clause, heavy
from kg.language.grammar.opposites import has_opposite
from kg.language.lexis.items import Item
from kg.language.matching.explanations import Entry, Explanations
from kg.namespaces import RDFS, SG

_TOP = frozenset(SG + name for name in ("Actor", "Claim", "Entity", "Situation", "Source", "State", "content", "role"))


@dataclass(frozen=True)
class Coverage:
    explanations: Explanations
    entries: Sequence[Entry]
    near: Mapping[str, frozenset[str]]  # of each question, its terms and those next to them
    _knowing: dict[Item, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Sequence[Entry], explanations: Explanations) -> Coverage:
        near = {entry.meaning.question.name: _near(entry, explanations) for entry in entries}
        return cls(explanations, entries, near)

    def share(self, clause: Clause, entry: Entry) -> float:
        """What part of the words, by weight, the question has to do with, 0 to 1.

        It is 0 where a word is strange to all questions, or a noun to this one.
        """
        covered = total = 0.0
        for item in heavy(clause).words:
            knowing = self._known_by(item)
            if not knowing:
                return 0.0
            weight = math.log((len(self.entries) + 1) / len(knowing))
            if any(sense.part == "noun" for sense in item.senses) and not self.explanations.explains(item, entry):
                return 0.0  # a noun is what the question is about
            total += weight
            covered += weight * (entry.meaning.question.name in knowing)
        return covered / total if total else 0.0

    def _known_by(self, item: Item) -> frozenset[str]:
        """The questions that have to do with a word."""
        key = Item(item.kind, item.word, 0, 0, senses=item.senses)
        if key not in self._knowing:
            terms = {term for sense in item.senses for term in sense.concept.terms | sense.concept.beside}
            self._knowing[key] = frozenset(
                entry.meaning.question.name
                for entry in self.entries
                if terms & self.near[entry.meaning.question.name]
                or self.explanations.explains(item, entry, denied=not has_opposite(item))
            )
        return self._knowing[key]


def _near(entry: Entry, explanations: Explanations) -> frozenset[str]:
    """The terms of a question, with the classes above and below, and what their roles and properties are of."""
    ontology = explanations.ontology
    own = (entry.meaning.core | entry.meaning.terms) - _TOP
    found = set(own)
    for term in own:
        for predicate in (RDFS + "subClassOf", RDFS + "domain", RDFS + "range", RDFS + "subPropertyOf"):
            found |= {value.value for value in ontology.values(term, predicate)}
    return frozenset(found - _TOP)
