"""Every question of the catalogue, asked of the seed and all documents in `breadth/` beside it.

What a question shows, it takes: each value of a column that is named as a parameter is accepted as its argument, and
gives the rows that it stands in. Each row reaches words, a citation or a proof; no pair is listed from both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph import KnowledgeGraph
from kg.namespaces import XSD
from kg.questions import answering
from kg.questions.catalogue import Question
from kg.questions.solutions import Solution, solutions
from kg.terms import Literal, NamedNode
from tests.copies import copied

ROOT = Path(__file__).parent.parent
# What these give is a document's entry, which words need not tell.
ENTRIES = {"date-of-source"}
NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


@pytest.fixture(scope="module")
def all_documents(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    with copied(seeded, tmp_path_factory.mktemp("catalogue")) as graph:
        graph.load_all(sorted((ROOT / "tests" / "breadth").glob("*.ttl")))
        yield graph


_VALUES = 8  # of each column that are tried


def solved(graph: KnowledgeGraph, question: Question, **arguments: str) -> list[Solution]:
    """The rows alone, as the engine gives them."""
    given: dict[str, list[NamedNode | Literal]] = {}
    for name, values in answering.resolve(question, arguments, graph.names()).items():
        literal = question.parameters[name].startswith(XSD)
        given[name] = [Literal(value) if literal else NamedNode(value) for value in values]
    return solutions(graph.store.snapshot(), question.with_arguments(given))


def holds(row: Solution, wanted: Solution) -> bool:
    return all(row.get(column) == value for column, value in wanted.items())


@pytest.mark.parametrize("name", NAMES)
def test_what_a_question_shows_it_takes_as_argument(all_documents: KnowledgeGraph, name: str) -> None:
    """Each value of a column that is called as a parameter gives, as its argument, every row that it stands in."""
    question = all_documents.knowledge.catalogue[name]
    every = solved(all_documents, question)
    for column in set(question.columns) & set(question.parameters):
        for value in list(dict.fromkeys(row[column] for row in every if column in row))[:_VALUES]:
            found = solved(all_documents, question, **{column: value.value})
            lost = [row for row in every if row.get(column) == value and not any(holds(one, row) for one in found)]
            assert not lost, (column, value)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_question_reaches_words_a_citation_or_a_proof(all_documents: KnowledgeGraph, name: str) -> None:
    """Except where the row says that there are none: a point passed over, a date in an entry alone."""
    for row in all_documents.answer(name, {}).rows:
        silent = "status" in row.cells and row.cells["status"].label == "silent"
        assert row.evidence or silent or name in ENTRIES, row.cells


@pytest.mark.parametrize("name", NAMES)
def test_no_pair_is_listed_from_both_sides(all_documents: KnowledgeGraph, name: str) -> None:
    """No two rows have the same values in other columns and rest on the same: what two say of each other is two."""
    found = all_documents.answer(name, {}).rows
    written = [(sorted(cell.iri or cell.label for cell in row.cells.values()), row.evidence) for row in found]
    assert [each for each in written if written.count(each) > 1] == []


def test_a_question_is_told_to_have_nothing_said_on_it_only_where_it_has_no_row(
    seeded: KnowledgeGraph, all_documents: KnowledgeGraph
) -> None:
    empty = {each.name for each in seeded.questions() if not solved(seeded, each)}
    assert seeded.unsaid() <= empty
    assert len(seeded.unsaid()) > len(empty) * 2 / 3
    assert all_documents.unsaid() == frozenset()
