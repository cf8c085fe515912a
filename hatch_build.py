"""Puts the project's data into the wheel, where `kg.settings.Home` looks for it."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("ontology", "queries", "seeds")


class DataFolders(BuildHookInterface):  # type: ignore[type-arg]
    """`ontology/` becomes `kg/_data/ontology/` and so on; an editable install reads the checkout's own folders."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"] |= {folder: f"kg/_data/{folder}" for folder in DATA}
