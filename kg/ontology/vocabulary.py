"""What the ontology and the register know: classes, properties, roles, label templates, named things.

A value made once from their statements, so that a document is examined without a look into the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from kg.namespaces import OWL, RDF, RDFS, SG, SKOS
from kg.terms import BlankNode, Literal, NamedNode, Quad, closure, parts

SITUATION, CLAIM, EVIDENCE = SG + "Situation", SG + "Claim", SG + "Evidence"
ENTITY, SOURCE, CONCEPT = SG + "Entity", SG + "Source", SKOS + "Concept"
LABEL, OTHER_NAME, TYPE = RDFS + "label", SKOS + "altLabel", RDF + "type"
ROLE_ROOTS = frozenset({SG + "role", SG + "literalRole"})

_PROPERTY_KINDS = frozenset(
    {RDF + "Property", OWL + "AnnotationProperty", OWL + "DatatypeProperty", OWL + "ObjectProperty"}
)
_DEMANDING = frozenset({OWL + "cardinality", OWL + "minCardinality"})
_BUILT_IN = frozenset({TYPE, LABEL, RDFS + "comment", RDFS + "seeAlso"})
_LIKE_ENOUGH = 65  # of 100, by rapidfuzz: below, a suggestion misleads


@dataclass(frozen=True)
class Vocabulary:
    """Terms by IRI. `superclasses` and `superproperties` are reflexive and transitive.

    `labels` are English ones; `types` are those of the ontology's individuals and of the register's things;
    `names` are all their labels and other names, for suggestions. `required` are the properties of which a class
    itself, without those above it, demands at least one value. `breadth_keeping` are the roles in which a broader
    situation makes the whole broader.
    """

    superclasses: Mapping[str, frozenset[str]]
    superproperties: Mapping[str, frozenset[str]]
    derived: frozenset[str]
    linking: frozenset[str]
    templates: Mapping[str, str]
    labels: Mapping[str, str]
    types: Mapping[str, frozenset[str]]
    names: Mapping[str, str] = field(repr=False)
    required: Mapping[str, frozenset[str]] = field(default_factory=dict)
    breadth_keeping: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ontology: Iterable[Quad], register: Iterable[Quad] = ()) -> Vocabulary:
        """The vocabulary that the ontology's modules and vocabularies and the register's statements make."""
        ontology = list(ontology)
        values = _gathered([*ontology, *register])
        kinds = {subject: frozenset(_iris(values, subject, TYPE)) for subject in values}
        classes = {subject for subject, types in kinds.items() if OWL + "Class" in types}
        properties = {subject for subject, types in kinds.items() if types & _PROPERTY_KINDS}
        terms = classes | properties
        return cls(
            superclasses=_closed(values, classes, RDFS + "subClassOf"),
            superproperties=_closed(values, {*properties, *_BUILT_IN}, RDFS + "subPropertyOf"),
            derived=frozenset(iri for iri in properties if SG + "DerivedProperty" in kinds[iri]),
            linking=frozenset(iri for iri in properties if OWL + "ObjectProperty" in kinds[iri]),
            templates={iri: text for iri in classes for text in _words(values, iri, SG + "labelTemplate", "en")},
            labels={iri: text for iri in values for text in _words(values, iri, LABEL, "en")},
            types={iri: types for iri, types in kinds.items() if types and iri not in terms},
            names={text: iri for iri in values for name in (OTHER_NAME, LABEL) for text in _words(values, iri, name)},
            required=_required(ontology),
            breadth_keeping=frozenset(iri for iri in properties if "true" in _words(values, iri, SG + "keepsBreadth")),
        )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(iri for iri in self.superproperties if self.is_role(iri))

    def is_role(self, iri: str) -> bool:
        return bool(self.superproperties.get(iri, frozenset()) & ROLE_ROOTS) and iri not in ROLE_ROOTS

    def is_a(self, types: Iterable[str], ancestor: str) -> bool:
        """Whether one of the classes `types` is `ancestor` or below it."""
        return any(ancestor in self.superclasses.get(iri, frozenset((iri,))) for iri in types)

    def is_required(self, kind: str, role: str) -> bool:
        """Whether a situation of the class `kind` must have the role: the others say more of it, and no other thing."""
        return any(role in self.required.get(above, ()) for above in self.superclasses.get(kind, (kind,)))

    def template(self, iri: str) -> str | None:
        """The label template of the class, or of the nearest class above that has one (the deepest; then by IRI)."""
        above = sorted(self.superclasses.get(iri, ()), key=lambda one: (-len(self.superclasses.get(one, ())), one))
        return next((self.templates[one] for one in above if one in self.templates), None)

    def nearest(self, name: str, among: Collection[str]) -> str | None:
        """Of the IRIs `among`, that whose last part is most like `name`; None where none is like enough."""
        found = process.extractOne(
            name, {iri: last_part(iri) for iri in sorted(among)}, scorer=fuzz.ratio, processor=utils.default_process
        )
        return found[2] if found and found[1] >= _LIKE_ENOUGH else None

    def nearest_thing(self, name: str, others: Mapping[str, str]) -> tuple[str, str] | None:
        """The (IRI, name) of the register, or of `others` (name → IRI), most like `name` by IRI or by a name."""
        things = {text: iri for text, iri in {**self.names, **others}.items() if iri in self.types or text in others}
        spellings = {**{last_part(iri).replace("-", " "): iri for iri in things.values()}, **things}
        found = process.extractOne(
            name.replace("-", " "), sorted(spellings), scorer=fuzz.ratio, processor=utils.default_process
        )
        if not found or found[1] < _LIKE_ENOUGH:
            return None
        iri = spellings[found[0]]
        return iri, self.labels.get(iri, found[0])


def last_part(iri: str) -> str:
    """What stands after the last slash or hash."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


