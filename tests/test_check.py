"""`kg check` finds what is wrong with the project's files, and names file and line.

Each plant in `check/plants.yaml` is a small edit of a copy of the project. Plants that do not hide each other share a
copy and a run; `group` says with which: what is read first stops what comes after it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
import yaml

from kg import check
from kg.errors import Fault
from kg.settings import Home
from tests.processes import CHECKOUT


@dataclass(frozen=True)
class Plant:
    """In `file`, `old` becomes `new`; the fault says `what`, on the line where `at` (else `new`) begins."""

    name: str
    file: str
    old: str
    new: str
    what: str
    at: str = ""
    group: str = "static"

    def __str__(self) -> str:
        return self.name


TABLE = yaml.safe_load((Path(__file__).parent / "check" / "plants.yaml").read_text(encoding="utf-8"))
PLANTS = [Plant(name, **row) for name, row in TABLE.items()]
GROUPS = tuple(dict.fromkeys(plant.group for plant in PLANTS))


def copied() -> Path:
    home = Path(mkdtemp())
    for folder in ("ontology", "queries", "seeds", "tests/breadth"):
        if (CHECKOUT / folder).is_dir():
            shutil.copytree(CHECKOUT / folder, home / folder)
    return home


@cache
def planted(group: str) -> Path:
    """A copy of the project with every plant of the group."""
    home = copied()
    for plant in (each for each in PLANTS if each.group == group):
        path = home / plant.file
        text = path.read_text(encoding="utf-8")
        assert plant.old in text, f"{plant}: {plant.file} no longer has {plant.old!r}"
        path.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
    return home


@cache
def found(group: str) -> tuple[Fault, ...]:
    return tuple(check.run(Home(planted(group)), reasoners=group in ("reasoner", "contradiction")))


@pytest.fixture(scope="module", autouse=True)
def without_traces() -> Iterator[None]:
    yield
    for group in GROUPS:
        shutil.rmtree(planted(group))


def line_of(plant: Plant) -> int:
    text = (planted(plant.group) / plant.file).read_text(encoding="utf-8")
    return text[: text.index(plant.at or plant.new)].count("\n") + 1


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_fault_is_found_at_its_file_and_line(plant: Plant) -> None:
    faults = found(plant.group)
    here = [fault for fault in faults if fault.file == plant.file and plant.what in fault.what]
    assert line_of(plant) in {fault.line for fault in here}, "\n".join(map(str, here or faults))
    assert all(fault.why for fault in here), "each fault says what to do"
