"""Which derivations are contested: their statement is denied as well as affirmed, or they rest on one that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.rules.evaluation import Quads, Triple
from kg.rules.record import CONTESTED, DENIED, GRAPHS, POLARITY, PREDICATE, TRUE, Record, is_node


class Contest:
    """Sets `sg:contested` on nodes; `counterparts` are the properties whose subjects are thereby both affirmed and denied."""

    def __init__(self, draft: Quads, record: Record, counterparts: Mapping[ox.NamedNode, ox.NamedNode]) -> None:
        self._draft, self._record = draft, record
        self._counterparts = {**counterparts, **{value: key for key, value in counterparts.items()}}
        self._statements: set[Triple] = set()
        self._nodes: set[ox.NamedNode] = set()

    def note(self, statements: Iterable[Triple], nodes: Iterable[ox.NamedNode]) -> None:
        """Remember what changed."""
        nodes = set(nodes)
        if nodes:
            self._statements.update(statements)
            self._nodes |= nodes

    def forget(self, nodes: Collection[ox.NamedNode]) -> None:
        """Take the flags of nodes that are gone."""
        self._draft.remove([quad for node in nodes for quad in self._flags(node)])  # type: ignore[attr-defined]

    @staticmethod
    def less_flags(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        return [quad for quad in quads if quad.predicate != CONTESTED]

    def everywhere(self) -> None:
        """Flag every node, none being flagged yet: from the statements denied, upwards."""
        for graph in GRAPHS:
            for quad in list(self._draft.quads(None, POLARITY, DENIED, graph)):
                statement = self._record.statement(quad.subject)
                if statement:
                    self._statements.add(statement)
        for predicate in self._counterparts:
            for graph in GRAPHS:
                quads = list(self._draft.quads(None, PREDICATE, predicate, graph))
                self._statements.update(filter(None, (self._record.statement(quad.subject) for quad in quads)))
        self.around()

    def around(self) -> None:
        """Set right the flags of what changed, and of all that rests on it."""
        work = {node for node in self._nodes if is_node(node) and self._record.quads(node)}
        for statement in self._statements:
            for each in self._bound_up(statement):
                work.update((*self._record.nodes(each), *self._record.nodes(each, denied=True)))
        while work:
            node = work.pop()
            flags, contested = self._flags(node), self._is_contested(node)
            if contested == bool(flags):
                continue
            if contested:
                graph = self._record.quads(node)[0].graph_name
                self._draft.add([ox.Quad(node, CONTESTED, TRUE, graph)])  # type: ignore[attr-defined]
            else:
                self._draft.remove(flags)  # type: ignore[attr-defined]
            work.update(self._record.citing(node))

    def _bound_up(self, statement: Triple) -> Iterator[Triple]:
        """The statement, and those that its counterpart makes of the same subject."""
        yield statement
        counterpart = self._counterparts.get(statement[1])
        if counterpart is not None:
            yield from self._record.matching(statement[0], counterpart, None, denied=False)

    def _is_contested(self, node: ox.NamedNode) -> bool:
        statement = self._record.statement(node)
        if statement is None:
            return False
        if self._record.nodes(statement) and self._record.nodes(statement, denied=True):
            return True
        counterpart = self._counterparts.get(statement[1])
        if counterpart is not None and self._record.matching(statement[0], counterpart, None, denied=False):
            return True
        return any(is_node(cited) and bool(self._flags(cited)) for cited in self._record.cited(node))

    def _flags(self, node: object) -> list[ox.Quad]:
        return list(self._draft.quads(node, CONTESTED, None, None))
