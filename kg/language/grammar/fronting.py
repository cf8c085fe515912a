"""What stands elsewhere than in the plain order, put there: "under X, is Y excluded" as "is Y excluded under X".

So too "of supporting whom is X accused", "is being done", "lets it do", "X or somebody else", "which state's", "the one
to do", and "a danger that".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.realising import come_about
from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES, EXCEPTING

_BE, _MODAL = AUXILIARIES["be"], AUXILIARIES["modal"]
_CHANCES = frozenset({"danger", "risk", "chance", "possibility", "prospect", "likelihood", "threat"})
_STAYING = EXCEPTING | {"according to", "if", "without", "as long as", "so long as"}
_TOPICS = frozenset({"as for", "as to", "about", "regarding", "concerning", "with regard to", "as regards", "on"})
_PRONOUNS = frozenset({"it", "they", "them", "he", "she", "him"})
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "prep", "conj", "number", "unknown", "fill"})
_LETTING = frozenset({
    "let", "lets", "letting", "allow", "allows", "allowed", "allowing", "enable", "enables", "enabled", "enabling",
    "permit", "permits", "permitted", "help", "helps", "helped",
})  # fmt: skip
_SEEMING = frozenset({"appear", "seem", "look"})
_LEAST = 3  # items before what appears
_ELSE = frozenset({"somebody", "someone", "anybody", "anyone", "something", "anything"})


def ordered(items: Sequence[Item]) -> list[Item]:
    """The items, signs among them, in the plain order of a question."""
    found = _whose(_let(_done(_of_all(_again(come_about(items))))))
    return _behind(_accused(_chance(_one_to(_appearing(found)))))


def _behind(items: list[Item]) -> list[Item]:
    """ "In Istanbul, was X named" as "was X named in Istanbul"."""
    if not items or items[0].kind != "prep" or (items[0].word in _STAYING and not _is_lacking(items)):
        return items
    comma = next((index for index, item in enumerate(items) if item.word == ","), 0)
    begins = comma + 1 if comma else next((index for index, item in enumerate(items) if item.kind == "aux"), 0)
    phrase, rest = items[: comma or begins], items[begins:]
    if len(phrase) < 2 or len(rest) < 2 or any(item.kind == "wh" for item in phrase):
        return items
    if not comma and any(item.kind not in _PHRASE for item in phrase):
        return items
    asks = rest[0].kind in ("aux", "wh") or (rest[0].kind == "prep" and rest[1].kind == "wh")
    again = items[0].word in _TOPICS and any(item.word in _PRONOUNS for item in rest)
    if not asks or again or (items[0].word == "of" and rest[0].kind != "aux"):
        return items
    while rest and rest[-1].kind == "sign":
        rest = rest[:-1]
    return [*rest, *phrase]


def _accused(items: list[Item]) -> list[Item]:
    """ "Of supporting whom is X accused" as "whom is X accused of supporting"."""
    kinds = [item.kind for item in items[:4]]
    if kinds != ["prep", "word", "wh", "aux"] or not items[1].word.endswith("ing"):
        return items
    rest = [item for item in items[2:] if item.kind != "sign"]
    return [*rest, *items[:2]]


def _done(items: list[Item]) -> list[Item]:
    """ "Is X being prolonged" as "is X prolonged"."""
    return [
        item
        for index, item in enumerate(items)
        if item.word != "being" or not any(each.word in _BE and each.word != "being" for each in items[:index])
    ]


def _let(items: list[Item]) -> list[Item]:
    """ "What does X let it do" as "what does X let do"."""
    for index in range(1, len(items) - 1):
        after = items[index + 1]
        verb = after.word == "to" or any(sense.part == "verb" and sense.form == "base" for sense in after.senses)
        if items[index].word in ("it", "them") and items[index - 1].word in _LETTING and verb:
            return [*items[:index], *items[index + 1 :]]
    return items


def _again(items: list[Item]) -> list[Item]:
    """ "From X or from Y" as "from X or Y"."""
    for index in range(2, len(items) - 1):
        before = next((each for each in reversed(items[: index - 1]) if each.kind == "prep"), None)
        item = items[index]
        if item.kind == "prep" and items[index - 1].kind == "conj" and before is not None and before.word == item.word:
            return [*items[:index], *items[index + 1 :]]
    return items


def _whose(items: list[Item]) -> list[Item]:
    """ "Which state's aim" as "whose aim"."""
    for index in range(len(items) - 3):
        noun = any(sense.part == "noun" for sense in items[index + 1].senses)
        if items[index].word in ("which", "what") and noun and items[index + 2].kind == "poss":
            whose = replace(items[index], word="whose", end=items[index + 2].end)
            return [*items[:index], whose, *items[index + 3 :]]
    return items


def _one_to(items: list[Item]) -> list[Item]:
    """ "Who is the one to do" and "who would be the one that does" as "who does"."""
    for index in range(1, len(items) - 3):
        words = [item.word for item in items[index : index + 3]]
        one = words[0] in _BE and words[1] == "the" and words[2] in ("one", "ones")
        if one and items[0].kind == "wh" and items[index + 3].word in ("to", "that", "who"):
            return [*items[:index], *items[index + 4 :]]
    return items


def _chance(items: list[Item]) -> list[Item]:
    """ "Is there a danger that X does" as "could X do"."""
    place = next((index for index, item in enumerate(items[:5]) if item.word in _CHANCES), 0)
    after = items[place + 1 : place + 2]
    if place < 2 or not after or after[0].word != "that" or len(items) < place + 4:
        return items
    if items[0].word not in _BE or items[1].word != "there" or any(item.kind != "det" for item in items[2:place]):
        return items
    could = Item("aux", "could", items[0].start, items[place].end, typed=items[0].typed)
    return [could, *items[place + 2 :]]


def _of_all(items: list[Item]) -> list[Item]:
    """ "Who made it, X or somebody else" as "who made it": an answer says which."""
    words = [item.word for item in items if item.kind != "sign"]
    if len(words) < 5 or words[-1] != "else" or words[-2] not in _ELSE or items[0].kind != "wh":
        return items
    comma = max((index for index, item in enumerate(items) if item.word in (",", ":", "-", "–")), default=0)
    tail = [item for item in items[comma + 1 :] if item.kind != "sign"]
    either = comma > 1 and any(item.word == "or" for item in tail) and all(item.kind != "aux" for item in tail)
    return items[:comma] if either else items


def _appearing(items: list[Item]) -> list[Item]:
    """ "What does X's aim appear to be" as "what appears to be X's aim"."""
    if len(items) < 2 * _LEAST or items[0].word not in ("what", "which") or items[1].word not in AUXILIARIES["do"]:
        return items
    for index in range(_LEAST, len(items) - 2):
        seems = items[index].word in _SEEMING and items[index + 1].word == "to" and items[index + 2].word == "be"
        if seems:
            return [items[0], *items[index : index + 3], *items[2:index], *items[index + 3 :]]
    return items


def _is_lacking(items: Sequence[Item]) -> bool:
    """Whether yes or no is asked of what would be without something: "without X, can Y do it"."""
    comma = next((index for index, item in enumerate(items[:-1]) if item.word == ","), 0)
    return items[0].word == "without" and comma > 0 and items[comma + 1].kind == "aux"
