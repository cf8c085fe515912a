"""The command line `kg`: thin over `KnowledgeGraph`, or over the server that holds its store.

A command imports what it needs when it runs, so that the others, and help, begin sooner.

Exit codes: 0 done; 1 the answer is no, the question was not understood, or faults were found; 2 wrong usage;
3 the store (or its server) is not available; 4 a fault of the program's own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import errors, operating, preparing, session
from kg.errors import Fault
from kg.formats import AnswerFormat, GraphFormat, ProofFormat, ResultFormat
from kg.operating import DEFAULT, Store

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model import Answer, NotAnswered

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Who says what about peace proposals and security guarantees, in which words, and what follows from it.",
)
_UNAVAILABLE = (
    errors.StoreUnavailable,
    errors.ModelUnavailable,
    errors.Busy,
    errors.QueryTimeout,
    errors.QueryTooLarge,
)

Inferred = Annotated[bool, typer.Option("--inferred/--no-inferred", help="With what rules infer, or without.")]
Question = Annotated[
    list[str] | None, typer.Argument(metavar="QUESTION", help="English, or - for stdin; name=value with --name.")
]
AccordingTo = Annotated[str | None, typer.Option(help="Only what this speaker says, with --name.")]
Without = Annotated[
    list[str] | None, typer.Option(help="As if this source, claim or situation were not there; may be repeated.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file in the place of standard output.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        import kg

        typer.echo(kg.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of `kg` itself."""


def main() -> None:
    """Run `kg`: every error is one message on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app(prog_name="kg")
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
    finally:
        _finish_output()


def _finish_output() -> None:
    """Write what is buffered; whoever read only the beginning, as `head` does, need not hear that more was to come."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(error: Exception) -> str:
    """The innermost line of ours that led to the error: "rules/parsing.py:12"."""
    import traceback

    ours = Path(__file__).parent
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if ours in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(ours)}:{frames[-1].lineno}"


for _command in (
    *(operating.serve, operating.mcp, operating.backup, operating.restore),
    *(preparing.new, preparing.draft, preparing.classes, preparing.schema, preparing.convert),
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
    from kg import check as checking

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
        ResultFormat | None, typer.Option("--format", "-f", help="table; for CONSTRUCT and DESCRIBE ttl.")
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
    import pyoxigraph as ox

    from kg import terminal
    from kg.sparql import results

    with session.graph(store, reading=True) as graph:
        found = graph.query(session.text(sparql, ".rq"), inferred=inferred)
        table = form in (None, ResultFormat.TABLE)
        if isinstance(found, ox.QuerySolutions) and table and output is None:
            columns = [variable.value for variable in found.variables]
            terminal.show_table(columns, results.rows(found, graph.prefixes), terminal.console())
        else:
            session.write([results.serialise(found, form, graph.prefixes)], output)
    if isinstance(found, ox.QueryBoolean) and not found:
        raise typer.Exit(1)


@app.command()
def ask(
    context: typer.Context,
    words: Question = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="A question of the catalogue.")] = None,
    catalogue: Annotated[bool, typer.Option("--list", "-l", help="List the catalogue's questions.")] = False,
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many rows, with --name.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Rows to pass over, with --name.")] = 0,
    inferred: Inferred = True,
    according_to: AccordingTo = None,
    without: Without = None,
    form: Annotated[AnswerFormat, typer.Option("--format", "-f")] = AnswerFormat.TABLE,
    store: Store = DEFAULT.store,
) -> None:
    """Ask a question; the answer comes with the exact words behind it.

    \b
    Examples:
      kg ask "Which proposals name China as guarantor?"
      kg ask --list
      kg ask --name proposals-naming-guarantor guarantor=China
      kg ask --name claims-made --according-to analysts --format csv
      kg ask "Which states can block the Istanbul proposals?" --without "UN Charter"

    Where a question is not surely understood, the likeliest ones are listed; in a terminal, a number takes one.
    Exit code 1: the answer is no, or the question was not understood.
    """
    from kg import terminal
    from kg.model import NotAnswered

    _refuse_idle(context, name=name is not None, catalogue=catalogue, words=bool(words))
    with session.graph(store, reading=True) as graph:
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
                without=without or (),
            )
        elif words:
            found = _in_english(graph, session.text(" ".join(words)).strip(), form, without or ())
        else:
            raise typer.BadParameter("Ask something, or see the questions with: kg ask --list")
    terminal.show(found, form, None if name else graph.prefixes)
    if isinstance(found, NotAnswered) or found.verdict not in (None, "yes"):
        raise typer.Exit(1)


def _refuse_idle(context: typer.Context, *, name: bool, catalogue: bool, words: bool) -> None:
    """Raise BadParameter for what was given to `kg ask` and would do nothing."""
    given = {
        parameter.name: parameter.opts[0]
        for parameter in context.command.params
        if parameter.name and getattr(context.get_parameter_source(parameter.name), "name", "") == "COMMANDLINE"
    }
    if catalogue and (name or words):
        raise typer.BadParameter("--list lists all questions: leave the question out.")
    for option in ("limit", "offset", "inferred", "according_to"):
        if option in given and not name:
            raise typer.BadParameter(f"{given[option]} goes with --name alone; in English, say it in the question.")


def _in_english(graph: Graph, words: str, form: AnswerFormat, without: Sequence[str]) -> Answer | NotAnswered:
    """The answer; where there is none, to the one of the likeliest questions that is chosen in a terminal."""
    from kg import terminal
    from kg.model import NotAnswered

    found = graph.ask(words, without=without)
    if form is not AnswerFormat.TABLE or not isinstance(found, NotAnswered) or not terminal.can_choose(found):
        return found
    terminal.show(found, form)
    chosen = terminal.choose(found)
    if chosen is None:
        raise typer.Exit(1)
    return graph.ask(chosen, without=without)


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
    from kg import terminal

    with session.graph(store, reading=True) as graph:
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
    from kg import exporting

    with session.graph(store, reading=True) as graph:
        session.write(graph.export(exporting.FORMATS[form], inferred=inferred, annotated=annotated), output)


if __name__ == "__main__":
    main()
