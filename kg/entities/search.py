"""Things by name: exact before other names, these before beginnings, these before misspellings; in every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.entities import names
from kg.entities.names import ADJECTIVE, Name, Names, folded, undotted

_ALIKE = 72.0  # of 100; below, a name is another word
_SHORT = 4  # up to so many letters a misspelling is as good as another name, save in scripts of few letters a word
_MOST = 200
_ABROAD = 96.0  # as good as a name that is never shown
Kind = Literal["exact", "name", "prefix", "alike"]


@dataclass(frozen=True)
class Hit:
    """How a thing was found by its name."""

    iri: Annotated[str, Field(exclude=True)]
    name: Annotated[str, Field(examples=["Beijing"])]
    kind: Annotated[Kind, Field(description="exact: its label; name: another name")]
    score: Annotated[float, Field(ge=0, le=100)]


@dataclass(frozen=True)
class Index:
    """The names of one version, ready to be compared."""

    names: Names

    @cached_property
    def _plain(self) -> tuple[tuple[str, Name], ...]:
        return tuple((plain(name.text), name) for name in self.names.names)

    @cached_property
    def _languages(self) -> frozenset[str]:
        return frozenset(name.language for name in self.names.names if name.language)

    def spoken(self, language: str) -> str:
        """The language, or the one that it is a variety of, where names are given in it; else English."""
        return next((each for each in (language, language.partition("-")[0]) if each in self._languages), "en")

    def find(self, text: str, wanted: Callable[[str], bool]) -> list[Hit]:
        """The things that `wanted` lets pass and that have a name like `text`, best first, each once."""
        sought = plain(text)
        if not sought:
            return []
        others = self._other_states(text)
        names = [(written, name) for written, name in self._plain if wanted(name.iri) and name.iri not in others]
        best: dict[str, Hit] = {}
        for hit in [*self._abroad(text, wanted), *_literal(sought, names), *_alike(sought, names)]:
            if hit.iri not in best or best[hit.iri].score < hit.score:
                best[hit.iri] = hit
        if not best:
            best = {hit.iri: hit for hit in sorted(_wordwise(sought, names), key=lambda hit: hit.score)}
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.name, hit.iri))

    def _abroad(self, text: str, wanted: Callable[[str], bool]) -> Iterator[Hit]:
        """The state that is called so in a language in which the graph has no name for it."""
        state = self.names.state(text)
        if state is not None and wanted(state):
            yield Hit(state, " ".join(text.split()), "name", _ABROAD)

    def _other_states(self, text: str) -> frozenset[str]:
        """The states that cannot be meant, since another is called just so: Ireland is not the United Kingdom."""
        code = names.code_of(text, folded)
        known = self.names.codes.items() if code is not None else ()
        return frozenset(iri for iri, other in known if other != code and not self.names.is_called(iri, text))


def plain(text: str) -> str:
    """`text` as names are compared: without case, accents, outer article and punctuation at its ends."""
    decomposed = unicodedata.normalize("NFKD", folded(undotted(text.strip())))
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept).strip(" .,;:!?\"'()[]«»“”„")


def _literal(sought: str, names: list[tuple[str, Name]]) -> Iterator[Hit]:
    for written, name in names:
        if written == sought:
            kind: Kind = "exact" if name.rank == 0 else "name"
            yield Hit(name.iri, name.text, kind, 100.0 - (name.rank * 2 if name.rank < ADJECTIVE else 10))
        elif written.startswith(sought):
            yield Hit(name.iri, name.text, "prefix", 85.0 - name.rank - min(len(written) - len(sought), 40) / 20)
        elif f" {sought}" in f" {written}":
            yield Hit(name.iri, name.text, "prefix", 80.0 - name.rank - min(len(written) - len(sought), 40) / 20)


def _alike(sought: str, names: list[tuple[str, Name]]) -> Iterator[Hit]:
    """Misspellings: letters swapped, left out, doubled; words in another order."""
    if len(sought) < _SHORT and sought.isascii():
        return
    choices = [written for written, _ in names]
    found = process.extract(sought, choices, scorer=_nearness, score_cutoff=_ALIKE, limit=_MOST)
    for _, score, place in found:
        name = names[place][1]
        yield Hit(name.iri, name.text, "alike", round(min(score, 99.0) * 0.75 - name.rank * 0.5, 2))


def _wordwise(sought: str, names: list[tuple[str, Name]]) -> Iterator[Hit]:
    """Names that have something like each of the words, and more besides; the last resort."""
    words = [word for word in sought.split() if len(word) >= _SHORT]
    if len(words) < 2:
        return
    for written, name in names:
        near = [max((fuzz.ratio(word, other) for other in written.split()), default=0.0) for word in words]
        if min(near, default=0.0) >= _ALIKE:
            yield Hit(name.iri, name.text, "alike", round(sum(near) / len(near) * 0.6 - name.rank * 0.5, 2))


def _nearness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """From 0 to 100; one wrong letter in a word of two or three in a script without Latin letters still counts."""
    if len(one) < _SHORT and not one.isascii():
        return 75.0 if len(one) > 1 and OSA.distance(one, other) == 1 else 0.0
    near = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))
    if OSA.distance(one, other, score_cutoff=1) == 1:
        near = max(near, 90.0)
    return near if near >= (score_cutoff or 0.0) else 0.0
