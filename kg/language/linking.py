"""Tokens → items: the names, words and closed-class words that a question is made of, the longest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.language import words
from kg.language.lexicon import Form, Lexicon, Sense, form_of
from kg.language.words import Token
from kg.names import Names
from kg.namespaces import SG, SKOS

_LONGEST = 10  # words in a name
_UNNAMED = {
    SG + kind
    for kind in ("Act", "Polarity", "Certainty", "Direction", "ConditionKind", "VoteKind", "CastVote", "SupportKind")
}
_SKIPPED = frozenset(
    {"of", "in", "the", "from", "over", "-", ",", "(", ")", "a", "an", "to"}
)  # between the words of a name
_ADJECTIVE = 3
_CONCEPT = SKOS + "Concept"
_NAMED = (SG + "Entity", SG + "Source", _CONCEPT)


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


@dataclass(frozen=True)
class Linker:
    """What forms are known: names (form → things; adjectives apart), words, and the words of phrasings alone."""

    names: Mapping[Form, tuple[str, ...]]
    adjectives: Mapping[Form, tuple[str, ...]]
    lexicon: Lexicon
    concepts: frozenset[str] = frozenset()
    standing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verbal: frozenset[Form] = frozenset()
    roles: frozenset[str] = frozenset()
    longest: int = _LONGEST
    _known: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, names: Names, lexicon: Lexicon) -> Linker:
        plain: dict[Form, dict[str, None]] = {}
        adjectives: dict[Form, dict[str, None]] = {}
        terms = names.ontology.classes | names.ontology.properties
        for name in names.names:
            if names.types.get(name.iri, frozenset()) <= _UNNAMED or name.iri in terms:
                continue
            if not any(names.is_a(name.iri, kind) for kind in _NAMED):
                continue
            form = _plain(form_of(name.text))
            if form and len(form) <= _LONGEST:
                (adjectives if name.rank == _ADJECTIVE else plain).setdefault(form, {})[name.iri] = None
        verbal = set()
        for form, things in list(_renamed(plain, names, lexicon)):
            for thing in things:
                plain.setdefault(form, {})[thing] = None
        for form, things, with_verb in list(_variants(plain, adjectives, lexicon)):
            if with_verb:
                verbal.add(form)
            for thing in things:
                plain.setdefault(form, {})[thing] = None
        vocabulary = {word for form in [*plain, *adjectives, *lexicon.senses] for word in form}
        closed = words.AUXILIARY | words.WH | words.DETERMINERS | words.PREPOSITIONS | words.CONJUNCTIONS
        return cls(
            {form: tuple(things) for form, things in plain.items()},
            {form: tuple(things) for form, things in adjectives.items()},
            lexicon,
            frozenset(thing for thing in names.types if names.is_a(thing, _CONCEPT)),
            _standing(plain, names),
            frozenset(verbal),
            names.ontology.roles,
            max((len(form) for form in plain), default=1),
            frozenset(vocabulary) | closed | words.FILLERS | words.NEGATIONS,
        )

    def knowing(self, extra: Iterable[str]) -> Linker:
        """The linker that also knows the words `extra`, of phrasings alone: they are no misspellings."""
        return replace(self, _known=self._known | frozenset(extra))

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
        if (
            word in self._known
            or word.startswith("{")
            or len(word) < 3
            or not word.isascii()
            or not word.isalpha()
            or is_english(word)
        ):
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
        if any(text in words.WH for text in best):
            return min(text for text in best if text in words.WH)
        if len(word) == 3:
            best = [text for text in best if len(text) == 4]
        return min(best) if len(best) == 1 or (best and len({text.rstrip("s") for text in best}) == 1) else None

    def _longest_at(self, tokens: tuple[Token, ...], index: int, most: int) -> tuple[Item, int]:
        token = tokens[index]
        if token.word.startswith("{") and len(token.word) > 1:
            return Item("slot", token.word, token.start, token.end, slot=token.word[1:-1]), 1
        name, name_length = self._name_at(tokens, index, most)
        senses, word_length = self._word_at(tokens, index, most)
        if name and name_length == word_length and self._is_rather_word(name[1], senses):
            name = None
        if name and name_length >= word_length:
            end = tokens[index + name_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + name_length])
            adjective, things = name
            own = senses if word_length == name_length else ()
            typed, others = _typed(tokens, index, name_length), self._standing_for(things)
            verbal = _plain(tuple(text.split())) in self.verbal
            return Item(
                "name", text, token.start, end, things, others, adjective, verbal, own, typed=typed
            ), name_length
        closed, closed_length = _closed_at(tokens, index)
        if closed and closed_length >= word_length:
            own = senses if closed_length == word_length else ()
            end = tokens[index + closed_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + closed_length])
            return Item(closed, text, token.start, end, senses=own, typed=token.text), closed_length
        if senses:
            end = tokens[index + word_length - 1].end
            text = " ".join(each.word for each in tokens[index : index + word_length])
            return Item(
                "word", text, token.start, end, senses=senses, typed=_typed(tokens, index, word_length)
            ), word_length
        kind = (
            "number"
            if token.word[:1].isdigit() or token.word in words.NUMBERS
            else "sign"
            if not token.word[:1].isalnum()
            else "unknown"
        )
        return Item(kind, token.word, token.start, token.end, typed=token.text), 1

    def _standing_for(self, things: tuple[str, ...]) -> tuple[str, ...]:
        found = {other for thing in things for other in self.standing.get(thing, ())}
        return tuple(found) if len(found) == 1 else ()

    def _is_rather_word(self, things: tuple[str, ...], senses: tuple[Sense, ...]) -> bool:
        """Whether a concept's name is a word of the lexicon: a verb or adjective ("possible"), or of a role ("guarantors")."""
        return set(things) <= self.concepts and any(
            sense.part in ("verb", "adjective") or sense.concept.terms & self.roles for sense in senses
        )

    def _name_at(
        self, tokens: tuple[Token, ...], index: int, most: int
    ) -> tuple[tuple[bool, tuple[str, ...]] | None, int]:
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


