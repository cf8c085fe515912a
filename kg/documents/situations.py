"""Situations get their names from what they are: class and roles make the IRI, and by the class's template the label.

Two documents that describe the same situation so arrive at the same IRI, and neither needs the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import islice, product

from kg.model import Document
from kg.namespaces import ID, SG
from kg.ontology.vocabulary import CLAIM, LABEL, SITUATION, TYPE, Vocabulary, last_part
from kg.terms import Literal, NamedNode, Node, Term

SITUATIONS = ID + "situation/"
CONTENT, SPEAKER, POLARITY = SG + "content", SG + "speaker", SG + "polarity"
BROADER, REPORTED, BROADER_SPEECH = (SG + name for name in ("broader", "reportedSpeech", "broaderSpeech"))
_DIGITS = 16  # of the hash, in an IRI
_MOST_BROADER = 64  # of one situation: six optional roles
_LONGEST_LABEL = 400
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_ROLE = re.compile(r"\{(\w+)\}")


def is_situation(document: Document, vocabulary: Vocabulary, node: Term) -> bool:
    return vocabulary.is_a((value.value for value in document.values(node, TYPE)), SITUATION)


def names(document: Document, vocabulary: Vocabulary) -> dict[Node, NamedNode]:
    """The IRI of each situation, those that it holds named before it; presumes that none holds itself."""
    named: dict[Node, NamedNode] = {}
    for node in in_order(document, vocabulary):
        (kind,) = document.values(node, TYPE)
        named[node] = _name(kind.value, _roles(document, vocabulary, node, named))
    return named


def broader(
    document: Document, vocabulary: Vocabulary, named: Mapping[Node, NamedNode]
) -> dict[NamedNode, tuple[NamedNode, ...]]:
    """For each situation those that are so whenever it is: of its class, without one or more of its optional roles.

    What they are called follows from their roles, so no other document is looked at. `named` is what `names` gives.
    """
    found: dict[NamedNode, tuple[NamedNode, ...]] = {}
    for node, name in named.items():  # what a situation holds stands before it
        (kind,) = document.values(node, TYPE)
        ways = []
        for role, value in _roles(document, vocabulary, node, named):
            held = found.get(NamedNode(value[1:-1]), ()) if role in vocabulary.breadth_keeping else ()
            dropped = () if vocabulary.is_required(kind.value, role) else (None,)
            ways.append([(role, value), *((role, str(each)) for each in held), *dropped])
        chosen = islice(product(*ways), 1, _MOST_BROADER)
        found[name] = tuple(_name(kind.value, [each for each in way if each]) for way in chosen)
    return found


def reported(
    document: Document, named: Mapping[Node, NamedNode], broader: Mapping[NamedNode, Sequence[NamedNode]]
) -> dict[Node, tuple[str, ...]]:
    """For each claim that another reports digests of who says what in it: first of its very content, then of what that
    includes. Two reports of one utterance agree in the first."""
    claim_of = NamedNode(CLAIM)
    content = {
        claim: value
        for claim in document.descriptions
        if claim_of in document.values(claim, TYPE)
        for value in document.values(claim, CONTENT)[:1]
        if isinstance(value, Node)
    }
    digests: dict[Node, tuple[str, ...]] = {}
    for claim in TopologicalSorter({claim: {what} & content.keys() for claim, what in content.items()}).static_order():
        what = content[claim]
        said = [sorted(map(str, document.values(claim, one))) for one in (SPEAKER, POLARITY)]
        name = named.get(what, what)
        is_affirmed = document.values(claim, POLARITY) == (NamedNode(SG + "affirmed"),)
        included = broader.get(name, ()) if is_affirmed and isinstance(name, NamedNode) else ()
        held = digests.get(what) or (str(name), *map(str, included))
        digests[claim] = tuple(digest([*said, each]) for each in held)
    return {claim: digests[claim] for claim in content.values() if claim in digests}


def _roles(
    document: Document, vocabulary: Vocabulary, node: Node, named: Mapping[Node, NamedNode]
) -> list[tuple[str, str]]:
    """The roles of a situation with their values as an IRI is made from them, sorted."""
    return sorted(
        (iri, str(named.get(value, value) if isinstance(value, Node) else value))
        for iri, values in document.descriptions[node].items()
        if vocabulary.is_role(iri)
        for value in values
    )


def _name(kind: str, roles: Iterable[tuple[str, str]]) -> NamedNode:
    return NamedNode(f"{SITUATIONS}{slug(kind)}-{digest([kind, sorted(roles)])}")


def labels(document: Document, vocabulary: Vocabulary) -> dict[Node, str]:
    """The English label of each situation, from its class's template and the labels of what it holds."""
    made: dict[Node, str] = {}

    def label(value: Term) -> str:
        if isinstance(value, Literal):
            return value.value
        return made.get(value) or english(document, value) or vocabulary.labels.get(value.value, last_part(value.value))

    for node in in_order(document, vocabulary):
        (kind,) = document.values(node, TYPE)
        roles = {
            last_part(iri): " and ".join(sorted({label(value) for value in values}))
            for iri, values in document.descriptions[node].items()
            if vocabulary.is_role(iri)
        }
        made[node] = _cut(_filled(vocabulary.template(kind.value), roles, vocabulary.labels.get(kind.value, "")))
    return made


def in_order(document: Document, vocabulary: Vocabulary) -> tuple[Node, ...]:
    """The situations, each after those that it holds."""
    found = [node for node in document.descriptions if is_situation(document, vocabulary, node)]
    held = {
        node: {
            value
            for iri, values in document.descriptions[node].items()
            if vocabulary.is_role(iri)
            for value in values
            if isinstance(value, Node) and is_situation(document, vocabulary, value)
        }
        for node in found
    }
    return tuple(TopologicalSorter(held).static_order())


def english(document: Document, node: Node) -> str | None:
    """The node's English label in the document, else any; the first in alphabetical order where it has several."""
    found = [value for value in document.values(node, LABEL) if isinstance(value, Literal)]
    ranked = sorted((value.language != "en", value.value) for value in found)
    return ranked[0][1] if ranked else None


def digest(content: object) -> str:
    """The first hexadecimal digits of the SHA-256 of `content` as JSON."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]


def slug(iri: str) -> str:
    """`…/GuarantorDesignation` → `guarantor-designation`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", last_part(iri)).lower()


def _filled(template: str | None, roles: Mapping[str, str], kind: str) -> str:
    """The template with its roles' labels; without one, the class's label and what the roles hold."""
    if template is None:
        return ": ".join(part for part in (kind, ", ".join(roles[role] for role in sorted(roles))) if part)

    def present(part: re.Match[str]) -> str:
        return part[1] if all(role in roles for role in _ROLE.findall(part[1])) else ""

    kept = _OPTIONAL.sub(present, template)
    return " ".join(_ROLE.sub(lambda role: roles.get(role[1], ""), kept).split())


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[:_LONGEST_LABEL].rpartition(" ")[0] + " …"
