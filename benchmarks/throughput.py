"""Queries a second beside `oxigraph serve`: same data, same machine, same run, 8 connections, isolation on.

Each query is asked with every text new (a comment counts up), then with one text again and again. Needs wrk
(apt install wrk) and the PyPI package oxigraph. `--seconds` says how long a measurement takes, `--only NAME` picks one.

"cpu" is what an answer costs in processor time, the peer's divided by ours (Linux): where both are bound by the
processors, that is the ratio of their throughputs on a machine that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from kg.store import open_store  # noqa: E402 - the checkout is not installed where the script runs by itself

E = "http://example.org/"
SIZES = (8_000, 40_000, 400_000)
CONNECTIONS = 8


@dataclass(frozen=True)
class Measured:
    """A query, and the ratios to the peer's throughput that are aimed at: with new texts, and repeated."""

    name: str
    sparql: str
    target: float
    target_again: float


QUERIES = (
    Measured("50 rows", f"SELECT * {{ ?s <{E}short> ?o }} LIMIT 50", 0.4, 1.0),
    Measured("ASK", f"ASK {{ <{E}s7> <{E}short> ?o }}", 0.4, 1.0),
    Measured("COUNT of 100", f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}hundred> ?o }}", 0.4, 1.0),
    Measured("2 ms", f"SELECT (SUM(?o * ?o) AS ?n) {{ ?s <{E}p{SIZES[0]}> ?o }}", 0.85, 5.0),
    Measured("10 ms", f"SELECT (SUM(?o * ?o) AS ?n) {{ ?s <{E}p{SIZES[1]}> ?o }}", 0.85, 5.0),
    Measured("100 ms", f"SELECT (SUM(?o * ?o) AS ?n) {{ ?s <{E}p{SIZES[2]}> ?o }}", 0.85, 5.0),
    Measured("10,000 rows", f"SELECT * {{ ?s <{E}p{SIZES[1]}> ?o }} LIMIT 10000", 0.85, 5.0),
)


@dataclass(frozen=True)
class Server:
    """A server under test: where it answers, and its process."""

    endpoint: str
    pid: int


@dataclass(frozen=True)
class Rate:
    """Answers in so many seconds, and the processor time, in seconds, that they took."""

    answers: float
    seconds: float
    processor: float

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.answers + other.answers, self.seconds + other.seconds, self.processor + other.processor)

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    @property
    def cost(self) -> float:
        return self.processor / self.answers if self.answers else float("inf")


NEW = """
wrk.headers["Accept"] = "application/sparql-results+json"
local count = 0
request = function()
  count = count + 1
  return wrk.format("GET", "{path}%20%23{salt}" .. count)
end
"""
AGAIN = """
wrk.headers["Accept"] = "application/sparql-results+json"
request = function() return wrk.format("GET", "{path}") end
"""


def quads() -> Iterator[ox.Quad]:
    def triple(subject: int, predicate: str, value: int) -> ox.Quad:
        return ox.Quad(ox.NamedNode(f"{E}s{subject}"), ox.NamedNode(E + predicate), ox.Literal(value))

    for number in range(9_000):
        yield triple(number, "short", number)
    for number in range(100):
        yield triple(number, "hundred", number)
    for size in SIZES:
        for number in range(size):
            yield triple(number, f"p{size}", number % 1000)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--only", choices=[query.name for query in QUERIES])
    chosen = options.parse_args()
    missing = [name for name, found in (("wrk", shutil.which("wrk")), ("oxigraph", _oxigraph())) if not found]
    if missing:
        remedy = "apt install wrk; pip install oxigraph"
        print(f"throughput: left out, since there is no {' and no '.join(missing)} here ({remedy})")
        return
    with tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as (ours, theirs, engine):
        head = f"{'query':14} {'engine':>9} {'peer':>9} {'new':>9} {'ratio':>6} {'cpu':>5} {'again':>9} {'ratio':>6}"
        print(f"{head}   aims")
        for query in QUERIES:
            if chosen.only in (None, query.name):
                _measure(query, ours, theirs, engine, chosen.seconds)


