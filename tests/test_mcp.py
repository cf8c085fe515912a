"""The graph for language models: the protocol's own client calls every tool, over each way that there is to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, Tool
from mcp.types import CallToolResult

from tests.processes import Kg

WAYS = ("standard input and output", "a command beside the server", "HTTP")
FIRST = "Which proposals name China as guarantor?"
UNSURE = "Tell me who China Russia guarantor?"
ISTANBUL = "https://w3id.org/security-guarantees/id/istanbul-proposals-2022"
NAMED = "SELECT ?p { ?p sg:namesGuarantor id:china }"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "first": ("ask", {"question": FIRST}),
    "declined": ("ask", {"question": UNSURE}),
    "catalogue": ("question", {}),
    "by name": ("question", {"name": "proposals-naming-guarantor", "parameters": {"guarantor": "Beijing"}}),
    "by a speaker": ("question", {"name": "claims-made", "according_to": "analysts"}),
    "no such question": ("question", {"name": "no-such-question"}),
    "no such name": ("question", {"name": "proposals-naming-guarantor", "parameters": {"guarantor": "Chnia"}}),
    "select": ("sparql", {"query": NAMED}),
    "construct": ("sparql", {"query": "CONSTRUCT WHERE { ?p sg:namesGuarantor id:china }"}),
    "no query": ("sparql", {"query": "SELECT nothing"}),
    "an update": ("sparql", {"query": "DROP ALL"}),
    "elsewhere": ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}),
    "too much": ("sparql", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}),
    "proof": ("why", {"subject": "France", "predicate": "can block", "object": "Chinese peacekeeping initiative"}),
    "no proof": ("why", {"subject": "Ukraine", "predicate": "can block", "object": "Chinese peacekeeping initiative"}),
    "found": ("search", {"text": "Пекин"}),
    "found of a kind": ("search", {"text": "istanbul", "kind": "proposal"}),
    "found nothing": ("search", {"text": "Qwertyuiop"}),
    "compared": ("compare", {}),
    "schema": ("schema", {}),
    "a class": ("schema", {"term": "guarantor designation"}),
    "no class": ("schema", {"term": "guarantor designatoin"}),
    "claims": ("claims", {"speaker": "analysts", "limit": 2}),
    "documents": ("source", {}),
    "text": ("source", {"name": "chinese-peacekeepers", "length": 100}),
    "compared one": ("compare", {"proposals": ["Istanbul proposals (2022)"]}),
}
REFUSED = {"no class", "no such question", "no such name", "no query", "an update", "elsewhere", "too much", "no proof"}


def structured(result: CallToolResult) -> Any:
    found = result.structured_content or {}
    return found["result"] if set(found) == {"result"} else found


@dataclass(frozen=True)
class Session:
    """What a client saw: the server's instructions, its tools, and what each call came to."""

    instructions: str
    tools: dict[str, Tool]
    results: dict[str, CallToolResult]

    def value(self, call: str) -> Any:
        """The result as the model has it: an object, or text."""
        result = self.results[call]
        assert not result.is_error, result
        return json.loads(self.text(call)) if result.structured_content is None else structured(result)

    def text(self, call: str) -> str:
        return "\n".join(each.text for each in self.results[call].content if each.type == "text")


async def converse(server: str | StdioServerParameters) -> Session:
    async with Client(server, read_timeout_seconds=60) as client:
        tools = (await client.list_tools()).tools
        results = {name: await client.call_tool(tool, given) for name, (tool, given) in CALLS.items()}
        for offer in structured(results["declined"])["offers"][:1]:  # a model takes one as it is offered
            named = {"name": offer["name"], "parameters": offer["parameters"]}
            results["taken by name"] = await client.call_tool("question", named)
            results["taken as text"] = await client.call_tool("ask", {"question": offer["question"]})
        return Session(client.instructions or "", {tool.name: tool for tool in tools}, results)


@pytest.fixture(scope="module", params=WAYS)
def session(request: pytest.FixtureRequest, kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    here = Kg(tmp_path_factory.mktemp("mcp"))
    shutil.copytree(kg.folder / "store", here.folder / "store")
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "kg.cli", "mcp"], env=here.environment, cwd=here.folder
    )
    with ExitStack() as stack:
        url = stack.enter_context(here.serving()) if request.param != WAYS[0] else ""
        yield asyncio.run(converse(f"{url}/mcp" if request.param == WAYS[2] else command))


