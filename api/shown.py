"""Values of the library as the models of the JSON API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

from api import resource_models as shapes
from api.models import Evidence, Link, Named, Thing, Value
from kg import model, things
from kg.namespaces import ID

PREFIX = "/api/v1"


def href(route: str, iri: str) -> str:
    """The address of a thing under a route: by what follows `id/`, or by the whole IRI."""
    return f"{PREFIX}/{route}/{quote(iri.removeprefix(ID), safe='/')}"


def why(subject: str, predicate: str, object_: str) -> str:
    return f"{PREFIX}/why?{urlencode({'subject': subject, 'predicate': predicate, 'object': object_})}"


def thing(cell: model.Cell) -> Thing:
    return Thing(iri=str(cell.iri), label=cell.label, type=cell.type)


def named(cell: model.Cell | None) -> Named | None:
    return None if cell is None else Named(label=cell.label, iri=cell.iri)


def surely(cell: model.Cell) -> Named:
    return Named(label=cell.label, iri=cell.iri)


def value(cell: model.Cell) -> Thing | Value:
    if cell.iri is not None:
        return thing(cell)
    return Value(value=cell.label, datatype=cell.datatype, language=cell.language)


def evidence(each: model.Evidence) -> Evidence:
    return Evidence(
        claim=each.claim,
        source=each.source,
        polarity=each.polarity,
        certainty=each.certainty,
        chain=[Link(speaker=link.speaker, act=link.act, iri=link.iri, others=list(link.others)) for link in each.chain],
        quote=each.quote,
        start=each.start,
        end=each.end,
        paraphrase=each.paraphrase,
        citation=each.citation,
    )


def entity_item(hit: things.Hit | None, cell: model.Cell) -> shapes.EntityItem:
    match = (
        None if hit is None else shapes.Found.model_validate({"name": hit.name, "kind": hit.match, "score": hit.score})
    )
    iri = str(cell.iri)
    return shapes.EntityItem(iri=iri, label=cell.label, type=cell.type, href=href("entities", iri), match=match)


def voice(each: things.Voice) -> shapes.Voice:
    return shapes.Voice(
        claim=each.claim,
        speakers=[surely(speaker) for speaker in each.speakers],
        act=named(each.act),
        polarity=named(each.polarity),
        certainty=named(each.certainty),
    )


def claim(account: things.Account) -> shapes.Claim:
    iri = str(account.claim.iri)
    return shapes.Claim(
        iri=iri,
        href=href("claims", iri),
        situation=thing(account.situation),
        polarity=named(account.polarity),
        certainty=named(account.certainty),
        chain=[voice(each) for each in account.chain],
        source=named(account.source),
        contested=account.contested,
        contradicts=list(account.contradicts),
        in_tension_with=list(account.tension),
        said_when=account.said_when,
        temporal_words=account.temporal_words,
        evidence=[evidence(each) for each in account.evidence],
    )


def statement(each: things.Statement) -> shapes.Statement:
    return shapes.Statement(
        subject=thing(each.subject),
        predicate=surely(each.predicate),
        object=value(each.object),
        inferred=each.inferred,
        polarity="denied" if each.polarity == "denied" else "affirmed",
        certainty=named(each.certainty),
        contested=each.contested,
        rules=[surely(rule) for rule in each.rules],
        claims=list(each.claims),
        why=why(str(each.subject.iri), str(each.predicate.iri), each.object.iri or each.object.label),
    )


def source_item(each: things.Source) -> shapes.SourceItem:
    return shapes.SourceItem.model_validate(_source(each))


def source(
    each: things.Source,
    accounts: Iterable[things.Account],
    cut: Iterable[things.Sentence],
    spans: Iterable[things.Span],
) -> shapes.SourceDetail:
    return shapes.SourceDetail(
        **source_item(each).model_dump(),
        text=each.text,
        sentences=[shapes.Sentence(**vars(one)) for one in cut],
        spans=[shapes.Span(start=one.start, end=one.end, quote=one.quote, claims=list(one.claims)) for one in spans],
        items=[claim(account) for account in accounts],
    )


def _source(each: things.Source) -> dict[str, object]:
    return {
        **thing(each.thing).model_dump(),
        "title": each.title,
        "language": each.language,
        "issued": each.issued,
        "publisher": each.publisher,
        "sha256": each.sha256,
        "rests_on": [surely(one) for one in each.rests_on],
        "background": each.background,
        "claims": each.claims,
        "href": href("sources", str(each.thing.iri)),
    }


def entity(each: things.Entity, about: shapes.ClaimList, speaks: shapes.ClaimList) -> shapes.EntityDetail:
    return shapes.EntityDetail(
        **thing(each.thing).model_dump(),
        types=[thing(kind) for kind in each.types],
        names=[shapes.Name.model_validate(vars(name)) for name in each.names],
        identifiers=[Value(value=code.label, datatype=code.datatype) for code in each.identifiers],
        same_as=list(each.same_as),
        said=[shapes.Said(property=surely(property_), value=value(told)) for property_, told in each.said],
        statements=[statement(one) for one in each.statements],
        claims=about,
        speaks=speaks,
        sources=[shapes.Mention(source=surely(one.source), claims=one.claims) for one in each.mentions],
    )


def comparison(each: things.Comparison) -> shapes.Comparison:
    return shapes.Comparison(
        proposals=[thing(proposal) for proposal in each.proposals],
        points=[_point(point, cells, each) for point, cells in each.rows],
        evidence=[evidence(one) for one in each.evidence],
    )


def _point(point: things.Point, cells: Iterable[things.Compared], whole: things.Comparison) -> shapes.ComparedPoint:
    pairs = zip(whole.proposals, cells, strict=True)
    return shapes.ComparedPoint(
        property=surely(point.property),
        definition=point.definition,
        inverse=point.inverse,
        cells=[_cell(str(proposal.iri), cell) for proposal, cell in pairs],
    )


def _cell(proposal: str, cell: things.Compared) -> shapes.ComparedCell:
    return shapes.ComparedCell.model_validate(
        {
            "proposal": proposal,
            "status": cell.status,
            "values": [
                {
                    "value": value(one.value).model_dump(),
                    "status": one.status,
                    "certainty": named(one.certainty),
                    "inferred": one.inferred,
                    "via": named(one.via),
                    "evidence": list(one.evidence),
                }
                for one in cell.values
            ],
        }
    )


def claim_rows(accounts: Iterable[things.Account]) -> Iterator[list[str]]:
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
        yield [str(each.claim.iri), chain, *ends, *said, str(each.contested).lower(), words]


def entity_rows(items: Iterable[tuple[things.Hit | None, model.Cell]]) -> Iterator[list[str]]:
    yield ["iri", "label", "type", "name", "score"]
    for hit, cell in items:
        yield [str(cell.iri), cell.label, cell.type or "", hit.name if hit else "", f"{hit.score:g}" if hit else ""]


def comparison_rows(each: things.Comparison) -> Iterator[list[str]]:
    """A comparison as rows of text: one for each value, and one for each silence."""
    yield ["point", "proposal", "status", "value", "value_iri", "certainty", "inferred", "via", "words"]
    for point, cells in each.rows:
        for proposal, cell in zip(each.proposals, cells, strict=True):
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
