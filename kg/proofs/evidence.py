"""The words behind claims: who says it through whom, how surely, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import pyoxigraph as ox

from kg.model import Evidence, Link
from kg.namespaces import DCTERMS, OA, RDF, RDFS, SG

CLAIM = ox.NamedNode(SG + "Claim")
TYPE = ox.NamedNode(RDF + "type")
AFFIRMED = ox.NamedNode(SG + "affirmed")
LABEL = ox.NamedNode(RDFS + "label")
_SG = {
    name: ox.NamedNode(SG + name)
    for name in (
        "act", "certainty", "citation", "content", "end", "evidence", "paraphrase", "polarity", "quote", "rank", "speaker", "start",
    )
}  # fmt: skip
_SOURCES = (ox.NamedNode(OA + "hasSource"), ox.NamedNode(DCTERMS + "source"))


class Quads(Protocol):
    """What is read of a store, snapshot or draft."""

    def quads(self, s: object = None, p: object = None, o: object = None, g: object = None) -> Iterator[ox.Quad]: ...


def evidence(store: Quads, claims: Iterable[str]) -> dict[str, tuple[Evidence, ...]]:
    """For each claim the words behind it, once for each chain of voices that it stands in.

    The quote is that of the innermost claim, which carries the situation; the certainty that of the weakest link,
    and the polarity that of the outermost link that does not affirm: the denial of a report is a denial.
    A claim that nothing in the store evidences gets an empty tuple.
    """
    reader = Reader(store)
    return {claim: tuple(reader.evidence(ox.NamedNode(claim))) for claim in dict.fromkeys(claims)}


class Reader:
    """Reads claims, chains, labels, each once."""

    def __init__(self, store: Quads) -> None:
        self._store = store
        self._labels: dict[object, str] = {}

    def evidence(self, claim: ox.NamedNode) -> Iterator[Evidence]:
        inner = self.inward(claim)
        for chain in self._chains(inner[-1]):
            if claim in chain:
                yield from self._evidence(chain)

    def inward(self, claim: object) -> tuple[object, ...]:
        """The claim, then the claims within it, down to the one that carries a situation."""
        links = [claim]
        while True:
            within = self.one(links[-1], "content")
            if within is None or within in links or not self.is_claim(within):
                return tuple(links)
            links.append(within)

    def content(self, claim: object) -> object | None:
        """The situation that a claim is about in the end."""
        return self.one(self.inward(claim)[-1], "content")

    def claims_of(self, situation: object) -> list[object]:
        """The claims whose content it is, by IRI."""
        found = {quad.subject for quad in self._store.quads(None, _SG["content"], situation, None)}
        return sorted((each for each in found if self.is_claim(each)), key=str)

    def is_claim(self, term: object) -> bool:
        return isinstance(term, ox.NamedNode) and any(True for _ in self._store.quads(term, TYPE, CLAIM, None))

    def label(self, term: object) -> str:
        """The English label, another language's, or the end of the IRI; a literal's text."""
        if not isinstance(term, ox.NamedNode):
            return str(getattr(term, "value", term))
        if term not in self._labels:
            found = [quad.object for quad in self._store.quads(term, LABEL, None, None)]
            english = sorted(each.value for each in found if getattr(each, "language", None) == "en")
            others = sorted(each.value for each in found)
            self._labels[term] = (english or others or [term.value.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]])[
                0
            ]
        return self._labels[term]

    def one(self, subject: object, name: str) -> object | None:
        """The value of sg:NAME, the first by its text."""
        found = self.all(subject, name)
        return found[0] if found else None

    def all(self, subject: object, name: str) -> list[object]:
        return sorted({quad.object for quad in self._store.quads(subject, _SG[name], None, None)}, key=str)

    def rank(self, certainty: object) -> int:
        rank = self.one(certainty, "rank")
        return int(getattr(rank, "value", 0)) if rank is not None else 1_000_000

    def _chains(self, claim: object, below: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
        chain = (claim, *below)
        outer = [each for each in self.claims_of(claim) if each not in chain]
        if not outer:
            yield chain
        for each in outer:
            yield from self._chains(each, chain)

    def _evidence(self, chain: tuple[object, ...]) -> Iterator[Evidence]:
        inner = chain[-1]
        certainties = [each for claim in chain for each in self.all(claim, "certainty")]
        certainty = min(certainties, key=lambda each: (self.rank(each), str(each)), default=None)
        links = tuple(self._link(claim) for claim in chain)
        stances = [stance for claim in chain for stance in self.all(claim, "polarity")]
        polarity = next((each for each in stances if each != AFFIRMED), AFFIRMED if stances else None)
        for node in self.all(inner, "evidence"):
            yield Evidence(
                claim=inner.value,  # type: ignore[attr-defined]
                source=self._source(node, chain[0]),
                polarity=self.label(polarity) if polarity is not None else "",
                certainty=self.label(certainty) if certainty is not None else "",
                chain=links,
                quote=self._text(node, "quote"),
                start=self._number(node, "start"),
                end=self._number(node, "end"),
                paraphrase=self._text(node, "paraphrase"),
                citation=self._text(node, "citation"),
            )

    def _link(self, claim: object) -> Link:
        speakers, act = self.all(claim, "speaker"), self.one(claim, "act")
        iris = [str(getattr(each, "value", "")) for each in speakers] or [""]
        names = " and ".join(map(self.label, speakers))
        return Link(names, self.label(act) if act is not None else "", iris[0], tuple(iris[1:]))

    def _source(self, node: object, outermost: object) -> str:
        """The text that is quoted or cited; else whose claim it is."""
        for predicate in _SOURCES:
            found = sorted(quad.object.value for quad in self._store.quads(node, predicate, None, None))
            if found:
                return str(found[0])
        return str(getattr(self.one(outermost, "speaker"), "value", ""))

    def _text(self, node: object, name: str) -> str | None:
        value = self.one(node, name)
        return None if value is None else str(value.value)  # type: ignore[attr-defined]

    def _number(self, node: object, name: str) -> int | None:
        text = self._text(node, name)
        return None if text is None else int(text)
