"""Pages about things: entities, and any IRI of ours."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.pages.templating import elsewhere, pages_around, refused, render
from api.parameters import Graph, Known, Place, clean
from kg.entities.describing import Description
from kg.entities.entities import CalledBy, EntityDetail
from kg.errors import BadParameter
from kg.model import Cell
from kg.namespaces import BASE, SKOS
from kg.terms import Literal

_ENTITIES = 60  # on a page
_WITH_ENTITY = 8  # claims shown on an entity's page
_STATEMENTS = 15  # of a kind, on an entity's page
_SOURCES = 8
_CLAIMS = 25
router = APIRouter(include_in_schema=False)


@router.get("/entities")
def entities(
    request: Request,
    graph: Graph,
    known: Known,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(alias="type")] = "",
    offset: Place = 0,
) -> Response:
    """Search by name, and by class."""
    ontology, refusal = graph.knowledge.ontology, None
    try:
        wanted = known.kind(clean(kind)) if kind.strip() else None
        page = known.entities(clean(q), wanted, _ENTITIES, offset)
    except BadParameter as error:
        wanted, refusal = None, refused(request, error)
        page = known.entities("", None, 0, 0)
    counts = known.classes()
    kinds = sorted(((iri, ontology.label(iri), count) for iri, count in counts.items()), key=lambda one: one[1])
    return render(
        "entities.html",
        ontology,
        language=known.language,
        refusal=refusal,
        section="Entities",
        q=q,
        kind=wanted,
        kinds=kinds,
        items=page.items,
        total=page.total,
        page=pages_around("/entities", {"q": q, "type": kind}, offset, _ENTITIES, page.total),
    )


@router.get("/entities/{identifier:path}")
def entity(identifier: str, graph: Graph, known: Known) -> Response:
    """What is known of an entity; long lists go on at /network, /claims and /sources."""
    found = known.entity(clean(identifier), _WITH_ENTITY, stated=False)
    stated, inferred = (known.relations(found.iri, _STATEMENTS, inferred=which) for which in (False, True))
    return render(
        "entity.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Entities",
        entity=found,
        called=_called(found),
        most=_SOURCES,
        groups=(
            ("As sources state", "Said by a source in its own voice, or by a proposer of its own proposal", stated),
            ("What follows", "Inferred by rules from what is said and from the background", inferred),
        ),
        about=found.claims.items,
        speaks=found.speaks.items,
        **elsewhere("entities", found.iri),
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
        language=known.language,
        described=described,
        definition=_definition(graph, iri),
        rule=next((each for each in graph.knowledge.rules.rules if each.iri.value == iri), None),
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
