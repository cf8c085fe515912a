"""The things that a text names: by the graph's names, longest first, inflected, misspelt, or by a head noun alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz, process

from kg.entities.names import ADJECTIVE, Name, Names
from kg.language.words import Word, of_class, stem, words
from kg.namespaces import SG
from kg.ontology.schema import Ontology

_NEVER_MEANT = (SG + "Rule", SG + "Polarity", SG + "Point")
_CODE = 3  # letters: a name this short is one only where it is written in capitals
_SPELT = 5  # letters of a word that may be misspelt
_ALIKE = 83  # rapidfuzz's ratio of two spellings, 0 to 100


@dataclass(frozen=True)
class Mention:
    """A thing (or several that are called so) that the words from `start` to `end`, exclusive, name.

    `firm` is False where the words may be meant otherwise: an adjective, a head noun alone.
    """

    things: tuple[str, ...]
    start: int
    end: int
    firm: bool = True

    @property
    def thing(self) -> str:
        return self.things[0]

    @property
    def places(self) -> range:
        return range(self.start, self.end)


@dataclass(frozen=True)
class Finder:
    """Finds names in texts; made once a version of the graph. `known` are the stems of words that questions have."""

    names: Names
    known: frozenset[str]

    def mentions(self, text: Sequence[Word]) -> list[Mention]:
        """What is named, in order, no two in one place."""
        found: list[Mention] = []
        free = [True] * len(text)
        for mention in (*self._exact(text), *self._heads(text)):
            if all(free[mention.start : mention.end]) and mention.things:
                free[mention.start : mention.end] = [False] * (mention.end - mention.start)
                found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        """The words of each thing's names of several words."""
        found: dict[str, set[str]] = {}
        for name in self._meant:
            parts = words(name.text)
            if len(parts) > 1:
                found.setdefault(name.iri, set()).update(map(self._key, parts))
        return {thing: frozenset(parts) for thing, parts in found.items()}

    def spelt(self, text: Sequence[Word]) -> tuple[Word, ...]:
        """The text with words that nothing knows put as the word that they are most like."""
        return tuple(self._spelt(word) for word in text)

    def _spelt(self, word: Word) -> Word:
        if (
            len(word.folded) < _SPELT
            or not word.folded.isalpha()
            or word.stem in self.known
            or word.stem in self._stems
        ):
            return word
        choices = self._spellings.get(word.folded[0], ())
        best = process.extractOne(word.folded, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is None:
            return word
        return replace(word, folded=best[0], stem=stem(best[0]))

    def _exact(self, text: Sequence[Word]) -> Iterator[Mention]:
        """Names that stand in one piece, the longest first."""
        keys = [self._key(word) for word in text]
        carrying = [place for place, word in enumerate(text) if word.is_carrying or word.is_sign]
        spans = {
            (start, end): self._index[tuple(keys[start:end])]
            for start in range(len(text))
            for end in range(start + 1, min(len(text), start + self._longest) + 1)
            if tuple(keys[start:end]) in self._index
        }
        for first in range(len(carrying)):
            for last in range(first + 1, min(len(carrying), first + self._longest)):
                key = tuple(keys[place] for place in carrying[first : last + 1])
                if key in self._terse:
                    spans.setdefault((carrying[first], carrying[last] + 1), self._terse[key])
        for (start, end), called in sorted(spans.items(), key=lambda span: (span[0][0] - span[0][1], span[0][0])):
            if end - start == 1 and len(text[start].folded) <= _CODE and not text[start].text.isupper():
                called = [name for name in called if len(name.text) > _CODE]
            least = min((name.rank for name in called), default=0)
            things = tuple(dict.fromkeys(name.iri for name in called if name.rank == least))
            if end - start == 1 and text[start].folded in of_class("saying") and self._is_common(things):
                continue
            yield Mention(things, start, end, firm=least < ADJECTIVE and self._is_firm(things, end - start))

    def _heads(self, text: Sequence[Word]) -> Iterator[Mention]:
        """What one thing alone is called so: "the initiative", "the peacekeeping initiative"."""
        for place in range(1, len(text)):
            things = self._by_head.get(text[place].stem, frozenset())
            start = place
            while start > 1 and (
                more := frozenset(thing for thing in things if self._key(text[start - 1]) in self._parts[thing])
            ):
                start, things = start - 1, more
            before = text[start - 1]
            if len(things) == 1 and (before.folded in of_class("pointing") or before.text.endswith(("'s", "’s"))):
                yield Mention(tuple(things), start, place + 1, firm=place > start)

    def _is_firm(self, things: Sequence[str], size: int) -> bool:
        """Whether such a name, of so many words, is surely meant as one."""
        derived = any(self.names.is_a(thing, SG + "DerivedProperty") for thing in things)
        return not derived and (size > 1 or not self._is_common(things))

    def _is_common(self, things: Collection[str]) -> bool:
        """Whether these are concepts ("possible"), whose names are words like others."""
        return not any(
            self.names.is_a(thing, SG + "Entity") or self.names.is_a(thing, SG + "Source") for thing in things
        )

    def _key(self, word: Word) -> str:
        return self._alike.get(word.folded) or self._alike.get(word.stem) or ("-" if word.text in "-–" else word.stem)

    @cached_property
    def _meant(self) -> list[Name]:
        return [name for name in self.names.names if not any(self.names.is_a(name.iri, kind) for kind in _NEVER_MEANT)]

    @cached_property
    def _alike(self) -> dict[str, str]:
        """Words that name one actor alone, and its adjective: all as the same, so that "Beijing's plan" is China's."""
        of: dict[str, set[str]] = {}
        for name in self._meant:
            parts = words(name.text)
            if len(parts) == 1 and len(name.text) > _CODE and self.names.is_a(name.iri, SG + "Actor"):
                of.setdefault(parts[0].folded, set()).add(name.iri)
        return {word: f"<{min(things)}>" for word, things in of.items() if len(things) == 1}

    @cached_property
    def _index(self) -> dict[tuple[str, ...], list[Name]]:
        index: dict[tuple[str, ...], list[Name]] = {}
        for name in self._meant:
            parts = [word for word in words(name.text) if not word.is_sign or word.text in "-–"]
            parts = parts[1:] if len(parts) > 1 and parts[0].folded == "the" else parts
            if parts:
                index.setdefault(tuple(map(self._key, parts)), []).append(name)
        return index

    @cached_property
    def _terse(self) -> dict[tuple[str, ...], list[Name]]:
        """Names of two words and more by those that carry something: "end of the war" is "end the war" too."""
        index: dict[tuple[str, ...], list[Name]] = {}
        for name in self._meant:
            parts = tuple(self._key(word) for word in words(name.text) if word.is_carrying)
            if len(parts) > 1 and name.language in (None, "en"):
                index.setdefault(parts, []).append(name)
        return index

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._index), default=0)

    @cached_property
    def _by_head(self) -> dict[str, frozenset[str]]:
        heads: dict[str, set[str]] = {}
        for name in self._meant:
            parts = [word for word in words(name.text.partition("(")[0]) if not word.is_sign]
            if len(parts) > 1 and name.language in (None, "en") and not self._is_common([name.iri]):
                head = next(
                    (parts[i - 1] for i, w in enumerate(parts) if i and w.folded in of_class("following")),
                    parts[-1],
                )
                heads.setdefault(head.stem, set()).add(name.iri)
        return {head: frozenset(things) for head, things in heads.items()}

    @cached_property
    def acts(self) -> frozenset[str]:
        """The stems of verbs of saying: those that acts are called by, and the closed class's."""
        called = (
            words(name.text)
            for name in self._meant
            if name.language in (None, "en") and self.names.is_a(name.iri, SG + "Act")
        )
        return frozenset(parts[0].stem for parts in called if len(parts) == 1) | frozenset(
            map(stem, of_class("saying"))
        )

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word.stem for name in self._meant for word in words(name.text))

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        """Words by their first letter, that a misspelt one may be: those of names."""
        counted = Counter(
            word.folded
            for name in self._meant
            if name.language in (None, "en")
            for word in words(name.text)
            if len(word.folded) >= _SPELT
        )
        found: dict[str, list[str]] = {}
        for word in counted:
            found.setdefault(word[0], []).append(word)
        return found


def masked(
    text: Sequence[Word], mentions: Sequence[Mention], kinds: Mapping[str, frozenset[str]], ontology: Ontology
) -> tuple[Word, ...]:
    """The text with each thing that is no concept put as its class in braces, as examples are written."""
    found: list[Word] = []
    place = 0
    for mention in mentions:
        kind = min(kinds.get(mention.thing, frozenset()), default="")
        if not (ontology.is_a(kind, SG + "Entity") or ontology.is_a(kind, SG + "Source")) or not kind.startswith(SG):
            continue
        found += text[place : mention.start]
        slot = f"{{{kind.removeprefix(SG)}}}"
        found.append(Word(slot, slot.casefold(), slot.casefold(), text[mention.start].start, text[mention.end - 1].end))
        place = mention.end
    return (*found, *text[place:])
