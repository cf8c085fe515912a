"""What a query of our own gives: rows, and the cell of each term in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import pyoxigraph as ox

from kg.model import Cell
from kg.namespaces import RDFS, SG
from kg.store import Snapshot
from kg.terms import Literal, Term

Solution: TypeAlias = Mapping[str, Term]
Item = TypeVar("Item")
_BATCH = 500  # terms in one VALUES block


def solutions(snapshot: Snapshot, sparql: str) -> list[Solution]:
    """The rows of a SELECT, without the variables that they leave open."""
    found = snapshot.query_kept(sparql)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in found]


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items, so many at once as one VALUES block may hold."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def cells(snapshot: Snapshot, rows: Iterable[Solution]) -> dict[str, Cell]:
    """The cell of each term: a thing by its English label and its narrowest class, a literal as it is."""
    every = {str(term): term for row in rows for term in row.values()}
    found = {written: _literal(term) for written, term in every.items() if isinstance(term, Literal)}
    things = sorted(written for written, term in every.items() if not isinstance(term, Literal))
    for part in batches(things):
        labels: dict[str, tuple[bool, str]] = {}
        kinds: dict[str, str] = {}
        sparql = f"""SELECT ?thing ?label ?type {{ VALUES ?thing {{ {" ".join(part)} }}
            OPTIONAL {{ ?thing <{RDFS}label> ?label }}
            OPTIONAL {{
                ?thing a ?type FILTER NOT EXISTS {{ ?thing a ?narrower . ?narrower <{RDFS}subClassOf> ?type }} }}
        }} ORDER BY ?thing ?label ?type"""
        for row in solutions(snapshot, sparql):
            thing, label, kind = str(row["thing"]), row.get("label"), row.get("type")
            if isinstance(label, Literal):
                ranked = (label.language != "en", label.value)
                labels[thing] = min(labels.get(thing, ranked), ranked)
            if kind is not None and (kind.value.startswith(SG) or thing not in kinds):
                kinds[thing] = kind.value
        for thing in part:
            iri = thing.strip("<>")
            ending = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
            found[thing] = Cell(label=labels[thing][1] if thing in labels else ending, iri=iri, type=kinds.get(thing))
    return found


def _literal(term: Literal) -> Cell:
    return Cell(label=term.value, datatype=term.datatype.value, language=term.language)
