"""Keeps what is derived in step with what is stated: all of it afresh, or what a change bears on and nothing else.

Stratum by stratum: the derivations that a change can bear on, found over old and new statements alike, are looked at
again, those that no longer hold are taken out, new ones put in. Where that leaves a statement as sure as before, by the
same derivation, nothing else moves. Otherwise it is a change for the strata above; and where rules feed each other,
it is taken back with all that rests on it, in a circle too, and derived again from what stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.namespaces import BASE
from kg.rules.certainty import CertaintyPropagation, ContestedFlags, order
from kg.rules.comparing import Comparison, Matter
from kg.rules.dataset import Claims, Ground, KeptGraphs, Triple, Writable
from kg.rules.delta import Changes, Deltas, ProducerDeltas
from kg.rules.derivation import (
    Citation,
    Derivation,
    DerivationPool,
    DerivationStore,
    derive,
    is_node,
    made,
    node_quads,
    restriction,
)
from kg.rules.evaluation import Evaluator, Table, is_written, unify
from kg.rules.strata import Memberships, Producer, Stratum
from kg.terms import parts

# Holds the statements that are gone while a change is followed; is no graph that is kept, and outlives no run, so that
# it comes and goes without a trace in what all of these hold.
GONE = ox.NamedNode(BASE + "gone")

Nodes = dict[ox.NamedNode, Triple]
New = dict[ox.NamedNode, Derivation]
Weights = Mapping[ox.NamedNode, tuple[frozenset[Ground], Citation]]


class Maintenance:
    """One run over a draft. `gone` and `changed` grow from stratum to stratum."""

    def __init__(self, draft: Writable, deltas: Deltas, contest: ContestedFlags, claims: Claims) -> None:
        self._draft, self._contest, self._deltas, self._strata = draft, contest, deltas, deltas.strata
        self._claims, self._record = claims, DerivationStore(draft, claims)
        self._evaluator = Evaluator(draft)
        known = self._evaluator.statistics
        self._search = Evaluator(KeptGraphs(draft, beside=[GONE.value]), statistics=known)
        members = Memberships(draft, (producer for one in self._strata for producer in one.producers))
        self._strict = Evaluator(draft, members, known)
        self._gone = Changes(())
        self._changed = Changes(())
        self._remembered: set[ox.Quad] = set()

    def everything(self) -> None:
        """Derive all, where nothing derived stands."""
        for stratum in self._strata:
            pool = DerivationPool()
            first = (derivation for producer in stratum.producers for derivation in self._derive(producer))
            self._grow(stratum, pool, list(first))
            weights = self._scale(stratum).weigh(pool.derivations)
            self._draft.add([quad for derivation in _flat(pool).values() for quad in self._quads(derivation, weights)])
        self._contest.everywhere()

    def follow(self, added: Collection[Triple], gone: Collection[Triple], stale: Collection[Triple]) -> None:
        """Follow a change of statements; `stale` are conclusions whose sources changed otherwise."""
        self._gone.add(gone)
        self._changed = Changes((*added, *gone), self._wholly({*added, *gone}))
        for stratum in self._strata:
            self._follow(stratum, [] if stratum.is_by_class else list(filter(stratum.holds, stale)))
        self._draft.remove(self._remembered)
        self._contest.around()

    def _wholly(self, changed: set[Triple]) -> frozenset[Ground]:
        """The things of which every statement in a document changed."""
        return frozenset(
            subject
            for subject in {triple[0] for triple in changed}
            if all(
                quad.graph_name in self._record.graphs or parts(quad) in changed
                for quad in self._draft.quads(subject, None, None, None)
            )
        )

    def _follow(self, stratum: Stratum, stale: Collection[Triple]) -> None:
        deltas = self._deltas.of(stratum)
        old, new = self._touched(stratum, deltas, stale)
        if not old and not new:
            return
        scale = self._scale(stratum)
        weights = scale.weigh_apart(new.values())
        if not stratum.recursive:
            self._write(stratum, old, new, weights)
            return
        unsettled = set(self._resettled(old, new, weights, scale))
        affected = self._settle(stratum, deltas, unsettled) if unsettled else set()
        unaffected = {node: triple for node, triple in old.items() if triple not in affected}
        self._write(
            stratum,
            unaffected,
            {node: derivation for node, derivation in new.items() if derivation.conclusion not in affected},
            weights,
        )

    def _derive(self, producer: Producer, table: Table | None = None) -> Iterator[Derivation]:
        if producer.rule.sides and table is None:
            comparison = Comparison(producer)
            return comparison.derivations(comparison.matters(self._evaluator), self._strict, self._derive)
        return derive(producer, self._evaluator if producer.rule.is_membership else self._strict, table)

    def _scale(self, stratum: Stratum) -> CertaintyPropagation:
        return CertaintyPropagation(stratum, self._strata, self._record, self._claims)

    def _touched(
        self, stratum: Stratum, deltas: Sequence[ProducerDeltas], stale: Collection[Triple]
    ) -> tuple[Nodes, New]:
        """The nodes that a change can bear on, and the derivations that hold in their place now.

        Each is found by its own solution: of a statement that many claims give, only the derivations by these are read.
        """
        plain = [delta for delta in deltas if not delta.producer.rule.sides]
        touched, tables = self._bearing(plain, stale)
        old, new = self._compared([delta for delta in deltas if delta not in plain], stale)
        for delta, table in zip(plain, tables, strict=True):
            for could_be in self._possible(delta.producer, table):
                if not is_written(value for _, value in could_be.bindings):
                    touched.add(could_be.conclusion)
                elif self._record.exists(could_be.node):
                    old[could_be.node] = could_be.conclusion
            new += self._derive(delta.producer, table)
        for delta in plain:
            new += self._restricted(delta.producer, touched)
        old |= {node: triple for triple in touched for node in self._record.nodes(triple, stratum.denied)}
        return old, {derivation.node: derivation for derivation in new}

    def _bearing(self, deltas: Sequence[ProducerDeltas], stale: Collection[Triple]) -> tuple[set[Triple], list[Table]]:
        """The statements, and for each producer the solutions of its body, that a change can bear on."""
        touched, tables = set(stale), list[Table]()
        search = self._remembering(deltas)
        for delta in deltas:
            names, rows = tuple(sorted(delta.producer.body.bound)), list[tuple[Ground, ...]]()
            if delta.is_plain(self._changed):
                rows = delta.rows(self._changed, search, names)
            else:
                touched.update(delta.conclusions(self._changed, search))
            tables.append((names, rows))
        return touched, tables

    def _compared(self, deltas: Sequence[ProducerDeltas], stale: Collection[Triple]) -> tuple[Nodes, list[Derivation]]:
        """The same as `_touched`, of comparisons: for each matter that a change bears on, as a whole."""
        old, new, due = dict[ox.NamedNode, Triple](), list[Derivation](), list[tuple[Comparison, list[Matter]]]()
        search, borne, known = self._remembering(deltas), dict[int, list[Matter]](), dict[object, list[Matter]]()
        for delta in deltas:
            comparison = Comparison(delta.producer, known)
            body = id(delta.producer.body)  # which all statements of a head have in common
            if body not in borne:
                borne[body] = delta.rows(self._changed, search, comparison.matter)
            matters = list(dict.fromkeys((*borne[body], *comparison.matters(search, stale))))
            for could_be in self._possible(delta.producer, comparison.recorded(matters, search)):
                if self._record.exists(could_be.node):
                    old[could_be.node] = could_be.conclusion
            due.append((comparison, matters))
        for comparison, matters in due:
            new += comparison.derivations(matters, self._strict, self._derive)
        new = [
            each for each in new if not (each.node in old and self._is_untouched(each, stale) and old.pop(each.node))
        ]
        return old, new

    def _is_untouched(self, derivation: Derivation, stale: Collection[Triple]) -> bool:
        """Does all that it draws on stand as it did?"""
        changed = (triple in self._changed.by_property.get(triple[1], ()) for triple in derivation.premises)
        return derivation.conclusion not in stale and not any(changed)

    def _possible(self, producer: Producer, table: Table) -> Iterator[Derivation]:
        """The derivations that solutions of a body are, whether or not they hold."""
        names, rows = table
        could_be = (made(producer, dict(zip(names, row, strict=True)), self._evaluator) for row in rows)
        return (derivation for derivation in could_be if derivation is not None)

    def _remembering(self, deltas: Sequence[ProducerDeltas]) -> Evaluator:
        """What sees the statements that are gone beside those that are there, where these rules ask for any."""
        seen = {part for delta in deltas for part in delta.parts}
        quads = {ox.Quad(*triple, GONE) for part in seen for triple in self._gone.fitting(part)}
        self._draft.add(quads - self._remembered)
        self._remembered |= quads
        return self._search if quads else self._evaluator

    def _resettled(self, old: Nodes, new: New, weights: Weights, scale: CertaintyPropagation) -> Iterator[Triple]:
        """The statements whose surest node, or its certainty, is not what it was."""
        for triple in {*old.values(), *(derivation.conclusion for derivation in new.values())}:
            before = scale.mark(triple)
            marks = [scale.mark_of(node) for node in self._record.nodes(triple) if node not in old]
            marks += [weights[node][1] for node, derivation in new.items() if derivation.conclusion == triple]
            if before != min(marks, key=order, default=None):
                yield triple

    def _settle(self, stratum: Stratum, deltas: Sequence[ProducerDeltas], unsettled: set[Triple]) -> set[Triple]:
        """Take unsettled statements back with all that rests on them, and derive them again; return all looked at."""
        while True:
            affected = self._resting_on(deltas, unsettled)
            old = {node: triple for triple in affected for node in self._record.nodes(triple)}
            withdrawn = set(old.values())
            graphs = {producer.rule.graph for producer in stratum.producers}
            self._draft.remove([ox.Quad(*triple, graph) for triple in withdrawn for graph in graphs])
            pool = DerivationPool()
            again = [
                derivation for producer in stratum.producers for derivation in self._restricted(producer, affected)
            ]
            late = self._grow(stratum, pool, again, affected)
            if not late:
                break
            unsettled |= late
            self._gone.add(withdrawn)
            fresh = [triple for triple in pool.derivations if not self._record.nodes(triple)]
            self._draft.remove([ox.Quad(*triple, graph) for triple in fresh for graph in graphs])
        for triple in withdrawn:
            if triple in pool.derivations:
                self._gone.discard(triple)
        self._write(stratum, old, _flat(pool), self._scale(stratum).weigh(pool.derivations))
        return affected | set(pool.derivations)

    def _resting_on(self, deltas: Sequence[ProducerDeltas], unsettled: set[Triple]) -> set[Triple]:
        """The statements, and all standing ones of the stratum that some derivation draws from them."""
        affected, fresh = set(unsettled), set(unsettled)
        search = self._remembering(deltas)
        while fresh:
            filed = Changes(fresh)
            conclusions = {triple for delta in deltas for triple in delta.conclusions(filed, search)}
            fresh = conclusions - affected
            affected |= fresh
        return affected

    def _restricted(self, producer: Producer, affected: set[Triple]) -> Iterator[Derivation]:
        derivations = self._derive(producer, restriction(producer, affected))
        return (derivation for derivation in derivations if derivation.conclusion in affected)

    def _grow(
        self,
        stratum: Stratum,
        pool: DerivationPool,
        first: Iterable[Derivation],
        affected: Collection[Triple] | None = None,
    ) -> set[Triple]:
        """Fill the pool from `first` on; return the other standing statements that gained a derivation by it."""
        late: set[Triple] = set()
        new = self._assert(stratum, pool, first)
        while new and stratum.recursive:
            further = [derivation for producer in stratum.producers for derivation in self._from(producer, new)]
            if affected is not None:
                others = {derivation.conclusion for derivation in further} - set(affected) - set(pool.derivations)
                late |= {triple for triple in others if self._record.nodes(triple)}
            new = self._assert(stratum, pool, further)
        return late

    def _from(self, producer: Producer, new: Sequence[Triple]) -> Iterator[Derivation]:
        """The derivations that draw on one of the statements `new`."""
        changes = Changes(new)
        for pattern in producer.body.patterns:
            candidates = changes.matching(pattern)
            solutions = [solution for triple in candidates if (solution := unify(pattern, triple)) is not None]
            if solutions:
                names = tuple(sorted(solutions[0]))
                rows = list(dict.fromkeys(tuple(solution[name] for name in names) for solution in solutions))
                yield from self._derive(producer, (names, rows))

    def _assert(self, stratum: Stratum, pool: DerivationPool, derivations: Iterable[Derivation]) -> list[Triple]:
        """Put derivations into the pool and what they conclude into the draft; return the pool's new statements."""
        derivations = list(derivations)
        new = [derivation.conclusion for derivation in derivations if pool.add(derivation)]
        if not stratum.denied:
            self._draft.add({ox.Quad(*derivation.conclusion, derivation.rule.graph) for derivation in derivations})
        return new

    def _write(self, stratum: Stratum, old: Nodes, new: New, weights: Weights) -> None:
        """Nodes in the place of others; what thereby stands, falls or is as sure as never before is a change."""
        touched = {*old.values(), *(derivation.conclusion for derivation in new.values())}
        before = {triple: self._standing(stratum, triple) for triple in touched}
        had = {quad for node in old for quad in self._record.quads(node)}
        kept_flags = {quad for node in old if node in new for quad in self._contest.flags(node)}
        have = {*kept_flags, *(quad for derivation in new.values() for quad in self._quads(derivation, weights))}
        self._draft.remove(had - have)
        self._draft.add(have - had)
        after = {triple: self._standing(stratum, triple) for triple in touched}
        turned = {triple for triple in touched if bool(before[triple]) != bool(after[triple])}
        self._contest.note(filter(is_node, {quad.subject for quad in had ^ have}), turned)
        if not stratum.denied:
            self._stand(touched)
            self._turn(triple for triple in touched if before[triple] != after[triple])

    def _quads(self, derivation: Derivation, weights: Weights) -> Iterator[ox.Quad]:
        sources, mark = weights[derivation.node]
        return node_quads(derivation, sources, self._claims.concept(mark.rank))

    def _standing(self, stratum: Stratum, triple: Triple) -> object:
        """What later strata may see of a statement: its mark; of a denied one whether there is any."""
        if stratum.denied:
            return bool(self._record.nodes(triple, denied=True))
        return self._scale(stratum).mark(triple)

    def _stand(self, triples: Iterable[Triple]) -> None:
        """Let each statement stand in the graphs that its nodes stand in."""
        for triple in triples:
            due = {ox.Quad(*triple, self._record.graph(node)) for node in self._record.nodes(triple)}
            there = {quad for quad in self._draft.quads(*triple, None) if quad.graph_name in self._record.graphs}
            self._draft.add(due - there)
            self._draft.remove(there - due)

    def _turn(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self._changed.add([triple])
            if not any(True for _ in self._draft.quads(*triple, None)):
                self._gone.add([triple])


def _flat(pool: DerivationPool) -> New:
    return {node: derivation for nodes in pool.derivations.values() for node, derivation in nodes.items()}
