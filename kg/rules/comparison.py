"""Comparisons: what follows for two claims side by side. It is found and proven when asked for, and never stored.

Where each claim of one side makes a pair with each of the other, their number grows with the square of what is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import pyoxigraph as ox

from kg.namespaces import SG
from kg.rules.certainty import CertaintyPropagation, ContestedFlags
from kg.rules.conjunction import Conjunction, Term, renamed
from kg.rules.dataset import Claims, Ground, KeptGraphs, Quads, objects
from kg.rules.derivation import CONTESTED, TRUE, Derivation, DerivationStore, derive, node_quads
from kg.rules.evaluation import Evaluator, Table, ground
from kg.rules.strata import Memberships, Opposition, Producer, Stratum
from kg.store.checkpoint import GraphName, Subject
from kg.store.checkpoint import Term as Value

_STATEMENT = re.compile(r"\?(\w+)\s+(?:<([^<>\s]+)>|sg:(\w+))\s+\?(\w+)\s*\.")
_ALONE = Stratum(frozenset(), (), False)
Ends = tuple[Ground | None, Ground | None]


class Compared(KeptGraphs):
    """The kept graphs of a source as if they held what comparisons conclude, with its nodes of proof.

    Whoever asks for statements of a comparison's property finds them; after that their nodes are there as well.
    """

    def __init__(
        self,
        source: Quads,
        producers: Iterable[Producer],
        stored: Iterable[Producer],
        strata: Callable[[], Sequence[Stratum]],
    ) -> None:
        super().__init__(source)
        self._kept, self._strata = KeptGraphs(source), strata
        self._by_property: dict[object, list[Producer]] = {}
        for producer in producers:
            self._by_property.setdefault(producer.head.predicate, []).append(producer)
        self._evaluator = Evaluator(self._kept, Memberships(self._kept, stored))
        self._claims = Claims(self._kept)
        self._found, self._asked = ox.Store(), set[tuple[object, Ends]]()

    def quads(
        self,
        s: Subject | None = None,
        p: ox.NamedNode | None = None,
        o: Value | None = None,
        g: GraphName | None = None,
    ) -> Iterator[ox.Quad]:
        if p is not None and p in self._by_property:
            self._find(p, [(s, o)])  # type: ignore[list-item]
        yield from super().quads(s, p, o, g)
        if self._asked:
            yield from self._found.quads_for_pattern(s, p, o, g)

    def find(self, property_: ox.NamedNode, things: Iterable[Ground]) -> None:
        """Find at once what comparisons conclude of several things, which is quicker than one by one."""
        if property_ in self._by_property:
            self._find(property_, [(thing, None) for thing in things])

    def subjects(self, property_: ox.NamedNode) -> set[Ground]:
        """The things of which comparisons conclude anything by a property; nothing is proven."""
        return {
            ground(producer.head.subject, solution)
            for producer in self._by_property.get(property_, ())
            for solution in self._evaluator.solve(producer.body, wanted=[_name(producer.head.subject)])
        }

    def _find(self, property_: ox.NamedNode, ends: Iterable[Ends]) -> None:
        fresh = [each for each in dict.fromkeys(ends) if (property_, each) not in self._asked]
        if not fresh:
            return
        self._asked.update((property_, each) for each in fresh)
        found: dict[ox.NamedNode, Derivation] = {}
        for producer in self._by_property[property_]:
            for given in {tuple(end is None for end in each) for each in fresh}:
                alike = [each for each in fresh if tuple(end is None for end in each) == given]
                for derivation in self._derive(producer, alike):
                    found[derivation.node] = derivation
        self._write(list(found.values()))

    def _derive(self, producer: Producer, ends: Sequence[Ends]) -> Iterator[Derivation]:
        """What it concludes between these ends, of which all have the same one open."""
        head = (producer.head.subject, producer.head.object)
        names = tuple(
            term.value
            for term, end in zip(head, ends[0], strict=True)
            if end is not None and isinstance(term, ox.Variable)
        )
        if not names:
            yield from derive(producer, self._evaluator)
            return
        rows = [tuple(end for end in each if end is not None) for each in ends]
        rows = [row for row in rows if self._may_hold(producer.body, dict(zip(names, row, strict=True)))]
        if rows:
            table: Table = (names, rows)
            yield from derive(producer, self._evaluator, table)

    def _may_hold(self, body: Conjunction, known: dict[str, Ground]) -> bool:
        """A look ahead without a query: whether what the body asks of these things, and from them on, is there."""
        reached: dict[str, set[Ground]] = {name: {term} for name, term in known.items()}
        waiting = list(body.patterns)
        while ready := [pattern for pattern in waiting if _name(pattern.subject) in reached]:
            for pattern in ready:
                waiting.remove(pattern)
                name = _name(pattern.subject)
                pairs = [
                    (each, value)
                    for each in reached[name]
                    for value in objects(self._kept, each, pattern.predicate)
                    if isinstance(pattern.object, ox.Variable) or value == pattern.object
                ]
                values = {value for _, value in pairs}
                if other := _name(pattern.object):
                    values &= reached.get(other, values)
                    reached[other] = values
                else:
                    reached[name] = {each for each, _ in pairs}
                if not values:
                    return False
        return True

    @cached_property
    def _contest(self) -> ContestedFlags:
        return ContestedFlags(self, DerivationStore(self, self._claims), Opposition.of(self._kept))  # type: ignore[arg-type]

    def _write(self, found: Sequence[Derivation]) -> None:
        record = DerivationStore(self._kept, self._claims)
        weights = CertaintyPropagation(_ALONE, self._strata(), record, self._claims).weigh_apart(found)
        for derivation in found:
            sources, mark = weights[derivation.node]
            self._found.extend(node_quads(derivation, sources, self._claims.concept(mark.rank)))
            self._found.add(ox.Quad(*derivation.conclusion, derivation.rule.graph))
        for derivation in found:
            if self._contest.is_contested(derivation.node):
                self._found.add(ox.Quad(derivation.node, CONTESTED, TRUE, derivation.rule.graph))


def _name(term: Term) -> str:
    return term.value if isinstance(term, ox.Variable) else ""


def spelled_out(sparql: str, producers: Iterable[Producer]) -> str:
    """A query with each statement `?one sg:… ?other .` that comparisons conclude as that from which it follows."""
    by_property: dict[str, list[Producer]] = {}
    for producer in producers:
        by_property.setdefault(producer.head.predicate.value, []).append(producer)

    def spelled(match: re.Match[str]) -> str:
        one, iri, name, other = match.groups()
        ways = by_property.get(iri or SG + name)
        if ways is None:
            return match[0]
        text = "\n    UNION ".join(_selected(way, one, other) for way in ways)
        return re.sub(f"<{SG}(\\w+)>", r"sg:\1", text) if name else text

    return _STATEMENT.sub(spelled, sparql)


def _selected(producer: Producer, one: str, other: str) -> str:
    body, head = renamed(producer.body, "each_"), producer.head
    ends = f"(?each_{_name(head.subject)} AS ?{one}) (?each_{_name(head.object)} AS ?{other})"
    return f"{{ SELECT DISTINCT {ends} WHERE {{ {_written(body)} }} }}"


def _written(body: Conjunction) -> str:
    absent = (f"FILTER NOT EXISTS {{ {_written(each)} }}" for each in body.absent)
    return "\n      ".join([*map(str, body.parts), *map(str, body.filters), *absent])
