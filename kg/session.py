"""What every command has at hand: the settings, the graph (here, or behind the server that holds it), input, output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import BadParameter, StoreUnavailable
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.client import Client
    from kg.graph import KnowledgeGraph
    from kg.pipeline import Progress

_LONGEST_PATH = 1024  # characters; a longer argument is a query, no file


def settings() -> Settings:
    return Settings.from_environment()


def graph(store: str, *, reading: bool = False) -> KnowledgeGraph | Client:
    """The graph in the store at this URL; what its opening does is told on standard error. For `reading`, see below."""
    return opened(replace(settings(), store=store), progress, reading=reading)


def opened(chosen: Settings, progress: Progress, *, reading: bool = False) -> KnowledgeGraph | Client:
    """The graph in a store, opened here, or, where a server holds the store, that server; raise StoreUnavailable.

    For `reading` alone it may be a copy: of a store that another process has open, or that nobody may write.
    """
    from kg.graph import KnowledgeGraph

    try:
        return KnowledgeGraph.open(chosen, progress)
    except StoreUnavailable as unavailable:
        from kg import namespaces
        from kg.client import Client
        from kg.holder import announced

        holder = announced(chosen.store)
        if holder is None:
            return _copy(chosen, progress, reading, unavailable)
        from kg.knowledge import Knowledge

        known = Knowledge(chosen.home)  # names in documents are read here, where their files lie
        return Client(holder.url, chosen.token, namespaces.prefixes(chosen.home.ontology), lambda: known.register)


def _copy(chosen: Settings, progress: Progress, reading: bool, unavailable: StoreUnavailable) -> KnowledgeGraph:
    """The graph in a copy of a store; raise why the store itself is `unavailable` where a copy cannot be had."""
    from kg.graph import KnowledgeGraph
    from kg.store import open_copy

    if not reading:
        raise unavailable
    try:
        return KnowledgeGraph.open(chosen, progress, open_copy)
    except StoreUnavailable:
        raise unavailable from None


@contextmanager
def backup(store: str) -> Iterator[Iterator[bytes]]:
    """The chunks of a backup of the store at this URL, or of the server that holds it."""
    from kg import exporting
    from kg.client import Client
    from kg.holder import announced
    from kg.store import open_copy, open_store

    chosen = replace(settings(), store=store)
    try:
        opened = open_store(store, chosen.access)
    except StoreUnavailable:
        holder = announced(store)
        if holder is not None:
            with Client(holder.url, chosen.token, {}).backup() as chunks:
                yield chunks
            return
        opened = open_copy(store)
    with opened:
        yield exporting.packed(opened.quads())


def arguments(words: Iterable[str]) -> dict[str, list[str]]:
    """ "guarantor=China" → {"guarantor": ["China"]}; a name that is given twice has two values."""
    given: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise BadParameter(
                culprit=word, expected="name=value", remedy="With --name, write for example: guarantor=China"
            )
        given.setdefault(name, []).append(value)
    return given


def text(source: str, ending: str = "") -> str:
    """The text itself, or that of the file it names, or, for "-", standard input.

    Raise BadParameter where it is one word with the `ending` of such files, and there is no file of this name.
    """
    if source == "-":
        return sys.stdin.read()
    name = "" if len(source.encode()) > _LONGEST_PATH or not source.isprintable() else source
    with suppress(OSError):  # a part of it may be longer than any file's name
        if name and Path(name).is_file():
            return Path(name).read_text(encoding="utf-8")
    if ending and name.endswith(ending) and len(name.split()) == 1:
        raise BadParameter(
            culprit=source, found="no such file", remedy="Give the path of a file that holds the text, or the text."
        )
    return source


def write(chunks: Iterable[bytes], output: Path | None) -> None:
    """Write to the file, or to standard output where there is none."""
    if output is None:
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.flush()
    else:
        with output.open("wb") as file:
            file.writelines(chunks)


def complain(message: str) -> None:
    sys.stderr.write(f"kg: {message}\n")


def progress(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
