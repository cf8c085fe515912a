"""Documents held against the shapes: by pySHACL, after a quick look by pyshifty."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node as RdfNode

from kg import syntax
from kg.errors import Fault, Rejected, in_order
from kg.model import Document
from kg.namespaces import RDF, RDFS, SH, SHAPES_GRAPH
from kg.ontology import role_shapes
from kg.ontology.vocabulary import Vocabulary
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, number_blank_nodes, parts

try:
    import shifty
except ImportError:  # it has no wheel for every machine
    shifty = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Precheck:
    """Shapes that are compiled; `always` are statements that all data is looked at with, as N-Triples."""

    compiled: Any
    always: bytes

    @classmethod
    def of(cls, shapes: Iterable[Quad], always: Iterable[Quad]) -> Precheck:
        return cls(shifty.PreparedValidator(_written(shapes)) if shifty else None, _written(always))

    def passes(self, data: Iterable[Quad], own: Collection[Node]) -> bool:
        """Does no shape find anything at the nodes `own`? Not so where the engine is not there, or cannot tell."""
        if self.compiled is None:
            return False
        try:
            found = self.compiled.validate_algebra(
                self.always + _written(data), graph_mode="data", infer=False, sort_results=False, on_unsupported="error"
            )
        except (RuntimeError, ValueError):
            return False
        nodes = {str(node) for node in own}
        return not any(each.focus_node in nodes or not each.focus_node.startswith("<") for each in found.violations)


def _written(quads: Iterable[Quad]) -> bytes:
    return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""


_Triple = tuple[RdfNode, RdfNode, RdfNode]
_NAMED_GRAPH = NamedNode(SHAPES_GRAPH)


class _Ontology(Protocol):
    @property
    def quads(self) -> Iterable[Quad]: ...


@dataclass(frozen=True)
class Shapes:
    """The shapes of the folder and those that the ontology's axioms give for roles, as statements in graph/shapes."""

    quads: tuple[Quad, ...]
    vocabulary: Vocabulary
    compiled: ShapesGraph
    precheck: Precheck
    hierarchy: tuple[Quad, ...]
    targets: tuple[_Targets, ...]

    def validate(self, document: Document, describe: Callable[[Node], Iterable[Quad]]) -> list[Fault]:
        """What is wrong with the document's own nodes, by file and line; each fault says what the shape's message says.

        `describe` gives a node's statements in the graph at large: those of the nodes that the document refers to are
        validated along with it, for their classes, and never reported on.
        """
        quads = [*document.quads, *_surroundings(document, self.vocabulary, describe)]
        if self.precheck.passes(quads, document.descriptions):
            return []
        slice_ = Graph()
        for quad in (*self.hierarchy, *quads):
            slice_.add(_triple(quad))
        return list(in_order(_faults(document, self, _report(slice_, self), slice_)))


@dataclass(frozen=True)
class _Targets:
    """On what a shape looks: things of these classes, subjects or values of these properties, and nodes by name."""

    shape: RdfNode
    classes: frozenset[RdfNode]
    properties: frozenset[RdfNode]
    by_name: bool

    @classmethod
    def of(cls, compiled: ShapesGraph) -> Iterator[_Targets]:
        """Those of each shape that has any; the others are looked at through these."""
        for shape in compiled.shapes:
            nodes, classes, implied, values, subjects = map(frozenset, shape.target())
            if nodes or classes or implied or values or subjects:
                yield cls(shape.node, classes | implied, values | subjects, bool(nodes))


def read(folder: Path, ontology: _Ontology) -> Shapes:
    """Read the shapes of `folder`; raise Rejected, with file and line, where a file is no Turtle."""
    quads = list(_numbered(role_shapes.shapes(ontology.quads), "roles"))
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.ttl")):
        try:
            statements = syntax.read(path.read_bytes(), syntax.TURTLE, path.name)
        except Rejected as rejected:
            faults += rejected.faults
        else:
            quads += _numbered(statements.quads, path.stem)
    if faults:
        raise Rejected(folder.name, tuple(faults))
    vocabulary = Vocabulary.of(ontology.quads)
    hierarchy = tuple(
        Quad(NamedNode(iri), NamedNode(RDFS + "subClassOf"), NamedNode(above))
        for iri, ancestors in sorted(vocabulary.superclasses.items())
        for above in sorted(ancestors - {iri})
    )
    graph = Graph(store="SimpleMemory")
    for quad in quads:
        graph.add(_triple(quad))
    compiled = ShapesGraph(graph)
    stated = tuple(dict.fromkeys(quads))
    precheck = Precheck.of(stated, hierarchy)
    return Shapes(stated, vocabulary, compiled, precheck, hierarchy, tuple(_Targets.of(compiled)))


