"""The contract in /openapi.json: what it promises of every route is kept, and a client can be made from it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import CHECKOUT, TOKEN, Kg

ISTANBUL = "https://w3id.org/security-guarantees/id/istanbul-proposals-2022"


@pytest.fixture(scope="module")
def contract(url: str) -> dict[str, Any]:
    document: dict[str, Any] = httpx.get(f"{url}/openapi.json").json()
    return document


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


@pytest.mark.timeout(600)
def test_every_route_keeps_what_the_contract_promises(own_kg: Kg) -> None:
    """By schemathesis, all checks, on a server whose store may change; its settings are in schemathesis.toml."""
    with own_kg.serving(KG_TOKEN=TOKEN) as url:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CHECKOUT / "schemathesis.toml")),
                *("run", f"{url}/openapi.json"),
                *("--checks", "all", "--max-examples", "5", "--seed", "1", "--no-color", "--continue-on-failure"),
                *("--header", f"Authorization: Bearer {TOKEN}", "--generation-database", "none"),
            ],
            cwd=own_kg.folder,  # it leaves notes where it runs
            env=own_kg.environment,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


def test_the_contract_is_openapi_3_1_and_names_each_operation_once(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, operation in operations(contract)]
    assert len(names) == len(set(names))
    assert [place for place, operation in operations(contract) if not operation.get("summary")] == []


def test_every_refusal_is_a_problem_with_a_schema(contract: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    wrong = [
        (place, status)
        for place, operation in operations(contract)
        for status, response in operation["responses"].items()
        if status[0] in "45" and response["content"] != problem
    ]
    assert wrong == []
    assert {"type", "title", "status"} <= set(contract["components"]["schemas"]["Problem"]["properties"])


def test_every_answer_in_json_has_a_schema_and_every_read_an_etag(contract: dict[str, Any]) -> None:
    for place, operation in operations(contract):
        if "/api/" not in place:
            continue
        answer = operation["responses"]["200"]
        assert all(form["schema"] for form in answer["content"].values()), place
        if place.startswith("get"):
            assert "ETag" in answer["headers"], place
            assert "304" in operation["responses"], place


def test_writing_says_that_it_needs_a_token(contract: dict[str, Any]) -> None:
    guarded = {place for place, operation in operations(contract) if operation.get("security") == [{"token": []}]}
    assert guarded == {
        *(
            "post /api/v1/documents",
            "put /api/v1/documents/{name}",
            "delete /api/v1/documents/{name}",
            "post /sparql/update",
        ),
        *("put /sparql/graphs", "post /sparql/graphs", "delete /sparql/graphs"),
    }
    assert contract["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.fixture(scope="module")
def generated(contract: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A client for Python, made by openapi-python-client."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(contract), encoding="utf-8")
    (folder / "settings.yaml").write_text("package_name_override: made_client\npost_hooks: []\n", encoding="utf-8")
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"),
            *("--config", "settings.yaml", "--output-path", "client"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said[-5000:]
    assert "process schema" not in said, said[-5000:]  # a model that it could not make
    sys.path.insert(0, str(folder / "client"))
    yield folder
    sys.path.remove(str(folder / "client"))


@pytest.mark.usefixtures("generated")
def test_a_generated_client_asks_the_first_question(url: str) -> None:
    made, models = importlib.import_module("made_client"), importlib.import_module("made_client.models")
    questions = importlib.import_module("made_client.api.questions.answer")
    arguments = models.AnswerArguments()
    arguments["guarantor"] = "China"
    with made.Client(base_url=url, raise_on_unexpected_status=True) as client:
        found = questions.sync(name="proposals-naming-guarantor", client=client, arguments=arguments)
        assert [(answer.label, answer.iri) for answer in found.answers] == [("Istanbul proposals (2022)", ISTANBUL)]
        words = found.evidence[found.rows[0].evidence[0]]
        assert "Russia and China were named as security guarantors" in words.quote
        arguments["guarantor"] = "Atlantis"
        refused = questions.sync(name="proposals-naming-guarantor", client=client, arguments=arguments)
        assert isinstance(refused, models.Problem)
        assert refused.type_ == "/problems/unknown-name"


@pytest.mark.usefixtures("generated")
def test_a_generated_client_asks_in_english_and_walks_a_proof(url: str) -> None:
    made, models = importlib.import_module("made_client"), importlib.import_module("made_client.models")
    asking = importlib.import_module("made_client.api.questions.ask")
    proving = importlib.import_module("made_client.api.things.why")
    with made.Client(base_url=url, raise_on_unexpected_status=True) as client:
        assert isinstance(asking.sync(client=client, q="Which proposals name China as guarantor?"), models.Answer)
        assert isinstance(asking.sync(client=client, q="How many tanks does Russia have?"), models.NotAnswered)
        proof = proving.sync(
            client=client, subject="France", predicate="can block", object_="Chinese peacekeeping initiative"
        )
        assert isinstance(proof.derivations[0].premises[0], models.Proof)
