"""Fixtures. Choose the first that does:

`seeded`   the graph with the seed in this process, which all tests share: read, do not write
`graph`    one like it that is this test's alone
`kg`       the command line on the seed's graph, which all tests share: read, do not write
`own_kg`   the same on a copy of the store that is this test's alone
`remote`   an empty SPARQL endpoint of another make, which all tests share
`url`      a server on a copy of that store, for all tests; writing needs `tests.processes.TOKEN`
`client`   an HTTP client of that server, for all tests: read, do not write
`writer`   one with the token, of a server whose store is this test's alone
`scribe`   one with the token, of a server that all tests of a file share: what they write is taken back after each
`there`    the seed's graph at an endpoint, `place`, with a server on it, `served`, for all tests: undo what you change
`project`  a copy of the project's data, and of the documents that try it, to edit; `Kg(folder, project)` runs on it
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from xdist.scheduler import LoadFileScheduling

from kg.graph import KnowledgeGraph
from kg.settings import Settings
from tests import notes
from tests.copies import copied
from tests.elsewhere import settings
from tests.processes import CHECKOUT, TOKEN, Kg, Remote, started_endpoint

# Files that load all processors, or in which something must be done in a given time: never two of them at once.
TIMED = {
    "test_durability", "test_http_hostile", "test_isolation", "test_remote_failures", "test_stopping",
    "test_update_leaving",
}  # fmt: skip


class Scheduling(LoadFileScheduling):
    """A file at a time to each process, those of `TIMED` as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "timed" if Path(file).stem in TIMED else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    return Scheduling(config, log)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Remote]:
    with started_endpoint() as started:
        yield started


@pytest.fixture
def remote(endpoint: Remote) -> Remote:
    endpoint.empty()
    return endpoint


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    store = tmp_path_factory.mktemp("seeded") / "store"
    with KnowledgeGraph.open(replace(Settings(), store=f"file:{store}")) as opened:
        yield opened


@pytest.fixture
def graph(seeded: KnowledgeGraph, tmp_path: Path) -> Iterator[KnowledgeGraph]:
    with copied(seeded, tmp_path) as own:
        yield own


@pytest.fixture(scope="session")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kg:
    shared = Kg(tmp_path_factory.mktemp("shared"))
    loaded = shared("ask", "--list")
    assert loaded.code == 0, loaded.stderr
    return shared


@pytest.fixture
def own_kg(kg: Kg, tmp_path: Path) -> Kg:
    shutil.copytree(kg.folder / "store", tmp_path / "store")
    return Kg(tmp_path)


@pytest.fixture(scope="session")
def url(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(kg.folder / "store", folder / "store")
    with Kg(folder).serving(KG_TOKEN=TOKEN) as address:
        yield address


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


@pytest.fixture
def writer(own_kg: Kg) -> Iterator[httpx.Client]:
    """What it sends is Turtle, unless a test says otherwise."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    with own_kg.serving(KG_TOKEN=TOKEN) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="session")
def place() -> Iterator[Remote]:
    """An endpoint of these tests' own."""
    with started_endpoint() as started:
        yield started


@pytest.fixture(scope="session")
def there(place: Remote, seeded: KnowledgeGraph) -> Iterator[KnowledgeGraph]:
    """The graph with the seed at an endpoint: what a test changes of it, it changes back."""
    with KnowledgeGraph.open(settings(place)) as opened:
        opened.knowledge = seeded.knowledge
        yield opened


@pytest.fixture(scope="session")
def served(there: KnowledgeGraph, place: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on that endpoint."""
    assert there.version
    with (
        Kg(tmp_path_factory.mktemp("served")).serving(**place.environment, KG_TOKEN=TOKEN) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "project"
    for folder in ("ontology", "queries", "register", "seeds", "tests/breadth", "tests/invalid"):
        if (CHECKOUT / folder).is_dir():
            shutil.copytree(CHECKOUT / folder, home / folder)
    return home


@pytest.fixture(scope="module")
def _scriptorium(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with notes.served(kg, tmp_path_factory.mktemp("written")) as client:
        yield client


@pytest.fixture
def scribe(_scriptorium: httpx.Client) -> Iterator[httpx.Client]:
    with notes.left_as_it_was(_scriptorium) as unchanged:
        yield unchanged
