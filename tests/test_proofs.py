"""Whatever is derived has a proof, and each proof can be replayed: by another engine, down to words and citations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from kg import proofs
from kg.graph import KnowledgeGraph
from kg.model import as_data
from kg.namespaces import ID, PROV, RDF, SG
from kg.proofs import Prover
from tests.copies import copied
from tests.processes import Kg
from tests.replaying import DERIVED, Checker, Statement, World

HERE = Path(__file__).parent
DOCUMENTS = sorted([*(HERE / "breadth").glob("*.ttl"), *(HERE / "contradiction").glob("*.ttl")])


@pytest.fixture(scope="module")
def everything(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """A graph with the seed and every document."""
    with copied(seeded, tmp_path_factory.mktemp("everything")) as own:
        own.load_all(DOCUMENTS)
        yield own


def held(graph: KnowledgeGraph) -> World:
    world = World()
    world.become(graph.store.quads())
    return world


@pytest.fixture(scope="module")
def world(seeded: KnowledgeGraph) -> World:
    return held(seeded)


def nodes(graph: KnowledgeGraph) -> dict[Statement, set[str]]:
    """All that the nodes of derivations say, by the statement that they derive."""
    said: dict[Any, list[ox.Quad]] = {}
    for graph_name in DERIVED:
        for quad in graph.store.quads(g=ox.NamedNode(graph_name)):
            if quad.subject.value.startswith(f"{ID}inference/"):
                said.setdefault(quad.subject, []).append(quad)
    found: dict[Statement, set[str]] = {}
    for quads in said.values():
        parts = {quad.predicate.value: str(quad.object) for quad in quads}
        statement = parts[RDF + "subject"], parts[RDF + "predicate"], parts[RDF + "object"]
        found.setdefault(statement, set()).update(map(str, quads))
    return found


def term(text: str) -> Any:
    return next(iter(ox.parse(f"<a:a> <a:a> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object


def prover(graph: KnowledgeGraph) -> Prover:
    return Prover(graph.store.snapshot(), graph.knowledge.rules)


def proof(known: Prover, statement: Statement) -> dict[str, Any]:
    """The proof of a statement, as JSON."""
    return as_data(known.prove(tuple(map(term, statement))))


def faults(graph: KnowledgeGraph, world: World, statements: set[Statement]) -> list[str]:
    """What is wrong with the proofs of statements."""
    checker, known = Checker(world, graph.prefixes), prover(graph)
    return [fault for each in sorted(statements) for fault in checker.faults(proof(known, each))]


def test_all_that_follows_from_the_seed_has_a_proof_that_another_engine_replays(
    seeded: KnowledgeGraph, world: World
) -> None:
    derived = nodes(seeded)
    assert world.concluded() <= set(derived)
    assert faults(seeded, world, set(derived)) == []


def test_so_has_all_that_the_other_documents_add(seeded: KnowledgeGraph, everything: KnowledgeGraph) -> None:
    """Checked are the statements of which a derivation is new or says something new: a few of each property."""
    before, after, world = nodes(seeded), nodes(everything), held(everything)
    added = {statement for statement, said in after.items() if said != before.get(statement)}
    assert world.concluded() <= set(after)
    assert len(added) > 800
    by_property = groupby(sorted(added, key=lambda each: (each[1], each)), key=lambda each: each[1])
    chosen = {each for _, several in by_property for each in islice(several, 25)}
    assert len(chosen) > 200
    assert faults(everything, world, chosen) == []


def statement(graph: KnowledgeGraph, *names: str) -> Statement:
    """A statement by the names of its parts."""
    known = graph.names()
    subject, predicate, object_ = names
    return (
        str(known.thing(subject, "subject")),
        str(known.property(predicate)),
        str(known.term(object_, "object")),
    )


RUSSIA_CAN_BLOCK = "Russia", "can block", "Istanbul proposals (2022)"


def first(found: dict[str, Any]) -> dict[str, Any]:
    """The first derivation of a proof."""
    derivation: dict[str, Any] = found["derivations"][0]
    return derivation


def evidence(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All words at the leaves of a proof."""
    yield from (each for words in found["words"] for each in words["evidence"])
    for premise in (premise for step in found["derivations"] for premise in step["premises"]):
        yield from evidence(premise) if "statement" in premise else premise["evidence"]


def quoted(found: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in evidence(found) if each["quote"] is not None)


UKRAINE = {"iri": f"{ID}ukraine", "label": "Ukraine"}
INVENTED = f"<{ID}ukraine> <{SG}holdsSeatIn> <{ID}un-security-council>"
THERE = f"<{ID}russia> <{SG}canBlock> ?proposal ."

