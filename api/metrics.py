"""What /metrics tells, in Prometheus's text format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from api.reply import KINDS, PATH, QUERIES, TIMES
from api.tally import WIDTH, Row, added, buckets, count
from kg.errors import KgError

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """One server's numbers. `states` gives, at each reading, a name, its meaning and its value now.

    `workers` gives what workers have counted that answer queries themselves.
    """

    def __init__(
        self,
        states: Callable[[], Iterator[tuple[str, str, float]]],
        workers: Callable[[], Iterable[Row]] = tuple,
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * WIDTH)
        self._queries = [0.0] * WIDTH
        self._workers = workers
        ProcessCollector(registry=self._registry)
        self._registry.register(_Numbers(self._counted))
        self._registry.register(_States(states))

    def request(self, method: str, route: str, status: int, seconds: float, query_seconds: float | None) -> None:
        """Count one request; `status` 0 is a client that left before its answer began."""
        self._requests[method if method in _METHODS else "other", route, status] += 1
        count(self._seconds[route], (0,), seconds)
        if query_seconds is not None:
            count(self._queries, (0,), query_seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counted(self) -> Iterator[Metric]:
        """What was counted here and by workers, as one."""
        rows = list(self._workers())
        requests, seconds = Counter(self._requests), {name: added([row]) for name, row in self._seconds.copy().items()}
        for index, (method, status) in enumerate(KINDS):
            if number := sum(row[index] for row in rows):
                requests[method, PATH, status] += int(number)
        if rows:
            seconds[PATH] = added([seconds.get(PATH, [0.0] * WIDTH), added(rows, TIMES)])
        ended = CounterMetricFamily(
            "kg_http_requests", "Requests, by how they ended", labels=("method", "route", "status")
        )
        for (method, route, status), number in requests.items():
            ended.add_metric((method, route, str(status)), number)
        yield ended
        taken = HistogramMetricFamily("kg_http_request_seconds", "Time until an answer was sent", labels=("route",))
        for route, row in seconds.items():
            taken.add_metric((route,), *buckets(row))
        yield taken
        queries = HistogramMetricFamily("kg_query_seconds", "Time of SPARQL queries from outside")
        queries.add_metric((), *buckets(added([self._queries, added(rows, QUERIES)])))
        yield queries


class _Numbers(Collector):
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
