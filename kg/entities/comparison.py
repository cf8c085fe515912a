"""Proposals compared, point by point: what is said of each, by whom, or that nothing is said.

The points are the ontology's: every derived property that proposals have. What is said is read through the rules that
make views, with any claim in the place of one that establishes: so what is only expected or reported is shown as that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import pyoxigraph as ox
from pydantic import Field

from kg.entities.claims import Claim, Claims
from kg.entities.entities import Entities, Statement
from kg.entities.reader import Reading, sg
from kg.model import Cell, Evidence, NamedCell, ThingCell, ValueCell
from kg.namespaces import OWL, RDF, RDFS, SG
from kg.ontology.schema import Ontology
from kg.rules import Rule, RuleSet
from kg.terms import BlankNode, NamedNode, Node, Term
from kg.terms import Literal as RdfLiteral

_TYPE = NamedNode(RDF + "type")
_PROPOSAL, _TAKES = SG + "Proposal", SG + "takesApproach"
_HEAD = re.compile(r"CONSTRUCT\s*\{.*?\}\s*WHERE", re.DOTALL | re.IGNORECASE)
_ESTABLISHED = re.compile(r"\bsg:establishedBy\s+\?(\w+)")
_FIRST = ("proposedBy", "proposedWhen", "proposedIn", "namesGuarantor", "requiresMandate", "conditionalOn", "excludes")
Status = Literal["covered", "denied", "silent", "contested"]
_Spoken = Literal["covered", "denied", "contested"]


@dataclass(frozen=True)
class ComparedValue:
    """One thing that is said at a point."""

    value: ValueCell
    status: _Spoken
    certainty: NamedCell | None
    inferred: bool
    via: Annotated[NamedCell | None, Field(description="The proposal's approach, where it is said of that")]
    evidence: Annotated[tuple[int, ...], Field(description="Places in the comparison's list of evidence")]


@dataclass(frozen=True)
class ComparedCell:
    """What is said of one proposal at one point. `silent`: nothing is said, which is no "no"."""

    proposal: str
    status: Status
    values: tuple[ComparedValue, ...]


@dataclass(frozen=True)
class ComparedPoint:
    """A property of proposals, with a cell for each of them, in their order."""

    property: NamedCell
    definition: str
    inverse: Annotated[bool, Field(description="The proposal is the object of the property")]
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True)
class Comparison:
    """Proposals, point by point."""

    proposals: tuple[ThingCell, ...]
    points: tuple[ComparedPoint, ...]
    evidence: tuple[Evidence, ...]


class Comparing:
    """Compares the proposals of one version."""

    def __init__(self, reading: Reading, claims: Claims, entities: Entities, rules: RuleSet) -> None:
        self._reading, self._claims, self._entities = reading, claims, entities
        self._rules = [rule for rule in rules.rules if rule.kind == "view"]
        inner = (quad for quad in reading.ontology.quads if isinstance(quad.subject, BlankNode))
        self._unvouched = {
            each.value for each in reading.subjects(_TYPE, sg("UnvouchedAct")) if isinstance(each, NamedNode)
        }
        self._links = {(quad.subject, quad.predicate.value): quad.object for quad in inner}

    def compare(self, proposals: Sequence[str]) -> Comparison:
        listed: dict[Evidence, int] = {}
        points = []
        stated = {each: self._stated(NamedNode(each)) for each in proposals}
        for property_, inverse in self._properties():
            cells = tuple(
                self._cell(NamedNode(each), str(property_.iri), inverse, stated[each], listed) for each in proposals
            )
            definition = self._reading.definitions.get(str(property_.iri), "")
            points.append(ComparedPoint(property_, definition, inverse, cells))
        compared = tuple(self._reading.cell(NamedNode(each)) for each in proposals)
        return Comparison(compared, tuple(points), tuple(listed))

    def _properties(self) -> Iterator[tuple[Cell, bool]]:
        """The properties that proposals have, and those whose value is a proposal alone: these are inverse."""
        ontology = self._reading.ontology
        for iri in sorted(ontology.derived, key=lambda each: _place(ontology, each)):
            domain, range_ = set(self._classes(iri, "domain")), set(self._classes(iri, "range"))
            if _PROPOSAL in domain or range_ == {_PROPOSAL}:
                yield self._reading.cell(NamedNode(iri)), _PROPOSAL not in domain

    def _stated(self, proposal: NamedNode) -> Mapping[tuple[str, bool], list[Statement]]:
        """What views and inferences state of a proposal, by property, and by whether it is the object."""
        found: dict[tuple[str, bool], list[Statement]] = {}
        for each in self._entities.statements(subject=proposal, object_=proposal):
            ends = ((each.subject, False), (each.object, True))
            for inverse in (inverse for end, inverse in ends if end.iri == proposal.value):
                found.setdefault((str(each.predicate.iri), inverse), []).append(each)
        return found

    def _cell(
        self,
        proposal: NamedNode,
        property_: str,
        inverse: bool,
        stated: Mapping[tuple[str, bool], list[Statement]],
        listed: dict[Evidence, int],
    ) -> ComparedCell:
        said: dict[tuple[Term, Term | None], _Said] = {}
        for statement in stated.get((property_, inverse), ()):
            other = statement.subject if inverse else statement.object
            one = said.setdefault((_term(other), None), _Said())
            one.take(statement, self._claims.of(list(statement.claims)))
        if not inverse:
            for subject, via in self._subjects(proposal, property_):
                for value, claim in self._spoken(subject, property_):
                    one = said.setdefault((value, via), _Said())
                    one.hear(filter(self._is_vouched, self._claims.accounts(claim)))
        values = [
            self._value(value, via, one, status, listed) for (value, via), one in said.items() if (status := one.status)
        ]
        ordered = tuple(sorted(values, key=lambda each: (each.value.label, str(each.via))))
        return ComparedCell(proposal.value, _overall([each.status for each in ordered]), ordered)

    def _subjects(self, proposal: NamedNode, property_: str) -> Iterator[tuple[NamedNode, NamedNode | None]]:
        """The proposal; and its approaches, for a property that these have as well."""
        yield proposal, None
        if SG + "Approach" in self._classes(property_, "domain"):
            for approach in self._reading.objects(proposal, NamedNode(_TAKES)):
                if isinstance(approach, NamedNode):
                    yield approach, approach

    def _spoken(self, subject: NamedNode, property_: str) -> Iterator[tuple[Term, str]]:
        """The values that claims give, of whatever polarity and certainty, each with its claim."""
        for rule in self._rules:
            asked = _as_said(rule, property_, subject)
            if asked is not None:
                sparql, value, claim = asked
                for row in self._reading.select(sparql):
                    if isinstance(row[claim], NamedNode):
                        yield row[value], row[claim].value

    def _is_vouched(self, account: Claim) -> bool:
        """Whether every voice of the chain answers for what it says: who accuses, demands or asks does not."""
        return not any(voice.act is not None and voice.act.iri in self._unvouched for voice in account.chain)

    def _value(
        self, value: Term, via: Term | None, said: _Said, status: _Spoken, listed: dict[Evidence, int]
    ) -> ComparedValue:
        places = [listed.setdefault(each, len(listed)) for account in said.accounts for each in account.evidence]
        certainties = [*said.certainties, *(a.certainty for a in said.affirming if a.certainty is not None)]
        surest = max(certainties, key=lambda each: self._claims.rank(NamedNode(str(each.iri))), default=None)
        return ComparedValue(
            value=self._reading.cell(value),
            status=status,
            certainty=surest,
            inferred=said.inferred,
            via=self._reading.cell(via) if via is not None else None,
            evidence=tuple(sorted(set(places))),
        )

    def _classes(self, property_: str, end: str) -> tuple[str, ...]:
        """The classes that a property's domain or range is, or is a union of."""
        found: list[str] = []
        for value in self._reading.ontology.values(property_, RDFS + end):
            if isinstance(value, NamedNode):
                found.append(value.value)
            rest = self._links.get((value, OWL + "unionOf")) if isinstance(value, BlankNode) else None
            while isinstance(rest, BlankNode):
                first = self._links.get((rest, RDF + "first"))
                found += [first.value] if isinstance(first, NamedNode) else []
                rest = self._links.get((rest, RDF + "rest"))
        return tuple(found)


