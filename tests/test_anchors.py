"""Anchoring: each quote at its span, each situation under the name that class and roles give it."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg import documents, syntax
from kg.errors import Rejected
from kg.model import Document
from kg.namespaces import BASE, ID, OA, RDF, RDFS, SG
from kg.quotes import Miss, Span, locate
from kg.terms import BlankNode, Literal, NamedNode, Node
from tests.examining import HOME, SUPPORT, anchored, background, claim, faults_of, note, source

QUOTE, START, END = SG + "quote", SG + "start", SG + "end"
SEED = HOME.seeds / "chinese-peacekeepers.ttl"


def evidence(document: Document) -> dict[Node, tuple[str, int, int]]:
    """Each quoted evidence node with its words and their place."""
    return {
        node: (by[QUOTE][0].value, int(by[START][0].value), int(by[END][0].value))
        for node, by in document.descriptions.items()
        if QUOTE in by
    }


def situations(document: Document) -> dict[str, str]:
    """The label of each situation by its IRI."""
    return {
        node.value: by[RDFS + "label"][0].value
        for node, by in document.descriptions.items()
        if node.value.startswith(ID + "situation/")
    }


def refusal(document: Document) -> str:
    with pytest.raises(Rejected) as refused:
        anchored(document)
    return str(refused.value)


def quoting(words: str, more: str = "") -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return claim(f'[ sg:quote "{escaped}" {more}]')


# Spans


def test_every_quote_of_the_seed_stands_at_its_span() -> None:
    document = anchored(documents.read(SEED))
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
    for document in (anchored(documents.read(SEED)), background()):
        assert not any(isinstance(term, BlankNode) for quad in document.quads for term in (quad.subject, quad.object))


def test_a_document_states_nothing_outside_itself_its_situations_and_its_entities() -> None:
    document = anchored(documents.read(SEED))
    assert all(node.value.startswith((document.iri, ID + "situation/")) for node in document.descriptions)
    assert {quad.graph_name for quad in document.quads} == {NamedNode(document.graph)}


def test_anchoring_an_anchored_document_changes_nothing() -> None:
    document = anchored(documents.read(SEED))
    again = anchored(documents.of_quads(document.quads, "again"))
    assert again.nquads == document.nquads
    assert not faults_of(documents.of_quads(document.quads, "again"))


def test_a_span_that_no_longer_fits_an_anchored_document_is_found() -> None:
    """As when somebody edits the text, or a span, by an update."""
    document = anchored(note("The plan names China.", quoting("names China")))
    moved = [quad for quad in document.quads if quad.predicate.value != OA + "start"]
    moved += [
        type(quad)(quad.subject, quad.predicate, Literal("3", datatype=quad.object.datatype), quad.graph_name)
        for quad in document.quads
        if quad.predicate.value == OA + "start"
    ]
    assert "oa:start is given, but selectors are made" in refusal(documents.of_quads(moved, "moved"))


def test_the_same_document_gives_the_same_bytes_in_whatever_order_and_names_it_is_written() -> None:
    turtle = SEED.read_text()
    head, *blocks = re.split(r"\n(?=[:\w<][^\n]*\n  a )", turtle)
    expected = anchored(documents.read(SEED)).nquads
    for seed in range(5):
        random.Random(seed).shuffle(blocks)
        shuffled = "\n".join([head, *blocks]).replace(":participation", f":situation-{seed}")
        assert anchored(documents.parse(shuffled, syntax.TURTLE, "shuffled.ttl", SEED.parent)).nquads == expected


# Situations


def test_a_situation_is_named_by_its_class_and_roles() -> None:
    made = situations(anchored(note("China backs Russia.", quoting("China backs Russia"))))
    assert [re.fullmatch(re.escape(ID) + r"situation/support-[0-9a-f]{16}", iri) is not None for iri in made] == [True]
    assert list(made.values()) == ["China supporting Russia"]


def test_two_documents_that_describe_a_situation_arrive_at_one_iri() -> None:
    mine = note("China backs Russia.", quoting("China backs Russia"))
    named = source("Beijing is behind Moscow.").replace("note", "other") + (
        claim('[ sg:quote "behind" ]', ":backing").replace("note", "other")
        + ":backing sg:supported id:russia ; sg:supporter id:china ; a sg:Support ."
    ).replace("note", "other")
    theirs = documents.parse(named, syntax.TURTLE, "other.ttl")
    assert situations(anchored(mine)) == situations(anchored(theirs))


@pytest.mark.parametrize(
    "other",
    [
        SUPPORT.replace("id:russia", "id:ukraine"),
        SUPPORT.replace(" ]", " ; sg:supportKind sg:politicalSupport ]"),
        "[ a sg:Dealing ; sg:actor id:china ; sg:counterparty id:russia ; sg:dealingKind :trade ]",
    ],
    ids=["another value", "one role more", "another class"],
)
def test_situations_that_differ_in_class_or_roles_differ_in_iri(other: str) -> None:
    trade = ':trade a sg:DealingKind ; rdfs:label "trade"@en .\n'
    document = note("China backs Russia.", quoting("China backs"), claim('[ sg:quote "Russia" ]', other, "s2"), trade)
    assert len(situations(anchored(document))) == 2


def test_situations_within_situations_are_named_from_within() -> None:
    inner = "[ a sg:Participation ; sg:participant id:china ; sg:contingent :force ]"
    outer = f"[ a sg:Readiness ; sg:actor id:china ; sg:readyFor {inner} ]"
    force = ':force a sg:Contingent ; rdfs:label "harbour force"@en .\n'
    made = situations(anchored(note("China is ready.", claim('[ sg:quote "ready" ]', outer), force)))
    assert sorted(made.values()) == [
        "participation of China in harbour force",
        "readiness of China for: participation of China in harbour force",
    ]


def test_several_values_of_a_role_are_joined_and_absent_parts_left_out() -> None:
    content = "[ a sg:AgreementToEndHostilities ; sg:party id:ukraine , id:russia ]"
    made = situations(anchored(note("They agree.", claim('[ sg:quote "agree" ]', content))))
    assert list(made.values()) == ["agreement to end hostilities between Russia and Ukraine"]


def test_labels_of_situations_that_share_parts_do_not_grow_without_end() -> None:
    """Each level names the one below twice: 2 to the power of 40 words, were they all written out."""
    condition = ":c{n} a sg:Condition ; sg:conditioned :c{m} ; sg:prerequisite :c{m} .\n"
    chain = "".join(condition.format(n=n, m=n + 1) for n in range(40))
    end = ":c40 a sg:Support ; sg:supporter id:china ; sg:supported id:russia .\n"
    made = situations(anchored(note("So it is.", claim('[ sg:quote "So" ]', ":c0"), chain, end)))
    assert len(made) == 41
    assert max(map(len, made.values())) <= 402


def test_a_long_chain_of_situations_is_no_harm() -> None:
    condition = ":c{n} a sg:Readiness ; sg:actor id:china ; sg:readyFor :c{m} .\n"
    chain = "".join(condition.format(n=n, m=n + 1) for n in range(1000))
    end = ":c1000 a sg:Support ; sg:supporter id:china ; sg:supported id:russia .\n"
    assert len(situations(anchored(note("So it is.", claim('[ sg:quote "So" ]', ":c0"), chain, end)))) == 1001


# Attribution


def test_a_chain_of_claims_may_be_long_and_shared() -> None:
    links = "".join(
        claim('[ sg:quote "say" ]', f":s{n + 1}", f"s{n}").replace("sg:speaker id:note", speaker)
        for n, speaker in enumerate(["sg:speaker id:note", "sg:speaker id:analysts", "sg:speaker id:western-media"])
    )
    last = claim('[ sg:quote "say" ]', SUPPORT, "s3").replace("sg:speaker id:note", "sg:speaker id:china")
    assert not faults_of(note("They say so.", links, last))


def test_several_circles_are_all_reported_each_once() -> None:
    pairs = [("a", "b"), ("c", "d")]
    circles = [
        claim('[ sg:quote "say" ]', f":{one}", other) for one, other in [*pairs, *(pair[::-1] for pair in pairs)]
    ]
    message = refusal(note("They say so.", *circles))
    assert message.count("a circle of attribution") == 2
    assert ":a → :b → :a" in message
    assert ":c → :d → :c" in message


def test_a_very_long_circle_is_reported_in_short() -> None:
    ring = [*range(800), 0]
    message = refusal(
        note("They say so.", *(claim('[ sg:quote "say" ]', f":s{m}", f"s{n}") for n, m in pairwise(ring)))
    )
    assert len(next(line for line in message.splitlines() if "circle" in line)) < 500


def test_a_claim_may_rest_on_several_pieces_of_evidence_and_they_on_several_claims() -> None:
    shared = claim(':e1 , [ sg:quote "so" ]') + claim(":e1", name="s2") + ':e1 sg:quote "They say" .\n'
    assert not faults_of(note("They say so.", shared))


def test_our_namespace_holds_no_secret_terms() -> None:
    """Whatever a document names under the project's base is declared somewhere."""
    assert "which nothing declares" in refusal(
        note("So.", claim('[ sg:quote "So" ]', SUPPORT.replace("id:china", f"<{BASE}x>")))
    )


# Speed


def test_a_document_of_fifty_claims_is_read_and_anchored_within_a_fifth_of_a_second() -> None:
    """Of processor time, 40 ms where this was written."""
    document = anchored(documents.read(SEED))
    assert len([node for node, by in document.descriptions.items() if SG + "speaker" in by]) >= 50
    started = time.thread_time()
    anchored(documents.read(SEED))
    assert time.thread_time() - started < 0.2
