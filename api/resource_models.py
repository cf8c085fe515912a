"""The shapes of entities, claims, sources and comparisons, as `openapi.json` describes them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.models import Evidence, Named, Thing, Value

Status = Literal["covered", "denied", "silent", "contested"]
Polarity = Literal["affirmed", "denied"]


class Found(BaseModel):
    """How a thing was found by its name."""

    name: str = Field(examples=["Beijing"])
    kind: Literal["exact", "name", "prefix", "alike"] = Field(description="exact: its label; name: another name")
    score: float = Field(ge=0, le=100)


class EntityItem(Thing):
    """An entity in a list."""

    href: str
    match: Found | None = Field(None, description="Of a search alone")


class EntityList(BaseModel):
    items: list[EntityItem]
    total: int
    next: str | None = None


class Name(BaseModel):
    text: str
    language: str | None = None
    kind: Literal["label", "other name", "code", "adjective"]


class Said(BaseModel):
    """What the register or a document states of it outright."""

    property: Named
    value: Thing | Value


class Statement(BaseModel):
    """What a view or an inference states, and the claims that it rests on in the end."""

    subject: Thing
    predicate: Named
    object: Thing | Value
    inferred: bool
    polarity: Polarity
    certainty: Named | None
    contested: bool
    rules: list[Named]
    claims: list[str]
    why: str = Field(description="The address of its proof")


class Voice(BaseModel):
    """One link of a chain of attribution."""

    claim: str
    speakers: list[Named]
    act: Named | None
    polarity: Named | None
    certainty: Named | None


class Claim(BaseModel):
    """Who says what through whom, how surely, in which words."""

    iri: str
    href: str
    situation: Thing
    polarity: Named | None
    certainty: Named | None = Field(description="That of the weakest voice of the chain")
    chain: list[Voice] = Field(description="From the outermost voice inwards")
    source: Named | None
    contested: bool
    contradicts: list[str]
    in_tension_with: list[str]
    said_when: str | None = Field(None, description="A date in EDTF level 0")
    temporal_words: str | None = None
    evidence: list[Evidence]


class ClaimList(BaseModel):
    items: list[Claim]
    total: int = Field(description="Claims; one that stands in several chains is several items")
    next: str | None = None


class ClaimDetail(BaseModel):
    """A claim, once for each chain that it reaches us by."""

    iri: str
    chains: list[Claim]


class Mention(BaseModel):
    source: Named
    claims: int


class EntityDetail(Thing):
    """What is known of an entity, and where."""

    types: list[Thing]
    names: list[Name]
    identifiers: list[Value]
    same_as: list[str]
    said: list[Said]
    statements: list[Statement]
    claims: ClaimList = Field(description="About it; the first of them")
    speaks: ClaimList = Field(description="In which it is a voice; the first of them")
    sources: list[Mention]


class SourceItem(Thing):
    """A document, or a source of the background."""

    title: str | None
    language: str | None
    issued: str | None
    publisher: str | None
    sha256: str | None = Field(description="Of the text in UTF-8, in hexadecimal")
    rests_on: list[Named]
    background: bool
    claims: int
    href: str


class SourceList(BaseModel):
    items: list[SourceItem]
    total: int
    next: str | None = None


class Sentence(BaseModel):
    number: int = Field(description="From 1")
    start: int
    end: int = Field(description="Exclusive")
    text: str


class Span(BaseModel):
    """Words of the text at [start, end), in characters from 0, that claims rest on."""

    start: int
    end: int
    quote: str
    claims: list[str]


class SourceDetail(SourceItem):
    text: str | None = Field(description="None where only citations are at hand")
    sentences: list[Sentence]
    spans: list[Span]
    items: list[Claim] = Field(description="All claims that reach us through it")


class ComparedValue(BaseModel):
    value: Thing | Value
    status: Literal["covered", "denied", "contested"]
    certainty: Named | None
    inferred: bool
    via: Named | None = Field(description="The proposal's approach, where it is said of that")
    evidence: list[int] = Field(description="Places in the comparison's list of evidence")


class ComparedCell(BaseModel):
    """`silent`: nothing is said, which is no "no"."""

    proposal: str
    status: Status
    values: list[ComparedValue]


class ComparedPoint(BaseModel):
    property: Named
    definition: str
    inverse: bool = Field(description="The proposal is the object of the property")
    cells: list[ComparedCell]


class Comparison(BaseModel):
    proposals: list[Thing]
    points: list[ComparedPoint]
    evidence: list[Evidence]


class Written(BaseModel):
    """A literal in a proof: as it reads, and as Turtle writes it."""

    value: str
    text: str


class Words(BaseModel):
    """What is said of a situation, or of a statement, in which words."""

    about: Named | Written
    evidence: list[Evidence]


class Absence(BaseModel):
    """What was looked for and not found."""

    text: str
    sparql: str


class Stated(BaseModel):
    subject: Named | Written
    predicate: Named | Written
    object: Named | Written


class Step(BaseModel):
    """One application of a rule, and what it rests on."""

    node: str
    rule: Named
    explanation: str
    certainty: str | None
    limited_by: list[str] = Field(description="The premises, or the rule, than which it is no surer")
    contested: bool
    bindings: dict[str, Named | Written] = Field(description="The rule's variables, bound")
    statements: list[str] = Field(description="All that it draws on, as N-Triples without the dot")
    premises: list[Proof | Words]
    absences: list[Absence]


class Proof(BaseModel):
    """Why a statement holds, by every derivation; `above`: its proof stands already on the way from the root.

    `denial`: of a contested statement, the proof that it is denied, or of what objects to it.
    """

    statement: Stated
    polarity: Polarity
    certainty: str | None
    contested: bool
    according_to: list[str]
    derivations: list[Step]
    words: list[Words]
    above: bool
    denial: Proof | None


Step.model_rebuild()
