"""What the sentences before a question speak of, by name or by a noun with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.text.words import Token, tokens

Tokens = Sequence[Token]
_PLACES = frozenset({"in", "at"})
_BEFORE_NOUN = frozenset({"det", "number", "poss"})
_SIDES = ("side", "media", "people", "government", "west")


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
        if not (name or _heads(item, before)) or (item.adjective and after is not None and is_noun(after)):
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
    return item.kind == "word" and is_noun(item) and before is not None and (opened or not verb)


def _belonging(clause: Tokens, items: Sequence[Item], index: int) -> tuple[Token, ...]:
    """What follows a noun and belongs to it: "(relations) of X and Y", "(parties) to a dispute"."""
    owner = items[index - 1].word in ("their", "its", "own") and items[0].kind == "name"
    if owner:
        last = 2 if len(items) > 2 and items[1].word == "and" and items[2].kind == "name" else 0
        return (*tokens("of"), *(each for each in clause if each.end <= items[last].end))
    end = index + 1
    if end + 1 < len(items) and items[end].kind == "prep":
        end += 1 + (items[end + 1].kind == "det")
        if end < len(items) and (items[end].kind == "name" or is_noun(items[end])):
            return tuple(each for each in clause if items[index].end <= each.start and each.end <= items[end].end)
    return ()


def is_noun(item: Item) -> bool:
    """Whether it may be a noun."""
    return any(sense.part == "noun" for sense in item.senses)


def is_plural(item: Item) -> bool:
    """Whether several are spoken of, or a people by its adjective: "the Chinese"."""
    last = item.word.partition(" of ")[0].split()[-1]
    return item.adjective or last in _SIDES or (last.endswith("s") and not last.endswith(("ss", "us", "'s")))
