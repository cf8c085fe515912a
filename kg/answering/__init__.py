"""One question of the catalogue, answered on one version of the graph, with the words behind each row."""

from __future__ import annotations

from kg.answering.rows import Request, answer, resolve
from kg.answering.statements import statement_of
from kg.answering.verdicts import verdict_of, weakest

__all__ = ["Request", "answer", "resolve", "statement_of", "verdict_of", "weakest"]
