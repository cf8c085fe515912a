"""What docs/writing.md shows is what happens; the schema takes what is written; a document goes over HTTP as YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.authoring import canonical, faults, knowledge, written
from tests.processes import CHECKOUT, Kg
from tests.test_authoring import NOTE, TURTLE, turtle
from tests.test_examples import BLOCK, examples, output_of

WRITING = (CHECKOUT / "docs" / "writing.md").read_text(encoding="utf-8")


def test_the_page_on_writing_works_in_order(own_kg: Kg) -> None:
    ran = 0
    for block in BLOCK.finditer(WRITING):
        if block["how"]:
            (own_kg.folder / block["path"]).write_text(block["body"], encoding="utf-8")
        for example in examples(block["body"]) if block["kind"] == "console" else ():
            if example.command.startswith("kg new"):
                (own_kg.folder / "harbour-plan.yaml").unlink(missing_ok=True)
            shown = output_of(example.command, own_kg, "")
            assert example.matches(shown), f"$ {example.command}\nThe output is:\n{shown}"
            ran += 1
    assert ran >= 7
    schema = json.loads((own_kg.folder / "document.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(loaded((own_kg.folder / "harbour-plan.yaml").read_text()))


def loaded(text: str) -> Any:
    """As a reader of YAML 1.2 with dates gives it to an editor's check."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.fixture(scope="module")
def checker() -> jsonschema.Draft202012Validator:
    schema = knowledge().guide.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_takes_every_document_that_is_right(checker: jsonschema.Draft202012Validator) -> None:
    folders = ("seeds", "background", "breadth", "sources", "contradiction")
    right = [path for path in TURTLE if path.parent.name in folders]
    faults = {
        path.name: [fault.message[:200] for fault in checker.iter_errors(loaded(yaml_of(path)))] for path in right
    }
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(faults) > 60


def yaml_of(path: Path) -> str:
    quads = turtle(path)
    assert quads is not None
    return written(quads)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("guarantor designation", "guarantee designation"),
        ("{guarantor: France", "{guarantr: France"),
        (", proposal: Lake Plan}", "}"),
        ("act: reports", "act: reportz"),
        ("certainty: possible", "certainty: perhaps"),
        ("things:", "thinks:"),
        ("type: news article", "type: newspaper"),
        ("Lake Plan: proposal", "Lake Plan: propsal"),
    ],
)
def test_the_schema_shows_what_is_wrong(old: str, new: str, checker: jsonschema.Draft202012Validator) -> None:
    assert list(checker.iter_errors(loaded(NOTE))) == []
    assert list(checker.iter_errors(loaded(NOTE.replace(old, new, 1))))


def test_the_example_of_every_class_can_be_read() -> None:
    """Classes and roles are read; what stands in capitals is for the author to fill in."""
    guide = knowledge().guide
    assert len(guide.kinds) > 60
    for kind in guide.kinds:
        text = f"document: note\nclaims:\n- words: x\n  {kind.yaml}\n"
        assert [fault for fault in faults(text) if "nothing is called" not in fault.what] == [], kind.yaml


def test_a_document_in_yaml_goes_over_http(scribe: httpx.Client) -> None:
    headers = {"Content-Type": "application/yaml"}
    done = scribe.post("/api/v1/documents", content=NOTE, headers=headers)
    assert done.status_code == 200, done.text
    named = scribe.get("/api/v1/questions/guarantors-of-proposal", params={"proposal": "Lake Plan"}).json()
    assert [answer["label"] for answer in named["answers"]] == ["France"]
    wrong = scribe.post("/api/v1/documents", content=NOTE.replace("act: reports", "act: reportz"), headers=headers)
    assert wrong.status_code == 422
    (fault,) = wrong.json()["faults"]
    assert (fault["line"], fault["column"]) == (14, 30)


def test_http_gives_schema_and_classes(client: httpx.Client) -> None:
    assert client.get("/api/v1/schema").json() == knowledge().guide.schema()
    listed = client.get("/api/v1/classes").json()
    assert "guarantor designation" in [kind["name"] for kind in listed["situations"]]
    assert {"act", "certainty", "polarity"} <= listed["choices"].keys()
    assert "guarantor designation: {guarantor:" in client.get("/classes").text


def test_a_server_that_holds_the_store_takes_what_is_read_beside_it(own_kg: Kg) -> None:
    (own_kg.folder / "note.yaml").write_text(NOTE, encoding="utf-8")
    with own_kg.serving(KG_TOKEN="secret"):
        done = own_kg("load", "note.yaml", KG_TOKEN="secret")
        assert done.code == 0, done.stderr
        (own_kg.folder / "note.yaml").write_text(NOTE.replace("names France\n", "names Frances\n"), encoding="utf-8")
        refused = own_kg("load", "note.yaml", KG_TOKEN="secret")
    assert refused.code == 1
    assert "note.yaml:" in refused.stderr


def test_a_folder_of_documents_is_loaded(own_kg: Kg) -> None:
    folder = own_kg.folder / "reports"
    folder.mkdir()
    (folder / "note.yaml").write_text(NOTE, encoding="utf-8")
    (folder / "second.yml").write_text(NOTE.replace("document: note", "document: second"), encoding="utf-8")
    done = own_kg("load", "reports")
    assert done.code == 0, done.stderr
    assert "id/note, " in done.stdout
    assert "id/second: " in done.stdout


def test_a_document_is_converted_both_ways(tmp_path: Path) -> None:
    seed = CHECKOUT / "seeds" / "chinese-peacekeepers.ttl"
    kg = Kg(tmp_path)
    assert kg("convert", str(seed), "seed.yaml").code == 0
    assert kg("convert", "seed.yaml", "seed.ttl").code == 0
    there, back = turtle(seed), turtle(tmp_path / "seed.ttl")
    assert there
    assert back
    assert canonical(there) == canonical(back)
    assert (tmp_path / "seed.yaml").read_text(encoding="utf-8").startswith("# What the article on China's offer")
    assert kg("convert", "seed.yaml", "seed.pdf").code == 2
    assert kg("convert", "none.yaml", "-").code == 2


def test_a_new_document_has_the_names_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "seed.txt").write_bytes((CHECKOUT / "seeds" / "000_081586eb59fd031d.txt").read_bytes())
    kg = Kg(tmp_path)
    assert kg("new", "seed.txt").code == 0
    begun = (tmp_path / "seed.yaml").read_text(encoding="utf-8")
    assert begun.count("- words: ") == 13  # sentences
    assert "# Western media, Chinese diplomats, " in begun
    assert kg("new", "seed.txt").code == 2  # it is there
    checked = kg("check", "seed.yaml")
    assert checked.code == 1
    assert "'title' has no value" in checked.stdout
    assert kg("new", "seed.yaml").code == 2
