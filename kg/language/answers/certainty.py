"""Whether a yes–no question is understood surely enough for a verdict: a wrong "yes" is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.language.reading import Reading
from kg.model import NOT_SAID, Answer
from kg.namespaces import RDF, SG
from kg.ontology import Ontology
from kg.questions import Question

if TYPE_CHECKING:
    from kg.language.reading import Graph

LOOSE = "Yes or no is answered only where the question is surely understood; take one of these."
NO_DEED = (
    "That something is meant, possible, needed or brought about does not say that it has been done; take one of these."
)
# Forms of "have" and "did" before their subject, or after the interrogative clause's opening words.
_DONE = re.compile(r"\b(?:has|have|had|did)\b(?! to\b)", re.IGNORECASE)
_WHETHER = re.compile(
    r"(?:so |and |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may)\b", re.IGNORECASE
)


def doubt(text: str, reading: Reading, answer: Answer, graph: Graph) -> str | None:
    """Why the answer is none to the yes–no question that `text` asks; None where it is, and of other questions.

    A verdict needs a reading in which each word has its place. And whoever asks what has been done is not answered by
    what can be, shall be or would be: the ontology marks what tells of no deed (`sg:tellsNoDeed`).
    """
    is_verdict = reading.kind in ("verdict", "contrary", "alone")
    if not (is_verdict or (reading.kind == "answers" and _WHETHER.match(text.strip()))):
        return None
    if reading.is_loose and (answer.rows or not is_verdict):
        return LOOSE
    names = {part.name for part in reading.parts if not (part.according_to or part.act)}
    asked = (question for question in graph.questions() if question.name in names)
    if answer.verdict != NOT_SAID and _DONE.match(text.strip()) and _tell_no_deed(asked, graph.knowledge.ontology):
        return NO_DEED
    return None


def _tell_no_deed(asked: Iterable[Question], ontology: Ontology) -> bool:
    return any(_tells_no_deed(question, ontology) for question in asked)


def _tells_no_deed(question: Question, ontology: Ontology) -> bool:
    """Whether a row rests on a situation, or on a direct property, that tells of no deed."""
    for _, predicate, value in question.patterns:
        terms = (value,) if predicate.strip("<>") == RDF + "type" else (predicate,)
        for term in terms:
            if any(ontology.values(above, SG + "tellsNoDeed") for above in ontology.supers(term.strip("<>"))):
                return True
    return False
