"""Questions in English: by meaning to questions of the catalogue, combined where conditions are; or not answered.

What is typed goes through `text` (its words, the clause that asks), `lexis` (what each word may mean), `grammar` (a
clause in plain order), `matching` (which question, with which arguments) and `answers`; `english` leads it from one to
the next.
`understand` reads a text without any store; `ask` answers it on a graph.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kg.language.answers.certainty import doubt
from kg.language.answers.replies import reply
from kg.language.english import English
from kg.language.matching.phrasings import Room
from kg.language.reading import Graph, Part, Reading
from kg.model import Answer, NotAnswered
from kg.namespaces import ONTOLOGY_GRAPH, RDF, SHAPES_GRAPH

if TYPE_CHECKING:
    from kg.names import Names
    from kg.store import Snapshot

__all__ = ["English", "Part", "Reading", "ask", "understand"]


_MOST = 3  # suggestions
_TRIED = 6  # other ways to take a question whose likeliest has no answer
_SEVERAL = "It could be asked in several ways; take one of these."
_NOTHING = "The graph has almost certainly nothing on what is asked here."
_GUESSED = "Not surely understood; taken as it is most likely meant, the graph has no answer to it."
_MADE: WeakKeyDictionary[object, tuple[Names, English]] = WeakKeyDictionary()  # the newest names of each graph


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collection of cycles, which costs a quarter of the time where much is made and nothing let go."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def understand(text: str, english: English) -> Reading | NotAnswered:
    """The reading of `text`: questions of the catalogue with their arguments; or why it is not understood."""
    return english.read(text)


def _holds(snapshot: Snapshot) -> Callable[[str], bool]:
    def holds(term: str) -> bool:
        used = f"{{ ?s a <{term}> }} UNION {{ ?s <{term}> ?o }} UNION {{ ?s ?p <{term}> FILTER (?p != <{RDF}type>) }}"
        return bool(
            snapshot.query(
                f"ASK {{ GRAPH ?graph {{ {used} }} FILTER (?graph NOT IN (<{ONTOLOGY_GRAPH}>, <{SHAPES_GRAPH}>)) }}"
            )
        )

    return holds


def ask(text: str, graph: Graph) -> Answer | NotAnswered:
    """`text` answered on the newest version of `graph`; NotAnswered where it is not surely understood."""
    names = graph.names()
    made = _MADE.get(graph)
    if made is None or made[0] is not names:
        with _uncollected():
            made = names, _english(graph, names)
        _MADE[graph] = made
    english = made[1]
    reading = english.read(text)
    try:
        found = _found(text, reading, graph, english) if isinstance(reading, Reading) else reading
    except _Doubted as doubted:
        found = NotAnswered(text, str(doubted), english.suggested(text))
    if isinstance(found, NotAnswered):
        suggestions = _answerable(found.suggestions, english, graph, names)
        return replace(found, suggestions=tuple(islice(suggestions, _MOST)))
    return found


class _Doubted(Exception):
    """A yes–no question is understood, but not surely enough for a verdict; the text says why."""


def _sure(text: str, reading: Reading, graph: Graph, names: Names) -> Answer:
    """The answer to a reading; raise _Doubted where it would be a verdict on something else than what is asked."""
    answer = reply(text, reading, graph, names)
    if reason := doubt(text, reading, answer, graph):
        raise _Doubted(reason)
    return answer


def _found(text: str, reading: Reading, graph: Graph, english: English) -> Answer | NotAnswered:
    """The answer to a reading, or to another where that is surer or the first has none."""
    names = graph.names()
    known = all(english.learning.is_known(part.name) for part in reading.parts)
    if known and english.is_of_nothing_here(text):
        return NotAnswered(text, _NOTHING, english.suggested(text))
    otherwise = _otherwise(text, reading, english) if known and reading.is_loose else None
    if otherwise is not None:
        answer = _decided(text, otherwise, graph, names)
        return answer if answer and answer.rows else NotAnswered(text, _GUESSED, english.suggested(text))
    answer = _decided(text, reading, graph, names)
    if answer is not None and (answer.rows or not _is_guess(text, reading, graph, names)):
        return answer
    others = english.others(text) if answer is not None else filter(None, (english.guessed(text),))
    for each in islice(others, _TRIED):
        denied = any(part.negated for part in each.parts)  # all the rest would be an answer to it
        other = None if denied else _decided(text, each, graph, names)
        if other is not None and other.rows:
            return other
    certain = english.guessed(text, certain=True)
    if certain is not None and (not certain.is_loose or _has_none(certain, graph, names)):
        return _sure(text, certain, graph, names)
    return NotAnswered(text, _SEVERAL if answer is None else _GUESSED, english.suggested(text))


def _otherwise(text: str, reading: Reading, english: English) -> Reading | None:
    """What is almost certainly asked where that is another question of the catalogue than the reading has."""
    other = english.guessed(text, certain=True)
    return other if other and other.parts[0].name not in {part.name for part in reading.parts} else None


def _has_none(reading: Reading, graph: Graph, names: Names) -> bool:
    """Whether what is certainly asked is said and denied of nobody and nothing: then of what is named neither."""
    plain = tuple(Part(part.name, part.column) for part in reading.parts)
    return reply("", Reading(plain, "verdict"), graph, names).verdict == "not said"


def _is_guess(text: str, reading: Reading, graph: Graph, names: Names) -> bool:
    """Whether no answer says nothing: it is understood loosely, or one of several conditions holds of nothing."""
    if reading.kind == "doubted" or any(part.loosely for part in reading.parts):
        return True
    several = [part for part in reading.parts if not part.negated] if reading.kind in ("answers", "count") else []
    alone = (replace(reading, parts=(part,), kind="answers", besides=()) for part in several if len(several) > 1)
    return any(not reply(text, each, graph, names).rows for each in alone)


def _decided(text: str, reading: Reading, graph: Graph, names: Names) -> Answer | None:
    """The answer to a reading, of several that are as likely to the one that has an answer; None where two have."""
    part = reading.parts[0]
    if not part.rivals:
        return _sure(text, reading, graph, names)
    several = (replace(part, rivals=()), *part.rivals)
    answers = [(each, reply(text, replace(reading, parts=(each,)), graph, names)) for each in several]
    found = [(each, answer) for each, answer in answers if answer.rows]
    if len({(answer.verdict, answer.count, frozenset(answer.answers)) for _, answer in found}) > 1:
        most = max(len(each.arguments) for each, _ in found)  # that with a place for most of what is named
        found = [(each, answer) for each, answer in found if len(each.arguments) == most]
        return found[0][1] if len(found) == 1 else None
    chosen, answer = (found or answers)[0]
    if reason := doubt(text, replace(reading, parts=(chosen,)), answer, graph):
        raise _Doubted(reason)
    return answer


def _english(graph: Graph, names: Names) -> English:
    room = Room(graph.store.room, graph.knowledge.fingerprint)
    return English.of(graph.knowledge.catalogue, names, graph.knowledge.ontology, _holds(graph.store.snapshot()), room)


def _answerable(suggestions: Sequence[str], english: English, graph: Graph, names: Names) -> Iterator[str]:
    """Those of the suggestions that have an answer."""

    def answerable(text: str) -> bool:
        reading = english.read(text)
        if not isinstance(reading, Reading) or reading.parts[0].rivals:
            return False
        return bool(reply(text, reading, graph, names).rows)

    for suggestion in suggestions:
        if graph.kept(("answerable", suggestion), partial(answerable, suggestion)):
            yield suggestion
