"""What a document may say, for people and editors: classes, roles, acts and the like, all from the ontology.

Each class has an example in YAML, made of the examples that its roles have, and the whole form is a JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kg.authoring import lookup
from kg.authoring.terminology import CONTENT, HAS_EVIDENCE, SPEAKER, Terminology, classes_of, gather
from kg.namespaces import OWL, RDFS, SG, SH, SKOS, XSD
from kg.ontology.vocabulary import CLAIM, CONCEPT, ENTITY, EVIDENCE, LABEL, SITUATION, SOURCE
from kg.terms import Literal, NamedNode, Quad, Term

_COUNTS = {"cardinality": (True, True), "minCardinality": (True, False), "maxCardinality": (False, True)}
_TEMPLATES = ("labelTemplate", "sentenceTemplate")
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_Json = dict[str, Any]
_DRAFT = {"type": "boolean", "description": "True: nobody has confirmed it yet, and it is not loaded."}


@dataclass(frozen=True)
class Role:
    """A role of a class, or a property of claims: by its name in YAML; `values` names classes or a datatype."""

    name: str
    iri: str
    definition: str
    values: tuple[str, ...]
    least: int
    most: int | None

    @property
    def count(self) -> str:
        """How many values it has, and of what."""
        how_many = "needed" if self.least else "optional"
        return ", ".join([how_many, *(["one"] if self.most == 1 else []), " or ".join(self.values) or "anything"])


@dataclass(frozen=True)
class Kind:
    """A class of situations, with a sentence that is an example and the YAML of one."""

    name: str
    iri: str
    definition: str
    example: str
    roles: tuple[Role, ...]
    yaml: str


@dataclass(frozen=True)
class Choice:
    """One concept of a vocabulary."""

    name: str
    iri: str
    definition: str
    example: str


@dataclass(frozen=True)
class Listed:
    """Classes of situations, classes of things and sources, and what is said of a claim, each with its choices."""

    situations: tuple[Kind, ...]
    things: tuple[Choice, ...]
    choices: dict[str, tuple[Choice, ...]]


@dataclass(frozen=True)
class Guide:
    """`kinds` are classes of situations; `said` what is said of a claim, each with the concepts to choose from.

    `things` are classes of things and of sources, `general` the roles that any situation may have.
    """

    kinds: tuple[Kind, ...]
    said: tuple[tuple[Role, tuple[Choice, ...]], ...]
    things: tuple[Choice, ...]
    general: tuple[Role, ...]
    terms: Terminology

    @classmethod
    def of(cls, terms: Terminology, ontology: Iterable[Quad], shapes: Iterable[Quad]) -> Guide:
        return _Reader(terms, [*ontology, *shapes]).guide()

    def listed(self, words: Iterable[str] = ()) -> Listed:
        """All of it, or that whose name or definition holds all of `words`."""
        wanted = [word.casefold() for word in words]

        def fits(one: Kind | Choice) -> bool:
            return all(word in f"{one.name} {one.definition}".casefold() for word in wanted)

        said = {role.name: tuple(filter(fits, choices)) for role, choices in self.said}
        chosen = {name: choices for name, choices in said.items() if choices}
        return Listed(tuple(filter(fits, self.kinds)), tuple(filter(fits, self.things)), chosen)

    def text(self, words: Iterable[str] = ()) -> str:
        """The same, to be read in a terminal."""
        found = self.listed(words)
        lines: list[str] = []
        for kind in found.situations:
            lines += [kind.name, f"  {kind.definition}", f"  “{kind.example}”", f"  {kind.yaml}"]
            lines += [f"    {role.name} ({role.count}): {role.definition}" for role in kind.roles]
        for title, choices in {"things and sources": found.things, **found.choices}.items():
            lines += [f"— {title} —"] if choices else []
            lines += [f"{choice.name}: {choice.definition}" for choice in choices]
        return "\n".join(lines) or "Nothing here is called so."

    def schema(self) -> _Json:
        """The form of a document as JSON Schema (2020-12): what an editor completes and checks."""
        return _schema(self)


class _Reader:
    def __init__(self, terms: Terminology, quads: list[Quad]) -> None:
        self.terms, self.vocabulary, self.values = terms, terms.vocabulary, gather(quads)

    def guide(self) -> Guide:
        kinds = [iri for iri in self.vocabulary.superclasses if self._is_kind(iri)]
        return Guide(
            tuple(sorted(map(self._kind, kinds), key=lambda kind: kind.name)),
            tuple((role, tuple(self._choices(role.iri))) for role in self._said()),
            tuple(
                sorted(
                    map(self._thing, filter(self._is_thing, self.vocabulary.superclasses)), key=lambda each: each.name
                )
            ),
            tuple(self._role(iri, 0, None) for iri in sorted(self.vocabulary.roles) if self._is_general(iri)),
            self.terms,
        )

    def _is_kind(self, iri: str) -> bool:
        above = self.vocabulary.superclasses[iri]
        return SITUATION in above and iri != SITUATION

    def _is_thing(self, iri: str) -> bool:
        return any(self.vocabulary.is_a((iri,), kind) for kind in (ENTITY, SOURCE)) and iri.startswith(SG)

    def _thing(self, iri: str) -> Choice:
        texts = (self._text(iri, SKOS + name) for name in ("definition", "example"))
        return Choice(self.terms.kind_name(iri), iri, *texts)

    def _is_general(self, role: str) -> bool:
        domain = set(classes_of(self.values, NamedNode(role), RDFS + "domain"))
        return not domain or SITUATION in domain

    def _kind(self, iri: str) -> Kind:
        roles = tuple(self._roles(iri))
        return Kind(
            self.terms.kind_name(iri),
            iri,
            self._text(iri, SKOS + "definition"),
            self._text(iri, SKOS + "example"),
            roles,
            self._example(iri, roles),
        )

    def _roles(self, iri: str) -> Iterator[Role]:
        """The roles that the class or one above it counts, whose domain these are, or of which its sentence is made."""
        counts: dict[str, tuple[int, int | None]] = {}
        above = self.vocabulary.superclasses[iri]
        for kind in above:
            for role, least, most in self._counted(kind):
                before = counts.get(role, (0, None))
                counts[role] = max(least, before[0]), most if before[1] is None else min(before[1], most or before[1])
        told = {SG + name for form in _TEMPLATES for name in re.findall(r"\{(\w+)\}", self._text(iri, SG + form))}
        for role in sorted(self.vocabulary.roles):
            if role in told or above & set(classes_of(self.values, NamedNode(role), RDFS + "domain")) - {SITUATION}:
                counts.setdefault(role, (0, None))
        for role, (least, most) in sorted(counts.items(), key=lambda item: (not item[1][0], item[0])):
            yield self._role(role, least, most)

    def _role(self, iri: str, least: int, most: int | None) -> Role:
        kinds = sorted(self.terms.ranges.get(iri, ()))
        datatype = self.terms.datatypes.get(iri)
        names = [datatype.replace(XSD, "xsd:")] if datatype else [self.terms.kind_name(kind) for kind in kinds]
        name = self.terms.property_name(iri)
        return Role(name, iri, self._text(iri, SKOS + "definition"), tuple(names), least, most)

    def _counted(self, kind: str) -> Iterator[tuple[str, int, int | None]]:
        for value in self.values[NamedNode(kind)].get(RDFS + "subClassOf", []):
            restriction = self.values.get(value, {}) if not isinstance(value, Literal) else {}
            for name, (is_least, is_most) in _COUNTS.items():
                for number in restriction.get(OWL + name, []):
                    bound = int(number.value)
                    for role in restriction[OWL + "onProperty"]:
                        yield role.value, bound if is_least else 0, bound if is_most else None

    def _said(self) -> Iterator[Role]:
        """The properties that the shape of claims names, but for speaker, content and evidence."""
        for by in list(self.values.values()):
            if NamedNode(CLAIM) in by.get(SH + "targetClass", []):
                for shape in by.get(SH + "property", []):
                    for path in self._about(shape).get(SH + "path", []):
                        counts = self._about(shape).get(SH + "maxCount", [])
                        if path.value not in (SPEAKER, CONTENT, HAS_EVIDENCE) and counts:
                            yield self._role(path.value, 0, int(counts[0].value))

    def _about(self, node: Term) -> Mapping[str, list[Term]]:
        return {} if isinstance(node, Literal) else self.values.get(node, {})

    def _choices(self, iri: str) -> Iterator[Choice]:
        kinds = [kind for kind in self.terms.ranges.get(iri, ()) if self.vocabulary.is_a((kind,), CONCEPT)]
        for concept, types in sorted(self.vocabulary.types.items()):
            if concept.startswith(SG) and any(self.vocabulary.is_a(types, kind) for kind in kinds):
                name = self._text(concept, LABEL)
                yield Choice(
                    name, concept, self._text(concept, SKOS + "definition"), self._text(concept, SKOS + "example")
                )

    def _text(self, iri: str, predicate: str) -> str:
        found = [value for value in self.values[NamedNode(iri)].get(predicate, []) if isinstance(value, Literal)]
        return next((value.value for value in found if value.language == "en"), found[0].value if found else "")

    def _example(self, iri: str, roles: Iterable[Role]) -> str:
        """A situation of the class with its required roles, or else its first: values as the roles' own examples."""
        roles = list(roles)
        shown = [role for role in roles if role.least] or roles[:2]
        inner = ", ".join(f"{role.name}: {self._value(role)}" for role in shown)
        return f"{self.terms.kind_name(iri)}: {{{inner}}}"

    def _value(self, role: Role) -> str:
        """What may stand there: a concept of the vocabulary, a number or date, or else a name, told by its class."""
        if role.values and role.values[0].startswith("xsd:"):
            plain = self._text(role.iri, SKOS + "example").strip('".')
            return plain if plain and not set(plain) & set("{}[],:#") else "0"
        if choice := next(self._choices(role.iri), None):
            return choice.name
        example = self._text(role.iri, SKOS + "example").strip(".")
        fits = any(
            self.terms.fits(self.terms.types.get(iri, ()), role.iri) for iri in self.terms.known.get(example, ())
        )
        return example if fits else role.values[0].upper() if role.values else "NAME"


