"""Words that add nothing to what a question asks, left out where it is not understood with them.

"The list of members" as "the members", "coordinates what it does" as "coordinates", "stands to be left out" as "would
be left out", and "in the war" where there is one war.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES

_GROUPS = frozenset(
    {"list", "group", "circle", "set", "ranks", "series", "number", "club", "question", "issue", "idea"}
)
_WITHIN = frozenset({"in", "during", "amid", "amidst", "throughout", "within", "over", "in the course of"})
_STANDING = frozenset({"stands", "stand", "stood", "bound", "destined", "slated", "poised", "fated"})
_PRONOUNS = frozenset({"it", "he", "she", "they"})
_LEAST = 3  # items of a question


def lightened(items: Sequence[Item], ambient: frozenset[str]) -> tuple[Item, ...]:
    """The items without such words; as they are where there are none. `ambient` are things in which all else is."""
    each: tuple[Callable[[list[Item]], list[Item]], ...] = (
        _in_itself, _done, _grouped, _standing_to, _the_one,
    )  # fmt: skip
    found = _in_ambient(list(items), ambient)
    for rewrite in each:
        found = rewrite(found)
    return tuple(found)


def _in_ambient(items: list[Item], ambient: frozenset[str]) -> list[Item]:
    """ "Which side does X take in the war", there being one war, as "which side does X take"."""
    for index in range(1, len(items) - 1):
        name = index + 1 + (items[index + 1].kind == "det")
        within = items[index].kind == "prep" and items[index].word in _WITHIN and name < len(items)
        if within and items[name].things and ambient.issuperset(items[name].things):
            return _in_ambient([*items[:index], *items[name + 1 :]], ambient)
    return items


def _in_itself(items: list[Item]) -> list[Item]:
    """ "Which plan has guarantors in it" as "which plan has guarantors"."""
    if len(items) > _LEAST and items[-1].word in ("it", "them") and items[-2].kind == "prep":
        return items[:-2]
    return items


def _done(items: list[Item]) -> list[Item]:
    """ "With whom does X coordinate what it does" as "with whom does X coordinate"."""
    for index in range(_LEAST + 1, len(items) - 1):
        what, whose, does = (item.word for item in items[index - 1 : index + 2])
        if what == "what" and whose in _PRONOUNS and does in AUXILIARIES["do"]:
            return [*items[: index - 1], *items[index + 2 :]]
    return items


def _grouped(items: list[Item]) -> list[Item]:
    """ "The list of members" as "the members", "the X list of guarantors" as "the X guarantors"."""
    for index in range(1, len(items) - 2):
        before = items[index - 1].kind in ("det", "name", "prep", "poss")
        if items[index].word in _GROUPS and before and items[index + 1].word == "of":
            end = index + 2 + (items[index + 2].kind == "det" and items[index - 1].kind != "prep")
            return [*items[:index], *items[end:]]
    return items


def _standing_to(items: list[Item]) -> list[Item]:
    """ "Who stands to be left out" as "who would be left out"."""
    for index in range(1, len(items) - 2):
        if items[index].word in _STANDING and items[index + 1].word == "to":
            start = index - (items[index - 1].word in AUXILIARIES["be"])
            would = Item("aux", "would", items[index].start, items[index].end)
            return [*items[:start], would, *items[index + 2 :]]
    return items


def _the_one(items: list[Item]) -> list[Item]:
    """ "Which plan echoes the one made in X" as "which plan echoes the plan made in X"."""
    if len(items) < _LEAST or items[0].kind != "wh" or not any(sense.part == "noun" for sense in items[1].senses):
        return items
    for index in range(_LEAST, len(items)):
        if items[index].word in ("one", "ones") and items[index - 1].word == "the":
            noun = replace(items[1], start=items[index].start, end=items[index].end)
            return [*items[:index], noun, *items[index + 1 :]]
    return items
