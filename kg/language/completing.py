"""Questions, and names within them, as somebody types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.language.arguments import Template
from kg.language.mentions import Finder, Mention
from kg.language.words import words
from kg.namespaces import SG
from kg.questions.catalogue import Question

_BEGUN, _NAME_WORDS = 3, 4  # letters that begin a name, and words of it, as somebody types


@dataclass(frozen=True)
class Completer:
    """Completes what is typed, by the questions of the catalogue, their phrasings and the names of the graph."""

    questions: Mapping[str, Question]
    templates: Mapping[str, tuple[Template, ...]]
    finder: Finder

    def completions(self, typed: str) -> Iterator[str]:
        """Texts that begin as somebody types: the name that the last words begin, then questions with these words."""
        start = typed.strip().casefold()
        if not start:
            return
        yield from self._named(typed)
        mentions = self.finder.mentions(words(typed))
        for template in (template for each in self.templates.values() for template in each):
            lead = template.text.partition("{")[0].strip().casefold()
            if lead.startswith(start) or (start.startswith(lead) and lead):
                given = {slot: self._label_for(slot, mentions) for slot in template.slots}
                text = template.text.format(**given)
                if all(given.values()) and text.casefold().startswith(start):
                    yield text
        stems = {word.stem for word in words(typed) if word.is_carrying}
        for question in self.questions.values():
            if stems and stems <= {word.stem for word in words(question.question)}:
                yield question.question

    def _named(self, typed: str) -> Iterator[str]:
        """The text with its last words, which a name begins with, as that whole name."""
        parts = words(typed)
        for place in range(max(0, len(parts) - _NAME_WORDS), len(parts)):
            begun = typed[parts[place].start :].casefold()
            if len(begun) >= _BEGUN:
                yield from (
                    typed[: parts[place].start] + label
                    for label in self._entity_labels
                    if label.casefold().startswith(begun) and len(label) > len(begun)
                )

    @cached_property
    def _entity_labels(self) -> tuple[str, ...]:
        return tuple(
            sorted(
                {
                    n.text
                    for n in self.finder.names.names
                    if n.rank == 0 and n.language in (None, "en") and self.finder.names.is_a(n.iri, SG + "Entity")
                }
            )
        )

    def _label_for(self, slot: str, mentions: Sequence[Mention]) -> str:
        """The name of what is mentioned that fits a slot of the catalogue, by the class that most questions give it."""
        kinds = {question.parameters[slot] for question in self.questions.values() if slot in question.parameters}
        fitting = (m.thing for m in mentions if any(self.finder.names.is_a(m.thing, kind) for kind in kinds))
        return next((self.finder.names.label(thing) for thing in fitting), "")
