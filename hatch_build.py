"""Puts the project's data into the wheel, where `kg.settings.Home` looks for it, and learns to understand English."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("ontology", "queries", "seeds")


class DataFolders(BuildHookInterface):  # type: ignore[type-arg]
    """`ontology/` becomes `kg/_data/ontology/` and so on; an editable install reads the checkout's own folders.

    What is learned from questions and examples is kept beside the package's modules in either case.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        from kg.knowledge import Knowledge
        from kg.language import MODEL, learn
        from kg.settings import Home

        learn(Knowledge(Home(Path(self.root))))
        build_data["artifacts"].append(MODEL.relative_to(self.root).as_posix())
        if version != "editable":
            build_data["force_include"] |= {folder: f"kg/_data/{folder}" for folder in DATA}
