"""A phrasing of the catalogue asked word for word, with names in its slots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.language.grammar.recasting import customary
from kg.language.lexis.items import Item
from kg.language.matching.phrasings import bare
from kg.names import Names
from kg.questions import Question

_SAME = {"which": "what", "does": "do", "are": "is", "were": "was", "has": "have"}
Way = tuple[tuple[Item, ...], bool]  # items, and whether it is asked if it is so
Matched = tuple[Question, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Template:
    question: Question
    words: tuple[str, ...]


@dataclass
class _Node:
    """What phrasings have in common up to a place: those that end there, and how the others go on."""

    ending: list[Template] = field(default_factory=list)
    after: dict[str, _Node] = field(default_factory=dict)  # by the next word
    slotted: dict[str, _Node] = field(default_factory=dict)  # by the next slot


@dataclass(frozen=True)
class Templates:
    """The phrasings, determiners left out, as a tree of their words."""

    root: _Node
    names: Names

    @classmethod
    def of(cls, phrased: Iterable[tuple[Question, tuple[str, ...]]], names: Names) -> Templates:
        root = _Node()
        for question, words in phrased:
            node = root
            for word in words:
                node = (
                    node.slotted.setdefault(word, _Node())
                    if word.startswith("{")
                    else node.after.setdefault(_alike(word), _Node())
                )
            node.ending.append(Template(question, words))
        return cls(root, names)

    def verbatim_first(self, ways: Iterator[Way]) -> Iterator[Way]:
        """The ways of taking a question, those that are phrasings first; as they are where it is asked of a custom."""
        first = next(ways)
        is_phrasing = self.match(first[0]) is not None
        if is_phrasing:
            yield first
        found = [first, *ways]
        if all(customary(items) == items for items, _ in found):
            found.sort(key=lambda way: self.match(way[0]) is None)
        yield from found[is_phrasing:]

    def _ending(self, said: Sequence[Item]) -> Iterator[Template]:
        """The phrasings with these words, and with something in each slot."""
        nodes = [self.root]
        for item in said:
            word = _alike(item.word)
            nodes = [
                each
                for node in nodes
                for each in (*((node.after[word],) if word in node.after else ()), *node.slotted.values())
            ]
        return (template for node in nodes for template in node.ending)

    def match(self, items: Sequence[Item]) -> Matched | None:
        """The question whose phrasing `items` are, with its arguments; None where it is none, or one of several's."""
        said = bare(items)
        found: dict[str, Matched] = {}
        exact, slots = set[str](), dict[str, int]()
        for template in self._ending(said):
            arguments = self._arguments(template, said)
            best = found.get(template.question.name)
            if arguments is not None and (best is None or len(arguments) > len(best[1])):
                found[template.question.name] = template.question, arguments
                slots[template.question.name] = sum(word.startswith("{") for word in template.words)
                exact |= {template.question.name} if _is_exact(template, said) else set()
        found = {name: one for name, one in found.items() if slots[name] == min(slots[each] for each in found)}
        found = {name: one for name, one in found.items() if name in exact} or found
        narrowest = [one for one in found.values() if all(self._is_narrower(one, other) for other in found.values())]
        return narrowest[0] if len(narrowest) == 1 else None

    def lacking(self, items: Sequence[Item], present: frozenset[str]) -> str | None:
        """Why a phrasing of a question that the graph could not answer yet has no answer; None for any other items.

        Whether something named is so is answered all the same: it is not said.
        """
        matched = self.match(items)
        if matched is None or matched[0].name in present or (matched[1] and items[0].kind == "aux"):
            return None
        return f'The graph holds nothing yet that could answer "{matched[0].question}"'

    def _is_narrower(self, one: Matched, other: Matched) -> bool:
        """Whether one's parameters take the same names by narrower classes, or it is the other."""
        kinds, others = ([question.parameters[name] for name in given] for question, given in (one, other))
        is_a = self.names.ontology.is_a
        return one is other or (
            [*one[1].values()] == [*other[1].values()]
            and kinds != others
            and all(is_a(a, b) for a, b in zip(kinds, others, strict=True))
        )

    def _arguments(self, template: Template, said: Sequence[Item]) -> dict[str, tuple[str, ...]] | None:
        """What the slots of a phrasing with these words hold; None where that is not of their classes."""
        arguments: dict[str, tuple[str, ...]] = {}
        for expected, item in zip(template.words, said, strict=True):
            if not expected.startswith("{"):
                continue
            slot = expected[1:-1]
            values = self._values(item, template.question.parameters[slot])
            if len(values) != 1:
                return None
            arguments[slot] = (*arguments.get(slot, ()), *values)
        return arguments

    def _values(self, item: Item, kind: str) -> list[str]:
        if item.kind == "number":
            return [item.word] if kind.endswith("#string") else []
        meant = [thing for thing in item.things if self.names.is_a(thing, kind)]
        return meant or [thing for thing in item.others if self.names.is_a(thing, kind)]


def _is_exact(template: Template, said: Sequence[Item]) -> bool:
    """Whether the words are those of the phrasing, not only alike."""
    pairs = zip(template.words, said, strict=True)
    return all(expected == item.word or expected.startswith("{") for expected, item in pairs)


def _alike(word: str) -> str:
    """One word for those that ask the same of one and of several, or of a kind: "does" and "do", "which" and "what"."""
    return _SAME.get(word, word)
