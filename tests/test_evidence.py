"""Evidence: every row of every answer, over every route, leads to words in a source or to a proof that ends in such.

On the seed and all documents in `breadth/` and `contradiction/` together. Words are held against the source's text,
character for character; a citation is told as one, and only of a source of the background.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import yaml

from tests.processes import CHECKOUT, Kg

FOLDER = Path(__file__).parent
DOCUMENTS = sorted(str(path) for part in ("breadth", "contradiction") for path in (FOLDER / part).glob("*.ttl"))
QUESTIONS = sorted(path.stem for path in (CHECKOUT / "queries").glob("*.rq"))
ENGLISH = sorted(
    {text for path in (FOLDER / "competency").glob("*.yaml") for text in yaml.safe_load(path.read_text())["english"]}
)
ID = "https://w3id.org/security-guarantees/id/"
_VALUES = 1  # of each parameter that are tried
_PROVED = 4  # of so many statements one is proved


def is_description(evidence: dict[str, Any]) -> bool:
    """Does it say what a document states of a thing, such as its date, that no claim is about?"""
    return bool(evidence["chain"][0]["act"] == "describes")


@dataclass(eq=False)
class Reader:
    """Reads a server's answers, and follows them to the words."""

    client: httpx.Client
    claims: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    proved: set[str] = field(default_factory=set)

    def get(self, path: str, **parameters: Any) -> Any:
        response = self.client.get(path, params=parameters or None)
        assert response.status_code == 200, (path, parameters, response.text)
        return response.json()

    @cache  # noqa: B019 - as long as the module's tests
    def source(self, iri: str) -> dict[str, Any]:
        return dict(self.get(f"/api/v1/sources/{quote(iri.removeprefix(ID), safe='/')}"))

    def check_words(self, evidence: dict[str, Any]) -> None:
        """The words stand in the source at their place; where there is no quote, a citation stands for it."""
        if is_description(evidence):
            assert evidence["paraphrase"], evidence
            assert evidence["citation"], evidence
            return
        source = self.source(evidence["source"])
        if evidence.get("quote") is None:
            assert source["background"], evidence
            assert evidence["paraphrase"], evidence
            assert evidence["citation"], evidence
            assert evidence["start"] is evidence["end"] is None
        else:
            assert source["text"][evidence["start"] : evidence["end"]] == evidence["quote"] != "", evidence
        assert evidence["chain"], evidence
        assert evidence["claim"].startswith(ID), evidence

    def check_claim(self, iri: str) -> None:
        """A claim leads to words by each of its chains."""
        if iri not in self.claims:
            self.claims[iri] = self.get(f"/api/v1/claims/{quote(iri.removeprefix(ID), safe='/')}")["chains"]
            for account in self.claims[iri]:
                assert account["evidence"], iri
                for evidence in account["evidence"]:
                    self.check_words(evidence)

    def check_answer(self, answer: dict[str, Any]) -> None:
        for row in answer["rows"]:
            silent = any(cell.get("value") == "silent" for cell in row["cells"].values())
            assert row["evidence"] or silent, row
            for place in row["evidence"]:
                self.check_words(answer["evidence"][place])
                if not is_description(answer["evidence"][place]):
                    self.check_claim(answer["evidence"][place]["claim"])

    def check_proof(self, address: str) -> None:
        if address not in self.proved:
            self.proved.add(address)
            self.check_premise(self.get(address))

    def check_premise(self, proof: dict[str, Any]) -> None:
        """A proof ends in words along every branch; `above` are those that stand on the way from the root."""
        if "about" in proof:
            assert proof["evidence"], proof
            for evidence in proof["evidence"]:
                self.check_words(evidence)
            return
        assert proof["above"] or proof["words"] or proof["derivations"], proof["statement"]
        for words in proof["words"]:
            self.check_premise(words)
        for step in proof["derivations"]:
            assert step["premises"], step
            for premise in step["premises"]:
                self.check_premise(premise)


