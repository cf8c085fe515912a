"""Whose words a question is about: "according to analysts", "who says that …", "do analysts say that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.items import Item
from kg.names import Names
from kg.namespaces import RDF, SG

_CONTENT, _QUOTE, _ACT = SG + "content", SG + "quote", SG + "Act"
_SPEAKERS = (SG + "Actor", SG + "Source")
_SOURCE = SG + "Source"


@dataclass(frozen=True)
class Attribution:
    """What is left of a question when the speaker is taken out, and who that is.

    `column` is "speaker" where the speaker is what is asked for; `whether` where a statement is left that is asked
    about; `exists` where it is asked if there is such a thing.
    """

    items: tuple[Item, ...]
    speaker: str | None = None
    column: str | None = None
    act: str | None = None
    whether: bool = False
    exists: bool = False


def attributed(items: Sequence[Item], names: Names) -> Attribution:
    found = _according_to(_existence(Attribution(tuple(items))), names)
    return _reported(found, names)


def _existence(asked: Attribution) -> Attribution:
    """ "Is there a proposal that …" asks which there are, and wants yes or no."""
    items = asked.items
    if len(items) > 2 and items[0].word in ("is", "are", "was", "were") and items[1].word == "there":
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
        if item.kind != "prep" or item.word not in ("according to", "in"):
            continue
        after = index + 1 + (items[index + 1].kind == "det")
        if after >= len(items) or items[after].kind != "name":
            continue
        kinds = _SPEAKERS if item.word == "according to" else (_SOURCE,)
        speakers = [thing for thing in items[after].things if any(names.is_a(thing, kind) for kind in kinds)]
        if len(speakers) == 1:
            return replace(asked, items=tuple(items[:index] + items[after + 1 :]), speaker=speakers[0])
    return asked


def _without_graph(items: list[Item]) -> list[Item]:
    """ "In the graph" says where every answer comes from."""
    for index, item in enumerate(items):
        if index and item.word in ("graph", "knowledge graph", "data", "database"):
            start = index - (items[index - 1].kind == "det")
            if start and items[start - 1].kind == "prep":
                return items[: start - 1] + items[index + 1 :]
    return items


def _reported(asked: Attribution, names: Names) -> Attribution:
    """Take out "who says that", and "do X say that"."""
    items = asked.items
    verb = next((index for index, item in enumerate(items[:5]) if _speech(item)), -1)
    if verb < 1 or verb + 2 >= len(items):
        return asked
    rest = items[verb + 1 :]
    that = rest[0].word == "that"
    rest = rest[1:] if that else rest
    acts = [
        term
        for sense in items[verb].senses
        for term in sense.concept.terms
        if any(value.value == _ACT for value in names.ontology.values(term, RDF + "type"))
    ]
    act = acts[0] if acts and not any(_CONTENT in sense.concept.terms for sense in items[verb].senses) else None
    before = items[:verb]
    if (
        before[0].word == "who"
        and all(item.kind in ("wh", "aux", "fill") for item in before)
        and _is_statement(rest, that)
    ):
        return replace(asked, items=tuple(rest), column="speaker", act=act, whether=True)
    quoted = any(_QUOTE in sense.concept.terms for item in before for sense in item.senses)
    if quoted and before[0].kind == "wh" and that:
        return replace(asked, items=tuple(rest), act=act, whether=True)
    speakers = [item for item in before if item.kind == "name"]
    if that and before[0].kind == "aux" and len(speakers) == 1 and len(speakers[0].things) == 1:
        return replace(asked, items=tuple(rest), speaker=speakers[0].things[0], act=act, whether=True)
    return asked


def _speech(item: Item) -> bool:
    speech = {_CONTENT} | {
        SG + act for act in ("warns", "emphasises", "reports", "signals", "affirms", "denies", "asserts")
    }
    return item.kind == "word" and any(sense.part == "verb" and sense.concept.terms & speech for sense in item.senses)


def _is_statement(rest: Sequence[Item], that: bool) -> bool:
    """Whether a statement follows: one opened by "that", or one with a verb of its own after its subject."""
    if that:
        return True
    return (
        bool(rest)
        and rest[0].kind in ("name", "det")
        and any(sense.part == "verb" for item in rest[1:] for sense in item.senses)
    )
