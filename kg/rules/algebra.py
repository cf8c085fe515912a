"""A rule's SPARQL, as rdflib reads it → its head, and the conjunctions that its body is a choice of."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pyoxigraph as ox
import rdflib
from pyparsing import ParseException
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.namespaces import RDF
from kg.rules.conjunction import Closure, Conjunction, Filter, NotSupported, Pattern, Term, join, resolve
from kg.source_map import WrittenTerms, written_terms

MOST_READINGS = 32
Read = tuple[tuple[Pattern, ...], tuple[Conjunction, ...]]

_ONE_GRAPH = "A rule reads the documents, the background, the ontology and what is derived, all as one graph."
_STEADY = "An inference must come out the same each time."
_AFTER = "Nothing may follow a rule's WHERE."
_COUNTED = "A rule counts nothing: count in a question, or say by patterns and `?one != ?other` what there must be of."
# The words of SPARQL that no rule has, each with what to do instead.
_REFUSED = {
    "BASE": "Write each IRI in full, or with a prefix.",
    **dict.fromkeys(("SERVICE", "GRAPH", "FROM", "LATERAL"), _ONE_GRAPH),
    "OPTIONAL": "Write two rules: one with its patterns, and one without.",
    "MINUS": "Write FILTER NOT EXISTS { … }.",
    "VALUES": "Write each value into a branch of a UNION, or give the things a property in common.",
    "BIND": "Use the term itself, or let a statement of the ontology lead to it.",
    **dict.fromkeys(("SELECT", "GROUP", "HAVING"), _COUNTED),
    **dict.fromkeys(("ORDER", "LIMIT", "OFFSET"), _AFTER),
}
_UNSTEADY = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")
# How closely operators bind: `!` the closest.
_LEVELS = {
    "ConditionalOrExpression": 1,
    "ConditionalAndExpression": 2,
    "RelationalExpression": 3,
    "AdditiveExpression": 4,
    "MultiplicativeExpression": 5,
    "UnaryNot": 6,
    "UnaryMinus": 6,
    "UnaryPlus": 6,
}
_SIGNS = {
    "ConditionalOrExpression": "||",
    "ConditionalAndExpression": "&&",
    "UnaryNot": "!",
    "UnaryMinus": "-",
    "UnaryPlus": "+",
}


def read(sparql: str, prefixes: tuple[tuple[str, str], ...]) -> Read:
    """Head and readings of the body; raise NotSupported, or SyntaxError where the engine is stricter."""
    known = dict(prefixes)
    _refuse(written_terms(sparql), known)
    try:
        prologue, query = parseQuery(sparql)
    except ParseException as error:
        word = repr(error.pstr[error.loc :].split()[0]) if error.pstr[error.loc :].strip() else "the end"
        what, line = f"this is not SPARQL: {word} is not understood", error.pstr.count("\n", 0, error.loc) + 1
        raise NotSupported(what, "Correct what stands there or before it.", line) from error
    ox.Store().query(sparql, prefixes=known)
    names = partial(translatePName, prologue=translatePrologue(prologue, "", known))
    query = traverse(traverse(query, visitPost=names), visitPost=translatePath)
    reader = _Reader(_Mentions(sparql, known))
    if not query.template and query.where.name != "GroupGraphPatternSub":
        raise NotSupported("CONSTRUCT WHERE", "Say in braces what follows, then WHERE.", word="WHERE")
    head = tuple(reader.head(query.template or ()))
    traverse(query.where, visitPost=reader.place)
    resolved = (resolve(body) for body in reader.group(query.where))
    return head, tuple(body for body in resolved if body is not None)


def _refuse(written: WrittenTerms, prefixes: Mapping[str, str]) -> None:
    """Raise NotSupported for words that no rule has, and for prefixes that nobody declares."""
    words = [("", 1), *((word.upper(), line) for word, line in written.words), ("", 1)]
    if words[1][0] not in ("CONSTRUCT", "BASE"):
        raise NotSupported("this is no CONSTRUCT", "A rule is one CONSTRUCT.", words[1][1])
    for (before, _), (word, line) in itertools.pairwise(words):
        if word in _REFUSED:
            raise NotSupported(word, _REFUSED[word], line)
        if word in _UNSTEADY:
            raise NotSupported(f"{word}()", _STEADY, line)
        if word == "EXISTS" and before != "NOT":
            raise NotSupported("FILTER EXISTS", "Write its patterns into WHERE, so that they are premises.", line)
    for name, line in written.names:
        prefix = name.partition(":")[0]
        if prefix not in written.prefixes and prefix not in prefixes:
            raise NotSupported(f"the prefix {prefix}: is not declared", f"Declare it: PREFIX {prefix}: <…>.", line)


class _Mentions:
    """The lines on which a text mentions properties, in order."""

    def __init__(self, sparql: str, prefixes: Mapping[str, str]) -> None:
        written = written_terms(sparql)
        known = {**prefixes, **{prefix: namespace for prefix, (namespace, _) in written.prefixes.items()}}
        self._lines: dict[str, list[int]] = defaultdict(list)
        for name, line in written.names:
            prefix, _, local = name.partition(":")
            self._lines[known[prefix] + local].append(line)
        for iri, line in (*written.iris, *((RDF + "type", line) for word, line in written.words if word == "a")):
            self._lines[iri].append(line)

    def next(self, iri: rdflib.URIRef) -> int:
        """The line of its next mention; of the last where there is no further one."""
        lines = self._lines[str(iri)]
        return lines.pop(0) if len(lines) > 1 else lines[0] if lines else 0


class _Reader:
    """Turns rdflib's tree into conjunctions; variables for what a path goes through are made as they are needed."""

    def __init__(self, mentions: _Mentions) -> None:
        self._mentions, self._middles, self._nodes = mentions, itertools.count(1), dict[rdflib.BNode, ox.Variable]()

    def head(self, template: Iterable[Any]) -> Iterator[Pattern]:
        for start, step, end in _triples(template):
            if not isinstance(step, rdflib.URIRef):
                raise NotSupported(
                    f"{self._term(step)} as property", "Name the property that follows.", word=_text(step)
                )
            pattern = Pattern(self._term(start), ox.NamedNode(step), self._term(end), self._mentions.next(step))
            if any(isinstance(term, rdflib.BNode) for term in (start, end)):
                why = "Name it by a variable of the body, or an IRI."
                raise NotSupported("a blank node in what follows", why, pattern.line)
            yield pattern

    def place(self, node: object) -> None:
        """Give the triples of a block the lines on which they stand."""
        if isinstance(node, CompValue) and node.name == "TriplesBlock":
            node["triples"] = [(*triple, self._line(triple[1])) for triple in _triples(node.triples)]

    def _line(self, path: Any) -> int:
        return next(iter([self._mentions.next(step) for step in _properties(path)]), 0)

    def group(self, group: CompValue, outer: frozenset[str] = frozenset()) -> list[Conjunction]:
        """Its readings; of an absence filters may speak of the variables `outer` that are bound around it."""
        readings, conditions = [Conjunction()], []
        for part in group.part or ():
            if part.name == "Filter":
                conditions.append(_plain(part.expr))
                continue
            for element in part.triples if part.name == "TriplesBlock" else (part,):
                readings = [join(so_far, reading) for so_far in readings for reading in self._readings(element)]
        for condition in conditions:
            readings = [self._restricted(reading, condition, outer) for reading in readings]
        if len(readings) > MOST_READINGS:
            why = f"Make several rules of it: at most {MOST_READINGS} each."
            raise NotSupported(f"{len(readings)} ways to read it", why, word="WHERE")
        return readings

    def _readings(self, element: Any) -> list[Conjunction]:
        if isinstance(element, tuple):
            start, path, end, line = element
            return list(self._path(self._term(start), path, self._term(end), line))
        if element.name == "GroupOrUnionGraphPattern":
            return [reading for branch in element.graph for reading in self.group(branch)]
        raise NotSupported(element.name, "Write it in a plainer way.", word="WHERE")

    def _path(self, start: Term, path: Any, end: Term, line: int) -> Iterator[Conjunction]:
        if isinstance(path, rdflib.URIRef):
            if isinstance(start, ox.Literal):
                raise NotSupported("a literal as subject", "Only things have properties.", line)
            yield Conjunction(patterns=(Pattern(start, ox.NamedNode(path), end, line),))
        elif isinstance(path, InvPath):
            yield from self._path(end, path.arg, start, line)
        elif isinstance(path, AlternativePath):
            for part in path.args:
                yield from self._path(start, part, end, line)
        elif isinstance(path, SequencePath):
            yield from self._sequence(start, path.args, end, line)
        elif isinstance(path, MulPath):
            if path.mod in "?*":
                yield Conjunction(equal=((start, end),))
            if path.mod == "?":
                yield from self._path(start, path.path, end, line)
            else:
                yield Conjunction(closures=(Closure(start, tuple(_steps(path.path, True, line)), end, line),))
        else:
            raise NotSupported(f"{_text(path)} as property", "Name the property.", line, _text(path))

    def _sequence(self, start: Term, parts: list[Any], end: Term, line: int) -> Iterator[Conjunction]:
        if len(parts) == 1:
            yield from self._path(start, parts[0], end, line)
            return
        middle = ox.Variable(f"_p{next(self._middles)}")
        for first in self._path(start, parts[0], middle, line):
            for rest in self._sequence(middle, parts[1:], end, line):
                yield join(first, rest)

    def _restricted(self, so_far: Conjunction, condition: Any, outer: frozenset[str]) -> Conjunction:
        """With a filter, or an absence."""
        if isinstance(condition, CompValue) and condition.name == "Builtin_NOTEXISTS":
            if any(part.name == "Filter" and _is_absence(part.expr) for part in condition.graph.part or ()):
                why = "Conclude by a rule of its own what is absent there."
                raise NotSupported("NOT EXISTS within NOT EXISTS", why, word="EXISTS")
            readings = tuple(self.group(condition.graph, so_far.bound))
            local = frozenset[str]().union(*(reading.bound for reading in readings)) - so_far.bound
            return replace(so_far, absent=so_far.absent + readings, local=so_far.local | local)
        test = Filter(("(", *self._words(condition), ")"))
        if unknown := sorted(f"?{name}" for name in test.variables - so_far.bound - outer):
            why = "Nothing in its group binds that."
            raise NotSupported(f"a filter on {', '.join(unknown)}", why, word=unknown[0])
        return replace(so_far, filters=(*so_far.filters, test))

    def _words(self, node: Any, level: int = 0) -> Iterator[Term | str]:
        """An expression in SPARQL's words, with the brackets that it needs in one that binds as closely as `level`."""
        node = _plain(node)
        if not isinstance(node, CompValue):
            yield self._term(node)
            return
        own = _LEVELS.get(node.name)
        if own is None:
            yield from self._call(node)
            return
        words = [*([_SIGNS[node.name]] if own == 6 else []), *self._words(node.expr, own)]
        others = node.other or []
        if node.op in ("IN", "NOT IN"):
            words += [node.op, *self._listed(others)]
        elif own == 3:
            words += [node.op, *self._words(others, own)]
        else:
            for sign, other in zip(node.op or [_SIGNS.get(node.name)] * len(others), others, strict=True):
                words += [sign, *self._words(other, own)]
        yield from ("(", *words, ")") if own <= level else words

    def _call(self, node: CompValue) -> Iterator[Term | str]:
        if node.name.endswith("EXISTS"):
            raise NotSupported("EXISTS within an expression", "Give it a FILTER NOT EXISTS of its own.", word="EXISTS")
        if node.name == "Function":
            yield from (self._term(node.iri), *self._listed(node.expr or []))
            return
        given = [argument for value in node.values() for argument in (value if isinstance(value, list) else [value])]
        yield from (node.name.removeprefix("Builtin_"), *self._listed(given))

    def _listed(self, nodes: Iterable[Any]) -> Iterator[Term | str]:
        yield "("
        for index, node in enumerate(nodes):
            yield from ([","] if index else [])
            yield from self._words(node)
        yield ")"

    def _term(self, term: object) -> Term:
        if isinstance(term, rdflib.URIRef):
            return ox.NamedNode(term)
        if isinstance(term, rdflib.BNode):
            return self._nodes.setdefault(term, ox.Variable(f"_{len(self._nodes) + 1}"))
        if isinstance(term, rdflib.Literal):
            datatype = ox.NamedNode(term.datatype) if term.datatype else None
            return ox.Literal(str(term), datatype=datatype, language=term.language)
        return ox.Variable(str(term))


