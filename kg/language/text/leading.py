"""Clauses around a question that ask nothing themselves, and questions whose end says that what comes first is asked.

"My professor wants to know: …", "Sorry if this is basic, but …"; "there is a resolution that …, which one is it?".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.text.words import AUXILIARY, BY_CUSTOM, PREPOSITIONS, WH, Token

IDLE, STRANGE, MEANING, NAMED = range(4)  # what a clause says at most
_LONGEST = 25  # words of a clause that leads to a question
_LEAST = 2  # words of a question
_SELF = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "you", "your", "sorry", "apologies"})
_OPENING = re.compile(
    r"(?:without (?:wanting|wishing|meaning|trying|being)|not to|at the risk|just (?:to|for)|in order to|so as to|"
    r"only to|"
    r"(?:\w+ )?(?:silly|stupid|quick|basic|dumb|naive|random|simple|short|final|last|small|little|exam|quiz|"
    r"trivia|test) |"
    r"(?:for|as) (?:a|an|some|background|context|reference|homework|information)\b|background|context|quiz|"
    r"homework|"
    r"question|follow-up|request|topic|subject|one (?:more|last|other|quick) |to (?:settle|check|confirm|"
    r"clarify|verify|"
    r"make|be|sum|start|begin|finish|conclude)|(?:\w+ ){0,2}(?:, )?(?:last|next|first|another|final) (?:one|"
    r"thing|point))"
)
_BUSY = re.compile(
    r"(?:\w+ ,? ?)?(?:i|we) (?:(?:am|are|was|were|have been)(?: (?:currently|just|now|still))? \w+ing|have to|"
    r"need to|must) "
    r"(?:(?:a|an|the|my|our|some|on|about|for|at|in) |write|prepare|give|hand|teach|hold)"
)
_AGAIN = re.compile(
    r"(?:please )?(?:quote|cite|show|list|name|give|tell|explain|describe|enumerate|count|specify)(?: (?:me|us))?"
    r"(?: (?:them|it|that|this|these|those|him|her|(?:the |their |its )?(?:exact |very |full )?"
    r"(?:words|quote|quotes|passage|sentence|source|sources|evidence|names|name|list|answer|details)))?"
    r"(?: please)?[ .!?]*$"
)
_PARTING = frozenset({":", ";", ",", ".", "!", "-", "–", "…"})
_ENDS = frozenset({"?", ".", "!", ";"})
_ANY = frozenset({":", "–", "-"})  # after these anything may be asked, in whatever form
_REQUESTS = frozenset({
    "tell", "show", "list", "name", "give", "find", "quote", "cite", "count", "say", "state", "identify", "please",
    "explain", "compare", "describe", "summarise", "summarize", "if", "whether", "point", "enumerate",
})  # fmt: skip
_BETWEEN = frozenset({"but", "and", "so", "then", "now", "here", "also", "well", ",", "please"})
_ONE = r"(?:a|an|one|some|any|at least one)"
_THERE = re.compile(rf"^(?:(?:there (?:is|was|are|were|has been)|(?:is|was|are|were) there|we have) )?{_ONE} ")
_OF_SEVERAL = re.compile(r"^one of ")
_WHICH_ONE = re.compile(
    r"(?: [,:;–.-])?(?: (?:and|but))?(?: if (?:so|yes|there is))?(?: ,)?"
    r" (?P<wh>which|what|who)(?: (?:one|ones))?"
    r"(?: (?:is|was|are|were|would|might|could) (?:it|that|they|those|this|he|she)(?: be)?)?$"
)
_CLEFT = frozenset({"that", "which", "who"})
_PLACED = frozenset({"in", "by", "under", "of", "from", "on", "through", "with", "for", "at"})


def led(tokens: Sequence[Token], weight: Callable[[Sequence[Token]], int]) -> tuple[Token, ...]:
    """The tokens without the longest clause before the question that says nothing of what is asked.

    `weight` tells of some tokens whether they have IDLE words alone, STRANGE ones, ones with a MEANING, or names.
    """
    words = [token.word for token in tokens]
    for place in range(min(_LONGEST, len(words) - _LEAST), 0, -1):
        if not (words[place] in _PARTING or (words[place] == "but" and words[place - 1] not in _PARTING)):
            continue
        start = place + 1
        while start < len(words) and words[start] in _BETWEEN:
            start += 1
        if " ".join(words[:place]) in BY_CUSTOM:
            continue  # what is so by custom is another question than what a source says is so
        if len(words) - start < _LEAST or not (_asks(words[start:]) or words[place] in _ANY):
            continue
        if weight(tokens[:place]) <= _allowed(words, place) and weight(tokens[start:]) >= MEANING:
            return tuple(tokens[start:])
    return tuple(tokens)


def _allowed(words: Sequence[str], place: int) -> int:
    """How much a clause may say that is left out: the more, the surer it is one of those who ask."""
    if words[place] in _ENDS | _ANY and _BUSY.match(" ".join(words[:place])):
        return NAMED
    if _SELF & set(words[:place]) or (words[place] in _ANY and _OPENING.match(" ".join(words[:place]))):
        return MEANING
    if words[place] in _ANY and not WH & set(words[:place]):
        return STRANGE
    if WH & set(words[:place]):
        return IDLE - 1
    if words[0] == "just" and words[1:2] in (["to"], ["for"]):
        return MEANING  # "just to get the chronology right, …"
    return STRANGE if _OPENING.match(" ".join(words[:place])) else IDLE


def _asks(words: Sequence[str]) -> bool:
    """Whether a question begins there: "who", "is", "by whom", "please tell"."""
    first = words[0]
    return first in WH | AUXILIARY | _REQUESTS or (first in PREPOSITIONS and words[1] in WH)


def trailed(tokens: Sequence[Token], weight: Callable[[Sequence[Token]], int]) -> tuple[Token, ...]:
    """The tokens without a last sentence in which those who ask speak of themselves: "I need it for my essay."."""
    words = [token.word for token in tokens]
    for place in range(len(words) - _LEAST, _LEAST, -1):
        rest = words[place + 1 :]
        if words[place] in _ENDS and _AGAIN.match(" ".join(rest)):
            return tuple(tokens[: place + 1])
        if words[place] not in _ENDS or WH & set(rest) or rest[0] in _REQUESTS:
            continue
        allowed = MEANING if rest[0] in _SELF or rest[:1] == ["thanks"] else IDLE
        if weight(tokens[place + 1 :]) <= allowed and weight(tokens[:place]) >= MEANING:
            return tuple(tokens[: place + 1])
    return tuple(tokens)


def returned(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """ "There was a resolution by which …, which one is it?" as "by which resolution …"."""
    text = " ".join(token.word for token in tokens)
    end = _WHICH_ONE.search(text)
    start = _OF_SEVERAL.match(text) or _THERE.match(text)
    if end is None or start is None or not end.start():
        return tuple(tokens)
    several = start.re is _OF_SEVERAL
    first = 1 if several else len(start.group().split())
    body = list(tokens[first : len(text[: end.start()].split())])
    if len(body) < _LEAST:
        return tuple(tokens)
    which = replace(tokens[0], word="which", text="which")
    if not several and len(body) > _LEAST + 1 and body[1].word in _PLACED and body[2].word == "which":
        return (body[1], which, body[0], *body[3:])
    if not several and body[1].word in _CLEFT and end["wh"] != "who":
        return (which, body[0], *body[2:])
    return (which, *body)
