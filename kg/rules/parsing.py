"""SPARQL CONSTRUCT → `Construct`. The engine's own parser has vouched for the syntax; here what a rule may not hold is refused."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

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
    Path,
    PathPattern,
    Pattern,
    Term,
    Union,
    Values,
)
from kg.rules.tokens import NotSupported, Token, tokenize

# Functions whose value is not the same at each call: an inference could not be replayed.
_UNSTEADY = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")


def parse(sparql: str, prefixes: Mapping[str, str], first_line: int = 1) -> Construct:
    """Read one rule; raise NotSupported, or SyntaxError with the engine's words."""
    tokens = tokenize(sparql, prefixes, first_line)
    _refuse_words(tokens)
    list(ox.Store().query(sparql, prefixes=dict(prefixes)))
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


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._position = [*tokens, Token("end", "", tokens[-1].line)], 0
        self._fresh = itertools.count(1)

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._next
        self._position += 1
        return token

    def _expect(self, mark: str) -> Token:
        token = self._take()
        if not token.is_mark(mark):
            raise NotSupported(
                f"{str(token) or 'the end'!r} in place of {mark!r}", "Write it in a plainer way.", token.line
            )
        return token

    def _is_next(self, *marks: str) -> bool:
        return self._next.is_mark(*marks)

    def _skip(self, *marks: str) -> bool:
        if self._is_next(*marks):
            self._position += 1
            return True
        return False

    def construct(self) -> Construct:
        self._take()
        if not self._is_next("{"):
            raise NotSupported("CONSTRUCT WHERE", "Say in braces what follows, then WHERE.", self._next.line)
        self._expect("{")
        head = self._triples()
        self._expect("}")
        if self._next.is_word("WHERE"):
            self._take()
        body = self._group()
        if self._next.kind != "end":
            raise NotSupported(self._next.text.upper(), "Nothing may follow a rule's WHERE.", self._next.line)
        return Construct(tuple(_plain(pattern) for pattern in head), body)

    def _group(self) -> Group:
        self._expect("{")
        elements: list[Element] = []
        while not self._is_next("}"):
            elements.extend(self._element())
            self._skip(".")
        self._expect("}")
        return Group(tuple(elements))

    def _element(self) -> list[Element]:
        token = self._next
        if token.is_mark("{"):
            return [self._nested()]
        if token.is_word("FILTER"):
            return [self._filter()]
        if token.is_word("OPTIONAL"):
            self._take()
            return [Optional(self._group(), token.line)]
        if token.is_word("MINUS"):
            self._take()
            return [Absent(self._group(), "MINUS", token.line)]
        if token.is_word("BIND"):
            return [self._bind()]
        if token.is_word("VALUES"):
            return [self._values()]
        return list(self._triples())

    def _nested(self) -> Element:
        if self._tokens[self._position + 1].is_word("SELECT"):
            return self._count()
        line, branches = self._next.line, [self._group()]
        while self._next.is_word("UNION"):
            self._take()
            branches.append(self._group())
        return branches[0] if len(branches) == 1 else Union(tuple(branches), line)

    def _filter(self) -> Element:
        line = self._take().line
        if self._next.is_word("NOT"):
            self._position += 2
            return Absent(self._group(), "NOT EXISTS", line)
        if self._next.is_word("EXISTS"):
            raise NotSupported("FILTER EXISTS", "Write its patterns into WHERE, so that they are premises.", line)
        return Filter(self._expression())

    def _expression(self) -> Expression:
        """A bracketed expression, or a call: up to its closing bracket."""
        start = self._position
        while not self._is_next("("):
            self._position += 1
        self._brackets()
        return self._expression_of(start, self._position)

    def _brackets(self) -> None:
        depth = 0
        while True:
            token = self._take()
            depth += token.is_mark("(") - token.is_mark(")")
            if depth == 0:
                return

    def _expression_of(self, start: int, end: int) -> Expression:
        tokens = tuple(self._tokens[start:end])
        for token in tokens:
            if token.is_word("EXISTS"):
                raise NotSupported("EXISTS within an expression", "Give it a FILTER NOT EXISTS of its own.", token.line)
        return Expression(tokens)

    def _bind(self) -> Bind:
        self._take()
        expression, variable = self._aliased()
        return Bind(expression, variable)

    def _aliased(self) -> tuple[Expression, str]:
        """`(expression AS ?variable)`."""
        start = self._position
        self._brackets()
        end = self._position
        return self._expression_of(start + 1, end - 3), self._tokens[end - 2].text

    def _values(self) -> Values:
        start, line = self._position, self._take().line
        variables = []
        while not self._is_next("{"):
            token = self._take()
            if token.kind == "var":
                variables.append(token.text)
        while not self._skip("}"):
            if self._take().is_word("UNDEF"):
                raise NotSupported("UNDEF", "Give each variable of VALUES a value.", line)
        return Values(tuple(variables), tuple(self._tokens[start : self._position]))

    def _count(self) -> Count:
        self._expect("{")
        line = self._take().line
        keys: list[str] = []
        outputs: list[tuple[str, Expression]] = []
        while not self._next.is_word("WHERE") and not self._is_next("{"):
            if self._is_next("("):
                expression, variable = self._aliased()
                outputs.append((variable, expression))
            else:
                self._variable_into(keys, line)
        if self._next.is_word("WHERE"):
            self._take()
        group = self._group()
        having = self._grouping(keys, line)
        self._expect("}")
        return Count(tuple(keys), tuple(outputs), group, having, line)

    def _variable_into(self, keys: list[str], line: int) -> None:
        token = self._take()
        if token.kind != "var":
            raise NotSupported(f"SELECT {token}", "A sub-SELECT names its variables and counts them.", line)
        keys.append(token.text)

    def _grouping(self, keys: list[str], line: int) -> tuple[Expression, ...]:
        grouped: list[str] = []
        if not self._next.is_word("GROUP"):
            raise NotSupported("a sub-SELECT without GROUP BY", "Write its patterns straight into WHERE.", line)
        self._position += 2
        while self._next.kind == "var":
            grouped.append(self._take().text)
        having = []
        if self._next.is_word("HAVING"):
            self._take()
            while not self._is_next("}") and self._next.kind != "word":
                having.append(self._expression())
        if sorted(grouped) != sorted(keys) or not keys:
            raise NotSupported("GROUP BY", "Group by plain variables, the same that are selected.", line)
        if not self._is_next("}"):
            raise NotSupported(self._next.text.upper(), "A sub-SELECT ends with GROUP BY or HAVING.", self._next.line)
        return tuple(having)

    def _triples(self) -> list[Pattern | PathPattern]:
        """Triples up to the end of the group, or to a part that is none."""
        found: list[Pattern | PathPattern] = []
        while self._next.kind in ("iri", "var", "bnode", "string", "number") or self._is_next("[", "("):
            if self._is_next("["):
                subject = self._anonymous(found)
                if self._is_next(".", "}"):
                    self._skip(".")
                    continue
            else:
                subject = self._term(found)
            self._properties(subject, found)
            if not self._skip("."):
                break
        return found

    def _properties(self, subject: Term, found: list[Pattern | PathPattern]) -> None:
        while True:
            line = self._next.line
            verb = self._verb()
            while True:
                found.append(_pattern(subject, verb, self._term(found), line))
                if not self._skip(","):
                    break
            while self._skip(";"):
                pass
            if self._is_next(".", "}", "]") or self._next.kind in ("word", "end") or self._is_next("{"):
                return

    def _anonymous(self, found: list[Pattern | PathPattern]) -> Term:
        self._expect("[")
        node = ox.Variable(f"_{next(self._fresh)}")
        if not self._skip("]"):
            self._properties(node, found)
            self._expect("]")
        return node

    def _verb(self) -> Path | ox.Variable:
        if self._next.kind == "var":
            return ox.Variable(self._take().text)
        return self._choice()

    def _choice(self) -> Path:
        line, parts = self._next.line, [self._sequence()]
        while self._skip("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("choice", tuple(parts), line=line)

    def _sequence(self) -> Path:
        line, parts = self._next.line, [self._modified()]
        while self._skip("/"):
            parts.append(self._modified())
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts), line=line)

    def _modified(self) -> Path:
        line = self._next.line
        if self._skip("^"):
            return Path("inverse", (self._modified(),), line=line)
        path = self._primary()
        while self._is_next("?", "*", "+"):
            path = Path(self._take().text, (path,), line=line)
        return path

    def _primary(self) -> Path:
        token = self._take()
        if token.is_mark("("):
            path = self._choice()
            self._expect(")")
            return path
        if token.kind != "iri":
            raise NotSupported(f"{token} in a path", "Name the properties that a path takes.", token.line)
        return Path("step", step=ox.NamedNode(token.text[1:-1]), line=token.line)

    def _term(self, found: list[Pattern | PathPattern]) -> Term:
        if self._is_next("["):
            return self._anonymous(found)
        token = self._take()
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
            sign, token = token.text, self._take()
        text = sign + token.text
        if token.kind == "string" and self._is_next("^^"):
            self._take()
            text += f"^^{self._take()}"
        elif token.kind == "string" and self._next.kind == "lang":
            text += self._take().text
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


def _plain(pattern: Pattern | PathPattern) -> Pattern:
    if isinstance(pattern, PathPattern):
        raise NotSupported("a path in what follows", "The head states plain triples.", pattern.line)
    for term in pattern.terms:
        if isinstance(term, ox.Variable) and term.value.startswith("_"):
            raise NotSupported(
                "a blank node in what follows", "Name it by a variable of the body, or an IRI.", pattern.line
            )
    return pattern
