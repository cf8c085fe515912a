"""Clauses that suppose something, as what follows from it: "who gains if X lasts long" as "who gains from X".

What is supposed to be missing is left out by "without": "unless there is X", "with no X", "before X is reached".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon, Sense
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_SUPPOSING = frozenset({"if", "when", "once", "while", "whenever", "as long as", "so long as", "in case", "should"})
_LASTING = frozenset({SG + "Duration", SG + "length"})
_SENT = SG + "Readiness"
_THEY = frozenset({"it", "they", "he", "she"})
_WISHING = frozenset({
    "wished", "wanted", "liked", "chose", "pleased", "wishes", "wants", "likes", "chooses", "pleases", "wish", "want",
    "like", "choose", "please", "dared", "cared", "decided", "decides",
})  # fmt: skip
_LEAST = 3  # items of a supposition that stands first
_NEEDED = frozenset({"must", "should", "need", "needs", "needed", "required"})
_AGAINST = frozenset({
    "no", "against", "object", "objects", "objected", "refuse", "refuses", "refused", "oppose", "opposes", "opposed",
    "disagree", "disagrees", "disagreed", "reject", "rejects", "rejected",
})  # fmt: skip
_AHEAD = frozenset({
    "pass", "happen", "survive", "succeed", "adopted", "passed", "approved", "granted", "given", "agreed", "obtained",
})  # fmt: skip
_BLOCKS, _NEEDING = SG + "canBlock", SG + "requiresMandate"
_MODAL = AUXILIARIES["modal"]


def supposed(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items with what is supposed last, as a cause; with what is missing after "without"."""
    found = _missing(_at_will(list(items)), lexicon)
    found = _last(found)
    for index, item in enumerate(found):
        if index and item.word in _SUPPOSING and item.word != "should":
            name = index + 1
            while name < len(found) and found[name].kind in ("det", "fill"):
                name += 1
            rest = found[name + 1 :]
            said = [each for place, each in enumerate(rest) if not _is_where(rest, place)]
            if name < len(found) and found[name].kind == "name" and rest and all(map(_says_no_more, said)):
                return [*found[:index], Item("prep", "if", item.start, item.end), *found[index + 1 : name + 1]]
    return found


def in_spite_of(items: Sequence[Item], lexicon: Lexicon) -> tuple[Item, ...] | None:
    """ "Can X go ahead if Y objects" as "can Y block X", of which it is the contrary; None where it is not so asked."""
    items = items[1:] if items and items[0].kind == "fill" else items  # "even if"
    start = next((index for index, item in enumerate(items) if item.word in _SUPPOSING), -1)
    if start < 0 or any(item.kind == "wh" for item in items):
        return None
    asked, said = (items[:start], items[start + 1 :]) if start else _divided(items)
    who = 1 + (len(said) > 0 and said[0].kind == "det")
    against = any(_is_against(item, lexicon) for item in said[who:])
    if len(said) < who + 1 or said[who - 1].kind != "name" or not against or _is_denied(said) or _is_denied(asked):
        return None
    subject = [item for item in asked[1:] if item.kind != "fill"]
    verb = next((index for index, item in enumerate(subject) if _goes_ahead(item)), 0)
    verb = verb or next((index for index, item in enumerate(subject) if _is_done(item) and "still" in _words(asked)), 0)
    block = next((form for form, senses in lexicon.senses.items() if _is_base(senses)), None)
    if not asked or asked[0].kind != "aux" or not verb or block is None:
        return None
    what = subject[verb + 1 :] if any(item.kind in ("name", "word") for item in subject[verb + 1 :]) else subject[:verb]
    blocks = Item("word", " ".join(block), subject[verb].start, subject[verb].end, senses=lexicon.senses[block])
    can = Item("aux", "can", asked[0].start, asked[0].end)
    return (can, said[who - 1], blocks, *(item for item in what if item.kind != "aux"))


