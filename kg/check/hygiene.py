"""How the project's files hang together: their prefixes, the terms that they use, and what well-kept ontologies avoid.

The last are queries in `ontology/hygiene/`, whose rows are faults. A query's header says problem, principle and
solution, as ROBOT's report queries do; its column `?term` is the culprit, `?mention` what the line to mend mentions,
and a further column is named in the message. Terms that must be described are marked as of class hygiene/Described
for the queries: the project's own classes, properties, concepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from rdflib import namespace
from rdflib.namespace import DefinedNamespace
from rdflib.term import URIRef

from kg import headers
from kg.check.files import TERMS, File, Project, called, local, own
from kg.errors import Fault, Rejected
from kg.namespaces import BASE, GRAPH, ID, OWL, RDF, RDFS, SG, SGSH, SH, SKOS
from kg.source_map import WrittenTerms, written_terms
from kg.terms import NamedNode, Quad, closure, parts

DESCRIBED = BASE + "hygiene/Described"
_KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
_TABLE = "ontology/prefixes.ttl"
_LIKE_ENOUGH = 65  # of 100, by rapidfuzz: below, a suggestion misleads


def faults(project: Project, table: Mapping[str, str]) -> Iterator[Fault]:
    """Prefixes that differ from the table, names that nothing defines, and the rows of every hygiene query."""
    yield from _table(project.files.get(_TABLE))
    defined = _defined(project)
    for file in project.files.values():
        written = written_terms(file.text)
        yield from _prefixes(file, written, table)
        yield from _undefined(file, written, table, defined)
    yield from _unkempt(project)


def _table(file: File | None) -> Iterator[Fault]:
    """The table's prefixes are in order, and name each namespace once."""
    if file is None:
        yield Fault(_TABLE, "", "the prefix table is missing.", "Declare the project's prefixes there.")
        return
    rows: dict[str, dict[str, str]] = {}
    for subject, predicate, value in map(parts, file.quads):
        if predicate.value in (SH + "prefix", SH + "namespace"):
            rows.setdefault(str(subject), {})[predicate.value] = value.value
    spaces: dict[str, str] = {}
    for row in rows.values():
        name, space = row.get(SH + "prefix", ""), row.get(SH + "namespace", "")
        if not name or not space:
            yield file.fault("", f"a row has no {'namespace' if name else 'prefix'}.", "Give both.", name, space)
        elif space in spaces:
            yield file.fault(
                "", f"'{name}' and '{spaces[space]}' are the same namespace.", "Keep one of the two.", name
            )
        spaces.setdefault(space, name)


def _prefixes(file: File, written: WrittenTerms, table: Mapping[str, str]) -> Iterator[Fault]:
    """Each declared prefix is of the table, and used; each used one is declared."""
    used = {name.partition(":")[0] for name, _ in written.names}
    for prefix, (iri, line) in written.prefixes.items():
        if prefix not in used:
            yield Fault(file.name, f"{prefix}:", "this prefix is declared and not used.", "Delete the line.", line)
        if prefix in table and table[prefix] != iri:
            why = f"ontology/prefixes.ttl says {table[prefix]}."
            yield Fault(file.name, f"{prefix}:", f"this prefix stands for {iri}.", why, line)
        elif prefix not in table and not iri.startswith(BASE):
            why = "Use one of its prefixes, or enter it there."
            yield Fault(file.name, f"{prefix}:", "this prefix is not in ontology/prefixes.ttl.", why, line)
    for name, line in written.names:
        if name.partition(":")[0] not in written.prefixes and file.kind in ("rule", "question", "hygiene"):
            yield Fault(file.name, name, "its prefix is not declared.", "Declare it by a PREFIX line.", line)


def _undefined(file: File, written: WrittenTerms, table: Mapping[str, str], defined: set[str]) -> Iterator[Fault]:
    """Every name that the file writes, and no file defines."""
    seen: set[str] = set()
    for iri, line in written.expanded(table):
        if iri not in seen and iri not in defined and _must_be_defined(iri):
            seen.add(iri)
            yield Fault(file.name, called(iri), "this term is defined nowhere.", _remedy(iri, defined), line)


def _defined(project: Project) -> set[str]:
    """Own terms and shapes with a class, rules by their files, and the names that namespaces go by."""
    found = {SG, SGSH, ID, GRAPH, BASE, BASE + "prefixes"}
    for file in project.of(*TERMS, "shapes"):
        found |= {
            subject.value
            for subject, predicate, _ in map(parts, file.quads)
            if predicate.value == RDF + "type" and isinstance(subject, NamedNode)
        }
    found |= {f"{SG}rules/{file.path.stem}" for file in project.of("rule")}
    return found


def _must_be_defined(iri: str) -> bool:
    if own(iri):
        return not iri.removeprefix(SG)[:1].isdigit()  # a version's IRI
    terms = _foreign(iri[: len(iri) - len(local(iri))])
    return terms is not None and URIRef(iri) not in terms and iri[-1:] not in "/#"


@cache
def _foreign(space: str) -> type[DefinedNamespace] | None:
    """The closed list of a reused vocabulary's terms, where rdflib holds it."""
    names = ("DCTERMS", "ORG", "OWL", "PROV", "RDF", "RDFS", "SDO", "SH", "SKOS", "TIME", "XSD")
    return next((each for name in names if str(each := getattr(namespace, name)) == space), None)


def _within(iri: str) -> str:
    """What stands after the namespace of own terms, or of shapes."""
    return iri.removeprefix(SG).removeprefix(SGSH)


def _remedy(iri: str, defined: set[str]) -> str:
    candidates = {each: _within(each) for each in sorted(defined) if own(each)} if own(iri) else {}
    found = process.extractOne(_within(iri), candidates, scorer=fuzz.ratio)
    if found and found[1] >= _LIKE_ENOUGH:
        return f"Did you mean {called(found[2])}? Else define it."
    return "Mend its name, or define it." if own(iri) else "Mend its name: the vocabulary has no such term."


def _unkempt(project: Project) -> Iterator[Fault]:
    """The rows of every hygiene query, each a fault in the file that describes the term."""
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
    below: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(None, NamedNode(RDFS + "subClassOf"), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            below.setdefault(quad.object.value, []).append(quad.subject.value)
    concepts = closure(SKOS + "Concept", below)
    found = {
        quad.subject
        for kind in _KINDS | concepts
        for quad in store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(kind), None)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(SG)
    }
    return iter(sorted(found, key=str))
