"""Security Guarantees KG: who says what about peace proposals, in which words, and what follows from it.

>>> import kg
>>> with kg.open("memory:") as graph:
...     answer = graph.ask("Which proposals name China as guarantor?")
...     [thing.label for thing in answer.answers]
['Istanbul proposals (2022)']
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph import Graph
    from kg.model import Answer, Loaded, NotAnswered

    __version__: str

__all__ = ["Answer", "Graph", "KgError", "Loaded", "NotAnswered", "__version__", "open"]

_PLACES = {
    "Answer": "kg.model",
    "Graph": "kg.graph",
    "KgError": "kg.errors",
    "Loaded": "kg.model",
    "NotAnswered": "kg.model",
}


def open(  # noqa: A001 - as `gzip.open` and `shelve.open` are called
    store: str | None = None, *, token: str | None = None, progress: Callable[[str], None] | None = None
) -> Graph:
    """The graph in a store; use it as a context, or close it at the end. `Graph` says what can be done with it.

    `store` is `file:DIR`, `memory:` or the URL of a SPARQL endpoint; None takes STORE from the environment, else
    `file:store`, as the command line does. An empty store gets the seed. Where a server holds the store, it is asked
    instead; writing then needs its `token`, or KG_TOKEN. `progress` is told what takes long. Raise StoreUnavailable, a
    KgError, where the store cannot be opened.
    """
    from dataclasses import replace

    from kg.graph import silent
    from kg.session import opened
    from kg.settings import Settings

    settings = Settings.from_environment()
    chosen = replace(settings, store=store or settings.store, token=token or settings.token)
    return opened(chosen, progress or silent)


def __getattr__(name: str) -> object:
    """What is heavy to import comes when it is first named."""
    if name == "__version__":
        from importlib.metadata import version

        return version("security-guarantees-kg")
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
