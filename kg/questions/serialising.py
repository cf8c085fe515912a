"""An answer as JSON and as rows of text: the shapes that HTTP and the command line share."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from kg.model import Answer, Cell, Evidence, Link, Match, NotAnswered, Offer, Row


class Format(StrEnum):
    """How an answer may be written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


def as_dict(result: Answer | NotAnswered) -> dict[str, Any]:
    """The JSON object of an answer: `verdict` and `count` only where the question is one of that kind."""
    if isinstance(result, NotAnswered):
        return {
            "question": result.question,
            "answered": False,
            "reason": result.reason,
            "suggestions": list(result.suggestions),
            "offers": [asdict(offer) for offer in result.offers],
        }
    kinds = {"verdict": result.verdict, "count": result.count}
    return {
        "question": result.question,
        "answered": True,
        "statement": result.statement,
        "matched": [asdict(match) for match in result.matched],
        **{name: value for name, value in kinds.items() if value is not None},
        "answers": [_named(cell) for cell in result.answers],
        "columns": list(result.columns),
        "rows": [_row(row) for row in result.rows],
        "evidence": [_evidence(evidence) for evidence in result.evidence],
        "inferred": result.inferred,
        "contested": result.contested,
        "total": result.total,
        "sparql": result.sparql,
    }


def from_dict(data: dict[str, Any]) -> Answer | NotAnswered:
    """The answer that `as_dict` wrote; raises KeyError or TypeError where it is none."""
    if not data["answered"]:
        return NotAnswered(data["question"], data["reason"], tuple(Offer(**offer) for offer in data["offers"]))
    return Answer(
        question=data["question"],
        matched=tuple(Match(**match) for match in data["matched"]),
        columns=tuple(data["columns"]),
        answers=tuple(Cell(label=cell["label"], iri=cell.get("iri")) for cell in data["answers"]),
        rows=tuple(_read_row(row) for row in data["rows"]),
        evidence=tuple(_read_evidence(evidence) for evidence in data["evidence"]),
        sparql=data["sparql"],
        total=data["total"],
        verdict=data.get("verdict"),
        count=data.get("count"),
        statement=data["statement"],
    )


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


def _named(cell: Cell) -> dict[str, str]:
    return {"label": cell.label, "iri": cell.iri} if cell.iri is not None else {"label": cell.label}


def _row(row: Row) -> dict[str, Any]:
    return {
        "cells": {column: cell.as_dict() for column, cell in row.cells.items()},
        "evidence": list(row.evidence),
        "inferred": row.inferred,
        "contested": row.contested,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    shown = asdict(evidence) | {"chain": [_link(link) for link in evidence.chain]}
    citation = ("citation", "paraphrase")
    return {name: value for name, value in shown.items() if name not in citation or value is not None}


def _link(link: Link) -> dict[str, Any]:
    return {name: value for name, value in asdict(link).items() if value or name != "others"}


def _read_row(data: dict[str, Any]) -> Row:
    cells = {
        column: Cell(label=cell["label"], iri=cell["iri"], type=cell["type"])
        if "iri" in cell
        else Cell(label=cell["value"], datatype=cell["datatype"], language=cell.get("language"))
        for column, cell in data["cells"].items()
    }
    return Row(cells, tuple(data["evidence"]), data["inferred"], data["contested"])


def _read_evidence(data: dict[str, Any]) -> Evidence:
    return Evidence(**data | {"chain": tuple(_read_link(link) for link in data["chain"])})


def _read_link(data: dict[str, Any]) -> Link:
    return Link(**data | {"others": tuple(data.get("others", ()))})
