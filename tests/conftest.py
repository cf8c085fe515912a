"""Fixtures. Choose the first that does:

`kg`       the command line on the seed's graph, which all tests share: read, do not write
`own_kg`   the same on a copy of the store that is this test's alone
`url`      a server on a copy of that store, for all tests; writing needs `tests.processes.TOKEN`
`project`  a copy of the project's data, and of the documents that try it, to edit; `Kg(folder, project)` runs on it
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, TOKEN, Kg


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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "project"
    for folder in ("ontology", "queries", "seeds", "tests/breadth", "tests/invalid"):
        if (CHECKOUT / folder).is_dir():
            shutil.copytree(CHECKOUT / folder, home / folder)
    return home
