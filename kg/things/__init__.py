"""What the graph knows about a thing: entities, claims, sources, proposals compared, any IRI of ours described."""

from __future__ import annotations

from kg.things.claims import Claim, ClaimDetail, ClaimList, Filters
from kg.things.comparing import Comparison
from kg.things.describing import Description
from kg.things.entities import EntityDetail, EntityList, Statement
from kg.things.library import Things
from kg.things.sources import Sentence, SourceDetail, SourceList, Span

__all__ = [
    "Claim",
    "ClaimDetail",
    "ClaimList",
    "Comparison",
    "Description",
    "EntityDetail",
    "EntityList",
    "Filters",
    "Sentence",
    "SourceDetail",
    "SourceList",
    "Span",
    "Statement",
    "Things",
]
