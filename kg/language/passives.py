"""What is done by somebody, put as what somebody does: "is X prolonged by Y" as "does Y prolong X".

To be tried where the words as they stand are not understood; names said with a verb are found after: "prolong the war".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.items import Item
from kg.language.words import AUXILIARIES

_BE, _MODAL = AUXILIARIES["be"], AUXILIARIES["modal"]
_ENDS = frozenset({"in", "under", "during", "through", "with", "at", "for", "to", "as", "if", "without", "against"})
_LEAST = 4  # items


def active(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with the verb done by somebody as one that somebody does; as they are where there is none."""
    found = [item for item in items if item.kind != "fill"]
    place = next((index for index, item in enumerate(found) if item.word == "by"), -1)
    if place < 0 or len(found) < _LEAST or any(item.kind in ("rel", "conj") for item in found[: place + 1]):
        return tuple(items)
    if place == 0:
        return _asked_by(found[1:]) or tuple(items)
    done = _is_done(found[place - 1]) and place + 1 < len(found)
    return (_doing(found, place - 1) if done else None) or tuple(items)


def _asked_by(items: list[Item]) -> tuple[Item, ...] | None:
    """ "By whom is X done Y" as "who does X Y"."""
    helper = next((index for index, item in enumerate(items) if item.kind == "aux"), 0)
    verbs = [index for index, item in enumerate(items) if index > helper and _is_done(item)]
    if items[0].kind != "wh" or not helper or not verbs or len(verbs) > 1:
        return None
    if not any(item.word in _BE for item in items[helper : verbs[0]]):
        return None
    asked = [replace(items[0], word="who") if items[0].word == "whom" else items[0], *items[1:helper]]
    return (*asked, _form(items[verbs[0]], "s"), *_without_be(items[helper : verbs[0]]), *items[verbs[0] + 1 :])


def _doing(items: list[Item], verb: int) -> tuple[Item, ...] | None:
    """ "Is X done by Y in Z" as "does Y do X in Z", "what is done by Y" as "what does Y do"."""
    helper = next((index for index, item in enumerate(items[:verb]) if item.kind == "aux"), -1)
    if helper < 0 or not any(item.word in _BE for item in items[helper:verb]):
        return None
    asking, between = items[:helper], _without_be(items[helper:verb])
    end = next((index for index in range(verb + 3, len(items)) if items[index].word in _ENDS), len(items))
    agent, rest = items[verb + 2 : end], items[end:]
    if (
        bool(asking and asking[0].kind == "wh") == bool(between)
        or (asking and asking[0].kind != "wh" and [item.kind for item in asking] != ["prep", "wh"])
        or any(i.kind in ("wh", "aux") for i in agent)
    ):
        return None
    does = items[helper] if items[helper].word in _MODAL else replace(items[helper], word="does", senses=())
    return (*asking, does, *agent, _form(items[verb], "base"), *between, *rest)


def _without_be(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.kind not in ("aux", "fill")]


def _is_done(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "verb" and sense.form == "ed" for sense in item.senses)


def _form(item: Item, form: str) -> Item:
    """The verb in another form: as one that is no participle."""
    return replace(item, senses=tuple(replace(sense, form=form) for sense in item.senses if sense.part == "verb"))
