"""The command line `kg`: thin over `KnowledgeGraph`, or over the server that holds its store.

Exit codes: 0 done; 1 the answer is no, the question was not understood, or faults were found; 2 wrong usage;
3 the store (or its server) is not available; 4 a fault of the program's own.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer

from kg import errors, exporting, operating, preparing, session, terminal, workers
from kg.errors import Fault
from kg.model import Answer, NotAnswered
from kg.operating import DEFAULT, Store
from kg.questions import serialising
from kg.session import GraphFormat, ProofFormat
from kg.sparql import results

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Who says what about peace proposals and security guarantees, in which words, and what follows from it.",
)
_UNAVAILABLE = (errors.StoreUnavailable, errors.Busy, errors.QueryTimeout, errors.QueryTooLarge)

Inferred = Annotated[bool, typer.Option("--inferred/--no-inferred", help="With what rules infer, or without.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file in the place of standard output.")]


def main() -> None:
    """Run `kg`: every error is one message on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except errors.KgError as error:
        candidates = error.candidates if isinstance(error, errors.BadParameter) else ()
        session.complain("\n".join([str(error), *(f"  {label} ({iri})" for iri, label in candidates)]))
        sys.exit(1 if isinstance(error, errors.Rejected) else 3 if isinstance(error, _UNAVAILABLE) else 2)
    except (OSError, UnicodeDecodeError) as error:
        session.complain(f"{getattr(error, 'filename', None) or 'input'}: {getattr(error, 'strerror', None) or error}.")
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 - a fault of ours is said in one line, too
        session.complain(f"a fault of kg's own in {_place(error)}: {error!r}. Please report it.")
        sys.exit(4)


def _place(error: Exception) -> str:
    """The innermost line of ours that led to the error: "rules/parsing.py:12"."""
    ours = Path(__file__).parent
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if ours in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(ours)}:{frames[-1].lineno}"


for _command in (
    *(operating.serve, operating.backup, operating.restore),
    *(preparing.new, preparing.classes, preparing.schema, preparing.convert),
):
    app.command()(_command)


@app.command()
def load(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="YAML, Turtle, JSON-LD, or folders of these; - is Turtle on stdin."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Examine them, and change nothing.")] = False,
    store: Store = DEFAULT.store,
) -> None:
    """Load documents, all of them or none; one that is there already is replaced.

    \b
    Examples:
      kg load report.yaml
      kg load reports/
      kg load --dry-run report.ttl
      kg load - < report.ttl

    Warnings tell what is likely a slip beside other documents; what they are about is loaded.
    Exit code 1: a document was rejected; nothing was loaded.
    """
    with session.graph(store) as graph:
        sources = [sys.stdin.buffer.read() if file == "-" else Path(file) for file in files]
        done = graph.load_all(sources, dry_run=dry_run)
    _warn(done.warnings)
    typer.echo(str(done))


@app.command()
def unload(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Documents, by name or IRI.")],
    store: Store = DEFAULT.store,
) -> None:
    """Withdraw documents, and all that rested on them alone.

    \b
    Examples:
      kg unload chinese-peacekeepers
    """
    with session.graph(store) as graph:
        for name in names:
            typer.echo(str(graph.unload(name)))


