"""Names in somebody's table → the things that they mean, with a score, and whether that is sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from kg.entities.library import Things
from kg.entities.names import folded
from kg.entities.search import Hit, Kind
from kg.model import Cell
from kg.namespaces import SG

_SURE = 96.0  # a label, or another name, to the letter
_BORNE_OUT, _BELIED = 4.0, -20.0  # what a property's value adds to a score
_BY_COLUMNS = 70.0  # the score of what is found without a name


@dataclass(frozen=True)
class Candidate:
    """A thing that a name could mean; `sure` where it is the only one called exactly so."""

    thing: Cell
    types: tuple[Cell, ...]
    found_as: Annotated[str, Field(description="Its name that is like what was given", examples=["Beijing"])]
    score: Annotated[float, Field(ge=0, le=100)]
    sure: bool
    kind: Annotated[Kind, Field(description="exact: its label; name: another name; alike: by columns too")] = "alike"


@dataclass(frozen=True)
class Matched:
    """What one name of many could mean, best first."""

    name: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Matches:
    """What each of several names could mean, in the order in which they were given."""

    items: tuple[Matched, ...]
    total: int


@dataclass(frozen=True)
class Sought:
    """A row of somebody's table: a name, other columns, and what kind of thing it is.

    `properties` maps local names of the ontology to values that the row has. `strictly` says what `kinds` mean: a
    candidate is of `any` of them, of `all`, or `should` be of one, and is liked better then.
    """

    text: str
    kinds: tuple[str, ...] = ()
    strictly: str = "any"
    properties: Mapping[str, Sequence[str]] = field(default_factory=dict)


def reconcile(things: Things, sought: Sought, limit: int) -> list[Candidate]:
    """Candidates, best first; without a name, those that the other columns mean."""
    scored = [
        (max(0.0, min(100.0, hit.score + _weight(things, hit, sought))), hit, cell)
        for hit, cell in _found(things, sought)
        if sought.strictly != "all" or all(things.names.is_a(hit.iri, kind) for kind in sought.kinds)
    ]
    ranked = sorted(scored, key=lambda one: (-one[0], one[2].label, one[1].iri))
    exact = [hit for score, hit, _ in ranked if score >= _SURE and hit.kind in ("exact", "name")]
    return [
        Candidate(cell, things.types(hit.iri), hit.name, round(score, 2), len(exact) == 1 and hit is exact[0], hit.kind)
        for score, hit, cell in ranked[:limit]
    ]


def match(things: Things, names: Sequence[str], kinds: Sequence[str], limit: int) -> Matches:
    """Candidates for each of several names, of the classes `kinds` where these are given."""
    items = tuple(Matched(name, tuple(reconcile(things, Sought(name, tuple(kinds)), limit))) for name in names)
    return Matches(items, len(items))


def _found(things: Things, sought: Sought) -> list[tuple[Hit, Cell]]:
    kinds = () if sought.strictly == "should" else sought.kinds
    if sought.text.strip():
        return things.find(sought.text, kinds)
    return [(Hit(str(cell.iri), cell.label, "alike", _BY_COLUMNS), cell) for cell in _by_columns(things, sought, kinds)]


def _by_columns(things: Things, sought: Sought, kinds: Sequence[str]) -> list[Cell]:
    """The things that have every value which the row has."""
    fitting: set[str] | None = None
    for name, expected in sought.properties.items():
        having = {iri for value in expected for iri in things.having(_property(name), value)}
        fitting = having if fitting is None else fitting & having
    cells = [things.cell(iri) for iri in sorted(fitting or ())]
    return [cell for cell in cells if not kinds or any(things.names.is_a(str(cell.iri), kind) for kind in kinds)]


def _weight(things: Things, hit: Hit, sought: Sought) -> float:
    """How far the other columns bear the candidate out; a property that it has no value for says nothing."""
    total = 0.0
    if sought.strictly == "should" and any(things.names.is_a(hit.iri, kind) for kind in sought.kinds):
        total += _BORNE_OUT
    for name, expected in sought.properties.items():
        cells = things.values(hit.iri, _property(name))
        known = {folded(text) for cell in cells for text in (cell.label, str(cell.iri))}
        if known and expected:
            total += _BORNE_OUT if known & {folded(value) for value in expected} else _BELIED
    return total


def _property(name: str) -> str:
    return name if "://" in name else SG + name
