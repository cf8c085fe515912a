"""Pages for people: questions and their answers, proofs, SPARQL with a form. They work without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup
from starlette.responses import RedirectResponse

from api.pages import proof_picture
from api.pages.templating import Refusal, address, for_a_browser, grouped, labels, pages_around, refused, render, spaced
from api.parameters import NO_NUL, Graph, Known, Place, clean, once
from kg.errors import BadParameter, NotFound
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered, Row
from kg.namespaces import RDF, RDFS, SG
from kg.ontology.schema import Ontology
from kg.questions.catalogue import Question
from kg.questions.serialising import relabelled
from kg.questions.solutions import solutions

_ROWS = 50  # rows on a page
_FEW = 6  # documents and proposals named at the start
_INFERRED = 3  # statements offered to be proved
_PARTS = ("subject", "predicate", "object")
_CHOICES = 300  # names that a field offers
_OPTIONS = ("limit", "offset", "inferred", "according_to", "lang")
router = APIRouter(include_in_schema=False)
Named = Annotated[str, Query(max_length=2000, pattern=NO_NUL)]


@router.get("/")
def home(graph: Graph) -> Response:
    things = graph.things()
    documents, proposals = things.sources(_FEW, background=False), things.proposals()
    return render(
        "home.html",
        graph.knowledge.ontology,
        section="Questions",
        examples=[each.example for each in graph.questions() if each.example],
        documents=documents,
        background=len(things.source_iris(background=True)),
        proposals=[things.cell(each) for each in proposals[:_FEW]],
        more=len(proposals) - _FEW,
        few=_FEW,
        topics=graph.topics(),
        unsaid=graph.unsaid(),
    )


@router.get("/ask")
def ask(request: Request, graph: Graph, q: Annotated[str, Query(max_length=2000, pattern=NO_NUL)] = "") -> Response:
    """A question in English, answered or declined; a name alone leads to its page."""
    if not q.strip():
        return RedirectResponse("/", 303)
    things = graph.things()
    with suppress(BadParameter):
        cell = things.cell(things.identify(q.strip().rstrip("?."), "q"))
        return RedirectResponse(address(cell, graph.knowledge.ontology), 303)
    found = graph.ask(q)
    answer, declined = (found, None) if isinstance(found, Answer) else (None, found)
    shown = _Asked(q, None, answer, declined, data=f"/api/v1/ask?{urlencode({'q': q})}")
    return _answered(request, graph, shown)


@router.get("/questions")
def questions(graph: Graph) -> Response:
    """The catalogue by topic."""
    return render("questions.html", section="Questions", topics=graph.topics(), unsaid=graph.unsaid())


@router.get("/questions/{name}")
def question(
    name: str,
    request: Request,
    graph: Graph,
    known: Known,
    offset: Place = 0,
    inferred: bool = True,
    according_to: str = "",
) -> Response:
    """A question of the catalogue, with a field for each parameter, and its answer."""
    asked = graph.knowledge.catalogue[name]
    given = {name: clean(value) for name, value in once(request).items() if name not in _OPTIONS}
    arguments = {name: value for name, value in given.items() if value}
    speaker, refusal, answer = clean(according_to) or None, None, None
    try:
        answer = graph.answer(name, arguments, limit=_ROWS, offset=offset, inferred=inferred, according_to=speaker)
        answer = relabelled(answer, lambda iri: known.cell(iri).label) if known.language != "en" else answer
    except BadParameter as error:
        refusal = refused(request, error)
    options = {"inferred": None if inferred else "false", "according_to": speaker}
    shown = {**arguments, **options}
    kept = urlencode({key: value for key, value in shown.items() if value})
    found = _Asked(
        asked.question,
        asked,
        answer,
        None,
        data=f"/api/v1/questions/{name}?{kept}".rstrip("?"),
        csv=f"/api/v1/questions/{name}.csv?{kept}".rstrip("?"),
        arguments=arguments,
        according_to=speaker,
        inferred=inferred,
        page=pages_around(f"/questions/{name}", shown, offset, _ROWS, answer.total if answer else 0),
    )
    return _answered(request, graph, found, known.language, refusal)


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


def _answered(
    request: Request, graph: KnowledgeGraph, shown: _Asked, language: str = "en", refusal: Refusal | None = None
) -> Response:
    things, ontology = graph.things(), graph.knowledge.ontology
    rows = shown.answer.rows if shown.answer else ()
    columns = [
        column for column in (shown.answer.columns if shown.answer else ()) if any(column in row.cells for row in rows)
    ]
    context = vars(shown) | {"page": shown.page or {"previous": None, "next": None}, "arguments": shown.arguments or {}}
    passages, places = grouped(shown.answer.evidence if shown.answer else ())
    return render(
        "answer.html",
        ontology,
        language=language,
        refusal=refusal,
        passages=passages,
        places=places,
        section="Questions",
        columns=columns,
        titles={each.name: each.question for each in graph.questions()},
        label_of=lambda value: things.cell(value).label if value.startswith("http") else value,
        class_label=ontology.label,
        in_words=lambda name: _in_words(name, ontology),
        proofs=[_proof(graph, shown.answer, row) if shown.answer and row.inferred else "" for row in rows],
        choices=_choices(graph, shown.question) if shown.question else {},
        version=graph.version,
        root=str(request.base_url).rstrip("/"),
        permanent=str(request.url),
        **context,
    )


def _in_words(name: str, ontology: Ontology) -> str:
    """A column's or parameter's name as people write it: the property's label, or the name's own words."""
    if SG + name in ontology.properties:
        return ontology.label(SG + name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", spaced(name)).lower()


def _proof(graph: KnowledgeGraph, answer: Answer, row: Row) -> str:
    """The address of the proof of what a row states by a derived property; empty where it is no such statement."""
    for match in answer.matched:
        for statement in graph.stated_by(match, row):
            parts = (getattr(term, "value", "") for term in statement)
            return f"/why?{urlencode(dict(zip(_PARTS, parts, strict=True)))}"
    return ""


def _choices(graph: KnowledgeGraph, asked: Question) -> dict[str, list[str]]:
    """For each parameter, the labels of the things that it can be."""
    return {name: labels(graph, kind)[:_CHOICES] for name, kind in asked.parameters.items()}


@router.get("/why")
def why(
    request: Request,
    graph: Graph,
    subject: Named = "",
    predicate: Named = "",
    object_: Annotated[str, Query(alias="object", max_length=2000, pattern=NO_NUL)] = "",
) -> Response:
    """The proof of a statement as a tree, down to quoted words."""
    given = {"subject": subject, "predicate": predicate, "object": object_}
    proof, refusal = None, None
    try:
        proof = graph.why(subject, predicate, object_) if all(value.strip() for value in given.values()) else None
    except BadParameter as error:
        refusal = refused(request, error)
    except NotFound as error:
        if not for_a_browser(request):
            raise
        refusal = Refusal("", str(error), 404, ())
    ontology, things = graph.knowledge.ontology, graph.things()
    readable = {name: things.cell(value).label if value.startswith("http") else value for name, value in given.items()}
    return render(
        "why.html",
        ontology,
        refusal=refusal,
        given=readable,
        proof=proof,
        picture=Markup(proof_picture.drawn(proof, "map")) if proof else "",  # noqa: S704 - its texts are escaped
        examples=[] if proof else _inferred(graph),
        properties=sorted(ontology.label(iri) for iri in ontology.derived),
        data=f"/api/v1/why?{urlencode(given)}",
    )


def _inferred(graph: KnowledgeGraph) -> list[tuple[str, str]]:
    """Some statements that follow between entities, each by another rule: how they read, and where their proofs are."""

    def found() -> list[tuple[str, str]]:
        things, shown = graph.things(), list[tuple[str, str]]()
        for rule in graph.knowledge.rules.rules:
            if rule.kind == "inference" and len(shown) < _INFERRED:
                entities = f"?s a/<{RDFS}subClassOf>* <{SG}Entity> . ?o a/<{RDFS}subClassOf>* <{SG}Entity>"
                parts = " ; ".join(f"<{RDF}{name}> ?{name[0]}" for name in _PARTS)
                stated = f"?i <{SG}rule> <{rule.iri.value}> ; {parts}"
                for row in solutions(graph.snapshot(), f"SELECT ?s ?p ?o {{ {stated} . {entities} }} LIMIT 1"):
                    terms = [row[name[0]].value for name in _PARTS]
                    text = " – ".join(things.cell(term).label for term in terms)
                    shown.append((text, f"/why?{urlencode(dict(zip(_PARTS, terms, strict=True)))}"))
        return shown

    return graph.kept("inferred examples", found)
