"""A reading as a text to choose, and such a text as the reading that it was written for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg.entities.names import Names
from kg.language.arguments import Template
from kg.language.reading import Part, Reading
from kg.language.words import aspect, words
from kg.model import Offer
from kg.namespaces import SG
from kg.questions.catalogue import Question

_YES_NO, _COUNT, _SURELY, _SAYERS, _NOT = "Yes or no: ", "How many: ", "How surely: ", "Who says so: ", "All but: "
_PREFIXES = {"verdict": _YES_NO, "count": _COUNT, "doubted": _SURELY, "sayers": _SAYERS}
_AND = " + "  # between two questions of which both are to hold


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
        plain = not (part.negated or part.according_to or part.year or part.mentioned or reading.besides)
        if plain and reading.kind in ("answers", "verdict"):
            for template in self.templates[part.name]:
                head = words(template.text)[0].folded
                if sorted(template.slots) == sorted(values) and (aspect(head) is not None) == (
                    reading.kind == "verdict"
                ):
                    return template.text.format(**values)
        given = dict(values)
        if part.according_to:
            given["according to"] = self.names.label(part.according_to)
        if part.year:
            given["year"] = part.year
        if part.mentioned:
            given["mentioning"] = " and ".join(map(self.names.label, part.mentioned))
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
            if name == "year":
                part = replace(part, year=value)
                continue
            things = tuple(self._called(value, question.parameters.get(name)))
            if not things:
                return None
            if name == "according to":
                part = replace(part, according_to=things[0])
            elif name == "mentioning":
                part = replace(part, mentioned=things)
            elif name in ("besides", "only"):
                besides, kind = things, "alone" if name == "only" else kind
            elif name in question.parameters:
                part = replace(part, arguments={**part.arguments, name: things})
            else:
                return None
        return Reading(tuple(one_each(part)) if kind == "verdict" else (part,), kind, besides)

    def names_unvouched_act(self, question: Question) -> bool:
        """Whether it asks for what is held against somebody: its query names an act for which nobody vouches."""
        acts = (act for act in self.names.types if self.names.is_a(act, SG + "UnvouchedAct"))
        return any(f"= sg:{act.removeprefix(SG)}" in question.sparql for act in acts)

    def _phrased(self, text: str) -> Reading | None:
        """A text that is a phrasing word for word, with the labels of things in its slots."""
        for name, pattern in self._patterns:
            found = pattern.fullmatch(text)
            if found is None:
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
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """The phrasings that have slots, each with its question's name."""
        found = []
        for name, each in self.templates.items():
            for template in each:
                if template.slots and len(set(template.slots)) == len(template.slots):
                    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template.text))
                    found.append((name, re.compile(pattern)))
        return found

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
    several = next((name for name, values in part.arguments.items() if len(values) > 1), None)
    if several is None:
        yield part
        return
    for value in part.arguments[several]:
        yield replace(part, arguments={**part.arguments, several: (value,)})
