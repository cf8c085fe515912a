"""What every command has at hand: the settings, the graph (here, or behind the server that holds it), input, output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from kg import archives, namespaces, server
from kg.client import Client
from kg.errors import BadParameter, StoreUnavailable
from kg.graph import KnowledgeGraph
from kg.knowledge import Knowledge
from kg.settings import Settings
from kg.store import open_store

_LONGEST_PATH = 1024  # characters; a longer argument is a query, no file


class GraphFormat(StrEnum):
    """How the whole graph may be written: names of `exporting.FORMATS`."""

    TRIG = "trig"
    NQ = "nq"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"


class ProofFormat(StrEnum):
    """How a proof may be written."""

    TEXT = "text"
    JSON = "json"
    TTL = "ttl"


def settings() -> Settings:
    return Settings.from_environment()


@contextmanager
def graph(store: str) -> Iterator[KnowledgeGraph | Client]:
    """The graph in the store at this URL, opened here; or the server that holds it, where one does."""
    chosen = replace(settings(), store=store)
    try:
        opened = KnowledgeGraph.open(chosen, progress)
    except StoreUnavailable:
        holder = server.announced(store)
        if holder is None:
            raise
        known = Knowledge(chosen.home)  # names in documents are read here, where their files lie
        yield Client(holder.url, chosen.token, namespaces.prefixes(chosen.home.ontology), lambda: known.register)
        return
    with opened:
        yield opened


@contextmanager
def backup(store: str) -> Iterator[Iterator[bytes]]:
    """The chunks of a backup of the store at this URL, or of the server that holds it."""
    chosen = replace(settings(), store=store)
    try:
        opened = open_store(store, chosen.access)
    except StoreUnavailable:
        holder = server.announced(store)
        if holder is None:
            raise
        with Client(holder.url, chosen.token, {}).backup() as chunks:
            yield chunks
        return
    with opened:
        yield archives.packed(opened.quads())


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


def text(source: str) -> str:
    """The text itself, or that of the file it names, or, for "-", standard input."""
    if source == "-":
        return sys.stdin.read()
    if len(source) < _LONGEST_PATH and "\n" not in source and Path(source).is_file():
        return Path(source).read_text(encoding="utf-8")
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
