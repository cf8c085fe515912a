"""An entity: its names, what is said of it, what follows about it, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import Field

from kg.entities.claims import ClaimList, Claims
from kg.entities.names import Name, Names
from kg.entities.reader import API, Reading, sg
from kg.entities.search import Hit
from kg.model import Cell, NamedCell, Thing, ThingCell, Value, ValueCell, thing
from kg.namespaces import INFERRED_GRAPH, OWL, RDF, RDFS, SG, SKOS
from kg.terms import NamedNode, Node, Term

_SAME = (NamedNode(SKOS + "exactMatch"), NamedNode(SKOS + "closeMatch"), NamedNode(OWL + "sameAs"))
_CODES = (NamedNode(SG + "isoAlpha2"), NamedNode(SG + "isoAlpha3"))
_Kind = Literal["label", "other name", "code", "adjective"]
_KINDS: dict[int, _Kind] = {0: "label", 1: "other name", 3: "adjective"}
# The nodes that make statements of a subject or an object, with what they state.
_STATED = f"""SELECT ?node ?subject ?predicate ?object ?polarity ?graph {{{{ GRAPH ?graph {{{{
    ?node <{RDF}subject> {{}} ; <{RDF}object> {{}} ; <{RDF}predicate> ?predicate
    OPTIONAL {{{{ ?node <{SG}polarity> ?polarity }}}} }}}} }}}}"""
# Statements that are told elsewhere: how claims stand to situations, with the claims; a thing's class, with its names.
_ELSEWHERE = frozenset(
    {RDF + "type", *(SG + name for name in ("establishedBy", "deniedBy", "contradicts", "inTensionWith"))}
)


@dataclass(frozen=True, kw_only=True)
class EntityItem(Thing):
    """An entity in a list."""

    href: str
    match: Annotated[Hit | None, Field(description="Of a search alone")] = None


@dataclass(frozen=True)
class EntityList:
    """A part of a list of entities; `next` is where it goes on, `prev` what was before."""

    items: tuple[EntityItem, ...]
    total: int
    next: str | None = None
    prev: str | None = None
    start: Annotated[int, Field(exclude=True)] = 0  # the place of its first item


@dataclass(frozen=True)
class CalledBy:
    """One of a thing's names."""

    text: str
    language: str | None
    kind: _Kind


@dataclass(frozen=True)
class Said:
    """What the register or a document states of a thing outright."""

    property: NamedCell
    value: ValueCell


@dataclass(frozen=True)
class Statement:
    """What a view or an inference states, and the claims that it rests on in the end."""

    subject: ThingCell
    predicate: NamedCell
    object: ValueCell
    inferred: bool
    polarity: Literal["affirmed", "denied"]
    certainty: NamedCell | None
    contested: bool
    rules: tuple[NamedCell, ...]
    claims: tuple[str, ...]
    why: Annotated[str, Field(description="The address of its proof")]


_Key = tuple[Term, Term, Term, str]  # subject, property, object, polarity


@dataclass(frozen=True)
class Kind:
    """A property by which statements relate a thing to others, whether they are inferred, and how many there are."""

    property: Cell
    inferred: bool
    count: int


@dataclass(frozen=True)
class Relations:
    """A part of what is stated of a thing; `total` counts all that were asked for, `kinds` all that there are."""

    items: tuple[Statement, ...]
    total: int
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Mention:
    """A source that speaks of a thing, in so many claims."""

    source: NamedCell
    claims: int


@dataclass(frozen=True, kw_only=True)
class EntityDetail(Thing):
    """What is known of an entity, and where."""

    types: tuple[ThingCell, ...]
    names: tuple[CalledBy, ...]
    identifiers: tuple[Value, ...]
    same_as: tuple[str, ...]
    said: tuple[Said, ...]
    statements: tuple[Statement, ...]
    claims: Annotated[ClaimList, Field(description="About it; the first of them")]
    speaks: Annotated[ClaimList, Field(description="In which it is a voice; the first of them")]
    sources: tuple[Mention, ...]