def _renamed(
    plain: Mapping[Form, Iterable[str]], names: Names, lexicon: Lexicon
) -> Iterator[tuple[Form, tuple[str, ...]]]:
    """Names whose last word is a noun for their class, with its other nouns: "Chinese plan" for "Chinese initiative"."""
    nouns: dict[str, set[str]] = {}
    for form, senses in lexicon.senses.items():
        for sense in senses:
            if len(form) == 1 and sense.part == "noun":
                for kind in sense.concept.terms & names.ontology.classes:
                    nouns.setdefault(kind, set()).add(form[0])
    for form, things in plain.items():
        for kind, each in nouns.items() if len(form) > 1 else ():
            targets = tuple(thing for thing in things if names.is_a(thing, kind))
            if form[-1] in each and targets:
                for noun in sorted(each):
                    yield (*form[:-1], noun), targets


def _variants(
    plain: Mapping[Form, Iterable[str]], adjectives: Mapping[Form, Iterable[str]], lexicon: Lexicon
) -> Iterator[tuple[Form, tuple[str, ...], bool]]:
    """Other ways to say a name: "Russia's delegation" for "Russian delegation", "undermine …" for "undermining of …"."""
    called: dict[str, list[Form]] = {}
    verbs: dict[str, list[str]] = {}
    for form, senses in lexicon.senses.items():
        for sense in senses:
            if len(form) == 1 and sense.part == "verb" and sense.form == "base":
                verbs.setdefault(sense.concept.name, []).append(form[0])
    for form, things in plain.items():
        for thing in things:
            called.setdefault(thing, []).append(form)
    for form, things in plain.items():
        targets = tuple(things)
        for adjective, owners in adjectives.items():
            size = len(adjective)
            if len(form) > size and form[:size] == adjective:
                for name in [name for owner in owners for name in called.get(owner, ())]:
                    yield (*name, "'s", *form[size:]), targets, False
            for name in [name for owner in owners for name in called.get(owner, ())]:
                if form[: len(name)] == name and len(form) > len(name):
                    yield (*adjective, *form[len(name) + (form[len(name)] == "'s") :]), targets, False
        if len(form) > 1:
            for index, word in enumerate(form):
                for base in _verbs_of(word, lexicon, verbs):
                    for verb in lexicon.verbs[base]:
                        yield (*form[:index], *verb.split(), *form[index + 1 :]), targets, index == 0


def _verbs_of(word: str, lexicon: Lexicon, verbs: Mapping[str, Iterable[str]]) -> list[str]:
    """The verbs of which `word` is the gerund or a nominalisation ("undermining", "purchase")."""
    senses = lexicon.senses.get((word,), ())
    gerund = any(sense.part == "verb" and sense.form == "ing" for sense in senses)
    return sorted(
        {
            verb
            for sense in senses
            if sense.part == ("verb" if gerund else "noun")
            for verb in verbs.get(sense.concept.name, ())
            if not gerund or word in words.verb_forms(verb) or word[:3] == verb[:3]
        }
    )


def _standing(plain: Mapping[Form, Iterable[str]], names: Names) -> dict[str, tuple[str, ...]]:
    """Of each place, the proposals whose names begin with its own."""
    found: dict[str, set[str]] = {}
    for form, things in plain.items():
        for place in (thing for thing in things if names.is_a(thing, SG + "Place")):
            for other, proposals in plain.items():
                if other[: len(form)] == form and other != form:
                    found.setdefault(place, set()).update(p for p in proposals if names.is_a(p, SG + "Proposal"))
    return {place: tuple(sorted(proposals)) for place, proposals in found.items()}


def _typed(tokens: tuple[Token, ...], index: int, length: int) -> str:
    return " ".join(token.text for token in tokens[index : index + length])


def _plain(form: Form) -> Form:
    return tuple(word for word in form if word not in _SKIPPED)


def _closed_at(tokens: tuple[Token, ...], index: int) -> tuple[str, int]:
    if [token.word for token in tokens[index : index + 2]] == ["the", "two"]:
        return "det", 2
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
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether English has the word: what it has is never taken for a misspelling."""
    return word in _dictionary()
