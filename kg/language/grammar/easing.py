"""What enables and what is used, put so that the names have one place each.

"Give X a chance to do" as "enable X to do", "buy X time" as "buy time X", "use it against X" as "use it to counter X",
"by taking this position" as "by this position", "when it uses X" as "with X", "does an aim of X consist in doing" as
"is doing an aim of X", "make X more influential" as "increase X's influence".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_BE, _DO = AUXILIARIES["be"], AUXILIARIES["do"]
_CHANCES = frozenset({
    "chance", "opportunity", "possibility", "means", "room", "scope", "ability", "leverage", "freedom", "licence",
    "license", "capacity", "option", "power", "latitude", "way", "instrument", "lever",
})  # fmt: skip
_PROVIDING = frozenset(
    {"offers", "offer", "offered", "provides", "provide", "provided", "leaves", "leave", "grants", "grant"}
)
_PRONOUNS = frozenset({"it", "they", "he", "she"})
_MADE = frozenset({
    "make", "makes", "made", "making", "render", "renders", "rendered", "become", "becomes", "becoming", "get",
    "getting", "grow", "growing",
})  # fmt: skip
_CONSISTS = frozenset({"consist", "consists", "lie", "lies", "reside", "resides"})
_USED, _ENABLING = SG + "means", SG + "enabledBy"
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "prep"})
_LEAST, _FURTHEST = 3, 6  # items


def eased(items: Sequence[Item], linker: Linker) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = list(items)
    each: tuple[Callable[[list[Item], Linker], list[Item]], ...] = (
        _able, _made_more, _enabled, _given_two, _countering, _consisting, _using, _split, _reason_why,
        _among,
    )  # fmt: skip
    for rewrite in each:
        found = rewrite(found, linker)
    return found if found == list(items) else list(linker.merged(found))


def _able(items: list[Item], _: Linker) -> list[Item]:
    """ "Is X able to do" as "can X do"."""
    for index in range(2, len(items) - 2):
        helper = next((place for place in range(index - 1, -1, -1) if items[place].kind == "aux"), -1)
        if items[index].word in ("able", "capable") and items[index + 1].word == "to" and items[helper].word in _BE:
            can = replace(items[helper], word="can", senses=())
            return [*items[:helper], can, *items[helper + 1 : index], *items[index + 2 :]]
    return items


def _made_more(items: list[Item], linker: Linker) -> list[Item]:
    """ "Make X more influential" as "increase X's influence", "become more influential" as "increase its influence"."""
    for index in range(2, len(items)):
        concepts = {sense.concept.name for sense in items[index].senses if sense.part == "adjective"}
        verb = index - 1
        while verb > 0 and items[verb].kind in ("name", "det"):
            verb -= 1
        noun = (
            noun_of(linker, concepts) if items[index].word.startswith("more ") and items[verb].word in _MADE else None
        )
        if noun is None:
            continue
        more = replace(items[verb], kind="word", word="increase", senses=linker.lexicon.senses.get(("increase",), ()))
        called = Item("word", " ".join(noun), items[index].start, items[index].end, senses=linker.lexicon.senses[noun])
        owner = [*items[verb + 1 : index], _item("poss", "'s", items[index])]
        whose = owner if len(owner) > 1 else [_item("det", "its", items[index])]
        return [*items[:verb], more, *whose, called, *items[index + 1 :]]
    return items


def noun_of(linker: Linker, concepts: set[str]) -> tuple[str, ...] | None:
    """The shortest noun that evokes one of the concepts."""
    fits = [
        form
        for form, senses in linker.lexicon.senses.items()
        if len(form) == 1 and any(s.part == "noun" and s.concept.name in concepts for s in senses)
    ]
    return min(fits, key=lambda form: (len(form[0]), form)) if fits else None


def _enabled(items: list[Item], linker: Linker) -> list[Item]:
    """ "Give X a chance to do" as "enable X to do"."""
    for index, item in enumerate(items[:-4]):
        gives = item.word in _PROVIDING or any(_ENABLING in sense.concept.terms for sense in _verbs(item))
        noun = next(
            (place for place in range(index + 2, min(index + 5, len(items) - 1)) if items[place].word in _CHANCES), 0
        )
        if not gives or not noun or items[noun + 1].word not in ("to", "of") or not _is_phrase(items[index + 1 : noun]):
            continue
        named = [each for each in items[index + 1 : noun] if each.kind in ("name", "slot")]
        if len(named) == 1:
            enable = replace(item, kind="word", word="enable", senses=linker.lexicon.senses.get(("enable",), ()))
            to = _item("prep", "to", items[noun + 1])
            return [*items[:index], enable, *named, to, *items[noun + 2 :]]
    return items


def _given_two(items: list[Item], linker: Linker) -> list[Item]:
    """ "Buy X time" as "buy time X", "bring X to a close" as "bring to a close X", where there is such a verb."""
    for index, item in enumerate(items[:-2]):
        if item.kind not in ("word", "unknown"):
            continue
        for start in range(index + 2, min(index + _FURTHEST, len(items))):
            if items[start - 1].kind not in _PHRASE or (items[start - 1].kind == "prep" and start == index + 2):
                break
            for size in (3, 2, 1):
                after = items[start : start + size]
                words = [word for each in after for word in each.word.split()]
                plain = [word for each in after if each.kind != "det" for word in each.word.split()]
                senses = linker.lexicon.senses.get((*item.word.split(), *words)) if len(after) == size else None
                senses = senses or (linker.lexicon.senses.get((*item.word.split(), *plain)) if plain else None)
                stranger = any(each.kind in ("name", "slot") or _is_noun(each) for each in items[index + 1 : start])
                if senses and stranger and after[-1].kind not in ("name", "prep", "det"):
                    whole = replace(item, kind="word", word=" ".join((item.word, *plain)), senses=senses)
                    return [*items[:index], whole, *items[index + 1 : start], *items[start + size :]]
    return items


def _countering(items: list[Item], linker: Linker) -> list[Item]:
    """ "Use X against Y" as "use X to" with the verb for what is done to it, where "against" has one."""
    used = next((index for index, item in enumerate(items) if _means(item)), -1)
    for index in range(max(used, 0) + 1, len(items) - 1) if used >= 0 else ():
        item = items[index]
        concepts = {sense.concept.name for sense in item.senses if sense.part == "adposition"}
        if item.kind != "prep" or not concepts:
            continue
        verb = _verb_of(linker, concepts)
        if verb is None:
            continue
        start = index - (items[index - 1].word in ("directed", "aimed", "turned"))
        word = replace(item, kind="word", word=" ".join(verb), senses=linker.lexicon.senses[verb])
        return list(linker.merged([*items[:start], _item("prep", "to", item), word, *items[index + 1 :]]))
    return items


def _verb_of(linker: Linker, concepts: set[str]) -> tuple[str, ...] | None:
    """A verb that evokes one of the concepts."""
    for form, senses in linker.lexicon.senses.items():
        if any(s.part == "verb" and s.form == "base" and s.concept.name in concepts for s in senses):
            return form
    return None


def _consisting(items: list[Item], _: Linker) -> list[Item]:
    """ "Does one of X's aims consist in doing Y" as "is doing Y an aim of X"."""
    place = next((index for index, item in enumerate(items) if item.word in _CONSISTS), 0)
    if place < 2 or items[0].word not in _DO or items[place + 1 : place + 2] == [] or items[place + 1].word != "in":
        return items
    return [_item("aux", "is", items[0]), *items[place + 2 :], *items[1:place]]


def _using(items: list[Item], _: Linker) -> list[Item]:
    """ "What is X after when it uses Y" and "by using Y, what is X after" as "… with Y"."""
    name = 1 + (len(items) > 1 and items[1].kind == "det")
    used = len(items) > name + 2 and _means(items[0]) and items[0].word.endswith("using") and items[name].kind == "name"
    if used and items[name + 1].kind in ("wh", "aux"):
        return [*items[name + 1 :], _item("prep", "with", items[0]), items[name]]
    for index in range(2, len(items) - 2):
        if items[index].word not in ("when", "if", "by", "in", "while") or not _means(
            items[-2 - (items[-2].kind == "det")]
        ):
            continue
        between = items[index + 1 : -2]
        if (
            all(each.word in _PRONOUNS or each.kind in ("aux", "name", "fill") for each in between)
            and items[-1].kind == "name"
        ):
            return [*items[:index], _item("prep", "with", items[index]), items[-1]]
    return items


def _split(items: list[Item], linker: Linker) -> list[Item]:
    """ "What might happen to X" with "might" by itself, where the lexicon has it in a word of its own."""
    for index, item in enumerate(items[:-2]):
        modal, _, verb = item.word.partition(" ")
        senses = linker.lexicon.senses.get((*verb.split(),))
        if verb == "be" and modal in AUXILIARIES["modal"] and items[index + 1].kind == "word":
            return [*items[:index], _item("aux", modal, item), _item("aux", "be", item), *items[index + 1 :]]
        if item.kind == "word" and modal in AUXILIARIES["modal"] and senses and items[index + 1].word == "to":
            return [
                *items[:index],
                _item("aux", modal, item),
                replace(item, word=verb, senses=senses),
                *items[index + 1 :],
            ]
    return items


def _reason_why(items: list[Item], _: Linker) -> list[Item]:
    """ "The reasons for which X does" as "the reasons why X does"."""
    return [
        replace(item, kind="wh", word="why") if item.kind == "rel" and item.word == "for which" and index else item
        for index, item in enumerate(items)
    ]


def _among(items: list[Item], _: Linker) -> list[Item]:
    """ "Is X among the reasons" as "is X a reason"."""
    place = next((index for index, item in enumerate(items) if item.word == "among"), 0)
    noun = place + 2
    named = place >= 2 and items[place - 1].kind == "name" and noun < len(items)
    if not named or items[0].word not in _BE or items[place + 1].kind != "det" or not _is_noun(items[noun]):
        return items
    return [*items[:place], *items[place + 1 :]]


def _is_phrase(items: Sequence[Item]) -> bool:
    return all(item.kind in ("det", "name", "slot") or {s.part for s in item.senses} == {"adjective"} for item in items)


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)


def _means(item: Item) -> bool:
    """Whether it says that something is used, or is what is used: "uses", "a tool"."""
    return item.kind == "word" and any(_USED in sense.concept.terms for sense in item.senses)


def _verbs(item: Item) -> list[Sense]:
    return [sense for sense in item.senses if sense.part == "verb"] if item.kind == "word" else []


def _item(kind: str, word: str, at: Item) -> Item:
    return Item(kind, word, at.start, at.start)