# What is done to a sound proof, and what is then found.
TAMPERINGS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another conclusion": (
        lambda found: found["statement"].update(subject=UKRAINE),
        "does not follow from its premises",
    ),
    "a premise that is left out": (lambda found: first(found)["statements"].pop(), "does not follow from its premises"),
    "a premise that nobody states": (lambda found: first(found)["statements"].append(INVENTED), "stands nowhere"),
    "a premise without its proof": (lambda found: first(found)["premises"].pop(0), "is a premise without a proof"),
    "something that is there": (lambda found: first(found)["absences"][0].update(sparql=THERE), "is there"),
    "more certainty": (lambda found: first(found).update(certainty="asserted"), "where its premises are"),
    "more certainty of the whole": (lambda found: found.update(certainty="asserted"), "not as sure as its surest"),
    "a speaker less": (lambda found: found["according_to"].pop(), "and its words are those of"),
    "other words": (lambda found: quoted(found).update(quote="Russia & China"), "does not stand at"),
    "a moved quote": (lambda found: quoted(found).update(start=0), "does not stand at"),
    "no words at all": (lambda found: quoted(found).update(quote=None), "no words of its own"),
    "nobody who says it": (lambda found: quoted(found).update(chain=[]), "nobody says"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_replay_finds_what_is_wrong_with_a_proof(seeded: KnowledgeGraph, world: World, tampering: str) -> None:
    tamper, expected = TAMPERINGS[tampering]
    found = proof(prover(seeded), statement(seeded, *RUSSIA_CAN_BLOCK))
    assert list(Checker(world, seeded.prefixes).faults(found)) == []
    tamper(found)
    assert any(expected in fault for fault in Checker(world, seeded.prefixes).faults(found))


def test_every_view_and_inference_rests_on_claims(everything: KnowledgeGraph) -> None:
    groundless = f"""SELECT ?node {{ ?node <{SG}rule> ?rule ; <{RDF}predicate> ?property
        FILTER (?property != <{RDF}type>)
        FILTER NOT EXISTS {{ ?node <{PROV}wasDerivedFrom>+ ?claim . ?claim a <{SG}Claim> }} }}"""
    assert list(everything.query(groundless)) == []
    assert len(list(everything.store.quads(p=ox.NamedNode(SG + "rule")))) > 300


def test_every_membership_rests_on_the_thing_that_it_is_of(everything: KnowledgeGraph) -> None:
    """And by it on who says of which class the thing is: its claims, or else the register or document that has it."""
    of_class = f"?node <{RDF}predicate> <{RDF}type> ; <{RDF}subject> ?thing"
    groundless = f"SELECT ?node {{ {of_class} FILTER NOT EXISTS {{ ?node <{PROV}wasDerivedFrom>+ ?thing }} }}"
    assert list(everything.query(groundless)) == []
    assert len(list(everything.query(f"SELECT ?node {{ {of_class} }}"))) > 400


@pytest.mark.parametrize(
    ("thing", "kind", "last"),
    [
        ("China", "Actor", "the register describes: China – type – state"),
        ("chinese-peacekeepers", "Source", "describes: the article – type – news article"),
        ("situation", "Situation", "(characters "),
    ],
)
def test_a_membership_is_proven_down_to_who_describes_the_thing_or_to_the_words_about_it(
    seeded: KnowledgeGraph, thing: str, kind: str, last: str
) -> None:
    if thing == "situation":
        first_one = (
            f"SELECT ?s {{ ?s a <{SG}Situation> ; ^<{SG}content>/<{SG}evidence>/<{SG}quote> ?words }} ORDER BY ?s"
        )
        thing = next(iter(seeded.query(first_one)))["s"].value
    elif "-" in thing:
        thing = ID + thing
    text = proofs.as_text(seeded.why(thing, "a", SG + kind))
    assert f"type – {kind.lower()} [asserted]" in text.splitlines()[0]
    assert "by the rule “kind”" in text
    assert last in text.splitlines()[-1]


def test_without_inferences_a_thing_is_of_its_stated_class_alone(seeded: KnowledgeGraph) -> None:
    for inferred, kinds in (
        (True, {SG + "State", SG + "Actor", SG + "Speaker", SG + "Entity", PROV + "Agent"}),
        (False, {SG + "State"}),
    ):
        found = seeded.query(f"SELECT ?kind {{ <{ID}china> a ?kind }}", inferred=inferred)
        assert {row["kind"].value for row in found} == kinds


# By what a thing is known: whom an actor speaks for, of what it is an organ, whose members it is, whose policy.
IDENTIFYING = {"actsFor", "membersOf", "organOf", "policyOf"}


def test_no_document_joins_things_directly(everything: KnowledgeGraph) -> None:
    """Outside of views and inferences a thing stands in situations alone; the register tells one from another."""
    found = set()
    for quad in everything.store.quads():
        ends = quad.subject, quad.object
        if quad.graph_name.value not in DERIVED and all(is_thing(everything, each) for each in ends):
            found.add(quad.predicate.value.removeprefix(SG))
    assert found <= IDENTIFYING


def is_thing(graph: KnowledgeGraph, each: Any) -> bool:
    """Is it of the domain: no situation, no claim, no evidence, no source, no term?"""
    if not isinstance(each, ox.NamedNode) or not each.value.startswith(ID):
        return False
    entity = ox.NamedNode(SG + "Entity")
    kinds = {quad.object.value for quad in graph.store.quads(each, ox.NamedNode(RDF + "type"))}
    return any(graph.knowledge.ontology.is_a(kind, entity.value) for kind in kinds)


def provenance(turtle: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=turtle, format="turtle")


def told(form: str, kg: Kg, url: str, *names: str) -> tuple[str, str]:
    """The proof in one form, as the command line and as the server give it."""
    ran = kg("why", *names, "--format", form)
    assert ran.code == 0, ran.stderr
    given = dict(zip(("subject", "predicate", "object"), names, strict=True))
    response = httpx.get(f"{url}/api/v1/why", params=given, headers={"Accept": MEDIA_TYPES[form]}, timeout=60)
    assert response.headers["content-type"].startswith(MEDIA_TYPES[form])
    return ran.stdout, response.raise_for_status().text


MEDIA_TYPES = {"json": "application/json", "text": "text/plain", "ttl": "text/turtle"}


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_command_line_and_server_tell_the_same_proof(kg: Kg, url: str, form: str) -> None:
    """Where the terminal breaks long lines makes no difference."""
    here, there = told(form, kg, url, *RUSSIA_CAN_BLOCK)
    assert here.split() == there.split()


def test_a_membership_is_asked_for_as_turtle_writes_it(kg: Kg, url: str) -> None:
    here, there = told("text", kg, url, "China", "a", "sg:Actor")
    assert here.split() == there.split()
    assert "China – type – actor [asserted]" in here
    assert "the register describes: China – type – state" in here


def test_the_proof_that_is_told_as_json_can_be_replayed(kg: Kg, url: str, seeded: KnowledgeGraph, world: World) -> None:
    here, _ = told("json", kg, url, *RUSSIA_CAN_BLOCK)
    assert list(Checker(world, seeded.prefixes).faults(json.loads(here))) == []


def test_the_proof_as_text_names_each_statement_rule_quote_citation_and_absence(kg: Kg, url: str) -> None:
    text, _ = told("text", kg, url, *RUSSIA_CAN_BLOCK)
    found = json.loads(told("json", kg, url, *RUSSIA_CAN_BLOCK)[0])
    read = re.sub(r"\s+", " ", text)
    assert read.startswith(
        "Russia – can block – Istanbul proposals (2022) [presumed] by the rule “can presumably block”"
    )
    for each in evidence(found):
        assert f"“{each['quote']}” (characters {each['start']}–{each['end']})" in read or each["citation"] in read
    for absence in first(found)["absences"]:
        assert absence["text"] in read


def test_the_proof_as_rdf_is_prov_down_to_passages_and_citations(kg: Kg, url: str) -> None:
    """From the inference all that it was derived from is an entity; the last of them are passages, or cite."""
    turtle, _ = told("ttl", kg, url, *RUSSIA_CAN_BLOCK)
    found = json.loads(told("json", kg, url, *RUSSIA_CAN_BLOCK)[0])
    graph, root = provenance(turtle), rdflib.URIRef(first(found)["node"])
    below = set(graph.transitive_objects(root, rdflib.PROV.wasDerivedFrom))
    assert all((each, rdflib.RDF.type, rdflib.PROV.Entity) in graph for each in below)
    last = {each for each in below if graph.value(each, rdflib.PROV.wasDerivedFrom) is None}
    citation = rdflib.URIRef(SG + "citation")
    said = {str(graph.value(each, rdflib.PROV.value) or graph.value(each, citation)) for each in last}
    assert said == {each["quote"] or each["citation"] for each in evidence(found)}
    speakers = {str(each) for each in graph.objects(None, rdflib.PROV.wasAttributedTo)}
    assert speakers == {link["iri"] for each in evidence(found) for link in each["chain"]}


def test_the_proof_as_rdf_says_by_which_activity_and_plan_each_inference_was_made(kg: Kg, url: str) -> None:
    graph = provenance(told("ttl", kg, url, *RUSSIA_CAN_BLOCK)[0])
    for inference, activity in graph.subject_objects(rdflib.PROV.wasGeneratedBy):
        association = graph.value(activity, rdflib.PROV.qualifiedAssociation)
        plan = graph.value(association, rdflib.PROV.hadPlan)
        assert (HERE.parent / "ontology" / "rules" / f"{str(plan).rpartition('/')[2]}.rq").exists()
        assert set(graph.objects(activity, rdflib.PROV.used)) == set(
            graph.objects(inference, rdflib.PROV.wasDerivedFrom)
        )
