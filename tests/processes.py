"""The project as its users meet it: `kg` and its server, each in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TOKEN = "a token for tests"


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
