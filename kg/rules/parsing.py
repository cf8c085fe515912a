"""SPARQL CONSTRUCT → `Construct`.

The engine's own parser has vouched for the syntax; here what a rule may not hold is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from kg.rules.syntax import (
    Absent,
    Bind,
    Construct,
    Count,
    Element,
    Expression,
    Filter,
    Group,
    Optional,
    PathPattern,
    Pattern,
    Union,
    Values,
)
from kg.rules.tokens import NotSupported, Token, tokenize
from kg.rules.triples import Triples

# Functions whose value is not the same at each call: an inference could not be replayed.
_UNSTEADY = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")


def parse(sparql: str, prefixes: Mapping[str, str], first_line: int = 1) -> Construct:
    """Read one rule; raise NotSupported, or SyntaxError with the engine's words."""
    tokens = tokenize(sparql, prefixes, first_line)
    _refuse_words(tokens)
    ox.Store().query(sparql, prefixes=dict(prefixes))
    return _Parser(tokens).construct()


def _refuse_words(tokens: list[Token]) -> None:
    if not tokens or not tokens[0].is_word("CONSTRUCT"):
        raise NotSupported("this is no CONSTRUCT", "A rule is one CONSTRUCT.", tokens[0].line if tokens else 1)
    for token, following in itertools.pairwise(tokens):
        if token.is_word("SERVICE", "GRAPH", "FROM", "LATERAL"):
            why = "A rule reads the documents, the background, the ontology and what is derived, all as one graph."
            raise NotSupported(token.text.upper(), why, token.line)
        if token.is_word(*_UNSTEADY) and following.is_mark("("):
            raise NotSupported(f"{token.text.upper()}()", "An inference must come out the same each time.", token.line)


class _Parser(Triples):
    def construct(self) -> Construct:
        self.take()
        if not self.is_next("{"):
            raise NotSupported("CONSTRUCT WHERE", "Say in braces what follows, then WHERE.", self.next.line)
        self.expect("{")
        head = self.triples()
        self.expect("}")
        if self.next.is_word("WHERE"):
            self.take()
        body = self._group()
        if self.next.kind != "end":
            raise NotSupported(self.next.text.upper(), "Nothing may follow a rule's WHERE.", self.next.line)
        return Construct(tuple(_plain(pattern) for pattern in head), body)

    def _group(self) -> Group:
        self.expect("{")
        elements: list[Element] = []
        while not self.is_next("}"):
            elements.extend(self._element())
            self.skip(".")
        self.expect("}")
        return Group(tuple(elements))

    def _element(self) -> list[Element]:
        token = self.next
        if token.is_mark("{"):
            return [self._nested()]
        if token.is_word("FILTER"):
            return [self._filter()]
        if token.is_word("OPTIONAL"):
            self.take()
            return [Optional(self._group(), token.line)]
        if token.is_word("MINUS"):
            self.take()
            return [Absent(self._group(), "MINUS", token.line)]
        if token.is_word("BIND"):
            return [self._bind()]
        if token.is_word("VALUES"):
            return [self._values()]
        return list(self.triples())

    def _nested(self) -> Element:
        if self.ahead(1).is_word("SELECT"):
            return self._count()
        line, branches = self.next.line, [self._group()]
        while self.next.is_word("UNION"):
            self.take()
            branches.append(self._group())
        return branches[0] if len(branches) == 1 else Union(tuple(branches), line)

    def _filter(self) -> Element:
        line = self.take().line
        if self.next.is_word("NOT"):
            self.take()
            self.take()
            return Absent(self._group(), "NOT EXISTS", line)
        if self.next.is_word("EXISTS"):
            raise NotSupported("FILTER EXISTS", "Write its patterns into WHERE, so that they are premises.", line)
        return Filter(self._expression())

    def _expression(self) -> Expression:
        """A bracketed expression, or a call: up to its closing bracket."""
        start = self.place
        while not self.is_next("("):
            self.take()
        self._brackets()
        return _expression(self.since(start))

    def _brackets(self) -> None:
        depth = 0
        while True:
            token = self.take()
            depth += token.is_mark("(") - token.is_mark(")")
            if depth == 0:
                return

    def _bind(self) -> Bind:
        self.take()
        expression, variable = self._aliased()
        return Bind(expression, variable)

    def _aliased(self) -> tuple[Expression, str]:
        """`(expression AS ?variable)`."""
        start = self.place
        self._brackets()
        *tokens, _, variable, _ = self.since(start)
        return _expression(tokens[1:]), variable.text

    def _values(self) -> Values:
        start, line = self.place, self.take().line
        variables = []
        while not self.is_next("{"):
            token = self.take()
            if token.kind == "var":
                variables.append(token.text)
        while not self.skip("}"):
            if self.take().is_word("UNDEF"):
                raise NotSupported("UNDEF", "Give each variable of VALUES a value.", line)
        return Values(tuple(variables), self.since(start))

    def _count(self) -> Count:
        self.expect("{")
        line = self.take().line
        keys: list[str] = []
        outputs: list[tuple[str, Expression]] = []
        while not self.next.is_word("WHERE") and not self.is_next("{"):
            if self.is_next("("):
                expression, variable = self._aliased()
                outputs.append((variable, expression))
            else:
                self._variable_into(keys, line)
        if self.next.is_word("WHERE"):
            self.take()
        group = self._group()
        having = self._grouping(keys, line)
        self.expect("}")
        return Count(tuple(keys), tuple(outputs), group, having, line)

    def _variable_into(self, keys: list[str], line: int) -> None:
        token = self.take()
        if token.kind != "var":
            raise NotSupported(f"SELECT {token}", "A sub-SELECT names its variables and counts them.", line)
        keys.append(token.text)

    def _grouping(self, keys: list[str], line: int) -> tuple[Expression, ...]:
        grouped: list[str] = []
        if not self.next.is_word("GROUP"):
            raise NotSupported("a sub-SELECT without GROUP BY", "Write its patterns straight into WHERE.", line)
        self.take()
        self.take()
        while self.next.kind == "var":
            grouped.append(self.take().text)
        having = []
        if self.next.is_word("HAVING"):
            self.take()
            while not self.is_next("}") and self.next.kind != "word":
                having.append(self._expression())
        if sorted(grouped) != sorted(keys) or not keys:
            raise NotSupported("GROUP BY", "Group by plain variables, the same that are selected.", line)
        if not self.is_next("}"):
            raise NotSupported(self.next.text.upper(), "A sub-SELECT ends with GROUP BY or HAVING.", self.next.line)
        return tuple(having)


def _expression(tokens: Sequence[Token]) -> Expression:
    for token in tokens:
        if token.is_word("EXISTS"):
            raise NotSupported("EXISTS within an expression", "Give it a FILTER NOT EXISTS of its own.", token.line)
    return Expression(tuple(tokens))


def _plain(pattern: Pattern | PathPattern) -> Pattern:
    if isinstance(pattern, PathPattern):
        raise NotSupported("a path in what follows", "The head states plain triples.", pattern.line)
    for term in pattern.terms:
        if isinstance(term, ox.Variable) and term.value.startswith("_"):
            raise NotSupported(
                "a blank node in what follows", "Name it by a variable of the body, or an IRI.", pattern.line
            )
    return pattern
