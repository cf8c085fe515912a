"""Who says it, taken out of a question: "who says that …", "do analysts say that …", "the words that say that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from kg.language.grammar.quoting import is_saying, stated
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense
from kg.language.text.claiming import is_said, is_uttered, plainly
from kg.language.text.words import AUXILIARIES
from kg.names import Names
from kg.namespaces import RDF, SG

_CONTENT, _QUOTE, _ACT = SG + "content", SG + "quote", SG + "Act"
_SPEAKERS = (SG + "Actor", SG + "Source")
_SOURCE, _CLAIM, _SPEAKER = SG + "Source", SG + "Claim", SG + "speaker"
_SITUATION = SG + "Situation"
_BY = frozenset({"by", "through", "from"})
_ANYBODY = frozenset({"it", "anyone", "anybody", "someone", "somebody"})
_ALL = frozenset({"all", "every", "each", "both"})
_DETERMINING = frozenset({"which", "what", "list", "whose", "many"})
_LEAST = 3  # items of what is said
_OPENING = 9  # items in which the word for saying is looked for


@dataclass(frozen=True)
class Attribution:
    """What is left of a question when the speaker is taken out, and who that is.

    `column` is "speaker" where the speaker is what is asked for; `whether` where a statement is left that is asked
    about; `exists` where it is asked if there is such a thing; `quoted` where the words are asked for that say it,
    `doubted` where it is asked how sure it is.
    """

    items: tuple[Item, ...]
    speaker: str | None = None
    column: str | None = None
    act: str | None = None
    whether: bool = False
    exists: bool = False
    quoted: bool = False
    doubted: bool = False


def saying(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """ "From whom do we hear the claim that …" and "who points out that …" as "who says that …"; None elsewhere."""
    plain = plainly(items)
    if len(plain) <= _LEAST or plain[0].word != "who" or plain[2].word != "that" or plain[1].word.startswith("not "):
        return None
    terms = {term for sense in plain[1].senses for term in sense.concept.terms}
    if SG + "denies" in terms or not (is_speech(plain, 1) or is_uttered(plain[1])):
        return None
    return (plain[0], replace(plain[1], word="says"), *plain[2:])


def reported(asked: Attribution, names: Names) -> Attribution:
    """Take out "who says that", "do X say that", "the words that say that", "the claim that"."""
    items = asked.items
    places = range(len(items[:_OPENING]))
    place = next((index for index in places if is_speech(items, index) or _saying(items, index)), -1)
    if place < 1 or place + 2 >= len(items):
        return _worded(asked)
    before, rest = _by_whom(items[:place]), _said(items[place + 1 :])
    that = rest[0].word == "that"
    rest = rest[int(that) :]
    if not (_is_statement(rest, that) or (before[0].kind == "aux" and _is_situation(rest, names))):
        return _worded(asked)
    saying = [item for item in rest if item.kind not in ("aux", "det", "fill")]
    if (
        rest[0].kind == "name"
        and len(saying) > 2
        and is_speech(saying, 1)
        and _is_situation((*saying[2:], saying[2]), names)
    ):
        return _handed_on(asked, before, replace(items[place], word="reports"), rest[0], names)
    nouns = [sense for item in before for sense in item.senses if sense.part == "noun"]
    act = _act(items[place].senses, names) or _act(nouns, names)
    found = replace(asked, items=tuple(rest), act=act, whether=True)
    quoted = any(_QUOTE in sense.concept.terms for item in before for sense in item.senses)
    if quoted and before[0].kind == "wh" and before[0].word != "whose" and that:
        return replace(found, quoted=True, act=None)  # a line reveals what it says
    if before[0].word == "where" and that:
        speakers = [thing for item in before for thing in item.things if not names.is_a(thing, _SOURCE)]
        return replace(found, quoted=True, speaker=speakers[0] if len(speakers) == 1 else None)
    if before[0].kind == "wh" and (_whose(before) or all(_asks_speaker(item, names) for item in before)):
        return replace(found, column="speaker")
    if before[0].word == "which" and len(before) == 2 and len(before[1].things) == 1:
        return replace(found, column="speaker", speaker=before[1].things[0])
    if before[0].kind == "aux" and that and all(_is_anybody(item, names) for item in before):
        return found
    named = [item for item in before if item.kind == "name"]
    speakers = [thing for item in named for thing in item.things if any(names.is_a(thing, kind) for kind in _SPEAKERS)]
    if before[0].kind == "aux" and len(named) == len(speakers) == 1:
        return replace(found, speaker=speakers[0])
    return asked


def _said(rest: tuple[Item, ...]) -> tuple[Item, ...]:
    """What stands after a verb of saying, from "that" on: of "who denies the claim that", too."""
    while len(rest) > 1 and (rest[0].kind == "fill" or (rest[0].kind == "aux" and rest[1].word == "that")):
        rest = rest[1:]
    noun = int(rest[0].kind == "det" and len(rest) > _LEAST)
    told = len(rest) > _LEAST and is_said(rest[noun]) and rest[noun + 1].word == "that"
    return rest[noun + 1 :] if told else rest


def _whose(before: Sequence[Item]) -> bool:
    """Whether "whose statements" stands before a verb of saying."""
    return before[0].word == "whose" and len(before) == 2 and is_uttered(before[1])


def _worded(asked: Attribution) -> Attribution:
    """Take out "the exact words naming …" and "the sentence in which …"."""
    items = asked.items
    place = next(
        (index for index, item in enumerate(items) if any(_QUOTE in sense.concept.terms for sense in item.senses)), -1
    )
    while place + 1 < len(items) and any(_QUOTE in sense.concept.terms for sense in items[place + 1].senses):
        place += 1
    rest = items[place + 1 :]
    if place < 1 or items[0].kind != "wh" or len(rest) < 2 or any(item.kind == "name" for item in items[:place]):
        return asked
    clause = rest[1:] if rest[0].kind == "rel" and rest[0].word in ("which", "where", "that") else rest
    naming = any(sense.part == "verb" and sense.form == "ing" for sense in rest[0].senses)
    if len(clause) < len(rest) and all(item.kind in ("det", "name") for item in clause[1:]) and is_saying(clause[0]):
        clause = clause[1:]  # "the quote that mentions X"
    if len(clause) < len(rest) or naming:
        return replace(asked, items=tuple(clause), whether=True, quoted=True)
    said = stated(items)
    return asked if said is None else replace(asked, items=said, whether=True, quoted=True)


def _by_whom(before: tuple[Item, ...]) -> tuple[Item, ...]:
    """What stands before a verb of saying, without "by"; "through whom did X signal that" asks for no X."""
    if before[0].word not in _BY or len(before) < 2 or before[1].kind != "wh":
        return before
    passed_on = before[0].word == "through"
    return tuple(item for item in before[1:] if not (passed_on and item.kind in ("name", "det")))


def _is_situation(rest: Sequence[Item], names: Names) -> bool:
    """Whether a noun for what is so follows, and what of: "do X signal readiness to …"."""
    terms = {term for sense in rest[0].senses if sense.part == "noun" for term in sense.concept.terms}
    return len(rest) > 1 and any(names.ontology.is_a(term, _SITUATION) for term in terms)


def _handed_on(asked: Attribution, before: Sequence[Item], verb: Item, other: Item, names: Names) -> Attribution:
    """ "Who reports that X says …" as "who reports X"."""
    asking = before[0].kind == "wh" and all(_asks_speaker(item, names) for item in before)
    return Attribution((*(item for item in before if item.kind != "aux"), verb, other)) if asking else asked


def _act(senses: Sequence[Sense], names: Names) -> str | None:
    """The act that a word stands for; none where it is of any saying."""
    terms = [term for sense in senses for term in sorted(sense.concept.terms)]
    acts = {term for term in terms if any(v.value == _ACT for v in names.ontology.values(term, RDF + "type"))}
    return acts.pop() if len(acts) == 1 and _CONTENT not in terms else None  # of several, none is surely meant


def _asks_speaker(item: Item, names: Names) -> bool:
    """Whether a word may stand in "which of the speakers is of the opinion that"."""
    if item.kind != "word":
        asking = item.kind in ("wh", "aux", "fill", "det", "prep", "unknown")
        return asking and item.word not in ("what", "where", "when")
    terms = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
    making = any(_CLAIM in sense.concept.beside for sense in item.senses if sense.part == "verb")  # "makes the claim"
    return making or _SPEAKER in terms or any(names.ontology.is_a(term, kind) for term in terms for kind in _SPEAKERS)


def is_speech(items: Sequence[Item], index: int) -> bool:
    """Whether a verb of saying stands there: not "state" in "which state"."""
    item = items[index]
    determined = index > 0 and (items[index - 1].kind == "det" or items[index - 1].word in _DETERMINING)
    if determined and any(sense.part == "noun" for sense in item.senses):
        return False
    speech = {_CONTENT} | {
        SG + act for act in ("warns", "emphasises", "reports", "signals", "affirms", "denies", "asserts")
    }
    held = index + 1 < len(items) and items[index + 1].word == "that"  # "are X on record that"
    speech |= {SG + "perceives"} if held else set()
    parts = {sense.part for sense in item.senses if sense.concept.terms & speech}
    of_mind = held and index > 0 and any(each.word in AUXILIARIES["be"] for each in items[:index])
    return item.kind == "word" and ("verb" in parts or ("adjective" in parts and of_mind))


def _saying(items: Sequence[Item], index: int) -> bool:
    """Whether a noun for what is said stands there with what that is: "the claim that"."""
    after = items[index + 1 : index + 3]
    if after and after[0].kind == "aux":
        after = after[1:]  # "whose view is that"
    return is_uttered(items[index]) and bool(after) and after[0].word == "that"


def _is_anybody(item: Item, names: Names) -> bool:
    """Whether a word may stand in "has anybody" or "does any source"."""
    known = item.kind not in ("wh", "unknown") and item.word not in _ALL
    return item.word in _ANYBODY or (known and _asks_speaker(item, names))


def _is_statement(rest: Sequence[Item], that: bool) -> bool:
    """Whether a statement follows: one opened by "that", or one with a verb of its own after its subject."""
    if that:
        return True
    joined = {
        index for index, item in enumerate(rest[1:-1], 1) if item.word == "and" and rest[index - 1].kind == "name"
    }
    places = takewhile(lambda at: at in joined or rest[at].kind not in ("conj", "rel", "neg"), range(len(rest)))
    subject = [rest[at] for at in places]
    return (
        bool(subject)
        and subject[0].kind in ("name", "det")
        and any(
            before.kind != "det"
            and before.word != "to"  # "holds the power to block"
            and (item.verbal or any(sense.part == "verb" for sense in item.senses))
            for before, item in pairwise(subject)
        )
    )
