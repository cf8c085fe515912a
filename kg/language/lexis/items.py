"""The units of a question: names, words of the lexicon, and words of the closed classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.language.lexis.lexicon import Sense

_APART = frozenset({"in", "on", "for", "about", "of"})


@dataclass(frozen=True)
class Item:
    """One unit of a question.

    `others` are what it stands for where the things do not fit: "Istanbul" for the proposals that are called after it.
    `kind` is one of: name, word, wh, aux, prep, neg, conj, det, fill, poss, rel, number, sign, slot, unknown.
    `things` are the IRIs that a name may mean; `senses` what a word may mean; `slot` a parameter, in a phrasing.
    """

    kind: str
    word: str
    start: int
    end: int
    things: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    adjective: bool = False
    verbal: bool = False  # a name said with a verb: "end the war"
    senses: tuple[Sense, ...] = ()
    slot: str = ""
    typed: str = ""

    @cached_property
    def itself(self) -> str:
        """The word in whatever form: all that it may mean."""
        meant = sorted({f"{sense.concept.name} {sense.part}" for sense in self.senses})
        return f"= {' '.join(meant)}" if meant else self.word

    @cached_property
    def meanings(self) -> frozenset[str]:
        """What it may mean as a word: its concepts and itself, or the word where it has none."""
        found = {f"{s.concept.name} {s.part}" if s.concept.possible else s.concept.name for s in self.senses}
        return frozenset({*found, self.itself} if found else {self.word})


def is_content(item: Item) -> bool:
    """Whether it may be a word of a name."""
    return item.kind in ("name", "word", "number", "unknown")


def is_subject(items: Sequence[Item], start: int) -> bool:
    """Whether a name stands where its verb follows, or a verb itself: "could Russia dictate …", "X that offers …"."""
    verb = (
        start > 1
        and items[start - 1].word in ("that", "who")
        and any(s.form in ("s", "ed") for s in items[start].senses)
    )
    first = start - (2 if start > 1 and items[start - 1].kind == "det" else 1)
    after = items[start + 1] if start + 1 < len(items) else items[start]
    noun = {sense.part for sense in after.senses} == {"noun"}  # "is a Security Council green light"
    named = first >= 0 and items[first].kind == "aux" and bool(items[start].things) and not items[start].adjective
    return verb or (named and is_content(after) and not noun)


def is_apart(items: Sequence[Item], start: int, end: int) -> bool:
    """Whether a small word parts what follows from a name: "give X the terms", "for X in the position"."""
    before, item = items[end - 1], items[end]
    if before.kind != "name" or before.adjective or before.senses:
        return False
    return item.kind == "det" or (end == start + 1 and item.word in _APART)


def is_statement(items: Sequence[Item], start: int) -> bool:
    """Whether a clause begins there, and no name: "that X tries to …"."""
    that = start - 1 - (start > 1 and items[start - 1].kind == "det" and items[start - 1].word != "that")
    finite = start + 1 < len(items) and any(s.part == "verb" and s.form == "s" for s in items[start + 1].senses)
    return items[start].kind == "name" and finite and that >= 0 and items[that].word == "that"
