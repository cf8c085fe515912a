"""The documents that are held: listed, and read back as their authors wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from kg import pipeline
from kg.documents import authored
from kg.entities.reader import address
from kg.entities.sources import SourceItem
from kg.namespaces import GRAPH, ID
from kg.store import Store
from kg.terms import NamedNode, Quad


@dataclass(frozen=True, kw_only=True)
class DocumentItem(SourceItem):
    """A document that is loaded: what is known of it as a source, and where its own statements are."""

    name: Annotated[str, Field(description="What follows `id/` in its IRI")]
    graph: Annotated[str, Field(description="The named graph of its statements")]
    source: Annotated[str, Field(description="Where its text is, with the claims that rest on it")]


@dataclass(frozen=True)
class DocumentList:
    """A part of the list of documents; `next` is where it goes on, `prev` what was before."""

    items: tuple[DocumentItem, ...]
    total: int
    next: str | None = None
    prev: str | None = None
    start: Annotated[int, Field(exclude=True)] = 0  # the place of its first item


@dataclass(frozen=True)
class Held:
    """A document as it is held: its IRI, what its author states, and the digest of its graph (`pipeline.digest`)."""

    iri: str
    quads: tuple[Quad, ...]
    digest: str


def listed(store: Store, sources: Sequence[SourceItem]) -> DocumentList:
    """The documents among `sources`, by name."""
    graphs = set(pipeline.document_graphs(store))
    found = []
    for each in sources:
        name = each.iri.removeprefix(ID)
        if each.iri.startswith(ID) and GRAPH + name in graphs:
            known = vars(replace(each, href=address("documents", each.iri)))
            found.append(DocumentItem(**known, name=name, graph=GRAPH + name, source=each.href))
    return DocumentList(tuple(sorted(found, key=lambda each: each.name)), len(found))


def held(store: Store, name: str) -> Held:
    """A document by name or IRI; raise NotFound."""
    graph = pipeline.graph_of(store, name)
    quads = authored.written(store.quads(None, None, None, NamedNode(graph)))
    return Held(ID + graph.removeprefix(GRAPH), tuple(quads), pipeline.digest(store, graph))
