"""What the library hands out: frozen values with no store behind them.

Offsets are in characters (Unicode code points), from 0, end exclusive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    WrapSerializer,
    computed_field,
)
from pydantic_core import CoreSchema, core_schema

from kg.errors import Fault
from kg.namespaces import BACKGROUND_GRAPH, ID
from kg.sentences import Saying
from kg.source_map import SourceMap
from kg.terms import FAMILIAR, NamedNode, Node, Quad, Term, parts, short

# JSON and OpenAPI come from these classes by pydantic. A member that is optional is left out where it has no value.
OPTIONAL = Field(exclude_if=lambda value: value is None or value == ())
WRITTEN = ConfigDict(json_schema_serialization_defaults_required=True)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def as_data(value: object) -> Any:
    """One of the library's values as JSON has it: dictionaries, lists, strings, numbers."""
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json")


def as_json(value: object) -> str:
    return json.dumps(as_data(value), ensure_ascii=False)


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
class Named:
    """A thing with its IRI; a literal has `label` alone."""

    label: str
    iri: Annotated[str | None, OPTIONAL] = None


@dataclass(frozen=True)
class Thing:
    """A thing with its label and its narrowest class."""

    __pydantic_config__ = WRITTEN

    iri: str
    label: str
    type: str | None = None


@dataclass(frozen=True)
class Value:
    """A literal."""

    __pydantic_config__ = WRITTEN

    value: str
    datatype: str | None = None
    language: Annotated[str | None, OPTIONAL] = None


@dataclass(frozen=True)
class Cell:
    """One value in a row: a thing (iri, label, type) or a literal (value, datatype, perhaps a language)."""

    label: str
    iri: str | None = None
    type: str | None = None
    datatype: str | None = None
    language: str | None = None


def thing(cell: Cell) -> Thing:
    return Thing(str(cell.iri), cell.label, cell.type)


def _named(cell: Cell) -> Named:
    return Named(cell.label, cell.iri)


def _value(cell: Cell) -> Thing | Value:
    return thing(cell) if cell.iri is not None else Value(cell.label, cell.datatype, cell.language)


def _cell(form: Named | Thing | Value) -> Cell:
    if isinstance(form, Value):
        return Cell(form.value, datatype=form.datatype, language=form.language)
    return Cell(form.label, form.iri, getattr(form, "type", None))


@dataclass(frozen=True)
class Form:
    """Values as JSON has them: `write` makes what is of the type `form` of each, and `read` is its inverse."""

    form: Any
    write: Callable[[Any], object]
    read: Callable[[Any], object] = _cell

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        form = handler.generate_schema(self.form)
        written = core_schema.plain_serializer_function_ser_schema(self.write, return_schema=form)
        return core_schema.no_info_after_validator_function(self.read, form, serialization=written)


ThingCell = Annotated[Cell, Form(Thing, thing)]
NamedCell = Annotated[Cell, Form(Named, _named)]
ValueCell = Annotated[Cell, Form(Thing | Value, _value)]


@dataclass(frozen=True)
class Row:
    """One solution; `evidence` indexes into the answer's list.

    `standing` is the verdict that it would give by itself; `sayings` put it into words.
    """

    __pydantic_config__ = WRITTEN

    cells: dict[str, ValueCell]
    evidence: Annotated[tuple[int, ...], Field(description="Places in the answer's list of evidence")] = ()
    inferred: bool = False
    contested: bool = False
    standing: Annotated[str, Field(exclude=True)] = NOT_SAID
    sayings: Annotated[tuple[Saying, ...], Field(exclude=True)] = ()


@dataclass(frozen=True)
class Lost:
    """A row that would not be there, and how it falls: from what it states down to the words that are left out."""

    __pydantic_config__ = WRITTEN

    cells: dict[str, ValueCell]
    because: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A question of the catalogue with the parameters that were understood (name → IRI or literal)."""

    __pydantic_config__ = WRITTEN

    name: str
    parameters: dict[str, str] = field(default_factory=dict)
    negated: bool = False


def _brief(members: dict[str, Any]) -> dict[str, Any]:
    """Evidence as answers have it: of what most lack nothing is said where it is lacking."""
    for link in members["chain"]:
        if not link["others"]:
            del link["others"]
    rare = ("citation", "paraphrase")
    return {name: value for name, value in members.items() if name not in rare or value is not None}


_VERDICT = (
    "Of a yes–no question alone. Yes: a source says so in its own voice, as asserted, without condition, or it follows "
    "from such. Qualified: said by others only, on a condition, or as possible, expected or apparent"
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question, answered; `answers` empty means: understood, and the graph has none."""

    __pydantic_config__ = WRITTEN

    question: str
    answered: Literal[True] = True
    statement: Annotated[str, Field(description="The answer in one sentence, with voice, certainty and condition")] = ""
    matched: tuple[Match, ...]
    verdict: Annotated[
        str | None,
        OPTIONAL,
        Field(description=_VERDICT, json_schema_extra={"enum": [YES, QUALIFIED, DENIED, NOT_SAID]}),
    ] = None
    count: Annotated[int | None, OPTIONAL, Field(description="Of a how-many question alone")] = None
    answers: Annotated[tuple[NamedCell, ...], Field(description="The answer column, without doubles")]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    evidence: tuple[Annotated[Evidence, WrapSerializer(lambda each, write: _brief(write(each)))], ...]
    total: Annotated[int, Field(description="Rows without limit and offset")]
    sparql: str
    without: Annotated[
        tuple[ThingCell, ...], OPTIONAL, Field(description="What was left out, where it was asked so")
    ] = ()
    lost: Annotated[
        tuple[Lost, ...], OPTIONAL, Field(description="Rows that are there only with what was left out")
    ] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def inferred(self) -> bool:
        return any(row.inferred for row in self.rows)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def contested(self) -> bool:
        return any(row.contested for row in self.rows)


@dataclass(frozen=True)
class Offer:
    """A question of the catalogue that may be meant: its name, its parameters (name → IRI), and a text that asks it."""

    name: str
    parameters: Annotated[dict[str, str], Field(description="Name → IRI")]
    question: Annotated[str, Field(description="A text that asks it")]


@dataclass(frozen=True)
class NotAnswered:
    """A question that was not understood surely enough, why, and what could be asked instead, the likeliest first."""

    __pydantic_config__ = WRITTEN

    question: str
    reason: str
    offers: tuple[Offer, ...] = ()
    answered: Literal[False] = False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def suggestions(self) -> tuple[str, ...]:
        return tuple(offer.question for offer in self.offers)


@dataclass(frozen=True)
class Loaded:
    """What loading or unloading a document changed: statements of its graph, and conclusions of rules.

    `document` is its IRI; of several that were loaded together, theirs by commas. `warnings` are likely slips.
    """

    document: str
    added: Annotated[int, Field(description="Statements of the document that were added")]
    removed: int
    derived: Annotated[int, Field(description="Conclusions of rules that were added")]
    withdrawn: int
    warnings: Annotated[
        tuple[Fault, ...], Field(description="Likely slips beside what other documents state; no hindrance")
    ] = ()

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
    `texts` maps a source to its text, `lines` a file to the lines of what it mentions. `drafts` counts claims and
    things in its file that nobody has confirmed, and that are no part of it.
    """

    iri: str
    graph: str
    file: str
    quads: frozenset[Quad]
    texts: Mapping[str, str]
    places: Mapping[Node, Place]
    lines: Mapping[str, SourceMap]
    drafts: int = 0

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
        line, column = lines.place(place.subject, *(mention.value for mention in mentions))
        return Fault(place.file, place.name, what, remedy, line, column)
