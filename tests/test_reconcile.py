"""Reconciliation: names in somebody's table find the things here, by the Reconciliation Service API 0.2.

A client that is not ours, `reconciler`, matches a column; the answers have the form that the specification gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pandas
import pytest
from reconciler import reconcile

TYPED = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
NAMED = {**TYPED, "required": ["id", "name"]}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        **{name: {"type": "string"} for name in ("id", "name", "description")},
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {"type": "array", "items": TYPED},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "array", "items": NAMED}},
}
TEXT = {"type": "object", "required": ["str"], "properties": {"str": {"type": "string"}}}
VALUE = {
    "oneOf": [
        {**NAMED, "additionalProperties": False},
        {
            "type": "object",
            "required": ["str"],
            "properties": {"str": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
EXTENDED = {
    "type": "object",
    "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": NAMED},
        "rows": {
            "additionalProperties": {"additionalProperties": {"type": "array", "items": VALUE}},
        },
    },
}


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


def asked(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    response = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert response.status_code == 200, response.text
    jsonschema.validate(response.json(), RESULTS)
    return list(response.json()["q"]["result"])


def ids(candidates: list[dict[str, Any]]) -> list[str]:
    return [candidate["id"] for candidate in candidates]


def test_another_projects_client_matches_a_column(url: str) -> None:
    """Names in several languages and a misspelt one, each with its best candidate."""
    column = pandas.Series(["Beijing", "Россия", "Untied Kingdom", "France"])
    found = reconcile(column, reconciliation_endpoint=f"{url}/reconcile")
    assert dict(zip(found["input_value"], found["id"], strict=True)) == {
        "Beijing": "china",
        "Россия": "russia",
        "Untied Kingdom": "united-kingdom",
        "France": "france",
    }
    sure = dict(zip(found["input_value"], found["match"], strict=True))
    assert sure["Beijing"]
    assert not sure["Untied Kingdom"]


def test_another_projects_client_filters_by_type_and_by_a_second_column(url: str) -> None:
    column, codes = pandas.Series(["China"]), pandas.Series(["CN"])
    endpoint = f"{url}/reconcile"
    found = reconcile(
        column, type_id="State", property_mapping={"isoAlpha2": codes}, reconciliation_endpoint=endpoint, top_res="all"
    )
    assert found["id"].iloc[0] == "china"
    proposals = reconcile(column, type_id="Proposal", reconciliation_endpoint=endpoint, top_res="all")
    assert "china" not in list(proposals["id"])


def test_the_manifest_says_what_the_service_does(client: httpx.Client, url: str) -> None:
    manifest = client.get("/reconcile").json()
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"] == "https://w3id.org/security-guarantees/id/"
    assert manifest["schemaSpace"] == "https://w3id.org/security-guarantees/ontology/"
    for pattern in (manifest["view"]["url"], manifest["preview"]["url"]):
        assert "{{id}}" in pattern
        page = client.get(pattern.replace("{{id}}", "china"), follow_redirects=True, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "China" in page.text
    jsonschema.validate(manifest["defaultTypes"], {"type": "array", "items": NAMED, "uniqueItems": True})
    for each in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        assert each["service_url"].startswith(url)
        assert client.get(each["service_url"] + each["service_path"]).status_code == 200


def test_a_name_that_means_one_thing_is_sure_and_one_that_means_none_is_nothing(client: httpx.Client) -> None:
    (first, *_) = asked(client, query="Moscow")
    assert (first["id"], first["match"]) == ("russia", True)
    assert asked(client, query="Qwertyuiop") == []
    assert len(asked(client, query="a", limit=1)) <= 1
    assert asked(client, query="China", type="NoSuchClass") == []


def test_types_can_be_any_all_or_preferred(client: httpx.Client) -> None:
    assert "china" in ids(asked(client, query="China", type=["State", "Proposal"]))
    assert ids(asked(client, query="China", type=["State", "Proposal"], type_strict="all")) == []
    assert "china" in ids(asked(client, query="China", type=["State", "Actor"], type_strict="all"))
    assert "china" in ids(asked(client, query="China", type=["Proposal"], type_strict="should"))


def test_other_columns_bear_a_candidate_out_or_find_it_alone(client: httpx.Client) -> None:
    code = [{"pid": "isoAlpha2", "v": "CN"}]
    (plain, *_), (borne, *_) = asked(client, query="Chinaa"), asked(client, query="Chinaa", properties=code)
    assert borne["id"] == plain["id"] == "china"
    assert borne["score"] > plain["score"]
    (belied, *_) = asked(client, query="China", properties=[{"pid": "isoAlpha2", "v": "FR"}])
    assert belied["score"] < 100
    assert ids(asked(client, properties=code)) == ["china"]
    by_thing = [{"pid": "namesGuarantor", "v": [{"id": "china"}, "Russia"]}]
    assert ids(asked(client, properties=by_thing)) == ["istanbul-proposals-2022"]


@pytest.mark.parametrize(
    ("kind", "prefix", "first"),
    [("entity", "beij", "china"), ("type", "prop", "Proposal"), ("property", "names", "namesGuarantor")],
)
def test_what_is_typed_is_completed(client: httpx.Client, kind: str, prefix: str, first: str) -> None:
    found = client.get(f"/reconcile/suggest/{kind}", params={"prefix": prefix}).json()
    jsonschema.validate(found, SUGGESTED)
    assert first in [each["id"] for each in found["result"]]


def test_a_table_is_extended_by_what_is_known(client: httpx.Client) -> None:
    proposed = client.get("/reconcile/properties", params={"type": "Proposal", "limit": 100}).json()
    assert "namesGuarantor" in [each["id"] for each in proposed["properties"]]
    wanted = {
        "ids": ["istanbul-proposals-2022", "china"],
        "properties": [{"id": "namesGuarantor"}, {"id": "isoAlpha2"}],
    }
    found = client.post("/reconcile", data={"extend": json.dumps(wanted)}).json()
    jsonschema.validate(found, EXTENDED)
    guarantors = found["rows"]["istanbul-proposals-2022"]["namesGuarantor"]
    assert sorted(each["id"] for each in guarantors) == ["china", "russia"]
    assert found["rows"]["china"] == {"namesGuarantor": [], "isoAlpha2": [{"str": "CN"}]}


@pytest.mark.parametrize(
    "form",
    [
        {"queries": "no JSON"},
        {"queries": "[]"},
        {"queries": '{"q": {"query": 7}}'},
        {"queries": '{"q": {"query": "China", "limit": -1}}'},
        {"queries": '{"q": {"query": "China", "type_strict": "perhaps"}}'},
        {"extend": "{}"},
        {"extend": '{"ids": "china", "properties": []}'},
        {"queries": '{"q": {"query": "China"}}', "callback": "alert(1)//"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told_as_a_problem(client: httpx.Client, form: dict[str, str]) -> None:
    response = client.post("/reconcile", data=form)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("text", ["\x00", "<>", "%", "a" * 1000, "{}", '"', "中", "\ud83d\ude00"])
def test_any_text_may_be_sought(client: httpx.Client, text: str) -> None:
    asked(client, query=text, properties=[{"pid": text, "v": text}, {"pid": "isoAlpha2", "v": text}])
    wanted = {"ids": [text], "properties": [{"id": text}]}
    assert client.post("/reconcile", data={"extend": json.dumps(wanted)}).status_code == 200


def test_a_state_is_found_by_what_other_languages_call_it_and_by_initials(client: httpx.Client) -> None:
    for name, thing in {
        "Frankreich": "france",
        "Vereinigte Staaten": "united-states",
        "США": "united-states",
        "U.S.": "united-states",
        "U.S.A.": "united-states",
        "U.K.": "united-kingdom",
        "Reino Unido": "united-kingdom",
        "フランス": "france",
        "U.S.S.R.": "soviet-union",
    }.items():
        (first, *_) = asked(client, query=name, type="State")
        assert (first["id"], first["match"]) == (thing, True), name
        found = client.get("/api/v1/questions/proposals-naming-guarantor", params={"guarantor": name})
        assert found.status_code == 200, (name, found.text)


def test_a_name_like_that_of_a_state_here_is_not_taken_for_it(client: httpx.Client) -> None:
    """Other territories have these names; the graph has no such state."""
    for name in (
        "Ireland",
        "Irland",
        "Ирландия",
        "Taiwan",
        "Belarus",
        "Niger",
        "U.A.E.",
        "Franken",
        "Amerikanisch-Samoa",
    ):
        assert not any(each["match"] for each in asked(client, query=name)), name
    for name in ("Ireland", "Irland", "Ирландия"):
        assert asked(client, query=name, type="State") == [], name
        assert client.get("/api/v1/questions/proposals-naming-guarantor", params={"guarantor": name}).status_code == 422
    assert ids(asked(client, query="China", type="State"))[0] == "china"
    assert ids(asked(client, query="Republic of China", type="State"))[0] == "republic-of-china"


def test_an_extended_table_keeps_each_column_and_row_in_its_place(client: httpx.Client) -> None:
    wanted = {
        "ids": ["china", "no such", "france"],
        "properties": [{"id": "isoAlpha2"}, {"id": "none"}, {"id": "isoAlpha3"}],
    }
    answer = client.post("/reconcile", data={"extend": json.dumps(wanted)}).json()
    jsonschema.validate(answer, EXTENDED)
    assert [each["id"] for each in answer["meta"]] == ["isoAlpha2", "none", "isoAlpha3"]
    assert list(answer["rows"]) == wanted["ids"]
    assert answer["rows"]["france"] == {"isoAlpha2": [{"str": "FR"}], "none": [], "isoAlpha3": [{"str": "FRA"}]}
    assert answer["rows"]["no such"] == {"isoAlpha2": [], "none": [], "isoAlpha3": []}


def test_properties_are_proposed_for_a_type(client: httpx.Client) -> None:
    def proposed(kind: str) -> set[str]:
        answer = client.get("/reconcile/properties", params={"type": kind, "limit": 100}).json()
        return {each["id"] for each in answer["properties"]}

    assert "isoAlpha2" in proposed("State")
    assert "isoAlpha2" not in proposed("Proposal")
    assert "namesGuarantor" in proposed("Proposal")
    assert "namesGuarantor" not in proposed("State")


def test_the_names_of_states_are_those_of_cldr() -> None:
    pytest.importorskip("babel")
    from tests.territories import FILE, table

    assert FILE.read_text(encoding="utf-8") == table(), "run: python -m tests.territories"
