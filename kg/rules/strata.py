"""Which rules come before which: what a rule reads is settled first, save where rules feed each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from kg.errors import Fault, Rejected
from kg.namespaces import OWL, RDFS, SG
from kg.rules.conjunction import Closure, Conjunction, Pattern, Term
from kg.rules.dataset import BROADER, GRAPHS, TYPE, Ground, Quads, Triple, solutions
from kg.rules.rule import Rule
from kg.terms import parts

COUNTERPART, OBJECTION = ox.NamedNode(SG + "counterpart"), ox.NamedNode(SG + "objection")
_REQUIRED = f"""SELECT DISTINCT ?kind ?role {{
  ?kind <{RDFS}subClassOf> ?demand .
  ?demand <{OWL}onProperty> ?role ; <{OWL}cardinality>|<{OWL}minCardinality> ?least .
  FILTER (ISIRI(?kind) && ?least > 0)
}}"""
_BY_CLASS = (TYPE, ox.NamedNode(RDFS + "subClassOf"))
# What a conclusion is filed under: its property; for rdf:type its class as well.
Key = tuple[ox.NamedNode, object]


@dataclass(frozen=True)
class Producer:
    """One triple of a rule's head, by one reading of its body; `denied` where it follows that the triple is denied."""

    rule: Rule
    head: Pattern
    body: Conjunction
    key: Key
    reading: int = 0
    denied: bool = False

    @property
    def is_by_class(self) -> bool:
        """Is it a membership that rests on the classes of things alone, which no claim makes less sure?"""
        body = self.body
        plain = not (body.closures or body.absent)
        return self.rule.is_membership and plain and all(pattern.predicate in _BY_CLASS for pattern in body.patterns)


@dataclass(frozen=True)
class Stratum:
    """Producers whose conclusions are settled together; `recursive` where they feed each other.

    Of `memberships` the producers are all of that kind, or none is.
    """

    keys: frozenset[Key]
    producers: tuple[Producer, ...]
    recursive: bool
    denied: bool = False
    memberships: bool = False

    @property
    def is_by_class(self) -> bool:
        """Does it rest on the classes of things alone, which no claim makes less sure?"""
        return all(producer.is_by_class for producer in self.producers)

    def holds(self, triple: tuple[object, ox.NamedNode, object]) -> bool:
        """Is a statement filed under one of the stratum's keys?"""
        return (triple[1], None) in self.keys or (triple[1], triple[2]) in self.keys


def producers(rules: Sequence[Rule]) -> list[Producer]:
    """Each triple of each head with each reading of the body that binds it."""
    heads = [pattern for rule in rules for pattern in rule.head]
    any_class = any(pattern.predicate == TYPE and isinstance(pattern.object, ox.Variable) for pattern in heads)
    made = []
    for rule in rules:
        for reading, body in enumerate(rule.bodies):
            for pattern in (_unaliased(triple, body) for triple in rule.head):
                if pattern.variables <= body.bound:
                    class_ = pattern.object if pattern.predicate == TYPE and not any_class else None
                    made.append(Producer(rule, pattern, body, (pattern.predicate, class_), reading))
    return made


def _unaliased(pattern: Pattern, body: Conjunction) -> Pattern:
    """`pattern` with what the body set equal to its variables in their place."""
    names = dict(body.aliases)

    def of(term: Term) -> Term:
        return names.get(term.value, term) if isinstance(term, ox.Variable) else term

    return Pattern(of(pattern.subject), pattern.predicate, of(pattern.object), pattern.line)


@dataclass(frozen=True)
class Opposition:
    """What the ontology says of how statements are denied.

    `counterparts` are properties of situations of which the one is denied by the other (established by, denied by);
    `objections` lead from a property to that whose statement of the same subject and object objects to it; `required`
    are, for each class of situation, the roles that it must have.
    """

    counterparts: frozenset[tuple[ox.NamedNode, ox.NamedNode]] = frozenset()
    objections: frozenset[tuple[ox.NamedNode, ox.NamedNode]] = frozenset()
    required: frozenset[tuple[ox.NamedNode, ox.NamedNode]] = frozenset()

    @classmethod
    def of(cls, source: Quads) -> Opposition:
        """As the ontology in `source` has it."""
        required = solutions(source, _REQUIRED)
        return cls(
            _pairs(source, COUNTERPART),
            _pairs(source, OBJECTION),
            frozenset((row["kind"], row["role"]) for row in required),
        )

    @property
    def either_way(self) -> dict[ox.NamedNode, ox.NamedNode]:
        """The counterparts, each by the other."""
        return {**dict(self.counterparts), **{other: one for one, other in self.counterparts}}


