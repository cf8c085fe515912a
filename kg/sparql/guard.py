"""What a query may not ask for, and how many rows it may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.errors import Elsewhere, QueryTooLarge
from kg.sparql.lexer import TOKEN, unescaped

DEEPEST = 200

# What looks like an IRI and is a comparison to an engine that takes the shortest token: FILTER(1<?b)SERVICE?v#>
_COMPARED = re.compile(r"<[^<>]*\)\s*service(?:silent)?(?:[?$]|\w*:)", re.IGNORECASE)


def screen(text: str) -> None:
    """Raise Elsewhere for SERVICE, in whatever spelling, and QueryTooLarge for nesting deeper than DEEPEST."""
    lowered = text.lower()
    suspicious = "service" in lowered or "\\u" in lowered
    if not suspicious and sum(map(text.count, "({[")) + text.count("<<") <= DEEPEST:
        return
    measure(text)
    for spelling in _spellings(text):
        for match in TOKEN.finditer(spelling):
            word = match["word"]
            if _asks_elsewhere(word.lower(), lowered) if word else _COMPARED.match(match[0]):
                raise Elsewhere(
                    culprit="the query",
                    found="SERVICE, a request to another endpoint",
                    expected="a query of what is held here",
                    remedy="Send each endpoint its own query, or load the data here first.",
                )


def _asks_elsewhere(word: str, lowered: str) -> bool:
    """Whether a word is the keyword: also run together with what stands beside it, as `1SERVICE` or `SERVICEex:a`."""
    if ":" not in word:
        return "service" in word
    prefix = word.partition(":")[0]
    return prefix.startswith("service") and not re.search(rf"\bprefix\s+{re.escape(prefix)}:", lowered)


def measure(text: str) -> None:
    """Raise QueryTooLarge where more than DEEPEST brackets of a text (SPARQL, Turtle, JSON) are open at once."""
    depth = 0
    for match in TOKEN.finditer(text):
        depth += bool(match["open"]) - bool(match["close"])
        if depth > DEEPEST:
            raise QueryTooLarge(
                culprit=f"the text at character {match.start()}",
                found=f"more than {DEEPEST} brackets open at once",
                remedy="Write it less deeply nested.",
            )


def _spellings(text: str) -> Iterator[str]:
    """The text, and again with its codepoint escapes undone, until none is left."""
    yield text
    for _ in range(4):
        undone = unescaped(text)
        if undone == text:
            return
        yield undone
        text = undone


@dataclass(frozen=True)
class Cut:
    """The query with a LIMIT of so many rows, and one that has a row where there are more."""

    text: str
    beyond: str


def cut(text: str, most: int) -> Cut | None:
    """A query cut to `most` rows; None where its own LIMIT is no higher, or where its end cannot be made out."""
    slices = _slices(text)
    own, offset = slices.get("limit"), slices.get("offset")
    if slices.depth or (own is not None and own <= most):
        return None
    return Cut(slices.written(limit=most, offset=offset), slices.written(limit=1, offset=(offset or 0) + most))


@dataclass
class _Slices:
    """Where a query's own LIMIT and OFFSET stand (begin and end of the number), and where they would."""

    text: str
    end: int
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    depth: int = 0

    def get(self, name: str) -> int | None:
        place = self.places.get(name)
        return int(self.text[slice(*place)]) if place else None

    def written(self, *, limit: int, offset: int | None) -> str:
        """The text with these numbers in the place of its own."""
        wanted = {"limit": limit} | ({"offset": offset} if offset is not None else {})
        added = "".join(f"\n{name.upper()} {number}\n" for name, number in wanted.items() if name not in self.places)
        edits = [(self.end, self.end, added)]
        edits += [(*self.places[name], str(number)) for name, number in wanted.items() if name in self.places]
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def _slices(text: str) -> _Slices:
    """Reads what stands outside all brackets; VALUES after the pattern is the last part of a query."""
    found = _Slices(text, len(text))
    grouped, before = False, ""
    for match in TOKEN.finditer(text):
        found.depth += bool(match["open"]) - bool(match["close"])
        grouped |= match["close"] == "}" and found.depth == 0
        word = (match["word"] or "").lower()
        if found.depth or not grouped or not word:
            continue
        if before in ("limit", "offset") and word.isdigit():
            found.places[before] = match.span()
        elif word == "values" and found.end == len(text):
            found.end = match.start()
        before = word
    return found
