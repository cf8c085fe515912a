"""A conjunction → its solutions, by the store's SPARQL engine, in an order that statistics of the data choose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import pyoxigraph as ox

from kg.namespaces import PROV, RDF, SG
from kg.rules.conjunction import Closure, Conjunction, Pattern, Term
from kg.rules.dataset import NODE, Ground, Quads, Triple, solutions
from kg.rules.strata import Memberships
from kg.terms import Node, parts

Solution: TypeAlias = dict[str, Ground]
Table: TypeAlias = tuple[tuple[str, ...], Sequence[tuple[Ground, ...]]]

# What the nodes of derivations say of themselves: rules see conclusions, not these.
NODE_PROPERTIES = frozenset(
    ox.NamedNode(iri)
    for iri in (
        RDF + "type",
        RDF + "subject",
        RDF + "predicate",
        RDF + "object",
        PROV + "specializationOf",
        PROV + "wasDerivedFrom",
        SG + "rule",
        SG + "certainty",
        SG + "polarity",
        SG + "contested",
    )
)
ROWS_AT_ONCE = 1000


class Statistics:
    """Bounded counts and samples of the data, taken once each."""

    LIMIT = 200

    def __init__(self, source: Quads) -> None:
        self._source = source
        self._sizes: dict[tuple[ox.NamedNode, Ground | None], float] = {}
        self._fans: dict[ox.NamedNode, float] = {}

    def size(self, predicate: ox.NamedNode, object_: Ground | None) -> float:
        """How many quads have this predicate and object, at most LIMIT."""
        key = (predicate, object_)
        if key not in self._sizes:
            quads = self._source.quads(None, predicate, object_, None)
            self._sizes[key] = float(sum(1 for _ in islice(quads, self.LIMIT)))
        return self._sizes[key]

    def sharing(self, predicate: ox.NamedNode) -> float:
        """How many subjects share an object of `predicate`, by a sample."""
        if predicate not in self._fans:
            sample = list(islice(self._source.quads(None, predicate, None, None), self.LIMIT))
            self._fans[predicate] = len(sample) / max(1, len({quad.object for quad in sample}))
        return self._fans[predicate]

    def cost(self, part: Pattern | Closure, bound: Collection[str]) -> float:
        """How many solutions `part` is likely to add to each one so far."""
        first, last = part.terms[0], part.terms[-1]
        is_known = _known(first, bound), _known(last, bound)
        if isinstance(part, Closure):
            return 1e6 if not any(is_known) else 1.0 if all(is_known) else 30.0
        if all(is_known):
            return 0.1
        if is_known[0]:
            return 1.5
        constant = None if isinstance(last, ox.Variable) else last
        if is_known[1] and constant is None:
            return 1.0 + self.sharing(part.predicate)
        return 2.0 + self.size(part.predicate, constant) * (1.0 if constant is not None else 2.0)


def _known(term: Term, bound: Collection[str]) -> bool:
    return not isinstance(term, ox.Variable) or term.value in bound


def ordered(
    parts: Sequence[Pattern | Closure], bound: Collection[str], statistics: Statistics
) -> list[Pattern | Closure]:
    """The parts, each next one the cheapest, given what those before it bind.

    None stands apart from those before it while that can be helped.
    """
    left, known, chosen = list(parts), set(bound), []
    while left:
        joined = [part for part in left if part.variables & known or not part.variables]
        best = min(joined or left, key=lambda part: statistics.cost(part, known))
        left.remove(best)
        chosen.append(best)
        known |= best.variables
    return chosen


class Evaluator:
    """Solves conjunctions over `source`, without the memberships `unseen`."""

    def __init__(self, source: Quads, unseen: Memberships | None = None, statistics: Statistics | None = None) -> None:
        self.source, self.statistics, self._unseen = source, statistics or Statistics(source), unseen
        self._orders: dict[object, list[Pattern | Closure]] = {}

    def solve(
        self, body: Conjunction, table: Table | None = None, *, wanted: Collection[str] | None = None
    ) -> Iterator[Solution]:
        """The distinct solutions of `body`, joined with `table` (names, rows); only `wanted` variables, where given."""
        if table is None:
            yield from self._answers(body, None, wanted)
            return
        names, rows = table
        if not names:
            if rows:
                yield from islice(self._answers(body, None, wanted), None if wanted is None else 1)
            return
        for start in range(0, len(rows), ROWS_AT_ONCE):
            yield from self._answers(body, (names, rows[start : start + ROWS_AT_ONCE]), wanted)

    def _answers(self, body: Conjunction, table: Table | None, wanted: Collection[str] | None) -> Iterator[Solution]:
        """First what must be, then less what must not be: each absence is sought for all solutions at once."""
        if not (body.parts or table):
            return
        known = body.bound | set(table[0] if table else ())
        doubtful = self._doubtful(body)
        names = sorted(known if wanted is None or body.absent or doubtful else wanted)
        selected = " ".join(f"?{name}" for name in names) or "(1 AS ?_)"
        query = f"SELECT DISTINCT {selected} WHERE {{ {self.text(body, table)} }}"
        answers = solutions(self.source, query)
        rows: Iterator[Solution] = ({name: row[name] for name in names if row[name] is not None} for row in answers)
        if doubtful and self._unseen:
            hides = self._unseen.hides
            rows = (row for row in rows if not any(hides(instance(pattern, row)) for pattern in doubtful))
        if not body.absent:
            yield from rows
            return
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            for absent in body.absent:
                batch = self._without(batch, absent, known)
            yield from ({name: row[name] for name in (wanted or row) if name in row} for row in batch)

    def _without(self, rows: list[Solution], absent: Conjunction, known: Collection[str]) -> list[Solution]:
        """The rows for which `absent` has no solution, of those that can be said in a query."""
        names = tuple(sorted(absent.bound.union(*(condition.variables for condition in absent.filters)) & set(known)))
        rows = [row for row in rows if is_written(row[name] for name in names)]
        keys = [tuple(row[name] for name in names) for row in rows]
        matches = self.solve(absent, (names, list(dict.fromkeys(keys))), wanted=names)
        hits = {tuple(solution[name] for name in names) for solution in matches}
        return [row for row, key in zip(rows, keys, strict=True) if key not in hits]

    def reach(self, closure: Closure, edges: Sequence[tuple[Ground, Ground]]) -> Iterator[tuple[Ground, Ground]]:
        """The ends of the chains of the closure's steps that run through one of `edges`."""
        path = closure.path("*")
        for start in range(0, len(edges), ROWS_AT_ONCE):
            rows = _rows((("_x", "_y"), edges[start : start + ROWS_AT_ONCE]))
            query = f"SELECT DISTINCT ?_s ?_o WHERE {{ {rows} ?_s {path} ?_x . ?_y {path} ?_o . }}"
            for solution in solutions(self.source, query):
                yield solution["_s"], solution["_o"]

    def triples(self, s: Node | None, p: ox.NamedNode | None, o: Ground | None) -> Iterator[Triple]:
        """The distinct statements that match, in the graphs that rules read."""
        yield from dict.fromkeys(map(parts, self.source.quads(s, p, o, None)))

    def _doubtful(self, body: Conjunction) -> list[Pattern]:
        """The patterns that may match what is not to be seen."""
        return list(self._unseen.among(body.patterns)) if self._unseen else []

    def text(self, body: Conjunction, table: Table | None = None) -> str:
        """`body` in SPARQL."""
        lines = [_rows(table)] if table else []
        steps = self._ordered(body.parts, frozenset(table[0] if table else ()))
        join = "" if getattr(self.source, "plain", False) else "LATERAL "  # which says the order, and nothing else
        lines += [f"{join}{{ {step} }}" if index or lines else str(step) for index, step in enumerate(steps)]
        return "\n".join([*lines, *map(str, body.filters), *_no_nodes(body)])

    def _ordered(self, parts: tuple[Pattern | Closure, ...], bound: frozenset[str]) -> list[Pattern | Closure]:
        if (parts, bound) not in self._orders:
            self._orders[parts, bound] = ordered(parts, bound, self.statistics)
        return self._orders[parts, bound]


