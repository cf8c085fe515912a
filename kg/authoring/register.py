"""The register: things that documents name without declaring them, in files that a user extends.

What a document refers to and does not declare is copied into it, so that it stays whole in itself; a thing that no
document names is in no graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg import syntax
from kg.authoring import reading
from kg.authoring.terminology import Terminology
from kg.errors import Fault, Rejected
from kg.ontology.vocabulary import CLAIM, TYPE
from kg.source_map import SourceMap
from kg.syntax import Statements
from kg.terms import NamedNode, Node, Quad, parts

SUFFIXES = (".yaml", ".yml", ".ttl")


@dataclass(frozen=True)
class Register:
    """Terms and shared things by name, and what the register's files say of each thing, with their lines."""

    terms: Terminology
    described: Mapping[Node, tuple[Quad, ...]] = field(repr=False)
    files: Mapping[Node, str] = field(repr=False)
    lines: Mapping[str, SourceMap] = field(repr=False)

    def read(self, data: bytes | str, file: str) -> Statements:
        """The statements of a YAML document; raise Rejected with its faults, by line and column."""
        return reading.read(data, file, self.terms)

    def missing(self, quads: Iterable[Quad]) -> Iterator[tuple[Node, tuple[Quad, ...]]]:
        """The register's things that `quads` speak of and do not describe, and those that these speak of."""
        triples = [parts(quad) for quad in quads]
        known = {subject for subject, _, _ in triples}
        ahead = [value for _, _, value in triples if isinstance(value, NamedNode)]
        while ahead:
            node = ahead.pop()
            if node in self.described and node not in known:
                known.add(node)
                yield node, self.described[node]
                ahead += [value for _, _, value in map(parts, self.described[node]) if isinstance(value, NamedNode)]


def read(folders: Iterable[Path], terms: Terminology) -> Register:
    """The register in all files of `folders`, in that order; what one says of a thing adds to what others do.

    Things of the background are not taken from it. Raise Rejected with all faults of all files.
    """
    described: dict[Node, list[Quad]] = {}
    files: dict[Node, str] = {}
    lines: dict[str, SourceMap] = {}
    faults: list[Fault] = []
    known, stated = terms, list[Quad]()
    for path in (path for folder in folders for path in sorted(folder.glob("*")) if path.suffix in SUFFIXES):
        try:
            statements = _statements(path, terms)
        except Rejected as rejected:
            faults += rejected.faults
            continue
        lines[path.name] = statements.lines
        for quad in statements.quads:
            subject, predicate, value = parts(quad)
            if predicate.value == TYPE and value == NamedNode(CLAIM):
                what, remedy = "a claim stands in the register.", "Put it into a document; the register names things."
                line, column = statements.lines.place(subject.value)
                faults.append(Fault(path.name, "", what, remedy, line, column))
            if subject.value not in known.types:
                described.setdefault(subject, []).append(quad)
                files.setdefault(subject, path.name)
        stated += statements.quads
        terms = known.with_things(stated)
    if faults:
        raise Rejected(", ".join(dict.fromkeys(fault.file for fault in faults)), tuple(faults))
    whole = {node: tuple(dict.fromkeys(quads)) for node, quads in described.items()}
    return Register(terms, whole, files, lines)


def _statements(path: Path, terms: Terminology) -> Statements:
    with path.open("rb") as file:
        data = file.read(syntax.MOST_BYTES + 1)
    return (
        syntax.read(data, syntax.TURTLE, path.name) if path.suffix == ".ttl" else reading.read(data, path.name, terms)
    )
