"""Documents in YAML beside Turtle: what both say, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from kg.authoring import reading, writing
from kg.authoring.register import Register
from kg.errors import Fault, Rejected
from kg.knowledge import Knowledge
from kg.terms import Quad
from tests.examining import HOME


@cache
def knowledge() -> Knowledge:
    return Knowledge(HOME)


def register() -> Register:
    return knowledge().register


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """The statements with blank nodes named by what is said of them: equal where the graphs are isomorphic."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def statements(text: str) -> tuple[Quad, ...]:
    return reading.read(text, "note.yaml", register().terms).quads


def written(quads: Iterable[Quad]) -> str:
    return writing.write(quads, register().terms)


def faults(text: str | bytes) -> tuple[Fault, ...]:
    """What reading finds wrong."""
    try:
        reading.read(text, "note.yaml", register().terms)
    except Rejected as rejected:
        return rejected.faults
    return ()
