"""What a change of documents does to what is derived: the same as deriving everything afresh, whatever the rules."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg import rules
from kg.namespaces import ONTOLOGY_GRAPH, RDFS
from tests.replaying import ONTOLOGY
from tests.rule_worlds import Made, Sheet, by_nemo, by_rdflib, exchange, members_by_nemo, sg, vocabulary, write_rule

NAMES = ("a", "b", "c", "d")
DOCUMENTS = ("one", "two", "three")

edges = st.builds("{} {} {}".format, st.sampled_from(NAMES), st.sampled_from(["p", "q", "r"]), st.sampled_from(NAMES))
roles = st.builds(
    "situation/{} {} {}".format,
    st.sampled_from("xyz"),
    st.sampled_from(["of", "part"]),
    st.sampled_from([*NAMES, "situation/x"]),
)


@st.composite
def claims(draw: st.DrawFn) -> list[str]:
    """A claim with its certainty and what it says: a situation, or another claim of the same document."""
    name = draw(st.sampled_from(["k1", "k2"]))
    inner = draw(st.sampled_from(["situation/x", "situation/y", "situation/z", "k3"]))
    found = _claim(draw, name, inner)
    return found + (_claim(draw, "k3", draw(st.sampled_from(["situation/x", "situation/y"]))) if inner == "k3" else [])


def _claim(draw: st.DrawFn, name: str, content: str) -> list[str]:
    certainty = draw(st.sampled_from(["possible", "presumed", "asserted"]))
    polarity = draw(st.sampled_from(["affirmed", "affirmed", "denied"]))
    return [
        f"@{name} a Claim",
        f"@{name} certainty {certainty}",
        f"@{name} polarity {polarity}",
        f"@{name} content {content}",
    ]


@st.composite
def contents(draw: st.DrawFn) -> list[str]:
    """What a document says; claims are its own, so they get its name."""
    found = draw(st.lists(edges, max_size=7)) + draw(st.lists(roles, max_size=3))
    said: dict[str, str] = {}
    for claim in draw(st.lists(claims(), max_size=2)):
        said.update({statement.rsplit(" ", 1)[0]: statement for statement in claim})
    return found + list(said.values())


sequences = st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.one_of(contents(), st.just([]))), min_size=2, max_size=6)

# Rules that use each thing that a rule may hold, by level: what is negated stands on a lower one.
LEVELS: tuple[dict[str, str], ...] = (
    {
        "affirmed": "CONSTRUCT { ?s sg:establishedBy ?c }"
        " WHERE { ?c sg:content ?s ; sg:polarity sg:affirmed ; a sg:Claim }",
        "disowned": "CONSTRUCT { ?s sg:deniedBy ?c } WHERE { ?c sg:content ?s ; sg:polarity sg:denied ; a sg:Claim"
        " FILTER NOT EXISTS { ?o sg:content ?c ; sg:polarity sg:denied } }",
    },
    {
        "view": "CONSTRUCT { ?x sg:v ?y } WHERE { ?s sg:of ?x ; sg:part ?y ; sg:establishedBy ?c }",
        "view-of": "CONSTRUCT { ?x sg:v ?x } WHERE { ?s sg:of ?x ; sg:establishedBy ?c }",
        "start": "CONSTRUCT { ?x sg:d0 ?y } WHERE { ?x sg:p ?y }",
        "chain": "CONSTRUCT { ?x sg:d0 ?z } WHERE { ?x sg:d0 ?y . ?y sg:d0 ?z }",
        "circle": "CONSTRUCT { ?y sg:d0 ?x } WHERE { ?x sg:d0 ?y . ?x sg:q ?x }",
        "other-way": "CONSTRUCT { ?x sg:d0 ?y . ?y sg:e0 ?x } WHERE { { ?x sg:q ?y } UNION { ?x sg:q/sg:q ?y } }",
        "back": "CONSTRUCT { ?x sg:d0 ?y } WHERE { ?y sg:e0 ?x . ?x sg:v ?y }",
        "seen": "CONSTRUCT { ?x sg:e0 ?y } WHERE { ?s sg:of ?x . ?s sg:part ?y }",
    },
    {
        "nothing": "CONSTRUCT { ?x sg:d1 ?y } WHERE { ?x sg:p|^sg:q ?y FILTER NOT EXISTS { ?y sg:d0 ?x } }",
        "without": "CONSTRUCT { ?x sg:d1 ?y } WHERE { ?x sg:r ?y FILTER NOT EXISTS { ?x sg:d0 ?z . ?z sg:p ?y } }",
        "either": "CONSTRUCT { ?x sg:d1 ?z . ?x sg:e1 ?y }"
        " WHERE { { ?x sg:d0 ?y } UNION { ?x sg:d0 ?w ; sg:e0 ?y . ?w sg:r ?z . ?z sg:q ?x } }",
        "closure": "CONSTRUCT { ?x sg:d1 ?y } WHERE { ?x sg:v ?x . ?x (sg:p|^sg:r)+ ?y }",
        "star": "CONSTRUCT { ?x sg:e1 ?y } WHERE { ?x sg:p ?w ; sg:q? ?y . ?y sg:r* id:a }",
        "self": "CONSTRUCT { ?x sg:d1 ?y } WHERE { ?x sg:d1 ?z . ?z sg:d1 ?y FILTER(?x != ?y) }",
    },
    {
        "many": "CONSTRUCT { ?x sg:d2 ?x } WHERE { ?x sg:d1 ?y , ?z FILTER (!(?y = ?z || STR(?y) > STR(?z))) }",
        "neither": "CONSTRUCT { ?x sg:d2 ?y } WHERE { ?x sg:p ?z . ?y sg:r* id:a"
        " FILTER NOT EXISTS { ?x sg:d1 ?y . ?y sg:v ?w } FILTER NOT EXISTS { ?x sg:q? ?y } }",
    },
)  # fmt: skip
VIEWS = {"affirmed", "disowned", "view", "view-of"}
LIMITED = {"seen", "without"}
ALL = [name for level in LEVELS for name in level]


@st.composite
def made_up(draw: st.DrawFn) -> list[dict[str, Made]]:
    """Random rules of two or three patterns, and perhaps an absence; level by level."""
    levels: list[dict[str, Made]] = []
    for level in range(3):
        found: dict[str, Made] = {}
        for number in range(draw(st.integers(0, 2))):
            below = ["p", "q", "r", *(f"m{each}" for each in range(level))]
            pattern = st.tuples(*map(st.sampled_from, ("xyz", [*below, f"m{level}"], "xyz")))
            body = tuple(draw(st.lists(pattern, min_size=1, max_size=3)))
            names = sorted({name for x, _, y in body for name in (x, y)})
            head = draw(st.tuples(st.sampled_from(names), st.just(f"m{level}"), st.sampled_from(names)))
            absent = draw(st.none() | st.tuples(*map(st.sampled_from, (names, below, [*names, "w"]))))
            found[f"m{level}-{number}"] = Made(head, body, absent)
        levels.append(found)
    return levels


def rule_set(levels: list[dict[str, str]]) -> rules.RuleSet:
    with tempfile.TemporaryDirectory() as folder:
        for level in levels:
            for name, sparql in level.items():
                header = {"kind": "view" if name in VIEWS else "inference"}
                if name in LIMITED:
                    header["certainty"] = "presumed"
                write_rule(Path(folder), name, sparql, **header)
        return rules.read(Path(folder), {})


def afresh(sheet: Sheet, found: rules.RuleSet) -> Sheet:
    """The same statements with everything derived anew."""
    copy = Sheet()
    copy.add(sheet.quads(None, None, None, None))
    found.infer_all(copy)
    return copy


def own(name: str, statements: list[str]) -> list[str]:
    return [statement.replace("@", f"{name}/").replace(" k3", f" {name}/k3") for statement in statements]


def states(found: rules.RuleSet, sequence: list[tuple[str, list[str]]]) -> Iterator[Sheet]:
    """The sheet after each load, replacement or withdrawal; what is derived is what deriving afresh makes of it."""
    sheet = Sheet()
    sheet.add(vocabulary())
    found.infer_all(sheet)
    for name, statements in sequence:
        found.infer(sheet, exchange(sheet, name, own(name, statements)))
        assert sheet.derived() == afresh(sheet, found).derived()
        yield sheet


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(ALL), min_size=3), sequences)
def test_each_step_leaves_what_deriving_afresh_would(chosen: set[str], sequence: list[tuple[str, list[str]]]) -> None:
    levels = [{name: sparql for name, sparql in level.items() if name in chosen} for level in LEVELS]
    assert len(list(states(rule_set(levels), sequence))) == len(sequence)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(made_up(), sequences)
def test_whatever_the_rules_are_a_datalog_engine_derives_the_same_at_each_step(
    levels: list[dict[str, Made]], sequence: list[tuple[str, list[str]]]
) -> None:
    found = rule_set([{name: rule.sparql for name, rule in level.items()} for level in levels])
    made = [rule for level in levels for rule in level.values()]
    for sheet in states(found, sequence):
        assert sheet.conclusions() == by_nemo(sheet.stated(), made)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(ALL), min_size=3), contents(), contents())
@example(  # a statement that is a premise of its own, derived again in several rounds
    {"affirmed", "back", "closure", "nothing", "other-way", "seen", "self", "star", "view"},
    ["c p a", "a p c", "a q d", "d r b", "b r c", "situation/x part a"],
    ["c r d", "d p b", "a p b", "c q d", "b p a", "b p c", "situation/z part c"],
)
def test_all_that_a_rule_may_hold_means_the_same_to_another_engine(
    chosen: set[str], one: list[str], two: list[str]
) -> None:
    levels = [{name: sparql for name, sparql in level.items() if name in chosen} for level in LEVELS]
    *_, sheet = states(rule_set(levels), [("one", one), ("two", two)])
    assert sheet.conclusions() == by_rdflib(sheet.stated(), [level.values() for level in levels])


CLASSES = ("A", "B", "C", "D")
# The project's own rule for memberships, and rules that read classes: those that are stated, and what is above them.
BY_CLASS = {
    "of-class": "CONSTRUCT { ?x sg:v ?k } WHERE { ?x a ?k }",
    "under": "CONSTRUCT { ?x sg:d ?y } WHERE { ?x sg:p ?y ; a/rdfs:subClassOf* sg:A }",
}
kinds = st.lists(st.builds("{} a {}".format, st.sampled_from(NAMES), st.sampled_from(CLASSES)), max_size=4)
hierarchies = st.sets(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), max_size=5)


def under(narrow: str, wide: str) -> ox.Quad:
    return ox.Quad(sg(narrow), ox.NamedNode(RDFS + "subClassOf"), sg(wide), ox.NamedNode(ONTOLOGY_GRAPH))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(hierarchies, st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.tuples(kinds, st.lists(edges, max_size=4)))))
def test_memberships_are_those_of_a_datalog_engine_at_each_step_and_no_other_rule_sees_them(
    hierarchy: set[tuple[str, str]], sequence: list[tuple[str, tuple[list[str], list[str]]]]
) -> None:
    """Also where classes are each under the other."""
    with tempfile.TemporaryDirectory() as folder:
        for name, sparql in BY_CLASS.items():
            write_rule(Path(folder), name, f"PREFIX rdfs: <{RDFS}> {sparql}")
        shutil.copy(ONTOLOGY / "rules" / "kind.rq", folder)
        found = rules.read(Path(folder), {})
    sheet = Sheet()
    sheet.add([*vocabulary(), *(under(*pair) for pair in hierarchy)])
    found.infer_all(sheet)
    for name, (classes, links) in sequence:
        found.infer(sheet, exchange(sheet, name, [*classes, *links]))
        assert sheet.derived() == afresh(sheet, found).derived()
        assert sheet.conclusions() == members_by_nemo(sheet.stated())
