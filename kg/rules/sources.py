"""What rules read and write: the statements of a store or a draft, the kept graphs as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kg.namespaces import GRAPH, ID, INFERRED_GRAPH, MERGED_GRAPH, VIEWS_GRAPH
from kg.store import Statements
from kg.store.snapshot import GraphName, Results, Subject
from kg.store.snapshot import Term as Value
from kg.terms import Node, parts

Ground: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Triple: TypeAlias = tuple[Node, ox.NamedNode, Ground]

# Where the nodes of derivations stand.
NODE = ID + "inference/"
# Where what is derived stands.
GRAPHS = (ox.NamedNode(VIEWS_GRAPH), ox.NamedNode(INFERRED_GRAPH))


class Quads(Statements, Protocol):
    """What evaluation asks of a store or a draft."""

    def query(self, sparql: str, *, graphs: Collection[str] | None = None) -> Results: ...


class Writable(Quads, Protocol):
    """What maintenance asks of a draft."""

    def add(self, quads: Iterable[ox.Quad]) -> None: ...

    def remove(self, quads: Iterable[ox.Quad]) -> None: ...


class Kept:
    """A draft or store as rules read it: the graphs that the pipeline keeps, all as one; never a user's own.

    Queries read `beside` as well: graphs that are not kept.
    """

    def __init__(self, source: Quads, beside: Collection[str] = ()) -> None:
        self._source = source
        self.plain = getattr(source, "plain", False)  # whether it takes SPARQL 1.1 alone
        merged = source.query("ASK { ?s ?p ?o }", graphs=[MERGED_GRAPH])
        self._graphs = [MERGED_GRAPH, *beside] if bool(merged) else None

    def query(self, sparql: str, *, graphs: Collection[str] | None = None) -> Results:
        return self._source.query(sparql, graphs=graphs or self._graphs)

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Value | None = None,
        g: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        for quad in self._source.quads(s, p, o, g):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and graph.value.startswith(GRAPH):
                yield quad


class KeptDraft(Kept):
    """A draft as rules read and write it."""

    def __init__(self, draft: Writable) -> None:
        super().__init__(draft)
        self._draft = draft

    def add(self, quads: Iterable[ox.Quad]) -> None:
        self._draft.add(quads)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        self._draft.remove(quads)


def solutions(source: Quads, sparql: str, graphs: Collection[str] | None = None) -> ox.QuerySolutions:
    """The answers of a SELECT."""
    found = source.query(sparql, graphs=graphs)
    assert isinstance(found, ox.QuerySolutions)
    return found


def subjects(source: Quads, predicate: ox.NamedNode, value: Ground) -> Iterator[Node]:
    """The things of which `predicate` has this value, each once."""
    yield from dict.fromkeys(parts(quad)[0] for quad in source.quads(None, predicate, value, None))


def objects(source: Quads, subject: Ground, predicate: ox.NamedNode) -> Iterator[Ground]:
    """The values of `predicate`, each once; a literal has none."""
    if not isinstance(subject, ox.Literal):
        yield from dict.fromkeys(parts(quad)[2] for quad in source.quads(subject, predicate, None, None))


def has(source: Quads, subject: Node, predicate: ox.NamedNode, value: Ground | None = None) -> bool:
    """Does a statement stand there?"""
    return any(True for _ in source.quads(subject, predicate, value, None))
