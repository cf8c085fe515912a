"""A graph at an endpoint of another make: how it is opened, and what of it is compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.documents import parsing
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH, XSD
from kg.settings import Settings
from tests.processes import CHECKOUT, Remote

DOCUMENT = CHECKOUT / "tests" / "breadth" / "briefing-agency.ttl"
OWN = "http://example.org/own"
P = ox.NamedNode("http://example.org/p")


def settings(remote: Remote) -> Settings:
    return replace(Settings(), store=remote.query, access=remote.access)


_TRUE = f"<{XSD}boolean>"


def exported(graph: KnowledgeGraph) -> list[str]:
    """Every statement in graphs of ours; a truth value has two spellings."""
    return canonical(b"".join(graph.export(ox.RdfFormat.N_QUADS)).decode())


def canonical(quads: str) -> list[str]:
    ours = (line for line in quads.splitlines() if line.split()[-2].startswith(f"<{GRAPH}"))
    return sorted(line.replace(f'"1"^^{_TRUE}', f'"true"^^{_TRUE}') for line in ours)


def with_text(path: Path) -> bytes:
    quads = parsing.read(path).quads
    return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE) or b""
