"""The store keeps its promises: versions are whole, commits are atomic, drafts are private, folders are its own."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import StoreFull, StoreUnavailable
from kg.namespaces import GRAPH, INFERRED_GRAPH
from kg.store import Change, Checkpoint, EmbeddedStore, Store, open_store
from tests.processes import Remote

A, B = (ox.NamedNode(GRAPH + name) for name in "ab")
P = ox.NamedNode("http://example.org/p")


def quad(number: int, graph: ox.NamedNode = A) -> ox.Quad:
    return ox.Quad(ox.NamedNode(f"http://example.org/{number}"), P, ox.Literal(number), graph)


def adding(*numbers: int) -> Change:
    return Change(added=frozenset(quad(number) for number in numbers))


def numbers(store: Store) -> set[int]:
    return {int(found.object.value) for found in store.quads(None, P) if isinstance(found.object, ox.Literal)}


@pytest.fixture
def embedded() -> Iterator[EmbeddedStore]:
    with EmbeddedStore.temporary() as opened:
        yield opened


@pytest.fixture(params=["embedded", "remote"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each kind of store in turn: what holds of one holds of the other."""
    if request.param == "embedded":
        yield request.getfixturevalue("embedded")
        return
    remote: Remote = request.getfixturevalue("remote")
    with open_store(remote.query, remote.access) as opened:
        yield opened


def test_a_commit_gives_the_next_version_and_an_empty_one_the_same(store: Store) -> None:
    assert store.version == 0
    assert store.commit(adding(1, 2)) == 1
    assert store.commit(adding(1)) == 1
    assert numbers(store) == {1, 2}


def test_a_change_removes_before_it_adds(store: Store) -> None:
    store.commit(adding(1))
    assert store.commit(Change(added=frozenset([quad(1), quad(2)]), removed=frozenset([quad(1)]))) == 2
    assert numbers(store) == {1, 2}


def test_blank_nodes_keep_their_identity_through_commits(store: Store) -> None:
    blank = ox.Quad(ox.BlankNode("x"), P, ox.BlankNode("y"), A)
    store.commit(Change(added=frozenset([blank])))
    assert list(store.quads(None, P)) == [blank]
    store.commit(Change(removed=frozenset([blank])))
    assert list(store.quads(None, P)) == []


def test_a_graph_that_a_change_empties_is_gone(store: Store) -> None:
    store.commit(adding(1))
    store.commit(Change(removed=frozenset([quad(1)])))
    assert A not in store.snapshot().graphs()
    assert not store.snapshot().has_graph(A.value)


def test_the_default_graph_of_a_query_is_the_union_and_the_listed_graphs_are_all_that_it_sees(store: Store) -> None:
    store.commit(Change(added=frozenset([quad(1, A), quad(2, B), quad(3, B)])))
    count = f"SELECT (COUNT(*) AS ?n) {{ ?s {P} ?o }}"
    inside = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s {P} ?o }} }}"

    def ask(sparql: str, graphs: list[str] | None = None) -> str:
        rows = store.query(sparql, graphs=graphs)
        assert isinstance(rows, ox.QuerySolutions)
        return str(next(rows)["n"].value)

    assert (ask(count), ask(inside)) == ("3", "3")
    assert (ask(count, [B.value]), ask(inside, [B.value])) == ("2", "2")
    assert (ask(count, []), ask(inside, [])) == ("0", "0")


def test_a_statement_of_several_kept_graphs_counts_once_and_as_long_as_one_of_them_has_it(store: Store) -> None:
    kept = [ox.NamedNode(GRAPH + name) for name in ("one", "two", "inferred")]
    with store.draft() as draft:
        draft.add([quad(1, kept[0]), quad(1, kept[1]), quad(2, kept[1]), quad(3, kept[2]), quad(2, kept[2])])
        draft.commit()
    assert (numbers_in_union(store), numbers_in_union(store, less=INFERRED_GRAPH)) == ([1, 2, 3], [1, 2])
    with store.draft() as draft:
        draft.remove([quad(1, kept[0]), quad(2, kept[1]), quad(2, kept[2])])
        draft.commit()
    assert (numbers_in_union(store), numbers_in_union(store, less=INFERRED_GRAPH)) == ([1, 3], [1])
    assert set(kept).intersection(store.snapshot().graphs()) == set(kept[1:])


def numbers_in_union(store: Store, less: str | None = None) -> list[int]:
    snapshot = store.snapshot() if less is None else store.snapshot().without(less)
    rows = snapshot.query(f"SELECT ?n {{ ?s {P} ?n }} ORDER BY ?n")
    assert isinstance(rows, ox.QuerySolutions)
    return [int(row["n"].value) for row in rows]


def test_the_unnamed_graph_of_an_embedded_store_is_part_of_the_union(embedded: EmbeddedStore) -> None:
    embedded.commit(Change(added=frozenset([quad(1, A), ox.Quad(A, P, ox.Literal(3))])))
    assert numbers_in_union(embedded) == [1, 3]


def test_prefixes_need_no_declaration(store: Store) -> None:
    store.commit(adding(1))
    assert bool(store.query("ASK { ?s ex:p 1 }", prefixes={"ex": "http://example.org/"}))