def _schema(guide: Guide) -> _Json:
    """All forms that reading takes from a person; IRIs and general nodes pass as words and maps."""
    terms = guide.terms
    classes = [thing.iri for thing in guide.things]
    sources = [iri for iri in terms.vocabulary.superclasses if terms.vocabulary.is_a((iri,), SOURCE)]
    concepts = [iri for iri in terms.vocabulary.superclasses if terms.vocabulary.is_a((iri,), CONCEPT)]
    situations = {kind.name: {"$ref": f"#/$defs/{quote(kind.name)}"} for kind in guide.kinds}
    voice = _voice(guide)
    voices = {"type": "array", "items": _closed(voice), "description": "Through whom, from the outermost inwards."}
    thing = {
        "type": "object",
        "properties": {lookup.KIND: _kinds(terms, [*classes, *concepts]), lookup.DRAFT: _DRAFT},
    }
    situation = {"type": "object", "properties": situations, "minProperties": 1}
    document = {
        lookup.DOCUMENT: _word("The document's name: letters, digits and '-'."),
        **{name: _anything(text) for name, text in _properties(terms, SOURCE)},
        lookup.KIND: _kinds(terms, sources),
        lookup.THINGS: {
            "type": "object",
            "additionalProperties": {"anyOf": [_kinds(terms, [*classes, *concepts]), thing]},
            "description": "What the text speaks of and the register does not hold: NAME: CLASS.",
        },
        lookup.SITUATIONS: {"type": "object", "additionalProperties": situation},
        lookup.CLAIMS: {
            "type": "array",
            "items": _closed({**voice, lookup.THROUGH: voices, lookup.DRAFT: _DRAFT, **situations}),
        },
    }
    return {
        "$schema": _SCHEMA,
        "title": "A document of the knowledge graph",
        **_closed(document),
        "$defs": {
            **{f"role {role.name}": _role(role) for role in guide.general},
            **{kind.name: _situation(kind, guide.general) for kind in guide.kinds},
        },
    }


