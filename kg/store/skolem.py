"""Blank nodes as IRIs and back: no SPARQL request can name a blank node that is in a store already.

RDF 1.1 Concepts, section 3.5: a system may put an IRI of its own, at `/.well-known/genid/`, in a blank node's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar
from urllib.parse import quote, unquote

import pyoxigraph as ox

_GENID = "https://w3id.org/.well-known/genid/security-guarantees/"
Any = TypeVar("Any", bound=object)


def skolemised(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads as a remote store keeps them."""
    for quad in quads:
        yield ox.Quad(named(quad.subject), quad.predicate, named(quad.object), named(quad.graph_name))


def restored(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads as they were before `skolemised`."""
    for quad in quads:
        yield ox.Quad(blank(quad.subject), quad.predicate, blank(quad.object), blank(quad.graph_name))


def named(term: Any) -> Any:
    """The IRI that stands for a blank node; any other term itself."""
    if isinstance(term, ox.BlankNode):
        return ox.NamedNode(_GENID + quote(term.value, safe=""))  # type: ignore[return-value]
    if isinstance(term, ox.Triple):
        return ox.Triple(named(term.subject), term.predicate, named(term.object))  # type: ignore[return-value]
    return term


def blank(term: Any) -> Any:
    """The blank node that an IRI stands for; any other term itself."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(_GENID):
        return ox.BlankNode(unquote(term.value.removeprefix(_GENID)))  # type: ignore[return-value]
    if isinstance(term, ox.Triple):
        return ox.Triple(blank(term.subject), term.predicate, blank(term.object))  # type: ignore[return-value]
    return term
