"""A SELECT is cut to so many rows by its text: its meaning is the same but for the rows beyond."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.sparql.guard import cut

MOST = 5
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } # a comment } LIMIT 2",
    "SELECT ?s { ?s ?p ?o } LIMIT 7",
    "SELECT ?s { ?s ?p ?o } limit 7 offset 2",
    "SELECT ?s { ?s ?p ?o } OFFSET 2 LIMIT 7",
    "SELECT ?s { ?s ?p ?o } OFFSET 2",
    "SELECT ?s { ?s ?p ?o } OFFSET 5",
    "SELECT ?s { ?s ?p ?o } OFFSET 99",
    "SELECT ?s { ?s ?p ?o } ORDER BY DESC(?o) ?s",
    "SELECT ?s { ?s ?p ?o } ORDER BY ?o VALUES ?o { 1 2 3 4 5 6 }",
    "SELECT ?s { ?s ?p ?o } LIMIT 6 VALUES ?o { 1 2 3 4 5 6 }",
    "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o HAVING(COUNT(*) < 3) ORDER BY ?o",
    "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } }",
    'SELECT * { { SELECT * { ?s ?p ?o } LIMIT 8 } VALUES ?x { "} LIMIT 1" } }',
    "PREFIX limit: <e:> SELECT * WHERE { ?s limit:p ?o }",
    "BASE <e:> SELECT * WHERE { ?s <p> ?o FILTER(?o<9&&?o>=0) }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { ?s <e:p> ?o } } OFFSET 1",
]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    filled = ox.Store()
    filled.extend(ox.Quad(ox.NamedNode(f"e:{n}"), ox.NamedNode("e:p"), ox.Literal(n)) for n in range(10))
    return filled


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_is_cut_where_it_has_more_rows_and_only_then(store: ox.Store, text: str) -> None:
    whole = rows(store, text)
    limited = cut(text, MOST)
    if limited is None:
        assert len(whole) <= MOST
    else:
        assert rows(store, limited.text) == whole[:MOST]
        assert bool(rows(store, limited.beyond)) == (len(whole) > MOST)


def test_a_limit_of_its_own_that_is_low_enough_is_left_alone() -> None:
    assert cut("SELECT * { ?s ?p ?o } LIMIT 5", MOST) is None


def rows(store: ox.Store, text: str) -> list[str]:
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [str(row) for row in found]
