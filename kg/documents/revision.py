"""What a document's author states, less what anchoring has found: to be read by people, changed, and loaded again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.documents import parsing
from kg.documents.anchoring import END, EVIDENCE_NAME, QUOTE, START
from kg.documents.situations import SITUATIONS
from kg.documents.statements import HAS_EVIDENCE
from kg.namespaces import OA
from kg.ontology.vocabulary import EVIDENCE, LABEL, TYPE
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, parts

_Statement = tuple[Node, NamedNode, Term]


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


def _evidence(statements: frozenset[_Statement]) -> frozenset[Term]:
    return frozenset(value for _, _, value in _of(statements, HAS_EVIDENCE))


def _of(statements: frozenset[_Statement], predicate: str) -> frozenset[_Statement]:
    return frozenset(statement for statement in statements if statement[1].value == predicate)
