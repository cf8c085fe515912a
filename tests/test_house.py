"""The house: what exists is documented, what is documented exists, and each file keeps the project's measure."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from typer.main import get_command

from kg.settings import Settings
from tests.processes import CHECKOUT

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PYTHON = sorted(
    path.relative_to(CHECKOUT).as_posix() for part in ("kg", "api") for path in (CHECKOUT / part).rglob("*.py")
)
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def section(title: str) -> str:
    """The text of a chapter of the README."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(title: str) -> list[list[str]]:
    """The cells of the README's table under `title`, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    asked: set[str] = set()

    class Asked(dict[str, str]):
        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            asked.add(key)
            return default

    Settings.from_environment(Asked())
    assert {row[0].strip("`") for row in table("Settings")} == asked


def test_every_command_is_in_the_readme_and_no_other() -> None:
    from kg.cli import app

    documented = {row[0].strip("`").split()[1] for row in table("Commands")}
    assert documented == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_route_is_in_the_readme_and_no_other() -> None:
    """A `.csv` goes with its JSON; what pages load from `/static`, and what /docs is made of, needs no mention."""
    from api import mcp
    from api.asgi import app

    documented = {path for row in table("Routes") for path in re.findall(r"`(/[^`?]*)", row[0])}
    there = {re.sub(r":path}", "}", path) for path in paths(app.routes) if not path.endswith(".csv")}
    there |= {*app.openapi()["paths"], mcp.PATH}
    assert documented == {path for path in there if not path.startswith(("/static", "/docs/"))}


def paths(routes: Iterable[Any]) -> Iterator[str]:
    """The paths of routes, those of included routers too."""
    for route in routes:
        if hasattr(route, "path"):
            yield route.path
        else:
            yield from paths(route.original_router.routes)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (CHECKOUT / target).exists()] == []


def test_the_changelog_opens_with_what_is_not_yet_released() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_make_alone_names_every_target() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())  # type: ignore[union-attr]
    shown = subprocess.run(["make", "-C", str(CHECKOUT)], capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make (\w+)", shown, re.MULTILINE)) == targets - {"help"}


def test_ci_can_be_run() -> None:
    assert os.access(CHECKOUT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("path", PYTHON)
def test_a_module_stays_under_400_lines(path: str) -> None:
    assert len((CHECKOUT / path).read_text(encoding="utf-8").splitlines()) < 400


@pytest.mark.parametrize("path", PYTHON)
def test_a_function_stays_under_40_lines(path: str) -> None:
    assert [f"{name}: {lines} lines" for name, lines in functions(path) if lines >= 40] == []


def functions(path: str) -> Iterator[tuple[str, int]]:
    """The functions of a module with their length in lines, from `def` to the end, without decorators and docstring."""
    for node in ast.walk(ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = [line for line in lines if re.match(r'\s+"[\w.-]+(\[\w+\])?[<>=]', line) and "# " not in line]
    assert silent == []


def test_every_import_is_a_dependency_and_every_dependency_is_imported() -> None:
    """`modules` has the packages whose modules are named otherwise; starlette and pydantic_core come with others,
    compression with later releases of Python."""
    modules = {
        "backports.zstd": "backports",
        "prometheus-client": "prometheus_client",
        "pyyaml": "yaml",
        "pyshifty": "shifty",
    }
    declared = {
        modules.get(name, name)
        for name in (
            re.match(r"[\w.-]+", line)[0]  # type: ignore[index]
            for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["check"])
        )
    }
    imported = {name for path in PYTHON for name in imports(path)}
    imported |= {"owlready2", "httptools", "uvloop"}  # its jars alone, by their place; what uvicorn takes if there
    ours = {"api", "kg"}
    assert imported - ours - sys.stdlib_module_names - {"compression", "starlette", "pydantic_core"} == declared


def imports(path: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_no_file_names_a_place_on_one_machine() -> None:
    """Paths, users and hosts of a developer's machine have no place in what others read."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    private = re.compile(
        rb"/(?:root|home|Users|work)/\w|(?<!==)\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b"
    )
    found = [
        name
        for name in listed.decode().split("\0")
        if name and (CHECKOUT / name).is_file() and private.search((CHECKOUT / name).read_bytes())
    ]
    assert found == []
