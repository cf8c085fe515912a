"""Words that point to what the same question says: "those that can …", "these two proposals", "this position"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES, POINTING

_THOSE = frozenset({*POINTING, "the ones", "ones"})
_OF_SEVERAL = frozenset({"any", "which", "one", "none", "all", "some", "what", "one of", "both", "many", "each"})
_AMONG = frozenset({"among", "one of", "amongst", "of"})
_SUPPOSING = frozenset({"suppose", "supposing", "imagine", "assume", "assuming", "if", "say", "let", "when", "should"})
_PRONOUNS = frozenset({"this", "that", "it", "these"})
_LEAST = 3  # items of a supposition
_BE = AUXILIARIES["be"]


def resolved(items: Sequence[Item], headed: Mapping[str, tuple[str, ...]]) -> tuple[Item, ...]:
    """The items with what points to something in the question put plainly.

    `headed` has the things whose names end in a noun: where there is one, "this" and the noun can only be that.
    """
    found = _in_place_of_noun(_those_who(_of_several(_the_ones(list(items)))))
    return tuple(_headed(_supposed(found), headed))


def _is_number(item: Item) -> bool:
    return item.kind == "number" or item.word in ("two", "both")


def _the_ones(items: list[Item]) -> list[Item]:
    """ "Are X and Y the ones (that are) named" as "are X and Y named"."""
    for index in range(2, len(items) - 2):
        ones = items[index].word == "the" and items[index + 1].word in ("ones", "one", "two", "states", "countries")
        if not ones or items[0].word not in _BE or items[index - 1].kind != "name":
            continue
        after = index + 2 + (items[index + 2].kind == "rel" or items[index + 2].word in ("that", "who"))
        after += after < len(items) and items[after].word in _BE
        if after < len(items) and any(sense.part == "verb" and sense.form != "ing" for sense in items[after].senses):
            return [*items[:index], *items[after:]]
    return items


def _of_several(items: list[Item]) -> list[Item]:
    """ "Any of these proposals" and "which of these two proposals" as "… of the proposals"."""
    for index in range(1, len(items) - 1):
        item, before = items[index], items[index - 1].word
        partitive = before == "of" and index > 1 and items[index - 2].word in _OF_SEVERAL
        if item.word not in POINTING or not (partitive or before in ("one of", "all")):
            continue
        after = index + 1 + _is_number(items[index + 1])
        if after < len(items) and any(sense.part == "noun" for sense in items[after].senses):
            start = index - 2 if partitive and items[index - 2].word == "any" else index
            the = [] if start < index else [replace(item, word="the")]
            return [*items[:start], *(items[start:index] if the else []), *the, *items[after:]]
    return items


def _those_who(items: list[Item]) -> list[Item]:
    """ "Who are these five that …" as "who …", "those shut out" as "who is shut out", "among those that" as "who";
    "is X (one of) those that must do it" as "must X do it"."""
    items = items[1:] if len(items) > _LEAST and items[0].word == "list" and items[1].word in _THOSE else items
    for index, item in enumerate(items[:-1]):
        if item.word not in _THOSE or item.kind not in ("det", "unknown", "fill"):
            continue
        after = index + 1 + _is_number(items[index + 1])
        if after + 1 >= len(items):
            continue
        follows, rest = items[after], items[after + 1 :]
        relative = follows.word in ("that", "who", "which", "whom") and follows.kind in ("det", "rel", "wh")
        if index > 1 and items[index - 1].word in _BE and items[0].kind == "wh" and relative:
            return [*items[: index - 1], *rest]
        if index and items[0].word in _BE and items[index - 1].kind == "name" and relative:
            asks = rest[0] if rest[0].kind == "aux" else Item("aux", "does", item.start, item.end)
            return [asks, *items[1:index], *rest[rest[0].kind == "aux" :]]
        if index and items[index - 1].word in _AMONG and relative:
            return [*items[: index - 1], replace(follows, kind="rel"), *rest]
        if index:
            continue
        who = Item("wh", "who", item.start, item.end)
        if relative:
            return [who, *rest]
        if any(sense.part == "verb" and sense.form == "ed" for sense in follows.senses):
            return [who, Item("aux", "is", item.start, item.end), follows, *rest]
    return items


def _in_place_of_noun(items: list[Item]) -> list[Item]:
    """ "Ties its steps to those of X" as "ties its steps to X"."""
    for index in range(1, len(items) - 2):
        elided = items[index].word in ("those", "that") and items[index + 1].word == "of"
        if elided and items[index - 1].kind == "prep" and items[index + 2].kind == "name":
            return [*items[:index], *items[index + 2 :]]
    return items


def _supposed(items: list[Item]) -> list[Item]:
    """ "If X comes about, what does this mean for Y" as "what does X mean for Y"."""
    place = next((index for index, item in enumerate(items) if item.kind == "wh"), 0)
    if place < _LEAST or items[0].word not in _SUPPOSING:
        return items
    thing = next((item for item in items[:place] if item.kind == "name" and not item.adjective), None)
    for index in range(place + 1, len(items) - 1):
        after = items[index + 1]
        alone = after.kind != "name" and not any(sense.part == "noun" for sense in after.senses)
        verb = any(sense.part == "verb" for sense in after.senses)
        if thing is not None and items[index].word in _PRONOUNS and (alone or verb):
            return [
                *items[place:index],
                replace(thing, start=items[index].start, end=items[index].end),
                *items[index + 1 :],
            ]
    return items


def _headed(items: list[Item], headed: Mapping[str, tuple[str, ...]]) -> list[Item]:
    """ "This position" as the one thing whose name ends so."""
    found = list(items)
    for index, item in enumerate(items[:-1]):
        noun = items[index + 1]
        things = headed.get(noun.word, ()) if item.kind == "det" and item.word in POINTING else ()
        plain = noun.kind == "word" and any(sense.part == "noun" for sense in noun.senses)
        if len(things) == 1 and plain:
            found[index] = replace(item, word="the")
            found[index + 1] = replace(noun, kind="name", things=things, senses=())
    return found
