"""Writes that wait together are one commit, each with its own answer; one that fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.errors import BadQuery, QueryTimeout, UpdateFailed, WritingClosed
from kg.store import EmbeddedStore
from kg.workers import Abandoned, Update, Upload, Writer

KEPT = "u:kept/"
NODES = " ".join(f"<u:{number}> <u:p> {number} ." for number in range(300))
ENDLESS = "INSERT { <u:made> <u:by> ?a } WHERE { ?a <u:p> ?b . ?c <u:p> ?d . ?e <u:p> ?f . ?g <u:p> ?h }"


@pytest.fixture
def store() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.temporary() as opened:
        yield opened


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer({}, 2.0, 1 << 30)
    yield made
    made.close()


def number(value: int) -> Update:
    return Update(f"INSERT DATA {{ GRAPH <u:numbers> {{ <u:a> <u:q> {value} }} }}", kept=KEPT)


def together(writer: Writer, store: EmbeddedStore, *requests: Update | Upload) -> list[type | None]:
    """The kind of error of each of some writes that wait together; None for one that is done."""
    asked = [writer.ask(request, lambda: False) for request in requests]
    writer.commit(store.rewrite)
    return [None if (error := each.exception(0)) is None else type(error) for each in asked]


def numbers(store: EmbeddedStore) -> set[int]:
    found = store.quads(None, None, None, ox.NamedNode("u:numbers"))
    return {int(quad.object.value) for quad in found if isinstance(quad.object, ox.Literal)}


def test_writes_that_wait_together_make_one_version(writer: Writer, store: EmbeddedStore) -> None:
    assert together(writer, store, *map(number, range(8))) == [None] * 8
    assert (store.version, numbers(store)) == (1, set(range(8)))
    assert together(writer, store, number(8)) == [None]
    assert (store.version, numbers(store)) == (2, set(range(9)))


def test_each_has_its_own_answer_and_what_fails_leaves_nothing(writer: Writer, store: EmbeddedStore) -> None:
    halfway = "INSERT DATA { GRAPH <u:half> { <u:a> <u:q> 1 } } ; PREFIX a: <a:> CREATE GRAPH <u:numbers>"
    requests = [
        number(1),
        Update("INSERT DATA { x"),
        Update("CREATE GRAPH <u:numbers>"),
        Update(halfway),
        Update(f"INSERT DATA {{ GRAPH <{KEPT}a> {{ <u:a> <u:q> 1 }} }}", kept=KEPT),
        Upload("u:put", ((b"<u:a> <u:q>", "text/turtle"),), replace=True),
        number(2),
    ]
    expected = [None, BadQuery, UpdateFailed, UpdateFailed, WritingClosed, BadQuery, None]
    assert together(writer, store, *requests) == expected
    assert (store.version, numbers(store)) == (1, {1, 2})
    assert [str(graph) for graph in store.snapshot().graphs()] == ["<u:numbers>"]


def test_where_all_fail_there_is_no_version(writer: Writer, store: EmbeddedStore) -> None:
    assert together(writer, store, Update("x"), Update("y")) == [BadQuery, BadQuery]
    assert store.version == 0


def test_one_that_comes_to_its_limit_takes_nothing_of_others_with_it(writer: Writer, store: EmbeddedStore) -> None:
    assert together(writer, store, Update(f"INSERT DATA {{ {NODES} }}")) == [None]
    assert together(writer, store, number(1), Update(ENDLESS), number(2)) == [None, QueryTimeout, None]
    assert numbers(store) == {1, 2}
    assert not list(store.quads(ox.NamedNode("u:made")))


def test_one_whose_client_has_left_is_not_begun(writer: Writer, store: EmbeddedStore) -> None:
    stays, leaves = writer.ask(number(1), lambda: False), writer.ask(number(2), lambda: True)
    writer.commit(store.rewrite)
    assert stays.result(0) is None
    assert isinstance(leaves.exception(0), Abandoned)
    assert numbers(store) == {1}


def test_what_others_commit_between_is_not_lost(writer: Writer, store: EmbeddedStore) -> None:
    together(writer, store, number(1))
    with store.draft() as draft:
        draft.add([ox.Quad(ox.NamedNode("u:a"), ox.NamedNode("u:q"), ox.Literal(2), ox.NamedNode("u:numbers"))])
        draft.commit()
    together(writer, store, number(3))
    assert numbers(store) == {1, 2, 3}


def test_many_commits_and_a_store_opened_again_hold_the_same(tmp_path, writer: Writer) -> None:
    with EmbeddedStore.at(tmp_path) as store:
        for value in range(30):
            assert together(writer, store, number(value)) == [None]
    with EmbeddedStore.at(tmp_path) as again:
        assert (again.version, numbers(again)) == (30, set(range(30)))
