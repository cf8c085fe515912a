"""The project's own graph, made in memory from its files: what rules, questions and reasoner are tried on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from kg import anchors, documents, pipeline
from kg.errors import Rejected
from kg.knowledge import Knowledge
from kg.model import Document
from kg.namespaces import INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF, SG, SHAPES_GRAPH
from kg.pipeline import STATE_GRAPH
from kg.rules.derivation import is_node
from kg.settings import Home
from kg.store import Store, open_store
from kg.terms import NamedNode, Quad, parts

_TYPE = NamedNode(RDF + "type")
_PARTS = 4  # of a derivation's node: rule, subject, property, value
_NOT_DATA = frozenset({ONTOLOGY_GRAPH, SHAPES_GRAPH, STATE_GRAPH})


@dataclass(frozen=True)
class Seeded:
    """The graph as it would be served; `documents` are the background and the seeds, as stored."""

    knowledge: Knowledge
    store: Store
    documents: tuple[Document, ...]

    def data(self) -> Iterator[Quad]:
        """What documents and background say and what rules derive, for a reasoner.

        Without the nodes that record derivations, and without memberships, which a reasoner is to find by itself.
        """
        recorded = {parts(quad)[0] for quad in self.store.quads(None, NamedNode(SG + "rule"), None, None)}
        for graph in self.store.snapshot().graphs():
            if graph.value in _NOT_DATA:
                continue
            for quad in self.store.quads(None, None, None, graph):
                if quad.subject not in recorded and (graph.value != INFERRED_GRAPH or quad.predicate != _TYPE):
                    yield quad

    def memberships(self) -> Mapping[str, frozenset[str]]:
        """The classes in which queries find each thing with an IRI, the nodes of derivations aside."""
        found: dict[str, set[str]] = {}
        for row in self.store.snapshot().query_kept("SELECT DISTINCT ?thing ?class { ?thing a ?class }"):  # type: ignore[union-attr]
            thing, class_ = row["thing"], row["class"]
            if isinstance(thing, NamedNode) and isinstance(class_, NamedNode) and not is_node(thing):
                found.setdefault(thing.value, set()).add(class_.value)
        return {thing: frozenset(classes) for thing, classes in found.items()}

    def made_by(self) -> dict[tuple[str, str, str], str]:
        """Each derived statement → a rule that derived it."""
        said: dict[str, dict[str, str]] = {}
        for name in (SG + "rule", RDF + "subject", RDF + "predicate", RDF + "object"):
            for subject, predicate, value in map(parts, self.store.quads(None, NamedNode(name), None, None)):
                said.setdefault(str(subject), {})[predicate.value] = value.value
        return {
            (one[RDF + "subject"], one[RDF + "predicate"], one[RDF + "object"]): one[SG + "rule"]
            for one in said.values()
            if len(one) == _PARTS
        }

    def fired(self) -> set[str]:
        """The rules that derived something."""
        return {parts(quad)[2].value for quad in self.store.quads(None, NamedNode(SG + "rule"), None, None)}


def _silent(_: str) -> None:
    """Report nothing: the check reports its own steps."""


@contextmanager
def load(home: Home) -> Iterator[Seeded]:
    """Raise Rejected with what the pipeline finds wrong in files and seeds."""
    knowledge = Knowledge(home)
    store = open_store("memory:")
    try:
        pipeline.start(store, knowledge, _silent)
        yield Seeded(knowledge, store, tuple(_documents(knowledge)))
    finally:
        store.close()


def _documents(knowledge: Knowledge) -> Iterator[Document]:
    yield knowledge.background
    for path in knowledge.seeds:
        try:
            yield anchors.anchor(documents.read(path), knowledge.vocabulary)
        except Rejected:  # the pipeline has said why
            continue
