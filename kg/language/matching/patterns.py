"""The phrasings of a question, read by the parser of what people ask: which words it explains, who stands where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.clauses import Clause, clause
from kg.language.grammar.focus import SELF
from kg.language.grammar.opposites import has_opposite
from kg.language.lexis.items import Item
from kg.language.matching.meanings import OBJECT, Meaning
from kg.language.text.words import AUXILIARIES, Token, tokens
from kg.namespaces import SG

_SLOT = re.compile(r"\{(\w+)\}")
_PAST = frozenset({"did", "was", "were", "had"})
_DONE = _PAST | {"has", "have"}
_ACTUAL = frozenset({"will", "did", "had", "has", "have"})
_CAPABLE = SG + "Capability"
_WERE = frozenset({"was", "were"})  # with a participle
_WOULD = frozenset({"would"})  # where it is asked if something is so
_ROLE = re.compile(r"\{(\w+)\}")

Signature = Mapping[str, str]  # label → column


@dataclass(frozen=True)
class Pattern:
    """One phrasing: the concepts of its content words, each a set of alternatives, and the columns by label."""

    words: tuple[frozenset[str], ...]
    verbs: tuple[frozenset[str], ...]
    signature: Signature
    wh: str
    focus: frozenset[str]
    things: frozenset[tuple[str, str]]  # names, with the labels that they have
    slots: frozenset[str]
    able: bool = False
    negated: bool = False
    contrary: bool = False  # it denies by a word: "unwilling to tolerate"
    past: bool = False
    done: bool = False
    open: bool = False  # of what would be: "who would send X"
    denied: frozenset[str] = frozenset()  # what the word after "not" may mean


def phrasing_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a phrasing, its slots as tokens of their own."""
    found: list[Token] = []
    place = 0
    for slot in _SLOT.finditer(text):
        found.extend(tokens(text[place : slot.start()]))
        found.append(Token(slot.group(), slot.group(), slot.start(), slot.end()))
        place = slot.end()
        if text.startswith("'s", place):
            found.append(Token("'s", "'s", place, place + 2))
            place += 2
    return (*found, *tokens(text[place:]))


def pattern(items: Sequence[Item], meaning: Meaning) -> Pattern:
    """The pattern of a phrasing, given its items."""
    read = clause(items)
    tense = Tense.of(read)
    signature: dict[str, str] = {}
    several = sum(item.kind == "wh" for item in read.items) > 1
    for filler in read.fillers:
        if filler.item.slot and filler.label:
            signature.setdefault(filler.label, filler.item.slot)
    if read.focus is not None and read.focus.label not in ("", SELF):
        signature.setdefault(read.focus.label, meaning.question.answer)
    return Pattern(
        words=tuple(_meant(item, meaning) for item in read.words if item.kind not in ("sign", "number")),
        verbs=tuple(_meant(item, meaning) for item in read.verbs),
        signature={} if several else signature,
        wh=read.focus.wh if read.focus is not None else "",
        focus=frozenset(sense.concept.name for sense in read.focus.nouns) if read.focus is not None else frozenset(),
        slots=frozenset(item.slot for item in read.items if item.slot),
        able=read.able,
        negated=read.negated,
        contrary=is_contrary(read),
        past=tense.past,
        done=tense.done,
        open=not tense.done and any(item.word in AUXILIARIES["modal"] for item in read.items),
        denied=frozenset().union(*(alternatives(item) for item in read.denied)),
        things=frozenset(
            (filler.label, thing) for filler in read.fillers if not filler.item.slot for thing in filler.item.things
        ),
    )


