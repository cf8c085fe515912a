"""Whose words a question is about: "according to analysts", "who says that …", "do analysts say that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from kg.language.grammar.quoting import is_saying, stated
from kg.language.grammar.sureness import chosen, happening, in_doubt
from kg.language.lexis.items import Item
from kg.language.text.claiming import is_said, is_uttered, plainly
from kg.language.text.words import AUXILIARIES
from kg.names import Names
from kg.namespaces import RDF, SG, SKOS

_CONTENT, _QUOTE, _ACT = SG + "content", SG + "quote", SG + "Act"
_SPEAKERS = (SG + "Actor", SG + "Source")
_SOURCE, _CLAIM, _SPEAKER = SG + "Source", SG + "Claim", SG + "speaker"
_SITUATION, _CONCEPT = SG + "Situation", SKOS + "Concept"
_VIEW = frozenset({"according to", "in the view of", "in the opinion of", "in the words of", "in the eyes of"})
_BY = frozenset({"by", "through", "from"})
_ANYBODY = frozenset({"it", "anyone", "anybody", "someone", "somebody"})
_ALL = frozenset({"all", "every", "each", "both"})
_DETERMINING = frozenset({"which", "what", "list", "whose", "many"})
_MENTIONING = frozenset({
    "mention", "name", "list", "describe", "give", "cite", "identify", "discuss", "present", "report", "contain",
    "enumerate", "speak of", "talk about", "refer to", "point to", "see", "offer", "state", "set out",
})  # fmt: skip
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


def attributed(items: Sequence[Item], names: Names) -> Attribution:
    if (doubted := in_doubt(items) or chosen(items, names)) is not None:
        return replace(_according_to(Attribution(happening(doubted)), names), whether=True, doubted=True)
    found = _according_to(_existence(Attribution(plainly(_someone(items))), names), names)
    return _reported(found, names)


def saying(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """ "From whom do we hear the claim that …" and "who points out that …" as "who says that …"; None elsewhere."""
    plain = plainly(items)
    if len(plain) <= _LEAST or plain[0].word != "who" or plain[2].word != "that" or plain[1].word.startswith("not "):
        return None
    terms = {term for sense in plain[1].senses for term in sense.concept.terms}
    if SG + "denies" in terms or not (is_speech(plain, 1) or is_uttered(plain[1])):
        return None
    return (plain[0], replace(plain[1], word="says"), *plain[2:])


def _someone(items: Sequence[Item]) -> Sequence[Item]:
    """ "Is there anybody who says that …" as "does anybody say that …"."""
    words = [item.word for item in items[:6]]
    there = len(items) > _LEAST + 3 and words[:2] == ["is", "there"] and words[2] in _ANYBODY and words[5] == "that"
    said = there and items[3].kind in ("rel", "wh") and is_speech(items, 4)
    return (replace(items[0], word="does"), items[2], *items[4:]) if said else items


def _existence(asked: Attribution, names: Names) -> Attribution:
    """ "Is there a proposal that …" asks which there are, and wants yes or no."""
    items = asked.items
    if len(items) > 2 and items[0].word in ("is", "are", "was", "were") and items[1].word == "there":
        named = next((item for item in items[2:] if item.kind not in ("det", "fill")), items[1])
        if len(items) > _LEAST and any(names.is_a(thing, _CONCEPT) for thing in named.things):
            return replace(asked, items=items[2:], whether=True)  # "is there little risk for X in Y"
        first = items[0]
        which = Item("wh", "which", first.start, first.end, typed=first.typed)
        rest = [item for index, item in enumerate(items[2:]) if index or item.kind not in ("det", "neg")]
        return replace(asked, items=(which, *rest), exists=True)
    return asked


def _according_to(asked: Attribution, names: Names) -> Attribution:
    """Take out "according to X", and "in X" where X is a source."""
    items = _without_graph(list(asked.items))
    asked = replace(asked, items=tuple(items))
    for index, item in enumerate(items[:-1]):
        if item.kind != "prep" or item.word not in {*_VIEW, "in"}:
            continue
        if items[index + 1].word in ("who", "whom") and item.word != "in" and index + 2 < len(items):
            rest = tuple(items[:index] + items[index + 2 :])
            return replace(asked, items=rest, column="speaker", whether=True)
        after = index + 1 + (items[index + 1].kind == "det")
        if after >= len(items) or items[after].kind != "name":
            continue
        kinds = _SPEAKERS if item.word in _VIEW else (_SOURCE,)
        speakers = [thing for thing in items[after].things if any(names.is_a(thing, kind) for kind in kinds)]
        if len(speakers) == 1:
            return replace(asked, items=tuple(items[:index] + items[after + 1 :]), speaker=speakers[0])
    return _mentioned(asked, names)


def _mentioned(asked: Attribution, names: Names) -> Attribution:
    """Take out "does X mention" after what is asked for ("which reasons does X give for Y"), where X is a source."""
    items = asked.items
    start = next((index for index in range(2, len(items) - 2) if items[index].word in AUXILIARIES["do"]), 0)
    if len(items) < _LEAST + 2 or items[0].kind != "wh" or start < 2:
        return asked
    verb = next((index for index in range(start + 2, len(items)) if items[index].word in _MENTIONING), 0)
    source = [item for item in items[start + 1 : verb] if item.kind != "det"]
    rest = items[verb + 1 :]
    if not verb or (rest and (rest[0].kind != "prep" or items[verb].word != "give")):
        return asked
    if len(source) != 1 or not any(names.is_a(thing, _SOURCE) for thing in source[0].things):
        return asked
    said = [item for item in items[1:start] if item.kind in ("name", "word")]
    if rest:
        return replace(asked, items=(*items[:start], *rest), speaker=source[0].things[0])
    return replace(asked, items=items[:start], speaker=source[0].things[0]) if len(said) > 1 else asked


def _without_graph(items: list[Item]) -> list[Item]:
    """ "In the graph" says where every answer comes from."""
    for index, item in enumerate(items):
        if index and item.word in ("graph", "knowledge graph", "data", "database"):
            start = index - (items[index - 1].kind == "det")
            if start and items[start - 1].kind == "prep":
                return items[: start - 1] + items[index + 1 :]
    return items


def _reported(asked: Attribution, names: Names) -> Attribution:
    """Take out "who says that", "do X say that", "the words that say that", "the claim that"."""
    items = asked.items
    place = next(
        (index for index in range(len(items[:_OPENING])) if is_speech(items, index) or _saying(items, index)), -1
    )
    if place < 1 or place + 2 >= len(items):
        return _worded(asked)
    before, rest = items[:place], items[place + 1 :]
    before = _by_whom(before)
    while len(rest) > 1 and (rest[0].kind == "fill" or (rest[0].kind == "aux" and rest[1].word == "that")):
        rest = rest[1:]
    noun = int(rest[0].kind == "det" and len(rest) > _LEAST)
    if len(rest) > _LEAST and is_said(rest[noun]) and rest[noun + 1].word == "that":
        rest = rest[noun + 1 :]  # "who denies the claim that"
    that = rest[0].word == "that"
    rest = rest[int(that) :]
    if not (_is_statement(rest, that) or (before[0].kind == "aux" and _is_situation(rest, names))):
        return _worded(asked)
    saying = [item for item in rest if item.kind not in ("aux", "det", "fill")]
    if rest[0].kind == "name" and len(saying) > 2 and is_speech(saying, 1) and _is_said_to_be(saying[2:], names):
        asking = before[0].kind == "wh" and all(_asks_speaker(item, names) for item in before)
        return replace(asked, items=(*before, items[place], rest[0])) if asking else asked  # "who reports X" says it
    nouns = (replace(each, senses=tuple(s for s in each.senses if s.part == "noun")) for each in before)
    acts = (_act(item, names) for item in (items[place], *nouns))
    found = replace(asked, items=tuple(rest), act=next(filter(None, acts), None), whether=True)
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


def _is_said_to_be(rest: Sequence[Item], names: Names) -> bool:
    """Whether a noun for what is so follows, alone or with what of."""
    return _is_situation((*rest, *rest[:1]), names)


def _is_situation(rest: Sequence[Item], names: Names) -> bool:
    """Whether a noun for what is so follows, and what of: "do X signal readiness to …"."""
    terms = {term for sense in rest[0].senses if sense.part == "noun" for term in sense.concept.terms}
    return len(rest) > 1 and any(names.ontology.is_a(term, _SITUATION) for term in terms)


def _act(item: Item, names: Names) -> str | None:
    """The act that a word stands for; none where it is of any saying."""
    if any(_CONTENT in sense.concept.terms for sense in item.senses):
        return None
    terms = [term for sense in item.senses for term in sorted(sense.concept.terms)]
    acts = [term for term in terms if any(v.value == _ACT for v in names.ontology.values(term, RDF + "type"))]
    return acts[0] if len(set(acts)) == 1 else None  # of several, none is surely meant


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
