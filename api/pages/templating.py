"""Pages: templates, what they may call, and errors as pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from api import problems, statuses
from api.deref import page_of
from api.http import PAGE, quality
from kg import proofs
from kg.entities.entities import Statement
from kg.errors import BadParameter, KgError, NotFound
from kg.graph import KnowledgeGraph
from kg.model import Cell, Evidence
from kg.namespaces import BASE, ID, SG
from kg.ontology.schema import Ontology
from kg.proofs import Proof, Step

_OFFERED = 300  # names that a field offers


@cache
def environment() -> Environment:
    """The templates, with the functions and filters that need no graph."""
    loader = FileSystemLoader(Path(__file__).parents[1] / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {
        "local": local,
        "in_place": in_place,
        "why_page": why_page,
        "own_words": own_words,
        "section": "",
        "language": "en",
        "refusal": None,
        "page_of": page_of,
    }
    made.filters |= {"tail": tail, "spaced": spaced, "query": urlencode, "ours": ours, "placed": placed}
    return made


def render(
    name: str,
    ontology: Ontology | None = None,
    /,
    *,
    language: str = "en",
    refusal: Refusal | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page from its template; with an ontology, things are linked by what they are.

    In another language than English, links and forms of the page keep to that. Of a `refusal` it has the status.
    """
    context.setdefault("address", lambda cell: address(cell, ontology))
    context.setdefault("type_label", lambda cell: ontology.label(cell.type) if ontology and cell.type else "thing")
    page = environment().get_template(name).render(language=language, refusal=refusal, **context)
    status = refusal.status if refusal else 200
    return HTMLResponse(page if language == "en" else _in(language, page), status, headers=PAGE)


def _in(language: str, page: str) -> str:
    """A page whose links to pages here, and whose forms, ask for the same language."""

    def kept(link: re.Match[str]) -> str:
        path, _, anchor = link[1].partition("#")
        separator = "&amp;" if "?" in path else "?"
        return f'href="{path}{separator}lang={language}{"#" if anchor else ""}{anchor}"'

    page = re.sub(r'href="(/(?!static/|api/|data/)[^"]*)"', kept, page)
    return re.sub(r"(<form [^>]*>)", rf'\1<input type="hidden" name="lang" value="{language}">', page)


def address(cell: Cell, ontology: Ontology | None) -> str:
    """Where a thing's page is: directly where its class says what it is, else by its IRI."""
    iri = str(cell.iri)
    if ontology is not None and cell.type and iri.startswith(ID):
        for name, kind in (("Claim", "claim"), ("Source", "source"), ("Situation", "situation")):
            if ontology.is_a(cell.type, SG + name):
                return page_of(iri, kind)
        if cell.type in ontology.classes and not ontology.is_a(cell.type, SG + "Evidence"):
            derived = cell.type in (SG + "Inference", SG + "View")
            return page_of(iri, "inference" if derived else "entity")
    return local(iri)


def local(iri: str) -> str:
    """An IRI of ours at this server; another as it is, if it is one that a link may have."""
    if iri.startswith(BASE):
        return "/" + quote(iri.removeprefix(BASE), safe="/")
    return iri if iri.startswith(("http://", "https://")) else "#"


def in_place(evidence: Evidence) -> str:
    """The source's page at the words."""
    start = f"/sources/{quote(evidence.source.removeprefix(ID), safe='/')}"
    return f"{start}?start={evidence.start}&end={evidence.end}#here"


def why_page(statement: Statement) -> str:
    subject, predicate, object_ = statement.subject, statement.predicate, statement.object
    given = {"subject": subject.iri, "predicate": predicate.iri, "object": object_.iri or object_.label}
    return f"/why?{urlencode(given)}"


def own_words(step: Step) -> list[Evidence]:
    """The words that a step rests on itself, each once, and not those which its premises' proofs show already."""
    shown = {each for premise in step.premises if isinstance(premise, Proof) for each in premise.evidence}
    own = (each for premise in step.premises if isinstance(premise, proofs.Words) for each in premise.evidence)
    return [each for each in dict.fromkeys(own) if each not in shown]


@dataclass(frozen=True)
class Words:
    """The same words, said through the same voices, and all claims that rest on them."""

    evidence: Evidence
    claims: tuple[str, ...]