def _divided(items: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """What is asked after a supposition, and the supposition: "if Y objects, can X go ahead"."""
    place = next((index for index in range(_LEAST, len(items)) if items[index].kind == "aux"), 0)
    return (items[place:], items[1:place]) if place else ((), ())


def _words(items: Sequence[Item]) -> set[str]:
    return {item.word for item in items}


def _is_against(item: Item, lexicon: Lexicon) -> bool:
    """Whether it says that somebody objects: "votes no", "refuses", "vetoed the mandate", which is a name."""
    verb = lexicon.senses.get((item.word.split(" ")[0],), ()) if item.verbal else item.senses
    return not _AGAINST.isdisjoint(item.word.split()) or any(_BLOCKS in sense.concept.terms for sense in verb)


def _is_denied(items: Sequence[Item]) -> bool:
    return any(item.kind == "neg" for item in items)


def _is_done(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "verb" for sense in item.senses)


def _goes_ahead(item: Item) -> bool:
    """Whether it says of a proposal that what it provides is done."""
    return item.word in _AHEAD or (_is_done(item) and any(_NEEDING in sense.concept.beside for sense in item.senses))


def _is_base(senses: Sequence[Sense]) -> bool:
    return any(s.part == "verb" and s.form == "base" and _BLOCKS in s.concept.terms for s in senses)


def _is_where(items: Sequence[Item], place: int) -> bool:
    """Whether a name stands after "in": it says where something is."""
    return items[place].kind == "name" and place > 0 and items[place - 1].word in ("in", "on")


def _says_no_more(item: Item) -> bool:
    """Whether a word says of a thing only that it is there, or lasts long."""
    if item.kind in ("aux", "fill", "det", "number", "prep") or item.word in ("there", "on"):
        return True
    concepts = [sense.concept for sense in item.senses]
    lasts = any(concept.terms & _LASTING or concept.beside & _LASTING for concept in concepts)
    sent = any(_SENT in sense.concept.beside for sense in item.senses)
    return lasts or sent or any(concept.terms == {SG + "when"} for concept in concepts)


def _at_will(items: list[Item]) -> list[Item]:
    """Without "if it wished" and "if they so wanted": what somebody can do, they do if they want."""
    for index in range(1, len(items) - 2):
        if items[index].word != "if" or items[index + 1].word not in _THEY:
            continue
        verb = index + 2 + (items[index + 2].word in ("so", "really", "ever"))
        if verb < len(items) and items[verb].word in _WISHING:
            end = verb + 1 + (items[verb + 1 : verb + 2] != [] and items[verb + 1].word == "to")
            return [*items[:index], *items[end:]]
    return items


def _last(items: list[Item]) -> list[Item]:
    """ "If X lasts, who gains" as "who gains if X lasts"."""
    wh = next((index for index, item in enumerate(items) if item.kind == "wh" and index), 0)
    if not items or items[0].word not in _SUPPOSING or wh < _LEAST:
        return items
    start = wh - (items[wh - 1].kind == "prep")
    return [*items[start:], replace(items[0], kind="prep", word="if", senses=()), *items[1:start]]


def _missing(items: list[Item], lexicon: Lexicon) -> list[Item]:
    without = Item("prep", "without", 0, 0, senses=lexicon.senses.get(("without",), ()))
    words = [item.word for item in items]
    for index in range(1, len(items) - 1):
        given = replace(without, start=items[index].start, end=items[index].end)
        if words[index : index + 2] == ["with", "no"]:
            return [*items[:index], given, *items[index + 2 :]]
        if words[index] == "unless" and (granted := _granted(items[index + 1 :])):
            return [*items[:index], given, *granted]
        there = set(words[index + 1 : index + 3])
        if words[index] == "unless" and "there" in there and there & AUXILIARIES["be"] and index + 3 < len(items):
            return [*items[:index], given, *items[index + 3 :]]
        needed = not _NEEDED.isdisjoint(words[:index])  # "must X come before Y" asks of what Y needs
        if words[index] == "before" and items[0].word in _MODAL and not needed and (noun := _reached(items, index)):
            return [*items[:index], given, *items[index + 1 : noun + 1]]
    return items


def _granted(said: Sequence[Item]) -> list[Item]:
    """What must come about, where it is said that it does or is given: "X is granted", "X gives a mandate"."""
    name = int(said[0].kind == "det")
    if name >= len(said) or said[name].kind != "name" or len(said) > name + 4:
        return []
    rest = said[name + 1 :]
    if all(each.kind in ("aux", "fill") or any(s.part == "verb" for s in each.senses) for each in rest):
        return list(said[: name + 1])
    given = len(rest) == 3 and rest[1].kind == "det" and any(sense.part == "noun" for sense in rest[2].senses)
    verb = any(sense.part == "verb" for sense in rest[0].senses)
    return [*said[: name + 1], rest[2]] if given and verb else []


def _reached(items: Sequence[Item], before: int) -> int:
    """Where the noun stands that alone follows "before", with a verb for its coming about at most; else 0."""
    noun = before + 1 + (items[before + 1].kind == "det")
    if noun >= len(items) or items[noun].kind != "word":
        return 0
    rest = items[noun + 1 :]
    is_noun = {sense.part for sense in items[noun].senses} == {"noun"}
    verb = all(each.kind in ("aux", "fill") or any(sense.part == "verb" for sense in each.senses) for each in rest)
    return noun if is_noun and verb else 0
