"""What the graph knows about a thing: entities, claims, sources, proposals compared, any IRI of ours described."""

from __future__ import annotations

from kg.things.claims import Account, Filters, Voice
from kg.things.comparing import Compared, Comparison, Point, Value
from kg.things.describing import Description
from kg.things.entities import Entity, Mention, Statement
from kg.things.library import Page, Things
from kg.things.search import Hit
from kg.things.sources import Segment, Sentence, Source, Span

__all__ = [
    "Account",
    "Compared",
    "Comparison",
    "Description",
    "Entity",
    "Filters",
    "Hit",
    "Mention",
    "Page",
    "Point",
    "Segment",
    "Sentence",
    "Source",
    "Span",
    "Statement",
    "Things",
    "Value",
    "Voice",
]
