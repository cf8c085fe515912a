"""The ontology stays within OWL 2 DL: the parts of its grammar that RDF alone lets anybody break.

Source: OWL 2 Structural Specification (2012), 3, 5.8.1, 11; OWL 2 Mapping to RDF Graphs (2012), 2.1, 3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rdflib import namespace
from rdflib.term import URIRef

from kg.check.files import TERMS, File, Project, called
from kg.errors import Fault
from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.terms import BlankNode, Literal, NamedNode, Quad, closure, parts

TYPE = RDF + "type"
KINDS = {
    OWL + "Class": "class",
    RDFS + "Datatype": "datatype",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
}
_PROPERTIES = {"object property", "data property", "annotation property"}
DATATYPES = frozenset(
    [OWL + "real", OWL + "rational", RDF + "PlainLiteral", RDF + "XMLLiteral", RDF + "langString", RDFS + "Literal"]
    + [
        XSD + name
        for name in [
            "anyURI",
            "base64Binary",
            "boolean",
            "byte",
            "dateTime",
            "dateTimeStamp",
            "decimal",
            "double",
            "float",
            "hexBinary",
            "int",
            "integer",
            "language",
            "long",
            "Name",
            "NCName",
            "NMTOKEN",
            "negativeInteger",
            "nonNegativeInteger",
            "nonPositiveInteger",
            "normalizedString",
            "positiveInteger",
            "short",
            "string",
            "token",
            "unsignedByte",
            "unsignedInt",
            "unsignedLong",
            "unsignedShort",
        ]
    ]
)
_ANNOTATIONS = frozenset(
    [OWL + name for name in ("backwardCompatibleWith", "deprecated", "incompatibleWith", "priorVersion", "versionInfo")]
    + [RDFS + name for name in ("comment", "isDefinedBy", "label", "seeAlso")]
)
_GRAMMAR = frozenset(
    [OWL + name for name in ("Thing", "Nothing", "topObjectProperty", "bottomObjectProperty", "topDataProperty")]
    + [OWL + "bottomDataProperty"]
)
# What RDF has for containers and reification stands for nothing in OWL 2 DL.
_RESERVED = frozenset(
    RDF + name for name in ("Alt", "Bag", "List", "Seq", "Statement", "object", "predicate", "subject", "value")
)
_COUNTS = frozenset(
    OWL + name
    for name in (
        "cardinality", "minCardinality", "maxCardinality",
        "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality", "hasSelf",
    )
)  # fmt: skip
_CONSTRAINTS = _COUNTS | {OWL + "allValuesFrom", OWL + "someValuesFrom", OWL + "hasValue"}
_SIMPLE_ONLY = frozenset(
    OWL + name
    for name in ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty")
)
_OF_OBJECTS = frozenset(
    OWL + name
    for name in (
        "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty",
        "ReflexiveProperty", "SymmetricProperty", "TransitiveProperty",
    )
)  # fmt: skip


def faults(project: Project) -> Iterator[Fault]:
    """Every breach of the profile in modules and vocabularies, with file and line."""
    terms = Terms.of(project)
    for file in project.of(*TERMS):
        for quad in file.quads:
            for what, remedy, mention in (*_reserved(quad), *terms.undeclared(quad), *_misfits(quad, terms)):
                yield file.fault(_owner(file, quad), what, remedy, mention)
        yield from _structures(file)
    yield from _punning(project, terms)
    yield from _not_simple(project, terms)


@dataclass(frozen=True)
class Terms:
    """Each declared term → its kinds, among those of KINDS; and the statements about properties."""

    kinds: dict[str, set[str]]
    quads: tuple[Quad, ...]

    @classmethod
    def of(cls, project: Project) -> Terms:
        kinds: dict[str, set[str]] = defaultdict(set)
        for subject, predicate, value in map(parts, project.quads):
            if predicate.value == TYPE and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
                kinds[subject.value] |= {KINDS[value.value]} if value.value in KINDS else set()
        return cls(kinds, project.quads)

    def are(self, iri: str, kind: str) -> bool:
        built_in = {
            "class": {OWL + "Thing", OWL + "Nothing"},
            "datatype": DATATYPES,
            "annotation property": _ANNOTATIONS,
        }
        return kind in self.kinds.get(iri, ()) or iri in built_in.get(kind, ())

    def undeclared(self, quad: Quad) -> Iterator[tuple[str, str, str]]:
        """Properties used, and classes given, that the ontology does not declare."""
        _, predicate, value = parts(quad)
        name = predicate.value
        if not _reserves(name) and not _PROPERTIES & self.kinds.get(name, set()):
            yield f"the property {called(name)} is not declared.", "Declare it: … a owl:AnnotationProperty .", name
        if (
            name == TYPE
            and isinstance(value, NamedNode)
            and not _reserves(value.value)
            and not self.are(value.value, "class")
        ):
            yield f"{called(value.value)} is not declared as a class.", "Declare it: … a owl:Class .", value.value
        if name == RDFS + "subClassOf" and isinstance(value, NamedNode) and not self.are(value.value, "class"):
            yield f"{called(value.value)} is not declared as a class.", "Declare it: … a owl:Class .", value.value

    @cached_property
    def composite(self) -> set[str]:
        """Properties that are transitive, or follow from a chain, or stand above one that is: not simple (11.1)."""
        found, up = set(), defaultdict(set)
        for subject, predicate, value in map(parts, self.quads):
            if isinstance(subject, NamedNode):
                if predicate.value == OWL + "propertyChainAxiom" or value == NamedNode(OWL + "TransitiveProperty"):
                    found.add(subject.value)
                elif predicate.value == RDFS + "subPropertyOf" and isinstance(value, NamedNode):
                    up[subject.value].add(value.value)
        return {above for start in found for above in closure(start, up)}


def _reserves(iri: str) -> bool:
    return iri.startswith((RDF, RDFS, OWL, XSD))


def _owner(file: File, quad: Quad) -> str:
    subject = parts(quad)[0]
    return subject.value if isinstance(subject, NamedNode) else file.owners.get(subject, "")


def _reserved(quad: Quad) -> Iterator[tuple[str, str, str]]:
    """Reserved words misspelt, given a meaning anew, or used for what OWL has no use for; datatypes outside the map."""
    subject, predicate, value = parts(quad)
    if isinstance(subject, NamedNode) and _reserves(subject.value) and subject.value not in DATATYPES:
        yield (
            f"{called(subject.value)} is a reserved word.",
            "Say nothing of it; describe a term of your own.",
            subject.value,
        )
    for term in (predicate, value):
        if not isinstance(term, NamedNode) or not _reserves(term.value):
            continue
        spaces = {RDF: namespace.RDF, RDFS: namespace.RDFS, OWL: namespace.OWL, XSD: namespace.XSD}
        space = next(terms for start, terms in spaces.items() if term.value.startswith(start))
        if URIRef(term.value) not in space:
            yield f"{called(term.value)} is no word of OWL 2.", "Mend its name.", term.value
        elif term.value in _RESERVED:
            yield (
                f"{called(term.value)} is a reserved word without use in OWL 2 DL.",
                "Use a term of your own.",
                term.value,
            )
        elif term.value.startswith(XSD) and term.value not in DATATYPES:
            why = "Use xsd:string in EDTF, or xsd:dateTime: reasoners know no other."
            yield f"{called(term.value)} is not in OWL 2's datatype map.", why, term.value
    if isinstance(value, Literal) and value.datatype.value not in DATATYPES:
        why = "Use one of OWL 2's datatypes."
        yield f"a literal is of {called(value.datatype.value)}, which is not in OWL 2's datatype map.", why, value.value


def _misfits(quad: Quad, terms: Terms) -> Iterator[tuple[str, str, str]]:
    """Axioms whose two sides are of kinds that do not go together."""
    subject, predicate, value = parts(quad)
    if not isinstance(subject, NamedNode):
        return
    kinds, name = terms.kinds.get(subject.value, set()), predicate.value
    over = terms.kinds.get(value.value, set())
    if name == RDFS + "subPropertyOf" and isinstance(value, NamedNode) and kinds and not kinds & over:
        above = " and ".join(sorted(over)) or "nothing declared"
        what = f"it is a {' and '.join(sorted(kinds))} under {called(value.value)}, which is {above}."
        yield what, "Put a property under one of its own kind.", value.value
    if name == RDFS + "range" and isinstance(value, NamedNode):
        if "object property" in kinds and not terms.are(value.value, "class"):
            yield f"the range {called(value.value)} of an object property is no class.", "Name a class.", value.value
        if "data property" in kinds and not terms.are(value.value, "datatype"):
            yield f"the range {called(value.value)} of a data property is no datatype.", "Name a datatype.", value.value
        if value.value == RDF + "langString":
            yield (
                "a range of rdf:langString makes Pellet find contradictions that are none.",
                "Leave it out.",
                value.value,
            )
    if name == RDFS + "domain" and isinstance(value, NamedNode) and not terms.are(value.value, "class"):
        yield f"the domain {called(value.value)} is no class.", "Name a class.", value.value
    if name == TYPE and value.value in _OF_OBJECTS and "object property" not in kinds:
        yield (
            f"only an object property can be {called(value.value)}.",
            "Declare it as such, or leave that out.",
            value.value,
        )


def _structures(file: File) -> Iterator[Fault]:
    """Restrictions are whole, and what has no name is used once (OWL 2 DL: anonymous class expressions form trees)."""
    about: dict[BlankNode, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    uses: dict[BlankNode, int] = defaultdict(int)
    counted: dict[BlankNode, str] = {}
    for subject, predicate, value in map(parts, file.quads):
        if isinstance(subject, BlankNode):
            about[subject][predicate.value] += 1
            if value == NamedNode(OWL + "Restriction"):
                about[subject][OWL + "Restriction"] += 1
            if predicate.value == OWL + "onProperty" and isinstance(value, NamedNode):
                counted[subject] = value.value
        if isinstance(value, BlankNode):
            uses[value] += 1
    for node, said in about.items():
        owner = file.owners.get(node, "")
        constraints = sum(said[name] for name in _CONSTRAINTS)
        if (OWL + "Restriction" in said or constraints) and (said[OWL + "onProperty"] != 1 or constraints != 1):
            what = "a restriction has not exactly one owl:onProperty and one constraint."
            yield file.fault(
                owner,
                what,
                "Write [ a owl:Restriction ; owl:onProperty … ; owl:cardinality 1 ].",
                counted.get(node, OWL + "Restriction"),
            )
    for node in (node for node, count in uses.items() if count > 1):
        yield file.fault(
            file.owners.get(node, ""), "a node without a name is used twice.", "Write it out at each place."
        )


def _punning(project: Project, terms: Terms) -> Iterator[Fault]:
    """A term is not both class and datatype, nor properties of two kinds (5.8.1)."""
    for iri, kinds in sorted(terms.kinds.items()):
        for clash in (kinds & {"class", "datatype"}, kinds & _PROPERTIES):
            if len(clash) > 1:
                yield project.fault(iri, f"it is {' and '.join(sorted(clash))} at once.", "Keep one of the two.", TYPE)


def _not_simple(project: Project, terms: Terms) -> Iterator[Fault]:
    """A property that others imply step by step is not counted, nor functional, nor disjoint with another (11.2)."""
    for file in project.of(*TERMS):
        for quad in file.quads:
            subject, predicate, value = parts(quad)
            name = value.value if isinstance(value, NamedNode) else ""
            if isinstance(subject, NamedNode) and subject.value in terms.composite and name in _SIMPLE_ONLY:
                what = f"it is {called(name)}, and transitive or implied by a chain."
                yield file.fault(subject.value, what, "OWL 2 DL allows one of the two.", name)
            if predicate.value == OWL + "onProperty" and name in terms.composite:
                node = parts(quad)[0]
                if any(s == node and p.value in _COUNTS for s, p, _ in map(parts, file.quads)):
                    what = f"values of {called(name)} are counted, which is transitive or implied by a chain."
                    yield file.fault(_owner(file, quad), what, "Count a property below it.", name)
