"""What rules read and write: the kept graphs of a store or a draft as one; the claims and situations in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kg.namespaces import GRAPH, ID, INFERRED_GRAPH, MERGED_GRAPH, RDF, SG, VIEWS_GRAPH
from kg.store import Statements
from kg.store.checkpoint import GraphName, Results, Subject
from kg.store.checkpoint import Term as Value
from kg.terms import Node, parts

Ground: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Triple: TypeAlias = tuple[Node, ox.NamedNode, Ground]

# Where the nodes of derivations stand.
NODE = ID + "inference/"
# Where what is derived stands.
GRAPHS = (ox.NamedNode(VIEWS_GRAPH), ox.NamedNode(INFERRED_GRAPH))


TYPE = ox.NamedNode(RDF + "type")
CLAIM = ox.NamedNode(SG + "Claim")
CONTENT = ox.NamedNode(SG + "content")
CERTAINTY = ox.NamedNode(SG + "certainty")
RANK = ox.NamedNode(SG + "rank")
BROADER = ox.NamedNode(SG + "broader")
SITUATION = ID + "situation/"


class Quads(Statements, Protocol):
    """What evaluation asks of a store or a draft."""

    def query(self, sparql: str, *, graphs: Collection[str] | None = None) -> Results: ...


class Writable(Quads, Protocol):
    """What maintenance asks of a draft."""

    def add(self, quads: Iterable[ox.Quad]) -> None: ...

    def remove(self, quads: Iterable[ox.Quad]) -> None: ...


class KeptGraphs:
    """A draft or store as rules read it: the graphs that the pipeline keeps, all as one; never a user's own.

    Queries read `beside` as well: graphs that are not kept.
    """

    def __init__(self, source: Quads, beside: Collection[str] = ()) -> None:
        self._source = source
        self.plain = getattr(source, "plain", False)  # whether it takes SPARQL 1.1 alone
        merged = source.query("ASK { ?s ?p ?o }", graphs=[MERGED_GRAPH])
        self._graphs = [MERGED_GRAPH, *beside] if bool(merged) else None

    def query(self, sparql: str, *, graphs: Collection[str] | None = None) -> Results:
        return self._source.query(sparql, graphs=graphs or self._graphs)

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Value | None = None,
        g: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        for quad in self._source.quads(s, p, o, g):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and graph.value.startswith(GRAPH):
                yield quad


class KeptDraft(KeptGraphs):
    """A draft as rules read and write it."""

    def __init__(self, draft: Writable) -> None:
        super().__init__(draft)
        self._draft = draft

    def add(self, quads: Iterable[ox.Quad]) -> None:
        self._draft.add(quads)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        self._draft.remove(quads)


def solutions(source: Quads, sparql: str, graphs: Collection[str] | None = None) -> ox.QuerySolutions:
    """The answers of a SELECT."""
    answers = source.query(sparql, graphs=graphs)
    assert isinstance(answers, ox.QuerySolutions)
    return answers


def subjects(source: Quads, predicate: ox.NamedNode, value: Ground) -> Iterator[Node]:
    """The things of which `predicate` has this value, each once."""
    yield from dict.fromkeys(parts(quad)[0] for quad in source.quads(None, predicate, value, None))


def objects(source: Quads, subject: Ground, predicate: ox.NamedNode) -> Iterator[Ground]:
    """The values of `predicate`, each once; a literal has none."""
    if not isinstance(subject, ox.Literal):
        yield from dict.fromkeys(parts(quad)[2] for quad in source.quads(subject, predicate, None, None))


def has(source: Quads, subject: Node, predicate: ox.NamedNode, value: Ground | None = None) -> bool:
    """Does a statement stand there?"""
    return any(True for _ in source.quads(subject, predicate, value, None))


class Claims:
    """Reads claims and situations of `source`, each once."""

    def __init__(self, source: Quads) -> None:
        self._source = source
        self._is_claim: dict[Ground, bool] = {}
        self._chain: dict[Ground, int] = {}
        self._stating: dict[Ground, frozenset[Ground]] = {}
        self._ranks: dict[Ground, int] = dict(_ranks(source))
        concepts = sorted(self._ranks, key=lambda term: (self._ranks[term], str(term)), reverse=True)
        self._concepts = {self._ranks[term]: term for term in concepts}
        self.top = max(self._concepts, default=0)

    def rank(self, certainty: Ground | None) -> int:
        """How sure a term of the certainty vocabulary is; higher is surer; the surest where nothing says."""
        return self.top if certainty is None else self._ranks.get(certainty, self.top)

    def concept(self, rank: int) -> Ground | None:
        """The term of the certainty vocabulary that has this rank."""
        return self._concepts.get(rank)

    def is_claim(self, term: Ground) -> bool:
        if not isinstance(term, ox.NamedNode):
            return False
        if term not in self._is_claim:
            self._is_claim[term] = has(self._source, term, TYPE, CLAIM)
        return self._is_claim[term]

    def chain_rank(self, claim: Ground, above: frozenset[Ground] = frozenset()) -> int:
        """A claim is as sure as the weakest link of the surest chain from its source down to it."""
        if claim not in self._chain:
            own = min((self.rank(certainty) for certainty in objects(self._source, claim, CERTAINTY)), default=self.top)
            outer = [link for link in subjects(self._source, CONTENT, claim) if link not in above and link != claim]
            links = [self.chain_rank(link, above | {claim}) for link in outer]
            rank = min(own, max(links, default=self.top))
            if above:
                return rank
            self._chain[claim] = rank
        return self._chain[claim]

    def stating(self, situation: Ground) -> frozenset[Ground]:
        """The claims whose content it is; for a part of other situations, theirs."""
        if situation not in self._stating:
            self._stating[situation] = frozenset(self._stated(situation, {situation}))
        return self._stating[situation]

    def _stated(self, situation: Ground, seen: set[Ground]) -> Iterator[Ground]:
        own = list(subjects(self._source, CONTENT, situation))
        yield from own
        if own:
            return
        for quad in self._source.quads(None, None, situation, None):
            whole = parts(quad)[0]
            if quad.predicate != BROADER and whole not in seen and is_situation(whole):
                seen.add(whole)
                yield from self._stated(whole, seen)

    def around(self, claims: Collection[Ground]) -> set[Ground]:
        """The claims, and those that they report or are reported by."""
        around, work = set(claims), list(claims)
        while work:
            claim = work.pop()
            near = [*subjects(self._source, CONTENT, claim), *objects(self._source, claim, CONTENT)]
            for other in near:
                if other not in around and self.is_claim(other):
                    around.add(other)
                    work.append(other)
        return around


def is_situation(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(SITUATION)


def terms_of(triples: Iterable[Triple]) -> set[Ground]:
    """Their subjects and objects."""
    return {term for triple in triples for term in (triple[0], triple[2])}


def _ranks(source: Quads) -> Iterator[tuple[Ground, int]]:
    for quad in source.quads(None, RANK, None, None):
        certainty, _, rank = parts(quad)
        yield certainty, int(rank.value)
