"""A question that is presumed to be asked, whatever the words say: what is named, where it has a place for it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.language.grammar.clauses import Clause
from kg.language.grammar.opposites import has_opposite
from kg.language.matching.asked import PERSONS, Asked
from kg.language.matching.assigning import Assigning
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.narrowing import Narrowing
from kg.language.matching.patterns import is_contrary
from kg.language.reading import Part


@dataclass(frozen=True)
class Presuming:
    explanations: Explanations
    asked: Asked
    assigning: Assigning
    narrowing: Narrowing

    def part(self, clause: Clause, entry: Entry, column: str | None, *, sure: bool) -> Part | None:
        """The question with its arguments; None where its answer is nothing of the kind that is asked for, unless the
        question is `sure`, where less is named than any phrasing names, or where the contrary may be asked."""
        answer = column if column in entry.meaning.question.columns else self._asked_for(clause, entry)
        if answer is None and sure and not self._asks_another(clause, entry):
            answer = entry.meaning.question.answer
        if answer is None or self._may_be_turned(clause, entry):
            return None
        arguments, mentioned, sure = self.assigning.guessed(clause, entry, answer)
        if not any(pattern.slots <= {*arguments} for pattern in entry.patterns):
            return None
        kinds = self.narrowing.kinds(clause, entry, answer, arguments)
        return Part(entry.meaning.question.name, answer, arguments, kinds, mentioned=mentioned, loosely=not sure)

    def _may_be_turned(self, clause: Clause, entry: Entry) -> bool:
        """Whether it is asked if something is so by a word that may say the contrary of what the question says."""
        if clause.focus is not None:
            return False
        core = entry.meaning.core
        other = (item for item in clause.words if not any(sense.concept.terms & core for sense in item.senses))
        strange = (item for item in clause.words if not self.explanations.explains(item, entry, denied=False))
        return any(map(has_opposite, other)) or (is_contrary(clause) and any(strange))

    def _asks_another(self, clause: Clause, entry: Entry) -> bool:
        """Whether what is asked for is what the question has another place for: "to which contingent is X ready"."""
        terms = {term for sense in clause.focus.nouns for term in sense.concept.terms} if clause.focus else set()
        is_a, kinds = self.explanations.ontology.is_a, entry.meaning.question.parameters.values()
        return clause.focus is None or clause.focus.many or any(is_a(each, kind) for each in terms for kind in kinds)

    def _asked_for(self, clause: Clause, entry: Entry) -> str | None:
        """The column that the nouns of what is asked for are for; the answer's where they are of no class."""
        question, focus = entry.meaning.question, clause.focus
        if focus is None or not any(sense.concept.terms & self.explanations.ontology.classes for sense in focus.nouns):
            person = focus is not None and focus.wh in PERSONS
            return question.answer if not person or self.asked.may_be_persons(entry, question.answer) else None
        columns = (question.answer, *(each for each in question.columns if each != question.answer))
        return next((each for each in columns if self.asked.nouns_fit(focus, entry, each) is not None), None)
