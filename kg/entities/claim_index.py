"""All claims of one version by what filters ask for: speakers, acts, polarities, certainties, sources, situations.

Read once, property by property: to count how many claims each value has, every claim must be looked at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.entities.reader import Reading, sg
from kg.namespaces import SG
from kg.terms import Literal, NamedNode

_DIGITS = re.compile(r"(\d+)")
_UNRANKED = 1_000_000_000


@dataclass(frozen=True)
class Filters:
    """Which claims: all that are given must hold. `speaker` and `act` may be at any link, but then at the same."""

    speaker: str | None = None
    act: str | None = None
    polarity: str | None = None
    certainty: str | None = None
    about: str | None = None
    source: str | None = None
    contested: bool | None = None
    text: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.text.lower().split()))


class ClaimIndex:
    """The claims of one version and the links of their chains, by IRI."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def contents(self) -> Mapping[str, str]:
        """What each claim is about: a situation, or another claim."""
        return {claim: contents[0] for claim, contents in self._values("content").items()}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The claims about situations, each with its place in an order that counts: s01-2 comes before s01-10."""
        inner = [claim for claim, content in self.contents.items() if content not in self.contents]
        return {claim: place for place, claim in enumerate(sorted(inner, key=natural))}

    @cached_property
    def by_situation(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for claim, content in self.contents.items():
            found[content].append(claim)
        return found

    def chosen(self, filters: Filters, among: Iterable[str] | None = None) -> Iterator[str]:
        """The claims that speaker, act, polarity, certainty and source let pass, in no order."""
        polarity, speaker, act = filters.polarity, filters.speaker, filters.act
        lowest = self._rank(filters.certainty) if filters.certainty else 0
        for claim in self.order if among is None else among:
            if polarity and polarity not in self._polarities.get(claim, ()):
                continue
            links = self.links(claim)
            if (speaker or act) and not any(self._is_by(link, speaker, act) for link in links):
                continue
            if filters.certainty and (
                self.weakest(links) != lowest
                or not any(filters.certainty in self._certainties.get(link, ()) for link in links)
            ):
                continue
            if filters.source and filters.source not in self.sources(links):
                continue
            yield claim

    def links(self, claim: str) -> list[str]:
        """The claim and all that quote it, at any distance."""
        found = [claim]
        for each in found:
            found += [outer for outer in self.by_situation.get(each, ()) if outer not in found]
        return found

    def chain(self, claim: str) -> list[str]:
        """The claim, all that quote it and all that it quotes."""
        found, inner = self.links(claim), self.contents.get(claim, "")
        while inner in self.contents and inner not in found:
            found.append(inner)
            inner = self.contents[inner]
        return found

    def sources(self, links: Iterable[str]) -> set[str]:
        """Those who speak outermost."""
        outermost = (link for link in links if link not in self.by_situation)
        return {speaker for link in outermost for speaker in self._speakers.get(link, ())}

    def weakest(self, links: Iterable[str]) -> int:
        """The lowest rank among the links' certainties."""
        return min((self._rank(each) for link in links for each in self._certainties.get(link, ())), default=_UNRANKED)

    def count(self, claims: Iterable[str]) -> dict[str, Counter[str]]:
        """How many of the claims each value of a filter would leave."""
        counted: dict[str, Counter[str]] = {name: Counter() for name in _FACETS}
        for claim in claims:
            links = self.links(claim)
            weakest = self.weakest(links)
            certainties = {each for link in links for each in self._certainties.get(link, ())}
            counted["polarity"].update(self._polarities.get(claim, ()))
            counted["speaker"].update({each for link in links for each in self._speakers.get(link, ())})
            counted["act"].update({each for link in links for each in self._acts.get(link, ())})
            counted["certainty"].update(each for each in certainties if self._rank(each) == weakest)
            counted["source"].update(self.sources(links))
        return counted

    def _is_by(self, link: str, speaker: str | None, act: str | None) -> bool:
        spoken = speaker is None or speaker in self._speakers.get(link, ())
        return spoken and (act is None or act in self._acts.get(link, ()))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {}  # filled as they are asked for

    def _rank(self, certainty: str) -> int:
        if certainty not in self._ranks:
            rank = self._reading.one(NamedNode(certainty), sg("rank"))
            self._ranks[certainty] = int(rank.value) if isinstance(rank, Literal) else _UNRANKED
        return self._ranks[certainty]

    @cached_property
    def _polarities(self) -> Mapping[str, tuple[str, ...]]:
        return self._values("polarity")

    @cached_property
    def _certainties(self) -> Mapping[str, tuple[str, ...]]:
        return self._values("certainty")

    @cached_property
    def _acts(self) -> Mapping[str, tuple[str, ...]]:
        return self._values("act")

    @cached_property
    def _speakers(self) -> Mapping[str, tuple[str, ...]]:
        return self._values("speaker")

    def _values(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """The values of each claim by a property."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._reading.select(f"SELECT ?claim ?value {{ ?claim a <{SG}Claim> ; <{SG}{name}> ?value }}"):
            claim, value = (getattr(row[each], "value", "") for each in ("claim", "value"))
            before = found.get(claim, ())
            found[claim] = before if value in before else (*before, value)
        return found


_FACETS = ("speaker", "act", "polarity", "certainty", "source")


def natural(iri: str) -> list[str | int]:
    """Where an IRI stands in an order that counts: texts and numbers in turn."""
    parts: list[str | int] = list(_DIGITS.split(iri))
    parts[1::2] = map(int, parts[1::2])
    return parts
