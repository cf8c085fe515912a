"""SPARQL files that open with a header: lines `#+ key: value`, together YAML; grlc's decorator notation.

The file stays valid SPARQL, since a header line is a comment. Source: https://github.com/CLARIAH/grlc.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import Fault, Rejected

MARK = "#+"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where there is one: a tenth of the time


@dataclass(frozen=True)
class Headed:
    """A file's header and its SPARQL, which keeps the file's line numbers (header lines included)."""

    name: str
    path: Path
    header: dict[str, Any]
    sparql: str


def read(path: Path) -> Headed:
    """Read one file; raise Rejected, with file and line, where its header is no YAML mapping or is missing."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    marked = [line for line in lines if line.startswith(MARK)]
    try:
        header = yaml.load("\n".join(line[len(MARK) :].removeprefix(" ") for line in marked), _LOADER)  # noqa: S506 - safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _rejected(
            path, line, "the header is not YAML", f"{getattr(error, 'problem', error)}. Quote the value."
        ) from error
    if not isinstance(header, dict):
        raise _rejected(path, 1, "the header is missing", "Open the file with lines `#+ key: value`.")
    return Headed(path.stem, path, header, text)


def _rejected(path: Path, line: int, what: str, why: str) -> Rejected:
    return Rejected(path.name, (Fault(file=path.name, line=line, subject="", what=what, why=why),))
