"""The notebook runs from its first cell to its last on a server of the seed, and shows what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.processes import CHECKOUT

FOLDER = CHECKOUT / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def run(name: str, url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[dict[str, Any]]:
    """The outputs of each cell of code, by media type."""
    monkeypatch.setenv("KG_URL", url)
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    notebook = nbformat.read(FOLDER / name, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        {kind: value for output in cell.outputs for kind, value in output.get("data", {}).items()} for cell in cells
    ]


@pytest.mark.timeout(200)
def test_from_a_question_to_a_table_to_a_plot(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, answers, table, claims, plot = run("question-to-plot.ipynb", url, monkeypatch, tmp_path)
    assert answers["text/plain"] == "['Istanbul proposals (2022)']"
    assert "Russia and China were named as security guarantors" in table["text/html"]
    assert "the article" in claims["text/html"]
    assert plot["image/png"]
    assert "analysts" in plot["text/html"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs(name: str) -> None:
    """What it shows comes from the graph that is asked, not from a run of long ago."""
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
