"""The clause that asks, without what is said around it: for want of a better way to take a text of several clauses.

"Before I quote it I had better be sure: is …", "X, as our lecturer says, is …", "which …, I make a list for class".
What restricts what is asked ("if …", "besides …", "under …") is no aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.language.lexis.linking import Linker
from kg.language.text.leading import MEANING
from kg.language.text.replacing import pointing
from kg.language.text.returning import is_returning
from kg.language.text.words import AUXILIARY, PREPOSITIONS, WH, Token

Tokens = Sequence[Token]
_LEAST = 4  # words of a question that stands for itself
_SIGNS = frozenset({",", ":", ";", "-", "–", "—", ".", "!", "?", "(", ")"})
_JOINING = frozenset({"and", "but", "so", "then", "now", "or", "well", "please", "naturally"})
_ASKING = frozenset(
    {"know", "see", "ask", "wonder", "sure", "check", "me", "learn", "out", "tell", "certain", "verify"}
)
_REQUESTS = frozenset({"tell", "show", "list", "name", "give", "quote", "cite", "find", "compare"})
_RESTRICTING = PREPOSITIONS - {"as", "for"} | frozenset({
    "unless", "suppose", "supposing", "imagine", "assuming", "assume", "when", "while", "once", "until", "apart",
    "aside", "other", "except", "despite", "although", "though", "even", "where", "had", "were", "should", "only",
    "provided", "instead", "rather", "what", "who", "which", "whose", "how", "leaving", "setting", "putting",
    "ignoring", "disregarding", "excluding", "barring",
})  # fmt: skip
_ASIDE = re.compile(
    r"(?:as (?!guarantors?\b|an? guarantor|peacekeepers?\b|part\b|parties\b|party\b)|which |who (?!\w+$)|whose |"
    r"(?:if|unless) (?:.* )?(?:right|wrong|correct|mistaken|believe|believed|trust|trusted|true)$|"
    r"if (?:you|i|one|we) (?:may|can|could|will|would|please|like|know)\b|"
    r"for (?:.* )?(?:my|our) |(?:or|and) so |"
    r"i (?:think|believe|suppose|guess|mean|ask|wonder)\b|by the way|they say|it is said|"
    r"(?:so|or) (?:i|we|they) (?:\w+ )?(?:hear|heard|read|think|thought|told)|says |said )"
)
_AFTER = re.compile(
    r"(?:i|my|we|our|nothing|no more|not more|please|thanks|for (?:my|our|the|a)|it is for|this is for|that is|"
    r"word for|as|just|only|in short|asking|sorry|or (?:is|are|do|does|am|not|what)\b|because (?:i|my|we)|"
    r"since (?:i|we|my))\b"
)


def unaccompanied(text: Tokens, linker: Linker) -> Iterator[tuple[Token, ...]]:
    """The ways to leave out what stands beside the question, that which keeps most of the text first."""
    plain = uninterrupted(text)
    least = max(linker.weight(text), MEANING)
    for whole in dict.fromkeys((plain, *_shortened(plain))):
        if len(whole) < len(text) and _stands(whole, linker, least):
            yield whole
        for start in range(1, len(whole) - _LEAST):
            asked = _inside(whole, start) or whole[start:]
            if _begins(whole, start) and not _restricts(whole[:start], linker) and _stands(asked, linker, least):
                yield asked


def uninterrupted(text: Tokens) -> tuple[Token, ...]:
    """The text without what stands between commas, or brackets, and is said by the way."""
    marks = [index for index, token in enumerate(text) if token.word in (",", "(", ")", "–", "—")]
    for start, end in pairwise(marks):
        inside = " ".join(token.word for token in text[start + 1 : end])
        bracketed = text[start].word == "(" and text[end].word == ")"
        if start and inside and (bracketed or _ASIDE.match(inside)):
            return uninterrupted((*text[:start], *text[end + 1 :]))
    return tuple(text)


def _shortened(text: Tokens) -> Iterator[tuple[Token, ...]]:
    """The text without its last clauses, in which those who ask speak of why they do."""
    for end in range(len(text) - 2, _LEAST, -1):
        if text[end].word in (",", ".", ";", "–", "-", "?", "!"):
            rest = " ".join(token.word for token in text[end + 1 :])
            if not _AFTER.match(rest):
                return
            yield tuple(text[:end])


def _inside(text: Tokens, start: int) -> tuple[Token, ...]:
    """What is asked after "I need to know if"; nothing where no such words are."""
    first = text[start]
    if first.word not in ("if", "whether") or text[start - 1].word not in _ASKING or text[0].word == "if":
        return ()
    return (replace(first, word="whether"), *text[start + 1 :])


def _begins(text: Tokens, start: int) -> bool:
    """Whether a question begins there: after a sign, or a word that joins clauses."""
    before, first = text[start - 1].word, text[start].word
    opens = first in WH | AUXILIARY | _REQUESTS or (first in PREPOSITIONS and text[start + 1].word in WH)
    joined = before in _JOINING and start > 1 and text[start - 2].word in _SIGNS
    return (opens and (before in _SIGNS or joined)) or bool(_inside(text, start))


def _restricts(clause: Tokens, linker: Linker) -> bool:
    """Whether what stands before a question says of what, or in which case, it asks."""
    words = [token.word for token in clause if token.word not in _SIGNS]
    while len(words) > 1 and words[0] in _JOINING:
        words = words[1:]
    starts = [0, *(index + 1 for index, token in enumerate(clause) if token.word in _SIGNS | {"but"})]
    firsts = {clause[start].word for start in starts if start < len(clause)} | set(words[:1])
    if words[:2] in (["what", "about"], ["how", "about"]):
        firsts -= {"what", "how"}
    if firsts & {"for", "as"} and linker.weight(clause) > MEANING:
        return True
    return bool(firsts & _RESTRICTING)


def _stands(asked: Tokens, linker: Linker, least: int) -> bool:
    """Whether a question says by itself what it is about, by name if the text has names."""
    return len(asked) >= _LEAST and not (pointing(asked) or is_returning(asked)) and linker.weight(asked) >= least
