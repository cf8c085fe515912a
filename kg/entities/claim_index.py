"""All claims of one version by what filters ask for: speakers, acts, polarities, certainties, sources, situations.

Read once, property by property: to count how many claims each value has, every claim must be looked at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.entities.reader import Reading, sg
from kg.namespaces import SG
from kg.terms import Literal, NamedNode

_DIGITS = re.compile(r"(\d+)")
_UNRANKED = 1_000_000_000
_AT_ONCE = 1_000  # claims that one query is about


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
        self._known: dict[str, dict[str, tuple[str, ...]]] = {}
        self._whole: set[str] = set()  # the properties that were read of all claims

    @cached_property
    def contents(self) -> Mapping[str, str]:
        """What each claim is about: a situation, or another claim."""
        return {claim: contents[0] for claim, contents in self._read("content").items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The claims about situations, in an order that counts: s01-2 comes before s01-10."""
        inner = [claim for claim, content in self.contents.items() if content not in self.contents]
        return tuple(sorted(inner, key=natural))

    @cached_property
    def by_situation(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for claim, content in self.contents.items():
            found[content].append(claim)
        return found

    def chosen(self, filters: Filters, among: Sequence[str] | None = None) -> list[str]:
        """The claims, of all or of some, whose polarity and certainty filters let pass, in the order given."""
        found = list(self.order if among is None else among)
        if filters.polarity:
            polarities = self._values("polarity", None if among is None else found)
            found = [claim for claim in found if filters.polarity in polarities.get(claim, ())]
        if filters.certainty:
            links = {claim: self.links(claim) for claim in found}
            certainties = self._values("certainty", None if among is None else _all(links))
            found = [claim for claim in found if filters.certainty in self._weakest(links[claim], certainties)]
        return found

    def spoken(self, speaker: str | None, act: str | None, *, outermost: bool = False) -> set[str]:
        """The claims about situations with a link that is a speaker's, or by an act, or both; or with no link beyond.

        One that is `outermost` is whom we have the claim from.
        """
        given = ((speaker, "speaker"), (act, "act"))
        said = " ; ".join(f"<{SG}{name}> <{value}>" for value, name in given if value is not None)
        beyond = f"FILTER NOT EXISTS {{ ?beyond <{SG}content> ?voice }}" if outermost else ""
        rows = self._reading.select(f"""SELECT DISTINCT ?claim {{
            ?voice {said} . {beyond} ?voice <{SG}content>* ?claim . ?claim <{SG}content> ?situation .
            FILTER NOT EXISTS {{ ?situation <{SG}content> ?further }} }}""")
        return {row["claim"].value for row in rows if isinstance(row["claim"], NamedNode)}

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

    def sources(self, claims: Sequence[str]) -> Counter[str]:
        """How many of the claims reach us through each source: those who speak outermost."""
        outermost = {claim: [link for link in self.links(claim) if link not in self.by_situation] for claim in claims}
        return _counted(outermost, self._values("speaker", _all(outermost)))

    def count(self, claims: Sequence[str]) -> dict[str, Counter[str]]:
        """How many of the claims each value of a filter would leave."""
        links = {claim: self.links(claim) for claim in claims}
        certainties = self._values("certainty", _all(links))
        return {
            "speaker": _counted(links, self._values("speaker", _all(links))),
            "act": _counted(links, self._values("act", _all(links))),
            "polarity": _counted({claim: [claim] for claim in claims}, self._values("polarity", claims)),
            "certainty": Counter(each for some in links.values() for each in self._weakest(some, certainties)),
            "source": self.sources(claims),
        }

    def _weakest(self, links: Iterable[str], certainties: Mapping[str, tuple[str, ...]]) -> set[str]:
        """The certainties of the lowest rank among the links'."""
        given = {each for link in links for each in certainties.get(link, ())}
        lowest = min(map(self._rank, given), default=_UNRANKED)
        return {each for each in given if self._rank(each) == lowest}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {}  # filled as they are asked for

    def _rank(self, certainty: str) -> int:
        if certainty not in self._ranks:
            rank = self._reading.one(NamedNode(certainty), sg("rank"))
            self._ranks[certainty] = int(rank.value) if isinstance(rank, Literal) else _UNRANKED
        return self._ranks[certainty]

    def _values(self, name: str, claims: Collection[str] | None = None) -> Mapping[str, tuple[str, ...]]:
        """The values by a property: of each claim that is given, or of all claims; each claim is read once."""
        known = self._known.setdefault(name, {})
        if claims is None and name not in self._whole:
            known.update(self._read(name))
            self._whole.add(name)
        elif claims is not None and name not in self._whole:
            missing = [claim for claim in dict.fromkeys(claims) if claim not in known]
            for start in range(0, len(missing), _AT_ONCE):
                some = missing[start : start + _AT_ONCE]
                known.update(dict.fromkeys(some, ()) | self._read(name, some))
        return known

    def _read(self, name: str, claims: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """The values of claims, or of all, by a property."""
        which = f"VALUES ?claim {{ {' '.join(f'<{each}>' for each in claims)} }}" if claims else ""
        about = "" if claims or name == "content" else f"?claim <{SG}content> ?about ."
        sparql = f"SELECT ?claim ?value {{ {which} {about} ?claim <{SG}{name}> ?value }}"
        found: dict[str, tuple[str, ...]] = {}
        for claim, value in self._reading.select(sparql):
            if isinstance(claim, NamedNode) and isinstance(value, NamedNode):
                found[claim.value] = (*found.get(claim.value, ()), value.value)
        return found


def _all(links: Mapping[str, Sequence[str]]) -> list[str]:
    return [link for some in links.values() for link in some]


def _counted(links: Mapping[str, Sequence[str]], values: Mapping[str, tuple[str, ...]]) -> Counter[str]:
    """For how many claims some link has each value."""
    return Counter(each for some in links.values() for each in {one for link in some for one in values.get(link, ())})


def natural(iri: str) -> list[str | int]:
    """Where an IRI stands in an order that counts: texts and numbers in turn."""
    parts: list[str | int] = list(_DIGITS.split(iri))
    parts[1::2] = map(int, parts[1::2])
    return parts
