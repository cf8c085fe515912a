"""What is denied without "not" by the verb, put so that it is: "without being X", "neither X nor Y", "names nobody"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon, Sense
from kg.language.text.words import AUXILIARIES

_NOBODY = frozenset({"nobody", "none", "nothing", "no one", "noone"})
_LACKING = frozenset({"lack", "lacks", "lacked", "lacking"})
_BEING, _HAVING = "being", "having"
_PRONOUNS = frozenset({"it", "they", "he", "she", "this", "that", "these"})
_CONCEDING = frozenset({"although", "though", "whereas", "while", "yet", "but"})
_SUPPOSED = frozenset({"if", "while", "when", "unless", "as long as", "so long as", "where"})
_STANDING = frozenset({"comes", "come", "stands", "stand", "goes", "go", "exists", "exist", "made", "makes"})
_HEAD, _LONGEST_HEAD = 2, 6  # items of "which proposal", "which of the proposals made"
Senses = tuple[Sense, ...]
_BE = AUXILIARIES["be"]


def denied(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items with what they deny in other ways denied by the verb, or left out by "without"."""
    without = lexicon.senses.get(("without",), ())
    found = _indispensable(list(items), lexicon)
    found = _absent(_lacking(_no_one(found), without), without)
    if any(item.kind == "wh" for item in found) or [item.word for item in found[1:2]] == ["there"]:
        found = _conceded(_without_doing(_without(found)))
        found = _neither(found)
        found = _nobody(found)
    return found


