"""What SPARQL was read as when the project was built is not read again; what was not there then is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import parsed
from kg.knowledge import Knowledge
from kg.rules import algebra
from kg.settings import Home

RULE = """#+ label: a label
#+ explanation: "{one} and {other}"
#+ example: "An example."
PREFIX sg: <https://w3id.org/security-guarantees/ontology/>
CONSTRUCT { ?one sg:harms ?other } WHERE { ?other sg:harms ?one }
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the project's rules and questions are read as, in a file; as a process starts that finds it."""
    monkeypatch.setattr(parsed, "FILE", tmp_path / "made.pickle")
    Knowledge(Home()).parse()
    monkeypatch.setattr(parsed, "_READ", {})
    monkeypatch.setattr(parsed, "FILE", parsed.FILE.rename(tmp_path / "parsed.pickle"))
    return parsed.FILE


@pytest.mark.usefixtures("written")
def test_rules_and_patterns_of_the_project_are_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebra, "parseQuery", None)
    monkeypatch.setattr("rdflib.plugins.sparql.parser.parseQuery", None)
    knowledge = Knowledge(Home())
    assert len(knowledge.rules.rules) > 60
    assert all(question.patterns for question in knowledge.catalogue)


@pytest.mark.usefixtures("written")
def test_a_rule_that_is_new_is_read(project: Path) -> None:
    (project / "ontology" / "rules" / "harms-back.rq").write_text(RULE, encoding="utf-8")
    names = {rule.name for rule in Knowledge(Home(project)).rules.rules}
    assert names == {rule.name for rule in Knowledge(Home()).rules.rules} | {"harms-back"}


@pytest.mark.parametrize("damage", [b"", b"no pickle", None])
def test_a_file_that_is_damaged_or_not_there_is_done_without(written: Path, damage: bytes | None) -> None:
    if damage is None:
        written.unlink()
    else:
        written.write_bytes(damage)
    assert len(Knowledge(Home()).rules.rules) > 60
