"""Diagrams of the ontology as SVG: a class with its roles, and how sources, claims and situations hang together.

Everything that a diagram shows, the text beside it says too. Colours come from the stylesheet, by class names.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from api.pages.drawing import BOX, GAP, ROW, Box, arrow, cut, image, width_of, words
from kg.glossary import Entry, Glossary
from kg.namespaces import SG, SKOS

_LEFT, _RIGHT = 12, 330  # pixels: where the class stands, the widest box of values

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


def of_class(entry: Entry, glossary: Glossary) -> str:
    """The class to the left, the classes of each role's values to the right; empty where it has no roles."""
    if not entry.roles:
        return ""
    name = Box(_LEFT, len(entry.roles) * ROW / 2 - BOX / 2, width_of(entry.label), entry.label, None)
    start, end = name.left + name.width, name.left + name.width + GAP
    parts = [name.svg()]
    for number, role in enumerate(entry.roles):
        top = number * ROW + (ROW - BOX) / 2
        text = cut(" or ".join(map(glossary.label, role.values)) or "anything")
        link = _anchor(role.values[0], glossary) if len(role.values) == 1 else None
        middle = top + BOX / 2
        parts.append(arrow((start, name.level), (end, middle)))
        parts += [words("role", role.name, end - 8, middle - 5), words("count", role.count, end - 8, middle + 13)]
        parts.append(Box(end, top, width_of(text), text, link).svg())
    width, height = end + _RIGHT, len(entry.roles) * ROW
    return image(
        parts, width, height, f"diagram-{entry.name}", f"{entry.label}: its roles", _told(entry, glossary), "group"
    )


def overview(glossary: Glossary) -> str:
    """Sources, claims, evidence, situations, and what situations are about."""
    boxes = {
        iri: Box(x - width_of(text) / 2, y - BOX / 2, width_of(text), text, _anchor(iri, glossary))
        for iri, (x, y) in _PLACES.items()
        for text in [glossary.label(iri)]
    }
    edges = list(_edges(glossary))
    parts = [_edge(name, *_PLACES[start], *_PLACES[end]) for name, start, end in edges if start != end]
    told = "; ".join(f"{glossary.label(start)} – {name} – {glossary.label(end)}" for name, start, end in edges)
    return image(
        [*parts, *(box.svg() for box in boxes.values())],
        1040,
        290,
        "diagram-overview",
        "How the parts hang together",
        told,
        role="group",
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


def _told(entry: Entry, glossary: Glossary) -> str:
    return "; ".join(
        f"{role.name}, {role.count}: {' or '.join(map(glossary.label, role.values)) or 'anything'}"
        for role in entry.roles
    )


def _anchor(iri: str, glossary: Glossary) -> str | None:
    return f"/terms/{glossary.entries[iri].name}" if iri in glossary.entries else None
