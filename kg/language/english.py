"""Text → Reading, or why not: the way from a question as typed to questions of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.language import words
from kg.language.choosing import Candidate, Chooser
from kg.language.clauses import Clause, clause
from kg.language.combining import lists
from kg.language.conditions import excepted, head, separated, set_aside, shortened, spread
from kg.language.courtesy import Bare, bare
from kg.language.doubts import is_misplaced, is_of_all, of_items, of_text
from kg.language.explanations import Entry
from kg.language.informal import in_full
from kg.language.items import Item
from kg.language.lexicon import Lexicon
from kg.language.linking import Linker
from kg.language.meanings import meaning, unions
from kg.language.patterns import Pattern, pattern, phrasing_tokens
from kg.language.preparation import active, prepared
from kg.language.reading import Part, Reading
from kg.language.referring import pointed, referred, unfronted
from kg.language.speakers import Attribution, attributed
from kg.language.suggestions import Suggester
from kg.language.templates import Templates
from kg.language.words import POINTING
from kg.model import NotAnswered
from kg.names import Names
from kg.namespaces import SG
from kg.ontology import Ontology
from kg.questions import Question

_LONGEST = 80  # characters of a question that are said again
_SLOTTED = "{"
_VAGUE = frozenset({SG + "Actor", SG + "Entity", SG + "Claim", SG + "Situation"})
_NOT_ENGLISH = (
    "Only English is understood, and questions on proposals, guarantees, mandates and who says what about them."
)
_CAN = Item("fill", "can", 0, 0)  # what is asked is if it may be so
_MARGIN = 0.12  # by how much the best candidate must be better than the next


@dataclass(frozen=True)
class English:
    """What is needed to understand questions on one version of the graph; made once a version."""

    linker: Linker
    chooser: Chooser
    suggester: Suggester
    templates: Templates

    @classmethod
    def of(
        cls, catalogue: Iterable[Question], names: Names, ontology: Ontology, holds: Callable[[str], bool]
    ) -> English:
        """`holds` says whether the graph holds statements of a term of the ontology: a class, property or concept."""
        questions = tuple(catalogue)
        phrased = {q.name: (q.question, *q.phrasings) for q in questions}
        linker = Linker.of(names, Lexicon.of(ontology))
        typed = [phrasing_tokens(text) for texts in phrased.values() for text in texts]
        linker = linker.knowing(token.word for tokens in typed for token in tokens)
        united = unions(ontology)
        meanings = {question.name: meaning(question, ontology, united) for question in questions}
        read = [
            (question, prepared(linker.items(phrasing_tokens(text)), linker.lexicon), text)
            for question in questions
            for text in phrased[question.name]
            if not POINTING & {token.word for token in phrasing_tokens(text)} or _SLOTTED in text
        ]
        patterns: dict[str, list[Pattern]] = {}
        for question, items, _ in read:
            patterns.setdefault(question.name, []).append(pattern(items, meanings[question.name]))
        entries = [Entry(meanings[name], tuple(each)) for name, each in patterns.items()]
        held = {
            term: holds(term)
            for entry in entries
            for term in sorted(entry.meaning.needed | entry.meaning.either)
            if term not in ontology.derived
        }
        present = [q for q, e in zip(questions, entries, strict=True) if _is_present(e, held)]
        chooser = Chooser.of(_related(entries), frozenset(q.name for q in present), names, linker.merger)
        templates = Templates.of(((question, items) for question, items, _ in read), names)
        return cls(linker, chooser, Suggester.of(present, names, linker.lexicon), templates)

    def read(self, text: str) -> Reading | NotAnswered:
        """The reading of `text`; NotAnswered, with reason and suggestions, where it is not surely understood."""
        asked = bare(in_full(words.tokens(text)))
        if (reason := of_text(text, asked.tokens)) is not None:
            return self._declined(text[:_LONGEST], (), reason)
        reading = self._read(text, asked)
        likelier = replace(asked, tokens=self.linker.mender.likelier(asked.tokens))
        if isinstance(reading, NotAnswered) and likelier != asked:
            other = self._read(text, likelier)
            return reading if isinstance(other, NotAnswered) else other
        return reading

    def _read(self, text: str, bared: Bare) -> Reading | NotAnswered:
        items, besides = set_aside(prepared(self.linker.items(bared.tokens), self.linker.lexicon))
        asked = self.linker.merged((*items, *([_CAN] if bared.possible else [])))
        reading = self._understood(text, tuple(asked), truth=bared.truth)
        if isinstance(reading, NotAnswered) and (meant := referred(asked)) != tuple(asked):
            reading = self._understood(text, meant, truth=bared.truth)
        if not besides or isinstance(reading, NotAnswered):
            return reading
        if reading.kind == "verdict":
            return self._declined(text, items, "Ask of each by its name: yes or no is said of one at a time.")
        return replace(reading, besides=besides)

    def _understood(self, text: str, items: tuple[Item, ...], *, truth: bool) -> Reading | NotAnswered:
        items = active(pointed(unfronted(items)), self.linker.lexicon)
        if (reason := of_items(items)) is not None:
            return self._declined(text, items, reason)
        if (matched := self.templates.match(items)) and (verbatim := self._verbatim(items, *matched)):
            return verbatim
        if exceptions := excepted(items):
            return self._excepting(text, items, *exceptions)
        if is_misplaced(items):
            return self._declined(text, items, 'What "not" denies here is not understood; put it by the verb.')
        attribution = attributed(items, self.chooser.explanations.names)
        kind, parts = self._parts(attribution, truth or attribution.whether)
        if not parts and (parted := shortened(items)):
            kind, parts = self._with_tail(*parted)
        if not parts:
            return self._declined(text, items, self._reason(items, kind))
        if kind == "verdict" and is_of_all(items):
            return self._declined(text, items, "Ask of each by its name: yes or no is said of one at a time.")
        if kind == "verdict" and any(part.negated for part in parts):
            return self._declined(text, items, 'Ask it without "not": yes or no, and silence, are told apart then.')
        if any(part.negated and not self._countable(part) for part in parts):
            return self._declined(
                text, items, 'Say of what kind it is that does not ("which states …", "which proposals …").'
            )
        if all(part.negated and not self._listed(part) for part in parts):
            return self._declined(text, items, "Nothing lists all among which those would be that do not.")
        found = tuple(_said_by(part, attribution) for part in parts)
        return Reading(found, kind)

    def _verbatim(
        self, items: Sequence[Item], question: Question, arguments: dict[str, tuple[str, ...]]
    ) -> Reading | None:
        """The reading of a phrasing; None where its words and the names in it do not go together."""
        entry = self.chooser.entry(question.name)
        read = clause(items)
        kind = "verdict" if read.focus is None else "count" if read.focus.many else "answers"
        constants = self.chooser.constants(read, entry)
        if any(name in arguments and not set(values) & set(arguments[name]) for name, values in constants.items()):
            return None
        vouched = not self.chooser.explanations.accuses(items)
        arguments = {**constants, **arguments}
        mutual = self.chooser.places.mutual(read, arguments)
        return Reading((Part(question.name, question.answer, arguments, vouched=vouched, mutual=mutual),), kind)

    def _parts(self, asked: Attribution, whether: bool) -> tuple[str, tuple[Part, ...]]:
        """The parts of the reading and its kind; none, and the kind of doubt, where it is not surely understood."""
        read = clause(asked.items, whether=whether)
        kind = "verdict" if read.focus is None or asked.exists else "count" if read.focus.many else "answers"
        if asked.column or asked.quoted:
            kind = "answers"
        found = self.chooser.candidates(read, asked.column)
        if found:
            best = self._surest(found, "verdict" if asked.quoted or asked.column else kind)
            return (kind, spread(best.part, read)) if best else ("doubt", ())
        parts = None if whether else self._conditions(asked.items)
        loose = [] if parts else self.chooser.candidates(read, asked.column, loose=True)
        if loose:
            best = self._surest(loose, "verdict" if asked.quoted or asked.column else kind)
            return (kind, spread(best.part, read)) if best else ("doubt", ())
        if not parts and (absent := self.chooser.absent(read)):
            return f'The graph holds nothing yet that could answer "{absent[0].entry.meaning.question.question}"', ()
        return (kind, parts) if parts else ("nothing", ())

    def _excepting(
        self, text: str, items: Sequence[Item], of_one: tuple[Item, ...], of_other: tuple[Item, ...]
    ) -> Reading | NotAnswered:
        """What is so of one thing, less what is so of the other."""
        kind, parts = self._parts(Attribution(of_one), whether=False)
        _, others = self._parts(Attribution(of_other), whether=False)
        if kind == "verdict" or len(parts) != 1 or len(others) != 1 or parts[0].name != others[0].name:
            return self._declined(text, items, self._reason(items, kind))
        return Reading((parts[0], replace(others[0], negated=True)), kind)

    def _with_tail(self, items: tuple[Item, ...], tail: Sequence[Item]) -> tuple[str, tuple[Part, ...]]:
        """The parts of a question whose tail asks for what is a column of its answer: "… and by what means"."""
        kind, parts = self._parts(Attribution(items), whether=False)
        if kind != "answers" or len(parts) != 1:
            return "nothing", ()
        entry = self.chooser.entry(parts[0].name)
        return (kind, parts) if self.chooser.asked.answers_too(tail, entry) else ("nothing", ())

    def _same_kind(self, one: Part, other: Part) -> bool:
        """Whether what two parts ask for may be the same things."""
        kinds = [self.chooser.entry(part.name).meaning.kinds[part.column] for part in (one, other)]
        is_a = self.chooser.explanations.ontology.is_a
        return any(is_a(a, b) or is_a(b, a) for a in kinds[0] for b in kinds[1])

    def _countable(self, part: Part) -> bool:
        """Whether it is said of what kind the things are among which those are left that do not."""
        entry = self.chooser.entry(part.name)
        kinds = entry.meaning.kinds[part.column]
        return part.column in part.kinds or (len(kinds) == 1 and not kinds & _VAGUE)

    def _listed(self, part: Part) -> bool:
        """Whether a question of the catalogue lists all things of the kind that the part asks for."""
        question = self.chooser.entry(part.name).meaning.question
        kind = part.kinds.get(part.column) or question.parameters.get(part.column) or ""
        return any(lists(entry.meaning.question, kind) for entry in self.chooser.entries)

    def _surest(self, found: Sequence[Candidate], kind: str) -> Candidate | None:
        """The best candidate, unless another is nearly as good and says something else."""
        best = found[0]
        for other in found[1:]:
            if best.score - other.score >= _MARGIN:
                return best
            if not (_alike(best, other) and (kind == "verdict" or other.part.column == best.part.column)):
                return None
        return best

    def _conditions(self, items: Sequence[Item]) -> tuple[Part, ...] | None:
        """Several conditions on what is asked for, each a clause of its own; None where no split makes sense."""
        size = head(items)
        if not size:
            return None
        best: tuple[float, tuple[Part, ...]] | None = None
        for clauses in separated(items, size):
            total, parts = 0.0, list[Part]()
            for each in clauses:
                read: Clause = clause(each)
                found = self.chooser.candidates(read)
                sure = self._surest(found, "answers") if found else None
                if sure is None or read.focus is None:
                    break
                if parts and not self._same_kind(parts[0], sure.part):
                    break
                total += sure.score
                parts += spread(sure.part, read)
            else:
                score = total / len(clauses) - 0.2 * len(clauses)
                if best is None or score > best[0]:
                    best = score, tuple(parts)
        return best[1] if best else None

    def _declined(self, text: str, items: Sequence[Item], reason: str) -> NotAnswered:
        return NotAnswered(text, reason, self.suggester.suggestions(items))

    def _reason(self, items: Sequence[Item], doubt: str) -> str:
        known = frozenset().union(*self.chooser.explanations.licensed.values())
        strange = [item for item in items if item.kind in ("unknown", "number", "sign") and item.word not in known]
        unknown = [item.typed or item.word for item in strange]
        if unknown and len(unknown) > len(items) / 2 and not any(item.kind in ("wh", "aux") for item in items):
            return _NOT_ENGLISH
        if unknown:
            return f"Not understood: {', '.join(unknown)}."
        if doubt.startswith("The graph"):
            return doubt
        if doubt == "doubt":
            return "It could be asked in several ways; take one of these."
        return "Each word is known, but not what they ask together."


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates say the same: of the same things, whether arguments or the questions' own terms say so."""
    cores = one.entry.meaning.core, other.entry.meaning.core
    values = [{value for each in candidate.part.arguments.values() for value in each} for candidate in (one, other)]
    return bool(cores[0] & cores[1]) and values[0] - cores[1] == values[1] - cores[0]


def _is_present(entry: Entry, held: Mapping[str, bool]) -> bool:
    """Whether the graph holds statements of the terms that make the question what it is."""
    if entry.meaning.either:
        return any(held.get(term, True) for term in entry.meaning.either)
    return all(held.get(term, True) for term in entry.meaning.needed)


def _said_by(part: Part, asked: Attribution) -> Part:
    return replace(part, according_to=asked.speaker or part.according_to, act=asked.act)


def _related(entries: Sequence[Entry]) -> list[Entry]:
    """Each entry with the phrasings of the others that have the same core and columns of the same names."""
    found = []
    for entry in entries:
        others = tuple(
            each
            for other in entries
            if other is not entry and other.meaning.core == entry.meaning.core and entry.meaning.core
            for each in other.patterns
            if set(each.signature.values()) <= set(entry.meaning.kinds)
        )
        found.append(replace(entry, related=others))
    return found
