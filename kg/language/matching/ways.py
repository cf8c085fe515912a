"""The ways to take the words of a question, each to be asked of the catalogue until one is understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Generic, TypeVar

from kg.language.grammar.doubts import is_statement
from kg.language.grammar.framing import embedded
from kg.language.grammar.lightening import lightened
from kg.language.grammar.passives import active
from kg.language.grammar.pointing import resolved
from kg.language.grammar.preparation import prepared
from kg.language.grammar.recasting import customary, recast
from kg.language.grammar.referring import both, disowned, kinds, of_names, pointed, referred
from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.matching.describing import Describing
from kg.language.matching.explanations import Explanations
from kg.language.text.claiming import heard
from kg.language.text.courtesy import Bare

Each = TypeVar("Each")


class Again(Generic[Each]):
    """What an iterator gives, as far as it was asked for, to be gone through again."""

    def __init__(self, each: Iterable[Each]) -> None:
        self._rest, self._given = iter(each), list[Each]()

    def __iter__(self) -> Iterator[Each]:
        for index in count():
            if index == len(self._given):
                try:
                    self._given.append(next(self._rest))
                except StopIteration:
                    return
            yield self._given[index]


_CAN = Item("fill", "can", 0, 0)  # what is asked is if it may be so


def ways(linker: Linker, explanations: Explanations, bared: Bare) -> Iterator[tuple[tuple[Item, ...], bool]]:
    """The items of a question, as they stand, with pronouns as what they stand for, and names said in other words
    taken apart; and whether it is asked if something is so: if it has the form of a statement, last."""
    seen: dict[tuple[Item, ...], None] = {}
    describing = Describing(explanations)
    for merging in (True, False):
        items = prepared(linker.items(bared.tokens, merging=merging), linker.lexicon)
        items = resolved(pointed(heard(items)), linker.naming.headed)
        asked = (*of_names(items, explanations.names), *([_CAN] if bared.possible else []))
        asked = linker.merged(asked) if merging else asked
        meant = kinds(describing.named(asked), explanations.names)
        others = both(asked, explanations.names), disowned(meant), linker.merged(active(meant))
        last = recast(customary(meant), linker)
        light = recast(describing.named(linker.merged(lightened(customary(meant), explanations.ambient))), linker)
        for way in (customary(meant), meant, asked, referred(asked), *others, last, light):
            if way not in seen and not _names_what_is_asked(way, linker):
                seen[way] = None
                yield way, bared.truth
    for way in seen if not bared.truth else ():
        if is_statement(way):
            yield way, True
    for way in seen:
        if (inside := embedded(way)) is not None:
            yield inside, bared.truth


def _names_what_is_asked(items: tuple[Item, ...], linker: Linker) -> bool:
    """Whether "the delegation" is taken for a name in "name the delegation that …", which asks for it."""
    kinds = [item.kind for item in items[:4]]
    noun = kinds == ["wh", "det", "name", "rel"] and items[0].word == "list"
    return noun and any(sense.part == "noun" for sense in linker.lexicon.senses.get((items[2].word,), ()))
