"""A document in YAML says what its Turtle says, in fewer lines, and its faults stand at its own lines and columns."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from kg import pipeline, syntax
from kg.documents import parsing
from kg.errors import Fault, Rejected
from kg.namespaces import DCTERMS, ID, RDF, RDFS, SG, SKOS, XSD
from kg.terms import BlankNode, Literal, NamedNode, Quad
from tests.authoring import canonical, faults, knowledge, register, statements, written
from tests.examining import HOME
from tests.processes import CHECKOUT
from tests.test_modelling import BLOCK, HEAD, PARTS

FOLDERS = ("seeds", "tests/breadth", "tests/contradiction", "tests/sources", "tests/invalid", "tests/provoking")
TURTLE = sorted(path for folder in FOLDERS for path in (CHECKOUT / folder).rglob("*.ttl"))
SEED = HOME.seeds / "chinese-peacekeepers.ttl"


def turtle(path: Path) -> tuple[Quad, ...] | None:
    """What a file states; None where it is broken as Turtle, as some of tests/invalid are."""
    try:
        return syntax.read(path.read_bytes(), syntax.TURTLE, path.name).quads
    except Rejected:
        return None


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_document_is_the_same_graph_in_yaml(folder: str) -> None:
    compared = 0
    for path in (path for path in TURTLE if path.is_relative_to(CHECKOUT / folder)):
        quads = turtle(path)
        if quads is not None:
            compared += 1
            assert canonical(statements(written(quads))) == canonical(quads), path
    assert compared


def test_every_example_of_how_to_model_is_the_same_graph_in_yaml() -> None:
    for part in PARTS:
        text = (HEAD + dict(BLOCK.findall(part))["turtle"]).replace("NAME", "example")
        quads = syntax.read(text, syntax.TURTLE, "example").quads
        assert canonical(statements(written(quads))) == canonical(quads)


def test_nodes_within_nodes_are_written_however_deep() -> None:
    deep = [BlankNode(f"n{number}") for number in range(200)]
    links = [Quad(a, NamedNode(SG + "conditioned"), b) for a, b in pairwise(deep)]
    quads = [
        *links,
        Quad(NamedNode(OWN + "c1"), NamedNode(SG + "content"), deep[0]),
        Quad(deep[-1], NamedNode(SG + "was"), Literal("x")),
    ]
    assert canonical(statements(written(quads))) == canonical(quads)


def test_a_claim_takes_less_than_four_lines() -> None:
    """Of the seeds and the documents that show what can be said: lines of claims, the words in them included."""
    all_lines = all_claims = 0
    for path in TURTLE:
        quads = turtle(path) if path.parent.name in ("seeds", "background", "breadth", "sources") else None
        claims = sum(quad.object == NamedNode(SG + "Claim") for quad in quads or ())
        if quads and claims:
            lines = written(quads).partition("\nclaims:\n")[2].count("\n")
            all_lines, all_claims = all_lines + lines, all_claims + claims
    assert all_claims > 300
    assert all_lines / all_claims < 4


def test_a_document_passes_the_pipeline_as_its_turtle_does(tmp_path: Path) -> None:
    quads = turtle(SEED)
    assert quads
    (tmp_path / "chinese-peacekeepers.yaml").write_text(written(quads), encoding="utf-8")
    text = HOME.seeds / "000_081586eb59fd031d.txt"
    (tmp_path / text.name).write_bytes(text.read_bytes())
    ours = pipeline.examine(knowledge().read(tmp_path / "chinese-peacekeepers.yaml"), knowledge())
    assert ours.nquads == pipeline.examine(knowledge().read(SEED), knowledge()).nquads


DOCUMENT, OWN = ID + "note", f"{ID}note/"
NODES = [*map(NamedNode, (DOCUMENT, OWN + "plan", OWN + "c1", OWN + "c2", ID + "china", ID + "lake-plan", ID + "a/b"))]
BLANK = [BlankNode(name) for name in ("a", "b", "c")]
CLASSES = [SG + name for name in ("Claim", "Condition", "NewsArticle", "Proposal", "State", "MadeUp", "Evidence")]
LINKS = [SG + name for name in ("content", "speaker", "act", "evidence", "conditioned", "proposal", "madeUp")]
WORDS = [
    *(SG + name for name in ("quote", "when", "atMost", "citation", "temporalWords", "textFile", "duration")),
    *(DCTERMS + "title", DCTERMS + "language", RDFS + "label", SKOS + "altLabel", RDFS + "seeAlso"),
]
# What YAML could take for something else, or loose: marks, spaces at ends, breaks, other scripts.
texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "no", "Null", "1999", "2022-03", "<a:b>", "- x", "a: b", "a #b", "{x}", "'", '"', "\n", "a\n"]
    ),
    st.sampled_from(
        ["China", "plan", "id:china", ":plan", "_:a", "state", "c1", "x\n\n y\n", "\ta", "a\r\nb", "\x85\u2028", "€"]
    ),
).filter(lambda text: "\x00" not in text)
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "uk", "zh-hant"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(XSD + kind)),
        texts,
        st.sampled_from(["integer", "string", "duration", "boolean"]),
    ),
)
nodes = st.sampled_from([*NODES, *BLANK])
triples = st.one_of(
    st.builds(lambda s, o: Quad(s, NamedNode(RDF + "type"), NamedNode(o)), nodes, st.sampled_from(CLASSES)),
    st.builds(
        lambda s, p, o: Quad(s, NamedNode(p), o), nodes, st.sampled_from(LINKS), st.one_of(nodes, nodes, literals)
    ),
    st.builds(
        lambda s, p, o: Quad(s, NamedNode(p), o), nodes, st.sampled_from(WORDS), st.one_of(literals, literals, nodes)
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(triples, max_size=14))
def test_whatever_is_stated_can_be_written_and_read_again(quads: list[Quad]) -> None:
    text = written(quads)
    note(text)
    assert canonical(statements(text)) == canonical(quads), text
    assert canonical(statements(written(statements(text)))) == canonical(quads)


NOTE = """document: note
type: news article
label: the note
title: A note
language: en
text: The Lake Plan names France and Germany as guarantors, and Norway, it is said, could join.
things:
  Lake Plan: proposal
