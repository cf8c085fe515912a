"""An answer as rows of text, and with other labels."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from kg.model import Answer, Cell, Link, Row


def relabelled(answer: Answer, label: Callable[[str], str]) -> Answer:
    """The answer with other labels for its things, and for the voices behind it; `label` has them by IRI."""

    def cell(each: Cell) -> Cell:
        return each if each.iri is None else replace(each, label=label(each.iri))

    def link(each: Link) -> Link:
        return replace(each, speaker=label(each.iri)) if each.iri and not each.others else each

    return replace(
        answer,
        answers=tuple(map(cell, answer.answers)),
        rows=tuple(replace(row, cells={name: cell(each) for name, each in row.cells.items()}) for row in answer.rows),
        evidence=tuple(replace(each, chain=tuple(map(link, each.chain))) for each in answer.evidence),
    )


def table(answer: Answer) -> Iterator[list[str]]:
    """The answer's rows as text, header first: for each column its label and, where it holds things, its IRI; then
    whether the row is inferred and contested, the words (or paraphrases) behind it, one a line, and their claims."""
    things = [column for column in answer.columns if any(_iri(row, column) for row in answer.rows)]
    header = [
        name for column in answer.columns for name in (column, f"{column}_iri") if name == column or column in things
    ]
    yield [*header, "inferred", "contested", "words", "claims"]
    for row in answer.rows:
        line: list[str] = []
        for column in answer.columns:
            cell = row.cells.get(column)
            line.append(cell.label if cell else "")
            if column in things:
                line.append(_iri(row, column))
        evidence = [answer.evidence[index] for index in row.evidence]
        words = "\n".join(each.quote or each.paraphrase or "" for each in evidence)
        yield [*line, str(row.inferred).lower(), str(row.contested).lower(), words, " ".join(e.claim for e in evidence)]


def as_csv(lines: Iterable[Sequence[str]]) -> str:
    """Rows as RFC 4180 has them: CRLF, quotes where needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def as_tsv(lines: Iterable[Sequence[str]]) -> str:
    r"""Rows with tabs between; a tab or line break inside a value is written \t, \n or \r."""
    escapes = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
    return "".join("\t".join(value.translate(escapes) for value in line) + "\n" for line in lines)


def _iri(row: Row, column: str) -> str:
    cell = row.cells.get(column)
    return (cell.iri or "") if cell else ""
