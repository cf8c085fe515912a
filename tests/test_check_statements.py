"""Wrong statements: each is caught, and by what the table says: OWL (HermiT), SHACL (the pipeline), or both.

OWL looks at what can be; SHACL at what a document must say. A value of a wrong class is a contradiction to the one
where classes are disjoint, and to the other a value that its role does not take; that something is missing only SHACL
sees, since to OWL what is not said may still be so.
"""

from __future__ import annotations

from functools import cache

import pytest

from kg import documents, reasoner
from kg.check import logic
from kg.check.files import Project
from kg.errors import Rejected
from kg.settings import Home
from kg.terms import Quad
from tests.examining import faults_of

OWL, SHACL = "OWL", "SHACL"
PREFIXES = """@prefix : <https://w3id.org/security-guarantees/id/note/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FRAME = """id:note a sg:NewsArticle ; rdfs:label "the note"@en ; dcterms:title "A note"@en ; dcterms:language "en" ;
  sg:text "The words." .
:plan a sg:Proposal ; rdfs:label "the plan"@en .
:other a sg:Proposal ; rdfs:label "the other plan"@en .
:force a sg:Contingent ; rdfs:label "the force"@en .
:war a sg:Conflict ; rdfs:label "the war"@en .
:loss a sg:Outcome ; rdfs:label "the loss"@en .
"""
WORDS = 'sg:evidence [ sg:quote "The words." ]'
STANCE = "sg:polarity sg:affirmed ; sg:certainty sg:asserted"


def claim(content: str, speaker: str = "id:note", act: str = "sg:asserts", stance: str = STANCE, words: str = WORDS) -> str:
    return f":s1 a sg:Claim ; sg:speaker {speaker} ; sg:act {act} ; {stance} ; {words} ; sg:content {content} ."


SUPPORT = "[ a sg:Support ; sg:supporter id:china ; sg:supported id:russia ]"
RIGHT = claim(SUPPORT)

# what is wrong → the statements, what catches them
WRONG: dict[str, tuple[str, set[str]]] = {
    "a proposal as guarantor": (claim("[ a sg:GuarantorDesignation ; sg:guarantor :other ; sg:proposal :plan ]"), {OWL, SHACL}),
    "a state as proposal": (claim("[ a sg:GuarantorDesignation ; sg:guarantor id:china ; sg:proposal id:russia ]"), {OWL, SHACL}),
    "a designation without a guarantor": (claim("[ a sg:GuarantorDesignation ; sg:proposal :plan ]"), {SHACL}),
    "a designation in two proposals": (claim("[ a sg:GuarantorDesignation ; sg:guarantor id:china ; sg:proposal :plan , :other ]"), {OWL, SHACL}),
    "a participant on a designation": (claim("[ a sg:GuarantorDesignation ; sg:guarantor id:china ; sg:proposal :plan ; sg:participant id:china ]"), {OWL, SHACL}),
    "a state as contingent": (claim("[ a sg:Participation ; sg:participant id:china ; sg:contingent id:ukraine ]"), {OWL, SHACL}),
    "an actor ready for an outcome": (claim("[ a sg:Readiness ; sg:actor id:china ; sg:readyFor :loss ]"), {OWL, SHACL}),
    "an effect of two causes": (claim("[ a sg:Effect ; sg:cause :war , :plan ; sg:outcome :loss ]"), {OWL, SHACL}),
    "an effect that brings an actor": (claim("[ a sg:Effect ; sg:cause :war ; sg:outcome id:china ]"), {OWL, SHACL}),
    "an effect with a certainty as direction": (claim("[ a sg:Effect ; sg:cause :war ; sg:outcome :loss ; sg:direction sg:possible ]"), {OWL, SHACL}),
    "an aim without a goal": (claim("[ a sg:Aim ; sg:actor id:china ]"), {SHACL}),
    "an aim of a conflict": (claim("[ a sg:Aim ; sg:actor :war ; sg:goal :loss ]"), {OWL, SHACL}),
    "a mandate given by a state": (claim("[ a sg:MandateGrant ; sg:mandate id:un-mandate ; sg:body id:china ]"), {OWL, SHACL}),
    "a membership in a kind of vote": (claim("[ a sg:Membership ; sg:member id:china ; sg:body id:un-security-council ; sg:membershipKind sg:substantiveVote ]"), {OWL, SHACL}),
    "a year that is a number": (claim("[ a sg:Proposing ; sg:proposer id:china ; sg:proposal :plan ; sg:when 2022 ]"), {OWL, SHACL}),
    "a year in words": (claim('[ a sg:Proposing ; sg:proposer id:china ; sg:proposal :plan ; sg:when "last year" ]'), {SHACL}),
    "a claim of two acts": (claim(SUPPORT, act="sg:asserts , sg:denies"), {OWL, SHACL}),
    "a claim of two certainties": (claim(SUPPORT, stance="sg:polarity sg:affirmed ; sg:certainty sg:asserted , sg:possible"), {OWL, SHACL}),
    "a claim affirmed and denied": (claim(SUPPORT, stance="sg:polarity sg:affirmed , sg:denied ; sg:certainty sg:asserted"), {OWL, SHACL}),
    "a claim without a certainty": (claim(SUPPORT, stance="sg:polarity sg:affirmed"), {SHACL}),
    "a claim by nobody": (claim(SUPPORT).replace("sg:speaker id:note ; ", ""), {SHACL}),
    "a claim by a proposal": (claim(SUPPORT, speaker=":plan"), {OWL, SHACL}),
    "a claim about an entity": (claim(":plan"), {OWL, SHACL}),
    "a polarity as act": (claim(SUPPORT, act="sg:denied"), {OWL, SHACL}),
    "a claim that is a situation": (claim(SUPPORT).replace("a sg:Claim", "a sg:Claim , sg:Support"), {OWL, SHACL}),
    "a proposal that is a state": (claim(SUPPORT) + " :plan a sg:State .", {OWL}),
    "a state that is a bloc": (claim(SUPPORT) + ' :s a sg:State , sg:Bloc ; rdfs:label "s"@en .', {OWL}),
    "a policy of a proposal": (claim(SUPPORT) + ' :p a sg:Policy ; rdfs:label "p"@en ; sg:policyOf :plan .', {OWL, SHACL}),
    "a word in two places of evidence": (claim(SUPPORT, words='sg:evidence [ sg:quote "The words." ; sg:start 0 , 4 ]'), {OWL}),
    "an article that rests on a state": (claim(SUPPORT) + " id:note sg:restsOn id:china .", {OWL, SHACL}),
}  # fmt: skip


def statements(turtle: str) -> list[Quad]:
    return list(documents.parse(PREFIXES + FRAME + turtle, "text/turtle", "note.ttl").quads)


@cache
def ontology() -> tuple[Quad, ...]:
    return Project.read(Home()).quads


@cache
def register() -> tuple[Quad, ...]:
    return tuple(quad for file in Project.read(Home()).of("background") if file.path.stem == "register" for quad in file.quads)


def caught_by_owl(turtle: str) -> bool:
    said = [*ontology(), *register(), *statements(turtle)]
    return not reasoner.consistent([*logic.axioms(said), *logic.distinct(said)])


def caught_by_shacl(turtle: str) -> bool:
    try:
        return bool(faults_of(documents.parse(PREFIXES + FRAME + turtle, "text/turtle", "note.ttl")))
    except Rejected:
        return True


def test_a_right_statement_is_caught_by_neither() -> None:
    assert not caught_by_shacl(RIGHT)
    assert not caught_by_owl(RIGHT)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_statement_is_caught(name: str) -> None:
    turtle, expected = WRONG[name]
    caught = {by for by, found in ((SHACL, caught_by_shacl(turtle)), (OWL, caught_by_owl(turtle))) if found}
    assert caught == expected
