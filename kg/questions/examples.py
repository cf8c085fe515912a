"""Questions as people put them, each under the name of the one of the catalogue that it asks: `examples/asked.txt`."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from kg.errors import Fault
from kg.namespaces import SG
from kg.ontology.schema import Ontology

NOT_ANSWERED = "-"  # heads those that ask for what no question of the catalogue does
Asked = tuple[tuple[str, str], ...]  # the name of a question and a text that asks it
_HEADING = "## "
_CLASS = re.compile(r"\{([^{}]*)\}")
_NAME_A_CLASS = "Name one of its classes, or write the thing's name."


def read(path: Path, questions: Collection[str], ontology: Ontology) -> tuple[Asked, list[Fault]]:
    """The texts of a file, names in them as `{Class}`, and its faults, each with its line; none of a file not there."""
    found: list[tuple[str, str]] = []
    faults: list[Fault] = []
    name = ""
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), 1):
        wrong: list[tuple[str, str]] = []
        if text.startswith(_HEADING):
            name = text.removeprefix(_HEADING).strip()
            if name not in questions and name != NOT_ANSWERED:
                wrong = [(f"no question is called '{name}'.", f"Name a question of the catalogue, or {NOT_ANSWERED}.")]
        elif text.strip() and not text.startswith("#"):
            found.append((name, text.strip()))
            unknown = [kind for kind in _CLASS.findall(text) if SG + kind not in ontology.classes]
            wrong = [(f"{{{kind}}} is no class of the ontology.", _NAME_A_CLASS) for kind in unknown]
            if not name:
                wrong.append(("this text stands under no question.", f"Put a line `{_HEADING}NAME` before it."))
        faults += [Fault(f"{path.parent.name}/{path.name}", "", what, why, line) for what, why in wrong]
    return tuple(found), faults
