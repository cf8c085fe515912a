"""RDF terms, and their prefixed names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.errors import UnknownName
from kg.namespaces import DCTERMS, ID, OA, OWL, PROV, RDF, RDFS, SG, SGSH, SKOS, XSD

__all__ = [
    "FAMILIAR",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Node",
    "Quad",
    "Term",
    "Triple",
    "closure",
    "compact",
    "expand",
    "number_blank_nodes",
    "parts",
    "serialise",
    "short",
]

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

# Prefixes for messages about statements that declare none of their own.
FAMILIAR: Mapping[str, str] = {
    "dcterms": DCTERMS,
    "id": ID,
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sg": SG,
    "sgsh": SGSH,
    "skos": SKOS,
    "xsd": XSD,
}

# The local names that need no escaping in Turtle and SPARQL alike (a subset of PN_LOCAL).
_PLAIN_LOCAL = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*|_[\w-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def expand(name: str, prefixes: Mapping[str, str]) -> NamedNode:
    """The term that `sg:State`, `<https://…>` or `https://…` names; raise UnknownName where it names none."""
    prefix, colon, local = name.partition(":")
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    elif colon and prefix in prefixes:
        iri = prefixes[prefix] + local
    elif _SCHEME.match(name) and local.startswith("//"):
        iri = name
    else:
        raise UnknownName(
            culprit=name,
            expected=f"an IRI, or a name with one of the prefixes {', '.join(sorted(prefixes))}",
            remedy="Write the IRI in full, or use a known prefix.",
        )
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise UnknownName(culprit=name, found=str(error), expected="a valid IRI", remedy="Mend the IRI.") from error


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """The prefixed name of `iri`, valid in Turtle and SPARQL; `<iri>` where no prefix gives one."""
    prefix, namespace = _longest(iri, prefixes)
    local = iri[len(namespace) :]
    return f"{prefix}:{local}" if namespace and _PLAIN_LOCAL.fullmatch(local) else f"<{iri}>"


def short(term: Term | str, prefixes: Mapping[str, str]) -> str:
    """`term` for people: like `compact`, but also `id:article/claim-1`, which no parser takes."""
    if isinstance(term, Literal):
        return f"'{term.value}'"
    if isinstance(term, BlankNode):
        return str(term)
    iri = term if isinstance(term, str) else term.value
    prefix, namespace = _longest(iri, prefixes)
    return f"{prefix}:{iri[len(namespace) :]}" if namespace and len(iri) > len(namespace) else f"<{iri}>"


def parts(quad: Quad) -> tuple[Node, NamedNode, Term]:
    """Subject, property and value of a statement of RDF 1.1; raise TypeError for RDF 1.2's triple terms."""
    if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
        raise TypeError(f"{quad} has a triple term")
    return quad.subject, quad.predicate, quad.object


def number_blank_nodes(quads: Iterable[Quad], prefix: str, graph: NamedNode | None = None) -> Iterator[Quad]:
    """`quads` in `graph`, their blank nodes named by `prefix` and counted: the same at each run."""
    names: dict[BlankNode, BlankNode] = {}

    def named(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"{prefix}x{len(names)}"))

    for subject, predicate, value in map(parts, quads):
        yield Quad(
            named(subject) if isinstance(subject, BlankNode) else subject,
            predicate,
            named(value) if isinstance(value, BlankNode) else value,
            graph or DefaultGraph(),
        )


def closure(start: str, direct: Mapping[str, Collection[str]]) -> frozenset[str]:
    """All that is reached from `start` by steps of `direct`, itself included."""
    reached, ahead = {start}, [start]
    while ahead:
        new = [step for step in direct.get(ahead.pop(), ()) if step not in reached]
        reached.update(new)
        ahead += new
    return frozenset(reached)


def serialise(term: Term) -> str:
    """`term` as SPARQL and N-Triples write it; raise ValueError for a blank node, which no query can name."""
    if isinstance(term, BlankNode):
        raise ValueError(f"{term} is a blank node: a query cannot name it")
    return str(term)


def _longest(iri: str, prefixes: Mapping[str, str]) -> tuple[str, str]:
    fitting = [(len(namespace), prefix) for prefix, namespace in prefixes.items() if iri.startswith(namespace)]
    if not fitting:
        return "", ""
    _, prefix = max(fitting)
    return prefix, prefixes[prefix]
