"""A rule of an ontologist's own: a file that infers, proves, explains and documents itself; a wrong one is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from api.pages.ontology_pages import documentation
from kg import rules
from kg.errors import Rejected
from kg.graph import KnowledgeGraph
from kg.model import as_data
from kg.namespaces import ONTOLOGY_GRAPH, RDFS, SG, prefixes
from kg.settings import Home, Settings
from tests.processes import CHECKOUT, Kg
from tests.replaying import Checker, World
from tests.rule_worlds import Sheet, exchange, sg, thing, vocabulary, write_rule

PROPERTY = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sg:guaranteesWithoutVoteIn
  a owl:ObjectProperty , sg:DerivedProperty ;
  rdfs:label "is to guarantee without a veto over"@en ;
  rdfs:domain sg:Actor ;
  rdfs:range sg:Proposal ;
  skos:definition "A proposal that names the actor as guarantor and that the actor cannot block."@en ;
  skos:example "Poland, under a plan that needs a mandate of the Council."@en ;
  .
"""
RULE = """#+ label: guarantees without a veto
#+ explanation: "{proposal} names {guarantor} as guarantor, and {guarantor} cannot block it"
#+ example: "Poland, under a plan that needs a mandate of the Council."
#+ certainty: presumed
PREFIX sg: <https://w3id.org/security-guarantees/ontology/>
CONSTRUCT { ?guarantor sg:guaranteesWithoutVoteIn ?proposal }
WHERE {
  ?proposal sg:namesGuarantor ?guarantor .
  FILTER NOT EXISTS { ?guarantor sg:canBlock ?proposal }
}
"""


