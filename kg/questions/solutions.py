"""What a query of our own over the kept graphs gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import pyoxigraph as ox

from kg.store import Snapshot
from kg.terms import Term

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