class Entities:
    """The entities of one version."""

    def __init__(self, reading: Reading, names: Names, claims: Claims) -> None:
        self._reading, self._names, self._claims = reading, names, claims

    def statements(self, *, subject: Term | None = None, object_: Term | None = None) -> list[Statement]:
        """What views and inferences state of a thing as subject or object, each statement and polarity once."""
        return [self._statement(*one) for one in self._grouped(subject, object_)]

    def relations(self, thing: NamedNode, wanted: Callable[[str, bool], bool], limit: int, offset: int) -> Relations:
        """A part of what is stated of a thing: that of which `wanted` takes the property and whether it is inferred."""
        every = self._grouped(thing, thing)
        counts = Counter((key[1], all(nodes.values())) for key, nodes in every)
        kinds = tuple(Kind(self._reading.cell(each), inferred, n) for (each, inferred), n in counts.items())
        chosen = [one for one in every if wanted(getattr(one[0][1], "value", ""), all(one[1].values()))]
        page = tuple(self._statement(*one) for one in chosen[offset : offset + limit])
        return Relations(page, len(chosen), kinds)

    def _grouped(self, subject: Term | None, object_: Term | None) -> list[tuple[_Key, dict[Node, bool]]]:
        """The parts and polarity of each statement, with the nodes that make it and whether each is inferred."""
        grouped: dict[_Key, dict[Node, bool]] = {}
        for start, end in ((subject, None), (None, object_)):
            ends = "?subject" if start is None else str(start), "?object" if end is None else str(end)
            rows = self._reading.select(_STATED.format(*ends)) if start is not None or end is not None else ()
            for row in rows:
                parts = start or row["subject"], row["predicate"], end or row["object"]
                if getattr(parts[1], "value", "") not in _ELSEWHERE and isinstance(row["node"], NamedNode):
                    polarity = getattr(row["polarity"], "value", SG + "affirmed").removeprefix(SG)
                    inferred = getattr(row["graph"], "value", "") == INFERRED_GRAPH
                    grouped.setdefault((*parts, polarity), {})[row["node"]] = inferred
        label = self._reading.label

        def place(one: tuple[_Key, dict[Node, bool]]) -> tuple[bool, str, str, str, str]:
            (start, relation, end, polarity), nodes = one
            return all(nodes.values()), label(relation), label(start), label(end), polarity

        return sorted(grouped.items(), key=place)

    def read(
        self, iri: str, mentions: dict[str, int], about: ClaimList, speaks: ClaimList, *, stated: bool = True
    ) -> EntityDetail:
        """All that is known of an entity; without what is `stated` of it, where that is shown in parts."""
        node = NamedNode(iri)
        same = [value for property_ in _SAME for value in self._reading.objects(node, property_)]
        identifiers = [value for code in _CODES for value in self._reading.objects(node, code)]
        return EntityDetail(
            **vars(thing(self._reading.cell(node))),
            types=tuple(self._reading.cell(NamedNode(each)) for each in self._reading.types(node)),
            names=tuple(self._named(iri)),
            identifiers=tuple(Value(cell.label, cell.datatype) for cell in map(self._reading.cell, identifiers)),
            same_as=tuple(each.value for each in same if isinstance(each, NamedNode)),
            said=tuple(self._said(node)),
            statements=tuple(self.statements(subject=node, object_=node)) if stated else (),
            claims=about,
            speaks=speaks,
            sources=tuple(
                Mention(self._reading.cell(NamedNode(source)), count)
                for source, count in sorted(mentions.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
        )

    def _named(self, iri: str) -> Iterator[CalledBy]:
        codes = {
            str(getattr(value, "value", "")) for code in _CODES for value in self._reading.objects(NamedNode(iri), code)
        }
        order = {self._reading.language: 0, "en": 1}
        mine = [name for name in self._names.names if name.iri == iri and name.rank in _KINDS]

        def place(name: Name) -> tuple[int, int, str, str]:
            return name.rank, order.get(name.language or "", 2), name.language or "", name.text

        for name in sorted(mine, key=place):
            yield CalledBy(name.text, name.language, "code" if name.text in codes else _KINDS[name.rank])

    def _said(self, node: NamedNode) -> Iterator[Said]:
        """What register and documents state of it outright: whom it acts for, what it is an organ of."""
        ontology = self._reading.ontology
        told = {
            (quad.predicate, quad.object)
            for quad in self._reading.quads(node)
            if quad.predicate.value in ontology.properties
            and quad.predicate.value not in ontology.derived
            and quad.predicate not in (*_CODES, *_SAME)
            and not quad.predicate.value.startswith((RDFS, SKOS, RDF))
            and quad.predicate != sg("adjective")
        }
        for predicate, value in sorted(told, key=str):
            yield Said(self._reading.cell(predicate), self._reading.cell(value))  # type: ignore[arg-type]

    def _statement(self, key: _Key, nodes: dict[Node, bool]) -> Statement:
        subject, predicate, object_, polarity = key
        certainties = [one for node in nodes if (one := self._reading.one(node, sg("certainty"))) is not None]
        surest = max(certainties, key=lambda each: (self._claims.rank(each), str(each)), default=None)
        in_order = sorted(nodes, key=str)
        rules = {rule: None for node in nodes for rule in self._reading.objects(node, sg("rule"))}
        cells = [self._reading.cell(each) for each in (subject, predicate, object_)]
        parts = zip(("subject", "predicate", "object"), (cell.iri or cell.label for cell in cells), strict=True)
        return Statement(
            subject=cells[0],
            predicate=cells[1],
            object=cells[2],
            inferred=all(nodes.values()),
            polarity="denied" if polarity == "denied" else "affirmed",
            certainty=self._reading.cell(surest) if surest is not None else None,
            contested=any(self._reading.one(node, sg("contested")) is not None for node in nodes),
            rules=tuple(self._reading.cell(rule) for rule in rules),
            claims=tuple(dict.fromkeys(claim for node in in_order for claim in self._claims.behind(node))),
            why=f"{API}/why?{urlencode(list(parts))}",
        )
