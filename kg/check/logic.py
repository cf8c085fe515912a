"""What the reasoners find: contradictions with the smallest set of axioms, empty classes, memberships unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Variable

from kg.check.files import Project, called
from kg.check.profile import Terms
from kg.documents.situations import SITUATIONS
from kg.errors import Fault
from kg.model import Document
from kg.namespaces import OWL, RDF, RDFS, SG
from kg.ontology import reasoner
from kg.ontology.reasoner import Explanation, Reasoned, ReasonerFailed
from kg.rules import Rule
from kg.rules.conjunction import Pattern
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term, closure, parts

_TYPE = RDF + "type"
_HEADER = "ontology/security-guarantees.ttl"
_BUILT_IN = (RDF, RDFS, OWL)
_LISTS = ("Disjoint", "Different", "AllDifferent", "All")  # how Pellet begins an axiom that is a long list
_NOT_THINGS = frozenset({SG + "DerivedProperty", SG + "Evidence"})


@dataclass(frozen=True)
class Instance:
    """One way to read a rule's body, made into statements; `nodes` maps each invented thing to its variable."""

    file: str
    quads: tuple[Quad, ...]
    nodes: Mapping[str, str]
    lines: Mapping[tuple[str, ...], int] = field(repr=False)

    def line(self, terms: Iterable[str]) -> int | None:
        """The line of the pattern that an axiom with these terms comes from."""
        wanted = set(terms)
        best = max(self.lines, key=lambda key: len(wanted & set(key)), default=None)
        return self.lines[best] if best else None


@dataclass(frozen=True)
class Given:
    """What the reasoners see besides the ontology: statements, and where each was written.

    `seen` are the classes in which queries find each thing; None where nothing has been put to rules.
    `derived` maps a statement (subject, property, value) to file and line of a rule that concluded it; `settled` says
    of a rule's file how many steps of inference come before it.
    """

    data: tuple[Quad, ...] = ()
    documents: Sequence[Document] = ()
    instances: Sequence[Instance] = ()
    derived: Mapping[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)
    settled: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, frozenset[str]] | None = None


def faults(project: Project, given: Given) -> Iterator[Fault]:
    """The faults of the ontology's modules together with the data, and with an instance of each rule's body."""
    yield from _undeclared(project, given.data)
    try:
        found = reasoner.reason(_statements(project, given))
    except ReasonerFailed as error:
        yield Fault(_HEADER, "", f"{error.culprit} does not accept the ontology: {error.found}.", "Mend it.", 1)
        return
    places = _Places(project, given)
    yield from (_unread(project, line) for line in found.ignored)
    yield from (places.contradiction(each, found) for each in found.explanations)
    if found.consistent and given.seen is not None:
        yield from _memberships(project, given.seen, found, places)


def contradictions(project: Project, given: Given) -> Iterator[Fault]:
    """The same where HermiT finds it all inconsistent, which it says in a third of the time; else none."""
    try:
        consistent = reasoner.consistent(_statements(project, given))
    except ReasonerFailed:
        consistent = False  # what it does not accept is told with the other faults
    if not consistent:
        yield from faults(project, given)


def _statements(project: Project, given: Given) -> Iterator[Quad]:
    statements = [*project.quads, *given.data, *distinct((*project.quads, *given.data))]
    return axioms([*statements, *(quad for instance in given.instances for quad in instance.quads)])


def distinct(quads: Iterable[Quad]) -> Iterator[Quad]:
    """That things with names of their own are different things: concepts, entities, sources, claims.

    OWL assumes nothing of the kind: without it two certainties of one claim might be the same. Situations are left
    out: their names are made from what they are. One list for each topmost class, since these are disjoint, and a
    reasoner's time goes with the square of a list's length.
    """
    above = _superclasses(quads)
    things: dict[str, set[str]] = {}
    for subject, predicate, value in map(parts, quads):
        if predicate.value != _TYPE or not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
            continue
        if value.value.startswith(SG) and value.value not in _NOT_THINGS and not subject.value.startswith(SITUATIONS):
            kinds = above.get(value.value, {value.value})
            for top in (kind for kind in kinds if not above.get(kind, {kind}) - {kind}):
                things.setdefault(top, set()).add(subject.value)
    for number, (_, members) in enumerate(sorted(things.items())):
        yield from _all_different(f"distinct{number}", sorted(members))


