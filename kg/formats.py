"""The forms in which the command line writes what it finds, by the names of `--format`."""

from __future__ import annotations

from enum import StrEnum


class ResultFormat(StrEnum):
    """What `kg query` writes: the first four for SELECT and ASK, the last three for CONSTRUCT and DESCRIBE."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"


class AnswerFormat(StrEnum):
    """How an answer may be written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


class ProofFormat(StrEnum):
    """How a proof may be written."""

    TEXT = "text"
    JSON = "json"
    TTL = "ttl"


class GraphFormat(StrEnum):
    """How the whole graph may be written: names of `exporting.FORMATS`."""

    TRIG = "trig"
    NQ = "nq"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"
