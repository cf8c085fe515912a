"""The nodes of derivations as they stand in a draft: read, compared, written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import INFERRED_GRAPH, PROV, RDF, SG, VIEWS_GRAPH
from kg.rules.claims import CERTAINTY, TYPE, Claims
from kg.rules.derivations import Derivation
from kg.rules.evaluation import NODE, Ground, Quads, Triple

SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
RULE, POLARITY, CONTESTED = (ox.NamedNode(SG + name) for name in ("rule", "polarity", "contested"))
AFFIRMED, DENIED = ox.NamedNode(SG + "affirmed"), ox.NamedNode(SG + "denied")
INFERENCE, VIEW = ox.NamedNode(SG + "Inference"), ox.NamedNode(SG + "View")
FROM = ox.NamedNode(PROV + "wasDerivedFrom")
TRUE = ox.Literal(True)
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

    def nodes(self, triple: Triple, denied: bool = False) -> list[ox.NamedNode]:
        """The nodes of a statement, of one polarity, by IRI."""
        polarity = DENIED if denied else AFFIRMED
        found = [node for node in self._stating(triple) if self._has(node, POLARITY, polarity)]
        return sorted(found, key=str)

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
        terms = [next((quad.object for quad in self._source.quads(node, each, None, None)), None) for each in (SUBJECT, PREDICATE, OBJECT)]
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

    def _stating(self, triple: Triple) -> Iterator[ox.NamedNode]:
        """Looks from the subject's and the object's side at once: one of the two seldom has many nodes."""
        s, p, o = triple
        by_subject = self._source.quads(None, SUBJECT, s, None)
        by_object = self._source.quads(None, OBJECT, o, None)
        ones: list[ox.Quad] = []
        others: list[ox.Quad] = []
        while True:
            one, other = next(by_subject, None), next(by_object, None)
            if one is None or other is None:
                break
            ones.append(one)
            others.append(other)
        side = (ones, OBJECT, o) if one is None else (others, SUBJECT, s)
        for quad in side[0]:
            node = quad.subject
            if is_node(node) and self._has(node, side[1], side[2]) and self._has(node, PREDICATE, p):
                yield node


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
    for source in sources:
        yield ox.Quad(node, FROM, source, graph)
    if certainty is not None:
        yield ox.Quad(node, CERTAINTY, certainty, graph)
