"""Each thing that documents on the subject say has its place: an invented document says it, a question reads it back.

A file in `breadth/` asks: these questions with these arguments have exactly these rows, in the columns given. `load`
names documents that go before, `holds` and `never` are statements that follow or do not, `rows_among` picks rows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg import terms
from kg.graph import KnowledgeGraph
from kg.model import Answer, Row
from kg.namespaces import INFERRED_GRAPH, RDF, SG, SKOS, VIEWS_GRAPH
from kg.terms import NamedNode

DERIVED = (NamedNode(VIEWS_GRAPH), NamedNode(INFERRED_GRAPH))
FOLDER = Path(__file__).parent / "breadth"
DOCUMENTS = sorted(path.stem for path in FOLDER.glob("*.ttl"))
CASES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def case(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def cell(row: Row, column: str) -> str | None:
    return row.cells[column].label if column in row.cells else None


def text_of(wanted: object) -> str | None:
    return None if wanted is None else str(wanted)


def is_like(row: Row, wanted: dict[str, object]) -> bool:
    return all(cell(row, column) == text_of(value) for column, value in wanted.items())


def asked(graph: KnowledgeGraph, ask: dict[str, Any]) -> Answer:
    return graph.answer(
        ask["question"],
        ask.get("arguments", {}),
        inferred=not ask.get("without_inferences", False),
        according_to=ask.get("according_to"),
    )


def check(answer: Answer, ask: dict[str, Any], texts: dict[str, str]) -> None:
    """The rows are those expected, each with words that stand in their source."""
    among = ask.get("rows_among")
    rows = [row for row in answer.rows if among is None or any(is_like(row, each) for each in among)]
    columns = sorted({column for wanted in ask["rows"] for column in wanted})
    found = {tuple(cell(row, column) for column in columns) for row in rows}
    expected = {tuple(text_of(wanted.get(column)) for column in columns) for wanted in ask["rows"]}
    assert found == expected if columns else not rows, [row.cells for row in rows]
    for row in rows:
        assert row.evidence, row
        assert row.inferred == ask.get("inferred", row.inferred)
        assert row.contested == ask.get("contested", row.contested)
    for each in answer.evidence:
        if each.source in texts:
            assert each.quote == texts[each.source][each.start : each.end]


def stands(graph: KnowledgeGraph, statement: str) -> bool:
    quad = [terms.expand(part, graph.prefixes) for part in statement.split()]
    return any(True for _ in graph.store.quads(*quad))


@pytest.mark.parametrize("name", CASES)
def test_what_an_invented_document_says_is_read_back(seeded: KnowledgeGraph, graph: KnowledgeGraph, name: str) -> None:
    """And withdrawing it leaves what was there before, statement for statement."""
    wanted, texts = case(name), {}
    for document in [*wanted.get("load", []), name]:
        loaded = graph.load(FOLDER / f"{document}.ttl").document
        texts[loaded] = (FOLDER / f"{document}.txt").read_text(encoding="utf-8")
    for ask in wanted["questions"]:
        check(asked(graph, ask), ask, texts)
    assert [each for each in wanted.get("holds", []) if not stands(graph, each)] == []
    assert [each for each in wanted.get("never", []) if stands(graph, each)] == []
    for document in texts:
        graph.unload(document)
    assert set(graph.store.quads()) == set(seeded.store.quads())


def test_every_document_is_asked_of() -> None:
    loaded = {name for each in CASES for name in (each, *case(each).get("load", []))}
    assert loaded == set(DOCUMENTS)


def test_every_class_of_situation_is_said_by_a_document(seeded: KnowledgeGraph) -> None:
    """In the seed, the background or an invented one; those that merely gather others aside."""
    said = set()
    for path in FOLDER.glob("*.ttl"):
        said |= {word for word in path.read_text(encoding="utf-8").split() if word.startswith("sg:")}
    known = {each.removeprefix(SG) for each in situations(seeded)}
    stored = {
        quad.object.value.rpartition("/")[2]
        for quad in seeded.store.quads(p=NamedNode(RDF + "type"))
        if quad.graph_name not in DERIVED
    }
    assert known - {word.removeprefix("sg:") for word in said} - stored == {"Situation", "Compound", "Stipulation"}


def test_every_role_and_concept_is_said_by_a_document(seeded: KnowledgeGraph) -> None:
    """In the seed, the background or an invented one."""
    folders = (FOLDER, FOLDER.parent.parent / "seeds", FOLDER.parent.parent / "seeds" / "background")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.ttl")]
    said = {word for text in texts for word in re.findall(r"\bsg:(\w+)", text)}
    terms = {*seeded.knowledge.ontology.roles, *concepts(seeded)}
    assert {term.removeprefix(SG) for term in terms} - said == {"namedGuarantor"}  # said by a guarantor designation


def concepts(graph: KnowledgeGraph) -> set[str]:
    known = graph.knowledge.ontology
    kinds = known.below(SKOS + "Concept") - {SKOS + "Concept"}
    return {
        quad.subject.value
        for quad in known.quads
        if quad.predicate.value == RDF + "type" and quad.object.value in kinds and quad.subject.value in known.files
    }


def situations(graph: KnowledgeGraph) -> set[str]:
    return set(graph.knowledge.ontology.below(SG + "Situation"))


def test_every_question_without_an_answer_in_the_seed_is_asked_of_an_invented_document() -> None:
    folder = Path(__file__).parent.parent / "queries"
    unanswered = {path.stem for path in folder.glob("*.rq") if "#+ unanswered:" in path.read_text(encoding="utf-8")}
    asked_of = {ask["question"] for name in CASES for ask in case(name)["questions"] if ask["rows"]}
    assert unanswered - asked_of == set()
