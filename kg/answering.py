"""One question of the catalogue, answered on one version of the graph, with the words behind each row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg import proofs, questions
from kg.errors import BadParameter
from kg.model import Answer, Cell, Evidence, Match, Row
from kg.names import Names
from kg.namespaces import INFERRED_GRAPH, PROV, RDF, RDFS, SG, XSD
from kg.questions import Question
from kg.store import Snapshot

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Statement = tuple[str, str, str]  # subject, predicate and object as SPARQL writes them
_BATCH = 500  # terms in one VALUES block


@dataclass(frozen=True)
class Request:
    """What is asked besides the question: `according_to` is a speaker's IRI."""

    arguments: Mapping[str, Sequence[str]]
    limit: int | None = None
    offset: int = 0
    according_to: str | None = None


@dataclass(frozen=True)
class _Grounds:
    """What a row rests on: the claims, in order, and whether an inference or a denial is among it."""

    claims: tuple[str, ...] = ()
    inferred: bool = False
    contested: bool = False

    def __or__(self, other: _Grounds) -> _Grounds:
        claims = tuple(dict.fromkeys(self.claims + other.claims))
        return _Grounds(claims, self.inferred or other.inferred, self.contested or other.contested)


def resolve(question: Question, arguments: Mapping[str, str | Sequence[str]], names: Names) -> dict[str, list[str]]:
    """Each argument's terms: IRIs of things of the parameter's class, or literals as given.

    Raise BadParameter for a parameter that the question lacks, UnknownName or AmbiguousName for a value.
    """
    resolved: dict[str, list[str]] = {}
    for name, given in arguments.items():
        if name not in question.parameters:
            known = ", ".join(sorted(question.parameters)) or "none"
            raise BadParameter(
                name, "no parameter of this question", f"one of: {known}", "Leave it out, or mend its name."
            )
        kind, values = question.parameters[name], [given] if isinstance(given, str) else given
        resolved[name] = [value if kind.startswith(XSD) else names.resolve(value, kind, name) for value in values]
    return resolved


def answer(snapshot: Snapshot, question: Question, request: Request) -> Answer:
    """All rows of the question with their evidence; `total` counts the rows before `limit` and `offset`."""
    sparql = question.with_arguments(
        {
            name: [_term(question.parameters[name], value) for value in values]
            for name, values in request.arguments.items()
        }
    )
    solutions = _solutions(snapshot, sparql)
    chosen, grounds = solutions, dict[int, _Grounds]()
    evidence: Mapping[str, tuple[Evidence, ...]] = {}
    if request.according_to is not None:
        grounds = _grounds(snapshot, question, sparql, solutions)
        evidence = proofs.evidence(snapshot, _claims(grounds.values()))
        grounds, evidence = _as_said_by(request.according_to, grounds, evidence)
        chosen = [solution for index, solution in enumerate(solutions) if index in grounds]
        grounds = {place: grounds[index] for place, index in enumerate(sorted(grounds))}
    page = _page(chosen, request)
    if request.according_to is None:
        grounds = _grounds(snapshot, question, sparql, page)
        evidence = proofs.evidence(snapshot, _claims(grounds.values()))
    else:
        grounds = {index: grounds[index + request.offset] for index in range(len(page))}
    listed = _listed(grounds, evidence)
    cells = _cells(snapshot, page)
    rows = tuple(_row(index, solution, cells, grounds, evidence, listed) for index, solution in enumerate(page))
    return Answer(
        question=question.question,
        matched=(Match(question.name, {name: _one(values) for name, values in request.arguments.items()}),),
        columns=question.columns,
        answers=tuple(dict.fromkeys(row.cells[question.answer] for row in rows if question.answer in row.cells)),
        rows=rows,
        evidence=tuple(listed),
        sparql=sparql,
        total=len(chosen),
    )


