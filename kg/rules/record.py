"""The nodes of derivations as they stand in a draft: read, compared, written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

import pyoxigraph as ox

from kg.namespaces import ID, PROV, RDF, SG
from kg.rules.claims import CERTAINTY, TYPE, Claims
from kg.rules.derivations import Derivation
from kg.rules.sources import GRAPHS, NODE, Ground, Quads, Triple, has, objects
from kg.store.snapshot import GraphName
from kg.terms import Node, parts

SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
RULE, POLARITY, CONTESTED = (ox.NamedNode(SG + name) for name in ("rule", "polarity", "contested"))
AFFIRMED, DENIED = ox.NamedNode(SG + "affirmed"), ox.NamedNode(SG + "denied")
INFERENCE, VIEW, DENIAL = (ox.NamedNode(SG + name) for name in ("Inference", "View", "Denial"))
_CLASSES = {"view": VIEW, "denial": DENIAL}
FROM = ox.NamedNode(PROV + "wasDerivedFrom")
# Leads from a node to what all derivations of one statement have in common, so that they are found at once.
OF = ox.NamedNode(PROV + "specializationOf")
TRUE = ox.Literal(True)
STATEMENT = ID + "statement/"


@dataclass(frozen=True)
class Mark:
    """What a premise is cited as: its surest node, and how sure that is."""

    node: ox.NamedNode
    rank: int
    height: int = 1


class Record:
    """The derived nodes of `source`; everything is looked up afresh, so writes show at once."""

    def __init__(self, source: Quads, claims: Claims) -> None:
        self._source, self._claims = source, claims

    graphs = GRAPHS

    def nodes(self, triple: Triple, denied: bool = False) -> list[ox.NamedNode]:
        """The nodes of a statement, of one polarity, by IRI."""
        polarity = DENIED if denied else AFFIRMED
        return [node for node in self.every(triple) if has(self._source, node, POLARITY, polarity)]

    def every(self, triple: Triple) -> list[ox.NamedNode]:
        """The nodes of a statement, affirmed or denied, by IRI."""
        return sorted(_named(self._source.quads(None, OF, statement_iri(triple), None)), key=str)

    def is_both(self, triple: Triple) -> bool:
        """Is a statement both affirmed and denied?"""
        found = {self.is_denied(node) for node in self.every(triple)}
        return len(found) == 2

    def exists(self, node: ox.NamedNode) -> bool:
        return has(self._source, node, RULE)

    def is_stated(self, triple: Triple) -> bool:
        """Does it stand elsewhere than among what is derived?"""
        return any(quad.graph_name not in GRAPHS for quad in self._source.quads(*triple, None))

    def is_by(self, node: ox.NamedNode, rule: ox.NamedNode) -> bool:
        return has(self._source, node, RULE, rule)

    def rule(self, node: ox.NamedNode) -> Ground | None:
        return next(objects(self._source, node, RULE), None)

    def graph(self, node: ox.NamedNode) -> GraphName:
        """The derived graph that a node stands in."""
        return next(quad.graph_name for quad in self._source.quads(node, RULE, None, None))

    def standing(self, s: Node | None, p: ox.NamedNode, o: Ground | None, denied: bool) -> set[Triple]:
        """The statements with these terms, as they stand among what is derived; of those denied the nodes alone do."""
        if denied:
            return self.matching(s, p, o, denied)
        return {parts(quad) for graph in GRAPHS for quad in self._source.quads(s, p, o, graph)}

    def matching(self, s: Node | None, p: ox.NamedNode, o: Ground | None, denied: bool) -> set[Triple]:
        """The statements with these terms that have nodes, also where they are taken back for the moment."""
        polarity = DENIED if denied else AFFIRMED
        if s is not None:
            quads = self._source.quads(None, SUBJECT, s, None)
        elif o is not None:
            quads = self._source.quads(None, OBJECT, o, None)
        else:
            quads = self._source.quads(None, PREDICATE, p, None)
        found = {node: self.statement(node) for node in _named(quads) if has(self._source, node, POLARITY, polarity)}
        return {
            statement
            for statement in found.values()
            if statement and statement[1] == p and s in (None, statement[0]) and o in (None, statement[2])
        }

    def statement(self, node: Ground) -> Triple | None:
        """What a node states."""
        subject, predicate, object_ = (
            next(objects(self._source, node, each), None) for each in (SUBJECT, PREDICATE, OBJECT)
        )
        if subject is None or isinstance(subject, ox.Literal) or object_ is None:
            return None
        return (subject, predicate, object_) if isinstance(predicate, ox.NamedNode) else None

    def is_denied(self, node: ox.NamedNode) -> bool:
        return has(self._source, node, POLARITY, DENIED)

    def quads(self, node: ox.NamedNode) -> list[ox.Quad]:
        return list(self._source.quads(node, None, None, None))

    def cited(self, node: ox.NamedNode) -> list[Ground]:
        return list(objects(self._source, node, FROM))

    def citing(self, term: Ground) -> list[ox.NamedNode]:
        """The nodes that name it among what they rest on."""
        return list(_named(self._source.quads(None, FROM, term, None)))

    def rank(self, node: ox.NamedNode) -> int:
        return self._claims.rank(next(objects(self._source, node, CERTAINTY), None))


def statement_iri(triple: Triple) -> ox.NamedNode:
    """What the nodes of one statement point to."""
    return ox.NamedNode(STATEMENT + hashlib.sha256(" ".join(map(str, triple)).encode()).hexdigest()[:32])


def is_node(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode) and term.value.startswith(NODE)


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.NamedNode]:
    """The nodes that the quads are about."""
    return (quad.subject for quad in quads if is_node(quad.subject))


def node_quads(derivation: Derivation, sources: Iterable[Ground], certainty: Ground | None) -> Iterator[ox.Quad]:
    """What a derivation's node says, save whether it is contested."""
    node, graph = derivation.node, derivation.rule.graph
    subject, predicate, object_ = derivation.conclusion
    kind = DENIAL if derivation.denied else _CLASSES.get(derivation.rule.kind, INFERENCE)
    yield ox.Quad(node, TYPE, kind, graph)
    yield ox.Quad(node, SUBJECT, subject, graph)
    yield ox.Quad(node, PREDICATE, predicate, graph)
    yield ox.Quad(node, OBJECT, object_, graph)
    yield ox.Quad(node, RULE, derivation.rule.iri, graph)
    yield ox.Quad(node, POLARITY, DENIED if derivation.denied else AFFIRMED, graph)
    yield ox.Quad(node, OF, statement_iri(derivation.conclusion), graph)
    for source in sources:
        yield ox.Quad(node, FROM, source, graph)
    if certainty is not None:
        yield ox.Quad(node, CERTAINTY, certainty, graph)
