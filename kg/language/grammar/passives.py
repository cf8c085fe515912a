"""What is done by somebody, put as what somebody does: "is X prolonged by Y" as "does Y prolong X".

To be tried where the words as they stand are not understood; names said with a verb are found after: "prolong the war".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES, PREPOSITIONS

_BE, _MODAL = AUXILIARIES["be"], AUXILIARIES["modal"]
_ENDS = frozenset({"in", "under", "during", "through", "with", "at", "for", "to", "as", "if", "without", "against"})
_LEAST = 4  # items


def active(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with the verb done by somebody as one that somebody does; as they are where there is none."""
    said = [item for item in items if item.kind != "fill"]
    found = _active(said)
    return tuple(items) if found is None else (*found, *(item for item in items if item.kind == "fill"))


def _active(said: list[Item]) -> tuple[Item, ...] | None:
    found = _unstranded(said)
    place = next((index for index, item in enumerate(found) if item.word == "by"), -1)
    if place < 0 and found != said:
        return tuple(found)
    if place < 0 or len(found) < _LEAST or any(item.kind in ("rel", "conj") for item in found[: place + 1]):
        return None
    if place == 0:
        return asked_by(found)
    done = _is_done(found[place - 1]) and place + 1 < len(found)
    return _doing(found, place - 1) if done else None


def _unstranded(items: list[Item]) -> list[Item]:
    """ "Whom is X good for" as "for whom is X good", "what does X rest on" as "on what does X rest"."""
    if len(items) < _LEAST or items[0].kind != "wh" or not any(item.kind == "aux" for item in items):
        return items
    last = items[-1]
    verb, _, prep = last.word.rpartition(" ")
    joined = last.kind == "word" and verb and prep in PREPOSITIONS
    if not joined and last.kind != "prep":
        return items
    who = replace(items[0], word="whom") if items[0].word == "who" else items[0]
    return [
        Item("prep", prep, last.start, last.end),
        who,
        *items[1:-1],
        *([replace(last, word=verb)] if joined else []),
    ]


def asked_by(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "By whom is X done" and "who is X done by" as "who does X"; as they are where it is not so asked."""
    if len(items) > _LEAST and items[0].kind == "wh" and items[-1].word == "by" and _is_done(items[-2]):
        return asked_by([items[-1], *items[:-1]])
    if len(items) < _LEAST or items[0].word != "by" or items[1].kind != "wh":
        return tuple(items)
    found = list(items[1:])
    helper = next((index for index, item in enumerate(found) if item.kind == "aux"), 0)
    verbs = [index for index, item in enumerate(found) if index > helper and _is_done(item)]
    if not helper or len(verbs) != 1 or not any(item.word in _BE for item in found[helper : verbs[0]]):
        return tuple(items)
    who = replace(found[0], word="who") if found[0].word == "whom" else found[0]
    between, done = found[1:helper], _without_be(found[helper : verbs[0]])
    if between and between[0].kind in ("det", "name"):  # "by whom X was done"
        between, done = [], [*between, *done]
    return (who, *between, _form(found[verbs[0]], "s"), *done, *found[verbs[0] + 1 :])


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
    return [item for item in items if item.kind != "aux"]


def _is_done(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "verb" and sense.form == "ed" for sense in item.senses)


def _form(item: Item, form: str) -> Item:
    """The verb in another form: as one that is no participle."""
    return replace(item, senses=tuple(replace(sense, form=form) for sense in item.senses if sense.part == "verb"))
