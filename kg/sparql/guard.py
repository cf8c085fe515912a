"""What a text must not hold, found before any engine reads it: outside requests, and nesting that ends processes."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