def _all_different(name: str, members: Sequence[str]) -> Iterator[Quad]:
    cells = [BlankNode(f"{name}x{number}") for number in range(len(members))]
    node, end = BlankNode(name), NamedNode(RDF + "nil")
    rests: list[BlankNode | NamedNode] = [*cells[1:], end]
    yield Quad(node, NamedNode(_TYPE), NamedNode(OWL + "AllDifferent"))
    yield Quad(node, NamedNode(OWL + "distinctMembers"), cells[0] if cells else end)
    for cell, rest, thing in zip(cells, rests, members, strict=True):
        yield Quad(cell, NamedNode(RDF + "first"), NamedNode(thing))
        yield Quad(cell, NamedNode(RDF + "rest"), rest)


def axioms(quads: Iterable[Quad]) -> Iterator[Quad]:
    """`quads` without the headers of modules, whose versions Pellet takes for unknown axioms."""
    given = tuple(quads)
    headers = {quad.subject for quad in given if quad.object == NamedNode(OWL + "Ontology")}
    return (quad for quad in given if quad.subject not in headers)


def _undeclared(project: Project, data: Sequence[Quad]) -> Iterator[Fault]:
    """Classes and properties in data that the ontology does not declare: to a reasoner words without meaning."""
    terms = Terms.of(project)
    used: dict[str, str] = {}
    for _, predicate, value in map(parts, data):
        if not terms.kinds.get(predicate.value) and not predicate.value.startswith(_BUILT_IN):
            used.setdefault(predicate.value, "property")
        if predicate.value == _TYPE and isinstance(value, NamedNode) and not terms.kinds.get(value.value):
            used.setdefault(value.value, "class")
    for iri, kind in sorted(used.items()):
        what = f"documents use this {kind}, and the ontology does not declare it."
        yield Fault(_HEADER, called(iri), what, "Declare it, as its vocabulary means it.", 1)


def _unread(project: Project, line: str) -> Fault:
    terms = Explanation.terms(line)
    return project.fault(
        terms[0] if terms else "", f"Pellet does not read an axiom: {_short(line)}.", "Write it as OWL 2 has it."
    )


def _memberships(
    project: Project, seen: Mapping[str, frozenset[str]], found: Reasoned, places: _Places
) -> Iterator[Fault]:
    """Things of the project's classes that queries find in other classes than a reasoner does."""
    above = _superclasses(project.quads)
    for node in sorted(seen.keys() & found.types.keys()):
        queried, reasoned = (
            {kind for kind in kinds if not kind.startswith(_BUILT_IN)} for kinds in (seen[node], found.types[node])
        )
        if not any(kind.startswith(SG) for kind in queried | reasoned):
            continue
        if unseen := _narrowest(reasoned - queried, above):
            what = f"a reasoner takes it for a {unseen}, and queries do not see that."
            yield places.of_node(node, what, f"State it: a {unseen}; or write a rule of kind membership for it.")
        if unfounded := _narrowest(queried - reasoned, above):
            what = f"queries find it among {unfounded}, and a reasoner does not."
            yield places.of_node(node, what, "Mend the rule of kind membership that says so.")


def _narrowest(kinds: set[str], above: Mapping[str, frozenset[str]]) -> str:
    """Those of the classes that are above none of the others, as one names them."""
    narrow = (kind for kind in sorted(kinds) if not any(kind in above.get(other, ()) for other in kinds - {kind}))
    return " and ".join(map(called, narrow))


