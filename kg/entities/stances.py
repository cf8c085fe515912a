"""Who says what at a glance: for situations and speakers, whether each affirms, denies, reports or says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.entities.claims import Claim, Voice
from kg.model import Cell
from kg.namespaces import SG

Status = Literal["affirmed", "denied", "contested", "reported", "withheld"]
_OWN: dict[str, Status] = {SG + "affirmed": "affirmed", SG + "denied": "denied"}


@dataclass(frozen=True)
class Stance:
    """How one speaker stands to one situation; `claims` show it. *Contested*: the speaker affirms and denies it.

    *Reported*: the speaker says only that others say so, or denies that they do. *Withheld*: neither yes nor no.
    """

    status: Status
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Situation:
    """What is said, with a stance for each of the table's speakers; None where the speaker is silent."""

    cell: Cell
    stances: tuple[Stance | None, ...]


@dataclass(frozen=True)
class Stances:
    """Situations by speakers; `left` counts the speakers who have no column."""

    speakers: tuple[Cell, ...]
    situations: tuple[Situation, ...]
    left: int


def stances(claims: Iterable[Claim], most: int) -> Stances:
    """The situations of some claims, in their order, by the `most` speakers who say most of them."""
    said: dict[Cell, dict[Cell, dict[Status, dict[Claim, None]]]] = {}
    spoken: Counter[Cell] = Counter()
    for claim in claims:
        row = said.setdefault(claim.situation, {})
        for voice in claim.chain:
            status = _status(voice, innermost=voice is claim.chain[-1])
            for speaker in voice.speakers:
                spoken[speaker] += speaker not in row
                row.setdefault(speaker, {}).setdefault(status, {})[claim] = None
    speakers = tuple(speaker for speaker, _ in sorted(spoken.items(), key=lambda one: (-one[1], one[0].label))[:most])
    situations = (Situation(cell, tuple(_stance(row.get(each)) for each in speakers)) for cell, row in said.items())
    return Stances(speakers, tuple(situations), max(0, len(spoken) - most))


def _status(voice: Voice, *, innermost: bool) -> Status:
    if not innermost:
        return "reported"
    return _OWN.get(str(voice.polarity.iri), "withheld") if voice.polarity else "affirmed"


def _stance(found: dict[Status, dict[Claim, None]] | None) -> Stance | None:
    """One stance of several: what a speaker says in its own voice comes before what it reports."""
    if found is None:
        return None
    if "affirmed" in found and "denied" in found:
        return Stance("contested", (*found["affirmed"], *found["denied"]))
    order: tuple[Status, ...] = ("affirmed", "denied", "withheld", "reported")
    status = next(each for each in order if each in found)
    return Stance(status, tuple(found[status]))
