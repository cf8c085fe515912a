"""Tokens → items: the names, words and closed-class words that a question is made of, the longest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.language import words
from kg.language.lexicon import Form, Lexicon, Sense, form_of
from kg.language.words import Token
from kg.names import Names
from kg.namespaces import SG

_LONGEST = 10  # words in a name
_UNNAMED = {SG + kind for kind in ("Act", "Polarity", "Certainty", "Direction", "ConditionKind", "VoteKind", "CastVote", "SupportKind")}
_SKIPPED = frozenset({"of", "in", "the", "from", "over", "-", ",", "(", ")", "a", "an", "to"})  # between the words of a name
_ADJECTIVE = 3


@dataclass(frozen=True)
class Item:
    """One unit of a question.

    `kind` is one of: name, word, wh, aux, prep, neg, conj, det, fill, poss, rel, number, sign, slot, unknown.
    `things` are the IRIs that a name may mean; `senses` what a word may mean; `slot` a parameter, in a phrasing.
    """

    kind: str
    word: str
    start: int
    end: int
    things: tuple[str, ...] = ()
    adjective: bool = False
    senses: tuple[Sense, ...] = ()
    slot: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Linker:
    """What forms are known: names (form → things; adjectives apart), words, and the words of phrasings alone."""

    names: Mapping[Form, tuple[str, ...]]
    adjectives: Mapping[Form, tuple[str, ...]]
    lexicon: Lexicon
    extra: frozenset[str] = frozenset()
    longest: int = _LONGEST
    _known: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, names: Names, lexicon: Lexicon, extra: Iterable[str] = ()) -> Linker:
        plain: dict[Form, dict[str, None]] = {}
        adjectives: dict[Form, dict[str, None]] = {}
        terms = names.ontology.classes | names.ontology.properties
        for name in names.names:
            if names.types.get(name.iri, frozenset()) <= _UNNAMED or name.iri in terms:
                continue
            form = _plain(form_of(name.text))
            if form and len(form) <= _LONGEST:
                (adjectives if name.rank == _ADJECTIVE else plain).setdefault(form, {})[name.iri] = None
        vocabulary = {word for form in [*plain, *adjectives, *lexicon.senses] for word in form}
        closed = words.AUXILIARY | words.WH | words.DETERMINERS | words.PREPOSITIONS | words.CONJUNCTIONS
        return cls(
            {form: tuple(things) for form, things in plain.items()},
            {form: tuple(things) for form, things in adjectives.items()},
            lexicon,
            frozenset(extra),
            max((len(form) for form in plain), default=1),
            frozenset(vocabulary) | frozenset(extra) | closed | words.FILLERS | words.NEGATIONS,
        )

    def items(self, tokens: tuple[Token, ...], split: Collection[int] = ()) -> tuple[Item, ...]:
        """The items of a question; at the token indices `split` the longest reading is not taken."""
        tokens = tuple(self.mended(token) for token in tokens)
        found: list[Item] = []
        index = 0
        while index < len(tokens):
            item, length = self._longest_at(tokens, index, 1 if index in split else self.longest + 4)
            found.append(item)
            index += length
        return tuple(found)

    def mended(self, token: Token) -> Token:
        """The token, or, where English has no such word, the one that it is likely a misspelling of."""
        word = token.word
        if word in self._known or word.startswith("{") or len(word) < 3 or not word.isascii() or not word.isalpha() or is_english(word):
            return token
        close = self._nearest(word)
        return Token(token.text, close, token.start, token.end) if close else token

    def _nearest(self, word: str) -> str | None:
        most = 1 if len(word) < 8 else 2
        near = process.extract(
            word, [each for each in self._known if each[:1] == word[:1] and len(each) >= max(4, len(word) - most)],
            scorer=OSA.distance, score_cutoff=most, limit=4,
        )  # fmt: skip
        best = [text for text, distance, _ in near if distance == near[0][1]] if near else []
        if len(word) == 3:
            best = [text for text in best if len(text) == 4]
        return min(best) if len(best) == 1 or (best and len({text.rstrip("s") for text in best}) == 1) else None

    def _longest_at(self, tokens: tuple[Token, ...], index: int, most: int) -> tuple[Item, int]:
        token = tokens[index]
        if token.word.startswith("{") and len(token.word) > 1:
            return Item("slot", token.word, token.start, token.end, slot=token.word[1:-1]), 1
        name, name_length = self._name_at(tokens, index, most)
        senses, word_length = self._word_at(tokens, index, most)
        if name and name_length >= word_length:
            end = tokens[index + name_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + name_length])
            adjective, things = name
            own = senses if word_length == name_length else ()
            return Item("name", text, token.start, end, things, adjective, own, typed=_typed(tokens, index, name_length)), name_length
        closed, closed_length = _closed_at(tokens, index)
        if closed and closed_length >= word_length:
            own = senses if closed_length == word_length else ()
            end = tokens[index + closed_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + closed_length])
            return Item(closed, text, token.start, end, senses=own, typed=token.text), closed_length
        if senses:
            end = tokens[index + word_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + word_length])
            return Item("word", text, token.start, end, senses=senses, typed=_typed(tokens, index, word_length)), word_length
        kind = "number" if token.word[:1].isdigit() else "sign" if not token.word[:1].isalnum() else "unknown"
        return Item(kind, token.word, token.start, token.end, typed=token.text), 1

    def _name_at(self, tokens: tuple[Token, ...], index: int, most: int) -> tuple[tuple[bool, tuple[str, ...]] | None, int]:
        """The longest name that begins here; small words between its words may be missing or more."""
        if tokens[index].word in _SKIPPED:
            return None, 0
        best: tuple[tuple[bool, tuple[str, ...]] | None, int] = (None, 0)
        form: list[str] = []
        for length in range(1, min(most, len(tokens) - index) + 1):
            word = tokens[index + length - 1].word
            if word in _SKIPPED:
                continue
            form.append(word)
            for adjective, table in ((True, self.adjectives), (False, self.names)):
                things = table.get(tuple(form))
                if things:
                    best = ((adjective, things), length)
        return best

    def _word_at(self, tokens: tuple[Token, ...], index: int, most: int) -> tuple[tuple[Sense, ...], int]:
        for length in range(min(most, len(tokens) - index, 6), 0, -1):
            senses = self.lexicon.senses.get(tuple(token.word for token in tokens[index : index + length]))
            if senses:
                return senses, length
        return (), 0


def _typed(tokens: tuple[Token, ...], index: int, length: int) -> str:
    return " ".join(token.text for token in tokens[index : index + length])


def _plain(form: Form) -> Form:
    return tuple(word for word in form if word not in _SKIPPED)


def _closed_at(tokens: tuple[Token, ...], index: int) -> tuple[str, int]:
    for length in (4, 3, 2):
        if " ".join(token.word for token in tokens[index : index + length]) in words.PREPOSITIONS:
            return "prep", length
    word = tokens[index].word
    if word == "'s":
        return "poss", 1
    for kind, table in (
        ("wh", words.WH), ("aux", words.AUXILIARY), ("neg", words.NEGATIONS), ("conj", words.CONJUNCTIONS),
        ("det", words.DETERMINERS), ("prep", words.PREPOSITIONS), ("fill", words.FILLERS),
    ):  # fmt: skip
        if word in table:
            return kind, 1
    return "", 0


@cache
def _dictionary() -> frozenset[str]:
    from spellchecker import SpellChecker  # noqa: PLC0415  it reads its list of words on import of a language

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether English has the word: what it has is never taken for a misspelling."""
    return word in _dictionary()