_Values = dict[str, dict[str, list[NamedNode | Literal]]]


def _gathered(quads: Iterable[Quad]) -> _Values:
    values: _Values = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            values[quad.subject.value][quad.predicate.value].append(quad.object)
    return values


def _iris(values: _Values, subject: str, predicate: str) -> list[str]:
    found = values[subject].get(predicate, []) if subject in values else []
    return [value.value for value in found if isinstance(value, NamedNode)]


def _words(values: _Values, subject: str, predicate: str, language: str | None = None) -> list[str]:
    """Literals in a fixed order, that which sorts first last: where one alone is kept, it is that one."""
    return sorted(
        (
            value.value
            for value in values[subject].get(predicate, [])
            if isinstance(value, Literal) and (language is None or value.language == language)
        ),
        reverse=True,
    )


def _required(ontology: Iterable[Quad]) -> dict[str, frozenset[str]]:
    """For each class the properties of which its cardinalities demand a value (OWL 2, 8.3 and 9.3.5)."""
    role: dict[BlankNode, str] = {}
    demanding: set[BlankNode] = set()
    restricted: dict[str, set[BlankNode]] = defaultdict(set)
    for subject, predicate, value in map(parts, ontology):
        if isinstance(subject, BlankNode) and predicate.value == OWL + "onProperty":
            role[subject] = value.value
        elif isinstance(subject, BlankNode) and predicate.value in _DEMANDING and int(value.value) > 0:
            demanding.add(subject)
        elif isinstance(subject, NamedNode) and isinstance(value, BlankNode) and predicate.value == RDFS + "subClassOf":
            restricted[subject.value].add(value)
    return {kind: frozenset(role[each] for each in nodes & demanding) for kind, nodes in restricted.items()}


def _closed(values: _Values, terms: Iterable[str], predicate: str) -> dict[str, frozenset[str]]:
    direct = {subject: _iris(values, subject, predicate) for subject in values}
    return {term: closure(term, direct) for term in terms}
