"""What a document may state: known terms, of its own nodes, in a form that an author writes."""

from __future__ import annotations

from collections.abc import Iterator

from kg.characters import unwritable
from kg.documents.situations import BROADER, SITUATIONS
from kg.errors import Fault
from kg.model import Document
from kg.namespaces import BASE, ID, OA, OWL, PROV, RDF, RDFS, SG
from kg.ontology.vocabulary import (
    CLAIM,
    CONCEPT,
    ENTITY,
    EVIDENCE,
    LABEL,
    OTHER_NAME,
    SITUATION,
    SOURCE,
    TYPE,
    Vocabulary,
    last_part,
)
from kg.syntax import NO_CONTROLS
from kg.terms import BlankNode, Literal, NamedNode, Node

# What a document is made of. Classes that are under none of these are not for documents.
KINDS = (CLAIM, SITUATION, EVIDENCE, ENTITY, SOURCE, CONCEPT)
HAS_EVIDENCE = SG + "evidence"

_THINGS = (ENTITY, SOURCE, CONCEPT)  # what has an IRI under which everybody speaks of it
_MADE_BY_RULES = frozenset({PROV + "wasDerivedFrom", SG + "contested", SG + "rule"})
_INFERENCES = frozenset({SG + "Denial", SG + "Inference", SG + "View"})
_OF_TERMS = (OWL, RDF, RDFS)  # namespaces of classes that terms are of, and things are not
_NOT_BY_HAND = "Leave it out: rules make it, from claims. State what the source says by a claim on a situation."


