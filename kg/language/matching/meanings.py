"""What a question of the catalogue means: the terms that its query uses, the roles and classes of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.namespaces import OWL, RDF, RDFS, SG
from kg.ontology import Ontology
from kg.questions import Question
from kg.terms import BlankNode, NamedNode

_COMMENT = re.compile(r"^\s*#[^\n]*$", re.MULTILINE)
_TOKEN = re.compile(r"<[^<>\s]*>|\"[^\"]*\"|\?\w+|[A-Za-z][\w-]*:[\w-]*(?:[|/][\w-]+:[\w-]+)*|\w+|[{}().;,=!*+|/^]")
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_TESTS = frozenset({"MINUS", "FILTER", "BIND"})
_ASIDES = _TESTS | {"OPTIONAL", "UNION"}
OBJECT, SUBJECT = "object", "subject"


@dataclass(frozen=True)
class Meaning:
    """`core` are the terms that make the question what it is; `terms` all that its query speaks of.

    Where `either` is not empty, the core is not said outside a UNION: one of these terms makes it what it is.
    `needed` are the terms without statements of which nothing can be an answer.
    `choices` are the terms of which its FILTER lets only some through: a question that has them needs one of them.
    `roles` says of which property a variable is object or subject, `kinds` of which classes its values are.
    """

    question: Question
    core: frozenset[str]
    either: frozenset[str]
    needed: frozenset[str]
    choices: frozenset[str]
    terms: frozenset[str]
    roles: Mapping[str, frozenset[tuple[str, str]]]
    kinds: Mapping[str, frozenset[str]]

    def is_of_anything(self, name: str) -> bool:
        """Whether the values of a column may be of any class."""
        return self.kinds.get(name, frozenset()) == frozenset({SG + "Entity"})


def meaning(question: Question, ontology: Ontology, unions: Mapping[str, frozenset[str]]) -> Meaning:
    """Read the question's query; `unions` are the ontology's."""
    prefixes = dict(_PREFIX.findall(question.sparql))
    body = _COMMENT.sub("", question.sparql)
    found = _TOKEN.findall(body[body.index("{") :])
    written = [_expanded(token, prefixes) for token in found]
    written = written[: _closing(written, 0) + 1]
    needed, choices = _without(written, _ASIDES)
    stated, _ = _without(written, _TESTS)
    roles: dict[str, set[tuple[str, str]]] = {}
    kinds: dict[str, set[str]] = {}
    for subject, predicates, value in _triples(stated):
        for predicate in predicates:
            if predicate == RDF + "type" and subject.startswith("?") and value in ontology.classes:
                kinds.setdefault(subject[1:], set()).add(value)
            for variable, place in ((value, OBJECT), (subject, SUBJECT)):
                if variable.startswith("?"):
                    roles.setdefault(variable[1:], set()).add((predicate, place))
    terms = frozenset(term for token in written for term in token.split("|") if term.startswith("http"))
    optional = {term for token in needed if "|" in token for term in token.split("|")}  # one of them is enough
    needed = [term for token in needed for term in token.split("|") if term.startswith(SG)]
    used = {predicate for _, predicates, _ in _triples(stated) for predicate in predicates}
    core = frozenset(_cores(needed, ontology))
    inside, _ = _without(written, _TESTS | {"OPTIONAL"})
    parts = [term for token in inside for term in token.split("|") if term.startswith(SG)]
    either = frozenset() if core else frozenset(_cores(parts, ontology))
    core = core or either or frozenset(term for term in needed if term in used)
    for name in {*question.columns, *question.parameters}:
        kinds[name] = _kinds(name, question, ontology, unions, roles.get(name, set()), kinds.get(name, set()))
    return Meaning(
        question,
        core,
        either,
        frozenset(term for term in needed if term not in optional and (term in used or term in core)),
        choices,
        terms,
        {name: frozenset(each) for name, each in roles.items()},
        {name: frozenset(kinds.get(name, ())) for name in {*question.columns, *question.parameters}},
    )


def _cores(needed: list[str], ontology: Ontology) -> Iterator[str]:
    for term in needed:
        if ontology.is_a(term, SG + "Situation") or term in ontology.derived:
            yield term
        elif term in ontology.classes or term in ontology.properties or term in (SG + "affirmed", SG + "denied"):
            continue
        elif term.startswith(SG):
            yield term


def _kinds(
    name: str,
    question: Question,
    ontology: Ontology,
    unions: Mapping[str, frozenset[str]],
    roles: set[tuple[str, str]],
    stated: set[str],
) -> set[str]:
    """The classes of a variable: its parameter's, else those stated, else what its properties say."""
    if name in question.parameters:
        return {question.parameters[name]}
    if stated:
        return stated
    found: set[str] = set()
    for prop, place in roles:
        for value in ontology.values(prop, RDFS + ("range" if place == OBJECT else "domain")):
            found |= {value.value} if isinstance(value, NamedNode) else unions.get(value.value, frozenset())
    return found


