"""What a well-kept ontology does not do: each a query in `ontology/hygiene/`, whose rows are faults.

A query's header says problem, principle and solution, as ROBOT's report queries do; its column `?term` is the culprit,
`?mention` what the line to mend mentions, and a further column is named in the message.
Terms that must be described are marked as of class hygiene/Described for the queries: the project's own classes,
properties, concepts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg import headers
from kg.check.files import TERMS, Project, called
from kg.errors import Fault, Rejected
from kg.namespaces import BASE, OWL, RDF, RDFS, SG, SKOS
from kg.terms import NamedNode, Quad, parts

DESCRIBED = BASE + "hygiene/Described"
_KEYS = {"problem", "principle", "solution", "mention"}
_KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def faults(project: Project) -> Iterator[Fault]:
    """The rows of every query, each a fault in the file that describes the term."""
    store = ox.Store()
    store.bulk_extend(Quad(*parts(quad)) for file in project.of(*TERMS, "shapes") for quad in file.quads)
    store.extend(Quad(term, NamedNode(RDF + "type"), NamedNode(DESCRIBED)) for term in _own_terms(store))
    for file in project.of("hygiene"):
        try:
            headed = headers.read(file.path)
            if missing := {"problem", "principle", "solution"} - set(headed.header):
                yield Fault(file.name, "", f"the header has no {', '.join(sorted(missing))}.", "Add it.", 1)
                continue
            yield from _rows(project, store, headed)
        except Rejected as rejected:
            yield from rejected.faults
        except SyntaxError as error:
            yield Fault(
                file.name, "", f"this is no SPARQL: {error}.", "Mend the query.", getattr(error, "lineno", None)
            )


def _rows(project: Project, store: ox.Store, headed: headers.Headed) -> Iterator[Fault]:
    solutions = store.query(headed.sparql)
    if not isinstance(solutions, ox.QuerySolutions):
        yield Fault(f"ontology/hygiene/{headed.path.name}", "", "this is no SELECT query.", "Select ?term.", 1)
        return
    columns = [variable.value for variable in solutions.variables]
    for row in solutions:
        values = {name: row[name] for name in columns if row[name] is not None}
        term = values.pop("term", None)
        mention = values.pop("mention", None)
        if not isinstance(term, NamedNode):
            continue
        others = [called(value.value) for value in values.values() if isinstance(value, NamedNode | ox.Literal)]
        problem = str(headed.header["problem"]).rstrip(".") + (f" ({', '.join(others)})." if others else ".")
        mentions = [mention.value] if isinstance(mention, NamedNode | ox.Literal) else []
        yield project.fault(term.value, problem, f"{headed.header['solution']}", *mentions)


def _own_terms(store: ox.Store) -> Iterator[NamedNode]:
    """The project's classes, properties and concepts."""
    concepts = {SKOS + "Concept"}
    waiting = [SKOS + "Concept"]
    while waiting:
        for quad in store.quads_for_pattern(None, NamedNode(RDFS + "subClassOf"), NamedNode(waiting.pop()), None):
            if isinstance(quad.subject, NamedNode) and quad.subject.value not in concepts:
                concepts.add(quad.subject.value)
                waiting.append(quad.subject.value)
    found = {
        quad.subject
        for kind in _KINDS | concepts
        for quad in store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(kind), None)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(SG)
    }
    return iter(sorted(found, key=str))
