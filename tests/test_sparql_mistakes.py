"""A query that is none is told by the place where it goes wrong, and by what was meant to stand there."""

from __future__ import annotations

import httpx
import pytest

from tests.processes import Kg

FORMS = "SELECT, CONSTRUCT, ASK or DESCRIBE"
MISTAKES = {
    "SELEC ?s { ?s ?p ?o }": ("'SELEC' at line 1, column 1", FORMS),
    "PREFIX x: <e:>\n# a note\n SELCT ?s { ?s ?p ?o }": ("'SELCT' at line 3, column 2", FORMS),
    "INSERT DATA { <e:a> <e:p> 1 }": ("'INSERT' at line 1, column 1", FORMS),
    "ASK { ?s ex:p ?o }": ("the prefix ex: at line 1, column 10, undeclared", "PREFIX ex: <…>"),
    "PREFIX ex: <e:> ASK { ex:a ex:b 'no:name', <no:name> ; eg:p 1 }": (
        "the prefix eg: at line 1, column 56, undeclared",
        "PREFIX eg: <…>",
    ),
    "SELECT ?s WHERE ?s ?p ?o": ("'?s ?p ?o' at line 1, column 17", "{"),
    "SELECT ?s { ?s a sg:Claim": ("the end of the query at line 1, column 26", ", or . or ; or { or }"),
}


@pytest.mark.parametrize("query", MISTAKES)
def test_over_http(url: str, query: str) -> None:
    answer = httpx.get(f"{url}/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["culprit"]) == (400, "the query")
    assert (answer.json()["found"], answer.json()["expected"]) == MISTAKES[query]


def test_on_the_command_line(kg: Kg) -> None:
    ran = kg("query", "SELEC ?s { ?s ?p ?o }")
    assert ran.code == 2
    assert f"found 'SELEC' at line 1, column 1; expected {FORMS}" in ran.stderr


def test_the_projects_prefixes_need_no_declaring(url: str) -> None:
    answer = httpx.get(f"{url}/sparql", params={"query": "ASK { ?s a sg:Claim ; rdfs:label"})
    assert answer.json()["found"].startswith("the end of the query")
