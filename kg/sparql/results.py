"""What a query gives, in each format; and what is wrong with its syntax, in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from kg.characters import visible
from kg.errors import BadParameter, BadQuery
from kg.formats import ResultFormat
from kg.sparql.lexer import TOKEN
from kg.terms import compact

_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_MARK = re.compile(r'"([{}().,;])"')  # of what the engine would take, the marks: its lists of words are not whole
_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_SHOWN = 30  # letters of a query


def unread(error: SyntaxError, sparql: str, prefixes: Collection[str]) -> BadQuery:
    """The error for whoever wrote the query; `prefixes` need no declaring."""
    declared, opening = set(prefixes), True
    words = [match for match in TOKEN.finditer(sparql) if match["word"]]
    for place, match in enumerate(words):
        name, colon, _ = match["word"].partition(":")
        word = "" if colon else name.upper()
        if word == "PREFIX" and place + 1 < len(words):
            declared.add(words[place + 1]["word"].partition(":")[0])
        elif opening and word and word not in ("BASE", "PREFIX"):
            opening = False
            if word not in _FORMS:
                return _told(f"'{match[0]}' {_at(sparql, match.start())}", f"{', '.join(_FORMS[:-1])} or {_FORMS[-1]}")
        elif colon and name not in declared | {"", "_"} and not opening:
            return _told(f"the prefix {name}: {_at(sparql, match.start())}, undeclared", f"PREFIX {name}: <…>")
    return _stopped(" ".join(str(error).split()), sparql)


def _stopped(message: str, sparql: str) -> BadQuery:
    """By the place alone."""
    found = _PLACE.match(message)
    if found is None:
        return _told(message[:500], "")
    line, column = int(found[1]), int(found[2])
    lines = sparql.split("\n")
    rest = "\n".join(lines[line - 1 :])[column - 1 :].strip() if line <= len(lines) else ""
    shown = repr(" ".join(rest[:_SHOWN].split())) if rest else "the end of the query"
    return _told(f"{shown} at line {line}, column {column}", " or ".join(dict.fromkeys(_MARK.findall(found[3]))))


def _told(found: str, expected: str) -> BadQuery:
    return BadQuery("the query", found, expected, "Correct it and send it again.")


def _at(sparql: str, offset: int) -> str:
    before = sparql[:offset]
    return f"at line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


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
