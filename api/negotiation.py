"""Which form an answer takes: the Accept header against what can be had (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

# What can be had, best first, each with other names that it goes by.
RESULTS = {
    "application/sparql-results+json": ("application/json",),
    "application/sparql-results+xml": ("application/xml", "text/xml"),
    "text/csv": (),
    "text/tab-separated-values": (),
}
GRAPHS = {
    "text/turtle": ("application/x-turtle", "text/n3"),
    "application/n-triples": ("text/plain",),
    "application/rdf+xml": ("application/xml", "text/xml"),
    "application/ld+json": ("application/json",),
}
# What a parameter `format` may call them, in results or in graphs, as other servers and their clients have it.
NAMES = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    **dict.fromkeys(("turtle", "ttl", "n3"), ("text/turtle",)),
    **dict.fromkeys(("n-triples", "ntriples", "nt"), ("application/n-triples",)),
    **dict.fromkeys(("rdf", "rdf+xml", "rdfxml"), ("application/rdf+xml",)),
    **dict.fromkeys(("json-ld", "jsonld", "json+ld", "ld+json"), ("application/ld+json",)),
}
PAGES: dict[str, tuple[str, ...]] = {"text/html": ("application/xhtml+xml",)}


@lru_cache(maxsize=512)
def ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their qualities; parameters other than `q` are passed over."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _quality(value.strip())
        if "/" in name:
            found.append((name, quality))
    return tuple(found)


@lru_cache(maxsize=512)
def wanted(form: str | None, accept: str | None) -> tuple[str | None, str | None]:
    """The media types of results, and of a graph: see `chosen`."""
    return chosen(RESULTS, form, accept), chosen(GRAPHS, form, accept)


def chosen(offered: Mapping[str, tuple[str, ...]], form: str | None, accept: str | None) -> str | None:
    """The media type that `form` names, shortly or in full; where it names none, that which the header likes best."""
    name = (form or "").strip().lower().replace(" ", "+")  # a plus sign that was not encoded
    if name in NAMES:
        return next((media_type for media_type in NAMES[name] if media_type in offered), None)
    return best(offered, name if "/" in name else accept)


def best(offered: Mapping[str, tuple[str, ...]], accept: str | None) -> str | None:
    """The media type of `offered` that the header likes best, the first of several; None where none will do."""
    return _best(tuple(offered.items()), accept)


@lru_cache(maxsize=512)
def _best(offered: tuple[tuple[str, tuple[str, ...]], ...], accept: str | None) -> str | None:
    if not accept or not accept.strip():
        return offered[0][0]
    graded = [(quality(name, accept, others), name) for name, others in offered]
    highest = max(grade for grade, _ in graded)
    return next((name for grade, name in graded if grade == highest), None) if highest > 0 else None


def quality(name: str, accept: str, others: tuple[str, ...] = ()) -> float:
    """How much the header likes a media type (or another name for it), from 0 to 1; the most exact range counts."""
    return max(_of_name(each, accept) for each in (name, *others))


def _of_name(name: str, accept: str) -> float:
    kind = name.partition("/")[0] + "/*"
    found = {pattern: value for pattern, value in reversed(ranges(accept)) if pattern in (name, kind, "*/*")}
    return next((found[pattern] for pattern in (name, kind, "*/*") if pattern in found), 0.0)


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return value if 0 <= value <= 1 else 1.0
