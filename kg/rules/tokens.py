"""The words of a rule's SPARQL, each with its line, prefixed names written out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.namespaces import RDF

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<iri><[^<>"{}|^`\\\s]*>)
  | (?P<var>[?$]\w+)
  | (?P<string>(?:\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
      |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<lang>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
  | (?P<bnode>_:\w[\w.-]*)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:
      (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)?)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].;,|/^*+?!=<>-])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)")


class NotSupported(Exception):
    """Something that a rule may not hold: what, why, and the line where it stands."""

    def __init__(self, what: str, why: str, line: int) -> None:
        self.what, self.why, self.line = what, why, line
        super().__init__(what)


@dataclass(frozen=True)
class Token:
    """One word: `kind` is iri, var, string, lang, bnode, number, word, mark, or end after the last.

    `text` is as SPARQL writes it, a variable's its bare name.
    """

    kind: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"?{self.text}" if self.kind == "var" else self.text

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words

    def is_mark(self, *marks: str) -> bool:
        return self.kind == "mark" and self.text in marks


def tokenize(sparql: str, prefixes: Mapping[str, str], first_line: int = 1) -> list[Token]:
    """The tokens after the prologue; `prefixes` are known besides those that the text declares."""
    tokens, line, position = [], first_line, 0
    while position < len(sparql):
        match = _TOKEN.match(sparql, position)
        if match is None or match.lastgroup is None:
            raise NotSupported(f"{sparql[position]!r} is not understood", "Write plain SPARQL 1.1.", line)
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup, match.group(), line))
        line += match.group().count("\n")
        position = match.end()
    return _resolve(tokens, prefixes)


def _resolve(tokens: Sequence[Token], known: Mapping[str, str]) -> list[Token]:
    prefixes, position = dict(known), 0
    while position < len(tokens) and tokens[position].is_word("PREFIX", "BASE"):
        if tokens[position].is_word("PREFIX"):
            prefixes[tokens[position + 1].text.rstrip(":")] = tokens[position + 2].text[1:-1]
            position += 3
        else:
            raise NotSupported("BASE", "Write each IRI in full, or with a prefix.", tokens[position].line)
    return [_resolved(token, prefixes) for token in tokens[position:]]


def _resolved(token: Token, prefixes: Mapping[str, str]) -> Token:
    if token.kind == "var":
        return Token("var", token.text[1:], token.line)
    if token.kind == "word" and token.text == "a":
        return Token("iri", f"<{RDF}type>", token.line)
    if token.kind != "name":
        return token
    prefix, _, local = token.text.partition(":")
    if prefix not in prefixes:
        raise NotSupported(f"the prefix {prefix}: is not declared", f"Declare it: PREFIX {prefix}: <…>.", token.line)
    iri = prefixes[prefix] + _ESCAPE.sub(r"\1", local)
    return Token("iri", f"<{iri}>", token.line)


class Cursor:
    """A place among tokens, which only moves on."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._position = [*tokens, Token("end", "", tokens[-1].line)], 0

    @property
    def place(self) -> int:
        return self._position

    def ahead(self, count: int) -> Token:
        """The token so many further on."""
        return self._tokens[self._position + count]

    def since(self, place: int) -> tuple[Token, ...]:
        """The tokens from `place` up to here."""
        return tuple(self._tokens[place : self._position])

    @property
    def next(self) -> Token:
        """The token here; the last one has the kind `end`."""
        return self._tokens[self._position]

    def take(self) -> Token:
        token = self.next
        self._position += 1
        return token

    def expect(self, mark: str) -> Token:
        token = self.take()
        if not token.is_mark(mark):
            raise NotSupported(
                f"{str(token) or 'the end'!r} in place of {mark!r}", "Write it in a plainer way.", token.line
            )
        return token

    def is_next(self, *marks: str) -> bool:
        return self.next.is_mark(*marks)

    def skip(self, *marks: str) -> bool:
        if self.is_next(*marks):
            self._position += 1
            return True
        return False
