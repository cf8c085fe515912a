"""Words that stand for something named in the same question: "it", "they", "this war", "both proposals"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.items import Item
from kg.language.words import POINTING

_ONE, _MANY = frozenset({"it", "he", "she", "him"}), frozenset({"they", "them"})
_ABOUT = frozenset({"about", "regarding", "concerning", "on"})


def pointed(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "This war" and "these proposals" as "the war", where it has a name: then it can only be that."""
    found: list[Item] = []
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        if item.kind == "det" and item.word in POINTING and after is not None and after.kind == "name":
            item = replace(item, word="the")
        found.append(item)
    return tuple(found)


def referred(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with the names that pronouns stand for in their place; one without a name before it stays."""
    return tuple(_pronouns(list(items)))


def unfronted(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "Isn't X …" as "is X …": it asks the same."""
    fronted = len(items) > 2 and items[0].kind == "aux" and items[1].kind == "neg"
    return (items[0], *items[2:]) if fronted else tuple(items)


def _pronouns(items: list[Item]) -> list[Item]:
    """Each pronoun as the name before it that it stands for; a topic put first goes to where its pronoun is."""
    for index, item in enumerate(items):
        if item.word not in _ONE | _MANY or item.kind not in ("unknown", "fill"):
            continue
        if _repeats(items, index):
            return _pronouns([*items[:index], *items[index + 1 :]])
        place = _antecedent(items, index)
        if place is None:
            continue
        start = _topic(items, place, index)
        meant = replace(items[place], start=item.start, end=item.end)
        before = _asking(items[place + 1 : index]) if start is not None else items[:index]
        return _pronouns([*before, meant, *items[index + 1 :]])
    return items


def _repeats(items: Sequence[Item], index: int) -> bool:
    """Whether a pronoun says the noun again that is asked for: "which countries they can"."""
    return index > 1 and items[index - 2].kind == "wh" and any(s.part == "noun" for s in items[index - 1].senses)


def _antecedent(items: Sequence[Item], index: int) -> int | None:
    """The nearest name before the pronoun, of its number if there is one."""
    before = [
        place
        for place, item in enumerate(items[:index])
        if item.kind == "name" and item.things and not item.adjective and not item.verbal
    ]
    fits = [place for place in before if _is_plural(items[place]) == (items[index].word in _MANY)]
    return fits[-1] if fits else None


def _is_plural(item: Item) -> bool:
    last = item.word.split()[-1]
    return last in ("media", "people") or (last.endswith("s") and not last.endswith(("ss", "us")))


def _asking(items: Sequence[Item]) -> list[Item]:
    """What follows a topic, its first relative pronoun taken as what is asked."""
    place = next((index for index, item in enumerate(items) if item.kind in ("rel", "wh")), -1)
    return [replace(item, kind="wh") if index == place else item for index, item in enumerate(items)]


def _topic(items: Sequence[Item], place: int, index: int) -> int | None:
    """Where a topic begins that stands before all: "the initiative, who made it", "about analysts, what do they"."""
    start = place
    while start and (items[start - 1].kind == "det" or items[start - 1].word in _ABOUT):
        start -= 1
    asked = any(item.kind in ("wh", "rel", "aux") for item in items[place + 1 : index])
    return start if start == 0 and asked else None
