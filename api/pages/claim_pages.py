"""Pages about claims: all of them by filters, one with its chains, and what is said of proposals side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.pages.templating import elsewhere, grouped, labels, pages_around, refused, render
from api.parameters import Graph, Known, Place, clean, split
from kg.errors import BadParameter
from kg.namespaces import BASE, SG

_CLAIMS = 25  # on a page
_SITUATIONS = 15  # rows of the table of stances
_SPEAKERS = 5  # columns of the table of stances
_COUNTABLE = 4_000  # of more claims it is not counted how many each further choice would leave
_COMPARED = 4  # proposals side by side
_LISTED = 12  # proposals that can be ticked; of more, names are typed
_OFFERED = 24  # proposals to begin with, where none is chosen
_COUNTED = 8  # speakers and sources that are counted above a list of claims
_CHOSEN = ("act", "polarity", "certainty")  # fields of /claims, each for a class of that name
router = APIRouter(include_in_schema=False)


class Fields(BaseModel):
    """The fields of the form at /claims; one that is empty asks for nothing."""

    q: Annotated[str, Field(max_length=200)] = ""
    speaker: str = ""
    about: str = ""
    act: str = ""
    polarity: str = ""
    certainty: str = ""
    source: str = ""
    contested: str = ""

    @property
    def given(self) -> dict[str, str]:
        return {name: clean(value) for name, value in self.model_dump().items()}

    @property
    def wanted(self) -> dict[str, str | bool | None]:
        return {**self.given, "contested": {"true": True, "false": False}.get(self.given["contested"])}


@router.get("/claims")
def claims(
    request: Request, graph: Graph, known: Known, fields: Annotated[Fields, Depends()], offset: Place = 0
) -> Response:
    """All claims, or those that the fields ask for, with how many each further choice would leave."""
    given, refusal = fields.given, None
    try:
        filters = known.filters(fields.wanted)
    except BadParameter as error:
        refusal, filters = refused(request, error), known.filters({})
    page = known.claims(filters, 0 if refusal else _CLAIMS, offset)
    facets = known.facets(filters) if page.total <= _COUNTABLE else {}
    query = urlencode({name: value for name, value in given.items() if value})
    readable = {name: known.cell(value).label if value.startswith(BASE) else value for name, value in given.items()}

    def narrowed(name: str, iri: str) -> str:
        return f"/claims?{urlencode({**{key: value for key, value in given.items() if value}, name: iri})}"

    return render(
        "claims.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Claims",
        refusal=refusal,
        given=readable,
        accounts=page.items,
        total=page.total,
        page=pages_around("/claims", given, offset, _CLAIMS, page.total),
        speakers=labels(graph, SG + "Actor", SG + "Source"),
        entities=labels(graph, SG + "Entity"),
        choices=[(name, name.capitalize(), _options(graph, known, facets, name)) for name in _CHOSEN],
        narrower=[
            (heading, [(known.cell(iri), n) for iri, n in facets[name][:_COUNTED]], name, len(facets[name]))
            for name, heading in (("speaker", "By speaker"), ("source", "By source"))
            if not given[name] and len(facets.get(name, ())) > 1
        ],
        narrowed=narrowed,
        data=f"/api/v1/claims?{query}".rstrip("?"),
        csv=f"/api/v1/claims.csv?{query}".rstrip("?"),
    )


def _options(
    graph: Graph, known: Known, facets: Mapping[str, list[tuple[str, int]]], name: str
) -> list[tuple[str, int | None]]:
    """What a field can be set to, and how many claims each choice would leave where that was counted."""
    if facets:
        return [(known.cell(iri).label, count) for iri, count in facets[name]]
    return [(label, None) for label in labels(graph, SG + name.capitalize())]


@router.get("/claims/{identifier:path}")
def claim(identifier: str, graph: Graph, known: Known) -> Response:
    """One claim: through whom it reaches us, what it is about, and who says otherwise."""
    accounts = known.claim(clean(identifier))
    first = accounts[0]
    on_the_same = known.claims(known.filters({"about": str(first.situation.iri)}), _CLAIMS, 0).items
    same = [each for each in on_the_same if each.situation == first.situation and each.iri != first.iri]
    return render(
        "claim.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Claims",
        account=first,
        accounts=accounts,
        roles=known.roles(str(first.situation.iri)),
        contradicting=[known.cell(each) for each in first.contradicts[:_CLAIMS]],
        tense=[known.cell(each) for each in first.in_tension_with[:_CLAIMS]],
        others=same,
        **elsewhere("claims", first.iri),
    )


@router.get("/compare")
def compare(
    request: Request, graph: Graph, known: Known, proposals: Annotated[list[str] | None, Query()] = None
) -> Response:
    """Two to four proposals side by side: those that are chosen, or all where there are no more."""
    chosen = [clean(each) for several in proposals or [] for each in split(several) if each.strip()]
    every, refusal, comparison = known.proposals(), None, None
    try:
        if len(chosen) > _COMPARED:
            raise BadParameter("proposals", f"{len(chosen)} of them", f"two to {_COMPARED}", "Leave some out.")
        if chosen or len(every) <= _COMPARED:
            comparison = known.compare(chosen)
    except BadParameter as error:
        refusal = refused(request, error)
    query = urlencode({"proposals": chosen}, doseq=True)
    passages, places = grouped(comparison.evidence if comparison else ())
    compared = comparison.proposals if comparison else ()
    return render(
        "compare.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Proposals compared",
        refusal=refusal,
        every=[known.cell(each) for each in every[:_OFFERED]],
        total=len(every),
        listed=len(every) <= _LISTED,
        names=labels(graph, SG + "Proposal"),
        most=_COMPARED,
        fields=([each.label for each in compared] or chosen)[:_COMPARED],
        comparison=comparison,
        passages=passages,
        places=places,
        data=f"/api/v1/compare?{query}".rstrip("?"),
        csv=f"/api/v1/compare.csv?{query}".rstrip("?"),
    )


@router.get("/stances")
def who_says_what(
    request: Request, graph: Graph, known: Known, about: str = "", source: str = "", offset: Place = 0
) -> Response:
    """Situations by speakers: who affirms, denies, reports, or says nothing; each cell opens its words."""
    given, refusal = {"about": clean(about), "source": clean(source)}, None
    try:
        filters = known.filters(given)
    except BadParameter as error:
        refusal, filters = refused(request, error), known.filters({})
    table, total = known.stances(filters, 0 if refusal else _SITUATIONS, offset, _SPEAKERS)
    readable = {name: known.cell(value).label if value.startswith(BASE) else value for name, value in given.items()}
    return render(
        "stances.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Claims",
        refusal=refusal,
        given=readable,
        table=table,
        total=total,
        first=offset + 1,
        last=min(offset + _SITUATIONS, total),
        entities=labels(graph, SG + "Entity"),
        sources=labels(graph, SG + "Source"),
        page=pages_around("/stances", given, offset, _SITUATIONS, total),
    )
