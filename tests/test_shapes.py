"""Shapes: written ones for claims, evidence, sources and entities; those of roles from the ontology's axioms."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import Graph

from kg.documents import parsing
from kg.errors import Rejected
from kg.graph import KnowledgeGraph
from kg.model import Document
from kg.namespaces import ID, RDF, RDFS, SG, SH
from kg.ontology import role_shapes, schema, shacl
from kg.ontology.vocabulary import CONCEPT, SITUATION
from kg.settings import Home, Settings
from kg.terms import Literal, NamedNode, Node, Quad
from tests.examining import (
    HOME,
    INVALID,
    anchored,
    background,
    claim,
    compiled,
    describe,
    faults_of,
    note,
    processor_time,
    vocabulary,
)

HERE = Path(__file__).parent
SEED = HOME.seeds / "chinese-peacekeepers.ttl"


@cache
def made() -> tuple[Quad, ...]:
    return role_shapes.shapes(schema.read(HOME.ontology).quads)


@cache
def required_roles() -> dict[tuple[str, str], int]:
    """How many values a class of situation needs of a role at the least, by (class, role), in local names."""
    return {
        tuple(quad.subject.value.rpartition("/")[2].split("Roles-")): int(quad.object.value)
        for quad in made()
        if quad.predicate.value == SH + "minCount"
    }


def ranges() -> dict[str, tuple[str, ...]]:
    """The classes, or the datatype, of each role's values, by local names."""
    found: dict[str, list[str]] = {}
    for quad in made():
        name = quad.subject.value.rpartition("/")[2]
        if quad.predicate.value in (SH + "class", SH + "datatype") and "-value" in name:
            found.setdefault(name.removeprefix("Role-").partition("-value")[0], []).append(quad.object.value)
    return {role: tuple(kinds) for role, kinds in found.items()}


def value_of(role: str, tag: str) -> tuple[str, str]:
    """A value that suits the role, and the Turtle that declares what it needs; another for another tag."""
    kind = min(ranges().get(role, (SG + "State",)), key=lambda iri: vocabulary().is_a((iri,), SITUATION))
    name = f":{role}-{tag}"
    if not kind.startswith(SG):
        return '"2022"' if kind.endswith("string") else "9", ""
    if vocabulary().is_a((kind,), SITUATION):
        situation, declared = sound("Support" if kind == SITUATION else kind.removeprefix(SG), tag=f"{role}-{tag}")
        return name, f"{name} {situation[1:-1]} .\n{declared}"
    concepts = [iri for iri, types in sorted(vocabulary().types.items()) if vocabulary().is_a(types, kind)]
    if vocabulary().is_a((kind,), CONCEPT) and concepts:
        return f"<{concepts[0]}>", ""
    more = ' ; dcterms:title "T"@en' if vocabulary().is_a((kind,), SG + "Source") else ""
    return name, f'{name} a <{_concrete(kind)}> ; rdfs:label "{role} {tag}"@en{more} .\n'


def _concrete(kind: str) -> str:
    return {SG + "Actor": SG + "State", SG + "Entity": SG + "Place", SG + "Source": SG + "Treaty"}.get(kind, kind)


# Of roles of which one or another is needed, as a written shape says, one.
ALTERNATIVES = {
    "Commitment": {"prevents": 1},
    "ForceLimit": {"atMost": 1},
    "VoteCasting": {"votedOn": 1},
    "VoteTally": {"votesFor": 1},
}


def below(kind: str, above: str) -> bool:
    return vocabulary().is_a((SG + kind,), SG + above)


@cache
def sound(kind: str, without: str = "", tag: str = "x") -> tuple[str, str]:
    """The Turtle of a situation with all roles that its class asks for, but for `without`, and what it refers to."""
    statements, declared = [f"a sg:{kind}"], ""
    asked: dict[str, int] = {}
    for (each, role), least in sorted(required_roles().items()):
        if below(kind, each):
            asked[role] = max(least, asked.get(role, 0))
    for role, least in (asked | ALTERNATIVES.get(kind, {})).items():
        for number in range(least if role != without else 0):
            value, needed = value_of(role, f"{tag}{number}")
            statements.append(f"sg:{role} {value}")
            declared += needed
    return f"[ {' ; '.join(statements)} ]", declared


