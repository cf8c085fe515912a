"""One commit as one SPARQL update, which an endpoint carries out wholly or not at all.

A small change stands in the update's text. A large one would be more than some endpoints parse (Virtuoso 7 ends at some
5,000 triples): its quads are put into graphs of the store's own first, one for each graph that changes, and the update
moves them from there. Nobody sees those graphs; what a crash leaves of them goes with the next large commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby

import pyoxigraph as ox

from kg.errors import KgError
from kg.namespaces import INFERRED_GRAPH
from kg.store.checkpoint import Change, GraphName
from kg.store.endpoint import Endpoint
from kg.store.merged_graph import is_kept
from kg.store.remote_snapshot import STAMP, STATED, Stamp, graph_of, named

_IN_TEXT = 2_000  # quads that may stand in an update's text
_STAGING = f"{STAMP.value}/staging/"
_FORGOTTEN = 3600  # seconds after which nobody is staging any longer


def write(endpoint: Endpoint, change: Change, before: Stamp, after: Stamp) -> None:
    """Carry out `change` where the stamp is `before`, and make it `after`; else nothing."""
    removed, added = _without_blank_nodes(change.removed), _without_blank_nodes(change.added)
    if len(removed) + len(added) <= _IN_TEXT:
        endpoint.update(_conditional(removed, added, before, after))
        return
    _clear(endpoint)
    staged = _Staging(endpoint, after)
    try:
        moves = [*staged.moves("DELETE", removed, before), *staged.moves("INSERT", added, before)]
        endpoint.update(" ;\n".join([*moves, _conditional([], [], before, after)]))
    finally:
        staged.clear()


def stated(change: Change, holders: Callable[[ox.Quad], Iterable[ox.Quad]]) -> Change:
    """What a change of the graphs that are kept does to STATED; `holders` has who said a quad before it."""
    added = {_in_stated(quad) for quad in _stated(change.added)}
    removed: set[ox.Quad] = set()
    for quad in _stated(change.removed):
        if not any(True for _ in _stated(each for each in holders(quad) if each not in change.removed)):
            removed.add(_in_stated(quad))
    return Change(frozenset(added), frozenset(removed - added))


def _stated(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    return (quad for quad in quads if is_kept(quad.graph_name) and quad.graph_name != ox.NamedNode(INFERRED_GRAPH))


def _in_stated(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, STATED)


def _without_blank_nodes(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads as the endpoint keeps them."""
    return [ox.Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name)) for q in quads]


def _conditional(removed: list[ox.Quad], added: list[ox.Quad], before: Stamp, after: Stamp) -> str:
    """One operation, since an endpoint may let others see what lies between two."""
    out, into = _written([*removed, *before.quads()]), _written([*added, *after.quads()])
    return f"DELETE {{ {out} }} INSERT {{ {into} }} WHERE {{ {before.guard()} }}"


class _Staging:
    """The graphs that one commit's quads are put into before they are moved to where they belong."""

    def __init__(self, endpoint: Endpoint, after: Stamp) -> None:
        self._endpoint = endpoint
        self._name = f"{_STAGING}{int(time.time())}-{after.commit.rpartition(':')[2]}"
        self._graphs: list[str] = []

    def moves(self, verb: str, quads: list[ox.Quad], before: Stamp) -> Iterator[str]:
        """Put `quads` there; give the operations that delete or insert them in their own graphs."""
        for graph, inside in _by_graph(quads):
            staged = f"{self._name}/{len(self._graphs)}"
            self._graphs.append(staged)
            data = ox.serialize((quad.triple for quad in inside), format=ox.RdfFormat.N_TRIPLES) or b""
            self._endpoint.put(staged, data)
            yield (
                f"{verb} {{ {graph_of(graph, '?s ?p ?o')} }} "
                f"WHERE {{ {before.guard()} GRAPH <{staged}> {{ ?s ?p ?o }} }}"
            )

    def clear(self) -> None:
        for graph in self._graphs:
            _drop(self._endpoint, graph)


def _clear(endpoint: Endpoint) -> None:
    """Drop what commits that were broken off have left."""
    for name in (graph.value for graph in endpoint.graphs()):
        begun = name.removeprefix(_STAGING).partition("-")[0]
        if name.startswith(_STAGING) and begun.isdigit() and int(begun) < time.time() - _FORGOTTEN:
            _drop(endpoint, name)


def _drop(endpoint: Endpoint, graph: str) -> None:
    with suppress(KgError):  # the next large commit drops it
        endpoint.update(f"DROP SILENT GRAPH <{graph}>")


def _written(quads: Iterable[ox.Quad]) -> str:
    """Quads, which have no blank nodes, as a template."""
    return "\n".join(
        graph_of(graph, " ".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in inside))
        for graph, inside in _by_graph(quads)
    )


def _by_graph(quads: Iterable[ox.Quad]) -> Iterator[tuple[GraphName, Iterator[ox.Quad]]]:
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    return groupby(ordered, key=lambda quad: quad.graph_name)