def _pairs(source: Quads, predicate: ox.NamedNode) -> frozenset[tuple[ox.NamedNode, ox.NamedNode]]:
    triples = (parts(quad) for quad in source.quads(None, predicate, None, None))
    return frozenset(
        (one, other) for one, _, other in triples if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode)
    )


def denied_twins(asserting: Iterable[Producer], opposition: Opposition) -> list[Producer]:
    """For each view of situations: that one is denied denies the view's statement, where they say the same.

    They do where the statement has all roles that the situation must have, and the situation has no others. The denial
    of a narrower situation ("not guarantor for Poland") does not deny the statement ("is guarantor").
    """
    twins = []
    for producer in asserting:
        for index, pattern in enumerate(producer.body.patterns) if producer.rule.kind == "view" else ():
            counterpart = dict(opposition.counterparts).get(pattern.predicate)
            if counterpart is not None and _says_all(producer, pattern.subject, opposition):
                broader = Pattern(pattern.subject, BROADER, ox.Variable("broaderSituation"))
                patterns = list(producer.body.patterns)
                patterns[index] = replace(pattern, predicate=counterpart)
                absent = (*producer.body.absent, Conjunction(patterns=(broader,)))
                twins.append(
                    replace(producer, body=replace(producer.body, patterns=tuple(patterns), absent=absent), denied=True)
                )
    return twins


def _says_all(producer: Producer, situation: Term, opposition: Opposition) -> bool:
    """Has the producer's statement, or its body as constants, all roles that a situation of the class must have?"""
    about = [pattern for pattern in producer.body.patterns if pattern.subject == situation]
    kinds = {pattern.object for pattern in about if pattern.predicate == TYPE}
    known = {
        pattern.predicate
        for pattern in about
        if not isinstance(pattern.object, ox.Variable) or pattern.object in producer.head.terms
    }
    return bool(kinds) and {role for kind, role in opposition.required if kind in kinds} <= known


def stratify(asserting: Sequence[Producer], denying: Sequence[Producer] = ()) -> tuple[Stratum, ...]:
    """The strata in order; raise Rejected where a rule rests on the absence of what it may bring about.

    Memberships come last: rules of other kinds do not see them.
    """
    keys = list(dict.fromkeys(producer.key for producer in asserting))
    seen = [key for key in keys if key[0] != TYPE]
    feeds: dict[Key, dict[Key, tuple[Producer, bool]]] = defaultdict(dict)
    for producer in asserting:
        for key, negated in _reads(producer.body, keys if producer.rule.is_membership else seen):
            known = feeds[key].get(producer.key)
            if known is None or (negated and not known[1]):
                feeds[key][producer.key] = (producer, negated)
    order = _components(keys, feeds)
    _refuse(order, feeds, asserting)
    strata = [_stratum(component, asserting, feeds) for component in order]
    denied = dict.fromkeys(producer.key for producer in denying)
    twins = [_stratum([key], denying, {}, denied=True) for key in denied]
    return (*sorted(strata, key=lambda stratum: stratum.memberships), *twins)


def _stratum(
    component: list[Key], among: Sequence[Producer], feeds: Mapping[Key, Mapping[Key, object]], denied: bool = False
) -> Stratum:
    keys = frozenset(component)
    recursive = any(target in keys for key in keys for target in feeds.get(key, ()))
    members = tuple(producer for producer in among if producer.key in keys)
    return Stratum(keys, members, recursive, denied, any(producer.rule.is_membership for producer in members))


def _reads(body: Conjunction, keys: Sequence[Key]) -> Iterator[tuple[Key, bool]]:
    """Each key that the body may read, and whether only its absence matters."""
    for negated, parts_ in ((False, body.parts), (True, [part for absent in body.absent for part in absent.parts])):
        yield from ((key, negated) for part in parts_ for key in keys if _may_be(part, key))


def _may_be(part: Pattern | Closure, key: Key) -> bool:
    """Can a triple that is filed under `key` match `part`?"""
    if isinstance(part, Closure):
        return any(step == key[0] for step, _ in part.steps)
    if part.predicate != key[0]:
        return False
    return key[1] is None or isinstance(part.object, ox.Variable) or part.object == key[1]


