"""The ways to ask who says something, put as "who says that …": "from whom stems the claim that …".

So too "to whom is the statement that … attributed" and "who holds the view that …".
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_CONTENT, _CLAIM = SG + "content", SG + "Claim"
_SPOKEN = frozenset(
    {_CONTENT, _CLAIM, *(SG + act for act in ("signals", "reports", "affirms", "emphasises", "warns", "asserts"))}
)
_OTHERWISE = frozenset(SG + name for name in ("denies", "contradicts", "inTensionWith"))
_PREPOSITIONS = frozenset({"from", "by", "to", "with", "through", "of"})
_WHO = frozenset({"who", "whom", "whose"})
_DONE = AUXILIARIES["be"] | AUXILIARIES["do"]  # "whom do X quote" too, as it is put plainly
_CITED = frozenset({"quoted", "cited", "named", "reported", "mentioned", "described"})
_FURTHEST = 8  # items between who is asked for and the noun for what is said


def plainly(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with what stands between who is asked for and the claim, view or warning left out; "who is quoted as
    saying that" as "who says that"."""
    words = [item.word for item in items[:5]]
    cited = len(items) > _FURTHEST - 2 and words[0] in _WHO and words[1] in _DONE and words[2] in _CITED
    if cited and words[3] == "as" and speaks(items[4]):
        return (items[0], *items[4:])
    start = int(len(items) > 1 and items[0].word in _PREPOSITIONS)
    if len(items) <= start or items[start].word not in _WHO:
        return tuple(items)
    for index in range(start + 1, min(start + _FURTHEST, len(items) - 2)):
        item = items[index]
        if item.kind == "name" or _denies(item) or item.word == "that":
            break
        done = index + 1 + _is_participle(items[index + 1])  # "by whom was the claim made that"
        if not is_uttered(item) or done >= len(items) or items[done].word not in ("that", "which"):
            continue
        between, rest = items[start + 1 : index], items[done:]
        passive = any(each.kind == "aux" for each in between) and _is_participle(rest[-1])
        who = Item("wh", "who", items[0].start, items[start].end)
        return (who, item, *(rest[:-1] if passive and len(rest) > 2 else rest))
    return tuple(items)


def is_said(item: Item) -> bool:
    """Whether it is a noun for what is said: "claim", "view", "warning"."""
    terms = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
    return bool(terms & {_CONTENT, _CLAIM})


def is_uttered(item: Item) -> bool:
    """Whether it is a noun for what is said, or for the saying: "claim", "warning", "emphasis"."""
    terms = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
    return bool(terms & _SPOKEN)


def _denies(item: Item) -> bool:
    return any(sense.concept.terms & _OTHERWISE for sense in item.senses if sense.part == "verb")


def _is_participle(item: Item) -> bool:
    return any(sense.part == "verb" and sense.form == "ed" for sense in item.senses)


def speaks(item: Item) -> bool:
    """Whether it is a verb of saying, in whatever way."""
    return any(sense.part == "verb" and (sense.concept.terms | sense.concept.beside) & _SPOKEN for sense in item.senses)


def heard(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "Through whom do we hear what X hinted at" as "… hear X"."""
    for index in range(2, len(items) - 2) if items and items[0].kind == "prep" else ():
        name = index + 1 + (items[index + 1].kind == "det")
        if items[index].word != "what" or not any(item.kind == "wh" for item in items[:index]):
            continue
        if name < len(items) - 1 and items[name].kind == "name" and speaks(items[-1]) and name + 3 >= len(items):
            return (*items[:index], *items[index + 1 : name + 1])
    return tuple(items)


def says(item: Item) -> bool:
    """Whether it is a verb for any saying and no more: "say"."""
    verbs = [sense for sense in item.senses if sense.part == "verb"]
    return bool(verbs) and all(_CONTENT in sense.concept.terms for sense in verbs)
