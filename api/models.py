"""The shapes of the JSON answers, as `openapi.json` describes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["/problems/unknown-question"])
    title: str
    status: int
    detail: str | None = None
    culprit: str | None = None
    found: str | None = None
    expected: str | None = None
    remedy: str | None = None
    candidates: list[Named] | None = Field(None, description="Values that would do, best first")
    faults: list[Fault] | None = Field(None, description="All that is wrong in a rejected document")


class Fault(BaseModel):
    file: str
    subject: str
    what: str
    why: str
    line: int | None = Field(None, description="From 1")


class Named(BaseModel):
    """A thing with its IRI; a literal has `label` alone."""

    label: str
    iri: str | None = None


class Match(BaseModel):
    """A question of the catalogue, with the parameters that were understood."""

    name: str
    parameters: dict[str, Any]
    negated: bool


class Thing(BaseModel):
    iri: str
    label: str
    type: str | None = None


class Value(BaseModel):
    value: str
    datatype: str | None = None
    language: str | None = None


class Row(BaseModel):
    cells: dict[str, Thing | Value]
    evidence: list[int] = Field(description="Places in the answer's list of evidence")
    inferred: bool
    contested: bool


class Link(BaseModel):
    """One voice of a chain; where several speak as one, `iri` is the first's, and `others` are the rest."""

    speaker: str
    act: str
    iri: str = ""
    others: list[str] = []


class Evidence(BaseModel):
    """The words behind a claim; for what is only cited, a paraphrase and the citation in their place."""

    claim: str
    source: str
    polarity: str
    certainty: str
    chain: list[Link] = Field(description="From the outermost voice inwards")
    quote: str | None = Field(None, description="Verbatim from the source at [start, end)")
    start: int | None = Field(None, description="In characters, from 0")
    end: int | None = Field(None, description="Exclusive")
    paraphrase: str | None = None
    citation: str | None = None


class Answered(BaseModel):
    """A question, answered; `answers` empty means: understood, and the graph has none."""

    question: str
    answered: Literal[True]
    statement: str = Field(description="The answer in one sentence, with voice, certainty and condition")
    matched: list[Match]
    verdict: Literal["yes", "qualified", "denied", "not said"] | None = Field(
        None,
        description="Of a yes–no question alone. Yes: a source says so in its own voice, as asserted, without "
        "condition, or it follows from such. Qualified: said by others only, on a condition, or as possible, expected "
        "or apparent",
    )
    count: int | None = Field(None, description="Of a how-many question alone")
    answers: list[Named] = Field(description="The answer column, without doubles")
    columns: list[str]
    rows: list[Row]
    evidence: list[Evidence]
    inferred: bool
    contested: bool
    total: int = Field(description="Rows without limit and offset")
    sparql: str


class Offer(BaseModel):
    """A question of the catalogue that may be meant."""

    name: str
    parameters: dict[str, str] = Field(description="Name → IRI")
    question: str = Field(description="A text that asks it")


class NotAnswered(BaseModel):
    """A question that was not understood surely enough."""

    question: str
    answered: Literal[False]
    reason: str
    suggestions: list[str]
    offers: list[Offer]


class Suggestion(BaseModel):
    """What may be asked."""

    text: str


class Suggestions(BaseModel):
    """What may be asked, as one types."""

    items: list[Suggestion]
    total: int
    next: None = None


class QuestionItem(BaseModel):
    """A question of the catalogue."""

    name: str
    question: str
    description: str
    phrasings: list[str]
    parameters: dict[str, str] = Field(description="Name of each parameter, and the class of its values")
    answer: str = Field(description="The column that answers")
    columns: list[str]
    href: str


class QuestionList(BaseModel):
    items: list[QuestionItem]
    total: int
    next: str | None = None


class DocumentReport(BaseModel):
    """What loading or withdrawing a document did, or would do."""

    document: str
    added: int = Field(description="Statements of the document that were added")
    removed: int
    derived: int = Field(description="Conclusions of rules that were added")
    withdrawn: int
    warnings: list[Fault] = Field([], description="Likely slips beside what other documents state; no hindrance")


Problem.model_rebuild()
