"""Statements of one version of the graph, read term by term: labels in a language, classes, values."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

from kg.model import Cell
from kg.namespaces import DCTERMS, ID, RDF, RDFS, SG, SKOS
from kg.ontology.schema import Ontology
from kg.store import Snapshot, is_kept
from kg.terms import Literal, NamedNode, Node, Term

_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")
SITUATION = ID + "situation/"
INFERENCE = ID + "inference/"
API = "/api/v1"


def address(route: str, iri: str) -> str:
    """Where the JSON API has a thing: by what follows `id/`, or by the whole IRI."""
    return f"{API}/{route}/{quote(iri.removeprefix(ID), safe='/')}"


def sg(name: str) -> NamedNode:
    return NamedNode(SG + name)


class Reading:
    """Reads the graphs that the pipeline keeps; labels are in `language` where there are such, else in English."""

    def __init__(self, snapshot: Snapshot, ontology: Ontology, language: str = "en") -> None:
        self.snapshot, self.ontology, self.language = snapshot, ontology, language
        self._cells: dict[Term, Cell] = {}
        self.definitions = {iri: self._text_of(iri) for iri in sorted(ontology.properties)}

    def quads(self, s: object = None, p: object = None, o: object = None, g: object = None) -> Iterator[ox.Quad]:
        for quad in self.snapshot.quads(s, p, o, g):  # type: ignore[arg-type]
            if is_kept(quad.graph_name):
                yield quad

    def select(self, sparql: str) -> Iterator[ox.QuerySolution]:
        """The rows of a query of our own over the graphs that are read."""
        found = self.snapshot.query_kept(sparql)
        if isinstance(found, ox.QuerySolutions):
            yield from found

    def objects(self, subject: object, predicate: NamedNode) -> list[Term]:
        """The values of a property, each once, in the order of their text."""
        if isinstance(subject, Literal):
            return []
        found = {quad.object for quad in self.quads(subject, predicate)}
        return sorted((each for each in found if not isinstance(each, ox.Triple)), key=str)

    def subjects(self, predicate: NamedNode, value: object) -> list[Node]:
        found = {quad.subject for quad in self.quads(None, predicate, value)}
        return sorted((each for each in found if not isinstance(each, ox.Triple)), key=str)

    def one(self, subject: object, predicate: NamedNode) -> Term | None:
        return next(iter(self.objects(subject, predicate)), None)

    def text(self, subject: object, predicate: NamedNode) -> str | None:
        """The value of a property as text, in the reading's language where there are several."""
        found = [each for each in self.objects(subject, predicate) if isinstance(each, Literal)]
        return min(found, key=self._preference).value if found else None

    def types(self, term: object) -> list[str]:
        """The narrowest classes of a thing, those of the ontology first."""
        every = (each.value for each in self.objects(term, _TYPE) if isinstance(each, NamedNode))
        found = self.ontology.narrowest(every)
        return sorted(found, key=lambda iri: (not iri.startswith(SG), iri))

    def is_a(self, term: object, kind: str) -> bool:
        return any(self.ontology.is_a(each, kind) for each in self.types(term))

    def exists(self, term: Node) -> bool:
        return any(True for _ in self.quads(term)) or any(True for _ in self.quads(None, None, term))

    def label(self, term: Term) -> str:
        return self.cell(term).label

    def cell(self, term: Term) -> Cell:
        """A thing with its label and class, or a literal as it is."""
        if term not in self._cells:
            self._cells[term] = self._cell(term)
        return self._cells[term]

    def inside(self, situation: Node, seen: frozenset[Node] = frozenset()) -> Iterator[tuple[Node, NamedNode, Term]]:
        """The roles of a situation and, further in, of the situations that are its parts."""
        for quad in sorted(self.quads(situation), key=str):
            if quad.predicate.value in self.ontology.roles and not isinstance(quad.object, ox.Triple):
                yield situation, quad.predicate, quad.object
                if is_situation(quad.object) and quad.object not in seen:
                    yield from self.inside(quad.object, seen | {situation})  # type: ignore[arg-type]

    def roles(self, situation: Node) -> list[tuple[NamedNode, Term]]:
        """The situation's own roles, in the order in which its class's label names them, then by name."""
        kinds = self.types(situation)
        template = "".join(str(value) for kind in kinds for value in self.ontology.values(kind, SG + "labelTemplate"))
        found = {
            (quad.predicate, quad.object)
            for quad in self.quads(situation)
            if quad.predicate.value in self.ontology.roles and not isinstance(quad.object, ox.Triple)
        }

        def place(role: tuple[NamedNode, Term]) -> tuple[int, str, str]:
            at = template.find("{" + role[0].value.removeprefix(SG) + "}")
            return (at if at >= 0 else len(template), role[0].value, str(role[1]))

        return sorted(found, key=place)

    def _cell(self, term: Term) -> Cell:
        if isinstance(term, Literal):
            return Cell(label=term.value, datatype=term.datatype.value, language=term.language)
        if not isinstance(term, NamedNode):
            return Cell(label=str(term), iri=str(term))
        label = self.text(term, _LABEL) or self.text(term, NamedNode(SKOS + "prefLabel"))
        if label is None and self.is_a(term, SG + "Claim"):
            label = self._claim_label(term)
        if label is None and INFERENCE in term.value:
            label = "inference" if sg("Inference").value in self.types(term) else "view"
        label = label or self.text(term, NamedNode(DCTERMS + "title"))
        return Cell(label=label or _ending(term.value), iri=term.value, type=next(iter(self.types(term)), None))

    def _claim_label(self, claim: NamedNode) -> str:
        """ "Chinese diplomats (signals): readiness of China for …"."""
        speakers = " and ".join(self.label(each) for each in self.objects(claim, sg("speaker")))
        act, content = self.one(claim, sg("act")), self.one(claim, sg("content"))
        said = self.label(content) if content is not None else "?"
        return f"{speakers} ({self.label(act) if act is not None else 'says'}): {said}"

    def _preference(self, literal: Literal) -> tuple[int, str]:
        order = {self.language: 0, "en": 1, None: 2}
        return order.get(literal.language, 3), literal.value

    def _text_of(self, iri: str) -> str:
        values = [each for each in self.ontology.values(iri, SKOS + "definition") if isinstance(each, Literal)]
        return min(values, key=self._preference).value if values else ""


def is_situation(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(SITUATION)


def _ending(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri
