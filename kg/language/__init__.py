"""Questions in English: answered where they are surely understood; else the likeliest questions are offered.

`words` takes a text to pieces, `mentions` finds the things that are named, `grammar` what asks and what changes
an answer ("not", "according to"), `intent` the likeliest questions, `arguments` what is what in them; `understanding`
weighs them, `judging` says whether one is sure, and `replies` gives the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import QuerySolutions

from kg.language import intent
from kg.language.intent import Model
from kg.language.judging import Judge
from kg.language.reading import Graph, Part, Reading
from kg.language.replies import reply
from kg.language.understanding import Candidate, Taken, Understander
from kg.model import Answer, NotAnswered, Offer
from kg.questions.examples import read as read_examples
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.knowledge import Knowledge
    from kg.snapshot_cache import Version

__all__ = ["MODEL", "Part", "Reading", "ask", "learn", "suggest", "understander"]

MODEL = Path(__file__).with_name("intent.npz")  # what is learned when the project is built or installed
_OFFERED = 3
_COMPLETED = 8  # texts that are suggested as somebody types


def ask(text: str, graph: Graph, supposed: Graph | None = None) -> Answer | NotAnswered:
    """`text` answered on the newest version of `graph`; NotAnswered, with offers, where it is not surely understood.

    What is understood so is answered on another graph where one is `supposed`.
    """
    understander_, judge = _made(graph)
    names = understander_.names
    if (put := understander_.offering.read(text)) is not None:
        return reply(text, put, supposed or graph, names)
    taken = understander_.take(text)
    each_way = [(taken, understander_.candidates(taken))]
    if taken.clause.unmarked:
        listed = replace(taken, clause=replace(taken.clause, kind="answers"))
        each_way.insert(0, (listed, understander_.candidates(listed)))
    composed = understander_.composed(taken)
    if composed is not None and composed[1] and all(judge.is_sure(*half) for half in composed[1]):
        answer = reply(text, composed[0], graph, names)
        if answer.rows:
            return reply(text, composed[0], supposed, names) if supposed else answer
    for way, candidates in each_way if not taken.clause.unmarked else ():
        reading = understander_.reading(way, candidates[0])
        if reading is not None and judge.is_sure(way, candidates):
            answer = reply(text, reading, graph, names)
            if judge.is_borne_out(way, candidates, answer):
                return reply(text, reading, supposed, names) if supposed else answer
    ways = each_way[::-1]
    if taken.denials or taken.only:  # these words may be part of what is asked: "no more than possible"
        ways.append((replace(taken, denials=(), only=None), ways[0][1]))
    several = [_offers(understander_, way, candidates, graph) for way, candidates in ways]
    if composed is not None:
        several.insert(0, iter([understander_.offering.offer(composed[0])]))
    offers = (offer for each in zip_longest(*several) for offer in each if offer is not None)
    first = [*islice(offers, _OFFERED - 1), *_also(understander_, *ways[0], graph)]
    different = {offer.question: offer for offer in (*first, *islice(offers, _OFFERED))}
    return NotAnswered(text, judge.reason(*each_way[0]), tuple(different.values())[:_OFFERED])


def suggest(typed: str, graph: Graph) -> tuple[str, ...]:
    """Questions, and texts with a name made whole, that begin as somebody types; the likeliest first."""
    return tuple(islice(dict.fromkeys(understander(graph).completer.completions(typed)), _COMPLETED))


def _offers(understander_: Understander, taken: Taken, candidates: list[Candidate], graph: Graph) -> Iterator[Offer]:
    """The likeliest questions that can be put; of those that ask for things, first what the graph has an answer to."""
    without: dict[str, Offer] = {}
    put: set[str] = set()
    for candidate in candidates:
        for reading, answered in _readings(understander_, taken, candidate, graph):
            offer = understander_.offering.offer(reading)
            if taken.lists and not answered:
                without.setdefault(offer.question, offer)
            elif offer.question not in put:
                put.add(offer.question)
                yield offer
    yield from without.values()


def _also(understander_: Understander, taken: Taken, candidates: list[Candidate], graph: Graph) -> Iterator[Offer]:
    """The likeliest question as it is asked, where the graph has no answer; else with fewer things left out."""
    first = candidates[0]
    for fill in (first.filled, *first.others):
        reading = understander_.reading(taken, replace(first, filled=fill))
        fewer = len(fill.left) < len(first.filled.left)
        if reading is not None and (fewer or fill is first.filled) and _has_answer(reading.parts[0], graph) is fewer:
            yield understander_.offering.offer(reading)
            return


def _readings(
    understander_: Understander, taken: Taken, candidate: Candidate, graph: Graph
) -> Iterator[tuple[Reading, bool]]:
    """A candidate as it is asked, and whether the graph has an answer; where it has none so, with the things in other
    places too.
    """
    for fill in (candidate.filled, *candidate.others):
        reading = understander_.reading(taken, replace(candidate, filled=fill))
        if reading is not None and len(fill.left) <= len(candidate.filled.left):
            answered = _has_answer(reading.parts[0], graph)
            if answered or fill is candidate.filled:
                yield reading, answered
            if answered:
                return


def _has_answer(part: Part, graph: Graph) -> bool:
    """Whether the graph has rows for a part, whoever says them."""
    question = graph.knowledge.catalogue[part.name]
    arguments = {name: tuple(map(NamedNode, values)) for name, values in part.arguments.items()}

    def asked() -> bool:
        found = graph.snapshot().query_kept(_unordered(question.with_arguments(arguments)))
        return isinstance(found, QuerySolutions) and next(found, None) is not None

    return part.negated or graph.kept(("has answer", part.name, tuple(sorted(arguments.items(), key=str))), asked)


def _unordered(sparql: str) -> str:
    """The query without its last line, where that only orders: its first row then comes before all are made."""
    rest, _, last = sparql.rstrip().rpartition("\n")
    return rest if last.startswith("ORDER BY ") else sparql


def understander(graph: Graph) -> Understander:
    """What understands questions on the newest version of a graph."""
    return _made(graph)[0]


def _made(graph: Graph) -> tuple[Understander, Judge]:
    def make(version: Version, before: tuple[Understander, Judge] | None) -> tuple[Understander, Judge]:
        names = graph.names(version)
        if before is not None and before[0].names is names:
            return before
        model = before[0].model if before is not None else _model(graph.knowledge)
        made = Understander(graph.knowledge.catalogue.questions, model, names, lambda part: _has_answer(part, graph))
        made.prepare()
        return made, Judge(made)

    return graph.index("understander", make)


def _model(knowledge: Knowledge) -> Model:
    ontology = knowledge.ontology
    if not MODEL.exists():  # a checkout that was not installed
        learn(knowledge)
    texts = [intent.texts_of(question, ontology) for question in knowledge.catalogue]
    return Model.of(texts, MODEL, intent.supers_of(ontology))


def learn(knowledge: Knowledge) -> None:
    """Learn which question is asked, from the catalogue and the examples, and keep it in `MODEL`."""
    ontology = knowledge.ontology
    examples, _ = read_examples(knowledge.home.examples, knowledge.catalogue.questions, ontology)
    texts = [intent.texts_of(question, ontology) for question in knowledge.catalogue]
    intent.write(MODEL, intent.trained(texts, examples, intent.supers_of(ontology)))
