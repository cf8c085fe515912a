"""Wrong statements: each is caught by what `check/statements.yaml` says: OWL (HermiT), SHACL, anchoring, or several.

OWL looks at what can be; SHACL at what a document must say; anchoring at the words. A value of a wrong class is a
contradiction to the one where classes are disjoint, and to the other a value that its role does not take; that
something is missing only SHACL sees, since to OWL what is not said may still be so; that a thing is of two kinds only
OWL; that words stand in two places OWL, and anchoring, which finds the place itself, and so needs a speaker's text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from kg.check import logic
from kg.check.files import Project
from kg.documents import parsing
from kg.errors import Rejected
from kg.model import Document
from kg.ontology import reasoner
from kg.settings import Home
from kg.terms import Quad
from tests.examining import anchored, compiled, describe

STATEMENTS = yaml.safe_load((Path(__file__).parent / "check" / "statements.yaml").read_text(encoding="utf-8"))
DOCUMENT = """@prefix : <https://w3id.org/security-guarantees/id/note/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
id:note a sg:NewsArticle ; rdfs:label "the note"@en ; dcterms:title "A note"@en ; dcterms:language "en" ;
  sg:text "The words." .
:plan a sg:Proposal ; rdfs:label "the plan"@en .
:other a sg:Proposal ; rdfs:label "the other plan"@en .
:force a sg:Contingent ; rdfs:label "the force"@en .
:war a sg:Conflict ; rdfs:label "the river war"@en .
:loss a sg:Outcome ; rdfs:label "the loss"@en .
"""
RIGHT = {
    "kind": "sg:Claim",
    "speaker": "id:note",
    "act": "sg:asserts",
    "stance": "sg:polarity sg:affirmed ; sg:certainty sg:asserted",
    "evidence": '[ sg:quote "The words." ]',
    "content": "[ a sg:Support ; sg:supporter id:china ; sg:supported id:russia ]",
    "besides": "",
}


def turtle(differences: dict[str, str]) -> str:
    row = RIGHT | differences
    speaker = f"sg:speaker {row['speaker']} ; " if row["speaker"] else ""
    claim = f":s1 a {row['kind']} ; {speaker}sg:act {row['act']} ; {row['stance']} ;"
    return f"{DOCUMENT}{claim} sg:evidence {row['evidence']} ; sg:content {row['content']} . {row['besides']}\n"


@cache
def known() -> tuple[Quad, ...]:
    """The ontology, and the register's things."""
    project = Project.read(Home())
    register = [file for file in project.of("background") if file.path.stem == "register"]
    return project.quads + tuple(quad for file in register for quad in file.quads)


def caught_by_owl(text: str) -> bool:
    said = [*known(), *parsing.parse(text, "text/turtle", "note.ttl").quads]
    return not reasoner.consistent([*logic.axioms(said), *logic.distinct(said)])


def caught_by_shacl(document: Document) -> bool:
    return bool(compiled().validate(document, describe))


def caught_by_anchoring(document: Document) -> bool:
    try:
        anchored(document)
    except Rejected:
        return True
    return False


def catchers(text: str) -> set[str]:
    document = parsing.parse(text, "text/turtle", "note.ttl")
    found = {
        "OWL": caught_by_owl(text),
        "SHACL": caught_by_shacl(document),
        "anchoring": caught_by_anchoring(document),
    }
    return {by for by, caught in found.items() if caught}


def test_a_right_statement_is_caught_by_none() -> None:
    assert catchers(turtle({})) == set()


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_wrong_statement_is_caught(name: str) -> None:
    row = {key: value for key, value in STATEMENTS[name].items() if key != "caught by"}
    assert catchers(turtle(row)) == set(STATEMENTS[name]["caught by"])


def test_more_than_twenty_wrong_statements_are_caught() -> None:
    assert len(STATEMENTS) > 20
    assert {by for row in STATEMENTS.values() for by in row["caught by"]} == {"OWL", "SHACL", "anchoring"}
