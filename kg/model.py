"""What the library hands out: frozen values with no store behind them.

Offsets are in characters (Unicode code points), from 0, end exclusive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.errors import Fault
from kg.namespaces import BACKGROUND_GRAPH, ID
from kg.sentences import Saying
from kg.source_map import SourceMap
from kg.terms import FAMILIAR, NamedNode, Node, Quad, Term, parts, short

# How far a row answers for what it states, and the verdict on a yes-no question.
YES, QUALIFIED, DENIED, NOT_SAID = "yes", "qualified", "denied", "not said"


@dataclass(frozen=True)
class Link:
    """One link of a chain of attribution: who says it, and by which act ("reports", "signals").

    `iri` is the speaker's; where several speak with one voice, that of the first, and `others` are the rest.
    """

    speaker: str
    act: str
    iri: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The words behind a claim, or, where the text was not at hand to check, a citation with a paraphrase.

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
    """One solution; `evidence` indexes into the answer's list.

    `standing` is the verdict that it would give by itself; `sayings` put it into words.
    """

    cells: dict[str, Cell]
    evidence: tuple[int, ...] = ()
    inferred: bool = False
    contested: bool = False
    standing: str = NOT_SAID
    sayings: tuple[Saying, ...] = ()


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
    statement: str = ""

    @property
    def inferred(self) -> bool:
        return any(row.inferred for row in self.rows)

    @property
    def contested(self) -> bool:
        return any(row.contested for row in self.rows)


@dataclass(frozen=True)
class Offer:
    """A question of the catalogue that may be meant: its name, its parameters (name → IRI), and a text that asks it."""

    name: str
    parameters: dict[str, str]
    question: str


@dataclass(frozen=True)
class NotAnswered:
    """A question that was not understood surely enough, why, and what could be asked instead, the likeliest first."""

    question: str
    reason: str
    offers: tuple[Offer, ...] = ()

    @property
    def suggestions(self) -> tuple[str, ...]:
        return tuple(offer.question for offer in self.offers)


@dataclass(frozen=True)
class Loaded:
    """What loading or unloading a document changed: statements of its graph, and conclusions of rules.

    `document` is its IRI; of several that were loaded together, theirs by commas. `warnings` are likely slips.
    """

    document: str
    added: int
    removed: int
    derived: int
    withdrawn: int
    warnings: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        if not (self.added or self.removed):
            return f"{self.document}: nothing changed."
        parts = (
            f"{self.added} statements added",
            f"{self.removed} removed",
            f"{self.derived} derived",
            f"{self.withdrawn} no longer derived",
        )
        return f"{self.document}: {', '.join(parts)}."


@dataclass(frozen=True)
class Place:
    """Where and under which name a node is written: `name` as its author reads it, `subject` the IRI of its block."""

    file: str
    name: str
    subject: str


@dataclass(frozen=True)
class Document:
    """What one document states, with the texts that its quotes are taken from.

    `iri` is that of the source and `graph` that of its statements; of the background both are the graph's.
    `texts` maps a source to its text, `lines` a file to the lines of what it mentions.
    """

    iri: str
    graph: str
    file: str
    quads: frozenset[Quad]
    texts: Mapping[str, str]
    places: Mapping[Node, Place]
    lines: Mapping[str, SourceMap]

    @property
    def is_background(self) -> bool:
        return self.graph == BACKGROUND_GRAPH

    @property
    def may_cite(self) -> bool:
        """Whether a citation with a paraphrase may stand for words: in background, or where no text is at hand."""
        return self.is_background or not self.texts

    @cached_property
    def descriptions(self) -> Mapping[Node, Mapping[str, tuple[Term, ...]]]:
        """Each subject's values by property, both in a fixed order."""
        gathered: dict[Node, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in map(parts, sorted(self.quads, key=str)):
            gathered[subject][predicate.value].append(value)
        return {node: {iri: tuple(values) for iri, values in by.items()} for node, by in gathered.items()}

    @property
    def nquads(self) -> bytes:
        """The statements as N-Quads in a fixed order: the same document, the same bytes."""
        return "".join(sorted(f"{quad} .\n" for quad in self.quads)).encode()

    def values(self, node: Term, predicate: str) -> tuple[Term, ...]:
        if isinstance(node, Node):
            return self.descriptions.get(node, {}).get(predicate, ())
        return ()

    def source_of(self, node: Term) -> str | None:
        """The source under whose IRI `node` stands; None where its IRI is not of the form SOURCE/NAME."""
        if not isinstance(node, NamedNode) or not node.value.startswith(ID):
            return None
        name, slash, rest = node.value.removeprefix(ID).partition("/")
        return ID + name if slash and rest and name else None

    def short(self, term: Term | str) -> str:
        """`term` for a message: by the prefixes of its author's file."""
        if isinstance(term, Node) and (place := self.places.get(term)):
            return place.name
        prefixes = self.lines[self.file].prefixes if self.file in self.lines else {}
        return short(term, {**FAMILIAR, **prefixes})

    def fault(self, node: Node, what: str, remedy: str, *mentions: Term) -> Fault:
        """A fault of `node`, on the line where its block mentions one of `mentions`, else where the block begins."""
        place = self.places.get(node) or Place(self.file, self.short(node), "")
        lines = self.lines.get(place.file, SourceMap())
        line = lines.of(place.subject, *(mention.value for mention in mentions))
        return Fault(file=place.file, subject=place.name, what=what, why=remedy, line=line)
