"""The documents that are held: listed, read back as written; and what came and went since a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from kg import pipeline
from kg.documents import authored
from kg.entities.reader import API, address
from kg.entities.sources import SourceItem
from kg.errors import NoLongerKnown, NotFound
from kg.namespaces import GRAPH, ID, RESERVED
from kg.store import EmbeddedStore, Store
from kg.store.history import Entry, Fate, History
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


@dataclass(frozen=True)
class DocumentChange:
    """What became of one document."""

    iri: str
    name: Annotated[str, Field(description="What follows `id/` in its IRI")]
    change: Fate
    href: Annotated[str | None, Field(description="Where it is read; null of one that is gone")]


@dataclass(frozen=True)
class VersionChange:
    """What one version changed; statements are those of documents, of views, and of what was inferred."""

    version: int
    time: Annotated[int, Field(description="When it was made, in seconds since 1970")]
    documents: tuple[DocumentChange, ...]
    added: Annotated[int, Field(description="Statements that came")]
    removed: Annotated[int, Field(description="Statements that went")]
    patch: Annotated[str, Field(description="Where these are, as an RDF Patch")]


@dataclass(frozen=True)
class ChangeList:
    """Versions after one, oldest first; ask next for what is `since` the `version` of this answer."""

    items: tuple[VersionChange, ...]
    total: int
    version: Annotated[int, Field(description="The version that this answer, all its pages read, leads to")]
    store: Annotated[str, Field(description="What tells this store from others: version numbers are its own")]
    files: Annotated[str, Field(description="The SHA-256 of ontology, shapes, rules, register and background")]
    next: str | None = None


def changes_since(store: Store, files: str, version: int | None, newest: int, limit: int) -> ChangeList:
    """The first `limit` changes after a version (none: `newest`), up to `newest`; `files` is the project's fingerprint.

    Raise NoLongerKnown where the history begins later than `version`, NotFound of a store that has none.
    """
    version = newest if version is None else version
    entries = _history(store).since(version)
    if entries is None or version > newest:
        raise _unknown(version, newest)
    every = [_change(entry) for entry in entries if entry.version <= newest]
    return ChangeList(tuple(every[:limit]), len(every), newest, store.id, files)


def patch_of(store: Store, version: int) -> bytes:
    """What made a version of the one before it, as an RDF Patch; raise as `changes_since` does."""
    found = _history(store).patch(version) if version <= store.version else None
    if found is None:
        raise _unknown(version, store.version)
    return found


def _history(store: Store) -> History:
    if isinstance(store, EmbeddedStore):
        return store.history
    raise NotFound("changes", "a store that others may write, whose changes nobody records", "an embedded store")


def _unknown(version: int, newest: int) -> NoLongerKnown:
    remedy = "Read the documents anew (/api/v1/documents), and go on from the `version` of /api/v1/changes."
    expected = "a later one" if version <= newest else f"at most {newest}"
    return NoLongerKnown("the version", f"{version}, which is not in the history", expected, remedy)


def _change(entry: Entry) -> VersionChange:
    documents = tuple(
        DocumentChange(ID + name, name, fate, None if fate == "removed" else address("documents", ID + name))
        for graph, fate in sorted(entry.graphs.items())
        if (name := graph.removeprefix(GRAPH)) not in RESERVED
    )
    href = f"{API}/changes/{entry.version}"
    return VersionChange(entry.version, entry.time, documents, entry.added, entry.removed, href)
