"""The ontology's documentation, made from its files: an overview with an index, and a page a term."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api import deref
from api.http import PAGE
from api.pages import diagrams
from api.pages.templating import environment
from api.parameters import NO_NUL, Graph
from kg import glossary, namespaces
from kg.errors import NotFound
from kg.glossary import Entry, Glossary
from kg.graph import KnowledgeGraph
from kg.namespaces import RDFS, SG
from kg.questions.solutions import solutions
from kg.rules import Rule
from kg.settings import Home
from kg.terms import NamedNode, compact

LANGUAGES = {"en": "English", "uk": "Українська", "ru": "Русский", "zh": "中文"}
_PLURALS = {
    "class": "Classes",
    "object property": "Properties between things",
    "data property": "Properties with literal values",
    "annotation property": "Annotation properties",
    "concept": "Concepts",
}
_SLOT = re.compile(r"\{(\w+)\}")
router = APIRouter(include_in_schema=False)


@router.get("/ontology/{rest:path}")
def documented(
    request: Request, rest: str, graph: Graph, q: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = ""
) -> Response:
    """The ontology and its terms: to people the pages that document them, to machines statements."""
    has_page = not rest or ("/" not in rest and SG + rest in graph.knowledge.ontology.files)
    if deref.form_of(request) != "text/html" or not has_page:
        return deref.dereference(request, graph)
    if rest:
        return Response(status_code=303, headers={"Location": page_of_term(SG + rest), "Vary": "Accept"})
    return HTMLResponse(overview(graph.settings.home, q.strip()), headers={**PAGE, "Vary": "Accept"})


@router.get("/terms/{name}")
def term(name: str, graph: Graph) -> Response:
    """A term: what it means, how it hangs together with others, what uses it, and how much the graph says by it."""
    page = documentation(graph.settings.home, name, _stated(graph, SG + name))
    if page is None:
        raise NotFound(name, "no term of the ontology", "a term's local name", "Look it up at /ontology/.")
    return HTMLResponse(page, headers=PAGE)


@dataclass(frozen=True)
class Branch:
    """A class and those under it."""

    entry: Entry
    below: tuple[Branch, ...]


def overview(home: Home, q: str = "") -> str:
    """The page of the ontology; raise Rejected, with file and line, where the project's files have faults."""
    known = _glossary(home, _stamp(home))
    return _page(
        "ontology.html",
        home,
        known,
        q=q,
        found=known.find(q) if q else [],
        plurals=_PLURALS,
        kinds=_counts(known),
        tree=tuple(_tree(known)),
        letters=[
            (letter, list(entries)) for letter, entries in groupby(known.by_name, lambda one: one.label[:1].upper())
        ],
        overview=Markup(diagrams.overview(known)),  # noqa: S704 - made here, its texts escaped
    )


def documentation(home: Home, name: str, stated: str = "") -> str | None:
    """The page of a term, with what is `stated` by it; None where there is none of that name."""
    known = _glossary(home, _stamp(home))
    entry = known.entries.get(SG + name)
    if entry is None:
        return None
    module = next(each for each in known.modules if each.name == entry.module)
    at = module.entries.index(entry)
    return _page(
        "term.html",
        home,
        known,
        entry=entry,
        stated=stated,
        module=module,
        before=module.entries[at - 1] if at else None,
        after=module.entries[at + 1] if at + 1 < len(module.entries) else None,
        languages=LANGUAGES,
        diagram=lambda entry: Markup(diagrams.of_class(entry, known)),  # noqa: S704 - its texts are escaped
        explained=explained,
        concluded=concluded,
    )


@lru_cache(maxsize=4)
def _glossary(home: Home, _stamp: tuple[tuple[str, int], ...]) -> Glossary:
    """Kept until a file of the ontology or of the questions changes."""
    return glossary.read(home)


def _page(template: str, home: Home, known: Glossary, **context: Any) -> str:
    table = namespaces.prefixes(home.ontology)

    def link(iri: str) -> Markup:
        """The term's label, linked to its page, or to itself where it is another vocabulary's."""
        if iri.startswith("^"):
            return Markup("{} backwards").format(link(iri[1:]))
        if iri in known.entries:
            return Markup('<a href="{}">{}</a>').format(page_of_term(iri), known.label(iri))
        if "://" not in iri:
            return Markup("<code>{}</code>").format(iri)
        return Markup('<a href="{}"><code>{}</code></a>').format(iri, compact(iri, table).strip("<>"))

    def links(iris: Iterable[str], word: str = " or ") -> Markup:
        return Markup.escape(word).join(map(link, iris))

    return environment().get_template(template).render(glossary=known, link=link, links=links, **context)


def _stated(graph: KnowledgeGraph, iri: str) -> str:
    """How many things are of a class, or statements have a property or a concept."""
    if iri in graph.knowledge.ontology.classes:
        kinds, pattern = ("thing", "things"), f"?kind <{RDFS}subClassOf>* <{iri}> . ?it a ?kind"
    elif iri in graph.knowledge.ontology.properties:
        kinds, pattern = ("statement", "statements"), f"?it <{iri}> ?value"
    else:
        kinds, pattern = ("statement with it", "statements with it"), f"?it ?property <{iri}>"
    row = next(
        iter(solutions(graph.snapshot(), f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT * {{ {pattern} }} }} }}"))
    )
    number = int(row["n"].value)
    return f"{number or 'no'} {kinds[number != 1]}"


def explained(explanation: str) -> Markup:
    """A rule's explanation, its variables marked as such."""
    pieces = _SLOT.split(explanation)
    return Markup("").join(
        Markup("<var>{}</var>").format(piece) if number % 2 else piece for number, piece in enumerate(pieces)
    )


def concluded(rule: Rule) -> str:
    """The local name of the property that a rule states."""
    predicate = rule.head[0].predicate
    return predicate.value.removeprefix(SG) if isinstance(predicate, NamedNode) else ""


def _counts(known: Glossary) -> dict[str, int]:
    kinds = [entry.kind for entry in known.entries.values()]
    return {name: kinds.count(kind) for kind, name in _PLURALS.items()}


def _tree(known: Glossary) -> Iterator[Branch]:
    classes = [entry for entry in known.entries.values() if entry.kind == "class"]
    under = {entry.iri for entry in classes if any(above in known.entries for above in entry.above)}
    yield from _branches((entry for entry in classes if entry.iri not in under), known)


def _branches(entries: Iterable[Entry], known: Glossary) -> Iterator[Branch]:
    for entry in sorted(entries, key=lambda one: one.label):
        below = (known.entries[iri] for iri in entry.below if iri in known.entries)
        yield Branch(entry, tuple(_branches(below, known)))


def _stamp(home: Home) -> tuple[tuple[str, int], ...]:
    files = [*home.ontology.rglob("*.ttl"), *home.ontology.rglob("*.rq"), *home.queries.glob("*.rq")]
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(files))


def page_of_term(iri: str) -> str:
    return f"/terms/{iri.removeprefix(SG)}"
