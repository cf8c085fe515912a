"""A first look at data by a second SHACL engine, in Rust: where it finds nothing, pySHACL need not be asked.

It takes a tenth of pySHACL's time. What it finds, or cannot read, goes to pySHACL, which says what is wrong. That
nothing passes which pySHACL refuses is tested on every document in `tests/`, whole and tampered with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.terms import Node, Quad

try:
    import shifty
except ImportError:  # it has no wheel for every machine
    shifty = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Precheck:
    """Shapes that are compiled; `always` are statements that all data is looked at with, as N-Triples."""

    compiled: Any
    always: bytes

    @classmethod
    def of(cls, shapes: Iterable[Quad], always: Iterable[Quad]) -> Precheck:
        return cls(shifty.PreparedValidator(_written(shapes)) if shifty else None, _written(always))

    def passes(self, data: Iterable[Quad], own: Collection[Node]) -> bool:
        """Does no shape find anything at the nodes `own`? Not so where the engine is not there, or cannot tell."""
        if self.compiled is None:
            return False
        try:
            found = self.compiled.validate_algebra(
                self.always + _written(data), graph_mode="data", infer=False, sort_results=False, on_unsupported="error"
            )
        except (RuntimeError, ValueError):
            return False
        nodes = {str(node) for node in own}
        return not any(each.focus_node in nodes or not each.focus_node.startswith("<") for each in found.violations)


def _written(quads: Iterable[Quad]) -> bytes:
    return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""
