"""Things that are asked for by what is said of them: "the plan that does it is which", "the plans in which it is"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES

_BE = AUXILIARIES["be"]
_ASKING = frozenset({"which", "who", "what"})
_NAMED = frozenset({"called", "named"})
_IDENTIFYING = frozenset({"one", "ones", "is", "are", "was", "were", "it", "they", "that", "those"}) | _NAMED
_RELATIVES = frozenset({"that", "which", "who", "whose"})
_THINGS = frozenset({"one", "ones", "thing", "things"})
_PHRASE = frozenset({"det", "name", "word", "number"})
_LEAST = 3


def which_one(items: list[Item]) -> list[Item]:
    """ "The plan that does it: which is it" and "the plan that does it is which" as "which plan does it"."""
    end = len(items)
    while end and items[end - 1].kind == "sign":
        end -= 1
    place = next((index for index in range(end - 1, _LEAST, -1) if items[index].word in _ASKING), 0)
    if not place or any(item.word not in _IDENTIFYING for item in items[place + 1 : end]):
        return items
    last = place - (items[place - 1].word in _NAMED)
    last -= items[last - 1].word in _BE or items[last - 1].kind == "sign"
    rel = next((index for index, item in enumerate(items[:last]) if item.word in _RELATIVES), 0)
    noun = rel - (items[rel - 1].kind == "prep")
    if last == place or noun < 2 or items[0].kind != "det" or not _is_noun(items[noun - 1]):
        return items
    if items[noun - 1].word in _THINGS and noun == rel:
        return [replace(items[place], kind="wh"), *items[rel + 1 : last]]
    asked = [*items[noun:rel], replace(items[place], kind="wh", word="which"), *items[1:noun]]
    joint = [replace(items[rel], kind="poss", word="'s")] if items[rel].word == "whose" else []
    return [*asked, *joint, *items[rel + 1 : last]]


def described(items: list[Item]) -> list[Item]:
    """ "List the plans in which it is so" and "the plans in which it is so" as "in which plans is it so"."""
    start = int(items[:1] != [] and items[0].word == "list")
    rel = next((index for index, item in enumerate(items) if item.kind == "rel"), 0)
    placed, _, which = items[rel].word.rpartition(" ") if items else ("", "", "")
    if rel < start + 1 or which != "which" or not placed or not (start or items[0].kind == "det"):
        return items
    noun = items[start + (items[start].kind == "det") : rel]
    if not noun or not _is_noun(noun[-1]) or not _is_phrase(noun):
        return items
    asked = [replace(items[rel], kind="prep", word=placed), replace(items[rel], kind="wh", word="which")]
    return [*asked, *noun, *items[rel + 1 :]]


def _is_phrase(items: Sequence[Item]) -> bool:
    return all(item.kind in _PHRASE for item in items)


def _is_noun(item: Item) -> bool:
    return item.word in _THINGS or (item.kind == "word" and any(sense.part == "noun" for sense in item.senses))
