"""Claims that take one side of one matter: what is recorded of the first of them holds of all.

What rules conclude of two claims side by side is recorded for the first of each side alone (`comparing.py`). Claims are
alike that say the same with the same polarity and certainty, of the same time, and are vouched for and confirmed alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import SG
from kg.rules.dataset import CONTENT, TYPE, Ground, Quads, Triple, has, objects, subjects
from kg.terms import Node

_SAME = tuple(ox.NamedNode(SG + name) for name in ("polarity", "certainty", "trueFrom", "trueUntil"))
_REPORTED, _SAID_WHEN, _SPEAKER, _ACT = (
    ox.NamedNode(SG + name) for name in ("reportedSpeech", "saidWhen", "speaker", "act")
)
_UNCONFIRMED, _UNVOUCHED = ox.NamedNode(SG + "unconfirmedBy"), ox.NamedNode(SG + "UnvouchedAct")


@dataclass(frozen=True)
class Standpoint:
    """What claims that are alike have in common: what they are about, how they stand to it, and when."""

    matters: frozenset[Ground]
    stance: tuple[frozenset[Ground], ...]
    vouched: bool


class Standpoints:
    """The claims of `store` by the side that they take; each is looked up once."""

    def __init__(self, store: Quads) -> None:
        self._store = store
        self._sides: dict[Ground, Standpoint] = {}
        self._members: dict[Standpoint, tuple[Node, ...]] = {}
        self._pairs: dict[tuple[Standpoint, ox.NamedNode], tuple[tuple[Node, Ground], ...]] = {}

    def opponents(self, claim: Ground, relation: ox.NamedNode) -> list[ox.NamedNode]:
        """The claims that a relation leads to from a claim: those recorded, and those that they stand for.

        Of those that are not recorded, a speaker's own are left out: what sets two speakers apart does not hold of one.
        """
        own = set(objects(self._store, claim, relation))
        for recorded in {self._side(other): other for _, other in self._recorded(claim, relation)}.values():
            own.update(each for each in self._alike(recorded) if not self._speakers(each) & self._speakers(claim))
        return sorted((each for each in own if isinstance(each, ox.NamedNode)), key=str)

    def standing_for(self, statement: Triple) -> Triple | None:
        """The recorded statement that stands for one on two claims; None where there is none."""
        claim, relation, other = statement
        side = self._side(other)
        return next(
            (
                (one, relation, recorded)
                for one, recorded in self._recorded(claim, relation)
                if self._side(recorded) == side
            ),
            None,
        )

    def _recorded(self, claim: Ground, relation: ox.NamedNode) -> tuple[tuple[Node, Ground], ...]:
        """What is recorded of those that take a claim's side: each with the other of the pair."""
        key = self._side(claim), relation
        if key not in self._pairs:
            pairs = ((one, other) for one in self._alike(claim) for other in objects(self._store, one, relation))
            self._pairs[key] = tuple(pairs)
        return self._pairs[key]

    def _alike(self, claim: Ground) -> tuple[Node, ...]:
        """The claims that take the same side."""
        side = self._side(claim)
        if side not in self._members:
            near = (each for matter in side.matters for each in self._about(matter))
            self._members[side] = tuple(each for each in dict.fromkeys(near) if self._side(each) == side)
        return self._members[side]

    def _about(self, matter: Ground) -> Iterator[Node]:
        if isinstance(matter, ox.Literal):
            for said in subjects(self._store, _REPORTED, matter):
                yield from subjects(self._store, CONTENT, said)
        else:
            yield from subjects(self._store, CONTENT, matter)

    def _side(self, claim: Ground) -> Standpoint:
        if claim not in self._sides:
            content = frozenset(objects(self._store, claim, CONTENT))
            spoken = {each for said in content for each in objects(self._store, said, _REPORTED)}
            when = {each for said in content for each in objects(self._store, said, _SAID_WHEN)}
            stance = [frozenset(objects(self._store, claim, property_)) for property_ in _SAME]
            acts = objects(self._store, claim, _ACT)
            unvouched = any(has(self._store, act, TYPE, _UNVOUCHED) for act in acts if not isinstance(act, ox.Literal))
            unconfirmed = any(True for _ in objects(self._store, claim, _UNCONFIRMED))
            self._sides[claim] = Standpoint(
                frozenset(spoken) or content, (*stance, frozenset(when)), vouched=not (unvouched or unconfirmed)
            )
        return self._sides[claim]

    def _speakers(self, claim: Ground) -> set[Ground]:
        return set(objects(self._store, claim, _SPEAKER))
