"""Choose the question of the catalogue that a clause asks: every word explained, every name in its place, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.language.clauses import OBJECT as OBJECT_LABEL
from kg.language.clauses import SELF, SUBJECT, Clause, Filler, Focus
from kg.language.lexicon import Sense
from kg.language.linking import Item
from kg.language.meanings import OBJECT, Meaning
from kg.language.patterns import Pattern, Signature, alternatives, constructed
from kg.language.reading import Part
from kg.names import Names
from kg.namespaces import RDF, SG, SKOS, XSD
from kg.ontology import Ontology

_ACTOR, _PLACE = SG + "Actor", SG + "Place"
# What every question on claims speaks of: words for these are explained only where they are what a question is about.
_OF_CLAIMS = frozenset(SG + name for name in ("act", "certainty", "content", "evidence", "polarity", "quote", "speaker"))
_OF_ANY_CLAIM = frozenset(SG + name for name in ("act", "certainty", "content", "polarity", "speaker"))
_PERSONS = frozenset({"who", "whom", "whose"})
_ADVERBS = frozenset({"how", "why", "when", "where", "how long"})


@dataclass(frozen=True)
class Entry:
    """A question with its meaning and phrasings, and the words, concepts and names that these make known for it."""

    meaning: Meaning
    patterns: tuple[Pattern, ...]
    related: tuple[Pattern, ...] = ()  # of questions on the same terms, with the same columns

    @property
    def licensed(self) -> frozenset[str]:
        return frozenset().union(*(alternative for pattern in self.patterns for alternative in pattern.words))

    @property
    def things(self) -> frozenset[str]:
        return frozenset().union(*(pattern.things for pattern in self.patterns))


@dataclass(frozen=True)
class Candidate:
    """One way to understand a clause, with how well it fits."""

    part: Part
    score: float
    entry: Entry
    why: tuple[str, ...] = ()


@dataclass
class Chooser:
    entries: Sequence[Entry]
    present: frozenset[str]
    names: Names
    ontology: Ontology
    _licensed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _fitting: dict[tuple[str, Sense], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._licensed = {entry.meaning.question.name: entry.licensed for entry in self.entries}

    def candidates(self, clause: Clause, column: str | None = None) -> list[Candidate]:
        """All questions that explain the clause whole, the best first; `column` is asked for instead of the answer's."""
        entries = [entry for entry in self.entries if entry.meaning.question.name in self.present]
        return self._among(entries, clause, column)

    def absent(self, clause: Clause) -> list[Candidate]:
        """The questions that explain the clause, and to which nothing in the graph could be an answer."""
        return self._among([entry for entry in self.entries if entry.meaning.question.name not in self.present], clause, None)

    def _among(self, entries: Sequence[Entry], clause: Clause, column: str | None) -> list[Candidate]:
        found = [one for entry in entries for one in self._fits(clause, entry, column)]
        return sorted(found, key=lambda one: (-one.score, one.part.name))

    @property
    def licensed(self) -> frozenset[str]:
        """The words and concepts that some phrasing has."""
        return frozenset().union(*self._licensed.values())

    def constants(self, clause: Clause, entry: Entry) -> dict[str, tuple[str, ...]]:
        """The arguments that words alone set: speech acts, certainties, relations."""
        arguments: dict[str, tuple[str, ...]] = {}
        for item in clause.words:
            self._set_constants(item, entry.meaning, arguments)
        return arguments

    def explains(self, item: Item, entry: Entry) -> bool:
        licensed = self._licensed[entry.meaning.question.name]
        if item.kind == "number":
            return len(item.word) == 4 and self._literal_parameter(entry.meaning) is not None
        if alternatives(item) & licensed:
            return True
        return any(self._sense_fits(sense, entry.meaning) for sense in item.senses)

    def _literal_parameter(self, meaning: Meaning) -> str | None:
        return next((name for name, kind in meaning.question.parameters.items() if kind.startswith(XSD)), None)

    def _sense_fits(self, sense: Sense, meaning: Meaning) -> bool:
        """Whether the question speaks of what a word means, or the word may stand beside what it speaks of."""
        key = meaning.question.name, sense
        if key not in self._fitting:
            self._fitting[key] = self._fits_sense(sense, meaning)
        return self._fitting[key]

    def _fits_sense(self, sense: Sense, meaning: Meaning) -> bool:
        spoken = meaning.terms - _OF_CLAIMS | meaning.core | {kind for kinds in meaning.kinds.values() for kind in kinds}
        if sense.concept.beside & spoken:
            return True
        for term in sense.concept.terms:
            if term in spoken:
                return self._constants(sense) <= meaning.terms | self._settable(meaning, self._constants(sense))
            if sense.part == "noun" and self._plain_class(sense, term, meaning) and self._column_of(term, meaning):
                return True
        constants = self._constants(sense)
        return bool(constants) and constants <= self._settable(meaning, constants)

    def _plain_class(self, sense: Sense, term: str, meaning: Meaning) -> bool:
        """Whether a noun stands for things of a class; one of situations with roles ("condition") stands for a part,
        unless situations are what the question asks for."""
        if term not in self.ontology.classes:
            return False
        if (SG + "content", OBJECT) in meaning.roles.get(meaning.question.answer, ()):
            return True
        return not self.ontology.is_a(term, SG + "Situation") or sense.concept.terms <= self.ontology.classes

    def _means_more(self, item: Item, meaning: Meaning) -> bool:
        """Whether the question's phrasings alone explain a word that has a meaning of its own."""
        return any(s.concept.terms for s in item.senses) and not any(self._sense_fits(s, meaning) for s in item.senses)

    def _constants(self, sense: Sense) -> frozenset[str]:
        known = self.ontology.classes | self.ontology.properties
        return frozenset(term for term in sense.concept.terms if term not in known)

    def _settable(self, meaning: Meaning, constants: frozenset[str]) -> frozenset[str]:
        """Those of `constants` that are values for a parameter of the question."""
        return frozenset(term for term in constants if self._parameter_for(term, meaning))

    def _parameter_for(self, term: str, meaning: Meaning) -> str | None:
        kinds = {value.value for value in self.ontology.values(term, RDF + "type")}
        for name, kind in meaning.question.parameters.items():
            if kind in kinds:
                return name
        return None

    def _column_of(self, kind: str, meaning: Meaning) -> str | None:
        for name, kinds in meaning.kinds.items():
            if any(self.ontology.is_a(kind, each) or self.ontology.is_a(each, kind) for each in kinds if each.startswith(SG)):
                return name
        return None

    def _fits(self, clause: Clause, entry: Entry, column: str | None) -> Iterator[Candidate]:
        meaning = entry.meaning
        answer = column or meaning.question.answer
        if column and column not in meaning.question.columns:
            return
        if not clause.words and not any(item.kind == "prep" and item.senses for item in clause.items):
            things = [thing for filler in clause.fillers for thing in filler.item.things]
            if not things or (clause.focus is None and not any(self.names.is_a(thing, SKOS + "Concept") for thing in things)):
                return
        nouns = [filler.item for filler in clause.fillers if filler.noun]
        content = [*clause.words]
        if not all(self.explains(item, entry) for item in content):
            return
        evoked = self._evoked(clause, entry)
        if evoked is None:
            return
        focus = self._focus_fits(clause.focus, entry, answer)
        if focus is None or not self._parts_agree(clause, meaning, answer):
            return
        assigned = self._assigned(clause, entry, answer, content)
        if assigned is None:
            return
        arguments, labelled = assigned
        kinds = self._kinds(clause, nouns, meaning, answer, arguments)
        phrase = self._phrase(clause, entry)
        score = evoked + focus + labelled + phrase - 0.3 * sum(self._means_more(item, meaning) for item in content)
        part = Part(meaning.question.name, answer, arguments, kinds, clause.negated)
        yield Candidate(part, score, entry, (f"evoked {evoked:.2f}", f"focus {focus:.2f}", f"labels {labelled:.2f}", f"phrase {phrase:.2f}"))

    def _evoked(self, clause: Clause, entry: Entry) -> float | None:
        """How much of the question's core the words evoke; None where they do not."""
        meaning = entry.meaning
        hit: set[str] = set()
        for item in clause.items:
            for sense in item.senses:
                if clause.able or sense.part != "verb" or not sense.concept.possible:
                    hit |= sense.concept.terms
        core = meaning.core
        constants = frozenset(
            term for term in core - meaning.either if term not in self.ontology.classes and term not in self.ontology.properties
        )
        same = self._same_words(clause, entry)
        if meaning.choices and not (hit & meaning.choices) and not same:
            return None
        hit |= {
            prop
            for item in clause.words
            for sense in item.senses
            for term in self._constants(sense)
            for prop, _ in meaning.roles.get(self._parameter_for(term, meaning) or "", ())
        }
        own = core - _OF_ANY_CLAIM or core
        if clause.several:
            return None
        if own and constants <= hit and hit & own:
            return 1.0 + (len(hit & own) / len(own) if self._is_specific(own) else 0.2)
        if meaning.choices & hit:
            return 1.5
        concepts = [
            thing for filler in clause.fillers for thing in filler.item.things if self._evokes_by_name(thing, entry)
        ]
        strange = any(self._means_more(item, meaning) for item in clause.words)
        if concepts and not strange and not constants - hit and (clause.able or SG + "Capability" not in core):
            return 1.0
        return same or None

    def _is_specific(self, core: frozenset[str]) -> bool:
        return any(term in self.ontology.derived or self.ontology.is_a(term, SG + "Situation") for term in core)

    def _evokes_by_name(self, thing: str, entry: Entry) -> bool:
        """Whether the name of a concept, such as a power, makes the question by itself: a phrasing is of it alone."""
        parameters = entry.meaning.question.parameters
        return any(
            self.names.is_a(thing, parameters[slot]) and self.names.is_a(thing, SKOS + "Concept")
            for pattern in entry.patterns
            if not pattern.words
            for slot in pattern.slots
        )

    def _same_words(self, clause: Clause, entry: Entry) -> float:
        """Whether a phrasing has the same content words, by concept (1), or words that are among those asked (0.8)."""
        asked = [alternatives(item) for item in clause.words]
        best = 0.0
        named = sum(bool(filler.item.things) * (1 + len(filler.joined)) for filler in clause.fillers)
        named += sum(item.kind == "number" for item in clause.words)
        for pattern in entry.patterns if asked else ():
            if len(pattern.slots) > named or (pattern.able and not clause.able) or pattern.negated != clause.negated:
                continue
            if not pattern.words or not all(any(one & two for two in asked) for one in pattern.words):
                continue
            if len(pattern.words) == len(asked) and all(any(one & two for two in pattern.words) for one in asked):
                return 1.0
            if any(not self._is_class(alternative) for alternative in pattern.words):
                best = 0.8
        return best

    def _is_class(self, alternative: frozenset[str]) -> bool:
        """Whether a word stands for a class of things alone ("proposals")."""
        return any(name in self.ontology.classes for name in alternative)

    def _phrase(self, clause: Clause, entry: Entry) -> float:
        """How like a phrasing the clause is, 0 to 1."""
        asked = [alternatives(item) for item in clause.words]
        wh = clause.focus.wh if clause.focus else ""
        labels = {filler.label for filler in clause.fillers if filler.item.things or filler.item.slot}
        best = 0.0
        for pattern in entry.patterns:
            common = sum(any(one & two for two in asked) for one in pattern.words)
            size = max(len(asked), len(pattern.words), 1)
            slots = {label for label, name in pattern.signature.items() if name != entry.meaning.question.answer}
            alike = 0.6 * common / size + 0.2 * (pattern.wh == wh) + 0.2 * (slots == labels)
            best = max(best, alike)
        return best

    def _focus_fits(self, focus: Focus | None, entry: Entry, answer: str) -> float | None:
        """Whether the answer column can be what is asked for, and how surely; None where it cannot."""
        meaning = entry.meaning
        if focus is None:
            return 0.0
        if focus.nouns:
            return self._nouns_fit(focus, entry, answer)
        kinds, wh = meaning.kinds.get(answer, frozenset()), focus.wh
        phrased = answer == meaning.question.answer and any(pattern.wh == wh and not pattern.focus for pattern in entry.patterns)
        if wh == "list":
            return 0.0 if phrased else None
        if wh in _ADVERBS:
            if wh == "where" and any(self.ontology.is_a(kind, _PLACE) for kind in kinds):
                return 0.5
            if wh == "when" and any(
                place == OBJECT and prop.lower().endswith("when") for prop, place in meaning.roles.get(answer, ())
            ):
                return 0.5
            return 0.3 if phrased else None
        persons = any(self.ontology.is_a(kind, _ACTOR) or self.ontology.is_a(_ACTOR, kind) for kind in kinds)
        if wh in _PERSONS:
            return (0.4 if phrased else 0.2) if persons else None
        if wh in ("what", "which"):
            only = bool(kinds) and all(self.ontology.is_a(kind, _ACTOR) for kind in kinds)
            return None if only and not phrased else 0.4 if phrased else 0.2
        return 0.3 if phrased else None

    def _parts_agree(self, clause: Clause, meaning: Meaning, answer: str) -> bool:
        """Whether what is asked for plays the part that a noun gives it: "whom … name as guarantor", "who is guarantor"."""
        if clause.focus is None:
            return True
        for filler in clause.fillers:
            role_of = {"as": OBJECT_LABEL, "predicate": SUBJECT}.get(filler.label)
            if not filler.noun or role_of is None or clause.focus.label != role_of:
                continue
            roles = {(term, OBJECT) for sense in filler.item.senses if sense.part == "noun" for term in sense.concept.terms}
            if any(roles & meaning.roles.get(name, frozenset()) for name in meaning.kinds):
                return bool(roles & meaning.roles.get(answer, frozenset()))
            classes = {term for term, _ in roles} & self.ontology.classes
            if filler.label == "predicate" and classes and not any(self._fits_kinds(c, meaning, answer) for c in classes):
                return False
        return True

    def _fits_kinds(self, kind: str, meaning: Meaning, column: str) -> bool:
        return any(self.ontology.is_a(kind, each) or self.ontology.is_a(each, kind) for each in meaning.kinds[column])

    def _nouns_fit(self, focus: Focus, entry: Entry, answer: str) -> float | None:
        meaning = entry.meaning
        kinds, roles = meaning.kinds.get(answer, frozenset()), meaning.roles.get(answer, frozenset())
        best: float | None = None
        for sense in focus.nouns:
            fit: float | None = None
            for term in sense.concept.terms:
                if (term, OBJECT) in roles and term in self.ontology.properties:
                    fit = max(fit or 0, 0.6)
                if self._plain_class(sense, term, meaning):
                    if term in kinds:
                        fit = max(fit or 0, 0.5 if len(kinds) == 1 else 0.3)
                    elif any(self.ontology.is_a(term, kind) for kind in kinds):
                        fit = max(fit or 0, 0.3)
            if fit is None and answer == meaning.question.answer:
                if any(sense.concept.name in pattern.focus for pattern in entry.patterns):
                    fit = 0.5
            if fit is not None:
                best = max(best or 0, fit)
        return best

    def _assigned(
        self, clause: Clause, entry: Entry, answer: str, content: Sequence[Item]
    ) -> tuple[dict[str, tuple[str, ...]], float] | None:
        """The arguments, and how many of them grammar put in their place; None where a name finds no place."""
        meaning = entry.meaning
        arguments: dict[str, tuple[str, ...]] = {}
        for item in content:
            self._set_constants(item, meaning, arguments)
        named = [filler for filler in clause.fillers if filler.item.things and not self._idle(filler, entry, arguments)]
        for filler in clause.fillers:
            if filler.item.things and filler not in named:
                self._set_constants(filler.item, meaning, arguments)
        best: tuple[dict[str, tuple[str, ...]], float] | None = None
        found = list(self._signatures(clause, entry))
        strict = [signature for signature, alike in found if alike]
        if not self._asked_in_place(clause.focus, strict, answer):
            return None
        for signature in [*(signature for signature, _ in found), *([None] if self._is_specific(meaning.core) else [])]:
            free = [filler for filler in named if signature is None or filler.label not in signature]
            if not all(self._in_place(filler, strict, meaning) for filler in free):
                continue
            placed = self._placed(named, clause.focus, signature, entry, answer)
            if placed is not None and (best is None or placed[1] > best[1]):
                best = placed
        if best is None:
            return None
        return {**arguments, **best[0]}, best[1]

    def _asked_in_place(self, focus: Focus | None, signatures: Sequence[Signature], answer: str) -> bool:
        """Whether what is asked for stands where some phrasing has the answer, if any has something there."""
        if focus is None or focus.label not in (SUBJECT, OBJECT_LABEL):
            return True
        there = [signature[focus.label] for signature in signatures if focus.label in signature]
        return not there or answer in there

    def _in_place(self, filler: Filler, signatures: Sequence[Signature], meaning: Meaning) -> bool:
        """Whether a name's only column is one that some phrasing has where the name stands, if any has something there."""
        there = {signature[filler.label] for signature in signatures if filler.label in signature}
        core = filler.label in (SUBJECT, OBJECT_LABEL)
        return not (core and there) or self._only_column(filler.item, meaning, set()) in there

    def _set_constants(self, item: Item, meaning: Meaning, arguments: dict[str, tuple[str, ...]]) -> None:
        if item.kind == "number":
            name = self._literal_parameter(meaning)
            if name:
                arguments[name] = (item.word,)
        for sense in item.senses:
            for term in sorted(sense.concept.terms):
                name = self._parameter_for(term, meaning)
                chosen = term in self.ontology.derived or term not in (meaning.core | meaning.terms) - meaning.choices
                if name and chosen and term not in arguments.get(name, ()):
                    arguments[name] = (*arguments.get(name, ()), term)

    def _idle(self, filler: Filler, entry: Entry, arguments: Mapping[str, tuple[str, ...]]) -> bool:
        """A name that the question's own phrasings hold, or one that is also a word which the question explains."""
        item = filler.item
        if any(self._kinds_of(item, kind) for kind in entry.meaning.question.parameters.values()):
            return False
        if item.senses and self.explains(item, entry):
            return True
        return bool(frozenset(item.things) & entry.things)

    def _kinds_of(self, item: Item, kind: str) -> list[str]:
        """The things of that class that a name means; where there are none, those that it stands for."""
        meant = [thing for thing in item.things if self.names.is_a(thing, kind)]
        return meant or [thing for thing in item.others if self.names.is_a(thing, kind)]

    def _signatures(self, clause: Clause, entry: Entry) -> Iterator[tuple[Signature, bool]]:
        """Columns by label, of constructions and of phrasings with the same predicate; and whether of as many verbs."""
        for signature in constructed(clause.items, entry.meaning):
            yield signature, True
        asked = [alternatives(item) for item in clause.words]
        verbs = [alternatives(item) for item in clause.verbs]
        acts = any(self._settable(entry.meaning, self._constants(s)) for item in clause.verbs for s in item.senses)
        for pattern in [*entry.patterns, *entry.related]:
            if verbs:
                same = any(one & two for one in pattern.verbs for two in verbs) or (acts and len(pattern.verbs) == 1)
            else:
                shared = any(one & two for one in pattern.words for two in asked) or not (pattern.words or asked)
                same = shared and not pattern.verbs
            if same:
                yield pattern.signature, len(pattern.verbs) == len(verbs)

    def _placed(
        self, named: Sequence[Filler], focus: Focus | None, signature: Signature | None, entry: Entry, answer: str
    ) -> tuple[dict[str, tuple[str, ...]], float] | None:
        """Each name in a parameter: by its label in `signature`, else where its class leaves one column alone."""
        meaning = entry.meaning
        parameters = meaning.question.parameters
        arguments: dict[str, tuple[str, ...]] = {}
        score = 0.0
        asked = answer if focus is not None else None
        if signature is not None and focus is not None and focus.label in signature and focus.label != SELF:
            if signature[focus.label] != answer:
                return None
            score += 0.2
        elif signature is not None and focus is not None and focus.label in (SUBJECT, OBJECT_LABEL) and not self._clear(named, meaning):
            return None
        for filler in named:
            column = signature.get(filler.label) if signature is not None else None
            sure = self._clear(named, meaning) and self._is_specific(meaning.core)
            if column is None and signature is not None and not sure:
                return None
            if column is None:
                taken = {asked} if asked and not any(asked in pattern.slots for pattern in entry.patterns) else set()
                column = self._only_column(filler.item, meaning, {*arguments, *taken})
            elif signature is not None and filler.label in signature:
                score += 0.2
            if column is None or column not in parameters or (column in arguments and column != asked):
                return None
            if column == asked and not (
                signature is not None and filler.label in signature and self._may_compare(focus, entry, answer)
            ):
                return None
            values = self._values(filler, parameters[column])
            if values is None:
                return None
            arguments[column] = (*arguments.get(column, ()), *values)
        if signature is None and named and not self._clear(named, meaning):
            return None
        return arguments, score

    def _may_compare(self, focus: Focus | None, entry: Entry, answer: str) -> bool:
        """Whether what is asked for may be named as well: "why can X …", "how do X and Y differ"; not "which X is Y"."""
        if focus is None or focus.wh in _PERSONS or not any(answer in pattern.slots for pattern in entry.patterns):
            return False
        kinds = entry.meaning.kinds[answer]
        return not any(term in kinds for sense in focus.nouns for term in sense.concept.terms)

    def _clear(self, named: Sequence[Filler], meaning: Meaning) -> bool:
        """Whether each name fits one column alone, so that word order need not be known."""
        return all(self._only_column(filler.item, meaning, set()) for filler in named)

    def _only_column(self, item: Item, meaning: Meaning, taken: set[str]) -> str | None:
        for things in (item.things, item.others):
            fits = [
                name
                for name, kinds in meaning.kinds.items()
                if name not in taken
                and any(self.names.is_a(thing, kind) for thing in things for kind in kinds if kind.startswith(SG))
                and (name in meaning.question.parameters or name == meaning.question.answer)
            ]
            if fits:
                return fits[0] if len(fits) == 1 else None
        return None

    def _values(self, filler: Filler, kind: str) -> tuple[str, ...] | None:
        values: list[str] = []
        for item in (filler.item, *filler.joined):
            things = self._kinds_of(item, kind)
            if len(things) != 1:
                return None
            values += things
        return tuple(values)

    def _kinds(
        self, clause: Clause, nouns: Sequence[Item], meaning: Meaning, answer: str, arguments: Mapping[str, object]
    ) -> dict[str, str]:
        """The classes that nouns demand of columns, where they are narrower than the column's own."""
        found: dict[str, str] = {}
        if clause.focus is not None:
            self._narrow([sense for sense in clause.focus.nouns], [answer], meaning, found)
        for item in nouns:
            free = [name for name in meaning.kinds if name not in arguments and not (clause.focus and name == answer)]
            self._narrow([sense for sense in item.senses if sense.part == "noun"], free, meaning, found)
        return found

    def _narrow(self, senses: Sequence[Sense], columns: Sequence[str], meaning: Meaning, found: dict[str, str]) -> None:
        for sense in senses:
            for term in sorted(sense.concept.terms & self.ontology.classes):
                fits = [
                    name
                    for name in columns
                    if any(self.ontology.is_a(term, kind) and term != kind for kind in meaning.kinds[name])
                    and not any(self.ontology.is_a(kind, term) for kind in meaning.kinds[name])
                ]
                if len(fits) == 1 and term not in meaning.core:
                    found[fits[0]] = term
                    return
