"""Broken documents: each file of `invalid/` says in its first lines what must be said of it.

`# fault:` what is wrong, `# subject:` of what, `# remedy:` what to do, and where a shape says so `# shape:` which.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kg.documents import parsing
from kg.errors import Fault, Rejected
from kg.graph import KnowledgeGraph
from kg.model import Document
from kg.namespaces import SGSH, SH
from kg.ontology import role_shapes, schema
from kg.settings import Settings
from kg.terms import BlankNode, Literal, NamedNode, Quad
from tests.examining import HOME, INVALID, anchored, compiled, faults_in, faults_in_background, faults_of

IDS = "https://w3id.org/security-guarantees/id/"
BROKEN = sorted(INVALID.glob("*.ttl"))
BROKEN_BACKGROUND = sorted((INVALID / "background").glob("*.ttl"))


def header(path: Path) -> dict[str, str]:
    lines = [line[2:].split(": ", 1) for line in path.read_text().splitlines() if line.startswith("# ")]
    return {line[0].strip(": "): line[1].strip() if len(line) > 1 else "" for line in lines}


def shapes_behind(fault: Fault) -> set[str]:
    """The shapes whose message the fault gives."""
    return {
        quad.subject.value.removeprefix(SGSH)
        for quad in compiled().quads
        if quad.predicate.value == SH + "message" and quad.object.value == fault.why
    }


def faults(path: Path) -> tuple[Fault, ...]:
    return faults_in_background(path) if path in BROKEN_BACKGROUND else faults_in(path)


@pytest.mark.parametrize("path", [*BROKEN, *BROKEN_BACKGROUND], ids=lambda path: path.stem)
def test_a_broken_document_gets_a_message_with_fault_subject_and_remedy(path: Path) -> None:
    expected = header(path)
    matching = [
        fault
        for fault in faults(path)
        if expected["fault"] in fault.what
        and fault.subject.endswith(expected["subject"])
        and expected["remedy"] in fault.why
    ]
    assert len(matching) == 1, "\n".join(map(str, faults(path))) or "no fault was found"


BREAKING = [path for path in [*BROKEN, *BROKEN_BACKGROUND] if "shape" in header(path)]


@pytest.mark.parametrize("path", BREAKING, ids=lambda path: path.stem)
def test_a_file_that_breaks_a_shape_breaks_no_other(path: Path) -> None:
    found = [shapes_behind(fault) for fault in faults(path)]
    assert found == [{header(path)["shape"].removeprefix("sgsh:")}], list(map(str, faults(path)))


def test_no_broken_document_changes_the_store() -> None:
    """Neither in earnest nor on trial; and the pipeline lists what all its stages find."""
    with KnowledgeGraph.open(Settings(store="memory:")) as graph:
        before = graph.version, frozenset(graph.store.quads())
        for number, path in enumerate(BROKEN):
            with pytest.raises(Rejected) as refused:
                graph.load(path, dry_run=number % 10 == 0)
            assert refused.value.faults == faults_in(path)
            assert graph.version == before[0], path.name
        assert (graph.version, frozenset(graph.store.quads())) == before


def test_each_shape_has_a_file_that_breaks_it() -> None:
    """Of the shapes in files; those of roles are made from axioms, and tested for every class and role."""
    written = {
        name
        for path in sorted(HOME.shapes.glob("*.ttl"))
        for name in re.findall(r"^sgsh:(\S+)\n(?=(?:  .*\n)*?  sh:message )", path.read_text(), re.MULTILINE)
    }
    of_roles = {quad.subject.value.removeprefix(SGSH) for quad in role_shapes.shapes(schema.read(HOME.ontology).quads)}
    broken = {header(path)["shape"].removeprefix("sgsh:") for path in BREAKING}
    assert len(written) > 30
    assert written == broken - of_roles


@pytest.mark.parametrize("path", [path for path in BROKEN if header(path)["subject"]], ids=lambda path: path.stem)
def test_a_fault_of_a_node_stands_on_a_line_of_its_block(path: Path) -> None:
    """A line of the file that mentions the block's subject, or one below it before the block ends."""
    expected = header(path)
    (fault,) = [one for one in faults(path) if expected["fault"] in one.what and expected["remedy"] in one.why]
    lines = path.read_text().splitlines()
    assert fault.line is not None
    block = next(i for i in range(fault.line - 1, -1, -1) if lines[i] and not lines[i].startswith((" ", "\t")))
    name = fault.subject.split(" ")[0]
    assert lines[block].startswith((name, f"<{IDS}{name.removeprefix('id:')}", f"<{IDS}harbour-report/{name[1:]}"))


def mutated(document: Document, chance: random.Random) -> Document:
    """The document with some of its terms exchanged for others, its own or odd ones, or with statements left out."""
    quads = sorted(document.quads, key=str)
    terms = [term for quad in quads for term in (quad.subject, quad.predicate, quad.object)]
    terms += [
        Literal(""),
        Literal("so", language="en"),
        BlankNode("b"),
        NamedNode("urn:x"),
        NamedNode(IDS + "situation/"),
    ]
    for _ in range(chance.randint(1, 4)):
        index, term = chance.randrange(len(quads)), chance.choice(terms)
        quad = quads.pop(index)
        if isinstance(term, NamedNode):
            place = chance.choice(["subject", "predicate", "object"])
        else:
            place = "object" if isinstance(term, Literal) else chance.choice(["subject", "object"])
        if chance.random() < 0.8:
            changed = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object} | {place: term}
            quads.append(Quad(*changed.values()))
    return parsing.of_quads(quads, "mutated")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_document_states_it_is_taken_or_rejected(seed: int) -> None:
    """Never another error; and what is taken is taken again as it was stored."""
    chance = random.Random(seed)
    sound = anchored(parsing.read(HOME.seeds / "chinese-peacekeepers.ttl"))
    small = [parsing.read(INVALID / f"{name}.ttl") for name in ("evidence-unused", "situation-cycle", "view-by-hand")]
    found: list[Fault] = []
    for number in range(30):
        try:
            document = mutated(chance.choice([sound, *small]), chance)
            if number % 6 == 0:
                faults_of(document)
            stored = anchored(document)
        except Rejected as rejected:
            found += rejected.faults
        else:
            assert anchored(parsing.of_quads(stored.quads, "again")).nquads == stored.nquads
    assert found
    assert all(fault.what and fault.why for fault in found)