def rdflib_graph(quads: Iterable[Quad]) -> Graph:
    return Graph().parse(data="".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in quads), format="nt")


def of_situation(kind: str, without: str = "") -> Document:
    situation, declared = sound(kind, without=without)
    return note("So it is.", claim('[ sg:quote "So" ]', situation), declared)


KINDS = sorted({kind for kind, _ in required_roles()})
ROLES = sorted(required_roles())


# What is sound passes


def test_the_seed_and_the_background_are_sound() -> None:
    assert not faults_of(parsing.read(SEED))
    assert not compiled().validate(background(), lambda _: ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_situation_with_the_roles_of_its_class_is_sound(kind: str) -> None:
    assert not list(map(str, faults_of(of_situation(kind))))


# What is not, does not


@pytest.mark.parametrize(("kind", "role"), ROLES)
def test_a_situation_without_a_role_of_its_class_is_refused(kind: str, role: str) -> None:
    number = f"{least} sg" if (least := required_roles()[kind, role]) > 1 else "one sg"
    found = [fault for fault in faults_of(of_situation(kind, without=role)) if f"{number}:{role}: " in fault.why]
    assert [(fault.subject, fault.what) for fault in found] == [(":s1 sg:content", f"sg:{role} is missing.")]
    assert found[0].why.startswith(f"Give a sg:{kind} ")


@pytest.mark.parametrize("role", sorted(role for role, kinds in ranges().items() if kinds[0].startswith(SG)))
def test_a_role_filled_by_something_of_another_class_is_refused(role: str) -> None:
    """A claim's act is of no class that a role asks for."""
    kind = next((kind for kind, each in ROLES if each == role), "Support")
    document = of_situation(kind, without=role)
    graph = NamedNode(document.graph)
    (situation,) = document.values(NamedNode(document.iri + "/s1"), SG + "content")
    wrong = Quad(situation, NamedNode(SG + role), NamedNode(SG + "asserts"), graph)
    faults = faults_of(replace(document, quads=document.quads | {wrong}))
    assert any(fault.what == f"sg:{role} is sg:asserts." and f"Let sg:{role} be a" in fault.why for fault in faults)


def test_a_literal_where_a_thing_is_asked_for_is_refused() -> None:
    content = '[ a sg:Support ; sg:supporter "China" ; sg:supported id:russia ]'
    (fault,) = faults_of(note("So.", claim('[ sg:quote "So" ]', content)))
    assert fault.what == "sg:supporter is 'China'."


def test_one_role_too_many_is_counted() -> None:
    content = "[ a sg:Support ; sg:supporter id:china , id:ukraine ; sg:supported id:russia ]"
    (fault,) = faults_of(note("So.", claim('[ sg:quote "So" ]', content)))
    assert fault.what == "sg:supporter has 2 values."


# On whom it reports


def test_only_the_documents_own_nodes_are_reported_on() -> None:
    """The register's China may be at fault; that is not this document's."""

    def spoilt(node: Node) -> Iterator[Quad]:
        for quad in describe(node):
            if quad.predicate.value != RDFS + "label":
                yield quad

    document = anchored(note("China backs Russia.", claim('[ sg:quote "backs" ]')))
    assert not compiled().validate(document, spoilt)


def test_what_the_document_refers_to_is_known_by_its_description_alone() -> None:
    document = anchored(note("China backs Russia.", claim('[ sg:quote "backs" ]')))
    nameless = compiled().validate(document, lambda _: ())
    assert not nameless, "of what nothing is known, anchoring says that nothing declares it"

    def as_a_place(node: Node) -> list[Quad]:
        return [Quad(node, NamedNode(RDF + "type"), NamedNode(SG + "Place"))]

    found = {fault.what for fault in compiled().validate(document, as_a_place)}
    assert found == {"sg:supporter is id:china.", "sg:supported is id:russia."}


def test_an_earlier_state_of_the_document_lends_nothing() -> None:
    document = anchored(note("China backs Russia.", claim('[ sg:quote "backs" ]')))

    def earlier(node: Node) -> list[Quad]:
        return [Quad(node, NamedNode(RDF + "type"), NamedNode(SG + "Place"), NamedNode(document.graph))]

    assert not compiled().validate(document, earlier)


# The shapes themselves


def test_each_constraint_has_a_severity_and_a_message_of_its_own() -> None:
    messages: dict[str, str] = {}
    severe = {quad.subject for quad in compiled().quads if quad.predicate.value == SH + "severity"}
    for quad in compiled().quads:
        if quad.predicate.value == SH + "message":
            assert quad.subject in severe
            assert messages.setdefault(quad.object.value, quad.subject.value) == quad.subject.value
            assert "{" not in quad.object.value, "pySHACL prints {$this} as it stands"
            assert quad.object.value.endswith((".", "…", '."@en'))
    assert len(messages) > 100


def test_the_written_shapes_are_shacl() -> None:
    of_roles = {quad.subject for quad in made()}
    graph = rdflib_graph(quad for quad in compiled().quads if quad.subject not in of_roles)
    assert len(graph) > 300
    _, _, text = pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True)
    assert "Conforms: True" in text


