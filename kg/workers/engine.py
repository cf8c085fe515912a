"""The engine in a worker: one checkpoint open, queries run on it within the process's memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from kg.characters import in_xml
from kg.errors import BadQuery, Elsewhere, KgError, NotAcceptable, QueryTooLarge, StoreFull, is_full
from kg.sparql.guard import cut, screen
from kg.sparql.lexer import names_its_dataset
from kg.sparql.results import unread
from kg.store.merged_graph import Dataset
from kg.workers.messages import Head, Query
from kg.workers.sandbox import limit_address_space

CHUNK = 1 << 16
LONG = 1 << 20  # bytes of an answer from which its rows are counted
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
    """The answer on its way: `leave` takes each chunk that is full; what is left at the end is `rest`.

    Before anything of a long one leaves, of `room` bytes or more, `before` is called: it may raise. What is `xml`
    raises NotAcceptable where it has a character that makes it none.
    """

    def __init__(
        self,
        leave: Callable[[bytes], None],
        *,
        xml: bool = False,
        room: int = CHUNK,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._leave, self._xml, self._room, self._before = leave, xml, room, before
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(in_xml(data) if self._xml else data)
        self._size += len(data)
        if self._size >= self._room:
            if self._before:
                self._before()
            self._room, self._before = CHUNK, None
            self._leave(self.rest())
        return len(data)

    def flush(self) -> None:
        """Nothing: chunks leave when they are full."""

    def rest(self) -> bytes:
        """What has not left yet."""
        data = b"".join(self._parts)
        self._parts, self._size = [], 0
        return data


class Engine:
    """One process's checkpoint, and how queries run on it; `memory` is what it may grow by, in bytes."""

    def __init__(self, prefixes: Mapping[str, str], memory: int) -> None:
        self._prefixes, self.memory = dict(prefixes), memory
        self._path, self._store = "", ox.Store()

    def open(self, path: str) -> None:
        """Read the checkpoint in a folder from now on; an empty path closes what is open."""
        if path == self._path:
            return
        limit_address_space(None)
        self._store, self._path = ox.Store(), ""  # closes the old checkpoint before the new one asks for its room
        if path:
            self._store = ox.Store.read_only(path)
            self._dataset = Dataset.of(self._store)
            self._path = path
        limit_address_space(self.memory)

    def answer(self, query: Query, leave: Callable[[Head, bytes], None]) -> tuple[Head, bytes]:
        """The head of an answer, and its last bytes, or all; `leave` takes the chunks before.

        Raises what is wrong with the query, before or between.
        """
        screen(query.text)
        media_type, results, form = self._run(query)
        head = Head(media_type)
        if isinstance(results, ox.QueryBoolean):
            return head, results.serialize(format=form) or b""  # type: ignore[arg-type]
        xml = media_type.endswith("+xml")
        output = Output(lambda data: leave(head, data), xml=xml)
        if query.rows and isinstance(results, ox.QuerySolutions):
            room = min(LONG, query.rows)  # an answer of fewer bytes than it may have rows has not too many
            output = Output(lambda data: leave(head, data), xml=xml, room=room, before=lambda: self._check(query))
        try:
            results.serialize(output, form)  # type: ignore[arg-type]  # each kind of results has formats of its own
        except TooManyRows as too_many:
            media_type, results, form = self._run(replace(query, text=too_many.text))
            head = Head(media_type, query.rows)
            output = Output(lambda data: leave(head, data), xml=xml)
            results.serialize(output, form)  # type: ignore[arg-type]
        return head, output.rest()

    def _check(self, query: Query) -> None:
        """Raise TooManyRows where a query has more rows than it may have."""
        limited = cut(query.text, query.rows)
        more = self._evaluate(replace(query, text=limited.beyond)) if limited else None
        if limited and isinstance(more, ox.QuerySolutions) and next(more, None) is not None:
            raise TooManyRows(limited.text)

    def _run(
        self, query: Query
    ) -> tuple[str, ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, ox.QueryResultsFormat | ox.RdfFormat]:
        try:
            found = self._evaluate(query)
        except SyntaxError as error:
            raise unread(error, query.text, self._prefixes) from error
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


def _acceptable(wanted: str | None, offered: Mapping[str, object]) -> str:
    if wanted is None:
        raise NotAcceptable(
            culprit="the Accept header",
            expected="one of " + ", ".join(offered),
            remedy="Ask for one of these, or for */*.",
        )
    return wanted


def as_error(error: Exception, subject: str) -> KgError:
    """What an exception of the engine's is to whoever asked."""
    if isinstance(error, KgError):
        return error
    if isinstance(error, MemoryError):
        return QueryTooLarge(subject, "no memory left", remedy="Ask for less at once.")
    if is_full(error):
        return StoreFull(subject, f"no room to write to ({error})", remedy="Make room on the disk, then try again.")
    if isinstance(error, PermissionError):  # the kernel refused a connection that the screen let through
        return Elsewhere(subject, "a request to elsewhere", "a query of what is held here")
    text = " ".join(str(error).split())
    found = text if len(text) <= 500 else text[:500] + " …"
    return BadQuery(subject, found, remedy="Correct it and send it again.")
