"""Writing to a clone: an update, or the content of one graph. The server adopts the clone, or throws it away.

What would become of documents' graphs is told to the server and not left in the clone: the pipeline puts it there.
"""

from __future__ import annotations

import hashlib
import io
import marshal
from collections.abc import Collection, Mapping
from typing import Any

import pyoxigraph as ox

from kg.errors import Elsewhere, QueryTooLarge, UpdateFailed, WritingClosed, is_full
from kg.namespaces import MERGED_GRAPH, RESERVED
from kg.workers.messages import Update, Upload
from kg.workers.rewriting import rewritten
from kg.workers.screen import measure, screen
from kg.workers.targets import EVERYTHING, UNSURE, read

FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/n3": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
}
MOST_BYTES = 16 << 20  # of a document's graph, as N-Triples


def run_update(store: ox.Store, update: Update, prefixes: Mapping[str, str], *, confined: bool) -> bytes:
    """Run an update as one transaction; return what it makes of documents' graphs (see `contents_of`).

    Raise WritingClosed where it would write to a graph that nobody writes by hand, or to a document's that it does not
    name. A LOAD raises Elsewhere: where the process is `confined` and can open no connection, once the engine read it.
    """
    screen(update.text)
    reading = read(update.text, prefixes, update.base)
    if reading.loads and not confined:
        raise _elsewhere()
    hidden = None if update.kept is None else MERGED_GRAPH
    parts = list(rewritten(reading, update.default_graphs, update.named_graphs, hidden))
    documents = Documents(store, _documents(reading.targets, update.kept))
    watched = _Watched(store, update.kept, documents.graphs) if update.kept and UNSURE in reading.targets else None
    try:
        for text, part in parts:
            store.update(text, base_iri=part.base or None, prefixes=dict(part.prefixes))
    except OSError as error:
        if is_full(error):
            raise
        raise _elsewhere() from error
    except RuntimeError as error:
        raise UpdateFailed(culprit="the update", found=str(error), remedy="Nothing was changed.") from error
    if watched:
        watched.refuse_changed()
    return documents.taken_out()


def write_graph(store: ox.Store, upload: Upload) -> bytes:
    """Give one graph its new content; blank nodes of each part are new ones. Returns the same as `run_update`."""
    graph = ox.DefaultGraph() if upload.graph is None else ox.NamedNode(upload.graph)
    documents = Documents(store, _documents({upload.graph or ""}, upload.kept))
    if upload.drop and not isinstance(graph, ox.DefaultGraph):
        store.remove_graph(graph)
        return documents.taken_out()
    if upload.replace or upload.drop:
        store.clear_graph(graph)
    store.add_graph(graph)
    for data, media_type in upload.parts:
        form = FORMATS[media_type]
        if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD):
            measure(data.decode("utf-8"))
        store.bulk_load(data, form, base_iri=upload.base, to_graph=graph)
    return documents.taken_out()


def contents_of(told: bytes) -> list[tuple[str, bytes]]:
    """Each document's graph that a write changes, with its content then, as N-Triples; empty where it is no more."""
    found: list[tuple[str, bytes]] = marshal.loads(told) if told else []  # noqa: S302 - from our own worker
    return found


class Documents:
    """The graphs of documents that a write names, as they were before it."""

    def __init__(self, store: ox.Store, graphs: Collection[str]) -> None:
        self._store = store
        self._before = {graph: self._content(graph) for graph in sorted(graphs)}

    @property
    def graphs(self) -> Collection[str]:
        return self._before.keys()

    def taken_out(self) -> bytes:
        """What the write has made of them; they become again what they were."""
        told: list[tuple[str, bytes]] = []
        for graph, before in self._before.items():
            after, name = self._content(graph), ox.NamedNode(graph)
            if after != before:
                told.append((graph, _n_triples(graph, after)))
                for quad in after - before:
                    self._store.remove(quad)
                self._store.extend(before - after)
            if not before:
                self._store.remove_graph(name)
        return marshal.dumps(told) if told else b""

    def _content(self, graph: str) -> frozenset[ox.Quad]:
        return frozenset(self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _n_triples(graph: str, quads: Collection[ox.Quad]) -> bytes:
    data = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""
    if len(data) > MOST_BYTES:
        raise QueryTooLarge(
            culprit=f"the graph <{graph}>",
            found=f"more than {MOST_BYTES >> 20} MB in a document's graph",
            remedy="Divide it into several documents, or write to a graph of your own.",
        )
    return data


def _documents(targets: Collection[str], kept: str | None) -> frozenset[str]:
    """The graphs of documents among `targets`; raise WritingClosed where a target is the pipeline's own."""
    if kept is None:
        return frozenset()
    found = frozenset(target for target in targets if target.startswith(kept))
    for target in sorted(found):
        if target.removeprefix(kept) in RESERVED:
            raise WritingClosed(
                culprit=f"the graph <{target}>",
                found="a graph that nobody writes by hand",
                remedy="Write to a document's graph, from which views and inferences follow, or to one of your own.",
            )
    if EVERYTHING in targets:
        raise _not_named("ALL or NAMED, which reach the graphs of documents as well")
    return found


class _Watched:
    """The graphs that the pipeline keeps, less some, as they were before a write that does not say where it goes."""

    def __init__(self, store: ox.Store, kept: str, but: Collection[str]) -> None:
        self._store, self._kept, self._but = store, kept, but
        self._before = self._fingerprints()

    def refuse_changed(self) -> None:
        """Raise WritingClosed where one of them has changed."""
        after = self._fingerprints()
        for graph in sorted(self._before.keys() | after.keys()):
            if self._before.get(graph) != after.get(graph):
                raise _not_named(f"a change to <{graph}>, which it does not name plainly")

    def _fingerprints(self) -> dict[str, str]:
        graphs = [graph.value for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode)]
        watched = [graph for graph in graphs if graph.startswith(self._kept) and graph not in self._but]
        return {graph: self._fingerprint(graph) for graph in watched}

    def _fingerprint(self, graph: str) -> str:
        """The hash of a graph's statements in the store's own order, which is one for one content."""
        taken = _Hashing()
        with io.BufferedWriter(taken) as file:
            self._store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        return taken.digest.hexdigest()


class _Hashing(io.RawIOBase):
    """A file that keeps the hash alone of what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.blake2b(digest_size=16)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.digest.update(data)
        return memoryview(data).nbytes


def refuse_kept(target: str, kept: str) -> None:
    """Raise WritingClosed where an update's target is one of the graphs that the pipeline keeps, or might be.

    For a store that runs updates by itself, where no pipeline comes between.
    """
    if target in (EVERYTHING, UNSURE):
        raise _not_named("an operation that does not name the graph that it writes to")
    if target.startswith(kept):
        raise WritingClosed(
            culprit=f"the graph <{target}>",
            found="a graph that the pipeline keeps",
            remedy="Send documents to /api/v1/documents, or PUT them; a graph of your own may have any other IRI.",
        )


def _not_named(found: str) -> WritingClosed:
    return WritingClosed(
        culprit="the update",
        found=found,
        expected="graphs of documents named by IRI, as in GRAPH <…>",
        remedy="Name each document's graph, so that what becomes of it is known; a variable may name your own graphs.",
    )


def _elsewhere() -> Elsewhere:
    return Elsewhere(
        culprit="the update",
        found="LOAD, a request to elsewhere",
        expected="an update of what is held here",
        remedy="Fetch the data yourself and send it here (PUT or POST to /sparql/graphs).",
    )
