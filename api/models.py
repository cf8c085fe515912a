"""The shapes of the JSON answers, as `openapi.json` describes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from kg.entities.forms import Named, Thing, Value
from kg.model import Evidence


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


class Match(BaseModel):
    """A question of the catalogue, with the parameters that were understood."""

    name: str
    parameters: dict[str, Any]
    negated: bool


class Row(BaseModel):
    cells: dict[str, Thing | Value]
    evidence: list[int] = Field(description="Places in the answer's list of evidence")
    inferred: bool
    contested: bool


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
    polarity: Literal["affirmed", "denied"]
    certainty: str | None
    contested: bool
    according_to: list[str]
    derivations: list[Step]
    words: list[Words]
    above: bool
    denial: Proof | None


Problem.model_rebuild()
Step.model_rebuild()
