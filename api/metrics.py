"""What /metrics tells, in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kg.errors import KgError

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """One server's numbers. `states` gives, at each reading, a name, its meaning and its value now."""

    def __init__(self, states: Callable[[], Iterator[tuple[str, str, float]]]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kg_http_requests", "Requests, by how they ended", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "kg_http_request_seconds",
            "Time until an answer was sent",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._queries = Histogram(
            "kg_query_seconds", "Time of SPARQL queries from outside", buckets=_SECONDS, registry=self._registry
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_States(states))
        self._counter = lru_cache(4096)(self._requests.labels)
        self._timer = lru_cache(1024)(self._seconds.labels)

    def request(self, method: str, route: str, status: int, seconds: float, query_seconds: float | None) -> None:
        """Count one request; `status` 0 is a client that left before its answer began."""
        self._counter(method if method in _METHODS else "other", route, str(status)).inc()
        self._timer(route).observe(seconds)
        if query_seconds is not None:
            self._queries.observe(query_seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)


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
