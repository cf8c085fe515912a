"""Each quote stands at its span; each situation has its name; no node is left without an IRI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.documents import attribution, quotes, situations, statements
from kg.documents.quotes import Span
from kg.documents.situations import BROADER, BROADER_SPEECH, REPORTED
from kg.documents.statements import HAS_EVIDENCE
from kg.errors import Fault, Rejected, in_order
from kg.model import Document
from kg.namespaces import OA, SG, XSD
from kg.ontology.vocabulary import EVIDENCE, LABEL, TYPE, Vocabulary
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, parts

QUOTE, PREFIX, SUFFIX, CITATION = SG + "quote", SG + "prefix", SG + "suffix", SG + "citation"
TEMPORAL_WORDS = SG + "temporalWords"
START, END = SG + "start", SG + "end"
EVIDENCE_NAME = (
    "evidence-"  # how the names begin that evidence is given here, under its source's; hexadecimal digits follow
)
MADE = frozenset({BROADER, BROADER_SPEECH, REPORTED})  # statements that anchoring makes anew, whoever wrote them
_INTEGER = NamedNode(XSD + "integer")
_FOUND = frozenset({START, END, TYPE, OA + "hasSource", OA + "hasSelector"})  # what anchoring adds to evidence


@dataclass(frozen=True)
class _Anchor:
    """One piece of evidence: its node, the source whose claims rest on it, and where its quote stands there."""

    node: Node
    source: str
    span: Span | None


def anchor(document: Document, vocabulary: Vocabulary) -> Document:
    """The document as it is stored; raise Rejected with every fault found.

    Each quote has its span and its Web Annotation selectors, each situation the IRI and the label that its class
    and roles give it, each blank node an IRI. Anchoring a document that is anchored changes nothing.
    """
    found = [*statements.faults(document, vocabulary), *attribution.faults(document, vocabulary)]
    anchors: list[_Anchor] = []
    for node, source in _evidence(document):
        place, faults = _place(document, node, source)
        found += faults
        anchors.append(_Anchor(node, source, place))
    found += _stray(document, {one.node for one in anchors})
    found += _temporal(document)
    found = found or list(_made_by_hand(document, anchors))
    if found:
        raise Rejected(document.file, in_order(found))
    return _named(document, vocabulary, anchors)


def _evidence(document: Document) -> Iterator[tuple[Node, str]]:
    """Each evidence node once, with the source of the first claim that rests on it."""
    sources: dict[Node, set[str]] = {}
    for claim, by in document.descriptions.items():
        for node in by.get(HAS_EVIDENCE, ()):
            if isinstance(node, Node) and node in document.descriptions:
                sources.setdefault(node, set()).add(document.source_of(claim) or document.iri)
    for node, owners in sources.items():
        yield node, min(owners)


def _stray(document: Document, used: set[Node]) -> Iterator[Fault]:
    """Quotes and citations that no claim rests on."""
    for node, by in document.descriptions.items():
        if node not in used and (by.keys() & {QUOTE, CITATION} or NamedNode(EVIDENCE) in by.get(TYPE, ())):
            yield document.fault(node, "no claim rests on this evidence.", "Give it to a claim as sg:evidence.")


def _temporal(document: Document) -> Iterator[Fault]:
    """Temporal words are the source's, like a quote."""
    for claim, by in document.descriptions.items():
        text = document.texts.get(document.source_of(claim) or document.iri, "")
        for words in by.get(TEMPORAL_WORDS, ()) if text else ():
            found = quotes.locate(text, words.value)
            if isinstance(found, quotes.Miss) and words.value not in text:
                yield document.fault(claim, f"of sg:temporalWords, {found.what}", found.remedy, words)


def _place(document: Document, node: Node, source: str) -> tuple[Span | None, list[Fault]]:
    """Where the quote stands in the source's text; what is wrong with it."""
    quoted = document.values(node, QUOTE)
    if document.values(node, CITATION) and not document.may_cite:
        what = "a citation takes the place of the source's words."
        mention = document.values(node, CITATION)[0]
        remedy = "Quote them, as sg:quote; only background may cite, and a document without a text."
        return None, [document.fault(node, what, remedy, mention)]
    if len(quoted) != 1 or not isinstance(quoted[0], Literal):
        return None, []  # the shapes say that evidence has one quote
    text = document.texts.get(source)
    if text is None:
        what = f"{document.short(NamedNode(source))} has no text in which the quote could stand."
        return None, [
            document.fault(node, what, "Give the source its sg:textFile, or cite it with a paraphrase.", *quoted)
        ]
    before, after, start = (_word(document, node, iri) for iri in (PREFIX, SUFFIX, START))
    given = int(start) if start.isdecimal() else None
    found = quotes.locate(text, quoted[0].value, before, after, given)
    if isinstance(found, quotes.Miss):
        return None, [document.fault(node, found.what, found.remedy, *quoted)]
    for iri, offset in ((START, found.start), (END, found.end)):
        for value in document.values(node, iri):
            if value != _offset(offset):
                what = f"{document.short(iri)} is {value}, but the quote stands at {found.start} to {found.end}."
                return None, [document.fault(node, what, "Leave sg:start and sg:end out, they are found.", *quoted)]
    return found, []


