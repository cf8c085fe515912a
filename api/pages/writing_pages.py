"""The page for whoever writes a document: what it may say, with an example of each."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.pages.templating import render
from api.parameters import Graph

router = APIRouter(include_in_schema=False)


@router.get("/classes")
def classes_page(graph: Graph) -> Response:
    """Classes of situations with their roles, classes of things, acts, certainties, each with its YAML."""
    return render("classes.html", graph.knowledge.ontology, section="", listed=graph.knowledge.guide.listed())
