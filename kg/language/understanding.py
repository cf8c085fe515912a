"""A text → the question of the catalogue that it asks, where that is sure; else the likeliest ones, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kg.entities.names import Names
from kg.language import grammar
from kg.language.arguments import Filled, Template, templates, ways_to_fill
from kg.language.grammar import Clause
from kg.language.intent import OUTSIDE, Model
from kg.language.mentions import Finder, Mention, masked
from kg.language.offering import Completer, Offering, one_each
from kg.language.reading import Part, Reading
from kg.language.words import Word, of_class, phrases, words
from kg.namespaces import SG
from kg.questions.catalogue import Question

_CONSIDERED = 8  # questions of the catalogue that are compared
_WAYS = 5  # in which arguments may be placed
_DOUBTED = 2  # questions of which it is asked whether the graph has an answer: the first, and what it is measured by
OFFERED = 3


_COMPOSED = -0.5  # the least score of either question where both are to hold
_SAYERS_COLUMNS = ("speaker", "voice", "source", "reported")


@dataclass(frozen=True)
class Candidate:
    """A question of the catalogue that may be asked, with its arguments, and what speaks for it."""

    question: Question
    filled: Filled
    score: float
    coverage: float
    others: tuple[Filled, ...]
    lists: bool

    @property
    def total(self) -> float:
        firm = sum(mention.firm for mention in self.filled.left)
        total = self.score + 0.8 * self.filled.likeness + 0.4 * self.coverage - 0.25 * firm
        total -= 0.4 * (self.lists and self.question.answer in self.filled.arguments)
        return total + 5 * self.filled.is_verbatim


@dataclass(frozen=True)
class Taken:
    """A text as it is taken: its clause, what changes its answer, the things named, and words that nothing knows."""

    clause: Clause
    text: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    speaker: str | None
    besides: tuple[str, ...]
    denials: tuple[int, ...]
    foreign: tuple[str, ...]
    unknown: tuple[str, ...]
    only: int | None
    alone: Mention | None
    hidden: tuple[Word, ...] = field(compare=False)  # the text, things as their classes
    scores: Mapping[str, float] = field(compare=False)  # how much each question is like it, the likest first

    @property
    def outside(self) -> float:
        """How likely nothing of the catalogue is asked: above 0 is likely."""
        return self.scores[OUTSIDE]

    @property
    def lists(self) -> bool:
        """Whether things are asked for, and not a yes or no."""
        return self.clause.kind in ("answers", "count")


@dataclass(frozen=True)
class Understander:
    """What is needed to understand questions on one version of the graph."""

    questions: Mapping[str, Question]
    model: Model
    names: Names
    has_answer: Callable[[Part], bool]

    @cached_property
    def finder(self) -> Finder:
        return Finder(self.names, self.model.vocabulary)

    @cached_property
    def templates(self) -> dict[str, tuple[Template, ...]]:
        return {name: templates(question, self.names.ontology) for name, question in self.questions.items()}

    @cached_property
    def offering(self) -> Offering:
        return Offering(self.questions, self.templates, self.names)

    @cached_property
    def completer(self) -> Completer:
        return Completer(self.questions, self.templates, self.finder)

    def prepare(self) -> None:
        """Make now what would be made at the first question."""
        text = next((question.question for question in self.questions.values()), "")
        self.offering.read(text)
        self.candidates(self.take(text))

    def take(self, text: str) -> Taken:
        """The text without what changes its answer, and what that says."""
        clause = grammar.asked(text)
        named = any(mention.firm for mention in self.finder.mentions(clause.words))
        if clause.lead and not named and self.finder.mentions(clause.lead):
            clause = replace(clause, words=(*clause.lead, *clause.words), context=(), lead=())
        return self._taken(clause, self.finder.spelt(clause.words))

    def _taken(self, clause: Clause, text: tuple[Word, ...]) -> Taken:
        said = grammar.said_by(text, self.finder)
        rest = grammar.excepted(said.text, self.finder)
        mentions = self._with_antecedents(rest.text, self.finder.mentions(rest.text), clause)
        named = {place for mention in mentions for place in mention.places}
        other = [word for place, word in enumerate(rest.text) if place not in named and not word.is_sign]
        known = self.model.vocabulary
        foreign = [
            word.text for word in other if word.stem in self.model.foreign and word.folded not in of_class("empty")
        ]
        unknown = [
            word.text for word in other if word.stem not in known and word.is_carrying and not word.folded[0].isdigit()
        ]
        if not said.things and (start := next(phrases(rest.text, "attribution"), None)) is not None:
            foreign += [word.text for word in rest.text[start[1] :][:1]]  # a speaker whom nothing knows
        foreign += [text for text in unknown if text[0].isupper() and text != rest.text[0].text]
        only, alone = grammar.limited(rest.text, mentions)
        hidden = masked(rest.text, mentions, self.names.types, self.names.ontology)
        return Taken(
            clause, rest.text, tuple(mentions), next(iter(said.things), None), rest.things, grammar.denied(rest.text),
            tuple(foreign), tuple(unknown), only, alone, hidden,
            self.model.scores(hidden),
        )  # fmt: skip

    def _with_antecedents(self, text: Sequence[Word], mentions: list[Mention], clause: Clause) -> list[Mention]:
        """The mentions, and for a pronoun in a clause that follows others the thing that was named last before."""
        earlier = [mention for mention in self.finder.mentions(clause.context) if mention.firm]
        if not earlier:
            return mentions
        place = next((place for place, word in enumerate(text) if word.folded in of_class("pronouns")), None)
        covered = {place for mention in mentions for place in mention.places}
        if (
            place is None
            or place in covered
            or (len(text) > place + 1 and text[place].folded in of_class("demonstratives"))
        ):
            return mentions
        named = {mention.thing for mention in mentions}
        things = [mention.thing for mention in reversed(earlier) if mention.thing not in named]
        if not things:
            return mentions
        return sorted(
            [*mentions, Mention(tuple(dict.fromkeys(things)), place, place + 1, firm=False)],
            key=lambda each: each.start,
        )

    def candidates(self, taken: Taken) -> list[Candidate]:
        """The questions that may be asked, the likeliest first."""
        likely = [name for name in taken.scores if name != OUTSIDE][:_CONSIDERED]
        found = [self._candidate(name, taken) for name in likely]
        found.sort(key=lambda each: -each.total)
        first = [self._borne_out(each) for each in found[:_DOUBTED]]
        return sorted([*first, *found[len(first) :]], key=lambda each: -each.total)

    def _candidate(self, name: str, taken: Taken) -> Candidate:
        question = self.questions[name]
        ways = ways_to_fill(
            question,
            self.templates[name],
            taken.text,
            taken.mentions,
            self.names,
            lists=taken.lists and grammar.asks_for_things(taken.text),
        )
        coverage = self._coverage(name, taken.hidden)
        return Candidate(question, ways[0], taken.scores[name], coverage, tuple(ways[1:_WAYS]), taken.lists)

    def _borne_out(self, candidate: Candidate) -> Candidate:
        """The candidate with the arguments of which the graph has an answer, where the likeliest have none."""
        first = candidate.filled
        fitting = [
            fill
            for fill in candidate.others
            if len(fill.left) <= len(first.left) and (candidate.lists or fill.is_like(first))
        ]
        if first.is_verbatim or not fitting or self._is_answered(candidate.question, first):
            return candidate
        chosen = next((fill for fill in fitting if self._is_answered(candidate.question, fill)), first)
        return replace(candidate, filled=chosen)

    def _is_answered(self, question: Question, fill: Filled) -> bool:
        return self.has_answer(Part(question.name, question.answer, fill.arguments))

    def composed(self, taken: Taken) -> tuple[Reading, Sequence[tuple[Taken, list[Candidate]]]] | None:
        """Two questions of which both are to hold, and the text and candidates of either where these are the likeliest;
        None where it is no such text.
        """
        if taken.clause.kind not in ("answers", "count"):
            return None
        clause = replace(taken.clause, kind="answers")
        best: tuple[float, tuple[Taken, Taken]] | None = None
        for one, other in grammar.halves(taken.text):
            both = self._taken(clause, one), self._taken(clause, other)
            least = min(max(score for name, score in each.scores.items() if name != OUTSIDE) for each in both)
            if best is None or least > best[0]:
                best = least, both
        if best is None or best[0] < _COMPOSED:
            return None
        first, second = ((each, self.candidates(each)) for each in best[1])
        column = self.asked_class(first[1][0].question)
        for candidate in second[1][:OFFERED]:
            if column and self.comparable(column, self.asked_class(candidate.question)):
                readings = [self.reading(first[0], first[1][0]), self.reading(second[0], candidate)]
                parts = tuple(part for each in readings if each is not None for part in each.parts)
                if len(parts) == len(readings) and parts[0].name != parts[1].name:
                    halves = (first, second) if candidate is second[1][0] else ()
                    return Reading(parts, taken.clause.kind), halves
        return None

    def comparable(self, one: str, other: str) -> bool:
        ontology = self.names.ontology
        return bool(one and other) and (ontology.is_a(one, other) or ontology.is_a(other, one))

    def _coverage(self, name: str, hidden: Sequence[Word]) -> float:
        """Of the words that carry something, the share that the question's own texts have."""
        carrying = [word for word in hidden if word.is_carrying]
        seen = [word for word in carrying if name in self.model.seen.get(word.stem, ())]
        return len(seen) / len(carrying) if carrying else 1.0

    def reading(self, taken: Taken, candidate: Candidate) -> Reading | None:
        """The candidate as it is asked, with what changes its answer; None where that has no place in it."""
        question, arguments = candidate.question, dict(candidate.filled.arguments)
        negated = bool(taken.denials) and not candidate.filled.template.denies
        kind, besides = taken.clause.kind, taken.besides
        column = question.answer
        if negated and kind in ("verdict", "doubted"):
            return None
        if taken.only is not None and "only" not in self._words(question.name):
            name = next(
                (name for name, things in arguments.items() if taken.alone and taken.alone.thing in things), None
            )
            if kind != "verdict" or name is None or name not in question.columns:
                return None
            besides, kind, column = arguments.pop(name), "alone", name
        part = Part(
            question.name, column, arguments, negated=negated, according_to=taken.speaker,
            vouched=not self.offering.names_unvouched_act(question),
        )  # fmt: skip
        if kind == "verdict" and not besides:
            return Reading(tuple(one_each(part)), kind)
        return Reading((part,), kind, besides)

    def asked_class(self, question: Question) -> str:
        """The class of what a question asks for, as far as its parameters tell."""
        return question.parameters.get(question.answer) or (
            SG + "Speaker" if question.answer in _SAYERS_COLUMNS else ""
        )

    def _words(self, name: str) -> frozenset[str]:
        return self._own_words[name]

    @cached_property
    def _own_words(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset(word.folded for each in found for word in words(each.text))
            for name, found in self.templates.items()
        }
