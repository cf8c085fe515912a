"""What words of a YAML document mean: terms of the ontology by label or short name, and how their values are written.

Names are compared in two steps: as they stand, and without regard to case, spaces and hyphens.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from kg.namespaces import ID, OWL, RDF, RDFS, SG, SH, SKOS, XSD
from kg.ontology.vocabulary import CLAIM, CONCEPT, LABEL, OTHER_NAME, SITUATION, TYPE, Vocabulary, last_part
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, compact, parts

HAS_EVIDENCE, QUOTE, CONTENT, SPEAKER = (SG + name for name in ("evidence", "quote", "content", "speaker"))
LANGUAGE = "en"  # of words that say no other
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_\s]+")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*|):(\S+)")
_PLAIN = frozenset({SG + "text", SG + "textFile"})  # the kernel's, without a range: characters, in no language
_LIKE_ENOUGH = 65  # of 100, by rapidfuzz


def folded(name: str) -> str:
    """`readyFor`, `Ready for` and `ready-for` are one name."""
    return " ".join(_HUMP.sub(" ", name).casefold().split())


def spaced(iri: str) -> str:
    """The short name of a term as words: `…/ontology/readyFor` → `ready for`."""
    return folded(last_part(iri))


def slug(name: str) -> str:
    """The last part of an IRI for what is called so: `Türkiye` → `turkiye`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    return re.sub(r"[^\w]+", "-", plain.casefold()).strip("-") or "thing"


