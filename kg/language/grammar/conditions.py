"""Several conditions in one question: the clauses that share what is asked for, and names joined by "and"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.language.grammar.clauses import Clause
from kg.language.lexis.items import Item
from kg.language.reading import Part
from kg.language.text.words import EXCEPTING

_LEAST = 2  # items in a clause
_TAIL = 4
_YEAR = 4  # digits
_WHEN = frozenset({"in", "of", "from", "since", "during", "by", "for", "around", "year"})
_PUTTING = frozenset({
    "leaving", "leave", "leaves", "setting", "set", "sets", "putting", "put", "puts", "taking", "take", "takes",
    "leave out", "leaves out", "leave aside", "leaves aside", "set aside", "sets aside", "put aside", "leaving out",
    "leaving aside", "exclude", "ignore", "disregard", "discount", "omit", "skip",
})  # fmt: skip
_ASIDE = frozenset({"aside", "out", "apart", "away", "off", "excepted", "excluded"})
_TELLING = frozenset({"set", "sets", "setting", "tell", "tells"})
_SUPPOSING = frozenset({"i", "we", "you", "one"})


def head(items: Sequence[Item]) -> int:
    """How many items make the phrase that is asked for ("which proposals"); 0 where the question opens with none."""
    if not items or items[0].kind != "wh":
        return 0
    size = 1
    while size < len(items) and items[0].word not in ("who", "whom"):
        item = items[size]
        if any(sense.part == "noun" for sense in item.senses) and item.kind == "word":
            return size + 1
        if item.kind in ("det", "fill") or item.word in ("of", "many", "different") or item.kind == "number":
            size += 1
        else:
            break
    return 1 if items[0].word in ("who", "whom", "what") else 0


def separated(items: Sequence[Item], size: int) -> Iterator[tuple[tuple[Item, ...], ...]]:
    """The ways to part what follows the head into one, two or three clauses, each with the head before it."""
    front, rest = tuple(items[:size]), tuple(items[size:])
    for clauses in _ways(rest, 3, joined=size == 1):
        if len(clauses) > 1 or rest[:1] != clauses[0][:1]:
            yield tuple((*front, *each) for each in clauses)


def apart(items: Sequence[Item], size: int) -> Iterator[tuple[tuple[Item, ...], ...]]:
    """The phrase that is asked for as a condition of its own: "which permanent members did X not name"."""
    first = items[0]
    ends = [size]
    done = size < len(items) and any(sense.part == "verb" and sense.form == "ed" for sense in items[size].senses)
    place = size + done  # "which guarantors named in X"
    if place < len(items) and items[place].kind == "prep":
        name = place + 1 + (items[place + 1 : place + 2] != () and items[place + 1].kind == "det")
        ends += [name + 1] if name < len(items) and items[name].kind == "name" else []
    for end in ends if size > 1 else []:
        phrase = tuple(item for item in items[1:end] if item.word != "many")
        rest = tuple(items[end:])
        for asking in ("which", "who") if rest else ():
            yield (replace(first, word="list"), *phrase), (replace(first, word=asking), *rest)


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
        if index < _LEAST or len(rest) - index < _LEAST:
            continue
        for others in _ways(rest[index:], most - 1, joined=joined):
            yield [rest[:index], *others]


def _opens(rest: Sequence[Item], index: int) -> bool:
    """Whether a clause may begin here: at a conjunction, a relative pronoun, an auxiliary, "not" or a verb."""
    item = rest[index]
    if item.kind in ("conj", "rel"):
        return True
    if rest[index - 1].kind in ("neg", "aux") or rest[index - 1].word == "to":
        return False
    verb = item.kind != "prep" and any(sense.part == "verb" for sense in item.senses)  # "concerning X" opens none
    return verb or item.kind in ("aux", "neg")


def _bare(rest: tuple[Item, ...]) -> tuple[Item, ...]:
    while rest and rest[0].kind in ("conj", "rel"):
        rest = rest[1:]
    return rest


def is_denied_later(items: Sequence[Item]) -> bool:
    """Whether only the second of two conditions is denied: "which proposals name X and have no mandate"."""
    place = next((index for index, item in enumerate(items) if item.kind == "neg"), 0)
    return any(
        item.kind == "conj" and {items[index - 1].kind, items[index + 1].kind} != {"name"}
        for index, item in enumerate(items[:place])
        if index
    )


def is_parted(items: Sequence[Item]) -> bool:
    """Whether its form says that there are several conditions: "and which", or what is denied twice or later."""
    negations = [index for index, item in enumerate(items) if item.kind == "neg"]
    twice = len(negations) > 1 and any(item.kind == "conj" for item in items[negations[0] : negations[-1]])
    again = any(one.kind == "conj" and other.kind == "rel" for one, other in pairwise(items))
    return twice or again or is_denied_later(items)


def is_either(items: Sequence[Item]) -> bool:
    """Whether one of two conditions is enough ("who gains or loses"): what both have in common is not asked."""
    either = (index for index, item in enumerate(items) if item.word == "or" and 0 < index < len(items) - 1)
    return any(_opens(items, index + 1) and items[index + 1].kind != "name" for index in either)


def spread(part: Part, clause: Clause) -> tuple[Part, ...]:
    """A part for each of several names that "and" joins; with "or", and where they are what is asked for, one."""
    joined = {
        frozenset((*filler.item.things, *(thing for item in filler.joined for thing in item.things)))
        for filler in clause.fillers
        if filler.joined and not filler.either
    }
    for name, values in part.arguments.items():
        if len(values) > 1 and name != part.column and not part.negated and any(set(values) <= each for each in joined):
            return tuple(_of_one(part, name, value) for value in values)
    return (part,)


def _of_one(part: Part, name: str, value: str) -> Part:
    """The part, and the others of which it may be asked as well, with that value alone."""
    others = (_of_one(other, name, value) for other in part.others if name in other.arguments)
    return replace(part, arguments={**part.arguments, name: (value,)}, others=tuple(others))


def excepted(items: Sequence[Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]] | None:
    """ "… X but not Y …" as what is asked of X, and the same of Y, which must not be so; None where nothing is so."""
    for index, item in enumerate(items):
        if item.kind != "neg" or index + 1 >= len(items) or items[index + 1].kind not in ("name", "det"):
            continue
        start = index - (items[index - 1].kind == "conj")
        end = index + 1 + (items[index + 1].kind == "det")
        if start == index or start < 1 or end >= len(items) or {items[end].kind, items[start - 1].kind} != {"name"}:
            return None
        rest = tuple(items[end + 1 :])
        first = start - 1 - (items[start - 2].kind == "det")
        return (*items[:start], *rest), (*items[:first], *items[index + 1 : end + 1], *rest)
    return None


def set_aside(items: Sequence[Item]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """What is asked besides some things ("apart from X and Y, who …"), and those things; none where none are named."""
    for index, item in enumerate(items):
        if item.word not in EXCEPTING or is_told(items[:index]):
            continue
        end, things = index + 1, list[str]()
        for place in range(end, len(items)):
            each = items[place]
            if each.kind == "name":
                things += each.things
                end = place + 1
            elif each.kind not in ("det", "conj"):
                break
        rest = (*items[:index], *items[end:])
        return (rest, tuple(things)) if things else (tuple(items), ())
    return tuple(items), ()


def is_told(before: Sequence[Item]) -> bool:
    """Whether a verb before goes with "apart": "what sets X apart from Y"."""
    return any(item.word in _TELLING for item in before)


def dated(items: Sequence[Item]) -> tuple[tuple[Item, ...], str] | None:
    """The items without the year that is said in them ("back in 2022", "the 2022 text"), and it; None without one."""
    for index, item in enumerate(items):
        if item.kind != "number" or len(item.word) != _YEAR or not item.word.isdigit():
            continue
        start = index - (index > 0 and items[index - 1].word in _WHEN)
        start -= start > 0 and start < index and items[start - 1].word == "back"
        return (*items[:start], *items[index + 1 :]), item.word
    return None


def aside(items: Sequence[Item]) -> list[Item]:
    """ "Leaving X out", "if we set X aside" and "X aside" before or after a comma as "besides X"."""
    for index, item in enumerate(items):
        if index and items[index - 1].word != ",":
            continue
        supposed = [each.word for each in items[index : index + 2]]
        start = index + 2 * (supposed[:1] == ["if"] and supposed[1:] != [] and supposed[1] in _SUPPOSING)
        verb = items[start] if start < len(items) else item
        first = start + (verb.word in _PUTTING)
        end = first
        while end < len(items) and (items[end].kind in ("name", "det", "conj") or _goes_on(items, end)):
            end += 1
        named = any(each.kind == "name" for each in items[first:end])
        after = items[end].word if end < len(items) else ""
        if not named or not (after in _ASIDE or (first > start > index and after in ("", ","))):
            continue
        besides = Item("prep", "besides", item.start, item.end)
        return [*items[:index], besides, *items[first:end], *items[end + (after in _ASIDE) :]]
    return list(items)


def _goes_on(items: Sequence[Item], index: int) -> bool:
    """Whether a comma parts names of a list."""
    return items[index].word == "," and [item.kind for item in items[index - 1 : index + 2 : 2]] == ["name", "name"]


def shortened(items: Sequence[Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]] | None:
    """What is asked before a tail such as "and by what means", and the tail; None where there is no such tail."""
    place = max((index for index, item in enumerate(items) if item.kind == "wh"), default=0)
    start = place - (items[place - 1].kind == "prep") if place else 0
    if start < 3 or items[start - 1].kind != "conj":
        return None
    tail = tuple(items[start:])
    short = all(item.kind in ("wh", "prep", "fill") or any(s.part == "noun" for s in item.senses) for item in tail)
    return (tuple(items[: start - 1]), tail) if short and len(tail) <= _TAIL else None
