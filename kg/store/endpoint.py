"""A SPARQL 1.1 endpoint over HTTP: queries, updates, graphs; what it fails at is told apart."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import httpx
import pyoxigraph as ox

from kg.errors import BadQuery, Busy, KgError, StoreFault, StoreTimeout, StoreUnavailable
from kg.settings import Access
from kg.sparql.lexer import makes_triples
from kg.store.checkpoint import Results

JSON, N_TRIPLES, N_QUADS = "application/sparql-results+json", "application/n-triples", "application/n-quads"
CONNECTING = 5.0  # seconds within which a connection must stand
_LARGEST = 1 << 30  # bytes of an answer that are read
Parameters: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """The dataset of a query: None leaves it to the endpoint."""

    default: Collection[str] | None = None
    named: Collection[str] | None = None

    def parameters(self) -> Parameters:
        """As the protocol has it; no graph at all is one that nobody has."""
        if self.default is None and self.named is None:
            return []
        default = [("default-graph-uri", graph) for graph in self.default or (_NOWHERE,)]
        return default + [("named-graph-uri", graph) for graph in self.named or (_NOWHERE,)]


_NOWHERE = "urn:x-security-guarantees:nothing"


class Endpoint:
    """One endpoint; every method may be called from any thread, and raises what `failure` makes of an error."""

    def __init__(self, url: str, access: Access) -> None:
        self.url, self.access = url, access
        self.shown = shown(url)
        self.update_url, self.graphs_url = access.update or url, access.graphs or url
        self._client = httpx.Client(**options(access))

    def query(self, sparql: str, reading: Reading) -> Results:
        """The answer to a query; raise BadQuery where the endpoint says that it is none."""
        data = {"query": sparql, **_grouped(reading.parameters())}
        accept = N_TRIPLES if makes_triples(sparql) else JSON
        body, media_type = self._send("POST", self.url, data=data, headers={"Accept": accept})
        return self._results(body, media_type)

    def update(self, sparql: str, using: Parameters | None = None) -> None:
        """Carry out an update, as one transaction of the endpoint's; `using` are the protocol's `using-…` graphs."""
        self._send("POST", self.update_url, data={"update": sparql, **_grouped(using or [])})

    def graphs(self) -> list[ox.NamedNode | ox.BlankNode]:
        """The named graphs that hold something. (Virtuoso 7 counts 300 times as fast as it finds what is DISTINCT.)"""
        rows = self.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", Reading())
        assert isinstance(rows, ox.QuerySolutions)
        found = (row["g"] for row in rows)
        return [graph for graph in found if isinstance(graph, ox.NamedNode | ox.BlankNode)]

    def put(self, graph: str | None, triples: bytes) -> None:
        """Make N-Triples all that a graph holds; None is the unnamed one."""
        self._graph("PUT", graph, triples)

    def post(self, graph: str | None, triples: bytes) -> None:
        """Add N-Triples to a graph."""
        self._graph("POST", graph, triples)

    def delete(self, graph: str | None) -> None:
        self._graph("DELETE", graph, None)

    def close(self) -> None:
        self._client.close()

    def _graph(self, method: str, graph: str | None, triples: bytes | None) -> None:
        parameters = {"default": ""} if graph is None else {"graph": graph}
        headers = {"Content-Type": N_TRIPLES} if triples is not None else {}
        self._send(method, self.graphs_url, params=parameters, content=triples, headers=headers)

    def _send(self, method: str, url: str, **given: object) -> tuple[bytes, str]:
        """The body and media type of the answer, whole and within the time there is."""
        deadline = time.monotonic() + self.access.seconds
        try:
            with self._client.stream(method, url, **given) as response:  # type: ignore[arg-type]
                parts, size = [], 0
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("the answer came too slowly")
                    if size > _LARGEST:
                        raise StoreFault(self.shown, f"an answer of more than {_LARGEST:,} bytes")
                body = b"".join(parts)
                if not response.is_success:
                    raise refusal(self.shown, response, body)
                return body, media_type(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise failure(self.shown, error, self.access.seconds) from error

    def _results(self, body: bytes, media_type: str) -> Results:
        try:
            if media_type in (JSON, "application/json"):
                return _read(body)
            if media_type in (N_TRIPLES, "text/plain"):
                return triples(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        except (ValueError, SyntaxError, OSError) as error:
            raise unusable(self.shown, f"{media_type} that cannot be read ({error})") from error
        raise unusable(self.shown, media_type or "an answer without a media type")


class _Login(httpx.Auth):
    """User and password, in the way that the endpoint wants them: Basic at once, Digest where it says so."""

    def __init__(self, user: str, password: str) -> None:
        self._chosen: httpx.Auth = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield from self._answered(request)
        wanted = response.headers.get("www-authenticate", "").lower()
        if response.status_code == 401 and self._chosen is not self._digest and wanted.startswith("digest"):
            self._chosen = self._digest
            del request.headers["Authorization"]
            yield from self._digest.auth_flow(request)

    def _answered(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        """The last answer that the chosen way of logging in gets."""
        steps = self._chosen.auth_flow(request)
        response = yield next(steps)
        while True:
            try:
                request = steps.send(response)
            except StopIteration:
                return response
            response = yield request


def options(access: Access) -> dict[str, Any]:
    """What every client of the endpoint is made with; proxies and credentials of the environment are not looked at."""
    headers = {"User-Agent": "security-guarantees-kg", "Accept-Encoding": "gzip"}
    if access.token:
        headers["Authorization"] = f"Bearer {access.token}"
    return {
        "auth": _Login(access.user, access.password or "") if access.user and not access.token else None,
        "headers": headers,
        "timeout": httpx.Timeout(access.seconds, connect=min(CONNECTING, access.seconds)),
        "limits": httpx.Limits(max_connections=32, max_keepalive_connections=8),
        "trust_env": False,
        "follow_redirects": False,
    }


def shown(url: str) -> str:
    """The endpoint as messages name it: without user and password."""
    parts = urlsplit(url)
    return f"the store at {urlunsplit(parts._replace(netloc=parts.netloc.rpartition('@')[2], query=''))}"


def media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def failure(culprit: str, error: Exception, seconds: float) -> KgError:
    """What a request that brought no answer means."""
    if isinstance(error, httpx.PoolTimeout):
        return Busy(culprit, found="too many requests to it at once", remedy="Try again in a moment.")
    if isinstance(error, httpx.TimeoutException):
        return StoreTimeout(
            culprit,
            found=f"no answer within {seconds:g} seconds",
            remedy="Ask for less at once, raise KG_QUERY_SECONDS, or look at the endpoint.",
        )
    if isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError | httpx.StreamError):
        return unusable(culprit, f"an answer that breaks off or is no HTTP ({_words(error)})")
    return StoreUnavailable(
        culprit,
        found=f"no connection ({_words(error)})",
        expected="a SPARQL endpoint that answers",
        remedy="See whether it runs, and whether STORE, STORE_UPDATE and STORE_GRAPHS name it.",
    )


def refusal(culprit: str, response: httpx.Response, body: bytes) -> KgError:
    """What an answer with an error's status means."""
    status, said = response.status_code, _words(body.decode("utf-8", "replace"))
    found = f"status {status}{f' ({said})' if said else ''}"
    if status == 400:
        return BadQuery("the query", found=said or found, remedy="Correct it and send it again.")
    if status in (401, 403, 407):
        remedy = "Set STORE_USER and STORE_PASSWORD, or STORE_TOKEN, to credentials that may do this."
        return StoreUnavailable(culprit, found=found, expected="credentials that it accepts", remedy=remedy)
    if status in (408, 504):
        return StoreTimeout(culprit, found=found, remedy="Ask for less at once.")
    if status in (429, 503):
        return StoreUnavailable(culprit, found=found, remedy="Try again in a moment.")
    remedy = "See the endpoint's log, and whether STORE, STORE_UPDATE and STORE_GRAPHS are its URLs."
    return StoreFault(culprit, found=found, remedy=remedy)


