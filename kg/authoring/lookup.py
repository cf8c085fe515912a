"""What the words of a document in YAML are: keys that are properties or classes, names of things; and its faults."""

from __future__ import annotations

from collections.abc import Mapping

from kg.authoring.terminology import CONTENT, HAS_EVIDENCE, Scope, Terminology, reference
from kg.authoring.tree import Place, Table, Value, Word
from kg.errors import Fault, Rejected, in_order
from kg.namespaces import ID
from kg.ontology.vocabulary import ENTITY
from kg.terms import NamedNode, Node

# The words of the form itself; all others are terms of the ontology, and names.
DOCUMENT, THINGS, SITUATIONS, CLAIMS = "document", "things", "situations", "claims"
NAME, KIND, WORDS, THROUGH, CONTENT_KEY, DRAFT = "name", "type", "words", "through", "content", "draft"
VALUE, DATATYPE, LANGUAGE_KEY, NODE = "value", "datatype", "language", "node"
_MOST_FAULTS = 200  # those beyond are told once these are mended


def claim_name(place: int, voice: int = 0, outer: str = "") -> str:
    """What a claim is called that has no name: `c2` is the second, `c2-1` the first voice that it goes through."""
    return f"{outer or f'c{place}'}-{voice}" if voice else f"c{place}"


def is_draft(value: Value) -> bool:
    """Whether it is marked as one: what nobody has confirmed states nothing."""
    marked = value.get(DRAFT) if isinstance(value, Table) else None
    return isinstance(marked, Word) and marked.text.casefold() in ("true", "yes")


def own_prefixes(source: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes by which a document refers: the project's, and the empty one for its own names."""
    return {**prefixes, "": f"{source}/" if source else ID}


class Lookup:
    """Names of one document; what cannot be found is a fault at its place."""

    def __init__(self, file: str, terms: Terminology) -> None:
        self.file, self.terms = file, terms
        self.faults: list[Fault] = []
        self.prefixes = dict(terms.prefixes)
        self.base = ID
        self.source: NamedNode | None = None
        self.scope = Scope(terms, self.prefixes)

    def _thing_named(self, word: Word, iri: str) -> Node | None:
        found = self.scope.find(word.text, iri)
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(self._short(node) for node in found)
            self._fault(word, f"'{word.text}' is the name of several: {several}.", "Write the one that is meant.")
            return None
        nearest = self.terms.nearest(word.text, self.scope.names())
        remedy = f"Did you mean '{nearest}'? " if nearest else ""
        remedy += f"Else declare it under `{THINGS}`: {word.text}: CLASS."
        self._fault(word, f"nothing is called '{word.text}'.", remedy)
        return None

    def _kind(self, word: Word) -> NamedNode | None:
        found = self._kind_of(word)
        if found is None:
            nearest = self.terms.nearest(word.text, self.terms.class_names)
            remedy = f"Did you mean '{nearest}'?" if nearest else "`kg classes` lists all."
            self._fault(word, f"there is no class '{word.text}'.", remedy)
        return found

    def _kind_of(self, word: Value) -> NamedNode | None:
        if not isinstance(word, Word):
            return None
        given = reference(word.text, self.prefixes)
        iri = self.terms.kind(word.text, ENTITY) or self.terms.kind(word.text)
        return given if isinstance(given, NamedNode) else NamedNode(iri) if iri else None

    def _property(self, key: Word) -> str | None:
        iri = self._property_of(key)
        if iri is None:
            form = (THINGS, SITUATIONS, CLAIMS, DOCUMENT, NAME, KIND, WORDS, THROUGH)
            nearest = self.terms.nearest(key.text, [*self.terms.property_names, *self.terms.class_names, *form])
            remedy = f"Did you mean '{nearest}'?" if nearest else "`kg classes` lists classes and their roles."
            self._fault(key, f"'{key.text}' is no property, role or class of situation.", remedy)
        return iri

    def _property_of(self, key: Word) -> str | None:
        given = reference(key.text, self.prefixes)
        return given.value if isinstance(given, NamedNode) else self.terms.property(key.text)

    def _is_content(self, key: Word) -> bool:
        iri = self._property_of(key)
        if iri == CONTENT:
            return True
        stated = key.text in (KIND, WORDS) or (iri is not None and not self.terms.vocabulary.is_role(iri))
        return not stated and self.terms.situation(key.text) is not None

    def _is_class(self, name: str) -> bool:
        return self.terms.situation(name) is not None or (
            name != KIND and self.terms.property(name) is None and self.terms.kind(name) is not None
        )

    def _is_evidence(self, key: Word) -> bool:
        return key.text == WORDS or self._property_of(key) == HAS_EVIDENCE

    def _own(self, word: Word) -> Node | None:
        """The node of the document's own that is called so, or the one that is referred to."""
        node = reference(word.text, self.prefixes) or self._iri(self.base + word.text)
        if node is None:
            self._fault(word, f"'{word.text}' is no name.", "Name it by letters, digits and '-'.")
        return node

    @staticmethod
    def _iri(text: str) -> NamedNode | None:
        try:
            return NamedNode(text)
        except ValueError:
            return None

    @staticmethod
    def _last(node: Node) -> str:
        return node.value.rpartition("/")[2]

    def _short(self, node: Node) -> str:
        local = node.value.removeprefix(self.base)
        return f":{local}" if self.source and local != node.value else f"id:{node.value.removeprefix(ID)}"

    def _fault(self, at: Value, what: str, remedy: str) -> None:
        self._fault_at(at.place, "", what, remedy)

    def _fault_at(self, place: Place, subject: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, subject, what, remedy, place.line, place.column))
        if len(self.faults) >= _MOST_FAULTS:
            raise Rejected(self.file, in_order(self.faults))
