"""A document beside what others state: what cannot both be so is refused, what is likely a slip is told.

All of it is read from the store with the document in it, node by node: the cost is the document's, not the store's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from kg.documents import situations
from kg.documents.attribution import CONTENT, RESTS_ON, SPEAKER
from kg.errors import Fault
from kg.model import Document
from kg.namespaces import BACKGROUND_GRAPH, DCTERMS, GRAPH, ID, MERGED_GRAPH, OWL, RDF, RESERVED, SG
from kg.ontology.vocabulary import CONCEPT, ENTITY, LABEL, OTHER_NAME, SOURCE, TYPE, Vocabulary, last_part
from kg.store import Draft
from kg.terms import Literal, NamedNode, Node, Quad, Term, parts

_THINGS = (ENTITY, SOURCE, CONCEPT)
_BROAD = frozenset({ENTITY, CONCEPT})  # what all entities, or concepts, are: too broad to be mistaken for one another
_TITLE, _TEXT = DCTERMS + "title", SG + "text"
_POLARITY, _AFFIRMED = SG + "polarity", NamedNode(SG + "affirmed")
_PROPOSAL = SG + "proposal"
_MOST_NAMESAKES = 20  # things of one name that are looked at
_MOST_SHOWN = 8  # links of a circle that a message shows

Disjoint = Mapping[str, frozenset[str]]
_Next = Callable[[Term], Iterable[Term]]


@dataclass(frozen=True)
class _Order:
    """What comes after what: by the situations that have these two roles."""

    kind: str
    later: str
    earlier: str


_ORDERS = (
    _Order("versions", SG + "laterVersion", SG + "earlierVersion"),
    _Order("what comes first", SG + "later", SG + "earlier"),
)


def disjoint(ontology: Iterable[Quad]) -> Disjoint:
    """With which classes each is disjoint, as the ontology states it: owl:disjointWith and owl:AllDisjointClasses."""
    values: dict[tuple[Node, str], list[Term]] = defaultdict(list)
    found: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in map(parts, ontology):
        values[subject, predicate.value].append(value)
        if predicate.value == OWL + "disjointWith" and isinstance(subject, NamedNode):
            found[subject.value].add(value.value)
            found[value.value].add(subject.value)
    for key in [key for key in values if key[1] == OWL + "members"]:
        members: list[str] = []
        cell = values[key][0]
        while isinstance(cell, Node) and (first := values.get((cell, RDF + "first"))):
            members.append(first[0].value)
            cell = values[cell, RDF + "rest"][0]
        for member in members:
            found[member] |= set(members) - {member}
    return {iri: frozenset(others) for iri, others in found.items()}


def twice(documents: Sequence[Document]) -> Iterator[Fault]:
    """Documents of one load that have the name of one before them."""
    first: dict[str, str] = {}
    for document in documents:
        if document.iri in first:
            node = NamedNode(document.iri)
            what = f"{first[document.iri]} describes the document {document.short(node)}, too."
            yield document.fault(node, what, "Name each document otherwise, or load one of the two.")
        first.setdefault(document.iri, document.file)


def displaced(document: Document, store: Draft) -> Iterator[Fault]:
    """A document of another text and title, which this one would take the place of; a new wording is none."""
    node, graph = NamedNode(document.iri), NamedNode(document.graph)
    old = {iri: {parts(quad)[2] for quad in store.quads(node, NamedNode(iri), None, graph)} for iri in (_TITLE, _TEXT)}
    if all(values and values.isdisjoint(document.values(node, iri)) for iri, values in old.items()):
        title = min(value.value for value in old[_TITLE])
        what = f"another document has this name: '{title}', with another text."
        remedy = "Name this one otherwise; to put it in that one's place, first run: kg unload "
        yield document.fault(node, what, remedy + document.iri.removeprefix(ID), NamedNode(_TITLE))


def faults(document: Document, store: Draft, vocabulary: Vocabulary, apart: Disjoint) -> Iterator[Fault]:
    """What cannot be so beside what others state in `store`, which holds the document; `apart`: see `disjoint`."""
    others = _Others(document, store)
    yield from _of_disjoint_classes(document, others, vocabulary, apart)
    yield from _circles_of_sources(document, others)
    for order in _ORDERS:
        yield from _circles_of_one_voice(document, order)


def doubts(document: Document, store: Draft, vocabulary: Vocabulary) -> Iterator[Fault]:
    """What is likely a slip, and may be meant."""
    yield from unconfirmed(document)
    others = _Others(document, store)
    yield from _of_two_labels(document, others, vocabulary)
    yield from _of_one_name(document, others, vocabulary)
    for order in _ORDERS:
        yield from _circles_of_several_voices(document, store, order)


def unconfirmed(document: Document) -> Iterator[Fault]:
    """That claims or things of its file are drafts."""
    if document.drafts:
        what = f"{document.drafts} of its claims and things are drafts, which were left out."
        yield Fault(document.file, "", what, "Read each beside the text, and take its `draft` away.")


@dataclass(frozen=True)
class _Others:
    """What documents other than this one, and the background, state."""

    document: Document
    store: Draft

    def values(self, nodes: Iterable[Node], predicate: str) -> dict[Node, set[Term]]:
        """What is stated of the nodes in all graphs that the pipeline keeps, each value once."""
        listed = " ".join(str(node) for node in nodes if isinstance(node, NamedNode))
        found: dict[Node, set[Term]] = defaultdict(set)
        if listed:
            query = f"SELECT DISTINCT ?node ?value {{ VALUES ?node {{ {listed} }} ?node <{predicate}> ?value }}"
            for row in _rows(self.store, query):
                found[row["node"]].add(row["value"])
        return found

    def teller(self, node: Node, predicate: str, value: Term) -> str | None:
        """One of the others that states it, as a message names it; None where none does."""
        for quad in self.store.quads(node, NamedNode(predicate), value, None):
            graph = quad.graph_name
            if not isinstance(graph, NamedNode) or graph.value == self.document.graph:
                continue
            if graph.value == BACKGROUND_GRAPH:
                return "the background"
            if graph.value.startswith(GRAPH) and graph.value.removeprefix(GRAPH) not in RESERVED:
                return self.document.short(NamedNode(ID + graph.value.removeprefix(GRAPH)))
        return None


def _of_disjoint_classes(
    document: Document, others: _Others, vocabulary: Vocabulary, apart: Disjoint
) -> Iterator[Fault]:
    """Things that are of one class here and elsewhere of another, where nothing can be of both."""

    def clash(one: str, other: str) -> bool:
        above = vocabulary.superclasses.get(other, frozenset((other,)))
        return any(apart.get(kind, frozenset()) & above for kind in vocabulary.superclasses.get(one, (one,)))

    things = _things(document, vocabulary)
    stated = others.values(things, TYPE)
    for node, types in things.items():
        pairs = [(one, other) for one in types for other in sorted(stated[node], key=str) if clash(one, other.value)]
        for one, other in pairs:
            if other.value in types or (teller := others.teller(node, TYPE, other)):
                where = "too" if other.value in types else f"by {teller}"
                what = f"it is a {document.short(one)} here, and a {document.short(other)} {where}: nothing is both."
                remedy = "If two things are meant, give this one an IRI of its own; else state the class that it is of."
                yield document.fault(node, what, remedy, NamedNode(one))
                break


def _of_two_labels(document: Document, others: _Others, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Things that are called otherwise by another document."""
    things = _things(document, vocabulary)
    stated = others.values(things, LABEL)
    for node in things:
        own = [value for value in document.values(node, LABEL) if _language(value) == "en"]
        for other in sorted((value for value in stated[node] if _language(value) == "en"), key=str):
            if own and other not in own and (teller := others.teller(node, LABEL, other)):
                what = f"its label is {document.short(own[0])} here, and {document.short(other)} by {teller}."
                remedy = (
                    "Give it one rdfs:label in both, other names as skos:altLabel; if two things are meant, two IRIs."
                )
                yield document.fault(node, what, remedy, own[0])


