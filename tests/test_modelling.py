"""How to model a sentence, in CONTRIBUTING.md: each example loads as it stands there, and a question reads it back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, Kg
from tests.test_examples import Example, examples, output_of

SECTION = re.compile(r"^## How to model a sentence$(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
INTRODUCTION, *PARTS = re.split(
    r"^### ", SECTION.findall((CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8"))[0], flags=re.MULTILINE
)
HEAD = BLOCK.findall(INTRODUCTION)[0][1]
SHOWN = [
    example for part in PARTS for kind, body in BLOCK.findall(part) if kind == "console" for example in examples(body)
]


def write(part: str, folder: Path) -> list[str]:
    """The documents of an example, each a text and its head and claims; the names of their files."""
    blocks = dict(BLOCK.findall(part))
    named = re.findall(r"`([\w-]+)`", re.findall(r"^As (.*):$", part, re.MULTILINE)[0])
    for name in named:
        (folder / f"{name}.txt").write_text(blocks["text"], encoding="utf-8")
        (folder / f"{name}.ttl").write_text((HEAD + "\n" + blocks["turtle"]).replace("NAME", name), encoding="utf-8")
    return [f"{name}.ttl" for name in named]


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Kg:
    kg = Kg(tmp_path_factory.mktemp("modelled"))
    loaded = kg("load", *(name for part in PARTS for name in write(part, kg.folder)))
    assert loaded.code == 0, loaded.stderr
    return kg


@pytest.mark.parametrize("example", SHOWN, ids=[example.command for example in SHOWN])
def test_an_example_is_read_back_as_shown(example: Example, modelled: Kg) -> None:
    output = output_of(example.command, modelled, "")
    assert example.matches(output), f"The section shows:\n{example.expected}\n\nThe output is:\n{output}"


def test_every_example_is_read_back() -> None:
    assert len(PARTS) >= 5
    assert all(re.search(r"^\$ kg ask", part, re.MULTILINE) for part in PARTS)