def test_the_tools_are_few_described_and_only_read(session: Session) -> None:
    others = {"sparql", "why", "compare", "schema", "claims", "source"}
    assert set(session.tools) == {"ask", "question", "search"} | others
    for tool in session.tools.values():
        assert len(tool.description or "") > 60
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert "self" not in tool.input_schema.get("properties", {})
    assert "who says it" in session.instructions


def test_a_question_in_english_is_answered_with_its_words(session: Session) -> None:
    answer = session.value("first")
    assert [one["iri"] for one in answer["answers"]] == [ISTANBUL]
    words = answer["evidence"][answer["rows"][0]["evidence"][0]]
    assert "Russia and China were named as security guarantors" in words["quote"]
    assert [link["speaker"] for link in words["chain"]] == ["the article"]


def test_what_is_not_surely_understood_is_offered_and_taken_by_name_or_text(session: Session) -> None:
    declined = session.value("declined")
    assert declined["answered"] is False
    assert declined["reason"]
    assert 1 <= len(declined["offers"]) <= 3
    by_name, as_text = session.value("taken by name"), session.value("taken as text")
    assert by_name["answered"] is as_text["answered"] is True
    assert by_name["matched"][0]["name"] == as_text["matched"][0]["name"] == declined["offers"][0]["name"]


def test_the_catalogue_is_listed_and_asked_by_name(session: Session) -> None:
    listed = {item["name"]: item["parameters"] for item in session.value("catalogue")["questions"]}
    assert "guarantor" in listed["proposals-naming-guarantor"]
    assert session.value("by name")["answers"] == session.value("first")["answers"]
    for evidence in session.value("by a speaker")["evidence"]:
        assert "analysts" in [link["speaker"] for link in evidence["chain"]]


def test_sparql_needs_no_prefixes_and_gives_rows_or_turtle(session: Session) -> None:
    rows = json.loads(session.text("select"))["results"]["bindings"]
    assert [row["p"]["value"] for row in rows] == [ISTANBUL]
    assert "istanbul-proposals-2022" in session.text("construct")


@pytest.mark.parametrize("call", sorted(REFUSED))
def test_a_wrong_call_is_an_error_that_says_what_is_wrong(session: Session, call: str) -> None:
    assert session.results[call].is_error
    assert len(session.text(call)) > 20
    assert "Traceback" not in session.text(call)


def test_a_misspelt_name_comes_with_what_could_be_meant(session: Session) -> None:
    assert "China <https://w3id.org/security-guarantees/id/china>" in session.text("no such name")


def test_a_proof_goes_down_to_words(session: Session) -> None:
    assert "by the rule “can block”" in session.text("proof")
    assert "“" in session.text("proof")


def test_things_are_found_by_name_in_any_script(session: Session) -> None:
    (first, *_) = session.value("found")["items"]
    assert (first["label"], first["found_as"]) == ("China", "Пекин")
    assert {item["iri"] for item in session.value("found of a kind")["items"]} == {ISTANBUL}
    assert session.value("found nothing")["items"] == []


def test_the_schema_says_what_can_be_said(session: Session) -> None:
    assert "GuarantorDesignation" in session.value("schema")["classes"]
    known = session.value("a class")
    assert {"guarantor", "beneficiary", "proposal"} <= set(known["roles"])
    assert known["definition"]
    assert "GuarantorDesignation" in session.text("no class")


def test_claims_and_the_text_that_they_rest_on_are_read(session: Session) -> None:
    claims, text = session.value("claims"), session.value("text")
    assert claims["total"] > len(claims["items"]) >= 2
    assert all(each["words"] for each in claims["items"])
    assert [each["name"] for each in session.value("documents")["documents"]] == ["chinese-peacekeepers"]
    assert len(text["text"]) == 100 < text["of"]


def test_a_comparison_tells_silence_from_no(session: Session) -> None:
    whole, one = session.value("compared"), session.value("compared one")
    assert len(whole["proposals"]) > len(one["proposals"]) == 1
    cells = [cell for point in whole["points"] for cell in point["cells"].values()]
    assert {"covered", "silent"} <= {cell["status"] for cell in cells}
    for cell in cells:
        assert bool(cell["values"]) is (cell["status"] != "silent")
        assert all(value["words"] for value in cell["values"])


def test_no_store_is_made_where_a_client_happens_to_stand(tmp_path: Path) -> None:
    here = Kg(tmp_path)
    environment = {name: value for name, value in here.environment.items() if name != "STORE"}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "kg.cli", "mcp"], env=environment, cwd=here.folder
    )

    async def asked() -> list[str]:
        async with Client(command, read_timeout_seconds=120) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "schema" in asyncio.run(asked())
    assert list(here.folder.iterdir()) == []
