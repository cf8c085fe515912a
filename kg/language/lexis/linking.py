"""Tokens → items: the names, words and closed-class words that a question is made of, the longest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.language.lexis.items import Item
from kg.language.lexis.keys import is_year
from kg.language.lexis.lexicon import Form, Lexicon, Sense
from kg.language.lexis.merging import Merger
from kg.language.lexis.naming import SKIPPED, Naming, plain_form
from kg.language.text import words
from kg.language.text.leading import IDLE, MEANING, NAMED, STRANGE
from kg.language.text.mending import Mender
from kg.language.text.words import Token
from kg.names import Name, Names
from kg.namespaces import SKOS

_BEFORE_NOUNS = frozenset({"the", "a", "an", "its", "their", "these", "those", "such", "any", "'s"})
_INDEFINITE = frozenset({"a", "an", "my", "our"})  # "an article" is none that is known by name
_OWNERS = frozenset({"its", "their", "his", "her", "our", "your", "my"})
_CONCEPT = SKOS + "Concept"


@dataclass(frozen=True)
class Linker:
    """What forms are known: of names, of words, and the words of phrasings alone."""

    naming: Naming
    lexicon: Lexicon
    mender: Mender
    concepts: frozenset[str]
    roles: frozenset[str]
    reach: tuple[Mapping[str, int], Mapping[str, int]] = field(repr=False)  # of the longest name, word, by first word
    merger: Merger = field(default_factory=lambda: Merger({}, {}, {}), repr=False)

    @classmethod
    def of(cls, names: Names, lexicon: Lexicon) -> Linker:
        naming = Naming.of(names, lexicon)
        closed = words.AUXILIARY | words.WH | words.DETERMINERS | words.PREPOSITIONS | words.CONJUNCTIONS
        vocabulary = Counter(word for form in (*naming.forms(), *lexicon.senses) for word in form)
        linker = cls(
            naming,
            lexicon,
            Mender(dict.fromkeys(closed | words.FILLERS | words.NEGATIONS, 1) | vocabulary),
            frozenset(thing for thing in names.types if names.is_a(thing, _CONCEPT)),
            names.ontology.roles,
            (_reach(naming.forms()), _reach(lexicon.senses)),
        )
        called = [(name.iri, linker._parts(name)) for name in Naming.registered(names)]
        return replace(linker, merger=Merger.of(called, naming.groups))

    def _parts(self, name: Name) -> list[Item]:
        """The items of a name, those that are names themselves with what their last word means."""
        found = self.items(words.tokens(name.text), without=name.iri)
        return [
            replace(item, senses=self.lexicon.senses.get((item.word.split()[-1],), ())) if item.things else item
            for item in found
        ]

    def knowing(self, extra: Iterable[str]) -> Linker:
        """The linker that also knows the words `extra`, of phrasings alone: they are no misspellings."""
        return replace(self, mender=self.mender.knowing(extra))

    def items(self, tokens: tuple[Token, ...], without: str = "", *, merging: bool = True) -> tuple[Item, ...]:
        """The items of a question; `without` is a thing whose names are not to be seen.

        With `merging` those among them that are a name said in other words are one.
        """
        owned = [self.mender.mended(part) for token in tokens for part in self._owned(token)]
        tokens = tuple(part for index, part in enumerate(owned) if not _is_own(owned, index))
        found: list[Item] = []
        index = 0
        while index < len(tokens):
            item, length = self._longest_at(tokens, index, without)
            found.append(item)
            index += length
        return self.merged(found) if merging else tuple(found)

    def weight(self, tokens: Sequence[Token]) -> int:
        """How much some words say of what the graph speaks of (see `leading`): nothing, words, or things by name."""
        found = IDLE
        before = ""
        for item in self.items(tuple(tokens)):
            if item.kind in ("name", "number", "slot") and before not in _INDEFINITE:
                return NAMED
            before = item.word
            if any(sense.concept.terms for sense in item.senses):
                found = MEANING
            elif item.kind == "unknown":
                found = max(found, STRANGE)
        return found

    def _owned(self, token: Token) -> tuple[Token, ...]:
        """The token, or a name and its genitive where the apostrophe is missing: "russias"."""
        stem = token.word[:-1]
        if not token.word.endswith("s") or token.word in self.mender.known or (stem,) not in self.naming.nouns:
            return (token,)
        last = token.end - 1
        return Token(token.text[:-1], stem, token.start, last), Token(token.text[-1:], "'s", last, token.end)

    def merged(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items with the names among them that are said in other words."""
        return tuple(self.merger.merged(items, self.naming.standing_for))

    def _begins_name(self, tokens: tuple[Token, ...], index: int, without: str) -> bool:
        """Whether a noun, that is no verb, begins a name of several words: "time to continue the war"."""
        parts = {sense.part for sense in self._word_at(tokens[: index + 1], index)[0]}
        return "noun" in parts and "verb" not in parts and self._name_at(tokens, index, without)[1] > 1

    def _longest_at(self, tokens: tuple[Token, ...], index: int, without: str) -> tuple[Item, int]:
        token = tokens[index]
        if token.word.startswith("{") and len(token.word) > 1:
            return Item("slot", token.word, token.start, token.end, slot=token.word[1:-1]), 1
        name, name_length = self._name_at(tokens, index, without)
        senses, word_length = self._word_at(tokens, index)
        if word_length > 1 and index and tokens[index - 1].word in _BEFORE_NOUNS and _are_verbs(senses):
            senses, word_length = self._word_at(tokens[: index + 1], index)  # "the talks about X", no "talk about"
        if word_length > 1 and self._begins_name(tokens, index + word_length - 1, without):
            senses, word_length = self._word_at(tokens[: index + word_length - 1], index)  # "given" time to do
        if name and name_length == word_length and self._is_rather_word(name[1], senses, tokens, index):
            name = None
        if name and name_length > 1 and index and self._is_of_another_year(name[1], tokens[index - 1].word):
            name, name_length = self._name_at(tokens[: index + name_length - 1], index, without)
        if name and name_length >= word_length:
            text, end, typed = _span(tokens, index, name_length)
            adjective, things = name
            own = senses if word_length == name_length else ()
            others = self.naming.standing_for(things)
            verbal = plain_form(tuple(text.split())) in self.naming.verbal
            item = Item("name", text, token.start, end, things, others, adjective, verbal, own, typed=typed)
            return item, name_length
        closed, closed_length = _closed_at(tokens, index)
        if closed == "neg" and words.is_said_no([each.word for each in tokens], index):
            return Item("unknown", token.word, token.start, token.end, typed=token.text), 1
        if closed and closed_length >= word_length:
            own = senses if closed_length == word_length else ()
            text, end, _ = _span(tokens, index, closed_length)
            return Item(closed, text, token.start, end, senses=own, typed=token.text), closed_length
        if senses:
            text, end, typed = _span(tokens, index, word_length)
            return Item("word", text, token.start, end, senses=senses, typed=typed), word_length
        number = token.word[:1].isdigit() or token.word in words.NUMBERS
        kind = "number" if number else "unknown" if token.word[:1].isalnum() else "sign"
        return Item(kind, token.word, token.start, token.end, typed=token.text), 1

    def _is_of_another_year(self, things: tuple[str, ...], before: str) -> bool:
        """Whether a year before a name is another than those in it: "the 2022 Russian paper" is none of 1991."""
        within = frozenset().union(*(self.merger.within.get(thing, frozenset()) for thing in things))
        years = {word for word in within if is_year(word)}
        return is_year(before) and bool(years) and before not in years

    def _is_rather_word(
        self, things: tuple[str, ...], senses: tuple[Sense, ...], tokens: Sequence[Token], index: int
    ) -> bool:
        """Whether a concept's name is a word of the lexicon: verb, adjective ("possible"), or a role ("guarantors")."""
        concept = set(things) <= self.concepts and any(
            sense.part in ("verb", "adjective") or sense.concept.terms & self.roles for sense in senses
        )
        return concept or _is_doing(tokens, index, senses)

    def _name_at(
        self, tokens: tuple[Token, ...], index: int, without: str
    ) -> tuple[tuple[bool, tuple[str, ...]] | None, int]:
        """The longest name that begins here; small words between its words may be missing or more."""
        reach = self.reach[0].get(tokens[index].word, 0)
        if tokens[index].word in SKIPPED:
            return None, 0
        best: tuple[tuple[bool, tuple[str, ...]] | None, int] = (None, 0)
        form: list[str] = []
        for length in range(1, len(tokens) - index + 1):
            word = tokens[index + length - 1].word
            if word in SKIPPED:
                continue
            if len(form) == reach:
                break
            if word[:1].isdigit() and tokens[index + length - 2].word == "in":
                break  # the year in which something was, and no part of a name
            form.append(word)
            for adjective, table in ((True, self.naming.adjectives), (False, self.naming.nouns)):
                things = table.get(tuple(form))
                if things and things != (without,) and not (length == 1 and _is_small(tokens[index])):
                    best = ((adjective, things), length)
        return best

    def _word_at(self, tokens: tuple[Token, ...], index: int) -> tuple[tuple[Sense, ...], int]:
        for length in range(min(len(tokens) - index, self.reach[1].get(tokens[index].word, 0)), 0, -1):
            if [token.word for token in tokens[index + length - 1 : index + length + 1]] == [
                "one",
                "of",
            ] and length > 1:
                continue  # "as one of the guarantors"
            if length > 1 and tokens[index].word in words.WH and _is_to(tokens, index + length):
                continue  # "what is said to prolong the war"
            senses = self.lexicon.senses.get(tuple(token.word for token in tokens[index : index + length]))
            if senses and not (length == 1 and _is_own(tokens, index, _OWNERS)):
                return senses, length
        return (), 0


