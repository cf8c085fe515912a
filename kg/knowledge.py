"""What the project's files say: ontology, shapes, rules, questions, background; read once, and fingerprinted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg import parsed, rules
from kg.authoring import register
from kg.authoring.guide import Guide
from kg.authoring.register import Register
from kg.authoring.terminology import Terminology
from kg.documents import anchoring, consistency, parsing
from kg.documents.parsing import Sent
from kg.errors import Fault, Rejected
from kg.model import Document
from kg.namespaces import ONTOLOGY_GRAPH, RDF, RDFS, SG, prefixes
from kg.ontology import schema
from kg.ontology.schema import Ontology
from kg.ontology.vocabulary import Vocabulary
from kg.questions import catalogue, examples
from kg.questions.catalogue import Catalogue
from kg.rules import RuleSet
from kg.settings import Home
from kg.terms import Literal, NamedNode, Node, Quad, parts

if TYPE_CHECKING:
    from kg.ontology.shacl import Shapes


def _latest_date() -> date:
    """Today's date where the day begins first, so that nobody's today is yet to come."""
    return datetime.now(timezone(timedelta(hours=14))).date()


@dataclass(frozen=True)
class Knowledge:
    """The parts are read when first asked for: a server on an existing store needs the rules only when it writes.

    Each part raises Rejected, with file and line, where its files have faults. `today` is the clock.
    """

    home: Home
    today: Callable[[], date] = _latest_date

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        return prefixes(self.home.ontology)

    @cached_property
    def ontology(self) -> Ontology:
        return schema.read(self.home.ontology)

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue.read(self.home.queries, self.ontology, self.prefixes)

    @cached_property
    def shapes(self) -> Shapes:
        from kg.ontology import shacl  # pySHACL takes long to import, and only writing needs it

        return shacl.read(self.home.shapes, self.ontology)

    @cached_property
    def rules(self) -> RuleSet:
        return rules.read(self.home.rules, self.prefixes)

    @cached_property
    def background(self) -> Document:
        """Register and background, anchored."""
        raw = parsing.read_background(self.home.background)
        return anchoring.anchor(raw, Vocabulary.of(self.ontology.quads, raw.quads))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.ontology.quads, self.background.quads)

    @cached_property
    def register(self) -> Register:
        """What documents may name, and the shared things that they need not declare."""
        sources = self.ontology.quads, self.shapes.quads, self.background.quads
        return register.read(self.home.registers, Terminology.of(self.vocabulary, self.prefixes, *sources))

    def read(self, source: Path | Sent) -> Document:
        """The document in a file, or as it was sent; raise Rejected with its faults."""
        if isinstance(source, Path):
            return parsing.read(source, lambda: self.register)
        return parsing.parse(source.data, source.media_type, source.name, None, lambda: self.register)

    def read_all(self, sources: Iterable[Path | bytes | Sent]) -> list[Document]:
        """The documents in files, folders, or bytes, which are Turtle; raise Rejected with all faults."""
        return parsing.read_all(sources, lambda: self.register)

    @cached_property
    def guide(self) -> Guide:
        """What a document may say, for people and editors."""
        return Guide.of(self.register.terms, self.ontology.quads, self.shapes.quads)

    @cached_property
    def disjoint(self) -> consistency.Disjoint:
        """With which classes each is disjoint."""
        return consistency.disjoint(self.ontology.quads)

    @cached_property
    def _described(self) -> Mapping[Node, list[Quad]]:
        described: dict[Node, list[Quad]] = {}
        for quad in self.background.quads:
            described.setdefault(parts(quad)[0], []).append(quad)
        return described

    def describe(self, node: Node) -> list[Quad]:
        """What register and background say of `node`, as the files stand now: all that a document may refer to."""
        return self._described.get(node, [])

    def quads(self) -> Iterator[Quad]:
        """The statements of the graphs that are made from the project's files: ontology, shapes, background."""
        yield from self.ontology.quads
        yield from self.shapes.quads
        yield from self._rule_quads()
        yield from self.background.quads

    def _rule_quads(self) -> Iterator[Quad]:
        """What a proof's reader may ask of a rule, in graph/ontology."""
        graph = NamedNode(ONTOLOGY_GRAPH)
        for rule in self.rules.rules:
            yield Quad(rule.iri, NamedNode(RDF + "type"), NamedNode(SG + "Rule"), graph)
            for name, text in ((RDFS + "label", rule.label), (SG + "explanation", rule.explanation)):
                yield Quad(rule.iri, NamedNode(name), Literal(text, language="en"), graph)

    @cached_property
    def seeds(self) -> tuple[Path, ...]:
        return parsing.in_folder(self.home.seeds)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of ontology, shapes, rules, register and background, by file name and bytes, in hexadecimal."""
        return _digest([*_files(self.home.ontology), *_files(self.home.background)], self.home.path)

    def seed_fingerprint(self, path: Path) -> str:
        """The SHA-256 of a seed and the texts beside it."""
        return _digest([path, *sorted(path.parent.glob("*.txt"))], self.home.path)

    def parse(self) -> None:
        """Keep for other processes what the SPARQL of rules and questions is read as."""
        if self.rules and all(question.patterns and question.needs for question in self.catalogue):
            parsed.write()

    def faults(self) -> list[Fault]:
        """All faults of all files, however many parts have some."""
        found: list[Fault] = []
        for part in ("ontology", "catalogue", "shapes", "rules", "background", "register"):
            try:
                getattr(self, part)
            except Rejected as rejected:
                found += rejected.faults
        if "catalogue" in vars(self) and "ontology" in vars(self):  # both could be read
            found += examples.read(self.home.examples, self.catalogue.questions, self.ontology)[1]
        return list(dict.fromkeys(found))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in (".ttl", ".rq", ".txt"))


def _digest(files: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
