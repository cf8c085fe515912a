"""Writing to a clone: an update, or the content of one graph. The server adopts the clone, or throws it away."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.errors import Elsewhere, UpdateFailed, WritingClosed
from kg.workers.requests import Update, Upload
from kg.workers.screen import measure, screen
from kg.workers.targets import EVERYTHING, read, rewritten

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
    """Run an update as one transaction; raise WritingClosed where it would write to a kept graph, or might.

    A LOAD raises Elsewhere: where the process is `confined` and can open no connection, once the engine has read it.
    """
    screen(update.text)
    reading = read(update.text, prefixes, update.base)
    if update.kept is not None:
        for target in sorted(reading.targets):
            refuse_kept(target, update.kept)
    if reading.loads and not confined:
        raise _elsewhere()
    text = rewritten(reading, update.default_graphs, update.named_graphs)
    try:
        store.update(text, base_iri=update.base, prefixes=dict(prefixes))
    except OSError as error:
        raise _elsewhere() from error
    except RuntimeError as error:
        raise UpdateFailed(culprit="the update", found=str(error), remedy="Nothing was changed.") from error


def write_graph(store: ox.Store, upload: Upload) -> None:
    """Give one graph its new content; blank nodes of each part are new ones."""
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


def _elsewhere() -> Elsewhere:
    return Elsewhere(
        culprit="the update",
        found="LOAD, a request to elsewhere",
        expected="an update of what is held here",
        remedy="Fetch the data yourself and send it here (PUT or POST to /sparql/graphs).",
    )


def refuse_kept(target: str, kept: str) -> None:
    """Raise WritingClosed where an update's target is one of the graphs that are kept, or might be."""
    if target == EVERYTHING:
        raise WritingClosed(
            culprit="the update",
            found="an operation that does not name the graph that it writes to",
            expected="graphs named by IRI",
            remedy="Name each graph: a variable, ALL or NAMED would reach the graphs of documents as well.",
        )
    if target.startswith(kept):
        raise WritingClosed(
            culprit=f"the graph <{target}>",
            found="a graph that the pipeline keeps",
            remedy="Send documents to /api/v1/documents; a graph of your own may have any other IRI.",
        )
