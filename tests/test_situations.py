"""Each situation under the name that class and roles give it, and claims in chains that come to an end."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from kg import syntax
from kg.documents import parsing
from kg.model import Document
from kg.namespaces import BASE, ID, RDFS
from tests.examining import SUPPORT, anchored, claim, faults_of, note, quoting, refusal, source


def situations(document: Document) -> dict[str, str]:
    """The label of each situation by its IRI."""
    return {
        node.value: by[RDFS + "label"][0].value
        for node, by in document.descriptions.items()
        if node.value.startswith(ID + "situation/")
    }


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
    theirs = parsing.parse(named, syntax.TURTLE, "other.ttl")
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
