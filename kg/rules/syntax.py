"""The parts of a rule, as its author wrote them: patterns, filters, groups, with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.rules.tokens import Token

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.Variable


@dataclass(frozen=True)
class Pattern:
    """A triple pattern."""

    subject: Term
    predicate: ox.NamedNode | ox.Variable
    object: Term
    line: int = 0

    @property
    def terms(self) -> tuple[Term, Term, Term]:
        return self.subject, self.predicate, self.object

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


@dataclass(frozen=True)
class Path:
    """What stands in the place of a predicate: `kind` is step, sequence, choice, inverse, or one of ? * +."""

    kind: str
    parts: tuple[Path, ...] = ()
    step: ox.NamedNode | None = None
    line: int = 0

    def steps(self) -> Iterator[ox.NamedNode]:
        if self.step is not None:
            yield self.step
        for part in self.parts:
            yield from part.steps()


@dataclass(frozen=True)
class PathPattern:
    """Two terms and the path between them."""

    subject: Term
    path: Path
    object: Term
    line: int = 0


@dataclass(frozen=True)
class Closure:
    """One or more steps from `subject` to `object`, each along one of `steps` (predicate, forwards?)."""

    subject: Term
    steps: tuple[tuple[ox.NamedNode, bool], ...]
    object: Term
    line: int = 0

    @property
    def terms(self) -> tuple[Term, Term]:
        return self.subject, self.object

    def path(self, modifier: str = "+") -> str:
        return f"({'|'.join(str(step) if forwards else f'^{step}' for step, forwards in self.steps)}){modifier}"

    def __str__(self) -> str:
        return f"{self.subject} {self.path()} {self.object} ."


@dataclass(frozen=True)
class Expression:
    """The words of a FILTER, BIND or HAVING."""

    tokens: tuple[Token, ...]

    @property
    def line(self) -> int:
        return self.tokens[0].line

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(token.text for token in self.tokens if token.kind == "var")

    def __str__(self) -> str:
        """A function stands right before its bracket: the engine's parser wants it so of some."""
        return " ".join(map(str, self.tokens)).replace(" (", "(")

    def replace(self, names: Mapping[str, Term]) -> Expression:
        """With terms in the place of variables."""
        return Expression(tuple(_replaced(token, names) for token in self.tokens))


@dataclass(frozen=True)
class Filter:
    expression: Expression

    def __str__(self) -> str:
        return f"FILTER({self.expression})"


@dataclass(frozen=True)
class Bind:
    expression: Expression
    variable: str

    def __str__(self) -> str:
        return f"BIND({self.expression} AS ?{self.variable})"


@dataclass(frozen=True)
class Values:
    """A VALUES block, its rows as they were written."""

    variables: tuple[str, ...]
    tokens: tuple[Token, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.tokens))


@dataclass(frozen=True)
class Absent:
    """FILTER NOT EXISTS or MINUS."""

    group: Group
    keyword: str
    line: int


@dataclass(frozen=True)
class Optional:
    group: Group
    line: int


@dataclass(frozen=True)
class Union:
    branches: tuple[Group, ...]
    line: int


@dataclass(frozen=True)
class Count:
    """A sub-SELECT with GROUP BY: what is grouped by, what is reckoned, over which patterns, under which HAVING."""

    keys: tuple[str, ...]
    outputs: tuple[tuple[str, Expression], ...]
    group: Group
    having: tuple[Expression, ...]
    line: int


Element: TypeAlias = "Pattern | PathPattern | Filter | Bind | Values | Absent | Optional | Union | Count | Group"


@dataclass(frozen=True)
class Group:
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Construct:
    """A whole rule: its head and its body."""

    head: tuple[Pattern, ...]
    body: Group


def _replaced(token: Token, names: Mapping[str, Term]) -> Token:
    if token.kind != "var" or token.text not in names:
        return token
    term = names[token.text]
    return (
        Token("var", term.value, token.line) if isinstance(term, ox.Variable) else Token("word", str(term), token.line)
    )
