"""What the library hands out: frozen values with no store behind them.

Offsets are in characters (Unicode code points), from 0, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """One link of a chain of attribution: who says it, and by which act ("reports", "signals")."""

    speaker: str
    act: str
    iri: str = ""


@dataclass(frozen=True)
class Evidence:
    """The words behind a claim, or, for background that could not be checked, a citation with a paraphrase.

    `quote` is verbatim from `source` at [start, end). For a citation `quote`, `start` and `end` are None
    and `paraphrase` says, in our words, what the cited place says.
    `chain` runs from the outermost voice inwards.
    """

    claim: str
    source: str
    polarity: str
    certainty: str
    chain: tuple[Link, ...]
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    paraphrase: str | None = None
    citation: str | None = None


@dataclass(frozen=True)
class Cell:
    """One value in a row: a thing (iri, label, type) or a literal (value, datatype, perhaps a language)."""

    label: str
    iri: str | None = None
    type: str | None = None
    datatype: str | None = None
    language: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        if self.iri is not None:
            return {"iri": self.iri, "label": self.label, "type": self.type}
        cell = {"value": self.label, "datatype": self.datatype}
        return cell | {"language": self.language} if self.language else cell


@dataclass(frozen=True)
class Row:
    """One solution; `evidence` indexes into the answer's list."""

    cells: dict[str, Cell]
    evidence: tuple[int, ...] = ()
    inferred: bool = False
    contested: bool = False


@dataclass(frozen=True)
class Match:
    """A question of the catalogue with the parameters that were understood (name → IRI or literal)."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)
    negated: bool = False


@dataclass(frozen=True)
class Answer:
    """An answered question: see the contract of /api/v1/ask."""

    question: str
    matched: tuple[Match, ...]
    columns: tuple[str, ...]
    answers: tuple[Cell, ...]
    rows: tuple[Row, ...]
    evidence: tuple[Evidence, ...]
    sparql: str
    total: int
    verdict: str | None = None
    count: int | None = None

    @property
    def inferred(self) -> bool:
        return any(row.inferred for row in self.rows)

    @property
    def contested(self) -> bool:
        return any(row.contested for row in self.rows)


@dataclass(frozen=True)
class NotAnswered:
    """A question that was not understood surely enough, why, and what could be asked instead."""

    question: str
    reason: str
    suggestions: tuple[str, ...] = ()
