"""Names and no more, of which the words are to be quoted: the questions of the catalogue that take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.language.grammar.clauses import Clause
from kg.language.matching.explanations import Entry, Explanations
from kg.language.reading import Part
from kg.namespaces import SG

_VAGUE = frozenset({SG + "Entity", SG + "Situation"})


def mentioning(clause: Clause, entries: Iterable[Entry], explanations: Explanations) -> list[Part]:
    """Each question that takes the names of a clause without words, first those for the words themselves."""
    if clause.words or not clause.fillers:
        return []
    quoting, found = list[Part](), list[Part]()
    for entry in entries:
        question, core = entry.meaning.question, entry.meaning.core
        if SG + "quote" in core and (given := _each_placed(clause, question.parameters, explanations)):
            quoting.append(Part(question.name, question.answer, given))
        for name, kind in question.parameters.items() if explanations.is_specific(core) else ():
            things = explanations.things_of(clause.fillers[0].item, kind)
            if len(things) == len(clause.fillers) == 1 and kind not in _VAGUE:
                found.append(Part(question.name, question.answer, {name: tuple(things)}))
    return quoting + found


def _each_placed(
    clause: Clause, parameters: Mapping[str, str], explanations: Explanations
) -> dict[str, tuple[str, ...]]:
    """Each name of the clause as the argument of a parameter of its own; none where one has no place."""
    given: dict[str, tuple[str, ...]] = {}
    for filler in clause.fillers:
        free = [name for name in parameters if name not in given]
        things = {name: explanations.things_of(filler.item, parameters[name]) for name in free}
        name = next((name for name in free if len(things[name]) == 1), None)
        if name is None:
            return {}
        given[name] = tuple(things[name])
    return given