def _measure(query: Measured, ours: Server, theirs: Server, engine: ox.Store, seconds: float) -> None:
    begun = time.perf_counter()
    rounds = 0
    while time.perf_counter() - begun < 0.5:
        engine.query(query.sparql).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[arg-type]
        rounds += 1
    alone = (time.perf_counter() - begun) / rounds * 1000
    peer = new = again = Rate(0, 0, 0)
    for turn in range(2):  # by turns, so that what else the machine does touches all alike
        peer += _wrk(theirs, query.sparql, NEW, seconds / 2, turn)
        new += _wrk(ours, query.sparql, NEW, seconds / 2, turn)
        again += _wrk(ours, query.sparql, AGAIN, seconds / 2, turn)
    if not peer.answers:
        raise SystemExit(f"{query.name}: the peer answered nothing in {seconds} seconds; give it more (--seconds)")
    first, second = new.per_second / peer.per_second, again.per_second / peer.per_second
    met = "met" if first >= query.target and second >= query.target_again else "not met"
    print(
        f"{query.name:14} {alone:6.2f} ms {peer.per_second:7.0f}/s {new.per_second:7.0f}/s {first:6.2f} "
        f"{peer.cost / new.cost if new.cost else 0:5.2f} {again.per_second:7.0f}/s {second:6.2f}   "
        f"{query.target:g} and {query.target_again:g}: {met}",
        flush=True,
    )


def _wrk(server: Server, sparql: str, script: str, seconds: float, turn: int) -> Rate:
    """Ask for so long; raises where any answer was none."""
    path = server.endpoint.partition("://")[2].partition("/")[2]
    text = script.replace("{path}", f"/{path}?query={quote(sparql, safe='')}").replace(
        "{salt}", f"{turn}-{time.time_ns()}-"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(text)
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        command += ["-s", file.name, server.endpoint]
        before = _processor_time(server.pid)
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = _processor_time(server.pid) - before
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if failed:
        raise SystemExit(f"{server.endpoint}: {failed[1]} answers were errors")
    found = re.search(r"(\d+) requests in ([\d.]+)s", said)
    return Rate(float(found[1]), float(found[2]), used) if found else Rate(0, seconds, used)


def _processor_time(root: int) -> float:
    """What a process has used, in seconds, with those that it has started (Linux; 0 elsewhere)."""
    parents, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            parents[int(entry.parent.name)] = int(fields[1])
            used[int(entry.parent.name)] = sum(map(int, fields[11:15]))  # its own, and that of children that are gone
    tree, new = set(), {root}
    while new:
        tree |= new
        new = {pid for pid, parent in parents.items() if parent in new} - tree
    return sum(used.get(pid, 0) for pid in tree) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[Server, Server, ox.Store]]:
    """Ours and the peer on the same data, and the engine alone on a copy of it."""
    dump = folder / "data.nq"
    with open_store(f"file:{folder}/store") as store:
        store.replace_all(quads())
        dump.write_bytes(ox.serialize(store.quads(), format=ox.RdfFormat.N_QUADS) or b"")
    engine = ox.Store()
    engine.bulk_load(path=str(dump), format=ox.RdfFormat.N_QUADS)
    peer = _oxigraph()
    subprocess.run([peer, "load", "-l", f"{folder}/peer", "-f", dump], check=True, capture_output=True)
    here, there = _free_port(), _free_port()
    environment = os.environ | {
        "KG_PLAIN": "1",
        "STORE": f"file:{folder}/store",
        "PORT": str(here),
        "PYTHONPATH": str(CHECKOUT),
    }
    commands: list[tuple[list[str], dict[str, str]]] = [
        ([sys.executable, "-m", "kg.cli", "serve"], environment),
        ([peer, "serve-read-only", "-l", f"{folder}/peer", "-b", f"127.0.0.1:{there}"], dict(os.environ)),
    ]
    running = [
        subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command, env in commands
    ]
    try:
        endpoints = f"http://127.0.0.1:{here}/sparql", f"http://127.0.0.1:{there}/query"
        for endpoint in endpoints:
            _wait_for(endpoint)
        servers = [Server(endpoint, process.pid) for endpoint, process in zip(endpoints, running, strict=True)]
        yield servers[0], servers[1], engine
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def _wait_for(endpoint: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{endpoint}?query=ASK%7B%7D").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{endpoint} does not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _oxigraph() -> str:
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.exists() else shutil.which("oxigraph") or ""


if __name__ == "__main__":
    main()
