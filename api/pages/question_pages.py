"""Pages for people: questions and their answers, proofs, SPARQL with a form. They work without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages.templating import grouped, pages_around, render
from api.parameters import NO_NUL, Graph, clean, once
from kg.errors import BadParameter
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.questions.catalogue import Question

_ROWS = 100  # rows on a page
_CHOICES = 300  # names that a field offers
_LARGEST = 4 << 20  # bytes of a query's answer that a page takes in
_SHOWN = 500  # rows of it that are shown
_OPTIONS = ("limit", "offset", "inferred", "according_to")
_EXAMPLES = (
    "Which proposals name China as guarantor?",
    "Which states can block the Chinese initiative?",
    "What do analysts say?",
    "Whom does the war harm?",
)
router = APIRouter(include_in_schema=False)


@router.get("/")
def home(graph: Graph) -> Response:
    things = graph.things()
    sources = things.sources()
    return render(
        "home.html",
        graph.knowledge.ontology,
        section="Questions",
        examples=_EXAMPLES,
        documents=[each for each in sources if not each.background],
        background=sum(each.background for each in sources),
        proposals=things.proposals(),
        questions=graph.questions(),
    )


@router.get("/ask")
def ask(graph: Graph, q: Annotated[str, Query(max_length=2000, pattern=NO_NUL)] = "") -> Response:
    """A question in English, answered or declined."""
    if not q.strip():
        return RedirectResponse("/", 303)
    found = graph.ask(q)
    answer, declined = (found, None) if isinstance(found, Answer) else (None, found)
    return _answered(graph, _Asked(q, None, answer, declined, data=f"/api/v1/ask?{urlencode({'q': q})}"))


@router.get("/questions")
def questions() -> Response:
    return RedirectResponse("/", 303)


@router.get("/questions/{name}")
def question(
    name: str,
    request: Request,
    graph: Graph,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    inferred: bool = True,
    according_to: str = "",
) -> Response:
    """A question of the catalogue, with a field for each parameter, and its answer."""
    asked = graph.knowledge.catalogue[name]
    given = {name: clean(value) for name, value in once(request).items() if name not in _OPTIONS}
    arguments = {name: value for name, value in given.items() if value}
    speaker = clean(according_to) or None
    answer = graph.answer(name, arguments, limit=_ROWS, offset=offset, inferred=inferred, according_to=speaker)
    options = {"inferred": None if inferred else "false", "according_to": speaker}
    shown = {**arguments, **options}
    kept = urlencode({key: value for key, value in shown.items() if value})
    return _answered(
        graph,
        _Asked(
            asked.question,
            asked,
            answer,
            None,
            data=f"/api/v1/questions/{name}?{kept}".rstrip("?"),
            csv=f"/api/v1/questions/{name}.csv?{kept}".rstrip("?"),
            arguments=arguments,
            according_to=speaker,
            inferred=inferred,
            page=pages_around(f"/questions/{name}", shown, offset, _ROWS, answer.total),
        ),
    )


@dataclass(frozen=True)
class _Asked:
    """What an answer's page shows: what was asked, and what came of it."""

    asked: str
    question: Question | None
    answer: Answer | None
    declined: NotAnswered | None
    data: str
    csv: str = ""
    arguments: Mapping[str, str] | None = None
    according_to: str | None = None
    inferred: bool = True
    page: Mapping[str, str | None] | None = None


def _answered(graph: KnowledgeGraph, shown: _Asked) -> Response:
    things, ontology = graph.things(), graph.knowledge.ontology
    columns = [
        column
        for column in (shown.answer.columns if shown.answer else ())
        if any(column in r.cells for r in shown.answer.rows)  # type: ignore[union-attr]
    ]
    context = vars(shown) | {"page": shown.page or {"previous": None, "next": None}, "arguments": shown.arguments or {}}
    passages, places = grouped(shown.answer.evidence if shown.answer else ())
    return render(
        "answer.html",
        ontology,
        passages=passages,
        places=places,
        section="Questions",
        columns=columns,
        titles={each.name: each.question for each in graph.questions()},
        label_of=lambda value: things.cell(value).label if value.startswith("http") else value,
        class_label=ontology.label,
        choices=_choices(graph, shown.question) if shown.question else {},
        **context,
    )


def _choices(graph: KnowledgeGraph, asked: Question) -> dict[str, list[str]]:
    """For each parameter, the labels of the things that it can be."""
    names = graph.names()
    return {
        name: sorted({names.label(iri) for iri in names.types if names.is_a(iri, kind)})[:_CHOICES]
        for name, kind in asked.parameters.items()
    }


@router.get("/why")
def why(
    graph: Graph, subject: str = "", predicate: str = "", object_: Annotated[str, Query(alias="object")] = ""
) -> Response:
    """The proof of a statement as a tree, down to quoted words."""
    given = {"subject": subject, "predicate": predicate, "object": object_}
    if any("\x00" in value for value in given.values()):
        raise BadParameter(culprit="the parameters", found="a character U+0000")
    proof = graph.why(subject, predicate, object_) if all(value.strip() for value in given.values()) else None
    ontology, things = graph.knowledge.ontology, graph.things()
    readable = {name: things.cell(value).label if value.startswith("http") else value for name, value in given.items()}
    return render(
        "why.html",
        ontology,
        given=readable if proof else given,
        proof=proof,
        properties=sorted(ontology.label(iri) for iri in ontology.derived),
        data=f"/api/v1/why?{urlencode(given)}",
    )
