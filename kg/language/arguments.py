"""Which of the things that a text names is which argument of a question: by class, and by the phrasing most like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from kg.entities.names import Names
from kg.language.mentions import Mention
from kg.language.words import Word, auxiliary, of_class, words
from kg.ontology.schema import Ontology
from kg.questions.catalogue import Question

_SLOT = re.compile(r"\{(\w+)\}")
_TRIED = 64  # ways to place what is named
# What tips the scales where phrasings do not: per thing that has a place, per class above that of its place, where the
# place is what is asked for, per thing without a place, per place that no phrasing has.
_PLACED, _NARROW, _ASKED_FOR, _LEFT, _UNSAID = 0.05, 0.005, 0.3, 0.05, 0.15


@dataclass(frozen=True)
class Template:
    """A phrasing: the stems of its words, slots in braces, and what of it is compared."""

    text: str
    sequence: tuple[str, ...]
    grams: Counter[str] = field(compare=False)

    @classmethod
    def of(cls, text: str) -> Template:
        sequence = stems(words(text))
        return cls(text, sequence, _grams(sequence))

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(_SLOT.findall(self.text))

    @property
    def lead(self) -> str:
        """What stands before the first slot."""
        return self.text.partition("{")[0]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches the phrasing word for word, each slot a group."""
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(self.text)))

    @cached_property
    def denies(self) -> bool:
        """Whether it denies something itself ("will not allow")."""
        return any(word.folded in of_class("negations") or word.folded.endswith("n't") for word in words(self.text))

    @property
    def is_telling(self) -> bool:
        """Whether a word of its own carries something: "Does {actor} {function} {mission}?" is like anything."""
        return any(word.is_carrying for word in words(self.text))


@dataclass(frozen=True)
class Filled:
    """A question with arguments, what is left without a place, and how like the likest phrasing it is (0 to 1)."""

    arguments: dict[str, tuple[str, ...]]
    left: tuple[Mention, ...]
    likeness: float
    template: Template
    firmly: frozenset[tuple[str, str]] = frozenset()  # the things that are firmly named, each with its place

    @property
    def is_said(self) -> bool:
        """Whether the likest phrasing has a place for all that is given."""
        return set(self.arguments) <= set(self.template.slots)

    def is_like(self, other: Filled) -> bool:
        """Whether what is firmly named has the same places in the other."""
        return self.firmly == other.firmly

    @property
    def left_firm(self) -> bool:
        return any(mention.firm for mention in self.left)

    @property
    def is_verbatim(self) -> bool:
        return self.likeness > 0.999 and self.template.is_telling


def templates(question: Question, ontology: Ontology) -> tuple[Template, ...]:
    """The phrasings of a question."""
    title = _pointed(question, ontology)
    return tuple(map(Template.of, (title, *question.phrasings)))


def _pointed(question: Question, ontology: Ontology) -> str:
    """The question itself, "this proposal" as the slot of the argument that is called so or is of that class."""
    slots = {ontology.label(kind).casefold(): name for name, kind in reversed([*question.parameters.items()])}
    slots |= {name: name for name in question.parameters}
    slots |= {"one": next(iter(question.parameters), "")}
    called = "|".join(sorted(map(re.escape, slots), key=len, reverse=True))
    return re.sub(rf"\bthis ({called})\b", lambda found: f"{{{slots[found[1]]}}}", question.question)


def ways_to_fill(
    question: Question, phrasings: Sequence[Template], text: Sequence[Word], mentions: Sequence[Mention],
    names: Names, *, lists: bool,
) -> list[Filled]:  # fmt: skip
    """The ways to give the question the things that are named, the likeliest first; `lists` where a list is due."""
    found: list[tuple[float, Filled]] = []
    for placed in islice(_ways(question, text, mentions, names), _TRIED):
        grams = _grams(_sequence(text, mentions, placed))
        template, likeness = max(((each, _dice(grams, each.grams)) for each in phrasings), key=lambda pair: pair[1])
        given = [name for name in placed if name]
        narrow = sum(len(names.ontology.supers(question.parameters[name])) for name in given)
        unsaid = sum(name not in template.slots for name in given)
        score = likeness + _PLACED * len(given) - _UNSAID * unsaid + _NARROW * narrow
        score -= _ASKED_FOR * (lists and question.answer in given)
        left = tuple(mention for mention, name in zip(mentions, placed, strict=True) if name is None)
        score -= _LEFT * sum(mention.firm for mention in left)
        firmly = frozenset(
            (each.thing, name) for each, name in zip(mentions, placed, strict=True) if each.firm and name
        )
        arguments = _arguments(question, mentions, placed, names)
        found.append((score, Filled(arguments, left, likeness, template, firmly)))
    return [each for _, each in sorted(found, key=lambda pair: -pair[0])]