def _offset(characters: int) -> Literal:
    """As the store spells it: it keeps an xsd:nonNegativeInteger as an xsd:integer."""
    return Literal(str(characters), datatype=_INTEGER)


def _word(document: Document, node: Node, iri: str) -> str:
    values = document.values(node, iri)
    return values[0].value if len(values) == 1 and isinstance(values[0], Literal) else ""


def _named(document: Document, vocabulary: Vocabulary, anchors: list[_Anchor]) -> Document:
    """`document` with IRIs for all its nodes, labels for its situations, and what anchoring found."""
    names = situations.names(document, vocabulary)
    labels = {names[node]: label for node, label in situations.labels(document, vocabulary).items()}
    broader = situations.broader(document, vocabulary, names)
    reported = situations.reported(document, names, broader)
    for one in anchors:
        if isinstance(one.node, BlankNode):
            names[one.node] = _evidence_name(document, one)

    graph = NamedNode(document.graph)
    kept = {
        Quad(
            names.get(subject, subject), predicate, names.get(value, value) if isinstance(value, Node) else value, graph
        )
        for subject, predicate, value in map(parts, document.quads)
        if not (predicate.value == LABEL and names.get(subject) in labels) and predicate.value not in MADE
    }
    made = {Quad(node, NamedNode(LABEL), Literal(label, language="en"), graph) for node, label in labels.items()}
    made |= {Quad(node, NamedNode(BROADER), each, graph) for node, several in broader.items() for each in several}
    for claim, (own, *included) in reported.items():
        made.add(Quad(claim, NamedNode(REPORTED), Literal(own), graph))
        made |= {Quad(claim, NamedNode(BROADER_SPEECH), Literal(each), graph) for each in included}
    made |= {quad for one in anchors for quad in _selectors(document, one, names.get(one.node, one.node), graph)}
    places = dict(document.places)
    for node, place in sorted(document.places.items(), key=lambda item: (item[1].file, item[1].name)):
        if node in names:
            places.setdefault(names[node], place)
    return replace(document, quads=frozenset(kept | made), places=places)


def _evidence_name(document: Document, one: _Anchor) -> NamedNode:
    """A name made from what the author says of the evidence: the same words at another place are other evidence."""
    content = [
        [iri, str(value)]
        for iri, values in document.descriptions[one.node].items()
        if iri not in _FOUND
        for value in values
    ]
    if one.span is not None and _stands_twice(document, one):
        content.append([START, str(one.span.start)])
    return NamedNode(f"{one.source}/{EVIDENCE_NAME}{situations.digest(sorted(content))}")


def _stands_twice(document: Document, one: _Anchor) -> bool:
    """Whether the start alone says at which of several places the quote stands."""
    if not document.values(one.node, START):
        return False
    words, before, after = (_word(document, one.node, iri) for iri in (QUOTE, PREFIX, SUFFIX))
    return isinstance(quotes.locate(document.texts[one.source], words, before, after), quotes.Miss)


def _selectors(document: Document, one: _Anchor, node: Node, graph: NamedNode) -> Iterator[Quad]:
    """The span, on the evidence itself and as Web Annotation selectors (W3C Web Annotation Data Model, 4.2)."""

    def quad(subject: Node, predicate: str, value: Term) -> Quad:
        return Quad(subject, NamedNode(predicate), value, graph)

    yield quad(node, TYPE, NamedNode(EVIDENCE))
    if one.span is None:
        return
    exact, position = NamedNode(f"{node.value}/quote"), NamedNode(f"{node.value}/position")
    start, end = _offset(one.span.start), _offset(one.span.end)
    yield quad(node, START, start)
    yield quad(node, END, end)
    yield quad(node, OA + "hasSource", NamedNode(one.source))
    yield quad(node, OA + "hasSelector", exact)
    yield quad(node, OA + "hasSelector", position)
    yield quad(exact, TYPE, NamedNode(OA + "TextQuoteSelector"))
    for given, iri in ((QUOTE, "exact"), (PREFIX, "prefix"), (SUFFIX, "suffix")):
        for value in document.values(one.node, given):
            yield quad(exact, OA + iri, value)
    yield quad(position, TYPE, NamedNode(OA + "TextPositionSelector"))
    yield quad(position, OA + "start", start)
    yield quad(position, OA + "end", end)


def _made_by_hand(document: Document, anchors: list[_Anchor]) -> Iterator[Fault]:
    """Selectors that the author wrote and anchoring does not make: they would contradict the spans."""
    graph = NamedNode(document.graph)
    made = {
        quad
        for one in anchors
        if isinstance(one.node, NamedNode)
        for quad in _selectors(document, one, one.node, graph)
    }
    for quad in document.quads - made:
        subject, predicate, value = parts(quad)
        if predicate.value.startswith(OA) or (isinstance(value, NamedNode) and value.value.startswith(OA)):
            what = f"{document.short(predicate)} is given, but selectors are made from the quote."
            yield document.fault(subject, what, "Leave it out: give the words as sg:quote.", predicate)
