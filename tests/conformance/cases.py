"""The W3C's SPARQL tests (https://github.com/w3c/rdf-tests, folders sparql10 and sparql11), from their manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
# Features that an endpoint may leave out; tests of these are counted apart.
OPTIONAL = {MF + "DirectGraphIdentification", MF + "POSTGraphCreation"}

Node = ox.NamedNode | ox.BlankNode


@dataclass
class Manifest:
    """One manifest's statements."""

    folder: Path
    group: str
    triples: list[ox.Triple]

    @cached_property
    def _index(self) -> dict[tuple[object, str], list[object]]:
        index: dict[tuple[object, str], list[object]] = {}
        for triple in self.triples:
            index.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)
        return index

    def all(self, subject: object, predicate: str) -> list[object]:
        return self._index.get((subject, predicate), [])

    def one(self, subject: object, predicate: str) -> object | None:
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: object, predicate: str) -> str | None:
        value = self.one(subject, predicate)
        return value.value if isinstance(value, ox.Literal | ox.NamedNode) else None

    def items(self, head: object | None) -> Iterator[object]:
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            first = self.one(head, RDF + "first")
            if first is not None:
                yield first
            head = self.one(head, RDF + "rest")

    def path(self, iri: object) -> Path:
        assert isinstance(iri, ox.NamedNode), iri
        return self.folder / iri.value.removeprefix(BASE)


@dataclass
class Data:
    """A dataset as files: of the default graph, and of named ones (name, file)."""

    default: list[Path] = field(default_factory=list)
    named: list[tuple[str, Path]] = field(default_factory=list)


@dataclass
class Case:
    """One test."""

    iri: str
    kind: str
    group: str
    name: str
    manifest: Manifest
    node: Node

    @property
    def action(self) -> object | None:
        return self.manifest.one(self.node, MF + "action")

    @property
    def result(self) -> object | None:
        return self.manifest.one(self.node, MF + "result")

    @property
    def request(self) -> Path:
        """The file of the query or update."""
        for predicate in (QT + "query", UT + "request"):
            found = self.manifest.one(self.action, predicate)
            if found is not None:
                return self.manifest.path(found)
        return self.manifest.path(self.action)

    @property
    def apart(self) -> bool:
        """Whether the test needs SERVICE, or what an endpoint may leave out."""
        if OPTIONAL & {str(getattr(value, "value", "")) for value in self.manifest.all(self.node, MF + "requires")}:
            return True
        if self.kind.startswith(("Protocol", "ServiceDescription", "GraphStore")):
            return False
        return bool(re.search(r"\bSERVICE\b", self.request.read_text(encoding="utf-8"), re.IGNORECASE))

    def data(self, node: object | None) -> Data:
        """The dataset that the action, the result or the test itself names."""
        manifest = self.manifest
        default = [manifest.path(each) for name in (QT + "data", UT + "data") for each in manifest.all(node, name)]
        named = []
        for name in (QT + "graphData", UT + "graphData"):
            for each in manifest.all(node, name):
                inner = manifest.one(each, UT + "graph") or manifest.one(each, QT + "graph") or each
                label = manifest.text(each, RDFS + "label") or str(getattr(inner, "value", ""))
                named.append((label, manifest.path(inner)))
        return Data(default, named)


def cases(folder: Path) -> list[Case]:
    """All tests below `folder`, which holds sparql10 and sparql11, less entailment; in the manifests' order."""
    tops = [folder / "sparql10" / "manifest.ttl", folder / "sparql11" / "manifest-all.ttl"]
    return [case for top in tops for case in _cases(folder, top)]


def _cases(folder: Path, path: Path) -> Iterator[Case]:
    if not path.exists() or "entailment" in path.parts:
        return
    base = BASE + path.relative_to(folder).as_posix()
    triples = [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base)]
    manifest = Manifest(folder, path.parent.relative_to(folder).as_posix(), triples)
    for triple in triples:
        if triple.predicate.value == MF + "include":
            for included in manifest.items(triple.object):
                yield from _cases(folder, manifest.path(included))
    for triple in triples:
        if triple.predicate.value == MF + "entries":
            for node in manifest.items(triple.object):
                yield _case(manifest, node)


def _case(manifest: Manifest, node: object) -> Case:
    assert isinstance(node, ox.NamedNode), node
    kinds = [
        value.value.removeprefix(MF) for value in manifest.all(node, RDF + "type") if isinstance(value, ox.NamedNode)
    ]
    kind = next((kind for kind in kinds if kind.endswith(("Test", "Test11"))), kinds[0])
    name = manifest.text(node, MF + "name") or node.value
    return Case(node.value, kind.removeprefix(UT), manifest.group, name, manifest, node)
