"""Anchoring: each quote at its span, found in the text, and what is made of an anchored document."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg import syntax
from kg.documents import parsing
from kg.documents.quotes import Miss, Span, locate
from kg.errors import Rejected
from kg.model import Document
from kg.namespaces import ID, OA, RDF, SG
from kg.terms import BlankNode, Literal, NamedNode, Node
from tests.examining import (
    HOME,
    SUPPORT,
    anchored,
    background,
    claim,
    faults_of,
    note,
    processor_time,
    quoting,
    refusal,
)

QUOTE, START, END = SG + "quote", SG + "start", SG + "end"
SEED = HOME.seeds / "chinese-peacekeepers.ttl"


def evidence(document: Document) -> dict[Node, tuple[str, int, int]]:
    """Each quoted evidence node with its words and their place."""
    return {
        node: (by[QUOTE][0].value, int(by[START][0].value), int(by[END][0].value))
        for node, by in document.descriptions.items()
        if QUOTE in by
    }


# Spans


def test_every_quote_of_the_seed_stands_at_its_span() -> None:
    document = anchored(parsing.read(SEED))
    text = (HOME.seeds / "000_081586eb59fd031d.txt").read_bytes().decode()
    found = evidence(document)
    assert len(found) >= 20
    assert all(text[start:end] == words for words, start, end in found.values())
    assert any(end > len(text) - 100 for _, _, end in found.values()), "past the dash, where bytes and characters part"


def test_every_quote_of_the_background_stands_in_the_text_of_its_own_source() -> None:
    document = background()
    found = evidence(document)
    assert len({document.source_of(node) for node in found}) > 1
    for node, (words, start, end) in found.items():
        assert document.texts[document.source_of(node) or ""][start:end] == words


@pytest.mark.parametrize(
    ("text", "words", "start"),
    [
        ("Kyiv–Beijing", "Beijing", 5),
        ("𝔘𝔎 backs", "backs", 3),
        ("cafe\u0301 bar", "cafe\u0301", 0),
        ("one\r\ntwo", "one\r\ntwo", 0),
        ("\ufeffmarked", "marked", 1),
        ("中国准备参加维和行动", "维和", 6),
        ('say "so" \\ then', '"so" \\ then', 4),
    ],
    ids=["dash", "beyond the basic plane", "combining mark", "line end", "byte order mark", "Chinese", "escapes"],
)
def test_places_are_counted_in_characters(text: str, words: str, start: int) -> None:
    (found,) = evidence(anchored(note(text, quoting(words)))).values()
    assert found == (words, start, start + len(words))


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1, max_size=60), st.data())
def test_any_words_of_any_text_are_found_or_asked_about(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    assume(words.strip())
    found = locate(text, words)
    if isinstance(found, Span):
        assert found == Span(start, end)
        assert text.count(words) == 1
    else:
        assert re.search("stand .*times", found.what) or "combining mark" in found.what
    assert locate(text, words, before=text[:start], after=text[end:]) in (Span(start, end), found)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_words_that_are_not_in_the_text_never_get_a_place(text: str, words: str) -> None:
    assume(words not in text)
    assert isinstance(locate(text, words), Miss)


def test_a_prefix_or_suffix_decides_between_places() -> None:
    text = "a mandate here, a mandate there"
    by_prefix = claim('[ sg:quote "mandate" ; sg:prefix "here, a " ]', name="s1")
    by_suffix = claim('[ sg:quote "mandate" ; sg:suffix " here" ]', name="s2")
    by_place = claim('[ sg:quote "mandate" ; sg:start 18 ; sg:end 25 ]', name="s3")
    found = sorted(evidence(anchored(note(text, by_prefix, by_suffix, by_place))).values())
    assert found == [("mandate", 2, 9), ("mandate", 18, 25), ("mandate", 18, 25)]


def test_overlapping_places_count_as_several() -> None:
    assert "stand 2 times: at 0" in refusal(note("no no no", quoting("no no")))


def test_a_prefix_that_leaves_two_places_does_not_decide() -> None:
    assert "between these sg:prefix and sg:suffix 2 times" in refusal(
        note("a mandate, a mandate", claim('[ sg:quote "mandate" ; sg:prefix "a " ]'))
    )


def test_the_places_of_a_very_frequent_word_are_shown_in_part() -> None:
    started = time.thread_time()
    message = refusal(note("aa " * 1_000_000, quoting("a")))
    assert "1000 or more times: at 0" in message
    assert len(message) < 1000
    assert time.thread_time() - started < 2


def test_a_quote_far_from_any_words_says_so() -> None:
    assert "nor anything like it" in refusal(note("The plan names China.", quoting("zq xv jk")))


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("Russia & China", "Russia and China"),
        ("named as guarantor of", "named as guarantors"),
        ("Russia, China", "Russia and China"),
    ],
)
def test_the_nearest_words_are_whole_words_with_their_place(words: str, nearest: str) -> None:
    text = "In Istanbul, Russia and China were named as guarantors."
    assert f"the nearest is '{nearest}' at {text.index(nearest)}" in refusal(note(text, quoting(words)))


def test_every_fault_is_listed_at_once_in_the_order_of_lines() -> None:
    broken = [
        claim('[ sg:quote "none" ]', name="s1"),
        claim('[ sg:quote "nil" ]', SUPPORT.replace("china", "chnia"), "s2"),
    ]
    document = note("The plan names China.", *broken, ":x sg:wrong 1 .\n")
    with pytest.raises(Rejected) as refused:
        anchored(document)
    lines = [fault.line or 0 for fault in refused.value.faults]
    assert len(lines) == 5
    assert lines == sorted(lines)


# What is made


def test_evidence_carries_web_annotation_selectors_with_iris() -> None:
    document = anchored(note("a mandate here, a mandate there", claim('[ sg:quote "mandate" ; sg:suffix " here" ]')))
    ((node, _),) = evidence(document).items()
    assert document.values(node, OA + "hasSource") == (NamedNode(document.iri),)
    exact, position = sorted(
        document.values(node, OA + "hasSelector"), key=lambda one: document.values(one, RDF + "type")
    )[::-1]
    assert document.values(exact, OA + "exact") == (Literal("mandate"),)
    assert document.values(exact, OA + "suffix") == (Literal(" here"),)
    assert [document.values(position, OA + name)[0].value for name in ("start", "end")] == ["2", "9"]


def test_no_blank_node_is_stored() -> None:
    for document in (anchored(parsing.read(SEED)), background()):
        assert not any(isinstance(term, BlankNode) for quad in document.quads for term in (quad.subject, quad.object))


def test_a_document_states_nothing_outside_itself_its_situations_and_its_entities() -> None:
    document = anchored(parsing.read(SEED))
    assert all(node.value.startswith((document.iri, ID + "situation/")) for node in document.descriptions)
    assert {quad.graph_name for quad in document.quads} == {NamedNode(document.graph)}


def test_anchoring_an_anchored_document_changes_nothing() -> None:
    document = anchored(parsing.read(SEED))
    again = anchored(parsing.of_quads(document.quads, "again"))
    assert again.nquads == document.nquads
    assert not faults_of(parsing.of_quads(document.quads, "again"))


def test_a_span_that_no_longer_fits_an_anchored_document_is_found() -> None:
    """As when somebody edits the text, or a span, by an update."""
    document = anchored(note("The plan names China.", quoting("names China")))
    moved = [quad for quad in document.quads if quad.predicate.value != OA + "start"]
    moved += [
        type(quad)(quad.subject, quad.predicate, Literal("3", datatype=quad.object.datatype), quad.graph_name)
        for quad in document.quads
        if quad.predicate.value == OA + "start"
    ]
    assert "oa:start is given, but selectors are made" in refusal(parsing.of_quads(moved, "moved"))


def test_the_same_document_gives_the_same_bytes_in_whatever_order_and_names_it_is_written() -> None:
    turtle = SEED.read_text()
    head, *blocks = re.split(r"\n(?=[:\w<][^\n]*\n  a )", turtle)
    expected = anchored(parsing.read(SEED)).nquads
    for seed in range(5):
        random.Random(seed).shuffle(blocks)
        shuffled = "\n".join([head, *blocks]).replace(":participation", f":situation-{seed}")
        assert anchored(parsing.parse(shuffled, syntax.TURTLE, "shuffled.ttl", SEED.parent)).nquads == expected


# Speed


def test_a_document_of_fifty_claims_is_read_and_anchored_within_a_fifth_of_a_second() -> None:
    """Of processor time, 40 ms where this was written."""
    document = anchored(parsing.read(SEED))
    assert len([node for node, by in document.descriptions.items() if SG + "speaker" in by]) >= 50
    assert processor_time(lambda: anchored(parsing.read(SEED))) < 0.2