def _voice(guide: Guide) -> _Json:
    """What is said of a claim, but for its situation."""
    terms = guide.terms
    said = {role.name: _said(role, choices) for role, choices in guide.said}
    return {
        lookup.NAME: _word("What the claim is called; c1, c2 and so on where it is left out."),
        lookup.WORDS: _several({"type": "string"}, "The exact words of the text."),
        terms.property_name(HAS_EVIDENCE): _several(
            _map_of(terms, EVIDENCE), "Words that need a prefix, or a citation."
        ),
        terms.property_name(SPEAKER): _several({"type": "string"}, "Who says it; the document where it is left out."),
        lookup.CONTENT_KEY: {
            "type": ["string", "object", "array"],
            "description": "A claim or situation by its name.",
        },
        **said,
    }


def _situation(kind: Kind, general: Iterable[Role]) -> _Json:
    others = {role.name: {"$ref": f"#/$defs/{quote(f'role {role.name}')}"} for role in general}
    return {
        "description": f"{kind.definition} {kind.example}\n{kind.yaml}",
        "required": [role.name for role in kind.roles if role.least],
        **_closed({**others, **{role.name: _role(role) for role in kind.roles}}),
    }


def _role(role: Role) -> _Json:
    if role.values == ("xsd:integer",):
        one: _Json = {"type": "integer"}
    elif role.values and role.values[0].startswith("xsd:"):
        one = {"type": ["string", "integer", "number"]}
    else:
        one = {"type": ["string", "object"]}
    about = f"{role.definition} ({', '.join(role.values)})" if role.values else role.definition
    return {**one, "description": about} if role.most == 1 else _several(one, about)


