"""On which lines of a Turtle, SPARQL or JSON-LD text its terms and words stand, and how deep it nests.

Found by reading the text's tokens, not by parsing: the parser alone says what the text means, and gives no lines.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

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
# A prefixed name, also as a step of a SPARQL path: sg:a/^sg:b.
_PREFIXED = re.compile(r"(?<![\w?$:-])(?:[A-Za-z][\w-]*)?:\w[\w-]*(?:\.[\w-]+)*")
_WORD = re.compile(r"[\w?$-]+")
_HEADER_NAME = re.compile(r"(?<![\w:])([a-z][\w-]*:[A-Za-z][\w-]*)")
_HEADER_KEYS = ("parameters", "certainty")
_LONGEST_WORD = 4096  # longer strings are texts, which no message points into


@dataclass
class SourceMap:
    """Where a text mentions what: `mentions` maps an IRI or a string to its lines, rising, from 1.

    `subjects` maps an IRI to the line on which its first block of statements begins, `blocks` lists all such lines.
    `depth` is the deepest nesting of brackets, on line `deepest`. `columns` maps a mention and its line to the column
    where it begins, from 1, where the text's form tells.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, list[int]] = field(default_factory=dict)
    blocks: list[int] = field(default_factory=list)
    depth: int = 0
    deepest: int = 1
    columns: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, subject: str, *mentions: str) -> int | None:
        """The line of the first of `mentions` that the subject's block has; else that of the subject."""
        return self.place(subject, *mentions)[0]

    def place(self, subject: str, *mentions: str) -> tuple[int | None, int | None]:
        """The same line, with the column where one is known."""
        start = self.subjects.get(subject)
        if start is None:
            return None, None
        following = bisect_right(self.blocks, start)
        end = self.blocks[following] if following < len(self.blocks) else math.inf
        for mention in mentions:
            lines = self.mentions.get(mention, [])
            if (index := bisect_left(lines, start)) < len(lines) and lines[index] < end:
                return lines[index], self.columns.get((mention, lines[index]))
        return start, self.columns.get((subject, start))

    def mention(self, word: str, line: int, column: int | None = None) -> None:
        if len(word) <= _LONGEST_WORD:
            self.mentions.setdefault(word, []).append(line)
            if column is not None:
                self.columns.setdefault((word, line), column)

    def expand(self, prefixes: dict[str, str]) -> None:
        """Enter what is mentioned by prefixed name under its IRI as well."""
        self.prefixes.update(prefixes)
        for word in list(self.mentions):
            if iri := _named(word, prefixes):
                self.mentions.setdefault(iri, self.mentions[word])
                self.subjects.setdefault(iri, self.mentions[word][0])


def of_turtle(text: str) -> SourceMap:
    """The lines of a Turtle text: its prefixes, subjects, names and strings."""
    lines, breaks, tokens = SourceMap(), _breaks(text), _TURTLE.finditer(text)
    depth, between = 0, True
    for token in tokens:
        kind, word, line = token.lastgroup, token[token.lastgroup or 0], bisect_right(breaks, token.start()) + 1
        if kind == "open":
            depth, between = _deeper(lines, depth, line), False
        elif kind == "close":
            depth -= 1
        elif kind == "name" and between and word.lower().lstrip("@") in ("prefix", "base"):
            prefix, namespace = _directive(tokens)
            if prefix is not None:
                lines.prefixes[prefix] = namespace
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


def of_json(text: str) -> SourceMap:
    """The lines of a JSON-LD text: a string's first line counts as that of the subject it names."""
    lines, breaks, depth = SourceMap(), _breaks(text), 0
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


@dataclass(frozen=True)
class WrittenTerms:
    """A text's prefixes (→ namespace and line), its prefixed names, and its full IRIs, each with its line.

    `headed` are the names in a header, which follow the project's table and not the text's own prefixes; `words` are
    its keywords, variables (with their question mark) and numbers.
    """

    prefixes: Mapping[str, tuple[str, int]]
    names: tuple[tuple[str, int], ...]
    iris: tuple[tuple[str, int], ...]
    headed: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]

    def expanded(self, table: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """Every IRI that the text names, in full, with its line."""
        own = {prefix: namespace for prefix, (namespace, _) in self.prefixes.items()}
        for names, prefixes in ((self.names, own), (self.headed, table)):
            for name, line in names:
                if iri := _named(name, prefixes):
                    yield iri, line
        yield from self.iris


@lru_cache(maxsize=512)
def written_terms(text: str) -> WrittenTerms:
    """The terms that a Turtle or SPARQL text writes, its comments and strings left out."""
    breaks, tokens = _breaks(text), _TURTLE.finditer(text)
    prefixes: dict[str, tuple[str, int]] = {}
    names: list[tuple[str, int]] = []
    iris: list[tuple[str, int]] = []
    headed: list[tuple[str, int]] = []
    words: list[tuple[str, int]] = []
    for token in tokens:
        kind, word, line = token.lastgroup, token[token.lastgroup or 0], bisect_right(breaks, token.start()) + 1
        if kind == "comment" and word.startswith("#+"):
            key, _, value = word[2:].partition(":")
            headed += [(name, line) for name in _HEADER_NAME.findall(value) if key.strip() in _HEADER_KEYS]
        elif kind == "iri" and word:
            iris.append((word, line))
        elif kind == "name" and word.lower().lstrip("@") == "prefix":
            prefix, namespace = _directive(tokens)
            if prefix is not None:
                prefixes[prefix] = (namespace, line)
        elif kind == "name":
            names += [(name, line) for name in _PREFIXED.findall(word)]
            words += [(each, line) for each in _WORD.findall(_PREFIXED.sub(" ", word)) if not word.startswith("_:")]
    return WrittenTerms(prefixes, tuple(names), tuple(iris), tuple(headed), tuple(words))


def _breaks(text: str) -> list[int]:
    """Where lines end: at LF, CR LF or CR alone."""
    return [match.end() - 1 for match in re.finditer(r"\r\n|\n|\r", text)]


def _deeper(lines: SourceMap, depth: int, line: int) -> int:
    if depth + 1 > lines.depth:
        lines.depth, lines.deepest = depth + 1, line
    return depth + 1


def _directive(tokens: Iterator[re.Match[str]]) -> tuple[str | None, str]:
    """Prefix (None for a base) and IRI of `@prefix p: <iri>`; the dot that may follow is a name of its own."""
    prefix = None
    for token in tokens:
        if token["name"] and token["name"].endswith(":"):
            prefix = token["name"][:-1]
        elif token["iri"] is not None:
            return prefix, token["iri"]
    return None, ""


def _named(name: str, prefixes: Mapping[str, str]) -> str | None:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if colon and prefix in prefixes else None


def _unescaped(word: str) -> str:
    """The string that an escaped one stands for; as good as needed to find it again."""
    if "\\" not in word:
        return word
    plain = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

    def character(match: re.Match[str]) -> str:
        if code := match[1] or match[2]:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""
        return plain.get(match[3], match[3])

    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", character, word, flags=re.DOTALL)
