"""Small invented worlds for the tests of rules: documents of random statements, random rules, other ways to run them.

`Sheet` stands in for a draft, in memory. `by_rdflib` and `by_nemo` derive the statements with other engines, afresh:
the one naively, from the very rules; the other from the same in Datalog.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nmo_python
import pyoxigraph as ox
import rdflib

from kg.namespaces import GRAPH, ID, INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF, RDFS, SG, VIEWS_GRAPH
from kg.store import Change
from kg.store.merged_graph import MERGED, copies, orphans

DERIVED = (ox.NamedNode(VIEWS_GRAPH), ox.NamedNode(INFERRED_GRAPH))
CERTAINTIES = {"possible": 10, "presumed": 40, "asserted": 60}
A = ox.NamedNode(RDF + "type")


def sg(name: str) -> ox.NamedNode:
    return ox.NamedNode(SG + name)


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(ID + name)


def triple(text: str) -> tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]:
    """`a p b`: things by their bare names, properties, classes and certainties of sg:, `a` before a class."""
    subject, predicate, object_ = text.split()
    is_term = predicate in ("a", "certainty", "polarity", "counterpart")
    return thing(subject), A if predicate == "a" else sg(predicate), sg(object_) if is_term else thing(object_)


@dataclass
class Sheet:
    """A draft in memory."""

    store: ox.Store = field(default_factory=ox.Store)
    added: set[ox.Quad] = field(default_factory=set)
    removed: set[ox.Quad] = field(default_factory=set)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        for quad in list(quads):
            if quad not in self.store:
                self.store.extend([quad, *copies([quad])])
                self.removed.discard(quad) if quad in self.removed else self.added.add(quad)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        for quad in list(quads):
            if quad in self.store:
                self.store.remove(quad)
                self.added.discard(quad) if quad in self.added else self.removed.add(quad)
                for copy in list(orphans(self.store, [quad])):
                    self.store.remove(copy)

    def query(self, sparql: str, *, graphs: Collection[str] | None = None) -> object:
        return self.store.query(sparql, default_graph=[ox.NamedNode(graph) for graph in graphs or [MERGED.value]])

    def quads(self, s: object = None, p: object = None, o: object = None, g: object = None) -> Iterator[ox.Quad]:
        return (quad for quad in self.store.quads_for_pattern(s, p, o, g) if quad.graph_name != MERGED)

    def change(self) -> Change:
        """What was added and removed since the last call."""
        change = Change(frozenset(self.added), frozenset(self.removed))
        self.added, self.removed = set(), set()
        return change

    def derived(self) -> list[str]:
        """All that stands in the derived graphs, as sorted N-Quads."""
        return sorted(str(quad) for graph in DERIVED for quad in self.quads(None, None, None, graph))

    def stated(self) -> list[ox.Quad]:
        """All that stands in other graphs."""
        return [quad for quad in self.quads() if quad.graph_name not in DERIVED]

    def conclusions(self) -> set[tuple[str, str, str]]:
        """The derived statements, the nodes of their derivations aside."""
        quads = (quad for graph in DERIVED for quad in self.quads(None, None, None, graph))
        return {
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in quads
            if not quad.subject.value.startswith(ID + "inference/")
        }


def vocabulary() -> Iterator[ox.Quad]:
    """The certainties with their ranks, and a property with its counterpart."""
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    for name, rank in CERTAINTIES.items():
        yield ox.Quad(sg(name), sg("rank"), ox.Literal(rank), graph)
    yield ox.Quad(sg("establishedBy"), sg("counterpart"), sg("deniedBy"), graph)


def document(name: str, statements: Iterable[str]) -> frozenset[ox.Quad]:
    """A document's graph."""
    graph = ox.NamedNode(GRAPH + name)
    return frozenset(ox.Quad(*triple(each), graph) for each in statements)


def exchange(sheet: Sheet, name: str, statements: Iterable[str]) -> Change:
    """Load the document, or replace it, or, where it has no statements, unload it."""
    new = document(name, statements)
    old = set(sheet.quads(None, None, None, ox.NamedNode(GRAPH + name)))
    sheet.change()
    sheet.remove(old - new)
    sheet.add(new - old)
    return sheet.change()


def write_rule(folder: Path, name: str, sparql: str, **header: object) -> Path:
    """A rule's file with the header that it needs."""
    keys = {"label": name, "explanation": "so it follows", "example": "none", **header}
    lines = [f"#+ {key}: {json.dumps(value)}" for key, value in keys.items()]
    path = folder / f"{name}.rq"
    path.write_text("\n".join([*lines, f"PREFIX sg: <{SG}>", f"PREFIX id: <{ID}>", sparql]) + "\n", encoding="utf-8")
    return path