def _rows(table: Table) -> str:
    names, rows = table
    body = " ".join("(" + " ".join(map(str, row)) + ")" for row in rows if is_written(row))
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {body} }}"


def is_written(row: Iterable[Ground]) -> bool:
    """Whether a query can name all that it holds: of a blank node it means any thing at all."""
    return not any(isinstance(term, ox.BlankNode) for term in row)


def _no_nodes(body: Conjunction) -> list[str]:
    """Filters that keep the derivations' own nodes out, where the patterns alone do not."""
    doubtful: set[str] = set()
    safe: set[str] = set()
    for pattern in body.patterns:
        if not isinstance(pattern.subject, ox.Variable):
            continue
        own = pattern.predicate not in NODE_PROPERTIES
        by_class = pattern.predicate == ox.NamedNode(RDF + "type") and _is_data_class(pattern.object)
        (safe if own or by_class else doubtful).add(pattern.subject.value)
    return [f'FILTER(!STRSTARTS(STR(?{name}), "{NODE}"))' for name in sorted(doubtful - safe)]


def _is_data_class(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value not in (SG + "Inference", SG + "View")


def ground(term: Term, solution: Mapping[str, Ground]) -> Ground:
    """The term that `solution` gives for `term`."""
    return solution[term.value] if isinstance(term, ox.Variable) else term


def instance(pattern: Pattern, solution: Mapping[str, Ground]) -> Triple | None:
    """The triple that `pattern` becomes; None where a literal would be its subject."""
    subject = ground(pattern.subject, solution)
    return None if isinstance(subject, ox.Literal) else (subject, pattern.predicate, ground(pattern.object, solution))


def unify(part: Pattern | Closure, values: Sequence[Ground]) -> Solution | None:
    """What the part's variables stand for where its terms become `values`; None where they cannot."""
    solution: Solution = {}
    for term, value in zip(part.terms, values, strict=True):
        if isinstance(term, ox.Variable):
            if solution.setdefault(term.value, value) != value:
                return None
        elif term != value:
            return None
    return solution
