"""A proof as a picture in layers: a statement, the rules that give it, their premises, and what they quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from urllib.parse import urlencode

from api.pages.drawing import image
from api.pages.templating import in_place, local
from kg.model import Evidence
from kg.proofs import Proof, Step, Words

_RULES, _PREMISES, _QUOTES = 4, 12, 2  # drawn: of a proof, of a rule, of a premise; the text beside it has all
_LINES, _LINE, _ROOM = 4, 16, 12  # lines of a box, pixels of a line, of the room around boxes
_GAP, _LETTER = 40, 7.5  # pixels between layers, of a letter
_WIDTHS = (230, 140, 230, 300)  # pixels of each layer: the statement, its rules, their premises, quotes


@dataclass
class _Box:
    """What stands in a box of a layer, and what it rests on, in the layers to its right."""

    kind: str
    layer: int
    text: str
    link: str = ""
    below: list[_Box] = field(default_factory=list)
    level: float = 0  # of its middle

    @property
    def width(self) -> int:
        return _WIDTHS[self.layer]

    @property
    def left(self) -> int:
        return sum(_WIDTHS[: self.layer]) + self.layer * _GAP + 2

    @property
    def lines(self) -> list[str]:
        letters = int((self.width - 16) / _LETTER)
        lines = wrap(self.text, letters) or [""]
        return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], f"{lines[_LINES - 1][: letters - 1]}…"]

    @property
    def height(self) -> int:
        return len(self.lines) * _LINE + _ROOM

    def all(self) -> Iterator[_Box]:
        yield self
        for each in self.below:
            yield from each.all()


def drawn(proof: Proof, name: str) -> str:
    """The first layers of a proof; a premise leads to its own. `name` tells the picture from others on its page."""
    root = _Box(_kind(proof), 0, _told(proof), below=[_of_step(step) for step in proof.derivations[:_RULES]])
    root.below += _quotes([each for words in proof.words for each in words.evidence])
    bottom = _settle(root, _ROOM / 2)
    boxes = list(root.all())
    parts = [*(line for box in boxes for line in _edges(box)), *map(_svg, boxes)]
    told = "; ".join(f"{box.text} by {' and '.join(each.text for each in box.below)}" for box in boxes if box.below)
    width = max(box.left + box.width for box in boxes) + 2
    return image(parts, width, bottom, name, f"What {proof} rests on", told, role="group")


def _of_step(step: Step) -> _Box:
    premises = [_of_premise(each) for each in step.premises[:_PREMISES]]
    return _Box("rule", 1, step.rule.label, local(str(step.rule.iri)), premises)


def _of_premise(premise: Proof | Words) -> _Box:
    quotes = _quotes(premise.evidence)
    if isinstance(premise, Words):
        return _Box("box", 2, premise.about.label, below=quotes)
    parts = zip(("subject", "predicate", "object"), (premise.subject, premise.predicate, premise.object), strict=True)
    given = urlencode({name: part.iri or part.label for name, part in parts})
    return _Box(_kind(premise), 2, _told(premise), f"/why?{given}", quotes)


def _quotes(evidence: Sequence[Evidence]) -> list[_Box]:
    found = []
    for each in evidence[:_QUOTES]:
        words = f"“{each.quote}”" if each.quote is not None else f"{each.paraphrase} ({each.citation})"
        link = in_place(each) if each.quote is not None and each.start is not None else local(each.claim)
        found.append(_Box("quote", 3, f"{each.chain[0].speaker}: {words}", link))
    return found


def _kind(proof: Proof) -> str:
    return "denied" if proof.polarity == "denied" else "box"


def _told(proof: Proof) -> str:
    return f"{proof} ({proof.certainty})" if proof.certainty else str(proof)


def _settle(box: _Box, top: float) -> float:
    """Give a box and all that it rests on their heights from `top` on; return where they end."""
    end = top
    for each in box.below:
        end = _settle(each, end)
    end = max(end, top + box.height + _ROOM)
    levels = [each.level for each in box.below]
    box.level = (levels[0] + levels[-1]) / 2 if levels else (top + end - _ROOM) / 2
    return end


def _edges(box: _Box) -> Iterator[str]:
    """Lines from what a box rests on to it."""
    for each in box.below:
        x, to_x = each.left, box.left + box.width
        bend = f"C{x - 20} {each.level:.0f} {to_x + _GAP - 10} {box.level:.0f} {to_x + 2} {box.level:.0f}"
        yield f'<path class="edge" d="M{x} {each.level:.0f} {bend}" marker-end="url(#arrow)"/>'


def _svg(box: _Box) -> str:
    top = box.level - box.height / 2
    lines = "".join(
        f'<tspan x="{box.left + 8}" y="{top + _LINE + place * _LINE + 2:.0f}">{escape(line)}</tspan>'
        for place, line in enumerate(box.lines)
    )
    size = f'width="{box.width}" height="{box.height}"'
    drawn = (
        f'<rect class="box {box.kind}" x="{box.left}" y="{top:.0f}" {size} rx="5"/><text class="boxed">{lines}</text>'
    )
    return f'<a href="{escape(box.link)}">{drawn}</a>' if box.link else drawn
