"""The catalogue by topic: each question under the module of the ontology whose term tells it from the others most.

A property that rules make stands under the module of the class that it is of.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.namespaces import RDFS, SG
from kg.ontology.schema import Ontology
from kg.questions.catalogue import Catalogue, Question
from kg.terms import NamedNode

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
