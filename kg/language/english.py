"""Text → Reading, or why not: the way from a question as typed to questions of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.conditions import dated, excepted, set_aside, shortened
from kg.language.grammar.counting import counted
from kg.language.grammar.doubts import is_misplaced, is_of_all, of_doubt, of_items, of_text
from kg.language.grammar.framing import uncleft
from kg.language.grammar.opposites import opposite
from kg.language.grammar.preparation import prepared
from kg.language.grammar.quoting import to_be_quoted
from kg.language.grammar.recasting import recast
from kg.language.grammar.referring import only, pointed, unfronted
from kg.language.grammar.reporting import Attribution
from kg.language.grammar.speakers import attributed
from kg.language.grammar.supposing import in_spite_of
from kg.language.grammar.sureness import in_doubt
from kg.language.lexis.glossary import Glossary
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon
from kg.language.lexis.linking import Linker
from kg.language.matching.choosing import COVERING, LOOSE, MENTIONING, STRICT, Chooser
from kg.language.matching.explanations import Entry, is_present, related
from kg.language.matching.guessing import Guessing
from kg.language.matching.learning import Learning
from kg.language.matching.meanings import meaning, unions
from kg.language.matching.parting import Parting, contrary
from kg.language.matching.patterns import Pattern, pattern, phrasing_tokens
from kg.language.matching.phrasings import Phrasing, Room
from kg.language.matching.phrasings import words as template
from kg.language.matching.suggestions import Suggester
from kg.language.matching.templates import Templates, Way
from kg.language.matching.verbatim import Verbatim
from kg.language.matching.ways import Again, ways
from kg.language.reading import Reading
from kg.language.text.courtesy import Bare
from kg.language.text.discourse import taken
from kg.language.text.words import POINTING, WITHOUT
from kg.model import NotAnswered
from kg.names import Names
from kg.ontology import Ontology
from kg.questions import Catalogue

_ONLY = 'Whether it is so of these "only" is not understood; ask of which it is so.'
_SLOTTED = "{"
NOWHERE = Room()
# How strictly a question is taken: as it usually is, by most of its words, and without what is strict.
LEVELS = ((STRICT, LOOSE, MENTIONING), (COVERING,), (LOOSE, MENTIONING), (MENTIONING,))


@dataclass(frozen=True)
class English:
    """What is needed to understand questions on one version of the graph; made once a version."""

    linker: Linker
    chooser: Chooser
    suggester: Suggester
    templates: Templates
    glossary: Glossary
    learning: Learning
    levels: tuple[int, ...] = LEVELS[0]

    @property
    def verbatim(self) -> Verbatim:
        return Verbatim(self.chooser, self.templates)

    @property
    def parting(self) -> Parting:
        return Parting(self.chooser, self.levels)

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        names: Names,
        ontology: Ontology,
        holds: Callable[[str], bool],
        room: Room = NOWHERE,
    ) -> English:
        """`holds` tells of a class, property or concept whether the graph holds statements of it; `room` keeps the
        phrasings as they were read.
        """
        questions = catalogue.questions
        linker = Linker.of(names, Lexicon.of(ontology))
        typed = [
            (name, text, phrasing_tokens(text))
            for name, question in questions.items()
            for text in (question.question, *question.phrasings)
        ]
        linker = linker.knowing(token.word for _, _, tokens in typed for token in tokens)
        united = unions(ontology)
        meanings = {name: meaning(question, ontology, united) for name, question in questions.items()}

        def read() -> Iterator[Phrasing]:
            for name, text, tokens in typed:
                if not POINTING & {token.word for token in tokens} or _SLOTTED in text:
                    items = prepared(linker.items(tokens), linker.lexicon)
                    yield Phrasing(name, pattern(items, meanings[name]), template(items))

        phrased = room.phrasings(questions.values(), names, read)
        patterns: dict[str, list[Pattern]] = {}
        for each in phrased:
            patterns.setdefault(each.question, []).append(each.pattern)
        entries = [Entry(meanings[name], tuple(each)) for name, each in patterns.items()]
        needed = {term for entry in entries for term in entry.meaning.needed | entry.meaning.either}
        held = {term: holds(term) for term in sorted(needed - set(ontology.derived))}
        present = tuple(entry.meaning.question for entry in entries if is_present(entry, held))
        chooser = Chooser.of(related(entries), frozenset(q.name for q in present), names, linker.merger)
        templates = Templates.of(((questions[each.question], each.words) for each in phrased), names)
        learning = Learning(tuple(questions.values()), catalogue.asked, linker, names)
        suggester = Suggester(present, names, linker.lexicon)
        return cls(linker, chooser, suggester, templates, Glossary.of(ontology), learning)

    def read(self, text: str) -> Reading | NotAnswered:
        """The reading of `text`; NotAnswered, with reason and suggestions, where it is not surely understood."""
        readings: list[Reading | NotAnswered] = []
        for asked, guessed in taken(text, self.linker):
            reading = self._read_as(text, asked)
            if isinstance(reading, Reading) and not (guessed and reading.is_loose):
                return reading.guessed if guessed else reading
            if isinstance(reading, NotAnswered) or (reading.kind != "verdict" and (reading.is_placed or not guessed)):
                readings.append(reading)
        first = next((each for each in readings if isinstance(each, Reading)), readings[0])
        if isinstance(first, Reading):
            return first
        return self.guessed(text) or replace(first, suggestions=self.suggested(text))

    def guessed(self, text: str, *, certain: bool = False) -> Reading | None:
        """The reading as the question of the catalogue that is likely asked, to be borne out by an answer; with
        `certain` only where hardly another is likely."""
        asked = next(taken(text, self.linker))[0]
        if of_text(text, asked.tokens) or self.glossary.asked(asked.tokens):
            return None
        return self._guessing.reading(text, asked, self._ways(asked), certain=certain)

    def is_of_nothing_here(self, text: str) -> bool:
        """Whether it is almost certainly no question of the catalogue; of a phrasing nothing needs to be learned."""
        asked = next(taken(text, self.linker))[0]
        way, _ = next(iter(self._ways(asked)))
        return self.templates.match(way) is None and self._guessing.is_of_nothing(text, asked)

    @property
    def _guessing(self) -> Guessing:
        return Guessing(self.learning, self.chooser)

    def _read_as(self, text: str, asked: Bare) -> Reading | NotAnswered:
        each_way = self._ways(asked)
        way, _ = next(iter(each_way))
        reason = of_text(text, asked.tokens) or self.glossary.asked(asked.tokens)
        if reason := reason or self.templates.lacking(way, self.chooser.present):
            return NotAnswered(text, reason)
        if blocking := in_spite_of(way, self.linker.lexicon):
            blocked = self.taken(text, blocking, truth=False)
            return replace(blocked, kind="contrary") if isinstance(blocked, Reading) else blocked
        reading = self._read(text, each_way)
        likelier = replace(asked, tokens=self.linker.mender.likelier(asked.tokens))
        if isinstance(reading, NotAnswered) and likelier != asked:
            other = self._read(text, self._ways(likelier))
            reading = reading if isinstance(other, NotAnswered) else other
        return self._opposed(text, asked, reading)

    def suggested(self, text: str) -> tuple[str, ...]:
        """Questions of the catalogue that are likest to `text`, the likest first."""
        return self.suggester.suggestions(self.linker.items(next(taken(text, self.linker))[0].tokens))

    def _opposed(self, text: str, bared: Bare, reading: Reading | NotAnswered) -> Reading | NotAnswered:
        """The reading with what would deny it; where nothing is understood, the contrary of its contrary."""
        lexicon = self.linker.lexicon
        items = opposite(prepared(self.linker.items(bared.tokens, merging=False), lexicon), lexicon)
        if items is None or (isinstance(reading, Reading) and reading.kind != "verdict"):
            return reading
        other = self.taken(text, tuple(self.linker.merged(items)), truth=bared.truth)
        if isinstance(other, NotAnswered) or other.kind != "verdict":
            return reading
        if isinstance(reading, Reading):
            return replace(reading, opposite=other.parts)
        return replace(other, kind="contrary")

    def others(self, text: str) -> Iterator[Reading]:
        """All ways of taking the words, the surest first, from the second on."""
        found: list[Reading] = []
        if (guess := self.guessed(text)) is not None:
            yield guess
        each_way = (self._ways(asked) for asked, _ in taken(text, self.linker))
        for reading in (each for one in each_way for each in self._readings(text, one, LEVELS)):
            if isinstance(reading, Reading) and reading not in found:
                found.append(reading)
                if len(found) > 1:
                    yield reading

    def _ways(self, bared: Bare) -> Again[Way]:
        return Again(ways(self.linker, self.chooser.explanations, bared))

    def _readings(
        self, text: str, each_way: Iterable[Way], levels: Sequence[tuple[int, ...]]
    ) -> Iterator[Reading | NotAnswered]:
        ordered = Again(self.templates.verbatim_first(iter(each_way)))
        for each in levels:
            yield from (replace(self, levels=each).taken(text, items, truth=truth) for items, truth in ordered)

    def _read(self, text: str, each_way: Iterable[Way]) -> Reading | NotAnswered:
        """The first way of taking the words that is surely understood; else why the first was not."""
        readings = self._readings(text, each_way, LEVELS[:2])
        first = next(readings)
        if isinstance(first, Reading) and first.is_loose:  # put plainly, it may be surely understood
            items, truth = next(iter(each_way))
            plain = self.taken(text, recast(items, self.linker), truth=truth)
            return first if isinstance(plain, NotAnswered) or plain.is_loose else plain
        later = (reading for reading in readings if isinstance(reading, Reading))
        return first if isinstance(first, Reading) else next(later, first)

    def taken(self, text: str, items: tuple[Item, ...], *, truth: bool) -> Reading | NotAnswered:
        """The reading of these items, without what is set aside in them ("besides X"); or why there is none."""
        asked, besides = set_aside(items)
        reading = self._understood(text, asked, truth=truth)
        if isinstance(reading, NotAnswered) and (of_then := dated(asked)):
            other = self._understood(text, of_then[0], truth=truth)
            if isinstance(other, Reading):
                reading = replace(other, parts=tuple(replace(part, year=of_then[1]) for part in other.parts))
        parted = isinstance(reading, NotAnswered) or len(reading.parts) > 1
        if parted and (of_many := counted(asked)):
            other = self._understood(text, of_many[0], truth=False)
            if isinstance(other, Reading) and other.kind == "count":
                return replace(other, number=of_many[1])
        if not besides or isinstance(reading, NotAnswered):
            return reading
        if not self.parting.leaves(reading.kind, reading.parts, besides):
            return NotAnswered(text, "Ask of each by its name: yes or no is said of one at a time.")
        return replace(reading, besides=besides)

    def _understood(self, text: str, items: tuple[Item, ...], *, truth: bool) -> Reading | NotAnswered:
        items = pointed(unfronted(uncleft(items)))
        if in_doubt(items) is None and (reason := of_items(items)) is not None:
            return NotAnswered(text, reason)
        attribution = attributed(items, self.chooser.explanations.names)
        if (verbatim := self.verbatim.reading(items) or self.verbatim.attributed(attribution)) is not None:
            return verbatim
        if exceptions := excepted(items):
            return self._excepting(text, items, *exceptions)
        if is_misplaced(items):
            return NotAnswered(text, 'What "not" denies here is not understood; put it by the verb.')
        if (alone := only(items)) is not None:
            return self._alone(text, *alone, truth=truth)
        kind, parts = self.parting.of_source(items, attribution, whether=truth)
        if attribution.column and all(part.negated for part in parts):  # a question on who says it, as it is
            plain = self.parting.parts(Attribution(items), whether=truth)
            kind, parts = plain if plain[1] or not parts else (kind, parts)
        if denied := self.parting.denied(attribution, parts):
            return Reading(denied, "deniers")
        if not parts and (parted := shortened(items)):
            kind, parts = self.parting.with_tail(*parted)
        if all(part.loosely for part in parts) and (words_on := to_be_quoted(items)):
            kind, parts = self.parting.quoted(items, words_on) or (kind, parts)
        if not parts:
            return NotAnswered(text, self._reason(items, kind))
        if lacking := {term for item in items if item.word in WITHOUT for s in item.senses for term in s.concept.terms}:
            if not any(lacking & self.chooser.entry(part.name).meaning.core for part in parts):
                return NotAnswered(text, 'What "without" leaves out is not understood; ask what is needed.')
            kind, parts = contrary(kind, parts)
        if kind == "verdict" and is_of_all(items):
            return NotAnswered(text, "Ask of each by its name: yes or no is said of one at a time.")
        if kind == "verdict" and any(part.negated for part in parts) and not attribution.exists:
            return NotAnswered(text, 'Ask it without "not": yes or no, and silence, are told apart then.')
        if all(part.negated for part in parts) and not all(self.parting.countable(part) for part in parts):
            return NotAnswered(text, 'Say of what kind it is that does not ("which states …", "which proposals …").')
        if all(part.negated and not self.parting.listed(part) for part in parts):
            return NotAnswered(text, "Nothing lists all among which those would be that do not.")
        return Reading(tuple(part.said(attribution.speaker, attribution.act) for part in parts), kind)

    def _alone(
        self, text: str, items: tuple[Item, ...], things: tuple[str, ...], *, truth: bool
    ) -> Reading | NotAnswered:
        """Whether what is asked is so of these things alone."""
        reading = self._understood(text, items, truth=truth)
        if isinstance(reading, NotAnswered) or reading.kind != "verdict":
            return reading if isinstance(reading, NotAnswered) else NotAnswered(text, _ONLY)
        given = [(name, set(values)) for part in reading.parts for name, values in part.arguments.items()]
        columns = {name for name, values in given if values & set(things)}
        if len(columns) != 1 or len({part.name for part in reading.parts}) != 1:
            return NotAnswered(text, _ONLY)
        (column,) = columns
        arguments = {name: values for name, values in reading.parts[0].arguments.items() if name != column}
        return Reading((replace(reading.parts[0], arguments=arguments, column=column),), "alone", things)

    def _excepting(
        self, text: str, items: Sequence[Item], of_one: tuple[Item, ...], of_other: tuple[Item, ...]
    ) -> Reading | NotAnswered:
        """What is so of one thing, less what is so of the other."""
        kind, parts = self.parting.parts(Attribution(of_one), whether=False)
        _, others = self.parting.parts(Attribution(of_other), whether=False)
        if kind == "verdict" or len(parts) != 1 or len(others) != 1 or parts[0].name != others[0].name:
            return NotAnswered(text, self._reason(items, kind))
        return Reading((parts[0], replace(others[0], negated=True)), kind)

    def _reason(self, items: Sequence[Item], doubt: str) -> str:
        return of_doubt(items, frozenset().union(*self.chooser.explanations.licensed.values()), doubt)
