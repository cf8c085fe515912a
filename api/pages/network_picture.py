"""The graph around a thing as a diagram: who stands to it in which relation, and it to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from api.pages.drawing import BOX, GAP, ROW, Box, arrow, cut, image, width_of, words
from kg.entities.entities import Statement
from kg.model import Cell


def around(thing: Cell, statements: Sequence[Statement], address: Callable[[Cell], str | None], name: str) -> str:
    """The thing in the middle, what relates to it on its left, what it relates to on its right.

    `address` is where a thing's own diagram is; `name` tells this diagram from others on its page.
    """
    to_it = [each for each in statements if each.object == thing]
    from_it = [each for each in statements if each.subject == thing and each.object != thing]
    height = max(len(to_it), len(from_it), 1) * ROW
    left = max((width_of(cut(each.subject.label)) for each in to_it), default=0)
    at = left + GAP + 60 if to_it else 0
    centre = Box(at, height / 2 - BOX / 2, width_of(cut(thing.label)), cut(thing.label), None, "box centre")
    parts = [*_before(centre, to_it, left, address), centre.svg(), *_after(centre, from_it, address)]
    right = max((width_of(cut(each.object.label)) for each in from_it), default=0)
    width = centre.right + (GAP + 60 + right if from_it else 0) + 2
    told = "; ".join(map(told_of, [*to_it, *from_it]))
    return image(parts, width, height, name, f"The graph around {thing.label}", told, role="group")


def told_of(statement: Statement) -> str:
    return f"{statement.subject.label} – {_relation(statement)} – {statement.object.label}"


def _before(
    centre: Box, found: Sequence[Statement], left: float, address: Callable[[Cell], str | None]
) -> Iterator[str]:
    for place, each in enumerate(found):
        text = cut(each.subject.label)
        box = Box(left - width_of(text), _top(place, len(found), centre), width_of(text), text, address(each.subject))
        turn = centre.left - 60
        bend = (
            f"C{turn + 40:.0f} {box.level:.0f} {turn + 20:.0f} {centre.level:.0f} {centre.left:.0f} {centre.level:.0f}"
        )
        line = f"M{box.right:.0f} {box.level:.0f} H{turn:.0f} {bend}"
        yield f'<path class="edge{_kind(each)}" d="{line}" marker-end="url(#arrow)"/>'
        yield words("role", _relation(each), box.right + 8, box.level - 5, "start")
        yield box.svg()


def _after(centre: Box, found: Sequence[Statement], address: Callable[[Cell], str | None]) -> Iterator[str]:
    at = centre.right + GAP + 60
    for place, each in enumerate(found):
        text = cut(each.object.label)
        box = Box(at, _top(place, len(found), centre), width_of(text), text, address(each.object))
        yield arrow((centre.right, centre.level), (box.left, box.level), _kind(each))
        yield words("role", _relation(each), box.left - 10, box.level - 5)
        yield box.svg()


def _top(place: int, count: int, centre: Box) -> float:
    """Where the box of a row begins, all rows of a side standing around the middle."""
    return centre.top + (place - (count - 1) / 2) * ROW


def _kind(statement: Statement) -> str:
    return (" denied" if statement.polarity == "denied" else "") + (" inferred" if statement.inferred else "")


def _relation(statement: Statement) -> str:
    denied = "denied: " if statement.polarity == "denied" else ""
    return f"{denied}{statement.predicate.label}{' (contested)' if statement.contested else ''}"