Atom = tuple[str, str, str]  # two variables, and the property between them


@dataclass(frozen=True)
class Made:
    """A random rule: its head and body, and perhaps what must not be; a variable `w` there stands for anything."""

    head: Atom
    body: tuple[Atom, ...]
    absent: Atom | None

    @property
    def sparql(self) -> str:
        body = " . ".join(map(_pattern, self.body))
        absent = f" FILTER NOT EXISTS {{ {_pattern(self.absent)} }}" if self.absent else ""
        return f"CONSTRUCT {{ {_pattern(self.head)} }} WHERE {{ {body}{absent} }}"

    def datalog(self, number: int) -> str:
        """The rule, and where it looks for something with anybody, a rule for that."""
        body = [f"{p}(?{x}, ?{y})" for x, p, y in self.body]
        before = ""
        if self.absent:
            x, p, y = self.absent
            some = f"some{number}"
            before = f"{some}(?{x}) :- {p}(?{x}, ?w) .\n" if y == "w" else ""
            body.append(f"~{some}(?{x})" if y == "w" else f"~{p}(?{x}, ?{y})")
        x, p, y = self.head
        return f"{before}{p}(?{x}, ?{y}) :- {', '.join(body)} .\n"


def _pattern(atom: Atom) -> str:
    x, p, y = atom
    return f"?{x} sg:{p} ?{y}"


def by_nemo(quads: Iterable[ox.Quad], made: Collection[Made]) -> set[tuple[str, str, str]]:
    """The statements that follow, by a Datalog engine."""
    facts = {
        f"{quad.predicate.value.removeprefix(SG)}({quad.subject}, {quad.object}) .\n"
        for quad in quads
        if quad.predicate in (sg("p"), sg("q"), sg("r"))
    }
    rules = [rule.datalog(number) for number, rule in enumerate(made)]
    engine = nmo_python.NemoEngine(nmo_python.load_string("".join([*sorted(facts), *rules])))
    engine.reason()
    heads = {rule.head[1] for rule in made}
    return {(str(x), str(sg(name)), str(y)) for name in heads for x, y in engine.result(name)}


def members_by_nemo(quads: Iterable[ox.Quad]) -> set[tuple[str, str, str]]:
    """What memberships and the rules of `test_change` that read classes come to, by a Datalog engine."""
    names = {A: "t", ox.NamedNode(RDFS + "subClassOf"): "sub", sg("p"): "p"}
    facts = {f"{names[quad.predicate]}({quad.subject}, {quad.object}) .\n" for quad in quads if quad.predicate in names}
    rules = f"""
        sub(?x, ?x) :- sub(?x, ?y), never(?x) .
        t(?x, ?x) :- t(?x, ?y), never(?x) .
        p(?x, ?x) :- p(?x, ?y), never(?x) .
        never(<a:a>) .
        m(?x, ?k) :- t(?x, ?c), sub(?c, ?k) .
        m(?x, ?k) :- m(?x, ?c), sub(?c, ?k) .
        under(<{SG}A>) :- never(?x) .
        under(?c) :- sub(?c, ?k), under(?k) .
        v(?x, ?k) :- t(?x, ?k) .
        d(?x, ?y) :- t(?x, ?c), under(?c), p(?x, ?y) .
    """
    engine = nmo_python.NemoEngine(nmo_python.load_string("".join([*sorted(facts), rules])))
    engine.reason()
    heads = {"m": A, "v": sg("v"), "d": sg("d")}
    return {(str(x), str(iri), str(y)) for name, iri in heads.items() for x, y in engine.result(name)}


def by_rdflib(quads: Iterable[ox.Quad], levels: Iterable[Collection[str]]) -> set[tuple[str, str, str]]:
    """The statements that follow: each level of rules again and again over the whole graph, until nothing new comes."""
    graph = rdflib.Graph()
    for quad in quads:
        graph.add(tuple(_for_rdflib(term) for term in quad.triple))
    found: set[object] = set()
    for level in levels:
        while True:
            new = {
                made for sparql in level for made in graph.query(f"PREFIX sg: <{SG}> PREFIX id: <{ID}> {sparql}")
            } - found
            if not new:
                break
            found |= new
            for made in new:
                graph.add(made)
    return {tuple(term.n3() for term in made) for made in found}


def _for_rdflib(term: object) -> object:
    if isinstance(term, ox.Literal):
        return rdflib.Literal(term.value, datatype=term.datatype.value)
    return rdflib.URIRef(term.value)
