"""For whoever runs the server: whether it lives, whether it is ready, its numbers, a backup of its store."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate
from typing import Any

from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import State
from starlette.responses import StreamingResponse

from api import operations
from api.observing import RequestRecord
from api.openapi import TOKEN, refusals
from api.service import Service
from kg import exporting
from kg.errors import KgError, StoreUnavailable
from kg.store import Snapshot
from kg.terms import Quad

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """One server's numbers. `states` gives, at each reading, a name, its meaning and its value now."""

    def __init__(self, states: Callable[[], Iterator[tuple[str, str, float]]]) -> None:
        self._registry = CollectorRegistry()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, Times] = defaultdict(Times)
        self._queries = Times()
        ProcessCollector(registry=self._registry)
        self._registry.register(_Counted(self._counted))
        self._registry.register(_States(states))

    def count(self, record: RequestRecord) -> None:
        """Count one request."""
        method = record.method if record.method in _METHODS else "other"
        self._requests[method, record.route, record.status] += 1
        self._seconds[record.route].count(record.seconds)
        if record.query_seconds is not None:
            self._queries.count(record.query_seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counted(self) -> Iterator[Metric]:
        ended = CounterMetricFamily(
            "kg_http_requests", "Requests, by how they ended", labels=("method", "route", "status")
        )
        for (method, route, status), number in self._requests.copy().items():
            ended.add_metric((method, route, str(status)), number)
        yield ended
        taken = HistogramMetricFamily("kg_http_request_seconds", "Time until an answer was sent", labels=("route",))
        for route, times in self._seconds.copy().items():
            taken.add_metric((route,), *times.buckets())
        yield taken
        queries = HistogramMetricFamily("kg_query_seconds", "Time of SPARQL queries from outside")
        queries.add_metric((), *self._queries.buckets())
        yield queries


class Times:
    """How many took how long; counted by the event loop, read by any thread."""

    def __init__(self) -> None:
        self._numbers = [0] * (len(_SECONDS) + 1)
        self._sum = 0.0

    def count(self, seconds: float) -> None:
        self._numbers[bisect_left(_SECONDS, seconds)] += 1
        self._sum += seconds

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """In Prometheus's form: how many took at most so long; and the sum."""
        bounds = (*map(str, _SECONDS), "+Inf")
        return list(zip(bounds, accumulate(self._numbers), strict=True)), self._sum


class _Counted(Collector):
    """What was counted, read when it is asked for."""

    def __init__(self, counted: Callable[[], Iterator[Metric]]) -> None:
        self._counted = counted

    def collect(self) -> Iterator[Metric]:
        yield from self._counted()


class _States(Collector):
    """Gauges read when they are asked for."""

    def __init__(self, states: Callable[[], Iterator[tuple[str, str, float]]]) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("kg_build_info", "The release that runs", labels=("version",))
        build.add_metric((release(),), 1)
        yield build
        try:
            for name, meaning, value in self._states():
                yield GaugeMetricFamily(name, meaning, value)
        except KgError:  # a remote store that does not answer: /readyz says why
            yield GaugeMetricFamily("kg_store_up", "Whether the store answers", 0)


def release() -> str:
    try:
        return version("security-guarantees-kg")
    except PackageNotFoundError:
        return "unknown"


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
    media_type = operations.MEDIA_TYPE


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
    return _Archive(exporting.packed(_held(snapshot)), headers=headers)


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