def test_a_snapshot_stays_as_it_was_while_the_store_moves_on(embedded: EmbeddedStore) -> None:
    embedded.commit(adding(1))
    before = embedded.snapshot()
    embedded.commit(adding(2))
    assert (len(before), len(embedded)) == (1, 2)
    assert ox.Store.read_only(str(embedded.checkpoint())).query("ASK { GRAPH ?g { ?s ?p 2 } }")
    path = before.path
    del before
    assert not path.exists()


def test_a_draft_is_private_and_leaves_nothing_behind(store: Store) -> None:
    store.commit(adding(1))
    with store.draft() as draft:
        draft.add([quad(2), quad(2), quad(1)])
        draft.remove([quad(1), quad(7)])
        assert {found.object for found in draft.quads(None, P)} == {quad(2).object}
        assert numbers(store) == {1}
        change = draft.change()
    assert {found for found in change.added if found.graph_name == A} == {quad(2)}
    assert {found for found in change.removed if found.graph_name == A} == {quad(1)}
    assert numbers(store) == {1}


def test_a_closed_draft_leaves_no_file(embedded: EmbeddedStore) -> None:
    with embedded.draft() as draft:
        draft.add([quad(2)])
    assert not (embedded.checkpoint().parents[1] / "drafts").exists()


def test_what_a_draft_undoes_is_no_change(store: Store) -> None:
    store.commit(adding(1))
    with store.draft() as draft:
        draft.remove([quad(1)])
        draft.add([quad(1), quad(2), quad(1)])
        draft.remove([quad(2)])
        assert not draft.change()


def test_the_change_of_a_draft_can_be_committed_while_it_is_open(store: Store) -> None:
    with store.draft() as draft:
        draft.add([quad(1)])
        assert draft.commit() == 1
    assert numbers(store) == {1}


def test_replacing_everything_is_one_version(store: Store) -> None:
    store.commit(adding(1, 2))
    assert store.replace_all(quad(number) for number in (3, 4)) == 2
    assert numbers(store) == {3, 4}
    assert store.commit(adding(5)) == 3


def test_replacing_by_quads_that_fail_halfway_leaves_all_as_it_was(store: Store) -> None:
    def broken() -> Iterator[ox.Quad]:
        yield quad(3)
        raise ValueError("the source ended early")

    store.commit(adding(1))
    with pytest.raises(ValueError, match="ended early"):
        store.replace_all(broken())
    assert (store.version, numbers(store)) == (1, {1})


def test_a_file_store_is_the_same_after_opening_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store("file:graph/here") as store:
        store.commit(adding(1))
        store.replace_all([quad(2)])
        identity = store.id
    assert (tmp_path / "graph" / "here" / "store.json").is_file()
    with open_store((tmp_path / "graph" / "here").as_uri()) as store:
        assert (store.version, numbers(store), store.id) == (2, {2}, identity)


def test_a_temporary_store_is_gone_when_closed() -> None:
    store = EmbeddedStore.temporary()
    folder = store.checkpoint().parents[1]
    store.close()
    store.close()
    assert not folder.exists()


def test_what_a_killed_process_left_in_a_folder_is_cleared_away(tmp_path: Path) -> None:
    open_store(f"file:{tmp_path}").close()
    for leftover in ("drafts/1", "versions/9", "generations/5"):
        (tmp_path / leftover).mkdir(parents=True, exist_ok=True)
    (tmp_path / "store.json.new").write_text("{")
    with EmbeddedStore.at(tmp_path) as store:
        assert set(tmp_path.glob("*/*")) == {tmp_path / "generations/1"} == {store.checkpoint()}


