"""On which lines of a Turtle or JSON-LD text its names and words stand, and how deep it nests.

Found by reading the text's tokens, not by parsing: the parser alone says what the text means.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

# Possessive quantifiers (++, *+): no text, however hostile, makes the search go back.
_TURTLE = re.compile(
    r"""(?P<comment>\#[^\n\r]*+)
    |<(?P<iri>[^\x00-\x20<>"{}|^`]*+)>
    |\"{3}(?P<long>(?:[^"\\]++|\\.|"(?!""))*+)\"{3}
    |'{3}(?P<long2>(?:[^'\\]++|\\.|'(?!''))*+)'{3}
    |"(?P<short>(?:[^"\\\n\r]++|\\.)*+)"
    |'(?P<short2>(?:[^'\\\n\r]++|\\.)*+)'
    |(?P<open>[\[({]|<<)
    |(?P<close>[\])}]|>>)
    |(?P<name>(?:\\.|[^\s<>"'\[\](){};,\#\\])++)""",
    re.VERBOSE | re.DOTALL,
)
_JSON = re.compile(r'"(?P<word>(?:[^"\\]++|\\.)*+)"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)
_LONGEST_WORD = 4096  # longer strings are texts, which no message points into


@dataclass
class Lines:
    """Where a text mentions what: `mentions` maps an IRI or a string to its lines, rising, from 1.

    `subjects` maps an IRI to the line on which its first block of statements begins, `blocks` lists all such lines.
    `depth` is the deepest nesting of brackets, on line `deepest`.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, list[int]] = field(default_factory=dict)
    blocks: list[int] = field(default_factory=list)
    depth: int = 0
    deepest: int = 1

    def of(self, subject: str, *mentions: str) -> int | None:
        """The line of the first of `mentions` that the subject's block has; else that of the subject."""
        start = self.subjects.get(subject)
        if start is None:
            return None
        following = bisect_right(self.blocks, start)
        end = self.blocks[following] if following < len(self.blocks) else math.inf
        for mention in mentions:
            lines = self.mentions.get(mention, [])
            if (index := bisect_left(lines, start)) < len(lines) and lines[index] < end:
                return lines[index]
        return start

    def mention(self, word: str, line: int) -> None:
        if len(word) <= _LONGEST_WORD:
            self.mentions.setdefault(word, []).append(line)

    def expand(self, prefixes: dict[str, str]) -> None:
        """Enter what is mentioned by prefixed name under its IRI as well."""
        self.prefixes.update(prefixes)
        for word in list(self.mentions):
            if iri := _named(word, prefixes):
                self.mentions.setdefault(iri, self.mentions[word])
                self.subjects.setdefault(iri, self.mentions[word][0])


def of_turtle(text: str) -> Lines:
    """The lines of a Turtle text: its prefixes, subjects, names and strings."""
    lines, breaks, tokens = Lines(), _breaks(text), _TURTLE.finditer(text)
    depth, between = 0, True
    for token in tokens:
        kind, word, line = token.lastgroup, token[token.lastgroup or 0], bisect_right(breaks, token.start()) + 1
        if kind == "open":
            depth, between = _deeper(lines, depth, line), False
        elif kind == "close":
            depth -= 1
        elif kind == "name" and between and word.lower().lstrip("@") in ("prefix", "base"):
            _directive(lines, tokens)
        elif kind in ("name", "iri"):
            iri = word if kind == "iri" else _named(word.rstrip("."), lines.prefixes)
            if iri:
                lines.mention(iri, line)
            if between and depth == 0 and iri:
                lines.subjects.setdefault(iri, line)
                lines.blocks.append(line)
            between = kind == "name" and word.endswith(".") and depth == 0
        elif kind != "comment":
            lines.mention(_unescaped(word), line)
    return lines


def of_json(text: str) -> Lines:
    """The lines of a JSON-LD text: a string's first line counts as that of the subject it names."""
    lines, breaks, depth = Lines(), _breaks(text), 0
    for token in _JSON.finditer(text):
        line = bisect_right(breaks, token.start()) + 1
        if token["open"]:
            depth = _deeper(lines, depth, line)
        elif token["close"]:
            depth -= 1
        else:
            word = _unescaped(token["word"])
            lines.mention(word, line)
            lines.subjects.setdefault(word, line)
    return lines


def _breaks(text: str) -> list[int]:
    """Where lines end: at LF, CR LF or CR alone."""
    return [match.end() - 1 for match in re.finditer(r"\r\n|\n|\r", text)]


def _deeper(lines: Lines, depth: int, line: int) -> int:
    if depth + 1 > lines.depth:
        lines.depth, lines.deepest = depth + 1, line
    return depth + 1


def _directive(lines: Lines, tokens: Iterator[re.Match[str]]) -> None:
    """Take the rest of `@prefix p: <iri>` or `@base <iri>`; the dot that may follow is a name of its own."""
    prefix = None
    for token in tokens:
        if token["name"] and token["name"].endswith(":"):
            prefix = token["name"][:-1]
        elif token["iri"] is not None:
            if prefix is not None:
                lines.prefixes[prefix] = token["iri"]
            return


def _named(name: str, prefixes: dict[str, str]) -> str | None:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if colon and prefix in prefixes else None


def _unescaped(word: str) -> str:
    """The string that an escaped one stands for; as good as needed to find it again."""
    if "\\" not in word:
        return word
    plain = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16)) if int(match[1], 16) < 0x110000 else ""
        return plain.get(match[2], match[2])

    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|(.))", character, word, flags=re.DOTALL)
