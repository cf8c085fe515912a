"""A phrasing of the catalogue asked word for word, with names in its slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.language.items import Item
from kg.names import Names
from kg.questions import Question

Matched = tuple[Question, dict[str, tuple[str, ...]]]

_IDLE = frozenset({"det", "fill", "sign"})


@dataclass(frozen=True)
class Template:
    question: Question
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Templates:
    """The phrasings by their number of items: those with determiners left out are compared."""

    by_size: Mapping[int, tuple[Template, ...]]
    names: Names

    @classmethod
    def of(cls, phrased: Iterable[tuple[Question, Sequence[Item]]], names: Names) -> Templates:
        found: dict[int, list[Template]] = {}
        for question, items in phrased:
            bare = _bare(items)
            found.setdefault(len(bare), []).append(Template(question, bare))
        return cls({size: tuple(each) for size, each in found.items()}, names)

    def match(self, items: Sequence[Item]) -> Matched | None:
        """The question whose phrasing `items` are, with its arguments; None where it is none, or one of several's."""
        bare = _bare(items)
        found: dict[str, Matched] = {}
        for template in self.by_size.get(len(bare), ()):
            arguments = self._arguments(template, bare)
            if arguments is not None:
                found.setdefault(template.question.name, (template.question, arguments))
        narrowest = [one for one in found.values() if all(self._is_narrower(one, other) for other in found.values())]
        return narrowest[0] if len(narrowest) == 1 else None

    def _is_narrower(self, one: Matched, other: Matched) -> bool:
        """Whether one's parameters take the same names by narrower classes, or it is the other."""
        kinds, others = ([question.parameters[name] for name in given] for question, given in (one, other))
        is_a = self.names.ontology.is_a
        return one is other or (
            [*one[1].values()] == [*other[1].values()]
            and kinds != others
            and all(is_a(a, b) for a, b in zip(kinds, others, strict=True))
        )

    def _arguments(self, template: Template, bare: Sequence[Item]) -> dict[str, tuple[str, ...]] | None:
        arguments: dict[str, tuple[str, ...]] = {}
        for expected, item in zip(template.items, bare, strict=True):
            if not expected.slot:
                if expected.word != item.word:
                    return None
                continue
            kind = template.question.parameters[expected.slot]
            values = self._values(item, kind)
            if len(values) != 1:
                return None
            arguments[expected.slot] = (*arguments.get(expected.slot, ()), *values)
        return arguments

    def _values(self, item: Item, kind: str) -> list[str]:
        if item.kind == "number":
            return [item.word] if kind.endswith("#string") else []
        return [thing for thing in item.things if self.names.is_a(thing, kind)]


def _bare(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if item.kind not in _IDLE and item.word != "and")
