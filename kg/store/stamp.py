"""What a remote store remembers of itself: which version it holds, and which commit made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import BASE, DCTERMS, INFERRED_GRAPH, OWL, PROV
from kg.store.change import Change
from kg.store.endpoint import Endpoint, Reading
from kg.store.merging import MERGED, is_kept
from kg.store.snapshot import GraphName

STAMP = ox.NamedNode(BASE + "store")
# The union of the graphs that are kept, less what is inferred: what a query reads that wants no inferences.
STATED = ox.NamedNode(BASE + "store/stated")
_ID, _VERSION, _BY = (
    ox.NamedNode(iri) for iri in (DCTERMS + "identifier", OWL + "versionInfo", PROV + "wasGeneratedBy")
)


@dataclass(frozen=True)
class Stamp:
    """The store's id, its version, and the IRI of the commit that made it; version 0 has neither id nor commit."""

    id: str = ""
    version: int = 0
    commit: str = ""

    def quads(self) -> frozenset[ox.Quad]:
        if not self.version:
            return frozenset()
        values: tuple[tuple[ox.NamedNode, ox.Literal | ox.NamedNode], ...] = (
            (_ID, ox.Literal(self.id)),
            (_VERSION, ox.Literal(self.version)),
            (_BY, ox.NamedNode(self.commit)),
        )
        return frozenset(ox.Quad(STAMP, name, value, STAMP) for name, value in values)

    def guard(self) -> str:
        """A pattern that matches once as long as this is the stamp, and never after."""
        if not self.version:
            # FILTER NOT EXISTS alone holds always in Virtuoso 7
            counted = f"SELECT (COUNT(*) AS ?commits) WHERE {{ {graph_of(STAMP, f'{STAMP} {_BY} ?commit')} }}"
            return f"{{ {counted} }} FILTER (?commits = 0)"
        return graph_of(STAMP, f"{STAMP} {_BY} <{self.commit}>")


def graph_of(graph: GraphName, pattern: str) -> str:
    """A pattern, or triples, in a graph."""
    return pattern if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{ {pattern} }}"


def is_own(graph: object) -> bool:
    """Whether a graph is one of the store's own, which nobody is shown."""
    return graph == MERGED or (isinstance(graph, ox.NamedNode) and f"{graph.value}/".startswith(f"{STAMP.value}/"))


def read_stamp(endpoint: Endpoint) -> Stamp:
    """The stamp as it is now."""
    rows = endpoint.query(
        f"SELECT ?id ?version ?commit WHERE {{ GRAPH {STAMP} "
        f"{{ {STAMP} {_ID} ?id ; {_VERSION} ?version ; {_BY} ?commit }} }}",
        Reading(),
    )
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        return Stamp(row["id"].value, int(row["version"].value), row["commit"].value)
    return Stamp()


def stated(change: Change, holders: Callable[[ox.Quad], Iterable[ox.Quad]]) -> Change:
    """What a change of the graphs that are kept does to STATED; `holders` has who said a quad before it."""
    added = {_copy(quad) for quad in _stated(change.added)}
    removed: set[ox.Quad] = set()
    for quad in _stated(change.removed):
        if not any(True for _ in _stated(each for each in holders(quad) if each not in change.removed)):
            removed.add(_copy(quad))
    return Change(frozenset(added), frozenset(removed - added))


def _stated(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    return (quad for quad in quads if is_kept(quad.graph_name) and quad.graph_name != ox.NamedNode(INFERRED_GRAPH))


def _copy(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, STATED)
