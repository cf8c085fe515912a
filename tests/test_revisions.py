"""Whatever updates have made of documents' and users' graphs: the same as loading the resulting documents afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import parsing
from kg.errors import Rejected
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH, ID
from kg.pipeline import examine
from kg.store import open_store
from kg.syntax import TURTLE
from kg.terms import NamedNode, Quad
from kg.workers import Update
from kg.workers.writing import contents_of, run_update

STATE = f"{GRAPH}state"
TEXT = "Peru names Chile. Chile names Peru. Peru names Chile again. Nobody denies it."
QUOTES = ("Peru names Chile.", "Chile names Peru.", "Peru names Chile again.", "Nobody denies it.")
NAMES, DOCUMENTS, OWN = ("c1", "c2", "c3"), ("left", "right"), ("u:mine", "u:other")
PREFIXES = f"""
PREFIX id: <{ID}>
PREFIX sg: <https://w3id.org/security-guarantees/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@dataclass(frozen=True)
class Said:
    """One claim of a document's own: the words it rests on, whether it affirms, and whom the plan names."""

    quote: str
    polarity: str
    guarantor: str

    def written(self, document: str, name: str) -> str:
        return f"""<{ID}{document}/{name}> a sg:Claim ; sg:speaker id:{document} ; sg:act sg:asserts ;
            sg:polarity sg:{self.polarity} ; sg:certainty sg:asserted ; sg:evidence [ sg:quote "{self.quote}" ] ;
            sg:content [ a sg:GuarantorDesignation ; sg:guarantor id:{self.guarantor} ;
            sg:proposal id:istanbul-proposals-2022 ] .\n"""


@dataclass
class World:
    """What there is to be: the claims of each document, and in each user's graph a document, or numbers, or both."""

    documents: dict[str, dict[str, Said]] = field(default_factory=dict)
    parked: dict[str, tuple[str, dict[str, Said]]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # documents that are to be refused
    changed: set[str] = field(default_factory=set)  # documents that this update has changed: not anchored yet


Operation = Callable[[World], str | None]  # changes the world and gives the SPARQL; None where there is nothing to do


def source(document: str) -> str:
    return f"""id:{document} a sg:NewsArticle ; rdfs:label "the {document} note"@en ; dcterms:title "A note"@en ;
        dcterms:language "en" ; sg:text "{TEXT}" .\n"""


def turtle(document: str, said: dict[str, Said]) -> str:
    return PREFIXES + source(document) + "".join(each.written(document, name) for name, each in said.items())


def say(document: str, name: str, said: Said) -> Operation:
    def operation(world: World) -> str | None:
        if name in world.documents.get(document, {}):
            return None
        new = "" if document in world.documents else source(document)
        world.documents.setdefault(document, {})[name] = said
        world.changed.add(document)
        return f"INSERT DATA {{ GRAPH <{GRAPH}{document}> {{ {new}{said.written(document, name)} }} }}"

    return operation


def unsay(document: str, name: str) -> Operation:
    def operation(world: World) -> str | None:
        if world.documents.get(document, {}).pop(name, None) is None:
            return None
        world.changed.add(document)
        claim = f"<{ID}{document}/{name}>"
        return f"""WITH <{GRAPH}{document}> DELETE {{ {claim} ?p ?o . ?e ?ep ?eo . ?s ?sp ?so }}
            WHERE {{ {claim} ?p ?o ; sg:evidence ?e ; sg:content ?s
                     OPTIONAL {{ ?e ?ep ?eo FILTER NOT EXISTS {{ ?c sg:evidence ?e FILTER(?c != {claim}) }} }}
                     OPTIONAL {{ ?s ?sp ?so FILTER NOT EXISTS {{ ?c sg:content ?s FILTER(?c != {claim}) }} }} }}"""

    return operation


def deny(document: str, name: str) -> Operation:
    def operation(world: World) -> str | None:
        said = world.documents.get(document, {}).get(name)
        if said is None:
            return None
        world.documents[document][name] = Said(said.quote, "denied", said.guarantor)
        world.changed.add(document)
        return f"""DELETE {{ GRAPH <{GRAPH}{document}> {{ ?c sg:polarity ?p }} }}
            INSERT {{ GRAPH <{GRAPH}{document}> {{ ?c sg:polarity sg:denied }} }}
            WHERE {{ VALUES ?c {{ <{ID}{document}/{name}> }} GRAPH ?g {{ ?c sg:polarity ?p }} }}"""

    return operation


def requote(document: str, name: str, quote: str) -> Operation:
    """Other words, told apart from evidence that claims share: what it says of one, it would say of all."""

    def operation(world: World) -> str | None:
        said = world.documents.get(document, {}).get(name)
        if said is None or any(each.quote == said.quote for each in _others(world, document, name)):
            return None
        world.documents[document][name] = Said(quote, said.polarity, said.guarantor)
        world.changed.add(document)
        return f"""WITH <{GRAPH}{document}> DELETE {{ ?e sg:quote ?q }} INSERT {{ ?e sg:quote "{quote}" }}
            WHERE {{ <{ID}{document}/{name}> sg:evidence ?e . ?e sg:quote ?q }}"""

    return operation


def _others(world: World, document: str, name: str) -> list[Said]:
    return [said for other, said in world.documents[document].items() if other != name]


def drop(document: str) -> Operation:
    def operation(world: World) -> str | None:
        world.broken.discard(document)
        return None if world.documents.pop(document, None) is None else f"DROP GRAPH <{GRAPH}{document}>"

    return operation


def park(document: str, own: str) -> Operation:
    def operation(world: World) -> str | None:
        if document not in world.documents or document in world.broken | world.changed:
            return None
        world.parked[own] = document, world.documents.pop(document)
        world.numbers.pop(own, None)
        return f"MOVE <{GRAPH}{document}> TO <{own}>"

    return operation


def bring_back(own: str, document: str) -> Operation:
    def operation(world: World) -> str | None:
        if own not in world.parked and own not in world.numbers:
            return None
        name, said = world.parked.get(own, ("", {}))
        world.broken.discard(document)
        if name != document or own in world.numbers:
            world.broken.add(document)
        world.documents[document] = dict(said)
        world.changed.add(document)
        return f"COPY <{own}> TO <{GRAPH}{document}>"

    return operation


def number(own: str, value: int) -> Operation:
    def operation(world: World) -> str | None:
        world.numbers.setdefault(own, set()).add(value)
        return f"INSERT DATA {{ GRAPH <{own}> {{ <a:a> <a:p> {value} }} }}"

    return operation


def misquote(document: str) -> Operation:
    def operation(world: World) -> str | None:
        world.broken.add(document)
        said = Said("no such words", "affirmed", "china")
        new = "" if document in world.documents else source(document)
        world.documents.setdefault(document, {})
        return f"INSERT DATA {{ GRAPH <{GRAPH}{document}> {{ {new}{said.written(document, 'wrong')} }} }}"

    return operation


notes, names, own = st.sampled_from(DOCUMENTS), st.sampled_from(NAMES), st.sampled_from(OWN)
sayings = st.builds(
    Said, st.sampled_from(QUOTES), st.sampled_from(["affirmed", "denied"]), st.sampled_from(["china", "france"])
)
says = st.builds(say, notes, names, sayings)
operations = st.one_of(
    says,
    says,
    says,
    st.builds(unsay, notes, names),
    st.builds(deny, notes, names),
    st.builds(requote, notes, names, st.sampled_from(QUOTES)),
    st.builds(drop, notes),
    st.builds(park, notes, own),
    st.builds(bring_back, own, notes),
    st.builds(number, own, st.integers(1, 3)),
    st.builds(misquote, notes),
)
updates = st.lists(st.lists(operations, min_size=1, max_size=4), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def fresh(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], KnowledgeGraph]]:
    """Gives graphs of the seed alone, on the project's files as `seeded` has read them."""
    opened: list[KnowledgeGraph] = []

    def make() -> KnowledgeGraph:
        store = open_store(f"file:{tmp_path_factory.mktemp('fresh') / 'store'}")
        store.replace_all(seeded.store.quads())
        made = KnowledgeGraph(store, seeded.settings)
        made.knowledge = seeded.knowledge
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()


