"""SPARQL results as bytes in a format, or as rows of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from kg.characters import visible
from kg.errors import BadParameter
from kg.formats import ResultFormat
from kg.terms import compact

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]

JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"

_SOLUTIONS = {
    ResultFormat.JSON: ox.QueryResultsFormat.JSON,
    ResultFormat.CSV: ox.QueryResultsFormat.CSV,
    ResultFormat.TSV: ox.QueryResultsFormat.TSV,
}
_TRIPLES = {
    ResultFormat.TTL: ox.RdfFormat.TURTLE,
    ResultFormat.NT: ox.RdfFormat.N_TRIPLES,
    ResultFormat.JSONLD: ox.RdfFormat.JSON_LD,
}


def serialise(found: Results, wanted: ResultFormat | None, prefixes: Mapping[str, str]) -> bytes:
    """The results in the format `wanted` (None: Turtle, CSV or a word); raise BadParameter where it does not fit."""
    if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        wanted = wanted or ResultFormat.TTL
        if wanted not in _TRIPLES:
            raise _unfit("a CONSTRUCT or DESCRIBE query", wanted, _TRIPLES)
        return ox.serialize(found, format=_TRIPLES[wanted], prefixes=dict(prefixes)) or b""
    if isinstance(found, ox.QueryBoolean) and wanted not in (ResultFormat.JSON, *_TRIPLES):
        return b"yes\n" if found else b"no\n"
    wanted = wanted or ResultFormat.CSV
    if wanted not in _SOLUTIONS:
        raise _unfit("a SELECT or ASK query", wanted, _SOLUTIONS)
    return found.serialize(format=_SOLUTIONS[wanted]) or b""


def parse(media_type: str, data: bytes) -> Found:
    """What was found, from an answer in JSON, or in N-Triples for CONSTRUCT and DESCRIBE."""
    if media_type == N_TRIPLES:
        return (quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    return ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)


def rows(found: ox.QuerySolutions, prefixes: Mapping[str, str]) -> Iterator[list[str]]:
    """Each solution's values as a person reads them: prefixed names, literals without their quotes."""
    width = len(found.variables)
    for solution in found:
        yield [_text(solution[column], prefixes) for column in range(width)]


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return compact(term.value, prefixes)
    return visible(term.value) if isinstance(term, ox.Literal) else str(term)


def _unfit(what: str, wanted: ResultFormat, formats: Mapping[ResultFormat, object]) -> BadParameter:
    return BadParameter(
        culprit="--format", found=f"{wanted} for {what}", expected=" or ".join(formats), remedy="Choose one of these."
    )
