"""Rules and questions, tried on the project's own graph: each fires, each answers; derived properties have a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.check.files import Project, called, local
from kg.check.seeded import Seeded
from kg.errors import Fault
from kg.namespaces import RDF, SG
from kg.rules import Rule
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
            why = "Mend its body, or add a document to tests/examples/ on which it fires."
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
                if pattern.predicate.value not in derived:
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


def questions(seeded: Seeded, exampled: bool) -> Iterator[Fault]:
    """Questions without an answer, from seeds or examples, if there are any (`exampled`), that do not say so."""
    snapshot = seeded.store.snapshot()
    for question in seeded.knowledge.catalogue:
        file = f"queries/{question.name}.rq"
        solutions = snapshot.query(question.sparql)
        rows = list(solutions) if isinstance(solutions, ox.QuerySolutions) else []
        if exampled and not rows and not question.unanswered:
            why = "Mend the query, add a document to tests/examples/, or say why none answers: `#+ unanswered: …`."
            yield Fault(file, "", "it has no answer, from seeds or examples.", why, 1)
        elif rows and question.unanswered:
            yield Fault(file, "", "it is marked as unanswered, and has answers.", "Delete the line `#+ unanswered`.", 1)
        elif rows and all(row[question.answer] is None for row in rows):
            what = f"no row has a value in the answer's column, '{question.answer}'."
            yield Fault(file, "", what, "Mend the query, or name another column.", 1)
