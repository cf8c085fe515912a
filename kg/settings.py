"""Where the project's data lies, and what the environment sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kg.errors import BadSetting


@cache
def _installed_home() -> Path:
    """The folder with `ontology/`, `queries/` and `seeds/`: inside an installed wheel, or the checkout around it."""
    package = Path(__file__).resolve().parent
    bundled = package / "_data"
    return bundled if bundled.is_dir() else package.parent


@dataclass(frozen=True)
class Home:
    """The project's data: one folder that holds `ontology/`, `queries/` and `seeds/`."""

    path: Path = field(default_factory=_installed_home)
    own_register: Path | None = None  # a folder beside the built-in one

    @property
    def registers(self) -> tuple[Path, ...]:
        """The folders of the register: the project's, and the user's own."""
        return tuple(path for path in (self.path / "register", self.own_register) if path)

    @property
    def ontology(self) -> Path:
        return self.path / "ontology"

    @property
    def shapes(self) -> Path:
        return self.ontology / "shapes"

    @property
    def rules(self) -> Path:
        return self.ontology / "rules"

    @property
    def queries(self) -> Path:
        return self.path / "queries"

    @property
    def examples(self) -> Path:
        """Questions as people put them, which English is learned from; not there where the project is installed."""
        return self.path / "examples" / "asked.txt"

    @property
    def seeds(self) -> Path:
        return self.path / "seeds"

    @property
    def background(self) -> Path:
        return self.seeds / "background"


LOGS = ("problems", "requests", "none")  # what is logged: slow and failed requests, all of them, none


@dataclass(frozen=True)
class Access:
    """How a remote store is reached: the URLs that differ from its own, credentials, and how long it may take.

    `STORE_UPDATE`, `STORE_GRAPHS`, `STORE_USER`, `STORE_PASSWORD` and `STORE_TOKEN` say it.
    """

    update: str | None = None
    graphs: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    seconds: float = 30.0

    @classmethod
    def from_environment(cls, values: Mapping[str, str], seconds: float) -> Access:
        return cls(
            update=values.get("STORE_UPDATE") or None,
            graphs=values.get("STORE_GRAPHS") or None,
            user=values.get("STORE_USER") or None,
            password=values.get("STORE_PASSWORD") or None,
            token=values.get("STORE_TOKEN") or None,
            seconds=seconds,
        )


@dataclass(frozen=True)
class Model:
    """A language model of the user's own: `KG_MODEL_URL`, `KG_MODEL`, `KG_MODEL_KEY`, `KG_MODEL_SECONDS`."""

    url: str | None = None
    name: str | None = None
    key: str | None = field(default=None, repr=False)
    seconds: float = 120.0

    @classmethod
    def from_environment(cls, values: Mapping[str, str]) -> Model:
        return cls(
            url=values.get("KG_MODEL_URL") or None,
            name=values.get("KG_MODEL") or None,
            key=values.get("KG_MODEL_KEY") or None,
            seconds=_number(values, "KG_MODEL_SECONDS", cls.seconds),
        )


@dataclass(frozen=True)
class Settings:
    """What the environment sets, each field by the variable of its name: see the README's table of settings."""

    host: str = "127.0.0.1"
    port: int = 8000
    store: str = "file:store"
    token: str | None = None
    query_seconds: float = 30.0
    query_memory_mb: int = 1024
    drain_seconds: float = 0.0
    plain: bool = False
    log: str = "problems"
    home: Home = field(default_factory=Home)
    access: Access = field(default_factory=Access)
    model: Model = field(default_factory=Model)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raise BadSetting where a number is none."""
        values = os.environ if environment is None else environment
        seconds = _number(values, "KG_QUERY_SECONDS", cls.query_seconds)
        return cls(
            host=values.get("HOST") or cls.host,
            port=int(_number(values, "PORT", cls.port)),
            store=values.get("STORE") or cls.store,
            token=values.get("KG_TOKEN") or None,
            query_seconds=seconds,
            query_memory_mb=int(_number(values, "KG_QUERY_MEMORY_MB", cls.query_memory_mb)),
            drain_seconds=_number(values, "KG_DRAIN_SECONDS", cls.drain_seconds),
            plain=values.get("KG_PLAIN", "") not in ("", "0"),
            log=_one_of(values, "KG_LOG", LOGS, cls.log),
            home=Home(
                Path(values["KG_HOME"]) if values.get("KG_HOME") else _installed_home(),
                Path(values["KG_REGISTER"]) if values.get("KG_REGISTER") else None,
            ),
            access=Access.from_environment(values, seconds),
            model=Model.from_environment(values),
        )


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = values.get(name) or default
    if value not in allowed:
        raise BadSetting(culprit=name, expected=" or ".join(allowed), found=value, remedy=f"Set {name} to one of them.")
    return value


def _number(values: Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise BadSetting(
            culprit=name, expected="a number that is not negative", found=text, remedy=f"Set {name} to a number."
        )
    return number
