"""Pages at many documents: what a page reads of the store does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from benchmarks import synthetic
from kg.graph import KnowledgeGraph
from kg.snapshot_cache import SnapshotCache
from kg.store import Checkpoint
from tests.copies import copied

PAGES = ("/", "/questions", "/sources", "/compare", "/claims", "/stances", "/entities", "/network", "/sparql")
LARGEST = 200_000  # bytes of a page
MANY = 62  # documents, by which every list of the pages is full


@pytest.fixture(scope="module")
def client(seeded: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("many")
    with copied(seeded, folder) as graph:
        graph.load_all([each.encode() for each in synthetic.documents(MANY, claims=2)])
        settings = replace(graph.settings, store=f"file:{folder / 'store'}")
    with TestClient(create_app(settings), headers={"Accept": "text/html"}) as opened:
        yield opened


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each way to read a version is called."""
    counted: Counter[str] = Counter()
    for name in ("quads", "query", "query_kept"):
        plain = getattr(Checkpoint, name)

        def counting(*given: Any, _name: str = name, _plain: Any = plain, **options: Any) -> Any:
            counted[_name] += 1
            return _plain(*given, **options)

        monkeypatch.setattr(Checkpoint, name, counting)
    return counted


def test_more_documents_cost_a_page_no_more_reads_and_no_page_is_large(
    client: TestClient, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph: KnowledgeGraph = client.app.state.service.graph  # type: ignore[attr-defined]

    def cost() -> dict[str, dict[str, int]]:
        found = {}
        for page in PAGES:
            monkeypatch.setattr(graph, "_cache", SnapshotCache(graph.store))  # as at the first request of a version
            reads.clear()
            answer = client.get(page)
            assert (answer.status_code, len(answer.content) < LARGEST) == (200, True), page
            found[page] = dict(reads)
        return found

    before = cost()
    more = [synthetic.document(number, claims=2).encode() for number in range(MANY, MANY + 8)]
    graph.load_all(more)
    assert cost() == before
