"""What would be if a plan were carried out, as what is so under it: "if X is adopted", "once X goes ahead"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item

_SUPPOSING = frozenset({"if", "when", "once", "in case", "should", "in case of", "as long as"})
_REALISED = frozenset({
    "adopted", "implemented", "realised", "realized", "accepted", "followed", "put", "carried", "enacted", "taken",
    "goes", "went", "go", "gone", "comes", "came", "come", "prevails", "prevailed", "prevail", "wins", "won", "win",
    "succeeds", "succeeded", "succeed", "happens", "happened", "happen", "materialises", "materialised", "works",
    "worked", "work", "chosen", "pursued", "turned", "becomes", "became", "launched", "executed", "applied",
    "approved", "signed", "agreed",
})  # fmt: skip
_AFTER_REALISED = frozenset({
    "ahead", "about", "true", "out", "into", "through", "up", "practice", "effect", "reality", "place", "force", "as",
    "planned", "in", "on", "the", "day", "a", "well", "off",
})  # fmt: skip


def come_about(items: Sequence[Item]) -> list[Item]:
    """ "If X is adopted" and "once X goes ahead" as "under X"."""
    for index in range(len(items) - 2):
        name = index + 1 + (items[index + 1].kind == "det")
        if items[index].word not in _SUPPOSING or name >= len(items) or items[name].kind not in ("name", "slot"):
            continue
        verb = name + 1
        while verb < len(items) and items[verb].kind in ("aux", "fill"):
            verb += 1
        if verb >= len(items) or items[verb].word.split()[0] not in _REALISED:
            continue
        end = verb + 1
        while end < len(items) and items[end].word in _AFTER_REALISED:
            end += 1
        rest = items[end:]
        if not rest or rest[0].kind in ("wh", "aux", "prep", "sign") or rest[0].kind == "conj":
            under = replace(items[index], kind="prep", word="under", senses=())
            return [*items[:index], under, *items[index + 1 : name + 1], *rest]
    return list(items)
