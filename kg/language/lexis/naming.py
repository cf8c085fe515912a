"""How things are called in questions: their names in the register and the graph, and what grammar makes of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.language.lexis.lexicon import Form, Lexicon, form_of
from kg.language.text import words
from kg.names import Name, Names
from kg.namespaces import SG, SKOS

_LONGEST = 10  # words in a name
_ROOT = 4  # letters that a noun has in common with its verb
_UNNAMED = {
    SG + kind
    for kind in (
        "Act", "CastVote", "Certainty", "ConditionKind", "Direction", "Polarity", "SupportKind", "UnvouchedAct",
        "VoteKind",
    )
}  # fmt: skip
SKIPPED = frozenset(
    {"of", "in", "the", "from", "over", "-", ",", "(", ")", "a", "an", "to"}
)  # between the words of a name
_ADJECTIVE = 3
_CONCEPT = SKOS + "Concept"
_ACTOR, _SITUATION = SG + "Actor", SG + "Situation"
_SPEAKING = (SG + "Delegation", SG + "Official", SG + "SpeakerGroup")
_NAMED = (SG + "Entity", SG + "Source", _CONCEPT)


@dataclass(frozen=True)
class Naming:
    """Names by their forms (adjectives such as "Chinese" apart); `verbal` are those said with a verb.

    `headed` has by its last word each name of a thing that is no concept and of no class of which that word is a noun;
    `standing` says of a place which proposals are called after it; `groups` has the nouns for those who speak that are
    the last word of one thing's names alone: "diplomats".
    """

    nouns: Mapping[Form, tuple[str, ...]] = field(repr=False)
    adjectives: Mapping[Form, tuple[str, ...]] = field(repr=False)
    verbal: frozenset[Form] = field(repr=False)
    standing: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str]
    headed: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, names: Names, lexicon: Lexicon) -> Naming:
        plain, adjectives = _registered(names)
        registered = frozenset(plain)
        for form, things in list(_renamed(plain, names, lexicon)):
            plain.setdefault(form, {}).update(dict.fromkeys(things))
        verbal: set[Form] = set()
        for form, things, with_verb in list(_variants(plain, adjectives, lexicon, registered)):
            if with_verb:
                verbal.add(form)
            plain.setdefault(form, {}).update(dict.fromkeys(things))
        return cls(
            {form: tuple(things) for form, things in plain.items()},
            {form: tuple(things) for form, things in adjectives.items()},
            frozenset(verbal),
            _standing(plain, names),
            _groups(plain, names, lexicon, registered),
            _headed(names, lexicon),
        )

    @staticmethod
    def registered(names: Names) -> Iterator[Name]:
        """The names by which questions may call things."""
        terms = names.ontology.classes | names.ontology.properties
        for name in names.names:
            unnamed = names.types.get(name.iri, frozenset()) <= _UNNAMED or name.iri in terms
            if not unnamed and any(names.is_a(name.iri, kind) for kind in _NAMED):
                yield name

    def forms(self) -> Iterator[Form]:
        """All forms by which things are called."""
        yield from self.nouns
        yield from self.adjectives

    def standing_for(self, things: tuple[str, ...]) -> tuple[str, ...]:
        """The one thing that the name of another stands for; none where there are several."""
        found = {other for thing in things for other in self.standing.get(thing, ())}
        return tuple(found) if len(found) == 1 else ()


def plain_form(form: Form) -> Form:
    """The form without the small words that may be missing from a name."""
    return tuple(word for word in form if word not in SKIPPED)


_Forms = dict[Form, dict[str, None]]


def _registered(names: Names) -> tuple[_Forms, _Forms]:
    """The nouns and the adjectives that things are called by in the graph."""
    plain: _Forms = {}
    adjectives: _Forms = {}
    for name in Naming.registered(names):
        form = plain_form(form_of(name.text))
        if form and len(form) <= _LONGEST:
            (adjectives if name.rank == _ADJECTIVE else plain).setdefault(form, {})[name.iri] = None
            if name.rank == _ADJECTIVE and form[-1].endswith("n"):
                plain.setdefault((*form[:-1], f"{form[-1]}s"), {})[name.iri] = None  # "the Russians"
    return plain, adjectives


def _renamed(
    plain: Mapping[Form, Iterable[str]], names: Names, lexicon: Lexicon
) -> Iterator[tuple[Form, tuple[str, ...]]]:
    """Names that end in a noun for their class, with its other nouns: "Chinese plan" for "Chinese initiative"."""
    nouns: dict[str, set[str]] = {}
    is_a = names.ontology.is_a
    for form, senses in lexicon.senses.items():
        terms = {term for sense in senses if sense.part == "noun" for term in sense.concept.terms}
        meant = terms & names.ontology.classes if len(form) == 1 else frozenset[str]()
        for kind in meant:
            if kind != _ACTOR or not any(is_a(other, _SITUATION) for other in meant):  # "Russia's power" is no name
                nouns.setdefault(kind, set()).add(form[0])
    of_kind: dict[tuple[str, str], bool] = {}
    for form, things in plain.items():
        for kind, each in nouns.items() if len(form) > 1 else ():
            if form[-1] not in each:
                continue
            for thing in things:
                of_kind.setdefault((thing, kind), names.is_a(thing, kind))
            if targets := tuple(thing for thing in things if of_kind[thing, kind]):
                for noun in sorted(each):
                    yield (*form[:-1], noun), targets


def _variants(
    plain: Mapping[Form, Iterable[str]],
    adjectives: Mapping[Form, Iterable[str]],
    lexicon: Lexicon,
    registered: frozenset[Form],
) -> Iterator[tuple[Form, tuple[str, ...], bool]]:
    """Other ways to say a name: "Russia's delegation" (the Russian one), "undermine …" (the undermining of it).

    With a verb those alone are said that things are `registered` by.
    """
    called: dict[str, list[Form]] = {}
    verbs: dict[str, list[str]] = {}
    for form, senses in lexicon.senses.items():
        for sense in senses:
            if len(form) == 1 and sense.part == "verb" and sense.form == "base":
                verbs.setdefault(sense.concept.name, []).append(form[0])
    for form, things in plain.items():
        for thing in things:
            called.setdefault(thing, []).append(form)
    owned: dict[str, list[tuple[Form, Form]]] = {}  # adjectives and names of their owners, by their first words
    for adjective, owners in adjectives.items():
        for name in [name for owner in owners for name in called.get(owner, ())]:
            owned.setdefault(adjective[0], []).append((adjective, (*name, "'s")))
            owned.setdefault(name[0], []).append((name, adjective))
    for form, things in plain.items():
        targets = tuple(things)
        for one, other in owned.get(form[0], ()):
            size = len(one)
            if len(form) > size and form[:size] == one:
                yield (*other, *form[size + (form[size] == "'s") :]), targets, False
        if len(form) > 1 and form in registered:
            for index, word in enumerate(form[:-1]):
                for base in _verbs_of(word, lexicon, verbs):
                    for verb in lexicon.verbs[base]:
                        yield (*form[:index], *verb.split(), *form[index + 1 :]), targets, index == 0


def _verbs_of(word: str, lexicon: Lexicon, verbs: Mapping[str, Iterable[str]]) -> list[str]:
    """The verbs of which `word` is the gerund or a nominalisation ("undermining", "purchase"), and their like."""
    senses = lexicon.senses.get((word,), ())
    gerund = any(sense.part == "verb" and sense.form == "ing" for sense in senses)
    found: set[str] = set()
    for sense in senses:
        like = verbs.get(sense.concept.name, ()) if sense.part == ("verb" if gerund else "noun") else ()
        if gerund:
            found.update(verb for verb in like if word in words.verb_forms(verb) or word[:3] == verb[:3])
        elif any(word[:_ROOT] == verb[:_ROOT] for verb in like):
            found.update(like)
    return sorted(found)


def _groups(
    plain: Mapping[Form, Iterable[str]], names: Names, lexicon: Lexicon, registered: frozenset[Form]
) -> dict[str, str]:
    """The last words of the names of those who speak, where they are of one thing alone and no name themselves."""
    found: dict[str, set[str]] = {}
    for form in registered:
        if len(form) > 1 and form[-1:] not in plain and form[-1].isalpha():
            roles = {term for s in lexicon.senses.get(form[-1:], ()) for term in s.concept.terms & names.ontology.roles}
            speaking = {thing for thing in plain[form] if any(names.is_a(thing, kind) for kind in _SPEAKING)}
            if speaking and not roles:
                found.setdefault(form[-1], set()).update(speaking)
    return {word: min(things) for word, things in found.items() if len(things) == 1}


def _headed(names: Names, lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The things by the last words of their names, where these are nouns for no class of things."""
    found: dict[str, set[str]] = {}
    for name in Naming.registered(names):
        form = form_of(name.text)
        nouns = [sense for sense in lexicon.senses.get(form[-1:], ()) if sense.part == "noun"]
        terms = {term for sense in nouns for term in sense.concept.terms}
        if len(form) > 1 and not terms & names.ontology.classes and not names.is_a(name.iri, _CONCEPT):
            found.setdefault(form[-1], set()).add(name.iri)
    return {word: tuple(sorted(things)) for word, things in found.items()}


def _standing(plain: Mapping[Form, Iterable[str]], names: Names) -> dict[str, tuple[str, ...]]:
    """Of each place, the proposals whose names begin with its own."""
    things = {thing for named in plain.values() for thing in named}
    proposals = {thing for thing in things if names.is_a(thing, SG + "Proposal")}
    standing = {thing for thing in things if names.is_a(thing, SG + "Place")}
    places = {form: standing.intersection(named) for form, named in plain.items() if standing.intersection(named)}
    found: dict[str, set[str]] = {}
    for form, named in plain.items():
        for size in range(1, len(form)):
            for place in places.get(form[:size], ()):
                found.setdefault(place, set()).update(proposals.intersection(named))
    return {place: tuple(sorted(called)) for place, called in found.items()}
