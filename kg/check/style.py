"""How files are written: the order of blocks, their closing dots, the prefixes that they declare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from kg.check.files import File, Project
from kg.errors import Fault
from kg.namespaces import BASE, SH
from kg.spelling import Written, names_in
from kg.terms import parts

_TABLE = "ontology/prefixes.ttl"
_DECLARATION = re.compile(r"@?prefix\b", re.IGNORECASE)
_ORDERED = ("module", "vocabulary", "shapes")


def faults(project: Project, table: Mapping[str, str]) -> Iterator[Fault]:
    """What differs from the house's way of writing Turtle and SPARQL."""
    yield from _table(project.files.get(_TABLE))
    for file in project.files.values():
        yield from _prefixes(file, table)
        if file.kind in _ORDERED and file.name != _TABLE:
            yield from _blocks(file, table)


def _table(file: File | None) -> Iterator[Fault]:
    """The table's prefixes are in order, and name each namespace once."""
    if file is None:
        yield Fault(_TABLE, "", "the prefix table is missing.", "Declare the project's prefixes there.")
        return
    rows: dict[str, dict[str, str]] = {}
    for subject, predicate, value in map(parts, file.quads):
        if predicate.value in (SH + "prefix", SH + "namespace"):
            rows.setdefault(str(subject), {})[predicate.value] = value.value
    names = [row.get(SH + "prefix", "") for row in rows.values()]
    spaces: dict[str, str] = {}
    for row in rows.values():
        name, space = row.get(SH + "prefix", ""), row.get(SH + "namespace", "")
        if not name or not space:
            yield file.fault("", f"a row has no {'namespace' if name else 'prefix'}.", "Give both.", name, space)
        elif space in spaces:
            yield file.fault(
                "", f"'{name}' and '{spaces[space]}' are the same namespace.", "Keep one of the two.", name
            )
        spaces.setdefault(space, name)
    for before, after in pairwise(names):
        if before >= after:
            yield file.fault("", f"'{after}' stands after '{before}'.", "Put the prefixes into their order.", after)


def _prefixes(file: File, table: Mapping[str, str]) -> Iterator[Fault]:
    """Each declared prefix is of the table, used, and in order; each used one is declared."""
    written = Written.of(file.text)
    used = {name.partition(":")[0] for name, _ in names_in(file.text)}
    before = ""
    for prefix, (iri, line) in written.prefixes.items():
        if prefix not in used:
            yield Fault(file.name, f"{prefix}:", "this prefix is declared and not used.", "Delete the line.", line)
        if prefix in table and table[prefix] != iri:
            why = f"ontology/prefixes.ttl says {table[prefix]}."
            yield Fault(file.name, f"{prefix}:", f"this prefix stands for {iri}.", why, line)
        elif prefix not in table and not iri.startswith(BASE):
            why = "Use one of its prefixes, or enter it there."
            yield Fault(file.name, f"{prefix}:", "this prefix is not in ontology/prefixes.ttl.", why, line)
        if prefix < before:
            yield Fault(file.name, f"{prefix}:", f"it stands after '{before}:'.", "Sort the prefixes.", line)
        before = prefix
    for name, line in names_in(file.text):
        prefix = name.partition(":")[0]
        if prefix not in written.prefixes and not file.error and file.kind in ("rule", "question", "hygiene"):
            yield Fault(file.name, name, "its prefix is not declared.", "Declare it by a PREFIX line.", line)


def _blocks(file: File, table: Mapping[str, str]) -> Iterator[Fault]:
    """One block a term, in the order of their names, each of several lines closed by a dot on its own line.

    Names with a prefix of the file's own (lexical entries, by lemma) have an order of their own.
    """
    before, last = "", ""
    for name, start, end in _found_blocks(file):
        if name.startswith("["):
            continue
        if end > start and file.rows[end - 1].strip() != ".":
            why = "Close a block with '  .' on a line of its own."
            yield Fault(file.name, name, "the closing dot shares a line.", why, end)
        if name == last:
            yield Fault(file.name, name, "it has two blocks in a row.", "Describe a term in one block.", start)
        if _opens_section(file, start) or name.partition(":")[0] not in table:
            before = name
        elif _order(name) < _order(before):
            yield Fault(file.name, name, f"it stands after {before}.", "Put the blocks into their order.", start)
        before, last = name, name


def _order(name: str) -> tuple[str, bool, str]:
    """By prefix; classes, which begin with a capital, before properties; else as a dictionary has it."""
    prefix, _, local = name.partition(":")
    return prefix, not local[:1].isupper(), local.casefold()


def _opens_section(file: File, start: int) -> bool:
    """Whether a comment above the block begins a section, in which the order starts anew."""
    above = next((row for row in reversed(file.rows[: start - 1]) if row.strip()), "")
    return above.startswith("#")


def _found_blocks(file: File) -> Iterator[tuple[str, int, int]]:
    """Each block's first word, first line, last line."""
    tops = [
        (number, row.split()[0])
        for number, row in enumerate(file.rows, 1)
        if row
        and not row[0].isspace()
        and not row.startswith("#")
        and not _DECLARATION.match(row)
        and row.strip() != "."
    ]
    for index, (start, name) in enumerate(tops):
        limit = tops[index + 1][0] if index + 1 < len(tops) else len(file.rows) + 1
        end = start
        for number in range(start, limit):
            row = file.rows[number - 1].strip()
            if row and not row.startswith(("#", "@")):
                end = number
        yield name, start, end
