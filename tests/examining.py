"""What the pipeline finds wrong with a document over the project's ontology, shapes and background; needs no store."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kg.documents import anchoring, parsing, plausibility
from kg.errors import Fault, Rejected, in_order
from kg.knowledge import Knowledge
from kg.model import Document
from kg.ontology import schema, shacl
from kg.ontology.vocabulary import Vocabulary
from kg.settings import Home
from kg.terms import Node, Quad

HOME = Home()
INVALID = Path(__file__).parent / "invalid"


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of a processor's time that it takes; the least of five runs, so that other work here does not count."""

    def once() -> float:
        started = time.thread_time()
        work()
        return time.thread_time() - started

    return min(once() for _ in range(5))


@cache
def background() -> Document:
    raw = parsing.read_background(HOME.background)
    return anchoring.anchor(raw, Vocabulary.of(schema.read(HOME.ontology).quads, raw.quads))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.of(schema.read(HOME.ontology).quads, background().quads)


@cache
def compiled() -> shacl.Shapes:
    return shacl.read(HOME.shapes, schema.read(HOME.ontology))


@cache
def _described() -> dict[Node, list[Quad]]:
    described: dict[Node, list[Quad]] = {}
    for quad in background().quads:
        described.setdefault(quad.subject, []).append(quad)
    return described


def describe(node: Node) -> Iterable[Quad]:
    return _described().get(node, ())


def anchored(document: Document) -> Document:
    return anchoring.anchor(document, vocabulary())


def faults_of(document: Document) -> tuple[Fault, ...]:
    """The faults of words, of shape, and of what cannot be so whatever others state."""
    found: list[Fault] = []
    try:
        document = anchored(document)
    except Rejected as rejected:
        found += rejected.faults
    found += plausibility.faults(document, Knowledge(HOME).today())
    return in_order([*found, *compiled().validate(document, describe)])


@cache
def faults_in(path: Path) -> tuple[Fault, ...]:
    """The same, those of reading included."""
    try:
        return faults_of(parsing.read(path))
    except Rejected as rejected:
        return rejected.faults


@cache
def faults_in_background(path: Path) -> tuple[Fault, ...]:
    """The faults of a background that is this file and the texts beside it."""
    with TemporaryDirectory() as folder:
        for each in (path, *path.parent.glob("*.txt")):
            shutil.copy(each, folder)
        try:
            raw = parsing.read_background(Path(folder))
        except Rejected as rejected:
            return rejected.faults
        found: list[Fault] = []
        try:
            raw = anchoring.anchor(raw, Vocabulary.of(schema.read(HOME.ontology).quads, raw.quads))
        except Rejected as rejected:
            found += rejected.faults
        return in_order([*found, *compiled().validate(raw, lambda _: ())])


SOURCE = """@prefix : <https://w3id.org/security-guarantees/id/note/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
id:note a sg:NewsArticle ; rdfs:label "the note"@en ; dcterms:title "A note"@en ; dcterms:language "en" ;
  sg:text "TEXT" .
"""
CLAIM = """:NAME a sg:Claim ;
  sg:speaker id:note ; sg:act sg:asserts ; sg:polarity sg:affirmed ; sg:certainty sg:asserted ;
  sg:evidence EVIDENCE ;
  sg:content CONTENT .
"""
SUPPORT = "[ a sg:Support ; sg:supporter id:china ; sg:supported id:russia ]"


def source(text: str) -> str:
    """The Turtle of a document `note` with this text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return SOURCE.replace("TEXT", escaped)


def claim(evidence: str, content: str = SUPPORT, name: str = "s1") -> str:
    """The Turtle of a claim of the note's, with this evidence node and this content."""
    return CLAIM.replace("NAME", name).replace("EVIDENCE", evidence).replace("CONTENT", content)


def note(text: str, *claims: str) -> Document:
    """The document `note` with this text and these claims."""
    return parsing.parse(source(text) + "".join(claims), "text/turtle", "note.ttl")


def quoting(words: str, more: str = "") -> str:
    """The Turtle of a claim of the note's that quotes these words."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return claim(f'[ sg:quote "{escaped}" {more}]')


def refusal(document: Document) -> str:
    """Why the document is refused when it is anchored."""
    with pytest.raises(Rejected) as refused:
        anchored(document)
    return str(refused.value)
