"""The page at /docs: every operation of openapi.json, and forms that are answered as they stand."""

from __future__ import annotations

import re

import httpx

from kg.namespaces import GRAPH

NEEDED = {
    "subject": "France",
    "predicate": "can block",
    "object": "Chinese peacekeeping initiative",
    "q": "Who can block it?",
}

OF_SPARQL = {  # which need one of their fields
    "/sparql": {"query": "ASK {}"},
    "/sparql/graphs": {"graph": f"{GRAPH}views"},
}


def test_every_operation_is_on_the_page(client: httpx.Client) -> None:
    page = client.get("/docs").text
    told = set(re.findall(r"<code>([A-Z]+) (/[^<]*)</code></h3>", page))
    paths = client.get("/openapi.json").json()["paths"]
    assert told == {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_a_form_is_answered_with_only_what_it_needs(client: httpx.Client) -> None:
    forms = re.findall(r'<form action="(/[^"]+)" method="get">(.*?)</form>', client.get("/docs").text, re.DOTALL)
    assert len(forms) > 10
    for path, form in forms:
        fields = re.findall(r'<input id="[^"]+" name="([^"]+)" type="text"( required)?(?: value="([^"]*)")?', form)
        given = {name: value or (NEEDED.get(name, "China") if required else "") for name, required, value in fields}
        given |= OF_SPARQL.get(path, {})
        answer = client.get(path, params=given, headers={"Accept": "text/html,*/*;q=0.8"})
        assert answer.status_code == 200, (path, given, answer.text)
