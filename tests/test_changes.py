"""What came and went since a version: documents and statements, in order and complete, or said to be unknown."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from kg import holdings
from kg.errors import NoLongerKnown
from kg.graph import KnowledgeGraph
from kg.store import history
from tests.api import PROBLEM, get
from tests.processes import CHECKOUT
from tests.test_api_documents import NEW, document

BREADTH = CHECKOUT / "tests" / "breadth"
FEED = "/api/v1/changes"
OWN = 'INSERT DATA { GRAPH <http://example.org/own> { <http://example.org/a> <http://example.org/b> "c" } }'


def patched(quads: set[str], patch: bytes) -> set[str]:
    """Quads, a line each, as an RDF Patch leaves them; what it removes must be there, what it adds must not."""
    begin, *lines, end = patch.decode().splitlines()
    assert (begin, end) == ("TX .", "TC .")
    for line in lines:
        sign, quad = line[0], line[2:].removesuffix(" .")
        assert (quad in quads) is (sign == "D"), line
        (quads.remove if sign == "D" else quads.add)(quad)
    return quads


def held(graph: KnowledgeGraph) -> set[str]:
    return {str(quad) for quad in graph.store.quads()}


def test_a_copy_is_kept_up_by_the_patches_alone(graph: KnowledgeGraph) -> None:
    copy, start = held(graph), graph.version
    graph.load(BREADTH / "briefing-agency.ttl")
    graph.load_all([BREADTH / "abstention.ttl", BREADTH / "fallback.ttl"])
    graph.unload("briefing-agency")
    for change in graph.changes(start, 10).items:
        copy = patched(copy, holdings.patch_of(graph.store, change.version))
    assert copy == held(graph)


def test_the_feed_tells_documents_that_came_changed_and_went(writer: httpx.Client) -> None:
    begin = get(writer, FEED)
    assert (begin["items"], begin["total"], begin["next"]) == ([], 0, None)
    sent = document("briefing-agency")
    assert writer.put(NEW, content=sent).status_code == 201
    titled = sent + '\nid:briefing-agency dcterms:title "Another title"@en .\n'
    assert writer.put(NEW, content=titled).status_code == 200
    own = {"Content-Type": "application/sparql-update"}
    assert writer.post("/sparql/update", content=OWN, headers=own).status_code == 204
    assert writer.delete(NEW).status_code == 200
    told = get(writer, FEED, since=begin["version"])
    fates = [(each["name"], each["change"], each["href"]) for item in told["items"] for each in item["documents"]]
    name = NEW.rpartition("/")[2]
    assert fates == [(name, "added", NEW), (name, "changed", NEW), (name, "removed", None)]
    came, changed, went = told["items"]
    assert (came["removed"], changed["added"], went["added"]) == (0, 1, 0)
    assert came["added"] + changed["added"] == went["removed"]
    patch = writer.get(changed["patch"])
    assert patch.headers["content-type"].partition(";")[0] == "application/rdf-patch"
    assert patch.text.count("\nA ") == 1
    assert "Another title" in patch.text
    assert get(writer, FEED, since=told["version"])["items"] == []
    assert told["store"] == begin["store"]


def test_the_feed_is_read_in_pages(writer: httpx.Client) -> None:
    begin = get(writer, FEED)["version"]
    assert writer.put(NEW, content=document("briefing-agency")).status_code == 201
    assert writer.delete(NEW).status_code == 200
    first = writer.get(FEED, params={"since": begin, "limit": 1})
    assert first.json()["total"] == 2
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    second = get(writer, first.json()["next"])
    assert [item["documents"][0]["change"] for item in (*first.json()["items"], *second["items"])] == [
        "added",
        "removed",
    ]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"{FEED}?since=999999", 410, "no-longer-known"),
        (f"{FEED}/999999", 410, "no-longer-known"),
        (f"{FEED}?since=yesterday", 422, "bad-parameter"),
        (f"{FEED}/last", 422, "bad-parameter"),
    ],
)
def test_what_is_not_in_the_history_is_said_to_be_unknown(
    client: httpx.Client, path: str, status: int, kind: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert answer.json()["type"] == f"/problems/{kind}"


def test_the_history_lasts_and_begins_anew_where_a_backup_took_the_place_of_all(graph: KnowledgeGraph) -> None:
    start = graph.version
    graph.load(BREADTH / "briefing-agency.ttl")
    newest, quads = graph.version, list(graph.store.quads())
    settings = replace(graph.settings, store=f"file:{graph.store.room}")
    graph.close()
    with KnowledgeGraph.open(settings) as again:
        (change,) = again.changes(start, 10).items
        assert change.version == newest
        again.store.replace_all(quads)
        with pytest.raises(NoLongerKnown):
            again.changes(newest, 10)
        assert again.changes(again.version, 10).items == ()


def test_old_patches_go_when_they_are_too_many(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_MOST", 2)
    start = graph.version
    for _ in range(2):
        graph.load(BREADTH / "briefing-agency.ttl")
        graph.unload("briefing-agency")
    with pytest.raises(NoLongerKnown):
        graph.changes(start, 10)
    kept = graph.changes(graph.version - 2, 10)
    assert len(kept.items) == 2
    assert graph.store.room is not None
    assert len(list((graph.store.room / "history").glob("*.rdfp.gz"))) == 2


def test_a_version_that_never_came_is_not_told(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the disk fails once the history is written, and the version is not."""
    start, before = graph.version, held(graph)

    def fail(*_: object) -> None:
        raise OSError("the disk failed")

    with monkeypatch.context() as broken:
        broken.setattr("kg.store.folder.Folder.save", fail)
        with pytest.raises(Exception, match="the disk failed"):
            graph.load(BREADTH / "briefing-agency.ttl")
    assert graph.changes(start, 10).items == ()
    graph.load(BREADTH / "abstention.ttl")
    (change,) = graph.changes(start, 10).items
    assert [each.name for each in change.documents] == ["abstention"]
    assert patched(before, holdings.patch_of(graph.store, change.version)) == held(graph)
