"""Writing in a process of its own: an update, or the content of one graph, at a time."""

from __future__ import annotations

import hashlib
import io
import json
import marshal
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.errors import Elsewhere, UpdateFailed, WritingClosed, is_full
from kg.namespaces import MERGED_GRAPH, RESERVED
from kg.sparql.guard import measure, screen
from kg.sparql.update_graphs import EVERYTHING, UNSURE, Part, read, rewritten
from kg.workers.engine import as_error
from kg.workers.messages import LENGTH, SUBJECTS, Update, Upload, pack_error
from kg.workers.sandbox import (
    GRACE,
    die_with,
    forbid_connections,
    limit_address_space,
    limit_processor_time,
    private_memory,
)

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


_LARGE = 1 << 20  # bytes that are not parsed before anything is changed


class Spoiled(Exception):
    """A write has failed, and the store is no longer as it was before; `error` says why."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def run_update(store: ox.Store, update: Update, prefixes: Mapping[str, str], *, confined: bool) -> None:
    """Run an update; raise Spoiled where one of several parts fails.

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
    for place, (text, part) in enumerate(parts):
        try:
            _run(store, text, part)
        except Exception as error:
            if place:
                raise Spoiled(error) from error
            raise
    if before is not None and update.kept and _fingerprints(store, update.kept) != before:
        raise Spoiled(_not_named("a change to graphs of documents, or of what follows from them"))


def _run(store: ox.Store, text: str, part: Part) -> None:
    try:
        store.update(text, base_iri=part.base or None, prefixes=dict(part.prefixes))
    except OSError as error:
        if is_full(error):
            raise
        raise _elsewhere() from error
    except RuntimeError as error:
        raise UpdateFailed(culprit="the update", found=str(error), remedy="Nothing was changed.") from error


def write_graph(store: ox.Store, upload: Upload) -> None:
    """Give one graph its new content; blank nodes of each part are new ones. Raise as `run_update` does."""
    if upload.kept and upload.graph:
        refuse_kept(upload.graph, upload.kept)
    graph = ox.DefaultGraph() if upload.graph is None else ox.NamedNode(upload.graph)
    if upload.drop and not isinstance(graph, ox.DefaultGraph):
        store.remove_graph(graph)
        return
    for data, media_type in upload.parts:
        if FORMATS[media_type] in (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD):
            measure(data.decode("utf-8"))
    if sum(len(data) for data, _ in upload.parts) > _LARGE:
        try:
            _clear(store, upload, graph)
            for data, media_type in upload.parts:
                store.bulk_load(data, FORMATS[media_type], base_iri=upload.base, to_graph=graph)
        except Exception as error:
            raise Spoiled(error) from error
    else:
        held = ox.Store()
        for data, media_type in upload.parts:
            held.load(data, FORMATS[media_type], base_iri=upload.base, to_graph=graph)
        _clear(store, upload, graph)
        store.extend(held)


def _clear(store: ox.Store, upload: Upload, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    """Let a graph be there, empty where it is to have another content."""
    if upload.replace or upload.drop:
        store.clear_graph(graph)
    store.add_graph(graph)


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


def main() -> None:
    """Answer a `WritingProcess`, until its socket, which is the standard input, is closed."""
    settings = json.loads(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with(settings["parent"])
    process = _Process(settings["prefixes"], settings["memory"], confined=forbid_connections())
    connection = socket.socket(fileno=os.dup(0))
    with connection, connection.makefile("rb") as incoming:
        while len(head := incoming.read(LENGTH.size)) == LENGTH.size:
            verb, *given = marshal.loads(incoming.read(LENGTH.unpack(head)[0]))  # noqa: S302 - from our own server
            told = marshal.dumps((*process.answer(verb, given), private_memory()))
            connection.sendall(LENGTH.pack(len(told)) + told)


class _Process:
    """What this process has open, and what it may use."""

    def __init__(self, prefixes: Mapping[str, str], memory: int, *, confined: bool) -> None:
        self._prefixes, self._memory, self._confined = prefixes, memory, confined
        self._store = ox.Store()

    def answer(self, verb: str, given: list[Any]) -> tuple[bytes, bool]:
        """Do what is asked; return what is wrong with it, if anything, and whether the store is not as it was then."""
        subject = "the store"
        try:
            if verb == "open":
                self._store = ox.Store()  # closes the old one first
                limit_address_space(None)
                self._store = ox.Store(given[0])
            elif verb == "flush":
                limit_address_space(None)
                self._store.flush()
            else:
                kind, seconds, fields = given
                request = (Update if kind == Update.__name__ else Upload)(*fields)
                subject = SUBJECTS[type(request)]
                limit_address_space(self._memory)
                limit_processor_time(seconds + GRACE)
                if isinstance(request, Upload):
                    write_graph(self._store, request)
                else:
                    run_update(self._store, request, self._prefixes, confined=self._confined)
        except Spoiled as spoiled:
            return pack_error(as_error(spoiled.error, subject)), True
        except Exception as error:  # noqa: BLE001 - whatever the engine raises belongs to the request, which is told so
            return pack_error(as_error(error, subject)), isinstance(error, MemoryError | OSError)
        return pack_error(None), False