def unions(ontology: Ontology) -> dict[str, frozenset[str]]:
    """The members of each class that is written as a union, by its blank node."""
    by = {(q.subject.value, q.predicate.value): q.object for q in ontology.quads if isinstance(q.subject, BlankNode)}
    found: dict[str, frozenset[str]] = {}
    for (node, predicate), rest in by.items():
        members: set[str] = set()
        while predicate == OWL + "unionOf" and isinstance(rest, BlankNode):
            member = by.get((rest.value, RDF + "first"))
            members |= {member.value} if isinstance(member, NamedNode) else set()
            rest = by.get((rest.value, RDF + "rest"), NamedNode(RDF + "nil"))
        if members:
            found[node] = frozenset(members)
    return found


def _expanded(token: str, prefixes: Mapping[str, str]) -> str:
    if token == "a":
        return RDF + "type"
    if token.startswith("<"):
        return token[1:-1]
    parts = re.split(r"[|/]", token) if ":" in token else []
    if parts and all(part.partition(":")[0] in prefixes for part in parts):
        return "|".join(prefixes[p.partition(":")[0]] + p.partition(":")[2] for p in parts)
    return token


def _without(written: list[str], asides: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    """The tokens outside groups opened by `asides`; and the terms of which a FILTER … IN (…) lets some through."""
    needed: list[str] = []
    choices: set[str] = set()
    index = 0
    while index < len(written):
        token = written[index]
        union = token == "{" and "UNION" in asides and _is_union(written, index)
        if token.upper() in asides or union:
            start = index
            while index < len(written) and written[index] not in ("{", "("):
                index += 1
            end = _closing(written, index)
            inside = written[start : end + 1]
            if token.upper() == "FILTER" and "IN" in inside:
                choices |= {term for term in inside if term.startswith(SG)}
            index = end + 1
        else:
            needed.append(token)
            index += 1
    return needed, frozenset(choices)


def _is_union(written: list[str], index: int) -> bool:
    """Whether the group that opens at `index` is one side of a UNION."""
    end = _closing(written, index)
    after = written[end + 1].upper() if end + 1 < len(written) else ""
    before = written[index - 1].upper() if index else ""
    return index > 0 and "UNION" in (after, before)


def _closing(written: list[str], index: int) -> int:
    depth = 0
    for place in range(index, len(written)):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(written[place], 0)
        if depth == 0:
            return place
    return len(written) - 1


def _triples(written: list[str]) -> Iterator[tuple[str, list[str], str]]:
    """The triple patterns, a path's alternatives as several predicates."""
    terms: list[str] = []
    for token in written:
        if token.startswith(("?", "http")) or token.isdigit():
            terms.append(token)
            if len(terms) == 3:
                yield terms[0], terms[1].split("|"), terms[2]
        elif token == ";" and len(terms) == 3:
            terms = terms[:1]
        elif token == "," and len(terms) == 3:
            terms = terms[:2]
        else:
            terms = []


def lists(question: Question, kind: str) -> bool:
    """Whether the question is one that lists all things of a class: "List all proposals"."""
    return question.parameters.get(question.answer) == kind and any(
        phrasing.lower().startswith("list all ") for phrasing in question.phrasings
    )