def fits(mention: Mention, kind: str, names: Names) -> tuple[str, ...]:
    """Those of the things meant that are of a class."""
    return tuple(thing for thing in mention.things if names.is_a(thing, kind))


def _ways(
    question: Question, text: Sequence[Word], mentions: Sequence[Mention], names: Names
) -> Iterator[tuple[str | None, ...]]:
    """For each mention a parameter or None, in all ways that leave none without a place that could have one."""

    def further(place: int, placed: tuple[str | None, ...]) -> Iterator[tuple[str | None, ...]]:
        if place == len(mentions):
            yield placed
            return
        mention = mentions[place]
        possible = [name for name, kind in question.parameters.items() if fits(mention, kind, names)]
        free = [name for name in possible if name not in placed]
        if place and placed[-1] in possible and _joined(text, mentions[place - 1], mention):
            free.append(str(placed[-1]))
        for name in free:
            yield from further(place + 1, (*placed, name))
        if not free or not mention.firm or len(mentions) > 1:
            yield from further(place + 1, (*placed, None))

    yield from further(0, ())


def _joined(text: Sequence[Word], one: Mention, other: Mention) -> bool:
    between = text[one.end : other.start]
    return bool(between) and all(word.folded in of_class("listing") or word.folded == "the" for word in between)


def _arguments(
    question: Question, mentions: Sequence[Mention], placed: Sequence[str | None], names: Names
) -> dict[str, tuple[str, ...]]:
    arguments: dict[str, tuple[str, ...]] = {}
    for mention, name in zip(mentions, placed, strict=True):
        if name:
            kind = question.parameters[name]
            things = fits(mention, kind, names)
            arguments[name] = tuple(dict.fromkeys((*arguments.get(name, ()), *things)))
    return arguments


def _sequence(text: Sequence[Word], mentions: Sequence[Mention], placed: Sequence[str | None]) -> tuple[str, ...]:
    """The stems of the text, things that are placed as their slot; several in one slot as one."""
    found: list[str] = []
    place = 0
    for mention, name in zip(mentions, placed, strict=True):
        if name is None:
            continue
        between = stems(text[place : mention.start])
        slot = f"{{{name}}}"
        if not (found and found[-1] == slot and set(between) <= of_class("listing")):
            found += [*between, slot]
        place = mention.end
    return (*found, *stems(text[place:]))


def stems(text: Sequence[Word]) -> tuple[str, ...]:
    """What of each word is compared: its stem; of an auxiliary verb which it is, "do" and "does" alike."""
    return tuple(
        auxiliary(word.folded) or (word.folded if word.folded in of_class("empty") else word.stem)
        for word in text
        if not word.is_sign
    )


def _grams(sequence: Sequence[str]) -> Counter[str]:
    """Words, pairs of neighbours, and which slot comes before which."""
    carrying = [each for each in sequence if each not in of_class("articles")]
    grams: Counter[str] = Counter(carrying)
    grams.update(f"{one} {other}" for one, other in zip(["^", *carrying], [*carrying, "$"], strict=True))
    slots = [each for each in carrying if each[0] == "{"]
    grams.update(f"{one} < {other}" for number, one in enumerate(slots) for other in slots[number + 1 :])
    for each in carrying:
        if each in of_class("empty"):
            grams[each] = 0
    return grams


def _dice(one: Counter[str], other: Counter[str]) -> float:
    common = sum(min(count, other[gram]) for gram, count in one.items() if gram in other)
    return 2 * common / ((sum(one.values()) + sum(other.values())) or 1)
