"""Pages about things: entities, claims, sources with their words marked, proposals compared, any IRI of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.pages.templating import grouped, pages_around, render
from api.parameters import Graph, Known, clean, split
from kg.entities import sources
from kg.entities.claims import Claim
from kg.entities.describing import Description
from kg.entities.entities import CalledBy, EntityDetail
from kg.entities.sources import Sentence, Span
from kg.model import Cell
from kg.namespaces import BASE, ID, SG, SKOS
from kg.terms import Literal

_CLAIMS = 25  # on a page
_ENTITIES = 100
_OFFERED = 400  # names that a field offers
_WITH_ENTITY = 12  # claims shown on an entity's page
_CHOSEN = ("act", "polarity", "certainty", "source")  # fields of /claims, each for a class of that name
router = APIRouter(include_in_schema=False)
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]


@router.get("/entities")
def entities(
    graph: Graph,
    known: Known,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(alias="type")] = "",
    offset: Offset = 0,
) -> Response:
    """Search by name, and by class."""
    ontology = graph.knowledge.ontology
    wanted = known.kind(clean(kind)) if kind else None
    page = known.entities(clean(q), wanted, _ENTITIES, offset)
    counts = known.classes()
    kinds = sorted(((iri, ontology.label(iri), count) for iri, count in counts.items()), key=lambda one: one[1])
    around = pages_around("/entities", {"q": q, "type": kind}, offset, _ENTITIES, page.total)
    return render(
        "entities.html",
        ontology,
        section="Entities",
        q=q,
        kind=wanted,
        kinds=kinds,
        items=page.items,
        total=page.total,
        page=around,
    )


@router.get("/entities/{identifier:path}")
def entity(identifier: str, graph: Graph, known: Known) -> Response:
    found = known.entity(clean(identifier))
    stated = [each for each in found.statements if not each.inferred]
    inferred = [each for each in found.statements if each.inferred]
    iri = found.iri
    return render(
        "entity.html",
        graph.knowledge.ontology,
        section="Entities",
        entity=found,
        called=_called(found),
        groups=(
            ("As sources state", "Said by a source in its own voice, or by a proposer of its own proposal", stated),
            ("What follows", "Inferred by rules from what is said and from the background", inferred),
        ),
        about=found.claims.items[:_WITH_ENTITY],
        speaks=found.speaks.items[:_WITH_ENTITY],
        **_elsewhere("entities", iri),
    )


def _called(found: EntityDetail) -> list[CalledBy]:
    """Its other names, each once, in whatever language it is given first."""
    shown = {found.label}
    kept = []
    for name in found.names:
        if name.text not in shown and name.kind in ("label", "other name"):
            shown.add(name.text)
            kept.append(name)
    return kept


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
def claims(graph: Graph, known: Known, fields: Annotated[Fields, Depends()], offset: Offset = 0) -> Response:
    """All claims, or those that the fields ask for."""
    given = fields.given
    page = known.claims(known.filters(fields.wanted), _CLAIMS, offset)
    query = urlencode({name: value for name, value in given.items() if value})
    readable = {name: known.cell(value).label if value.startswith(BASE) else value for name, value in given.items()}
    return render(
        "claims.html",
        graph.knowledge.ontology,
        section="Claims",
        given=readable,
        accounts=page.items,
        total=page.total,
        page=pages_around("/claims", given, offset, _CLAIMS, page.total),
        speakers=_labels(graph, SG + "Actor", SG + "Source"),
        entities=_labels(graph, SG + "Entity"),
        choices=[(name, name.capitalize(), _labels(graph, SG + name.capitalize())) for name in _CHOSEN],
        data=f"/api/v1/claims?{query}".rstrip("?"),
        csv=f"/api/v1/claims.csv?{query}".rstrip("?"),
    )


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
        section="Claims",
        account=first,
        accounts=accounts,
        roles=known.roles(str(first.situation.iri)),
        contradicting=[known.cell(each) for each in first.contradicts],
        tense=[known.cell(each) for each in first.in_tension_with],
        others=same,
        **_elsewhere("claims", first.iri),
    )


@router.get("/sources")
def list_sources(graph: Graph, known: Known) -> Response:
    every = known.sources()
    return render(
        "sources.html",
        graph.knowledge.ontology,
        section="Sources",
        documents=[each for each in every if not each.background],
        background=[each for each in every if each.background],
    )


@router.get("/sources/{identifier:path}")
def source(
    identifier: str,
    graph: Graph,
    known: Known,
    start: Annotated[int, Query(ge=0)] = -1,
    end: Annotated[int, Query(ge=0)] = -1,
) -> Response:
    """A source's text with the words marked that claims rest on; those from `start` to `end` stand out."""
    found = known.source(clean(identifier))
    iri, accounts, cut = found.iri, found.items, found.sentences
    placed = [(one, [a for a in accounts if _place(a, iri) is not None and _within(a, iri, one)]) for one in cut]
    return render(
        "source.html",
        graph.knowledge.ontology,
        section="Sources",
        source=found,
        accounts=accounts,
        sentences=cut,
        pieces=list(_pieces(found.text or "", found.spans, cut, (start, end))),
        by_sentence=placed,
        unplaced=[account for account in accounts if _place(account, iri) is None],
        whole=f"/graph/{quote(iri.removeprefix(ID), safe='/')}",
        **_elsewhere("sources", iri),
    )


