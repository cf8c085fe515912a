"""Each name in the one parameter that it can be meant for: by class, and by grammar where class leaves a choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from kg.language.grammar.clauses import Clause, heavy
from kg.language.grammar.labelling import OBJECT, SUBJECT, Filler
from kg.language.lexis.items import Item
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.patterns import Signature, alternatives
from kg.language.matching.places import Arguments, Places
from kg.language.text.claiming import speaks
from kg.language.text.words import WH_ADVERBS
from kg.namespaces import SG

_ANYTHING = SG + "Entity"
_SPEAKERS = (SG + "Speaker", SG + "Source")
_VAGUE = 0.5  # what a parameter that takes anything is worth less than one of a class
_BESIDE = frozenset({"from", "in", "of", "at", "during", "by", "to", "on"})
_PLACED = 0.2  # for each name that stands where a phrasing has it


@dataclass(frozen=True)
class Assigning:
    explanations: Explanations
    places: Places

    def arguments(
        self, clause: Clause, entry: Entry, answer: str, *, sparing: bool = False
    ) -> tuple[Arguments, float, tuple[str, ...]] | None:
        """The arguments, and how well grammar agrees; None where a name has no place, or two and neither is better.

        With `sparing`, names for which there is no parameter of their class are set aside, and given back too.
        """
        owned = list(self._named(clause, entry, owned=True))
        named = list(self._named(clause, entry))
        found = self._arguments(owned, clause, entry, answer, sparing=sparing)
        return found or (self._arguments(named, clause, entry, answer, sparing=sparing) if owned != named else None)

    def guessed(self, clause: Clause, entry: Entry, answer: str) -> tuple[Arguments, tuple[str, ...], bool]:
        """The arguments where it is guessed which question is asked, what is named that has no place in it, and whether
        the places are sure."""
        found = self.arguments(clause, entry, answer)
        if found is not None:
            return found[0], found[2], True
        asks = clause.focus is not None and clause.focus.wh not in WH_ADVERBS
        assigned: dict[str, Filler] = {}
        rest: list[str] = []
        for filler in self._named(clause, entry):
            options = self._own_options(filler, entry) or self._options(filler, entry)
            free = [name for name in options if name not in assigned and (name != answer or not asks)]
            if filler.label in _BESIDE:  # what somebody does there is not what is said there
                free = [name for name in free if entry.meaning.question.parameters[name] not in _SPEAKERS]
            if free:
                assigned[self._narrowest(free, entry)] = filler
            else:
                rest += [thing for item in (filler.item, *filler.joined) for thing in item.things]
        filled = self._filled(assigned, clause, entry)
        return filled or {}, tuple(rest), False

    def _narrowest(self, columns: Sequence[str], entry: Entry) -> str:
        """The first of the parameters whose class is below most of those of the others."""
        parameters, is_a = entry.meaning.question.parameters, self.explanations.ontology.is_a
        return max(columns, key=lambda name: sum(is_a(parameters[name], parameters[other]) for other in columns))

    def _arguments(
        self, named: list[Filler], clause: Clause, entry: Entry, answer: str, *, sparing: bool
    ) -> tuple[Arguments, float, tuple[str, ...]] | None:
        if any(self.places.is_of_others(filler, clause) for filler in named):
            return None
        aside = [filler for filler in named if sparing and not self._own_options(filler, entry)]
        named = [filler for filler in named if filler not in aside]
        if sparing and not 0 < len(aside) <= max(1, len(named)):
            return None
        if any(len(filler.item.things) != 1 or self._is_essential(filler, clause) for filler in aside):
            return None
        options = [self._options(filler, entry) for filler in named]
        signatures = list(self._signatures(clause, entry))
        alike = [signature for signature, same in self.places.signatures(clause, entry) if same]
        acting = clause.focus is not None and clause.focus.label == SUBJECT and clause.verbs
        if acting and not self.places.is_asked_in_place(clause.focus, alike, answer):
            return None
        found: list[tuple[float, dict[str, Filler]]] = []
        for columns in product(*options):
            if len(set(columns)) < len(columns) or (clause.focus is not None and answer in columns):
                continue
            assigned = dict(zip(columns, named, strict=True))
            worth = _agreement(assigned, clause, answer, signatures)
            found.append((worth - self._vagueness(columns, entry), assigned))
        found.sort(key=lambda one: -one[0])
        if not found or (len(found) > 1 and found[0][0] <= found[1][0]):
            return None
        worth, assigned = found[0]
        if worth < -_VAGUE * len(assigned) or not self._is_placed(assigned, entry):
            return None
        if self._is_turned(assigned, clause, entry, answer, signatures, worth):
            return None
        spared = tuple(item.things[0] for filler in aside for item in (filler.item, *filler.joined))
        filled = self._filled(assigned, clause, entry)
        return None if filled is None else (filled, _PLACED * worth, spared)

    def _signatures(self, clause: Clause, entry: Entry) -> Iterator[Signature]:
        """Columns by label, of phrasings with the same verb; where that says little, with another word."""
        bare = heavy(clause)
        if bare.verbs or not clause.verbs:
            yield from (signature for signature, _ in self.places.signatures(bare, entry))
            return
        verbs, words = ([alternatives(item) for item in items] for items in (clause.verbs, bare.words))
        for pattern in (*entry.patterns, *entry.related):
            same = any(one & two for one in pattern.verbs for two in verbs)
            if same and any(one & two for one in pattern.words for two in words):
                yield pattern.signature

    def _named(self, clause: Clause, entry: Entry, *, owned: bool = False) -> Iterator[Filler]:
        """The fillers that need a place: once each, and not what the name of another says too, unless with `owned`
        it is said whose something is: "X's aims in the X-Y war"."""
        seen: set[tuple[str, ...]] = set()
        for filler in clause.fillers:
            things = filler.item.things
            if not things or things in seen or self.places.is_idle(filler, entry):
                continue
            own = owned and filler.label == "of" and self._own_options(filler, entry)
            if filler.label in _BESIDE and not own and self.places.is_within_another(filler, clause):
                continue
            seen.add(things)
            yield filler

    def _options(self, filler: Filler, entry: Entry) -> list[str]:
        """The parameters that take the filler with all that is joined to it."""
        return [
            name
            for name, kind in entry.meaning.question.parameters.items()
            if all(len(self.explanations.things_of(item, kind)) == 1 for item in (filler.item, *filler.joined))
        ]

    def _own_options(self, filler: Filler, entry: Entry) -> list[str]:
        """The parameters of a class that take the filler: not those for anything."""
        parameters = entry.meaning.question.parameters
        return [name for name in self._options(filler, entry) if parameters[name] != _ANYTHING]

    def _is_placed(self, assigned: Mapping[str, Filler], entry: Entry) -> bool:
        """Whether each name that a parameter for anything takes stands where no phrasing has another."""
        parameters = entry.meaning.question.parameters
        there: dict[str, set[str]] = {}
        for pattern in (*entry.patterns, *entry.related):
            for label, column in pattern.signature.items():
                there.setdefault(label, set()).add(column)
        return all(
            not filler.item.adjective and column in there.get(filler.label, {column})
            for column, filler in assigned.items()
            if parameters[column] == _ANYTHING
        )

    def _is_essential(self, filler: Filler, clause: Clause) -> bool:
        """Whether no answer but one on it is one: on somebody who says something, on a source itself."""
        if filler.label == SUBJECT:
            return any(map(speaks, clause.verbs))
        return filler.label == OBJECT and self.explanations.is_source(filler.item)

    def _vagueness(self, columns: Sequence[str], entry: Entry) -> float:
        parameters = entry.meaning.question.parameters
        return _VAGUE * sum(parameters[column] == _ANYTHING for column in columns)

    def _is_turned(
        self,
        assigned: Mapping[str, Filler],
        clause: Clause,
        entry: Entry,
        answer: str,
        signatures: Sequence[Signature],
        worth: float,
    ) -> bool:
        """Whether a name could as well be what is asked for, and what is asked for in its place."""
        if clause.focus is None:
            return False
        for column, filler in assigned.items():
            kinds = entry.meaning.kinds[answer]
            fits = any(self.explanations.things_of(filler.item, kind) for kind in kinds if kind.startswith(SG))
            mine = entry.meaning.kinds[column]
            is_a = self.explanations.ontology.is_a
            same = any(is_a(one, other) or is_a(other, one) for one in mine for other in kinds)
            if not (fits and same):
                continue
            turned = {name: each for name, each in assigned.items() if name != column}
            if _agreement({**turned, answer: filler}, clause, column, signatures) >= worth:
                return True
        return False

    def _filled(self, assigned: Mapping[str, Filler], clause: Clause, entry: Entry) -> Arguments | None:
        """The arguments; None where the verb says of another kind than is named: "supply" of a purchase."""
        arguments: Arguments = {}
        for item in clause.words:
            self.explanations.set_constants(item, entry.meaning, arguments)
        for column, filler in assigned.items():
            kind = entry.meaning.question.parameters[column]
            items: tuple[Item, ...] = (filler.item, *filler.joined)
            arguments[column] = tuple(thing for item in items for thing in self.explanations.things_of(item, kind))
        selected = self.places.selected(clause, entry, arguments)
        return None if selected is None or selected.keys() & arguments.keys() else {**selected, **arguments}


def _agreement(assigned: Mapping[str, Filler], clause: Clause, answer: str, signatures: Sequence[Signature]) -> float:
    """With how many labels of the signature that agrees best, less those against it."""
    labels = [(filler.label, column) for column, filler in assigned.items() if filler.label]
    if clause.focus is not None and clause.focus.label:
        labels.append((clause.focus.label, answer))
    return max(
        (
            sum(
                (1.0 if signature[label] == column else -1.0)
                for label, column in labels
                if label and label in signature
            )
            for signature in signatures
        ),
        default=0.0,
    )
