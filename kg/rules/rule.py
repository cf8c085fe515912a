"""A rule's file → `Rule`: its header, its head, the ways to read its body; all faults at once, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import headers, parsed
from kg.errors import Fault, KgError, Rejected
from kg.namespaces import INFERRED_GRAPH, PROV, RDF, SG, VIEWS_GRAPH
from kg.rules.conjunction import Conjunction, NotSupported, Pattern
from kg.source_map import written_terms
from kg.terms import expand

KEYS = {"label", "kind", "explanation", "example", "certainty", "sides"}
REQUIRED = ("label", "explanation", "example")
MEMBERSHIP = "membership"
KINDS = {"view": VIEWS_GRAPH, "denial": VIEWS_GRAPH, "inference": INFERRED_GRAPH, MEMBERSHIP: INFERRED_GRAPH}
_SLOT = re.compile(r"\{(\w+)\}")
_POSITION = re.compile(r"(?:at )?(\d+):\d+")
_TYPE = ox.NamedNode(RDF + "type")
# What derivations say of themselves: a rule neither reads nor writes it.
RESERVED = frozenset(
    ox.NamedNode(iri)
    for iri in (
        RDF + "subject",
        RDF + "predicate",
        RDF + "object",
        SG + "rule",
        SG + "contested",
        PROV + "wasDerivedFrom",
        PROV + "specializationOf",
    )
)


@dataclass(frozen=True)
class Rule:
    """One rule. `explanation` has variables in braces.

    `certainty` is the surest that a conclusion by it can be; None where it sets no limit. `sides` are the variables of
    the claims that it compares, each with that of what they are about; none where it compares nothing.
    """

    name: str
    label: str
    kind: str
    explanation: str
    example: str
    certainty: ox.NamedNode | None
    head: tuple[Pattern, ...]
    bodies: tuple[Conjunction, ...]
    sparql: str
    sides: tuple[tuple[str, str], ...] = ()

    @property
    def iri(self) -> ox.NamedNode:
        return ox.NamedNode(f"{SG}rules/{self.name}")

    @property
    def is_membership(self) -> bool:
        """Does it conclude of what class a thing is?"""
        return self.kind == MEMBERSHIP

    @property
    def graph(self) -> ox.NamedNode:
        """Where its conclusions stand."""
        return ox.NamedNode(KINDS[self.kind])


def read_rule(path: Path, prefixes: Mapping[str, str]) -> Rule:
    """Read one file; raise Rejected with every fault found."""
    headed = headers.read(path)
    place = _Place(path, headed.sparql)
    faults = list(_header_faults(headed.header, place))
    head: tuple[Pattern, ...] = ()
    bodies: tuple[Conjunction, ...] = ()
    try:
        head, bodies = _read(headed.sparql, tuple(prefixes.items()))
        faults += _faults(head, bodies, headed.header, place)
    except NotSupported as fault:
        faults.append(place.fault(fault.what, fault.why, fault.line or place.mention(fault.word)))
    except SyntaxError as error:
        match = _POSITION.search(str(error.args[0]))
        faults.append(place.fault("this is not SPARQL", f"{error.args[0]}.", int(match[1]) if match else None))
    certainty = _certainty(headed.header, prefixes, place, faults)
    if faults:
        raise Rejected(path.name, tuple(faults))
    texts = {key: str(headed.header.get(key, "")) for key in REQUIRED}
    kind = str(headed.header.get("kind", "inference"))
    sides = tuple(headed.header.get("sides", {}).items())
    return Rule(
        headed.name,
        kind=kind,
        certainty=certainty,
        head=head,
        bodies=bodies,
        sparql=headed.sparql,
        sides=sides,
        **texts,
    )


@parsed.kept
def _read(sparql: str, prefixes: tuple[tuple[str, str], ...]) -> tuple[tuple[Pattern, ...], tuple[Conjunction, ...]]:
    from kg.rules import algebra  # takes long to import

    return algebra.read(sparql, prefixes)


@dataclass(frozen=True)
class _Place:
    path: Path
    text: str

    def fault(self, what: str, why: str, line: int | None = None) -> Fault:
        return Fault(file=self.path.name, line=line, subject="", what=what, why=why)

    def key(self, name: str) -> int:
        """The line of a header's key; the first where it is missing."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if re.match(rf"#\+\s*{re.escape(name)}\s*:", line):
                return number
        return 1

    def mention(self, name: str) -> int | None:
        """The line on which a keyword or variable first stands."""
        return next((line for word, line in written_terms(self.text).words if word.upper() == name.upper()), None)


