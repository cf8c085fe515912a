"""What queries of our own read of a remote store: the endpoint as it is at each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import BadQuery, Busy, StoreFault
from kg.namespaces import INFERRED_GRAPH
from kg.store.endpoint import WORDLESS, Endpoint, Reading, prologue
from kg.store.merging import MERGED, is_kept
from kg.store.skolem import blank, named
from kg.store.snapshot import GraphName, Results, Subject, Term
from kg.store.stamp import STATED, Stamp, graph_of, is_own, read_stamp

Value = TypeVar("Value")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_GRAPH = re.compile(r"\bgraph\b", re.IGNORECASE)
_ATTEMPTS = 4
_Pattern = tuple[object, object, object, object]


class Live:
    """A remote store for the length of one request: what it was once told is not asked again.

    `less` is a named graph that is left out.
    """

    modified = None  # others may write it at any time
    plain = True  # SPARQL 1.1 alone, without the embedded engine's additions

    def __init__(self, endpoint: Endpoint, less: str | None = None) -> None:
        self._endpoint, self._less = endpoint, less
        self._told: dict[_Pattern, list[ox.Quad]] = {}

    @cached_property
    def stamp(self) -> Stamp:
        return read_stamp(self._endpoint)

    @property
    def version(self) -> int:
        """The version at the first time of asking."""
        return self.stamp.version

    def query(
        self, sparql: str, *, prefixes: Mapping[str, str] | None = None, graphs: Collection[str] | None = None
    ) -> Results:
        """Run a query over all named graphs, or over `graphs`; raise BadQuery where the endpoint says it is none."""
        if graphs is not None:
            reading = Reading(graphs, graphs)
        else:
            reading = Reading() if _FROM.search(WORDLESS.sub(" ", sparql)) else self.reading(sparql)
        return self._endpoint.query(prologue(prefixes) + sparql, reading)

    def query_kept(self, sparql: str, *, prefixes: Mapping[str, str] | None = None) -> Results:
        """Run a query of ours, which is one: an endpoint that says otherwise is at fault."""
        visible = [graph.value for graph in self._named if is_kept(graph)] if _names_graphs(sparql) else []
        try:
            return self._endpoint.query(prologue(prefixes) + sparql, Reading([self._merged], visible))
        except BadQuery as error:
            raise StoreFault(self._endpoint.shown, error.found, "SPARQL 1.1", "See docs/stores.md.") from error

    def reading(self, sparql: str) -> Reading:
        """The dataset of a query that names none: each statement of ours once, and every graph of others'."""
        visible = [graph.value for graph in self._named]
        own = [graph.value for graph in self._named if not is_kept(graph)]
        default = [self._merged, *own] if len(own) < len(visible) or not own else own
        return Reading(default, visible if _names_graphs(sparql) else [])

    def quads(
        self, s: Subject | None = None, p: ox.NamedNode | None = None, o: Term | None = None, g: GraphName | None = None
    ) -> Iterator[ox.Quad]:
        """The quads of named graphs, or those of the unnamed one where `g` is it."""
        if s is not None:  # what is asked of a thing first is seldom all that is asked of it
            found = (quad for quad in self._tell(s, None, None, g) if p in (None, quad.predicate))
            yield from (quad for quad in found if o in (None, quad.object))
        else:
            yield from self._tell(s, p, o, g)

    def everything(self, g: GraphName) -> Iterator[ox.Quad]:
        """The quads of a graph, one of the store's own too."""
        yield from self._ask(None, None, None, g, own=True)

    def graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        yield from self._named

    def has_graph(self, graph: str) -> bool:
        return ox.NamedNode(graph) in self._named

    def without(self, graph: str) -> Live:
        return Live(self._endpoint, graph)

    def steady(self, compute: Callable[[], Value]) -> Value:
        """What `compute` makes of several queries, done again where the version is another when it ends."""
        before = read_stamp(self._endpoint)
        for _ in range(_ATTEMPTS):
            value = compute()
            after = read_stamp(self._endpoint)
            if after == before:
                return value
            before = after
            self.__dict__.pop("_named", None)
            self._told.clear()
        raise Busy(self._endpoint.shown, found="changes faster than it can be read", remedy="Try again in a moment.")

    def __len__(self) -> int:
        return sum(1 for _ in self.quads())

    @property
    def _merged(self) -> str:
        """The graph that is the union of those kept, less the one that is left out."""
        return STATED.value if self._less == INFERRED_GRAPH else MERGED.value

    @cached_property
    def _named(self) -> list[ox.NamedNode | ox.BlankNode]:
        """The named graphs that hold something, less those of the store's own."""
        return [
            graph
            for graph in map(blank, self._endpoint.graphs())
            if not is_own(graph) and str(graph) != f"<{self._less}>"
        ]

    def _tell(self, s: object, p: object, o: object, g: GraphName | None) -> list[ox.Quad]:
        key = (s, p, o, g)
        if key not in self._told:
            self._told[key] = self._ask(named(s), named(p), named(o), g)
        return self._told[key]

    def _ask(self, s: object, p: object, o: object, g: GraphName | None, *, own: bool = False) -> list[ox.Quad]:
        terms = {"s": s, "p": p, "o": o, "g": g}
        pattern = " ".join(f"?{name}" if terms[name] is None else str(terms[name]) for name in "spo")
        pattern = f"GRAPH ?g {{ {pattern} }}" if g is None else graph_of(named(g), pattern)
        rows = self._endpoint.query(f"SELECT * WHERE {{ {pattern} }}", Reading())
        assert isinstance(rows, ox.QuerySolutions)
        free = {variable.value for variable in rows.variables}
        found = []
        for row in rows:
            values = {name: row[name] if name in free else terms[name] for name in "spog"}
            graph = blank(values["g"])
            if (own or not is_own(graph)) and str(graph) != f"<{self._less}>":
                found.append(ox.Quad(blank(values["s"]), values["p"], blank(values["o"]), graph))  # type: ignore[arg-type]
        return found


def _names_graphs(sparql: str) -> bool:
    """Whether a query has a GRAPH, so that it matters which named graphs there are."""
    return _GRAPH.search(WORDLESS.sub(" ", sparql)) is not None
