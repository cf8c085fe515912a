"""A rule's file → `Rule`: its header, its head, the ways to read its body; all faults at once, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import headers
from kg.errors import Fault, KgError, Rejected
from kg.namespaces import INFERRED_GRAPH, PROV, RDF, SG, VIEWS_GRAPH
from kg.rules.conjunctions import Conjunction
from kg.rules.parsing import parse
from kg.rules.syntax import Construct, Pattern
from kg.rules.tokens import NotSupported
from kg.rules.variants import variants
from kg.terms import expand

KEYS = {"label", "kind", "explanation", "example", "certainty"}
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

    A part of it in square brackets falls away where a variable of it has no value.
    `certainty` is the surest that a conclusion by it can be; None where it sets no limit.
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
    try:
        construct = parse(headed.sparql, prefixes)
        used = _variables(construct.head) | set(_SLOT.findall(str(headed.header.get("explanation", ""))))
        bodies = variants(construct, frozenset(used))
        faults += _faults(construct, bodies, headed.header, place)
    except NotSupported as fault:
        faults.append(place.fault(fault.what, fault.why, fault.line or None))
    except SyntaxError as error:
        faults.append(place.fault("this is not SPARQL", f"{error.args[0]}.", _line_of(error)))
    if faults:
        raise Rejected(path.name, tuple(faults))
    return _rule(headed, construct, bodies, prefixes, place)


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


def _rule(
    headed: headers.Headed,
    construct: Construct,
    bodies: tuple[Conjunction, ...],
    prefixes: Mapping[str, str],
    place: _Place,
) -> Rule:
    header, certainty = headed.header, None
    if "certainty" in header:
        name = str(header["certainty"])
        try:
            certainty = expand(name if ":" in name else f"sg:{name}", {**prefixes, "sg": SG})
        except KgError as error:
            fault = place.fault(f"the certainty {name!r}", f"{error.remedy}", place.key("certainty"))
            raise Rejected(headed.path.name, (fault,)) from error
    texts = {key: str(header.get(key, "")) for key in REQUIRED}
    kind = str(header.get("kind", "inference"))
    return Rule(
        headed.name, kind=kind, certainty=certainty, head=construct.head, bodies=bodies, sparql=headed.sparql, **texts
    )


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
    construct: Construct, bodies: tuple[Conjunction, ...], header: dict[str, Any], place: _Place
) -> Iterator[Fault]:
    if not construct.head:
        yield place.fault("nothing follows from it", "Write a triple into CONSTRUCT { }.")
    named = [frozenset({*body.bound, *(name for name, _ in body.aliases)}) for body in bodies]
    for pattern in construct.head:
        yield from _head_faults(pattern, named, place)
        if (pattern.predicate == _TYPE) != (header.get("kind") == MEMBERSHIP):
            why = "A rule that concludes of which class a thing is, and no other, has `#+ kind: membership`."
            yield place.fault(f"{pattern.predicate}", why, pattern.line)
    for slot in _SLOT.findall(str(header.get("explanation", ""))):
        if not any(slot in names for names in named):
            why = "An explanation names variables that the body binds."
            yield place.fault(f"{{{slot}}} is no variable of the rule", why, place.key("explanation"))
    if not bodies:
        yield place.fault("its body can never hold", "Two constants are set equal by a path of no length.")
    for body in bodies:
        yield from _body_faults(body, place)


def _head_faults(pattern: Pattern, named: list[frozenset[str]], place: _Place) -> Iterator[Fault]:
    if isinstance(pattern.subject, ox.Literal):
        yield place.fault("a literal as subject", "Only things have properties.", pattern.line)
    if isinstance(pattern.predicate, ox.Variable):
        yield place.fault(f"{pattern.predicate} as property", "Name the property that follows.", pattern.line)
    elif pattern.predicate in RESERVED:
        yield place.fault(f"{pattern.predicate}", "Only the machine says that of a derivation.", pattern.line)
    for name in sorted(_variables((pattern,))):
        if not any(name in names for names in named):
            yield place.fault(f"?{name} is bound nowhere in WHERE", "Bind it by a pattern there.", pattern.line)


def _body_faults(body: Conjunction, place: _Place) -> Iterator[Fault]:
    if not (body.patterns or body.closures or body.tallies):
        why = "Say from which statements it follows; a path of no length (?, *) is none."
        yield place.fault("a body that asks for nothing", why)
    bound = {term.value for part in body.parts for term in part.terms if isinstance(term, ox.Variable)}
    bound.update(name for block in body.values for name in block.variables)
    for part in (*body.patterns, *(each for absent in body.absent for each in absent.patterns)):
        if part.predicate in RESERVED:
            yield place.fault(f"{part.predicate}", "A rule reads conclusions, not the nodes of derivations.", part.line)
        if isinstance(part.subject, ox.Literal):
            yield place.fault("a literal as subject", "Only things have properties.", part.line)
    for bind in body.binds:
        if bind.variable in bound:
            why = "Use what BIND makes in the head and in filters alone."
            yield place.fault(f"?{bind.variable} in a pattern", why, bind.expression.line)


def _variables(patterns: tuple[Pattern, ...]) -> set[str]:
    return {term.value for pattern in patterns for term in pattern.terms if isinstance(term, ox.Variable)}


def _line_of(error: SyntaxError) -> int | None:
    match = _POSITION.search(str(error.args[0]))
    return int(match[1]) if match else None


def with_predicate(body: Conjunction, index: int, predicate: ox.NamedNode) -> Conjunction:
    """`body` with another property in its pattern number `index`."""
    patterns = list(body.patterns)
    patterns[index] = replace(patterns[index], predicate=predicate)
    return replace(body, patterns=tuple(patterns))
