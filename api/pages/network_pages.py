"""The page that shows the graph around a thing, one kind of line at a time where there are many lines."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from api.pages import network_picture
from api.pages.templating import address, labels, refused, render
from api.parameters import NO_NUL, Graph, Known, Place, clean
from kg.entities.entities import Kind, Relations
from kg.errors import BadParameter
from kg.model import Cell
from kg.namespaces import SG, SKOS
from kg.ontology.schema import Ontology

_LINES = 24  # drawn at once; up to so many of all kinds are shown together
_OFFERED = 24  # proposals to begin with
router = APIRouter(include_in_schema=False)
Asked = Annotated[str, Query(max_length=2000, pattern=NO_NUL)]


@router.get("/network")
def graph_page(
    request: Request, graph: Graph, known: Known, about: Asked = "", relation: Asked = "", offset: Place = 0
) -> Response:
    """What sources state of a thing, and what follows, as a diagram and as a table."""
    ontology, asked, refusal = graph.knowledge.ontology, clean(about), None
    leading = partial(_around, ontology)
    thing, shown, kind = None, None, None
    try:
        if asked:
            thing = known.cell(known.identify(asked, "about", (SG + "Entity", SKOS + "Concept")))
            shown, kind = _shown(known, str(thing.iri), clean(relation), offset)
    except BadParameter as error:
        refusal = refused(request, error)

    def of(one: Kind, at: int = 0) -> str:
        given = {"about": thing.iri if thing else "", "relation": _key(one), **({"offset": at} if at else {})}
        return f"/network?{urlencode(given)}"

    every = known.proposals()
    drawn = network_picture.around(thing, shown.items, leading, "graph-1") if thing and shown else ""
    return render(
        "network.html",
        ontology,
        language=known.language,
        refusal=refusal,
        section="Graph",
        about=thing.label if thing else asked,
        thing=thing,
        shown=shown,
        kind=kind,
        of=of,
        diagram=Markup(drawn),  # noqa: S704 - its texts are escaped
        offset=offset,
        lines=_LINES,
        proposals=[known.cell(each) for each in every[:_OFFERED]],
        more=len(every) > _OFFERED,
        leading=leading,
        names=labels(graph, SG + "Entity"),
    )


def _around(ontology: Ontology, cell: Cell) -> str | None:
    """Where the graph around a thing is, or else its page; a literal has neither."""
    if cell.type and any(ontology.is_a(cell.type, each) for each in (SG + "Entity", SKOS + "Concept")):
        return f"/network?{urlencode({'about': cell.iri})}"
    return address(cell, ontology) if cell.iri else None


def _key(kind: Kind) -> str:
    """A kind of line in an address: the property, and whether it follows."""
    return f"{kind.property.iri}{' inferred' if kind.inferred else ''}"


def _shown(known: Known, iri: str, relation: str, offset: int) -> tuple[Relations, Kind | None]:
    """The lines of the kind that is asked for; else all where they are few, and else those of the first kind."""
    every = known.relations(iri, _LINES, offset)
    kind = next((each for each in every.kinds if _key(each) == relation), None)
    if kind is None and every.total > _LINES:
        kind = every.kinds[0]
    if kind is None:
        return every, None
    return known.relations(iri, _LINES, offset, relation=kind.property.iri, inferred=kind.inferred), kind
