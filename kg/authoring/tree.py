"""YAML text → a tree of words with their places, and back to text that is laid out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from kg import syntax
from kg.errors import Fault, Rejected

MOST_DEPTH = 32  # lists and maps within one another; the deepest that people write is 8 or so
MOST_VALUES = 200_000  # words, lists and maps of one document

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.2, 5.1
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True)
class Place:
    """Line and column, from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Word:
    """A scalar, as its characters; `is_nothing` where none was written."""

    text: str
    place: Place
    is_plain: bool = True

    @property
    def is_nothing(self) -> bool:
        return self.is_plain and self.text in _NOTHING


@dataclass(frozen=True)
class Listing:
    items: tuple[Value, ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """A map, in the order of the text; no key stands twice."""

    pairs: tuple[tuple[Word, Value], ...]
    place: Place

    def get(self, key: str) -> Value | None:
        return next((value for word, value in self.pairs if word.text == key), None)


Value = Word | Listing | Table


def parse(data: bytes | str, file: str) -> Table:
    """The map that `data` is; raise Rejected, with line and column, where it is none or more than may be read."""
    text = syntax.decode(data, file).removeprefix("\ufeff")
    if wrong := _FORBIDDEN.search(text):
        before = text[: wrong.start()]
        place = Place(before.count("\n") + 1, wrong.start() - before.rfind("\n"))
        what = f"the character U+{ord(wrong[0]):04X} may not stand in YAML."
        raise _refusal(file, what, "Leave it out, or write it as an escape in double quotes.", place)
    try:
        root = _Composer(file).compose(iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"the YAML is wrong: {error.problem or error.context}."
        remedy = "Mend it; what follows was not read. Words with ': ' or ' #' in them stand in quotes."
        raise _refusal(file, what, remedy, _place(mark) if mark else Place(1, 1)) from error
    except yaml.YAMLError as error:
        raise _refusal(file, f"the YAML is wrong: {error}.", "Mend it.", Place(1, 1)) from error
    if not isinstance(root, Table):
        place = root.place if root else Place(1, 1)
        raise _refusal(file, "this is no document.", "Begin with `document: NAME`, then its title and claims.", place)
    return root


class _Composer:
    """Events → tree, with the limits that hold."""

    def __init__(self, file: str) -> None:
        self.file, self.values = file, 0

    def compose(self, events: Iterator[Any]) -> Value | None:
        root: Value | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    what = "a second document begins here."
                    raise _refusal(self.file, what, "Give each document a file of its own.", _place(event.start_mark))
                root = self._value(next(events), events, 1)
        return root

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Value:
        place = _place(event.start_mark)
        self._refuse(event, place, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Word(event.value, place, event.style in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._value(event, events, depth + 1))
            return Listing(tuple(items), place)
        pairs: dict[str, tuple[Word, Value]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._value(event, events, depth + 1)
            if not isinstance(key, Word):
                what = "a list or map stands where a key is expected."
                raise _refusal(self.file, what, "Give the key as a word; put words in braces in quotes.", key.place)
            if key.text in pairs:
                what = f"the key '{key.text}' stands twice, first on line {pairs[key.text][0].place.line}."
                raise _refusal(self.file, what, f"Give several values as a list: {key.text}: [A, B].", key.place)
            pairs[key.text] = (key, self._value(next(events), events, depth + 1))
        return Table(tuple(pairs.values()), place)

    def _refuse(self, event: Any, place: Place, depth: int) -> None:
        self.values += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            what = "an anchor or alias ('&', '*') stands here."
            raise _refusal(self.file, what, "Declare the thing or situation once, and refer to it by name.", place)
        if event.tag not in (None, "!"):
            what = f"a tag stands here: {event.tag}."
            raise _refusal(self.file, what, "Leave it out: the key says what its value is.", place)
        if depth > MOST_DEPTH:
            what = f"lists and maps nest deeper than {MOST_DEPTH}."
            raise _refusal(self.file, what, "Name inner situations under `situations`.", place)
        if self.values > MOST_VALUES:
            what = f"it has more than {MOST_VALUES:,} values."
            raise _refusal(self.file, what, "Divide it into several documents.", place)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _refusal(file: str, what: str, remedy: str, place: Place) -> Rejected:
    return Rejected(file, (Fault(file, "", what, remedy, place.line, place.column),))


WIDTH = 120
_NO_STRING = re.compile(r"(?i)~|null|true|false|yes|no|on|off|[-+]?\.(inf|nan)")  # to some reader of YAML
_LOOSE = re.compile(r"^\s|[^\S\n]$|  |[^\S \n]|[^\S\n]\n|\n\n$")  # spaces and breaks that only quotes keep
Pairs = list[tuple[yaml.Node, yaml.Node]]


def text_of(node: yaml.Node, width: float) -> str:
    return str(yaml.serialize(node, Dumper=yaml.BaseDumper, width=width, allow_unicode=True))


def lay_out(node: Any, used: int) -> None:
    """Keep on one line what fits there, after the characters used; what holds others and does not is put in lines."""
    if isinstance(node, yaml.ScalarNode):
        return
    inner = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
    if node.flow_style and all(isinstance(each, yaml.ScalarNode) for each in inner):
        return
    if node.flow_style and used + len(text_of(node, math.inf)) <= WIDTH:
        return
    node.flow_style = False
    for each in node.value:
        key, value = each if isinstance(each, tuple) else (None, each)
        lay_out(value, used + 2 + (len(key.value) + 2 if key else 0))


def word(text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not text or _NO_STRING.fullmatch(text) or _LOOSE.search(text):
        style = '"'
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


def listing(values: Sequence[yaml.Node], *, flow: bool = True) -> yaml.SequenceNode:
    return yaml.SequenceNode("tag:yaml.org,2002:seq", list(values), flow_style=flow)


def table(pairs: Pairs, *, flow: bool = False) -> yaml.MappingNode:
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)
