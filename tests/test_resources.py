"""The resources of the JSON API: entities, claims, sources, proposals compared."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api import (
    ARTICLE,
    ID,
    INITIATIVE,
    ISTANBUL,
    SG,
    get,
    iris,
    said_in,
    voices,
)
from tests.processes import CHECKOUT
from tests.test_http_questions import DENIAL

TEXT = (CHECKOUT / "seeds" / "000_081586eb59fd031d.txt").read_text(encoding="utf-8")


# Entities


@pytest.mark.parametrize(
    ("text", "first", "how"),
    [
        ("China", "china", "exact"),
        ("Beijing", "china", "name"),
        ("CN", "china", "name"),
        ("Пекин", "china", "name"),
        ("北京", "china", "name"),
        ("Chinna", "china", "alike"),
        ("Chnia", "china", "alike"),
        ("Росія", "russia", "exact"),
        ("russai", "russia", "alike"),
        ("Istan", "istanbul", "prefix"),
        ("security council", "un-security-council", "name"),
    ],
)
def test_an_entity_is_found_by_any_name_misspelt_and_in_any_script(
    client: httpx.Client, text: str, first: str, how: str
) -> None:
    found = get(client, "/api/v1/entities", q=text)["items"]
    assert (found[0]["iri"], found[0]["match"]["kind"]) == (ID + first, how)
    scores = [item["match"]["score"] for item in found]
    assert scores == sorted(scores, reverse=True)


def test_a_type_filters_entities_and_takes_its_subclasses(client: httpx.Client) -> None:
    states, actors = (get(client, "/api/v1/entities", type=kind) for kind in ("State", "sg:Actor"))
    assert ID + "china" in iris(states)
    assert ISTANBUL not in iris(actors)
    assert set(iris(states)) < set(iris(actors))
    assert iris(get(client, "/api/v1/entities", q="istanbul", type=SG + "Proposal")) == [ISTANBUL]
    assert get(client, "/api/v1/entities", q="Qwertyuiop")["total"] == 0


def test_an_entity_tells_its_names_what_is_said_what_follows_and_where(client: httpx.Client) -> None:
    china = get(client, "/api/v1/entities/china")
    assert {"China", "Beijing", "中国"} <= {name["text"] for name in china["names"]}
    assert {"CN", "CHN"} <= {code["value"] for code in china["identifiers"]}
    told = [(one["inferred"], one["predicate"]["label"], one["object"].get("label")) for one in china["statements"]]
    assert (True, "can block", "Chinese peacekeeping initiative") in told
    assert (False, "names guarantor", "China") in told
    assert china["claims"]["total"] >= len(china["claims"]["items"]) > 10
    assert ARTICLE in {mention["source"]["iri"] for mention in china["sources"]}
    for name in ("Beijing", "CN", "id:china", quote(ID + "china", safe="")):
        assert get(client, f"/api/v1/entities/{name}")["iri"] == ID + "china"


# Claims


FILTERS: dict[str, tuple[dict[str, str], Any]] = {
    "an inner speaker": ({"speaker": "Chinese diplomats"}, lambda claim: "Chinese diplomats" in voices(claim)),
    "a speaker in the middle": ({"speaker": "Western media"}, lambda claim: "Western media" in voices(claim)),
    "an act": ({"act": "warns"}, lambda claim: "warns" in voices(claim, "act")),
    "a speaker's act": (
        {"speaker": "analysts", "act": "warns"},
        lambda claim: ("analysts", "warns") in zip(voices(claim), voices(claim, "act"), strict=True),
    ),
    "a polarity": ({"polarity": "affirmed"}, lambda claim: claim["polarity"]["label"] == "affirmed"),
    "a certainty": ({"certainty": "possible"}, lambda claim: claim["certainty"]["label"] == "possible"),
    "a source": ({"source": "the article"}, lambda claim: claim["source"]["iri"] == ARTICLE),
    "words": (
        {"q": "veto council"},
        lambda claim: all(word in said_in(claim) for word in ("veto", "council")),
    ),
    "several": (
        {"speaker": "the article", "certainty": "possible", "about": "China"},
        lambda claim: claim["certainty"]["label"] == "possible" and "the article" in voices(claim),
    ),
}


@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_lets_through_what_fits_and_nothing_else(client: httpx.Client, name: str) -> None:
    given, fits = FILTERS[name]
    every = get(client, "/api/v1/claims", limit=1000)["items"]
    found = get(client, "/api/v1/claims", limit=1000, **given)
    assert found["total"] > 0
    assert all(map(fits, found["items"]))
    if "about" not in given:
        assert {claim["iri"] for claim in every if fits(claim)} == {claim["iri"] for claim in found["items"]}


def test_claims_about_a_thing_reach_it_at_any_depth(client: httpx.Client) -> None:
    """The readiness is of China for a participation in a contingent: the claim is about the contingent as well."""
    about = get(client, "/api/v1/claims", about="Istanbul proposals (2022)", source="the article")
    assert about["total"] > 0
    assert all(claim["source"]["iri"] == ARTICLE for claim in about["items"])
    contingents = get(client, "/api/v1/entities", type="Contingent")["items"]
    ready = [
        claim["situation"]["label"]
        for contingent in contingents
        for claim in get(client, "/api/v1/claims", about=contingent["iri"])["items"]
    ]
    assert any(label.startswith("readiness of China") for label in ready)


def test_contested_claims_are_those_that_another_contradicts(writer: httpx.Client) -> None:
    assert get(writer, "/api/v1/claims", contested="true")["total"] == 0
    assert writer.post("/api/v1/documents", content=DENIAL).status_code == 200
    contested = get(writer, "/api/v1/claims", contested="true")["items"]
    assert {claim["polarity"]["label"] for claim in contested} == {"affirmed", "denied"}
    for claim in contested:
        assert claim["contradicts"]
    assert get(writer, "/api/v1/claims", polarity="denied")["items"][0]["source"]["label"] == "the second article"


def test_a_claim_has_its_chain_and_its_words(client: httpx.Client) -> None:
    listed = get(client, "/api/v1/claims", speaker="Chinese diplomats")["items"][0]
    (account,) = get(client, listed["href"])["chains"]
    assert voices(account)[:3] == ["the article", "Western media", "Chinese diplomats"]
    (words,) = account["evidence"]
    assert TEXT[words["start"] : words["end"]] == words["quote"]


# Sources and comparisons


def test_a_source_has_its_text_its_sentences_and_the_spans_that_claims_rest_on(client: httpx.Client) -> None:
    listed = {item["iri"]: item for item in get(client, "/api/v1/sources")["items"]}
    assert listed[ARTICLE]["background"] is False
    assert any(item["background"] for item in listed.values())
    article = get(client, listed[ARTICLE]["href"])
    assert article["text"] == TEXT
    assert [sentence["number"] for sentence in article["sentences"]] == list(range(1, 14))
    covered = {
        sentence["number"]
        for sentence in article["sentences"]
        for span in article["spans"]
        if span["start"] < sentence["end"] and sentence["start"] < span["end"]
    }
    assert covered == set(range(1, 14))
    assert len(article["sha256"]) == 64


def cell(compared: dict[str, Any], point: str, proposal: str) -> dict[str, Any]:
    row = next(row for row in compared["points"] if row["property"]["label"] == point)
    return next(dict(cell) for cell in row["cells"] if cell["proposal"] == proposal)


def test_a_comparison_tells_what_is_covered_and_what_is_silent(client: httpx.Client) -> None:
    compared = get(client, "/api/v1/compare", proposals=[ISTANBUL, "Chinese peacekeeping initiative"])
    assert [proposal["iri"] for proposal in compared["proposals"]] == [ISTANBUL, INITIATIVE]
    guarantors = cell(compared, "names guarantor", ISTANBUL)
    assert guarantors["status"] == "covered"
    assert sorted(value["value"]["label"] for value in guarantors["values"]) == ["China", "Russia"]
    assert cell(compared, "names guarantor", INITIATIVE) == {"proposal": INITIATIVE, "status": "silent", "values": []}
    by_commas = get(client, "/api/v1/compare", proposals="Istanbul proposals (2022), Chinese peacekeeping initiative")
    assert by_commas == compared


def test_a_comparison_shows_what_is_contested_and_what_is_denied(writer: httpx.Client) -> None:
    denial = DENIAL.replace("sg:guarantor id:china", "sg:guarantor id:france").replace("name China", "name France")
    assert writer.post("/api/v1/documents", content=denial).status_code == 200
    guarantors = cell(get(writer, "/api/v1/compare"), "names guarantor", ISTANBUL)
    denied = [value["value"]["label"] for value in guarantors["values"] if value["status"] == "denied"]
    assert denied == ["France"]
    assert writer.post("/api/v1/documents", content=DENIAL).status_code == 200
    compared = get(writer, "/api/v1/compare")
    guarantors = cell(compared, "names guarantor", ISTANBUL)
    assert guarantors["status"] == "contested"
    china = next(value for value in guarantors["values"] if value["value"]["label"] == "China")
    polarities = {compared["evidence"][place]["polarity"] for place in china["evidence"]}
    assert (china["status"], polarities) == ("contested", {"affirmed", "denied"})
