"""Whether a question is surely the one that a text asks, and whether its answer is one to that; else why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.language import grammar
from kg.language.combining import lists
from kg.language.reading import Part
from kg.language.understanding import OFFERED, Candidate, Taken, Understander
from kg.language.words import Word, of_class
from kg.model import NOT_SAID, Answer
from kg.namespaces import RDF, SG, SKOS
from kg.questions.catalogue import Question
from kg.terms import Literal, NamedNode

_UNSURE = "It is not sure which question is meant; take one of these."
_OUTSIDE = "The graph has almost certainly nothing on what is asked here."
_FOREIGN = "Nothing here is called “{}”."


@dataclass(frozen=True)
class Least:
    """What there must be at least for an answer."""

    score: float
    margin: float
    coverage: float
    likeness: float = 0.0

    def met(self, first: Candidate, second: Candidate) -> bool:
        """Whether the first candidate has as much, the margin being over the second."""
        enough = first.score > self.score and first.coverage >= self.coverage and first.filled.likeness >= self.likeness
        return enough and first.total - second.total > self.margin


_LEAST = Least(-0.5, 0.2, 0.5, 0.35)
_LEAST_VERDICT = Least(-0.5, 0.25, 0.99, 0.5)
_CERTAIN = Least(-0.2, 0.4, 0.75)
_DESPITE_WORDS = -0.15  # the least score of a question that does not say a word of the text in any phrasing
_OUTSIDE_AT = 0.0


@dataclass(frozen=True)
class Judge:
    """Judges the candidates that an understander finds."""

    understander: Understander

    def is_sure(self, taken: Taken, candidates: Sequence[Candidate]) -> bool:
        """Whether the first candidate is what is asked: a yes or no needs more certainty than a list."""
        first, second = candidates[0], candidates[1]
        if taken.foreign or first.filled.left_firm or not (taken.lists or first.filled.is_said):
            return False
        if not taken.lists and self._is_turned(first, taken):
            return False
        if first.filled.is_verbatim:
            return True
        if not self._is_asked_kind(first.question.name, taken) or self._names_relation_of_another(taken, candidates):
            return False
        others = self._words_of_others(first, taken)
        if any(word.folded[0].isdigit() for word in others) or (not taken.lists and others):
            return False
        if others and first.score < _DESPITE_WORDS:
            return False
        saying = taken.lists and grammar.is_of_saying(taken.text, self.understander.finder)
        if taken.unknown or taken.outside > _OUTSIDE_AT or (saying and not self._is_of_speakers(first)):
            return False
        return (_LEAST if taken.lists else _LEAST_VERDICT).met(first, second)

    def _is_turned(self, candidate: Candidate, taken: Taken) -> bool:
        """Whether a yes would be one to something else: the question is of what is denied or held against somebody, and
        the text is not.
        """
        understander, question = self.understander, candidate.question
        acts = (mention.thing for mention in taken.mentions)
        accuses = any(understander.names.is_a(act, SG + "UnvouchedAct") for act in acts)
        denies = understander.templates[question.name][0].denies
        return (denies and not taken.denials) or (understander.offering.names_unvouched_act(question) and not accuses)

    def _names_relation_of_another(self, taken: Taken, candidates: Sequence[Candidate]) -> bool:
        """Whether a relation is named ("resembles") that the query of another likely question has, and this one not."""
        named = {thing for mention in taken.mentions for thing in mention.things}
        first, *others = (
            named & {predicate.strip("<>") for _, predicate, _ in each.question.patterns}
            for each in candidates[:OFFERED]
        )
        return not first and any(others)

    def _words_of_others(self, candidate: Candidate, taken: Taken) -> list[Word]:
        """The words that carry something that no phrasing of the question says, nor what is given to it."""
        placed = {place for each in taken.mentions if each not in candidate.filled.left for place in each.places}
        other = (word for place, word in enumerate(taken.text) if place not in placed and word.is_carrying)
        return [word for word in other if word.stem not in self._own_stems(candidate.question.name)]

    def _is_asked_kind(self, name: str, taken: Taken) -> bool:
        """Whether the question's own texts have a word of what kind the answers are to be ("which cities"), and where
        it is asked who, the answers are somebody.
        """
        asked = self.understander.asked_class(self.understander.questions[name])
        if taken.lists and asked and taken.text[0].folded in of_class("persons"):
            return any(self.understander.comparable(asked, SG + each) for each in ("Actor", "Speaker", "Contingent"))
        kind = grammar.asked_noun(taken.text, taken.mentions)
        if not kind or taken.clause.kind == "count":
            return not kind or any(word.stem in self._own_stems(name) for word in kind)
        return any(name in self.understander.model.seen.get(word.stem, ()) for word in kind)

    def _own_stems(self, name: str) -> frozenset[str]:
        return frozenset(stem for each in self.understander.templates[name] for stem in each.sequence)

    def _is_of_speakers(self, candidate: Candidate) -> bool:
        """Whether it asks who says something, or what somebody says."""
        question = candidate.question
        of_speaker = any(question.parameters[name] == SG + "Speaker" for name in candidate.filled.arguments)
        return of_speaker or self.understander.asked_class(question) == SG + "Speaker"

    def is_borne_out(self, taken: Taken, candidates: Sequence[Candidate], answer: Answer) -> bool:
        """Whether the answer is one to what is asked. That there is none must be surer than an answer."""
        first, kind = candidates[0], taken.clause.kind
        if self._is_of_another_aspect(taken, first.question, answer):
            return False
        if kind == "verdict" and answer.verdict == NOT_SAID:
            return first.filled.is_verbatim or not self._is_said_otherwise(candidates)
        if taken.denials and not first.filled.template.denies and not self._is_listed(first.question):
            return False
        if taken.denials and not first.filled.template.denies:
            return bool(answer.rows)
        return bool(answer.rows) or first.filled.is_verbatim or _CERTAIN.met(*candidates[:2])

    def _is_listed(self, question: Question) -> bool:
        """Whether all things of which some are asked for are known: "which proposals do not"."""
        asked = question.parameters.get(question.answer, "")
        return any(lists(each, asked) for each in self.understander.questions.values())

    def _is_said_otherwise(self, candidates: Sequence[Candidate]) -> bool:
        """Whether the graph says it with the things in other places, or in another likely question."""
        ways = [(each.question, fill) for each in candidates[:OFFERED] for fill in (each.filled, *each.others)]
        parts = (Part(question.name, question.answer, fill.arguments) for question, fill in ways if not fill.left_firm)
        return any(self.understander.has_answer(part) for part in parts)

    def _is_of_another_aspect(self, taken: Taken, question: Question, answer: Answer) -> bool:
        """Whether it is asked if something has been done, and the rows tell what can be, shall be or would be.

        The ontology marks what tells of no deed (`sg:tellsNoDeed`).
        """
        if taken.clause.kind != "verdict" or taken.clause.aspect != "done" or answer.verdict == NOT_SAID:
            return False
        ontology = self.understander.names.ontology
        kinds = {
            value if predicate.strip("<>") == RDF + "type" else predicate for _, predicate, value in question.patterns
        }
        above = {each for kind in kinds for each in ontology.supers(kind.strip("<>"))}
        return any(ontology.values(each, SG + "tellsNoDeed") for each in above)

    def reason(self, taken: Taken, candidates: Sequence[Candidate]) -> str:
        """Why it is not answered."""
        if (defined := self._defined(taken)) is not None:
            return defined
        if taken.foreign:
            return _FOREIGN.format(taken.foreign[0])
        return _OUTSIDE if taken.outside > max(candidates[0].score, 0) else _UNSURE

    def _defined(self, taken: Taken) -> str | None:
        """What the ontology says that a term means, where no more is asked than that."""
        carrying = [word for word in taken.text if word.is_carrying]
        term = " ".join(word.folded for word in carrying if word.folded not in of_class("meaning"))
        if term not in self._definitions:
            return None
        iri, definition = self._definitions[term]
        return f'The ontology defines "{term}": "{definition}" ({iri}). No source says so.'

    @cached_property
    def _definitions(self) -> dict[str, tuple[str, str]]:
        """By its English label, each term that the ontology defines: its IRI and its definition."""
        ontology = self.understander.names.ontology
        defined = (quad for quad in ontology.quads if quad.predicate.value == SKOS + "definition")
        return {
            ontology.label(quad.subject.value).casefold(): (quad.subject.value, quad.object.value)
            for quad in defined
            if isinstance(quad.subject, NamedNode)
            and quad.subject.value not in ontology.properties
            and isinstance(quad.object, Literal)
        }