@dataclass(frozen=True)
class _Piece:
    """A piece of the text; `sentence` is the number of the sentence that ends with it, or 0."""

    text: str
    claims: tuple[str, ...]
    sentence: int
    here: bool
    first_here: bool


def _pieces(text: str, spans: Sequence[Span], cut: Sequence[Sentence], here: tuple[int, int]) -> Iterator[_Piece]:
    ends = {sentence.end: sentence.number for sentence in cut}
    edges = [at for sentence in cut for at in (sentence.start, sentence.end)]
    for piece in sources.segments(text, spans, (*edges, *(at for at in here if at >= 0))):
        inside = here[0] <= piece.start and piece.end <= here[1]
        yield _Piece(piece.text, piece.claims, ends.get(piece.end, 0), inside, inside and piece.start == here[0])


def _place(account: Claim, source: str) -> int | None:
    """Where the last words begin that a claim rests on in a source."""
    starts = [each.start for each in account.evidence if each.source == source and each.start is not None]
    return max(starts) if starts else None


def _within(account: Claim, source: str, sentence: Sentence) -> bool:
    place = _place(account, source)
    return place is not None and sentence.start <= place < sentence.end


@router.get("/compare")
def compare(graph: Graph, known: Known, proposals: Annotated[list[str] | None, Query()] = None) -> Response:
    chosen = [clean(each) for several in proposals or [] for each in split(several) if each.strip()]
    query = urlencode({"proposals": chosen}, doseq=True)
    comparison = known.compare(chosen)
    passages, places = grouped(comparison.evidence)
    return render(
        "compare.html",
        graph.knowledge.ontology,
        section="Proposals compared",
        every=known.proposals(),
        comparison=comparison,
        passages=passages,
        places=places,
        data=f"/api/v1/compare?{query}".rstrip("?"),
        csv=f"/api/v1/compare.csv?{query}".rstrip("?"),
    )


@router.get("/about/{rest:path}")
def about(rest: str, graph: Graph, known: Known) -> Response:
    """What is stated of anything here that has an IRI of ours."""
    described = known.describe(BASE + clean(rest))
    iri = str(described.thing.iri)
    accounts = known.claims(known.filters({"about": iri}), _CLAIMS, 0).items if described.kind == "situation" else ()
    proved = _proved(described)
    parts = zip(("subject", "predicate", "object"), proved or (), strict=False)
    return render(
        "about.html",
        graph.knowledge.ontology,
        described=described,
        definition=_definition(graph, iri),
        accounts=[each for each in accounts if each.situation.iri == iri],
        proved=proved,
        proof_page=f"/why?{urlencode({name: cell.iri or cell.label for name, cell in parts})}",
        turtle=f"/data/{quote(rest, safe='/')}.ttl",
        jsonld=f"/data/{quote(rest, safe='/')}.jsonld",
    )


def _proved(described: Description) -> tuple[Cell, Cell, Cell] | None:
    """The statement that an inference makes."""
    parts = {each.predicate.iri: each.value for each in described.outgoing}
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    found = [parts.get(rdf + name) for name in ("subject", "predicate", "object")]
    return (found[0], found[1], found[2]) if described.kind == "inference" and all(found) else None  # type: ignore[return-value]


def _definition(graph: Graph, iri: str) -> str:
    values = graph.knowledge.ontology.values(iri, SKOS + "definition")
    return next((value.value for value in values if isinstance(value, Literal)), "")


def _labels(graph: Graph, *kinds: str) -> list[str]:
    names = graph.names()
    return sorted({names.label(iri) for iri in names.types if any(names.is_a(iri, kind) for kind in kinds)})[:_OFFERED]


def _elsewhere(route: str, iri: str) -> dict[str, str]:
    """The same for programs."""
    path = quote(iri.removeprefix(ID), safe="/")
    return {"data": f"/api/v1/{route}/{path}", "turtle": f"/data/id/{path}.ttl"}
