"""How sure each derivation is, what it cites, and which are contested: denied, objected to, or resting on such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.rules.dataset import (
    CONTENT,
    GRAPHS,
    TYPE,
    Claims,
    Ground,
    Triple,
    Writable,
    has,
    is_situation,
    objects,
    subjects,
    terms_of,
)
from kg.rules.derivation import (
    AFFIRMED,
    CONTESTED,
    DENIED,
    POLARITY,
    TRUE,
    Citation,
    Derivation,
    DerivationStore,
    is_node,
)
from kg.rules.strata import Opposition, Stratum
from kg.terms import Node, parts

Derivations = Mapping[Triple, Mapping[ox.NamedNode, Derivation]]


@dataclass
class WeighedDerivation:
    """A derivation with what limits it: `rank` from outside the pool, `inner` statements settled together with it.

    `near` are the marks of those premises that belong to the stratum but are settled already.
    """

    derivation: Derivation
    rank: int
    sources: frozenset[Ground]
    inner: tuple[Triple, ...]
    near: tuple[Citation, ...]


class CertaintyPropagation:
    """Weighs the derivations of one stratum; `strata` are all of them."""

    def __init__(self, stratum: Stratum, strata: Sequence[Stratum], record: DerivationStore, claims: Claims) -> None:
        self._stratum, self._record, self._claims = stratum, record, claims
        self._homes = {key: other for other in strata if not other.denied for key in other.keys}
        self._marks: dict[Triple, Citation | None] = {}
        self._heights: dict[ox.NamedNode, int] = {}

    def weigh(self, pool: Derivations) -> dict[ox.NamedNode, tuple[frozenset[Ground], Citation]]:
        """What each derivation of the pool cites, and how sure it is, whole circles being weighed at once."""
        weighed = {
            triple: [self._weighed(derivation, pool) for derivation in nodes.values()] for triple, nodes in pool.items()
        }
        ranks = _ranks(weighed)
        marks = _marks(weighed, ranks)
        weights: dict[ox.NamedNode, tuple[frozenset[Ground], Citation]] = {}
        for one in (one for several in weighed.values() for one in several):
            cited = one.sources | {marks[inner].node for inner in one.inner}
            weights[one.derivation.node] = cited, Citation(one.derivation.node, _rank(one, ranks))
        return weights

    def weigh_apart(self, derivations: Iterable[Derivation]) -> dict[ox.NamedNode, tuple[frozenset[Ground], Citation]]:
        """What each derivation cites, and its mark, as all statements that it draws on stand now."""
        weights = {}
        for derivation in derivations:
            one = self._weighed(derivation, {})
            height = 1 + max((mark.height for mark in one.near if mark.rank == one.rank), default=0)
            weights[derivation.node] = one.sources, Citation(derivation.node, one.rank, height)
        return weights

    def mark_of(self, node: ox.NamedNode) -> Citation:
        """The mark of a node of the stratum, as it stands."""
        return Citation(node, self._record.rank(node), self._height(node, self._stratum))

    def mark(self, triple: Triple) -> Citation | None:
        """The mark of a statement as it stands; None where nothing derives it."""
        if triple not in self._marks:
            home = self._home(triple)
            nodes = [] if home is None else self._record.nodes(triple)
            marks = [Citation(node, self._record.rank(node), self._height(node, home)) for node in nodes if home]
            self._marks[triple] = min(marks, key=order, default=None)
        return self._marks[triple]

    def _home(self, triple: Triple) -> Stratum | None:
        """The stratum in which a statement is derived."""
        return self._homes.get((triple[1], None)) or self._homes.get((triple[1], triple[2]))

    def _height(self, node: ox.NamedNode, home: Stratum) -> int:
        """How many steps of the same certainty within its stratum lie below a node, itself included."""
        if not home.recursive:
            return 1
        if node not in self._heights:
            rank, below = self._record.rank(node), [0]
            for cited in self._record.cited(node):
                statement = self._record.statement(cited)
                if statement and home.holds(statement) and isinstance(cited, ox.NamedNode):
                    below.append(self._height(cited, home) if self._record.rank(cited) == rank else 0)
            self._heights[node] = 1 + max(below)
        return self._heights[node]

    def _weighed(self, derivation: Derivation, pool: Derivations) -> WeighedDerivation:
        """A claim is on whether a situation is so, and not on of which class it is: that limits no membership."""
        limit = derivation.rule.certainty
        rank = self._claims.rank(limit) if limit is not None else self._claims.top
        bound = {term for term in terms_of(derivation.premises) if self._claims.is_claim(term)}
        sources: set[Ground] = set(bound)
        inner, near, base = [], [], []
        for premise in derivation.premises:
            if premise[1] == TYPE and not derivation.rule.is_membership:
                base.append(premise)  # memberships are not seen
            elif premise[1] == TYPE and self._record.is_stated(premise):
                sources.add(premise[0])
            elif premise in pool and not derivation.denied:
                inner.append(premise)
            elif (mark := self.mark(premise)) is not None:
                sources.add(mark.node)
                rank = min(rank, mark.rank)
                if self._stratum.recursive and self._stratum.holds(premise):
                    near.append(mark)
            else:
                base.append(premise)
        for situation in {premise[0] for premise in base if is_situation(premise[0])}:
            stating = self._claims.stating(situation)
            if not stating & bound:
                sources.add(situation)
                rank = min(rank, max((self._claims.chain_rank(claim) for claim in stating), default=rank))
        rank = min([rank, *(self._claims.chain_rank(claim) for claim in bound)])
        return WeighedDerivation(derivation, rank, frozenset(sources), tuple(inner), tuple(near))


def order(mark: Citation) -> tuple[int, int, str]:
    return -mark.rank, mark.height, mark.node.value


def _rank(one: WeighedDerivation, ranks: Mapping[Triple, int]) -> int:
    return min([one.rank, *(ranks[inner] for inner in one.inner)])


def _ranks(weighed: Mapping[Triple, list[WeighedDerivation]]) -> dict[Triple, int]:
    """The surest that each statement can be had: the greatest of its derivations, each the least of its premises."""
    ranks: dict[Triple, int] = {}
    waiting: dict[Triple, set[Triple]] = {}
    for triple, several in weighed.items():
        for one in several:
            for inner in one.inner:
                waiting.setdefault(inner, set()).add(triple)
    work = dict.fromkeys(weighed)
    while work:
        triple = next(iter(work))
        del work[triple]
        ready = [_rank(one, ranks) for one in weighed[triple] if all(inner in ranks for inner in one.inner)]
        if ready and max(ready) > ranks.get(triple, -1):
            ranks[triple] = max(ready)
            work.update(dict.fromkeys(waiting.get(triple, ())))
    return ranks


def _marks(weighed: Mapping[Triple, list[WeighedDerivation]], ranks: Mapping[Triple, int]) -> dict[Triple, Citation]:
    """For each statement its surest node; of several as sure the one with the fewest steps, then by IRI.

    Steps count within the stratum and the same certainty, so that no surest node rests on itself by way of others.
    """
    marks: dict[Triple, Citation] = {}
    left, height = dict(weighed), 0
    deepest = max((mark.height for several in weighed.values() for one in several for mark in one.near), default=0)
    while left:
        height += 1
        settled: dict[Triple, Citation] = {}
        for triple, several in left.items():
            rank = ranks[triple]
            fit = [one for one in several if _rank(one, ranks) == rank and _is_settled(one, ranks, marks, rank, height)]
            if fit:
                settled[triple] = Citation(min((one.derivation.node for one in fit), key=str), rank, height)
        if not settled and height > deepest:
            raise AssertionError("a statement without ground")
        marks.update(settled)
        left = {triple: several for triple, several in left.items() if triple not in settled}
    return marks


def _is_settled(
    one: WeighedDerivation, ranks: Mapping[Triple, int], marks: Mapping[Triple, Citation], rank: int, height: int
) -> bool:
    """Do all premises of the same certainty stand below `height`?"""
    below = all(mark.rank > rank or mark.height < height for mark in one.near)
    return below and all(inner in marks or ranks[inner] > rank for inner in one.inner)


class ContestedFlags:
    """Sets `sg:contested` on nodes."""

    def __init__(self, draft: Writable, record: DerivationStore, opposition: Opposition) -> None:
        self._draft, self._record = draft, record
        self._counterparts, self._objections = opposition.either_way, dict(opposition.objections)
        self._denying = {denying for _, denying in opposition.counterparts}
        self._objects_to = {objection: property_ for property_, objection in opposition.objections}
        self._turned: set[Triple] = set()
        self._nodes: set[ox.NamedNode] = set()

    def note(self, nodes: Iterable[ox.NamedNode], turned: Iterable[Triple]) -> None:
        """Remember nodes that were written, and statements that came to be affirmed or denied, or ceased to be."""
        self._nodes.update(nodes)
        self._turned.update(turned)

    def everywhere(self) -> None:
        """Flag nodes, none being flagged yet: those of statements both affirmed and denied, then what rests on them."""
        work = {node for statement in self._both() for node in self._record.every(statement)}
        for property_ in self._denying:
            for statement in map(parts, list(self._draft.quads(None, property_, None, None))):
                work.update(self._relying(statement))
        self._spread(work)

    def around(self) -> None:
        """Set right the flags of what changed, and of all that rests on it."""
        work = {node for node in self._nodes if self._record.exists(node)}
        for statement in self._turned:
            for other in (statement, *self._opposed(statement), *self._met_by(statement)):
                work.update(self._record.every(other))
            work.update(self._relying(statement))
        self._spread(work)

    def flags(self, node: ox.NamedNode) -> list[ox.Quad]:
        """The flag of a node, if it has one."""
        return list(self._draft.quads(node, CONTESTED, None, None))

    def _spread(self, work: set[ox.NamedNode]) -> None:
        while work:
            node = work.pop()
            flags, contested = self.flags(node), self.is_contested(node)
            if contested == bool(flags):
                continue
            if contested:
                self._draft.add([ox.Quad(node, CONTESTED, TRUE, self._record.graph(node))])
            else:
                self._draft.remove(flags)
            work.update(self._record.citing(node))

    def _both(self) -> Iterator[Triple]:
        for graph in GRAPHS:
            for quad in list(self._draft.quads(None, POLARITY, DENIED, graph)):
                statement = self._record.statement(parts(quad)[0])
                if statement is not None and self._record.nodes(statement):
                    yield statement
            for property_, counterpart in self._counterparts.items():
                for triple in map(parts, list(self._draft.quads(None, property_, None, graph))):
                    if self._stands(triple[0], counterpart):
                        yield triple
            for objection in self._objects_to:
                for triple in map(parts, list(self._draft.quads(None, objection, None, graph))):
                    yield from self._met_by(triple)

    def _opposed(self, statement: Triple) -> Iterator[Triple]:
        """What the counterpart of its property says of the same subject."""
        counterpart = self._counterparts.get(statement[1])
        if counterpart is not None:
            for graph in GRAPHS:
                yield from map(parts, self._draft.quads(statement[0], counterpart, None, graph))

    def _met_by(self, statement: Triple) -> Iterator[Triple]:
        """What a statement objects to, if it is an objection."""
        if (property_ := self._objects_to.get(statement[1])) is not None:
            yield statement[0], property_, statement[2]

    def _is_objected_to(self, statement: Triple) -> bool:
        objection = self._objections.get(statement[1])
        return objection is not None and any(
            True for graph in GRAPHS for _ in self._draft.quads(statement[0], objection, statement[2], graph)
        )

    def is_contested(self, node: ox.NamedNode) -> bool:
        """Is it denied or objected to, or does it rest on what is?"""
        statement = self._record.statement(node)
        if statement is None:
            return False
        if self._record.is_both(statement) or any(True for _ in self._opposed(statement)):
            return True
        if self._is_objected_to(statement):
            return True
        cited = self._record.cited(node)
        if any(is_node(source) and bool(self.flags(source)) for source in cited):
            return True
        denying = [self._denials(source) for source in cited if not is_node(source)]
        return any(denials and not denials.intersection(cited) for denials in denying)

    def _denials(self, claim: Ground) -> set[Ground]:
        """The claims that deny the situation which a claim affirms."""
        if isinstance(claim, ox.Literal) or not has(self._draft, claim, POLARITY, AFFIRMED):
            return set()
        return {
            denial
            for situation in objects(self._draft, claim, CONTENT)
            if not isinstance(situation, ox.Literal)
            for property_ in self._denying
            for denial in objects(self._draft, situation, property_)
        }

    def _relying(self, statement: Triple) -> Iterator[ox.NamedNode]:
        """The nodes that rest on a claim of the situation which a statement says to be denied."""
        if statement[1] in self._denying:
            for claim in subjects(self._draft, CONTENT, statement[0]):
                yield from self._record.citing(claim)

    def _stands(self, subject: Node, predicate: ox.NamedNode) -> bool:
        return any(True for graph in GRAPHS for _ in self._draft.quads(subject, predicate, None, graph))