def affirmed(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """The items without the one "not" among them; None where there is none, or more than one."""
    rest = tuple(item for item in items if item.kind != "neg")
    return rest if len(rest) == len(items) - 1 else None


def _indispensable(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Nothing happens without X" as "X is needed"."""
    for index, item in enumerate(items[:-3]):
        if item.word not in ("nothing", "nobody", "none"):
            continue
        place = next(
            (place for place in range(index + 2, min(index + 6, len(items))) if items[place].word == "without"), 0
        )
        if not place or place + 1 >= len(items):
            continue
        last = items[-1]
        needed = Item("word", "needed", last.start, last.end, senses=lexicon.senses.get(("needed",), ()))
        return [*items[:index], *items[place + 1 :], Item("aux", "is", item.start, item.end), needed]
    return items


def _no_one(items: list[Item]) -> list[Item]:
    """ "No one" as one word."""
    for index, item in enumerate(items[:-1]):
        if item.word == "no" and items[index + 1].word == "one":
            return [*items[:index], replace(item, kind="unknown", word="nobody"), *items[index + 2 :]]
    return items


def _without(items: list[Item]) -> list[Item]:
    """ "Which proposal is without X" and "is there a proposal without X" as "… has no X"."""
    for index, item in enumerate(items[:-1]):
        before = items[index - 1] if index else item
        noun = any(sense.part == "noun" for sense in before.senses)
        if item.word != "without" or index < _HEAD or not (before.kind == "aux" or before.word in _STANDING or noun):
            continue
        if _is_doing(items[index + 1]):
            continue
        opened = items[: index - (not noun)]
        if len(opened) > _LONGEST_HEAD or any(each.kind in ("name", "rel") for each in opened):
            continue
        rest = items[index + 1 :]
        rest = rest[rest[0].kind == "det" :]
        has, no = Item("aux", "has", item.start, item.end), Item("neg", "no", item.start, item.end)
        return [*opened, has, no, *rest]
    return items


def _is_doing(item: Item) -> bool:
    """Whether it is what is not done: "without being", "without naming"."""
    gerund = any(sense.part == "verb" and sense.form == "ing" for sense in item.senses)
    return item.kind == "fill" or item.word in (_BEING, _HAVING) or gerund


def _lacking(items: list[Item], without: Senses) -> list[Item]:
    """ "Lacks a date" as "has no date", "a plan lacking guarantors" as "a plan without guarantors"."""
    for index, item in enumerate(items[:-1]):
        if item.word not in _LACKING or not index:
            continue
        rest = items[index + 1 :]
        rest = rest[rest[0].kind == "det" :]
        if item.word == "lacking":
            return [*items[:index], replace(item, kind="prep", word="without", senses=without), *rest]
        has, no = replace(item, kind="aux", word="has", senses=()), replace(item, kind="neg", word="no", senses=())
        return [*items[:index], has, no, *rest]
    return items


def _absent(items: list[Item], senses: Senses) -> list[Item]:
    """ "If there is no X" and "while there were no X" as "without X"."""
    words = [item.word for item in items]
    for index in range(len(items) - 4):
        there = words[index + 1 : index + 3]
        if words[index] not in _SUPPOSED or "there" not in there or not set(there) & (_BE | {"is"}):
            continue
        after = index + 3
        if words[after] in ("no", "not"):
            after += 1 + (items[after + 1].kind == "det")
            without = Item("prep", "without", items[index].start, items[after - 1].end, senses=senses)
            return [*items[:index], without, *items[after:]]
    return items


def _without_doing(items: list[Item]) -> list[Item]:
    """ "Without being X" as "and is not X", "without naming X" as "and does not name X"."""
    for index, item in enumerate(items[:-2]):
        if item.word != "without" or not index:
            continue
        verb = index + 1
        while verb < len(items) - 1 and items[verb].kind == "fill":
            verb += 1
        doing = items[verb]
        rest = items[verb + 1 :]
        if doing.word == _BEING:
            helper = "is"
        elif doing.word == _HAVING and rest[0].word == "been":
            helper, rest = "was", rest[1:]
        elif doing.word == _HAVING:
            helper = "has"
        elif any(sense.part == "verb" and sense.form == "ing" for sense in doing.senses):
            verbs = tuple(replace(sense, form="base") for sense in doing.senses if sense.part == "verb")
            helper, rest = "does", [replace(doing, senses=verbs), *rest]
        else:
            continue
        rest = rest[rest[0].kind == "det" and helper == "has" :]
        link = Item("conj", "and", item.start, item.end)
        deny = Item("neg", "not", doing.start, doing.end)
        return [*items[:index], link, Item("aux", helper, doing.start, doing.end), deny, *rest]
    return items


def _conceded(items: list[Item]) -> list[Item]:
    """ "Although they are not X" and "but not X" as "and are not X": of what is asked for."""
    for index, item in enumerate(items[:-2]):
        conceding = index and item.word in _CONCEDING
        if conceding and items[index + 1].word in _PRONOUNS and items[index + 2].kind == "aux":
            return [*items[:index], replace(item, kind="conj", word="and", senses=()), *items[index + 2 :]]
        if conceding and items[index + 1].kind == "neg" and items[index + 2].kind in ("det", "prep", "word"):
            helper = next((each for each in reversed(items[:index]) if each.word in _BE), None)
            if helper is not None and not any(sense.part == "verb" for sense in items[index + 2].senses):
                return [*items[:index], replace(item, kind="conj", word="and", senses=()), helper, *items[index + 1 :]]
    return items


def _neither(items: list[Item]) -> list[Item]:
    """ "Names neither X nor Y" as "does not name X or Y", "neither does X nor Y" as "does not … and not"."""
    words = [item.word for item in items]
    if "neither" not in words or "nor" not in words:
        return items
    first, second = words.index("neither"), words.index("nor")
    if first > second or not first:
        return items
    deny, link = Item("neg", "not", items[first].start, items[first].end), items[second]
    if items[first - 1].kind == "aux" and items[first + 1].kind != "name":  # "are neither guarantors nor parties"
        both = [replace(link, kind="conj", word="and"), items[first - 1], deny]
        return [*items[:first], deny, *items[first + 1 : second], *both, *items[second + 1 :]]
    after = [items[place + 1] for place in (first, second) if place + 1 < len(items)]
    if len(after) > 1 and all(item.kind == "aux" or any(s.part == "verb" for s in item.senses) for item in after):
        both = [replace(link, kind="conj", word="and"), Item("aux", "do", link.start, link.end), deny]
        return [*items[:first], both[1], deny, *items[first + 1 : second], *both, *items[second + 1 :]]
    rest = [*items[first + 1 : second], replace(link, kind="conj", word="or"), *items[second + 1 :]]
    return _by_verb([*items[:first], *rest], first, deny)


def _nobody(items: list[Item]) -> list[Item]:
    """ "Names nobody as X" as "does not name X", "names no one" as "does not name"."""
    for index, item in enumerate(items):
        if index > 1 and item.word in _NOBODY and item.kind in ("unknown", "word", "neg"):
            rest = items[index + 1 :]
            if rest[:1] and rest[0].word == "as":
                rest = rest[1:]
            return _by_verb([*items[:index], *rest], index, item)
    return items


def _by_verb(items: list[Item], before: int, item: Item) -> list[Item]:
    """The items with "not" by the last verb or auxiliary before a place."""
    for place in range(before - 1, 0, -1):
        verb = items[place]
        if verb.kind == "aux":
            return [*items[: place + 1], Item("neg", "not", item.start, item.end), *items[place + 1 :]]
        if any(sense.part == "verb" for sense in verb.senses) and items[place - 1].kind != "wh":
            return [*items[:place], Item("neg", "not", item.start, item.end), *items[place:]]
    return items
