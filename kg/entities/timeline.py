"""When things were said, put forward, came out, held: every date that is stated, in order.

Which properties give dates the shapes say, by their patterns; so do those that rules make, where a value is a date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from kg.entities.reader import Reading, sg
from kg.model import Cell
from kg.namespaces import OWL, RDF, SH
from kg.terms import Literal, NamedNode

_DATE = re.compile(r"(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_IS, _IS_NONE = "2024-02-29", "2023-02-29"  # a pattern that takes the one and not the other is that of dates
_TYPE = NamedNode(RDF + "type")
_FROM, _UNTIL = sg("trueFrom"), sg("trueUntil")


@dataclass(frozen=True)
class Moment:
    """That something has a date by a property, its `kind`; with `until`, it held from one to the other."""

    date: str
    kind: str
    thing: str
    until: str | None = None

    @property
    def year(self) -> int:
        return int(_DATE.match(self.date)[1])  # type: ignore[index]


@dataclass(frozen=True)
class Dated:
    """A moment with what is shown of it."""

    moment: Moment
    kind: Cell
    thing: Cell


class Timeline:
    """All dates of one version."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """Those whose values are dates, and those that rules make."""
        rows = self._reading.select(
            f"SELECT ?property ?pattern {{ ?shape <{SH}path> ?property ; <{SH}pattern> ?pattern }}"
        )
        dates = {
            row["property"].value
            for row in rows
            if isinstance(row["property"], NamedNode) and _is_of_dates(row["pattern"].value)
        }
        made = self._reading.subjects(_TYPE, sg("DerivedProperty"))
        literal = {each for each in self._reading.subjects(_TYPE, NamedNode(OWL + "DatatypeProperty")) if each in made}
        return tuple(sorted(dates | {each.value for each in literal if isinstance(each, NamedNode)}))

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """All, the earliest first."""
        values = " ".join(f"<{each}>" for each in self.properties)
        rows = self._reading.select(f"""SELECT ?thing ?property ?date {{
            VALUES ?property {{ {values} }} ?thing ?property ?date FILTER (isLiteral(?date)) }}""")
        found = [
            Moment(row["date"].value, row["property"].value, row["thing"].value)
            for row in rows
            if isinstance(row["thing"], NamedNode) and isinstance(row["date"], Literal)
            if _DATE.fullmatch(row["date"].value)
        ]
        ends = {each.thing: each.date for each in found if each.kind == _UNTIL.value}
        begun = {each.thing for each in found if each.kind == _FROM.value}
        whole = [
            Moment(each.date, each.kind, each.thing, ends.get(each.thing) if each.kind == _FROM.value else None)
            for each in found
            if each.kind != _UNTIL.value or each.thing not in begun
        ]
        return tuple(sorted(whole, key=_place))

    def of(self, things: Collection[str] | None) -> list[Moment]:
        """Those of some things, or all."""
        return [each for each in self.moments if things is None or each.thing in things]

    def kinds(self, moments: Collection[Moment]) -> list[tuple[Cell, int]]:
        """The properties by which they have their dates, and how many each."""
        counted = Counter(each.kind for each in moments)
        cells = [(self._reading.cell(NamedNode(iri)), count) for iri, count in counted.items()]
        return sorted(cells, key=lambda pair: pair[0].label)

    def shown(self, moments: Collection[Moment]) -> list[Dated]:
        cell = self._reading.cell
        return [Dated(each, cell(NamedNode(each.kind)), cell(NamedNode(each.thing))) for each in moments]


def _is_of_dates(pattern: str) -> bool:
    try:
        return bool(re.search(pattern, _IS)) and not re.search(pattern, _IS_NONE)
    except re.error:
        return False


def _place(moment: Moment) -> tuple[int, str, str, str]:
    return moment.year, moment.date, moment.kind, moment.thing