def _surroundings(
    document: Document, vocabulary: Vocabulary, describe: Callable[[Node], Iterable[Quad]]
) -> Iterator[Quad]:
    """What is said of the nodes that the document refers to and does not itself describe.

    Concepts of the ontology have their classes from the vocabulary; an earlier state of the document does not count.
    """
    referred = {value for _, _, value in map(parts, document.quads) if isinstance(value, NamedNode)}
    for node in referred - document.descriptions.keys():
        types = vocabulary.types.get(node.value, frozenset())
        yield from (Quad(node, NamedNode(RDF + "type"), NamedNode(iri)) for iri in types)
        if not types:
            own = NamedNode(document.graph)
            yield from (quad for quad in describe(node) if quad.subject == node and quad.graph_name != own)


def _report(data: Graph, shapes: Shapes) -> Graph:
    """pySHACL's report. The shapes are compiled once, where `pyshacl.validate` would do so each time."""
    due = list(_due(data, shapes))
    named = all(isinstance(shape, URIRef) for shape in due)  # pySHACL can be asked for no others
    options = {"inplace": True, "use_shapes": due if named else []}
    validator = Validator(DataGraph.from_rdflib_graph(data), shacl_graph=Graph(), options=options)
    validator.shacl_graph = shapes.compiled
    report: Graph = validator.run()[1]  # type: ignore[no-untyped-call]
    return report


def _due(data: Graph, shapes: Shapes) -> Iterator[RdfNode]:
    """The shapes that have something to look at in the data: pySHACL would search it anew for each of some hundred."""
    above = shapes.vocabulary.superclasses
    stated = {str(kind) for kind in data.objects(None, URIRef(RDF + "type"))}
    classes = {URIRef(kind) for each in stated for kind in above.get(each, (each,))}
    properties = set(data.predicates())
    for each in shapes.targets:
        if each.by_name or not each.classes.isdisjoint(classes) or not each.properties.isdisjoint(properties):
            yield each.shape


def _faults(document: Document, shapes: Shapes, report: Graph, data: Graph) -> Iterator[Fault]:
    for result in report.subjects(_sh("resultSeverity"), _sh("Violation")):
        term, value = report.value(result, _sh("focusNode")), report.value(result, _sh("value"))
        if not isinstance(term, URIRef | BNode) or (focus := _node(term)) not in document.descriptions:
            continue  # a neighbour's, or of a literal, which its own node's shapes refuse
        if _blamed_already(shapes.vocabulary, data, value, focus):
            continue
        path = report.value(result, _sh("resultPath"))
        message = str(report.value(result, _sh("resultMessage")))
        what = _what(document, report, result, data, shapes.compiled.graph)
        written = (value, path) if value is not None or "missing" not in what else ()
        mentions = [_term(term) for term in written if isinstance(term, RdfLiteral | URIRef)]
        yield document.fault(focus, what, message, *mentions)


def _what(document: Document, report: Graph, result: RdfNode, data: Graph, shapes: Graph) -> str:
    """What was found, in words."""
    component = str(report.value(result, _sh("sourceConstraintComponent"))).removeprefix(SH)
    path, value = report.value(result, _sh("resultPath")), report.value(result, _sh("value"))
    if path is None:
        label = shapes.value(report.value(result, _sh("sourceShape")), URIRef(RDFS + "label"))
        return f"it is incomplete as {label}." if label else "its class does not fit."
    name = document.short(str(path))
    count = len(list(data.objects(report.value(result, _sh("focusNode")), path)))
    if component == "MinCountConstraintComponent":
        return f"{name} is missing." if count == 0 else f"{name} has {count} value{'s' if count > 1 else ''}."
    if component == "MaxCountConstraintComponent":
        return f"{name} has {count} value{'s' if count > 1 else ''}."
    if component == "QualifiedMinCountConstraintComponent":
        return f"{name} is missing." if count == 0 else f"{name} has no such value."
    if component == "UniqueLangConstraintComponent":
        return f"{name} has several values in one language."
    shown = document.short(_term(value)) if value is not None else "not as it must be"
    return f"{name} is {shown}."


def _blamed_already(vocabulary: Vocabulary, data: Graph, value: RdfNode | None, focus: Node) -> bool:
    """Whether the value is of no known class: anchoring says so, and that it then fits no role goes without saying."""
    if not isinstance(value, URIRef | BNode) or _node(value) == focus:
        return False
    return not any(str(kind) in vocabulary.superclasses for kind in data.objects(value, URIRef(RDF + "type")))


def _numbered(quads: Iterable[Quad], name: str) -> Iterator[Quad]:
    """`quads` in graph/shapes, their blank nodes named after the file and counted: the same at each start."""
    return number_blank_nodes(quads, "s" + hashlib.sha256(name.encode()).hexdigest()[:8], _NAMED_GRAPH)


def _triple(quad: Quad) -> _Triple:
    subject, predicate, value = parts(quad)
    return _rdflib(subject), URIRef(predicate.value), _rdflib(value)


def _rdflib(term: Term) -> RdfNode:
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if term.language:
        return RdfLiteral(term.value, lang=term.language)
    return RdfLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _node(term: RdfNode) -> Node:
    return BlankNode(str(term)) if isinstance(term, BNode) else NamedNode(str(term))


def _term(term: RdfNode) -> Term:
    return Literal(str(term)) if isinstance(term, RdfLiteral) else _node(term)


def _sh(name: str) -> URIRef:
    return URIRef(SH + name)
