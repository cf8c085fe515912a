"""A SELECT cut to so many rows, and the question whether it has more: both made from its text."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.sparql.lexer import TOKEN


@dataclass(frozen=True)
class Cut:
    """The query with a LIMIT of so many rows, and one that has a row where there are more."""

    text: str
    beyond: str


def cut(text: str, most: int) -> Cut | None:
    """A query cut to `most` rows; None where its own LIMIT is no higher, or where its end cannot be made out."""
    slices = _slices(text)
    own, offset = slices.get("limit"), slices.get("offset")
    if slices.depth or (own is not None and own <= most):
        return None
    return Cut(slices.written(limit=most, offset=offset), slices.written(limit=1, offset=(offset or 0) + most))


@dataclass
class _Slices:
    """Where a query's own LIMIT and OFFSET stand (begin and end of the number), and where they would."""

    text: str
    end: int
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    depth: int = 0

    def get(self, name: str) -> int | None:
        place = self.places.get(name)
        return int(self.text[slice(*place)]) if place else None

    def written(self, *, limit: int, offset: int | None) -> str:
        """The text with these numbers in the place of its own."""
        wanted = {"limit": limit} | ({"offset": offset} if offset is not None else {})
        added = "".join(f"\n{name.upper()} {number}\n" for name, number in wanted.items() if name not in self.places)
        edits = [(self.end, self.end, added)]
        edits += [(*self.places[name], str(number)) for name, number in wanted.items() if name in self.places]
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def _slices(text: str) -> _Slices:
    """Reads what stands outside all brackets; VALUES after the pattern is the last part of a query."""
    found = _Slices(text, len(text))
    grouped, before = False, ""
    for match in TOKEN.finditer(text):
        found.depth += bool(match["open"]) - bool(match["close"])
        grouped |= match["close"] == "}" and found.depth == 0
        word = (match["word"] or "").lower()
        if found.depth or not grouped or not word:
            continue
        if before in ("limit", "offset") and word.isdigit():
            found.places[before] = match.span()
        elif word == "values" and found.end == len(text):
            found.end = match.start()
        before = word
    return found
