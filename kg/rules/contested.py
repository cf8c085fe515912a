"""Which derivations are contested: their statement is denied or objected to, or they rest on one that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.rules.claims import CONTENT
from kg.rules.record import AFFIRMED, CONTESTED, DENIED, POLARITY, TRUE, Record, is_node
from kg.rules.sources import GRAPHS, Ground, Triple, Writable, has, objects, subjects
from kg.rules.strata import Opposition
from kg.terms import Node, parts


class Contest:
    """Sets `sg:contested` on nodes."""

    def __init__(self, draft: Writable, record: Record, opposition: Opposition) -> None:
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
            for each in (statement, *self._opposed(statement), *self._met_by(statement)):
                work.update(self._record.every(each))
            work.update(self._relying(statement))
        self._spread(work)

    def flags(self, node: ox.NamedNode) -> list[ox.Quad]:
        """The flag of a node, if it has one."""
        return list(self._draft.quads(node, CONTESTED, None, None))

    def _spread(self, work: set[ox.NamedNode]) -> None:
        while work:
            node = work.pop()
            flags, contested = self.flags(node), self._is_contested(node)
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

    def _is_contested(self, node: ox.NamedNode) -> bool:
        statement = self._record.statement(node)
        if statement is None:
            return False
        if self._record.is_both(statement) or any(True for _ in self._opposed(statement)):
            return True
        if self._is_objected_to(statement):
            return True
        cited = self._record.cited(node)
        if any(is_node(each) and bool(self.flags(each)) for each in cited):
            return True
        denying = [self._denials(each) for each in cited if not is_node(each)]
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
