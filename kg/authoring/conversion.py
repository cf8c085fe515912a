"""A document's file in another form: YAML ↔ Turtle, JSON-LD → both. What it states stays the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import rdflib

from kg import syntax
from kg.authoring import writing
from kg.authoring.register import Register
from kg.errors import BadParameter, NotFound
from kg.syntax import Statements
from kg.terms import Quad

SUFFIXES = {
    ".ttl": syntax.TURTLE,
    ".jsonld": syntax.JSON_LD,
    ".json": syntax.JSON_LD,
    ".yaml": syntax.YAML,
    ".yml": syntax.YAML,
}
_TARGETS = (".yaml", ".yml", ".ttl", "")


def convert(source: Path, suffix: str, register: Register) -> str:
    """The file's statements as YAML or Turtle, by the ending; without one, in the form that the file is not in.

    Raise Rejected with its faults, NotFound, BadParameter for an ending that is not known.
    """
    if not source.is_file():
        raise NotFound(str(source), found="no such file", remedy="Give the path of a document.")
    media_type = SUFFIXES.get(source.suffix.lower())
    if media_type is None or suffix.lower() not in _TARGETS:
        given = suffix if media_type else source.suffix
        raise BadParameter("the ending", found=given or "none", expected=".yaml or .ttl", remedy="Name the file so.")
    data = source.read_bytes()
    is_yaml = media_type == syntax.YAML
    statements = register.read(data, source.name) if is_yaml else syntax.read(data, media_type, source.name)
    if suffix.lower() == ".ttl" or (not suffix and is_yaml):
        copied = [quad for _, quads in register.missing(statements.quads) for quad in quads] if is_yaml else []
        return _head(data, is_yaml=True) + _turtle([*statements.quads, *copied], statements, register.terms.prefixes)
    return _head(data, is_yaml=False) + writing.write(statements.quads, register.terms)


def _head(data: bytes, *, is_yaml: bool) -> str:
    """The comments that stand first: they say what the document is. What editors read there is left behind."""
    lines: list[str] = []
    for line in data.decode().removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        if not (is_yaml and "$schema" in line):
            lines.append(f"{line}\n")
    return "".join(lines)


def _turtle(quads: Iterable[Quad], statements: Statements, prefixes: Mapping[str, str]) -> str:
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in {**prefixes, **statements.lines.prefixes}.items():
        graph.bind(prefix, namespace)
    triples = "".join(f"{quad.triple} .\n" for quad in quads)
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False  # "01" stays as it is written
    try:
        graph.parse(data=triples, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return graph.serialize(format="turtle")
