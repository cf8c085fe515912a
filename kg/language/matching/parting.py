"""A question → the parts that it is made of: one question of the catalogue, or several conditions on what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.clauses import Clause, clause
from kg.language.grammar.conditions import apart, head, is_either, is_parted, separated, spread
from kg.language.grammar.denying import affirmed
from kg.language.grammar.labelling import SUBJECT
from kg.language.grammar.quoting import fragment
from kg.language.grammar.reporting import Attribution
from kg.language.grammar.speakers import attributed
from kg.language.lexis.items import Item
from kg.language.matching.bare import mentioning
from kg.language.matching.choosing import LOOSE, MENTIONING, STRICT, Candidate, Chooser
from kg.language.matching.meanings import OBJECT, lists
from kg.language.reading import Part
from kg.language.text.claiming import speaks
from kg.namespaces import SG

_VAGUE = frozenset({SG + "Actor", SG + "Entity", SG + "Claim", SG + "Situation"})
_MARGIN = 0.12  # by how much the best candidate must be better than the next
_FEW = 4  # candidates that are as likely
_NEAR = 0.5  # by how much another may be worse that is meant where the best, understood loosely, has no answer
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Parting:
    chooser: Chooser
    levels: tuple[int, ...] = (STRICT, LOOSE, MENTIONING)  # how strictly it is understood, in this order

    def parts(self, asked: Attribution, *, whether: bool) -> tuple[str, Parts]:
        """The parts and the kind of reading; none, and the kind of doubt, where it is not surely understood.

        Strictly as a whole, else as several conditions, else as a whole with names wherever they can be meant.
        """
        read = clause(asked.items, whether=whether)
        kind = "verdict" if read.focus is None or asked.exists else "count" if read.focus.many else "answers"
        if asked.column or asked.quoted:
            kind = "answers"
        kind = "doubted" if asked.doubted else kind
        of_one = "quoted" if asked.quoted and not asked.column else "verdict" if asked.column else kind
        if asked.quoted and (said := mentioning(read, self.chooser.answerable, self.chooser.explanations)):
            return kind, (replace(said[0], others=tuple(said[1:])),)
        several = is_parted(asked.items)
        for loose in self.levels:
            found = [] if several else self.chooser.candidates(read, asked.column, loose=loose)
            if asked.speaker is not None:
                found = _besides_speaker(found, read)
            if found:
                best = self._surest(found, of_one, read)
                if best is None:
                    return self._rivals(kind, found, read)
                if best.part.loosely and (reason := self._absent(read, best, kind)):
                    return reason, ()
                if best.part.loosely and not whether and (parts := self._several(asked.items)):
                    return kind, parts
                lacking = best.part.negated and kind != "verdict" and not self._complement(best.part)
                if lacking and (parts := self._conditions(asked.items, loose=LOOSE)):
                    return kind, parts
                if kind == "count" and self._is_quoted(best):
                    return "nothing", ()  # quotes are no sentences
                if loose == LOOSE:
                    best = self._mentioning(best, read, asked.column, of_one)
                return kind, spread(best.part, read)
            if not whether and loose < MENTIONING and (parts := self._conditions(asked.items, loose=loose)):
                return kind, parts
        if absent := self.chooser.absent(read):
            if kind == "verdict" and absent[0].part.arguments and not read.negated:
                return kind, (absent[0].part,)
            return _lacking(absent[0]), ()
        return "nothing", ()

    def of_source(self, items: Sequence[Item], asked: Attribution, *, whether: bool) -> tuple[str, Parts]:
        """The parts; what a source itself lays down, where what is read else follows from it and nobody says it."""
        kind, parts = self.parts(asked, whether=whether or asked.whether)
        columns = [self.chooser.entry(part.name).meaning.question.columns for part in parts]
        if asked.speaker is None or any("speaker" in each for each in columns):
            return kind, parts
        plain, found = self.parts(Attribution(tuple(items)), whether=whether)
        told = all(any(asked.speaker in values for values in part.arguments.values()) for part in found)
        return (plain, found) if found and told and not any(part.loosely for part in found) else (kind, parts)

    def _explaining(self, read: Clause, loose: int) -> list[Candidate]:
        """The candidates for a clause among several, strictly if there are any."""
        return self.chooser.candidates(read) or (self.chooser.candidates(read, loose=loose) if loose else [])

    def _is_quoted(self, best: Candidate) -> bool:
        """Whether what is asked for are the words of a source."""
        return (SG + "quote", OBJECT) in best.entry.meaning.roles.get(best.part.column, ())

    def _complement(self, part: Part) -> bool:
        """Whether it is known of which things those are that do not."""
        return self.countable(part) or self.listed(part)

    def _absent(self, read: Clause, best: Candidate, kind: str) -> str:
        """Why there is no answer where a question of which the graph holds nothing says it better; empty elsewhere."""
        absent = self.chooser.absent(read) if kind != "verdict" else []
        better = absent and not absent[0].part.loosely and absent[0].score >= best.score + _MARGIN
        return _lacking(absent[0]) if better else ""

    def _rivals(self, kind: str, found: Sequence[Candidate], read: Clause) -> tuple[str, Parts]:
        """The candidates of which none is surer than the next, if they are few; else a doubt."""
        near = [each.part for each in found if found[0].score - each.score < _MARGIN]
        if kind != "answers" or len(near) > _FEW or any(part.negated or len(spread(part, read)) > 1 for part in near):
            return "doubt", ()
        return kind, (replace(near[0], rivals=tuple(near[1:]), loosely=True),)

    def _mentioning(self, best: Candidate, read: Clause, column: str | None, of_one: str) -> Candidate:
        """The candidate with what may be asked instead, where it has no answer: of names that stand in no place."""
        found = self.chooser.candidates(read, column, loose=MENTIONING)
        other = self._surest(found, of_one, read) if found else None
        if other is None:
            return best
        return replace(best, part=replace(best.part, others=(*best.part.others, other.part)))

    def quoted(self, items: Sequence[Item], words_on: tuple[Item, ...]) -> tuple[str, Parts] | None:
        """What asks for the words that are to be quoted: as a noun phrase, else by what they say; None for nothing."""
        if shorter := fragment(items):
            kind, parts = self.parts(attributed(shorter, self.chooser.explanations.names), whether=False)
            if parts and not any(part.loosely for part in parts):
                return kind, parts
        kind, parts = self.parts(Attribution(words_on, whether=True, quoted=True), whether=True)
        if not parts and all(
            item.kind in ("det", "word") for item in words_on
        ):  # "which sentence names the guarantors"
            first = Item("wh", "list", words_on[0].start, words_on[0].start)
            kind, parts = self.parts(Attribution((first, *words_on)), whether=False)
            parts = () if any(part.loosely for part in parts) else parts
        return (kind, tuple(replace(part, loosely=True) for part in parts)) if parts else None

    def denied(self, asked: Attribution, parts: Parts) -> Parts:
        """What those deny who are asked for: "who says that X is not so", where no `parts` say it so; else none."""
        if asked.column is None or any(not part.negated for part in parts):
            return ()
        rest = affirmed(asked.items) or (asked.items if asked.act == SG + "denies" and not parts else None)
        kind, found = self.parts(Attribution(rest, whether=True), whether=True) if rest else ("", ())
        return found if kind == "verdict" and len(found) == 1 and not found[0].negated else ()

    def with_tail(self, items: tuple[Item, ...], tail: Sequence[Item]) -> tuple[str, Parts]:
        """The parts of a question whose tail asks for what is a column of its answer: "… and by what means"."""
        kind, parts = self.parts(Attribution(items), whether=False)
        if kind != "answers" or len(parts) != 1:
            return "nothing", ()
        entry = self.chooser.entry(parts[0].name)
        return (kind, parts) if self.chooser.asked.answers_too(tail, entry) else ("nothing", ())

    def _is_of_class(self, read: Clause) -> bool:
        """Whether a clause says of what class things are and no more."""
        named = any(filler.item.things for filler in read.fillers)
        return bool(read.words) and not named and all(map(self.chooser.explanations.is_of_class, read.words))

    def _same_kind(self, one: Part, other: Part) -> bool:
        """Whether what two parts ask for may be the same things."""
        kinds = [self.chooser.entry(part.name).meaning.kinds[part.column] for part in (one, other)]
        is_a = self.chooser.explanations.ontology.is_a
        same = (one.name, one.column) == (other.name, other.column)
        return same or any(is_a(a, b) or is_a(b, a) for a in kinds[0] for b in kinds[1])

    def countable(self, part: Part) -> bool:
        """Whether it is said of what kind the things are among which those are left that do not."""
        entry = self.chooser.entry(part.name)
        kinds = entry.meaning.kinds[part.column]
        return part.column in part.kinds or (len(kinds) == 1 and not kinds & _VAGUE)

    def leaves(self, kind: str, parts: Parts, things: Sequence[str]) -> bool:
        """Whether these may be left out of what is asked for: "who besides X", "is there anybody besides X who"."""
        part = parts[0]
        if kind != "verdict" or len(parts) > 1 or part.column in part.arguments:
            return kind in ("answers", "count")
        kinds = self.chooser.entry(part.name).meaning.kinds[part.column]
        is_a = self.chooser.explanations.names.is_a
        return all(any(is_a(thing, each) for each in kinds) for thing in things)

    def listed(self, part: Part) -> bool:
        """Whether a question of the catalogue lists all things of the kind that the part asks for."""
        question = self.chooser.entry(part.name).meaning.question
        kind = part.kinds.get(part.column) or question.parameters.get(part.column) or ""
        return any(lists(entry.meaning.question, kind) for entry in self.chooser.entries)

    def _surest(self, found: Sequence[Candidate], kind: str, read: Clause) -> Candidate | None:
        """The best candidate, unless another is nearly as good and says something else."""
        best, others = found[0], list[Part]()
        for other in found[1:]:
            if best.score - other.score >= (_NEAR if kind == "quoted" else _MARGIN):
                near = kind == "answers" and best.part.loosely and best.score - other.score < _NEAR
                if near and self.chooser.explanations.is_specific(other.entry.meaning.core):
                    others.append(other.part)
                    continue
                break
            same = kind in ("verdict", "quoted", "doubted") or other.part.column == best.part.column
            if not (same and (kind == "quoted" or _alike(best, other, read))):
                return None
            others.append(other.part)
        return replace(best, part=replace(best.part, others=tuple(others)))

    def _several(self, items: Sequence[Item]) -> Parts | None:
        """Several conditions that "and" joins and of which none is understood loosely; None where there are none."""
        joined = any(item.kind == "conj" for item in items)
        parts = self._conditions(items, loose=STRICT) if joined else None
        return parts if parts and len(parts) > 1 and not any(part.loosely for part in parts) else None

    def _conditions(self, items: Sequence[Item], *, loose: int) -> Parts | None:
        """Several conditions on what is asked for, each a clause of its own; None where no split makes sense."""
        size = head(items)
        if not size or is_either(items):
            return None
        best: tuple[float, Parts] | None = None
        for clauses in (*separated(items, size), *(_apart(items, size) if loose else ())):
            total, parts = 0.0, list[Part]()
            for each in clauses:
                read: Clause = clause(each)
                found = (
                    []
                    if is_parted(each) or not _says(each) or self._is_of_class(read)
                    else self._explaining(read, loose)
                )
                sure = self._surest(found, "answers", read) if found else None
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


def _besides_speaker(found: list[Candidate], read: Clause) -> list[Candidate]:
    """The candidates without those that ask who says it, which has been said; but "who, X reports, signals …" asks
    for another who says something."""
    others = [each for each in found if each.part.column != "speaker"]
    telling = read.focus is not None and read.focus.label == SUBJECT and any(map(speaks, read.verbs))
    surer = found and (not others or found[0].score >= others[0].score + _MARGIN)
    return found[:1] if telling and surer and found[0].part.column == "speaker" else others


def _says(items: Sequence[Item]) -> bool:
    """Whether a clause says more than of what it says it."""
    return items[0].word == "list" or any(item.kind in ("word", "name", "number") for item in items[head(items) :])


def _lacking(absent: Candidate) -> str:
    return f'The graph holds nothing yet that could answer "{absent.entry.meaning.question.question}"'


def _apart(items: Sequence[Item], size: int) -> Iterator[tuple[tuple[Item, ...], ...]]:
    """The phrase that is asked for as a condition of its own, with the rest whole or in clauses."""
    if items[0].word == "whose":
        return  # whose it is, is no condition
    for phrase, rest in apart(items, size):
        yield phrase, rest
        for clauses in separated(rest, head(rest)):
            yield phrase, *clauses


def contrary(kind: str, parts: Parts) -> tuple[str, Parts]:
    """What is asked with "without": the contrary of what is needed, or with "not" besides, what is needed."""
    turned = tuple(replace(part, negated=not part.negated) for part in parts)
    if kind == "verdict" and parts and all(part.negated for part in turned):
        return "contrary", parts
    return kind, turned


def _alike(one: Candidate, other: Candidate, read: Clause) -> bool:
    """Whether two candidates say the same of the same things: by the questions' own terms, by a word for both, or by
    names alone."""
    cores = one.entry.meaning.core, other.entry.meaning.core
    values = [{value for each in candidate.part.arguments.values() for value in each} for candidate in (one, other)]
    both = cores[0] & cores[1] or any(
        sense.concept.terms & cores[0] and sense.concept.terms & cores[1]
        for item in read.items
        for sense in item.senses
    )
    return bool(both or not read.words) and values[0] - cores[1] == values[1] - cores[0]