def carry_out(graph: KnowledgeGraph, text: str) -> None:
    def write(clone: Path) -> list[tuple[str, bytes]]:
        store = ox.Store(str(clone))
        told = run_update(store, Update(text, kept=GRAPH), graph.prefixes, confined=False)
        store.flush()
        return contents_of(told)

    graph.update(write)


def loaded(graph: KnowledgeGraph, world: World) -> set[Quad]:
    """What `graph` holds once the world's documents are loaded into it, with the users' graphs of that world."""
    for name, said in world.documents.items():
        graph.load(turtle(name, said).encode())
    quads = set(graph.store.quads())
    for own_graph, (name, said) in world.parked.items():
        document = examine(parsing.parse(turtle(name, said), TURTLE, name), graph.knowledge)
        quads |= {Quad(quad.subject, quad.predicate, quad.object, NamedNode(own_graph)) for quad in document.quads}
    for own_graph, values in world.numbers.items():
        quads |= {Quad(NamedNode("a:a"), NamedNode("a:p"), ox.Literal(n), NamedNode(own_graph)) for n in values}
    return quads


@given(updates)
@settings(max_examples=10, deadline=None)
def test_updates_leave_what_loading_their_documents_afresh_would_make(
    fresh: Callable[[], KnowledgeGraph], updates: list[list[Operation]]
) -> None:
    graph, world = fresh(), World()
    for update in updates:
        after = replace(deepcopy(world), changed=set())
        text = " ;\n".join(part for part in (operation(after) for operation in update) if part)
        if after.broken:
            before = graph.version
            with pytest.raises(Rejected):
                carry_out(graph, text)
            assert graph.version == before
        else:
            carry_out(graph, text)
            world = after
    left = set(graph.store.quads())
    assert not left ^ loaded(fresh(), world)
    assert set(graph.store.snapshot().graphs()) == {quad.graph_name for quad in left}, "no empty graph is left behind"


def test_a_seed_that_is_dropped_and_inserted_again_is_as_it_was(fresh: Callable[[], KnowledgeGraph]) -> None:
    graph, article = fresh(), f"{GRAPH}chinese-peacekeepers"
    before = known(graph)
    triples = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in before if named(quad) == article)
    carry_out(graph, f"DROP GRAPH <{article}>")
    assert {named(quad) for quad in known(graph)} == {each.value for each in graph.store.snapshot().graphs()} - {STATE}
    carry_out(graph, f"INSERT DATA {{ GRAPH <{article}> {{ {triples} }} }}")
    assert known(graph) == before


def known(graph: KnowledgeGraph) -> set[Quad]:
    """All statements but the store's own notes, which say that the seed was withdrawn."""
    return {quad for quad in graph.store.quads() if named(quad) != STATE}


def named(quad: Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))
