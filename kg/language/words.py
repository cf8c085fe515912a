"""A text → its words: as they stand, folded, and without their endings; and the closed classes of English words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_WORD = re.compile(r"\{\w+\}|\d[\d/().]*\d|[^\W_]+(?:['’.][^\W_]+)*|[?!.;:,–—()-]")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "er", "es", "s", "e", "y")
_LEAST = 3  # letters that a word keeps without its ending
_DASHES = "–—-"
_SIGNS = "?!.;:,–—()-"


@dataclass(frozen=True)
class Word:
    """A word of a text: as it stands, folded, without its ending, and where it begins and ends (in characters)."""

    text: str
    folded: str
    stem: str
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def is_sign(self) -> bool:
        return self.text in _SIGNS

    @property
    def is_carrying(self) -> bool:
        """Whether it is neither a sign nor a slot, and carries something by itself."""
        return not self.is_sign and self.text[0] != "{" and self.folded not in of_class("empty")


def words(text: str) -> tuple[Word, ...]:
    """The words and signs of a text, in order; a possessive is the word alone."""
    found = [_word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    for place, word in enumerate(found[1:-1], 1):
        if word.text in _DASHES and found[place - 1].end == word.start and word.end == found[place + 1].start:
            found[place] = Word("-", "-", "-", word.start, word.end)
    return tuple(found)


def _word(text: str, start: int, end: int) -> Word:
    folded = text.casefold().replace("’", "'")
    folded = folded.removesuffix("'s").removesuffix("'")
    return Word(text, folded, stem(folded), start, end)


@cache
def stem(word: str) -> str:
    """The word without its ending, the longest that leaves enough of it."""
    if word[0] == "{":
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return word[: -len(ending)]
    return word


@cache
def closed() -> dict[str, Any]:
    """The closed classes of English words, by name."""
    classes: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("english.yaml").read_text(encoding="utf-8"))
    return classes


@cache
def of_class(name: str) -> frozenset[str]:
    """The words and phrases of a closed class."""
    return frozenset(closed()[name])


@cache
def _aspects() -> dict[str, str]:
    return {word: aspect for aspect, verbs in closed()["aspects"].items() for word in verbs}


def aspect(word: str) -> str | None:
    """In which aspect a verb at the head of a clause asks: is, done, can, would, must; None of other words."""
    return _aspects().get(word)


@cache
def _auxiliaries() -> dict[str, str]:
    return {form: verb for verb, forms in closed()["auxiliaries"].items() for form in forms}


def auxiliary(word: str) -> str | None:
    """Which verb that helps others a word is a form of; None of other words."""
    return _auxiliaries().get(word)


def phrase_at(text: Sequence[Word], place: int, name: str) -> int:
    """How many words of the closed class's longest phrase stand at `place`; 0 where none does."""
    longest = max(phrase.count(" ") + 1 for phrase in of_class(name))
    for size in range(min(longest, len(text) - place), 0, -1):
        if " ".join(word.folded for word in text[place : place + size]) in of_class(name):
            return size
    return 0


def phrases(text: Sequence[Word], name: str) -> Iterator[tuple[int, int]]:
    """Where phrases of a closed class stand: each first place, and the place after the last."""
    for place in range(len(text)):
        if size := phrase_at(text, place, name):
            yield place, place + size
