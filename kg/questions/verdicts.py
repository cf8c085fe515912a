"""Rows → a verdict: yes, qualified, denied, or not said."""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import DENIED, NOT_SAID, QUALIFIED, YES, Row

ORDER = (NOT_SAID, DENIED, QUALIFIED, YES)


def verdict_of(rows: Iterable[Row]) -> str:
    """The verdict on whether there is any such row: that of the row which answers best for what it states."""
    return strongest(row.standing for row in rows)


def strongest(standings: Iterable[str]) -> str:
    return max(standings, key=ORDER.index, default=NOT_SAID)


def weakest(standings: Iterable[str]) -> str:
    return min(standings, key=ORDER.index, default=NOT_SAID)
