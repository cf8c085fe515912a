"""All rules of a folder, and what follows by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from kg.errors import Fault, Rejected
from kg.namespaces import GRAPH, ONTOLOGY_GRAPH, SHAPES_GRAPH
from kg.rules.certainty import ContestedFlags
from kg.rules.dataset import (
    BROADER,
    CERTAINTY,
    CLAIM,
    CONTENT,
    GRAPHS,
    Claims,
    Ground,
    KeptDraft,
    KeptGraphs,
    Quads,
    Triple,
    Writable,
    is_situation,
    solutions,
)
from kg.rules.delta import Deltas
from kg.rules.derivation import Derivation, DerivationPool, DerivationStore, derive, restriction
from kg.rules.evaluation import Evaluator, unify
from kg.rules.maintenance import Maintenance
from kg.rules.rule import Rule, read_rule
from kg.rules.strata import Memberships, Opposition, Producer, Stratum, denied_twins, producers, stratify
from kg.terms import parts

# A change of these bears on everything.
_WIDE = (ox.NamedNode(ONTOLOGY_GRAPH), ox.NamedNode(SHAPES_GRAPH))
MANY = 10_000  # statements: some eight documents of 50 claims


class Changed(Protocol):
    """The quads that a draft gained and lost."""

    @property
    def added(self) -> frozenset[ox.Quad]: ...

    @property
    def removed(self) -> frozenset[ox.Quad]: ...


def read(folder: Path, prefixes: Mapping[str, str]) -> RuleSet:
    """Read every rule of `folder`; raise Rejected with all faults, each with file and line."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.rq")):
        try:
            rules.append(read_rule(path, prefixes))
        except Rejected as rejected:
            faults += rejected.faults
    if faults:
        raise Rejected(str(folder.name), tuple(faults))
    rule_set = RuleSet(tuple(rules))
    stratify(producers(rule_set.rules))
    return rule_set


@dataclass(frozen=True)
class RuleSet:
    """Rules, and how they are run."""

    rules: tuple[Rule, ...]
    _deltas: dict[Opposition, Deltas] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _asserting(self) -> Sequence[Producer]:
        return producers(self.rules)

    def strata(self, opposition: Opposition) -> tuple[Stratum, ...]:
        """In the order in which they are settled; what is denied comes last."""
        return self._deltas_for(opposition).strata

    def _deltas_for(self, opposition: Opposition) -> Deltas:
        if opposition not in self._deltas:
            asserting = self._asserting
            self._deltas[opposition] = Deltas(stratify(asserting, denied_twins(asserting, opposition)))
        return self._deltas[opposition]

    def derivations_from(self, source: Quads) -> Callable[[Triple, bool], list[Derivation]]:
        """A function: a statement, and whether its denial is meant → each way in which it follows from `source`."""
        kept = KeptGraphs(source)
        evaluators = Evaluator(kept, Memberships(kept, self._asserting)), Evaluator(kept)

        @cache
        def denying() -> Sequence[Producer]:
            return denied_twins(self._asserting, Opposition.of(source))

        def derivations(triple: Triple, denied: bool) -> list[Derivation]:
            pool = DerivationPool()
            for producer in denying() if denied else self._asserting:
                if unify(producer.head, triple) is not None:
                    evaluator = evaluators[producer.rule.is_membership]
                    for derivation in derive(producer, evaluator, restriction(producer, [triple])):
                        if derivation.conclusion == triple:
                            pool.add(derivation)
            return sorted(pool.derivations.get(triple, {}).values(), key=lambda derivation: derivation.node.value)

        return derivations

    def infer_all(self, draft: Writable) -> None:
        """Derive everything afresh."""
        kept = KeptDraft(draft)
        for graph in GRAPHS:
            kept.remove(list(kept.quads(None, None, None, graph)))
        self._maintenance(kept).everything()

    def infer(self, draft: Writable, change: Changed) -> None:
        """Follow a change that `draft` holds already; what comes out is what `infer_all` would make of it."""
        kept = KeptDraft(draft)
        if any(_is_wide(quad) for quad in (*change.added, *change.removed)) or _is_most(kept, change):
            self.infer_all(draft)
            return
        added = _new(kept, change.added, change.removed)
        gone = _lost(kept, change.removed)
        if added or gone:
            self._maintenance(kept).follow(added, gone, _stale(kept, added | gone, gone))

    def _maintenance(self, draft: Writable) -> Maintenance:
        claims, opposition = Claims(draft), Opposition.of(draft)
        contest = ContestedFlags(draft, DerivationStore(draft, claims), opposition)
        return Maintenance(draft, self._deltas_for(opposition), contest, claims)


def _is_wide(quad: ox.Quad) -> bool:
    """A change of the vocabulary, or of what no rule can name, bears on everything."""
    blank = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    return _reads(quad) and (blank or quad.graph_name in _WIDE)


