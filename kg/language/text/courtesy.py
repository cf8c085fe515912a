"""What stands around a question and asks nothing: greetings, politeness, who asks and why, tags such as "isn't it"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.language.text.frames import ASIDES, ASKING, CLOSINGS, TAG, THAT
from kg.language.text.leading import led, returned, trailed
from kg.language.text.phrases import ENQUIRING, LEADING, TRAILING
from kg.language.text.words import AUXILIARY, QUOTES, WH, Token, is_said_no

_SIGNS = frozenset({",", ":", ";", "-", "–", ".", "!", "?", "…", "(", ")"})
_STATED = 3  # words that state something, at least
_POSSIBLE = re.compile(r"\b(?:possible|conceivable|plausible|likely|probable|chance|possibility|be that$)")


def _any(patterns: Sequence[str], after: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)}){after}")


_ASIDE = _any((*LEADING, *ASIDES), r"(?= )")
_ASKS = _any((*ENQUIRING, *ASKING), r"(?P<whether> (?:if|whether or not|whether|that)(?= ))?(?= )")
_TRUTH = _any(THAT, r"(?= )")
_IDLE = re.compile("|".join(f"(?:{pattern})" for pattern in (*LEADING, *ASIDES, *TRAILING, *CLOSINGS)))
_PURPOSE = re.compile(
    r"(?:for|in|as|if|since|because) (?:my|our|i|we|you|any|possible|a|an)(?: \w+){0,3}|please|if any"
)
_CLOSING = re.compile(rf"(?:^|.* )(?P<last>{'|'.join((*TRAILING, *CLOSINGS))})$")


@dataclass(frozen=True)
class Bare:
    """A question without what stands around it; `truth`: it asks if something is so, `possible`: if it may be so."""

    tokens: tuple[Token, ...]
    truth: bool = False
    possible: bool = False


def bare(tokens: Sequence[Token], weight: Callable[[Sequence[Token]], int]) -> Bare:
    """The question without what stands around it; `weight` tells how much a clause says (see `leading`)."""
    tokens = _uninterrupted(trailed(led(tokens, weight), weight))
    words = [token.word for token in tokens]
    start, truth, possible = _opened(words)
    end, tagged = _closed(words, start)
    states = not (set(words[start:end]) & WH or AUXILIARY.intersection(words[start : start + 1]))
    if states and end - start > _STATED and words[end - 1] in ("right", "correct"):
        end, tagged = end - 1, True  # "China coordinates with Russia right?"
    statement = tagged and states
    asked = returned(_unquoted(tokens[start:end]))
    if len(asked) > 2 and asked[0].word in AUXILIARY and asked[1].word == "not" and asked[1].text.casefold() != "not":
        asked = (asked[0], *asked[2:])  # "isn't X …" asks if X is
    return Bare(asked, truth or statement, possible)


def _unquoted(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without quotation marks, other than those of a "no" that somebody says."""
    said = {index for index, token in enumerate(tokens) if is_said_no([each.word for each in tokens], index)}
    around = {place for index in said for place in (index - 1, index + 1)}
    return [token for index, token in enumerate(tokens) if token.word not in QUOTES or index in around]


def _uninterrupted(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without what stands between two commas and asks nothing: "list, for my report, the states …"."""
    commas = [index for index, token in enumerate(tokens) if token.word == ","]
    for start, end in pairwise(commas):
        between = " ".join(token.word for token in tokens[start + 1 : end])
        if start and (_IDLE.fullmatch(between) or _PURPOSE.fullmatch(between)):
            return _uninterrupted((*tokens[:start], *tokens[end + 1 :]))
    return tuple(tokens)


def _opened(words: Sequence[str]) -> tuple[int, bool, bool]:
    """How many words open the question, whether they ask if something is so, and whether if it is possible."""
    start, truth, possible = 0, False, False
    while True:
        text = " ".join(words[start:])
        found = [match for each in (_TRUTH, _ASKS, _ASIDE) if (match := each.match(text))]
        if not found:
            break
        match = max(found, key=lambda each: len(each.group()))
        whether = match.re is _TRUTH or bool(match.groupdict().get("whether"))
        truth = whether or (truth and match.re is not _ASKS)  # "I wonder if you could tell me who …" asks who
        possible = possible or (match.re is _TRUTH and bool(_POSSIBLE.search(match.group())))
        start += len(match.group().split())
        while start < len(words) - 1 and words[start] in _SIGNS:
            start += 1
    return start, truth, possible


def _closed(words: Sequence[str], start: int) -> tuple[int, bool]:
    """Where the question ends before politeness and tags, and whether a tag asks if it is so."""
    end, tagged = len(words), False
    while True:
        while end > start + 1 and words[end - 1] in _SIGNS - {")"}:
            end -= 1
        text = " ".join(words[start:end])
        tag, closing = TAG.search(text), _CLOSING.match(text)
        if tag and tag.start():
            end -= len(tag.group().split())
            tagged = True
        elif closing and closing.start("last"):
            end -= len(closing.group("last").split())
        else:
            return end, tagged
