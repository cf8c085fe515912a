"""What a question points to in the sentences before it, put in its place: "it", "their", "this offer", "there".

A pronoun is put as the name, or else the noun with what belongs to it, that agrees with it in number: that of the
nearest sentence first, and in it the subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.language.lexis.linking import Linker
from kg.language.text.antecedents import Antecedent, antecedents, is_noun
from kg.language.text.claiming import is_said
from kg.language.text.words import AUXILIARIES, AUXILIARY, PREPOSITIONS, Token, tokens

Tokens = Sequence[Token]
# What stands for a word: the words, how many they replace, and the antecedent that they are of a group of pronouns.
Replacement = tuple[tuple[Token, ...], int, str, Antecedent | None]
_ONE = {"it": False, "its": True, "he": False, "him": False, "his": True, "she": False, "her": True}
_MANY = {"they": False, "them": False, "their": True, "theirs": True}
_PRONOUNS = {**_ONE, **_MANY}
_PERSONS = frozenset({"he", "him", "his", "she", "her"})
_THIS, _THESE = frozenset({"this", "that", "such"}), frozenset({"these", "those"})
_OTHER = frozenset({"other", "others", "else", "another"})
_EXPLETIVE = frozenset({"that", "who", "which", "whether", "if"})
_TAKING = frozenset({"take", "takes", "matter", "follow"})  # "how long does it take"
_CONJUNCTION = frozenset({
    "and", "or", "but", "whether", "if", ",", "that", "when", "because", "though", "while", "since", "as", "which",
})  # fmt: skip
_VAGUE = frozenset({"time", "times", "way", "point", "thing", "things", "case", "kind", "sort", "place"})
_SAYING = re.compile(r"(?:do|does|did) (?:they|he|she|it) (?:also |really |even )?(?:say|claim|think|hold|state) that ")
_MOST = 3  # antecedents that are tried


@dataclass(frozen=True)
class Before:
    """What was said before a question: what the sentences speak of, and what they state."""

    spoken_of: tuple[Antecedent, ...]
    stated: tuple[Tokens, ...]
    linker: Linker

    @classmethod
    def of(cls, clauses: Sequence[Tokens], stated: Sequence[Tokens], linker: Linker) -> Before:
        return cls(tuple(antecedents(clauses, linker)), tuple(stated), linker)


def named(asked: Tokens, linker: Linker) -> bool:
    """Whether a question says by name what it is about."""
    return any(item.kind in ("name", "number") for item in linker.items(tuple(asked)))


def pointing(asked: Tokens) -> bool:
    """Whether a word of it points to something said before."""
    return any(_points(asked, index) for index in range(len(asked)))


def _points(asked: Tokens, index: int) -> bool:
    word = asked[index].word
    last = asked[index - 1].word if index else ""
    after = asked[index + 1].word if index + 1 < len(asked) else ""
    if word in ("it", "there"):
        beside = {last, after} & AUXILIARIES["be"]
        later = {each.word for each in asked[index + 1 :]} & _EXPLETIVE
        is_there = word == "there" and bool({last, after} & AUXILIARY)
        cleft = word == "it" and bool(beside and later) and last not in PREPOSITIONS
        return not (is_there or cleft or (word == "it" and after in _TAKING and last in AUXILIARIES["do"]))
    if word == "that":
        return not after or last in AUXILIARY or (last in PREPOSITIONS and after != "which")
    if word == "same":
        return last == "the"
    if word in _OTHER:
        return last != "each"
    if word in ("one", "ones"):
        return last in ("which", "what")
    return word in _PRONOUNS or word in _THESE or (word in _THIS and after not in ("a", "as"))


def put(asked: Tokens, before: Before) -> Iterator[tuple[Token, ...]]:
    """The ways to put what it points to in the place of each word that points, the likeliest first."""
    plain = _without_same(asked)
    others = any(token.word in _OTHER and _points(plain, index) for index, token in enumerate(plain))
    if others:
        for rest in _besides(plain, before):
            yield from put(rest, before) if pointing(rest) else iter([rest])
        return
    saying = _SAYING.match(" ".join(token.word for token in plain) + " ")
    if saying and not any(each.plural or each.named for each in before.spoken_of[-1:]):
        plain = (*tokens("is it true that"), *plain[len(saying.group().split()) :])
    clausal = any(token.word in _THIS and _is_clausal(plain, index, before) for index, token in enumerate(plain))
    if clausal and before.stated:
        yield (*tokens("if"), *before.stated[-1], *tokens(","), *plain)
    yield from _put(plain, 0, {}, before)


def definite(asked: Tokens, before: Before) -> tuple[Token, ...]:
    """What is asked with "the" and the noun of a name that was said before, as that name: "the initiative"."""
    found = list(asked)
    plain = {item.start for item in before.linker.items(tuple(asked)) if item.kind == "word"}
    for index in range(len(found) - 1, 0, -1):
        if found[index - 1].word != "the" or found[index].start not in plain:
            continue
        meant = next((each for each in before.spoken_of if each.named and each.noun == found[index].word), None)
        if meant is not None:
            found[index : index + 1] = meant.words
    return tuple(found)


def _without_same(asked: Tokens) -> tuple[Token, ...]:
    found = list(asked)
    for index in range(len(found) - 1, 0, -1):
        if found[index].word == "same" and found[index - 1].word == "the":
            del found[index]
    return tuple(found)


def _put(asked: Tokens, start: int, given: Mapping[str, Antecedent], before: Before) -> Iterator[tuple[Token, ...]]:
    places = range(start, len(asked))
    index = next((place for place in places if _points(asked, place) and asked[place].word not in _OTHER), -1)
    if index < 0:
        yield tuple(asked)
        return
    for words, size, group, meant in _replacements(asked, index, given, before):
        now = {**given, group: meant} if meant is not None else given
        whole = (*asked[:index], *words, *asked[index + size :])
        yield from _put(whole, index + max(len(words), 1), now, before)


def _replacements(asked: Tokens, index: int, given: Mapping[str, Antecedent], before: Before) -> Iterator[Replacement]:
    """What may stand for the word there, the likeliest first."""
    candidates, linker = before.spoken_of, before.linker
    word = asked[index].word
    if word == "there":
        yield from (((*tokens("in"), *each.words), 1, "there", each) for each in candidates if each.place)
        return
    if word in _THIS | _THESE and index + 1 < len(asked) and _opens_noun(asked, index, linker):
        yield from _of_noun(asked, index, before)
        return
    if word in ("one", "ones"):
        nouns = [each for each in candidates if not each.named and each.plural]
        yield from ((_without_article(each.words), 1, "ones", each) for each in nouns[:1])
        return
    many = word in _MANY or word in _THESE
    group = "many" if many else "one"
    owned = _PRONOUNS.get(word, False)
    fits = [each for each in candidates if each.plural == many and (each.named or word not in _PERSONS)]
    if _has_name(asked, index, linker, owned):
        yield (asked[index],), 1, group, None  # it has its name before it
        return
    if not owned and not _is_subject(asked, index, linker) and word in ("it", "them"):
        fits = [each for each in fits if not each.named and each.plural == many] + [each for each in fits if each.named]
    elif many and (two := _joined(before)):
        yield (*two, *(tokens("'s") if owned else ())), 1, group, None
    taken = set(map(id, given.values()))
    same = group in given and (owned or _is_subject(asked, index, linker))
    meant = [given[group]] if same else [each for each in fits if id(each) not in taken][:_MOST]
    for each in meant:
        yield (*each.words, *(_genitive(each.words) if owned else ())), 1, group, each


def _has_name(asked: Tokens, index: int, linker: Linker, owned: bool) -> bool:
    """Whether a pronoun has its name before it in the question: an owner, or the subject of a clause after another."""
    before = linker.items(tuple(asked[:index]))
    last = max((place for place, item in enumerate(before) if item.kind == "name"), default=-1)
    joined = any(item.word in _CONJUNCTION for item in before[last + 1 :])
    return last >= 0 and (owned or (joined and _is_subject(asked, index, linker)))


def _is_subject(asked: Tokens, index: int, linker: Linker) -> bool:
    """Whether a pronoun is what does something: a verb follows, or what is asked begins with its auxiliary."""
    if index and asked[index - 1].word in AUXILIARY:
        return True
    after = linker.items(tuple(asked[index + 1 : index + 4]))[:1]
    return any(item.kind in ("aux", "neg") or any(s.part == "verb" for s in item.senses) for item in after)


def _without_article(words: Tokens) -> tuple[Token, ...]:
    return tuple(words[1:] if words[0].word == "the" else words)


def _genitive(words: Tokens) -> tuple[Token, ...]:
    return (Token("'s", "'s", words[-1].end, words[-1].end),)


def _opens_noun(asked: Tokens, index: int, linker: Linker) -> bool:
    after = linker.items(tuple(asked[index + 1 :]))[0]
    verb = any(sense.part == "verb" for sense in after.senses)
    inverted = asked[index].word == "that" and index > 0 and asked[index - 1].word in AUXILIARY
    return after.kind in ("name", "unknown") or (is_noun(after) and not (inverted and verb))


def _is_clausal(asked: Tokens, index: int, before: Before) -> bool:
    """Whether "that" or "this" stands for all that was said before: "does that help X"."""
    pointed = _points(asked, index) and index > 0 and asked[index - 1].word in AUXILIARY and index + 1 < len(asked)
    return pointed and asked[index].word != "such" and not _opens_noun(asked, index, before.linker)


def _of_noun(asked: Tokens, index: int, before: Before) -> Iterator[Replacement]:
    """ "This offer" as the offer that was named, "this claim" as "the claim that …", "this seat" as "the seat of …"."""
    noun = asked[index + 1]
    stem = noun.word.rstrip("s")
    for each in before.spoken_of:
        if each.noun.rstrip("s") == stem:
            yield each.words, 2, "this", each
            return
    the = (*tokens("the"), noun)
    item = before.linker.items((noun,))[0]
    if before.stated and is_said(item):
        yield (*the, *tokens("that"), *before.stated[-1]), 2, "this", None
        return
    named = sorted((each for each in before.spoken_of if each.named), key=lambda each: -each.words[0].start)
    for each in named[:_MOST]:
        yield (*the, *tokens("of"), *each.words), 2, "this", each
    if any(sense.concept.terms for sense in item.senses) and item.word not in _VAGUE:
        yield the, 2, "this", None


def _joined(before: Before) -> tuple[Token, ...]:
    """Two names that "and" joins in what was said last: "France and Britain"."""
    for clause in reversed(before.stated):
        items = before.linker.items(tuple(clause))
        for one, (joint, other) in zip(items, pairwise(items[1:]), strict=False):
            if one.kind == other.kind == "name" and joint.word == "and" and one.things and other.things:
                return tuple(each for each in clause if one.start <= each.start and each.end <= other.end)
    return ()


def _besides(asked: Tokens, before: Before) -> Iterator[tuple[Token, ...]]:
    """ "Which other states …" as "which states … besides X and Y", named last, or besides the last of them."""
    last = {token.start for token in before.stated[-1]} if before.stated else set()
    known = {thing for item in before.linker.items(tuple(asked)) for thing in item.things}
    names = [
        each
        for each in before.spoken_of
        if each.named
        and each.words[0].start in last
        and not known & {thing for item in before.linker.items(each.words) for thing in item.things}
    ]
    rest = tuple(token for token in asked if token.word not in _OTHER)
    for chosen in (names, names[-1:], names[:1]) if names else ():
        listed = [word for each in chosen for word in (*tokens("and"), *each.words)]
        yield (*rest, *tokens("besides"), *listed[1:])
