"""How somebody asks who takes what is offered: by one question more, an answer."""

from __future__ import annotations

from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered


def answered(graph: KnowledgeGraph, text: str, *names: str) -> Answer:
    """The answer to `text`; where it is not surely understood, to the question called one of `names` that it offers."""
    found = graph.ask(text)
    if isinstance(found, NotAnswered):
        meant = [offer.question for offer in found.offers if offer.name in names]
        assert meant, found
        found = graph.ask(meant[0])
    assert isinstance(found, Answer), found
    return found


def labels(graph: KnowledgeGraph, text: str, *names: str) -> set[str]:
    return {cell.label for cell in answered(graph, text, *names).answers}
