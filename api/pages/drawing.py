"""Boxes, words and arrows of diagrams as SVG. Colours come from the stylesheet, by class names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

ROW, BOX, GAP = 44, 28, 190  # pixels: a row's height, a box's height, the room for a name between boxes
_LETTER, _LONGEST = 7.4, 42  # a letter's width in pixels, the most letters in a box


@dataclass(frozen=True)
class Box:
    """A box with a text, which may be a link."""

    left: float
    top: float
    width: float
    text: str
    link: str | None
    kind: str = "box"

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def level(self) -> float:
        """The height of its middle."""
        return self.top + BOX / 2

    def svg(self) -> str:
        middle, size = self.left + self.width / 2, f'width="{self.width:.0f}" height="{BOX}"'
        drawn = (
            f'<rect class="{self.kind}" x="{self.left:.0f}" y="{self.top:.0f}" {size} rx="5"/>'
            f'<text class="boxed" x="{middle:.0f}" y="{self.top + 19:.0f}" text-anchor="middle">'
            f"{escape(self.text)}</text>"
        )
        return f'<a href="{escape(self.link)}">{drawn}</a>' if self.link else drawn


def arrow(start: tuple[float, float], end: tuple[float, float], kind: str = "") -> str:
    """A line that bends near its start, and leads to the right."""
    (x, y), (to_x, to_y) = start, end
    bend = f"C{x + 40:.0f} {y:.0f} {x + 20:.0f} {to_y:.0f} {x + 60:.0f} {to_y:.0f}"
    return f'<path class="edge{kind}" d="M{x:.0f} {y:.0f} {bend} H{to_x:.0f}" marker-end="url(#arrow)"/>'


def words(kind: str, text: str, x: float, y: float, anchor: str = "end") -> str:
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'


def image(
    parts: Iterable[str], width: float, height: float, name: str, title: str, told: str, role: str = "img"
) -> str:
    """A diagram, for assistive technology too: its title and, in words, what it shows. With links in it, a group."""
    tip = '<path class="tip" d="M0 0 L8 4 L0 8 z"/>'
    size = 'viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"'
    marker = f'<marker id="{name}-arrow" {size} orient="auto">{tip}</marker>'
    drawn = "".join(parts).replace("url(#arrow)", f"url(#{name}-arrow)")
    return (
        f'<svg class="diagram" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'role="{role}" aria-labelledby="{name}-title {name}-told"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-told">{escape(told)}</desc><defs>{marker}</defs>{drawn}</svg>'
    )


def width_of(text: str) -> float:
    """The width of a box with this text."""
    return max(60, len(text) * _LETTER + 22)


def cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