@dataclass(frozen=True)
class Tense:
    """Of what is asked: `past`, what was ("when did X arrive"); `done`, what was or has been ("has X approved");
    `actual`, what will happen or has, not what can ("will X block", "did X block"); `real`, that, or what was done to
    something, or would be ("was X blocked", "would X block it"); `verbs`, what happened."""

    past: bool
    done: bool
    actual: bool
    real: bool
    verbs: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, read: Clause) -> Tense:
        words = {item.word for item in read.items}
        senses = [sense for item in read.items for sense in item.senses]
        able = read.able or any(_CAPABLE in sense.concept.beside | sense.concept.terms for sense in senses)
        verbs = tuple(map(alternatives, read.verbs))
        if _is_simple_past(read) and not able:
            return cls(past=True, done=True, actual=True, real=True, verbs=verbs)
        said = {item.word for item in read.items if item.kind == "aux"}
        going = any(sense.form == "ing" for item in read.verbs for sense in item.senses if sense.part == "verb")
        passive = any(sense.form == "ed" for item in read.verbs for sense in item.senses)
        real = _ACTUAL | (_WERE if passive else set()) | (_WOULD if read.focus is None else set())
        done = bool(words & _DONE) and not going
        happened = done and not read.able and not words & AUXILIARIES["modal"] and _has_happened(read)
        return cls(
            past=bool(words & _PAST),
            done=done,
            actual=bool(said & _ACTUAL) and not able,
            real=bool(said & real) and not able,
            verbs=verbs if happened else (),
        )


def _is_simple_past(read: Clause) -> bool:
    """Whether the verb says what was without an auxiliary: "who rejected X"."""
    if any(item.kind == "aux" for item in read.items) or read.focus is None or read.focus.wh == "list":
        return False
    forms = [{sense.form for sense in item.senses if sense.part == "verb"} for item in read.verbs]
    return bool(forms) and all(each == {"ed"} for each in forms)


def _has_happened(read: Clause) -> bool:
    """Whether it is asked what somebody did or has done, or what was done: not what they have to do, or were to do."""
    following = [*read.items[1:], None]
    done = any(
        item.kind == "aux" and item.word in _ACTUAL and (after is None or after.word != "to")
        for item, after in zip(read.items, following, strict=True)
    )
    return done or all(any(sense.form == "ed" for sense in item.senses) for item in read.verbs)


def is_contrary(read: Clause) -> bool:
    """Whether one word that has an opposite denies another: "unwilling to tolerate"."""
    return sum(has_opposite(item) for item in read.words) > 1


def _meant(item: Item, meaning: Meaning) -> frozenset[str]:
    """What a word of a phrasing may mean there: of several concepts, those that have to do with the question."""
    spoken = meaning.terms | meaning.core | {kind for kinds in meaning.kinds.values() for kind in kinds}
    fits = tuple(s for s in item.senses if (s.concept.terms | s.concept.beside) & spoken)
    plain = tuple(s for s in item.senses if not (s.concept.terms | s.concept.beside))
    meant = [s.concept.terms or frozenset({s.concept.name}) for s in item.senses]
    common = frozenset.intersection(*meant) if meant else frozenset({item.word})
    if not fits and not common:
        return alternatives(replace(item, senses=plain)) | {item.itself}
    return alternatives(replace(item, senses=fits or item.senses)) | {item.itself}


def alternatives(item: Item) -> frozenset[str]:
    """What a content word may mean, for comparison: its concepts and itself, or the word where it has none."""
    return item.meanings


def constructed(items: Iterable[Item], meaning: Meaning) -> Iterator[Signature]:
    """The columns by label, from the constructions of the concepts that the words of a question evoke."""
    columns = {
        prop.rpartition("/")[2]: name
        for name, roles in sorted(meaning.roles.items())
        if name in meaning.kinds
        for prop, place in sorted(roles)
        if place == OBJECT
    }
    for name in meaning.kinds:
        columns[name] = name
    seen: set[str] = set()
    for item in items:
        for sense in item.senses:
            for text in sense.concept.constructions:
                if text not in seen and sense.concept.terms & meaning.core:
                    seen.add(text)
                    yield _construction(text, columns)


def _construction(text: str, columns: Mapping[str, str]) -> Signature:
    found: dict[str, str] = {}
    before, _, after = text.partition("*")
    for role in _ROLE.findall(before):
        found["subject"] = columns.get(role, f"?{role}")
    label = "object"
    for word in re.findall(r"\{\w+\}|[a-z]+(?: of| to)?", after):
        if word.startswith("{"):
            found[label] = columns.get(word[1:-1], f"?{word[1:-1]}")
        else:
            label = word
    return found
