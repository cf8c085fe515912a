"""The commands for whoever writes a document: `kg new`, `kg classes`, `kg schema`, `kg convert`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import session
from kg.errors import BadParameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.authoring.drafting import Complete, Draft
    from kg.knowledge import Knowledge

Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file in the place of standard output.")]


def _knowledge() -> Knowledge:
    from kg.knowledge import Knowledge  # with all that reads it: help need not wait for that

    return Knowledge(session.settings().home)


def new(
    text: Annotated[Path, typer.Argument(metavar="FILE.txt", help="The text that the document is of.")],
    output: Output = None,
) -> None:
    """Begin a document: its head, and a claim to fill in for each sentence, with the names that stand in it.

    \b
    Examples:
      kg new report.txt
      kg new report.txt -o drafts/report.yaml

    Written is FILE.yaml beside the text, unless it is there.
    """
    from kg.authoring import scaffold

    target = _target(text, output)
    begun = scaffold.begin(text, _knowledge().register.terms)
    target.write_text(begun, encoding="utf-8")
    typer.echo(f"{target}: fill in what its claims say, then try it with: kg check {target}")


def _target(text: Path, output: Path | None) -> Path:
    """The file to be written; raise BadParameter where it is there."""
    target = output or text.with_suffix(".yaml")
    if target.exists():
        raise BadParameter(
            str(target), found="a file that is there", remedy="Name another with --output, or remove it."
        )
    return target


def draft(
    text: Annotated[Path, typer.Argument(metavar="FILE.txt", help="The text that the document is of.")],
    output: Output = None,
) -> None:
    """Let a language model of your own draft the claims of a text, sentence by sentence; you confirm each.

    \b
    Examples:
      kg draft report.txt
      kg draft report.txt -o drafts/report.yaml

    KG_MODEL_URL (as http://127.0.0.1:11434/v1) and KG_MODEL name the model; KG_MODEL_KEY is sent where it is set. What
    it says must stand in the text and pass all checks; each claim is marked `draft: true`, and is not loaded until you
    take that away. What does not pass is told, and left out.
    Exit code 3: the model does not answer; nothing was written.
    """
    from kg.authoring import language_model

    target, model = _target(text, output), session.settings().model
    made = drafted(text, _knowledge(), lambda messages: language_model.complete(model, messages), session.progress)
    target.write_text(made.text, encoding="utf-8")
    for each in made.refused:
        session.complain(f"left out: {each}")
    typer.echo(f"{target}: {len(made.claims)} claims drafted. Read each beside the text, and take its `draft` away.")


def drafted(text: Path, knowledge: Knowledge, complete: Complete, told: Callable[[str], None]) -> Draft:
    """The draft of a text's document: what the model that `complete` asks says of it, and what passes all checks."""
    from kg import pipeline, syntax
    from kg.authoring import drafting
    from kg.documents import parsing
    from kg.errors import Fault, Rejected

    def examine(written: str) -> tuple[Fault, ...]:
        try:
            found = parsing.parse(written, syntax.YAML, text.name, text.parent, lambda: knowledge.register)
            pipeline.examine(found, knowledge)
        except Rejected as rejected:
            return rejected.faults
        return ()

    return drafting.draft(text, knowledge.register.terms, knowledge.guide.text(), complete, examine, told)


def classes(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD...]", help="What their names or texts hold.")
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="text or json")] = "text",
) -> None:
    """List what a document may say: classes of situations with their roles, acts, certainties, with examples in YAML.

    \b
    Examples:
      kg classes
      kg classes guarantor
      kg classes --format json
    """
    from kg.model import as_data

    guide = _knowledge().guide
    if form not in ("text", "json"):
        raise BadParameter("--format", found=form, expected="text or json", remedy="Choose one of them.")
    listed = as_data(guide.listed(words or ()))
    typer.echo(json.dumps(listed, ensure_ascii=False, indent=1) if form == "json" else guide.text(words or ()))


def schema(output: Output = None) -> None:
    """Write the JSON Schema of documents in YAML, by which an editor completes and checks them.

    \b
    Examples:
      kg schema -o document.schema.json
    In the first line of a document, for editors with the YAML language server:
      # yaml-language-server: $schema=document.schema.json
    """
    written = json.dumps(_knowledge().guide.schema(), ensure_ascii=False, indent=1)
    session.write([written.encode() + b"\n"], output)


def convert(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, Turtle or JSON-LD.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="NAME.yaml or NAME.ttl; - is standard output.")],
) -> None:
    """Write a document in the other form: YAML or Turtle, by the names of the files. Nothing that it states is lost.

    \b
    Examples:
      kg convert report.ttl report.yaml
      kg convert report.yaml report.ttl
    """
    from kg.authoring import conversion

    written = conversion.convert(source, target.suffix, _knowledge().register)
    session.write([written.encode()], None if str(target) == "-" else target)
