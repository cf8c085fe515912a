"""What a worker does: read one query after another from its socket, run it, and write the answer in frames."""

from __future__ import annotations

import marshal
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from kg.errors import BadQuery, Elsewhere, KgError, NotAcceptable, QueryTooLarge
from kg.store.merging import Dataset
from kg.workers.confinement import ProcessorTime, limit_address_space, usage
from kg.workers.requests import (
    DATA,
    END,
    ERROR,
    HEAD,
    HELLO,
    LENGTH,
    OUTCOME,
    Query,
    Request,
    Update,
    Upload,
    frame,
    head,
    unpack,
)
from kg.workers.rows import cut
from kg.workers.screen import names_its_dataset, screen
from kg.workers.writing import run_update, write_graph

CHUNK = 1 << 16
LONG = 1 << 20  # bytes of an answer from which its rows are counted
_SUBJECTS: Mapping[type[Request], str] = {Query: "the query", Update: "the update", Upload: "the body"}
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


class TooManyRows(Exception):
    """An answer has more rows than it may have; nothing of it has been sent yet. `text` is the query cut to these."""

    def __init__(self, text: str) -> None:
        self.text = text


class Output:
    """The answer on its way: a short one leaves in one piece, a long one in chunks as the reader takes them.

    Before anything of a long one leaves, of `room` bytes or more, `before` is called: it may raise.
    """

    def __init__(
        self,
        connection: socket.socket,
        media_type: str,
        *,
        rows: int | None = None,
        room: int = CHUNK,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._connection = connection
        self._pending = [frame(HEAD, head(media_type, rows))]
        self._parts: list[bytes] = []
        self._size = 0
        self._room, self._before = room, before

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._room:
            if self._before:
                self._before()
            self._room, self._before = CHUNK, None
            self._gather()
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: chunks leave when they are full."""

    def end(self, outcome: bytes) -> None:
        self._gather()
        self._pending.append(frame(END, outcome))
        self._send()

    def _gather(self) -> None:
        if self._size:
            self._pending.append(frame(DATA, b"".join(self._parts)))
            self._parts, self._size = [], 0

    def _send(self) -> None:
        self._connection.sendall(b"".join(self._pending))
        self._pending = []


class Worker:
    """One process's state: the checkpoint that it has open, and its limits."""

    def __init__(self, connection: socket.socket, prefixes: Mapping[str, str], memory: int, *, confined: bool) -> None:
        self._connection, self._prefixes, self._memory = connection, dict(prefixes), memory
        self._time, self._used = ProcessorTime(), 0.0
        self._received = bytearray()
        self._confined = confined  # whether the kernel refuses it every connection
        self._path, self._store = "", ox.Store()

    def serve(self) -> None:
        """Answer until the server closes the socket, or until this process has grown too large to keep."""
        self._connection.sendall(frame(HELLO, str(os.getpid()).encode()))
        retiring = False
        while not retiring and (payload := self._receive()) is not None:
            path, seconds, request = unpack(payload)
            retiring = self._answer(path, seconds, request)

    def _answer(self, path: str, seconds: float, request: Request) -> bool:
        """Carry out one request; say whether this process is to end."""
        retiring = not isinstance(request, Query)
        try:
            self._time.allow(seconds, self._used)
            if isinstance(request, Query):
                self._open(path)
                output = self._query(request)
            else:
                output = self._write(path, request)
        except ConnectionError:
            return True
        except Exception as error:  # noqa: BLE001 - whatever the engine raises belongs to the query, which is told so
            retiring = retiring or isinstance(error, MemoryError)
            self._used, _ = usage()
            outcome = OUTCOME.pack(retiring, self._used)
            self._connection.sendall(
                frame(ERROR, outcome + marshal.dumps(_description(error, _SUBJECTS[type(request)])))
            )
            return retiring
        self._used, largest = usage()
        retiring = retiring or largest > self._memory // 4
        output.end(OUTCOME.pack(retiring, self._used))
        return retiring

    def _query(self, query: Query) -> Output:
        screen(query.text)
        media_type, results, form = self._run(query)
        output = Output(self._connection, media_type)
        if query.rows and isinstance(results, ox.QuerySolutions):
            room = min(LONG, query.rows)  # an answer of fewer bytes than it may have rows has not too many
            output = Output(self._connection, media_type, room=room, before=lambda: self._check(query))
        try:
            results.serialize(output, form)  # type: ignore[arg-type]  # each kind of results has formats of its own
        except TooManyRows as too_many:
            media_type, results, form = self._run(replace(query, text=too_many.text))
            output = Output(self._connection, media_type, rows=query.rows)
            results.serialize(output, form)  # type: ignore[arg-type]
        return output

    def _check(self, query: Query) -> None:
        """Raise TooManyRows where a query has more rows than it may have."""
        limited = cut(query.text, query.rows)
        more = self._evaluate(replace(query, text=limited.beyond)) if limited else None
        if limited and isinstance(more, ox.QuerySolutions) and next(more, None) is not None:
            raise TooManyRows(limited.text)

    def _write(self, path: str, request: Update | Upload) -> Output:
        """Write to the clone in `path`, which is closed again before anybody hears of it."""
        limit_address_space(None)
        self._store, self._path = ox.Store(), ""
        clone = ox.Store(path)
        limit_address_space(self._memory)
        if isinstance(request, Update):
            told = run_update(clone, request, self._prefixes, confined=self._confined)
        else:
            told = write_graph(clone, request)
        clone.flush()
        output = Output(self._connection, "")
        output.write(told)
        return output

    def _run(
        self, query: Query
    ) -> tuple[str, ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, ox.QueryResultsFormat | ox.RdfFormat]:
        found = self._evaluate(query)
        if isinstance(found, ox.QueryTriples):
            media_type = _acceptable(query.graph, GRAPHS)
            return media_type, found, GRAPHS[media_type]
        media_type = _acceptable(query.results, RESULTS)
        return media_type, found, RESULTS[media_type]

    def _evaluate(self, query: Query) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        if query.default_graphs or query.named_graphs:
            return self._store.query(
                query.text,
                base_iri=query.base,
                prefixes=self._prefixes,
                default_graph=[ox.NamedNode(graph) for graph in query.default_graphs],
                named_graphs=[ox.NamedNode(graph) for graph in query.named_graphs],
            )
        if not query.union or names_its_dataset(query.text):
            return self._store.query(query.text, base_iri=query.base, prefixes=self._prefixes)
        if self._dataset.default is None:
            return self._store.query(
                query.text, base_iri=query.base, prefixes=self._prefixes, use_default_graph_as_union=True
            )
        return self._store.query(
            query.text,
            base_iri=query.base,
            prefixes=self._prefixes,
            default_graph=self._dataset.default,
            # thousands of names are handed over only where the query can see them
            named_graphs=self._dataset.named if "graph" in query.text.lower() else [],
        )

    def _open(self, path: str) -> None:
        if path == self._path:
            return
        limit_address_space(None)
        self._store = ox.Store()  # closes the old checkpoint before the new one asks for its room
        self._store = ox.Store.read_only(path)
        self._dataset = Dataset.of(self._store)
        self._path = path
        limit_address_space(self._memory)

    def _receive(self) -> bytes | None:
        """The next request; None where the server has closed the socket."""
        data = self._received
        wanted = LENGTH.size
        while len(data) < wanted:
            part = self._connection.recv(1 << 18)
            if not part:
                return None
            data += part
            if len(data) >= LENGTH.size:
                wanted = LENGTH.size + LENGTH.unpack_from(data)[0]
        self._received = data[wanted:]
        return bytes(data[LENGTH.size : wanted])


def _acceptable(wanted: str | None, offered: Mapping[str, object]) -> str:
    if wanted is None:
        raise NotAcceptable(
            culprit="the Accept header",
            expected="one of " + ", ".join(offered),
            remedy="Ask for one of these, or for */*.",
        )
    return wanted


def _description(error: Exception, subject: str) -> tuple[str, str, str, str, str]:
    """The error as plain values: its class in kg.errors, culprit, found, expected, remedy."""
    if isinstance(error, KgError):
        return type(error).__name__, error.culprit, error.found, error.expected, error.remedy
    if isinstance(error, MemoryError):
        return QueryTooLarge.__name__, subject, "no memory left", "", "Ask for less at once."
    if isinstance(error, PermissionError):  # the kernel refused a connection that the screen let through
        return Elsewhere.__name__, subject, "a request to elsewhere", "a query of what is held here", ""
    text = " ".join(str(error).split())
    found = text if len(text) <= 500 else text[:500] + " …"
    return BadQuery.__name__, subject, found, "", "Correct it and send it again."
