"""Each name in its place: by the label that it has in the clause, else where its class leaves one column alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.clauses import Clause
from kg.language.grammar.focus import SELF, Focus
from kg.language.grammar.labelling import OBJECT as OBJECT_LABEL
from kg.language.grammar.labelling import SUBJECT, Filler
from kg.language.lexis.items import Item
from kg.language.matching.asked import PERSONS
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.meanings import Meaning
from kg.language.matching.patterns import Signature, alternatives, constructed
from kg.language.matching.selecting import Arguments, Selecting
from kg.language.text.words import PREPOSITIONS
from kg.namespaces import SG

_ANYTHING = SG + "Entity"
_PEOPLE = (SG + "Actor", SG + "Contingent")
_CORE = frozenset({SUBJECT, OBJECT_LABEL})
_WHERE = frozenset({"to", "in"})


__all__ = ["Arguments", "Places"]


@dataclass(frozen=True)
class Places:
    explanations: Explanations

    def arguments(self, clause: Clause, entry: Entry, answer: str) -> tuple[Arguments, float] | None:
        """The arguments, and how many of them grammar put in their place; None where a name finds no place."""
        meaning = entry.meaning
        arguments: Arguments = {}
        for item in clause.words:
            self.explanations.set_constants(item, meaning, arguments)
        found = list(self.signatures(clause, entry))
        named = [
            filler
            for filler in clause.fillers
            if filler.item.things and not self.is_idle(filler, entry) and not self._is_place_again(filler, clause)
        ]
        for filler in clause.fillers:
            if filler.item.things and filler not in named:
                self.explanations.set_constants(filler.item, meaning, arguments)
        if any(self.is_of_others(filler, clause) for filler in named):
            return None
        best: tuple[Arguments, float] | None = None
        strict = [signature for signature, alike in found if alike]
        if not self.is_asked_in_place(clause.focus, strict, answer):
            return None
        for signature in [
            *(signature for signature, _ in found),
            *([None] if self.explanations.is_specific(meaning.core) else []),
        ]:
            free = [filler for filler in named if signature is None or filler.label not in signature]
            if not all(self._in_place(filler, strict, meaning) for filler in free):
                continue
            placed = self._placed(named, clause.focus, signature, entry, answer)
            if placed is not None and (best is None or placed[1] > best[1]):
                best = placed
        if best is None:
            return None
        selected = self.selected(clause, entry, best[0])
        if selected is None or selected.keys() & best[0].keys():
            return None
        return {**selected, **arguments, **best[0]}, best[1]

    def selected(self, clause: Clause, entry: Entry, placed: Arguments) -> Arguments | None:
        """What a verb says of which kind is asked for; None where a noun is of another kind than the verb."""
        return Selecting(self.explanations).arguments(clause, entry, placed)

    def is_asked_in_place(self, focus: Focus | None, signatures: Sequence[Signature], answer: str) -> bool:
        """Whether what is asked for stands where some phrasing has the answer, if any has something there."""
        if focus is None or focus.label in ("", SELF, "of") or not (focus.label in _CORE or focus.wh in PERSONS):
            return True
        there = [signature[focus.label] for signature in signatures if focus.label in signature]
        return not there or answer in there

    def _in_place(self, filler: Filler, signatures: Sequence[Signature], meaning: Meaning) -> bool:
        """Whether a name's only column is one that some phrasing has where it stands, if any has something there."""
        there = {signature[filler.label] for signature in signatures if filler.label in signature}
        core = filler.label in (SUBJECT, OBJECT_LABEL)
        return not (core and there) or self._only_column(filler.item, meaning, set()) in there

    def is_idle(self, filler: Filler, entry: Entry) -> bool:
        """A name that the question's own phrasings hold, or one that is also a word which the question explains."""
        item = filler.item
        if any(self.explanations.things_of(item, kind) for kind in entry.meaning.question.parameters.values()):
            return False
        if item.senses and self.explanations.explains(item, entry):
            return filler.label != OBJECT_LABEL or not self.explanations.is_source(item)  # "who wrote the article"
        held = {thing for label, thing in entry.things if label == filler.label or filler.label not in _CORE}
        return not held.isdisjoint(item.things)

    def is_of_others(self, filler: Filler, clause: Clause) -> bool:
        """Whether a state's adjective goes with a noun for others: "Ukrainian officials" are not Ukraine."""
        if not filler.item.adjective or filler.item not in clause.items:
            return False
        rest = clause.items[clause.items.index(filler.item) + 1 :]
        if not rest or rest[0].kind not in ("word", "name"):
            return True  # a language
        noun = next((item for item in rest if not any(s.part == "adjective" for s in item.senses)), None)
        classes = {
            term for sense in (noun.senses if noun and noun.kind == "word" else ()) for term in sense.concept.terms
        }
        ontology, kinds = self.explanations.ontology, self.explanations.names.types.get(filler.item.things[0], ())
        people = {term for term in classes if any(ontology.is_a(term, kind) for kind in _PEOPLE)}
        return bool(people) and not any(ontology.is_a(kind, term) for kind in kinds for term in people)

    def is_said_again(self, item: Item, clause: Clause) -> bool:
        """Whether a year is in the name of what a place there stands for: "in Istanbul in 2022"."""
        named = (thing for filler in clause.fillers for thing in (*filler.item.things, *filler.item.others))
        return item.kind == "number" and any(item.word in self.explanations.within.get(thing, ()) for thing in named)

    def _is_place_again(self, filler: Filler, clause: Clause) -> bool:
        """Whether a name says where, and another name there says so too: "Chinese troops go to Ukraine"."""
        return filler.label in _WHERE and self.is_within_another(filler, clause)

    def is_within_another(self, filler: Filler, clause: Clause) -> bool:
        """Whether the name of another thing there says this one too: "the Istanbul proposals made in Istanbul"."""
        types = self.explanations.names.types
        kinds = {kind for thing in filler.item.things for kind in types.get(thing, ())}
        others = (
            thing
            for other in clause.fillers
            if other is not filler
            for thing in other.item.things
            if kinds.isdisjoint(types.get(thing, ()))  # one state is never said by the name of another
        )
        held = frozenset().union(*(self.explanations.within.get(thing, frozenset()) for thing in others))
        return set(filler.item.things) <= held

    def signatures(self, clause: Clause, entry: Entry) -> Iterator[tuple[Signature, bool]]:
        """Columns by label, of constructions and of phrasings with the same predicate, those with most of its verbs
        first, and of these those that ask alike; and whether of as many verbs."""
        for signature in constructed(clause.items, entry.meaning):
            yield signature, True
        asked = [alternatives(item) for item in clause.words]
        verbs = [alternatives(item) for item in clause.verbs]
        acts = any(
            self.explanations.settable(entry.meaning, self.explanations.constants(s))
            for item in clause.verbs
            for s in item.senses
        )
        wh = clause.focus.wh if clause.focus is not None else ""
        found: list[tuple[int, bool, Signature, bool]] = []
        for pattern in [*entry.patterns, *entry.related]:
            common = sum(any(one & two for one in pattern.verbs) for two in verbs)
            if verbs:
                same = common > 0 or (acts and len(pattern.verbs) == 1)
            else:
                shared = any(one & two for one in pattern.words for two in asked) or not (pattern.words or asked)
                same = shared and not pattern.verbs
            if same:
                found.append((common, pattern.wh == wh, pattern.signature, len(pattern.verbs) == len(verbs)))
        for _, _, signature, alike in sorted(found, key=lambda one: (-one[0], not one[1])):
            yield signature, alike

    def _placed(
        self, named: Sequence[Filler], focus: Focus | None, signature: Signature | None, entry: Entry, answer: str
    ) -> tuple[Arguments, float] | None:
        """Each name in a parameter: by its label in `signature`, else where its class leaves one column alone."""
        meaning = entry.meaning
        clear = self._clear(named, meaning)
        score = self._focus_placed(focus, signature, answer, clear=clear)
        if score is None or (signature is None and named and not clear):
            return None
        arguments: Arguments = {}
        for filler in _reciprocal(named, signature):
            labelled = signature is not None and filler.label in signature
            if not labelled and signature is not None and not (clear and self.explanations.is_specific(meaning.core)):
                return None
            column = self._column(filler, signature, entry, answer if focus is not None else None, arguments)
            if column is None:
                return None
            if focus is not None and column == answer:
                if not (labelled and self._may_compare(focus, entry, answer)):
                    return None
            elif column in arguments:
                return None
            values = self._values(filler, meaning.question.parameters[column])
            if values is None:
                return None
            arguments[column] = (*arguments.get(column, ()), *values)
            score += 0.2 * labelled
        return arguments, score

    def _focus_placed(
        self, focus: Focus | None, signature: Signature | None, answer: str, *, clear: bool
    ) -> float | None:
        """What it adds that what is asked for stands where the signature has the answer; None where it does not."""
        if focus is None or signature is None or focus.label == SELF:
            return 0.0
        if focus.label in signature:
            return 0.2 if signature[focus.label] == answer else None
        return None if focus.label in (SUBJECT, OBJECT_LABEL) and not clear else 0.0

    def _column(
        self, filler: Filler, signature: Signature | None, entry: Entry, asked: str | None, arguments: Arguments
    ) -> str | None:
        """The parameter that the name fills."""
        column = signature.get(filler.label) if signature is not None else None
        if column is None:
            taken = {asked} if asked and not any(asked in pattern.slots for pattern in entry.patterns) else set()
            column = self._only_column(filler.item, entry.meaning, {*arguments, *taken})
            if column and entry.meaning.kinds[column] == {_ANYTHING} and filler.label in PREPOSITIONS - {"of"}:
                return None  # "from Ukraine" is not by means of it
        return column if column in entry.meaning.question.parameters else None

    def mutual(self, clause: Clause, arguments: Arguments) -> tuple[str, str] | None:
        """The columns of two that act on each other; None where none do."""
        pairs = [f for f in clause.fillers if f.label == SUBJECT and len(f.joined) == 1 and not f.either]
        for one, other in ((f.item.things, f.joined[0].things) for f in pairs):
            columns = [
                next((name for name, given in arguments.items() if given == things), "") for things in (one, other)
            ]
            if all(columns):
                return columns[0], columns[1]
        return None

    def _may_compare(self, focus: Focus | None, entry: Entry, answer: str) -> bool:
        """Whether what is asked for may be named too: "why can X …", "how do X and Y differ"; not "which X is Y"."""
        asked = focus.wh if focus is not None else ""
        if asked in PERSONS - {"whose"} or not any(answer in p.slots and p.wh == asked for p in entry.patterns):
            return False
        kinds, nouns = entry.meaning.kinds[answer], focus.nouns if focus is not None else ()
        return not any(term in kinds for sense in nouns for term in sense.concept.terms)

    def _clear(self, named: Sequence[Filler], meaning: Meaning) -> bool:
        """Whether each name fits one column alone, so that word order need not be known."""
        return all(self._only_column(filler.item, meaning, set()) for filler in named)

    def _only_column(self, item: Item, meaning: Meaning, taken: set[str]) -> str | None:
        for things in (item.things, item.others):
            fits = [
                name
                for name, kinds in meaning.kinds.items()
                if name not in taken
                and any(
                    self.explanations.names.is_a(thing, kind)
                    for thing in things
                    for kind in kinds
                    if kind.startswith(SG)
                )
                and (name in meaning.question.parameters or name == meaning.question.answer)
            ]
            if fits:
                return fits[0] if len(fits) == 1 else None
        return None

    def _values(self, filler: Filler, kind: str) -> tuple[str, ...] | None:
        values: list[str] = []
        for item in (filler.item, *filler.joined):
            things = self.explanations.things_of(item, kind)
            if len(things) != 1:
                return None
            values += things
        return tuple(values)


def _reciprocal(named: Sequence[Filler], signature: Signature | None) -> Sequence[Filler]:
    """ "X and Y coordinate" as "X coordinates with Y"."""
    if signature is None or "with" not in signature or any(filler.label == "with" for filler in named):
        return named
    found: list[Filler] = []
    for filler in named:
        if filler.label == SUBJECT and len(filler.joined) == 1 and not filler.either:
            found += [replace(filler, joined=()), Filler("with", filler.joined[0])]
        else:
            found.append(filler)
    return found
