"""The catalogue of questions, one file each in `queries/`, and by topic."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rapidfuzz import process

from kg import headers, parsed, terms
from kg.errors import BadParameter, Fault, Rejected, UnknownQuestion
from kg.namespaces import RDFS, SG, XSD
from kg.ontology.schema import Ontology
from kg.sentences import ROLE
from kg.sparql.lexer import TOKEN
from kg.terms import NamedNode

_LIKE = 80  # of 100, from which a name of a question may have been meant
_KEYS = {"question", "phrasings", "description", "parameters", "answer", "statement", "unanswered", "example"}
_SLOT = re.compile(r"\{(\w+)\}")

# A term in a query's body: a variable's name (with its question mark) or an IRI or literal as SPARQL writes it.
Pattern = tuple[str, str, str]


@dataclass(frozen=True)
class Question:
    """One question of the catalogue; `parameters` maps a name to the IRI of its class or datatype.

    `statement` is the template of a row's sentence over the columns; empty where what a row rests on says it.
    `unanswered` says why the seed has no answer to it; empty where it has. `example` is a text that asks it, which
    people are shown first; empty for most.
    """

    name: str
    question: str
    phrasings: tuple[str, ...]
    description: str
    parameters: Mapping[str, str]
    answer: str
    columns: tuple[str, ...]
    sparql: str
    statement: str = ""
    unanswered: str = ""
    example: str = ""

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The triple patterns that a row rests on: those of the body, less what is only tested for or excluded."""
        return _patterns(self.sparql)

    @cached_property
    def needs(self) -> tuple[tuple[Pattern, ...], ...]:
        """The ways to answer it: for each, the triple patterns without any of which it has no row."""
        return _needs(self.sparql)

    def with_arguments(self, arguments: Mapping[str, Sequence[ox.NamedNode | ox.Literal]]) -> str:
        """The query with each argument's terms in the place of UNDEF in its `VALUES` lines."""
        sparql = self.sparql
        for name, values in arguments.items():
            written = " ".join(terms.serialise(value) for value in values)
            sparql = _values_line(name).sub(lambda match: f"{match[1]}{written}{match[2]}", sparql)  # noqa: B023
        return sparql


@dataclass(frozen=True)
class Catalogue:
    """All questions, by name."""

    questions: Mapping[str, Question]

    def __getitem__(self, name: str) -> Question:
        """The question of that name; raise UnknownQuestion where there is none."""
        if name not in self.questions:
            near = process.extractOne(name, list(self.questions), score_cutoff=_LIKE)
            remedy = f"Did you mean {near[0]}? " if near else ""
            raise UnknownQuestion(
                name,
                expected="the name of a question in the catalogue",
                remedy=f"{remedy}See /api/v1/questions, or: kg ask --list",
            )
        return self.questions[name]

    def __iter__(self) -> Any:
        return iter(self.questions.values())

    def __len__(self) -> int:
        return len(self.questions)


def read(folder: Path, ontology: Ontology, prefixes: Mapping[str, str]) -> Catalogue:
    """Read every question; raise Rejected with all faults, each with file and line."""
    questions: dict[str, Question] = {}
    faults: list[Fault] = []
    files = sorted(folder.glob("*.rq"), key=lambda path: path.stem)
    for path in files:
        try:
            headed = headers.read(path)
            questions[headed.name] = _question(headed, ontology, prefixes)
        except Rejected as rejected:
            faults += rejected.faults
    if faults:
        raise Rejected(folder.name, tuple(faults))
    return Catalogue(questions)


def expanded(sparql: str) -> str:
    """The query with all variables of its body in sight: `SELECT * WHERE { body }`, without its modifiers."""
    start, opened, depth = -1, -1, 0
    for token in TOKEN.finditer(sparql):
        word = token.group()
        if word.upper() == "SELECT" and start < 0:
            start = token.start()
        elif word == "{":
            opened = token.start() if depth == 0 else opened
            depth += 1
        elif word == "}":
            depth -= 1
            if depth == 0:
                return f"{sparql[:start]}SELECT * WHERE {sparql[opened : token.end()]}"
    raise ValueError("no group in the query")


