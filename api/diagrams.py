"""Diagrams of the ontology as SVG: a class with its roles, and how sources, claims and situations hang together.

Everything that a diagram shows, the text beside it says too. Colours come from the stylesheet, by class names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from kg.glossary import Entry, Glossary
from kg.namespaces import SG, SKOS

_ROW, _BOX, _LETTER = 44, 28, 7.4  # pixels: a role's height, a box's height, a letter's width
_LEFT, _GAP, _RIGHT = 12, 190, 330  # where the class stands, the room for a role's name, the widest box of values
_LONGEST = 42  # letters in a box

# Where the classes of the overview stand: the middle of each box.
_PLACES = {
    SG + "Source": (110, 50),
    SG + "Evidence": (110, 250),
    SG + "Claim": (360, 150),
    SG + "Situation": (650, 150),
    SG + "Actor": (650, 40),
    SG + "Entity": (930, 90),
    SKOS + "Concept": (930, 220),
}
_DRAWN = ("speaker", "content", "evidence", "restsOn")
# What all roles together lead to; the ontology says it role by role.
_BY_ROLES = ((SG + "Situation", SG + "Entity"), (SG + "Situation", SKOS + "Concept"))


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    width: float
    text: str
    link: str | None

    def svg(self) -> str:
        middle, size = self.left + self.width / 2, f'width="{self.width:.0f}" height="{_BOX}"'
        drawn = (
            f'<rect class="box" x="{self.left:.0f}" y="{self.top:.0f}" {size} rx="5"/>'
            f'<text class="boxed" x="{middle:.0f}" y="{self.top + 19:.0f}" text-anchor="middle">'
            f"{escape(self.text)}</text>"
        )
        return f'<a href="{escape(self.link)}">{drawn}</a>' if self.link else drawn


def of_class(entry: Entry, glossary: Glossary) -> str:
    """The class to the left, the classes of each role's values to the right; empty where it has no roles."""
    if not entry.roles:
        return ""
    name = _Box(_LEFT, len(entry.roles) * _ROW / 2 - _BOX / 2, _width(entry.label), entry.label, None)
    start, end = name.left + name.width, name.left + name.width + _GAP
    parts = [name.svg()]
    for number, role in enumerate(entry.roles):
        top = number * _ROW + (_ROW - _BOX) / 2
        text = _cut(" or ".join(map(glossary.label, role.values)) or "anything")
        link = _anchor(role.values[0], glossary) if len(role.values) == 1 else None
        middle, level = top + _BOX / 2, name.top + _BOX / 2
        bend = f"C{start + 40:.0f} {level:.0f} {start + 20:.0f} {middle:.0f} {start + 60:.0f} {middle:.0f}"
        parts.append(f'<path class="edge" d="M{start:.0f} {level:.0f} {bend} H{end:.0f}" marker-end="url(#arrow)"/>')
        parts += [_words("role", role.name, end - 8, middle - 5), _words("count", role.count, end - 8, middle + 13)]
        parts.append(_Box(end, top, _width(text), text, link).svg())
    width, height = end + _RIGHT, len(entry.roles) * _ROW
    return _svg(parts, width, height, f"diagram-{entry.name}", f"{entry.label}: its roles", _told(entry, glossary))


def overview(glossary: Glossary) -> str:
    """Sources, claims, evidence, situations, and what situations are about."""
    boxes = {
        iri: _Box(x - _width(text) / 2, y - _BOX / 2, _width(text), text, _anchor(iri, glossary))
        for iri, (x, y) in _PLACES.items()
        for text in [glossary.label(iri)]
    }
    edges = list(_edges(glossary))
    parts = [_edge(name, *_PLACES[start], *_PLACES[end]) for name, start, end in edges if start != end]
    told = "; ".join(f"{glossary.label(start)} – {name} – {glossary.label(end)}" for name, start, end in edges)
    return _svg(
        [*parts, *(box.svg() for box in boxes.values())],
        1040,
        290,
        "diagram-overview",
        "How the parts hang together",
        told,
    )


def _edges(glossary: Glossary) -> Iterator[tuple[str, str, str]]:
    for name in _DRAWN:
        entry = glossary.entries.get(SG + name)
        for start in entry.domain if entry else ():
            for end in entry.range if entry else ():
                if start in _PLACES and end in _PLACES:
                    yield entry.label if entry else name, start, end
    for start, end in _BY_ROLES:
        yield "roles", start, end


def _edge(name: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<path class="edge" d="M{x} {y} L{to_x} {to_y}"/>'
        f'<text class="role halo" x="{(x + to_x) / 2:.0f}" y="{(y + to_y) / 2 - 4:.0f}" text-anchor="middle">'
        f"{escape(name)}</text>"
    )


def _words(name: str, text: str, x: float, y: float) -> str:
    return f'<text class="{name}" x="{x:.0f}" y="{y:.0f}" text-anchor="end">{escape(text)}</text>'


def _svg(parts: Iterable[str], width: float, height: float, name: str, title: str, told: str) -> str:
    """An image for assistive technology too: its title and, in words, what it shows."""
    tip = '<path class="tip" d="M0 0 L8 4 L0 8 z"/>'
    size = 'viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"'
    marker = f'<marker id="{name}-arrow" {size} orient="auto">{tip}</marker>'
    drawn = "".join(parts).replace("url(#arrow)", f"url(#{name}-arrow)")
    return (
        f'<svg class="diagram" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'role="img" aria-labelledby="{name}-title {name}-told"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-told">{escape(told)}</desc><defs>{marker}</defs>{drawn}</svg>'
    )


def _told(entry: Entry, glossary: Glossary) -> str:
    return "; ".join(
        f"{role.name}, {role.count}: {' or '.join(map(glossary.label, role.values)) or 'anything'}"
        for role in entry.roles
    )


def _anchor(iri: str, glossary: Glossary) -> str | None:
    return f"#{glossary.entries[iri].name}" if iri in glossary.entries else None


def _width(text: str) -> float:
    return max(60, len(text) * _LETTER + 22)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