def reference(text: str, prefixes: Mapping[str, str]) -> Node | None:
    """The node that `id:china`, `:plan`, `_:b` or `<https://…>` is; None where the words are no such reference."""
    try:
        if text.startswith("_:") and len(text) > 2:
            return BlankNode("u" + text[2:])  # none that is made for a node without a name
        if text.startswith("<") and text.endswith(">"):
            return NamedNode(text[1:-1])
        found = _PREFIXED.fullmatch(text)
        return NamedNode(prefixes[found[1]] + found[2]) if found and found[1] in prefixes else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Terminology:
    """Terms by name. `defaults` are what a claim has where it says nothing else, by the claims' shape.

    `ranges` are the classes of a property's values, `datatypes` those of its literals.
    """

    vocabulary: Vocabulary
    prefixes: Mapping[str, str]
    defaults: Mapping[str, Term]
    ranges: Mapping[str, frozenset[str]]
    datatypes: Mapping[str, str]
    labels: Mapping[str, str]
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)  # things and concepts by name
    types: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        vocabulary: Vocabulary,
        prefixes: Mapping[str, str],
        ontology: Iterable[Quad],
        shapes: Iterable[Quad],
        things: Iterable[Quad] = (),
    ) -> Terminology:
        """The terminology of ontology and shapes; `things` are those of the background."""
        ontology, shapes = list(ontology), list(shapes)
        values = gather([*ontology, *shapes])
        ranges = {
            iri: frozenset(classes_of(values, NamedNode(iri), RDFS + "range")) for iri in vocabulary.superproperties
        }
        declared = dict(_datatypes(values, ranges))
        bare = cls(vocabulary, prefixes, dict(_defaults(values)), ranges, declared, vocabulary.labels)
        concepts = (quad for quad in ontology if bare.is_concept(quad.subject))
        return bare.with_things([*concepts, *things])

    def with_things(self, quads: Iterable[Quad]) -> Terminology:
        """This, and things by all the names that `quads` give them; those known already keep theirs alone."""
        known: dict[str, list[str]] = {name: list(iris) for name, iris in self.known.items()}
        types = {iri: set(kinds) for iri, kinds in self.types.items()}
        labels = dict(self.labels)
        for subject, predicate, value in map(parts, quads):
            if not isinstance(subject, NamedNode) or subject.value in self.types:
                continue
            if predicate.value == TYPE:
                types.setdefault(subject.value, set()).add(value.value)
            if predicate.value in (LABEL, OTHER_NAME):
                known.setdefault(value.value, []).append(subject.value)
                if predicate.value == LABEL and isinstance(value, Literal) and value.language == LANGUAGE:
                    labels[subject.value] = value.value
        for iri in types.keys() - self.types.keys():
            known.setdefault(spaced(iri), []).append(iri)
        return Terminology(
            self.vocabulary,
            self.prefixes,
            self.defaults,
            self.ranges,
            self.datatypes,
            labels,
            {name: tuple(sorted(set(iris))) for name, iris in known.items()},
            {iri: frozenset(kinds) for iri, kinds in types.items()},
        )

    def is_concept(self, node: object) -> bool:
        return isinstance(node, NamedNode) and self.vocabulary.is_a(self.vocabulary.types.get(node.value, ()), CONCEPT)

    def is_link(self, iri: str) -> bool:
        """Whether the property's values are things, and no words."""
        return iri == TYPE or iri in self.vocabulary.linking or (iri.startswith(SKOS) and iri.endswith("Match"))

    def property(self, name: str) -> str | None:
        """The property of this label or short name; of two, the project's own."""
        return _own(self._properties.get(folded(name), ()))

    def kind(self, name: str, under: str | None = None) -> str | None:
        """The class of this label or short name, or the one of them that is under another."""
        found = self._classes.get(folded(name), ())
        return _own([iri for iri in found if under is None or self.vocabulary.is_a((iri,), under)])

    def situation(self, name: str) -> str | None:
        return self.kind(name, SITUATION)

    def property_name(self, iri: str) -> str:
        return spaced(iri) if self.property(spaced(iri)) == iri else compact(iri, self.prefixes)

    def kind_name(self, iri: str) -> str:
        return spaced(iri) if self.kind(spaced(iri)) == iri else compact(iri, self.prefixes)

    def fits(self, types: Iterable[str], iri: str) -> bool:
        """Whether what is of these classes may be a value of the property."""
        wanted = self.ranges.get(iri, frozenset())
        return not wanted or any(self.vocabulary.is_a(types, kind) for kind in wanted)

    def literal(self, words: str, iri: str) -> Literal:
        """What `words` are as a value of the property: of its datatype, or in English."""
        datatype = self.datatypes.get(iri)
        if datatype is None or datatype == RDF + "langString":
            return Literal(words, language=LANGUAGE)
        return Literal(words) if datatype == XSD + "string" else Literal(words, datatype=NamedNode(datatype))

    def nearest(self, name: str, names: Iterable[str]) -> str | None:
        """Of `names` that which is most like `name`; None where none is like enough."""
        among = {one: folded(one) for one in sorted(set(names))}
        found = process.extractOne(folded(name), among, scorer=fuzz.ratio)
        return found[2] if found and found[1] >= _LIKE_ENOUGH else None

    @cached_property
    def _properties(self) -> dict[str, tuple[str, ...]]:
        return self._named(self.vocabulary.superproperties)

    @cached_property
    def folded_known(self) -> dict[str, tuple[str, ...]]:
        gathered: dict[str, set[str]] = defaultdict(set)
        for name, iris in self.known.items():
            gathered[folded(name)].update(iris)
        return {name: tuple(sorted(iris)) for name, iris in gathered.items()}

    @cached_property
    def _classes(self) -> dict[str, tuple[str, ...]]:
        return self._named(self.vocabulary.superclasses)

    @cached_property
    def property_names(self) -> tuple[str, ...]:
        return tuple(self._properties)

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        return tuple(self._classes)

    def _named(self, terms: Iterable[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        short = defaultdict(set)
        for iri in terms:
            short[spaced(iri)].add(iri)
            if iri in self.vocabulary.labels:
                found[folded(self.vocabulary.labels[iri])].add(iri)
        return {name: tuple(sorted(iris)) for name, iris in {**found, **short}.items()}


class Scope:
    """What a name means in one document: its own things first, then terms and shared things."""

    def __init__(self, terms: Terminology, prefixes: Mapping[str, str]) -> None:
        self.terms, self.prefixes = terms, prefixes
        self.own: dict[str, dict[Node, None]] = defaultdict(dict)
        self.folded: dict[str, dict[Node, None]] = defaultdict(dict)
        self.types: dict[Node, tuple[str, ...]] = {}

    def add(self, node: Node, types: Iterable[str], names: Iterable[str]) -> None:
        self.types[node] = tuple(types)
        for name in names:
            self.own[name][node] = None
            self.folded[folded(name)][node] = None

    def find(self, name: str, iri: str = "") -> tuple[Node, ...]:
        """The nodes that `name` may be as a value of the property; those whose classes fit it before others."""
        if (node := reference(name, self.prefixes)) is not None:
            return (node,)
        tiers = [self._own(name), self._folded_own(name), self._known(name), self._folded_known(name)]
        fitting = [[node for node in tier if self.terms.fits(self._types(node), iri)] for tier in tiers]
        return tuple(next((tier for tier in (*fitting, *tiers) if tier), ()))

    def names(self) -> Iterator[str]:
        yield from self.own
        yield from self.terms.known

    def _types(self, node: Node) -> Iterable[str]:
        own: Iterable[str] = self.types.get(node, ())
        return own or self.terms.types.get(node.value, ())

    def _own(self, name: str) -> list[Node]:
        return list(self.own.get(name, ()))

    def _folded_own(self, name: str) -> list[Node]:
        return list(self.folded.get(folded(name), ()))

    def _known(self, name: str) -> list[Node]:
        return [NamedNode(iri) for iri in self.terms.known.get(name, ())]

    def _folded_known(self, name: str) -> list[Node]:
        return [NamedNode(iri) for iri in self.terms.folded_known.get(folded(name), ())]


def _own(found: Iterable[str]) -> str | None:
    found = list(found)
    ours = [iri for iri in found if iri.startswith((SG, ID))] or found
    return ours[0] if len(ours) == 1 else None


_Values = Mapping[Node, Mapping[str, list[Term]]]


def gather(quads: Iterable[Quad]) -> _Values:
    """Values by subject and property."""
    values: dict[Node, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in map(parts, quads):
        values[subject][predicate.value].append(value)
    return values


def _members(values: _Values, node: Term) -> Iterator[Term]:
    """The members of an RDF list."""
    while isinstance(node, BlankNode) and node in values:
        yield from values[node].get(RDF + "first", [])
        node = next(iter(values[node].get(RDF + "rest", [])), NamedNode(RDF + "nil"))


def classes_of(values: _Values, node: Node, predicate: str) -> Iterator[str]:
    """The classes that `node predicate ?` names, those of a union one by one."""
    for value in values[node].get(predicate, []) if node in values else []:
        if isinstance(value, NamedNode):
            yield value.value
        elif isinstance(value, BlankNode):
            for union in values[value].get(OWL + "unionOf", []):
                yield from (member.value for member in _members(values, union) if isinstance(member, NamedNode))


def _datatypes(values: _Values, ranges: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Datatypes by property: of shapes first, which say more than ranges."""
    for iri, kinds in ranges.items():
        yield from ((iri, kind) for kind in kinds if kind.startswith(XSD))
    for by in values.values():
        for path in by.get(SH + "path", []):
            yield from ((path.value, value.value) for value in by.get(SH + "datatype", []) if path.value not in _PLAIN)
    yield from ((iri, XSD + "string") for iri in _PLAIN)


def _defaults(values: _Values) -> Iterator[tuple[str, Term]]:
    """sh:defaultValue of the properties of claims (SHACL, 5.3.2)."""
    for by in values.values():
        if NamedNode(CLAIM) in by.get(SH + "targetClass", []):
            for shape in by.get(SH + "property", []):
                about = values.get(shape, {}) if isinstance(shape, NamedNode | BlankNode) else {}
                for path in about.get(SH + "path", []):
                    yield from ((path.value, value) for value in about.get(SH + "defaultValue", []))
