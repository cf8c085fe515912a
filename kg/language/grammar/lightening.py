"""Words that add nothing to what a question asks, left out where it is not understood with them.

"The list of members" as "the members", "coordinates what it does" as "coordinates", "stands to be left out" as "would
be left out", "could they go on" as "could go on", "does anyone lose"
as "is there anyone who loses", and "in the war" where there is one war.
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
_AT_LARGE = frozenset({"they", "we", "one", "you", "people"})
_ANYONE = frozenset({"anyone", "anybody", "someone", "somebody", "anything", "something"})
_LEAST = 3  # items of a question


def lightened(items: Sequence[Item], ambient: frozenset[str]) -> tuple[Item, ...]:
    """The items without such words; as they are where there are none. `ambient` are things in which all else is."""
    each: tuple[Callable[[list[Item]], list[Item]], ...] = (
        _in_itself, _of_its_own, _at_large, _anyone, _both, _done, _grouped, _standing_to, _the_one,
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


def _of_its_own(items: list[Item]) -> list[Item]:
    """ "Has X a delegation of its own" as "has X a delegation"."""
    for index in range(1, len(items) - 2):
        words = [item.word for item in items[index : index + 3]]
        if words[0] == "of" and words[1] in ("its", "their") and words[2] == "own":
            return [*items[:index], *items[index + 3 :]]
    return items


def _at_large(items: list[Item]) -> list[Item]:
    """ "How long could they go on" as "how long could go on", where nothing said before is meant."""
    if not any(item.kind == "wh" for item in items[:2]):
        return items
    for index in range(1, len(items) - 1):
        if items[index].kind in ("name", "slot") or any(sense.part == "noun" for sense in items[index].senses):
            return items
        if items[index].word in _AT_LARGE and items[index].kind == "unknown" and items[index - 1].kind == "aux":
            return [*items[:index], *items[index + 1 :]]
    return items


def _anyone(items: list[Item]) -> list[Item]:
    """ "Does anyone lose by it" as "is there anyone who loses by it", "would any troops stay" as "is there … that"."""
    if len(items) <= _LEAST or items[0].kind != "aux" or items[0].word in AUXILIARIES["be"] | AUXILIARIES["have"]:
        return items
    noun = 1 + (items[1].word == "any")
    one = items[noun]
    if not (one.word in _ANYONE if noun == 1 else any(sense.part == "noun" for sense in one.senses)):
        return items
    start, rest = items[0], items[noun + 1 :]
    if not rest or any(item.word == "that" for item in rest):
        return items
    said = tuple(replace(sense, form="s") for sense in rest[0].senses if sense.form == "base")
    done = (
        [replace(rest[0], senses=said or rest[0].senses), *rest[1:]]
        if start.word in AUXILIARIES["do"]
        else [start, *rest]
    )
    there = [replace(start, word="is", senses=()), Item("det", "there", start.end, start.end)]
    return [*there, one, Item("rel", "that", one.end, one.end), *done]


def _both(items: list[Item]) -> list[Item]:
    """ "Are X and Y both guarantors" as "are both X and Y guarantors"."""
    for index in range(4, len(items)):
        joined = [item.kind for item in items[index - 3 : index]] == ["name", "conj", "name"]
        if items[index].word == "both" and joined and items[index - 2].word == "and":
            return [*items[: index - 3], items[index], *items[index - 3 : index], *items[index + 1 :]]
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
