"""Choose the question of the catalogue that a clause asks: every word explained, every name in its place, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.language.grammar.clauses import LIGHT, Clause, heavy
from kg.language.grammar.opposites import has_opposite
from kg.language.lexis.items import Item
from kg.language.lexis.merging import Merger
from kg.language.matching.asked import PERSONS, Asked
from kg.language.matching.assigning import Assigning
from kg.language.matching.coverage import Coverage
from kg.language.matching.evocation import FACETS, Evocation
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.narrowing import Narrowing
from kg.language.matching.patterns import Tense, alternatives, is_contrary
from kg.language.matching.places import Arguments, Places
from kg.language.matching.presuming import Presuming
from kg.language.reading import Part
from kg.language.text.words import PREPOSITIONS
from kg.names import Names
from kg.namespaces import SG, SKOS

_OF_ITS_KIND = 0.2
_DENIED = 0.25  # taken off where it is what a question asks less: one on what is not so is asked sooner
_BY_PHRASING_ALONE = 0.3  # taken off for a word that means more than the question says
STRICT, LOOSE, MENTIONING, COVERING, GUESSED = range(5)
_COVERED = 0.8  # of what the words say
_VAGUE = frozenset({SG + "Entity", SG + "Situation"})
_NAMING = PERSONS | {"list"}  # what is asked for so is not what is named
_LIKE, _BORNE_OUT = 0.75, 0.85  # a phrasing must be as like to what is asked to give a count; to give no answer
_RATHER = 0.6  # to tell if something is so of which no more is said, or what names without a place have to do with
_KEPT = 1000  # clauses whose candidates are kept
_COUNTED = 0.5  # how surely a vague column must be what is counted


@dataclass(frozen=True)
class Candidate:
    """One way to understand a clause, with how well it fits."""

    part: Part
    score: float
    entry: Entry


@dataclass(frozen=True)
class Chooser:
    """The entries by which questions are chosen; `present` are the names of those that the graph could answer."""

    entries: tuple[Entry, ...]
    present: frozenset[str]
    explanations: Explanations
    evocation: Evocation
    asked: Asked
    places: Places
    assigning: Assigning
    narrowing: Narrowing
    coverage: Coverage
    guess: str = ""  # the question that is likely asked, whatever its words say
    sure: bool = False  # whether hardly another is likely
    _found: dict[object, list[Candidate]] = field(default_factory=dict)  # ways of one question share their clauses

    @classmethod
    def of(cls, entries: Sequence[Entry], present: frozenset[str], names: Names, merger: Merger) -> Chooser:
        licensed = {entry.meaning.question.name: entry.licensed for entry in entries}
        affirmed = {entry.meaning.question.name: entry.affirmed for entry in entries}
        explanations = Explanations(
            names.ontology, names, licensed, affirmed, merger.within, merger.heads, merger.nouns
        )
        places = Places(explanations)
        return cls(
            tuple(entries), present, explanations, Evocation(explanations), Asked(explanations), places,
            Assigning(explanations, places), Narrowing(explanations),
            Coverage.of(entries, explanations),
        )  # fmt: skip

    def candidates(self, clause: Clause, column: str | None = None, *, loose: int = STRICT) -> list[Candidate]:
        """All questions that explain the clause whole, the best first; `column`: asked for instead of the answer's.

        With LOOSE a name need not stand where a phrasing has it, if it has one place alone; with MENTIONING a name or
        two need have no place, if the answer has to do with them; with COVERING the question need not explain each word
        either, if it has to do with most of what they say. With GUESSED it is the one that is guessed.
        """
        key = _key(clause), column, loose
        if key not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[key] = self._among(self.answerable, clause, column, loose)
        return self._found[key]

    def guessing(self, name: str, *, sure: bool) -> Chooser:
        """The chooser of the question of that name, by GUESSED."""
        return replace(self, guess=name, sure=sure, _found={})

    @property
    def answerable(self) -> list[Entry]:
        """The entries that the graph could answer."""
        return [entry for entry in self.entries if entry.meaning.question.name in self.present]

    def absent(self, clause: Clause) -> list[Candidate]:
        """The questions that explain the clause, and to which nothing in the graph could be an answer."""
        return self._among(
            [entry for entry in self.entries if entry.meaning.question.name not in self.present], clause, None
        )

    def entry(self, name: str) -> Entry:
        return next(entry for entry in self.entries if entry.meaning.question.name == name)

    def constants(self, clause: Clause, entry: Entry) -> dict[str, tuple[str, ...]]:
        """The arguments that words alone set: speech acts, certainties, relations, kinds of dealing."""
        arguments = self.places.selected(clause, entry, {}) or {}
        for item in clause.words:
            self.explanations.set_constants(item, entry.meaning, arguments)
        return arguments

    def _among(
        self, entries: Sequence[Entry], clause: Clause, column: str | None, loose: int = STRICT
    ) -> list[Candidate]:
        if loose == GUESSED:
            return list(self._guessed(clause, column)) if self.guess in self.present else []
        if not self._says_something(clause):
            return []
        found = [one for entry in entries for one in self._fits(clause, entry, column, loose)]
        return sorted(found, key=lambda one: (-one.score, -len(one.part.arguments), one.part.name))

    def _says_something(self, clause: Clause) -> bool:
        """Whether there is more than names: a word, or the name of a concept that says what is so ("can dictate …")."""
        listed = clause.focus is not None and clause.focus.wh == "list"
        fragment = listed and not any(item.kind == "wh" for item in clause.items[:1])
        loose = any(filler.label not in PREPOSITIONS for filler in clause.fillers)
        if fragment and (not clause.fillers or (loose and not clause.verbs)):
            return False
        if clause.words or any(item.kind == "prep" and item.senses for item in clause.items):
            return True
        things = [thing for filler in clause.fillers for thing in filler.item.things]
        concept = any(self.explanations.names.is_a(thing, SKOS + "Concept") for thing in things)
        return bool(things) and (clause.focus is not None or concept)

    def _fits(self, clause: Clause, entry: Entry, column: str | None, loose: int) -> Iterator[Candidate]:
        meaning, answer = entry.meaning, column or entry.meaning.question.answer
        covered = self._covered(clause, entry, loose) if answer in meaning.question.columns else None
        evoked = self._evoked(clause, entry, loose) if covered is not None else None
        focus = self.asked.fits(clause.focus, entry, answer, Tense.of(clause)) if evoked else None
        if covered is None or evoked is None or focus is None or self._is_vague(clause, entry, column, focus, loose):
            return
        if not self.asked.is_asked(clause, entry, answer, column):
            return
        placed = self._placed(clause, entry, answer, loose)
        if placed is None:
            return
        arguments, labelled, mentioned = placed
        if self.asked.is_misheard(clause, entry, arguments) or len({*arguments.values()}) < len(arguments):
            return
        if answer in arguments and not self._may_be_given(clause, entry, answer, arguments[answer]):
            return
        if not self.asked.gives_parts(clause, entry, {answer, *arguments}):
            return
        kinds = self.narrowing.kinds(clause, entry, answer, arguments)
        if not entry.is_whole(clause, {answer, *arguments, *kinds}):
            return
        if not all(self.narrowing.is_used(filler, entry, kinds) for filler in clause.fillers if filler.noun):
            return
        if loose and not (clause.focus or arguments or kinds):
            return
        if loose == MENTIONING and not arguments and self.evocation.likeness(clause, entry) < _RATHER:
            return
        given = column or answer in {*arguments, *kinds} or (not loose and (arguments or kinds))
        if self._is_open(clause, entry, focus, loose, given):
            return
        worth = evoked + focus + labelled + covered - 1
        found = self._candidate(clause, entry, Part(meaning.question.name, answer, arguments, kinds), worth, loose)
        yield replace(found, part=replace(found.part, mentioned=mentioned))

    def _guessed(self, clause: Clause, column: str | None) -> Iterator[Candidate]:
        entry = self.entry(self.guess)
        presuming = Presuming(self.explanations, self.asked, self.assigning, self.narrowing)
        part = presuming.part(clause, entry, column, sure=self.sure)
        if part is not None:
            found = self._candidate(clause, entry, part, 1.0, GUESSED)
            yield replace(found, part=replace(found.part, loosely=part.loosely))

    def _may_be_given(self, clause: Clause, entry: Entry, answer: str, given: Sequence[str]) -> bool:
        """Whether what is asked for may be said as well: in "what", or by a verb ("which goods does X supply")."""
        if clause.focus is None or not (clause.focus.nouns or clause.focus.wh in _NAMING):
            return True
        whose = clause.focus.wh == "whose"  # "whose initiatives does X undermine": the answer says whose
        if whose and not entry.meaning.kinds[answer] & {SG + "Actor", SG + "Speaker"}:
            return True
        said = {word for item in clause.words if item not in clause.verbs for word in item.word.split()}
        if any(len(said & self.explanations.words_of(thing)) > 1 for thing in given):
            return False  # "which military components" asks for more than the name of what is given
        return (self.places.selected(clause, entry, {}) or {}).get(answer) == tuple(given)

    def _candidate(self, clause: Clause, entry: Entry, part: Part, worth: float, loose: int) -> Candidate:
        """The candidate that the clause makes of a part, with how it is said: denied, vouched for, loosely."""
        negated = clause.negated and not self.evocation.denies(clause, entry)
        unlike = clause.focus is not None and self.evocation.likeness(clause, entry) < _BORNE_OUT
        said = replace(
            part,
            negated=negated,
            loosely=unlike or loose != STRICT,
            vouched=not self.explanations.accuses(clause.items),
            mutual=self.places.mutual(clause, dict(part.arguments)),
        )
        score = worth + self._fitness(clause, entry, part.column, part.arguments) - _DENIED * negated
        return Candidate(said, score, entry)

    def _is_open(self, clause: Clause, entry: Entry, focus: float, loose: int, given: object) -> bool:
        """Whether it is asked, other than in a phrasing, how many there are, or if any without saying what it is."""
        focused = clause.focus
        if focused is not None and focused.many and focused.nouns:
            clause = replace(clause, focus=replace(focused, wh="which"))  # how many are so is asked as which are
        if self.evocation.likeness(clause, entry) >= _LIKE:
            return False
        if clause.focus is None:
            return not given
        return clause.focus.many and (loose > 0 or focus < _COUNTED)

    def _placed(
        self, clause: Clause, entry: Entry, answer: str, loose: int
    ) -> tuple[Arguments, float, tuple[str, ...]] | None:
        """The arguments, how surely they are these, and the things that have no place."""
        if loose == MENTIONING and not self.explanations.is_specific(entry.meaning.core):
            return None
        if loose:
            return self.assigning.arguments(clause, entry, answer, sparing=loose == MENTIONING)
        placed = self.places.arguments(clause, entry, answer)
        return None if placed is None else (*placed, ())

    def _covered(self, clause: Clause, entry: Entry, loose: int) -> float | None:
        """How much of what the words say the question has to do with, 0 to 1; None where that is not enough."""
        if not all(alternatives(item) & entry.licensed or item.word in LIGHT for item in clause.supposed):
            return None
        if loose == COVERING:
            share = self.coverage.share(clause, entry)
            return share if share >= _COVERED and self.explanations.is_specific(entry.meaning.core) else None
        denied = clause.negated or is_contrary(clause)
        explained = all(
            self.explanations.explains(item, entry, denied=denied or not (loose or has_opposite(item)))
            or self.places.is_said_again(item, clause)
            or (loose and item.word in LIGHT)
            for item in clause.words
        )
        return 1.0 if explained and self.evocation.has_together(clause, entry) else None

    def _evoked(self, clause: Clause, entry: Entry, loose: int) -> float | None:
        """How much of the question's core the words evoke; light words alone do not, where names stand anywhere."""
        if not loose:
            return self.evocation.strength(clause, entry)
        bare = replace(clause, items=tuple(item for item in clause.items if item.word not in LIGHT))
        return self.evocation.strength(bare, entry) if self._is_meant(clause, entry) else None

    def _is_vague(self, clause: Clause, entry: Entry, column: str | None, focus: float, loose: int) -> bool:
        """Whether it is asked how many of what the question hardly lists, or yes or no of a comparison."""
        meaning, answer = entry.meaning, column or entry.meaning.question.answer
        if clause.focus is None:
            return not column and len(meaning.either) > FACETS
        narrowed = any(
            self.explanations.is_of_class(Item("word", "", 0, 0, senses=(sense,))) for sense in clause.focus.nouns
        )
        vague = bool(_VAGUE & meaning.kinds[answer]) and not narrowed
        return clause.focus.many and focus < _COUNTED and (loose > 0 or vague)

    def _is_meant(self, clause: Clause, entry: Entry) -> bool:
        """Whether a word that is more than light has something to do with the question."""
        said = [*heavy(clause).words, *(item for item in clause.items if item.kind == "prep" and item.senses)]
        return any(self.explanations.explains(item, entry) and not self.explanations.is_of_class(item) for item in said)

    def _fitness(self, clause: Clause, entry: Entry, answer: str, arguments: Mapping[str, object]) -> float:
        """How like a phrasing the clause is, less what it has that the question does not mean."""
        asks_again = clause.focus is not None and answer in arguments
        strange = sum(self.explanations.means_more(item, entry.meaning) for item in clause.words)
        named = clause.focus is None and self._is_named(clause, entry, answer)
        likeness = self.evocation.likeness(clause, entry)
        return likeness + _OF_ITS_KIND * named - _BY_PHRASING_ALONE * (strange + asks_again)

    def _is_named(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether a noun of the clause is for what the question asks for: "has X made any proposals"."""
        senses = [sense for filler in clause.fillers if filler.noun for sense in filler.item.senses]
        return any(sense.concept.terms & entry.meaning.kinds[answer] for sense in senses)


def _key(clause: Clause) -> object:
    """What makes two clauses one: their items, and what is asked for."""
    each = tuple((item.kind, item.word, item.start, item.things, item.others, item.itself) for item in clause.items)
    return each, clause.focus, clause.negated, clause.verbs == (), tuple(filler.label for filler in clause.fillers)
