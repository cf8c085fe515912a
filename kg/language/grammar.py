"""A text → the clause of it that asks, and in which way; and the words in it that change its answer in one clear way:
of these each function finds its own, and takes them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from kg.language.mentions import Finder, Mention
from kg.language.words import Word, aspect, of_class, phrase_at, phrases, words
from kg.namespaces import SG

_STATED = 4  # words that may state something
_ENDS = "?!.;:—–"
_PARTED = 6  # words of a question that may have two conditions
_NEAR = 3  # words between "according to" and who says it


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
    if next(phrases(text, "sureness"), None):
        return Clause(text, context, "doubted")
    if next(phrases(text, "counting"), None):
        return Clause(text, context, "count")
    if text and (verb := aspect(text[0].folded)):
        if text[1:2] and text[1].folded == "there":
            text = _whichever(text)
        return Clause(text, context, "verdict", verb)
    asks = any(word.folded in of_class("asking") or word.folded in of_class("commands") for word in text[:1])
    asks = asks or any(word.folded in of_class("asking") for word in text)
    if ends_asking and not asks and (_first_aspect(text) or len(text) >= _STATED):
        return Clause(text, context, "verdict", _first_aspect(text), unmarked=not _first_aspect(text))
    return Clause(text, context)


def _whichever(text: tuple[Word, ...]) -> tuple[Word, ...]:
    """ "Is there a proposal that …" as "which proposal …": the answer is yes where there is one."""
    which = replace(text[1], text="which", folded="which", stem="which")
    rest = text[2:]
    return (which, *rest[bool(rest) and rest[0].folded in of_class("some") :])


def _first_aspect(text: Sequence[Word]) -> str | None:
    return next((found for word in text if (found := aspect(word.folded))), None)


@dataclass(frozen=True)
class Rest:
    """What an operator leaves of the text, and the things that it is about."""

    text: tuple[Word, ...]
    things: tuple[str, ...] = ()


def said_by(text: Sequence[Word], finder: Finder) -> Rest:
    """ "According to X": the speaker X; "in X": the source X."""
    for start, end in phrases(text, "attribution"):
        mention = _following(text, end, finder)
        if mention is not None and finder.names.is_a(mention.thing, SG + "Speaker"):
            return _without(text, start, mention.end, (mention.thing,))
    for mention in finder.mentions(text):
        start = mention.start - (text[mention.start - 1].folded == "the")
        if start > 0 and text[start - 1].folded == "in" and finder.names.is_a(mention.thing, SG + "Source"):
            return _without(text, start - 1, mention.end, (mention.thing,))
    return Rest(tuple(text))


def asked_noun(text: Sequence[Word], mentions: Sequence[Mention]) -> tuple[Word, ...]:
    """The words between "which", "what" or "how many" and what goes on: they say of what kind the answers are."""
    named = {place for mention in mentions for place in mention.places}
    for place, word in enumerate(text):
        start = place + 1 + (word.folded == "how" and len(text) > place + 1 and text[place + 1].folded == "many")
        if word.folded in of_class("choosing") or start == place + 2:
            found = list(takewhile(lambda at: at not in named and not _goes_on(text[at]), range(start, len(text))))
            return tuple(text[at] for at in found)
    return ()


def asks_for_things(text: Sequence[Word]) -> bool:
    """Whether things are asked for, rather than a reason, a way, a time or a place."""
    manner = of_class("manner")
    return not any(word.folded in manner for word in text[:4])


def _goes_on(word: Word) -> bool:
    return word.is_sign or aspect(word.folded) is not None or word.folded in of_class("empty")


def is_of_saying(text: Sequence[Word], finder: Finder) -> bool:
    """Whether it begins with who says, signals or reports something."""
    if not text or text[0].folded not in of_class("asking"):
        return False
    start = 2 if text[0].folded in ("which", "what", "whose") else 1  # "which states" says nothing yet
    return any(word.stem in finder.acts for word in text[start:5])


def excepted(text: Sequence[Word], finder: Finder) -> Rest:
    """ "Besides X", "other than X and Y": what is not to be among the answers."""
    for start, end in phrases(text, "exceptions"):
        mention = _following(text, end, finder)
        if mention is None:
            continue
        things, last = [mention.thing], mention.end
        while last < len(text) and text[last].folded in of_class("listing"):
            further = _following(text, last + 1, finder, near=1)
            if further is None:
                break
            things.append(further.thing)
            last = further.end
        return _without(text, start, last, tuple(things))
    return Rest(tuple(text))


def denied(text: Sequence[Word]) -> tuple[int, ...]:
    """Where the words stand that deny ("not", "never", "without", "doesn't")."""
    return tuple(
        place for place, word in enumerate(text) if word.folded in of_class("negations") or word.folded.endswith("n't")
    )


def limited(text: Sequence[Word], mentions: Sequence[Mention]) -> tuple[int | None, Mention | None]:
    """Where "only" stands, and the mention that it limits: the next, or the one before it ("China alone")."""
    for place, word in enumerate(text):
        if word.folded in of_class("only"):
            after = next(
                (
                    each
                    for each in mentions
                    if 0 < each.start - place <= 1 + any(word.folded == "the" for word in text[place + 1 : place + 2])
                ),
                None,
            )
            before = next((each for each in mentions if each.end == place), None)
            return place, after or before
    return None, None


def _following(text: Sequence[Word], place: int, finder: Finder, near: int = _NEAR) -> Mention | None:
    """The mention that begins at `place` or hardly after it."""
    return next((mention for mention in finder.mentions(text) if 0 <= mention.start - place < near), None)


def _without(text: Sequence[Word], start: int, end: int, things: tuple[str, ...]) -> Rest:
    """The text without those words and the commas around them."""
    while end < len(text) and text[end].text == ",":
        end += 1
    if start and text[start - 1].text == ",":
        start -= 1
    return Rest((*text[:start], *text[end:]), things)


def halves(text: Sequence[Word]) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """The ways to part a question of two conditions ("which states … and …", "which X are not …") into two."""
    if len(text) < _PARTED or text[0].folded not in of_class("asking"):
        return
    head = tuple(text[:2])
    for place in range(2, len(text) - 2):
        word = text[place].folded
        if word in of_class("joining"):
            rest = [each for each in text[place + 1 :] if each.folded not in of_class("besides")]
            asks = rest and rest[0].folded in of_class("asking")
            yield tuple(text[:place]), tuple(rest) if asks else (*head, *rest)
        elif aspect(word) and place > len(head):
            yield tuple(text[:place]), (*head, *text[place:])
            return
