"""Whose exact words are wanted: "the wording on the exclusion of X", "where does the article say that …"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.lexis.items import Item
from kg.namespaces import SG

_QUOTE, _CONTENT, _SOURCE, _CLAIM = SG + "quote", SG + "content", SG + "Source", SG + "Claim"
_ABOUT = frozenset({"about", "on", "regarding", "concerning", "behind", "of", "for"})
_ASKING = frozenset({"where", "how"})  # of a source, asks for words: "how does the article word …"
_WHO = frozenset({"who", "whom", "whose", "why", "when"})  # ask for no words: "whose word do we have for it"
_PASSED = frozenset({"aux", "det", "fill", "prep", "rel", "unknown"})
_STRANGE = frozenset({"unknown", "number"})  # "the third paragraph"
_OPENING = 5  # items in which a word for what is quoted stands
_LEADING = 7  # items that lead from it to what the words say: "that the article gives as proof that"


def to_be_quoted(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What the words are about that are to be quoted, as a statement; None where nothing is to be quoted."""
    if len(items) > 1 and (items[0].word in _WHO or (items[0].word == "how" and _is_degree(items[1]))):
        return None
    place = _place(items)
    if place < 0:
        return _passive(items)
    rest = _without_source(items[place + 1 :])
    asked = items[0].word in _ASKING and any(sense.part == "verb" for sense in items[place].senses)
    said = _after_that(rest) or _about(rest) or _clause(rest) or (tuple(rest) if asked else ())
    return said if any(item.things or item.senses for item in said) else None


def stated(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What the words say that are asked for: "on which words does the claim rest that …"; None where not so asked."""
    place = _place(items)
    return (_after_that(_without_source(items[place + 1 :])) or None) if place >= 0 else None


def fragment(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """The noun for the words that are asked for, with what follows: "words of X" of "copy out the words of X"."""
    place = _place(items)
    return tuple(items[place:]) if 0 < place < len(items) - 1 else None


def _place(items: Sequence[Item]) -> int:
    """Where the word for what is to be quoted stands, the last of several; -1 where there is none."""
    place = next((index for index, item in enumerate(items[:_OPENING]) if _is_quote(item)), -1)
    if place < 0 and items and items[0].word == "where":
        saying = next((index for index, item in enumerate(items[:_OPENING]) if is_saying(item)), -1)
        return saying - 1 if saying < len(items) - 1 else -1
    before = items[: max(place, 0)]
    if any(item.kind == "name" and not _is_source(item) for item in before):
        return -1
    if any(item.kind in _STRANGE for item in before[-1:]):
        return -1
    while 0 <= place < len(items) - 1 and (_is_quote(items[place + 1]) or items[place + 1].kind in ("det", "fill")):
        if items[place + 1].word == "that":
            break
        place += 1
    return place


def _after_that(rest: Sequence[Item]) -> tuple[Item, ...]:
    """What the words say, where "that" opens it; nothing where it does not."""
    that = next((index for index, item in enumerate(rest[:_LEADING]) if item.word == "that"), -1)
    said = tuple(rest[that + 1 :])
    opened = bool(said) and (said[0].kind in ("det", "name") or not any(s.part == "verb" for s in said[0].senses))
    return said if that >= 0 and opened and said[0].kind != "aux" and all(map(_leads, rest[:that])) else ()


def _clause(rest: Sequence[Item]) -> tuple[Item, ...]:
    """A statement: "what evidence (is there that) X does Y"; nothing where there is none."""
    forms = {sense.form for item in rest[1:2] for sense in item.senses if sense.part == "verb"}
    return tuple(rest) if len(rest) > 2 and rest[0].kind == "name" and "s" in forms else ()


def _about(rest: Sequence[Item]) -> tuple[Item, ...]:
    """What the words are about, where a word opens it: "the words on X", "the sentence that mentions X"."""
    if len(rest) > 2 and rest[0].kind == "aux" and is_saying(rest[-1]):
        return tuple(rest[1:-1])
    about = next((index for index, item in enumerate(rest[: _OPENING - 1]) if _opens(item)), -1)
    if about < 0:
        return ()
    if any(item.things for item in rest[:about]):
        return tuple(rest)  # "backing for X"
    rest = rest[about + (rest[about].kind in ("prep", "rel") or rest[about].word in ("which", "where", "what")) :]
    while len(rest) > 1 and (rest[0].kind in ("det", "aux", "rel") or rest[0].word == "about" or is_saying(rest[0])):
        rest = rest[1:]
    return tuple(rest)


def _is_degree(item: Item) -> bool:
    """Whether it says with "how" how much of something: "how recent", "how often"."""
    adjective = bool(item.senses) and all(sense.part == "adjective" for sense in item.senses)
    return adjective or item.word in ("much", "many", "often", "long")


def _passive(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """ "Where is X mentioned?", "how is X worded?"."""
    if len(items) > 3 and items[0].word in _ASKING and items[1].kind == "aux" and is_saying(items[-1]):
        return tuple(items[2:-1])
    return None


def _without_source(rest: Sequence[Item]) -> Sequence[Item]:
    """What follows "of the article", "in the text"."""
    if len(rest) > 2 and rest[0].kind == "prep":
        end = 1 + (rest[1].kind == "det")
        if _is_source(rest[end]) or _is_quote(rest[end]):
            return rest[end + 1 :]
    return rest


def _leads(item: Item) -> bool:
    """Whether it may stand between the words that are wanted and what they say: "would show", "does the claim rest"."""
    if item.things and not _is_source(item):
        return False
    nouns = [sense for sense in item.senses if sense.part == "noun"]
    return (
        item.kind in _PASSED
        or _is_source(item)
        or any(sense.part == "verb" for sense in item.senses)
        or any(sense.concept.terms & {_CLAIM, _CONTENT} for sense in nouns)
    )


def _is_quote(item: Item) -> bool:
    return any(_QUOTE in sense.concept.terms for sense in item.senses)


def _is_source(item: Item) -> bool:
    return any(_SOURCE in sense.concept.terms for sense in item.senses)


def is_saying(item: Item) -> bool:
    """Whether it is a verb of saying or speaking of something: "the sentence that mentions X"."""
    return any(
        sense.part == "verb" and (sense.concept.terms | sense.concept.beside) & {_CONTENT, _QUOTE}
        for sense in item.senses
    )


def _opens(item: Item) -> bool:
    """Whether what the words are about begins there."""
    return item.word in _ABOUT or item.kind == "rel" or item.word in ("where", "which", "that") or is_saying(item)
