"""Names matched to things, many at once: with scores, and whether one is sure."""

from __future__ import annotations

from typing import Any

import httpx

from kg.namespaces import ID


def matched(url: str, *names: str, **given: str | int) -> list[dict[str, Any]]:
    answer = httpx.get(f"{url}/api/v1/match", params=[*(("name", name) for name in names), *given.items()])
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["total"] == len(found["items"]) == len(names)
    assert [item["name"] for item in found["items"]] == list(names)
    return list(found["items"])


def test_each_name_has_its_candidates_with_a_score_and_the_name_by_which_it_was_found(url: str) -> None:
    china, france, misspelt, nobody = matched(url, "China", "Frankreich", "Chnia", "Zzyzx")
    best = china["candidates"][0]
    assert (best["thing"]["iri"], best["kind"], best["sure"], best["score"]) == (f"{ID}china", "exact", True, 100)
    assert (france["candidates"][0]["thing"]["label"], france["candidates"][0]["found_as"]) == ("France", "Frankreich")
    assert misspelt["candidates"][0]["thing"]["label"] == "China"
    assert not misspelt["candidates"][0]["sure"]
    assert misspelt["candidates"][0]["score"] < best["score"]
    assert nobody["candidates"] == []


def test_a_class_and_a_number_bound_what_is_found(url: str) -> None:
    (state,) = matched(url, "China", type="State", limit=50)
    assert [each["thing"]["label"] for each in state["candidates"] if each["sure"]] == ["China"]
    (body,) = matched(url, "China", type="IntergovernmentalBody")
    assert all(each["thing"]["label"] != "China" for each in body["candidates"])
    (first,) = matched(url, "initiative", limit=1)
    assert len(first["candidates"]) == 1


def test_what_cannot_be_matched_is_refused_with_the_reason(url: str) -> None:
    for query in ("", "name=", "name=China&type=Nonsense", "name=China&limit=0", "name=China&colour=red"):
        answer = httpx.get(f"{url}/api/v1/match?{query}")
        assert answer.status_code == 422, query
        assert answer.headers["content-type"] == "application/problem+json"