DOCUMENT = CHECKOUT / "tests" / "breadth" / "guarantor-statuses.ttl"


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's data with the rule."""
    home = tmp_path_factory.mktemp("ruled")
    for folder in ("ontology", "queries", "seeds"):
        shutil.copytree(CHECKOUT / folder, home / folder)
    (home / "ontology" / "own.ttl").write_text(PROPERTY, encoding="utf-8")
    (home / "ontology" / "rules" / "guarantees-without-veto.rq").write_text(RULE, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def own(ruled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    settings = replace(Settings(), home=Home(ruled), store=f"file:{tmp_path_factory.mktemp('own') / 'store'}")
    with KnowledgeGraph.open(settings) as opened:
        opened.load(DOCUMENT)
        yield opened


def powerless(graph: KnowledgeGraph) -> list[tuple[str, str]]:
    rows = graph.query(f"SELECT ?guarantor ?proposal {{ ?guarantor <{SG}guaranteesWithoutVoteIn> ?proposal }}")
    return sorted((row["guarantor"].value, row["proposal"].value) for row in rows)


def test_it_infers_with_proofs_that_another_engine_replays(own: KnowledgeGraph, ruled: Path) -> None:
    found = powerless(own)
    assert found
    world = World()
    world.become(own.store.quads())
    for guarantor, proposal in found:
        proof = as_data(own.why(guarantor, "is to guarantee without a veto over", proposal))
        assert proof["certainty"] == "presumed"
        assert proof["derivations"][0]["absences"][0]["text"].startswith("no source says that ")
        checker = Checker(world, own.prefixes, rules=ruled / "ontology" / "rules")
        assert list(checker.faults(proof)) == []


def test_a_document_that_is_withdrawn_takes_its_inferences_with_it(own: KnowledgeGraph) -> None:
    before = powerless(own)
    own.unload(DOCUMENT.stem)
    assert powerless(own) == [], "the two guarantors of Istanbul can block it"
    own.load(DOCUMENT)
    assert powerless(own) == before


def test_the_command_line_says_why(own: KnowledgeGraph, ruled: Path, tmp_path: Path) -> None:
    kg, (guarantor, proposal) = Kg(tmp_path, ruled), powerless(own)[0]
    assert kg("load", str(DOCUMENT)).code == 0
    ran = kg("why", guarantor, "sg:guaranteesWithoutVoteIn", proposal)
    assert ran.code == 0, ran.stderr
    assert "by the rule “guarantees without a veto”" in ran.stdout
    assert "no source says that " in ran.stdout


def test_its_property_has_an_entry_that_shows_the_rule(ruled: Path) -> None:
    page = str(documentation(Home(ruled), "guaranteesWithoutVoteIn"))
    assert 'id="guaranteesWithoutVoteIn"' in page
    assert "guarantees without a veto" in page


# What a rule may not hold: its text, the line at fault (the rule's own starts at 6), and what is said.
WRONG: dict[str, tuple[str, int, str]] = {
    "no rule at all": ("SELECT ?x { ?x a ?y }", 6, "this is no CONSTRUCT"),
    "no SPARQL": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y ", 8, "this is not SPARQL"),
    "another service": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { SERVICE <a:b> { ?x sg:p ?y } }", 7, "SERVICE"),
    "a graph of its choice": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\nGRAPH ?g { ?x sg:p ?y } }", 8, "GRAPH"),
    "a source of its choice": ("CONSTRUCT { ?x sg:r ?y }\nFROM <a:b>\nWHERE { ?x sg:p ?y }", 7, "FROM"),
    "EXISTS": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER EXISTS { ?y sg:p ?x } }", 8, "FILTER EXISTS"),
    "a value that changes": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?z\nFILTER(RAND() > 0.5) }", 8, "RAND()"),
    "the time": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?z\nFILTER(NOW() > ?z) }", 8, "NOW()"),
    "a blank node": ("CONSTRUCT {\n?x sg:r [] }\nWHERE { ?x sg:p ?y }", 7, "a blank node in what follows"),
    "a path that follows": ("CONSTRUCT {\n?x sg:r/sg:r ?y }\nWHERE { ?x sg:p ?y }", 7, "this is not SPARQL"),
    "an unbound variable": ("CONSTRUCT {\n?x sg:r ?z }\nWHERE { ?x sg:p ?y }", 7, "?z is bound nowhere in WHERE"),
    "any property": ("CONSTRUCT {\n?x ?p ?y }\nWHERE { ?x ?p ?y }", 7, "?p as property"),
    "what the machine says": ("CONSTRUCT {\n?x sg:contested ?y }\nWHERE { ?x sg:p ?y }", 7, "contested"),
    "what the machine reads": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\n?x prov:wasDerivedFrom ?y }", 8, "wasDerivedFrom"),
    "the absence of itself": (
        "CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER NOT EXISTS { ?y sg:r ?x } }",
        6,
        "a circle through an absence",
    ),
    "what follows WHERE": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y }\nLIMIT 1", 8, "LIMIT"),
    "no braces": ("CONSTRUCT\nWHERE { ?x sg:p ?y }", 7, "CONSTRUCT WHERE"),
    "values": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\nVALUES ?y { id:a } ?x sg:p ?y }", 8, "VALUES"),
    "a count": (
        "CONSTRUCT { ?x sg:r ?n }\nWHERE {\n{ SELECT ?x (COUNT(?y) AS ?n)\nWHERE { ?x sg:p ?y } GROUP BY ?x } }",
        8,
        "SELECT",
    ),
    "OPTIONAL": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nOPTIONAL { ?x sg:q ?z } }", 8, "OPTIONAL"),
    "OPTIONAL in an absence": (
        "CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER NOT EXISTS { ?x sg:q ?z OPTIONAL { ?z sg:q ?y } } }",
        8,
        "OPTIONAL",
    ),
    "MINUS": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nMINUS { ?x sg:q ?y } }", 8, "MINUS"),
    "BIND": ("CONSTRUCT { ?x sg:r ?z }\nWHERE { ?x sg:p ?y\nBIND(STR(?y) AS ?z) }", 8, "BIND"),
    "another base": ("BASE <a:b>\nCONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y }", 6, "BASE"),
    "an absence of an absence": (
        "CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER NOT EXISTS { ?y a ?z FILTER NOT EXISTS { ?z a ?y } } }",
        8,
        "NOT EXISTS within NOT EXISTS",
    ),
    "an absence in a condition": (
        "CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER (?x = ?y || NOT EXISTS { ?y sg:p ?x }) }",
        8,
        "EXISTS within an expression",
    ),
    "any property of a body": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\n?x ?p ?y }", 8, "?p as property"),
    "a sequence under +": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\n?x (sg:p/sg:q)+ ?y }", 8, "sequence within * or +"),
    "a name of two things": (
        "CONSTRUCT { ?x sg:r ?y }\nWHERE { { ?x sg:p ?y FILTER NOT EXISTS { ?x sg:p ?z } }\n?z sg:q ?y }",
        8,
        "?z",
    ),
    "a filter on nothing": ("CONSTRUCT { ?x sg:r ?y }\nWHERE { ?x sg:p ?y\nFILTER(?w > 1) }", 8, "a filter on ?w"),
    "an unknown prefix": ("CONSTRUCT { ?x sg:r ?y }\nWHERE {\n?x unknown:p ?y }", 8, "unknown:"),
}


