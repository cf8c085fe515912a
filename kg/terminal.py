"""Answers as a person reads them in a terminal, however narrow: what was found, and the words that it rests on."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.model import Answer, Cell, Evidence, NotAnswered, Row

_SURE = "asserted"
_AFFIRMED = "affirmed"


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or 100 columns where there is none (`COLUMNS` overrides both)."""
    stream = sys.stderr if stderr else sys.stdout
    width = shutil.get_terminal_size((100, 24)).columns
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def show(result: Answer | NotAnswered, screen: Console) -> None:
    if isinstance(result, NotAnswered):
        show_not_answered(result, screen)
    else:
        show_answer(result, screen)


def show_not_answered(result: NotAnswered, screen: Console) -> None:
    screen.print(f"Not answered: {result.reason}")
    if result.suggestions:
        screen.print("\nYou could ask:")
        for suggestion in result.suggestions:
            screen.print(Padding(Text(suggestion), (0, 0, 0, 2)))


def show_answer(answer: Answer, screen: Console) -> None:
    """Verdict or count, the rows with the numbers of their words, then the words."""
    if answer.verdict is not None:
        screen.print(Text(answer.verdict.capitalize() + (", contested" if answer.contested else ""), style="bold"))
    if answer.count is not None:
        screen.print(Text(str(answer.count), style="bold"))
    if answer.rows:
        screen.print(_rows(answer))
    elif answer.verdict is None and answer.count is None:
        screen.print("Understood; the graph has none.")
    if len(answer.rows) < answer.total:
        screen.print(f"{len(answer.rows)} of {answer.total} rows; --limit and --offset show others.")
    for number, evidence in enumerate(answer.evidence, start=1):
        screen.print()
        screen.print(_words(number, evidence))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], screen: Console) -> None:
    """A plain table; long values wrap inside their column."""
    table = _table(columns)
    for row in rows:
        table.add_row(*row)
    screen.print(table)


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


def _words(number: int, evidence: Evidence) -> Text:
    """The quote or, for a citation, the paraphrase without quotation marks; then who says so, how, and where it stands."""
    text = Text(f"[{number}] ")
    if evidence.quote is not None:
        text.append(f"“{evidence.quote}”", style="bold")
    else:
        text.append(f"{evidence.paraphrase} (in our words; {evidence.citation})")
    chain = " › ".join(link.speaker for link in evidence.chain)
    acts = ", ".join(dict.fromkeys(link.act for link in evidence.chain))
    manner = [acts, *(word for word in (evidence.certainty, evidence.polarity) if word not in (_SURE, _AFFIRMED, acts))]
    text.append(f"\n    {chain} · {' · '.join(manner)}")
    if evidence.start is not None:
        text.append(f" · characters {evidence.start}–{evidence.end}")
    return text
