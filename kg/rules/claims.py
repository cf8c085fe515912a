"""What rules' certainty and sources rest on: claims, the chain that each stands in, the situations that they state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from kg.namespaces import ID, RDF, SG
from kg.rules.sources import Ground, Quads, Triple, has, objects, subjects
from kg.terms import parts

TYPE = ox.NamedNode(RDF + "type")
CLAIM = ox.NamedNode(SG + "Claim")
CONTENT = ox.NamedNode(SG + "content")
CERTAINTY = ox.NamedNode(SG + "certainty")
RANK = ox.NamedNode(SG + "rank")
BROADER = ox.NamedNode(SG + "broader")
SITUATION = ID + "situation/"


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
            own = min((self.rank(each) for each in objects(self._source, claim, CERTAINTY)), default=self.top)
            outer = [each for each in subjects(self._source, CONTENT, claim) if each not in above and each != claim]
            links = [self.chain_rank(each, above | {claim}) for each in outer]
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
        found, work = set(claims), list(claims)
        while work:
            claim = work.pop()
            near = [*subjects(self._source, CONTENT, claim), *objects(self._source, claim, CONTENT)]
            for each in near:
                if each not in found and self.is_claim(each):
                    found.add(each)
                    work.append(each)
        return found


def is_situation(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(SITUATION)


def terms_of(triples: Iterable[Triple]) -> set[Ground]:
    """Their subjects and objects."""
    return {term for triple in triples for term in (triple[0], triple[2])}


def _ranks(source: Quads) -> Iterator[tuple[Ground, int]]:
    for quad in source.quads(None, RANK, None, None):
        certainty, _, rank = parts(quad)
        yield certainty, int(rank.value)
