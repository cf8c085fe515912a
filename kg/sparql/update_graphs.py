"""Which graphs an update writes to, read from its text before the engine runs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.errors import BadQuery
from kg.sparql.lexer import TOKEN, unescaped

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_COMPARISON = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^>]*['#(]")  # `?a<?b#…>`, which looks like an IRI
_NUMBER = re.compile(r"\d+(?:[eE]\d+)?")
# What may stand in an update without a colon. The engine needs no space after a keyword: it reads `DROPGRAPH:a`.
_WORDS = frozenset(
    """
    a abs add adjust all as asc ask avg base bind bnode bound by ceil clear coalesce concat contains copy count create
    data datatype day default delete desc describe distinct drop encode_for_uri exists false filter floor from graph
    group group_concat having haslang haslangdir hours if in insert into iri isblank isiri isliteral isnumeric istriple
    isuri lang langdir langmatches lcase limit load max md5 min minus minutes month move named not now object offset
    optional order predicate prefix rand reduced regex replace round sameterm sample seconds select separator service
    sha1 sha256 sha384 sha512 silent str strafter strbefore strdt strends strlang strlangdir strlen strstarts struuid
    subject substr sum timezone to triple true tz ucase undef union uri using uuid values version where with year
    """.split()  # noqa: SIM905 - read more easily than 120 strings
)
_BEFORE_GRAPHS = ("graph", "with", "using", "named", "into", "to", "add", "copy", "move", "clear", "drop", "create")
EVERYTHING, UNSURE = "*", "?"
NOTHING = "DELETE DATA {}"


@dataclass(frozen=True)
class Part:
    """A stretch of an update that begins with a prologue: from which character on, and what is declared before it."""

    start: int
    prefixes: Mapping[str, str]
    base: str


@dataclass
class Reading:
    """What an update's text says of graphs."""

    text: str
    prefixes: dict[str, str]
    base: str
    # IRIs, EVERYTHING for ALL and NAMED, UNSURE for a variable or where the text could be read in two ways
    targets: set[str] = field(default_factory=set)
    wheres: list[int] = field(default_factory=list)  # where the WHERE of each INSERT or DELETE begins
    parts: list[Part] = field(default_factory=list)
    seeking: list[tuple[int, str]] = field(default_factory=list)  # the end, and variable, of each GRAPH ?g { … } read
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


def rewritten(
    reading: Reading, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...], hidden: str | None = None
) -> Iterator[tuple[str, Part]]:
    """The update as the engine is to run it, in parts, one after another; lines keep their numbers.

    Each WHERE has the dataset of the protocol's `using-…` parameters, and finds no graph `hidden`. A LOAD SILENT does
    nothing and succeeds, as for a source that cannot be had. A part ends where a prologue begins: the engine (0.5.13)
    takes one at the beginning alone, where SPARQL has one before each operation. Raise BadQuery where there are such
    parameters and the update has a dataset of its own.
    """
    clauses = [f"USING <{graph}> " for graph in default_graphs] + [f"USING NAMED <{graph}> " for graph in named_graphs]
    if clauses and reading.names_dataset:
        raise BadQuery(
            culprit="the update",
            found="USING or WITH beside using-graph-uri or using-named-graph-uri",
            remedy="Name the dataset in one place alone.",
        )
    edits = [(start, end, NOTHING) for start, end in reading.silent_loads]
    edits += [(place, place, "".join(clauses)) for place in reading.wheres]
    if hidden is not None:
        edits += [(place, place, f" FILTER({variable} != <{hidden}>) ") for place, variable in reading.seeking]
    edits.sort(reverse=True)
    ends = [*(part.start for part in reading.parts[1:]), len(reading.text)]
    lines = 0
    for part, stop in zip(reading.parts, ends, strict=True):
        pieces, place = ["\n" * lines], part.start
        while edits and edits[-1][0] < stop:
            start, end, new = edits.pop()
            pieces += [reading.text[place:start], new]
            place = end
        pieces.append(reading.text[place:stop])
        lines += reading.text.count("\n", part.start, stop)
        yield "".join(pieces), part


