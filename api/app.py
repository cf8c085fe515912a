"""The application: its parts put together, opened when the server starts and closed when it stops."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.datastructures import State
from starlette.staticfiles import StaticFiles

from api import mcp, operations, problems, reference
from api.front import Front
from api.observing import Observer, RequestRecord, log
from api.openapi import complete
from api.service import Service
from api.sparql import PATH, SparqlEndpoint
from api.statuses import status_of
from api.updates import GraphStore, UpdateEndpoint
from kg import namespaces
from kg.errors import KgError
from kg.settings import Settings
from kg.store import open_store
from kg.workers import Public

# Routes compute in threads, which take turns on one interpreter lock: many at once would keep the event loop from it.
_THREADS = 4
_TURN = 0.001  # seconds of each turn
_ABOUT = """\
What documents say about states, peace proposals, security guarantees and mandates; who says it, in which words; and
what follows from it. Every answer comes with the words behind it. Errors are problems (RFC 9457).
"""


def create_app(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> FastAPI:
    """The application with these settings; the store is opened, and its progress told, when it starts to serve."""
    app = FastAPI(
        title="Security Guarantees KG",
        version="0.1.0",
        description=_ABOUT,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        license_info={"name": "Apache-2.0 (code), CC-BY-4.0 (data)"},
    )
    app.state.settings, app.state.progress, app.state.stopping, app.state.door = settings, progress, False, None
    app.state.routes = app.routes
    problems.install(app)
    operations.install(app)
    reference.install(app)
    app.state.record = partial(_record, app.state)
    if not settings.plain:
        _include(app)
    app.add_middleware(Front, state=app.state)
    app.add_middleware(Observer, record=app.state.record)
    complete(app)
    return app


def _include(app: FastAPI) -> None:
    """The routes of a graph; a plain server has no questions, and starts without what they need."""
    from api import deref, documents, reconcile, resources, void
    from api.pages import (
        claim_pages,
        entity_pages,
        network_pages,
        ontology_pages,
        query_pages,
        question_pages,
        source_pages,
        templating,
        timeline_pages,
        what_if_pages,
        writing_pages,
    )
    from api.v1 import router

    about = (ontology_pages, entity_pages, claim_pages, source_pages, network_pages, timeline_pages)
    asking = (question_pages, query_pages, what_if_pages, writing_pages)
    parts = (documents, resources, deref, *about, *asking, reconcile, void)
    for each in (router, *(part.router for part in parts)):
        app.include_router(each)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    templating.install(app)


def _record(state: State, record: RequestRecord) -> None:
    """Count and log a request."""
    if record.path in getattr(state, "endpoints", ()):
        record.route = record.path
    state.metrics.count(record)
    log(record, state.settings.log)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service = await asyncio.to_thread(open_service, app.state.settings, app.state.progress)
    if not service.store.shared:
        current_default_thread_limiter().total_tokens = _THREADS
        sys.setswitchinterval(_TURN)
    await service.open(_public(app, service))
    app.state.service = service
    queries = SparqlEndpoint(service)
    app.state.endpoints = {
        PATH: queries,
        "/sparql/update": UpdateEndpoint(service),
        "/sparql/graphs": GraphStore(service, queries),
    }
    tools = mcp.McpEndpoint(service)
    if service.graph is not None:
        app.state.endpoints[mcp.PATH] = tools
    try:
        yield
    finally:
        await tools.close()
        await service.close()


def _public(app: FastAPI, service: Service) -> Public | None:
    """How workers answer at `/sparql` themselves, where whoever serves the application has a socket for them."""
    door = app.state.door
    if door is None or service.store.shared:
        return None
    door.is_taken, door.close = True, service.stop
    record = app.state.record

    def adopt(client: socket.socket, data: bytes, error: KgError | None) -> None:
        if error is not None:
            method, _, identifier = data.decode().partition(" ")
            record(RequestRecord(method, PATH, identifier, PATH, status_of(error)))
            data = identifier.encode()
        door.adopt(client, data, error)

    options = {"store": service.store_id, "plain": service.plain, "proxies": door.proxies}
    return Public(
        door.listener,
        "api.connections:Connections",
        options,
        adopt,
        lambda values: record(RequestRecord(*values)),
    )


def open_service(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Service:
    """Open the store, and the graph on it unless it is a plain one."""
    if settings.plain:
        return Service(settings, open_store(settings.store, settings.access), prefixes={})
    from kg.graph import KnowledgeGraph  # a plain store starts without the pipeline's parts

    graph = KnowledgeGraph.open(settings, progress)
    return Service(settings, graph.store, namespaces.prefixes(settings.home.ontology), graph)
