"""One test of the W3C's, run over HTTP against an endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pyoxigraph as ox

from tests.conformance.cases import BASE, CNT, FORMATS, HT, MF, Case, Data
from tests.conformance.results import Outcome, Solutions, dataset, read_csv, read_expected, read_results, same

SD = "http://www.w3.org/ns/sparql-service-description#"
STATE = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_TABLES = {".srx": "application/sparql-results+xml", ".tsv": "text/tab-separated-values", ".csv": "text/csv"}
_READERS: dict[str, Callable[[bytes], Outcome]] = {
    "application/sparql-results+json": lambda data: read_results(data, ox.QueryResultsFormat.JSON),
    "application/sparql-results+xml": lambda data: read_results(data, ox.QueryResultsFormat.XML),
    "text/tab-separated-values": lambda data: read_results(data, ox.QueryResultsFormat.TSV),
    "text/csv": read_csv,
}


class Failed(AssertionError):
    """What the endpoint gave is not what the test expects."""


@dataclass
class Endpoint:
    """An endpoint under test: where queries, updates and graphs go."""

    client: httpx.Client
    query: str = "/sparql"
    update: str = "/sparql/update"
    graphs: str = "/sparql/graphs"
    _held: object = field(default=None, init=False)

    def run(self, case: Case) -> None:
        """Run a test; raise Failed where it fails."""
        kind = case.kind
        if kind == "QueryEvaluationTest" or kind == "CSVResultFormatTest":
            self._query(case)
        elif kind == "UpdateEvaluationTest":
            self._evaluate_update(case)
        elif "Syntax" in kind:
            self._syntax(case)
        elif kind == "ServiceDescriptionTest":
            self._description()
        else:
            self._requests(case)

    def _query(self, case: Case) -> None:
        path = case.request
        text = path.read_text(encoding="utf-8")
        base = _iri(case, path)
        data = case.data(case.action)
        for name in re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]*)>", text, re.IGNORECASE):
            iri = urljoin(base, name)
            if iri.startswith(BASE) and iri not in dict(data.named):
                data.named.append((iri, case.manifest.folder / iri.removeprefix(BASE)))
        self.hold(data, case)
        expected_path = case.manifest.path(case.result)
        expected = read_expected(expected_path, _iri(case, expected_path))
        if isinstance(expected, ox.Dataset):
            found: Outcome = self._graph(f"BASE <{base}>\n{text}")
        else:
            accept = _TABLES.get(expected_path.suffix, "application/sparql-results+json")
            found = self._table(f"BASE <{base}>\n{text}", accept)
        lax = case.manifest.text(case.node, MF + "resultCardinality") == MF + "LaxCardinality"
        if not same(expected, found, lax=lax):
            raise Failed(f"expected {_shown(expected)}, found {_shown(found)}")

    def _evaluate_update(self, case: Case) -> None:
        self.hold(case.data(case.action), case)
        self._held = None
        text = f"BASE <{_iri(case, case.request)}>\n" + case.request.read_text(encoding="utf-8")
        _succeeded(self.client.post(self.update, content=text, headers={"Content-Type": "application/sparql-update"}))
        expected = dataset(_quads(case.data(case.result), case))
        found = self._state()
        if not same(expected, found):
            raise Failed(f"expected {_shown(expected)}, found {_shown(found)}")

    def _syntax(self, case: Case) -> None:
        """A text that is right may still be refused (LOAD), or find nothing to act on; only 400 calls it wrong."""
        text = case.request.read_bytes()
        place, media_type = (self.update, "update") if "Update" in case.kind else (self.query, "query")
        response = self.client.post(place, content=text, headers={"Content-Type": f"application/sparql-{media_type}"})
        self._held = None if media_type == "update" else self._held
        wrong = response.status_code == 400
        if wrong == case.kind.startswith("Positive") or response.status_code >= 500:
            raise Failed(f"HTTP status {response.status_code}: {response.text[:300]}")

    def _description(self) -> None:
        response = _succeeded(self.client.get(self.query, headers={"Accept": "text/turtle"}))
        base = str(response.url)
        triples = [quad.triple for quad in ox.parse(response.content, format=ox.RdfFormat.TURTLE, base_iri=base)]
        if not any(
            triple.predicate.value == SD + "endpoint" and triple.object == ox.NamedNode(base) for triple in triples
        ):
            raise Failed("no sd:endpoint with the endpoint's address")
        if not any(triple.object == ox.NamedNode(SD + "Service") for triple in triples):
            raise Failed("no sd:Service")

    def _requests(self, case: Case) -> None:
        """The requests of a protocol test, one after another, each against what is expected of it."""
        self.hold(case.data(case.node), case)
        self._held = None
        manifest = case.manifest
        locations: dict[str, str] = {}
        for request in manifest.items(manifest.one(case.action, HT + "requests")):
            path = manifest.text(request, HT + "absolutePath") or ""
            body = manifest.text(manifest.one(request, HT + "body"), CNT + "chars") or ""
            encoding = manifest.text(manifest.one(request, HT + "body"), CNT + "characterEncoding") or "UTF-8"
            headers = {
                manifest.text(each, HT + "fieldName") or "": manifest.text(each, HT + "fieldValue") or ""
                for each in manifest.items(manifest.one(request, HT + "headers"))
            }
            for name, value in locations.items():
                path, body = path.replace(name, value), body.replace(name, value)
            response = self.client.request(
                manifest.text(request, HT + "methodName") or "GET",
                self._address(case, path, body, headers),
                content=body.encode(encoding) if body else None,
                headers=headers,
            )
            self._check(case, manifest.one(request, HT + "resp"), response)

    def _address(self, case: Case, path: str, body: str, headers: dict[str, str]) -> str:
        """Where a request goes: the suite has one path for queries and updates."""
        parameters = path.partition("?")[2]
        if path.startswith("/gsp"):
            return self.graphs + ("?" + parameters if parameters else "")
        media_type = headers.get("content-type", headers.get("Content-Type", ""))
        asks = "query=" in parameters or body.startswith("query=") or media_type == "application/sparql-query"
        updates = "update" in case.iri.rpartition("#")[2] and not asks
        return (self.update if updates else self.query) + ("?" + parameters if parameters else "")

    def _check(self, case: Case, expected: object, response: httpx.Response) -> None:
        manifest = case.manifest
        statuses = [str(getattr(value, "value", "")) for value in manifest.all(expected, MF + "expectedStatus")]
        if statuses and not any(_is_status(status, response.status_code) for status in statuses):
            raise Failed(f"HTTP status {response.status_code}, expected {statuses}: {response.text[:300]}")
        truth = manifest.text(expected, MF + "expectedBoolean")
        if (
            truth
            and response.status_code < 300
            and _READERS[_media_type(response)](response.content) is not (truth == "true")
        ):
            raise Failed(f"expected {truth}")
        form = manifest.text(expected, MF + "expectedFormat")
        if (
            form
            and response.status_code < 300
            and (_media_type(response) in _READERS) != (form in ("boolean", "tabular"))
        ):
            raise Failed(f"expected results in the form of {form}, found {_media_type(response)}")
        body = manifest.text(manifest.one(expected, HT + "body"), CNT + "chars")
        if body and response.content:
            wanted = dataset(ox.parse(body.encode(), format=ox.RdfFormat.TURTLE, base_iri=str(response.url)))
            form_found = ox.RdfFormat.from_media_type(_media_type(response))
            if not same(wanted, dataset(ox.parse(response.content, format=form_found, base_iri=str(response.url)))):
                raise Failed(f"expected {body}, found {response.text}")

    def hold(self, data: Data, case: Case) -> None:
        """Let the store hold a dataset and nothing else."""
        key = (tuple(data.default), tuple(data.named))
        if key == self._held:
            return
        self._held = key
        lines: dict[str, list[str]] = {}
        for quad in _quads(data, case):
            graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
            lines.setdefault(graph, []).append(f"{quad.triple} .")
        blocks = [
            "\n".join(each) if not graph else f"GRAPH {graph} {{ {' '.join(each)} }}" for graph, each in lines.items()
        ]
        empty = [name for name, _ in data.named if f"<{name}>" not in lines]
        creations = "".join(f"; CREATE SILENT GRAPH <{name}>" for name in empty)
        text = f"DROP ALL; INSERT DATA {{ {' '.join(blocks)} }}{creations}"
        _succeeded(self.client.post(self.update, content=text, headers={"Content-Type": "application/sparql-update"}))

    def _state(self) -> ox.Dataset:
        found = self._table(STATE, "application/sparql-results+json", raw=True)
        assert isinstance(found, ox.Dataset)
        return found

    def _table(self, text: str, accept: str, *, raw: bool = False) -> Outcome:
        response = self.client.post(
            self.query, content=text, headers={"Content-Type": "application/sparql-query", "Accept": accept}
        )
        _succeeded(response)
        if raw:
            return _as_dataset(response.content)
        return _READERS[_media_type(response)](response.content)

    def _graph(self, text: str) -> ox.Dataset:
        response = self.client.post(
            self.query,
            content=text,
            headers={"Content-Type": "application/sparql-query", "Accept": "application/n-triples"},
        )
        return dataset(ox.parse(_succeeded(response).content, format=ox.RdfFormat.N_TRIPLES))


def _as_dataset(results: bytes) -> ox.Dataset:
    solutions = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    return dataset(ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in solutions)


def _quads(data: Data, case: Case) -> list[ox.Quad]:
    files = [(None, path) for path in data.default] + [(ox.NamedNode(name), path) for name, path in data.named]
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for graph, path in files
        for quad in ox.parse(
            path=str(path), format=FORMATS[path.suffix], base_iri=_iri(case, path), rename_blank_nodes=True
        )
    ]


def _iri(case: Case, path: Path) -> str:
    return BASE + path.relative_to(case.manifest.folder).as_posix()


def _media_type(response: httpx.Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0]


def _is_status(expected: str, found: int) -> bool:
    name = expected.rpartition("#")[2]
    if name.startswith("StatusCode"):
        return str(found)[0] == name.removeprefix("StatusCode")[0]
    codes = {"OK": 200, "Created": 201, "Accepted": 202, "NoContent": 204, "NotFound": 404, "BadRequest": 400}
    return codes.get(name) == found


def _succeeded(response: httpx.Response) -> httpx.Response:
    if response.status_code >= 300:
        raise Failed(f"HTTP status {response.status_code}: {response.text[:500]}")
    return response


def _shown(outcome: Outcome) -> str:
    if isinstance(outcome, Solutions):
        return f"{len(outcome.rows)} rows {[[(n, str(v)) for n, v in row] for row in outcome.rows[:5]]}"
    return str(outcome)[:600]
