"""What was acknowledged survives `kill -9` at any moment, and nothing half-applied is ever seen.

`KG_KILLS=100 pytest tests/test_durability.py` kills the server so many times.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kg.server import announced
from tests.processes import TOKEN, Kg

KILLS = int(os.environ.get("KG_KILLS", "4"))
STATEMENTS = 60  # that one write puts in a graph
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = {"Content-Type": "text/turtle"}
NAME = "chinese-peacekeepers"
GRAPHS = "https://w3id.org/security-guarantees/graph/"


class Kind(ABC):
    """A kind of writes, numbered: each takes the place of the one before it, wholly."""

    @abstractmethod
    def write(self, client: httpx.Client, number: int) -> httpx.Response: ...

    @abstractmethod
    def held(self, client: httpx.Client) -> int:
        """The number of the write that stands; fails where none stands whole."""

    def same(self, one: int, other: int) -> bool:
        return one == other


class Updates(Kind):
    """SPARQL updates of four operations, on two graphs."""

    def write(self, client: httpx.Client, number: int) -> httpx.Response:
        operations = [
            f"DROP SILENT GRAPH <u:{graph}> ; INSERT DATA {{ GRAPH <u:{graph}> {{ {statements(number)} }} }}"
            for graph in "ab"
        ]
        return client.post("/sparql/update", data={"update": " ; ".join(operations)})

    def held(self, client: httpx.Client) -> int:
        first, second = number_in(client, "u:a"), number_in(client, "u:b")
        assert first == second
        return first


class Graphs(Kind):
    """A graph replaced by the graph store protocol."""

    def write(self, client: httpx.Client, number: int) -> httpx.Response:
        return client.put("/sparql/graphs", params={"graph": "u:put"}, content=statements(number), headers=TURTLE)

    def held(self, client: httpx.Client) -> int:
        return number_in(client, "u:put")


class Documents(Kind):
    """A document by turns put through the pipeline (even numbers) and withdrawn (odd ones), with what it implies.

    Every other time through its graph.
    """

    def __init__(self, client: httpx.Client) -> None:
        graph = client.get("/sparql/graphs", params={"graph": GRAPHS + NAME}, headers={"Accept": "text/turtle"})
        self._turtle = graph.raise_for_status().content
        self._states = {}
        for number in (1, 2):
            self.write(client, number).raise_for_status()
            self._states[number % 2] = everything_kept(client)
        assert len(self._states[0]) > len(self._states[1]) > 0

    def write(self, client: httpx.Client, number: int) -> httpx.Response:
        if number % 4 in (0, 3):
            graph = {"graph": GRAPHS + NAME}
            if number % 2:
                return client.delete("/sparql/graphs", params=graph)
            return client.put("/sparql/graphs", params=graph, content=self._turtle, headers=TURTLE)
        if number % 2:
            return client.delete(f"/api/v1/documents/{NAME}")
        return client.post("/api/v1/documents", params={"name": NAME}, content=self._turtle, headers=TURTLE)

    def held(self, client: httpx.Client) -> int:
        found = everything_kept(client)
        return next(number for number, state in self._states.items() if state == found)

    def same(self, one: int, other: int) -> bool:
        return one % 2 == other % 2


class Writer:
    """Writes one thing after another until the server is gone."""

    def __init__(self, url: str, kind: Kind, held: int) -> None:
        self.acknowledged, self.under_way = held, held + 1
        self._thread = threading.Thread(target=self._run, args=(url, kind), daemon=True)
        self._thread.start()

    def _run(self, url: str, kind: Kind) -> None:
        with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
            while True:
                try:
                    kind.write(client, self.under_way).raise_for_status()
                except httpx.TransportError:
                    return
                self.acknowledged = self.under_way
                self.under_way += 1

    def wait(self) -> None:
        self._thread.join(timeout=60)


@contextmanager
def serving(kg: Kg) -> Iterator[httpx.Client]:
    with kg.serving(KG_TOKEN=TOKEN) as url, httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        yield client


@pytest.mark.timeout(60 + 15 * KILLS)
def test_killed_at_any_moment_a_server_loses_nothing_acknowledged_and_keeps_no_half(own_kg: Kg) -> None:
    moments = random.Random(4)
    with serving(own_kg) as client:
        kinds: list[Kind] = [Updates(), Graphs(), Documents(client)]
        for kind in kinds:
            kind.write(client, 2 if isinstance(kind, Documents) else 0)
    writers: list[Writer] = []
    written = 0
    for kill in range(KILLS + 1):
        with serving(own_kg) as client:
            held = [kind.held(client) for kind in kinds]
            for kind, number, writer in zip(kinds, held, writers, strict=False):
                assert kind.same(number, writer.acknowledged) or kind.same(number, writer.under_way), kind
            if kill < KILLS:
                writers = [Writer(str(client.base_url), kind, number) for kind, number in zip(kinds, held, strict=True)]
                wait_for_one(writers, held)
                time.sleep(2 * moments.random())
                os.kill(pid_of(own_kg), signal.SIGKILL)
                for writer, number in zip(writers, held, strict=True):
                    writer.wait()
                    written += writer.acknowledged - number
    print(f"{KILLS} kills, {written} writes acknowledged, none lost")  # noqa: T201
    assert written >= KILLS


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("store/store.json", "damage"),
        ("store/generations/*/CURRENT", "damage"),
        ("store/generations/*/*.sst", "damage"),
    ],
)
def test_a_server_refuses_a_damaged_folder(own_kg: Kg, file: str, words: str) -> None:
    for path in own_kg.folder.glob(file):
        path.write_bytes(b"\0" * 64)
    refused = own_kg("serve", "--port", "0")
    assert refused.code == 3
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_server_leaves_a_folder_of_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "thesis.txt").write_text("years of work")
    refused = Kg(tmp_path)("serve", "--port", "0")
    assert refused.code == 3
    assert "no store of ours (thesis.txt)" in refused.stderr
    assert [path.name for path in (tmp_path / "store").iterdir() if path.name != "LOCK"] == ["thesis.txt"]


def wait_for_one(writers: list[Writer], held: list[int]) -> None:
    """Return once a write has been acknowledged."""
    end = time.monotonic() + 30
    while [writer.acknowledged for writer in writers] == held:
        assert time.monotonic() < end
        time.sleep(0.001)


def pid_of(kg: Kg) -> int:
    """The process that serves the store of a folder."""
    found = announced(f"file:{kg.folder / 'store'}")
    assert found is not None
    return found.pid


def statements(number: int) -> str:
    return " ".join(f"<a:s{place}> <a:p> {number} ." for place in range(STATEMENTS))


def number_in(client: httpx.Client, graph: str) -> int:
    """The one number in a graph, which stands there as often as one write has it."""
    query = f"SELECT ?o (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} GROUP BY ?o"
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert int(row["n"]["value"]) == STATEMENTS
    return int(row["o"]["value"])


def everything_kept(client: httpx.Client) -> list[str]:
    """All statements of the graphs that the pipeline keeps, views and inferences included."""
    query = f"SELECT ?g ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{GRAPHS}')) }}"
    headers = {"Accept": "text/tab-separated-values"}
    return sorted(client.get("/sparql", params={"query": query}, headers=headers).raise_for_status().text.splitlines())
