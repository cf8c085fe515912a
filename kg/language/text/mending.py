"""Misspelt words: those that English has not, and that one known word is near to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.language.text import words
from kg.language.text.words import Token

_RARE = 500  # of some hundred million words
_COMMONER = 4  # times
_SHORT = 8  # characters: below, one letter may be wrong, else two


@dataclass(frozen=True)
class Mender:
    """What words are known, of names, lexicon, phrasings and grammar, with how many forms each is a word of."""

    known: Mapping[str, int] = field(repr=False)

    def knowing(self, extra: Iterable[str]) -> Mender:
        return Mender({**dict.fromkeys(extra, 1), **self.known})

    def mended(self, token: Token) -> Token:
        """The token, or, where English has no such word, the one that it is likely a misspelling of."""
        word = token.word
        if word in self.known or len(word) < 3 or not word.isascii() or not word.isalpha() or is_english(word):
            return token
        close = self._nearest(word) or (self._nearest(word[:-1]) if word.endswith("s") else None)
        return replace(token, word=close) if close else token

    def likelier(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """The tokens with rare English words taken for misspellings too: "nam" for "name"."""
        return tuple(self._likelier(token) for token in tokens)

    def _likelier(self, token: Token) -> Token:
        word = token.word
        strange = word in self.known or not token.text.islower() or len(word) < 3 or not is_english(word)
        close = None if strange or _dictionary()[word] > _RARE else self._nearest(word)
        return replace(token, word=close) if close else token

    def _nearest(self, word: str) -> str | None:
        most = 1 if len(word) < _SHORT else 2
        candidates = [each for each in self.known if each[:1] == word[:1] and len(each) >= max(4, len(word) - most)]
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=most, limit=4)
        best = [text for text, distance, _ in near if distance == near[0][1]] if near else []
        if any(text in words.WH for text in best):
            return min(text for text in best if text in words.WH)
        if len(word) == 3:
            best = [text for text in best if len(text) == 4]
        if best and all(text.startswith(min(best, key=len)) for text in best):
            return min(best, key=len)  # forms of one word
        if len({text.rstrip("s") for text in best}) > 1:
            best = self._likeliest(word, best)
        return min(best, default=None) if len({text.rstrip("s") for text in best}) == 1 else None

    def _likeliest(self, word: str, best: list[str]) -> list[str]:
        """Of words that are equally near, those from which letters were left out, else one far more common here."""
        short = [text for text in best if _is_within(word, text)]
        if short:
            return short
        first, second, *_ = sorted(best, key=lambda text: -self.known[text])
        return [first] if self.known[first] >= _COMMONER * self.known[second] else best


def _is_within(word: str, text: str) -> bool:
    """Whether a text has the letters of a word, in their order."""
    letters = iter(text)
    return all(letter in letters for letter in word)


@cache
def _dictionary() -> Mapping[str, int]:
    """How often each word of English stands in a large text."""
    from spellchecker import SpellChecker

    return dict(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether English has the word: what it has is never taken for a misspelling."""
    return word in _dictionary()
