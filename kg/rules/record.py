"""The nodes of derivations as they stand in a draft: read, compared, written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import ID, INFERRED_GRAPH, PROV, RDF, SG, VIEWS_GRAPH
from kg.rules.claims import CERTAINTY, TYPE, Claims
from kg.rules.derivations import Derivation
from kg.rules.evaluation import NODE, Ground, Quads, Triple

SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
RULE, POLARITY, CONTESTED = (ox.NamedNode(SG + name) for name in ("rule", "polarity", "contested"))
AFFIRMED, DENIED = ox.NamedNode(SG + "affirmed"), ox.NamedNode(SG + "denied")
INFERENCE, VIEW = ox.NamedNode(SG + "Inference"), ox.NamedNode(SG + "View")
FROM = ox.NamedNode(PROV + "wasDerivedFrom")
# Leads from a node to what all derivations of one statement have in common, so that they are found at once.
OF = ox.NamedNode(PROV + "specializationOf")
TRUE = ox.Literal(True)
STATEMENT = ID + "statement/"
GRAPHS = (ox.NamedNode(VIEWS_GRAPH), ox.NamedNode(INFERRED_GRAPH))


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
        return [node for node in self.every(triple) if self._has(node, POLARITY, polarity)]

    def every(self, triple: Triple) -> list[ox.NamedNode]:
        """The nodes of a statement, affirmed or denied, by IRI."""
        return sorted((quad.subject for quad in self._source.quads(None, OF, statement_iri(triple), None)), key=str)

    def is_both(self, triple: Triple) -> bool:
        """Is a statement both affirmed and denied?"""
        found = {self.is_denied(node) for node in self.every(triple)}
        return len(found) == 2

    def exists(self, node: ox.NamedNode) -> bool:
        return any(True for _ in self._source.quads(node, RULE, None, None))

    def is_by(self, node: ox.NamedNode, rule: ox.NamedNode) -> bool:
        return self._has(node, RULE, rule)

    def rule(self, node: Ground) -> Ground | None:
        return next((quad.object for quad in self._source.quads(node, RULE, None, None)), None)

    def graph(self, node: ox.NamedNode) -> object:
        """The derived graph that a node stands in."""
        return next(quad.graph_name for quad in self._source.quads(node, RULE, None, None))

    def matching(self, s: Ground | None, p: ox.NamedNode, o: Ground | None, denied: bool) -> set[Triple]:
        """The derived statements with these terms."""
        polarity = DENIED if denied else AFFIRMED
        if s is not None:
            quads = self._source.quads(None, SUBJECT, s, None)
        elif o is not None:
            quads = self._source.quads(None, OBJECT, o, None)
        else:
            quads = self._source.quads(None, PREDICATE, p, None)
        found = set()
        for quad in quads:
            statement = self.statement(quad.subject)
            if statement and statement[1] == p and s in (None, statement[0]) and o in (None, statement[2]):
                if self._has(quad.subject, POLARITY, polarity):
                    found.add(statement)
        return found

    def statement(self, node: Ground) -> Triple | None:
        """What a node states."""
        terms = [
            next((quad.object for quad in self._source.quads(node, each, None, None)), None)
            for each in (SUBJECT, PREDICATE, OBJECT)
        ]
        return None if None in terms else (terms[0], terms[1], terms[2])  # type: ignore[return-value]

    def is_denied(self, node: Ground) -> bool:
        return self._has(node, POLARITY, DENIED)

    def quads(self, node: ox.NamedNode) -> list[ox.Quad]:
        return list(self._source.quads(node, None, None, None))

    def cited(self, node: ox.NamedNode) -> list[Ground]:
        return [quad.object for quad in self._source.quads(node, FROM, None, None)]

    def citing(self, term: Ground) -> list[ox.NamedNode]:
        """The nodes that name it among what they rest on."""
        return [quad.subject for quad in self._source.quads(None, FROM, term, None) if is_node(quad.subject)]

    def rank(self, node: ox.NamedNode) -> int:
        return self._claims.rank(next((quad.object for quad in self._source.quads(node, CERTAINTY, None, None)), None))

    def _has(self, node: Ground, predicate: ox.NamedNode, value: Ground) -> bool:
        return any(True for _ in self._source.quads(node, predicate, value, None))


def statement_iri(triple: Triple) -> ox.NamedNode:
    """What the nodes of one statement point to."""
    return ox.NamedNode(STATEMENT + hashlib.sha256(" ".join(map(str, triple)).encode()).hexdigest()[:32])


def is_node(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(NODE)


def node_quads(derivation: Derivation, sources: Iterable[Ground], certainty: Ground | None) -> Iterator[ox.Quad]:
    """What a derivation's node says, save whether it is contested."""
    node, graph = derivation.node, derivation.rule.graph
    subject, predicate, object_ = derivation.conclusion
    yield ox.Quad(node, TYPE, VIEW if derivation.rule.kind == "view" else INFERENCE, graph)
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
