"""What is supposed to be missing, put with "without": "if there is no X, would Y", "absent X", "if X is not reached".

Only where yes or no is asked: who does what without something is another question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.language.text.words import AUXILIARY, Token

_NOUN = r"(?P<noun>(?:(?!is |are |was |were |has |have |does |do |did |can |will |would |not |no )[\w'’-]+ ){1,8}?)"
_BE = r"(?:is|are|was|were|be|has been|have been|had been|gets|get)"
_IF = r"(?:if|when|where|(?:suppose|supposing|assuming|in the event)(?: that)?|as long as|so long as|in case)"
_AFTER = r"(?:(?:by|from) (?P<giver>(?:[\w'’-]+ ){1,4}?))?"
_LACKING = tuple(
    re.compile(rf"{pattern}(?=[,:;?–-] |$)")
    for pattern in (
        rf"(?:{_IF} there {_BE}|should there be) (?:no|not an?|not any|still no) {_NOUN}(?:yet |at all |in place )?",
        rf"{_IF} no {_NOUN}(?:{_BE} [\w-]+ (?:yet |upon |on )?{_AFTER})",
        rf"{_IF} no {_NOUN}(?:comes about|come about|exists|exist|materialises|materializes|comes|emerges) ",
        rf"{_IF} {_NOUN}{_BE} (?:missing|lacking|absent) ",
        rf"{_IF} {_NOUN}(?:{_BE} not (?:yet )?[\w-]+ {_AFTER})",
        rf"{_IF} {_NOUN}(?:does|do|did) not (?:come about|exist|materialise|materialize|take place|happen) ",
        rf"(?:absent|lacking|failing) {_NOUN}",
    )
)
_SHORT = 3  # words of a question


def put_without(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with a clause on what is missing, first or last, as a phrase with "without"."""
    starts = [0, *(index for index, token in enumerate(tokens) if index and token.word in ("if", "when", "absent"))]
    for start in starts:
        said = "".join(f"{token.word} " for token in tokens[start:])
        found = next((match for each in _LACKING if (match := each.match(said))), None)
        if found is None:
            continue
        end = start + found.group().count(" ")
        asked = tokens[:start] if start else [each for each in tokens[end:] if each.word.isalpha()]
        if len(asked) >= _SHORT and asked[0].word in AUXILIARY:
            rest = [replace(each, word=",") if each.word == ":" else each for each in tokens[end:]]
            return (*tokens[:start], *_phrase(tokens[start:end], found), *rest)
    return tuple(tokens)


def _phrase(clause: Sequence[Token], found: re.Match[str]) -> list[Token]:
    """ "If no mandate is granted by X" as "without mandate from X"."""
    first = clause[0]
    parts = [Token("without", "without", first.start, first.end), *_within(clause, found, "noun")]
    given = _within(clause, found, "giver") if found.re.groupindex.get("giver") and found.group("giver") else []
    return [*parts, Token("from", "from", given[0].start, given[0].start), *given] if given else parts


def _within(clause: Sequence[Token], found: re.Match[str], name: str) -> list[Token]:
    """The tokens of a group of a match over their words, each with a space after it."""
    before = found.string[: found.start(name)].count(" ")
    return list(clause[before : before + found.group(name).count(" ")])
