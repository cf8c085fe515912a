"""What a proof is made of: statements, the steps by which they follow, and the words at its leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, computed_field

from kg.model import WRITTEN, Evidence, Form, Named


@dataclass(frozen=True)
class Written:
    """A literal in a proof: as it reads, and as Turtle writes it."""

    value: str
    text: str


@dataclass(frozen=True)
class Term:
    """A term with its English label; `text` is as N-Triples write it."""

    text: str
    label: str

    @property
    def iri(self) -> str | None:
        return self.text[1:-1] if self.text.startswith("<") else None


def _term(form: Named | Written) -> Term:
    return Term(form.text, form.value) if isinstance(form, Written) else Term(f"<{form.iri}>", form.label)


def _form(term: Term) -> Named | Written:
    return Named(term.label, term.iri) if term.iri else Written(term.label, term.text)


_Term = Annotated[Term, Form(Named | Written, _form, _term)]


@dataclass(frozen=True)
class Stated:
    """A statement, term by term."""

    subject: _Term
    predicate: _Term
    object: _Term


@dataclass(frozen=True)
class Words:
    """What claims say of a situation, or a claim: the leaves of a proof."""

    about: _Term
    evidence: tuple[Evidence, ...]

    def __str__(self) -> str:
        return self.about.label

    @property
    def certainties(self) -> frozenset[str]:
        """How sure they are, once for each chain in which they stand."""
        return frozenset(each.certainty for each in self.evidence if each.certainty)


@dataclass(frozen=True)
class Absence:
    """What was looked for and not found: in words, and as the group of patterns that has no solution."""

    text: str
    sparql: str


@dataclass(frozen=True)
class Step:
    """One application of a rule.

    `limited_by` are the premises, or the rule, than which the conclusion is no surer, where it is not quite sure.
    `statements` are all that it draws on, ground, as N-Triples write them, without the dot;
    `bindings` are those of the rule's variables that its patterns bind, by which the step can be evaluated anew.
    """

    __pydantic_config__ = WRITTEN

    node: str
    rule: Named
    explanation: str
    certainty: str | None
    contested: bool
    bindings: Annotated[dict[str, _Term], Field(description="The rule's variables, bound")]
    statements: Annotated[tuple[str, ...], Field(description="All that it draws on, as N-Triples without the dot")]
    premises: tuple[Proof | Words, ...]
    absences: tuple[Absence, ...]
    limited_by: Annotated[
        tuple[str, ...], Field(description="The premises, or the rule, than which it is no surer")
    ] = ()


@dataclass(frozen=True)
class Proof:
    """Why a statement holds (or is denied): by every derivation, the surest first.

    One that is stated outright has words of its own.
    `above` marks a statement whose proof stands already on the way from the root: it is not shown within itself.
    `denial` is the other side of a contested statement that is asked about: the proof that it is denied,
    or of the objection to it.
    """

    __pydantic_config__ = WRITTEN

    subject: Annotated[Term, Field(exclude=True)]
    predicate: Annotated[Term, Field(exclude=True)]
    object: Annotated[Term, Field(exclude=True)]
    polarity: Literal["affirmed", "denied"]
    certainty: str | None
    contested: bool
    derivations: tuple[Step, ...] = ()
    words: tuple[Words, ...] = ()
    above: bool = False
    denial: Proof | None = None

    def __str__(self) -> str:
        return f"{self.subject.label} – {self.predicate.label} – {self.object.label}"

    @property
    def ways(self) -> tuple[Step, ...]:
        """The derivations that read differently: of those that differ in the class of a thing alone, one."""
        found: list[Step] = []
        for step in self.derivations:
            if not any((step.explanation, step.premises) == (other.explanation, other.premises) for other in found):
                found.append(step)
        return tuple(found)

    @property
    def certainties(self) -> frozenset[str]:
        """How sure it is."""
        return frozenset({self.certainty} if self.certainty else ())

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All words and citations at its leaves, each once."""
        return tuple(dict.fromkeys(each for words in _leaves(self) for each in words.evidence))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def statement(self) -> Stated:
        return Stated(self.subject, self.predicate, self.object)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def according_to(self) -> tuple[str, ...]:
        """Everybody according to whom it holds."""
        return tuple(sorted({link.speaker for each in self.evidence for link in each.chain}))


def _leaves(proof: Proof) -> Iterator[Words]:
    yield from proof.words
    for step in proof.derivations:
        for premise in step.premises:
            if isinstance(premise, Words):
                yield premise
            else:
                yield from _leaves(premise)