@pytest.fixture(scope="module")
def reader(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copytree(kg.folder / "store", folder / "store")
    crowded = Kg(folder)
    loaded = crowded("load", *DOCUMENTS)
    assert loaded.code == 0, loaded.stderr
    with crowded.serving() as url, httpx.Client(base_url=url, timeout=120) as client:
        yield Reader(client)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_row_of_each_question_leads_to_words(reader: Reader, name: str) -> None:
    """Without parameters, and with values for each that its own rows have, as JSON and as CSV."""
    address = f"/api/v1/questions/{name}"
    whole = reader.get(address)
    reader.check_answer(whole)
    for parameter, value in samples(whole, reader.get("/api/v1/questions")["items"], name):
        response = reader.client.get(address, params={parameter: value})
        if response.status_code == 422:  # a column holds more than the parameter takes: sources, too, are speakers
            assert response.json()["type"] == "/problems/unknown-name"
            continue
        assert response.json()["rows"], (parameter, value)
        reader.check_answer(response.json())
    lines = list(csv.DictReader(io.StringIO(reader.client.get(f"{address}.csv").text)))
    assert len(lines) == len(whole["rows"])
    assert all(
        line["words"] and line["claims"] for line, row in zip(lines, whole["rows"], strict=True) if row["evidence"]
    )


def samples(answer: dict[str, Any], catalogue: list[dict[str, Any]], name: str) -> Iterator[tuple[str, str]]:
    parameters = next(item["parameters"] for item in catalogue if item["name"] == name)
    for parameter in parameters:
        cells = [row["cells"][parameter] for row in answer["rows"] if parameter in row["cells"]]
        for value in list(dict.fromkeys(cell["iri"] for cell in cells if "iri" in cell))[:_VALUES]:
            yield parameter, value


@pytest.mark.parametrize("text", ENGLISH)
def test_each_row_of_an_answer_in_english_leads_to_words(reader: Reader, text: str) -> None:
    answer = reader.get("/api/v1/ask", q=text)
    if answer["answered"]:
        reader.check_answer(answer)


def test_each_claim_leads_to_words(reader: Reader) -> None:
    listed, page = [], "/api/v1/claims?limit=200"
    while page:
        part = reader.get(page)
        listed += part["items"]
        page = part["next"]
    assert len({claim["iri"] for claim in listed}) == part["total"] > 100
    for claim in listed:
        reader.check_claim(claim["iri"])


def test_each_statement_about_an_entity_leads_to_claims_and_to_a_proof(reader: Reader) -> None:
    """What views and rules state of anything: its claims have words, and its proof ends in them."""
    entities = reader.get("/api/v1/entities", limit=1000)
    assert entities["total"] == len(entities["items"])
    seen = 0
    for item in entities["items"]:
        found = reader.get(item["href"])
        for statement in found["statements"]:
            assert statement["claims"], statement
            for claim in statement["claims"]:
                reader.check_claim(claim)
            seen += 1
            if seen % _PROVED == 0:
                reader.check_proof(statement["why"])
        for claim in [*found["claims"]["items"], *found["speaks"]["items"]]:
            reader.check_claim(claim["iri"])
    assert seen > 100


def test_each_span_of_a_source_is_its_text_and_has_claims(reader: Reader) -> None:
    for item in reader.get("/api/v1/sources", limit=1000)["items"]:
        source = reader.source(item["iri"])
        for part in source["sentences"]:
            assert source["text"][part["start"] : part["end"]] == part["text"]
        told = {claim["iri"] for claim in source["items"]}
        for span in source["spans"]:
            assert source["text"][span["start"] : span["end"]] == span["quote"]
            assert span["claims"]
            assert set(span["claims"]) <= told | set(reader.claims) or all(map(reader.check_claim, span["claims"]))
        if source["text"]:
            assert source["spans"], item["iri"]


def test_each_value_compared_leads_to_words_and_silence_to_nothing(reader: Reader) -> None:
    compared = reader.get("/api/v1/compare")
    cells, values = set(), set()
    for point in compared["points"]:
        for cell in point["cells"]:
            cells.add(cell["status"])
            assert bool(cell["values"]) is (cell["status"] != "silent"), (point["property"], cell)
            for value in cell["values"]:
                values.add(value["status"])
                assert value["evidence"], (point["property"], value)
                for place in value["evidence"]:
                    reader.check_words(compared["evidence"][place])
    assert cells >= {"covered", "contested", "silent"}
    assert values == {"covered", "denied", "contested"}
