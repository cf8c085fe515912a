"""Bytes → Document: one source's statements with its text, or the background's with all of theirs."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg import syntax
from kg.authoring.register import Register
from kg.errors import BadParameter, Fault, NotFound, Rejected
from kg.model import Document, Place
from kg.namespaces import BACKGROUND_GRAPH, DCTERMS, GRAPH, ID, RESERVED, SG
from kg.source_map import SourceMap
from kg.terms import FAMILIAR, BlankNode, DefaultGraph, Literal, NamedNode, Node, Quad, parts, short

TEXT, TEXT_FILE, SHA256 = SG + "text", SG + "textFile", SG + "sha256"
CITED = DCTERMS + "bibliographicCitation"  # says which source the document is, where its text may not be held
SUFFIXES = {
    ".ttl": syntax.TURTLE,
    ".jsonld": syntax.JSON_LD,
    ".json": syntax.JSON_LD,
    ".yaml": syntax.YAML,
    ".yml": syntax.YAML,
}
GetRegister = Callable[[], Register]  # asked for names in YAML, and for things that a document does not declare

_LONGEST_NAME = 120
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Sent:
    """A document as it came: its bytes, their media type, and the name that faults call it by."""

    data: bytes
    media_type: str
    name: str


def read(path: Path, register: GetRegister | None = None) -> Document:
    """The document in a file, by its ending, its text from the file beside it; raise Rejected with its faults."""
    if not path.is_file():
        remedy = "Give the path of a YAML, Turtle or JSON-LD file."
        raise NotFound(culprit=str(path), found="no such file", remedy=remedy)
    media_type = SUFFIXES.get(path.suffix.lower())
    if media_type is None:
        raise syntax.rejected(
            path.name, f"the ending {path.suffix!r} is not known.", "Name it NAME.yaml, NAME.ttl or NAME.jsonld."
        )
    return parse(_bytes(path), media_type, path.name, path.parent, register)


def in_folder(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that hold documents, by their endings."""
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()))


def read_all(sources: Iterable[Path | bytes | Sent], register: GetRegister | None = None) -> list[Document]:
    """The documents in files, in all files of folders, or in bytes, which are Turtle where they do not say.

    Raise Rejected with all faults.
    """
    read_: list[Document] = []
    faults: list[Fault] = []
    several = (_all_in(each) if isinstance(each, Path) and each.is_dir() else (each,) for each in sources)
    for number, source in enumerate((each for group in several for each in group), 1):
        sent = Sent(source, syntax.TURTLE, f"input {number}") if isinstance(source, bytes) else source
        try:
            if isinstance(sent, Path):
                read_.append(read(sent, register))
            else:
                read_.append(parse(sent.data, sent.media_type, sent.name, None, register))
        except Rejected as rejected:
            faults += rejected.faults
    if faults:
        raise Rejected(", ".join(dict.fromkeys(fault.file for fault in faults)), tuple(faults))
    return read_


def parse(
    data: bytes | str,
    media_type: str,
    name: str,
    folder: Path | None = None,
    register: GetRegister | None = None,
) -> Document:
    """The document in `data`; `name` stands in faults, `folder` holds its text file; raise Rejected with its faults.

    What it speaks of without declaring it is declared as `register` has it. Without one, YAML is not accepted.
    """
    is_yaml = media_type.partition(";")[0].strip().lower() == syntax.YAML
    statements = register().read(data, name) if is_yaml and register else syntax.read(data, media_type, name)
    document = _document(statements.quads, {name: statements.lines}, name, folder, register and register())
    return replace(document, drafts=statements.drafts)


