"""What a question in English is taken to ask: questions of the catalogue with their arguments, combined."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from kg.entities.names import Names
    from kg.knowledge import Knowledge
    from kg.model import Answer
    from kg.snapshot_cache import Make, Version
    from kg.store import Snapshot
    from kg.terms import NamedNode, Quad

Value = TypeVar("Value")


class Graph(Protocol):
    """What is asked: the facade, as far as English needs it."""

    knowledge: Knowledge

    def snapshot(self) -> Snapshot: ...

    def statements(
        self, subject: NamedNode | None, predicate: NamedNode | None = None, value: NamedNode | None = None
    ) -> Iterator[Quad]: ...

    def index(self, key: Hashable, make: Make[Value]) -> Value: ...

    def names(self, version: Version | None = None) -> Names: ...

    def kept(self, key: Hashable, compute: Callable[[], Value]) -> Value: ...

    def answer(
        self, name: str, arguments: Mapping[str, str | Sequence[str]], *, according_to: str | None = None
    ) -> Answer: ...


@dataclass(frozen=True)
class Part:
    """One condition: a question of the catalogue, its arguments (IRIs), and what its rows must be besides.

    `column` is the one asked for. `according_to` is the speaker (an IRI) in whose words it must be said.
    `vouched`: what is only held against somebody is not enough for "yes".
    """

    name: str
    column: str
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    negated: bool = False
    according_to: str | None = None
    vouched: bool = True


@dataclass(frozen=True)
class Reading:
    """All `parts` must hold; `kind` is "answers", "count", "verdict" (yes or no), "doubted" (how surely they are said),
    or "alone" (yes where they hold of `besides` and of nothing else). Else `besides` are asked
    for no more.
    """

    parts: tuple[Part, ...]
    kind: str = "answers"
    besides: tuple[str, ...] = ()
