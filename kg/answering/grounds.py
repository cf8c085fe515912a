"""What each row of an answer rests on: the claims behind the statements that its question asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg import questions
from kg.answering.solutions import Solution, batches, solutions
from kg.model import Evidence
from kg.namespaces import INFERRED_GRAPH, PROV, RDF, SG
from kg.questions import Question
from kg.store import Snapshot

Statement = tuple[str, str, str]  # subject, predicate and object as SPARQL writes them


@dataclass(frozen=True)
class Grounds:
    """What a row rests on: the claims, in order, and whether an inference or a denial is among it."""

    claims: tuple[str, ...] = ()
    inferred: bool = False
    contested: bool = False

    def __or__(self, other: Grounds) -> Grounds:
        claims = tuple(dict.fromkeys(self.claims + other.claims))
        return Grounds(claims, self.inferred or other.inferred, self.contested or other.contested)


def grounds_of(snapshot: Snapshot, question: Question, sparql: str, rows: Sequence[Solution]) -> dict[int, Grounds]:
    """What each of `rows` rests on, found by grounding the patterns of the question's body with all its variables.

    A bound claim is ground itself; a view or inference gives the claims at the leaves of its derivations; where
    neither is there, a bound situation gives the claims about it. Compare why-provenance: P. Buneman, S. Khanna and
    W. Tan, Why and Where: A Characterization of Data Provenance (2001).
    """
    if not rows:
        return {}
    full = solutions(snapshot, questions.expanded(sparql))
    shared = [column for column in question.columns if any(column in solution for solution in full)]
    by_key: dict[tuple[str, ...], list[int]] = {}
    for index, row in enumerate(rows):
        by_key.setdefault(_key(row, shared), []).append(index)
    bindings: dict[int, list[Solution]] = {}
    for solution in full:
        for index in by_key.get(_key(solution, shared), ()):
            bindings.setdefault(index, []).append(solution)
    grounded = {index: _grounded(question, found) for index, found in bindings.items()}
    derived = _derivations(snapshot, {statement for statements in grounded.values() for statement in statements})
    spoken = _spoken(snapshot, {str(term) for found in bindings.values() for each in found for term in each.values()})
    return {
        index: _ground(grounded.get(index, ()), bindings.get(index, ()), derived, spoken) for index in range(len(rows))
    }


def _ground(
    statements: Iterable[Statement],
    bindings: Iterable[Solution],
    derived: Mapping[Statement, Grounds],
    spoken: Mapping[str, tuple[bool, Grounds]],
) -> Grounds:
    bound = dict.fromkeys(str(term) for solution in bindings for term in solution.values())
    claims, situations = Grounds(), Grounds()
    for term in bound:
        if term in spoken:
            is_claim, grounds = spoken[term]
            claims, situations = (claims | grounds, situations) if is_claim else (claims, situations | grounds)
    for statement in statements:
        claims = claims | derived.get(statement, Grounds())
    return claims if claims.claims else situations


def _grounded(question: Question, bindings: Iterable[Solution]) -> dict[Statement, None]:
    """The statements that the body's patterns are with their variables filled in."""
    found: dict[Statement, None] = {}
    for solution in bindings:
        written = {f"?{name}": str(term) for name, term in solution.items()}
        for pattern in question.patterns:
            s, p, o = (written.get(part, part) for part in pattern)
            if not (s.startswith("?") or p.startswith("?") or o.startswith("?")):
                found[s, p, o] = None
    return found


def _derivations(snapshot: Snapshot, statements: Collection[Statement]) -> dict[Statement, Grounds]:
    """The grounds of those of `statements` that are views or inferences, denials of them included."""
    found: dict[Statement, Grounds] = {}
    for part in batches(sorted(statements)):
        values = " ".join(f"({s} {p} {o})" for s, p, o in part)
        sparql = f"""SELECT ?s ?p ?o ?claim ?graph ?contested {{
            VALUES (?s ?p ?o) {{ {values} }}
            GRAPH ?graph {{ ?node <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o .
                OPTIONAL {{ ?node <{SG}contested> ?contested }} }}
            ?node <{PROV}wasDerivedFrom>+ ?claim . ?claim a <{SG}Claim> .
        }} ORDER BY ?s ?p ?o ?claim"""
        for row in solutions(snapshot, sparql):
            statement = (str(row["s"]), str(row["p"]), str(row["o"]))
            contested = "contested" in row and row["contested"].value == "true"
            inferred = row["graph"].value == INFERRED_GRAPH
            found[statement] = found.get(statement, Grounds()) | Grounds((row["claim"].value,), inferred, contested)
    return found


def _spoken(snapshot: Snapshot, written: Collection[str]) -> dict[str, tuple[bool, Grounds]]:
    """For each term that is a claim or a situation with claims: whether it is a claim, and its grounds.

    A claim that another contradicts is contested, and the other is among its grounds.
    """
    found: dict[str, tuple[bool, Grounds]] = {}
    for part in batches(sorted(term for term in written if term.startswith("<"))):
        values = " ".join(part)
        sparql = f"""SELECT ?term ?claim ?other {{
            {{ VALUES ?term {{ {values} }} ?term a <{SG}Claim> . BIND (?term AS ?claim) }}
            UNION
            {{ VALUES ?term {{ {values} }} ?claim <{SG}content> ?term . FILTER NOT EXISTS {{ ?term a <{SG}Claim> }} }}
            OPTIONAL {{ ?claim <{SG}contradicts> ?other }}
        }} ORDER BY ?term ?claim ?other"""
        for row in solutions(snapshot, sparql):
            term, claim, other = str(row["term"]), row["claim"].value, row.get("other")
            claims = (claim,) if other is None else (claim, other.value)
            _, before = found.get(term, (False, Grounds()))
            found[term] = term == f"<{claim}>", before | Grounds(claims, False, other is not None)
    return found


def as_said_by(
    speaker: str, grounds: Mapping[int, Grounds], evidence: Mapping[str, tuple[Evidence, ...]]
) -> tuple[dict[int, Grounds], dict[str, tuple[Evidence, ...]]]:
    """What is left when only the claims with `speaker` somewhere in their chain count."""
    said = {
        claim: kept
        for claim, each in evidence.items()
        if (kept := tuple(one for one in each if any(speaker in (link.iri, *link.others) for link in one.chain)))
    }
    left = {index: replace(each, claims=tuple(c for c in each.claims if c in said)) for index, each in grounds.items()}
    return {index: each for index, each in left.items() if each.claims}, said


def _key(solution: Solution, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(solution[column]) if column in solution else "" for column in columns)