def of_quads(quads: Iterable[Quad], name: str) -> Document:
    """The document that `quads` state, whatever graph they stand in: what an update would leave behind."""
    plain = tuple(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return _document(plain, {name: SourceMap()}, name, None)


def _all_in(folder: Path) -> tuple[Path, ...]:
    if not (found := in_folder(folder)):
        expected = f"files that end in {', '.join(SUFFIXES)}"
        raise BadParameter(str(folder), "a folder without documents", expected, "Name another.")
    return found


def read_background(folder: Path) -> Document:
    """All Turtle files of `folder` as one graph: several sources with their texts; raise Rejected with all faults."""
    quads: list[Quad] = []
    faults: list[Fault] = []
    lines: dict[str, SourceMap] = {}
    places: dict[Node, Place] = {}
    for path in sorted(folder.glob("*.ttl")):
        try:
            statements = syntax.read(_bytes(path), syntax.TURTLE, path.name)
        except Rejected as rejected:
            faults += rejected.faults
            continue
        quads += statements.quads
        lines[path.name] = statements.lines
        places = {**_places(statements.quads, path.name, statements.lines), **places}
    document = _raw(BACKGROUND_GRAPH, BACKGROUND_GRAPH, folder.name, quads, places, lines)
    sources = [node for node in document.descriptions if _has_text(document, node)]
    return _with_texts(document, sources, folder, faults)


def _document(
    quads: tuple[Quad, ...],
    lines: Mapping[str, SourceMap],
    name: str,
    folder: Path | None,
    register: Register | None = None,
) -> Document:
    named_graphs = sorted({str(quad.graph_name) for quad in quads if not isinstance(quad.graph_name, DefaultGraph)})
    if named_graphs:
        what = f"it has statements in the graph {named_graphs[0]}."
        raise syntax.rejected(name, what, "Leave graphs out: a document's statements go into its own.")
    places = _places(quads, name, lines[name])
    for node, copied in register.missing(quads) if register else ():
        assert register is not None
        quads += copied
        file = register.files[node]
        lines = {**lines, file: register.lines[file]}
        places[node] = Place(file, short(node, FAMILIAR), node.value)
    document = _raw("", "", name, quads, places, lines)
    with_text = [node for node in document.descriptions if _has_text(document, node)]
    sources = with_text or [node for node in document.descriptions if document.values(node, CITED)]
    faults = list(_source_faults(document, sources))
    if faults:
        raise Rejected(name, tuple(faults))
    iri = sources[0].value
    owned = _raw(iri, GRAPH + iri.removeprefix(ID), name, quads, document.places, lines)
    return _with_texts(owned, with_text, folder, [])


def _source_faults(document: Document, sources: list[Node]) -> Iterator[Fault]:
    if not sources:
        yield Fault(
            file=document.file,
            subject="",
            what="no subject is the document: none has sg:textFile or sg:text.",
            why='Describe the source: id:NAME a sg:NewsArticle ; sg:textFile "NAME.txt". '
            "Of a text that cannot be held, give dcterms:bibliographicCitation.",
        )
    for node in sources[1:]:
        what = f"a second text stands in the file, beside that of {document.short(sources[0])}."
        mentions = (NamedNode(iri) for iri in (TEXT_FILE, TEXT, CITED))
        yield document.fault(node, what, "Give each source a document of its own.", *mentions)
    for node in sources[:1]:
        name = node.value.removeprefix(ID) if isinstance(node, NamedNode) and node.value.startswith(ID) else ""
        if not _NAME.fullmatch(name):
            what = "this is no name for a document."
            yield document.fault(node, what, f"Name it {ID}NAME, NAME being of letters, digits, '-', '_' and '.'.")
        elif name in RESERVED:
            yield document.fault(node, f"the name '{name}' is kept for the graph's own use.", "Name it otherwise.")


def _with_texts(document: Document, sources: list[Node], folder: Path | None, faults: list[Fault]) -> Document:
    """`document` with each source's text and hash in place of its text file."""
    texts: dict[str, str] = {}
    made: list[Quad] = []
    for node in sources:
        try:
            text = _text(document, node, folder)
        except Rejected as rejected:
            faults += rejected.faults
            continue
        digest = Literal(hashlib.sha256(text.encode()).hexdigest())
        for given in document.values(node, SHA256):
            if given != digest:
                what = f"sg:sha256 is {given.value}, but that of the text is {digest.value}."
                faults.append(document.fault(node, what, "Leave it out, or give the text that it is of.", given))
        texts[node.value] = text
        made += [Quad(node, NamedNode(TEXT), Literal(text)), Quad(node, NamedNode(SHA256), digest)]
    if faults:
        raise Rejected(document.file, tuple(faults))
    kept = (quad for quad in document.quads if quad.predicate.value not in (TEXT, TEXT_FILE))
    return _raw(document.iri, document.graph, document.file, [*kept, *made], document.places, document.lines, texts)


def _text(document: Document, node: Node, folder: Path | None) -> str:
    """The text of a source, as it stands: no character is changed, a byte order mark stays."""
    files, texts = document.values(node, TEXT_FILE), document.values(node, TEXT)
    mentions = (*files, *texts, NamedNode(TEXT_FILE), NamedNode(TEXT))

    def refusal(what: str, remedy: str) -> Rejected:
        return Rejected(document.file, (document.fault(node, what, remedy, *mentions),))

    if len(files) + len(texts) != 1:
        raise refusal(f"it has {len(files) + len(texts)} texts.", "Give exactly one sg:textFile or one sg:text.")
    value = (*files, *texts)[0]
    if not isinstance(value, Literal):
        raise refusal(
            f"its text is {document.short(value)}, not words.", "Give the text, or its file's name, in quotes."
        )
    if texts:
        text = value.value
    elif folder is None:
        raise refusal(f"sg:textFile '{value.value}' names a file beside the document.", "Send the words as sg:text.")
    elif Path(value.value).name != value.value or "\\" in value.value or "\0" in value.value:
        raise refusal(f"sg:textFile '{value.value}' is not a plain file name.", "Put the text beside the document.")
    elif not (path := folder / value.value).is_file() or path.resolve().parent != folder.resolve():
        raise refusal(f"the text file '{value.value}' is not beside the document.", "Put it there, or mend the name.")
    else:
        text = syntax.decode(_bytes(path), path.name)
    if not text.strip():
        raise refusal("its text is empty.", "Give the source's words.")
    return text


def _raw(
    iri: str,
    graph: str,
    file: str,
    quads: Iterable[Quad],
    places: Mapping[Node, Place],
    lines: Mapping[str, SourceMap],
    texts: Mapping[str, str] | None = None,
) -> Document:
    name = NamedNode(graph) if graph else DefaultGraph()
    placed = syntax.in_store_spelling(Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)
    return Document(iri, graph, file, placed, texts or {}, places, lines)


def _has_text(document: Document, node: Node) -> bool:
    return bool(document.values(node, TEXT_FILE) or document.values(node, TEXT))


def _places(quads: Iterable[Quad], file: str, lines: SourceMap) -> dict[Node, Place]:
    """Where each subject is written; a blank node goes by the name of the node that leads to it."""
    prefixes = {**FAMILIAR, **lines.prefixes}
    places: dict[Node, Place] = {}
    unnamed: dict[Node, None] = {}
    led: dict[Node, list[tuple[BlankNode, str]]] = {}
    for subject, predicate, value in map(parts, quads):
        if not isinstance(subject, NamedNode):
            unnamed[subject] = None
        elif subject not in places:
            places[subject] = Place(file, short(subject, prefixes), subject.value)
        if isinstance(value, BlankNode):
            led.setdefault(subject, []).append((value, short(predicate, prefixes)))
    waiting = deque(places)
    while waiting:
        above = waiting.popleft()
        for node, led_by in led.get(above, ()):
            if node not in places:
                name = f"{places[above].name} {led_by}"
                places[node] = Place(
                    file, name if len(name) < _LONGEST_NAME else places[above].name, places[above].subject
                )
                waiting.append(node)
    return {**{node: Place(file, "a node that nothing leads to", "") for node in unnamed}, **places}


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(syntax.MOST_BYTES + 1)


def refuse_other(document: Document, graph: str) -> None:
    """Raise Rejected where the document belongs into another graph."""
    if document.graph != graph:
        what = f"it is the document of another graph, <{document.graph}>."
        why = f"Write it there, or name it <{ID}{graph.removeprefix(GRAPH)}>."
        raise Rejected(document.file, (Fault(file=document.file, subject=document.iri, what=what, why=why),))
