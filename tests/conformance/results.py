"""Results compared as the tests mean it: numbers by value, blank nodes by isomorphism, order where it is given."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox

from tests.conformance.cases import FORMATS, RDF

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_REAL = ("decimal", "double", "float")
_WHOLE = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger")
Row = tuple[tuple[str, object], ...]


@dataclass
class Solutions:
    """A table of terms; `ordered` where the order of rows counts."""

    variables: frozenset[str]
    rows: list[Row]
    ordered: bool = False


Outcome = bool | Solutions | ox.Dataset


def same(expected: Outcome, found: Outcome, *, lax: bool = False) -> bool:
    """Whether two outcomes say the same; `lax` lets a row that stands more than once stand fewer times (REDUCED)."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, ox.Dataset) or isinstance(found, ox.Dataset):
        return (
            isinstance(expected, ox.Dataset)
            and isinstance(found, ox.Dataset)
            and _canonical(expected) == _canonical(found)
        )
    if expected.variables != found.variables and expected.rows:
        return False
    if lax:
        counts, most = Counter(found.rows), Counter(expected.rows)
        return counts.keys() == most.keys() and counts <= most
    if expected.ordered:
        return len(expected.rows) == len(found.rows) and _match(expected.rows, found.rows, ordered=True)
    return _match(expected.rows, found.rows, ordered=False)


def read_results(data: bytes, form: ox.QueryResultsFormat) -> Outcome:
    parsed = ox.parse_query_results(data, format=form)
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    variables = [variable.value for variable in parsed.variables]
    rows = [_row({name: solution[name] for name in variables if solution[name] is not None}) for solution in parsed]
    return Solutions(frozenset(variables), rows)


def read_csv(data: bytes) -> Solutions:
    """A CSV table: every value is text."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    return Solutions(
        frozenset(lines[0]),
        [_row({name: _text(value) for name, value in zip(lines[0], line, strict=False)}) for line in lines[1:]],
    )


def read_expected(path: Path, base: str) -> Outcome:
    """The outcome that a file of the suite holds."""
    if path.suffix == ".csv":
        return read_csv(path.read_bytes())
    forms = {".srx": ox.QueryResultsFormat.XML, ".srj": ox.QueryResultsFormat.JSON, ".tsv": ox.QueryResultsFormat.TSV}
    if path.suffix in forms:
        return read_results(path.read_bytes(), forms[path.suffix])
    triples = [quad.triple for quad in ox.parse(path=str(path), format=FORMATS[path.suffix], base_iri=base)]
    tables = [
        t.subject for t in triples if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(RS + "ResultSet")
    ]
    return (
        _result_set(triples, tables[0])
        if tables
        else dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    )


def dataset(quads: Iterable[ox.Quad]) -> ox.Dataset:
    return ox.Dataset(_valued(quad) for quad in quads)


def _result_set(triples: list[ox.Triple], table: object) -> Outcome:
    index: dict[tuple[object, str], list[object]] = {}
    for triple in triples:
        index.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)
    truth = index.get((table, RS + "boolean"))
    if truth:
        return isinstance(truth[0], ox.Literal) and truth[0].value == "true"
    variables = frozenset(str(getattr(value, "value", "")) for value in index.get((table, RS + "resultVariable"), []))
    solutions = index.get((table, RS + "solution"), [])
    ordered = any(index.get((solution, RS + "index")) for solution in solutions)
    if ordered:
        solutions.sort(key=lambda solution: int(getattr(index[solution, RS + "index"][0], "value", 0)))
    rows = []
    for solution in solutions:
        bindings = index.get((solution, RS + "binding"), [])
        rows.append(
            _row(
                {
                    str(getattr(index[each, RS + "variable"][0], "value", "")): index[each, RS + "value"][0]
                    for each in bindings
                }
            )
        )
    return Solutions(variables, rows, ordered)


def _row(values: Mapping[str, object]) -> Row:
    return tuple(sorted((name, _by_value(value)) for name, value in values.items()))


def _text(value: str) -> object:
    if value.startswith("_:"):
        return ox.BlankNode(value[2:].replace(".", "x") or "x")
    return (
        _by_value(ox.Literal(value, datatype=ox.NamedNode(XSD + "double"))) if _is_number(value) else ox.Literal(value)
    )


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def _by_value(term: object) -> object:
    """A number in one spelling for each value of its datatype; every other term as it is."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    kind = term.datatype.value.removeprefix(XSD)
    if kind == "boolean":
        return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    try:
        if kind in _WHOLE:
            return ox.Literal(str(int(term.value)), datatype=term.datatype)
        if kind in _REAL:
            number = Decimal(term.value) if kind == "decimal" else Decimal(repr(float(term.value)))
            return ox.Literal(f"{number.normalize():f}" if number.is_finite() else str(number), datatype=term.datatype)
    except (ValueError, InvalidOperation):
        return term
    return term


def _valued(quad: ox.Quad) -> ox.Quad:
    value = _by_value(quad.object)
    assert isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple)
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def _canonical(data: ox.Dataset) -> frozenset[ox.Quad]:
    copy = ox.Dataset(data)
    copy.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(copy)


def _match(expected: list[Row], found: list[Row], *, ordered: bool) -> bool:
    """Whether one renaming of blank nodes turns one table into the other."""
    if len(expected) != len(found):
        return False
    if ordered:
        return _extend(list(zip(expected, ([row] for row in found), strict=True)), {}, {})
    if Counter(map(_shape, expected)) != Counter(map(_shape, found)):
        return False
    plain = Counter(row for row in expected if not _blank(row))
    if plain != Counter(row for row in found if not _blank(row)):
        return False
    others = [row for row in found if _blank(row)]
    return _assign([row for row in expected if _blank(row)], others, {}, {})


def _assign(expected: list[Row], found: list[Row], there: dict[object, object], back: dict[object, object]) -> bool:
    if not expected:
        return True
    for place, candidate in enumerate(found):
        renamed = _rename(expected[0], candidate, there, back)
        if renamed and _assign(expected[1:], found[:place] + found[place + 1 :], *renamed):
            return True
    return False


def _extend(pairs: list[tuple[Row, list[Row]]], there: dict[object, object], back: dict[object, object]) -> bool:
    for row, candidates in pairs:
        renamed = _rename(row, candidates[0], there, back)
        if renamed is None:
            return False
        there, back = renamed
    return True


def _rename(
    row: Row, other: Row, there: dict[object, object], back: dict[object, object]
) -> tuple[dict[object, object], dict[object, object]] | None:
    if _shape(row) != _shape(other):
        return None
    there, back = dict(there), dict(back)
    for (_, mine), (_, theirs) in zip(row, other, strict=True):
        if isinstance(mine, ox.BlankNode) and (
            there.setdefault(mine, theirs) != theirs or back.setdefault(theirs, mine) != mine
        ):
            return None
    return there, back


def _shape(row: Row) -> Row:
    return tuple((name, "a blank node" if isinstance(value, ox.BlankNode) else value) for name, value in row)


def _blank(row: Row) -> bool:
    return any(isinstance(value, ox.BlankNode) for _, value in row)
