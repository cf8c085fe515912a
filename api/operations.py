"""For whoever runs the server: whether it lives, whether it is ready, its numbers, a backup of its store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.datastructures import State
from starlette.responses import StreamingResponse

from api import metrics
from api.metrics import Metrics
from api.openapi import TOKEN, refusals
from api.service import Service
from kg import archives
from kg.errors import StoreUnavailable
from kg.store import Snapshot
from kg.terms import Quad

_MEDIA_TYPE = "application/gzip"


def install(app: FastAPI) -> None:
    """Give `app` its routes for operators."""
    app.state.metrics = Metrics(lambda: _states(app.state))
    for path, answer, summary, more in (
        ("/healthz", health, "Whether the server lives", {}),
        ("/readyz", ready, "Whether the server can answer and write", {"responses": refusals(503, 507)}),
        ("/metrics", numbers, "Numbers for Prometheus", {"response_class": _Numbers}),
        ("/backup", backup, "The whole store, for kg restore", _GUARDED),
    ):
        app.add_api_route(path, answer, methods=["GET"], tags=["server"], summary=summary, **more)


class _Numbers(Response):
    media_type = metrics.MEDIA_TYPE


class _Archive(StreamingResponse):
    media_type = _MEDIA_TYPE


_GUARDED: dict[str, Any] = {
    "response_class": _Archive,
    "responses": refusals(401, s401="Another token than the server's, or none where it has one"),
    "openapi_extra": {"security": [*TOKEN["security"], {}]},
}


async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


async def ready(request: Request) -> dict[str, str]:
    """The store answers and has room to write, and the server is not about to stop."""
    if request.app.state.stopping:
        raise StoreUnavailable("the server", found="a signal to stop", remedy="Ask another server.")
    await asyncio.to_thread(request.app.state.service.store.check)
    return {"status": "ready"}


async def numbers(request: Request) -> Response:
    """Requests, their times, the store, the process."""
    return _Numbers(await asyncio.to_thread(request.app.state.metrics.text))


async def backup(request: Request) -> Response:
    """One version, whole, in the form that `kg restore` takes; with the token, where the server has one."""
    service: Service = request.app.state.service
    if service.settings.token:
        service.authorise(request.headers.get("authorization"))
    snapshot = service.store.snapshot()  # held by what reads it, for as long as the client takes
    headers = {"Content-Disposition": 'attachment; filename="backup.nq.gz"'}
    return _Archive(archives.packed(_held(snapshot)), headers=headers)


def _held(snapshot: Snapshot) -> Iterator[Quad]:
    yield from snapshot.quads()


def _states(state: State) -> Iterator[tuple[str, str, float]]:
    service: Service = state.service
    yield "kg_ready", "Whether new requests are welcome", float(not state.stopping)
    yield "kg_queries_running", "SPARQL queries from outside that run now", service.pool.running
    yield "kg_queries_waiting", "SPARQL queries from outside that wait for a worker", service.pool.waiting
    yield "kg_writes_waiting", "Writes that run or wait for their turn", service.writing
    yield "kg_store_version", "The version of the data: the commits that there were", service.store.version
    yield "kg_store_up", "Whether the store answers", 1.0