def test_the_statements_of_the_shapes_are_the_same_at_each_start() -> None:
    again = shacl.read(HOME.shapes, schema.read(HOME.ontology))
    assert again.quads == compiled().quads


def test_compiled_shapes_report_what_pyshacl_reports() -> None:
    """On one broken background: the same messages as `pyshacl.validate` gives with the shapes read anew."""
    broken = [*compiled().quads, *schema.read(HOME.ontology).quads]
    spoilt = frozenset(quad for quad in background().quads if quad.predicate.value not in (SG + "act", SG + "body"))
    _, report, _ = pyshacl.validate(rdflib_graph([*spoilt, *broken]), shacl_graph=rdflib_graph(compiled().quads))
    expected = sorted(str(message) for message in report.objects(None, rdflib.SH.resultMessage))
    document = replace(background(), quads=spoilt)
    found = compiled().validate(document, lambda _: ())
    assert len(found) > 10
    assert {fault.why for fault in found} == set(expected)


VALID = sorted([SEED, *(HERE / "breadth").glob("*.ttl"), *(HERE / "contradiction").glob("*.ttl")])


def tampered(document: Document, choose: random.Random) -> Document:
    """With a statement less, or one of its values in the place of another."""
    quads = sorted(document.quads, key=str)
    gone, other = choose.sample(quads, 2)
    instead = [] if choose.random() < 0.5 else [Quad(gone.subject, gone.predicate, other.object, gone.graph_name)]
    return replace(document, quads=frozenset([*(quad for quad in quads if quad != gone), *instead]))


@pytest.mark.parametrize("path", [*VALID, *sorted(INVALID.glob("*.ttl"))], ids=lambda path: path.stem)
def test_the_first_look_lets_nothing_pass_that_pyshacl_refuses(path: Path) -> None:
    try:
        document = parsing.read(path)
    except Rejected:
        pytest.skip("it is no document")
    with suppress(Rejected):
        document = anchored(document)
    by_pyshacl = replace(compiled(), precheck=replace(compiled().precheck, compiled=None))
    choose = random.Random(path.stem)
    for each in (document, tampered(document, choose)):
        quick = compiled().validate(each, describe)
        assert quick == by_pyshacl.validate(each, describe)


def test_the_first_look_passes_what_is_sound() -> None:
    document = anchored(parsing.read(SEED))
    without = replace(compiled(), compiled=None)  # type: ignore[arg-type]
    assert without.validate(document, describe) == []


def test_a_faulty_file_of_shapes_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "claims.ttl").write_text("\n\nnonsense .\n")
    with pytest.raises(Rejected) as refused:
        shacl.read(tmp_path, schema.read(HOME.ontology))
    assert [(fault.file, fault.line) for fault in refused.value.faults] == [("claims.ttl", 3)]


