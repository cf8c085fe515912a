"""The shapes of the JSON answers, as `openapi.json` describes them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kg.errors import Fault
from kg.model import Named


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
    prev: str | None = None