class _Said:
    """What is gathered about one value."""

    def __init__(self) -> None:
        self.accounts: dict[Claim, None] = {}
        self.affirming: list[Claim] = []
        self.certainties: list[Cell] = []
        self._affirmed = self._denied = self._contested = False
        self.inferred = False

    @property
    def status(self) -> _Spoken | None:
        """None where nothing is said either way."""
        if self._contested or (self._affirmed and self._denied):
            return "contested"
        return "covered" if self._affirmed else "denied" if self._denied else None

    def take(self, statement: Statement, accounts: Iterable[Claim]) -> None:
        """A view or inference, with the claims that it rests on."""
        self._note(statement.polarity)
        self._contested = self._contested or statement.contested
        self.inferred = self.inferred or statement.inferred
        if statement.certainty is not None and statement.polarity == "affirmed":
            self.certainties.append(statement.certainty)
        self.accounts.update(dict.fromkeys(accounts))

    def hear(self, accounts: Iterable[Claim]) -> None:
        """Claims; one whose report is denied, that is withheld, or that nobody vouches for, says nothing either way."""
        for account in accounts:
            polarity = str(account.polarity.iri).removeprefix(SG) if account.polarity else ""
            outer = {str(voice.polarity.iri) for voice in account.chain[:-1] if voice.polarity}
            if outer <= {SG + "affirmed"} and polarity in ("affirmed", "denied"):
                self._note(polarity)
                self._contested = self._contested or account.contested
                self.accounts[account] = None
                if polarity == "affirmed":
                    self.affirming.append(account)

    def _note(self, polarity: str) -> None:
        self._affirmed = self._affirmed or polarity == "affirmed"
        self._denied = self._denied or polarity == "denied"


