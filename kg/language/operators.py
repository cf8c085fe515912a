"""Words of a clause that change its answer in one clear way: each function finds its own and takes them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from kg.language.mentions import Finder, Mention
from kg.language.words import Word, aspect, of_class, phrases
from kg.namespaces import SG

_YEAR = 4  # digits
_PARTED = 6  # words of a question that may have two conditions
_NEAR = 3  # words between "according to" and who says it


@dataclass(frozen=True)
class Taken:
    """What an operator leaves of the text, and the things that it is about."""

    text: tuple[Word, ...]
    things: tuple[str, ...] = ()


def said_by(text: Sequence[Word], finder: Finder) -> Taken:
    """ "According to X": the speaker X; "in X": the source X."""
    for start, end in phrases(text, "attribution"):
        mention = _following(text, end, finder)
        if mention is not None and finder.names.is_a(mention.thing, SG + "Speaker"):
            return _without(text, start, mention.end, (mention.thing,))
    for mention in finder.mentions(text):
        start = mention.start - (text[mention.start - 1].folded == "the")
        if start > 0 and text[start - 1].folded == "in" and finder.names.is_a(mention.thing, SG + "Source"):
            return _without(text, start - 1, mention.end, (mention.thing,))
    return Taken(tuple(text))


def told_by(text: Sequence[Word], finder: Finder) -> Taken:
    """ "Do analysts say that …", "…, as analysts warn": the speaker X, of whom an act is said."""
    for mention, end in tellers(text, finder):
        start = mention.start
        before = [word.folded for word in text[max(start - 2, 0) : start] if word.folded != "the"]
        if end < len(text) and text[end].folded == "that" and start <= 2:
            return Taken(tuple(text[end + 1 :]), (mention.thing,))
        if before and before[-1] == "as":
            return _without(text, start - 1 - (text[start - 1].folded == "the"), end, (mention.thing,))
    return Taken(tuple(text))


def tellers(text: Sequence[Word], finder: Finder) -> Iterator[tuple[Mention, int]]:
    """The speakers of whom an act is said ("analysts warn", "diplomats are signalling"), each with the act's end."""
    for mention in finder.mentions(text):
        act = mention.end + any(aspect(word.folded) for word in text[mention.end : mention.end + 1])
        if finder.names.is_a(mention.thing, SG + "Speaker") and any(w.stem in finder.acts for w in text[act : act + 1]):
            yield mention, act + 1


def sayers(text: Sequence[Word], finder: Finder) -> tuple[Taken, bool] | None:
    """ "Who says that …", "who reports …": what is said, of which is asked who says it, and whether that is sure; None
    where it is asked otherwise.
    """
    if not text or text[0].folded not in of_class("sayers"):
        return None
    for place, word in enumerate(text[1:6], 1):
        rest = text[place + 1 :]
        if word.stem not in finder.acts or not rest:
            continue
        if rest[0].folded == "that":
            return Taken(tuple(rest[1:])), True
        if text[0].folded == "who" and (place == 1 or (place == 2 and aspect(text[1].folded))):
            return Taken(tuple(rest)), False
    return None


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


def excepted(text: Sequence[Word], finder: Finder) -> Taken:
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
    return Taken(tuple(text))


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


def numbers(text: Sequence[Word], mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The numbers that are no part of a name."""
    named = {place for mention in mentions for place in mention.places}
    return tuple(word.folded for place, word in enumerate(text) if place not in named and word.folded[0].isdigit())


def is_year(number: str) -> bool:
    return len(number) == _YEAR and number.isdigit() and number[:2] in ("19", "20")


def _following(text: Sequence[Word], place: int, finder: Finder, near: int = _NEAR) -> Mention | None:
    """The mention that begins at `place` or hardly after it."""
    return next((mention for mention in finder.mentions(text) if 0 <= mention.start - place < near), None)


def _without(text: Sequence[Word], start: int, end: int, things: tuple[str, ...]) -> Taken:
    """The text without those words and the commas around them."""
    while end < len(text) and text[end].text == ",":
        end += 1
    if start and text[start - 1].text == ",":
        start -= 1
    return Taken((*text[:start], *text[end:]), things)


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
