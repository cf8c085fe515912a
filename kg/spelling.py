"""The names that Turtle and SPARQL texts write, with their lines, comments and strings left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|_:[\w.-]*)
    |@?\bprefix\s+(?P<prefix>[\w.-]*):\s*<(?P<namespace>[^>]*)>
    |<(?P<iri>[^<>\s"{}|^`]*)>
    |(?<![\w?$:/-])(?P<name>[A-Za-z][\w-]*:[\w][\w-]*(?:\.[\w-]+)*|:[\w][\w-]*(?:\.[\w-]+)*)
    |(?<=[/|^(!])(?P<path>[A-Za-z][\w-]*:[\w][\w-]*)
    |(?P<word>[\w?$-]+)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_HEADER_NAME = re.compile(r"(?<![\w:])([a-z][\w-]*:[A-Za-z][\w-]*)")
_HEADER_KEYS = ("parameters", "certainty")


@dataclass(frozen=True)
class Written:
    """A text's prefixes (→ namespace and line), its names with a prefix, and its full IRIs, each with its line.

    `headed` are the names in a header, which follow the project's table and not the text's own prefixes; `words` are
    its keywords, variables (with their question mark) and numbers.
    """

    prefixes: Mapping[str, tuple[str, int]]
    names: tuple[tuple[str, int], ...]
    iris: tuple[tuple[str, int], ...]
    headed: tuple[tuple[str, int], ...] = ()
    words: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, text: str) -> Written:
        return _written(text)

    def terms(self, table: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        """Every IRI that the text names, in full, with its line."""
        own = {prefix: namespace for prefix, (namespace, _) in self.prefixes.items()}
        for names, prefixes in ((self.names, own), (self.headed, table)):
            for name, line in names:
                prefix, _, rest = name.partition(":")
                if prefix in prefixes:
                    yield prefixes[prefix] + rest, line
        yield from self.iris


def names_in(text: str) -> tuple[tuple[str, int], ...]:
    return _written(text).names


@lru_cache(maxsize=512)
def _written(text: str) -> Written:
    breaks = [match.start() for match in re.finditer("\n", text)]
    prefixes: dict[str, tuple[str, int]] = {}
    names: list[tuple[str, int]] = []
    iris: list[tuple[str, int]] = []
    headed: list[tuple[str, int]] = []
    words: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        line = bisect_right(breaks, token.start()) + 1
        if token["namespace"] is not None:
            prefixes[token["prefix"]] = (token["namespace"], line)
        elif token["iri"]:
            iris.append((token["iri"], line))
        elif token["name"] or token["path"]:
            names.append((token["name"] or token["path"], line))
        elif token["word"]:
            words.append((token["word"], line))
        elif token["skip"] and token["skip"].startswith("#+"):
            headed += [(name, line) for name in _in_header(token["skip"])]
    return Written(prefixes, tuple(names), tuple(iris), tuple(headed), tuple(words))


def _in_header(row: str) -> list[str]:
    key = row[2:].partition(":")[0].strip()
    return _HEADER_NAME.findall(row[2:].partition(":")[2]) if key in _HEADER_KEYS else []
