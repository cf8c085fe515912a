"""What an update leaves of a document: its author's statements, less what anchoring had found for them.

Spans, selectors, hashes and labels are made by the machine of the author's statements. After an update they may be of
words that are gone, so they are taken out and found anew: whoever removes a claim need not know of its selectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg import syntax
from kg.documents import parsing
from kg.documents.anchoring import END, EVIDENCE_NAME, PREFIX, QUOTE, START, SUFFIX
from kg.documents.situations import SITUATIONS
from kg.documents.statements import HAS_EVIDENCE
from kg.errors import Fault, Rejected
from kg.model import Document
from kg.namespaces import GRAPH, ID, OA
from kg.ontology.vocabulary import EVIDENCE, LABEL, TYPE
from kg.source_map import SourceMap
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, parts

_Statement = tuple[Node, NamedNode, Term]


def revised(graph: str, before: Iterable[Quad], after: Iterable[Quad]) -> Document | None:
    """The document that an update makes of the one in `graph`, to be anchored again; None where it is withdrawn.

    Raise Rejected where what is left is no document, or another than this graph is for.
    """
    name = graph.removeprefix(GRAPH)
    old = frozenset(map(parts, before))
    new = frozenset(map(parts, syntax.apart(tuple(after), name, SourceMap())))
    naming = (parsing.TEXT, parsing.TEXT_FILE, parsing.CITED)
    if not old and not any(predicate.value in naming for _, predicate, _ in new):
        raise _no_document(name)
    made = _made(old)
    left = new - (made - _still_standing(old, new))
    if not left:
        return None
    written = old - (made - _of(old, START))
    evidence = _evidence(old)
    changed = {subject for subject, _, _ in written ^ left if subject in evidence}
    document = parsing.of_quads(_unnamed(left, changed, ID + name), name)
    refuse_other(document, graph)
    return document


def written(quads: Iterable[Quad]) -> list[Quad]:
    """What the author states of a document whose graph holds `quads`: to be read by people, changed, and loaded again.

    A quote keeps its start where the text has it in several places, and evidence has no name.
    """
    statements = frozenset(map(parts, quads))
    texts = [str(value.value) for _, _, value in _of(statements, parsing.TEXT) if isinstance(value, Literal)]
    quoted = {subject: value for subject, predicate, value in statements if predicate.value == QUOTE}
    places = {node: sum(text.count(quote.value) for text in texts) for node, quote in quoted.items()}
    needed = frozenset(start for start in _of(statements, START) if places.get(start[0], 0) > 1)
    source = next((subject for subject, _, _ in _of(statements, parsing.TEXT)), None)
    iri = source.value if isinstance(source, NamedNode) else ""
    return sorted(_unnamed(statements - (_made(statements) - needed), {*quoted}, iri), key=str)


def refuse_other(document: Document, graph: str) -> None:
    """Raise Rejected where the document belongs into another graph."""
    if document.graph != graph:
        what = f"it is the document of another graph, <{document.graph}>."
        why = f"Write it there, or name it <{ID}{graph.removeprefix(GRAPH)}>."
        raise Rejected(document.file, (Fault(file=document.file, subject=document.iri, what=what, why=why),))


def _no_document(name: str) -> Rejected:
    what = "this is no document: no subject is the source, with its words as sg:text."
    why = f"Describe the source; RDF of your own goes into a graph whose IRI does not begin with <{GRAPH}>."
    return Rejected(name, (Fault(file=name, subject="", what=what, why=why),))


def _made(statements: frozenset[_Statement]) -> frozenset[_Statement]:
    """What the machine made of an anchored document's statements."""
    evidence = _evidence(statements)
    return frozenset(
        (subject, predicate, value)
        for subject, predicate, value in statements
        if predicate.value.startswith(OA)
        or predicate.value == parsing.SHA256
        or (predicate.value == TYPE and (value == NamedNode(EVIDENCE) or str(value).startswith(f"<{OA}")))
        or (predicate.value in (START, END) and subject in evidence)
        or (predicate.value == LABEL and isinstance(subject, NamedNode) and subject.value.startswith(SITUATIONS))
    )


def _unnamed(statements: frozenset[_Statement], changed: set[Node], source: str) -> Iterator[Quad]:
    """The statements, evidence that has changed being without the name that it was given for what it was."""
    name = re.compile(re.escape(f"{source}/{EVIDENCE_NAME}") + "[0-9a-f]+")
    nodes: dict[Node, Node] = {
        node: BlankNode() for node in changed if isinstance(node, NamedNode) and name.fullmatch(node.value)
    }
    for subject, predicate, value in statements:
        yield Quad(
            nodes.get(subject, subject), predicate, nodes.get(value, value) if isinstance(value, Node) else value
        )


def _still_standing(old: frozenset[_Statement], new: frozenset[_Statement]) -> frozenset[_Statement]:
    """The starts of quotes that are as they were, in a text that is: they say which of several places is meant."""
    if _of(old, parsing.TEXT) != _of(new, parsing.TEXT):
        return frozenset()
    changed = {subject for subject, predicate, _ in old ^ new if predicate.value in (QUOTE, PREFIX, SUFFIX)}
    kept = _evidence(new) - changed
    return frozenset(statement for statement in _of(old, START) if statement[0] in kept)


def _evidence(statements: frozenset[_Statement]) -> frozenset[Term]:
    return frozenset(value for _, _, value in _of(statements, HAS_EVIDENCE))


def _of(statements: frozenset[_Statement], predicate: str) -> frozenset[_Statement]:
    return frozenset(statement for statement in statements if statement[1].value == predicate)
