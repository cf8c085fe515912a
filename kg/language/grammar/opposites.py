"""Questions with a word for the contrary of what is said: "does X shorten the war", where X prolongs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon

_MUCH, _LARGE = "much", ("large",)


def has_opposite(item: Item) -> bool:
    """Whether a word has an opposite: a phrasing that denies it is then no reason to take it as said."""
    return any(sense.concept.opposites for sense in item.senses)


def opposite(items: Sequence[Item], lexicon: Lexicon) -> tuple[Item, ...] | None:
    """The items with the one word that has an opposite taken for that; None where none has one, or several do."""
    turned, count = list(items), 0
    for index, item in enumerate(items):
        much = item.word == _MUCH and index > 0 and items[index - 1].kind != "wh"  # "is there much risk"
        own = lexicon.senses.get(_LARGE, ()) if much else item.senses
        senses = tuple(
            replace(sense, concept=lexicon.concepts[name])
            for sense in own
            for name in sorted(sense.concept.opposites & lexicon.concepts.keys())
        )
        if senses:
            turned[index] = replace(item, kind="word", senses=senses)
            count += 1
            if index and items[index - 1].word in ("a", "an"):
                turned[index - 1] = replace(items[index - 1], word="the")  # "a high risk", where little risk is named
    return tuple(turned) if count == 1 else None
