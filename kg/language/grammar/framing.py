"""A question inside another sentence: "my editor asks whether …", "it would help to learn who it is that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES

_PERSONS = frozenset({
    "i", "me", "my", "mine", "we", "us", "our", "you", "your", "somebody", "someone", "everybody", "everyone",
})  # fmt: skip
_WE = frozenset({"i", "we"})
_NEEDING = frozenset({"need", "want", "seek", "require", "like", "after", "for"})
_IF = "if"
_YEAR = 4  # digits
_CLEFT = frozenset({"that", "who", "which"})


def embedded(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """The question that a frame leads to; None where there is none.

    A frame names nothing and asks nothing itself; it speaks of persons in the conversation, or is all of words without
    a term.
    """
    for index in range(1, len(items)):
        item = items[index]
        if item.kind != "wh" and item.word != _IF:
            continue
        start = index - (items[index - 1].kind == "prep")
        if not start or not _is_frame(items[:start]):
            return None
        opened = replace(item, kind="wh", word="whether") if item.word == _IF else item
        return uncleft((*items[start:index], opened, *items[index + 1 :]))
    return _needed(items)


def _needed(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What somebody needs or wants, as what is to be listed: "for a briefing I need the proposals that …"."""
    for index, item in enumerate(items[:-2]):
        if item.word in _NEEDING and items[index + 1].kind == "det" and index:
            frame, noun = items[:index], items[index + 2]
            if any(each.word in _WE for each in frame) and _is_frame(frame) and noun.senses:
                return (Item("wh", "list", item.start, item.end, typed=item.typed), *items[index + 1 :])
    return None


def _is_frame(items: Sequence[Item]) -> bool:
    if any(item.things or item.slot or item.kind == "number" for item in items):
        return False
    if any(item.word in _PERSONS for item in items):
        return True
    strange = any(item.kind in ("unknown", "wh") for item in items)
    return not strange and not any(sense.concept.terms for item in items for sense in item.senses)


def uncleft(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "Who it is that …" and "what is it that …" as "who …" and "what …"; "is it X or Y that …" as "who …" too."""
    items = _of_two(items)
    if chosen := _alternatives(items):
        first = items[0]
        return (Item("wh", "who", first.start, first.end, typed=first.typed), *items[chosen:])
    for index, item in enumerate(items[:-3]):
        pair = {items[index + 1].word, items[index + 2].word}
        if item.kind in ("name", "slot") and _is_done(items, index):
            first = items[0]
            return (replace(first, word="did"), *items[1 : index + 1], *items[index + 2 :])
        if item.kind == "wh" and "it" in pair and pair & AUXILIARIES["be"] and items[index + 3].word in _CLEFT:
            return (*items[: index + 1], *items[index + 4 :])
    return tuple(items)


def _of_two(items: Sequence[Item]) -> Sequence[Item]:
    """ "Is X done by A or by B" as "by whom is X done", "was X done in one year or another" as "when was X done"."""
    if not items or items[0].kind != "aux" or any(item.kind == "wh" for item in items):
        return items
    place = next((index for index, item in enumerate(items) if item.kind == "conj" and item.word == "or"), 0)
    start = place - 1 - (items[place - 2].kind == "det")
    prep, tail = items[start - 1], [item for item in items[start:] if item.kind not in ("det", "fill")]
    tail = [item for item in tail if item.word != prep.word]
    if place < 4 or prep.kind != "prep" or len(tail) != 3:
        return items
    kinds = [item.kind for item in tail]
    if kinds == ["name", "conj", "name"] and prep.word == "by":
        return (prep, Item("wh", "whom", prep.start, prep.end), *items[: start - 1])
    if kinds == ["number", "conj", "number"] and prep.word == "in" and all(len(tail[n].word) == _YEAR for n in (0, 2)):
        return (Item("wh", "when", prep.start, prep.end), *items[: start - 1])
    return items


def _is_done(items: Sequence[Item], index: int) -> bool:
    """Whether it is asked if it is the one named there who has done something: "was it X who issued the warning"."""
    led = items[0].word in AUXILIARIES["be"] and all(item.kind == "det" or item.word == "it" for item in items[1:index])
    held = items[index + 1].word in _CLEFT and items[index + 1].kind in ("rel", "wh")
    senses = items[index + 2].senses
    return led and held and any(sense.part == "verb" and sense.form == "ed" for sense in senses)


def _alternatives(items: Sequence[Item]) -> int:
    """Where what is said of them begins, after "was it X or Y that"; 0 where it is not asked which of several it is."""
    said = next((index for index, item in enumerate(items) if item.kind == "rel" or item.word in _CLEFT), 0)
    if not said or items[0].word not in AUXILIARIES["be"]:
        return 0
    named = [item for item in items[1:said] if item.kind != "det" and item.word != "it"]
    kinds = [item.kind for item in named]
    return said + 1 if kinds == ["name", "conj", "name"] and named[1].word == "or" else 0