@pytest.mark.parametrize("failing", [(os, "fsync"), (Path, "replace"), (Checkpoint, "clone")], ids=lambda each: each[1])
def test_a_commit_that_the_disk_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: tuple[object, str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    with EmbeddedStore.at(tmp_path) as store:
        store.commit(adding(1))
        with store.draft() as draft:
            draft.add([quad(4)])  # thrown away, so that the next write begins with a clone
        with monkeypatch.context() as patched:
            patched.setattr(*failing, fail)
            with pytest.raises(StoreUnavailable, match="no room"):
                store.commit(adding(2))
        assert (store.version, numbers(store)) == (1, {1})
        assert set((tmp_path / "generations").iterdir()) == {store.checkpoint()}
        assert store.commit(adding(3)) == 2
    with open_store(f"file:{tmp_path}") as store:
        assert (store.version, numbers(store)) == (2, {1, 3})


@pytest.fixture
def full() -> Callable[[], AbstractContextManager[None]]:
    """A block in which no file may grow beyond a few hundred kilobytes, as on a disk that is full."""

    @contextmanager
    def limited() -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


def test_a_full_disk_is_told_as_one_and_writing_goes_on_when_there_is_room(
    tmp_path: Path, full: Callable[[], AbstractContextManager[None]]
) -> None:
    large = Change(added=frozenset([ox.Quad(A, P, ox.Literal("x" * 1_000_000), A)]))
    with EmbeddedStore.at(tmp_path) as store:
        store.commit(adding(1))
        with full():
            for _ in range(2):
                with pytest.raises(StoreFull, match="Make room"):
                    store.commit(large)
            with pytest.raises(StoreFull):
                store.check()
            assert (store.version, numbers(store)) == (1, {1})
        store.check()
        assert store.commit(adding(2)) == 2
    with full(), EmbeddedStore.at(tmp_path) as store:
        assert numbers(store) == {1, 2}


def test_a_commit_of_which_nobody_knows_whether_it_lasts_is_seen_when_the_store_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def late(path: Path, target: Path) -> None:
        replace(path, target)
        if target.name == "store.json":
            raise OSError("no room")

    with open_store(f"file:{tmp_path}") as store:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", late)
            with pytest.raises(StoreUnavailable, match="halfway"):
                store.commit(adding(1))
        with pytest.raises(StoreUnavailable, match="Open it again"):
            store.commit(adding(2))
    with open_store(f"file:{tmp_path}") as store:
        assert (store.version, numbers(store)) == (1, {1})


def test_a_version_that_nobody_reads_is_gone_from_the_folder(tmp_path: Path) -> None:
    with EmbeddedStore.at(tmp_path) as store:
        for number in range(5):
            store.commit(adding(number))
        assert set((tmp_path / "generations").iterdir()) == {store.checkpoint()}


def test_the_versions_without_a_graph_go_with_the_version(tmp_path: Path) -> None:
    with EmbeddedStore.at(tmp_path) as store:
        store.commit(adding(1))
        assert not list(store.snapshot().without(A.value).quads())
        store.commit(adding(2))
        assert set((tmp_path / "generations").iterdir()) == {store.checkpoint()}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "store.json").write_text("{"), "damage"),
        (lambda folder: (folder / "store.json").write_text('{"format": 2, "newest": "x"}'), "format 2.*release"),
        (lambda folder: (folder / "store.json").unlink(), "no store of ours"),
        (lambda folder: next((folder / "generations").glob("*/MANIFEST*")).unlink(), "damage"),
        (lambda folder: next((folder / "generations").glob("*/*.sst")).write_bytes(b"x"), "damage"),
        (lambda folder: next((folder / "generations").iterdir()).rename(folder / "elsewhere"), "damage"),
        (lambda folder: (folder / "journal").write_text("{}"), "older release"),
    ],
    ids=["marker", "newer", "no-marker", "manifest", "table", "generation", "journal"],
)
def test_a_damaged_or_foreign_folder_is_refused_with_what_to_do(tmp_path: Path, damage: object, words: str) -> None:
    with open_store(f"file:{tmp_path}") as store:
        store.commit(adding(*range(100)))
    assert callable(damage)
    damage(tmp_path)
    with pytest.raises(StoreUnavailable, match=words) as refusal:
        open_store(f"file:{tmp_path}")
    assert refusal.value.remedy


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreUnavailable, match="no store of ours"):
        open_store(f"file:{tmp_path}")
    assert (tmp_path / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(
    "url", ["", "memory", "file:", "memory:x", "ftp://x", "store", "http://", "https:", "http://host:port"]
)
def test_a_url_of_no_known_kind_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="file:DIR"):
        open_store(url)


def test_a_second_process_is_told_that_the_store_is_in_use(tmp_path: Path) -> None:
    script = f"from kg.store import open_store\nopen_store('file:{tmp_path}')"
    with open_store(f"file:{tmp_path}"):
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "another process" in second.stderr
    assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 0


WRITER = """
import sys
import pyoxigraph as ox
from kg.store import Change, open_store
P, A = ox.NamedNode("http://example.org/p"), ox.NamedNode("http://example.org/a")
def pair(n):
    return frozenset(ox.Quad(ox.NamedNode(f"http://example.org/{n}-{i}"), P, ox.Literal(n), A) for i in range(200))
with open_store(sys.argv[1]) as store:
    while True:
        n = store.version + 1
        print(store.commit(Change(added=pair(n), removed=pair(n - 1))), flush=True)
"""


def test_killed_at_any_moment_it_loses_nothing_acknowledged_and_keeps_no_half(tmp_path: Path) -> None:
    """Each commit takes one batch of 200 out and puts the next in: after a kill exactly one whole batch stands."""
    for round_ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, f"file:{tmp_path}"], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        time.sleep(0.05 + 0.013 * round_)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        writer.wait()
        with open_store(f"file:{tmp_path}") as store:
            assert store.version >= acknowledged
            assert (len(store), numbers(store)) == (200, {store.version})


def test_what_is_still_held_of_a_closed_store_does_not_harm_the_next_who_opens_it(tmp_path: Path) -> None:
    with EmbeddedStore.at(tmp_path) as store:
        store.commit(adding(1, 2))
    with EmbeddedStore.at(tmp_path) as store:
        held = [store.snapshot()]
    del store
    with EmbeddedStore.at(tmp_path) as again:
        held.clear()  # its folder goes, and no other
        assert again.checkpoint().is_dir()
        assert numbers(again) == {1, 2}
