"""Invented documents of the project's own form, as many as asked for: on states, proposals, guarantors, effects."""

from __future__ import annotations

import random
from collections.abc import Iterator

PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
"""
STATES = ("china", "france", "russia", "ukraine", "united-kingdom", "united-states")
CLAIMS = 50


def document(number: int, claims: int = CLAIMS) -> str:
    """The Turtle of document `number`: its text, a proposal of its own, and `claims` claims, a third of them quoted."""
    choose = random.Random(number)
    name = f"synthetic-{number:06d}"
    sentences = [f"Statement {number}-{place} says that something is so." for place in range(claims)]
    blocks = [
        PREFIXES,
        f'id:{name} a sg:NewsArticle ; rdfs:label "article {number}"@en ; dcterms:title "Article {number}"@en ;\n'
        f'  dcterms:language "en" ; sg:text "{" ".join(sentences)}" .\n',
        f'<{_in(name, "proposal")}> a sg:Proposal ; rdfs:label "proposal {number}"@en .\n',
    ]
    for place, sentence in enumerate(sentences):
        blocks.append(_claim(name, place, sentence, choose))
    return "\n".join(blocks)


def documents(count: int, claims: int = CLAIMS) -> Iterator[str]:
    for number in range(count):
        yield document(number, claims)


def _in(name: str, local: str) -> str:
    return f"https://w3id.org/security-guarantees/id/{name}/{local}"


def _claim(name: str, place: int, sentence: str, choose: random.Random) -> str:
    content = f"[ {_situation(name, choose)} ]"
    common = f'sg:evidence [ sg:quote "{sentence}" ]'
    if place % 3:
        return _block(name, f"c{place}", f"id:{name}", "asserts", content, common, choose.random() < 0.02)
    inner = _block(name, f"c{place}", "id:analysts", "warns", content, common, denied=False)
    return inner + _block(
        name, f"c{place}-outer", f"id:{name}", "reports", f"<{_in(name, f'c{place}')}>", common, False
    )


def _block(name: str, local: str, speaker: str, act: str, content: str, evidence: str, denied: bool) -> str:
    polarity = "denied" if denied else "affirmed"
    return (
        f"<{_in(name, local)}> a sg:Claim ; sg:speaker {speaker} ; sg:act sg:{act} ; sg:polarity sg:{polarity} ;\n"
        f"  sg:certainty sg:asserted ; {evidence} ; sg:content {content} .\n"
    )


def _situation(name: str, choose: random.Random) -> str:
    state, other = choose.sample(STATES, 2)
    proposal = f"<{_in(name, 'proposal')}>" if choose.random() < 0.98 else "id:istanbul-proposals-2022"
    return choose.choice(
        (
            f"a sg:GuarantorDesignation ; sg:guarantor id:{state} ; sg:proposal {proposal}",
            f"a sg:Effect ; sg:cause {proposal} ; sg:affected id:{state} ;"
            " sg:outcome sg:weakening ; sg:direction sg:worse",
            f"a sg:Coordination ; sg:actor id:{state} ; sg:coordinatedWith id:{other}",
            f"a sg:Readiness ; sg:actor id:{state} ;"
            " sg:readyFor [ a sg:Ceasefire ; sg:conflict id:russia-ukraine-war ]",
            f"a sg:MandateBasis ; sg:proposal {proposal} ; sg:mandate id:un-mandate",
            f"a sg:Aim ; sg:actor id:{state} ; sg:goal sg:regionalInfluence",
        )
    )