claims:
- words: names France
  guarantor designation: {guarantor: France, proposal: Lake Plan}
- words: Norway, it is said, could join
  through:
  - {speaker: analysts, act: reports, certainty: possible}
  guarantor designation: {guarantor: Norway, proposal: Lake Plan}
"""


def examined(text: str) -> tuple[Fault, ...]:
    """The faults of a document in YAML, those of the pipeline's checks among them."""
    try:
        pipeline.examine(knowledge().read(parsing.Sent(text.encode(), syntax.YAML, "note.yaml")), knowledge())
    except Rejected as rejected:
        return rejected.faults
    return ()


def test_a_note_is_taken_as_it_stands() -> None:
    assert examined(NOTE) == ()


# What is changed in the note, and where and what the fault is: line, column, words of it.
FAULTS = [
    ("things:", "thinks:", 7, 1, "'thinks' is no property, role or class of situation. Did you mean 'things'?"),
    ("Lake Plan: proposal", "Lake Plan: propsal", 8, 14, "there is no class 'propsal'. Did you mean 'proposal'?"),
    ("Lake Plan: proposal", "Lake Plan:", 8, 3, "it has no class"),
    ("names France\n", "names Frances\n", 10, 10, "Frances"),
    ("names France\n", "names Fran\n", 10, 10, "cut out of 'France'"),
    ("{guarantor: France,", "{guarantr: France,", 11, 27, "Did you mean 'guarantor'?"),
    ("{guarantor: France,", "{guarantor: Frnace,", 11, 38, "nothing is called 'Frnace'. Did you mean 'France'?"),
    ("{guarantor: France,", "{guarantor: Lake Plan,", 11, 38, "sg:guarantor is :lake-plan"),
    ("{guarantor: France,", "{guarantor: France, setting: in private,", 11, 46, "sg:setting is no role"),
    ("guarantor designation: {guarantor: F", "guarantee designation: {guarantor: F", 11, 3, "guarantor designation"),
    ("guarantor: France, proposal: Lake Plan", "guarantor: France", 10, 3, "sg:proposal is missing"),
    ("guarantor: France, proposal: Lake Plan", "guarantor: France, proposal: ", 11, 46, "'proposal' has no value"),
    ("guarantor: France", "guarantor: [[France]]", 11, 39, "a list stands within a list"),
    ("act: reports", "act: reportz", 14, 30, "nothing is called 'reportz'. Did you mean 'reports'?"),
    ("act: reports", "act: denies", 14, None, "sg:denied"),
    ("certainty: possible", "certainty: perhaps", 14, 50, "nothing is called 'perhaps'"),
    ("speaker: analysts", "speaker: analysts, said when: last year", 14, 36, "sg:saidWhen"),
    ("speaker: analysts", "speaker: analysts, speaker: China", 14, 25, "the key 'speaker' stands twice"),
    ("- {speaker: analysts", "- {speaker: &a analysts", 14, 15, "an anchor or alias"),
    ("- {speaker: analysts", "- {speaker: !!str analysts", 14, 15, "a tag stands here"),
    ("language: en", "language: en\nlanguage: uk", 6, 1, "the key 'language' stands twice, first on line 5"),
    ("document: note", "document: state", 1, 1, "kept for the graph's own use"),
    ("title: A note", "title: A note: more", 4, 14, "the YAML is wrong"),
    ("title: A note\n", "", 1, 1, "dcterms:title"),
    ("  through:", "\tthrough:", 13, 1, "the YAML is wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "column", "words"), FAULTS)
def test_a_fault_is_told_at_its_line_and_column(old: str, new: str, line: int, column: int | None, words: str) -> None:
    assert old in NOTE
    found = examined(NOTE.replace(old, new, 1))
    told = [fault for fault in found if words in f"{fault.what} {fault.why}"]
    assert told, found
    assert told[0].line == line, told
    assert column is None or told[0].column == column, told
    assert str(told[0]).startswith(f"note.yaml:{line}:")


HOSTILE = {
    "billion laughs": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "an alias of itself": "a: &a [*a]\n",
    "deep": "a: " + "[" * 500 + "]" * 500,
    "deeper than the parser goes": "a: " + "{a: " * 5000,
    "many": "a: [" + "x," * 250_000 + "]",
    "an object": "a: !!python/object/apply:os.system [true]\n",
    "two documents": "document: a\n---\ndocument: b\n",
    "a control character": "a: \x07\n",
    "a key that is a list": "? [a]\n: b\n",
    "nothing": "",
    "a list": "- a\n",
    "a word": "word\n",
    "an unclosed quote": 'a: "b\n',
    "not UTF-8": b"a: \xff\n",
    "a merge": "document: a\n<<: {title: b}\n",
    "sections of another form": "document: [a]\nthings: [x]\nsituations: y\nclaims: {a: b}\n",
    "claims of another form": "document: a\nclaims: [x, [y], {words: {a: b}, through: [z]}]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_harm_is_refused_with_a_message(name: str) -> None:
    found = faults(HOSTILE[name])
    assert found
    assert all(fault.why for fault in found)


def test_what_is_named_and_not_declared_is_declared_as_the_register_has_it() -> None:
    document = knowledge().read(parsing.Sent(NOTE.encode(), syntax.YAML, "note.yaml"))
    norway = NamedNode(ID + "norway")
    assert Literal("Norway", language="en") in document.values(norway, RDFS + "label")
    assert Literal("Норвегія", language="uk") in document.values(norway, RDFS + "label")
    assert NamedNode(ID + "germany") not in document.descriptions  # nobody speaks of it
    assert NamedNode(ID + "france") not in document.descriptions  # the background has it


def test_a_state_is_in_no_graph_before_a_document_names_it() -> None:
    assert not any("norway" in str(quad) for quad in knowledge().quads())


def test_a_user_adds_things_to_the_register(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    added = "things:\n  Lake Club: {type: bloc, alt label: the Club}\n  Norway: {alt label: Oslo}\n"
    (own / "ours.yaml").write_text(added, encoding="utf-8")
    from kg.knowledge import Knowledge
    from kg.settings import Settings

    ours = Knowledge(Settings.from_environment({"KG_REGISTER": str(own)}).home)
    text = NOTE.replace("guarantor: Norway", "guarantor: Oslo").replace("guarantor: France", "guarantor: the Club")
    document = ours.read(parsing.Sent(text.encode(), syntax.YAML, "note.yaml"))
    assert document.values(NamedNode(ID + "lake-club"), RDF + "type") == (NamedNode(SG + "Bloc"),)
    assert Literal("Oslo", language="en") in document.values(NamedNode(ID + "norway"), SKOS + "altLabel")
    assert Literal("NO") in document.values(NamedNode(ID + "norway"), SG + "isoAlpha2")
    assert pipeline.examine(document, ours)


def test_a_fault_of_the_register_stands_at_its_line(tmp_path: Path) -> None:
    from kg.authoring import register as registers

    (tmp_path / "ours.yaml").write_text("things:\n  Lake Club:\n    type: blok\n", encoding="utf-8")
    with pytest.raises(Rejected) as refused:
        registers.read([tmp_path], register().terms)
    assert str(refused.value.faults[0]).startswith("ours.yaml:3:11: there is no class 'blok'. Did you mean 'bloc'?")


def test_turtle_need_not_declare_what_the_register_has_either() -> None:
    text = SEED.read_text(encoding="utf-8").replace("id:western-media ;", "id:poland ;")
    sent = parsing.Sent(
        text.replace('sg:textFile "000_081586eb59fd031d.txt"', 'sg:text "x"').encode(), syntax.TURTLE, "t"
    )
    document = knowledge().read(sent)
    assert document.values(NamedNode(ID + "poland"), SG + "isoAlpha3") == (Literal("POL"),)


def test_every_state_of_iso_3166_has_names_in_four_languages() -> None:
    states = [node for node, kind in register().terms.types.items() if SG + "State" in kind]
    assert len(states) >= 195
    for name, iso in (("Germany", "DE"), ("Türkiye", "TR"), ("Czechia", "CZ"), ("Japan", "JP")):
        (iri,) = register().terms.known[name]
        about = register().described[NamedNode(iri)]
        labels = {quad.object.language for quad in about if quad.predicate.value == RDFS + "label"}
        assert labels == {"en", "uk", "ru", "zh"}
        assert Literal(iso) in {quad.object for quad in about if quad.predicate.value == SG + "isoAlpha2"}


def test_every_body_and_agreement_of_the_register_has_names_in_four_languages() -> None:
    """As a state has; an organ copies the body whose it is into the document that names it."""
    described = register().described
    kinds = {SG + name for name in ("IntergovernmentalBody", "Bloc", "Agreement")}
    things = [node for node, about in described.items() if {quad.object.value for quad in about} & kinds]
    assert len(things) >= 35
    for node in things:
        languages = {quad.object.language for quad in described[node] if quad.predicate.value == RDFS + "label"}
        assert languages == {"en", "uk", "ru", "zh"}, node
    assert len({node.value for node in things}) == len(things)
    (council,) = register().terms.known["North Atlantic Council"]
    (quad,) = [each for each in described[NamedNode(council)] if each.predicate.value == SG + "organOf"]
    assert quad.object in described
