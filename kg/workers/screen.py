"""What a text must not hold, found before any engine reads it: outside requests, and nesting that ends processes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import Elsewhere, QueryTooLarge

DEEPEST = 200

# What is no syntax (IRIs, texts, comments), then brackets and words; `<` alone compares, `<<` opens a triple term.
TOKEN = re.compile(
    r"""
      (?P<skip> <[^<>"{}|^`\\\x00-\x20]*> | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | \#[^\n\r]* | [?$]\w+ | @\w+ )
    | (?P<open> << | [({\[] )
    | (?P<close> >> | [)}\]] )
    | (?P<word> [\w.\-]*:[\w.\-:%\\]* | \w+ )
    """,
    re.VERBOSE | re.DOTALL,
)
# What looks like an IRI and is a comparison to an engine that takes the shortest token: FILTER(1<?b)SERVICE?v#>
_COMPARED = re.compile(r"<[^<>]*\)\s*service(?:silent)?(?:[?$]|\w*:)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


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


def names_its_dataset(text: str) -> bool:
    """Whether a query has FROM or FROM NAMED."""
    if "from" not in text.lower():
        return False
    return any((match["word"] or "").lower() == "from" for match in TOKEN.finditer(text))


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
        undone = _ESCAPE.sub(_character, text)
        if undone == text:
            return
        yield undone
        text = undone


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
