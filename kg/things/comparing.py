"""Proposals compared, point by point: what is said of each, by whom, or that nothing is said.

The points are the ontology's: every derived property that proposals have. What is said is read through the rules that
make views, with any claim in the place of one that establishes: so what is only expected or reported is shown as that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.model import Cell, Evidence
from kg.namespaces import OWL, RDF, RDFS, SG
from kg.ontology import Ontology
from kg.rules import Rule, RuleSet
from kg.terms import BlankNode, Literal, NamedNode, Node, Term
from kg.things.claims import Account, Claims
from kg.things.entities import Entities, Statement
from kg.things.reading import Reading, sg

_TYPE = NamedNode(RDF + "type")
_PROPOSAL, _TAKES = SG + "Proposal", SG + "takesApproach"
_HEAD = re.compile(r"CONSTRUCT\s*\{.*?\}\s*WHERE", re.DOTALL | re.IGNORECASE)
_ESTABLISHED = re.compile(r"\bsg:establishedBy\s+\?(\w+)")
_FIRST = ("proposedBy", "proposedWhen", "proposedIn", "namesGuarantor", "requiresMandate", "conditionalOn", "excludes")
COVERED, DENIED, SILENT, CONTESTED = "covered", "denied", "silent", "contested"


@dataclass(frozen=True)
class Point:
    """A property of proposals; `inverse` where the proposal is its object ("can block it")."""

    property: Cell
    definition: str
    inverse: bool = False


@dataclass(frozen=True)
class Value:
    """One thing that is said at a point; `via` is the proposal's approach where it is said of that.

    `evidence` are places in the comparison's list.
    """

    value: Cell
    status: str
    certainty: Cell | None
    inferred: bool
    via: Cell | None
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Compared:
    """A cell: what is said of one proposal at one point. Silent: nothing is, which is no "no"."""

    status: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`rows` has for each point the cells in the order of `proposals`."""

    proposals: tuple[Cell, ...]
    rows: tuple[tuple[Point, tuple[Compared, ...]], ...]
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
        rows = []
        for point in self._points():
            cells = [self._cell(NamedNode(proposal), point, listed) for proposal in proposals]
            rows.append((point, tuple(cells)))
        return Comparison(tuple(self._reading.cell(NamedNode(each)) for each in proposals), tuple(rows), tuple(listed))

    def _points(self) -> Iterator[Point]:
        ontology = self._reading.ontology
        for iri in sorted(ontology.derived, key=lambda each: _place(ontology, each)):
            domain, range_ = set(self._classes(iri, "domain")), set(self._classes(iri, "range"))
            cell = self._reading.cell(NamedNode(iri))
            if _PROPOSAL in domain:
                yield Point(cell, self._reading.definitions.get(iri, ""))
            elif range_ == {_PROPOSAL}:
                yield Point(cell, self._reading.definitions.get(iri, ""), inverse=True)

    def _cell(self, proposal: NamedNode, point: Point, listed: dict[Evidence, int]) -> Compared:
        said: dict[tuple[Term, Term | None], _Said] = {}
        for statement in self._stated(proposal, point):
            other = statement.subject if point.inverse else statement.object
            one = said.setdefault((_term(other), None), _Said())
            one.take(statement, self._claims.of(list(statement.claims)))
        if not point.inverse:
            for subject, via in self._subjects(proposal, point):
                for value, claim in self._spoken(subject, str(point.property.iri)):
                    one = said.setdefault((value, via), _Said())
                    one.hear(filter(self._is_vouched, self._claims.accounts(claim)))
        values = [self._value(value, via, one, listed) for (value, via), one in said.items() if one.status]
        ordered = tuple(sorted(values, key=lambda each: (each.value.label, str(each.via))))
        return Compared(_overall([each.status for each in ordered]), ordered)

    def _stated(self, proposal: NamedNode, point: Point) -> Iterable[Statement]:
        found = self._entities.statements(**{"object_" if point.inverse else "subject": proposal})
        return (each for each in found if each.predicate.iri == point.property.iri)

    def _subjects(self, proposal: NamedNode, point: Point) -> Iterator[tuple[NamedNode, NamedNode | None]]:
        """The proposal; and its approaches, for a property that these have as well."""
        yield proposal, None
        if SG + "Approach" in self._classes(str(point.property.iri), "domain"):
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

    def _is_vouched(self, account: Account) -> bool:
        """Whether every voice of the chain answers for what it says: who accuses, demands or asks does not."""
        return not any(voice.act is not None and voice.act.iri in self._unvouched for voice in account.chain)

    def _value(self, value: Term, via: Term | None, said: _Said, listed: dict[Evidence, int]) -> Value:
        places = [listed.setdefault(each, len(listed)) for account in said.accounts for each in account.evidence]
        certainties = [*said.certainties, *(a.certainty for a in said.affirming if a.certainty is not None)]
        surest = max(certainties, key=lambda each: self._claims.rank(NamedNode(str(each.iri))), default=None)
        return Value(
            value=self._reading.cell(value),
            status=said.status,
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
        self.accounts: dict[Account, None] = {}
        self.affirming: list[Account] = []
        self.certainties: list[Cell] = []
        self._affirmed = self._denied = self._contested = False
        self.inferred = False

    @property
    def status(self) -> str:
        """Empty where nothing is said either way."""
        if self._contested or (self._affirmed and self._denied):
            return CONTESTED
        return COVERED if self._affirmed else DENIED if self._denied else ""

    def take(self, statement: Statement, accounts: Iterable[Account]) -> None:
        """A view or inference, with the claims that it rests on."""
        self._note(statement.polarity)
        self._contested = self._contested or statement.contested
        self.inferred = self.inferred or statement.inferred
        if statement.certainty is not None and statement.polarity == "affirmed":
            self.certainties.append(statement.certainty)
        self.accounts.update(dict.fromkeys(accounts))

    def hear(self, accounts: Iterable[Account]) -> None:
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


def _overall(statuses: Sequence[str]) -> str:
    for status in (CONTESTED, COVERED, DENIED):
        if status in statuses:
            return status
    return SILENT


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
        return Literal(cell.label, language=cell.language)
    return Literal(cell.label, datatype=NamedNode(cell.datatype)) if cell.datatype else Literal(cell.label)
