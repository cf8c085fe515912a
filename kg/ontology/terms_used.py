"""Names in a query that mean nothing: terms of the project's namespace that its ontology does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.namespaces import SG
from kg.ontology.vocabulary import Vocabulary
from kg.source_map import written_terms
from kg.terms import compact


def unknown_terms(
    sparql: str, vocabulary: Vocabulary, prefixes: Mapping[str, str]
) -> Iterator[tuple[str, str | None, int]]:
    """Each such name as the query writes it, the ontology's nearest (None where none is near), and its line, from 1."""
    written = written_terms(sparql)
    table = {**prefixes, **{prefix: namespace for prefix, (namespace, _) in written.prefixes.items()}}
    terms = {iri for iri in (*vocabulary.superclasses, *vocabulary.superproperties) if iri.startswith(SG)}
    known = terms | vocabulary.types.keys() | vocabulary.labels.keys()
    for name, line in dict.fromkeys(written.names):
        prefix, _, local = name.partition(":")
        iri = table.get(prefix, "") + local
        if iri.startswith(SG) and iri not in known:
            nearest = vocabulary.nearest(local, terms)
            yield name, compact(nearest, table) if nearest else None, line
