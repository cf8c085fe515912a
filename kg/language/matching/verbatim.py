"""The reading of a phrasing of the catalogue asked word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.clauses import clause
from kg.language.grammar.reporting import Attribution, saying
from kg.language.lexis.items import Item
from kg.language.matching.choosing import Chooser
from kg.language.matching.templates import Templates
from kg.language.reading import Part, Reading
from kg.questions import Question


@dataclass(frozen=True)
class Verbatim:
    """What phrasings mean that are found by their words."""

    chooser: Chooser
    templates: Templates

    def reading(self, items: Sequence[Item]) -> Reading | None:
        """The reading of a phrasing, whatever verb of saying stands in it for "says"; None where it is none."""
        for said in (items, saying(items)):
            if said and (matched := self.templates.match(said)) and (verbatim := self._meant(said, *matched)):
                return verbatim
        return None

    def attributed(self, asked: Attribution) -> Reading | None:
        """The reading of a phrasing that is asked of what somebody says ("according to X, …"), or of who hands on what
        another says."""
        if replace(asked, speaker=None, act=None) != Attribution(asked.items):
            return None
        matched = self.templates.match(asked.items)
        reading = self._meant(asked.items, *matched) if matched else None
        if asked.speaker and matched and "speaker" not in matched[0].columns:
            return None
        return reading and replace(reading, parts=tuple(part.said(asked.speaker, asked.act) for part in reading.parts))

    def _meant(
        self, items: Sequence[Item], question: Question, arguments: dict[str, tuple[str, ...]]
    ) -> Reading | None:
        """What a phrasing means; None where its words and the names in it do not go together."""
        entry = self.chooser.entry(question.name)
        if question.name not in self.chooser.present and not (arguments and items[0].kind == "aux"):
            return None  # whether something named is so, is not said
        read = clause(items)
        kind = "verdict" if read.focus is None else "count" if read.focus.many else "answers"
        constants = self.chooser.constants(read, entry)
        if any(name in arguments and not set(values) & set(arguments[name]) for name, values in constants.items()):
            return None
        vouched = not self.chooser.explanations.accuses(items)
        arguments = {**constants, **arguments}
        mutual = self.chooser.places.mutual(read, arguments)
        kinds = self.chooser.narrowing.kinds(read, entry, question.answer, arguments)
        if arguments:  # a phrasing that holds a noun beside names may mean by it what has no class
            kinds = {name: kind for name, kind in kinds.items() if not entry.meaning.is_of_anything(name)}
        return Reading((Part(question.name, question.answer, arguments, kinds, vouched=vouched, mutual=mutual),), kind)
