"""Words that add nothing to what a question asks, left out where it is not understood with them.

"On what things" as "on what", "the position it has taken" as "the position", "months of talks" as "talks", "the list of
members" as "the members", "X enables it to do" as "X does", and "in the war" where there is one war.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES, AUXILIARY

_THINGS = frozenset({"thing", "things"})
_PRONOUNS = frozenset({"it", "he", "she", "they", "them", "her", "him"})
_HOLDING = frozenset({
    "take", "takes", "taken", "took", "taking", "hold", "holds", "held", "have", "has", "had", "make", "makes", "made",
    "making", "adopt", "adopts", "adopted", "occupy", "occupies", "pursue", "pursues", "pursued", "give", "gives",
    "given", "gave", "show", "shows", "shown", "showed", "put", "set", "sets", "undertake", "undertakes",
})  # fmt: skip
_UNITS = frozenset({"months", "weeks", "years", "days", "hours"})
_GROUPS = frozenset(
    {"list", "group", "circle", "set", "ranks", "series", "number", "club", "question", "issue", "idea"}
)
_ENABLING = frozenset({
    "enables", "enable", "enabled", "allows", "allow", "allowed", "helps", "help", "helped", "lets", "let", "permits",
    "permit", "permitted", "enabling", "allowing", "helping", "letting",
})  # fmt: skip
_WITHIN = frozenset({"in", "during", "amid", "amidst", "throughout", "within", "over", "in the course of"})
_GOING_ON = frozenset({
    "going on", "goes on", "raging", "continuing", "happening", "taking place", "under way", "underway", "dragging on",
})  # fmt: skip
_STANDING = frozenset({"stands", "stand", "stood", "bound", "destined", "slated", "poised", "fated"})
_LEAST = 3  # items of a question


def lightened(items: Sequence[Item], ambient: frozenset[str]) -> tuple[Item, ...]:
    """The items without such words; as they are where there are none. `ambient` are things in which all else is."""
    each: tuple[Callable[[list[Item]], list[Item]], ...] = (
        _things, _own_clause, _in_itself, _measured, _grouped, _enabling, _going_on, _standing_to,
        _the_one,
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


def _things(items: list[Item]) -> list[Item]:
    """ "On what things" and "on what kind of things" as "on what"."""
    for index in range(1, len(items) - 2):
        kind = items[index - 1].word in ("what", "which") and items[index].word.rstrip("s") in ("kind", "sort", "type")
        if kind and items[index + 1].word == "of" and items[index + 2].word in _THINGS:
            return [*items[: index - 1], replace(items[index - 1], word="what"), *items[index + 3 :]]
    for index in range(1, len(items)):
        if items[index].word in _THINGS and items[index - 1].word in ("what", "which"):
            asked = replace(items[index - 1], word="what")
            return [*items[: index - 1], asked, *items[index + 1 :]]
    return items


def _own_clause(items: list[Item]) -> list[Item]:
    """ "The position it has taken" as "the position", "coordinates what it does" as "coordinates"."""
    for index in range(1, len(items) - 1):
        if items[index].word not in _PRONOUNS:
            continue
        end = index + 1
        while end < len(items) and items[end].word in AUXILIARY:
            end += 1
        before = items[index - 1]
        asked = before.kind == "wh" and before.word == "what" and index > _LEAST
        if asked and end > index + 1:
            return [*items[: index - 1], *items[end + (end < len(items) and items[end].word == "doing") :]]
        nominal = before.kind == "name" or any(sense.part == "noun" for sense in before.senses)
        holds = end < len(items) and items[end].word in _HOLDING
        if nominal and (holds or items[end - 1].word in AUXILIARIES["have"]):
            return [*items[:index], *items[end + holds :]]
    return items


def _in_itself(items: list[Item]) -> list[Item]:
    """ "Which plan has guarantors in it" as "which plan has guarantors"."""
    if len(items) > _LEAST and items[-1].word in ("it", "them") and items[-2].kind == "prep":
        return items[:-2]
    return items


def _measured(items: list[Item]) -> list[Item]:
    """ "Months of talks" as "talks"."""
    for index in range(len(items) - 2):
        if items[index].word in _UNITS and items[index + 1].word == "of":
            start = index - (index > 0 and items[index - 1].kind in ("number", "det"))
            return [*items[:start], *items[index + 2 :]]
    return items


def _grouped(items: list[Item]) -> list[Item]:
    """ "The list of members" as "the members", "the X list of guarantors" as "the X guarantors"."""
    for index in range(1, len(items) - 2):
        before = items[index - 1].kind in ("det", "name", "prep", "poss")
        if items[index].word in _GROUPS and before and items[index + 1].word == "of":
            end = index + 2 + (items[index + 2].kind == "det" and items[index - 1].kind != "prep")
            return [*items[:index], *items[end:]]
    return items


def _enabling(items: list[Item]) -> list[Item]:
    """ "X enables it to do" as "X does"."""
    for index in range(1, len(items) - 2):
        after = items[index + 1]
        of_itself = after.kind == "name" and any(item.things for item in items[:index])
        if items[index].word not in _ENABLING or not (after.word in _PRONOUNS or of_itself):
            continue
        verb = index + 2 + (items[index + 2].word == "to")
        if verb < len(items) and any(sense.part == "verb" for sense in items[verb].senses):
            return [*items[:index], *items[verb:]]
    return items


def _going_on(items: list[Item]) -> list[Item]:
    """ "The war going on" as "the war"."""
    for index in range(1, len(items)):
        if items[index].word in _GOING_ON and items[index - 1].kind == "name":
            return [*items[:index], *items[index + 1 :]]
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