def _triples(blocks: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    terms = iter([term for block in blocks for term in block])
    return zip(terms, terms, terms, strict=True)


def _properties(path: Any) -> Iterator[rdflib.URIRef]:
    """The properties of a path, in the order in which they stand."""
    if isinstance(path, rdflib.URIRef):
        yield path
    for part in getattr(path, "args", None) or filter(None, (getattr(path, "arg", None), getattr(path, "path", None))):
        yield from _properties(part)


def _steps(path: Any, forwards: bool, line: int) -> Iterator[tuple[ox.NamedNode, bool]]:
    if isinstance(path, rdflib.URIRef):
        yield ox.NamedNode(path), forwards
    elif isinstance(path, InvPath):
        yield from _steps(path.arg, not forwards, line)
    elif isinstance(path, AlternativePath):
        for part in path.args:
            yield from _steps(part, forwards, line)
    else:
        what = "a sequence" if isinstance(path, SequencePath) else _text(path)
        raise NotSupported(f"{what} within * or +", "Give that step a property of its own, by another rule.", line)


def _plain(node: Any) -> Any:
    """An expression without the operators around it that join it to nothing."""
    while isinstance(node, CompValue) and node.name in _LEVELS and _LEVELS[node.name] < 6 and node.other is None:
        node = node.expr
    return node


def _is_absence(node: Any) -> bool:
    node = _plain(node)
    return isinstance(node, CompValue) and node.name == "Builtin_NOTEXISTS"


def _text(term: Any) -> str:
    return f"?{term}" if isinstance(term, rdflib.Variable) else str(term)
