"""A source: its text, cut into sentences, and the spans of it that claims rest on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field

from kg.entities.claims import Claim, Claims
from kg.entities.reader import Reading, address, sg
from kg.model import NamedCell, Thing, thing
from kg.namespaces import DCTERMS, SG
from kg.terms import NamedNode

# A sentence ends with its mark and what closes with it, before white space or, in Chinese, at once.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[”’」』）]*|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Art|vs|e\.g|i\.e|etc|cf)|\b[A-Z]\.[A-Z])\.$")


@dataclass(frozen=True)
class Sentence:
    """`text` is the source's at [start, end)."""

    number: Annotated[int, Field(description="From 1")]
    start: int
    end: Annotated[int, Field(description="Exclusive")]
    text: str


@dataclass(frozen=True)
class Span:
    """Words of the text at [start, end), in characters from 0, that claims rest on."""

    start: int
    end: int
    quote: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Segment:
    """A piece of the text on which the same claims rest from its first character to its last."""

    start: int
    end: int
    text: str
    claims: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SourceItem(Thing):
    """A document that is loaded, or a source of the background."""

    title: str | None
    language: str | None
    issued: str | None
    publisher: str | None
    sha256: Annotated[str | None, Field(description="Of the text in UTF-8, in hexadecimal")]
    rests_on: tuple[NamedCell, ...]
    background: bool
    claims: int
    href: str


@dataclass(frozen=True)
class SourceList:
    """A part of the list of sources; `next` is where it goes on, `prev` what was before."""

    items: tuple[SourceItem, ...]
    total: int
    next: str | None = None
    prev: str | None = None
    start: Annotated[int, Field(exclude=True)] = 0  # the place of its first item


@dataclass(frozen=True, kw_only=True)
class SourceDetail(SourceItem):
    """A source with its text, the sentences of it, the words that claims rest on, and the claims."""

    text: Annotated[str | None, Field(description="None where only citations are at hand")]
    sentences: tuple[Sentence, ...]
    spans: tuple[Span, ...]
    items: Annotated[tuple[Claim, ...], Field(description="All claims that reach us through it")]


def sentences(text: str) -> tuple[Sentence, ...]:
    """The text's sentences, without the white space between them; a line break ends one as well."""
    found: list[Sentence] = []
    start = 0
    for end in [match.end() for match in _END.finditer(text)] + [len(text)]:
        piece = text[start:end]
        if piece.strip() and _ABBREVIATED.search(piece) and end < len(text) and "\n" not in piece.strip():
            continue
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped[0])
            found.append(Sentence(len(found) + 1, first, first + len(stripped), stripped))
        start = end
    return tuple(found)


def spans(accounts: Iterable[Claim], source: str) -> tuple[Span, ...]:
    """The spans of a source, by place, each with all claims that rest on it."""
    claims: dict[tuple[int, int, str], dict[str, None]] = {}
    for account in accounts:
        for each in account.evidence:
            if each.source == source and each.quote is not None and each.start is not None and each.end is not None:
                claims.setdefault((each.start, each.end, each.quote), {})[each.claim] = None
    return tuple(Span(*place, tuple(found)) for place, found in sorted(claims.items()))


def segments(text: str, marked: Sequence[Span], cuts: Iterable[int] = ()) -> tuple[Segment, ...]:
    """The text cut wherever a span begins or ends, and at `cuts`."""
    inside = {at for span in marked for at in (span.start, span.end)} | {0, len(text)} | set(cuts)
    edges = sorted(at for at in inside if 0 <= at <= len(text))
    pieces = []
    for start, end in itertools.pairwise(edges):
        around = [span for span in marked if span.start <= start and end <= span.end]
        over = dict.fromkeys(claim for span in around for claim in span.claims)
        pieces.append(Segment(start, end, text[start:end], tuple(over)))
    return tuple(pieces)


class Sources:
    """The sources of one version."""

    def __init__(self, reading: Reading, claims: Claims, background: str) -> None:
        self._reading, self._claims, self._background = reading, claims, NamedNode(background)

    def whole(self, iri: str, claims: int, accounts: Sequence[Claim]) -> SourceDetail:
        """A source with its text and the claims that reach us through it."""
        text = self._reading.text(NamedNode(iri), sg("text"))
        parts = sentences(text) if text else ()
        known = vars(self.read(iri, claims))
        return SourceDetail(**known, text=text, sentences=parts, spans=spans(accounts, iri), items=tuple(accounts))

    def read(self, iri: str, claims: int) -> SourceItem:
        """What is known of a source, without its text."""
        node, read = NamedNode(iri), self._reading
        return SourceItem(
            **vars(thing(read.cell(node))),
            title=read.text(node, NamedNode(DCTERMS + "title")),
            language=read.text(node, NamedNode(DCTERMS + "language")),
            issued=read.text(node, NamedNode(DCTERMS + "issued")),
            publisher=read.text(node, NamedNode(DCTERMS + "publisher")),
            sha256=read.text(node, sg("sha256")),
            rests_on=tuple(read.cell(each) for each in read.objects(node, sg("restsOn"))),
            background=iri in self.background,
            claims=claims,
            href=address("sources", iri),
        )

    def counts(self, sources: Sequence[str]) -> dict[str, int]:
        """How many claims about situations reach us through each of `sources`."""
        values = " ".join(f"<{each}>" for each in sources)
        sparql = f"""SELECT ?source (COUNT(DISTINCT ?claim) AS ?count) {{ VALUES ?source {{ {values} }}
            ?outer <{SG}speaker> ?source ; <{SG}content>* ?claim . ?claim <{SG}content> ?situation .
            FILTER NOT EXISTS {{ ?situation a <{SG}Claim> }} FILTER NOT EXISTS {{ ?beyond <{SG}content> ?outer }}
        }} GROUP BY ?source"""
        rows = [(row["source"], row["count"]) for row in self._reading.select(sparql)]
        return {source.value: int(count.value) for source, count in rows if isinstance(source, NamedNode)}

    @cached_property
    def background(self) -> frozenset[str]:
        """The things that the background describes."""
        rows = self._reading.select(f"SELECT DISTINCT ?thing {{ GRAPH {self._background} {{ ?thing a ?kind }} }}")
        return frozenset(row["thing"].value for row in rows if isinstance(row["thing"], NamedNode))
