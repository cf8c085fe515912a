"""What if a source, a claim or a situation were not there: an answer as it is beside what it would be."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.pages.templating import labels, refused, render
from api.parameters import NO_NUL, Graph, Known, Words, clean
from kg.errors import BadParameter
from kg.model import Answer
from kg.namespaces import BASE, SG

router = APIRouter(include_in_schema=False)


@router.get("/what-if")
def what_if(
    request: Request,
    graph: Graph,
    known: Known,
    q: Words = "",
    without: Annotated[str, Query(max_length=2000, pattern=NO_NUL)] = "",
) -> Response:
    """The answer to a question in English, and what of it would be lost without something, step by step."""
    left_out, then, refusal = clean(without), None, None
    now = graph.ask(q) if q.strip() else None
    try:
        if isinstance(now, Answer) and left_out:
            then = graph.ask(q, without=[left_out])
    except BadParameter as error:
        refusal = refused(request, error)
    return render(
        "what_if.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Questions",
        refusal=refusal,
        asked=q,
        without=known.cell(left_out).label if left_out.startswith(BASE) else left_out,
        now=now if isinstance(now, Answer) else None,
        declined=None if isinstance(now, Answer) else now,
        then=then if isinstance(then, Answer) else None,
        sources=labels(graph, SG + "Source"),
        examples=[each.example for each in graph.questions() if each.example],
        data=f"/api/v1/ask?{urlencode({'q': q, 'without': left_out})}",
    )