def refused(folder: Path) -> Rejected:
    with pytest.raises(Rejected) as raised:
        rules.read(folder, prefixes(CHECKOUT / "ontology"))
    return raised.value


@pytest.mark.parametrize("wrong", WRONG)
def test_a_rule_that_holds_what_it_may_not_is_refused_with_its_line_and_what_to_do(tmp_path: Path, wrong: str) -> None:
    sparql, line, words = WRONG[wrong]
    write_rule(tmp_path, "wrong", sparql)
    faults = refused(tmp_path).faults
    assert any(words in fault.what for fault in faults), faults
    for fault in faults:
        assert fault.file.endswith("wrong.rq")
        assert fault.why
        assert fault.line == line


HEADERS: dict[str, tuple[dict[str, str], int, str]] = {
    "a variable that it lacks": ({"explanation": "{z} follows"}, 2, "{z} is no variable of the rule"),
    "no label": ({"label": " "}, 1, "no label"),
    "an unknown key": ({"labels": "x"}, 4, "unknown key 'labels'"),
    "an unknown kind": ({"kind": "guess"}, 4, "no kind is 'guess'"),
    "an unknown certainty": ({"certainty": "a:b:c"}, 4, "certainty"),
}


@pytest.mark.parametrize("wrong", HEADERS)
def test_a_header_that_is_wrong_is_refused_with_its_line(tmp_path: Path, wrong: str) -> None:
    header, line, words = HEADERS[wrong]
    write_rule(tmp_path, "wrong", "CONSTRUCT { ?x sg:r ?y } WHERE { ?x sg:p ?y }", **header)
    assert [(fault.line, words in fault.what) for fault in refused(tmp_path).faults] == [(line, True)]


def test_the_faults_of_all_rules_come_together(tmp_path: Path) -> None:
    write_rule(tmp_path, "one", "CONSTRUCT { ?x sg:r ?z } WHERE { ?x sg:p ?y }")
    write_rule(tmp_path, "two", "CONSTRUCT { ?x sg:r ?y } WHERE { GRAPH ?g { ?x sg:p ?y } }")
    assert {fault.file for fault in refused(tmp_path).faults} == {"one.rq", "two.rq"}


def test_rules_that_deny_each_other_in_a_circle_are_refused_by_name(tmp_path: Path) -> None:
    write_rule(tmp_path, "one", "CONSTRUCT { ?x sg:r ?y } WHERE { ?x sg:p ?y FILTER NOT EXISTS { ?x sg:s ?y } }")
    write_rule(tmp_path, "two", "CONSTRUCT { ?x sg:s ?y } WHERE { ?x sg:p ?y FILTER NOT EXISTS { ?x sg:r ?y } }")
    message = str(refused(tmp_path))
    assert "one" in message
    assert "two" in message


def test_a_rule_may_go_by_a_blank_node_of_the_ontology_but_finds_nothing_absent_of_it(tmp_path: Path) -> None:
    rest = "?x a/rdfs:subClassOf+ ?restriction . ?restriction rdfs:seeAlso ?y"
    write_rule(tmp_path, "by", f"PREFIX rdfs: <{RDFS}> CONSTRUCT {{ ?x sg:d ?y }} WHERE {{ {rest} }}")
    absent = f"{rest} FILTER NOT EXISTS {{ ?restriction sg:p+ ?x }}"
    write_rule(tmp_path, "without", f"PREFIX rdfs: <{RDFS}> CONSTRUCT {{ ?x sg:e ?y }} WHERE {{ {absent} }}")
    found, sheet = rules.read(tmp_path, {}), Sheet()
    restriction, graph = ox.BlankNode(), ox.NamedNode(ONTOLOGY_GRAPH)
    sheet.add(vocabulary())
    sheet.add([ox.Quad(sg("A"), ox.NamedNode(RDFS + "subClassOf"), restriction, graph)])
    sheet.add([ox.Quad(restriction, ox.NamedNode(RDFS + "seeAlso"), thing("y"), graph)])
    found.infer_all(sheet)
    found.infer(sheet, exchange(sheet, "one", ["a a A"]))
    assert sheet.conclusions() == {(str(thing("a")), str(sg("d")), str(thing("y")))}
