"""The words behind claims: who says it through whom, how surely, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeGuard

import pyoxigraph as ox

from kg.model import Evidence, Link
from kg.namespaces import (
    BACKGROUND_GRAPH,
    DCTERMS,
    GRAPH,
    ID,
    INFERRED_GRAPH,
    OA,
    ONTOLOGY_GRAPH,
    RDF,
    RDFS,
    SG,
    VIEWS_GRAPH,
)
from kg.store import Statements
from kg.terms import Term, parts

CLAIM = ox.NamedNode(SG + "Claim")
TYPE = ox.NamedNode(RDF + "type")
AFFIRMED = ox.NamedNode(SG + "affirmed")
LABEL = ox.NamedNode(RDFS + "label")
_SG = {
    name: ox.NamedNode(SG + name)
    for name in (
        "act", "certainty", "citation", "content", "end", "evidence", "paraphrase", "polarity", "quote", "rank",
        "speaker", "start",
    )
}  # fmt: skip
_SOURCES = (ox.NamedNode(OA + "hasSource"), ox.NamedNode(DCTERMS + "source"))
_DERIVED = frozenset({VIEWS_GRAPH, INFERRED_GRAPH})
# The graphs that describe things and are of no document, by what they are called.
_DESCRIBING = {BACKGROUND_GRAPH: "the register", ONTOLOGY_GRAPH: "the ontology"}
_SUREST = 1_000_000


def evidence(store: Statements, claims: Iterable[str]) -> dict[str, tuple[Evidence, ...]]:
    """For each claim the words behind it, once for each chain of voices that it stands in.

    The quote is that of the innermost claim, which carries the situation; the certainty that of the weakest link,
    and the polarity that of the outermost link that does not affirm: the denial of a report is a denial.
    A claim that nothing in the store evidences gets an empty tuple.
    """
    reader = Reader(store)
    return {claim: tuple(reader.evidence(ox.NamedNode(claim))) for claim in dict.fromkeys(claims)}


class Reader:
    """Reads claims, chains, labels, each once."""

    def __init__(self, store: Statements) -> None:
        self._store = store
        self._labels: dict[Term, str] = {}

    def evidence(self, claim: ox.NamedNode) -> Iterator[Evidence]:
        inner = self.inward(claim)
        for chain in self.chains(inner[-1]):
            if claim in chain:
                yield from self._evidence(chain)

    def described(self, subject: Term, predicate: ox.NamedNode, value: Term) -> Iterator[Evidence]:
        """Who states what no claim is about, such as of which class a thing is: documents, the register, the ontology.

        It is cited in our words; in the place of a claim stands the thing itself.
        """
        if isinstance(subject, ox.Literal):
            return
        for graph in sorted(
            {str(quad.graph_name).strip("<>") for quad in self._store.quads(subject, predicate, value)}
        ):
            if not graph.startswith(GRAPH) or graph in _DERIVED:
                continue
            source = graph if graph in _DESCRIBING else ID + graph.removeprefix(GRAPH)
            name = _DESCRIBING.get(graph) or self.label(ox.NamedNode(source))
            yield Evidence(
                claim=subject.value,
                source=source,
                polarity=self.label(AFFIRMED),
                certainty=max(self.ranks, key=lambda each: (self.ranks[each], each), default=""),
                chain=(Link(name, "describes", source),),
                paraphrase=" – ".join(map(self.label, (subject, predicate, value))),
                citation=name,
            )

    def inward(self, claim: Term) -> tuple[Term, ...]:
        """The claim, then the claims within it, down to the one that carries a situation."""
        links = [claim]
        while True:
            within = self.one(links[-1], "content")
            if within is None or within in links or not self.is_claim(within):
                return tuple(links)
            links.append(within)

    def content(self, claim: Term) -> Term | None:
        """The situation that a claim is about in the end."""
        return self.one(self.inward(claim)[-1], "content")

    def claims_of(self, situation: Term) -> list[ox.NamedNode]:
        """The claims whose content it is, by IRI."""
        found = {parts(quad)[0] for quad in self._store.quads(None, _SG["content"], situation, None)}
        return sorted((each for each in found if self.is_claim(each)), key=str)

    def is_claim(self, term: Term) -> TypeGuard[ox.NamedNode]:
        return isinstance(term, ox.NamedNode) and any(True for _ in self._store.quads(term, TYPE, CLAIM, None))

    def label(self, term: Term) -> str:
        """The label that it is given, or one made of its IRI's end, a claim's with its speakers; a literal's text."""
        if not isinstance(term, ox.NamedNode):
            return term.value
        if term not in self._labels:
            ending = term.value.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
            self._labels[term] = self.given_label(term) or ending
            if self._labels[term] == ending and self.is_claim(term):
                self._labels[term] = f"claim of {self._speakers(term)} ({ending})"
        return self._labels[term]

    def given_label(self, term: ox.NamedNode) -> str | None:
        """The English label, else another language's; None where it has none."""
        found = [parts(quad)[2] for quad in self._store.quads(term, LABEL, None, None)]
        english = sorted(each.value for each in found if isinstance(each, ox.Literal) and each.language == "en")
        return next(iter(english or sorted(each.value for each in found)), None)

    def _speakers(self, claim: Term) -> str:
        return " and ".join(map(self.label, self.all(claim, "speaker")))

    def one(self, subject: Term, name: str) -> Term | None:
        """The value of sg:NAME, the first by its text."""
        found = self.all(subject, name)
        return found[0] if found else None

    def all(self, subject: Term, name: str) -> list[Term]:
        """The values of sg:NAME, by their text; a literal has none."""
        if isinstance(subject, ox.Literal):
            return []
        return sorted({parts(quad)[2] for quad in self._store.quads(subject, _SG[name], None, None)}, key=str)

    def rank(self, certainty: Term | None) -> int:
        """How sure a term of the certainty vocabulary is; where nothing says, surer than any."""
        rank = None if certainty is None else self.one(certainty, "rank")
        return _SUREST if rank is None else int(rank.value)

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """How sure each certainty is, by its label."""
        found = map(parts, self._store.quads(None, _SG["rank"], None, None))
        return {self.label(certainty): int(rank.value) for certainty, _, rank in found}

    def chains(self, claim: Term, below: tuple[Term, ...] = ()) -> Iterator[tuple[Term, ...]]:
        """The chains that end in a claim, each from its source inwards."""
        chain = (claim, *below)
        outer = [each for each in self.claims_of(claim) if each not in chain]
        if not outer:
            yield chain
        for each in outer:
            yield from self.chains(each, chain)

    def _evidence(self, chain: tuple[Term, ...]) -> Iterator[Evidence]:
        inner = chain[-1]
        certainties = [each for claim in chain for each in self.all(claim, "certainty")]
        certainty = min(certainties, key=lambda each: (self.rank(each), str(each)), default=None)
        links = tuple(self._link(claim) for claim in chain)
        stances = [stance for claim in chain for stance in self.all(claim, "polarity")]
        polarity = next((each for each in stances if each != AFFIRMED), AFFIRMED if stances else None)
        for node in self.all(inner, "evidence"):
            yield Evidence(
                claim=inner.value,
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

    def _link(self, claim: Term) -> Link:
        speakers, act = self.all(claim, "speaker"), self.one(claim, "act")
        iris = [each.value for each in speakers] or [""]
        return Link(self._speakers(claim), self.label(act) if act is not None else "", iris[0], tuple(iris[1:]))

    def _source(self, node: Term, outermost: Term) -> str:
        """The text that is quoted or cited; else whose claim it is."""
        if not isinstance(node, ox.Literal):
            for predicate in _SOURCES:
                found = sorted(parts(quad)[2].value for quad in self._store.quads(node, predicate, None, None))
                if found:
                    return found[0]
        speaker = self.one(outermost, "speaker")
        return "" if speaker is None else speaker.value

    def _text(self, node: Term, name: str) -> str | None:
        value = self.one(node, name)
        return None if value is None else value.value

    def _number(self, node: Term, name: str) -> int | None:
        text = self._text(node, name)
        return None if text is None else int(text)