def _reach(forms: Iterable[Form]) -> dict[str, int]:
    """How many words the longest form has that begins with each word."""
    found: dict[str, int] = {}
    for form in forms:
        if form and len(form) > found.get(form[0], 0):
            found[form[0]] = len(form)
    return found


def _is_doing(tokens: Sequence[Token], index: int, senses: tuple[Sense, ...]) -> bool:
    """Whether a word is a verb, and not the name that it is after "the": "is fighting", "the fighting"."""
    gerund = any(sense.part == "verb" and sense.form == "ing" for sense in senses)
    return gerund and (index == 0 or tokens[index - 1].word != "the")


def _are_verbs(senses: Sequence[Sense]) -> bool:
    """Whether a form is one of verbs alone, and no participle before a noun."""
    return all(sense.part == "verb" and sense.form in ("base", "s") for sense in senses)


def _is_own(tokens: Sequence[Token], index: int, owners: Collection[str] = ("'s",)) -> bool:
    """Whether a word only stresses whose something is: "China's own initiative"; "its own" says of whom as well."""
    return index > 0 and tokens[index].word == "own" and tokens[index - 1].word in owners


def _is_to(tokens: Sequence[Token], index: int) -> bool:
    return [token.word for token in tokens[index : index + 1]] == ["to"]


def _is_small(token: Token) -> bool:
    """Whether a small word is typed that is a code when in capitals: "us"."""
    return token.text.islower() and token.word in words.FILLERS | words.PREPOSITIONS | words.AUXILIARY | words.NEGATIONS


def _span(tokens: Sequence[Token], index: int, length: int) -> tuple[str, int, str]:
    """The words of some tokens, where they end, and as they were typed."""
    found = tokens[index : index + length]
    return " ".join(each.word for each in found), found[-1].end, " ".join(each.text for each in found)


def _is_name(tokens: Sequence[Token]) -> bool:
    """Whether a name begins in the midst of small words: "in General Assembly resolution 2758"."""
    return tokens[0].text.islower() and tokens[-1].text.istitle()


def _closed_at(tokens: tuple[Token, ...], index: int) -> tuple[str, int]:
    if [token.word for token in tokens[index : index + 2]] == ["the", "two"]:
        return "det", 2
    for length in range(min(5, len(tokens) - index), 1, -1):
        text = " ".join(token.word for token in tokens[index : index + length])
        for kind, table in (("prep", words.PREPOSITIONS), ("fill", words.FILLERS), ("det", words.DETERMINERS)):
            if text in table and not _is_name(tokens[index : index + length]):
                return kind, length
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