class _Reader:
    """Reads the words of an update, one after another; the content of a group matters only where it is written."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._tokens = self._read_tokens()
        self._template = False  # whether the next group is a template, or data
        self._open = False  # whether an INSERT or DELETE is still to have its WHERE
        self._plain = {"_"}  # prefixes that no keyword runs into
        self._between = False  # whether an operation is over and the next has not begun
        reading.parts.append(Part(0, dict(reading.prefixes), reading.base))
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
            step = self._steps.get(word.lower()) if kind not in ("iri", "variable") else None
            if step:
                step(place)

    def _prologue(self, place: int) -> None:
        if self._between:
            self._reading.parts.append(Part(place, dict(self._reading.prefixes), self._reading.base))
        self._between = False

    def _prefix(self, place: int) -> None:
        self._prologue(place)
        name, namespace = self._next()[1], self._next()[1]
        self._reading.prefixes[name.rstrip(":")] = self._absolute(namespace)

    def _base(self, place: int) -> None:
        self._prologue(place)
        self._reading.base = self._absolute(self._next()[1])

    def _with(self, _: int) -> None:
        self._reading.names_dataset = True
        self._reading.targets.add(self._resolve(*self._next()[:2]))

    def _using(self, _: int) -> None:
        self._reading.names_dataset = True

    def _modify(self, _: int) -> None:
        self._template = self._open = True

    def _data(self, _: int) -> None:
        self._open = False

    def _where(self, place: int) -> None:
        if self._open and not self._template:
            self._reading.wheres.append(place)
        self._open = False  # in DELETE WHERE the pattern is the template

    def _group(self, place: int) -> None:
        writes = self._template
        if not writes:
            self._where(place)
        self._template = False
        groups = [""]  # of each open brace, the name or variable between GRAPH and it
        graph = ""
        for kind, word, position in self._tokens:
            if word == "{":
                groups.append(graph)
                graph = ""
            elif word == "}":
                left = groups.pop()
                if left.startswith(("?", "$")) and not writes:
                    self._reading.seeking.append((position + 1, left))
                if not groups:
                    return
            elif kind == "word" and word.lower() == "graph":
                kind, graph, _ = self._next()
                if writes:
                    self._reading.targets.add(self._resolve(kind, graph))

    def _end(self, _: int) -> None:
        self._template = self._open = False
        self._between = True

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
        known, end = self._resolve(kind, word) != UNSURE, start + len(word)
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
                return ""
            if lowered in ("named", "all"):
                return EVERYTHING
            if lowered not in ("graph", "silent"):
                return self._resolve(kind, word)
        return UNSURE

    def _resolve(self, kind: str, word: str) -> str:
        """The IRI of a graph; UNSURE for a variable or what cannot be resolved."""
        if kind == "iri":
            return self._absolute(word) or UNSURE
        prefix, colon, local = word.partition(":")
        if kind == "word" and colon and prefix in self._reading.prefixes:
            return self._reading.prefixes[prefix] + local.replace("\\", "")
        return UNSURE

    def _absolute(self, reference: str) -> str:
        """The IRI that `<…>` is, as the engine resolves it; "" where it is none."""
        iri = unescaped(reference[1:-1])
        if _SCHEME.match(iri):
            return iri
        try:
            parsed = ox.parse(f"<{iri}> <a:a> <a:a> .", ox.RdfFormat.TURTLE, base_iri=self._reading.base or None)
            return str(next(parsed).subject.value)
        except (SyntaxError, ValueError):
            return ""

    def _next(self) -> tuple[str, str, int]:
        return next(self._tokens, ("", "", 0))

    def _read_tokens(self) -> Iterator[tuple[str, str, int]]:
        declares = False  # whether the word before was PREFIX
        for match in TOKEN.finditer(self._reading.text):
            kind, word = match.lastgroup, match[0]
            if kind is None or kind == "skip" or (kind in ("open", "close") and word not in "{}"):
                continue
            if (kind == "iri" and _COMPARISON.match(word)) or (kind == "word" and not declares and self._runs_on(word)):
                self._reading.targets.add(UNSURE)
            declares = word.lower() == "prefix"
            yield kind, word, match.start()

    def _runs_on(self, word: str) -> bool:
        """Whether the engine may see more than one word here, such as `GRAPH:a` for `GRAPH :a`."""
        prefix, colon, _ = word.partition(":")
        if not colon:
            return word.lower() not in _WORDS and not _NUMBER.fullmatch(word)
        if prefix in self._plain:
            return False
        rests = [prefix[len(start) :] for start in _BEFORE_GRAPHS if prefix.lower().startswith(start)]
        if prefix not in self._reading.prefixes or any(rest in self._reading.prefixes for rest in rests):
            return True
        if not rests:
            self._plain.add(prefix)
        return False
