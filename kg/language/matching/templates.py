"""A phrasing of the catalogue asked word for word, with names in its slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.language.grammar.recasting import customary
from kg.language.lexis.items import Item
from kg.language.matching.phrasings import bare
from kg.names import Names
from kg.questions import Question

_SAME = {"which": "what", "does": "do", "are": "is", "were": "was", "has": "have"}
Matched = tuple[Question, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Template:
    question: Question
    words: tuple[str, ...]


@dataclass(frozen=True)
class Templates:
    """The phrasings by their number of items, determiners left out, and their first word, empty for a slot."""

    by_start: Mapping[tuple[int, str], tuple[Template, ...]]
    names: Names

    @classmethod
    def of(cls, phrased: Iterable[tuple[Question, tuple[str, ...]]], names: Names) -> Templates:
        found: dict[tuple[int, str], list[Template]] = {}
        for question, words in phrased:
            first = "" if words[0].startswith("{") else _alike(words[0])
            found.setdefault((len(words), first), []).append(Template(question, words))
        return cls({start: tuple(each) for start, each in found.items()}, names)

    def verbatim_first(self, ways: Iterable[tuple[tuple[Item, ...], bool]]) -> list[tuple[tuple[Item, ...], bool]]:
        """The ways of taking a question, those that are phrasings first; as they are where it is asked of a custom."""
        found = list(ways)
        if all(customary(items) == items for items, _ in found):
            found.sort(key=lambda way: self.match(way[0]) is None)
        return found

    def match(self, items: Sequence[Item]) -> Matched | None:
        """The question whose phrasing `items` are, with its arguments; None where it is none, or one of several's."""
        said = bare(items)
        found: dict[str, Matched] = {}
        exact = set[str]()
        starts = ((len(said), _alike(said[0].word)), (len(said), "")) if said else ()
        for template in (each for start in starts for each in self.by_start.get(start, ())):
            arguments = self._arguments(template, said)
            best = found.get(template.question.name)
            if arguments is not None and (best is None or len(arguments) > len(best[1])):
                found[template.question.name] = template.question, arguments
                exact |= {template.question.name} if _is_exact(template, said) else set()
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
        arguments: dict[str, tuple[str, ...]] = {}
        for expected, item in zip(template.words, said, strict=True):
            slot = expected[1:-1] if expected.startswith("{") else ""
            if not slot:
                if expected != item.word and _alike(expected) != _alike(item.word):
                    return None
                continue
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