def _certainty(
    header: dict[str, Any], prefixes: Mapping[str, str], place: _Place, faults: list[Fault]
) -> ox.NamedNode | None:
    if "certainty" not in header:
        return None
    name = str(header["certainty"])
    try:
        return expand(name if ":" in name else f"sg:{name}", {**prefixes, "sg": SG})
    except KgError as error:
        faults.append(place.fault(f"the certainty {name!r}", f"{error.remedy}", place.key("certainty")))
        return None


def _header_faults(header: dict[str, Any], place: _Place) -> Iterator[Fault]:
    for key in header:
        if key not in KEYS:
            yield place.fault(
                f"unknown key {key!r}.", f"A rule's header has {', '.join(sorted(KEYS))}.", place.key(str(key))
            )
    for key in REQUIRED:
        if not isinstance(header.get(key), str) or not header[key].strip():
            yield place.fault(f"no {key}.", f'Add a line `#+ {key}: "…"`.', place.key(key))
    if header.get("kind", "inference") not in KINDS:
        why = "A rule is a view, an inference or a membership."
        yield place.fault(f"no kind is {header['kind']!r}.", why, place.key("kind"))


def _faults(
    head: tuple[Pattern, ...], bodies: tuple[Conjunction, ...], header: dict[str, Any], place: _Place
) -> Iterator[Fault]:
    if not head:
        yield place.fault("nothing follows from it", "Write a triple into CONSTRUCT { }.")
    named = [frozenset({*body.bound, *(name for name, _ in body.aliases)}) for body in bodies]
    for pattern in head:
        yield from _head_faults(pattern, named, place)
        if (pattern.predicate == _TYPE) != (header.get("kind") == MEMBERSHIP):
            why = "A rule that concludes of which class a thing is, and no other, has `#+ kind: membership`."
            yield place.fault(f"{pattern.predicate}", why, pattern.line)
    for slot in _SLOT.findall(str(header.get("explanation", ""))):
        if not any(slot in names for names in named):
            why = "An explanation names variables that the body binds."
            yield place.fault(f"{{{slot}}} is no variable of the rule", why, place.key("explanation"))
    yield from _side_faults(bodies, header.get("sides", {}), place)
    if not bodies:
        yield place.fault("its body can never hold", "Two constants are set equal by a path of no length.")
    for body in bodies:
        if not body.parts:
            why = "Say from which statements it follows; a path of no length (?, *) is none."
            yield place.fault("a body that asks for nothing", why)
        for part in (*body.patterns, *(pattern for absent in body.absent for pattern in absent.patterns)):
            if part.predicate in RESERVED:
                why = "A rule reads conclusions, not the nodes of derivations."
                yield place.fault(f"{part.predicate}", why, part.line)


def _side_faults(bodies: tuple[Conjunction, ...], sides: object, place: _Place) -> Iterator[Fault]:
    """Two claims are compared, each on what it is about."""
    line = place.key("sides")
    if not isinstance(sides, dict) or len(sides) not in (0, 2):
        why = "Name both claims, each with what it is about: {one: situation, other: situation}."
        yield place.fault("sides that are not two", why, line)
        return
    for name in dict.fromkeys((*sides, *sides.values())):
        if not all(name in body.bound for body in bodies):
            yield place.fault(f"?{name} is bound nowhere in WHERE", "Name variables of the body.", line)


def _head_faults(pattern: Pattern, named: list[frozenset[str]], place: _Place) -> Iterator[Fault]:
    if isinstance(pattern.subject, ox.Literal):
        yield place.fault("a literal as subject", "Only things have properties.", pattern.line)
    if pattern.predicate in RESERVED:
        yield place.fault(f"{pattern.predicate}", "Only the machine says that of a derivation.", pattern.line)
    for name in sorted(pattern.variables):
        if not any(name in names for names in named):
            yield place.fault(f"?{name} is bound nowhere in WHERE", "Bind it by a pattern there.", pattern.line)
