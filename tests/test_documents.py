"""Reading: what is taken in as it stands, and what is refused before a parser or the network sees it."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import syntax
from kg.documents import parsing
from kg.errors import NotFound, Rejected
from kg.model import Document
from kg.namespaces import BACKGROUND_GRAPH, SG
from kg.terms import Literal, NamedNode
from tests.examining import HOME, INVALID, background, claim, note, source

TEXT, SHA256 = SG + "text", SG + "sha256"
SEED = HOME.seeds / "chinese-peacekeepers.ttl"


def json_ld(**changes: object) -> str:
    """The document `note` in JSON-LD."""
    document: dict[str, object] = {
        "@context": {
            "id": "https://w3id.org/security-guarantees/id/",
            "sg": SG,
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        },
        "@id": "id:note",
        "@type": "sg:NewsArticle",
        "rdfs:label": {"@value": "the note", "@language": "en"},
        "sg:text": "The words.",
    }
    return json.dumps(document | changes, indent=1)


def refusal(data: bytes | str, media_type: str = syntax.TURTLE, folder: Path | None = None) -> str:
    with pytest.raises(Rejected) as refused:
        parsing.parse(data, media_type, "note", folder)
    return str(refused.value)


def text_of(document: Document) -> str:
    (value,) = document.values(NamedNode(document.iri), TEXT)
    return value.value


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


def test_a_document_is_named_by_its_source_and_has_a_graph_of_its_own() -> None:
    document = parsing.read(SEED)
    assert document.iri == "https://w3id.org/security-guarantees/id/chinese-peacekeepers"
    assert document.graph == "https://w3id.org/security-guarantees/graph/chinese-peacekeepers"
    assert {quad.graph_name for quad in document.quads} == {NamedNode(document.graph)}


def test_the_text_is_kept_byte_for_byte_with_its_hash_in_place_of_its_file() -> None:
    document = parsing.read(SEED)
    data = (HOME.seeds / "000_081586eb59fd031d.txt").read_bytes()
    assert text_of(document).encode() == data
    assert document.values(NamedNode(document.iri), SHA256) == (Literal(hashlib.sha256(data).hexdigest()),)
    assert not document.values(NamedNode(document.iri), SG + "textFile")


@pytest.mark.parametrize(
    "data",
    [
        b"one\r\ntwo\rthree\n",
        b"\xef\xbb\xbfmarked",
        "caf\u0065\u0301 \U0001d518 \u2013".encode(),
        b'delete\x7f and \\ and "',
    ],
    ids=["line ends", "byte order mark", "beyond ASCII", "escapes"],
)
def test_no_character_of_a_text_is_changed_however_it_comes(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(data)
    by_file = parsing.parse(source("").replace('sg:text ""', 'sg:textFile "note.txt"'), syntax.TURTLE, "n", tmp_path)
    by_words = parsing.parse(json_ld(**{"sg:text": data.decode()}), syntax.JSON_LD, "n")
    assert text_of(by_file).encode() == text_of(by_words).encode() == data


def test_turtle_may_begin_with_a_byte_order_mark() -> None:
    assert parsing.parse(b"\xef\xbb\xbf" + source("The words.").encode(), syntax.TURTLE, "note").iri.endswith("/note")


def test_json_ld_and_turtle_give_the_same_statements() -> None:
    turtle = """@prefix id: <https://w3id.org/security-guarantees/id/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix sg: <https://w3id.org/security-guarantees/ontology/> .
        id:note a sg:NewsArticle ; rdfs:label "the note"@en ; sg:text "The words." ."""
    from_turtle = parsing.parse(turtle, syntax.TURTLE, "note")
    assert from_turtle.nquads == parsing.parse(json_ld(), syntax.JSON_LD + "; charset=utf-8", "note").nquads


def test_numbers_and_dates_are_spelt_as_the_store_gives_them_back() -> None:
    """Else a document loaded again would differ from what is stored."""
    document = note("The words.", claim('[ sg:quote "words" ; sg:start 04 ]'))
    (start,) = {value.value for by in document.descriptions.values() for value in by.get(SG + "start", ())}
    assert start == "4"


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:PORT/c"',
        '[{}, "http://127.0.0.1:PORT/c"]',
        '{"@import": "http://127.0.0.1:PORT/c"}',
        '"c.jsonld"',
    ],
)
@pytest.mark.parametrize("key", ["@context", "\\u0040context"])
def test_a_context_elsewhere_is_refused_and_nothing_is_fetched(context: str, key: str, listener: socket.socket) -> None:
    context = context.replace("PORT", str(listener.getsockname()[1]))
    for nested in (f'"{key}": {context}, ', f'"sg:restsOn": {{"{key}": {context}, "@id": "id:x"}}, '):
        data = json_ld().replace('"@id"', nested + '"@id"', 1)
        assert "names a context elsewhere" in refusal(data, syntax.JSON_LD)
    with pytest.raises(TimeoutError):
        listener.accept()


def test_of_a_repeated_context_neither_is_fetched() -> None:
    """A parser may take the first of two equal keys, where Python takes the last."""
    data = json_ld().replace('"@context"', '"@context": "http://127.0.0.1:9/c", "@context"', 1)
    assert "names a context elsewhere" in refusal(data, syntax.JSON_LD)


@pytest.mark.parametrize("media_type", ["application/rdf+xml", "application/xml", "text/html", "", "application/trig"])
def test_other_formats_are_not_accepted(media_type: str) -> None:
    assert "Send Turtle (text/turtle) or JSON-LD" in refusal("<rdf:RDF/>", media_type)


@pytest.mark.parametrize(
    "bomb",
    [
        "[ <urn:p> " * 100_000,
        "<urn:s> <urn:p> " + "( " * 100_000,
        "<urn:s> <urn:p> " + "<<( <urn:s> <urn:p> " * 50_000,
        '<urn:s> <urn:p> "#" , ' + "[ <urn:p> " * 100_000,
        "<urn:s#x> <urn:p> '''\"''' , " + "[ <urn:p> " * 100_000,
    ],
    ids=["blank nodes", "collections", "triple terms", "after a hash in words", "after a lone quotation mark"],
)
def test_nesting_without_end_is_refused_before_parsing(bomb: str) -> None:
    assert "brackets nest 100000 deep; 64 is the most" in refusal(bomb)


@pytest.mark.parametrize("bomb", ["[" * 100_000, '{"a":' * 100_000, '{"@graph": [' * 50_000])
def test_nesting_without_end_in_json_is_refused_before_parsing(bomb: str) -> None:
    assert "brackets nest 100000 deep; 64 is the most" in refusal(bomb, syntax.JSON_LD)


def test_brackets_in_words_comments_and_iris_are_not_nesting() -> None:
    brackets = "[" * 1000
    turtle = source(brackets) + f"# {brackets}\n" + claim(f'[ sg:quote """{brackets}""" ]')
    assert (
        parsing.parse(turtle, syntax.TURTLE, "note").texts["https://w3id.org/security-guarantees/id/note"] == brackets
    )


def test_a_chain_of_nodes_without_end_is_no_harm() -> None:
    """Depth that brackets do not show: each node leads to the next by its label."""
    chain = "".join(f"_:n{i} sg:readyFor _:n{i + 1} .\n" for i in range(20_000))
    document = parsing.parse(
        source("The words.") + claim('[ sg:quote "words" ]', "_:n0") + chain, syntax.TURTLE, "note"
    )
    assert len(document.quads) > 20_000


def test_a_document_larger_than_the_most_is_refused() -> None:
    assert "larger than 16 MB" in refusal(source("x" * syntax.MOST_BYTES))


def test_a_text_file_larger_than_the_most_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(b"x" * (syntax.MOST_BYTES + 1))
    turtle = source("").replace('sg:text ""', 'sg:textFile "note.txt"')
    assert "note.txt: it is larger than 16 MB" in refusal(turtle, folder=tmp_path)


def test_over_http_no_file_is_read() -> None:
    turtle = source("").replace('sg:text ""', 'sg:textFile "note.txt"')
    assert "Send the words as sg:text" in refusal(turtle)


@pytest.mark.parametrize(
    "name", ["../note.txt", "/etc/hostname", "sub/note.txt", "..\\note.txt", ".", "..", "", "a\\u0000b"]
)
def test_a_text_file_is_beside_the_document_or_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The words.")
    folder = tmp_path / "sub"
    folder.mkdir()
    turtle = source("").replace('sg:text ""', f'sg:textFile "{name}"'.replace("..\\", "..\\\\"))
    assert "beside the document" in refusal(turtle, folder=folder)


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("The words.")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "note.txt").symlink_to(tmp_path / "secret")
    turtle = source("").replace('sg:text ""', 'sg:textFile "note.txt"')
    assert "is not beside the document" in refusal(turtle, folder=tmp_path / "sub")


def test_statements_in_named_graphs_are_refused() -> None:
    data = json_ld(**{"@graph": [{"@id": "id:x", "rdfs:label": "x"}]})
    assert "Leave graphs out" in refusal(data, syntax.JSON_LD)


@pytest.mark.parametrize(
    "data", ['{"a": ', "{]", '{"@id": ' + "9" * 5000 + "}", '"' + "\\ud800" + '"', "null", "[]", '{"@id": 5}']
)
def test_json_that_is_no_document_is_refused_without_a_crash(data: str) -> None:
    assert refusal(data, syntax.JSON_LD)


def test_half_a_character_is_refused() -> None:
    assert "half of a surrogate pair" in refusal("\ud800")


def test_a_syntax_fault_has_its_line() -> None:
    with pytest.raises(Rejected) as refused:
        parsing.parse("\n\n<urn:a> <urn:b> .\n", syntax.TURTLE, "note.ttl")
    assert [(fault.file, fault.line) for fault in refused.value.faults] == [("note.ttl", 3)]


@pytest.mark.parametrize("name", ["nowhere.ttl"])
def test_a_path_without_a_file_is_not_found(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        parsing.read(tmp_path / name)


def test_a_file_of_another_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.rdf").write_text("<rdf:RDF/>")
    with pytest.raises(Rejected, match=r"NAME\.ttl or NAME\.jsonld"):
        parsing.read(tmp_path / "note.rdf")


def test_what_was_stored_can_be_read_as_a_document_again() -> None:
    document = parsing.read(SEED)
    again = parsing.of_quads(document.quads, "graph")
    assert (again.iri, again.graph, again.nquads) == (document.iri, document.graph, document.nquads)


def test_two_files_do_not_share_blank_nodes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        turtle = (
            source("The words.").replace("note", name) + claim("_:e").replace("note", name) + '_:e sg:quote "words" .'
        )
        (tmp_path / f"{name}.ttl").write_text(turtle)
    document = parsing.read_background(tmp_path)
    quotes = [node for node, by in document.descriptions.items() if SG + "quote" in by]
    assert len(quotes) == 2


def test_the_background_is_one_graph_of_several_sources() -> None:
    document = background()
    assert document.graph == document.iri == BACKGROUND_GRAPH
    assert len(document.texts) > 1
    assert all((HOME.background / f"{iri.rpartition('/')[2]}.ttl").is_file() for iri in document.texts)


def test_faults_of_all_files_of_the_background_are_listed(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> .")
    (tmp_path / "b.ttl").write_text(source("").replace('sg:text ""', 'sg:textFile "none.txt"'))
    (tmp_path / "c.ttl").write_text("c:c c:c c:c .")
    with pytest.raises(Rejected) as refused:
        parsing.read_background(tmp_path)
    assert sorted(fault.file for fault in refused.value.faults) == ["a.ttl", "b.ttl", "c.ttl"]


def test_a_fault_of_a_json_ld_document_has_its_line() -> None:
    data = json_ld(**{"sg:sha256": "00"})
    with pytest.raises(Rejected) as refused:
        parsing.parse(data, syntax.JSON_LD, "note.jsonld")
    (fault,) = refused.value.faults
    assert fault.subject == "id:note"
    assert '"sg:sha256"' in data.splitlines()[(fault.line or 0) - 1]


def test_the_broken_documents_are_sound_but_for_what_their_headers_say() -> None:
    """The text that they share is there, and holds the characters that quotes trip over."""
    text = (INVALID / "harbour-report.txt").read_text()
    assert {"\u0301", "\u2013", "\n"} <= set(text)
