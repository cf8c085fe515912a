"""Yes-no questions on a number: "are nine votes needed" as "how many votes are needed", which is to be nine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import NUMBERS

_LONGEST = 3  # digits of a number that is no year


def counted(items: Sequence[Item]) -> tuple[tuple[Item, ...], int] | None:
    """The question that asks how many, and the number that is said in this one; None where none is."""
    if any(item.kind == "wh" for item in items):
        return None
    for index, item in enumerate(items[:-1]):
        number = NUMBERS.get(item.word, int(item.word) if item.word.isdigit() and len(item.word) <= _LONGEST else 0)
        last = next((end for end in range(index + 1, len(items)) if _is_noun(items[end])), 0)
        if not number or not last:
            continue
        how = Item("wh", "how", item.start, item.end)
        many = Item("unknown", "many", item.start, item.end)
        front, rest = items[:index], items[last + 1 :]
        if len(front) > 1 and front[1].word == "there":
            front = (front[0], replace(front[1], kind="det"))
        return (how, many, *items[index + 1 : last + 1], *front, *rest), number
    return None


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)
