"""What the documents show is what happens: their commands run, in order, and print what stands below them.

A line `...` in the expected output stands for any lines, and `…` at a line's end for the rest of that line.
Where an example is stale, the failure shows the output to paste.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.processes import CHECKOUT, Kg

BLOCK = re.compile(
    r"""(?:^(?P<how>Append\ to|Write)\ `(?P<path>[^`]+)`[^\n]*\n\n)?   # a file to make or lengthen, where one is named
    ^```(?P<kind>\w+)\n(?P<body>.*?)^```$""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Example:
    """A command that a document shows, and the output that stands below it."""

    command: str
    expected: str

    def matches(self, output: str) -> bool:
        lines = [self._line(line) for line in self.expected.split("\n")]
        shown = output.replace("\r\n", "\n").rstrip("\n") + "\n"
        return re.fullmatch("".join(lines), shown) is not None

    @staticmethod
    def _line(line: str) -> str:
        if line.strip() == "...":
            return r"(?:[^\n]*\n)*"
        return re.escape(line.removesuffix("…").rstrip()) + (r"[^\n]*" if line.endswith("…") else r" *") + "\n"


def examples(block: str) -> Iterator[Example]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield Example(command, expected.rstrip("\n"))


def blocks(document: str, heading: str = "") -> Iterator[re.Match[str]]:
    """The blocks of a document, from a heading on where one is given."""
    _, found, text = (CHECKOUT / document).read_text(encoding="utf-8").partition(heading or "\n")
    assert found, f"{document} has no {heading}"
    yield from BLOCK.finditer(text)


def output_of(command: str, kg: Kg, url: str) -> str:
    program, *arguments = shlex.split(command)
    if program == "kg":
        ran = kg(*arguments)
        return ran.stdout or ran.stderr  # what a command says on its way is left out
    assert program == "curl", f"a test cannot run {program}"
    return fetched(arguments, url)


def fetched(arguments: list[str], url: str) -> str:
    """What curl with `-s`, `-H`, `-d` and an address would print."""
    headers, data, address = {}, None, ""
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "-H":
            name, _, value = next(remaining).partition(": ")
            headers[name] = value
        elif argument in ("-d", "--data"):
            data = next(remaining).encode()
        elif not argument.startswith("-"):
            address = re.sub(r"^(?:http://)?(?:127\.0\.0\.1|localhost):8000", url, argument)
    try:
        with urlopen(Request(address, data=data, headers=headers)) as response:
            return str(response.read().decode())
    except HTTPError as problem:
        return problem.read().decode()


README = [example for block in blocks("README.md") if block["kind"] == "console" for example in examples(block["body"])]


@pytest.mark.parametrize("example", README, ids=[example.command for example in README])
def test_a_command_in_the_readme_prints_what_the_readme_shows(example: Example, kg: Kg, url: str) -> None:
    output = output_of(example.command, kg, url)
    assert example.matches(output), f"The README shows:\n{example.expected}\n\nThe output is:\n{output}"


def test_the_python_in_the_readme_prints_what_the_readme_shows(kg: Kg) -> None:
    python, text = [
        block["body"] for block in blocks("README.md", "From Python, ") if block["kind"] in ("python", "text")
    ][:2]
    ran = subprocess.run(
        [sys.executable, "-c", python], cwd=kg.folder, env=kg.environment, capture_output=True, text=True, timeout=120
    )
    assert Example(python, text.rstrip("\n")).matches(ran.stdout), f"The output is:\n{ran.stdout}{ran.stderr}"


def test_the_recipes_work_in_order_on_a_copy_of_the_project(project: Path) -> None:
    """CONTRIBUTING.md adds a term, a shape, a document, a rule and a question without a line of Python.

    Each step keeps what came before it, so `kg check`, which takes long, looks at the project once all are there.
    """
    kg, expected = Kg(project, project), set()
    for block in blocks("CONTRIBUTING.md", "\n## Recipes\n"):
        if block["how"]:
            path = project / block["path"]
            before = path.read_text(encoding="utf-8") if block["how"] == "Append to" else ""
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(before + block["body"], encoding="utf-8")
        for example in examples(block["body"]) if block["kind"] == "console" else ():
            if example.command == "kg check":
                expected.add(example)
                continue
            shown = output_of(example.command, kg, "")
            assert example.matches(shown), f"$ {example.command}\nThe output is:\n{shown}"
    (check,) = expected
    shown = output_of(check.command, kg, "")
    assert check.matches(shown), f"$ {check.command}\nThe output is:\n{shown}"
