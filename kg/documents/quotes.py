"""Where words stand in a text: character for character, nothing normalised.

Offsets count code points from 0, end exclusive. A quote may not cut a base character from its combining marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz

_MOST_COUNTED = 1000  # places beyond these are not counted
_MOST_SHOWN = 4  # places that a message lists
_CONTEXT = 16  # characters on either side of a place that a message shows
_MOST_SEARCHED = 2_000_000  # characters of text in which a nearest passage is looked for
_LIKE_ENOUGH = 60
_WORD = re.compile(r"\w+")
_WORDS = re.compile(r"\S+")
_ALIKE = str.maketrans({
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("‘’‚ʼ′", "'"),
    **dict.fromkeys("“”„″«»", '"'),
})  # fmt: skip


@dataclass(frozen=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Miss:
    """Why words have no place of their own in the text, and what to do."""

    what: str
    remedy: str


def locate(text: str, words: str, before: str = "", after: str = "", start: int | None = None) -> Span | Miss:
    """The only place of `words` between `before` and `after`; where `start` is given, the place there."""
    if not words.strip():
        return Miss("the quote is empty.", "Copy the words that the claim rests on from the text.")
    fitting = list(islice(_starts(text, words, before, after), _MOST_COUNTED))
    if start is not None and _stands(text, words, start) and _between(text, words, start, before, after):
        return Span(start, start + len(words))
    if start is None and len(fitting) == 1:
        return Span(fitting[0], fitting[0] + len(words))
    places = list(islice(_starts(text, words), _MOST_SHOWN + 1))
    if not places:
        return _nowhere(text, words)
    if start is not None and fitting:
        return Miss(
            f"the words {shorten(words)} do not stand at sg:start {start}, but {_shown(text, words, fitting)}.",
            "Leave sg:start and sg:end out, they are found; or mend them.",
        )
    if not fitting:
        return _elsewhere(text, words, before, after, places)
    shown = _shown(text, words, fitting)
    count = str(len(fitting)) if len(fitting) < _MOST_COUNTED else f"{_MOST_COUNTED} or more"
    which = "between these sg:prefix and sg:suffix " if before or after else ""
    return Miss(
        f"the words {shorten(words)} stand {which}{count} times: {shown}.",
        "Say which: give sg:prefix or sg:suffix, the words right before or after, spaces included.",
    )


def shorten(words: str, most: int = 160) -> str:
    """`words` in quotation marks for a message, the middle left out where they are many."""
    if len(words) > most:
        words = f"{words[: most // 2]} … {words[-most // 2 :]}"
    return "'" + words.replace("\r", "\\r").replace("\n", "\\n") + "'"


def _starts(text: str, words: str, before: str = "", after: str = "") -> Iterator[int]:
    """Every place of `words` between `before` and `after`, overlapping ones too."""
    around = before + words + after
    found = text.find(around)
    while found >= 0:
        if _stands(text, words, found + len(before)):
            yield found + len(before)
        found = text.find(around, found + 1)


def _stands(text: str, words: str, start: int) -> bool:
    """Whether `words` stand at `start`, and neither end cuts a character from its marks."""
    end = start + len(words)
    cut = unicodedata.combining(words[0]) or (end < len(text) and unicodedata.combining(text[end]))
    return start >= 0 and text.startswith(words, start) and not cut


def _between(text: str, words: str, start: int, before: str, after: str) -> bool:
    return text.endswith(before, 0, start) and text.startswith(after, start + len(words))


def _shown(text: str, words: str, places: list[int]) -> str:
    parts = []
    for start in places[:_MOST_SHOWN]:
        end = start + len(words)
        around = f"…{text[max(0, start - _CONTEXT) : start]}[{shorten(words, 24)[1:-1]}]{text[end : end + _CONTEXT]}…"
        parts.append(f"at {start} ({shorten(around)[1:-1]})")
    return ", ".join(parts) + (", …" if len(places) > _MOST_SHOWN else "")


def _elsewhere(text: str, words: str, before: str, after: str, places: list[int]) -> Miss:
    """The words stand in the text, but nowhere between `before` and `after`."""
    sides = [f"sg:{side} {shorten(given)}" for side, given in (("prefix", before), ("suffix", after)) if given]
    verb = "does" if len(sides) == 1 else "do"
    return Miss(
        f"{' and '.join(sides)} {verb} not stand right beside the words {shorten(words)}, which stand "
        f"{_shown(text, words, places)}.",
        "Copy the words right before or after from the text, spaces included.",
    )


def _nowhere(text: str, words: str) -> Miss:
    start = text.find(words)
    if start >= 0:
        return Miss(
            f"the quote {shorten(words)} cuts a character at {start} from its combining mark.",
            "Copy the whole characters from the text.",
        )
    remedy = "Copy the words again from the text."
    nearest = _nearest(text, words)
    if nearest is None:
        return Miss(f"the quote {shorten(words)} is not in the text, nor anything like it.", remedy)
    passage = text[nearest.start : nearest.end]
    what = f"the quote {shorten(words)} is not in the text; the nearest is {shorten(passage)} at {nearest.start}"
    return Miss(f"{what}{_difference(words, passage)}.", remedy)


def _nearest(text: str, words: str) -> Span | None:
    """The passage most like `words`, of whole words."""
    searched = text[:_MOST_SEARCHED]
    found = fuzz.partial_ratio_alignment(words, searched, score_cutoff=_LIKE_ENOUGH)
    if found is None:
        return None
    if len(words) >= len(searched):
        return Span(0, len(searched))
    starts = _edges(searched, found.dest_start)
    ends = _edges(searched, found.dest_end)
    spans = [Span(start, end) for start in starts for end in ends if start < end]
    return max(spans, key=lambda span: (fuzz.ratio(words, searched[span.start : span.end]), -span.start))


def _edges(text: str, at: int) -> list[int]:
    """Where words begin or end around `at`, and `at` itself."""
    low = max(0, at - 2 * _CONTEXT)
    around = text[low : at + 2 * _CONTEXT]
    words = [*_WORDS.finditer(around), *_WORD.finditer(around)]
    edges = {low + edge for word in words for edge in word.span()}
    inner = {edge for edge in edges if low < edge < low + len(around) or edge in (0, len(text))}
    return sorted(inner) or [at]


def _difference(words: str, passage: str) -> str:
    """What tells apart two wordings that look alike."""

    def plain(text: str) -> str:
        return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold().split())

    if plain(words) != plain(passage):
        return ""
    if words.split() == passage.split():
        return ": only spaces or line ends differ"
    at = next((i for i, (a, b) in enumerate(zip(words, passage, strict=False)) if a != b), None)
    if at is None:
        return ""
    return f": it has {_named(passage[at])} where the quote has {_named(words[at])}"


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
