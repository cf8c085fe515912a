"""Rules and questions, tried on the project's own graph: each fires, each answers; derived properties have a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.check.files import Project, called, local
from kg.check.seeded import Seeded
from kg.errors import Fault
from kg.namespaces import RDF, SG
from kg.questions import Question
from kg.rules import Rule
from kg.store import Snapshot
from kg.terms import NamedNode, parts

_DERIVED = SG + "DerivedProperty"


def rules(project: Project, seeded: Seeded, exampled: bool) -> Iterator[Fault]:
    """What is wrong with rules beyond what reading them shows.

    Each fires on the seeds or the examples, if there are any (`exampled`).
    """
    known = seeded.knowledge.rules.rules
    yield from _heads(project, known)
    fired = seeded.fired()
    for rule in known if exampled else ():
        if rule.iri.value not in fired:
            why = "Mend its body, or add a document to tests/breadth/ on which it fires."
            yield Fault(
                f"ontology/rules/{rule.name}.rq", "", "nothing follows by this rule, from seeds or examples.", why, 1
            )


def _heads(project: Project, rules: Sequence[Rule]) -> Iterator[Fault]:
    """Rules conclude derived properties alone; each derived property has a rule."""
    derived = {
        subject.value
        for subject, predicate, value in map(parts, project.quads)
        if predicate.value == RDF + "type" and value == NamedNode(_DERIVED) and isinstance(subject, NamedNode)
    }
    concluded: set[str] = set()
    for rule in rules:
        for pattern in rule.head:
            if isinstance(pattern.predicate, NamedNode):
                concluded.add(pattern.predicate.value)
                if pattern.predicate.value not in derived and not rule.is_membership:
                    why = "Declare the property as a sg:DerivedProperty: … a owl:ObjectProperty , sg:DerivedProperty ."
                    what = "a rule concludes it, and it is no derived property."
                    yield Fault(
                        f"ontology/rules/{rule.name}.rq", called(pattern.predicate.value), what, why, pattern.line
                    )
    denied = {value.value for _, predicate, value in map(parts, project.quads) if predicate.value == SG + "counterpart"}
    for iri in sorted(derived - concluded - denied):
        yield project.fault(
            iri, "no rule derives it.", f"Write ontology/rules/{local(iri)}.rq, or delete it.", _DERIVED
        )


def unanswered(seeded: Seeded) -> frozenset[str]:
    """The questions that the seeded store has no row for."""
    snapshot = seeded.store.snapshot()
    return frozenset(each.name for each in seeded.knowledge.catalogue if not _rows(snapshot, each))


def questions(seeded: Seeded, without_answer: frozenset[str], exampled: bool) -> Iterator[Fault]:
    """Questions that say wrongly whether the seeds answer them (`without_answer`: those that these do not).

    The examples, if there are any (`exampled`), which the store holds by now, answer the others.
    """
    snapshot = seeded.store.snapshot()
    for question in seeded.knowledge.catalogue:
        file, rows = f"queries/{question.name}.rq", _rows(snapshot, question)
        if question.name in without_answer and not question.unanswered:
            why = "Mend the query, or say why the seeds do not answer it: `#+ unanswered: …`."
            yield Fault(file, "", "the project's own graph has no answer to it.", why, 1)
        elif question.name not in without_answer and question.unanswered:
            what = "it says that the project's own graph has no answer to it, which has."
            yield Fault(file, "", what, "Delete the line `#+ unanswered`.", _line(seeded, question.name))
        elif exampled and not rows:
            why = "Mend the query, or add a document to tests/breadth/ that answers it."
            yield Fault(file, "", "it has no answer, not from the examples either.", why, 1)
        if rows and all(row[question.answer] is None for row in rows):
            what = f"no row has a value in the answer's column, '{question.answer}'."
            yield Fault(file, "", what, "Mend the query, or name another column.", 1)


def _rows(snapshot: Snapshot, question: Question) -> list[ox.QuerySolution]:
    solutions = snapshot.query(question.sparql)
    return list(solutions) if isinstance(solutions, ox.QuerySolutions) else []


def _line(seeded: Seeded, name: str) -> int:
    rows = (seeded.knowledge.home.queries / f"{name}.rq").read_text(encoding="utf-8").splitlines()
    return next((number for number, row in enumerate(rows, 1) if row.startswith("#+ unanswered")), 1)
