"""Several conditions in one question: the clauses that share what is asked for, and names joined by "and"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.language.clauses import Clause
from kg.language.items import Item
from kg.language.reading import Part


def head(items: Sequence[Item]) -> int:
    """How many items make the phrase that is asked for ("which proposals"); 0 where the question opens with none."""
    if not items or items[0].kind != "wh":
        return 0
    size = 1
    while size < len(items):
        item = items[size]
        if any(sense.part == "noun" for sense in item.senses) and item.kind == "word":
            return size + 1
        if item.kind in ("det", "fill") or item.word in ("of", "many", "different") or item.kind == "number":
            size += 1
        else:
            break
    return 1 if items[0].word in ("who", "what") else 0


def separated(items: Sequence[Item], size: int) -> Iterator[tuple[tuple[Item, ...], ...]]:
    """The ways to part what follows the head into one, two or three clauses, each with the head before it."""
    front, rest = tuple(items[:size]), tuple(items[size:])
    for clauses in _ways(rest, 3, joined=size == 1):
        if len(clauses) > 1 or rest[:1] != clauses[0][:1]:
            yield tuple((*front, *each) for each in clauses)


def _ways(rest: tuple[Item, ...], most: int, *, joined: bool) -> Iterator[list[tuple[Item, ...]]]:
    """The partings of `rest`; only at conjunctions where the clauses must be `joined`."""
    rest = _bare(rest)
    if not rest:
        return
    yield [rest]
    if most == 1:
        return
    for index in range(1, len(rest)):
        if not _opens(rest, index) or (joined and rest[index].kind != "conj"):
            continue
        for others in _ways(rest[index:], most - 1, joined=joined):
            yield [rest[:index], *others]


def _opens(rest: Sequence[Item], index: int) -> bool:
    """Whether a clause may begin here: at a conjunction, a relative pronoun, an auxiliary, "not" or a verb."""
    item = rest[index]
    if item.kind in ("conj", "rel"):
        return True
    if rest[index - 1].kind in ("neg", "aux"):
        return False
    return item.kind in ("aux", "neg") or any(sense.part == "verb" for sense in item.senses)


def _bare(rest: tuple[Item, ...]) -> tuple[Item, ...]:
    while rest and rest[0].kind in ("conj", "rel"):
        rest = rest[1:]
    return rest


def spread(part: Part, clause: Clause) -> tuple[Part, ...]:
    """A part for each of several names that "and" joins; with "or", and where they are what is asked for, one."""
    joined = {
        frozenset((*filler.item.things, *(thing for item in filler.joined for thing in item.things)))
        for filler in clause.fillers
        if filler.joined and not filler.either
    }
    for name, values in part.arguments.items():
        if len(values) > 1 and name != part.column and not part.negated and any(set(values) <= each for each in joined):
            return tuple(replace(part, arguments={**part.arguments, name: (value,)}) for value in values)
    return (part,)
