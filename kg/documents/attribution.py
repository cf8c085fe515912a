"""Who says what through whom: every chain of claims starts with its source, and none goes in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from kg.errors import Fault
from kg.model import Document
from kg.namespaces import SG
from kg.ontology.vocabulary import CLAIM, SITUATION, SOURCE, TYPE, Vocabulary
from kg.terms import NamedNode, Node, Term

_MOST_CIRCLES = 20  # those beyond are reported once these are mended
_MOST_SHOWN = 8  # links of a circle that a message shows
CONTENT, SPEAKER, RESTS_ON = SG + "content", SG + "speaker", SG + "restsOn"


def faults(document: Document, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Cycles, claims without a home, claims that no claim by the source leads to."""
    claims = [node for node in document.descriptions if is_claim(document, vocabulary, node)]
    yield from _cycles(document, vocabulary)
    inner = {value for claim in claims for value in document.values(claim, CONTENT)}
    for claim in claims:
        home = list(_homeless(document, vocabulary, claim))
        yield from home
        if not home and claim not in inner:
            yield from _unreached(document, claim)


def is_claim(document: Document, vocabulary: Vocabulary, node: Term) -> bool:
    return vocabulary.is_a((value.value for value in document.values(node, TYPE)), CLAIM)


def _homeless(document: Document, vocabulary: Vocabulary, claim: Node) -> Iterator[Fault]:
    """A claim lives under the IRI of its document; in the background, under that of a source there."""
    source = document.source_of(claim)
    if not isinstance(claim, NamedNode):
        yield document.fault(claim, "this claim has no IRI.", "Name it: claims are cited, <DOCUMENT/NAME> a sg:Claim.")
    elif document.is_background:
        types = [value.value for value in document.values(NamedNode(source), TYPE)] if source else []
        if not vocabulary.is_a(types, SOURCE):
            what = "its IRI is not under that of a source in the background."
            yield document.fault(claim, what, "Name it SOURCE/NAME, after the source that makes it.")
    elif source != document.iri:
        what = f"its IRI is not under that of the document, {document.short(NamedNode(document.iri))}."
        yield document.fault(claim, what, f"Name it <{document.iri}/NAME>.")


def _unreached(document: Document, claim: Node) -> Iterator[Fault]:
    """The outermost voice of a chain is the source itself."""
    source = NamedNode(document.source_of(claim) or document.iri)
    others = [speaker for speaker in document.values(claim, SPEAKER) if speaker != source]
    if others:
        who, whose = document.short(source), " and ".join(document.short(other) for other in others)
        yield document.fault(
            claim,
            f"no claim by {who} leads to this one, whose speaker is {whose}.",
            f"Add a claim with sg:speaker {who} and sg:content {document.short(claim)}; or {who} is the speaker.",
            *others,
        )


def _cycles(document: Document, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Each circle of claims and situations once: they are named by what they hold, which a circle never ends."""
    for circle, way in _circles(document, _held(document, vocabulary)):
        kind = "attribution" if any(is_claim(document, vocabulary, node) for node in circle) else "situations"
        remedy = "Cut it: a claim's content leads inwards, to what is said, and a situation's roles to its parts."
        yield document.fault(circle[0], f"a circle of {kind}: {way}.", remedy)
    for circle, way in _circles(document, _resting(document)):
        remedy = "Cut it: a source rests on the one that it has its account from, and the first of them on none."
        yield document.fault(circle[0], f"a circle of sources: {way}.", remedy, NamedNode(RESTS_ON))


def _circles(document: Document, held: Mapping[Node, set[Node]]) -> Iterator[tuple[list[Node], str]]:
    """Each circle from its first name on, and how it goes in words."""
    for _ in range(_MOST_CIRCLES):
        if not (circle := _circle(held)):
            return
        first = circle.index(min(circle, key=document.short))
        turned = [*circle[first:], *circle[:first]]
        names = [document.short(node) for node in [*turned, turned[0]]]
        yield turned, " → ".join(names if len(names) <= _MOST_SHOWN else [*names[:_MOST_SHOWN], "…", names[-1]])
        held = {node: values - set(circle) for node, values in held.items() if node not in circle}


def _resting(document: Document) -> Mapping[Node, set[Node]]:
    """On which sources each source rests, by what the document says of them."""
    return {
        node: {value for value in document.values(node, RESTS_ON) if isinstance(value, Node)}
        for node in sorted(document.descriptions, key=document.short)
    }


def _held(document: Document, vocabulary: Vocabulary) -> Mapping[Node, set[Node]]:
    """What each claim and situation holds: its content, the values of its roles."""
    kinds = (CLAIM, SITUATION)
    inside = {
        node
        for node in document.descriptions
        if any(vocabulary.is_a((value.value for value in document.values(node, TYPE)), kind) for kind in kinds)
    }
    return {
        node: {
            value
            for iri, values in document.descriptions[node].items()
            if iri == CONTENT or vocabulary.is_role(iri)
            for value in values
            if value in inside and isinstance(value, Node)
        }
        for node in sorted(inside, key=document.short)
    }


def _circle(held: Mapping[Node, set[Node]]) -> list[Node]:
    """One circle, each node holding the next; empty where there is none."""
    try:
        TopologicalSorter(held).prepare()
    except CycleError as error:
        return list(reversed(error.args[1][1:]))
    return []