def grouped(evidence: Sequence[Evidence]) -> tuple[list[Words], dict[int, int]]:
    """Evidence with each passage once, and for each place in `evidence` the passage's place."""
    claims: dict[Evidence, list[str]] = {}
    places: dict[int, int] = {}
    for place, each in enumerate(evidence):
        key = replace(each, claim="")
        found = claims.setdefault(key, [])
        found += [each.claim] if each.claim not in found else []
        places[place] = list(claims).index(key)
    return [Words(replace(key, claim=found[0]), tuple(found)) for key, found in claims.items()], places


def placed(place: int, places: Mapping[int, int]) -> int:
    return places[place]


def tail(iri: str) -> str:
    return str(iri).rpartition("/")[2]


def spaced(name: str) -> str:
    """ "according_to" → "according to"."""
    return name.replace("_", " ")


def ours(iri: str | None) -> bool:
    return str(iri).startswith(BASE)


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a field of a form; `links` are its address with a candidate in the wrong value's place."""

    field: str
    message: str
    status: int
    links: tuple[tuple[str, str], ...]


def refused(request: Request, error: BadParameter) -> Refusal:
    """A refusal that stays in its form; raise the error where a program asks."""
    if not for_a_browser(request):
        raise error
    given = request.query_params.multi_items()
    wrong = next((place for place, (name, value) in enumerate(given) if _is_refused(name, value, error)), None)

    def corrected(iri: str) -> str:
        pairs = [(name, iri if place == wrong else value) for place, (name, value) in enumerate(given)]
        return f"{request.url.path}?{urlencode(pairs)}"

    links = tuple((label, corrected(iri)) for iri, label in error.candidates) if wrong is not None else ()
    return Refusal(error.culprit, str(error), statuses.status_of(error), links)


def _is_refused(name: str, value: str, error: BadParameter) -> bool:
    return name == error.culprit and error.found.startswith(f"'{' '.join(value.split())}'")


def problem(error: KgError) -> HTMLResponse:
    candidates = getattr(error, "candidates", ())
    status = statuses.status_of(error)
    page = render("problem.html", title=error.title, detail=str(error), candidates=candidates, status=status)
    return HTMLResponse(bytes(page.body), status, {**PAGE, **statuses.headers_of(error)})


def install(app: FastAPI) -> None:
    """Let a browser see errors as pages, outside the API; programs get the problem as before."""
    plain = app.exception_handlers[HTTPException]

    async def known(request: Request, error: Exception) -> Response:
        found = problems.unfit(error) if isinstance(error, RequestValidationError) else error
        assert isinstance(found, KgError)
        return problem(found) if for_a_browser(request) else problems.respond(found)

    async def astray(request: Request, error: Exception) -> Response:
        if for_a_browser(request) and isinstance(error, HTTPException) and error.status_code == 404:
            return problem(NotFound(culprit=request.url.path, found="no such page"))
        answer: Response = plain(request, error)  # type: ignore[assignment]
        return answer

    for kind in (KgError, RequestValidationError):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(HTTPException, astray)


def for_a_browser(request: Request) -> bool:
    """Whether a page is wanted rather than a problem for programs."""
    accept = request.headers.get("accept", "")
    prefers_pages = quality("text/html", accept) > quality("application/json", accept)
    return prefers_pages and not request.url.path.startswith("/api/")


def pages_around(path: str, given: Mapping[str, Any], offset: int, limit: int, total: int) -> dict[str, str | None]:
    """Where a list goes on, and what was before."""
    kept = {name: value for name, value in given.items() if value not in ("", None)}

    def at(place: int) -> str:
        return f"{path}?{urlencode({**kept, **({'offset': place} if place else {})}, doseq=True)}"

    return {
        "previous": at(max(0, offset - limit)) if offset > 0 else None,
        "next": at(offset + limit) if offset + limit < total else None,
    }


def labels(graph: KnowledgeGraph, *kinds: str) -> list[str]:
    """The names that a field offers."""
    names = graph.names()
    return sorted({names.label(iri) for iri in names.types if any(names.is_a(iri, kind) for kind in kinds)})[:_OFFERED]


def elsewhere(route: str, iri: str) -> dict[str, Any]:
    """The same for programs."""
    path = quote(iri.removeprefix(ID), safe="/")
    return {"data": f"/api/v1/{route}/{path}", "turtle": f"/data/id/{path}.ttl"}
