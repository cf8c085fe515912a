"""Questions to ask instead: of the catalogue, with the names that were asked about where they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon
from kg.language.text.words import POINTING, tokens
from kg.names import Names
from kg.namespaces import SG
from kg.questions import Question

_SLOT = re.compile(r"\{(\w+)\}")
_MOST = 30  # of which those are shown that have an answer
_WITH_ARTICLE = ("Conflict", "IntergovernmentalBody", "Mandate", "Process", "Proposal")
_PLURAL = {
    "does": "do",
    "is": "are",
    "was": "were",
    "has": "have",
    "Does": "Do",
    "Is": "Are",
    "Was": "Were",
    "Has": "Have",
}
_SINGULAR = {many: one for one, many in _PLURAL.items()}
_ALIKE = 18  # characters: two that begin with the same ones are too like each other


@dataclass(frozen=True)
class _Phrasing:
    question: str
    text: str
    words: frozenset[str]
    slots: tuple[tuple[str, str], ...]  # name and class
    rank: int


@dataclass(frozen=True)
class Suggester:
    questions: tuple[Question, ...]
    names: Names
    lexicon: Lexicon

    @cached_property
    def phrasings(self) -> tuple[_Phrasing, ...]:
        """Of the questions those that can be asked as they stand or with names in their slots; read when needed."""
        found = []
        for question in self.questions:
            for rank, text in enumerate((*question.phrasings, question.question)):
                own = frozenset(token.word for token in tokens(_SLOT.sub("", text)))
                slots = tuple((slot, question.parameters[slot]) for slot in _SLOT.findall(text))
                if not own & POINTING and all(kind.startswith(SG) for _, kind in slots):
                    found.append(_Phrasing(question.name, text, own, slots, rank))
        return tuple(found)

    def suggestions(self, items: Sequence[Item]) -> tuple[str, ...]:
        """Some, those that share most words with the question first."""
        asked = {word for item in items if item.kind in ("word", "unknown", "wh") for word in item.word.split()}
        things = tuple(dict.fromkeys(thing for item in items for thing in item.things))
        scored: dict[str, tuple[float, str, _Phrasing, tuple[str, ...]]] = {}
        fitting: dict[tuple[tuple[str, str], ...], tuple[str, ...] | None] = {}
        for phrasing in self.phrasings:
            if phrasing.slots not in fitting:
                fitting[phrasing.slots] = self._fitting(phrasing.slots, things)
            fits = fitting[phrasing.slots]
            if fits is not None:
                common = len(phrasing.words & asked) / max(len(phrasing.words), 1)
                vague = sum(kind == SG + "Entity" for _, kind in phrasing.slots)
                worth = -(common + 0.5 * len(phrasing.slots) - 0.2 * vague - 0.01 * phrasing.rank)
                best = scored.get(phrasing.question)
                if best is None or (worth, phrasing.text) < best[:2]:
                    scored[phrasing.question] = worth, phrasing.text, phrasing, fits
        chosen: list[str] = []
        for _, _, phrasing, fits in sorted(scored.values(), key=lambda one: one[:2]):
            text = self._filled(phrasing, fits)
            if all(text[:_ALIKE] != other[:_ALIKE] for other in chosen):
                chosen.append(text)
            if len(chosen) == _MOST:
                break
        return tuple(chosen)

    def _fitting(self, slots: Iterable[tuple[str, str]], things: Sequence[str]) -> tuple[str, ...] | None:
        """A thing for each slot, of those asked about; None where they do not fill them."""
        used: dict[str, None] = {}
        for _, kind in slots:
            fits = next((thing for thing in things if thing not in used and self.names.is_a(thing, kind)), None)
            if fits is None:
                return None
            used[fits] = None
        return tuple(used)

    def _filled(self, phrasing: _Phrasing, things: Sequence[str]) -> str:
        """The phrasing with the things in its slots."""
        text = phrasing.text
        for (slot, _), thing in zip(phrasing.slots, things, strict=True):
            text = self._placed(text, f"{{{slot}}}", thing)
        return text[:1].upper() + text[1:]

    def _placed(self, text: str, slot: str, thing: str) -> str:
        """The text with the thing in its slot, and the verb beside it in its number."""
        before, _, after = text.partition(slot)
        many = self._is_plural(thing)
        numbers = _PLURAL if many else _SINGULAR
        words = before.split(" ")
        if len(words) > 1 and not after.startswith(" and "):
            words[-2] = numbers.get(words[-2], words[-2])
        if many:
            after = re.sub(r"\bits\b", "their", after)
            after = re.sub(r"^ (\w+)", lambda match: f" {self._for_many(match[1])}", after)
        return f"{' '.join(words)}{self._written(thing)}{after}"

    def _for_many(self, word: str) -> str:
        """A verb in the third person as it goes with a plural; other words as they are."""
        if word in _PLURAL:
            return _PLURAL[word]
        third = any(sense.part == "verb" and sense.form == "s" for sense in self.lexicon.senses.get((word,), ()))
        bases = (base for base, forms in self.lexicon.verbs.items() if word in forms) if third else iter(())
        return next(bases, word)

    def _is_plural(self, thing: str) -> bool:
        """Whether the thing is called by a plural; a state or body whose name is one is not."""
        if any(self.names.is_a(thing, SG + kind) for kind in ("State", "IntergovernmentalBody")):
            return False
        head = re.split(r" (?:in|of|between|over|under) | \(", self.names.label(thing))[0].split(" ")[-1].lower()
        forms = {sense.form for sense in self.lexicon.senses.get((head,), ()) if sense.part == "noun"}
        return "s" in forms if forms else head.endswith("s") and not head.endswith("ss")

    def _written(self, thing: str) -> str:
        """The thing's label, with its article where English wants one."""
        label = self.names.label(thing)
        with_article = any(self.names.is_a(thing, SG + kind) for kind in _WITH_ARTICLE)
        return f"the {label}" if with_article and not label.startswith("the ") else label