def _question(headed: headers.Headed, ontology: Ontology, prefixes: Mapping[str, str]) -> Question:
    header, faults = headed.header, _Faults(headed)
    for key in sorted(set(header) - _KEYS):
        faults.add(f"the header's key '{key}' is not known.", f"Known are {', '.join(sorted(_KEYS))}.", key)
    for key in ("question", "description", "answer"):
        if not isinstance(header.get(key), str):
            faults.add(f"the header has no '{key}'.", f"Add a line `#+ {key}: …`.")
    phrasings = header.get("phrasings") or []
    if not isinstance(phrasings, list) or not all(isinstance(each, str) for each in phrasings):
        faults.add("'phrasings' is no list of texts.", 'Write a line `#+   - "…"` for each.', "phrasings")
        phrasings = []
    parameters = _parameters(headed, ontology, prefixes, faults)
    columns = _columns(headed, faults)
    if columns and header.get("answer") not in columns:
        faults.add(
            f"the answer column '{header.get('answer')}' is not projected.",
            f"Take one of {', '.join(columns)}.",
            "answer",
        )
    for slot in sorted({slot for phrasing in phrasings for slot in _SLOT.findall(phrasing)} - set(parameters)):
        faults.add(
            f"a phrasing has {{{slot}}}, which is no parameter.", "Declare it, or name a parameter.", f"{{{slot}}}"
        )
    statement = _statement(str(header.get("statement", "")), columns, faults)
    faults.raise_any()
    text = "\n".join(line for line in headed.sparql.splitlines() if not line.startswith(headers.MARK)) + "\n"
    return Question(
        name=headed.name,
        question=header["question"],
        phrasings=tuple(phrasings),
        description=" ".join(header["description"].split()),
        parameters=parameters,
        answer=header["answer"],
        columns=columns,
        sparql=text,
        statement=statement,
        unanswered=str(header.get("unanswered", "")),
        example=str(header.get("example", "")),
    )


def _statement(template: str, columns: tuple[str, ...], faults: _Faults) -> str:
    """The template of a row's sentence; a fault for each role in it that is no column."""
    for name in sorted({name for name, _ in ROLE.findall(template)} - set(columns)):
        known = f"Take one of {', '.join(columns)}."
        faults.add(f"the statement has {{{name}}}, which is no column.", known, "statement")
    return template


def _parameters(
    headed: headers.Headed, ontology: Ontology, prefixes: Mapping[str, str], faults: _Faults
) -> dict[str, str]:
    declared = headed.header.get("parameters") or {}
    if not isinstance(declared, dict):
        faults.add("'parameters' is no mapping.", "Write `#+ parameters: {name: sg:Class}`.", "parameters")
        return {}
    parameters = {}
    for name, kind in declared.items():
        try:
            iri = terms.expand(str(kind), prefixes).value
        except BadParameter as error:
            faults.add(f"the class of '{name}' is unknown: {error}", "", "parameters")
            continue
        if iri not in ontology.classes and not iri.startswith(XSD):
            faults.add(
                f"the class of '{name}', {kind}, is not in the ontology.", "Name one of its classes.", "parameters"
            )
        if not _values_line(str(name)).search(headed.sparql):
            faults.add(
                f"the parameter '{name}' has no place.",
                f"Put `VALUES ?{name} {{ UNDEF }}` into the group.",
                "parameters",
            )
        parameters[str(name)] = iri
    return parameters


def _columns(headed: headers.Headed, faults: _Faults) -> tuple[str, ...]:
    """The projected variables; a fault where the query does not parse or is no SELECT."""
    try:
        results = ox.Store().query(headed.sparql)
    except SyntaxError as error:
        faults.add(f"this is no SPARQL: {error}.", "Mend the query.", line=_error_line(str(error)))
        return ()
    if not isinstance(results, ox.QuerySolutions):
        faults.add("this is no SELECT query.", "A question's query is a SELECT.", "WHERE")
        return ()
    if re.search(r"\bSERVICE\b", headed.sparql, re.IGNORECASE):
        faults.add("it asks another service.", "A question reads this graph alone.", "SERVICE")
    return tuple(variable.value for variable in results.variables)