def _said(role: Role, choices: Iterable[Choice]) -> _Json:
    each = [{"const": choice.name, "description": choice.definition} for choice in choices]
    words = {"type": ["string", "integer", "number"]}
    return {
        "description": role.definition,
        **({"anyOf": [*each, {"type": "string", "pattern": "[:<]|^[a-z]+[A-Z]"}]} if each else words),
    }


def _kinds(terms: Terminology, iris: Iterable[str]) -> _Json:
    names = sorted({terms.kind_name(iri) for iri in iris})
    return {
        "anyOf": [
            {"enum": names},
            {"type": "array", "items": {"type": "string"}},
            {"type": "string", "pattern": "[:<A-Z]"},
        ]
    }


def _properties(terms: Terminology, kind: str) -> Iterator[tuple[str, str]]:
    """Properties, by name, that are no roles and not for situations or claims alone."""
    for iri in sorted(terms.vocabulary.superproperties):
        if not terms.vocabulary.is_role(iri) and iri not in terms.vocabulary.derived:
            yield terms.property_name(iri), f"A property of a {terms.kind_name(kind)}."


def _map_of(terms: Terminology, kind: str) -> _Json:
    return _closed({name: _anything(text) for name, text in _properties(terms, kind)})


def _anything(description: str) -> _Json:
    return {"type": ["string", "number", "object", "array"], "description": description}


def _word(description: str) -> _Json:
    return {"type": ["string", "integer"], "description": description}


def _several(one: _Json, description: str) -> _Json:
    return {"anyOf": [one, {"type": "array", "items": one}], "description": description}


def _closed(properties: _Json) -> _Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}
