"""What a question in English is taken to ask: questions of the catalogue with their arguments, combined."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from kg.entities.names import Names
    from kg.knowledge import Knowledge
    from kg.model import Answer
    from kg.questions.catalogue import Question
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

    def questions(self) -> tuple[Question, ...]: ...

    def kept(self, key: Hashable, compute: Callable[[], Value]) -> Value: ...

    def answer(
        self, name: str, arguments: Mapping[str, str | Sequence[str]], *, according_to: str | None = None
    ) -> Answer: ...


@dataclass(frozen=True)
class Part:
    """One condition: a question of the catalogue, its arguments (IRIs), and what its rows must be besides.

    `kinds` maps a column to the class that its values must be of; `column` is the one asked for.
    `according_to` is the speaker (an IRI) in whose words it must be said, `act` the speech act by which.
    `mutual` are two columns that may change places: "X and Y coordinate".
    `others` are questions of which it may be asked as well: they are where this one has no answer.
    `rivals` are as likely: it is the one of them all that has an answer.
    `loosely`: most of the words say it, not each in its place, or no phrasing is much like it: an answer bears it out,
    and without one it is a guess.
    `mentioned` are things that an answer's rows must have to do with, in whatever part.
    `year` is one that must stand in its rows.
    `vouched`: what is only held against somebody is not enough for "yes".
    """

    name: str
    column: str
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    negated: bool = False
    according_to: str | None = None
    act: str | None = None
    loosely: bool = False
    mentioned: tuple[str, ...] = ()
    vouched: bool = True
    year: str = ""
    mutual: tuple[str, str] | None = None
    others: tuple[Part, ...] = ()
    rivals: tuple[Part, ...] = ()

    def said(self, speaker: str | None, act: str | None) -> Part:
        """The same, and what it may be as well, in the words of a speaker, by an act."""
        others = tuple(other.said(speaker, act) for other in self.others)
        return replace(self, according_to=speaker or self.according_to, act=act, others=others)


@dataclass(frozen=True)
class Reading:
    """All `parts` must hold; `kind` is "answers", "count", "verdict" (yes or no), "contrary" (yes where the parts are
    denied), "deniers" (who denies them), "doubted" (how surely they are said), or "alone" (yes where they hold of
    `besides` and of nothing else). Else `besides` are asked for no more.
    """

    parts: tuple[Part, ...]
    kind: str = "answers"
    besides: tuple[str, ...] = ()
    number: int = 0  # of a count: how many it is asked if there are
    opposite: tuple[Part, ...] = ()  # of a verdict: what, where it holds, denies the parts

    @property
    def is_loose(self) -> bool:
        """Whether a part of it is understood loosely."""
        return any(part.loosely for part in self.parts)

    @property
    def is_placed(self) -> bool:
        """Whether something that is named has a place in it."""
        return bool(self.besides) or any(part.arguments or part.mentioned for part in self.parts)

    @property
    def guessed(self) -> Reading:
        """The same, to be borne out by an answer, where one is looked for."""
        if self.kind not in ("answers", "count"):
            return self
        return replace(self, parts=tuple(replace(part, loosely=True) for part in self.parts))
