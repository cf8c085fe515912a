"""Writing to a clone: an update, or the content of one graph. The server adopts the clone, or throws it away."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.errors import Elsewhere, UpdateFailed, WritingClosed, is_full
from kg.namespaces import MERGED_GRAPH, RESERVED
from kg.workers.messages import Update, Upload
from kg.workers.screen import measure, screen
from kg.workers.targets import EVERYTHING, UNSURE, read, rewritten

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


def run_update(store: ox.Store, update: Update, prefixes: Mapping[str, str], *, confined: bool) -> None:
    """Run an update as one transaction.

    Raise WritingClosed where it would write to a graph that the pipeline keeps. A LOAD raises Elsewhere: where the
    process is `confined` and can open no connection, once the engine read it.
    """
    screen(update.text)
    reading = read(update.text, prefixes, update.base)
    if reading.loads and not confined:
        raise _elsewhere()
    parts = list(rewritten(reading, update.default_graphs, update.named_graphs, update.kept and MERGED_GRAPH))
    before = None
    if update.kept:
        for target in sorted(reading.targets - {UNSURE}):
            refuse_kept(target, update.kept)
        before = _fingerprints(store, update.kept) if UNSURE in reading.targets else None
    try:
        for text, part in parts:
            store.update(text, base_iri=part.base or None, prefixes=dict(part.prefixes))
    except OSError as error:
        if is_full(error):
            raise
        raise _elsewhere() from error
    except RuntimeError as error:
        raise UpdateFailed(culprit="the update", found=str(error), remedy="Nothing was changed.") from error
    if before is not None and update.kept and _fingerprints(store, update.kept) != before:
        raise _not_named("a change to graphs of documents, or of what follows from them")


def write_graph(store: ox.Store, upload: Upload) -> None:
    """Give one graph its new content; blank nodes of each part are new ones. Raise WritingClosed as `run_update`."""
    if upload.kept and upload.graph:
        refuse_kept(upload.graph, upload.kept)
    graph = ox.DefaultGraph() if upload.graph is None else ox.NamedNode(upload.graph)
    if upload.drop and not isinstance(graph, ox.DefaultGraph):
        store.remove_graph(graph)
        return
    if upload.replace or upload.drop:
        store.clear_graph(graph)
    store.add_graph(graph)
    for data, media_type in upload.parts:
        form = FORMATS[media_type]
        if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD):
            measure(data.decode("utf-8"))
        store.bulk_load(data, form, base_iri=upload.base, to_graph=graph)


def refuse_kept(target: str, kept: str) -> None:
    """Raise WritingClosed where an update's target is one of the graphs that the pipeline keeps, or might be."""
    if target in (EVERYTHING, UNSURE):
        raise _not_named("an operation that reaches graphs of documents, or might")
    if not target.startswith(kept):
        return
    name, yours = target.removeprefix(kept), f"A graph of your own has an IRI that does not begin with <{kept}>."
    if name in RESERVED:
        raise WritingClosed(
            culprit=f"the graph <{target}>",
            found="a graph that nobody writes by hand",
            remedy=f"Send documents to /api/v1/documents: views and inferences follow from them. {yours}",
        )
    raise WritingClosed(
        culprit=f"the graph <{target}>",
        found=f"a change to a part of the document {name!r}",
        expected="whole documents, or graphs of your own",
        remedy=f"POST all of it to /api/v1/documents, or withdraw it by DELETE /api/v1/documents/{name}. {yours}",
    )


def _fingerprints(store: ox.Store, kept: str) -> dict[str, str]:
    """The hash of each graph that the pipeline keeps, of its statements in the store's own order."""
    found = {}
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(kept):
            taken = _Hashing()
            with io.BufferedWriter(taken) as file:
                store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
            found[graph.value] = taken.digest.hexdigest()
    return found


class _Hashing(io.RawIOBase):
    """A file that keeps the hash alone of what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.blake2b(digest_size=16)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.digest.update(data)
        return memoryview(data).nbytes


def _not_named(found: str) -> WritingClosed:
    return WritingClosed(
        culprit="the update",
        found=found,
        expected="a change to graphs of your own",
        remedy="Name your graphs, or let a variable stand for them alone. Documents go to /api/v1/documents.",
    )


def _elsewhere() -> Elsewhere:
    return Elsewhere(
        culprit="the update",
        found="LOAD, a request to elsewhere",
        expected="an update of what is held here",
        remedy="Fetch the data yourself and send it here (PUT or POST to /sparql/graphs).",
    )