class _Faults:
    """The faults of one file, each on the line where a word of it stands."""

    def __init__(self, headed: headers.Headed) -> None:
        self.headed = headed
        self.found: list[Fault] = []

    def add(self, what: str, why: str, word: str = "", line: int | None = None) -> None:
        lines = self.headed.sparql.splitlines()
        place = line or next((number for number, text in enumerate(lines, 1) if word and word in text), 1)
        self.found.append(Fault(f"queries/{self.headed.path.name}", "", what, why, place))

    def raise_any(self) -> None:
        if self.found:
            raise Rejected(self.headed.path.name, tuple(self.found))


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{\s*)UNDEF(\s*\}})")


def _error_line(message: str) -> int | None:
    found = re.search(r"(?:line |at )(\d+)", message)
    return int(found[1]) if found else None


@parsed.kept
def _patterns(sparql: str) -> tuple[Pattern, ...]:
    """The triple patterns of a query, each once, without those of filters (EXISTS) and of MINUS's right side."""
    from rdflib.plugins.sparql.parserutils import CompValue

    def under(node: Any) -> Iterator[Pattern]:
        if not isinstance(node, CompValue):
            return
        if node.name == "BGP":
            yield from _written(node.triples)
        for key, value in node.items():
            if key != "expr" and not (node.name == "Minus" and key == "p2"):
                for child in value if isinstance(value, list) else [value]:
                    yield from under(child)

    return tuple(dict.fromkeys(under(_algebra(sparql))))


@parsed.kept
def _needs(sparql: str) -> tuple[tuple[Pattern, ...], ...]:
    """The branches of a query's UNIONs, each with the patterns of it that are no option."""

    def under(node: Any) -> list[tuple[Pattern, ...]]:
        parts = [under(node[key]) for key in ("p", "p1", "p2") if key in node]
        if node.name == "BGP":
            return [tuple(_written(node.triples))]
        if node.name == "Union":
            return [*parts[0], *parts[1]]
        if node.name in ("LeftJoin", "Minus"):
            parts = parts[:1]
        return [tuple(dict.fromkeys(chain(*branches))) for branches in product(*parts)]

    return tuple(under(_algebra(sparql)))


def _algebra(sparql: str) -> Any:
    from rdflib.plugins.sparql.algebra import translateQuery  # these take long to import
    from rdflib.plugins.sparql.parser import parseQuery

    return translateQuery(parseQuery(sparql)).algebra


def _written(triples: Iterable[Sequence[Any]]) -> Iterator[Pattern]:
    """Triple patterns, less those with a path in the place of the predicate."""
    from rdflib.term import URIRef, Variable

    for parts in triples:
        if isinstance(parts[1], URIRef | Variable):
            subject, predicate, value = (f"?{part}" if isinstance(part, Variable) else str(part.n3()) for part in parts)
            yield subject, predicate, value


_NAME = re.compile(r"\bsg:(\w+)")  # the project's own terms, as its queries write them


@dataclass(frozen=True)
class Topic:
    """Questions that go together, under the title of their module."""

    title: str
    questions: tuple[Question, ...]


def topics(catalogue: Catalogue, ontology: Ontology) -> tuple[Topic, ...]:
    """All questions, each under one topic; topics by title."""
    terms = {each.name: set(_terms(each, ontology)) for each in catalogue}
    asked = Counter(term for each in terms.values() for term in each)
    gathered: dict[str, list[Question]] = defaultdict(list)
    for each in catalogue:
        told = min(terms[each.name], key=lambda term: (asked[term], term), default="")
        gathered[_title(told, ontology)].append(each)
    return tuple(Topic(title, tuple(gathered[title])) for title in sorted(gathered))


def _terms(question: Question, ontology: Ontology) -> Iterator[str]:
    """The properties and classes of its query that the ontology describes."""
    known = ontology.properties | ontology.classes
    for name in _NAME.findall(question.sparql):
        if SG + name in known and SG + name in ontology.files:
            yield SG + name


def _title(term: str, ontology: Ontology) -> str:
    """The title of a term's module, less that of the ontology."""
    if term in ontology.derived:
        domain = [each.value for each in ontology.values(term, RDFS + "domain") if isinstance(each, NamedNode)]
        term = next((each for each in domain if each in ontology.files), term)
    module = f"{SG}modules/{ontology.files.get(term, '').removesuffix('.ttl')}"
    label = ontology.label(module).rpartition(": ")[2]
    return label[:1].upper() + label[1:] if module in ontology.files else "Other"
