"""Whose words a question is about: "according to analysts", "who says that …", "do analysts say that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.reporting import Attribution, is_speech, reported
from kg.language.grammar.sureness import chosen, happening, in_doubt
from kg.language.lexis.items import Item
from kg.language.text.claiming import plainly
from kg.language.text.words import AUXILIARIES
from kg.names import Names
from kg.namespaces import SG, SKOS

_SPEAKERS = (SG + "Actor", SG + "Source")
_SOURCE = SG + "Source"
_CONCEPT = SKOS + "Concept"
_VIEW = frozenset({"according to", "in the view of", "in the opinion of", "in the words of", "in the eyes of"})
_ANYBODY = frozenset({"it", "anyone", "anybody", "someone", "somebody"})
_MENTIONING = frozenset({
    "mention", "name", "list", "describe", "give", "cite", "identify", "discuss", "present", "report", "contain",
    "enumerate", "speak of", "talk about", "refer to", "point to", "see", "offer", "state", "set out",
})  # fmt: skip
_LEAST = 3  # items of what is said


def attributed(items: Sequence[Item], names: Names) -> Attribution:
    if (doubted := in_doubt(items) or chosen(items, names)) is not None:
        return replace(_according_to(Attribution(happening(doubted)), names), whether=True, doubted=True)
    found = _according_to(_existence(Attribution(plainly(_someone(items))), names), names)
    return reported(found, names)


def _someone(items: Sequence[Item]) -> Sequence[Item]:
    """ "Is there anybody who says that …" as "does anybody say that …"."""
    words = [item.word for item in items[:6]]
    there = len(items) > _LEAST + 3 and words[:2] == ["is", "there"] and words[2] in _ANYBODY and words[5] == "that"
    said = there and items[3].kind in ("rel", "wh") and is_speech(items, 4)
    return (replace(items[0], word="does"), items[2], *items[4:]) if said else items


def _existence(asked: Attribution, names: Names) -> Attribution:
    """ "Is there a proposal that …" asks which there are, and wants yes or no."""
    items = asked.items
    if len(items) > 2 and items[0].word in ("is", "are", "was", "were") and items[1].word == "there":
        named = next((item for item in items[2:] if item.kind not in ("det", "fill")), items[1])
        if len(items) > _LEAST and any(names.is_a(thing, _CONCEPT) for thing in named.things):
            return replace(asked, items=items[2:], whether=True)  # "is there little risk for X in Y"
        first = items[0]
        which = Item("wh", "which", first.start, first.end, typed=first.typed)
        rest = [item for index, item in enumerate(items[2:]) if index or item.kind not in ("det", "neg")]
        return replace(asked, items=(which, *rest), exists=True)
    return asked


def _according_to(asked: Attribution, names: Names) -> Attribution:
    """Take out "according to X", and "in X" where X is a source."""
    items = _without_graph(list(asked.items))
    asked = replace(asked, items=tuple(items))
    for index, item in enumerate(items[:-1]):
        if item.kind != "prep" or item.word not in {*_VIEW, "in"}:
            continue
        if items[index + 1].word in ("who", "whom") and item.word != "in" and index + 2 < len(items):
            rest = tuple(items[:index] + items[index + 2 :])
            return replace(asked, items=rest, column="speaker", whether=True)
        after = index + 1 + (items[index + 1].kind == "det")
        if after >= len(items) or items[after].kind != "name":
            continue
        kinds = _SPEAKERS if item.word in _VIEW else (_SOURCE,)
        speakers = [thing for thing in items[after].things if any(names.is_a(thing, kind) for kind in kinds)]
        if len(speakers) == 1:
            return replace(asked, items=tuple(items[:index] + items[after + 1 :]), speaker=speakers[0])
    return _mentioned(asked, names)


def _mentioned(asked: Attribution, names: Names) -> Attribution:
    """Take out "does X mention" after what is asked for ("which reasons does X give for Y"), where X is a source."""
    items = asked.items
    start = next((index for index in range(2, len(items) - 2) if items[index].word in AUXILIARIES["do"]), 0)
    if len(items) < _LEAST + 2 or items[0].kind != "wh" or start < 2:
        return asked
    verb = next((index for index in range(start + 2, len(items)) if items[index].word in _MENTIONING), 0)
    source = [item for item in items[start + 1 : verb] if item.kind != "det"]
    rest = items[verb + 1 :]
    if not verb or (rest and (rest[0].kind != "prep" or items[verb].word != "give")):
        return asked
    if len(source) != 1 or not any(names.is_a(thing, _SOURCE) for thing in source[0].things):
        return asked
    said = [item for item in items[1:start] if item.kind in ("name", "word")]
    if rest:
        return replace(asked, items=(*items[:start], *rest), speaker=source[0].things[0])
    return replace(asked, items=items[:start], speaker=source[0].things[0]) if len(said) > 1 else asked


def _without_graph(items: list[Item]) -> list[Item]:
    """ "In the graph" says where every answer comes from."""
    for index, item in enumerate(items):
        if index and item.word in ("graph", "knowledge graph", "data", "database"):
            start = index - (items[index - 1].kind == "det")
            if start and items[start - 1].kind == "prep":
                return items[: start - 1] + items[index + 1 :]
    return items
