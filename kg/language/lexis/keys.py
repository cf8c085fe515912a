"""What the words of a name may mean, for comparison with others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Sense

_INFINITIVE = "infinitive"
_LEAST = 2  # items before: "offer to"
_YEAR = 4  # digits
_DEVERBAL = ("tion", "sion", "ment")
_KINDS = {
    "verb": "event",
    "noun": "event",
    "adjective": "quality",
    "adposition": "quality",
}  # "undermine", "undermining"

Keys = frozenset[str]


def is_year(word: str) -> bool:
    return word.isdigit() and len(word) == _YEAR


def keys(item: Item) -> Keys:
    """What a word may mean, for comparison: things, concepts, and the word itself without its ending."""
    own = {_stem(item.word)} if not item.things else set(item.things)
    thing = any(sense.part == "noun" and sense.concept.terms for sense in item.senses)
    same = [sense for sense in item.senses if sense.concept.terms or not sense.concept.beside]  # oil is no component
    same = [sense for sense in same if not (sense.part == "verb" and sense.concept.constructions)]  # it says, not names
    same += [sense for sense in item.senses if sense.part == "verb" and item.kind == _INFINITIVE]
    return frozenset(own.union(*(_meant(sense, thing) for sense in same)))


def infinitive(items: Sequence[Item], index: int) -> Item:
    """The item there; a verb after "to" as the part of a name that it is: "the offer to send troops"."""
    item = items[index]
    if index < _LEAST or items[index - 1].word != "to":
        return item
    thing = any(sense.part == "noun" and sense.concept.terms for sense in items[index - 2].senses)
    verb = any(sense.part == "verb" and sense.form == "base" for sense in item.senses)
    return replace(item, kind=_INFINITIVE) if thing and verb else item


def _meant(sense: Sense, thing: bool) -> Iterator[str]:
    """The concept; verb and noun are told apart where the word is one for things, or the concept has terms.

    Of a concept without terms, noun and adjective are of one root: "in the region" and "regional".
    """
    told = thing or bool(sense.concept.terms)
    yield f"{sense.concept.name} {sense.part if told else _KINDS[sense.part]}"
    if thing and sense.part in ("verb", "noun") and not sense.concept.terms:
        yield f"{sense.concept.name} event"  # "finish the war" for its end
    if not sense.concept.terms and sense.part != "verb":
        yield f"{sense.concept.name} nominal"


def verbal_keys(item: Item) -> Keys:
    """The concepts that a word evokes as a verb; of one that is a noun too, those that it evokes as both; of a noun
    made from a verb those of no term: "deflection"."""
    verbs, nouns = ({sense.concept.name for sense in item.senses if sense.part == part} for part in ("verb", "noun"))
    if not verbs and item.word.endswith(_DEVERBAL):
        return frozenset(s.concept.name for s in item.senses if s.part == "noun" and not s.concept.terms)
    return frozenset(verbs & nouns if nouns else verbs)


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def nominal_keys(item: Item) -> Keys:
    """The concepts that a word evokes as a noun."""
    return frozenset(sense.concept.name for sense in item.senses if sense.part == "noun")
