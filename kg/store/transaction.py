"""One commit as the text of one SPARQL update."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import pyoxigraph as ox

from kg.store.change import Change
from kg.store.skolem import skolemised
from kg.store.stamp import Stamp


def conditional(change: Change, before: Stamp, after: Stamp) -> str:
    """An update that carries out `change` where the stamp is `before`, and makes it `after`; nothing else.

    One operation, since an endpoint may let others see what lies between two.
    """
    removed = [*skolemised(change.removed), *before.quads()]
    added = [*skolemised(change.added), *after.quads()]
    return f"DELETE {{ {written(removed)} }} INSERT {{ {written(added)} }} WHERE {{ {before.guard()} }}"


def whole(quads: Iterable[ox.Quad], after: Stamp) -> str:
    """An update that puts `quads` in the place of everything."""
    return f"DROP ALL ; INSERT DATA {{ {written([*quads, *after.quads()])} }}"


def written(quads: Iterable[ox.Quad]) -> str:
    """Quads, which have no blank nodes, as a template or as data."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    parts = []
    for graph, inside in groupby(ordered, key=lambda quad: quad.graph_name):
        triples = " ".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in inside)
        parts.append(triples if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{ {triples} }}")
    return "\n".join(parts)
