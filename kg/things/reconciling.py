"""Names in somebody's table → the things that they mean, with a score, and whether that is sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import Cell
from kg.names import folded
from kg.namespaces import SG
from kg.things.library import Things
from kg.things.search import Hit

_SURE = 96.0  # a label, or another name, to the letter
_BORNE_OUT, _BELIED = 4.0, -20.0  # what a property's value adds to a score


@dataclass(frozen=True)
class Candidate:
    """A thing that a name could mean; `sure` where it is the only one called exactly so."""

    thing: Cell
    types: tuple[Cell, ...]
    found_as: str
    score: float
    sure: bool


def reconcile(
    things: Things, text: str, kinds: Sequence[str], limit: int, properties: Mapping[str, Sequence[str]]
) -> list[Candidate]:
    """Candidates, best first; `properties` maps local names of the ontology to values that the row has."""
    scored = [
        (max(0.0, min(100.0, hit.score + _weight(things, hit, properties))), hit, cell)
        for hit, cell in things.find(text, kinds)
    ]
    ranked = sorted(scored, key=lambda one: (-one[0], one[2].label, one[1].iri))
    exact = [hit for score, hit, _ in ranked if score >= _SURE and hit.match in ("exact", "name")]
    return [
        Candidate(cell, things.types(hit.iri), hit.name, round(score, 2), len(exact) == 1 and hit is exact[0])
        for score, hit, cell in ranked[:limit]
    ]


def _weight(things: Things, hit: Hit, properties: Mapping[str, Sequence[str]]) -> float:
    """How far the other columns bear the candidate out; a property that it has no value for says nothing."""
    total = 0.0
    for name, expected in properties.items():
        cells = things.values(hit.iri, name if "://" in name else SG + name)
        known = {folded(text) for cell in cells for text in (cell.label, str(cell.iri))}
        if known and expected:
            total += _BORNE_OUT if known & {folded(value) for value in expected} else _BELIED
    return total
