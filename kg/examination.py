"""What a document would say and change, were it loaded: its claims as they are read, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import pyoxigraph as ox
from pydantic import Field

from kg import what_if
from kg.documents.parsing import Sent
from kg.entities.claims import Claim
from kg.entities.library import Things
from kg.errors import Fault, QueryTooLarge
from kg.graph import KnowledgeGraph
from kg.model import Cell, ThingCell, ValueCell
from kg.namespaces import ID, SG
from kg.rules.dataset import GRAPHS, NODE
from kg.terms import Literal, NamedNode

_MOST = 300  # claims, and statements that follow
_CLAIM = NamedNode(f"{SG}Claim")
_INNER = (NODE, f"{ID}situation/")  # how it follows, and what is said


@dataclass(frozen=True)
class Conclusion:
    """A statement that rules draw, as people read it."""

    subject: ThingCell
    predicate: ThingCell
    object: ValueCell


@dataclass(frozen=True)
class Examination:
    """What a document would say and change."""

    warnings: Annotated[tuple[Fault, ...], Field(description="Likely slips beside what other documents state")] = ()
    claims: Annotated[tuple[Claim, ...], Field(description="Its claims as they would be read")] = ()
    follows: Annotated[tuple[Conclusion, ...], Field(description="What would follow that does not now")] = ()
    falls: Annotated[tuple[Conclusion, ...], Field(description="What follows now and would no more")] = ()


def examine(graph: KnowledgeGraph, sent: Sent) -> Examination:
    """Load a document into a copy of the graph, and tell what comes of it; nothing is kept.

    Raise Rejected, and QueryTooLarge for more claims than anybody may let a server examine.
    """
    read = graph.knowledge.read(sent)
    many = sum(quad.object == _CLAIM for quad in read.quads)
    if many > _MOST:
        raise QueryTooLarge(sent.name, f"{many:,} claims", f"at most {_MOST}", "Examine a part, or load it: dry_run.")
    store = what_if.left_out(graph.snapshot(), graph.knowledge.rules, ())
    with KnowledgeGraph(store, graph.settings) as copy:
        copy.knowledge = graph.knowledge
        done, things = copy.load(sent.data, sent.media_type, sent.name), copy.things()
        claims = things.claims(things.filters({"source": done.document}), _MOST, 0).items
        patch = store.history.patch(store.version) or b""
        follows, falls = (tuple(islice(_conclusions(things, patch, sign), _MOST)) for sign in (b"A ", b"D "))
        return Examination(done.warnings, claims, follows, falls)


def _conclusions(things: Things, patch: bytes, sign: bytes) -> Iterator[Conclusion]:
    """The conclusions that a patch adds or removes: of things and claims, not of how situations are established."""
    lines = b"\n".join(line[2:] for line in patch.splitlines() if line.startswith(sign))
    for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if quad.graph_name in GRAPHS and isinstance(subject, NamedNode) and not subject.value.startswith(_INNER):
            told = Cell(value.value) if isinstance(value, Literal) else things.cell(str(getattr(value, "value", "")))
            yield Conclusion(things.cell(subject.value), things.cell(predicate.value), told)
