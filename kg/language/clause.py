"""A text → the clause of it that asks, in which way it asks, and what stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.words import Word, aspect, of_class, phrase_at, phrases, words

_STATED = 4  # words that may state something
_ENDS = "?!.;:—–"


@dataclass(frozen=True)
class Clause:
    """The words that ask, without courtesies; the `context` before them; the kind of answer that is asked for:
    "answers", "count", "verdict" or "doubted" (how surely); of a verdict the aspect; and as `lead` the words before it
    that are no sentence ("the war: who gains"). `unmarked` where a sign alone asks: "China wants peace?".
    """

    words: tuple[Word, ...]
    context: tuple[Word, ...] = ()
    kind: str = "answers"
    aspect: str | None = None
    lead: tuple[Word, ...] = ()
    unmarked: bool = False


def asked(text: str) -> Clause:
    """The last clause of a text that asks; all of it, where none does."""
    sentences = _sentences(words(text))
    asking = [number for number, sentence in enumerate(sentences) if _asks(sentence)]
    marked = [number for number in asking if sentences[number][-1].text == "?"]
    chosen = (marked or asking or [len(sentences) - 1])[-1] if sentences else 0
    sentence = sentences[chosen] if sentences else ()
    start = _start(sentence)
    before = tuple(word for each in sentences[:chosen] for word in each) + tuple(sentence[:start])
    fragment = sentences[chosen - 1] if chosen and sentences[chosen - 1][-1].text not in "!." else ()
    lead = tuple(word for word in (*fragment, *sentence[:start]) if not word.is_sign)
    return replace(_clause(tuple(sentence[start:]), before), lead=lead)


def _sentences(text: Sequence[Word]) -> list[tuple[Word, ...]]:
    found: list[list[Word]] = [[]]
    for word in text:
        found[-1].append(word)
        if word.text in _ENDS:
            found.append([])
    return [tuple(each) for each in found if any(not word.is_sign for word in each)]


def _asks(text: Sequence[Word]) -> bool:
    return _start(text) > 0 or _heads(text, 0)


def _start(text: Sequence[Word]) -> int:
    """Where the clause that asks begins: after the last comma (or dash) that one follows, where none asks before."""
    if _heads(text, 0):
        return 0
    commas = [
        place + 1 for place, word in enumerate(text[:-1]) if word.text in ",-" or word.folded in of_class("starting")
    ]
    return next((place for place in commas if _heads(text, place)), 0)


def _heads(text: Sequence[Word], place: int) -> bool:
    """Whether a clause that asks begins at `place`."""
    place = _after_courtesy(text, place)
    if place >= len(text):
        return False
    word = text[place].folded
    if word in of_class("asking") or aspect(word) or word in of_class("commands") or phrase_at(text, place, "truth"):
        return True
    if phrase_at(text, place, "attribution") or phrase_at(text, place, "exceptions"):
        return True
    return word in of_class("prepositions") and place + 1 < len(text) and text[place + 1].folded in of_class("asking")


def _after_courtesy(text: Sequence[Word], place: int) -> int:
    while place < len(text):
        size = phrase_at(text, place, "courtesy")
        if not size and not (text[place].is_sign and place):
            return place
        place += size or 1
    return place


def _clause(text: tuple[Word, ...], context: tuple[Word, ...]) -> Clause:
    ends_asking = bool(text) and text[-1].text == "?"
    text = text[_after_courtesy(text, 0) :]
    while text and text[-1].is_sign:
        text = text[:-1]
    if size := phrase_at(text, 0, "truth"):
        text = text[size:]
        return Clause(text, context, "verdict", _first_aspect(text))
    head = _after_attribution(text)
    if next(phrases(text, "sureness"), None):
        return Clause(text, context, "doubted")
    if next(phrases(text, "counting"), None):
        return Clause(text, context, "count")
    if head < len(text) and (verb := aspect(text[head].folded)):
        if text[head + 1 : head + 2] and text[head + 1].folded == "there":
            text = _whichever(text, head)
        return Clause(text, context, "verdict", verb)
    asks = any(word.folded in of_class("asking") or word.folded in of_class("commands") for word in text[:1])
    asks = asks or any(word.folded in of_class("asking") for word in text)
    if ends_asking and not asks and (_first_aspect(text) or len(text) >= _STATED):
        return Clause(text, context, "verdict", _first_aspect(text), unmarked=not _first_aspect(text))
    return Clause(text, context)


def _whichever(text: tuple[Word, ...], place: int) -> tuple[Word, ...]:
    """ "Is there a proposal that …" as "which proposal …": the answer is yes where there is one."""
    there = text[place + 1]
    which = replace(there, text="which", folded="which", stem="which")
    rest = text[place + 2 :]
    return (*text[:place], which, *rest[bool(rest) and rest[0].folded in of_class("some") :])


def _after_attribution(text: Sequence[Word]) -> int:
    """Where the clause goes on after "according to …," at its head."""
    if not phrase_at(text, 0, "attribution") and not phrase_at(text, 0, "exceptions"):
        return 0
    return next((place + 1 for place, word in enumerate(text) if word.text == ","), 0) or next(
        (
            place
            for place, word in enumerate(text)
            if place and (aspect(word.folded) or word.folded in of_class("asking"))
        ),
        0,
    )


def _first_aspect(text: Sequence[Word]) -> str | None:
    return next((found for word in text if (found := aspect(word.folded))), None)
