"""The ontology's documentation: one page made from its files, each term at an anchor that is its local name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api import deref
from api.pages import diagrams
from api.pages.templating import environment
from api.parameters import Graph
from api.responses import PAGE
from kg import glossary, namespaces
from kg.glossary import Entry, Glossary
from kg.namespaces import SG
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
def documented(request: Request, rest: str, graph: Graph) -> Response:
    """The ontology and its terms: to people the page that documents them, to machines statements."""
    has_entry = not rest or ("/" not in rest and SG + rest in graph.knowledge.ontology.files)
    if deref.form_of(request) != "text/html" or not has_entry:
        return deref.dereference(request, graph)
    if rest:
        return Response(status_code=303, headers={"Location": entry_of(SG + rest), "Vary": "Accept"})
    return HTMLResponse(ontology_documentation(graph.settings.home), headers={**PAGE, "Vary": "Accept"})


@dataclass(frozen=True)
class Branch:
    """A class and those under it."""

    entry: Entry
    below: tuple[Branch, ...]


def ontology_documentation(home: Home) -> str:
    """The page as HTML; raise Rejected, with file and line, where the project's files have faults.

    Kept until a file of the ontology or of the questions changes.
    """
    return _documentation(home, _stamp(home))


@lru_cache(maxsize=4)
def _documentation(home: Home, _stamp: tuple[tuple[str, int], ...]) -> str:
    known = glossary.read(home)
    table = namespaces.prefixes(home.ontology)

    def link(iri: str) -> Markup:
        """The term's label, linked to its entry here, or to itself where it is another vocabulary's."""
        if iri.startswith("^"):
            return Markup("{} backwards").format(link(iri[1:]))
        if iri in known.entries:
            return Markup('<a href="#{}">{}</a>').format(known.entries[iri].name, known.label(iri))
        if "://" not in iri:
            return Markup("<code>{}</code>").format(iri)
        return Markup('<a href="{}"><code>{}</code></a>').format(iri, compact(iri, table).strip("<>"))

    return (
        environment()
        .get_template("ontology.html")
        .render(
            glossary=known,
            link=link,
            links=lambda iris, word=" or ": Markup.escape(word).join(map(link, iris)),
            languages=LANGUAGES,
            plurals=_PLURALS,
            kinds=_counts(known),
            tree=tuple(_tree(known)),
            overview=Markup(diagrams.overview(known)),  # noqa: S704 - made here, its texts escaped
            diagram=lambda entry: Markup(diagrams.of_class(entry, known)),  # noqa: S704 - likewise
            explained=explained,
            concluded=concluded,
            derived={entry.iri for entry in known.entries.values() if entry.rules},
        )
    )


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


def entry_of(iri: str) -> str:
    """Where a term's entry is."""
    return f"/ontology/#{iri.removeprefix(SG)}"