def unusable(culprit: str, found: str) -> StoreFault:
    return StoreFault(
        culprit,
        found=found,
        expected="an answer of the SPARQL 1.1 Protocol",
        remedy="See whether STORE is the URL of a SPARQL endpoint.",
    )


def triples(quads: Iterable[ox.Quad]) -> ox.QueryTriples:
    """Triples as a CONSTRUCT gives them."""
    held = ox.Store()
    held.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    found = held.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QueryTriples)
    return found


def _read(body: bytes) -> Results:
    """Results in JSON; Virtuoso 7 answers an ASK by a table of one cell."""
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QuerySolutions) and [variable.value for variable in found.variables] == ["__ASK_RETVAL"]:
        said = [row[0] for row in found] == [ox.Literal(1)]
        return ox.parse_query_results(
            b'{"head":{},"boolean":%s}' % str(said).lower().encode(), format=ox.QueryResultsFormat.JSON
        )
    return found


def prologue(prefixes: Mapping[str, str] | None) -> str:
    """Declarations to put before a query, on its first line."""
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in (prefixes or {}).items())


def _grouped(parameters: Parameters) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in parameters:
        grouped.setdefault(name, []).append(value)
    return grouped


def _words(text: object) -> str:
    """The start of a message, on one line."""
    words = " ".join(str(text).split())
    return words if len(words) <= 300 else words[:300] + " …"
