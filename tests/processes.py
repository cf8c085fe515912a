"""The project as its users meet it: `kg` and its server, each in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from kg.settings import Access

CHECKOUT = Path(__file__).resolve().parent.parent
TOKEN = "a token for tests"
SERVE = (sys.executable, "-m", "kg.cli", "serve", "--port", "0")


@dataclass(frozen=True)
class Remote:
    """A SPARQL endpoint that is none of ours: its URLs for queries, updates and graphs, and who may write."""

    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""
    its_own: frozenset[str] = frozenset()  # graphs that it needs itself

    @property
    def environment(self) -> dict[str, str]:
        """What `kg` is told of it."""
        told = {"STORE": self.query, "STORE_UPDATE": self.update, "STORE_GRAPHS": self.graphs}
        return told | {"STORE_USER": self.user, "STORE_PASSWORD": self.password}

    @property
    def access(self) -> Access:
        return Access.from_environment(self.environment, seconds=60)

    def write(self, update: str) -> None:
        """An update by somebody else."""
        auth = httpx.DigestAuth(self.user, self.password) if self.user else None
        httpx.post(self.update, data={"update": update}, auth=auth, timeout=60).raise_for_status()

    def graph_names(self) -> set[str]:
        query = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}
        answer = httpx.post(self.query, data=query, headers={"Accept": "application/sparql-results+json"}, timeout=60)
        return {row["g"]["value"] for row in answer.json()["results"]["bindings"]}

    def empty(self) -> None:
        for graph in self.graph_names() - self.its_own:
            self.write(f"DROP SILENT GRAPH <{graph}>")


@contextmanager
def oxigraph() -> Iterator[Remote]:
    """`oxigraph serve` in memory, on a free port."""
    place = f"127.0.0.1:{free_port()}"
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert binary, "the package oxigraph is not installed"
    process = subprocess.Popen([binary, "serve", "--bind", place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://{place}"
        wait_for(url)
        yield Remote(f"{url}/query", f"{url}/update", f"{url}/store")
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for(url: str, seconds: float = 20) -> None:
    """Return once something answers at `url`."""
    end = time.monotonic() + seconds
    while True:
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.TransportError:
            assert time.monotonic() < end, f"nothing answers at {url}"
            time.sleep(0.02)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Kg:
    """`kg` in a folder, on the store there, with nothing of the caller's environment but what is named here."""

    folder: Path
    home: Path | None = None
    path: Path = CHECKOUT  # where the packages are

    @property
    def environment(self) -> dict[str, str]:
        chosen = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.path)}
        return chosen | ({"KG_HOME": str(self.home)} if self.home else {})

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Ran:
        finished = subprocess.run(
            [sys.executable, "-m", "kg.cli", *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ran(finished.returncode, finished.stdout, finished.stderr)

    @contextmanager
    def serving(self, *arguments: str, command: Sequence[str] = SERVE, **environment: str) -> Iterator[str]:
        """A server on the folder's store, on a free port; gives its URL once it answers, and stops it at the end."""
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        said = []
        try:
            for line in process.stderr or []:
                said.append(line)
                if found := re.match(r"Serving (http://\S+)", line):
                    threading.Thread(target=said.extend, args=(process.stderr,), daemon=True).start()
                    yield found[1]
                    break
            else:
                raise AssertionError("kg serve ended: " + "".join(said))
        finally:
            process.terminate()
            process.wait(timeout=30)


_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DirsAllowed = {folder}
NumberOfBuffers = 20000
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000000
"""


@contextmanager
def virtuoso() -> Iterator[Remote]:
    """Virtuoso in a folder of its own, on free ports; anybody may write."""
    server, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    assert server, "Virtuoso is not installed (Debian, Ubuntu: apt install virtuoso-opensource-7)"
    assert isql, "isql-vt, Virtuoso's client, is not installed"
    with tempfile.TemporaryDirectory() as folder:
        port, http_port = free_port(), free_port()
        ini = Path(folder, "virtuoso.ini")
        ini.write_text(_VIRTUOSO.format(folder=folder, port=port, http_port=http_port), encoding="utf-8")
        process = subprocess.Popen([server, "+foreground", "+configfile", str(ini)], stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{http_port}"
            wait_for(url, seconds=120)
            allowed = "GRANT SPARQL_UPDATE TO \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"
            subprocess.run([isql, str(port), "dba", "dba", f"exec={allowed}"], check=True, capture_output=True)
            fresh = Remote(f"{url}/sparql", f"{url}/sparql", f"{url}/sparql-graph-crud")
            yield replace(fresh, its_own=frozenset(fresh.graph_names()))
        finally:
            process.terminate()
            process.wait(timeout=60)


def started_endpoint() -> AbstractContextManager[Remote]:
    """An endpoint of another make, empty; KG_TEST_ENDPOINT=virtuoso chooses that one."""
    return {"oxigraph": oxigraph, "virtuoso": virtuoso}[os.environ.get("KG_TEST_ENDPOINT", "oxigraph")]()
