"""SPARQL for people: a form that is an editor where scripts run, the answer as rows with labels, and files of it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from starlette.responses import RedirectResponse

from api.pages.templating import address, local, render
from api.parameters import Graph, Served
from kg.errors import KgError
from kg.graph import KnowledgeGraph
from kg.model import Cell
from kg.namespaces import INFERRED_GRAPH, XSD
from kg.ontology.terms_used import unknown_terms
from kg.questions.catalogue import Catalogue
from kg.questions.solutions import cells
from kg.terms import NamedNode, compact
from kg.workers import Query as Asked
from kg.workers import whole_answer

_LARGEST = 4 << 20  # bytes of a query's answer that a page takes in
_SHOWN = 500  # rows of it that are shown
_CHARTED = 60  # rows that a chart is made of
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
_ROWS_AS = (("CSV", "text/csv"), ("TSV", "text/tab-separated-values"), ("JSON", "application/sparql-results+json"))
_STATEMENTS_AS = (("Turtle", "text/turtle"), ("N-Triples", "application/n-triples"), ("JSON-LD", "application/ld+json"))

Binding = Mapping[str, Mapping[str, str]]  # a solution, by variable, as the JSON of SPARQL results has it
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Value:
    """A cell of the answer: its text, where its page is, what it is written as; `part` is its share of the largest."""

    text: str
    href: str = ""
    written: str = ""
    language: str = ""
    part: float | None = None


def sparql_page(catalogue: Catalogue, prefixes: Mapping[str, str]) -> str:
    """The form at `/sparql`, with the catalogue's first query in it."""
    first = next(iter(catalogue), None)
    return bytes(_page(catalogue, prefixes, query=_body(first.sparql) if first else "").body).decode()


@router.get("/query")
async def run(
    service: Served,
    graph: Graph,
    query: Annotated[str, Query(max_length=20_000)] = "",
    question: Annotated[str, Query(max_length=200)] = "",
    inferred: bool = True,
) -> Response:
    """A SPARQL query's answer as a page, run in a worker as at `/sparql`; `question` names one of the catalogue's."""
    catalogue, prefixes = graph.knowledge.catalogue, graph.prefixes
    if question and not query.strip():
        query = _body(catalogue[question].sparql)
    if not query.strip():
        return RedirectResponse("/sparql", 303)
    context: dict[str, Any] = {"query": query, "inferred": inferred, "unknown": _unknown(query, graph, inferred)}
    snapshot = service.store.snapshot()
    try:
        if not inferred:
            snapshot = snapshot.without(INFERRED_GRAPH)
        asked = Asked(query, "application/sparql-results+json", "text/turtle")
        media_type, body = await whole_answer(service.pool, asked, snapshot, _LARGEST)
    except KgError as error:
        return _page(catalogue, prefixes, **context, problem=error)
    if not media_type.startswith("application/sparql-results+json"):
        return _page(
            catalogue, prefixes, **context, turtle=body.decode(), files=_files(query, inferred, _STATEMENTS_AS)
        )
    found = json.loads(body)
    files = _files(query, inferred, _ROWS_AS)
    if "boolean" in found:
        return _page(catalogue, prefixes, **context, verdict=found["boolean"], files=files)
    columns, rows = found["head"]["vars"], found["results"]["bindings"]
    shown = _values(graph, columns, rows[:_SHOWN])
    return _page(catalogue, prefixes, **context, columns=columns, rows=shown, more=len(rows) > _SHOWN, files=files)


def _body(sparql: str) -> str:
    """A question's query without its header."""
    return "\n".join(line for line in sparql.splitlines() if not line.startswith("#+")).strip()


def _unknown(query: str, graph: KnowledgeGraph, inferred: bool) -> list[dict[str, Any]]:
    """Names of no term of the ontology, each with the nearest term and a link to the query with that in its place."""
    found = []
    for name, nearest, line in unknown_terms(query, graph.knowledge.vocabulary, graph.prefixes):
        link = f"/query?{urlencode(_asked(query.replace(name, nearest), inferred))}" if nearest else ""
        found.append({"name": name, "nearest": nearest, "line": line, "link": link})
    return found


def _asked(query: str, inferred: bool) -> dict[str, str]:
    return {"query": query, **({} if inferred else {"inferred": "false"})}


def _files(query: str, inferred: bool, kinds: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The answer as files, the request for a terminal, and the page's own address."""
    asked = _asked(query, inferred)
    kept = "" if inferred else " --data-urlencode inferred=false"
    return {
        "links": [(name, f"/sparql?{urlencode({**asked, 'format': kind})}") for name, kind in kinds],
        "accept": kinds[0][1],
        "curl": f"--data-urlencode query={shlex.quote(query)}{kept}",
        "address": f"/query?{urlencode(asked)}",
    }


def _values(
    graph: KnowledgeGraph, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[list[Value | None]]:
    """The rows' cells, things by their labels; a column of numbers gets the share of each in its largest."""
    things = [{name: NamedNode(term["value"]) for name, term in row.items() if term["type"] == "uri"} for row in rows]
    named = cells(graph.snapshot(), things)
    largest = {name: _largest(rows, name) for name in columns} if 1 < len(rows) <= _CHARTED else {}

    def value(term: Mapping[str, str], name: str) -> Value:
        if term["type"] != "uri":
            most = largest.get(name)
            part = round(100 * float(term["value"]) / most, 2) if most else None
            return Value(term["value"], language=term.get("xml:lang", ""), part=part)
        iri = term["value"]
        cell = named.get(f"<{iri}>", Cell(iri, iri))
        href = address(cell, graph.knowledge.ontology) if cell.type else local(iri)
        return Value(cell.label, "" if href == "#" else href, compact(iri, graph.prefixes).strip("<>"))

    return [[value(row[name], name) if name in row else None for name in columns] for row in rows]


def _largest(rows: Sequence[Binding], name: str) -> float | None:
    """The largest number of a column that holds numbers above nothing alone; else None."""
    terms = [row[name] for row in rows if name in row]
    if not terms or any(term.get("datatype") not in _NUMBERS for term in terms):
        return None
    numbers = [float(term["value"]) for term in terms]
    return max(numbers) if min(numbers) >= 0 and 0 < max(numbers) < float("inf") else None


def _page(catalogue: Catalogue, prefixes: Mapping[str, str], **context: Any) -> Response:
    empty: dict[str, Any] = {
        "problem": None,
        "columns": None,
        "rows": [],
        "more": False,
        "verdict": None,
        "turtle": None,
        "inferred": True,
        "files": None,
        "unknown": [],
    }
    questions = [(each.name, each.question) for each in catalogue]
    return render(
        "sparql.html", section="SPARQL", questions=questions, prefixes=json.dumps(dict(prefixes)), **(empty | context)
    )