def _components(keys: Sequence[Key], feeds: Mapping[Key, Mapping[Key, object]]) -> list[list[Key]]:
    """The strongly connected components, what is read before what reads it (Tarjan, without recursion)."""
    index: dict[Key, int] = {}
    low: dict[Key, int] = {}
    open_, components = [], []
    for root in keys:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        open_.append(root)
        work = [(root, iter(feeds.get(root, ())))]
        while work:
            key, targets = work[-1]
            target = next(targets, None)
            if target is not None and target not in index:
                index[target] = low[target] = len(index)
                open_.append(target)
                work.append((target, iter(feeds.get(target, ()))))
            elif target is not None:
                if target in open_:
                    low[key] = min(low[key], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    cut = open_.index(key)
                    components.append(open_[cut:])
                    del open_[cut:]
    return components[::-1]


def _refuse(
    order: list[list[Key]], feeds: Mapping[Key, Mapping[Key, tuple[Producer, bool]]], asserting: Sequence[Producer]
) -> None:
    faults = [
        _circle_fault(producer, key, target, frozenset(component), feeds)
        for component in order
        for key in component
        for target, (producer, negated) in feeds.get(key, {}).items()
        if negated and target in component
    ]
    faults += _closure_faults(asserting)
    if faults:
        raise Rejected("rules", tuple(dict.fromkeys(faults)))


def _closure_faults(asserting: Sequence[Producer]) -> Iterator[Fault]:
    derived = {producer.key[0] for producer in asserting}
    for producer in asserting:
        inner = [part for absent in producer.body.absent for part in absent.closures]
        for closure in (*producer.body.closures, *inner):
            for step, _ in closure.steps:
                if step in derived:
                    why = "Write a rule that feeds itself: then each step has its proof."
                    yield _fault(producer, f"* or + over {step}, which rules derive", why, closure.line)


def _circle_fault(
    producer: Producer,
    key: Key,
    target: Key,
    keys: frozenset[Key],
    feeds: Mapping[Key, Mapping[Key, tuple[Producer, bool]]],
) -> Fault:
    way: dict[Key, Key | None] = {target: None}
    queue = [target]
    while queue and key not in way:
        here = queue.pop(0)
        for further in feeds.get(here, {}):
            if further in keys and further not in way:
                way[further] = here
                queue.append(further)
    names: list[str] = []
    step: Key | None = key
    while step is not None:
        names.append(_name(step))
        step = way.get(step)
    circle = " → ".join([*names[::-1], f"not {names[-1]}"])
    why = "What follows from an absence may not bring about, by any way, what was absent."
    return _fault(producer, f"a circle through an absence: {circle}", why)


def _name(key: Key) -> str:
    names = [key[0].value] + ([key[1].value] if isinstance(key[1], ox.NamedNode) else [])
    return " ".join(name.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for name in names)


def _fault(producer: Producer, what: str, why: str, line: int | None = None) -> Fault:
    return Fault(f"{producer.rule.name}.rq", "", what, why, line or producer.head.line)


class Memberships:
    """Of which classes things are by rules of that kind among `producers`, beside those that `source` states of them.

    They come last, and rules of other kinds do not see them: those read the classes that are stated, and what lies
    above these by `a/rdfs:subClassOf*`. Otherwise each conclusion would follow once for every class of what it
    rests on.
    """

    def __init__(self, source: Quads, producers: Iterable[Producer]) -> None:
        self._source = source
        self._producers = tuple(producer for producer in producers if producer.rule.is_membership)

    @cached_property
    def _classes(self) -> frozenset[Ground] | None:
        """The classes that the rules can conclude; None where it may be any."""
        classes: set[Ground] = set()
        for producer in self._producers:
            known = self._possible(producer)
            if known is None:
                return None
            classes |= known
        return frozenset(classes)

    def _possible(self, producer: Producer) -> set[Ground] | None:
        """What the class of a head can be: itself, or all that some pattern of the body can bind it to."""
        class_ = producer.head.object
        if not isinstance(class_, ox.Variable):
            return {class_}
        for pattern in producer.body.patterns:
            if pattern.object == class_ and pattern.predicate != TYPE:
                return {parts(quad)[2] for quad in self._source.quads(None, pattern.predicate, None, None)}
        return None

    def among(self, patterns: Iterable[Pattern]) -> Iterator[Pattern]:
        """Those that a membership can match."""
        if self._producers:
            for pattern in patterns:
                class_ = pattern.object
                if pattern.predicate == TYPE and (isinstance(class_, ox.Variable) or self._may_be(class_)):
                    yield pattern

    def hides(self, triple: Triple | None) -> bool:
        """Is it a membership that nothing states?"""
        if triple is None or triple[1] != TYPE or not self._may_be(triple[2]):
            return False
        return all(quad.graph_name in GRAPHS for quad in self._source.quads(*triple, None))

    def _may_be(self, class_: Ground) -> bool:
        return self._classes is None or class_ in self._classes
