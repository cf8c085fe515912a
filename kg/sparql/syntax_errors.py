"""What is wrong with a query that is none, in words: the engine tells where it stopped, and what would do there."""

from __future__ import annotations

import re
from collections.abc import Collection

from kg.errors import BadQuery
from kg.sparql.lexer import TOKEN

_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_MARK = re.compile(r'"([{}().,;])"')  # of what the engine would take, the marks: its lists of words are not whole
_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_SHOWN = 30  # letters of a query


def unread(error: SyntaxError, sparql: str, prefixes: Collection[str]) -> BadQuery:
    """The error for whoever wrote the query; `prefixes` need no declaring."""
    declared, opening = set(prefixes), True
    words = [match for match in TOKEN.finditer(sparql) if match["word"]]
    for place, match in enumerate(words):
        name, colon, _ = match["word"].partition(":")
        word = "" if colon else name.upper()
        if word == "PREFIX" and place + 1 < len(words):
            declared.add(words[place + 1]["word"].partition(":")[0])
        elif opening and word and word not in ("BASE", "PREFIX"):
            opening = False
            if word not in _FORMS:
                return _told(f"'{match[0]}' {_at(sparql, match.start())}", f"{', '.join(_FORMS[:-1])} or {_FORMS[-1]}")
        elif colon and name not in declared | {"", "_"} and not opening:
            return _told(f"the prefix {name}: {_at(sparql, match.start())}, undeclared", f"PREFIX {name}: <…>")
    return _stopped(" ".join(str(error).split()), sparql)


def _stopped(message: str, sparql: str) -> BadQuery:
    """By the place alone."""
    found = _PLACE.match(message)
    if found is None:
        return _told(message[:500], "")
    line, column = int(found[1]), int(found[2])
    lines = sparql.split("\n")
    rest = "\n".join(lines[line - 1 :])[column - 1 :].strip() if line <= len(lines) else ""
    shown = repr(" ".join(rest[:_SHOWN].split())) if rest else "the end of the query"
    return _told(f"{shown} at line {line}, column {column}", " or ".join(dict.fromkeys(_MARK.findall(found[3]))))


def _told(found: str, expected: str) -> BadQuery:
    return BadQuery("the query", found, expected, "Correct it and send it again.")


def _at(sparql: str, offset: int) -> str:
    before = sparql[:offset]
    return f"at line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"
