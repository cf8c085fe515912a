"""No file uses a term that nothing defines: own terms, shapes, and those of the vocabularies that are reused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from rapidfuzz import fuzz, process
from rdflib import namespace
from rdflib.namespace import DefinedNamespace
from rdflib.term import URIRef

from kg.check.files import TERMS, Project, called, local, own
from kg.errors import Fault
from kg.namespaces import BASE, GRAPH, ID, RDF, SG, SGSH
from kg.spelling import Written
from kg.terms import NamedNode, parts

_LIKE_ENOUGH = 65  # of 100, by rapidfuzz: below, a suggestion misleads


def faults(project: Project, table: Mapping[str, str]) -> Iterator[Fault]:
    """Every name that is written somewhere, and defined nowhere."""
    defined = _defined(project)
    for file in project.files.values():
        seen: set[str] = set()
        for iri, line in Written.of(file.text).terms(table):
            if iri in seen or iri in defined or not _must_be_defined(iri):
                continue
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
