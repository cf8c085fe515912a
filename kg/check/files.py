"""The project's files as a check reads them: text, statements, and the lines on which both stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import source_map
from kg.errors import Fault
from kg.namespaces import RDF, SG, SGSH
from kg.settings import Home
from kg.source_map import SourceMap
from kg.terms import FAMILIAR, BlankNode, NamedNode, Node, Quad, number_blank_nodes, parts, short

# Files of each kind, below the project's folder; "example" documents show what shapes accept and refuse.
FOLDERS = {
    "prefixes": ("ontology/prefixes.ttl",),
    "module": ("ontology/*.ttl",),
    "vocabulary": ("ontology/vocabularies/*.ttl",),
    "shapes": ("ontology/shapes/*.ttl",),
    "rule": ("ontology/rules/*.rq",),
    "hygiene": ("ontology/hygiene/*.rq",),
    "question": ("queries/*.rq",),
    "background": ("seeds/background/*.ttl",),
    "seed": ("seeds/*.ttl",),
}
TURTLE = ("prefixes", "module", "vocabulary", "shapes", "background", "seed")
TERMS = ("module", "vocabulary")  # the kinds of file that give terms their meaning
_ERROR_PLACE = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class File:
    """One file. `name` is its path from the project's folder, `quads` are empty where it is no Turtle."""

    name: str
    kind: str
    path: Path
    text: str
    quads: tuple[Quad, ...] = ()
    error: tuple[str, int | None] | None = None

    @cached_property
    def lines(self) -> SourceMap:
        return source_map.of_turtle(self.text)

    @cached_property
    def rows(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def owners(self) -> dict[Node, str]:
        """Each blank node → the IRI of the block in which it is written."""
        above = {value: subject for subject, _, value in map(parts, self.quads) if isinstance(value, BlankNode)}
        found: dict[Node, str] = {}
        for node in {*above, *(subject for subject, _, _ in map(parts, self.quads))}:
            top: Node = node
            seen = {top}
            while isinstance(top, BlankNode) and top in above and above[top] not in seen:
                top = above[top]
                seen.add(top)
            if isinstance(top, NamedNode):
                found[node] = top.value
        return found

    def fault(self, subject: str, what: str, remedy: str, *mentions: str, line: int | None = None) -> Fault:
        """A fault of `subject`, on the line where its block mentions one of `mentions`, else where it begins."""
        place = line or self.lines.of(subject, *mentions) or self.first(*mentions, subject)
        return Fault(self.name, called(subject) if subject else "", what, remedy, place)

    def first(self, *words: str) -> int | None:
        """The first line that mentions one of `words`."""
        return next((self.lines.mentions[word][0] for word in words if self.lines.mentions.get(word)), None)


@dataclass(frozen=True)
class Project:
    """All files that a check looks at, by name."""

    home: Home
    files: dict[str, File] = field(repr=False)

    @classmethod
    def read(cls, home: Home) -> Project:
        found = {file.name: file for file in _files(home)}
        return cls(home, dict(sorted(found.items())))

    def of(self, *kinds: str) -> Iterator[File]:
        return (file for file in self.files.values() if file.kind in kinds)

    @cached_property
    def described(self) -> dict[str, File]:
        """Each term or thing → the first file that says what it is; modules before shapes before seeds."""
        found: dict[str, File] = {}
        mentioned: dict[str, File] = {}
        for file in (file for kind in TURTLE for file in self.of(kind)):
            for subject, predicate, _ in map(parts, file.quads):
                if isinstance(subject, NamedNode):
                    (found if predicate.value == RDF + "type" else mentioned).setdefault(subject.value, file)
        return {**mentioned, **found}

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """The statements of modules and vocabularies."""
        return tuple(quad for file in self.of(*TERMS) for quad in file.quads)

    def fault(self, subject: str, what: str, remedy: str, *mentions: str) -> Fault:
        """A fault of a term, in the file that describes it."""
        file = self.described.get(subject)
        return file.fault(subject, what, remedy, *mentions) if file else Fault("", called(subject), what, remedy)

    def at_home(self, fault: Fault) -> Fault:
        """`fault` with its file named from the project's folder, where it is one of its files."""
        if fault.file in self.files:
            return fault
        ending = [name for name in self.files if name.endswith("/" + fault.file)]
        return Fault(ending[0], fault.subject, fault.what, fault.why, fault.line) if len(ending) == 1 else fault


def called(iri: str) -> str:
    """A term as its authors write it."""
    return short(iri, FAMILIAR) if "://" in iri else iri


def local(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def own(iri: str) -> bool:
    """Whether it stands in a namespace whose terms this project defines."""
    return iri.startswith((SG, SGSH))


def syntax(project: Project) -> list[Fault]:
    """Files that are no Turtle."""
    return [
        Fault(file.name, "", f"this is no Turtle: {file.error[0]}.", "Mend the syntax.", file.error[1])
        for file in project.files.values()
        if file.error
    ]


def _files(home: Home) -> Iterator[File]:
    seen: set[Path] = set()
    for kind, patterns in FOLDERS.items():
        for path in sorted(path for pattern in patterns for path in home.path.glob(pattern)):
            if path not in seen:
                seen.add(path)
                yield _file(home, kind, path, len(seen))


def _file(home: Home, kind: str, path: Path, number: int) -> File:
    name = path.relative_to(home.path).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return File(name, kind, path, "", error=(f"byte {error.start} is not UTF-8", line))
    if kind not in TURTLE:
        return File(name, kind, path, text)
    try:
        quads = tuple(number_blank_nodes(ox.parse(text, format=ox.RdfFormat.TURTLE), f"f{number}"))
    except SyntaxError as error:
        place = error.lineno or next((int(found[1]) for found in [_ERROR_PLACE.search(error.msg)] if found), None)
        return File(name, kind, path, text, error=(error.msg.rstrip("."), place))
    return File(name, kind, path, text, quads)
