"""A document beside what others state: what cannot both be so is refused, a likely slip is told, by line and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from kg import pipeline
from kg.documents import consistency, parsing
from kg.documents.plausibility import is_within_word
from kg.errors import Fault, Rejected
from kg.graph import KnowledgeGraph
from kg.namespaces import GRAPH, ID, SG
from kg.terms import NamedNode, Quad
from tests.copies import copied
from tests.processes import TOKEN, Kg

PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TEXT = "The May draft replaced the March draft."


def paper(name: str, *blocks: str, title: str = "", text: str = TEXT, more: str = "") -> str:
    """The Turtle of a document NAME, and what else it states."""
    return (
        f"{PREFIXES}@prefix : <{ID}{name}/> .\n"
        f'id:{name} a sg:NewsArticle ; rdfs:label "the {name}"@en ; dcterms:title "{title or name}"@en ;\n'
        f'  dcterms:language "en" ; {more} sg:text "{text}" .\n' + "\n".join(blocks)
    )


def thing(name: str, kind: str, label: str, more: str = "") -> str:
    return f'id:{name} a sg:{kind} ; rdfs:label "{label}"@en {more}.'


def claim(name: str, content: str, by: str, number: int = 1, polarity: str = "affirmed") -> str:
    """A claim by the document, or by another through the document."""
    common = f"sg:certainty sg:asserted ; sg:evidence [ sg:quote {TEXT!r} ]"
    said = f":c{number} a sg:Claim ; sg:speaker id:{by} ; sg:act sg:asserts ; sg:polarity sg:{polarity} ; {common} ;\n"
    outer = f":o{number} a sg:Claim ; sg:speaker id:{name} ; sg:act sg:reports ; sg:polarity sg:affirmed ; {common} ;\n"
    return f"{said}  sg:content {content} .\n" + (f"{outer}  sg:content :c{number} ." if by != name else "")


def versioning(later: str, earlier: str) -> str:
    return f"[ a sg:Versioning ; sg:laterVersion id:{later} ; sg:earlierVersion id:{earlier} ]"


DRAFTS = "\n".join(thing(f"{month}-draft", "Proposal", f"{month} draft") for month in ("march", "may", "june"))


def replaces(name: str, later: str, earlier: str, by: str = "", number: int = 1, polarity: str = "affirmed") -> str:
    return claim(name, versioning(f"{later}-draft", f"{earlier}-draft"), by or name, number, polarity)


@pytest.fixture(scope="module")
def shared(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    with copied(seeded, tmp_path_factory.mktemp("consistent")) as own:
        yield own


@pytest.fixture
def take(shared: KnowledgeGraph) -> Iterator[Callable[..., tuple[Fault, ...]]]:
    """Load documents together, give the warnings; what a test loads is withdrawn after it."""
    before = frozenset(shared.store.quads())

    def load(*papers: str) -> tuple[Fault, ...]:
        sent = [parsing.Sent(text.encode(), "text/turtle", f"{number}.ttl") for number, text in enumerate(papers, 1)]
        return shared.load_all(sent).warnings

    yield load
    for graph in set(pipeline.document_graphs(shared.store)) - {f"{GRAPH}chinese-peacekeepers"}:
        shared.unload(graph.removeprefix(GRAPH))
    assert frozenset(shared.store.quads()) == before


def refused(take: Callable[..., object], *papers: str) -> tuple[Fault, ...]:
    with pytest.raises(Rejected) as rejected:
        take(*papers)
    return rejected.value.faults


def line_of(text: str, words: str) -> int:
    return next(number for number, row in enumerate(text.splitlines(), 1) if words in row)


def test_what_nothing_can_be_at_once_is_refused_in_the_document_that_comes_later(take) -> None:
    take(paper("herald", thing("lake", "Place", "Lake")))
    post = paper("post", thing("lake", "Draft", "Lake"))
    (fault,) = refused(take, post)
    assert fault.what == "it is a sg:Draft here, and a sg:Place by id:herald: nothing is both."
    assert "an IRI of its own" in fault.why
    assert (fault.file, fault.subject, fault.line) == ("1.ttl", "id:lake", line_of(post, "id:lake a"))


def test_classes_that_differ_and_are_not_disjoint_go_together(take) -> None:
    assert take(paper("herald", thing("plan", "Draft", "Plan")), paper("post", thing("plan", "Proposal", "Plan"))) == ()


def test_a_document_may_correct_its_own_class_and_its_conclusions_do_not_hinder_it(take) -> None:
    take(paper("herald", thing("lake", "State", "Lake")))
    assert take(paper("herald", thing("lake", "Place", "Lake"))) == ()


def test_classes_disjoint_by_their_superclasses_and_within_one_document_are_refused(take) -> None:
    (fault,) = refused(take, paper("herald", "id:lake a sg:State , sg:Bloc ; rdfs:label 'Lake'@en ."))
    assert "a sg:Bloc here, and a sg:State too" in fault.what


def test_of_one_load_both_documents_are_at_fault(take) -> None:
    found = refused(take, paper("a", thing("lake", "Place", "Lake")), paper("b", thing("lake", "Process", "Lake")))
    assert [fault.file for fault in found] == ["1.ttl", "2.ttl"]


def test_two_files_of_one_load_with_one_name_are_refused(take) -> None:
    (fault,) = refused(take, paper("herald"), paper("herald", title="Another"))
    assert (fault.file, fault.subject, fault.line) == ("2.ttl", "id:herald", 7)
    assert fault.what == "1.ttl describes the document id:herald, too."
    assert "Name each document otherwise" in fault.why


def test_a_new_wording_takes_the_old_ones_place_but_another_document_does_not(take) -> None:
    take(paper("herald", title="Drafts"))
    take(paper("herald", title="Drafts compared"))
    take(paper("herald", title="Drafts compared", text="Otherwise worded."))
    (fault,) = refused(take, paper("herald", title="Elections", text="Nobody won."))
    assert "another document has this name: 'Drafts compared'" in fault.what
    assert "kg unload herald" in fault.why


@pytest.mark.parametrize("apart", [True, False], ids=["one after another", "together"])
def test_sources_that_rest_on_each_other_by_what_two_documents_say_are_refused(take, apart: bool) -> None:
    def resting(name: str, on: str) -> str:
        block = f'id:{on} a sg:NewsArticle ; rdfs:label "the {on}"@en ; dcterms:title "{on}"@en .'
        return paper(name, block, more=f"sg:restsOn id:{on} ;")

    papers = resting("a", "b"), resting("b", "c"), resting("c", "a")
    if apart:
        take(papers[0])
        take(papers[1])
    fault = refused(take, *(papers[2:] if apart else papers))[-1]
    assert fault.what == "a circle of sources: id:c → id:a → id:b → id:c."
    assert "rests on none" in fault.why
    assert fault.line


def test_versions_in_a_circle_are_refused_where_one_speaker_says_so(take) -> None:
    circle = paper(
        "herald",
        DRAFTS,
        replaces("herald", "may", "march"),
        replaces("herald", "june", "may", number=2),
        replaces("herald", "march", "june", number=3),
    )
    (fault,) = refused(take, circle)
    assert fault.what.startswith("a circle of versions: id:")
    assert "nothing comes before itself" in fault.why
    assert fault.line


def test_speakers_and_documents_may_disagree_on_an_order_and_it_is_told(take) -> None:
    by_two = paper("herald", DRAFTS, replaces("herald", "may", "march"), replaces("herald", "march", "may", "china", 2))
    (warning,) = take(by_two)
    assert "a circle of versions: " in warning.what
    assert "they disagree" in warning.why
    (warning,) = take(paper("post", DRAFTS, replaces("post", "march", "may")))
    assert (warning.file, warning.what) == (
        "1.ttl",
        "a circle of versions: id:march-draft → id:may-draft → id:march-draft.",
    )


def test_who_denies_an_order_turns_none_around(take) -> None:
    take(paper("herald", DRAFTS, replaces("herald", "may", "march")))
    assert take(paper("post", DRAFTS, replaces("post", "march", "may", polarity="denied"))) == ()


def ordered(first: str, then: str, proposal: str) -> str:
    def step(actor: str) -> str:
        return f"[ a sg:Support ; sg:supporter id:{actor} ; sg:supported id:ukraine ]"

    return f"[ a sg:Succession ; sg:earlier {step(first)} ; sg:later {step(then)} {proposal} ]"


def test_an_order_is_that_of_its_proposal(take) -> None:
    there, back = ("france", "china"), ("china", "france")

    def both(first: str, second: str) -> str:
        return paper(
            "herald",
            DRAFTS,
            claim("herald", ordered(*there, first), "herald"),
            claim("herald", ordered(*back, second), "herald", 2),
        )

    assert take(both("; sg:proposal id:may-draft", "; sg:proposal id:march-draft")) == ()
    (fault,) = refused(take, both("; sg:proposal id:may-draft", "; sg:proposal id:may-draft"))
    assert "a circle of what comes first" in fault.what
    assert refused(take, both("", ""))


def test_one_thing_under_two_labels_is_told_and_loaded(take, shared: KnowledgeGraph) -> None:
    take(paper("herald", thing("lake", "Place", "Lake Norn")))
    post = paper("post", thing("lake", "Place", "Norn Water"))
    (warning,) = take(post)
    assert warning.what == "its label is 'Norn Water' here, and 'Lake Norn' by id:herald."
    assert "skos:altLabel" in warning.why
    assert (warning.file, warning.line) == ("1.ttl", line_of(post, "Norn Water"))
    assert f"{GRAPH}post" in set(pipeline.document_graphs(shared.store))


def test_labels_in_other_languages_and_other_names_are_no_second_label(take) -> None:
    take(paper("herald", thing("lake", "Place", "Lake Norn", '; skos:altLabel "Norn Water"@en ')))
    assert take(paper("post", thing("lake", "Place", "Lake Norn", ', "Норн"@uk '))) == ()


@pytest.mark.parametrize("label", ["Lake Norn", "the Lake Norn"])
def test_one_name_for_two_things_of_a_kind_is_told(take, label: str) -> None:
    take(paper("herald", thing("norn-draft", "Draft", "Draft on water", f'; skos:altLabel "{label}"@en ')))
    (warning,) = take(paper("post", thing("norn-plan", "Proposal", "Lake Norn")))
    assert warning.what == "'Lake Norn' is also the name of id:norn-draft, by id:herald."
    assert "speak of id:norn-draft" in warning.why
    assert warning.line


def test_one_name_for_two_things_under_their_documents_names_asks_for_a_common_one(take) -> None:
    own = f":plan a sg:Proposal ; rdfs:label {'Lake Norn'!r}@en ."
    (_, warning) = take(paper("herald", own), paper("post", own))
    assert "declare it in both as id:plan" in warning.why


def test_a_name_is_no_one_elses_where_the_kinds_differ(take) -> None:
    take(paper("herald", thing("norn-lake", "Place", "Norn")))
    assert take(paper("post", thing("norn-plan", "Proposal", "Norn"))) == ()


@pytest.mark.parametrize(
    ("said", "issued", "today", "found"),
    [
        ("2022-05", "2022", "2026-01-01", []),
        ("2022", "2022-05-03", "2026-01-01", []),
        ("2022-05-03", "2022-05", "2026-01-01", []),
        ("2022-06", "2022-05-03", "2026-01-01", ["it was said in 2022-06"]),
        ("-0043", "-0044", "2026-01-01", ["it was said in -0043"]),
        ("-0044", "-0043", "2026-01-01", []),
        ("2026-01", "2026-01-02", "2026-01-01", ["dcterms:issued is 2026-01-02"]),
        ("2026-01", "2026", "2026-01-01", []),
        ("2026-02", "2026", "2026-01-31", ["sg:saidWhen is 2026-02"]),
    ],
)
def test_nothing_is_said_after_its_source_or_today(
    seeded: KnowledgeGraph, said: str, issued: str, today: str, found: list[str]
) -> None:
    knowledge = replace(seeded.knowledge, today=lambda: date.fromisoformat(today))
    knowledge.__dict__.update(
        {part: getattr(seeded.knowledge, part) for part in ("vocabulary", "shapes", "background", "_described")}
    )
    text = paper("herald", DRAFTS, replaces("herald", "may", "march"), more=f'dcterms:issued "{issued}" ;')
    document = parsing.parse(text.replace(":c1 a", f':c1 sg:saidWhen "{said}" ; a'), "text/turtle", "herald.ttl")
    try:
        pipeline.examine(document, knowledge)
        faults: tuple[Fault, ...] = ()
    except Rejected as rejected:
        faults = rejected.faults
    assert len(faults) == len(found)
    for fault, words in zip(faults, found, strict=True):
        assert words in fault.what
        assert fault.line


@pytest.mark.parametrize(
    ("before", "after", "within"),
    [
        ("Ukr", "aine", True),
        ("Укр", "аїни", True),
        ("202", "2", True),
        ("e\u0301", "tat", True),
        ("China", "'s", False),
        ("пам’", "ять", False),
        ("non", "-nuclear", False),
        ("war", " ended", False),
        ("war", "²", False),
        ("中国", "提出", False),
        ("2022", "年", False),
        ("中国2", "022", True),
        ("ロシア", "が", False),
        ("ประเทศ", "จีน", False),
        ("ភាសា", "ខ្មែរ", False),
        ("한", "국", True),
        ("", "Ukraine", False),
        ("Ukraine", "", False),
    ],
)
def test_a_word_is_cut_only_between_letters_or_digits_of_scripts_with_spaces(
    before: str, after: str, within: bool
) -> None:
    assert is_within_word(before + after, len(before)) == within


def test_disjointness_is_read_from_axioms_in_pairs_and_lists(seeded: KnowledgeGraph) -> None:
    apart = consistency.disjoint(seeded.knowledge.ontology.quads)
    for one, other in (("Claim", "Situation"), ("Place", "Proposal"), ("Bloc", "State")):
        names = [f"https://w3id.org/security-guarantees/ontology/{name}" for name in (one, other)]
        assert names[1] in apart[names[0]]
        assert names[0] in apart[names[1]]


def test_two_documents_that_change_together_are_judged_by_what_they_leave(writer: httpx.Client) -> None:
    """Over HTTP: reports have warnings, dry runs too; graphs that are put are refused for the same."""
    for name in ("herald", "post"):
        paper_ = paper(name, thing("lake", "Place", "Lake"))
        assert writer.post("/api/v1/documents", content=paper_).json()["warnings"] == []
    for query in ("?dry_run=true&name=a.ttl", "?name=a.ttl"):
        answer = writer.post(f"/api/v1/documents{query}", content=paper("star", thing("lake", "Place", "Norn")))
        assert answer.status_code == 200
        (warning,) = answer.json()["warnings"]
        assert warning["what"].startswith("its label is 'Norn' here, and 'Lake' by id:")
        assert (warning["file"], warning["subject"], warning["line"]) == ("a.ttl", "id:lake", 9)
    assert writer.delete("/api/v1/documents/star").json()["warnings"] == []

    wrong = paper("star", thing("lake", "Process", "Lake"))
    answer = writer.post("/api/v1/documents", content=wrong)
    assert (answer.status_code, answer.json()["faults"][0]["subject"]) == (422, "id:lake")
    put = writer.put("/sparql/graphs", params={"graph": f"{GRAPH}star"}, content=wrong)
    assert put.status_code == 422
    assert "nothing is both" in put.json()["faults"][0]["what"]

    def retype(*names: str) -> httpx.Response:
        changed = [
            ("f", (f"{name}.ttl", paper(name, thing("lake", "Process", "Lake")), "text/turtle")) for name in names
        ]
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.post(f"{writer.base_url}/api/v1/documents", files=changed, headers=bearer, timeout=60)

    refused_ = retype("herald")
    assert refused_.status_code == 422
    assert "a sg:Place by id:post" in refused_.json()["faults"][0]["what"]
    assert retype("herald", "post").status_code < 300


@pytest.mark.parametrize("served", [False, True], ids=["alone", "through a server"])
def test_the_command_line_tells_warnings_and_loads_all_the_same(own_kg: Kg, tmp_path: Path, served: bool) -> None:
    herald, post = tmp_path / "herald.ttl", tmp_path / "post.ttl"
    herald.write_text(paper("herald", thing("lake", "Place", "Lake")), encoding="utf-8")
    post.write_text(paper("post", thing("lake", "Place", "Norn")), encoding="utf-8")

    def run() -> None:
        assert own_kg("load", str(herald), KG_TOKEN=TOKEN).stderr.count("warning") == 0
        loaded = own_kg("load", str(post), KG_TOKEN=TOKEN)
        assert loaded.code == 0
        assert "kg: warning: post.ttl:9: id:lake: its label is 'Norn' here" in loaded.stderr
        assert "statements added" in loaded.stdout

    if served:
        with own_kg.serving(KG_TOKEN=TOKEN):
            run()
    else:
        run()
        checked = own_kg("check", str(herald), str(post))
        assert (checked.code, checked.stdout) == (0, "No faults.\n")
        assert "herald.ttl:9" in checked.stderr
        assert "post.ttl:9" in checked.stderr
        assert own_kg("check", str(post)).stderr == ""


def test_a_start_under_changed_files_holds_documents_against_each_other(take, shared: KnowledgeGraph) -> None:
    take(paper("herald", thing("lake", "Place", "Lake")), paper("post", thing("lake", "Place", "Norn")))
    before, told = list(shared.store.quads()), []
    changed = replace(shared.knowledge)
    changed.__dict__["fingerprint"] = "that of other files"
    pipeline.start(shared.store, changed, told.append)
    assert len([line for line in told if line.startswith("Warning: ") and "its label is" in line]) == 2
    shared.store.replace_all(
        Quad(quad.subject, quad.predicate, NamedNode(f"{SG}Process"), quad.graph_name)
        if (quad.graph_name.value, quad.object) == (f"{GRAPH}post", NamedNode(f"{SG}Place"))
        else quad
        for quad in before
    )
    with pytest.raises(Rejected, match="id:lake: it is a sg:Process here, and a sg:Place by id:herald"):
        pipeline.start(shared.store, changed, told.append)
    shared.store.replace_all(before)


def test_a_store_elsewhere_is_held_against_in_the_same_way(there: KnowledgeGraph) -> None:
    herald, post = (paper(name, thing("lake", "Place", name)).encode() for name in ("herald", "post"))
    there.load(herald)
    try:
        (warning,) = there.load(post, dry_run=True).warnings
        assert "by id:herald" in warning.what
        with pytest.raises(Rejected, match="a sg:Place by id:herald"):
            there.load(paper("post", thing("lake", "Process", "herald")).encode())
    finally:
        there.unload("herald")
