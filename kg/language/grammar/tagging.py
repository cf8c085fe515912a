"""Items → tagged items: verb, noun or adjective, by what a word can be and what stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense
from kg.language.text.words import AUXILIARIES

_OF_NOUNS = frozenset({"of", "on", "about", "for", "regarding", "concerning"})


@dataclass(frozen=True)
class Tagged:
    """An item with the part that it plays: N name, C noun, V verb, J adjective, W, A auxiliary, P, or - for none."""

    tag: str
    item: Item
    form: str = ""


def tagged(items: Sequence[Item]) -> list[Tagged]:
    found: list[Tagged] = []
    for index, item in enumerate(items):
        before = next((part for part in reversed(found) if part.item.kind not in ("fill", "neg")), None)
        found.append(_part(item, before, items[index + 1 :], any(part.tag == "V" for part in found), found))
    return found


def _part(item: Item, before: Tagged | None, rest: Sequence[Item], verbs: bool, found: list[Tagged]) -> Tagged:
    simple = {"name": "N", "slot": "N", "wh": "W", "prep": "P", "conj": "&", "poss": "'", "neg": "-", "rel": "R"}
    if item.kind in simple and not (item.kind == "prep" and _is_verb(item, before)):
        return Tagged(simple[item.kind], item)
    if item.kind == "aux":
        return Tagged("A", item)
    if item.kind != "word":
        return Tagged("-", item)
    by = {
        part: [sense for sense in item.senses if sense.part == part]
        for part in ("verb", "noun", "adjective", "adposition")
    }
    if before is not None and before.tag == "A" and found[-1].item.word == "no" and by["noun"]:
        before = found[-1]  # "has no veto"
    tag = _tag(by, before, rest, verbs, found)
    kept = by[{"V": "verb", "C": "noun", "J": "adjective"}[tag]] or by["adposition"]
    if tag != "V":
        kept = [*kept, *(by["adjective"] if tag == "C" else by["noun"])]
    form = kept[0].form if kept else ""
    if tag == "V" and {s.form for s in kept} == {"base", "ed"}:
        form = "ed"
    return Tagged(tag, replace(item, senses=tuple(kept) or item.senses), form)


def _is_verb(item: Item, before: Tagged | None) -> bool:
    """Whether a preposition that is also a verb form is one: "is X concerning", not "plans concerning X"."""
    other = any(sense.part != "adposition" for sense in item.senses)
    return other and not (item.word.endswith("ing") and before is not None and before.tag in ("C", "N", "V"))


def _asks(before: Tagged, rest: Sequence[Item]) -> bool:
    """Whether what stands between is the noun that is asked for: "which contingent would …"."""
    return before.item.word in ("which", "what", "whose") and bool(rest) and rest[0].kind == "aux"


def _is_done_by_people(verbs: list[Sense], before: Tagged, rest: Sequence[Item], found: list[Tagged]) -> bool:
    """Whether an adjective before is who does something: "the Chinese demand a mandate"."""
    people = before.item.kind == "name" and before.item.adjective and bool(rest) and rest[0].kind == "det"
    return people and verbs[0].form == "base" and not any(part.tag in ("V", "A") for part in found)


def _tag(
    by: dict[str, list[Sense]], before: Tagged | None, rest: Sequence[Item], verbs: bool, found: list[Tagged]
) -> str:
    """Verb, noun or adjective, by what a word can be and what stands before it."""
    verb, noun, adjective = bool(by["verb"]), bool(by["noun"]), bool(by["adjective"] or by["adposition"])
    if not verb:
        if noun and adjective:
            determined = before is not None and (before.item.kind in ("det", "poss", "prep") or _asks(before, rest))
            return "C" if determined else "J"
        return "C" if noun else "J"
    if not noun and not adjective:
        return "V"
    other = "C" if noun else "J"
    if before is None:  # "plans naming X", but "name X"
        done = bool(rest) and any(sense.part == "verb" and sense.form == "ed" for sense in rest[0].senses)
        of_it = bool(rest) and rest[0].word in _OF_NOUNS and len(by["verb"]) == 1
        return other if noun and (by["verb"][0].form == "s" or done or of_it) else "V"  # "mandate needed for X"
    kind, word = before.item.kind, before.item.word
    if kind in ("det", "poss", "number", "neg") or before.tag == "J" or (kind == "name" and before.item.adjective):
        return "V" if _is_done_by_people(by["verb"], before, rest, found) else other
    if kind == "prep":
        return "V" if word == "to" or by["verb"][0].form == "ing" else other
    if before.tag == "A" and word not in AUXILIARIES["be"]:
        return "V"
    if before.tag == "A":
        return "V" if by["verb"][0].form in ("ed", "ing") else other
    if before.tag == "W":
        follows = rest[0].kind if rest else ""
        if word in ("who", "whom", "that"):
            return "V"
        object_follows = follows in ("name", "slot", "det", "neg") or (follows == "prep" and rest[0].word != "of")
        return "V" if by["verb"][0].form == "s" and object_follows and word == "what" else other
    if before.tag in ("N", "C", "R"):
        aux = [part for part in found if part.tag == "A"]
        if by["verb"][0].form == "base" and not aux and before.tag == "N":
            return other if verbs else "V"
        return other if verbs and not aux else "V"
    return other
