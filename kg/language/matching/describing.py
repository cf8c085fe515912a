"""Things described by who made them, where or when: "the plan tabled in Istanbul", "what the Russians proposed".

A description is a noun for the class, or "what", with a verb of making and names, or with names before it alone ("the
2022 Russian paper"); it is put as the one thing of the class whose own name holds them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.language.lexis.items import Item
from kg.language.matching.explanations import Explanations
from kg.namespaces import RDFS, SG

_LONGEST = 10  # items
_BETWEEN = frozenset({"rel", "aux", "det", "prep", "poss", "fill"})
_PLACING = frozenset({"in", "at", "from", "of"})
_ITS = frozenset({"its", "their", "his", "her"})
_SOURCE, _WRITTEN = SG + "Source", frozenset({SG + "Proposal"})  # "the Russian paper" may be what it proposes
_LEAST = 3  # properties of the class that a verb of making is for: by whom, where, when


@dataclass(frozen=True)
class Describing:
    explanations: Explanations

    def named(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items with each description of one thing as its name."""
        found: list[Item] = []
        index = 0
        while index < len(items):
            end, thing = self._qualified(items, index)
            for described in (self._described, self._placed) if thing is None else ():
                end, thing = described(items, index) if thing is None else (end, thing)
            if thing is None:
                found.append(items[index])
                index += 1
                continue
            last = items[end - 1]
            name = self.explanations.names.label(thing).lower()
            found.append(Item("name", name, items[index].start, last.end, (thing,), typed=name))
            index = end
        return tuple(found)

    def _qualified(self, items: Sequence[Item], start: int) -> tuple[int, str | None]:
        """Where a noun ends that names or a year before it tell from others, and what it is: "the Beijing plan"."""
        end, cues = start, list[frozenset[str]]()
        if not start or items[start - 1].kind not in ("det", "poss", "prep"):
            return start, None
        while end < len(items) and items[end].kind in ("name", "number") and not items[end].verbal:
            cues.append(frozenset(items[end].things) | self._within(items[end].things) or frozenset({items[end].word}))
            end += 1
        if items[start - 1].kind == "poss":
            owner = items[start - 2]
            cues.append(frozenset(owner.things) | self._within(owner.things))
        if end == start or end >= len(items) or items[end].kind != "word":
            return start, None
        kinds = self._kinds(items[end])
        thing = self._only(kinds | _WRITTEN if _SOURCE in kinds else kinds, cues)
        return (end + 1, thing) if thing else (start, None)

    def _placed(self, items: Sequence[Item], start: int) -> tuple[int, str | None]:
        """Where a noun ends with the place and year after it, and the one thing that it is: "the negotiators in X"."""
        if not start or items[start - 1].word != "the" or items[start].kind != "word":
            return start, None
        kinds, end, cues = self._kinds(items[start]), start + 1, list[frozenset[str]]()
        while kinds and end + 1 < len(items) and items[end].word in _PLACING:
            named = end + 1 + (items[end + 1].kind == "det")
            if named >= len(items) or items[named].kind not in ("name", "number"):
                break
            cues.append(frozenset(items[named].things) or frozenset({items[named].word}))
            end = named + 1
        thing = self._only(kinds, cues) if cues else None
        return (end, thing) if thing else (start, None)

    def _described(self, items: Sequence[Item], start: int) -> tuple[int, str | None]:
        """Where the longest description that begins there ends, and what it describes; None where there is none."""
        first, kinds = items[start], self._kinds(items[start])
        before = start - 1 - (start > 1 and items[start - 1].word == "own")
        if kinds and start and items[before].word in _ITS:
            owner = next((item for item in reversed(items[:before]) if item.kind == "name"), None)
            cue = frozenset(owner.things) | self._within(owner.things) if owner else frozenset[str]()
            itself = [thing for thing in cue if any(self.explanations.names.is_a(thing, kind) for kind in kinds)]
            return start + 1, itself[0] if len(itself) == 1 else self._only(kinds, [cue])  # "China … its initiative"
        free = first.word == "what" and 0 < start < len(items) - 1 and items[start + 1].kind in ("name", "det")
        said = items[start + 1 : start + 2] and items[start + 1].kind == "aux"  # "the plan was made in Istanbul"
        if not (kinds or free) or (start and items[start - 1].kind == "wh") or (kinds and said):
            return start, None
        best: tuple[int, str | None] = (start, None)
        made: frozenset[str] = frozenset()
        cues: list[frozenset[str]] = []
        for end in range(start + 1, min(start + _LONGEST, len(items))):
            item = items[end]
            if (made and (item.kind == "rel" or item.word == "that")) or (best[1] and item.kind == "aux"):
                break  # "the proposal made that …" says which it is otherwise
            if item.kind == "name":
                cues.append(frozenset(item.things) | self._within(item.things))
            elif item.kind == "number":
                cues.append(frozenset({item.word}))
            elif kind := self._made(item):
                made |= kind
            elif item.kind not in _BETWEEN:
                break
            wanted = made & kinds if kinds else made
            if cues and wanted and (item.kind in ("name", "number") or _is_verb(item)):
                thing = self._only(wanted, cues)
                best = (end + 1, thing) if thing else best
        return best

    def _kinds(self, item: Item) -> frozenset[str]:
        terms = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
        return frozenset(terms & self.explanations.ontology.classes)

    def _made(self, item: Item) -> frozenset[str]:
        """The classes of things that a verb is the making of: several properties say of one by whom, where, when."""
        found: dict[str, int] = {}
        for sense in item.senses if _is_verb(item) else ():
            for term in sense.concept.terms | sense.concept.beside:
                for value in self.explanations.ontology.values(term, RDFS + "domain"):
                    found[value.value] = found.get(value.value, 0) + (term in self.explanations.ontology.derived)
        return frozenset(kind for kind, count in found.items() if count >= _LEAST)

    def _within(self, things: Sequence[str]) -> frozenset[str]:
        return frozenset().union(*(self.explanations.within.get(thing, frozenset()) for thing in things))

    def _only(self, kinds: frozenset[str], cues: Sequence[frozenset[str]]) -> str | None:
        """The one thing of the classes whose name holds something of each of the cues."""
        names = self.explanations.names
        fits = [
            thing
            for thing in names.types
            if any(names.is_a(thing, kind) for kind in kinds) and all(cue & self._within((thing,)) for cue in cues)
        ]
        return fits[0] if len(fits) == 1 else None


def _is_verb(item: Item) -> bool:
    return any(sense.part == "verb" for sense in item.senses)
