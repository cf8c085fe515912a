"""The commands that run a store and keep it: `kg serve`, `kg mcp`, `kg backup`, `kg restore`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import session
from kg.errors import BadParameter
from kg.settings import Settings

if TYPE_CHECKING:
    from pyoxigraph import Quad

DEFAULT = Settings()
Store = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="STORE",
        help="file:DIR; memory: for this command alone; or the https: URL of a SPARQL endpoint.",
    ),
]


def serve(
    host: Annotated[str, typer.Option(envvar="HOST", help="The address to listen at.")] = DEFAULT.host,
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="0 takes a free one.")] = DEFAULT.port,
    store: Store = DEFAULT.store,
    token: Annotated[str | None, typer.Option(envvar="KG_TOKEN", help="The bearer token that writing needs.")] = None,
    query_seconds: Annotated[
        float, typer.Option(envvar="KG_QUERY_SECONDS", min=0, help="How long a query may run.")
    ] = DEFAULT.query_seconds,
    query_memory_mb: Annotated[
        int, typer.Option(envvar="KG_QUERY_MEMORY_MB", min=0, help="How much memory a query may use.")
    ] = DEFAULT.query_memory_mb,
    plain: Annotated[
        bool, typer.Option("--plain", envvar="KG_PLAIN", help="An empty store of plain RDF: no seed, no pipeline.")
    ] = False,
) -> None:
    """Serve the graph over HTTP; the first start loads the seed.

    \b
    Examples:
      kg serve
      kg serve --port 8001 --store file:another-store
      KG_TOKEN=secret kg serve --host 0.0.0.0
    """
    from kg import server

    found = session.settings()
    chosen = replace(
        found,
        host=host,
        port=port,
        store=store,
        token=token or None,
        query_seconds=query_seconds,
        query_memory_mb=query_memory_mb,
        plain=plain,
        access=replace(found.access, seconds=query_seconds),
    )
    server.run(chosen, session.progress)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write, for example graph.nq.gz.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")] = False,
    store: Store = DEFAULT.store,
) -> None:
    """Write the whole store to one file, also while a server has it: one version, with everything in it.

    \b
    Examples:
      kg backup graph.nq.gz
      kg backup /var/backups/graph.nq.gz --store file:another-store
    """
    if file.exists() and not force:
        raise BadParameter(
            str(file), found="a file that is there already", remedy="Name another file, or replace it with --force."
        )
    draft = file.with_name(file.name + ".part")
    try:
        with session.backup(store) as chunks, draft.open("wb") as out:
            out.writelines(chunks)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    typer.echo(f"{file}: {file.stat().st_size:,} bytes.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `kg backup` has written.")],
    store: Store = DEFAULT.store,
) -> None:
    """Put a backup in the place of everything that the store holds, wholly or not at all; no server may have it.

    Of a remote store it takes the place of the pipeline's graphs, and of those that it has itself.

    \b
    Examples:
      kg restore graph.nq.gz
      kg restore graph.nq.gz --store file:another-store

    Exit code 2: the file is no whole backup; nothing was changed.
    """
    from kg import exporting
    from kg.store import open_store

    restored = 0

    def counted() -> Iterator[Quad]:
        nonlocal restored
        for restored, quad in enumerate(exporting.unpacked(file), 1):  # noqa: B007 - told at the end
            yield quad

    with open_store(store, session.settings().access) as opened:
        opened.replace_all(counted())
    typer.echo(f"{restored:,} quads restored.")


def mcp(store: Store = DEFAULT.store) -> None:
    """Serve the graph to language models by the Model Context Protocol, over standard input and output.

    \b
    Examples:
      kg mcp
      kg mcp --store file:another-store
    In the settings of a program that speaks the protocol:
      {"mcpServers": {"security-guarantees": {"command": "kg", "args": ["mcp"]}}}
    """
    from kg import mcp as protocol
    from kg import workers
    from kg.ontology import schema
    from kg.store import folder_of

    chosen = session.settings()
    limits = workers.Limits(seconds=chosen.query_seconds, memory=chosen.query_memory_mb << 20)
    folder = folder_of(store) if store == DEFAULT.store else None
    if folder is not None and not folder.exists():
        store = "memory:"  # a client starts the command wherever it stands: nothing is made there
    with session.graph(store, reading=True) as graph:
        protocol.serve(graph, limits, schema.read(chosen.home.ontology))
