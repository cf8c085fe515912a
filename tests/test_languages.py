"""What a reader meets has a name in Ukrainian, Russian and Chinese beside English."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.graph import KnowledgeGraph
from kg.namespaces import OWL, RDF, RDFS, SG
from kg.ontology import schema
from kg.settings import Home
from kg.terms import Literal, NamedNode, parts

LANGUAGES = {"en", "ru", "uk", "zh"}
DOCUMENTS = sorted([*Home().seeds.glob("*.ttl"), *Home().background.glob("*.ttl")])
LABEL = NamedNode(RDFS + "label")


def lacking(labels: dict[str, set[str | None]]) -> dict[str, set[str]]:
    return {name: LANGUAGES - given for name, given in labels.items() if LANGUAGES - given}


def test_every_term_of_the_ontology_has_a_label_in_each_language() -> None:
    known = schema.read(Home().ontology)
    ontologies = {SG, *(iri for iri in known.files if NamedNode(OWL + "Ontology") in known.values(iri, RDF + "type"))}
    terms = [iri for iri in known.files.keys() - ontologies if iri.startswith(SG)]
    labels = {
        iri: {value.language for value in known.values(iri, RDFS + "label") if isinstance(value, Literal)}
        for iri in terms
    }
    assert len(labels) > 300
    assert lacking(labels) == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_everything_that_a_document_declares_has_a_name_in_each_language(path: Path) -> None:
    labels: dict[str, set[str | None]] = {}
    for subject, predicate, value in map(parts, ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)):
        if predicate == LABEL and isinstance(value, Literal):
            labels.setdefault(str(subject), set()).add(value.language)
    assert labels
    assert lacking(labels) == {}


@pytest.mark.parametrize("name", ["China", "Пекін", "Китай", "中国"])
def test_an_actor_is_found_by_its_name_in_each_language(seeded: KnowledgeGraph, name: str) -> None:
    answer = seeded.answer("proposals-naming-guarantor", {"guarantor": name})
    assert [cell.label for cell in answer.answers] == ["Istanbul proposals (2022)"]
