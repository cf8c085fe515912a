"""What stands elsewhere than in the plain order, put there: "under X, is Y excluded" as "is Y excluded under X".

So too "of supporting whom is X accused", "is being done", "lets it do", and "X or somebody else".
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.items import Item
from kg.language.words import AUXILIARIES, EXCEPTING

_BE = AUXILIARIES["be"]
_STAYING = EXCEPTING | {"according to", "if", "without", "as long as", "so long as"}
_TOPICS = frozenset({"as for", "as to", "about", "regarding", "concerning", "with regard to", "as regards", "on"})
_PRONOUNS = frozenset({"it", "they", "them", "he", "she", "him"})
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "prep", "conj", "number", "unknown", "fill"})
_LETTING = frozenset({
    "let", "lets", "letting", "allow", "allows", "allowed", "allowing", "enable", "enables", "enabled", "enabling",
    "permit", "permits", "permitted", "help", "helps", "helped",
})  # fmt: skip
_ELSE = frozenset({"somebody", "someone", "anybody", "anyone", "something", "anything"})


def ordered(items: Sequence[Item]) -> list[Item]:
    """The items, signs among them, in the plain order of a question."""
    return _behind(_accused(_let(_done(_of_all(list(items))))))


def _behind(items: list[Item]) -> list[Item]:
    """ "In Istanbul, was X named" as "was X named in Istanbul"."""
    if not items or items[0].kind != "prep" or items[0].word in _STAYING:
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


def _of_all(items: list[Item]) -> list[Item]:
    """ "Who made it, X or somebody else" as "who made it": an answer says which."""
    words = [item.word for item in items if item.kind != "sign"]
    if len(words) < 5 or words[-1] != "else" or words[-2] not in _ELSE or items[0].kind != "wh":
        return items
    comma = max((index for index, item in enumerate(items) if item.word in (",", ":", "-", "–")), default=0)
    tail = [item for item in items[comma + 1 :] if item.kind != "sign"]
    either = comma > 1 and any(item.word == "or" for item in tail) and all(item.kind != "aux" for item in tail)
    return items[:comma] if either else items
