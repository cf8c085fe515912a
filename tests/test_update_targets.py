"""Which graphs an update's text writes to, told before it runs: never fewer than the engine then changes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.sparql.update_graphs import EVERYTHING, UNSURE, read, rewritten

PREFIXES = {"p": "u:", "graph": "u:g", "x": "http://example.org/"}
GRAPHS = ["u:a", "u:b", "u:ga", "http://example.org/a", "http://example.org/b"]

gaps = st.sampled_from(["", "", " ", "\n", "\t", " # } ; DROP GRAPH <u:a> '\n", "#\n"])
names = st.sampled_from(
    [
        *("<u:a>", "p:a", "<u:\\u0061>", "p:\\a", "graph:a", "<http://example.org/a>", "x:a", "<a>", "<./x/../b>"),
        *(":a", ":b", "p:b", "<http://example.org/b>", "to:a", "add:b", "?g"),
    ]
)
words = st.sampled_from(
    [
        *(
            "<a:s>",
            "p:s",
            "1",
            "'x'",
            '"x"',
            "'}'",
            '"""a"}" b"""',
            "'''it's ; '''",
            "'\\''",
            '"\\\\"',
            "true",
            "'a'@en",
        ),
        *("p:a\\#b", "p:a\\'b", "<a:b#c>", "<a:\\u0023>", "'#'", "_:b", "1.5", "2e3", "'x'^^p:t", "x:", "<u:'>"),
    ]
)
conditions = st.sampled_from(
    ["", "?v p:q ?w", "FILTER(1<2&&3>2)", "FILTER(?v<?w)", "BIND(<u:a> AS ?g)", "BIND('}' AS ?z)", "FILTER(?v<'#>')"]
)


@st.composite
def graph_groups(draw: st.DrawFn) -> str:
    """Triples of the default graph, or of a named one."""
    triple = f"<a:s>{draw(gaps)} p:q {draw(words)}{draw(gaps)}"
    if draw(st.booleans()):
        return triple
    return f"{draw(gaps)}{keyword(draw, 'GRAPH')}{draw(gaps)}{draw(names)}{draw(gaps)}{{{draw(gaps)}{triple}}}"


def keyword(draw: st.DrawFn, word: str) -> str:
    return draw(st.sampled_from([word, word.lower(), word.capitalize()]))


@st.composite
def operations(draw: st.DrawFn) -> str:
    gap, name, group = draw(gaps), draw(names), draw(graph_groups())
    kind = draw(st.sampled_from(["data", "data", "modify", "modify", "where", "clear", "copy", "create", "silent"]))
    if kind == "data":
        return f"{draw(st.sampled_from(['INSERT', 'delete']))} {draw(gaps)}DATA{gap}{{{group}}}"
    if kind == "modify":
        scope = draw(st.sampled_from(["", f"WITH{gap}{name} ", f"with {name}{gap}"]))
        using = draw(st.sampled_from(["", f"USING{gap}{draw(names)} ", f"USING NAMED {name} "]))
        where = f"{draw(conditions)} {draw(st.sampled_from(['', 'GRAPH ?g { ?v ?x ?w }', 'BIND(1 AS ?y)']))}"
        return f"{scope}INSERT{gap}{{{group}}}{using}WHERE{gap}{{{where}}}"
    if kind == "where":
        return f"DELETE{gap}WHERE{{{gap}GRAPH {name}{{?v ?w ?x}} }}"
    if kind == "clear":
        target = draw(st.sampled_from([f"GRAPH{gap}{name}", "DEFAULT", "NAMED", "ALL", f" GRAPH {name}"]))
        return f"{draw(st.sampled_from(['CLEAR', 'Drop']))} {draw(st.sampled_from(['', 'SILENT ']))}{target}"
    if kind == "copy":
        form = draw(st.sampled_from(["", "GRAPH ", "graph"]))
        return f"{draw(st.sampled_from(['COPY', 'move', 'ADD']))} {form}{name}{gap} TO{gap} {form}{draw(names)}"
    return f"CREATE {'SILENT' if kind == 'silent' else ''} GRAPH{gap}{name}"


@st.composite
def texts(draw: st.DrawFn) -> str:
    declared = draw(
        st.sampled_from(["", "PREFIX : <u:> ", "PREFIX:<u:>", "BASE <http://example.org/y> ", "PREFIX to: <u:> "])
    )
    return f"{draw(gaps)}{declared}{draw(gaps)}" + ";".join(draw(st.lists(operations(), min_size=1, max_size=3)))


def held() -> ox.Store:
    store = ox.Store()
    for graph in GRAPHS:
        store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("u:q"), ox.Literal(1), ox.NamedNode(graph)))
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("u:q"), ox.Literal(2)))
    return store


def content(store: ox.Store) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {
        graph.value: set() for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)
    }
    for quad in store:
        found.setdefault(getattr(quad.graph_name, "value", ""), set()).add(str(quad))
    return {graph: frozenset(quads) for graph, quads in found.items()}


def changed(text: str, base: str | None) -> set[str] | None:
    """The graphs that the engine changes by this text; None where it refuses it."""
    store = held()
    before = content(store)
    try:
        for part, declared in rewritten(read(text, PREFIXES, base), (), ()):
            store.update(part, base_iri=declared.base or None, prefixes=dict(declared.prefixes))
    except (SyntaxError, ValueError, RuntimeError):
        return None
    after = content(store)
    return {graph for graph in before.keys() | after.keys() if before.get(graph) != after.get(graph)}


@given(texts(), st.sampled_from([None, "http://example.org/x"]))
@example("DELETEWHERE{GRAPH <u:a>{?v ?w ?x} }", None)
@example("INSERT DATA{GRAPHp:a{<a:s> p:q <a:s>}}", None)
@example(
    "INSERT{<a:s> p:q 1}WHERE{FILTER(?v<'#>') };INSERT DATA{GRAPH<u:a>{ # } ; DROP GRAPH <u:a> '\n<a:s> p:q 1}}", None
)
@example("INSERT DATA{<a:s> p:q p:a\\#b};DROP GRAPH <u:a>", None)
@settings(max_examples=600, deadline=None)
def test_every_graph_that_the_engine_changes_was_told_or_said_to_be_unsure(text: str, base: str | None) -> None:
    touched, targets = changed(text, base), read(text, PREFIXES, base).targets
    assert touched is None or targets & {UNSURE, EVERYTHING} or touched - {""} <= targets


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("INSERT DATA { GRAPH p:a { <a:s> p:q 'GRAPH <u:b> {' } }", {"u:a"}),
        ("INSERT DATA { <a:s> p:q 'GRAPH <u:b> {' }", set()),
        ("WITH <u:a> DELETE { ?s ?p ?o } WHERE { GRAPH <u:b> { ?s ?p ?o } }", {"u:a"}),
        ("DELETE { GRAPH <u:a> { ?s ?p ?o } } INSERT { GRAPH p:b { ?s p:p 1 } } WHERE { ?s ?p ?o }", {"u:a", "u:b"}),
        ("INSERT { GRAPH <u:a> { ?s ?p ?o } } USING <u:b> USING NAMED x:c WHERE { GRAPH ?g { ?s ?p ?o } }", {"u:a"}),
        ("ADD <u:a> TO x:b; MOVE p:b TO DEFAULT", {"http://example.org/b", "u:b", ""}),
        ("CLEAR GRAPH <a>", {"http://example.org/a"}),
        ("LOAD <http://example.org/> INTO GRAPH <u:a>", set()),
        ("INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH <u:b> { ?s ?p ?o } }", {UNSURE}),
        ("DROP ALL", {EVERYTHING}),
    ],
)
def test_a_text_of_one_reading_is_read_surely(text: str, targets: set[str]) -> None:
    """What people write is never slowed down for what nobody does."""
    assert read(text, PREFIXES, "http://example.org/x").targets == targets
