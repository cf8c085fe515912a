"""What a question points back to in the sentences before it: "it", "their", "this offer", "there".

A pronoun is put as the name, or else the noun with what belongs to it, that agrees with it in number: that of the
nearest sentence first, and in it the subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.language.claiming import is_said
from kg.language.items import Item
from kg.language.linking import Linker
from kg.language.words import AUXILIARIES, AUXILIARY, PREPOSITIONS, Token, tokens

Tokens = Sequence[Token]
_ONE = {"it": False, "its": True, "he": False, "him": False, "his": True, "she": False, "her": True}
_MANY = {"they": False, "them": False, "their": True, "theirs": True}
_PRONOUNS = {**_ONE, **_MANY}
_THIS, _THESE = frozenset({"this", "that", "such"}), frozenset({"these", "those"})
_OTHER = frozenset({"other", "others", "else", "another"})
_EXPLETIVE = frozenset({"that", "who", "which", "whether", "if", "to", "for"})
_CONJUNCTION = frozenset({"and", "or", "but", "whether", "if", ","})
_PLACES = frozenset({"in", "at"})
_BEFORE_NOUN = frozenset({"det", "number", "poss"})
_SIDES = ("side", "media", "people", "government", "west")
_VAGUE = frozenset({"time", "times", "way", "point", "thing", "things", "case", "kind", "sort", "place"})
_MOST = 3  # antecedents that are tried


@dataclass(frozen=True)
class Antecedent:
    """Something that a sentence speaks of, as it does; `named`: by a name; `noun`: its last word; `place`: "in"."""

    words: tuple[Token, ...]
    named: bool
    plural: bool
    place: bool = False
    noun: str = ""


def antecedents(before: Sequence[Tokens], linker: Linker) -> list[Antecedent]:
    """What the sentences speak of, those of the last first, in each the names first and these in their order."""
    found: list[Antecedent] = []
    for clause in reversed(before):
        each = list(_spoken_of(clause, linker))
        found += [one for one in each if one.named] + [one for one in each if not one.named]
    return found


def _spoken_of(clause: Tokens, linker: Linker) -> Iterator[Antecedent]:
    items = linker.items(tuple(clause))
    for index, item in enumerate(items):
        before, after = items[index - 1] if index else None, items[index + 1] if index + 1 < len(items) else None
        name = item.kind == "name" and bool(item.things) and not item.verbal
        if not (name or _heads(item, before)) or (item.adjective and after is not None and _is_noun(after)):
            continue
        start = before.start if not name and before is not None and before.adjective else item.start
        words = tuple(each for each in clause if start <= each.start and each.end <= item.end)
        words = words if name else (*tokens("the"), *words, *_belonging(clause, items, index))
        if words:
            place = before is not None and before.word in _PLACES
            yield Antecedent(words, name, is_plural(item), place, item.word.split()[-1])


def _heads(item: Item, before: Item | None) -> bool:
    """Whether a noun stands there, by what is before it where it may be a verb as well."""
    opened = before is not None and (before.kind in (*_BEFORE_NOUN, "prep") or before.adjective)
    verb = any(sense.part == "verb" for sense in item.senses)
    return item.kind == "word" and _is_noun(item) and before is not None and (opened or not verb)


def _belonging(clause: Tokens, items: Sequence[Item], index: int) -> tuple[Token, ...]:
    """What follows a noun and belongs to it: "(relations) of X and Y", "(parties) to a dispute"."""
    owner = items[index - 1].word in ("their", "its", "own") and items[0].kind == "name"
    if owner:
        last = 2 if len(items) > 2 and items[1].word == "and" and items[2].kind == "name" else 0
        return (*tokens("of"), *(each for each in clause if each.end <= items[last].end))
    end = index + 1
    if end + 1 < len(items) and items[end].kind == "prep":
        end += 1 + (items[end + 1].kind == "det")
        if end < len(items) and (items[end].kind == "name" or _is_noun(items[end])):
            return tuple(each for each in clause if items[index].end <= each.start and each.end <= items[end].end)
    return ()


def _is_noun(item: Item) -> bool:
    return any(sense.part == "noun" for sense in item.senses)


def is_plural(item: Item) -> bool:
    """Whether several are spoken of, or a people by its adjective: "the Chinese"."""
    last = item.word.split()[-1]
    return item.adjective or last in _SIDES or (last.endswith("s") and not last.endswith(("ss", "us", "'s")))


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
        beside = {last, after} & (AUXILIARIES["be"] | AUXILIARIES["do"])
        later = {each.word for each in asked[index + 1 :]} & _EXPLETIVE
        is_there = word == "there" and bool({last, after} & AUXILIARY)
        return not (is_there or (beside and later and last not in PREPOSITIONS and word == "it"))
    if word == "that":
        return not after or last in AUXILIARY or (last in PREPOSITIONS and after != "which")
    if word == "same":
        return last == "the"
    return word in _PRONOUNS or word in _THESE or word in _OTHER or (word in _THIS and after not in ("a", "as"))


def put(
    asked: Tokens, candidates: Sequence[Antecedent], stated: Sequence[Tokens], linker: Linker
) -> Iterator[tuple[Token, ...]]:
    """The ways to put what it points to in the place of each word that points, the likeliest first."""
    plain = _without_same(asked)
    if any(token.word in _OTHER for token in plain) and (rest := _besides(plain, candidates, stated, linker)):
        yield from put(rest, candidates, stated, linker) if pointing(rest) else iter([rest])
        return
    yield from _put(plain, 0, {}, candidates, stated, linker)


def _without_same(asked: Tokens) -> tuple[Token, ...]:
    found = list(asked)
    for index in range(len(found) - 1, 0, -1):
        if found[index].word == "same" and found[index - 1].word == "the":
            del found[index]
    return tuple(found)


def _put(
    asked: Tokens,
    start: int,
    given: Mapping[str, Antecedent],
    candidates: Sequence[Antecedent],
    stated: Sequence[Tokens],
    linker: Linker,
) -> Iterator[tuple[Token, ...]]:
    index = next((place for place in range(start, len(asked)) if _points(asked, place)), -1)
    if index < 0:
        yield tuple(asked)
        return
    for words, size, group, meant in _replacements(asked, index, given, candidates, stated, linker):
        now = {**given, group: meant} if meant is not None else given
        whole = (*asked[:index], *words, *asked[index + size :])
        yield from _put(whole, index + max(len(words), 1), now, candidates, stated, linker)


def _replacements(
    asked: Tokens,
    index: int,
    given: Mapping[str, Antecedent],
    candidates: Sequence[Antecedent],
    stated: Sequence[Tokens],
    linker: Linker,
) -> Iterator[tuple[tuple[Token, ...], int, str, Antecedent | None]]:
    """What may stand for the word there: the words, how many words they replace, and of which group it is what."""
    word = asked[index].word
    if word == "there":
        yield from (((*tokens("in"), *each.words), 1, "there", each) for each in candidates if each.place)
        return
    if word in _THIS | _THESE and index + 1 < len(asked) and _opens_noun(asked, index, linker):
        yield from _of_noun(asked, index, candidates, stated, linker)
        return
    many = word in _MANY or word in _THESE
    group = "many" if many else "one"
    owned = _PRONOUNS.get(word, False)
    fits = [each for each in candidates if each.plural == many] or list(candidates if many else ())
    if (owned or _is_subject(asked, index, linker)) and any(
        item.kind == "name" for item in linker.items(tuple(asked[:index]))
    ):
        yield (asked[index],), 1, group, None  # it has its name before it
        return
    if not owned and not _is_subject(asked, index, linker) and word in ("it", "them"):
        fits = [each for each in fits if not each.named and each.plural == many] + [each for each in fits if each.named]
    elif many and (two := _joined(stated, linker)):
        yield (*two, *(tokens("'s") if owned else ())), 1, group, None
    taken = set(map(id, given.values()))
    meant = [given[group]] if group in given else [each for each in fits if id(each) not in taken][:_MOST]
    for each in meant:
        yield (*each.words, *(_genitive(each.words) if owned else ())), 1, group, each


def _is_subject(asked: Tokens, index: int, linker: Linker) -> bool:
    """Whether a pronoun is what does something: a verb follows."""
    after = linker.items(tuple(asked[index + 1 : index + 4]))[:1]
    return any(item.kind in ("aux", "neg") or any(s.part == "verb" for s in item.senses) for item in after)


def _genitive(words: Tokens) -> tuple[Token, ...]:
    return (Token("'s", "'s", words[-1].end, words[-1].end),)


def _opens_noun(asked: Tokens, index: int, linker: Linker) -> bool:
    after = linker.items(tuple(asked[index + 1 :]))[0]
    verb = any(sense.part == "verb" for sense in after.senses)
    inverted = asked[index].word == "that" and index > 0 and asked[index - 1].word in AUXILIARY
    return after.kind in ("name", "unknown") or (_is_noun(after) and not (inverted and verb))


def _of_noun(
    asked: Tokens, index: int, candidates: Sequence[Antecedent], stated: Sequence[Tokens], linker: Linker
) -> Iterator[tuple[tuple[Token, ...], int, str, Antecedent | None]]:
    """ "This offer" as the offer that was named, "this claim" as "the claim that …", "this seat" as "the seat of …"."""
    noun = asked[index + 1]
    stem = noun.word.rstrip("s")
    for each in candidates:
        if each.noun.rstrip("s") == stem:
            yield each.words, 2, "this", each
            return
    the = (*tokens("the"), noun)
    item = linker.items((noun,))[0]
    if stated and is_said(item):
        yield (*the, *tokens("that"), *stated[-1]), 2, "this", None
        return
    for each in [each for each in candidates if each.named][:_MOST]:
        yield (*the, *tokens("of"), *each.words), 2, "this", each
    if any(sense.concept.terms for sense in item.senses) and item.word not in _VAGUE:
        yield the, 2, "this", None


def _joined(stated: Sequence[Tokens], linker: Linker) -> tuple[Token, ...]:
    """Two names that "and" joins in what was said last: "France and Britain"."""
    for clause in reversed(stated):
        items = linker.items(tuple(clause))
        for one, (joint, other) in zip(items, pairwise(items[1:]), strict=False):
            if one.kind == other.kind == "name" and joint.word == "and" and one.things and other.things:
                return tuple(each for each in clause if one.start <= each.start and each.end <= other.end)
    return ()


def _besides(
    asked: Tokens, candidates: Sequence[Antecedent], stated: Sequence[Tokens], linker: Linker
) -> tuple[Token, ...]:
    """ "Which other states …" as "which states … besides X", where X was named last; nothing where none was."""
    last = {token.start for token in stated[-1]} if stated else set()
    known = {thing for item in linker.items(tuple(asked)) for thing in item.things}
    names = [
        each
        for each in candidates
        if each.named
        and each.words[0].start in last
        and not known & {thing for item in linker.items(each.words) for thing in item.things}
    ]
    if not names:
        return ()
    rest = tuple(token for token in asked if token.word not in _OTHER)
    listed = [word for each in names for word in (*tokens("and"), *each.words)]
    return (*rest, *tokens("besides"), *listed[1:])
