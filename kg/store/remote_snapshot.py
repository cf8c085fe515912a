"""What is read of a remote store: its version, and the endpoint as it is at each request.

No SPARQL request can name a blank node that is in a store already, so each is kept as an IRI of ours and given back as
a blank node (RDF 1.1 Concepts, section 3.5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote, unquote

import pyoxigraph as ox

from kg.errors import BadQuery, Busy, StoreFault
from kg.namespaces import BASE, DCTERMS, INFERRED_GRAPH, OWL, PROV
from kg.sparql.lexer import keywords, names_its_dataset
from kg.store.checkpoint import GraphName, Results, Subject, Term
from kg.store.endpoint import Endpoint, Reading, prologue
from kg.store.merged_graph import MERGED, is_kept

STAMP = ox.NamedNode(BASE + "store")
# The union of the graphs that are kept, less what is inferred: what a query reads that wants no inferences.
STATED = ox.NamedNode(BASE + "store/stated")

_GENID = "https://w3id.org/.well-known/genid/security-guarantees/"
_ATTEMPTS = 4
_ID, _VERSION, _BY = (
    ox.NamedNode(iri) for iri in (DCTERMS + "identifier", OWL + "versionInfo", PROV + "wasGeneratedBy")
)
_Pattern = tuple[object, object, object, object]
Anything = TypeVar("Anything", bound=object)
Value = TypeVar("Value")


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
            reading = Reading() if names_its_dataset(sparql) else self.reading(sparql)
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
    return "graph" in keywords(sparql)


def named(term: Anything) -> Anything:
    """The IRI that stands for a blank node; any other term itself."""
    if isinstance(term, ox.BlankNode):
        return ox.NamedNode(_GENID + quote(term.value, safe=""))  # type: ignore[return-value]
    if isinstance(term, ox.Triple):
        return ox.Triple(named(term.subject), term.predicate, named(term.object))  # type: ignore[return-value]
    return term


def blank(term: Anything) -> Anything:
    """The blank node that an IRI stands for; any other term itself."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(_GENID):
        return ox.BlankNode(unquote(term.value.removeprefix(_GENID)))  # type: ignore[return-value]
    if isinstance(term, ox.Triple):
        return ox.Triple(blank(term.subject), term.predicate, blank(term.object))  # type: ignore[return-value]
    return term
