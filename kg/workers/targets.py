"""Which graphs an update writes to, read from its text before the engine runs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from kg.errors import BadQuery

_TOKEN = re.compile(
    r"""
      (?P<skip> \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
              | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | \#[^\n\r]* )
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
    | (?P<variable> [?$]\w+ )
    | (?P<brace> [{};] )
    | (?P<word> [\w.\-]*:[\w.\-:%\\]* | \w+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
EVERYTHING, UNNAMED = "*", ""
_NOTHING = "DELETE DATA {}"


@dataclass
class Reading:
    """What an update's text says of graphs."""

    text: str
    prefixes: dict[str, str]
    base: str
    targets: set[str] = field(default_factory=set)  # IRIs, UNNAMED, or EVERYTHING where the update does not name them
    wheres: list[int] = field(default_factory=list)  # where the WHERE of each INSERT or DELETE begins
    names_dataset: bool = False  # whether it has a WITH or USING
    silent_loads: list[tuple[int, int]] = field(default_factory=list)  # where each LOAD SILENT begins and ends
    loads: bool = False  # whether it has a LOAD, other than those


def read(text: str, prefixes: Mapping[str, str], base: str | None) -> Reading:
    """What an update's text says of graphs; a text that is no update is read as far as can be.

    What is wrong with it the engine says.
    """
    reading = Reading(text, dict(prefixes), base or "")
    _Reader(reading).read()
    return reading


def rewritten(reading: Reading, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]) -> str:
    """The update with the dataset of the protocol's `using-…` parameters in each WHERE, and with nothing to fetch.

    A LOAD SILENT does nothing and succeeds, as for a source that cannot be had. Raise BadQuery where there are such
    parameters and the update has a dataset of its own.
    """
    if reading.names_dataset and (default_graphs or named_graphs):
        raise BadQuery(
            culprit="the update",
            found="USING or WITH beside using-graph-uri or using-named-graph-uri",
            remedy="Name the dataset in one place alone.",
        )
    clauses = [f"USING <{graph}> " for graph in default_graphs] + [f"USING NAMED <{graph}> " for graph in named_graphs]
    edits = [(start, end, _NOTHING) for start, end in reading.silent_loads]
    edits += [(place, place, "".join(clauses)) for place in reading.wheres if clauses]
    text = reading.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


class _Reader:
    """Reads the words of an update, one after another; the content of a group matters only where it is written."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._tokens = _tokens(reading.text)
        self._template = False  # whether the next group is a template, or data
        self._open = False  # whether an INSERT or DELETE is still to have its WHERE
        self._steps: dict[str, Callable[[int], None]] = {
            "prefix": self._prefix,
            "base": self._base,
            "with": self._with,
            "using": self._using,
            "insert": self._modify,
            "delete": self._modify,
            "data": self._data,
            "where": self._where,
            "{": self._group,
            ";": self._end,
            "load": self._load,
            **dict.fromkeys(("clear", "drop", "create"), self._clear),
            **dict.fromkeys(("add", "copy"), self._copy),
            "move": self._move,
        }

    def read(self) -> None:
        for kind, word, place in self._tokens:
            step = self._steps.get(word.lower()) if kind in ("word", "brace") else None
            if step:
                step(place)

    def _prefix(self, _: int) -> None:
        name, namespace = self._next()[1], self._next()[1]
        self._reading.prefixes[name.rstrip(":")] = urljoin(self._reading.base, namespace[1:-1])

    def _base(self, _: int) -> None:
        self._reading.base = urljoin(self._reading.base, self._next()[1][1:-1])

    def _with(self, _: int) -> None:
        self._reading.names_dataset = True
        self._reading.targets.add(self._reference())

    def _using(self, _: int) -> None:
        self._reading.names_dataset = True
        if self._next()[1].lower() == "named":
            self._next()

    def _modify(self, _: int) -> None:
        self._template = self._open = True

    def _data(self, _: int) -> None:
        self._open = False

    def _where(self, place: int) -> None:
        if self._open and not self._template:
            self._reading.wheres.append(place)
        self._open = False  # in DELETE WHERE the pattern is the template

    def _group(self, place: int) -> None:
        writes, depth = self._template, 1
        if writes:
            self._reading.targets.add(UNNAMED)
        else:
            self._where(place)
        self._template = False
        for kind, word, _ in self._tokens:
            if kind == "brace" and word in "{}":
                depth += 1 if word == "{" else -1
                if depth == 0:
                    return
            elif writes and kind == "word" and word.lower() == "graph":
                self._reading.targets.add(self._reference())

    def _end(self, _: int) -> None:
        self._template = self._open = False

    def _clear(self, _: int) -> None:
        self._reading.targets.add(self._graph())

    def _copy(self, _: int) -> None:
        self._graph()
        self._next()  # TO
        self._reading.targets.add(self._graph())

    def _move(self, _: int) -> None:
        self._reading.targets.add(self._graph())
        self._next()
        self._reading.targets.add(self._graph())

    def _load(self, place: int) -> None:
        kind, word, start = self._next()
        silent = word.lower() == "silent"
        if silent:
            kind, word, start = self._next()
        known, end = self._resolve(kind, word) != EVERYTHING, start + len(word)
        if self._next()[1].lower() == "into":
            known &= self._next()[1].lower() == "graph"
            kind, word, start = self._next()
            end = start + len(word)
        if silent and known:
            self._reading.silent_loads.append((place, end))
        else:
            self._reading.loads = True

    def _graph(self) -> str:
        """The next graph."""
        for kind, word, _ in self._tokens:
            lowered = word.lower()
            if lowered == "default":
                return UNNAMED
            if lowered in ("named", "all"):
                return EVERYTHING
            if lowered not in ("graph", "silent"):
                return self._resolve(kind, word)
        return EVERYTHING

    def _reference(self) -> str:
        kind, word, _ = self._next()
        return self._resolve(kind, word)

    def _resolve(self, kind: str, word: str) -> str:
        """The IRI of a graph; EVERYTHING for a variable or what cannot be resolved."""
        if kind == "iri":
            return urljoin(
                self._reading.base, _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), word[1:-1])
            )
        prefix, colon, local = word.partition(":")
        if kind == "word" and colon and prefix in self._reading.prefixes:
            return self._reading.prefixes[prefix] + local.replace("\\", "")
        return EVERYTHING

    def _next(self) -> tuple[str, str, int]:
        return next(self._tokens, ("", "", 0))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match[0], match.start()
