"""What writes graphs of one's own: SPARQL 1.1 Update and the Graph Store Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from api.description import describe
from api.http import CORS, FORM, GRAPHS, best, send_problem, send_whole, typed
from api.requests import MULTIPART, ClientLeft, Incoming, departure, graph_iri, read
from api.service import Service
from api.sparql import SparqlEndpoint
from api.statuses import BrokenOff, NotAllowed, WrongMediaType
from kg.errors import BadQuery, KgError, NotFound
from kg.namespaces import GRAPH, RESERVED
from kg.syntax import JSON_LD, TURTLE
from kg.workers import Query, Update, Upload
from kg.workers.writing import FORMATS

MOST = 64 << 20


class UpdateEndpoint:
    """`/sparql/update`."""

    methods = ("GET", "POST")

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        try:
            if scope["method"] in ("GET", "HEAD"):
                await self._describe(Incoming(scope), send, head=head)
            elif scope["method"] == "POST":
                self._service.authorise(Incoming(scope).header(b"authorization"))
                update = self._read(await read(scope, receive, MOST))
                async with departure(receive) as left:
                    await self._service.write(update, left)
                await send_whole(send, 204, CORS)
            else:
                raise NotAllowed(culprit=f"{scope['method']} /sparql/update", expected="GET, HEAD, POST, OPTIONS")
        except ClientLeft:
            return
        except KgError as error:
            await send_problem(send, error, head=head)

    def _read(self, incoming: Incoming) -> Update:
        pairs = list(incoming.query)
        if incoming.media_type == FORM:
            pairs += incoming.form
        elif incoming.media_type == "application/sparql-update":
            if any(name == "update" for name, _ in pairs):
                raise BadQuery("the request", found="an update in the URL beside the one in the body")
            pairs.append(("update", incoming.text()))
        else:
            raise WrongMediaType(
                culprit="Content-Type",
                found=incoming.media_type or "none",
                expected=f"application/sparql-update or {FORM}",
                remedy="Send the update in one of these forms.",
            )
        texts = [value for name, value in pairs if name == "update"]
        if len(texts) != 1:
            raise BadQuery(culprit="the request", found=f"{len(texts)} updates", expected="one update")
        return Update(
            texts[0],
            default_graphs=tuple(graph_iri(value) for name, value in pairs if name == "using-graph-uri"),
            named_graphs=tuple(graph_iri(value) for name, value in pairs if name == "using-named-graph-uri"),
            base=incoming.url,
            kept=None if self._service.settings.plain else GRAPH,
        )

    async def _describe(self, incoming: Incoming, send: Send, *, head: bool) -> None:
        form = best(GRAPHS, incoming.header(b"accept"))
        if form is None or any(name in ("update", "query") for name, _ in incoming.query):
            raise NotAllowed(culprit="an update by GET", expected="POST", remedy="Send updates by POST.")
        body = describe(incoming.url, form, update=True, union=False)
        await send_whole(send, 200, [(b"content-type", typed(form)), *CORS], body, head=head)


MOST = 64 << 20
_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
# What the pipeline reads by itself, so that faults come with their lines; N-Triples is a part of Turtle.
_DOCUMENTS = {
    **{name: JSON_LD for name, form in FORMATS.items() if form == FORMATS[JSON_LD]},
    **{name: TURTLE for name, form in FORMATS.items() if form in (FORMATS[TURTLE], FORMATS["application/n-triples"])},
}


class GraphStore:
    """`/sparql/graphs`."""

    methods = ("GET", "PUT", "POST", "DELETE")

    def __init__(self, service: Service, queries: SparqlEndpoint) -> None:
        self._service, self._queries = service, queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        try:
            if scope["method"] in ("GET", "HEAD"):
                await self._get(Incoming(scope), receive, send, head=head)
            elif scope["method"] in ("PUT", "POST", "DELETE"):
                self._service.authorise(Incoming(scope).header(b"authorization"))
                incoming = await read(scope, receive, MOST)
                async with departure(receive) as left:
                    status = await self._write(incoming, left)
                await send_whole(send, status, CORS)
            else:
                raise NotAllowed(culprit=f"{scope['method']} /sparql/graphs", expected=_METHODS)
        except (BrokenOff, ClientLeft):
            return
        except KgError as error:
            await send_problem(send, error, head=head)

    async def _get(self, incoming: Incoming, receive: Receive, send: Send, *, head: bool) -> None:
        graph = _named(incoming)
        await self._find(graph)
        pattern = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
        form = best(GRAPHS, incoming.header(b"accept"))
        query = Query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", results=None, graph=form, union=False)
        await self._queries.answer(query, incoming, receive, send, head=head)

    async def _write(self, incoming: Incoming, left: asyncio.Event) -> int:
        graph = _named(incoming)
        exists = await self._exists(graph)
        if incoming.method == "DELETE":
            await self._find(graph)
        parts = () if incoming.method == "DELETE" else _parts(incoming)
        kept = None if self._service.settings.plain else GRAPH
        name = _document(graph, kept)
        if name and incoming.method == "DELETE":
            await self._service.unload(name)
        elif name and incoming.method == "PUT":
            data, media_type = _whole(parts)
            await self._service.load(data, media_type, name, graph=graph)
        else:
            upload = Upload(
                graph,
                parts,
                base=graph or incoming.url,
                replace=incoming.method == "PUT",
                drop=incoming.method == "DELETE",
                kept=kept,
            )
            await self._service.write(upload, left)
        return 204 if exists else 201

    async def _exists(self, graph: str | None) -> bool:
        return graph is None or await asyncio.to_thread(self._service.store.snapshot().has_graph, graph)

    async def _find(self, graph: str | None) -> None:
        if not await self._exists(graph):
            raise NotFound(culprit=f"the graph <{graph}>", found="no such graph", remedy="PUT to it to make it.")


def _document(graph: str | None, kept: str | None) -> str | None:
    """The name of the document whose graph this is; None for any other graph."""
    if graph is None or kept is None or not graph.startswith(kept):
        return None
    name = graph.removeprefix(kept)
    return None if name in RESERVED else name


def _whole(parts: Sequence[tuple[bytes, str]]) -> tuple[bytes, str]:
    """The one file of a document, and which of the pipeline's formats it is in."""
    if len(parts) != 1 or parts[0][1] not in _DOCUMENTS:
        found = ", ".join(media_type for _, media_type in parts)
        raise WrongMediaType(
            "Content-Type", found=found, expected="one document, as text/turtle or application/ld+json"
        )
    return parts[0][0], _DOCUMENTS[parts[0][1]]


def _named(incoming: Incoming) -> str | None:
    """The graph that the URL names; None for the unnamed one."""
    graphs = [value for name, value in incoming.query if name == "graph"]
    default = any(name == "default" for name, _ in incoming.query)
    if len(graphs) + default != 1:
        raise BadQuery(
            culprit="the URL", found=f"{len(graphs) + default} graphs", expected="?default or one ?graph=IRI"
        )
    return None if default else graph_iri(graphs[0])


def _parts(incoming: Incoming) -> tuple[tuple[bytes, str], ...]:
    """The body's RDF: as it is, or the files of a multipart form."""
    if incoming.media_type == MULTIPART:
        found = [(each.data, each.media_type) for each in incoming.files()]
    else:
        if FORMATS.get(incoming.media_type) != FORMATS["application/rdf+xml"]:  # XML says its own encoding
            incoming.refuse_other_charset()
        found = [(incoming.body, incoming.media_type or "text/turtle")]
    for _, media_type in found:
        if media_type not in FORMATS:
            raise WrongMediaType("Content-Type", found=media_type, expected=", ".join(GRAPHS))
    return tuple(found)
