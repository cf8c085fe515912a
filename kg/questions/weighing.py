"""How far the claims and conclusions that a row rests on answer for it: yes, qualified, denied, or not at all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import pyoxigraph as ox

from kg.model import DENIED, NOT_SAID, QUALIFIED, YES
from kg.namespaces import INFERRED_GRAPH, SG
from kg.proofs import Reader
from kg.questions.verdicts import strongest, weakest
from kg.rules.dataset import TYPE, Claims, Ground, Quads, Triple, has, is_situation, objects, subjects
from kg.rules.derivation import FROM, OF, POLARITY, is_node, statement_iri
from kg.rules.standpoints import Standpoints
from kg.rules.strata import OBJECTION
from kg.terms import Node

_AFFIRMED, _DENIED, _ASSERTED = (ox.NamedNode(SG + name) for name in ("affirmed", "denied", "asserted"))
_ACT, _CERTAINTY, _CONTENT, _CONTESTED = (
    ox.NamedNode(SG + name) for name in ("act", "certainty", "content", "contested")
)
_CONDITIONED, _SHARES = ox.NamedNode(SG + "conditioned"), ox.NamedNode(SG + "sharesConditions")
_ESTABLISHED, _DENIED_BY = ox.NamedNode(SG + "establishedBy"), ox.NamedNode(SG + "deniedBy")
_DISPUTING = tuple(ox.NamedNode(SG + name) for name in ("contradicts", "disagreesWith"))
_UNVOUCHED = ox.NamedNode(SG + "UnvouchedAct")
_INFERRED = ox.NamedNode(INFERRED_GRAPH)


@dataclass(frozen=True)
class Grounds:
    """What something rests on: claims for it and claims that dispute it, how far these answer for it, and whether an
    inference is among it. `told` is what puts it into words: claims, and statements that follow by rules. `described`
    are statements that no claim is about, such as when a text was issued.
    """

    claims: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    standing: str = NOT_SAID
    inferred: bool = False
    contested: bool = False
    told: tuple[str | Triple, ...] = ()
    described: tuple[Triple, ...] = ()

    def __or__(self, other: Grounds) -> Grounds:
        """Both, of which one is enough."""
        return self._joined(other, strongest((self.standing, other.standing)))

    def __and__(self, other: Grounds) -> Grounds:
        """Both, which are needed together: as strong as the weaker."""
        return self._joined(other, weakest((self.standing, other.standing)))

    def showing(self, claims: Iterable[str]) -> Grounds:
        """The same with claims that are shown, whatever they answer for."""
        return replace(self, claims=tuple(dict.fromkeys((*claims, *self.claims))))

    def of(self, claims: Container[str]) -> Grounds:
        """The same with none but these claims for it."""
        told = tuple(each for each in self.told if not isinstance(each, str) or each in claims)
        return replace(self, claims=tuple(each for each in self.claims if each in claims), told=told)

    def _joined(self, other: Grounds, standing: str) -> Grounds:
        return Grounds(
            tuple(dict.fromkeys(self.claims + other.claims)),
            tuple(dict.fromkeys(self.against + other.against)),
            standing,
            self.inferred or other.inferred,
            self.contested or other.contested,
            tuple(dict.fromkeys(self.told + other.told)),
            tuple(dict.fromkeys(self.described + other.described)),
        )


class Weigher:
    """Weighs claims and derived statements of `store`, each once."""

    def __init__(self, store: Quads) -> None:
        self._store, self._reader, self._claims = store, Reader(store), Claims(store)
        self._standpoints = Standpoints(store)
        self._nodes: dict[ox.NamedNode, Grounds] = {}
        self._weighed: dict[tuple[ox.NamedNode, Ground | None], Grounds] = {}

    def claim(self, claim: ox.NamedNode, wanted: Ground | None = None) -> Grounds:
        """What a claim answers for, in the strongest of the chains in which it stands.

        `wanted` is the polarity that is asked for, if one is: whoever asks for denials gets a yes for a denial.
        """
        if (claim, wanted) not in self._weighed:
            inner = self._reader.inward(claim) if wanted is None else (claim,)
            chains = [chain for chain in self._reader.chains(inner[-1]) if claim in chain]
            ranked = [self._chain(chain, wanted) for chain in chains]
            against = tuple(dict.fromkeys(each.value for chain in chains for each in self._disputing(chain)))
            standing = strongest(ranked)
            self._weighed[claim, wanted] = Grounds(
                (claim.value,), against, standing, contested=bool(against), told=(claim.value,)
            )
        return self._weighed[claim, wanted]

    def statement(self, statement: Triple) -> Grounds | None:
        """What a derived statement rests on: any of its derivations is enough; None where no rule makes it."""
        sides: dict[bool, Grounds] = {}
        for node in sorted(subjects(self._store, OF, statement_iri(statement)), key=str):
            if is_node(node):
                denied, found = has(self._store, node, POLARITY, _DENIED), self._node(node, self._spoken_of(statement))
                sides[denied] = sides[denied] | found if denied in sides else found
        if False not in sides:
            return self._stood_for(statement)
        found = sides[False]
        told: tuple[str | Triple, ...] = (statement,) if found.inferred else self._restated(statement)
        against = tuple(dict.fromkeys(found.against + sides.get(True, Grounds()).claims + self._objecting(statement)))
        return replace(found, against=against, contested=found.contested or bool(against), told=told)

    def _stood_for(self, statement: Triple) -> Grounds | None:
        """What a statement on two claims rests on, of which that on the first of their sides is recorded."""
        recorded = self._standpoints.standing_for(statement)
        found = self.statement(recorded) if recorded is not None and recorded != statement else None
        return None if found is None else replace(found, claims=(), told=(statement,))

    def _restated(self, statement: Triple) -> tuple[str, ...]:
        """The claims that a view restates: those that its derivations name themselves."""
        nodes = sorted(subjects(self._store, OF, statement_iri(statement)), key=str)
        affirmed = (node for node in nodes if has(self._store, node, POLARITY, _AFFIRMED))
        cited = (each for node in affirmed for each in sorted(objects(self._store, node, FROM), key=str))
        return tuple(each.value for each in cited if isinstance(each, ox.NamedNode) and self._claims.is_claim(each))

    def rank(self, statement: Triple) -> ox.NamedNode | None:
        """How surely a derived statement is affirmed, by the surest of its derivations."""
        nodes = subjects(self._store, OF, statement_iri(statement))
        affirmed = (node for node in nodes if has(self._store, node, POLARITY, _AFFIRMED))
        found = {each for node in affirmed for each in objects(self._store, node, _CERTAINTY)}
        surest = max(found, key=lambda each: (self._reader.rank(each), str(each)), default=None)
        return surest if isinstance(surest, ox.NamedNode) else None

    def _objecting(self, statement: Triple) -> tuple[str, ...]:
        """The claims behind what objects to a statement."""
        subject, predicate, object_ = statement
        objections = (each for each in objects(self._store, predicate, OBJECTION) if isinstance(each, ox.NamedNode))
        found = (self.statement((subject, each, object_)) for each in objections)
        return tuple(claim for grounds in found if grounds is not None for claim in grounds.claims)

    def stating(self, situation: Ground) -> Grounds:
        """What the claims about a situation answer for."""
        found = (self.claim(each) for each in self._reader.claims_of(situation))
        return reduce(or_, found, Grounds())

    def is_claim(self, term: Ground) -> bool:
        return self._claims.is_claim(term)

    def reported(self, claim: Ground) -> Iterator[Ground]:
        """The claims within a claim."""
        yield from self._reader.inward(claim)[1:]

    def conditions(self, situation: Ground) -> list[Node]:
        """The conditions, as somebody has them, on which a situation stands."""
        wholes = [situation]
        for role in subjects(self._store, _SHARES, ox.Literal(True)):
            if isinstance(role, ox.NamedNode):
                wholes += objects(self._store, situation, role)
        found = dict.fromkeys(each for whole in wholes for each in subjects(self._store, _CONDITIONED, whole))
        said = (each for each in found if self.stating(each).standing in (YES, QUALIFIED))
        return sorted(said, key=str)

    def vouches(self, claim: Ground) -> bool:
        """Whether the claim's act is one by which a speaker answers for what it says."""
        acts = objects(self._store, claim, _ACT)
        return not any(has(self._store, act, TYPE, _UNVOUCHED) for act in acts if isinstance(act, ox.NamedNode))

    def _chain(self, chain: tuple[Ground, ...], wanted: Ground | None) -> str:
        *outer, own = chain
        polarity = next(objects(self._store, own, POLARITY), None)
        if not all(has(self._store, each, POLARITY, _AFFIRMED) for each in outer if not isinstance(each, ox.Literal)):
            return NOT_SAID
        if wanted not in (None, _AFFIRMED):
            return self._report(chain) if polarity == wanted else NOT_SAID
        if polarity != _AFFIRMED:
            return DENIED if polarity == _DENIED else NOT_SAID
        content = next(objects(self._store, own, _CONTENT), None)
        if content is None or isinstance(content, ox.Literal | ox.BlankNode):
            return QUALIFIED
        established = isinstance(own, ox.NamedNode) and has(self._store, content, _ESTABLISHED, own)
        vouched = established and all(map(self.vouches, chain))
        return YES if vouched and not self.conditions(content) else QUALIFIED

    def _report(self, chain: tuple[Ground, ...]) -> str:
        """That somebody denies it, or does not answer, is so where a source says it of itself or of one it quotes."""
        asserted = all(_ASSERTED in objects(self._store, each, _CERTAINTY) for each in chain)
        return YES if asserted and len(chain) <= 2 else QUALIFIED

    def _disputing(self, chain: Iterable[Ground]) -> Iterator[ox.NamedNode]:
        """The claims that some claim of the chain is at odds with."""
        for claim in chain:
            for relation in _DISPUTING:
                yield from self._standpoints.opponents(claim, relation)
            if isinstance(claim, ox.NamedNode) and has(self._store, claim, POLARITY, _AFFIRMED):
                for situation in objects(self._store, claim, _CONTENT):
                    denying = objects(self._store, situation, _DENIED_BY)
                    yield from (each for each in denying if isinstance(each, ox.NamedNode))

    def _spoken_of(self, statement: Triple) -> frozenset[Ground]:
        """The claims of which a statement speaks ("contradicts"), and those within: that they were made is enough."""
        claims = (each for each in (statement[0], statement[2]) if self._claims.is_claim(each))
        return frozenset(each for claim in claims for each in self._reader.inward(claim))

    def _node(self, node: ox.NamedNode, spoken_of: frozenset[Ground] = frozenset()) -> Grounds:
        """One derivation: as strong as the weakest of what it draws on."""
        if node not in self._nodes:
            self._nodes[node] = Grounds()  # in a circle, which no pipeline makes, nothing would answer for it
            surest = max(self._reader.ranks.values(), default=0)
            sure = all(self._reader.rank(each) >= surest for each in objects(self._store, node, _CERTAINTY))
            found = Grounds((), (), YES if sure else QUALIFIED, contested=has(self._store, node, _CONTESTED))
            for cited in sorted(objects(self._store, node, FROM), key=str):
                if cited in spoken_of and isinstance(cited, ox.NamedNode):
                    found = found.showing((cited.value,))
                elif (premise := self._premise(cited)) is not None:
                    found &= premise
            inferred = any(True for _ in self._store.quads(node, POLARITY, None, _INFERRED))
            self._nodes[node] = replace(found, inferred=inferred or found.inferred)
        return self._nodes[node]

    def _premise(self, cited: Ground) -> Grounds | None:
        """What a derivation names among its sources; None for what is only described."""
        if is_node(cited):
            return self._node(cited)
        if isinstance(cited, ox.NamedNode) and self._claims.is_claim(cited):
            return self.claim(cited)
        if is_situation(cited):
            stating = [self.claim(each) for each in self._claims.stating(cited) if isinstance(each, ox.NamedNode)]
            found = reduce(or_, stating, Grounds())
            part = not self._reader.claims_of(cited)  # of what others speak of: what they say of the whole is disputed
            return (replace(found, against=(), contested=False) if part else found) if stating else None
        return None
