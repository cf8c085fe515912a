"""Claims as accounts: who says what through whom, how surely, in which words; found by filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from kg import proofs
from kg.entities.claim_index import ClaimIndex, Filters, natural
from kg.entities.reader import INFERENCE, SITUATION, Reading, address, is_situation, sg
from kg.model import Cell, Evidence, Link, NamedCell, ThingCell
from kg.namespaces import PROV, RDF, RDFS, SG
from kg.terms import Literal, NamedNode, Node, Term

_CONTENT, _TYPE = sg("content"), NamedNode(RDF + "type")
_POLICY_OF = SG + "policyOf"
_MOST_KEPT = 20_000


@dataclass(frozen=True)
class Voice:
    """One link of a chain of attribution: whose claim it is, by which act, how surely."""

    claim: str
    speakers: tuple[NamedCell, ...]
    act: NamedCell | None
    polarity: NamedCell | None
    certainty: NamedCell | None


@dataclass(frozen=True)
class Claim:
    """Who says what through whom, how surely, in which words; one that stands in several chains is several."""

    iri: str
    href: str
    situation: ThingCell
    polarity: NamedCell | None
    certainty: Annotated[NamedCell | None, Field(description="That of the weakest voice of the chain")]
    chain: Annotated[tuple[Voice, ...], Field(description="From the outermost voice inwards")]
    source: NamedCell | None
    contested: bool
    contradicts: tuple[str, ...]
    in_tension_with: tuple[str, ...]
    said_when: Annotated[str | None, Field(description="A date in EDTF level 0")]
    temporal_words: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class ClaimList:
    """A part of a list of claims; `next` is where it goes on, `prev` what was before."""

    items: tuple[Claim, ...]
    total: Annotated[int, Field(description="Claims; one that stands in several chains is several items")]
    next: str | None = None
    prev: str | None = None
    start: Annotated[int, Field(exclude=True)] = 0  # the place of its first item


@dataclass(frozen=True)
class ClaimDetail:
    """A claim, once for each chain that it reaches us by."""

    iri: str
    chains: tuple[Claim, ...]


class Claims:
    """The claims of one version."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.index = reading, ClaimIndex(reading)
        self._read: dict[str, tuple[Claim, ...]] = {}

    def find(self, filters: Filters) -> list[str]:
        """The claims about situations that the filters let pass, by IRI."""
        index = self.index
        sets = []
        if filters.about is not None:
            situations = self.about(NamedNode(filters.about))
            sets.append({claim for each in situations for claim in index.by_situation.get(each, ())})
        if filters.speaker or filters.act:
            sets.append(index.spoken(filters.speaker, filters.act))
        if filters.source:
            sets.append(index.spoken(filters.source, None, outermost=True))
        found = index.chosen(filters, sorted(set.intersection(*sets), key=natural) if sets else None)
        if filters.contested is not None:
            against = self._column(f"SELECT DISTINCT ?claim {{ ?claim <{SG}contradicts> ?other }}")
            found = [claim for claim in found if (claim in against) == filters.contested]
        for word in filters.words:
            mentioning = self._mentioning(word)
            found = [claim for claim in found if claim in mentioning]
        return found

    def _column(self, sparql: str) -> set[str]:
        return {row["claim"].value for row in self.reading.select(sparql) if isinstance(row["claim"], NamedNode)}

    def _mentioning(self, word: str) -> set[str]:
        """The claims with a word in the words behind them, in what is claimed, or in the name of a voice."""
        places = (
            f"?claim <{SG}evidence>/(<{SG}quote>|<{SG}paraphrase>|<{SG}citation>) ?words",
            f"?situation <{RDFS}label> ?words . ?claim <{SG}content> ?situation",
            f"?speaker <{RDFS}label> ?words . ?voice <{SG}speaker> ?speaker ; <{SG}content>* ?claim",
        )
        said = f"FILTER (CONTAINS(LCASE(STR(?words)), {Literal(word)}))"
        return {claim for place in places for claim in self._column(f"SELECT ?claim {{ {place} {said} }}")}

    def about(self, thing: Node) -> set[str]:
        """The situations in which a thing has a role, itself or as a part of a part; and those of its policies."""
        roles = ", ".join(f"<{each}>" for each in (*sorted(self.reading.ontology.roles), _POLICY_OF))
        found = {thing.value} if is_situation(thing) and isinstance(thing, NamedNode) else set[str]()
        seen, waiting = set[str](), {thing.value}
        while waiting:
            seen |= waiting
            parts = " ".join(f"<{each}>" for each in sorted(waiting))
            rows = self.reading.select(f"""SELECT DISTINCT ?whole ?role {{
                VALUES ?part {{ {parts} }} ?whole ?role ?part FILTER (?role IN ({roles})) }}""")
            wholes = [(whole.value, role.value) for whole, role in rows if isinstance(whole, NamedNode)]
            found |= {whole for whole, role in wholes if role != _POLICY_OF}
            waiting = {whole for whole, _ in wholes} - seen
        return found

    def accounts(self, claim: str) -> tuple[Claim, ...]:
        """A claim with each of its chains; of a claim that quotes another, those of what is said in the end."""
        if claim not in self._read:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[claim] = tuple(self._accounts(claim))
        return self._read[claim]

    def _accounts(self, claim: str) -> Iterator[Claim]:
        inner = self._inmost(NamedNode(claim))
        evidence = proofs.evidence(self.reading, [inner.value]).get(inner.value, ())
        for chain in self._chains(inner):
            if NamedNode(claim) in chain:
                yield self._account(inner, chain, evidence)

    def of(self, claims: list[str]) -> list[Claim]:
        return [account for claim in claims for account in self.accounts(claim)]

    def behind(self, node: Node, seen: set[Node] | None = None) -> list[str]:
        """The claims at the leaves of a derivation."""
        seen = set() if seen is None else seen
        found: dict[str, None] = {}
        for each in self.reading.objects(node, NamedNode(PROV + "wasDerivedFrom")):
            if not isinstance(each, NamedNode) or each in seen:
                continue
            seen.add(each)
            if each.value.startswith(INFERENCE):
                found.update(dict.fromkeys(self.behind(each, seen)))
            elif self.is_claim(each):
                found[each.value] = None
            elif each.value.startswith(SITUATION):
                found.update(dict.fromkeys(self.of_situation(each)))
        return list(found)

    def of_situation(self, situation: Node) -> list[str]:
        """The claims about a situation; of a part of others that nobody claims by itself, those about the whole."""
        claims = [each for each in self.reading.subjects(_CONTENT, situation) if isinstance(each, NamedNode)]
        own = [each.value for each in claims if self.is_claim(each)]
        if own:
            return own
        wholes = self.about(situation)
        return [
            claim.value
            for whole in sorted(wholes - {getattr(situation, "value", "")})
            for claim in self.reading.subjects(_CONTENT, NamedNode(whole))
            if isinstance(claim, NamedNode) and self.is_claim(claim)
        ]

    def is_claim(self, term: Term) -> bool:
        return isinstance(term, NamedNode) and any(True for _ in self.reading.quads(term, _TYPE, sg("Claim")))

    def _inmost(self, claim: NamedNode) -> NamedNode:
        seen = {claim}
        while True:
            within = self.reading.one(claim, _CONTENT)
            if not isinstance(within, NamedNode) or within in seen or not self.is_claim(within):
                return claim
            seen.add(within)
            claim = within

    def _chains(self, claim: NamedNode, below: tuple[NamedNode, ...] = ()) -> Iterator[tuple[NamedNode, ...]]:
        chain = (claim, *below)
        outer = [each for each in self.reading.subjects(_CONTENT, claim) if self.is_claim(each) and each not in chain]
        if not outer:
            yield chain
        for each in outer:
            if isinstance(each, NamedNode):
                yield from self._chains(each, chain)

    def _account(self, inner: NamedNode, chain: tuple[NamedNode, ...], evidence: tuple[Evidence, ...]) -> Claim:
        voices = tuple(self._voice(claim) for claim in chain)
        weakest = min(chain, key=lambda claim: self.rank(self.reading.one(claim, sg("certainty"))))
        situation = self.reading.one(inner, _CONTENT)
        contradicted = self._linked(inner, "contradicts")
        spoken = [voice.speakers[0].iri if voice.speakers else "" for voice in voices]
        return Claim(
            iri=inner.value,
            href=address("claims", inner.value),
            situation=self.reading.cell(situation) if situation is not None else Cell(""),
            chain=voices,
            polarity=voices[-1].polarity,
            certainty=self._cell_of(weakest, "certainty"),
            source=voices[0].speakers[0] if voices[0].speakers else None,
            contested=bool(contradicted),
            contradicts=contradicted,
            in_tension_with=self._linked(inner, "inTensionWith"),
            said_when=self.reading.text(inner, sg("saidWhen")),
            temporal_words=self.reading.text(inner, sg("temporalWords")),
            evidence=tuple(self._said(each) for each in evidence if [link.iri for link in each.chain] == spoken),
        )

    def _said(self, evidence: Evidence) -> Evidence:
        """Evidence with the labels of its chain in the reading's language."""
        return replace(evidence, chain=tuple(map(self._link, evidence.chain)))

    def _link(self, link: Link) -> Link:
        alone = link.iri and " and " not in link.speaker
        return replace(link, speaker=self.reading.label(NamedNode(link.iri))) if alone else link

    def _voice(self, claim: NamedNode) -> Voice:
        speakers = tuple(self.reading.cell(each) for each in self.reading.objects(claim, sg("speaker")))
        act, polarity, certainty = (self._cell_of(claim, name) for name in ("act", "polarity", "certainty"))
        return Voice(claim.value, speakers, act, polarity, certainty)

    def _cell_of(self, claim: NamedNode, name: str) -> Cell | None:
        value = self.reading.one(claim, sg(name))
        return None if value is None else self.reading.cell(value)

    def _linked(self, claim: NamedNode, name: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.reading.objects(claim, sg(name)) if isinstance(each, NamedNode))

    def rank(self, certainty: Term | None) -> int:
        rank = self.reading.one(certainty, sg("rank")) if certainty is not None else None
        return int(rank.value) if isinstance(rank, Literal) else 1_000_000