def _of_one_name(document: Document, others: _Others, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Names of things that are also those of others of their kind: asked for by name, they are ambiguous."""
    for node, types in _things(document, vocabulary).items():
        own = _kinds(types, vocabulary)
        for name in chain(document.values(node, LABEL), document.values(node, OTHER_NAME)):
            for thing, kinds, teller in _namesakes(others, node, name) if isinstance(name, Literal) else ():
                if own & _kinds(kinds, vocabulary):
                    other, common = document.short(thing), document.short(NamedNode(ID + last_part(thing.value)))
                    same = f"declare it in both as {common}" if document.source_of(thing) else f"speak of {other}"
                    what = f"{document.short(name)} is also the name of {other}, by {teller}."
                    remedy = f"If that is the same thing, {same}; else give this one a name of its own: "
                    yield document.fault(node, what, f"{remedy}asked for by this name, both are meant.", name)
                    break


def _namesakes(others: _Others, node: Node, name: Literal) -> Iterator[tuple[Node, list[str], str]]:
    """What else others call so, with or without an article: things with their classes, and one who calls them so."""
    bare = re.sub("^[Tt]he ", "", name.value)
    spelt = [
        Literal(text, language=language) if language else Literal(text)
        for text in dict.fromkeys((name.value, bare, f"the {bare}", f"The {bare}"))
        for language in dict.fromkeys((name.language, "en"))
    ]
    query = f"""SELECT DISTINCT ?thing {{
        VALUES ?name {{ {" ".join(map(str, spelt))} }} ?thing <{LABEL}>|<{OTHER_NAME}> ?name
        }} LIMIT {_MOST_NAMESAKES}"""
    found = [row["thing"] for row in _rows(others.store, query) if row["thing"] != node]
    kinds = others.values(found, TYPE)
    for thing in sorted(found, key=str):
        tellers = (others.teller(thing, iri, text) for iri in (LABEL, OTHER_NAME) for text in spelt)
        if teller := next(filter(None, tellers), None):
            yield thing, [kind.value for kind in kinds[thing]], teller


def _kinds(types: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    above = (vocabulary.superclasses.get(iri, frozenset((iri,))) for iri in types)
    return {kind for kinds in above for kind in kinds} - _BROAD


def _circles_of_sources(document: Document, others: _Others) -> Iterator[Fault]:
    """Sources that in the end rest on themselves, by what several documents say of them."""

    def rests_on(node: Term) -> Iterable[Term]:
        return others.values([node], RESTS_ON)[node] if isinstance(node, Node) else ()

    seen: set[frozenset[Term]] = set()
    for node, by in document.descriptions.items():
        for value in by.get(RESTS_ON, ()):
            way = _way(value, node, rests_on)
            if way and frozenset(way) not in seen:
                seen.add(frozenset(way))
                what = f"a circle of sources: {_shown(document, [node, *way])}."
                remedy = "Cut it, here or in the other document: the first of them rests on none."
                yield document.fault(node, what, remedy, value, NamedNode(RESTS_ON))


@dataclass(frozen=True)
class _Step:
    """That one thing comes after another, in an order of a proposal or, None, in any; who says so."""

    situation: Node
    later: Term
    earlier: Term
    within: Term | None
    speakers: frozenset[Term]


def _steps(document: Document, order: _Order) -> Iterator[_Step]:
    """What claims affirm, unless who reports them does not affirm that they were made."""
    doubted = {
        value
        for by in document.descriptions.values()
        if set(by.get(_POLARITY, ())) - {_AFFIRMED}
        for value in by.get(CONTENT, ())
    }
    for claim, by in document.descriptions.items():
        if claim in doubted or _AFFIRMED not in by.get(_POLARITY, ()):
            continue
        for situation in (value for value in by.get(CONTENT, ()) if isinstance(value, Node)):
            within = document.values(situation, _PROPOSAL) or (None,)
            for later in document.values(situation, order.later):
                for earlier in document.values(situation, order.earlier):
                    yield _Step(situation, later, earlier, within[0], frozenset(by.get(SPEAKER, ())))


def _circles_of_one_voice(document: Document, order: _Order) -> Iterator[Fault]:
    """Orders that one speaker turns around within the document."""
    steps = list(_steps(document, order))

    def circle(step: _Step) -> list[Term] | None:
        alike = [each for each in steps if each.within == step.within and each.speakers & step.speakers]
        return _way(step.earlier, step.later, lambda node: [each.earlier for each in alike if each.later == node])

    yield from _each_once(document, order, steps, circle, "Mend one of the claims: nothing comes before itself.")


def _circles_of_several_voices(document: Document, store: Draft, order: _Order) -> Iterator[Fault]:
    """Orders that another document, or another speaker, has the other way round."""

    def circle(step: _Step) -> list[Term] | None:
        within = f"?situation <{_PROPOSAL}> " + (str(step.within) if step.within else "?any")
        where = f"{within} ." if step.within else f"FILTER NOT EXISTS {{ {within} }}"

        def after(node: Term) -> Iterable[Term]:
            query = f"""SELECT DISTINCT ?earlier {{
                ?situation <{order.later}> {node} ; <{order.earlier}> ?earlier . {where}
                ?claim <{CONTENT}> ?situation ; <{_POLARITY}> {_AFFIRMED} .
                FILTER NOT EXISTS {{
                    ?outer <{CONTENT}> ?claim ; <{_POLARITY}> ?other . FILTER (?other != {_AFFIRMED}) }} }}"""
            return [row["earlier"] for row in _rows(store, query)]

        return _way(step.earlier, step.later, after)

    remedy = "Read both again; if the sources do say so, leave it: they disagree."
    yield from _each_once(document, order, list(_steps(document, order)), circle, remedy)


def _each_once(
    document: Document,
    order: _Order,
    steps: Iterable[_Step],
    circle: Callable[[_Step], list[Term] | None],
    remedy: str,
) -> Iterator[Fault]:
    seen: set[frozenset[Term]] = set()
    for step in steps:
        way = circle(step)
        if way and frozenset(way) not in seen:
            seen.add(frozenset(way))
            what = f"a circle of {order.kind}: {_shown(document, [step.later, *way])}."
            yield document.fault(step.situation, what, remedy, step.later, NamedNode(order.later))


def _way(start: Term, goal: Term, following: _Next) -> list[Term] | None:
    """The shortest way from one node to another, both included; None where there is none."""
    before: dict[Term, Term | None] = {start: None}
    waiting = [start]
    for node in waiting:
        if node == goal:
            way: list[Term] = []
            at: Term | None = node
            while at is not None:
                way.append(at)
                at = before[at]
            return way[::-1]
        for each in following(node):
            if each not in before:
                before[each] = node
                waiting.append(each)
    return None


def _shown(document: Document, way: Sequence[Term]) -> str:
    names = [document.short(node) for node in way]
    return " → ".join(names if len(names) <= _MOST_SHOWN else [*names[:_MOST_SHOWN], "…", names[-1]])


def _things(document: Document, vocabulary: Vocabulary) -> dict[Node, list[str]]:
    """The things that the document declares, itself included, with their classes; in a fixed order."""
    found = {
        node: [value.value for value in by.get(TYPE, ()) if isinstance(value, NamedNode)]
        for node, by in document.descriptions.items()
        if isinstance(node, NamedNode) and not node.value.startswith(situations.SITUATIONS)
    }
    return {node: types for node, types in found.items() if any(vocabulary.is_a(types, kind) for kind in _THINGS)}


def _language(value: Term) -> str | None:
    return value.language if isinstance(value, Literal) else None


def _rows(store: Draft, query: str) -> Iterator[ox.QuerySolution]:
    """Solutions in the union of the graphs that the pipeline keeps, however many these are."""
    solutions = store.query(query, graphs=[MERGED_GRAPH])
    return iter(solutions) if isinstance(solutions, ox.QuerySolutions) else iter(())
