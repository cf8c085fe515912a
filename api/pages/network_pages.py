"""The page that shows the graph: around each proposal, or around the thing that is asked about."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from api.pages import network_picture
from api.pages.templating import address, render
from api.parameters import NO_NUL, Graph, Known, clean
from kg.model import Cell
from kg.namespaces import SG, SKOS

_OFFERED = 400  # names that the field offers
router = APIRouter(include_in_schema=False)


@router.get("/network")
def graph_page(
    graph: Graph, known: Known, about: Annotated[str, Query(max_length=2000, pattern=NO_NUL)] = ""
) -> Response:
    """Diagrams with a table each: what sources state of a thing, and what follows."""
    ontology, asked = graph.knowledge.ontology, clean(about)

    def leading(cell: Cell) -> str | None:
        """Where the graph around a thing is, or else its page; a literal has neither."""
        if cell.type and any(ontology.is_a(cell.type, kind) for kind in (SG + "Entity", SKOS + "Concept")):
            return f"/network?{urlencode({'about': cell.iri})}"
        return address(cell, ontology) if cell.iri else None

    entities = [known.entity(each) for each in ([asked] if asked else (str(cell.iri) for cell in known.proposals()))]
    drawn = [
        (each, Markup(network_picture.around(known.cell(each.iri), each.statements, leading, f"graph-{place}")))  # noqa: S704 - escaped
        for place, each in enumerate(entities, 1)
    ]
    return render(
        "network.html",
        ontology,
        section="Graph",
        about=entities[0].label if asked else "",
        drawn=drawn,
        most=network_picture.MOST,
        names=[each.label for each in known.entities("", None, _OFFERED, 0).items],
    )
