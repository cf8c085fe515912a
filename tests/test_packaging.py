"""The wheel: it brings the project's data, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, Kg


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(
        command, cwd=CHECKOUT, check=True, capture_output=True, env=os.environ | {"HATCH_BUILD_CLEAN": "false"}
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_projects_data_and_nothing_of_its_tests(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "ontology", "queries", "register", "seeds", "kg", "api"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    committed = [name for name in listed.stdout.decode().split("\0") if name and (CHECKOUT / name).exists()]
    expected = {name if name.startswith(("kg/", "api/")) else f"kg/_data/{name}" for name in committed}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert expected - held == set()
    assert {"kg/language/intent.npz", "kg/parsed.pickle"} <= held
    assert [name for name in held if name.startswith(("tests/", "examples/")) or "asked.txt" in name] == []


def test_kg_from_the_wheel_answers_the_first_question(wheel: Path, tmp_path: Path) -> None:
    """Unpacked, and put before the checkout on the path: what is installed is what runs."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    kg = Kg(tmp_path, path=tmp_path / "installed")
    shown = kg("ask", "Which proposals name China as guarantor?").stdout
    assert "Istanbul proposals (2022)" in shown
    with kg.serving("--store", "memory:") as url:
        assert url.startswith("http://127.0.0.1:")
