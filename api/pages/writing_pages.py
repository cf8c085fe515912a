"""The pages for whoever writes a document: what it may say, and forms by which it is written beside its text."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.pages.templating import labels, render
from api.parameters import Graph
from kg.namespaces import SG

_NAMES = 2_000  # that fields complete

router = APIRouter(include_in_schema=False)


@router.get("/classes")
def classes_page(graph: Graph) -> Response:
    """Classes of situations with their roles, classes of things, acts, certainties, each with its YAML."""
    return render("classes.html", graph.knowledge.ontology, section="", listed=graph.knowledge.guide.listed())


@router.get("/write")
def write(graph: Graph) -> Response:
    """A text, a form for claims, and the document that grows of them; all of it in the browser."""
    guide, terms = graph.knowledge.guide, graph.knowledge.register.terms
    known = {*labels(graph, SG + "Actor", SG + "Entity"), *terms.labels.values()}
    said = [{"name": role.name, "choices": choices} for role, choices in guide.said if choices]
    return render(
        "write.html",
        graph.knowledge.ontology,
        section="",
        kinds=guide.kinds,
        things=guide.things,
        said=said,
        names=sorted(known)[:_NAMES],
    )
