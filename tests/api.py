"""The JSON API as tests read it: names of what is in it, and its answers taken apart."""

from __future__ import annotations

from typing import Any

import httpx

BASE = "https://w3id.org/security-guarantees/"
ID, SG = BASE + "id/", BASE + "ontology/"
ISTANBUL, INITIATIVE = ID + "istanbul-proposals-2022", ID + "chinese-peacekeeping-initiative"
ARTICLE = ID + "chinese-peacekeepers"
HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
PROBLEM = "application/problem+json"


def get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    response = client.get(path, params=parameters or None)
    assert response.status_code == 200, (path, parameters, response.text)
    return response.json()


def iris(listed: dict[str, Any]) -> list[str]:
    return [item["iri"] for item in listed["items"]]


def voices(claim: dict[str, Any], part: str = "speakers") -> list[str]:
    """The labels of all links of a claim's chain."""
    parts = [link[part] for link in claim["chain"]]
    return [each["label"] for one in parts for each in (one if isinstance(one, list) else [one])]


def said_in(claim: dict[str, Any]) -> str:
    """What is claimed, by whom, in which words."""
    words = [str(each[part]) for each in claim["evidence"] for part in ("quote", "paraphrase", "citation")]
    return " ".join([claim["situation"]["label"], *voices(claim), *words]).lower()
