"""Bytes of Turtle or JSON-LD → statements and the lines on which they stand.

What would harm a parser is refused before one sees it: size, depth, remote contexts. Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg import source_map
from kg.characters import unwritable
from kg.errors import Fault, Rejected
from kg.source_map import SourceMap
from kg.terms import BlankNode, Literal, Quad, Triple

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
YAML = "application/yaml"  # read by kg.authoring, which knows what its names mean
MEDIA_TYPES = {TURTLE: ox.RdfFormat.TURTLE, JSON_LD: ox.RdfFormat.JSON_LD}

MOST_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 64  # brackets within brackets; the deepest that people write is 5 or so

NO_CONTROLS = (
    "Leave this character out, or put a space or a line break in its place: it is no text, and no XML holds it."
)
_PLACE = re.compile(
    r"^Parser error at line \d+ (?:between columns? \d+ and (?:line \d+ )?(?:columns? )?\d+|column \d+): "
)

_Json = dict[str, object] | list[object] | str | int | float | bool | None


@dataclass(frozen=True)
class Statements:
    """What one file states, in the order of the file, in no graph yet; `drafts` counts what it leaves unsaid."""

    quads: tuple[Quad, ...]
    lines: SourceMap
    drafts: int = 0


def read(data: bytes | str, media_type: str, file: str) -> Statements:
    """Parse `data`; raise Rejected with the line where it is not Turtle or JSON-LD, or more than may be parsed."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in MEDIA_TYPES:
        raise rejected(
            file,
            f"the media type {kind or 'none'} is not accepted.",
            f"Send Turtle ({TURTLE}) or JSON-LD ({JSON_LD}).",
        )
    text = decode(data, file).removeprefix("\ufeff")
    found = _guarded_json(text, file) if kind == JSON_LD else source_map.of_turtle(text)
    _refuse_depth(found, file)
    if kind == JSON_LD:
        found.expand(_refuse_contexts(text, file))
    try:
        quads = tuple(ox.parse(text, format=MEDIA_TYPES[kind]))
    except SyntaxError as error:
        what = _PLACE.sub("", error.msg).rstrip(".")
        raise rejected(
            file, f"the syntax is wrong: {what}.", "Mend it; what follows was not read.", error.lineno or None
        ) from error
    except ValueError as error:
        raise rejected(file, f"the syntax is wrong: {error}.", "Mend it; what follows was not read.") from error
    return Statements(tuple(apart(quads, file, found)), found)


def decode(data: bytes | str, file: str) -> str:
    """`data` as text; raise Rejected where it is too large, not UTF-8, or has characters that no XML can hold."""
    if len(data) > MOST_BYTES:
        raise rejected(file, f"it is larger than {MOST_BYTES // 1024 // 1024} MB.", "Divide it into several documents.")
    try:
        text = data.encode().decode() if isinstance(data, str) else data.decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"byte {error.start} (0x{error.object[error.start]:02x}) is not UTF-8."
        raise rejected(file, what, "Save the file in UTF-8.", line) from error
    except UnicodeEncodeError as error:
        what = f"character {error.start} (U+{ord(error.object[error.start]):04X}) is half of a surrogate pair."
        raise rejected(file, what, "Send the characters whole.") from error
    if found := unwritable(text):
        line = text.count("\n", 0, found.place) + 1
        raise rejected(file, f"it has {found.name}.", NO_CONTROLS, line)
    return text


def rejected(file: str, what: str, remedy: str, line: int | None = None) -> Rejected:
    """A refusal of the file as a whole."""
    return Rejected(file, (Fault(file=file, subject="", what=what, why=remedy, line=line),))


def _refuse_depth(found: SourceMap, file: str) -> None:
    if found.depth > MOST_DEPTH:
        what = f"brackets nest {found.depth} deep; {MOST_DEPTH} is the most."
        raise rejected(file, what, "Give inner nodes IRIs and describe them apart.", found.deepest)


def _guarded_json(text: str, file: str) -> SourceMap:
    found = source_map.of_json(text)
    _refuse_depth(found, file)
    return found


def _refuse_contexts(text: str, file: str) -> dict[str, str]:
    """The prefixes of the contexts that stand in the text; raise Rejected for one that stands elsewhere."""
    prefixes: dict[str, str] = {}

    def look(pairs: list[tuple[str, _Json]]) -> dict[str, _Json]:
        for key, value in pairs:
            contexts = value if isinstance(value, list) else [value]
            if key == "@import" or (key == "@context" and any(isinstance(context, str) for context in contexts)):
                where = json.dumps(value, ensure_ascii=False)[:200]
                raise rejected(
                    file,
                    f"{key} names a context elsewhere: {where}.",
                    "Write the context out in the document; nothing is fetched.",
                    source_map.of_json(text).of(key),
                )
            for context in contexts if key == "@context" else []:
                if isinstance(context, dict):
                    prefixes.update({k: v for k, v in context.items() if isinstance(v, str) and not k.startswith("@")})
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=look)
    except ValueError as error:
        line = getattr(error, "lineno", None)
        raise rejected(file, f"the JSON is wrong: {error}.", "Mend it; what follows was not read.", line) from error
    return prefixes


def apart(quads: tuple[Quad, ...], file: str, found: SourceMap) -> Iterator[Quad]:
    """`quads` with blank nodes that no other file's share; raise Rejected for what RDF 1.1 has not."""
    salt = hashlib.sha256(file.encode()).hexdigest()[:8]
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, Triple) or isinstance(value, Triple) or (isinstance(value, Literal) and value.direction):
            what = "a triple term or a base direction (RDF 1.2) is not accepted."
            raise rejected(file, what, "Describe the statement by a claim.", found.of(str(subject)))
        if isinstance(subject, BlankNode):
            subject = BlankNode(f"{salt}x{subject.value}")
        if isinstance(value, BlankNode):
            value = BlankNode(f"{salt}x{value.value}")
        yield Quad(subject, quad.predicate, value, quad.graph_name)


def in_store_spelling(quads: Iterator[Quad]) -> frozenset[Quad]:
    """`quads` as the store gives them back: it keeps the value of a number or a date, not its spelling ("01" → "1")."""
    store = ox.Store()
    store.extend(quads)
    return frozenset(store)
