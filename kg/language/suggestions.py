"""Questions to ask instead: of the catalogue, with the names that were asked about where they fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.language.linking import Item
from kg.language.words import POINTING, tokens
from kg.names import Names
from kg.namespaces import SG
from kg.questions import Question

_SLOT = re.compile(r"\{(\w+)\}")
_MOST = 3


@dataclass(frozen=True)
class Suggester:
    questions: tuple[Question, ...]
    names: Names

    def suggestions(self, items: Sequence[Item]) -> tuple[str, ...]:
        """Up to three, those that share most words with the question first."""
        asked = {word for item in items if item.kind in ("word", "unknown", "wh") for word in item.word.split()}
        things = [thing for item in items for thing in item.things]
        found: dict[str, float] = {}
        for question in self.questions:
            for rank, phrasing in enumerate((*question.phrasings, question.question)):
                text, fitting = self._filled(phrasing, question, things)
                own = {token.word for token in tokens(_SLOT.sub("", phrasing))}
                if text is None or own & POINTING:
                    continue
                score = len(own & asked) / max(len(own), 1) + 0.5 * fitting - 0.01 * rank
                if found.get(text, 0) < score:
                    found[text] = score
        best = sorted(found, key=lambda text: (-found[text], text))
        chosen: list[str] = []
        for text in best:
            if all(text[:18] != other[:18] for other in chosen):
                chosen.append(text)
        return tuple(chosen[:_MOST])

    def _filled(self, phrasing: str, question: Question, things: Sequence[str]) -> tuple[str | None, int]:
        """The phrasing with names in its slots (those asked about first), and how many of those found a place."""
        text, used = phrasing, set[str]()
        for slot in _SLOT.findall(phrasing):
            kind = question.parameters[slot]
            if not kind.startswith(SG) or kind == SG + "Entity":
                fits = [thing for thing in things if thing not in used and self.names.is_a(thing, SG + "Entity")]
            else:
                fits = [thing for thing in things if thing not in used and self.names.is_a(thing, kind)]
            if not fits:
                return None, 0
            used.add(fits[0])
            text = text.replace(f"{{{slot}}}", self._article(fits[0]), 1)
        return text[:1].upper() + text[1:], len(used)

    def _article(self, thing: str) -> str:
        label = self.names.label(thing)
        proper = self.names.is_a(thing, SG + "State") or label.startswith("the ")
        plain = label[:1].islower() or not self.names.is_a(thing, SG + "Proposal")
        return label if proper or plain else f"the {label}"
