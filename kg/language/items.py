"""The units of a question: names, words of the lexicon, and words of the closed classes."""

from __future__ import annotations

from dataclasses import dataclass

from kg.language.lexicon import Sense


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