def _one(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else " ".join(values)


def _term(kind: str, value: str) -> ox.NamedNode | ox.Literal:
    if not kind.startswith(XSD):
        return ox.NamedNode(value)
    return ox.Literal(value) if kind == XSD + "string" else ox.Literal(value, datatype=ox.NamedNode(kind))


def _solutions(snapshot: Snapshot, sparql: str) -> list[dict[str, Term]]:
    results = snapshot.query_kept(sparql)
    columns = [variable.value for variable in results.variables]
    return [{column: row[column] for column in columns if row[column] is not None} for row in results]


def _page(solutions: list[dict[str, Term]], request: Request) -> list[dict[str, Term]]:
    end = None if request.limit is None else request.offset + request.limit
    return solutions[request.offset : end]


def _grounds(
    snapshot: Snapshot,
    question: Question,
    sparql: str,
    rows: Sequence[Mapping[str, Term]],
) -> dict[int, _Grounds]:
    """What each of `rows` rests on, found by grounding the patterns of the question's body with all its variables.

    A bound claim is ground itself; a view or inference gives the claims at the leaves of its derivations; where
    neither is there, a bound situation gives the claims about it. Compare why-provenance: P. Buneman, S. Khanna and
    W. Tan, Why and Where: A Characterization of Data Provenance (2001).
    """
    if not rows:
        return {}
    full = _solutions(snapshot, questions.expanded(sparql))
    shared = [column for column in question.columns if any(column in solution for solution in full)]
    by_key: dict[tuple[str, ...], list[int]] = {}
    for index, row in enumerate(rows):
        by_key.setdefault(_key(row, shared), []).append(index)
    bindings: dict[int, list[dict[str, Term]]] = {}
    for solution in full:
        for index in by_key.get(_key(solution, shared), ()):
            bindings.setdefault(index, []).append(solution)
    grounded = {index: _grounded(question, solutions) for index, solutions in bindings.items()}
    derived = _derivations(snapshot, {statement for statements in grounded.values() for statement in statements})
    spoken = _spoken(
        snapshot, {_written(term) for found in bindings.values() for each in found for term in each.values()}
    )
    return {
        index: _ground(grounded.get(index, ()), bindings.get(index, ()), derived, spoken) for index in range(len(rows))
    }


def _ground(
    statements: Iterable[Statement],
    solutions: Iterable[Mapping[str, Term]],
    derived: Mapping[Statement, _Grounds],
    spoken: Mapping[str, tuple[bool, _Grounds]],
) -> _Grounds:
    bound = dict.fromkeys(_written(term) for solution in solutions for term in solution.values())
    claims, situations = _Grounds(), _Grounds()
    for term in bound:
        if term in spoken:
            is_claim, grounds = spoken[term]
            claims, situations = (claims | grounds, situations) if is_claim else (claims, situations | grounds)
    for statement in statements:
        claims = claims | derived.get(statement, _Grounds())
    return claims if claims.claims else situations


def _grounded(question: Question, solutions: Iterable[Mapping[str, Term]]) -> dict[Statement, None]:
    """The statements that the body's patterns are with the variables of `solutions` filled in."""
    found: dict[Statement, None] = {}
    for solution in solutions:
        written = {f"?{name}": _written(term) for name, term in solution.items()}
        for pattern in question.patterns:
            s, p, o = (written.get(part, part) for part in pattern)
            if not (s.startswith("?") or p.startswith("?") or o.startswith("?")):
                found[s, p, o] = None
    return found


def _derivations(snapshot: Snapshot, statements: Collection[Statement]) -> dict[Statement, _Grounds]:
    """The grounds of those of `statements` that are views or inferences, denials of them included."""
    found: dict[Statement, _Grounds] = {}
    for part in _batches(sorted(statements)):
        values = " ".join(f"({s} {p} {o})" for s, p, o in part)
        sparql = f"""SELECT ?s ?p ?o ?claim ?graph ?contested {{
            VALUES (?s ?p ?o) {{ {values} }}
            GRAPH ?graph {{ ?node <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o .
                OPTIONAL {{ ?node <{SG}contested> ?contested }} }}
            ?node <{PROV}wasDerivedFrom>+ ?claim . ?claim a <{SG}Claim> .
        }} ORDER BY ?s ?p ?o ?claim"""
        for row in snapshot.query_kept(sparql):
            statement = (_written(row["s"]), _written(row["p"]), _written(row["o"]))
            contested = row["contested"] is not None and row["contested"].value == "true"
            inferred = row["graph"].value == INFERRED_GRAPH
            found[statement] = found.get(statement, _Grounds()) | _Grounds((row["claim"].value,), inferred, contested)
    return found


def _spoken(snapshot: Snapshot, written: Collection[str]) -> dict[str, tuple[bool, _Grounds]]:
    """For each term that is a claim or a situation with claims: whether it is a claim, and its grounds.

    A claim that another contradicts is contested, and the other is among its grounds.
    """
    found: dict[str, tuple[bool, _Grounds]] = {}
    for part in _batches(sorted(term for term in written if term.startswith("<"))):
        values = " ".join(part)
        sparql = f"""SELECT ?term ?claim ?other {{
            {{ VALUES ?term {{ {values} }} ?term a <{SG}Claim> . BIND (?term AS ?claim) }}
            UNION
            {{ VALUES ?term {{ {values} }} ?claim <{SG}content> ?term . FILTER NOT EXISTS {{ ?term a <{SG}Claim> }} }}
            OPTIONAL {{ ?claim <{SG}contradicts> ?other }}
        }} ORDER BY ?term ?claim ?other"""
        for row in snapshot.query_kept(sparql):
            term, claim, other = _written(row["term"]), row["claim"].value, row["other"]
            claims = (claim,) if other is None else (claim, other.value)
            _, before = found.get(term, (False, _Grounds()))
            found[term] = term == f"<{claim}>", before | _Grounds(claims, False, other is not None)
    return found


def _as_said_by(
    speaker: str, grounds: Mapping[int, _Grounds], evidence: Mapping[str, tuple[Evidence, ...]]
) -> tuple[dict[int, _Grounds], dict[str, tuple[Evidence, ...]]]:
    """What is left when only the claims with `speaker` somewhere in their chain count."""
    said = {
        claim: kept
        for claim, each in evidence.items()
        if (kept := tuple(one for one in each if any(speaker in (link.iri, *link.others) for link in one.chain)))
    }
    left = {index: replace(each, claims=tuple(c for c in each.claims if c in said)) for index, each in grounds.items()}
    return {index: each for index, each in left.items() if each.claims}, said


def _claims(grounds: Iterable[_Grounds]) -> list[str]:
    return list(dict.fromkeys(claim for each in grounds for claim in each.claims))


def _listed(grounds: Mapping[int, _Grounds], evidence: Mapping[str, tuple[Evidence, ...]]) -> dict[Evidence, int]:
    """Each piece of evidence with its place in the answer's list: by the order of the rows, then of the text."""
    found: dict[Evidence, int] = {}
    for index in sorted(grounds):
        for one in sorted((one for claim in grounds[index].claims for one in evidence.get(claim, ())), key=_order):
            found.setdefault(one, len(found))
    return found


def _order(evidence: Evidence) -> tuple[str, bool, int, int, str]:
    start, end = evidence.start or 0, evidence.end or 0
    return evidence.source, evidence.quote is None, start, end, evidence.claim


def _row(
    index: int,
    solution: Mapping[str, Term],
    cells: Mapping[str, Cell],
    grounds: Mapping[int, _Grounds],
    evidence: Mapping[str, tuple[Evidence, ...]],
    listed: Mapping[Evidence, int],
) -> Row:
    ground = grounds.get(index, _Grounds())
    places = sorted({listed[one] for claim in ground.claims for one in evidence.get(claim, ())})
    named = {column: cells[_written(term)] for column, term in solution.items()}
    return Row(named, tuple(places), ground.inferred, ground.contested)


def _cells(snapshot: Snapshot, rows: Iterable[Mapping[str, Term]]) -> dict[str, Cell]:
    """The cell of each term: a thing by its English label and its class, a literal as it is."""
    every = {_written(term): term for row in rows for term in row.values()}
    cells = {written: _literal(term) for written, term in every.items() if isinstance(term, ox.Literal)}
    things = sorted(written for written, term in every.items() if not isinstance(term, ox.Literal))
    for part in _batches(things):
        labels: dict[str, tuple[int, str]] = {}
        kinds: dict[str, str] = {}
        sparql = f"""SELECT ?thing ?label ?type {{ VALUES ?thing {{ {" ".join(part)} }}
            OPTIONAL {{ ?thing <{RDFS}label> ?label }} OPTIONAL {{ ?thing a ?type }} }} ORDER BY ?thing ?label ?type"""
        for row in snapshot.query_kept(sparql):
            thing, label, kind = _written(row["thing"]), row["label"], row["type"]
            if label is not None:
                ranked = (label.language != "en", label.value)
                labels[thing] = min(labels.get(thing, ranked), ranked)
            if kind is not None and (kind.value.startswith(SG) or thing not in kinds):
                kinds[thing] = kind.value
        for thing in part:
            iri = thing.strip("<>")
            label = labels[thing][1] if thing in labels else iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
            cells[thing] = Cell(label=label, iri=iri, type=kinds.get(thing))
    return cells


def _literal(term: ox.Literal) -> Cell:
    return Cell(label=term.value, datatype=term.datatype.value, language=term.language)


def _key(solution: Mapping[str, Term], columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(_written(solution[column]) if column in solution else "" for column in columns)


def _written(term: Term) -> str:
    return str(term)


def _batches(items: Sequence[str] | Sequence[Statement]) -> Iterator[Sequence[str] | Sequence[Statement]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
