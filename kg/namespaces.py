"""The project's namespaces, and the prefix table that `ontology/prefixes.ttl` holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

BASE = "https://w3id.org/security-guarantees/"
SG = BASE + "ontology/"
SGSH = BASE + "shapes/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"

# The graphs that the pipeline keeps; a document's graph is GRAPH + the end of its IRI (see `documents`).
ONTOLOGY_GRAPH = GRAPH + "ontology"
SHAPES_GRAPH = GRAPH + "shapes"
BACKGROUND_GRAPH = GRAPH + "background"
VIEWS_GRAPH = GRAPH + "views"
INFERRED_GRAPH = GRAPH + "inferred"
# Never shown: the union of all these, each statement once (see `store.merging`).
MERGED_GRAPH = GRAPH + "merged"
# Ends of IRIs that the pipeline keeps for its own graphs and nodes: no document is called so.
RESERVED = frozenset(
    {
        "background",
        "gone",
        "inference",
        "inferred",
        "merged",
        "ontology",
        "rules",
        "shapes",
        "situation",
        "state",
        "views",
    }
)


@cache
def prefixes(ontology: Path) -> dict[str, str]:
    """The prefix table, {"sg": "https://…/ontology/", …}, from `prefixes.ttl` in the folder `ontology`."""
    names: dict[ox.BlankNode | ox.NamedNode, str] = {}
    namespaces: dict[ox.BlankNode | ox.NamedNode, str] = {}
    for quad in ox.parse(path=str(ontology / "prefixes.ttl"), format=ox.RdfFormat.TURTLE):
        if quad.predicate.value == SH + "prefix":
            names[quad.subject] = quad.object.value
        elif quad.predicate.value == SH + "namespace":
            namespaces[quad.subject] = quad.object.value
    return dict(sorted((names[node], namespaces[node]) for node in names))
