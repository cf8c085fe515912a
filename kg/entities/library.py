"""All that one version knows about things, by name or IRI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.entities.claim_index import Filters
from kg.entities.claims import Claim, ClaimList, Claims
from kg.entities.comparison import Comparing, Comparison
from kg.entities.describing import Describing, Description, Statistics, count
from kg.entities.entities import Entities, EntityDetail, EntityItem, EntityList, Relations
from kg.entities.reader import API, Reading, address
from kg.entities.search import Hit, Index
from kg.entities.sources import SourceDetail, SourceList, Sources
from kg.entities.stances import Stances, stances
from kg.entities.timeline import Moment, Timeline
from kg.errors import BadParameter, NotFound, UnknownName
from kg.model import Cell, thing
from kg.namespaces import BACKGROUND_GRAPH, BASE, ID, SG, SKOS
from kg.ontology.schema import Ontology
from kg.rules import RuleSet
from kg.store import Snapshot
from kg.terms import Literal, NamedNode, expand

_ENTITY, _SOURCE, _CLAIM, _CONCEPT = SG + "Entity", SG + "Source", SG + "Claim", SKOS + "Concept"
_FIRST = 50  # claims given with an entity


class Things:
    """Reads one version; labels are in `language` where there are such. May be called from any thread."""

    def __init__(
        self,
        snapshot: Snapshot,
        index: Index,
        ontology: Ontology,
        rules: Callable[[], RuleSet],
        language: str = "en",
    ) -> None:
        self.names, self.index, self.language = index.names, index, language
        self._reading = Reading(snapshot, ontology, language)
        self._claims = Claims(self._reading)
        self._entities = Entities(self._reading, index.names, self._claims)
        self._sources = Sources(self._reading, self._claims, BACKGROUND_GRAPH)
        self._describing = Describing(self._reading)
        self._rules = rules

    def cell(self, iri: str) -> Cell:
        return self._reading.cell(NamedNode(iri))

    def identify(self, text: str, parameter: str, kinds: Sequence[str] = (_ENTITY, _CONCEPT, _SOURCE)) -> str:
        """The IRI that is meant by an IRI, a prefixed name, what follows `id/`, a name or a code; raise UnknownName.

        A thing that is here but of none of `kinds` is unknown too.
        """
        direct = self._direct(text)
        if direct is not None and any(self.names.is_a(direct, kind) for kind in kinds):
            return direct
        return self.names.resolve_any(text, kinds, parameter)

    def find(self, text: str, kinds: Sequence[str] = ()) -> list[tuple[Hit, Cell]]:
        """The things with a name like `text`, best first; of the classes `kinds`, or else entities and sources."""
        passes = self._passes(kinds, sources=True)
        return [(hit, self.cell(hit.iri)) for hit in self.index.find(text, passes)]

    def search(self, text: str, kinds: Sequence[str], limit: int) -> EntityList:
        """What `find` finds, as a list."""
        found = self.find(text, kinds)
        return EntityList(tuple(self._item(hit.iri, hit) for hit, _ in found[:limit]), len(found))

    def entities(self, text: str, kind: str | None, limit: int, offset: int, after: str = "") -> EntityList:
        """Entities, by name; those that `text` finds, best first, where it is given; for `after`, see `begin`."""
        passes = self._passes((kind,) if kind else ())
        found: list[tuple[Hit | None, str]]
        if text.strip():
            found = [(hit, hit.iri) for hit in self.index.find(text, passes)]
        else:
            every = {iri: self.names.label(iri) for iri in self.names.types if passes(iri)}
            found = [(None, iri) for iri in sorted(every, key=lambda iri: (every[iri].casefold(), iri))]
        first = begin([iri for _, iri in found], offset, after)
        part = found[first : first + limit]
        return EntityList(tuple(self._item(iri, hit) for hit, iri in part), len(found), start=first)

    def classes(self) -> dict[str, int]:
        """How many entities each class has, by IRI."""
        passes, counts = self._passes(()), dict[str, int]()
        for iri, kinds in self.names.types.items():
            if passes(iri):
                for kind in kinds:
                    counts[kind] = counts.get(kind, 0) + 1
        return counts

    def entity(self, text: str, first: int = _FIRST, *, stated: bool = True) -> EntityDetail:
        """All about an entity, with its first claims; raise NotFound with what it could have been."""
        iri = self._here(text, (_ENTITY, _CONCEPT), "entity")
        about = self._claims.find(Filters(about=iri))
        speaking = self._claims.find(Filters(speaker=iri))
        lists = self._first({"about": iri}, about, first), self._first({"speaker": iri}, speaking, first)
        mentions = self._claims.index.sources(about)
        return self._entities.read(iri, mentions, *lists, stated=stated)

    def relations(
        self,
        text: str,
        limit: int,
        offset: int = 0,
        *,
        relation: str | None = None,
        inferred: bool | None = None,
    ) -> Relations:
        """What is stated of an entity by a property or by any, inferred or not or both; raise NotFound."""

        def wanted(property_: str, follows: bool) -> bool:
            return relation in (None, property_) and inferred in (None, follows)

        return self._entities.relations(
            NamedNode(self._here(text, (_ENTITY, _CONCEPT), "entity")), wanted, limit, offset
        )

    def filters(self, given: Mapping[str, str | bool | None]) -> Filters:
        """The filters that names mean; raise UnknownName or AmbiguousName."""
        classes = {
            "speaker": (SG + "Speaker",),
            "act": (SG + "Act",),
            "polarity": (SG + "Polarity",),
            "certainty": (SG + "Certainty",),
            "source": (_SOURCE,),
        }
        resolved = {
            name: self.identify(str(given[name]), name, kinds) for name, kinds in classes.items() if given.get(name)
        }
        if given.get("about"):
            resolved["about"] = self._about(str(given["about"]))
        contested = given.get("contested")
        resolved_contested = contested if isinstance(contested, bool) else None
        return Filters(**resolved, contested=resolved_contested, text=str(given.get("q") or ""))

    def claims(self, filters: Filters, limit: int, offset: int, after: str = "") -> ClaimList:
        """The claims that the filters let pass, by their IRIs; a page counts claims; for `after`, see `begin`."""
        found = self._claims.find(filters)
        first = begin(found, offset, after)
        return ClaimList(tuple(self._claims.of(found[first : first + limit])), len(found), start=first)

    def facets(self, filters: Filters) -> dict[str, list[tuple[str, int]]]:
        """For each filter that takes a thing: what the claims that pass have there, and how many each, most first."""
        counted, label = self._claims.index.count(self._claims.find(filters)), self.names.label
        return {
            name: sorted(counts.items(), key=lambda pair: (-pair[1], label(pair[0])))
            for name, counts in counted.items()
        }

    def stances(self, filters: Filters, limit: int, offset: int, speakers: int) -> tuple[Stances, int]:
        """Who says what of the situations of claims that pass, by all claims about these; and how many situations."""
        index = self._claims.index
        every = list(dict.fromkeys(index.contents[claim] for claim in self._claims.find(filters)))
        about = [claim for each in every[offset : offset + limit] for claim in index.by_situation[each]]
        return stances(self._claims.of(about), speakers), len(every)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self._reading)

    def moments(self, about: str = "") -> list[Moment]:
        """The dates of all, or of a thing, of what is said about it and of the sources of that; raise UnknownName."""
        if not about:
            return self.timeline.of(None)
        iri, index = self._about(about), self._claims.index
        claims = self._claims.find(Filters(about=iri))
        links = {link for claim in claims for link in index.links(claim)}
        return self.timeline.of({iri, *self._claims.about(NamedNode(iri)), *links, *index.sources(claims)})

    def claim_iris(self) -> list[str]:
        """All claims about situations."""
        return self._claims.find(Filters())

    @cached_property
    def statistics(self) -> Statistics:
        return count(self._reading)

    def claim(self, text: str) -> tuple[Claim, ...]:
        """A claim with each of its chains; raise NotFound."""
        iri = self._direct(text)
        if iri is None or not self._claims.is_claim(NamedNode(iri)):
            raise NotFound(text, "no such claim", "a claim's IRI, or what follows id/ in it", "See /api/v1/claims.")
        return tuple(self._claims.accounts(iri))

    def resting_on(self, text: str, parameter: str) -> tuple[Cell, frozenset[str]]:
        """What a source, a claim or a situation is that is meant, and the claims that go with it, each by its chain.

        Raise UnknownName or AmbiguousName.
        """
        index, direct = self._claims.index, self._direct(text)
        if direct is not None and direct in index.contents:
            return self.cell(direct), frozenset(index.chain(direct))
        if direct is not None and direct in index.by_situation:
            return self.cell(direct), frozenset(one for each in index.by_situation[direct] for one in index.chain(each))
        source = self.identify(text, parameter, (_SOURCE,))
        claims = self._claims.find(Filters(source=source))
        return self.cell(source), frozenset(one for each in claims for one in index.chain(each))

    def roles(self, situation: str) -> tuple[tuple[Cell, Cell], ...]:
        """The roles of a situation, each with its value."""
        read = self._reading
        return tuple((read.cell(role), read.cell(value)) for role, value in read.roles(NamedNode(situation)))

    def types(self, iri: str) -> tuple[Cell, ...]:
        """The classes that are given for a thing."""
        return tuple(self._reading.cell(NamedNode(each)) for each in self._reading.types(NamedNode(iri)))

    def values(self, iri: str, property_: str) -> tuple[Cell, ...]:
        """What is stated of a thing by a property, views and inferences included."""
        predicate = NamedNode(property_)
        return tuple(self._reading.cell(value) for value in self._reading.objects(NamedNode(iri), predicate))

    def having(self, property_: str, value: str) -> set[str]:
        """The things that have a value by a property: a thing by IRI or exact name, or a literal's text."""
        named = {value} if _iri(value) is not None and "://" in value else set()
        named |= {hit.iri for hit, _ in self.find(value) if hit.kind in ("exact", "name")}
        terms = [*(NamedNode(iri) for iri in sorted(named)), Literal(value)]
        predicate = NamedNode(property_)
        found = {subject for term in terms for subject in self._reading.subjects(predicate, term)}
        return {subject.value for subject in found if isinstance(subject, NamedNode)}

    @cached_property
    def _sources_in_order(self) -> tuple[tuple[bool, str, str], ...]:
        """Each source: whether it is of the background, its name to sort by, its IRI."""
        every, background = (iri for iri in self.names.types if self.names.is_a(iri, _SOURCE)), self._sources.background
        return tuple(sorted((iri in background, self.names.label(iri).casefold(), iri) for iri in every))

    def source_iris(self, *, background: bool | None = None) -> list[str]:
        """All sources: documents first, then those of the background, by name; or only these or those."""
        return [iri for behind, _, iri in self._sources_in_order if background in (None, behind)]

    def sources(
        self, limit: int | None = None, offset: int = 0, *, text: str = "", background: bool | None = None
    ) -> SourceList:
        """The sources in that order; with `text`, those that have a name like it, best first."""
        every = self.source_iris(background=background)
        if text.strip():
            wanted = frozenset(every)
            every = [hit.iri for hit in self.index.find(text, wanted.__contains__)]
        page = every[offset : None if limit is None else offset + limit]
        counts = self._sources.counts(page) if page else {}
        return SourceList(tuple(self._sources.read(iri, counts.get(iri, 0)) for iri in page), len(every))

    def source(self, text: str) -> SourceDetail:
        """A source with its text, and the claims that reach us through it; raise NotFound."""
        iri = self._here(text, (_SOURCE,), "source")
        accounts = self._claims.of(self._claims.find(Filters(source=iri)))
        return self._sources.whole(iri, self._sources.counts([iri]).get(iri, 0), accounts)

    def proposals(self) -> list[str]:
        """All proposals, by name."""
        every = (iri for iri in self.names.types if self.names.is_a(iri, SG + "Proposal"))
        return sorted(every, key=lambda iri: (self.names.label(iri).casefold(), iri))

    def compare(self, proposals: Sequence[str]) -> Comparison:
        """These proposals, or all, point by point; raise UnknownName or AmbiguousName."""
        chosen = [self.identify(each, "proposals", (SG + "Proposal",)) for each in proposals]
        every = list(dict.fromkeys(chosen)) or self.proposals()
        return Comparing(self._reading, self._claims, self._entities, self._rules()).compare(every)

    def describe(self, iri: str) -> Description:
        """What is stated of an IRI of ours; raise NotFound."""
        self._require(iri)
        return self._describing.read(iri)

    def kind_of(self, iri: str) -> str:
        """What an IRI of ours is of: see `Description`; raise NotFound."""
        self._require(iri)
        return self._describing.kind(NamedNode(iri))

    def rdf(self, iri: str) -> list[ox.Triple]:
        """The same as statements; raise NotFound."""
        self._require(iri)
        return self._describing.rdf(iri)

    def kind(self, value: str) -> str:
        """The class that an IRI, a prefixed name, a local name or a label means; raise UnknownName with candidates."""
        ontology = self._reading.ontology
        named = {
            word: iri for iri in sorted(ontology.classes) for word in (iri, iri.removeprefix(SG), ontology.label(iri))
        }
        try:
            given = expand(value, self.names.prefixes).value
        except (UnknownName, ValueError):
            given = value
        if given == _CONCEPT or given in ontology.classes:
            return given
        lowered = {word.casefold(): iri for word, iri in named.items()}
        if (iri := lowered.get(given.casefold())) is not None:
            return iri
        hits = [(iri, ontology.label(iri)) for word, iri in named.items() if given.casefold()[:4] in word.casefold()]
        candidates = tuple(dict.fromkeys(hits))[:5]
        raise UnknownName("type", f"'{value}'", "a class of the ontology", "Take one of the candidates.", candidates)

    def _require(self, iri: str) -> None:
        if not iri.startswith(BASE) or _iri(iri) is None or not self._describing.exists(iri):
            raise NotFound(iri, "nothing here has this IRI", remedy="Search by name at /entities.")

    def _passes(self, kinds: Sequence[str], *, sources: bool = False) -> Callable[[str], bool]:
        """Which things are meant: of one of `kinds`; else entities, and the concepts that documents declare."""

        def passes(iri: str) -> bool:
            if kinds:
                return any(self.names.is_a(iri, kind) for kind in kinds)
            if self.names.is_a(iri, _ENTITY):
                return True
            if self.names.is_a(iri, _SOURCE):
                return sources
            return iri.startswith(ID)

        return passes

    def _direct(self, text: str) -> str | None:
        """The IRI that is written out, or of which the part after `id/` is given; None where it is nothing here."""
        local = _iri(ID + text)
        if local is not None and self._reading.exists(NamedNode(local)):
            return local
        try:
            return expand(text, self.names.prefixes).value
        except (UnknownName, ValueError):
            return None

    def _here(self, text: str, kinds: Sequence[str], what: str) -> str:
        try:
            return self.identify(text, "id", kinds)
        except BadParameter as error:
            like = "; ".join(f"{label} <{iri}>" for iri, label in error.candidates)
            remedy = f"Perhaps you mean {like}." if like else "Search by name at /entities."
            raise NotFound(
                text, f"no such {what}", f"{what} by IRI, by what follows id/ in it, or by name", remedy
            ) from error

    def _about(self, text: str) -> str:
        direct = self._direct(text)
        if direct is not None and self._reading.is_a(NamedNode(direct), SG + "Situation"):
            return direct
        return self.identify(text, "about")

    def _item(self, iri: str, match: Hit | None) -> EntityItem:
        return EntityItem(**vars(thing(self.cell(iri))), href=address("entities", iri), match=match)

    def _first(self, filters: Mapping[str, str], claims: Sequence[str], most: int) -> ClaimList:
        following = f"{API}/claims?{urlencode({**filters, 'offset': most})}" if len(claims) > most else None
        return ClaimList(tuple(self._claims.of(list(claims[:most]))), len(claims), following)


def begin(iris: Sequence[str], offset: int, after: str) -> int:
    """The place in a list where a page begins: behind the item `after` where that is there, else at `offset`."""
    return iris.index(after) + 1 if after in iris else offset


def _iri(text: str) -> str | None:
    try:
        return NamedNode(text).value
    except ValueError:
        return None
