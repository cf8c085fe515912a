"""Requests counted by how long they took, in any row of numbers: the server's own, or memory that workers share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Protocol

SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0)
WIDTH = len(SECONDS) + 2  # a number for each bound, one for all above, and the sum


class Row(Protocol):
    """Numbers, such as a list or a memoryview of doubles."""

    def __getitem__(self, index: int) -> float: ...

    def __setitem__(self, index: int, value: float) -> None: ...


def count(row: Row, places: Iterable[int], seconds: float) -> None:
    """Count one more that took so long, in the histograms that begin at these places."""
    index = bisect_left(SECONDS, seconds)
    for at in places:
        row[at + index] += 1
        row[at + WIDTH - 1] += seconds


def added(rows: Iterable[Row], at: int = 0) -> list[float]:
    """One histogram of several."""
    total = [0.0] * WIDTH
    for row in rows:
        for index in range(WIDTH):
            total[index] += row[at + index]
    return total


def buckets(row: Row) -> tuple[list[tuple[str, float]], float]:
    """A histogram in Prometheus's form: how many took at most so long; and the sum."""
    found, total = [], 0.0
    for index, bound in enumerate((*SECONDS, float("inf"))):
        total += row[index]
        found.append(("+Inf" if bound == float("inf") else str(bound), total))
    return found, row[WIDTH - 1]
