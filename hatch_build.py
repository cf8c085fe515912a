"""Puts the project's data into the wheel, where `kg.settings.Home` looks for it, and what is made of it beforehand."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("ontology", "queries", "register", "seeds")


class DataFolders(BuildHookInterface):  # type: ignore[type-arg]
    """`ontology/` becomes `kg/_data/ontology/` and so on; an editable install reads the checkout's own folders.

    What is learned from questions and examples, and what SPARQL is read as, is kept beside the package's modules in
    either case.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        from kg import language, parsed
        from kg.knowledge import Knowledge
        from kg.settings import Home

        knowledge = Knowledge(Home(Path(self.root)))
        language.learn(knowledge)
        knowledge.parse()
        build_data["artifacts"] += [path.relative_to(self.root).as_posix() for path in (language.MODEL, parsed.FILE)]
        if version != "editable":
            build_data["force_include"] |= {folder: f"kg/_data/{folder}" for folder in DATA}
