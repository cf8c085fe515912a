"""Words that stand for something named in the same question: "it", "they", "this war", "both proposals"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES, POINTING
from kg.names import Names
from kg.namespaces import SKOS

_ONE, _MANY = frozenset({"it", "he", "she", "him"}), frozenset({"they", "them"})
_SELF = frozenset({"itself", "himself", "herself", "themselves"})
_ONLY, _SOLE = frozenset({"only", "solely", "just", "exclusively"}), frozenset({"only", "sole"})
_ANY = frozenset({"which", "what", "whose", "many", "no", "any", "every", "each", "another", "other", "list"})
_ABOUT = frozenset({"about", "regarding", "concerning", "on"})


def pointed(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "This war" and "these proposals" as "the war", where it has a name: then it can only be that."""
    found: list[Item] = []
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        if item.kind == "det" and item.word in POINTING and after is not None and after.kind == "name":
            item = replace(item, word="the")
        found.append(item)
    return tuple(found)


def kinds(items: Sequence[Item], names: Names) -> tuple[Item, ...]:
    """ "Which permanent member" as "which permanent members": what has the name of a concept is asked for by it."""
    return tuple(
        replace(item, kind="word", things=(), others=())
        if index
        and items[index - 1].word in _ANY
        and item.kind == "name"
        and any(sense.part == "noun" for sense in item.senses)
        and all(names.is_a(thing, SKOS + "Concept") for thing in item.things)
        else item
        for index, item in enumerate(items)
    )


def disowned(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "In its own initiative" as "in its initiative"."""
    before = [None, *items]
    return tuple(
        item
        for item, last in zip(items, before, strict=False)
        if not (item.word == "own" and last is not None and last.kind in ("det", "poss"))
    )


def of_names(items: Sequence[Item], names: Names) -> tuple[Item, ...]:
    """ "Those proposals" as the ones that a name before stands for: "named in Istanbul … block those proposals"."""
    found: list[Item] = []
    for index, item in enumerate(items):
        kinds = {term for sense in item.senses if sense.part == "noun" for term in sense.concept.terms}
        if found and found[-1].word in (*POINTING, "that") and item.kind == "word" and kinds:
            before = (thing for each in items[:index] for thing in (*each.things, *each.others))
            meant = {thing for thing in before if any(names.is_a(thing, kind) for kind in kinds)}
            if len(meant) == 1:
                found[-1] = replace(found[-1], word="the")
                item = replace(item, kind="name", things=tuple(meant), senses=())
        found.append(item)
    return tuple(found)


def both(items: Sequence[Item], names: Names) -> tuple[Item, ...]:
    """ "Both proposals" as the two by name, where there are two."""
    for index, item in enumerate(items[:-1]):
        noun = items[index + 1]
        terms = {term for sense in noun.senses if sense.part == "noun" for term in sense.concept.terms}
        if item.word not in ("both", "each", "the two") or noun.kind != "word" or not terms:
            continue
        things = sorted(thing for thing, kinds in names.types.items() if terms & set(kinds))
        if len(things) != 2:
            continue
        one, other = (
            replace(noun, kind="name", word=names.label(thing).lower(), things=(thing,), senses=()) for thing in things
        )
        return (*items[:index], one, replace(noun, kind="conj", word="and", senses=()), other, *items[index + 2 :])
    return tuple(items)


def only(items: Sequence[Item]) -> tuple[tuple[Item, ...], tuple[str, ...]] | None:
    """The items of a yes-no question without the word that says "only", and the things of which alone it is asked."""
    if not items or items[0].kind != "aux":
        return None
    for index, item in enumerate(items):
        after = index + 1 + (items[index + 1 : index + 2] != () and items[index + 1].kind == "det")
        if items[index - 1].word == "or":
            continue  # "certain or only apparent"
        if item.word in _ONLY and after < len(items) and items[after].kind == "name":
            return (*items[:index], *items[index + 1 :]), _joined(items, after)
        first = 1 + (items[1].kind == "det") if len(items) > 1 else 0
        follows = [sense.part for each in items[index + 1 : index + 2] for sense in each.senses]
        is_noun = item.word in _SOLE and "noun" in follows
        if is_noun and items[0].word in AUXILIARIES["be"] and items[first].kind == "name":
            return (*items[:index], *items[index + 1 :]), _joined(items, first)
    return None


def _joined(items: Sequence[Item], place: int) -> tuple[str, ...]:
    """The things named there, and those that "and" joins to them."""
    things = items[place].things
    while place + 2 < len(items) and items[place + 1].kind == "conj" and items[place + 2].kind == "name":
        place += 2
        things = (*things, *items[place].things)
    return things


def referred(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with the names that pronouns stand for in their place; one without a name before it stays."""
    return tuple(_pronouns(list(items)))


def unfronted(items: Sequence[Item]) -> tuple[Item, ...]:
    """ "Isn't X …" as "is X …": it asks the same."""
    fronted = len(items) > 2 and items[0].kind == "aux" and items[1].kind == "neg"
    return (items[0], *items[2:]) if fronted else tuple(items)


def _pronouns(items: list[Item]) -> list[Item]:
    """Each pronoun as the name before it that it stands for; a topic put first goes to where its pronoun is."""
    for index, item in enumerate(items):
        if item.word not in _ONE | _MANY | _SELF or item.kind not in ("unknown", "fill"):
            continue
        if item.word in _SELF and not (index and _is_verb(items[index - 1])):
            continue  # "Russia itself"
        if _repeats(items, index):
            return _pronouns([*items[:index], *items[index + 1 :]])
        place = _antecedent(items, index)
        if place is None:
            continue
        start = _topic(items, place, index)
        meant = replace(items[place], start=item.start, end=item.end)
        before = _asking(items[place + 1 : index]) if start is not None else items[:index]
        return _pronouns([*before, meant, *items[index + 1 :]])
    return items


def _repeats(items: Sequence[Item], index: int) -> bool:
    """Whether a pronoun says the noun again that is asked for: "which countries they can"."""
    return index > 1 and items[index - 2].kind == "wh" and any(s.part == "noun" for s in items[index - 1].senses)


def _antecedent(items: Sequence[Item], index: int) -> int | None:
    """The nearest name before the pronoun, of its number if there is one."""
    before = [
        place
        for place, item in enumerate(items[:index])
        if item.kind == "name" and item.things and not item.adjective and not item.verbal
    ]
    fits = [place for place in before if _is_plural(items[place]) == (items[index].word in _MANY)]
    return fits[-1] if fits else None


def _is_plural(item: Item) -> bool:
    last = item.word.split()[-1]
    return last in ("media", "people") or (last.endswith("s") and not last.endswith(("ss", "us")))


def _asking(items: Sequence[Item]) -> list[Item]:
    """What follows a topic, its first relative pronoun taken as what is asked."""
    place = next((index for index, item in enumerate(items) if item.kind in ("rel", "wh")), -1)
    return [replace(item, kind="wh") if index == place else item for index, item in enumerate(items)]


def _topic(items: Sequence[Item], place: int, index: int) -> int | None:
    """Where a topic begins that stands before all: "the initiative, who made it", "about analysts, what do they"."""
    start = place
    while start and (items[start - 1].kind == "det" or items[start - 1].word in _ABOUT):
        start -= 1
    between = items[place + 1 : index]
    asked = any(item.kind in ("wh", "rel") for item in between) or [item.kind for item in between] == ["aux"]
    return start if start == 0 and asked else None


def _is_verb(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "verb" for sense in item.senses)
