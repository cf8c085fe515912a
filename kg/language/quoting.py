"""Whose exact words are wanted: "the wording on the exclusion of X", "the passage that names the guarantors"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.items import Item
from kg.namespaces import SG

_QUOTE, _CONTENT = SG + "quote", SG + "content"
_ABOUT = frozenset({"about", "on", "regarding", "concerning", "behind", "of", "for"})
_OPENING = 4  # items in which a word for what is quoted stands


def to_be_quoted(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What the words are about that are to be quoted, as a statement; None where nothing is to be quoted."""
    place = next((index for index, item in enumerate(items[:_OPENING]) if _is_quote(item)), -1)
    if place < 0 or any(item.kind == "name" for item in items[:place]):
        return None
    while place + 1 < len(items) and (_is_quote(items[place + 1]) or items[place + 1].kind in ("det", "fill")):
        place += 1
    rest = items[place + 1 :]
    about = next((index for index, item in enumerate(rest[:_OPENING]) if _opens(item)), -1)
    if about < 0:
        return None
    rest = rest[about + (rest[about].kind in ("prep", "rel") or rest[about].word in ("which", "where", "what")) :]
    while len(rest) > 1 and (rest[0].kind in ("det", "aux", "rel") or rest[0].word == "about" or _is_saying(rest[0])):
        rest = rest[1:]
    return tuple(rest) if rest and any(item.things or item.senses for item in rest) else None


def _is_quote(item: Item) -> bool:
    return any(_QUOTE in sense.concept.terms for sense in item.senses)


def _is_saying(item: Item) -> bool:
    """Whether it is a verb of saying or speaking of something: "the sentence that mentions X"."""
    return any(
        sense.part == "verb" and (sense.concept.terms | sense.concept.beside) & {_CONTENT, _QUOTE}
        for sense in item.senses
    )


def _opens(item: Item) -> bool:
    """Whether what the words are about begins there."""
    return item.word in _ABOUT or item.kind == "rel" or item.word in ("where", "which", "that") or _is_saying(item)
