"""Characters that a literal may have and an XML document may not (XML 1.0, production 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.errors import NotAcceptable

_UNWRITABLE = "\x00-\x08\x0b\x0c\x0e-\x1f"
_IN_TEXT = re.compile(f"[{_UNWRITABLE}\ufffe\uffff]")
_FOR_TERMINALS = re.compile(f"[{_UNWRITABLE}\r\x7f-\x9f]")
_IN_BYTES = re.compile(f"[{_UNWRITABLE}]|\ufffe|\uffff".encode())


@dataclass(frozen=True)
class Unwritable:
    """A character, as "the character U+0001", and its place in a text, from 0."""

    name: str
    place: int


def unwritable(text: str) -> Unwritable | None:
    """The first character of `text` that no XML document can hold; None where all can be."""
    found = _IN_TEXT.search(text)
    return Unwritable(_name(found[0]), found.start()) if found else None


def refuse_unwritable(xml: bytes) -> None:
    """Raise NotAcceptable where a part of an XML answer, in UTF-8, has a character that makes it none."""
    if found := _IN_BYTES.search(xml):
        raise NotAcceptable(
            culprit="the answer in XML",
            found=f"a value with {_name(found[0].decode())}, which no XML document can hold",
            expected="another form",
            remedy="Ask for JSON, CSV or TSV, or, of a graph, for Turtle, N-Triples or JSON-LD.",
        )


def in_xml(written: bytes) -> bytes:
    """What the engine writes as XML, with its carriage returns kept from becoming line feeds; raise NotAcceptable."""
    refuse_unwritable(written)
    return written.replace(b"\r", b"&#xD;")


def visible(text: str) -> str:
    r"""`text` for a terminal, which obeys control characters: they are shown as "\u001b"; line breaks and tabs stay."""
    return _FOR_TERMINALS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _name(character: str) -> str:
    return f"the character U+{ord(character):04X}"
