"""Pages for people: questions and their answers, proofs, SPARQL with a form. They work without scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages.templating import grouped, local, pages_around, render
from api.parameters import NO_NUL, Graph, Served, clean, once
from kg.errors import BadParameter, KgError
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.namespaces import ID, INFERRED_GRAPH, SG
from kg.questions.catalogue import Question
from kg.workers import Query as Asked
from kg.workers import whole_answer

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
_NAMED = """\
SELECT ?proposal ?guarantor
WHERE { ?proposal sg:namesGuarantor ?guarantor }"""
_SAID = """\
SELECT ?speaker ?act ?situation ?quote
WHERE {
  ?claim sg:speaker ?speaker ; sg:act ?act ; sg:content ?situation ; sg:evidence/sg:quote ?quote .
  FILTER NOT EXISTS { ?situation a sg:Claim }
}
ORDER BY ?claim"""
_BLOCKED = """\
SELECT ?state ?proposal ?certainty
WHERE {
  ?inference rdf:subject ?state ; rdf:predicate sg:canBlock ; rdf:object ?proposal ; sg:certainty ?certainty .
}
ORDER BY ?proposal ?state"""
_GRAPHS = """\
SELECT ?graph (COUNT(*) AS ?statements)
WHERE { GRAPH ?graph { ?subject ?property ?value } }
GROUP BY ?graph
ORDER BY ?graph"""
_QUERIES = (
    ("Which proposals name whom as guarantor", _NAMED),
    ("Who says what, in which words", _SAID),
    ("Which states can block what, and how surely that follows", _BLOCKED),
    ("How many statements each graph holds", _GRAPHS),
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


def sparql_page() -> str:
    """The form at `/sparql`."""
    return bytes(_sparql(query=_QUERIES[0][1]).body).decode()


@router.get("/query")
async def run(service: Served, query: Annotated[str, Query(max_length=20_000)] = "", inferred: bool = True) -> Response:
    """A SPARQL query's answer as a page; run in a worker, as at `/sparql`."""
    if not query.strip():
        return RedirectResponse("/sparql", 303)
    snapshot = service.store.snapshot()
    try:
        if not inferred:
            snapshot = snapshot.without(INFERRED_GRAPH)
        asked = Asked(query, "application/sparql-results+json", "text/turtle")
        media_type, body = await whole_answer(service.pool, asked, snapshot, _LARGEST)
    except KgError as error:
        return _sparql(query=query, inferred=inferred, problem=error)
    if not media_type.startswith("application/sparql-results+json"):
        return _sparql(query=query, inferred=inferred, turtle=body.decode())
    found = json.loads(body)
    if "boolean" in found:
        return _sparql(query=query, inferred=inferred, verdict=found["boolean"])
    columns, rows = found["head"]["vars"], found["results"]["bindings"]
    cells = [[_cell(row[column]) if column in row else None for column in columns] for row in rows[:_SHOWN]]
    return _sparql(query=query, inferred=inferred, columns=columns, rows=cells, more=len(rows) > _SHOWN)


def _cell(term: Mapping[str, str]) -> dict[str, str]:
    if term["type"] != "uri":
        return {"text": term["value"], "href": "", "language": term.get("xml:lang", "")}
    iri, href = term["value"], local(term["value"])
    short = "id:" + iri.removeprefix(ID) if iri.startswith(ID) else iri
    short = "sg:" + iri.removeprefix(SG) if iri.startswith(SG) else short
    return {"text": short, "href": "" if href == "#" else href, "language": ""}


def _sparql(**context: Any) -> Response:
    empty: dict[str, Any] = {
        "problem": None,
        "columns": None,
        "rows": [],
        "more": False,
        "verdict": None,
        "turtle": None,
        "inferred": True,
    }
    return render("sparql.html", section="SPARQL", examples=_QUERIES, **(empty | context))
