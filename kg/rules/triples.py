"""Tokens → triple patterns and paths, with anonymous nodes as variables of their own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pyoxigraph as ox

from kg.rules.syntax import Path, PathPattern, Pattern, Term
from kg.rules.tokens import Cursor, NotSupported, Token


class Triples(Cursor):
    """Reads the triples of a head, or of a group."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self._fresh = itertools.count(1)

    def triples(self) -> list[Pattern | PathPattern]:
        """Triples up to the end of the group, or to a part that is none."""
        found: list[Pattern | PathPattern] = []
        while self.next.kind in ("iri", "var", "bnode", "string", "number") or self.is_next("[", "("):
            if self.is_next("["):
                subject = self._anonymous(found)
                if self.is_next(".", "}"):
                    self.skip(".")
                    continue
            else:
                subject = self._term(found)
            self._properties(subject, found)
            if not self.skip("."):
                break
        return found

    def _properties(self, subject: Term, found: list[Pattern | PathPattern]) -> None:
        while True:
            line = self.next.line
            verb = self._verb()
            while True:
                found.append(_pattern(subject, verb, self._term(found), line))
                if not self.skip(","):
                    break
            while self.skip(";"):
                pass
            if self.is_next(".", "}", "]") or self.next.kind in ("word", "end") or self.is_next("{"):
                return

    def _anonymous(self, found: list[Pattern | PathPattern]) -> Term:
        self.expect("[")
        node = ox.Variable(f"_{next(self._fresh)}")
        if not self.skip("]"):
            self._properties(node, found)
            self.expect("]")
        return node

    def _verb(self) -> Path | ox.Variable:
        if self.next.kind == "var":
            return ox.Variable(self.take().text)
        return self._choice()

    def _choice(self) -> Path:
        line, parts = self.next.line, [self._sequence()]
        while self.skip("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("choice", tuple(parts), line=line)

    def _sequence(self) -> Path:
        line, parts = self.next.line, [self._modified()]
        while self.skip("/"):
            parts.append(self._modified())
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts), line=line)

    def _modified(self) -> Path:
        line = self.next.line
        if self.skip("^"):
            return Path("inverse", (self._modified(),), line=line)
        path = self._primary()
        while self.is_next("?", "*", "+"):
            path = Path(self.take().text, (path,), line=line)
        return path

    def _primary(self) -> Path:
        token = self.take()
        if token.is_mark("("):
            path = self._choice()
            self.expect(")")
            return path
        if token.kind != "iri":
            raise NotSupported(f"{token} in a path", "Name the properties that a path takes.", token.line)
        return Path("step", step=ox.NamedNode(token.text[1:-1]), line=token.line)

    def _term(self, found: list[Pattern | PathPattern]) -> Term:
        if self.is_next("["):
            return self._anonymous(found)
        token = self.take()
        if token.kind == "iri":
            return ox.NamedNode(token.text[1:-1])
        if token.kind == "var":
            return ox.Variable(token.text)
        if token.kind == "bnode":
            return ox.Variable(f"_{token.text[2:]}")
        return self._literal(token)

    def _literal(self, token: Token) -> ox.Literal:
        sign = ""
        if token.is_mark("+", "-"):
            sign, token = token.text, self.take()
        text = sign + token.text
        if token.kind == "string" and self.is_next("^^"):
            self.take()
            text += f"^^{self.take()}"
        elif token.kind == "string" and self.next.kind == "lang":
            text += self.take().text
        elif token.kind not in ("string", "number") and not token.is_word("TRUE", "FALSE"):
            raise NotSupported(f"{token}", "A term is an IRI, a variable or a literal.", token.line)
        return _literal_of(text, token.line)


def _literal_of(text: str, line: int) -> ox.Literal:
    quad = next(iter(ox.parse(f"<a:b> <a:b> {text} .".encode(), format=ox.RdfFormat.TURTLE)))
    if not isinstance(quad.object, ox.Literal):
        raise NotSupported(text, "A term is an IRI, a variable or a literal.", line)
    return quad.object


def _pattern(subject: Term, verb: Path | ox.Variable, object_: Term, line: int) -> Pattern | PathPattern:
    if isinstance(verb, ox.Variable):
        return Pattern(subject, verb, object_, line)
    if verb.step is not None:
        return Pattern(subject, verb.step, object_, line)
    return PathPattern(subject, verb, object_, line)
