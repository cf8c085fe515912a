"""Answers as a person reads them in a terminal, however narrow: what was found, and the words that it rests on."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.formats import AnswerFormat
from kg.model import Answer, Cell, Evidence, NotAnswered, Row, as_json
from kg.questions import serialising
from kg.questions.catalogue import Question
from kg.terms import compact

_AFFIRMED = "affirmed"
_DELIMITED = {AnswerFormat.CSV: serialising.as_csv, AnswerFormat.TSV: serialising.as_tsv}


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or 100 columns where there is none (`COLUMNS` overrides both)."""
    stream = sys.stderr if stderr else sys.stdout
    width = shutil.get_terminal_size((100, 24)).columns
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def show(found: Answer | NotAnswered, form: AnswerFormat, understood: Mapping[str, str] | None = None) -> None:
    """Write an answer to standard output, or in csv and tsv why there is none to standard error.

    `understood` has the prefixes for saying how a question in English was understood; None where it was asked by name.
    """
    if form is AnswerFormat.JSON:
        _write(as_json(found) + "\n")
    elif isinstance(found, NotAnswered):
        show_not_answered(found, console(stderr=form is not AnswerFormat.TABLE))
    elif form is AnswerFormat.TABLE:
        screen = console()
        show_answer(found, screen)
        if understood is not None:
            _print(screen, f"\nUnderstood as: {_understood(found, understood)}")
    else:
        _write(_DELIMITED[form](serialising.table(found)))


def show_questions(questions: Iterable[Question], form: AnswerFormat) -> None:
    """Write the catalogue: each question with its name, its parameters and their classes."""
    columns = ("name", "question", "parameters")
    rows = [(each.name, each.question, " ".join(each.parameters)) for each in questions]
    if form is AnswerFormat.JSON:
        _write(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False) + "\n")
    elif form is AnswerFormat.TABLE:
        show_table(columns, rows, console())
    else:
        _write(_DELIMITED[form]([columns, *rows]))


def show_not_answered(result: NotAnswered, screen: Console) -> None:
    _print(screen, f"Not answered: {result.reason}")
    if result.suggestions:
        _print(screen, "\nYou could ask:")
        for number, suggestion in enumerate(result.suggestions, 1):
            _print(screen, Padding(Text(f"{number}  {suggestion}"), (0, 0, 0, 2)))


def can_choose(result: NotAnswered) -> bool:
    """Whether questions are offered, and somebody is at a terminal to take one."""
    return bool(result.suggestions) and sys.stdin.isatty() and sys.stdout.isatty()


def choose(result: NotAnswered) -> str | None:
    """Which of the questions offered is taken, by its number; None for anything else that is typed."""
    try:
        typed = input(f"\nWhich one? 1-{len(result.suggestions)}, or Enter for none: ").strip()
    except EOFError:
        return None
    return dict(zip(map(str, range(1, 1 + len(result.suggestions))), result.suggestions, strict=True)).get(typed)


def show_answer(answer: Answer, screen: Console) -> None:
    """Verdict or count, the answer in a sentence, the rows with the numbers of their words, then the words."""
    verdict = [answer.verdict.capitalize() + (", contested" if answer.contested else "")] if answer.verdict else []
    short = [f"{each}. " for each in (*verdict, answer.count) if each is not None]
    _print(screen, Text("".join(short), style="bold").append(answer.statement, style="not bold"))
    if answer.rows:
        _print(screen, "")
        _print(screen, _rows(answer))
    if len(answer.rows) < answer.total:
        _print(screen, f"{len(answer.rows)} of {answer.total} rows; --limit and --offset show others.")
    for number, evidence in enumerate(answer.evidence, start=1):
        _print(screen, "")
        _print(screen, _words(number, evidence))
    if answer.without:
        _show_lost(answer, screen)


def _show_lost(answer: Answer, screen: Console) -> None:
    """What the answer lacks without what was left out, and how each row falls."""
    without = ", ".join(each.label for each in answer.without)
    _print(screen, f"\nThis is without {without}. {'Lost:' if answer.lost else 'Nothing of the answer is lost.'}")
    for row in answer.lost:
        _print(screen, Text(" – ".join(cell.label for cell in row.cells.values()), style="bold"))
        for depth, step in enumerate(row.because, 1):
            _print(screen, Padding(Text(step), (0, 0, 0, 2 * depth)))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], screen: Console) -> None:
    """A plain table; long values wrap inside their column."""
    table = _table(columns)
    for row in rows:
        table.add_row(*row)
    _print(screen, table)


def show_proof(proof: str, *, indented: bool) -> None:
    """Write a proof; the lines of an indented one wrap below where they begin."""
    if not indented:
        _write(proof)
        return
    screen = console()
    for line in proof.splitlines():
        words = line.lstrip(" ")
        _print(screen, Padding(Text(words), (0, 0, 0, len(line) - len(words))))


def _understood(answer: Answer, prefixes: Mapping[str, str]) -> str:
    """ "proposals-naming-guarantor guarantor=id:china": what `kg ask --name` takes."""
    return ", and ".join(
        " ".join(
            [
                *(["not"] if match.negated else []),
                match.name,
                *(f"{name}={compact(value, prefixes)}" for name, value in match.parameters.items()),
            ]
        )
        for match in answer.matched
    )


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _rows(answer: Answer) -> Table:
    """A column that says the same in every row, because it was asked for, is left out; remarks come last."""
    remarks = [_remark(row) for row in answer.rows]
    columns = [*answer.columns, *(["status"] if any(remarks) else []), *(["words"] if answer.evidence else [])]
    table = _table([column.replace("_", " ") for column in columns])
    for row, remark in zip(answer.rows, remarks, strict=True):
        cells = [_text(row.cells.get(column)) for column in answer.columns]
        status = [remark] if any(remarks) else []
        words = ["".join(f"[{index + 1}]" for index in row.evidence)] if answer.evidence else []
        table.add_row(*cells, *status, *words)
    return table


def _text(cell: Cell | None) -> str:
    return cell.label if cell else ""


def _remark(row: Row) -> str:
    return ", ".join(word for word, holds in (("inferred", row.inferred), ("contested", row.contested)) if holds)


def _words(number: int, evidence: Evidence) -> Table:
    """The quote, or for a citation the paraphrase, without quotation marks; who says so and how; where it stands."""
    text = Text()
    if evidence.quote is not None:
        text.append(f"“{evidence.quote}”", style="bold")
    else:
        text.append(f"{evidence.paraphrase} (in our words; {evidence.citation})")
    chain = " › ".join(link.speaker for link in evidence.chain)
    acts = ", ".join(dict.fromkeys(link.act for link in evidence.chain))
    polarity = [evidence.polarity] if evidence.polarity != _AFFIRMED else []
    text.append(f"\n{' · '.join([chain, acts, *polarity, evidence.certainty])}")
    if evidence.start is not None:
        text.append(f" · characters {evidence.start}–{evidence.end}")
    numbered = Table.grid(padding=(0, 1))
    numbered.add_row(f"[{number}]", text)
    return numbered


def _print(screen: Console, what: RenderableType) -> None:
    """Print without the blanks that fill lines up."""
    with screen.capture() as capture:
        screen.print(what)
    screen.file.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def _write(text: str) -> None:
    """Bytes as they are: Windows line ends in CSV stay what they are."""
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()
