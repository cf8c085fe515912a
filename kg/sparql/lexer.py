"""The words of SPARQL, after the terminals of SPARQL 1.1's grammar, for all that reads a text before an engine does.

A text that is none is read as far as can be: what is wrong with it the engine says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What has no syntax in it (texts, comments, language tags); IRIs; variables; brackets, triple terms' too; words.
TOKEN = re.compile(
    r"""
      (?P<skip> \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | \#[^\n\r]* | @\w+ )
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
    | (?P<variable> [?$]\w+ )
    | (?P<open> << | [({\[] )
    | (?P<close> >> | [)}\]] )
    | (?P<end> ; )
    | (?P<word> [\w.\-\u00b7\u0300-\u036f\u203f\u2040]*:(?:[\w.\-:%\u00b7\u0300-\u036f\u203f\u2040]|\\.)* | \w+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def keywords(text: str) -> Iterator[str]:
    """Each word that is no name, in small letters: keywords, functions, numbers."""
    for match in TOKEN.finditer(text):
        word = match["word"]
        if word and ":" not in word:
            yield word.lower()


def unescaped(text: str) -> str:
    """The text with its codepoint escapes undone, once; what stands for no character becomes U+FFFD."""
    return _ESCAPE.sub(_character, text)


def makes_triples(text: str) -> bool:
    """Whether a query is a CONSTRUCT or DESCRIBE, as far as its first words say."""
    form = next((word for word in keywords(text) if word in ("select", "ask", "construct", "describe")), "")
    return form in ("construct", "describe")


def names_its_dataset(text: str) -> bool:
    """Whether a query has FROM or FROM NAMED."""
    return "from" in text.lower() and "from" in keywords(text)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
