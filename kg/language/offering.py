"""A reading as a text to choose, such a text as the reading that it was written for; and texts as somebody types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from kg.entities.names import Names
from kg.language.arguments import Template
from kg.language.mentions import Finder, Mention
from kg.language.reading import Part, Reading
from kg.language.words import aspect, words
from kg.model import Offer
from kg.namespaces import SG
from kg.questions.catalogue import Question

_YES_NO, _COUNT, _SURELY, _NOT = "Yes or no: ", "How many: ", "How surely: ", "All but: "
_PREFIXES = {"verdict": _YES_NO, "count": _COUNT, "doubted": _SURELY}
_AND = " + "  # between two questions of which both are to hold

_BEGUN, _NAME_WORDS = 3, 4  # letters that begin a name, and words of it, as somebody types


@dataclass(frozen=True)
class Offering:
    """Writes readings and reads them, by the questions of the catalogue and their phrasings."""

    questions: Mapping[str, Question]
    templates: Mapping[str, tuple[Template, ...]]
    names: Names

    def offer(self, reading: Reading) -> Offer:
        """A reading as a question to choose."""
        part = reading.parts[0]
        arguments = {
            name: tuple(v for p in reading.parts for v in p.arguments.get(name, ())) for name in part.arguments
        }
        arguments = {name: tuple(dict.fromkeys(values)) for name, values in arguments.items()}
        given = {name: values[0] for name, values in arguments.items()} | (
            {"according_to": part.according_to} if part.according_to else {}
        )
        return Offer(part.name, given, self.put(reading))

    def put(self, reading: Reading) -> str:
        """A reading as a text that is understood as it: a phrasing where one has its arguments, else all spelt out."""
        if len({part.name for part in reading.parts}) > 1:
            spelt = _AND.join(self.put(replace(reading, parts=(part,), kind="all")) for part in reading.parts)
            return _PREFIXES.get(reading.kind, "") + spelt
        part = reading.parts[0]
        values = {
            name: " and ".join(
                self.names.label(v) for v in dict.fromkeys(v for p in reading.parts for v in p.arguments[name])
            )
            for name in part.arguments
        }
        for template in self.templates[part.name]:
            text = template.text.format_map({**dict.fromkeys(template.slots, ""), **values})
            if set(template.slots) == set(values) and self._phrased(text) == reading:
                return text
        given = dict(values)
        if part.according_to:
            given["according to"] = self.names.label(part.according_to)
        if reading.besides:
            given["besides" if reading.kind != "alone" else "only"] = " and ".join(
                map(self.names.label, reading.besides)
            )
        spelt = "; ".join(f"{name}: {value}" for name, value in given.items())
        text = (_NOT if part.negated else "") + self.questions[part.name].question
        return _PREFIXES.get(reading.kind, "") + text + (f" [{spelt}]" if spelt else "")

    def read(self, text: str) -> Reading | None:
        """The reading that `put` wrote; None where the text is none of these."""
        kind = next((kind for kind, prefix in _PREFIXES.items() if text.startswith(prefix)), "answers")
        text = text.strip().removeprefix(_PREFIXES.get(kind, ""))
        if _AND in text:
            readings = [self.read(each) for each in text.split(_AND)]
            return (
                Reading(tuple(part for each in readings if each for part in each.parts), kind)
                if all(readings)
                else None
            )
        plain, _, given = text.removesuffix("]").partition(" [")
        question = self._titled.get(plain.removeprefix(_NOT))
        if question is None:
            return self._phrased(text) if kind == "answers" else None
        part = Part(question.name, question.answer, negated=plain.startswith(_NOT))
        besides: tuple[str, ...] = ()
        for each in filter(None, given.split("; ")):
            name, _, value = each.partition(": ")
            things = tuple(self._called(value, question.parameters.get(name)))
            if not things:
                return None
            if name == "according to":
                part = replace(part, according_to=things[0])
            elif name in ("besides", "only"):
                besides, kind = things, "alone" if name == "only" else kind
            elif name in question.parameters:
                part = replace(part, arguments={**part.arguments, name: things})
            else:
                return None
        return Reading(tuple(one_each(part)) if kind == "verdict" else (part,), kind, besides)

    def names_unvouched_act(self, question: Question) -> bool:
        """Whether it asks for what is held against somebody: its query names an act for which nobody vouches."""
        return any(act in question.sparql for act in self._unvouched_acts)

    @cached_property
    def _unvouched_acts(self) -> tuple[str, ...]:
        acts = (act for act in self.names.types if self.names.is_a(act, SG + "UnvouchedAct"))
        return tuple(f"= sg:{act.removeprefix(SG)}" for act in acts)

    def _phrased(self, text: str) -> Reading | None:
        """A text that is a phrasing word for word, with the labels of things in its slots."""
        for name, template in self._phrasings:
            if not text.startswith(template.lead) or (found := template.pattern.fullmatch(text)) is None:
                continue
            question = self.questions[name]
            given = {
                slot: tuple(self._called(value, question.parameters.get(slot)))
                for slot, value in found.groupdict().items()
            }
            if all(given.values()):
                part = Part(name, question.answer, given, vouched=not self.names_unvouched_act(question))
                if aspect(words(text)[0].folded) is None:
                    return Reading((part,), "answers")
                return Reading(tuple(one_each(part)), "verdict")
        return None

    @cached_property
    def _phrasings(self) -> list[tuple[str, Template]]:
        """The phrasings that name no place twice, each with its question's name."""
        phrasings = ((name, template) for name, each in self.templates.items() for template in each)
        return [(name, each) for name, each in phrasings if len(set(each.slots)) == len(each.slots)]

    def _called(self, text: str, kind: str | None) -> Iterator[str]:
        """The things that a text is the label of, or the labels that "and" joins in it."""
        labels = [text] if text in self._by_label else text.split(" and ")
        for label in labels:
            things = self._by_label.get(label, ())
            yield from sorted(thing for thing in things if kind is None or self.names.is_a(thing, kind))[:1]

    @cached_property
    def _by_label(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self.names.names:
            found.setdefault(name.text, set()).add(name.iri)
        return found

    @cached_property
    def _titled(self) -> dict[str, Question]:
        return {question.question: question for question in self.questions.values()}


def one_each(part: Part) -> Iterator[Part]:
    """A part for each of several things in one place: "are Russia and China guarantors" asks of each."""
    for values in product(*part.arguments.values()):
        yield replace(part, arguments={name: (value,) for name, value in zip(part.arguments, values, strict=True)})


@dataclass(frozen=True)
class Completer:
    """Completes what is typed, by the questions of the catalogue, their phrasings and the names of the graph."""

    questions: Mapping[str, Question]
    templates: Mapping[str, tuple[Template, ...]]
    finder: Finder

    def completions(self, typed: str) -> Iterator[str]:
        """Texts that begin as somebody types: the name that the last words begin, then questions with these words."""
        start = typed.strip().casefold()
        if not start:
            return
        yield from self._named(typed)
        mentions = self.finder.mentions(words(typed))
        for template in (template for each in self.templates.values() for template in each):
            lead = template.lead.strip().casefold()
            if lead.startswith(start) or (start.startswith(lead) and lead):
                given = {slot: self._label_for(slot, mentions) for slot in template.slots}
                text = template.text.format(**given)
                if all(given.values()) and text.casefold().startswith(start):
                    yield text
        stems = {word.stem for word in words(typed) if word.is_carrying}
        for question in self.questions.values():
            if stems and stems <= {word.stem for word in words(question.question)}:
                yield question.question

    def _named(self, typed: str) -> Iterator[str]:
        """The text with its last words, which a name begins with, as that whole name."""
        parts = words(typed)
        for place in range(max(0, len(parts) - _NAME_WORDS), len(parts)):
            begun = typed[parts[place].start :].casefold()
            if len(begun) >= _BEGUN:
                yield from (
                    typed[: parts[place].start] + label
                    for label in self._entity_labels
                    if label.casefold().startswith(begun) and len(label) > len(begun)
                )

    @cached_property
    def _entity_labels(self) -> tuple[str, ...]:
        return tuple(
            sorted(
                {
                    n.text
                    for n in self.finder.names.names
                    if n.rank == 0 and n.language in (None, "en") and self.finder.names.is_a(n.iri, SG + "Entity")
                }
            )
        )

    def _label_for(self, slot: str, mentions: Sequence[Mention]) -> str:
        """The name of what is mentioned that fits a slot of the catalogue, by the class that most questions give it."""
        kinds = {question.parameters[slot] for question in self.questions.values() if slot in question.parameters}
        fitting = (m.thing for m in mentions if any(self.finder.names.is_a(m.thing, kind) for kind in kinds))
        return next((self.finder.names.label(thing) for thing in fitting), "")
