"""The phrasings of the catalogue as they are read, kept between starts: reading thousands takes most of a second.

What is kept holds for one catalogue, ontology, register and version of this package; it is made again for another.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from kg.language.lexis.items import Item
from kg.language.matching.patterns import Pattern
from kg.names import Names
from kg.questions import Question
from kg.store.change import write_whole

_FILE = "phrasings"
_FIELDS = tuple(each.name for each in fields(Pattern))
_IDLE = frozenset({"det", "fill", "sign"})


@dataclass(frozen=True)
class Phrasing:
    """One phrasing of the question of that name: what is matched by meaning, and word for word (slots in braces)."""

    question: str
    pattern: Pattern
    words: tuple[str, ...]


@dataclass(frozen=True)
class Room:
    """Where phrasings are kept: a folder, and what the ontology and register are told by; without a folder nowhere."""

    folder: Path | None = None
    fingerprint: str = ""

    def phrasings(
        self, catalogue: Iterable[Question], names: Names, read: Callable[[], Iterable[Phrasing]]
    ) -> tuple[Phrasing, ...]:
        """What is kept of the catalogue with these names; else what `read` gives, which is kept then."""
        if self.folder is None:
            return tuple(read())

        def made() -> bytes:
            plain = [(each.question, tuple(getattr(each.pattern, n) for n in _FIELDS), each.words) for each in read()]
            return marshal.dumps(plain)

        key = hashlib.sha256(_package() + self.fingerprint.encode() + _key(catalogue, names)).digest()
        return tuple(
            Phrasing(question, Pattern(**dict(zip(_FIELDS, values, strict=True))), words)
            for question, values, words in marshal.loads(kept(self.folder / _FILE, key, made))  # noqa: S302 - our own
        )


def kept(path: Path, key: bytes, make: Callable[[], bytes]) -> bytes:
    """What a file holds for a key of 32 bytes; else what `make` gives, kept there from then on.

    A file that is missing, damaged or for another key is made again.
    """
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if data[:64] != key + hashlib.sha256(data[64:]).digest():
        made = make()
        data = key + hashlib.sha256(made).digest() + made
        with suppress(OSError):  # a folder that takes nothing more is made again from
            write_whole(path, data)
    return data[64:]


def _key(catalogue: Iterable[Question], names: Names) -> bytes:
    digest = hashlib.sha256()
    for question in catalogue:
        digest.update(repr((question.name, question.sparql, question.question, question.phrasings)).encode())
        digest.update(repr(sorted(question.parameters.items())).encode())
    for name in names.names:
        digest.update(f"{name.text}\0{name.language}\0{name.iri}\0{name.rank}\n".encode())
    for thing, kinds in sorted(names.types.items()):
        digest.update(f"{thing}\0{sorted(kinds)}\n".encode())
    return digest.digest()


def bare(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items without what may be left out where a phrasing is asked word for word."""
    return tuple(item for item in items if item.kind not in _IDLE and item.word != "and")


def words(items: Sequence[Item]) -> tuple[str, ...]:
    """What is compared word for word: a slot as "{slot}"."""
    return tuple(f"{{{item.slot}}}" if item.slot else item.word for item in bare(items))


@cache
def _package() -> bytes:
    """What tells this version of the package from others: its files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
