"""Roundabout ways to ask for something, put straight.

"What is the name of the body that …" as "what is the body that …", "which state named as guarantor does …" as "which
guarantor does …", "who first proposed …" as "who proposed …".
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.lexis.items import Item

_NAMES = frozenset({"name", "names", "identity", "identities", "title"})
_OWNED = frozenset({"det", "name", "word", "slot"})
_FIRST = frozenset({"first", "originally", "initially", "previously", "once"})


def straight(items: Sequence[Item]) -> list[Item]:
    """The items with each such build put straight; as they are where there is none."""
    return _at_first(_named_as(_name_of(list(items))))


def _name_of(items: list[Item]) -> list[Item]:
    """Without "the name of", where what is called so follows."""
    for index in range(1, len(items) - 2):
        named = items[index].word in _NAMES and items[index + 1].word == "of" and items[index + 2].kind in _OWNED
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


def _at_first(items: list[Item]) -> list[Item]:
    """Without "first" before the verb: who did something first is who did it."""
    for index in range(1, len(items) - 1):
        if items[index].word in _FIRST and items[index].kind == "word" and _is(items[index + 1], "verb", "ed"):
            return [*items[:index], *items[index + 1 :]]
    return items


def _is(item: Item, part: str, form: str = "") -> bool:
    return any(sense.part == part and form in ("", sense.form) for sense in item.senses)
