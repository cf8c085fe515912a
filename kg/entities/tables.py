"""Claims, entities and comparisons as rows of text, header first: what CSV has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.entities.claims import Claim
from kg.entities.comparison import Comparison
from kg.entities.entities import EntityItem


def claim_rows(accounts: Iterable[Claim]) -> Iterator[list[str]]:
    """Claims as rows of text, header first."""
    yield ["claim", "chain", "polarity", "certainty", "situation", "situation_iri", "source", "contested", "words"]
    for each in accounts:
        chain = " > ".join(
            f"{' and '.join(speaker.label for speaker in link.speakers)} ({link.act.label if link.act else ''})"
            for link in each.chain
        )
        words = "\n".join(one.quote or f"[in our words] {one.paraphrase} ({one.citation})" for one in each.evidence)
        ends = (each.polarity.label if each.polarity else "", each.certainty.label if each.certainty else "")
        said = (each.situation.label, str(each.situation.iri), str(each.source.iri) if each.source else "")
        yield [each.iri, chain, *ends, *said, str(each.contested).lower(), words]


def entity_rows(items: Iterable[EntityItem]) -> Iterator[list[str]]:
    yield ["iri", "label", "type", "name", "score"]
    for each in items:
        hit = each.match
        yield [each.iri, each.label, each.type or "", hit.name if hit else "", f"{hit.score:g}" if hit else ""]


def comparison_rows(each: Comparison) -> Iterator[list[str]]:
    """A comparison as rows of text: one for each value, and one for each silence."""
    yield ["point", "proposal", "status", "value", "value_iri", "certainty", "inferred", "via", "words"]
    for point in each.points:
        for proposal, cell in zip(each.proposals, point.cells, strict=True):
            if not cell.values:
                yield [point.property.label, proposal.label, cell.status, "", "", "", "", "", ""]
            for one in cell.values:
                words = "\n".join(each.evidence[at].quote or each.evidence[at].paraphrase or "" for at in one.evidence)
                ends = [
                    one.certainty.label if one.certainty else "",
                    str(one.inferred).lower(),
                    one.via.label if one.via else "",
                ]
                yield [
                    point.property.label,
                    proposal.label,
                    one.status,
                    one.value.label,
                    one.value.iri or "",
                    *ends,
                    words,
                ]