NEW_CLASS = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sg:Arbitration a owl:Class ; rdfs:subClassOf sg:Situation ,
    [ a owl:Restriction ; owl:onProperty sg:arbiter ; owl:maxCardinality 2 ] ,
    [ a owl:Restriction ; owl:onProperty sg:arbiter ; owl:minCardinality 1 ] ;
  rdfs:label "arbitration"@en ; sg:labelTemplate "arbitration by {arbiter}"@en .
sg:arbiter a owl:ObjectProperty ; rdfs:subPropertyOf sg:role ; rdfs:domain sg:Arbitration ; rdfs:range sg:State ;
  skos:definition "Who arbitrates."@en .
"""


def test_a_new_class_has_shapes_without_any_being_written(tmp_path: Path) -> None:
    shutil.copytree(HOME.ontology, tmp_path / "ontology")
    (tmp_path / "ontology" / "arbitration.ttl").write_text(NEW_CLASS)
    made = {
        quad.subject.value.rpartition("/")[2]: quad.object.value
        for quad in role_shapes.shapes(schema.read(tmp_path / "ontology").quads)
        if quad.predicate.value == SH + "message"
    }
    assert made["Role-arbiter-value"] == "Let sg:arbiter be a sg:State: who arbitrates."
    assert made["Role-arbiter-place"] == "Leave sg:arbiter out, or use the class that has it: sg:Arbitration."
    assert "sg:arbiter" in made["ArbitrationRoles-arbiter"]


def test_a_shape_without_a_name_is_heeded(tmp_path: Path) -> None:
    """Beside the shapes that have one, of which those alone are asked that have something to look at."""
    shutil.copytree(HOME.shapes, tmp_path / "shapes")
    (tmp_path / "shapes" / "nameless.ttl").write_text(
        "@prefix sg: <https://w3id.org/security-guarantees/ontology/> .\n"
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        '[] a sh:NodeShape ; sh:targetClass sg:Support ; sh:nodeKind sh:Literal ; sh:message "No support."@en .\n'
    )
    with_nameless = shacl.read(tmp_path / "shapes", schema.read(HOME.ontology))
    document = anchored(note("So it is.", claim('[ sg:quote "So" ]')))
    assert [fault.why for fault in with_nameless.validate(document, describe)] == ["No support."]
    assert not compiled().validate(document, describe)


# Speed and threads


def test_a_document_of_fifty_claims_is_validated_well_within_half_a_second() -> None:
    """Of processor time, 140 ms where this was written."""
    document = anchored(parsing.read(SEED))
    assert processor_time(lambda: compiled().validate(document, describe)) < 0.4


def test_documents_may_be_validated_at_the_same_time() -> None:
    paths = sorted(INVALID.glob("shape-*.ttl"))[:12]
    read = [parsing.read(path) for path in paths]
    alone = [faults_of(document) for document in read]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(faults_of, read)) == alone


def test_values_of_the_project_are_no_literals_of_rdflib() -> None:
    """The conversion keeps the spelling that the store gives: a date stays the string it is."""
    document = anchored(note("So.", claim('[ sg:quote "So" ]').replace("sg:act", 'sg:saidWhen "2022" ; sg:act')))
    assert not faults_of(document)
    assert Literal("2022") in document.values(NamedNode(ID + "note/s1"), SG + "saidWhen")


def test_documents_in_the_store_are_held_to_the_register_as_it_is_now(project: Path, tmp_path: Path) -> None:
    """What the store holds of the register is older than the files; a document is not held to that."""
    settings = Settings(store=f"file:{tmp_path / 'store'}", home=Home(project))
    with KnowledgeGraph.open(settings):
        pass
    register = project / "seeds" / "background" / "register.ttl"
    western_media = "id:western-media\n  a sg:SpeakerGroup ;"
    assert western_media in register.read_text()
    register.write_text(register.read_text().replace(western_media, "id:western-media\n  a sg:Place ;"))
    with pytest.raises(Rejected, match="sg:speaker is id:western-media"):
        KnowledgeGraph.open(settings)
