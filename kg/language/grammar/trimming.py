"""What adds nothing to what is asked left out, and what is owned named: "months of X" and "X going on" as "X".

"X is a bad thing" as "X is bad", "what three things" as "what", "X on the ground" as "X", "the efforts of X's
diplomacy" as "X's diplomacy", "in somebody's eyes" as nothing; "X … its stance" as "X … X's stance".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from kg.language.grammar.rewriting import EVIDENTIAL
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_THINGS = frozenset({"thing", "things", "matter", "development"})
_ENDED = frozenset({"prep", "sign", "conj"})
_BESIDE = frozenset({"in", "under", "with", "on"})
_LASTING = frozenset({SG + "Duration", SG + "length"})
_ITS = frozenset({"its", "their", "his", "her"})
_EYES = frozenset({"eyes", "view", "opinion", "judgement", "judgment", "estimation", "perception", "mind", "minds"})
_SOME = frozenset({
    "somebody", "someone", "some", "some people", "many", "people", "observers", "others", "outsiders", "anybody",
    "anyone", "commentators", "critics",
})  # fmt: skip
_TAKEN = frozenset({
    "take", "takes", "took", "taken", "taking", "adopt", "adopts", "adopted", "adopting", "hold", "holds", "held",
    "holding", "having", "has", "assuming",
})  # fmt: skip
_HAS = frozenset({"has", "have", "holds", "hold", "enjoys", "enjoy", "had"})
_PRONOUNS = frozenset({"it", "they", "he", "she"})
_LEAST = 4  # items
_SEEING = frozenset({"see", "view", "regard", "perceive", "consider", "describe"})
_OF = frozenset({"of", "on", "about", "over", "with", "between"})
_KINDS = frozenset({"kind", "sort", "type"})
_MAKING = frozenset({"make", "makes", "making", "made"})
_MATTERS = frozenset({"things", "life", "matters", "it"})
_COMPARED = frozenset({"before", "after", "than", "like", "as"})
_SEEN = "seen"


def trimmed(items: Sequence[Item], linker: Linker) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = list(items)
    each: tuple[Callable[[list[Item], Linker], list[Item]], ...] = (
        _one_of, _seen_as, _seen_by_some, _there_could_be, _the_process, _made, _lasting, _for_months, _plain_thing,
        _what_things, _stationed, _named_again, _taken, _for_whom, _had, _its, _in_eyes, _in_interest, _as_it_did,
    )  # fmt: skip
    for rewrite in each:
        found = rewrite(found, linker)
    return found


def _as_it_did(items: list[Item], _: Linker) -> list[Item]:
    """ "Who held it before X did" as "who held it before X"."""
    if len(items) > _LEAST and items[-1].word in AUXILIARIES["do"] | AUXILIARIES["have"] and items[-2].kind == "name":
        before = items[-3] if items[-3].kind != "det" else items[-4]
        return items[:-1] if before.word in _COMPARED else items
    return items


def _one_of(items: list[Item], _: Linker) -> list[Item]:
    """ "Name one reason" as "name the reasons"."""
    one = len(items) > 2 and items[0].word == "list" and items[1].word in ("one", "some", "two", "three")
    return [items[0], *items[2:]] if one and _is_noun(items[2]) else items


def _seen_as(items: list[Item], _: Linker) -> list[Item]:
    """ "Is X seen as good for Y" as "is X good for Y", only seen."""
    for index in range(2, len(items) - 2):
        quality = any(sense.part == "adjective" for sense in items[index + 2].senses)
        if items[index].word in EVIDENTIAL and items[index + 1].word == "as" and quality:
            return [*items[:index], replace(items[index], kind="fill", senses=()), *items[index + 2 :]]
    return items


def _seen_by_some(items: list[Item], _: Linker) -> list[Item]:
    """ "Do people see X as good for Y" as "is X good for Y", only seen."""
    if len(items) < 2 * _LEAST - 2 or items[0].kind != "aux" or items[1].word not in _SOME:
        return items
    as_ = next((index for index, item in enumerate(items[:-1]) if item.word == "as"), 0)
    if as_ < _LEAST or items[2].word not in _SEEING:
        return items
    seen, rest = Item("fill", _SEEN, items[2].start, items[2].end), items[as_ + 1 :]
    if any(sense.part == "adjective" for sense in rest[0].senses):
        return [replace(items[0], word="is"), *items[3:as_], seen, *rest]
    doing = tuple(replace(s, form="base") for s in rest[0].senses if s.part == "verb" and s.form == "ing")
    if doing:
        return [replace(items[0], word="does"), *items[3:as_], seen, replace(rest[0], senses=doing), *rest[1:]]
    return items


def _there_could_be(items: list[Item], _: Linker) -> list[Item]:
    """ "What effects could there be for X" as "what effects for X"."""
    for index in range(2, len(items) - 3):
        words = [item.word for item in items[index : index + 3]]
        modal = items[index].kind == "aux" and items[0].kind == "wh" and words[1:] == ["there", "be"]
        if modal and items[index + 3].kind == "prep":
            return [*items[:index], *items[index + 3 :]]
    return items


def _the_process(items: list[Item], linker: Linker) -> list[Item]:
    """ "The talks" as the one thing, none of a kind, whose name has such a noun as its head."""
    for index in range(1, len(items)):
        item, after = items[index], items[index + 1 : index + 2]
        if items[index - 1].word != "the" or not _is_noun(item) or (after and after[0].word in _OF):
            continue
        meant = {sense.concept.name for sense in item.senses if sense.part == "noun" and not sense.concept.terms}
        called = linker.merger.called.items()
        things = [thing for thing, heads in called if meant & heads and thing not in linker.concepts]
        if len(things) == 1:
            named = replace(item, kind="name", things=(things[0],), senses=())
            return [*items[:index], named, *items[index + 1 :]]
    return items


def _in_interest(items: list[Item], _: Linker) -> list[Item]:
    """ "In whose interest is it that X does" as "in whose interest is X"."""
    place = next((index for index, item in enumerate(items[:6]) if item.word == "it"), 0)
    opened = [item.word for item in items[place + 1 : place + 2]] == ["that"] and items[0].kind == "prep"
    name = place + 2 + (items[place + 2 : place + 3] != [] and items[place + 2].kind == "det")
    if place < _LEAST or not opened or items[1].word != "whose" or name >= len(items) or items[name].kind != "name":
        return items
    return [*items[:place], items[name]]


def _made(items: list[Item], _: Linker) -> list[Item]:
    """ "Make things more difficult for X" as the name that "more difficult for X" is."""
    for index in range(1, len(items) - 2):
        if items[index].word in _MAKING and items[index + 1].word in _MATTERS and items[index + 2].kind == "name":
            return [*items[:index], replace(items[index + 2], verbal=True), *items[index + 3 :]]
    return items


def _what_things(items: list[Item], _: Linker) -> list[Item]:
    """ "What three things" and "what kind of things" as "what"."""
    for index in range(1, len(items) - 1):
        kind = index > 2 and items[index - 1].word == "of" and items[index - 2].word.rstrip("s") in _KINDS
        place = index - (3 if kind else 1)
        if items[index].word in ("thing", "things") and items[place].word in ("what", "which"):
            return [*items[:place], replace(items[place], word="what"), *items[index + 1 :]]
    return items


def _taken(items: list[Item], _: Linker) -> list[Item]:
    """ "By taking this position" as "by this position"; "the position that it has taken" as "its position"."""
    for index in range(1, len(items) - 1):
        taking = items[index].word in _TAKEN and items[index].word.endswith("ing") and items[index - 1].kind == "prep"
        if taking and items[index + 1].kind in ("det", "name"):
            return [*items[:index], *items[index + 1 :]]
    for index in range(2, len(items) - 2):
        held = items[index].word in _TAKEN and items[index - 1].word in _HAS and items[index - 2].kind == "name"
        if held and items[index + 1].kind in ("aux", "word"):  # "does the position X has taken bring it any risk"
            return [*items[: index - 1], *items[index + 1 :]]
    if len(items) < _LEAST or items[-1].word not in _TAKEN:
        return items
    start = len(items) - 1
    while start > _LEAST and (items[start - 1].kind in ("aux", "rel") or items[start - 1].word in _PRONOUNS):
        start -= 1
    if start == len(items) - 1 or not (items[start - 1].kind == "name" or _is_noun(items[start - 1])):
        return items
    noun = items[start - 1].kind == "word" and items[start - 2].kind == "det"
    return [*items[: start - 2], replace(items[start - 2], word="its"), items[start - 1]] if noun else items[:start]


def _for_whom(items: list[Item], _: Linker) -> list[Item]:
    """ "Is it risky for X to take this position" as "is this position risky for X"."""
    words = [item.word for item in items]
    if len(items) < _LEAST + 3 or items[0].kind != "aux" or words[1] != "it" or "for" not in words or "to" not in words:
        return items
    first, to = words.index("for"), len(words) - 1 - words[::-1].index("to")
    taken = to + 2 < len(items) and words[to + 1] in _TAKEN and items[-1].kind == "name"
    if not (2 < first < to) or not taken or any(item.kind not in ("det", "name") for item in items[to + 2 :]):
        return items
    return [items[0], *items[to + 2 :], *items[2:to]]


def _had(items: list[Item], linker: Linker) -> list[Item]:
    """ "The influence that X has" as "X's influence"."""
    for index in range(1, len(items) - 2):
        name = index + 1 + (items[index + 1].kind == "rel" or items[index + 1].word == "that")
        if items[index - 1].word != "the" or not _is_noun(items[index]) or name + 1 >= len(items):
            continue
        if items[name].kind == "name" and items[name + 1].word in _HAS:
            owned = [items[name], Item("poss", "'s", items[name].end, items[name].end), items[index]]
            return list(linker.merged([*items[: index - 1], *owned, *items[name + 2 :]]))
    return items


def _its(items: list[Item], linker: Linker) -> list[Item]:
    """ "X … its stance" as "X … X's stance", where that is the name of something."""
    for index in range(1, len(items) - 1):
        if items[index].word not in _ITS or items[index + 1].kind != "word":
            continue
        before, after = ([item for item in part if item.kind == "name"] for part in (items[:index], items[index:]))
        for size, owner in product((3, 2, 1), [*reversed(before), *after]):
            noun = items[index + 1 : index + 1 + size]
            if len(noun) == size and _is_noun(noun[-1]):
                named = linker.merged([owner, Item("poss", "'s", owner.end, owner.end), *noun])
                if len(named) == 1:
                    return [*items[:index], named[0], *items[index + 1 + size :]]
    return items


def _in_eyes(items: list[Item], _: Linker) -> list[Item]:
    """ "In somebody's eyes", "in the eyes of some" and "as some see it" as only seen."""
    for index in range(2, len(items) - 1):
        words = [item.word for item in items[index : index + 5]]
        seen = Item("fill", _SEEN, items[index].start, items[index].end)
        if words[0] == "in" and len(words) > 3 and words[1] in _SOME and words[2] == "'s" and words[3] in _EYES:
            return [*items[:index], seen, *items[index + 4 :]]
        if words[0] == "in" and len(words) == 5 and words[2] in _EYES and words[3] == "of" and words[4] in _SOME:
            return [*items[:index], seen, *items[index + 5 :]]
        if words[0] == "as" and words[1] in _SOME and words[2:4] in (["see", "it"], ["sees", "it"]):
            return [*items[:index], seen, *items[index + 4 :]]
    return items


def _lasting(items: list[Item], _: Linker) -> list[Item]:
    """ "The war going on" as "the war"."""
    for index in range(1, len(items)):
        doing = [sense for sense in _verbs(items[index]) if sense.form == "ing"]
        ended = index + 1 == len(items) or items[index + 1].kind in _ENDED
        if items[index - 1].kind == "name" and doing and ended and all(s.concept.terms <= _LASTING for s in doing):
            return [*items[:index], *items[index + 1 :]]
    return items


def _for_months(items: list[Item], _: Linker) -> list[Item]:
    """ "Months of X" as "X"."""
    for index in range(len(items) - 2):
        times = [s for s in items[index].senses if s.part == "noun" and SG + "when" in s.concept.terms]
        named = items[index + 2].kind == "name" or (items[index + 3 : index + 4] and items[index + 2].kind == "det")
        if times and items[index + 1].word == "of" and named:
            return [*items[:index], *items[index + 2 :]]
    return items


def _plain_thing(items: list[Item], _: Linker) -> list[Item]:
    """ "Is X a bad thing" as "is X bad"."""
    for index in range(2, len(items)):
        quality = {sense.part for sense in items[index - 1].senses}
        if items[index].word in _THINGS and "adjective" in quality and items[index - 1].kind == "word":
            start = index - 1 - (items[index - 2].kind == "det")
            return [*items[:start], items[index - 1], *items[index + 1 :]]
    return items


def _stationed(items: list[Item], linker: Linker) -> list[Item]:
    """ "X on the ground" as "X"; "X under Y" and "X in Y" as well, where the name of X holds Y."""
    for index in range(1, len(items) - 1):
        before, item = items[index - 1], items[index]
        if before.kind != "name" or not before.things:
            continue
        sent = item.kind == "word" and all(
            SG + "Readiness" in s.concept.beside for s in item.senses if s.part != "verb"
        )
        if sent and item.senses and any(s.part == "adjective" for s in item.senses):
            return [*items[:index], *items[index + 1 :]]
        name = index + 1 + (items[index + 1].kind == "det")
        held = linker.merger.within.get(before.things[0], frozenset())
        if item.word in _BESIDE and name < len(items) - 1 and set(items[name].things) & held:
            return [*items[:index], *items[name + 1 :]]
    return items


def _named_again(items: list[Item], linker: Linker) -> list[Item]:
    """ "The efforts of X's diplomacy" as "X's diplomacy", where that is called efforts itself."""
    for index in range(len(items) - 2):
        name = index + 2 + (items[index + 2].kind == "det")
        if not _is_noun(items[index]) or items[index + 1].word != "of" or name >= len(items):
            continue
        heads = {head for thing in items[name].things for head in linker.merger.nouns.get(thing, ())}
        meant = {sense.concept.name for sense in items[index].senses if sense.part == "noun"}
        if items[name].kind == "name" and " " in items[name].word and meant & heads:
            return [*items[:index], *items[name:]]
    return items


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)


def _verbs(item: Item) -> list[Sense]:
    return [sense for sense in item.senses if sense.part == "verb"] if item.kind == "word" else []
