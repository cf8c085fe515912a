"""Questions to ask instead: of the catalogue, with the names that were asked about where they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.language.items import Item
from kg.language.words import POINTING, tokens
from kg.names import Names
from kg.namespaces import SG
from kg.questions import Question

_SLOT = re.compile(r"\{(\w+)\}")
_MOST = 3
_ALIKE = 18  # characters: two that begin with the same ones are too like each other


@dataclass(frozen=True)
class _Phrasing:
    text: str
    words: frozenset[str]
    slots: tuple[tuple[str, str], ...]  # name and class
    rank: int


@dataclass(frozen=True)
class Suggester:
    phrasings: tuple[_Phrasing, ...]
    names: Names

    @classmethod
    def of(cls, questions: Iterable[Question], names: Names) -> Suggester:
        """Of the phrasings of `questions`, those that can be asked as they stand or with names in their slots."""
        found = []
        for question in questions:
            for rank, text in enumerate((*question.phrasings, question.question)):
                own = frozenset(token.word for token in tokens(_SLOT.sub("", text)))
                slots = tuple((slot, question.parameters[slot]) for slot in _SLOT.findall(text))
                if not own & POINTING and all(kind.startswith(SG) for _, kind in slots):
                    found.append(_Phrasing(text, own, slots, rank))
        return cls(tuple(found), names)

    def suggestions(self, items: Sequence[Item]) -> tuple[str, ...]:
        """Up to three, those that share most words with the question first."""
        asked = {word for item in items if item.kind in ("word", "unknown", "wh") for word in item.word.split()}
        things = tuple(dict.fromkeys(thing for item in items for thing in item.things))
        scored: list[tuple[float, str]] = []
        for phrasing in self.phrasings:
            text = self._filled(phrasing, things)
            if text is not None:
                common = len(phrasing.words & asked) / max(len(phrasing.words), 1)
                scored.append((-(common + 0.5 * len(phrasing.slots) - 0.01 * phrasing.rank), text))
        chosen: list[str] = []
        for _, text in sorted(scored):
            if all(text[:_ALIKE] != other[:_ALIKE] for other in chosen):
                chosen.append(text)
            if len(chosen) == _MOST:
                break
        return tuple(chosen)

    def _filled(self, phrasing: _Phrasing, things: Sequence[str]) -> str | None:
        """The phrasing with names in its slots, of those asked about; None where they do not fill them."""
        text, used = phrasing.text, set[str]()
        for slot, kind in phrasing.slots:
            fits = next((thing for thing in things if thing not in used and self.names.is_a(thing, kind)), None)
            if fits is None:
                return None
            used.add(fits)
            text = text.replace(f"{{{slot}}}", self._written(fits), 1)
        return text[:1].upper() + text[1:]

    def _written(self, thing: str) -> str:
        """The thing's label, with its article where English wants one."""
        label = self.names.label(thing)
        with_article = any(
            self.names.is_a(thing, SG + kind) for kind in ("Proposal", "Conflict", "IntergovernmentalBody", "Mandate")
        )
        return f"the {label}" if with_article and not label.startswith("the ") else label
