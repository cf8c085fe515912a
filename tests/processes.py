"""The project as its users meet it: `kg` and its server, each in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kg.settings import Access

CHECKOUT = Path(__file__).resolve().parent.parent
TOKEN = "a token for tests"


@dataclass(frozen=True)
class Remote:
    """A SPARQL endpoint that is none of ours: its URLs for queries, updates and graphs, and who may write."""

    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What `kg` is told of it."""
        told = {"STORE": self.query, "STORE_UPDATE": self.update, "STORE_GRAPHS": self.graphs}
        return told | {"STORE_USER": self.user, "STORE_PASSWORD": self.password}

    @property
    def access(self) -> Access:
        return Access.from_environment(self.environment, seconds=20)

    def write(self, update: str) -> None:
        """An update by somebody else."""
        auth = httpx.DigestAuth(self.user, self.password) if self.user else None
        httpx.post(self.update, data={"update": update}, auth=auth, timeout=60).raise_for_status()

    def empty(self) -> None:
        self.write("DROP ALL")


@contextmanager
def oxigraph() -> Iterator[Remote]:
    """`oxigraph serve` in memory, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
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
    def serving(self, *arguments: str, **environment: str) -> Iterator[str]:
        """A server on the folder's store, on a free port; gives its URL once it answers, and stops it at the end."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kg.cli", "serve", "--port", "0", *arguments],
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


@contextmanager
def virtuoso() -> Iterator[Remote]:
    """Virtuoso in a folder of its own, on free ports."""
    raise NotImplementedError


def started_endpoint() -> AbstractContextManager[Remote]:
    """An endpoint of another make, empty; KG_TEST_ENDPOINT=virtuoso chooses that one."""
    return {"oxigraph": oxigraph, "virtuoso": virtuoso}[os.environ.get("KG_TEST_ENDPOINT", "oxigraph")]()
