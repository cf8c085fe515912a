"""Keeps what is derived in step with what is stated: all of it afresh, or what a change bears on and nothing else.

Stratum by stratum: the conclusions that a change can bear on, found over old and new statements alike, are taken
back, what rests on them in a circle included; then they are derived again from what stands now. What comes out
differently is a change for the strata above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import pyoxigraph as ox

from kg.namespaces import GRAPH
from kg.rules.certainty import Scale
from kg.rules.claims import Claims
from kg.rules.contested import Contest
from kg.rules.derivations import Derivation, Mask, Pool, derive, restriction
from kg.rules.evaluation import Evaluator, Quads, Triple, unify
from kg.rules.record import Mark, Record, node_quads
from kg.rules.strata import Producer, Stratum
from kg.rules.touching import Touching

# Holds, while affected conclusions are looked for, the statements that are gone; never outlives one search.
GONE = ox.NamedNode(GRAPH + "gone")


class Writable(Quads, Protocol):
    """What maintenance asks of a draft."""

    def add(self, quads: Iterable[ox.Quad]) -> None: ...

    def remove(self, quads: Iterable[ox.Quad]) -> None: ...


class Maintenance:
    """One run over a draft. `gone` and `changed` grow from stratum to stratum."""

    def __init__(self, draft: Writable, strata: Sequence[Stratum], contest: Contest, claims: Claims) -> None:
        self._draft, self._strata, self._contest = draft, strata, contest
        self._claims, self._record = claims, Record(draft, claims)
        self._evaluator = Evaluator(draft)
        self._gone: dict[Triple, None] = {}
        self._changed: dict[object, dict[Triple, None]] = defaultdict(dict)

    def everything(self) -> None:
        """Derive all, where nothing derived stands."""
        for stratum in self._strata:
            pool = Pool()
            self._derive(stratum, pool, None, set())
            self._write(stratum, pool, {})
        self._contest.everywhere()

    def follow(self, added: Collection[Triple], gone: Collection[Triple], dirty: Collection[Triple]) -> None:
        """Follow a change of statements; `dirty` are derived statements whose sources changed otherwise."""
        self._gone.update(dict.fromkeys(gone))
        for triple in (*added, *gone):
            self._changed[triple[1]][triple] = None
        for stratum in self._strata:
            self._follow(stratum, {triple for triple in dirty if stratum.holds(triple)})
        self._contest.around()

    def _follow(self, stratum: Stratum, dirty: set[Triple]) -> None:
        touching = [Touching(producer) for producer in stratum.producers]
        late: set[Triple] = set()
        while True:
            affected, masks = self._affected(stratum, touching, dirty, late)
            if not affected and not any(masks):
                return
            old = {triple: self._record.nodes(triple, stratum.denied) for triple in affected}
            before = {triple: self._scale(stratum).mark(triple) for triple in affected if not stratum.denied}
            withdrawn = self._withdraw(stratum, old)
            pool = Pool()
            found = self._derive(stratum, pool, masks, affected)
            if not found - late:
                break
            late |= found
            self._gone.update(dict.fromkeys(withdrawn))
        self._write(stratum, pool, old, before)

    def _scale(self, stratum: Stratum) -> Scale:
        return Scale(stratum, self._strata, self._record, self._claims)

    def _affected(
        self, stratum: Stratum, touching: Sequence[Touching], dirty: set[Triple], late: set[Triple]
    ) -> tuple[set[Triple], list[set[Mask]]]:
        """The conclusions, known or masked, that a change can bear on, and in a circle all that rest on them."""
        affected, masks = set(dirty | late), [set[Mask]() for _ in touching]
        fresh: Mapping[object, Collection[Triple]] = self._with(self._changed, affected)
        with self._remembering(touching):
            while fresh:
                reached: set[Triple] = set()
                for producer, finder, known in zip(stratum.producers, touching, masks, strict=True):
                    for mask in finder.heads(fresh, self._evaluator):
                        if None in mask:
                            known.add(mask)
                            reached |= self._record.matching(*mask, producer.denied)
                        else:
                            reached.add(mask)  # type: ignore[arg-type]
                reached -= affected
                affected |= reached
                standing = {triple for triple in reached if stratum.recursive and self._record.nodes(triple)}
                fresh = self._with({}, standing)
        return affected, masks

    def _with(self, filed: Mapping[object, Collection[Triple]], more: Iterable[Triple]) -> dict[object, list[Triple]]:
        found = {key: list(triples) for key, triples in filed.items()}
        for triple in more:
            found.setdefault(triple[1], []).append(triple)
        return found

    @contextmanager
    def _remembering(self, touching: Sequence[Touching]) -> Iterator[None]:
        """The statements that are gone stand beside those that are there, as far as the rules at hand can see them."""
        parts = [part for finder in touching for part in finder.parts]
        quads = [ox.Quad(*triple, GONE) for triple in self._gone if any(_matches(part, triple) for part in parts)]
        self._draft.add(quads)
        yield
        self._draft.remove(quads)

    def _withdraw(self, stratum: Stratum, old: Mapping[Triple, Sequence[ox.NamedNode]]) -> list[Triple]:
        """Take the conclusions out; their nodes stay until it is known which of them come back."""
        if stratum.denied:
            return []
        gone = [triple for triple, nodes in old.items() if nodes]
        self._draft.remove([ox.Quad(*triple, producer.rule.graph) for triple in gone for producer in stratum.producers])
        return gone

    def _derive(self, stratum: Stratum, pool: Pool, masks: list[set[Mask]] | None, affected: set[Triple]) -> set[Triple]:
        """Fill the pool, and the draft with its statements; return the other standing statements that gained a derivation."""
        first: list[Derivation] = []
        for index, producer in enumerate(stratum.producers):
            table = None if masks is None else restriction(producer, affected, masks[index])
            if table is None or table[1]:
                first += [
                    each
                    for each in derive(producer, self._evaluator, table)
                    if masks is None or each.conclusion in affected or _fits(each.conclusion, masks[index])
                ]
        gained: set[Triple] = set()
        new = self._assert(stratum, pool, first)
        while new and stratum.recursive:
            further = [each for producer in stratum.producers for each in self._from(producer, new)]
            if masks is not None:
                gained |= {
                    each.conclusion
                    for each in further
                    if each.conclusion not in affected and each.conclusion not in pool.derivations
                    if self._record.nodes(each.conclusion)
                }
            new = self._assert(stratum, pool, further)
        return gained

    def _from(self, producer: Producer, new: Sequence[Triple]) -> Iterator[Derivation]:
        """The derivations that draw on one of the statements `new`."""
        filed = self._with({}, new)
        for pattern in producer.body.patterns:
            candidates = filed.get(pattern.predicate, new if isinstance(pattern.predicate, ox.Variable) else ())
            solutions = [found for triple in candidates if (found := unify(pattern, triple)) is not None]
            if solutions:
                names = tuple(sorted(solutions[0]))
                rows = list(dict.fromkeys(tuple(each[name] for name in names) for each in solutions))
                yield from derive(producer, self._evaluator, (names, rows))

    def _assert(self, stratum: Stratum, pool: Pool, derivations: Iterable[Derivation]) -> list[Triple]:
        new = [each for each in derivations if pool.add(each)]
        if not stratum.denied:
            # One statement may stand in two graphs, that of views and that of inferences.
            kinds = {
                ox.Quad(*triple, each.rule.graph)
                for triple in {each.conclusion for each in derivations}
                for each in pool.derivations[triple].values()
            }
            self._draft.add(kinds)
        return list(dict.fromkeys(each.conclusion for each in new))

    def _write(
        self,
        stratum: Stratum,
        pool: Pool,
        old: Mapping[Triple, Sequence[ox.NamedNode]],
        before: Mapping[Triple, Mark | None] | None = None,
    ) -> None:
        """The nodes of the pool in the place of the old ones; what came out differently is a change for later strata."""
        marks, weights = self._scale(stratum).weigh(pool.derivations)
        new: set[ox.Quad] = set()
        for nodes in pool.derivations.values():
            for derivation in nodes.values():
                sources, rank = weights[derivation.node]
                new.update(node_quads(derivation, sources, self._claims.concept(rank)))
        had = {quad for nodes in old.values() for node in nodes for quad in self._contest.less_flags(self._record.quads(node))}
        self._contest.note({*old, *pool.derivations}, {quad.subject for quad in new ^ had})
        self._contest.forget({node for nodes in old.values() for node in nodes} - set(weights))
        self._draft.remove(had - new)
        self._draft.add(new - had)
        if before is not None and not stratum.denied:
            for triple in {*old, *pool.derivations}:
                if marks.get(triple) != before.get(triple):
                    self._changed[triple[1]][triple] = None
                    if triple not in marks:
                        self._gone[triple] = None


def _matches(part: object, triple: Triple) -> bool:
    steps = getattr(part, "steps", None)
    if steps is not None:
        return any(step == triple[1] for step, _ in steps)
    return unify(part, triple) is not None  # type: ignore[arg-type]


def _fits(triple: Triple, masks: Collection[Mask]) -> bool:
    return any(all(one is None or one == other for one, other in zip(mask, triple, strict=True)) for mask in masks)