def _superclasses(quads: Iterable[Quad]) -> Mapping[str, frozenset[str]]:
    direct: dict[str, set[str]] = {}
    for subject, predicate, value in map(parts, quads):
        if predicate.value == RDFS + "subClassOf" and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            direct.setdefault(subject.value, set()).add(value.value)
    return {start: closure(start, direct) for start in direct}


@dataclass(frozen=True)
class _Places:
    """Where an axiom is written."""

    project: Project
    given: Given

    @cached_property
    def instances(self) -> Mapping[str, Instance]:
        return {node: each for each in self.given.instances for node in each.nodes}

    @cached_property
    def _by_node(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for document in self.given.documents:
            for node in document.descriptions:
                if isinstance(node, NamedNode):
                    found.setdefault(node.value, []).append(document)
        return found

    def of_node(self, node: str, what: str, remedy: str, *mentions: str) -> Fault:
        """In the document that states these values of the node, else in the first that describes it."""
        documents = self._by_node.get(node, [])
        if not documents:
            return self.project.fault(node, what, remedy, *mentions)
        named, wanted = NamedNode(node), set(mentions)

        def stated(document: Document) -> int:
            values = (value.value for by in document.descriptions[named].values() for value in by)
            return len(wanted.intersection(values))

        terms = [NamedNode(each) for each in mentions]
        return self.project.at_home(max(documents, key=stated).fault(named, what, remedy, *terms))

    def contradiction(self, explanation: Explanation, found: Reasoned) -> Fault:
        """The fault stands at what the last of the rules made, else at the first about data, else at the class."""
        mentioned = _counted(explanation.axioms)
        axioms = [_narrowed(axiom, mentioned) for axiom in explanation.axioms]
        places = [self._place(axiom) for axiom in axioms]
        listed = "; ".join(
            self._readable(axiom) + (f" [{file}:{line}]" if file else "")
            for axiom, (file, line) in zip(axioms, places, strict=True)
        )
        if found.consistent:
            (empty,) = Explanation.terms(explanation.conclusion)[:1] or [""]
            what = f"nothing can be a {called(empty)}, because: {listed}."
            return self.project.fault(empty, what, "Take one of these back, or widen it.")
        ranked = sorted(zip(axioms, places, strict=True), key=lambda pair: self._rank(*pair[1]))
        subject, (file, line) = ranked[0] if ranked else ("", ("", None))
        culprit = self._name(Explanation.terms(subject)[0]) if Explanation.terms(subject) else ""
        return Fault(
            file, culprit, f"this contradicts the ontology or other data: {listed}.", "Take one of these back.", line
        )

    def _rank(self, file: str, line: int | None) -> tuple[int, int, str, int]:
        """Rules first, the last of them before those that it rests on; then data, the ontology, what nobody wrote."""
        kind = 0 if file.endswith(".rq") else 3 if not file else 2 if file.startswith("ontology/") else 1
        return kind, -self.given.settled.get(file, 0), file, line or 0

    def _place(self, axiom: str) -> tuple[str, int | None]:
        terms = Explanation.terms(axiom)
        if not terms:
            return "", None
        if terms[0] in self.instances:
            instance = self.instances[terms[0]]
            return instance.file, instance.line(terms)
        if tuple(terms) in self.given.derived:
            return self.given.derived[terms[0], terms[1], terms[2]]
        if axiom.startswith("Disjoint"):
            return self._disjointness(terms)
        if axiom.startswith(_LISTS):
            return "", None  # nobody writes it: names of their own are names of different things
        fault = self.of_node(terms[0], "", "", *terms[1:])
        return fault.file, fault.line

    def _disjointness(self, terms: Sequence[str]) -> tuple[str, int | None]:
        """The line of owl:AllDisjointClasses that holds all of `terms`."""
        for file in self.project.of("module", "vocabulary"):
            for number, row in enumerate(file.rows, 1):
                if "owl:members" in row and all(re.search(rf"{re.escape(called(term))}\b", row) for term in terms):
                    return file.name, number
        fault = self.project.fault(terms[0], "", "", OWL + "disjointWith")
        return fault.file, fault.line

    def _readable(self, axiom: str) -> str:
        return re.sub(r"<([^>]*)>", lambda found: self._name(found[1]), axiom).replace(" type ", " a ")

    def _name(self, iri: str) -> str:
        if iri in self.instances:
            return self.instances[iri].nodes[iri]
        documents = self._by_node.get(iri)
        return documents[0].short(NamedNode(iri)) if documents else called(iri)


def _short(text: str) -> str:
    return re.sub(r"<([^>]*)>", lambda found: called(found[1]), text)


def _counted(axioms: Sequence[str]) -> set[str]:
    """The terms of all axioms but the lists of what is disjoint or different."""
    return {term for axiom in axioms if not axiom.startswith(_LISTS) for term in Explanation.terms(axiom)}


def _narrowed(axiom: str, mentioned: set[str]) -> str:
    """A list of what is disjoint or different, cut down to what the other axioms speak of."""
    if not axiom.startswith(_LISTS):
        return axiom
    kept = [term for term in Explanation.terms(axiom) if term in mentioned]
    return f"{axiom.partition('(')[0]}({' '.join(f'<{term}>' for term in kept)})" if len(kept) > 1 else axiom


def instances(rules: Iterable[Rule], terms: Terms) -> Iterator[Instance]:
    """An instance of each rule's body and head: invented things, one a variable, of which all its patterns hold.

    Together with the ontology's axioms it shows rules that can never fire, and conclusions that a property's domain
    or range forbids. A rule's body and head are frozen into data as in the test of query containment by A. K. Chandra
    and P. M. Merlin (1977).
    """
    for rule in rules:
        for number, body in enumerate(rule.bodies):
            yield _instance(rule, number, (*body.patterns, *rule.head), terms)


def _instance(rule: Rule, number: int, patterns: Iterable[Pattern], terms: Terms) -> Instance:
    base = f"{rule.iri.value}/{number}/"
    quads: list[Quad] = []
    nodes: dict[str, str] = {}
    lines: dict[tuple[str, ...], int] = {}
    for pattern in patterns:
        if not isinstance(pattern.predicate, NamedNode) or isinstance(pattern.subject, Literal):
            continue
        if pattern.predicate.value == _TYPE and not isinstance(pattern.object, NamedNode):
            continue  # of a class that the rule leaves open
        if "annotation property" in terms.kinds.get(pattern.predicate.value, ()) or not terms.kinds.get(
            pattern.predicate.value, pattern.predicate.value == _TYPE
        ):
            continue
        of_data = "data property" in terms.kinds.get(pattern.predicate.value, ())
        subject, value = _frozen(pattern.subject, base, nodes), _value(pattern.object, base, nodes, of_data)
        if not isinstance(subject, NamedNode) or value is None:
            continue
        quads.append(Quad(subject, pattern.predicate, value))
        written = tuple(term.value for term in (subject, pattern.predicate, value) if isinstance(term, NamedNode))
        lines.setdefault(written, pattern.line)
    return Instance(f"ontology/rules/{rule.name}.rq", tuple(quads), nodes, lines)


def _value(term: NamedNode | Literal | Variable, base: str, nodes: dict[str, str], of_data: bool) -> Term | None:
    if of_data and not isinstance(term, Literal):
        return None  # any literal would do, and none need be invented
    return _frozen(term, base, nodes)


def _frozen(term: NamedNode | Literal | Variable, base: str, nodes: dict[str, str]) -> Term:
    if not isinstance(term, Variable):
        return term
    node = base + term.value
    nodes[node] = f"?{term.value}"
    return NamedNode(node)
