"""Roundabout ways to ask for something, put straight.

"What is the name of the body that …" as "what is the body that …", "which state named as guarantor does …" as "which
guarantor does …", "what X wants is Y" as "does X want Y", "there will be X" as "will there be X".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES

_BE = AUXILIARIES["be"]
_PHRASE = frozenset({"det", "name", "poss", "prep", "slot", "word"})
_NAMES = frozenset({"name", "names", "identity", "identities", "title"})


def straight(items: Sequence[Item]) -> list[Item]:
    """The items with each such build put straight; as they are where there is none."""
    return _owned(_there(_things(_wanted(_named_as(_name_of(list(items)))))))


def _name_of(items: list[Item]) -> list[Item]:
    """Without "the name of" things of a kind; those of a group that has a name are not known."""
    for index in range(1, len(items) - 3):
        kind = items[index + 2].kind in ("det", "number") and _is(items[index + 3], "noun")
        named = items[index].word in _NAMES and items[index + 1].word == "of" and kind
        asked = items[index - 1].word in ("the", "list") and (index < 2 or items[index - 2].word != "in")
        if named and asked:
            start = index - (items[index - 1].kind == "det")
            return [*items[:start], *items[index + 2 :]]
    return items


def _named_as(items: list[Item]) -> list[Item]:
    """ "Which state named as guarantor does …" as "which guarantor does …"."""
    named = len(items) > 5 and items[0].kind == "wh" and _is(items[1], "noun") and _is(items[2], "verb", "ed")
    if not named or items[3].word != "as":
        return items
    noun = 4 + (items[4].kind == "det")
    return [items[0], *items[noun:]] if noun + 1 < len(items) and _is(items[noun], "noun") else items


def _wanted(items: list[Item]) -> list[Item]:
    """ "What X wants is Y" as "does X want Y"."""
    place = next((index for index, item in enumerate(items) if item.kind == "aux"), 0)
    verb = next((index for index, item in enumerate(items[:place]) if _is(item, "verb")), 0)
    said, rest = items[1:place], items[place + 1 :]
    named = len(said) > 1 and said[0].kind in ("det", "name") and any(item.kind == "name" for item in items[1:verb])
    if not items or items[0].word != "what" or not named or items[place].word not in _BE or not rest:
        return items
    if any(item.kind in ("wh", "rel", "aux", "neg") for item in (*said, *rest)) or not _names(rest):
        return items
    done = tuple(replace(sense, form="base") for sense in items[verb].senses if sense.part == "verb")
    does = replace(items[place], word="does", senses=())
    return [does, *said[: verb - 1], replace(items[verb], senses=done), *rest, *said[verb:]]


def _things(items: list[Item]) -> list[Item]:
    """ "On what two things" as "on what"."""
    for index in range(min(2, len(items) - 2)):
        after = index + 1 + (items[index + 1].kind == "number")
        counted = index or after > index + 1  # "which things" are what somebody asks after
        if counted and items[index].word in ("what", "which") and items[after].word in ("thing", "things"):
            return [*items[:index], replace(items[index], word="what"), *items[after + 1 :]]
    return items


def _there(items: list[Item]) -> list[Item]:
    """ "Without X there will not be Y" and "there will be no Y without X" as "will there not be Y without X"."""
    place = next((index for index, item in enumerate(items) if item.word == "there"), -1)
    before, after = items[: max(place, 0)], items[place + 1 :]
    placed = not before or (before[0].kind == "prep" and all(item.kind in _PHRASE for item in before))
    if place < 0 or len(after) < 2 or after[0].kind != "aux" or not placed:
        return items
    if any(item.kind in ("wh", "rel") for item in items):
        return items
    return [after[0], items[place], *after[1:], *before]


def _owned(items: list[Item]) -> list[Item]:
    """ "Is the plan Chinese" as "is the plan China's"."""
    if len(items) < 3 or items[-1].kind != "name" or not items[-1].adjective:
        return items
    be = next((index for index, item in enumerate(items) if item.kind == "aux"), -1)
    verb = any(item.kind == "word" and not _is(item, "noun") for item in items)
    between = items[be + 1 : -1]
    named = not between or between[-1].kind == "name" or _is(between[-1], "noun")
    if be < 0 or items[be].word not in _BE or verb or not named or (not between and not be):
        return items
    return [*items, Item("poss", "'s", items[-1].end, items[-1].end)]


def _names(items: Sequence[Item]) -> bool:
    """Whether it begins with what has a name or is of a kind."""
    first = items[items[0].kind == "det"] if len(items) > 1 else items[0]
    return first.kind in ("name", "slot") or _is(first, "noun")


def _is(item: Item, part: str, form: str = "") -> bool:
    return any(sense.part == part and form in ("", sense.form) for sense in item.senses)
