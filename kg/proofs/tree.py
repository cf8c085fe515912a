"""A statement → why it holds: rules and their premises, down to quoted words or background citations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeGuard

import pyoxigraph as ox

from kg.errors import NotFound
from kg.model import Named
from kg.namespaces import ID, PROV, RDF, SG
from kg.proofs.absences import absence
from kg.proofs.evidence import Reader
from kg.proofs.steps import Proof, Step, Term, Words
from kg.rules import RuleSet
from kg.rules.dataset import BROADER, Ground, Quads, Triple, has, objects, subjects
from kg.rules.dataset import NODE as _NODE
from kg.rules.derivation import Derivation
from kg.terms import Node, parts

_SITUATION = ID + "situation/"
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
_POLARITY, _CERTAINTY, _CONTESTED, _OBJECTION = (
    ox.NamedNode(SG + name) for name in ("polarity", "certainty", "contested", "objection")
)
_DENIED = ox.NamedNode(SG + "denied")
_SLOT = re.compile(r"\{(\w+)\}")


def why(store: Quads, rules: RuleSet, subject: Node, predicate: ox.NamedNode, object_: Ground) -> Proof:
    """The proof of a statement, and of its denial or of what objects to it; raise NotFound where there is neither."""
    return Prover(store, rules).prove((subject, predicate, object_))


class Prover:
    """Proves statements of one version of a store; what proofs have in common is found once."""

    def __init__(self, store: Quads, rules: RuleSet) -> None:
        self._store, self._reader = rules.compared(store), Reader(store)
        self._derivations = rules.derivations_from(store)
        self._known: dict[tuple[Triple, bool], Proof] = {}

    def prove(self, statement: Triple) -> Proof:
        """See `why`."""
        nodes = self._nodes(statement)
        sides = {self._is(node, _POLARITY, _DENIED) for node in nodes}
        if sides:
            first, *rest = (self._derived(statement, denied=denied, above=()) for denied in sorted(sides))
            return replace(first, denial=rest[0] if rest else self._objection(statement))
        if any(True for _ in self._store.quads(*statement, None)):
            return self._stated(statement)
        raise NotFound(
            culprit=" ".join(self._reader.label(term) for term in statement),
            found="no such statement, said or inferred",
            remedy="Give subject, predicate and object of a statement that a query shows.",
        )

    def _objection(self, statement: Triple) -> Proof | None:
        """The proof of what objects to the statement, if anything does."""
        subject, predicate, object_ = statement
        for objection in objects(self._store, predicate, _OBJECTION):
            if isinstance(objection, ox.NamedNode) and self._nodes((subject, objection, object_)):
                return self._derived((subject, objection, object_), denied=False, above=())
        return None

    def _derived(self, statement: Triple, denied: bool, above: tuple[Triple, ...]) -> Proof:
        """Its proof; within itself a mere mention."""
        if (statement, denied) in self._known:
            return self._known[statement, denied]
        standing = {node: node for node in self._nodes(statement) if self._is(node, _POLARITY, _DENIED) == denied}
        proof = self._bare(statement, "denied" if denied else "affirmed", list(standing))
        if statement in above:
            return replace(proof, above=True)
        derivations = self._derivations(statement, denied)
        steps = [self._step(each, (*above, statement)) for each in derivations if each.node in standing]
        ranked = sorted(steps, key=lambda step: (-self._rank(ox.NamedNode(step.node)), step.node))
        proof = replace(proof, derivations=tuple(ranked))
        if not any(_mentions(step) for step in ranked):
            self._known[statement, denied] = proof
        return proof

    def _stated(self, statement: Triple) -> Proof:
        """A statement that a document makes: by whose claims, or else who describes the thing so."""
        subject = statement[0]
        claims = [subject] if self._reader.is_claim(subject) else self._stating(subject)
        words = tuple(self._words(claim) for claim in claims) or tuple(self._described(statement))
        return replace(self._bare(statement, "affirmed", []), words=words)

    def _described(self, statement: Triple) -> Iterator[Words]:
        if evidence := tuple(self._reader.described(*statement)):
            yield Words(self._term(statement[0]), evidence)

    def _stating(self, situation: Ground, seen: frozenset[Ground] = frozenset()) -> list[ox.NamedNode]:
        """The claims of a situation; for a part of other situations, theirs."""
        own = self._reader.claims_of(situation)
        if own or not _is_under(situation, _SITUATION):
            return own
        quads = (quad for quad in self._store.quads(None, None, situation, None) if quad.predicate != BROADER)
        whole = {parts(quad)[0] for quad in quads} - seen
        outer = [each for each in sorted(whole, key=str) if _is_under(each, _SITUATION)]
        return [claim for each in outer for claim in self._stating(each, seen | {situation})]

    def _bare(self, statement: Triple, polarity: Literal["affirmed", "denied"], nodes: list[ox.NamedNode]) -> Proof:
        surest = max(nodes, key=lambda node: (self._rank(node), str(node)), default=None)
        subject, predicate, object_ = map(self._term, statement)
        return Proof(
            subject=subject,
            predicate=predicate,
            object=object_,
            polarity=polarity,
            certainty=self._certainty(surest) if surest is not None else None,
            contested=any(self._is(node, _CONTESTED) for node in nodes),
        )

    def _step(self, derivation: Derivation, above: tuple[Triple, ...]) -> Step:
        node, rule, bindings = derivation.node, derivation.rule, dict(derivation.bindings)
        premises = tuple(self._premises(derivation, above))
        return Step(
            node=node.value,
            rule=Named(rule.label, rule.iri.value),
            explanation=self._explanation(rule.explanation, bindings),
            certainty=self._certainty(node),
            contested=self._is(node, _CONTESTED),
            bindings={name: self._term(value) for name, value in bindings.items() if not name.startswith("_")},
            statements=tuple(sorted(" ".join(map(str, premise)) for premise in derivation.premises)),
            premises=premises,
            absences=tuple(absence(each, bindings, self._store, self._reader) for each in derivation.body.absent),
            limited_by=tuple(self._limits(derivation, premises)),
        )

    def _premises(self, derivation: Derivation, above: tuple[Triple, ...]) -> Iterator[Proof | Words]:
        """What the node cites: derived statements with their proofs first, then the words of claims.

        Where no claim is about a thing that is cited, it is who describes it as the derivation has it.
        """
        cited = sorted(objects(self._store, derivation.node, _FROM), key=str)
        for each in cited:
            if _is_under(each, _NODE) and (statement := self._statement(each)) is not None:
                yield self._derived(statement, denied=False, above=above)
        for each in cited:
            if self._reader.is_claim(each):
                yield self._words(each)
            elif _is_under(each, _SITUATION):
                evidence = (self._words(claim).evidence for claim in self._stating(each))
                yield Words(self._term(each), tuple(words for several in evidence for words in several))
            elif not _is_under(each, _NODE):
                drawn_on = sorted((one for one in derivation.premises if one[0] == each), key=str)
                yield from (words for one in drawn_on for words in self._described(one))

    def _limits(self, derivation: Derivation, premises: Sequence[Proof | Words]) -> Iterator[str]:
        """What is no surer than the conclusion, where something could be surer."""
        ranks, rank, limit = self._reader.ranks, self._rank(derivation.node), derivation.rule.certainty
        if rank >= max(ranks.values(), default=rank):
            return
        for premise in premises:
            certainties = premise.certainties
            if certainties and max(ranks.get(each, rank) for each in certainties) <= rank:
                yield str(premise)
        if limit is not None and self._reader.rank(limit) <= rank:
            yield f"the rule “{derivation.rule.label}”"

    def _words(self, claim: ox.NamedNode) -> Words:
        content = self._reader.content(claim)
        return Words(self._term(content if content is not None else claim), tuple(self._reader.evidence(claim)))

    def _explanation(self, template: str, bindings: Mapping[str, Ground]) -> str:
        """The template with labels; "something" for a variable of another branch of a UNION."""
        return _SLOT.sub(
            lambda match: self._reader.label(bindings[match[1]]) if match[1] in bindings else "something", template
        )

    def _term(self, term: Ground) -> Term:
        return Term(str(term), self._reader.label(term))

    def _nodes(self, statement: Triple) -> list[ox.NamedNode]:
        subject, predicate, object_ = statement
        has(self._store, subject, predicate, object_)  # for what is compared when asked for
        found = {node for node in subjects(self._store, _SUBJECT, subject) if _is_under(node, _NODE)}
        fitting = (node for node in found if self._is(node, _OBJECT, object_) and self._is(node, _PREDICATE, predicate))
        return sorted(fitting, key=str)

    def _is(self, node: ox.NamedNode, predicate: ox.NamedNode, value: Ground | None = None) -> bool:
        return has(self._store, node, predicate, value)

    def _statement(self, node: ox.NamedNode) -> Triple | None:
        """What a node states."""
        subject, predicate, object_ = (self._value(node, part) for part in (_SUBJECT, _PREDICATE, _OBJECT))
        if subject is None or isinstance(subject, ox.Literal) or object_ is None:
            return None
        return (subject, predicate, object_) if isinstance(predicate, ox.NamedNode) else None

    def _value(self, node: ox.NamedNode, predicate: ox.NamedNode) -> Ground | None:
        return next(objects(self._store, node, predicate), None)

    def _certainty(self, node: ox.NamedNode) -> str | None:
        value = self._value(node, _CERTAINTY)
        return self._reader.label(value) if value is not None else None

    def _rank(self, node: ox.NamedNode) -> int:
        return self._reader.rank(self._value(node, _CERTAINTY))


def _is_under(term: object, start: str) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode) and term.value.startswith(start)


def _mentions(step: Step) -> bool:
    """Does a mere mention stand somewhere below?"""
    proofs = [premise for premise in step.premises if isinstance(premise, Proof)]
    return any(proof.above or any(_mentions(further) for further in proof.derivations) for proof in proofs)