@app.command()
def check(
    documents: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", help="Documents to examine.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file of the project changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Check the ontology, shapes, rules, questions and seeds, or the documents named, without a store.

    \b
    Examples:
      kg check
      kg check report.ttl
      kg check --watch

    Exit code 1: there are faults; each is listed with its file, its line, and what to do.
    """
    from kg import check as checking  # the reasoner's modules load where they are used

    if watch and documents:
        raise typer.BadParameter("--watch is for the project's files; leave the documents out.")
    if watch:
        with suppress(KeyboardInterrupt):
            checking.watch(session.settings().home, _report, session.progress)
        return
    faults = checking.run(session.settings().home, documents or [], session.progress, warn=_warn)
    _report(faults)
    if faults:
        raise typer.Exit(1)


def _warn(warnings: Sequence[Fault]) -> None:
    for warning in warnings:
        session.complain(f"warning: {warning}")


def _report(faults: Sequence[Fault]) -> None:
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        session.complain(f"{len(faults)} fault{'s' if len(faults) != 1 else ''} found.")
    else:
        typer.echo("No faults.")


@app.command()
def query(
    sparql: Annotated[str, typer.Argument(metavar="QUERY", help="SPARQL, a file that holds it, or - for stdin.")],
    form: Annotated[
        results.Format | None, typer.Option("--format", "-f", help="table; for CONSTRUCT and DESCRIBE ttl.")
    ] = None,
    inferred: Inferred = True,
    output: Output = None,
    store: Store = DEFAULT.store,
) -> None:
    """Run a SPARQL query over all graphs; the project's prefixes need no declaring.

    \b
    Examples:
      kg query 'SELECT ?p { ?p sg:namesGuarantor ?g . ?g rdfs:label "China"@en }'
      kg query analysis.rq --format csv --output analysis.csv
      kg query 'CONSTRUCT WHERE { ?state sg:canBlock ?proposal }' --format nt

    Exit code 1: an ASK query whose answer is no.
    """
    with session.graph(store) as graph:
        found = graph.query(session.text(sparql), inferred=inferred)
        table = form in (None, results.Format.TABLE)
        if isinstance(found, ox.QuerySolutions) and table and output is None:
            columns = [variable.value for variable in found.variables]
            terminal.show_table(columns, results.rows(found, graph.prefixes), terminal.console())
        else:
            session.write([results.serialise(found, form, graph.prefixes)], output)
    if isinstance(found, ox.QueryBoolean) and not found:
        raise typer.Exit(1)


@app.command()
def ask(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="English, or - for stdin; name=value with --name.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="A question of the catalogue.")] = None,
    catalogue: Annotated[bool, typer.Option("--list", "-l", help="List the catalogue's questions.")] = False,
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many rows, with --name.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Rows to pass over, with --name.")] = 0,
    inferred: Inferred = True,
    according_to: Annotated[str | None, typer.Option(help="Only what this speaker says, with --name.")] = None,
    form: Annotated[serialising.Format, typer.Option("--format", "-f")] = serialising.Format.TABLE,
    store: Store = DEFAULT.store,
) -> None:
    """Ask a question; the answer comes with the exact words behind it.

    \b
    Examples:
      kg ask "Which proposals name China as guarantor?"
      kg ask --list
      kg ask --name proposals-naming-guarantor guarantor=China
      kg ask --name claims-made --according-to analysts --format csv

    Where a question is not surely understood, the likeliest ones are listed; in a terminal, a number takes one.
    Exit code 1: the answer is no, or the question was not understood.
    """
    with session.graph(store) as graph:
        if catalogue:
            terminal.show_questions(graph.questions(), form)
            return
        if name is not None:
            found: Answer | NotAnswered = graph.answer(
                name,
                session.arguments(words or []),
                limit=limit,
                offset=offset,
                inferred=inferred,
                according_to=according_to,
            )
        elif words:
            found = graph.ask(session.text(" ".join(words)).strip())
            if form is serialising.Format.TABLE and isinstance(found, NotAnswered) and terminal.can_choose(found):
                terminal.show(found, form)
                chosen = terminal.choose(found)
                if chosen is None:
                    raise typer.Exit(1)
                found = graph.ask(chosen)
        else:
            raise typer.BadParameter("Ask something, or see the questions with: kg ask --list")
    terminal.show(found, form, None if name else graph.prefixes)
    if isinstance(found, NotAnswered) or found.verdict not in (None, "yes"):
        raise typer.Exit(1)


@app.command()
def why(
    subject: Annotated[str, typer.Argument(help="An IRI, a prefixed name, or a name.")],
    predicate: Annotated[str, typer.Argument(help="A property, likewise.")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="An IRI, a prefixed name, a name, or a literal.")],
    form: Annotated[ProofFormat, typer.Option("--format", "-f")] = ProofFormat.TEXT,
    store: Store = DEFAULT.store,
) -> None:
    """Prove a statement: its rules and premises, down to quoted words and citations.

    \b
    Examples:
      kg why China sg:canBlock "Chinese peacekeeping initiative"
      kg why id:istanbul-proposals-2022 sg:namesGuarantor id:china --format json

    Exit code 1: the graph does not hold the statement.
    """
    with session.graph(store) as graph:
        try:
            found = graph.proof(subject, predicate, object_, form)
        except errors.NotFound as error:
            session.complain(str(error))
            raise typer.Exit(1) from error
    terminal.show_proof(found, indented=form is ProofFormat.TEXT)


@app.command()
def export(
    form: Annotated[GraphFormat, typer.Option("--format", "-f")] = GraphFormat.TRIG,
    inferred: Inferred = True,
    annotated: Annotated[bool, typer.Option("--annotated", help="Views and inferences as RDF 1.2 reifiers.")] = False,
    output: Output = None,
    store: Store = DEFAULT.store,
) -> None:
    """Write the whole graph: each named graph in trig and nq, their union in the others.

    \b
    Examples:
      kg export > graph.trig
      kg export --format nq --no-inferred --output graph.nq
    """
    with session.graph(store) as graph:
        session.write(graph.export(exporting.FORMATS[form], inferred=inferred, annotated=annotated), output)


@app.command()
def mcp(store: Store = DEFAULT.store) -> None:
    """Serve the graph to language models by the Model Context Protocol, over standard input and output.

    \b
    Examples:
      kg mcp
      kg mcp --store file:another-store
    In the settings of a program that speaks the protocol:
      {"mcpServers": {"security-guarantees": {"command": "kg", "args": ["mcp"]}}}
    """
    from kg import mcp as protocol  # heavy, and of use to this command alone

    chosen = session.settings()
    limits = workers.Limits(seconds=chosen.query_seconds, memory=chosen.query_memory_mb << 20)
    with session.graph(store) as graph:
        protocol.serve(graph, limits)


if __name__ == "__main__":
    main()
