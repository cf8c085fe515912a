"""The service description (SPARQL 1.1): what this endpoint does, as RDF."""

from __future__ import annotations

import pyoxigraph as ox

from kg.namespaces import RDF, RDFS

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_WHERE = "The default graph of a WHERE is the unnamed graph; GRAPH, USING and WITH name others."
_SERIALISATIONS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def describe(endpoint: str, media_type: str, *, update: bool, union: bool) -> bytes:
    """The description of the service at `endpoint` (an IRI), in one of the graph forms."""
    service, dataset, graph = (ox.NamedNode(endpoint + part) for part in ("", "#dataset", "#default"))
    said = [
        (service, RDF + "type", SD + "Service"),
        (service, SD + "endpoint", endpoint),
        (service, SD + "supportedLanguage", SD + ("SPARQL11Update" if update else "SPARQL11Query")),
        (service, SD + "feature", SD + "EmptyGraphs"),
        *([(service, SD + "feature", SD + "UnionDefaultGraph")] if union else []),
        *((service, SD + "resultFormat", FORMATS + name) for name in (*_RESULTS, *_GRAPHS) if not update),
        *((service, SD + "inputFormat", FORMATS + name) for name in _GRAPHS if update),
        (service, SD + "defaultDataset", dataset.value),
        (dataset, RDF + "type", SD + "Dataset"),
        (dataset, SD + "defaultGraph", graph.value),
        (graph, RDF + "type", SD + "Graph"),
    ]
    triples = [ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value)) for subject, predicate, value in said]
    if update:
        triples.append(ox.Triple(service, ox.NamedNode(RDFS + "comment"), ox.Literal(_WHERE, language="en")))
    return ox.serialize(triples, format=_SERIALISATIONS[media_type], prefixes={"sd": SD, "formats": FORMATS}) or b""
