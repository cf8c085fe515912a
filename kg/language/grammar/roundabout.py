"""Roundabout ways to ask for something, put straight.

"What is the name of the body that …" as "what is the body that …", "which state named as guarantor does …" as "which
guarantor does …".
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.lexis.items import Item

_NAMES = frozenset({"name", "names", "identity", "identities", "title"})


def straight(items: Sequence[Item]) -> list[Item]:
    """The items with each such build put straight; as they are where there is none."""
    return _named_as(_name_of(list(items)))


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


def _is(item: Item, part: str, form: str = "") -> bool:
    return any(sense.part == part and form in ("", sense.form) for sense in item.senses)
