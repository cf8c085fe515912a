"""What is likely asked where the words are not understood: the learned guess, with its names in their places.

It is a guess that an answer must bear out; none is made of what is excepted, denied, a matter of opinion or of
quantities, nor of somebody or something whose name nobody here has heard.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kg.asked import NOT_ANSWERED
from kg.language.grammar.doubts import of_form
from kg.language.grammar.framing import uncleft
from kg.language.grammar.referring import only, pointed, unfronted
from kg.language.grammar.speakers import attributed
from kg.language.grammar.sureness import is_of_sureness
from kg.language.lexis.items import Item
from kg.language.matching.choosing import GUESSED, Chooser
from kg.language.matching.learning import Learning
from kg.language.matching.parting import Parting
from kg.language.matching.templates import Way
from kg.language.reading import Part, Reading
from kg.language.text.courtesy import Bare
from kg.language.text.words import EXCEPTING, POINTING, tokens
from kg.namespaces import SG, SKOS

_BROAD = frozenset(SG + name for name in ("Entity", "Actor", "Situation", "Speaker", "Source"))
_PARTING = frozenset(":;.?!")
_MONTHS = frozenset(month.lower() for month in calendar.month_name)
# How likely a question must be: at least, where a word is strange, and to be taken before what the words seem to say.
_SURE, _LIKELY, _STRANGE, _NOTHING, _CERTAIN = 0.5, 0.7, 0.8, 0.92, 0.92


@dataclass(frozen=True)
class Guessing:
    learning: Learning
    chooser: Chooser

    def reading(self, text: str, asked: Bare, each_way: Iterable[Way], *, certain: bool = False) -> Reading | None:
        """The reading as the question that is likely asked, in the first way of taking the words that bears an answer;
        None where no question is surely likely."""
        guess, share = self.learning.guess(tokens(text), asked.tokens)
        if guess == NOT_ANSWERED or share < max(self._least(text, asked), _CERTAIN * certain):
            return None
        whole = not _PARTING & set(text.rstrip("?!. "))
        found = list(self._readings(self.chooser.guessing(guess, sure=share >= _CERTAIN), each_way, whole=whole))
        if not found:
            return None
        others = [each.parts[0] for each in found if each.kind == found[0].kind]
        if share >= _LIKELY and found[0].kind in ("answers", "count"):
            others += [turned for each in others for turned in self._turned(each)]
        others = [each for place, each in enumerate(others) if each not in others[:place]]
        first = others[0]
        placed = first.arguments and not first.mentioned and not first.loosely
        sure = share >= _CERTAIN and placed and found[0].kind in ("count", "verdict")
        return replace(found[0], parts=(replace(first, others=tuple(others[1:]), loosely=not sure),))

    def is_of_nothing(self, text: str, asked: Bare) -> bool:
        """Whether it is almost certainly none of the questions of the catalogue."""
        guess, share = self.learning.guess(tokens(text), asked.tokens)
        return guess == NOT_ANSWERED and share >= _NOTHING

    def _readings(self, chooser: Chooser, each_way: Iterable[Way], *, whole: bool) -> Iterator[Reading]:
        """The readings of each way as the chooser's guess; `whole`: nothing before it says what it points to."""
        parting = Parting(chooser, (GUESSED,))
        for way, truth in each_way:
            items = pointed(unfronted(uncleft(way)))
            if of_form(items) or only(items) is not None or _leaves_out(items):
                continue
            if _points_to_nothing(items) and not (chooser.sure and whole):
                continue
            attribution = attributed(items, chooser.explanations.names)
            if is_of_sureness(items) and not attribution.doubted:
                continue
            kind, parts = parting.of_source(items, attribution, whether=truth)
            part = _of_one(parts)
            if part is not None and (not part.negated or self.learning.is_denied(chooser.guess, items)):
                part = replace(part, negated=False).said(attribution.speaker, attribution.act)
                part = self._with_all(part, items)
                if kind != "answers" or not self._is_named(part):
                    yield Reading((part,), kind)

    def _turned(self, part: Part) -> Iterator[Part]:
        """The part with two names in each other's places, where they are not sure; and without what the words say of
        what is not asked for."""
        parameters = self.chooser.entry(part.name).meaning.question.parameters
        for one, other in combinations(part.arguments if part.loosely else (), 2):
            swapped = {**part.arguments, one: part.arguments[other], other: part.arguments[one]}
            if all(self._fits(each, parameters[name]) for name in (one, other) for each in swapped[name]):
                yield replace(part, arguments=swapped)
        kinds = {name: kind for name, kind in part.kinds.items() if name == part.column}
        if part.according_to or kinds != part.kinds:
            said_by = (part.according_to,) if part.according_to else ()
            yield replace(part, kinds=kinds, according_to=None, mentioned=(*part.mentioned, *said_by))

    def _fits(self, thing: str, kind: str) -> bool:
        return self.chooser.explanations.names.is_a(thing, kind)

    def _is_named(self, part: Part) -> bool:
        """Whether something has no place in the question that is of the class of what is asked for."""
        kinds = [kind for kind in self.chooser.entry(part.name).meaning.kinds[part.column] if kind not in _BROAD]
        return any(self._fits(thing, kind) for thing in part.mentioned for kind in kinds)

    def _with_all(self, part: Part, items: Sequence[Item]) -> Part:
        """The part with all that is named: what has no place in it is to be mentioned."""
        names = self.chooser.explanations.names
        placed = {part.according_to, *part.mentioned, *(thing for each in part.arguments.values() for thing in each)}
        rest = [item.things[0] for item in items if item.things and not placed & {*item.things, *item.others}]
        rest = [thing for thing in rest if not names.is_a(thing, SKOS + "Concept")]
        return replace(part, mentioned=tuple(dict.fromkeys((*part.mentioned, *rest))))

    def _least(self, text: str, asked: Bare) -> float:
        """How likely a question must be: the more so with a word that no example has; never with a name of nobody."""
        items = self.learning.linker.items(asked.tokens, merging=False)
        unknown = [item for item in items[1:] if item.kind == "unknown" and item.word not in _MONTHS]
        strange = any(not self.learning.has(item.word) for item in unknown)
        named = any(text[item.start : item.start + 1].isupper() and item.word != "i" for item in unknown)
        return math.inf if named else _STRANGE if strange else _SURE


def _of_one(parts: Sequence[Part]) -> Part | None:
    """The part that several are which differ in a name each: with what they have in common, mentioning the rest."""
    if len({(part.name, part.column, part.negated) for part in parts}) != 1:
        return None
    first = parts[0]
    same = {
        name: values for name, values in first.arguments.items() if all(p.arguments.get(name) == values for p in parts)
    }
    rest = [thing for part in parts for name in part.arguments.keys() - same for thing in part.arguments[name]]
    if not rest:
        return first
    return replace(first, arguments=same, mentioned=tuple(dict.fromkeys((*first.mentioned, *rest))), loosely=True)


def _points_to_nothing(items: Sequence[Item]) -> bool:
    """Whether something is pointed to, and nothing named."""
    return any(item.kind == "det" and item.word in POINTING for item in items) and not any(i.things for i in items)


def _leaves_out(items: Sequence[Item]) -> bool:
    return any(item.kind == "prep" and item.word in {*EXCEPTING, "beyond"} for item in items)
