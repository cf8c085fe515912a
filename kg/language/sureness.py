"""How surely something is said: "how certain is it that …", "with what certainty is it claimed that …"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.items import Item
from kg.language.words import AUXILIARIES
from kg.namespaces import SG

_CERTAINTY = SG + "certainty"
_SUPPOSING = frozenset({"it", "that", "this"})


def in_doubt(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What it is of which the question asks how sure it is; None where it asks something else.

    That is a statement after "that", or a noun with what belongs to it: "how firm is the exclusion of X".
    """
    asking = _asking(items)
    if asking is None:
        return None
    start, end = asking
    if start and items[0].word == "that":  # "that X does Y, how certain is it"
        return tuple(items[1:start])
    rest = items[end:]
    that = next((index for index, item in enumerate(rest) if item.word == "that"), -1)
    if that >= 0 and all(item.kind != "wh" for item in rest[:that]):
        return tuple(rest[that + 1 :]) or None
    if not rest or rest[0].word not in AUXILIARIES["be"]:
        return None
    said = [item for item in rest[1:] if item.word not in _SUPPOSING or item.kind != "unknown"]
    return tuple(said) if said and any(item.things for item in said) else None


def _asking(items: Sequence[Item]) -> tuple[int, int] | None:
    """Where "how certain", "with what certainty" or "what is the certainty of" begins and ends."""
    for index, item in enumerate(items[:-1]):
        if item.kind != "wh" or item.word not in ("how", "what", "which"):
            continue
        wanted = "adjective" if item.word == "how" else "noun"
        place = index + 1
        while place < len(items) - 1 and items[place].kind in ("fill", "det"):
            place += 1
        if any(sense.part == wanted and _CERTAINTY in sense.concept.terms for sense in items[place].senses):
            begins = index - (index > 0 and items[index - 1].kind == "prep")
            return begins, place + 1
    return None
