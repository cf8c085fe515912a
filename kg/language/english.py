"""Text → Reading, or why not: the way from a question as typed to questions of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.language import words
from kg.language.clauses import clause
from kg.language.lexicon import Lexicon
from kg.language.linking import Item, Linker
from kg.language.meanings import meaning
from kg.language.patterns import pattern, phrasing_tokens
from kg.language.preparation import opening, prepared
from kg.language.reading import Part, Reading
from kg.language.understanding import Candidate, Chooser, Entry
from kg.model import NotAnswered
from kg.names import Names
from kg.ontology import Ontology
from kg.questions import Question

_LONGEST = 600  # characters
_MOST = 60  # tokens
_MARGIN = 0.15  # by how much the best candidate must be better than the next


@dataclass(frozen=True)
class English:
    """What is needed to understand questions on one version of the graph; made once a version."""

    linker: Linker
    chooser: Chooser
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, catalogue: Iterable[Question], names: Names, ontology: Ontology) -> English:
        lexicon = Lexicon.of(ontology)
        questions = tuple(catalogue)
        phrased = {q.name: (q.question, *q.phrasings) for q in questions}
        plain = Linker.of(names, lexicon)
        extra = {
            item.word
            for texts in phrased.values()
            for text in texts
            for item in plain.items(phrasing_tokens(text))
            if item.kind == "unknown"
        }
        linker = Linker.of(names, lexicon, extra)
        entries = []
        for question in questions:
            meant = meaning(question, ontology)
            entries.append(Entry(meant, tuple(pattern(text, meant, linker) for text in phrased[question.name])))
        return cls(linker, Chooser(_related(entries), names, ontology), questions)

    def read(self, text: str) -> Reading | NotAnswered:
        """The reading of `text`; NotAnswered, with reason and suggestions, where it is not surely understood."""
        if len(text) > _LONGEST:
            return NotAnswered(text[:_LONGEST], f"The question is longer than {_LONGEST} characters. Ask a shorter one.")
        tokens = words.tokens(text)
        if not tokens or len(tokens) > _MOST:
            return NotAnswered(text, "There is no question here." if not tokens else "The question is too long.")
        start, _ = opening([token.word for token in tokens])
        items = prepared(self.linker.items(tokens[start:]))
        return self._read(text, items)

    def _read(self, text: str, items: Sequence[Item]) -> Reading | NotAnswered:
        read = clause(items)
        found = self.chooser.candidates(read)
        if not found:
            return NotAnswered(text, self._reason(items))
        best, rest = found[0], found[1:]
        if rest and best.score - rest[0].score < _MARGIN:
            return NotAnswered(text, "It could be asked in two ways.", tuple(c.part.name for c in found[:3]))
        kind = "verdict" if read.focus is None else "count" if read.focus.many else "answers"
        return Reading((best.part,), kind)

    def _reason(self, items: Sequence[Item]) -> str:
        unknown = [item.typed or item.word for item in items if item.kind in ("unknown", "number")]
        if unknown:
            return "These words have no place in what the graph speaks of: " + ", ".join(unknown) + "."
        return "No question of the catalogue asks this."


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


__all__ = ["Candidate", "English", "Part"]
