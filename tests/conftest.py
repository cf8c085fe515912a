"""Fixtures. Choose the first that does:

`kg`        the command line, in a process of its own, on a store of its own: kg("ask", "Which …?").stdout
`project`   a copy of ontology/, queries/ and seeds/ that a test may edit; kg runs on it with KG_HOME
`checkout`  the project's folder, to read what it ships
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
DATA = ("ontology", "queries", "seeds")


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


Kg = Callable[..., Ran]


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may edit."""
    home = tmp_path / "project"
    for folder in DATA:
        shutil.copytree(CHECKOUT / folder, home / folder)
    return home


@pytest.fixture
def kg(tmp_path: Path) -> Kg:
    """Run `kg ARGUMENTS` in an empty folder, with a store there; `home` names other data than the project's."""
    return lambda *arguments, **options: run_kg(tmp_path, *arguments, **options)


def run_kg(
    folder: Path, *arguments: str, stdin: str = "", home: Path | None = None, environment: dict[str, str] | None = None
) -> Ran:
    """Run `kg` with nothing of the caller's environment but what is named here."""
    chosen = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), **({"KG_HOME": str(home)} if home else {})}
    finished = subprocess.run(
        [sys.executable, "-m", "kg.cli", *arguments],
        cwd=folder,
        env=chosen | (environment or {}),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ran(finished.returncode, finished.stdout, finished.stderr)