def _is_most(draft: Quads, change: Changed) -> bool:
    """Is so much new that to derive everything afresh is quicker? A statement then takes a sixth of the time."""
    if len(change.added) < MANY:
        return False
    (count,) = solutions(draft, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return int(count["n"].value) < 10 * len(change.added)  # what is derived included


def _reads(quad: ox.Quad) -> bool:
    """Do rules read the graph that the quad stands in? Derived graphs apart, which only rules write."""
    graph = quad.graph_name
    return isinstance(graph, ox.NamedNode) and graph.value.startswith(GRAPH) and graph not in GRAPHS


def _stands(draft: Writable, triple: Triple, besides: frozenset[ox.Quad] = frozenset()) -> bool:
    return any(_reads(quad) and quad not in besides for quad in draft.quads(*triple, None))


def _new(draft: Writable, added: frozenset[ox.Quad], removed: frozenset[ox.Quad]) -> set[Triple]:
    """The statements that stood nowhere before."""
    before = {parts(quad) for quad in removed if _reads(quad)}
    triples = {parts(quad) for quad in added if _reads(quad)}
    return {triple for triple in triples if triple not in before and not _stands(draft, triple, added)}


def _lost(draft: Writable, removed: frozenset[ox.Quad]) -> set[Triple]:
    """The statements that stand nowhere any more."""
    return {triple for triple in map(parts, filter(_reads, removed)) if not _stands(draft, triple)}


def _stale(draft: Writable, changed: set[Triple], gone: set[Triple]) -> set[Triple]:
    """The conclusions whose certainty a change may bear on: they rest on claims or situations that it touched."""
    held: dict[Ground, set[Ground]] = {}
    for subject, predicate, object_ in gone:
        if predicate == CONTENT or (is_situation(subject) and is_situation(object_)):
            held.setdefault(subject, set()).add(object_)
    starts: set[Ground] = {
        subject for subject, predicate, object_ in changed if predicate in (CERTAINTY, CONTENT) or object_ == CLAIM
    }
    starts |= {subject for subject, _, object_ in changed if is_situation(subject) and is_situation(object_)}
    record, work = DerivationStore(draft, Claims(draft)), list(starts)
    seen: set[Ground] = set(starts)
    while work:
        term = work.pop()
        inside = set(held.get(term, ()))
        for _, predicate, object_ in () if isinstance(term, ox.Literal) else map(parts, draft.quads(term)):
            if predicate == CONTENT or (is_situation(term) and is_situation(object_)):
                inside.add(object_)
        work += inside - seen
        seen |= inside
    resting = seen | set(_holding(draft, _restated(draft, changed, gone)))
    resting = {term for term in resting if term not in starts or _is_named(draft, term)}
    stated = {record.statement(node) for term in resting for node in record.citing(term)}
    return {statement for statement in stated if statement is not None}


def _is_named(draft: Writable, term: Ground) -> bool:
    """Is anything stated of it, or with it? Otherwise what rested on it has lost a premise, and is found by that."""
    about = () if isinstance(term, ox.Literal) else draft.quads(term)
    return any(map(_reads, about)) or any(map(_reads, draft.quads(None, None, term)))


def _restated(draft: Writable, changed: set[Triple], gone: set[Triple]) -> set[Ground]:
    """The situations that claims began or ceased to state, or that became or were wholes of others.

    As long as some claim is left that states a situation, what rests on one of them still does so.
    """
    claimed = {object_ for _, predicate, object_ in changed if predicate == CONTENT and is_situation(object_)}
    turned = {situation for situation in claimed if _has_turned(draft, situation, changed, gone)}
    wholes = (one for one, predicate, part in changed if predicate != BROADER and is_situation(part))
    return turned | set(filter(is_situation, wholes))


def _has_turned(draft: Writable, situation: Ground, changed: set[Triple], gone: set[Triple]) -> bool:
    """Had a situation claims of its own before, and has none now, or the other way about?"""
    if any(parts(quad) not in changed for quad in draft.quads(None, CONTENT, situation, None)):
        return False
    was = any(predicate == CONTENT and object_ == situation for _, predicate, object_ in gone)
    return was != any(True for _ in draft.quads(None, CONTENT, situation, None))


def _holding(draft: Writable, situations: Iterable[Ground]) -> Iterator[Ground]:
    """The claims of these and of the situations that they are parts of: a node may rest on such a claim instead."""
    work, seen = list(situations), set[Ground]()
    while work:
        part = work.pop()
        for whole, predicate, _ in map(parts, list(draft.quads(None, None, part, None))):
            if predicate == CONTENT:
                yield whole
            elif predicate != BROADER and is_situation(whole) and whole not in seen:
                seen.add(whole)
                work.append(whole)
