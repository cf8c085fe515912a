"""An ontologist adds a class, a shape, a view, a question and a document by files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.processes import Kg

PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
@prefix sgsh: <https://w3id.org/security-guarantees/shapes/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

MODULE = """
sg:Recognition
  a owl:Class ;
  rdfs:subClassOf sg:Situation ;
  rdfs:label "recognition"@en ;
  skos:definition "A situation in which a state recognises another actor as a state."@en ;
  skos:example "A state recognises a new one."@en ;
  sg:labelTemplate "{recogniser} recognising {recognised}"@en ;
  rdfs:subClassOf
    [ a owl:Restriction ; owl:onProperty sg:recogniser ; owl:cardinality 1 ] ,
    [ a owl:Restriction ; owl:onProperty sg:recognised ; owl:cardinality 1 ] ;
  .

sg:recognised
  a owl:ObjectProperty ;
  rdfs:subPropertyOf sg:role ;
  rdfs:label "recognised"@en ;
  rdfs:domain sg:Recognition ;
  rdfs:range sg:Actor ;
  skos:definition "Who is recognised."@en ;
  skos:example "A new state."@en ;
  .

sg:recogniser
  a owl:ObjectProperty ;
  rdfs:subPropertyOf sg:role ;
  rdfs:label "recogniser"@en ;
  rdfs:domain sg:Recognition ;
  rdfs:range sg:State ;
  skos:definition "Who recognises."@en ;
  skos:example "A state."@en ;
  .

sg:recognises
  a owl:ObjectProperty , sg:DerivedProperty ;
  rdfs:label "recognises"@en ;
  rdfs:domain sg:State ;
  rdfs:range sg:Actor ;
  skos:definition "Whom the state recognises."@en ;
  skos:example "A new state."@en ;
  .
"""

SHAPE = """
sgsh:RecognitionShape
  a sh:NodeShape ;
  sh:targetClass sg:Recognition ;
  sh:property sgsh:RecognitionShape-recognised ;
  .

sgsh:RecognitionShape-recognised
  a sh:PropertyShape ;
  sh:path sg:recognised ;
  sh:disjoint sg:recogniser ;
  sh:severity sh:Violation ;
  sh:message "A state does not recognise itself: name another as sg:recognised."@en ;
  .
"""

RULE = """#+ label: recognises
#+ kind: view
#+ explanation: "{recogniser} recognises {recognised}"
#+ example: "A state recognises a new one."
PREFIX sg: <https://w3id.org/security-guarantees/ontology/>
CONSTRUCT { ?recogniser sg:recognises ?recognised }
WHERE {
  ?situation a sg:Recognition ;
    sg:recogniser ?recogniser ;
    sg:recognised ?recognised ;
    sg:establishedBy ?claim .
}
"""

QUESTION = """#+ question: Which states recognise this one?
#+ phrasings:
#+   - "Which states recognise {recognised}?"
#+   - "By whom is {recognised} recognised?"
#+ description: The states that recognise an actor.
#+ parameters: {recognised: sg:Actor}
#+ answer: recogniser
PREFIX sg: <https://w3id.org/security-guarantees/ontology/>
SELECT ?recogniser ?recognised
WHERE {
  VALUES ?recognised { UNDEF }
  ?recogniser sg:recognises ?recognised .
}
ORDER BY ?recogniser ?recognised
"""

DOCUMENT = """
id:recognition-note
  a sg:OfficialStatement ;
  rdfs:label "the note"@en ;
  dcterms:title "A note on recognition"@en ;
  dcterms:language "en" ;
  sg:textFile "recognition-note.txt" ;
  .

<https://w3id.org/security-guarantees/id/recognition-note/1>
  a sg:Claim ;
  sg:speaker id:recognition-note ; sg:act sg:asserts ; sg:polarity sg:affirmed ; sg:certainty sg:asserted ;
  sg:evidence [ sg:quote "France recognises Ukraine" ] ;
  sg:content [ a sg:Recognition ; sg:recogniser id:france ; sg:recognised id:%s ] ;
  .
"""


TEXT = "As is known, France recognises Ukraine.\n"


def turtle(body: str) -> str:
    """`body` under the prefixes that it uses."""
    used = (line for line in PREFIXES.splitlines(keepends=True) if f" {line.split()[1]}" in body.replace("\n", " "))
    return "".join(used) + body


@pytest.fixture
def extended(project: Path, tmp_path: Path) -> Kg:
    (project / "ontology" / "recognition.ttl").write_text(turtle(MODULE))
    (project / "ontology" / "shapes" / "recognition.ttl").write_text(turtle(SHAPE))
    (project / "ontology" / "rules" / "recognises.rq").write_text(RULE)
    (project / "queries" / "states-recognising.rq").write_text(QUESTION)
    (project / "seeds" / "recognition-note.txt").write_text(TEXT)
    (project / "seeds" / "recognition-note.ttl").write_text(turtle(DOCUMENT % "ukraine"))
    invalid = project / "tests" / "invalid"
    (invalid / "recognition-note.txt").write_text(TEXT)
    (invalid / "shape-recognitionshape-recognised.ttl").write_text(
        "# shape: sgsh:RecognitionShape-recognised\n" + turtle(DOCUMENT % "france")
    )
    return Kg(tmp_path, project)


def test_what_the_files_add_answers_with_its_words(extended: Kg) -> None:
    asked = extended("ask", "--name", "states-recognising", "recognised=Kyiv", "--format", "json")
    assert asked.code == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert [one["label"] for one in answer["answers"]] == ["France"]
    assert [one["quote"] for one in answer["evidence"]] == ["France recognises Ukraine"]


def test_the_new_question_is_understood_in_english(extended: Kg) -> None:
    asked = extended("ask", "Which states recognise Ukraine?", "--format", "json")
    assert asked.code == 0, asked.stdout + asked.stderr
    assert [one["label"] for one in json.loads(asked.stdout)["answers"]] == ["France"]


def test_the_new_shape_guards_the_new_class(extended: Kg, tmp_path: Path) -> None:
    (tmp_path / "recognition-note.txt").write_text(TEXT)
    (tmp_path / "itself.ttl").write_text(turtle(DOCUMENT % "france"))
    refused = extended("load", "itself.ttl")
    assert refused.code == 1
    assert "A state does not recognise itself" in refused.stderr


def test_the_new_files_pass_the_ontologists_check(extended: Kg) -> None:
    checked = extended("check")
    assert checked.code == 0, checked.stdout + checked.stderr