def _overall(statuses: Sequence[_Spoken]) -> Status:
    ranked: tuple[_Spoken, ...] = ("contested", "covered", "denied")
    return next((status for status in ranked if status in statuses), "silent")


def _as_said(rule: Rule, property_: str, subject: Node) -> tuple[str, str, str] | None:
    """The rule's body as a query for what claims say, with the variables of the value and of the claim.

    None where the rule makes something else.
    """
    head = [pattern for pattern in rule.head if getattr(pattern.predicate, "value", None) == property_]
    names = _ESTABLISHED.findall(rule.sparql)
    if len(head) != 1 or len(names) != 1:
        return None
    start, value = head[0].subject, head[0].object
    if not isinstance(start, ox.Variable) or not isinstance(value, ox.Variable):
        return None
    claim = names[0]
    prologue, where, group = _HEAD.sub("WHERE", rule.sparql, count=1).partition("WHERE")
    inner = _ESTABLISHED.sub(f"^<{SG}content> ?{claim}", group.strip()[1:-1])
    select = f"SELECT DISTINCT ?{value.value} ?{claim}"
    order = f"ORDER BY ?{value.value} ?{claim}"
    return f"{prologue}{select} {where} {{ VALUES ?{start.value} {{ {subject} }} {inner} }} {order}", value.value, claim


def _place(ontology: Ontology, property_: str) -> tuple[int, str]:
    """Where a point stands in the table: whom and what first, then what follows; new ones at the end, by name."""
    name = property_.removeprefix(SG)
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), ontology.label(property_))


def _term(cell: Cell) -> Term:
    if cell.iri is not None:
        return NamedNode(cell.iri)
    if cell.language:
        return RdfLiteral(cell.label, language=cell.language)
    return RdfLiteral(cell.label, datatype=NamedNode(cell.datatype)) if cell.datatype else RdfLiteral(cell.label)