def faults(document: Document, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Every statement that a document may not make."""
    led = {value for by in document.descriptions.values() for values in by.values() for value in values}
    evidence = {value for by in document.descriptions.values() for value in by.get(HAS_EVIDENCE, ())}
    for node in document.descriptions:
        types = tuple(value.value for value in document.values(node, TYPE) if isinstance(value, NamedNode))
        if any(iri.startswith(OA) for iri in types):
            yield from _selector_faults(document, node, types)
            continue
        if not types and node not in evidence:
            yield document.fault(
                node, "it has no class.", "Say what it is: a sg:Claim, a class of situation, or of entity."
            )
        used_as = (EVIDENCE,) if types and node in evidence and EVIDENCE not in types else ()
        yield from _kind_faults(document, vocabulary, node, types + used_as)
        yield from _home_faults(document, vocabulary, node, types)
        yield from _name_faults(document, vocabulary, node, types)
        yield from _property_faults(document, vocabulary, node, types)
        yield from _value_faults(document, vocabulary, node)
        yield from _character_faults(document, node)
        if vocabulary.is_a(types, SITUATION) and node not in led:
            what = "no claim is about this situation, nor does another situation hold it."
            yield document.fault(node, what, "Make it the sg:content of a claim, or leave it out.")


def _selector_faults(document: Document, node: Node, types: tuple[str, ...]) -> Iterator[Fault]:
    """A selector, which anchoring made, holds nothing of anybody else's; anchoring compares the rest."""
    foreign = [iri for iri in (*document.descriptions[node], *types) if iri != TYPE and not iri.startswith(OA)]
    for iri in foreign:
        what = f"{document.short(iri)} on a selector, which is made from a quote."
        yield document.fault(node, what, "Leave it out.", NamedNode(iri))


def _kind_faults(document: Document, vocabulary: Vocabulary, node: Node, types: tuple[str, ...]) -> Iterator[Fault]:
    """Each node is of one kind, by known classes; a situation is of one class."""
    unknown = [iri for iri in types if iri not in vocabulary.superclasses and not iri.startswith(_OF_TERMS)]
    for iri in unknown:
        yield document.fault(
            node, _unknown("class", iri, document), _instead(iri, document, vocabulary, "class"), NamedNode(iri)
        )
    for value in document.values(node, TYPE):
        if not isinstance(value, NamedNode):
            what = f"its class is {document.short(value)}, which is no IRI."
            yield document.fault(node, what, "Name a class of the ontology.", value)
    kinds = {kind for kind in KINDS if vocabulary.is_a(types, kind)}
    for iri in types:
        if iri not in unknown and not any(vocabulary.is_a((iri,), kind) for kind in KINDS):
            remedy = (
                _NOT_BY_HAND if iri in _INFERENCES else "Define terms in the ontology; a document speaks of things."
            )
            yield document.fault(node, f"a document describes no {document.short(iri)}.", remedy, NamedNode(iri))
    if len(kinds) > 1:
        both = " and ".join(sorted(document.short(kind) for kind in kinds))
        yield document.fault(node, f"it is {both} at once.", "Describe two nodes, one of each kind.")
    situations = [iri for iri in types if vocabulary.is_a((iri,), SITUATION)]
    if len(situations) > 1 or situations == [SITUATION]:
        given = ", ".join(document.short(iri) for iri in situations)
        yield document.fault(
            node, f"its class is {given}.", "Give a situation exactly one class, the one that says what it is."
        )


def _home_faults(document: Document, vocabulary: Vocabulary, node: Node, types: tuple[str, ...]) -> Iterator[Fault]:
    """Statements are on the document's own nodes, on its situations, and on the things that it declares."""
    is_situation = vocabulary.is_a(types, SITUATION)
    is_thing = any(vocabulary.is_a(types, kind) for kind in _THINGS)
    if isinstance(node, BlankNode):
        if is_thing:
            what = "a thing without an IRI: nothing else can speak of it."
            yield document.fault(node, what, "Refer to it by its IRI; declare it under one if the register lacks it.")
        return
    name = node.value.removeprefix(ID)
    if name.startswith("inference/"):
        yield document.fault(node, "a document states no inference.", _NOT_BY_HAND)
    elif document.source_of(node) == document.iri or (is_situation and node.value.startswith(SITUATIONS)):
        return
    elif node.value in vocabulary.types and not document.is_background:
        what = f"it is in the register already, as {vocabulary.labels.get(node.value, name)}."
        yield document.fault(node, what, "Leave this block out; what the source says of it goes into a claim.")
    elif node.value != document.iri and not _may_stand(document, vocabulary, node, types, is_situation or is_thing):
        what = "a statement on a node that is not the document's own."
        where = "SOURCE/NAME" if document.is_background else f"<{document.iri}/NAME>"
        yield document.fault(node, what, f"Name it {where}, or declare an entity as id:NAME.")


def _name_faults(document: Document, vocabulary: Vocabulary, node: Node, types: tuple[str, ...]) -> Iterator[Fault]:
    """A thing has no name that the register gives to another of its kind: for everybody, the name would mean two."""
    if document.is_background or not any(vocabulary.is_a(types, kind) for kind in _THINGS):
        return
    for value in (value for name in (LABEL, OTHER_NAME) for value in document.values(node, name)):
        other = vocabulary.names.get(value.value, "") if isinstance(value, Literal) else ""
        kinds = vocabulary.types.get(other, frozenset())
        alike = any(vocabulary.is_a(types, kind) for kind in kinds) or any(vocabulary.is_a(kinds, one) for one in types)
        if alike and NamedNode(other) != node:
            what = f"{document.short(value)} is the name of {document.short(other)} in the register."
            remedy = f"Speak of {document.short(other)}, or give this one a name that tells the two apart."
            yield document.fault(node, what, remedy, value)


def _may_stand(
    document: Document, vocabulary: Vocabulary, node: NamedNode, types: tuple[str, ...], declared: bool
) -> bool:
    """Whether a node may be described under this IRI, or is at fault for something else already."""
    name = node.value.removeprefix(ID)
    if not node.value.startswith(ID) or node.value.startswith(SITUATIONS):
        return False
    if document.is_background and document.source_of(node):
        return True
    of_known_class = any(iri in vocabulary.superclasses for iri in types)
    return "/" not in name and (declared or vocabulary.is_a(types, CLAIM) or (bool(types) and not of_known_class))


def _property_faults(document: Document, vocabulary: Vocabulary, node: Node, types: tuple[str, ...]) -> Iterator[Fault]:
    """Known properties; roles on situations, and nothing but roles there; none that rules alone make."""
    is_situation = vocabulary.is_a(types, SITUATION)
    known_class = any(iri in vocabulary.superclasses for iri in types)
    for iri, values in document.descriptions[node].items():
        mention = NamedNode(iri)
        if iri.startswith(OA):
            continue
        if iri in vocabulary.derived or iri in _MADE_BY_RULES:
            yield document.fault(node, f"{document.short(iri)} is derived.", _NOT_BY_HAND, mention)
        elif iri not in vocabulary.superproperties:
            yield document.fault(
                node, _unknown("property", iri, document), _instead(iri, document, vocabulary, "property"), mention
            )
        elif vocabulary.is_role(iri) and not is_situation and (known_class or not types):
            what = f"{document.short(iri)} is a role of situations."
            yield document.fault(
                node, what, "Describe a situation with this role, and make it the content of a claim.", mention
            )
        elif is_situation and not vocabulary.is_role(iri) and iri not in (TYPE, LABEL, BROADER):
            what = f"{document.short(iri)} is no role."
            yield document.fault(node, what, "Say it of the claim: class and roles alone make a situation.", mention)
        elif is_situation and iri == LABEL and not (_is_named(node) and len(values) == 1):
            what = "a situation's label is made from its class and roles."
            yield document.fault(node, what, "Leave rdfs:label out.", mention)
        elif iri == BROADER and not _is_named(node):
            what = "which situations are broader follows from the roles of this one."
            yield document.fault(node, what, "Leave sg:broader out.", mention)


def _is_named(node: Node) -> bool:
    """Whether the node has its IRI from its roles, by an earlier loading: label and the like are made anew."""
    return isinstance(node, NamedNode) and node.value.startswith(SITUATIONS)


def _value_faults(document: Document, vocabulary: Vocabulary, node: Node) -> Iterator[Fault]:
    """What a document refers to, it declares, or the register and the ontology do."""
    for iri, values in document.descriptions[node].items():
        if iri in (TYPE, BROADER) or iri.startswith(OA):
            continue
        for value in values:
            if isinstance(value, Literal) or value in document.descriptions:
                continue
            if not isinstance(value, BlankNode) and (
                value.value in vocabulary.types or value.value in vocabulary.superclasses
            ):
                continue
            name = document.short(iri)
            if isinstance(value, BlankNode):
                yield document.fault(
                    node, f"{name} leads to a node of which nothing is said.", "Describe it, or leave it out."
                )
            elif value.value.startswith(SG):
                what = f"{_unknown('term', value.value, document)[:-1]}, which {name} names."
                yield document.fault(node, what, _instead(value.value, document, vocabulary, "term"), value)
            elif value.value.startswith(BASE) or iri in vocabulary.linking:
                yield document.fault(
                    node,
                    f"{name} names {document.short(value)}, which nothing declares.",
                    _declare(value, document, vocabulary),
                    value,
                )


def _character_faults(document: Document, node: Node) -> Iterator[Fault]:
    """No literal has a character that an answer in XML could not hold."""
    for iri, values in document.descriptions[node].items():
        for value in values:
            if isinstance(value, Literal) and (found := unwritable(value.value)):
                what = f"{document.short(iri)} has {found.name}, its character {found.place} counted from 0."
                yield document.fault(node, what, NO_CONTROLS, value)


def _unknown(kind: str, iri: str, document: Document) -> str:
    return f"the ontology has no {kind} {document.short(iri)}."


def _instead(iri: str, document: Document, vocabulary: Vocabulary, kind: str) -> str:
    among = {
        "class": [one for one in vocabulary.superclasses if any(vocabulary.is_a((one,), kind) for kind in KINDS)],
        "property": [one for one in vocabulary.superproperties if one not in vocabulary.derived],
        "term": [
            one for one, kinds in vocabulary.types.items() if one.startswith(SG) and vocabulary.is_a(kinds, CONCEPT)
        ],
    }[kind]
    nearest = vocabulary.nearest(last_part(iri), among)
    return f"Did you mean {document.short(nearest)}?" if nearest else f"Use a {kind} of the ontology, or add it there."


def _declare(value: NamedNode, document: Document, vocabulary: Vocabulary) -> str:
    own = {
        label.value: node.value
        for node in document.descriptions
        if isinstance(node, NamedNode)
        for label in document.values(node, LABEL)
    }
    nearest = vocabulary.nearest_thing(value.value.rstrip("/").rpartition("/")[2], own)
    if nearest:
        return f"Did you mean {document.short(nearest[0])} ({nearest[1]})? Else declare it with a class and a label."
    return "Declare it with a class and a label, or mend the name."
