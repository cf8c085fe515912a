"""Names said in other words: "talks over a UN mandate" for "deliberations over a UN mandate".

Words are compared by what they mean, in any order: items in a run are a name where each means what a word of the name
does, its head among them, and nothing else is called so as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.language.lexis.items import Item, is_apart, is_content, is_statement, is_subject
from kg.language.lexis.keys import Keys, infinitive, is_year, keys, nominal_keys, verbal_keys
from kg.language.text.words import PREPOSITIONS

_BETWEEN = frozenset({"of", "in", "over", "from", "between", "on", "for", "about", "to", "against", "and", "-", "–"})
_OF = frozenset({"of", "from", "in", "at", "over"})
_IT = frozenset({"thing", "business", "stuff", "affair", "one", "ones"})
_LEAST, _LONGEST = 2, 8  # items
_ENOUGH = 0.5  # of the words of a name
_ENOUGH_OF_VERB = 0.7  # where it is said with a verb: "buy from Russia" is not yet "purchase of Russian oil"


@dataclass(frozen=True)
class _Called:
    """A name of a thing: what each of its words may mean, and which of them is the head."""

    thing: str
    words: tuple[Keys, ...]
    head: int
    verbal: bool
    whole: bool = False  # one with an infinitive is not said by its noun alone: "time to go on"


@dataclass(frozen=True)
class Merger:
    """The names by what their heads may mean."""

    by_head: dict[str, tuple[_Called, ...]]
    within: dict[str, Keys]  # of each thing, what its names hold: other things, years
    heads: dict[str, Keys]  # of each thing, what the heads of its names mean as verbs
    nouns: dict[str, Keys] = field(default_factory=dict)  # of each thing, the concepts of its names' nouns
    called: dict[str, Keys] = field(default_factory=dict)  # the concepts of the nouns that are their heads
    groups: Mapping[str, str] = field(default_factory=dict)  # nouns that alone are enough to name who speaks

    @classmethod
    def of(cls, called: Iterable[tuple[str, Sequence[Item]]], groups: Mapping[str, str]) -> Merger:
        """The names as (thing, items), each read without the name itself."""
        found: dict[str, dict[_Called, None]] = {}
        within, heads, nouns, called_by = (defaultdict[str, Keys](frozenset) for _ in range(4))
        for thing, items in called:
            name = _called(thing, items)
            within[thing] |= {key for item in items for key in (*item.things, *_number(item))}
            nouns[thing] |= {concept for item in items for concept in nominal_keys(item)}
            if name is None:
                continue
            head = [item for item in items if is_content(item)][name.head]
            heads[thing] |= verbal_keys(head)
            called_by[thing] |= nominal_keys(head)
            for key in name.words[name.head]:
                found.setdefault(key, {})[name] = None
        by_head = {key: tuple(names) for key, names in found.items()}
        return cls(by_head, dict(within), dict(heads), dict(nouns), dict(called_by), groups)

    def merged(self, items: Sequence[Item], standing_for: Callable[[tuple[str, ...]], tuple[str, ...]]) -> list[Item]:
        """The items with each run of them that is a name, the longest first, made one."""
        found: list[Item] = []
        index = 0
        while index < len(items):
            end, name = self._longest_at(items, index)
            if name is None:
                found.append(items[index])
                index += 1
                continue
            run = items[index:end]
            text = " ".join(item.word for item in run)
            typed = " ".join(item.typed for item in run)
            others = standing_for((name.thing,))
            verbal = name.verbal or _is_verb(run[0])
            found.append(
                Item("name", text, run[0].start, run[-1].end, (name.thing,), others, verbal=verbal, typed=typed)
            )
            index = end
        return self._absorbed(found)

    def _absorbed(self, items: list[Item]) -> list[Item]:
        """The items with names that say again what another's name holds: "the Russian plan from Istanbul"."""
        found: list[Item] = []
        index = 0
        while index < len(items):
            item = self._grouped(items, index)
            if (
                item.kind == "name"
                and len(item.others) == 1
                and index + 1 < len(items)
                and items[index + 1].word in _IT
            ):
                index += 1  # "the Istanbul thing"
                item = replace(item, end=items[index].end, things=item.others, others=())
            within = self.within.get(item.things[0], frozenset()) if len(item.things) == 1 else frozenset[str]()
            if item.kind == "name" and within:
                size = _owner(found, within, item)
                if size:
                    item = replace(item, start=found[-size].start, adjective=False)
                    del found[-size:]
                while end := _origin(items, index, within, item):
                    item, index = replace(item, end=items[end].end), end
            found.append(item)
            index += 1
        return found

    def _grouped(self, items: Sequence[Item], index: int) -> Item:
        """The item, as a name where it is a noun that alone is enough to name who speaks: "the diplomats"."""
        item, before = items[index], items[index - 1] if index else None
        thing = self.groups.get(item.word, "") if item.kind in ("word", "unknown") else ""
        verb = any(sense.part == "verb" for sense in item.senses)
        alone = before is None or before.kind in ("aux", "prep", "conj", "sign", "fill", "rel") or before.word == "the"
        own = before is not None and before.word in ("its", "their")  # of somebody named before
        alone = alone or (own and any(set(each.things) & self.within.get(thing, set()) for each in items[:index]))
        if not thing or not alone or (verb and (before is None or before.word != "the")):
            return item
        origin = items[index + 2 : index + 3] if items[index + 1 : index + 2] and items[index + 1].word in _OF else ()
        if any(other.kind == "name" and not set(other.things) & self.within[thing] for other in origin):
            return item
        return replace(item, kind="name", things=(thing,), senses=())

    def _longest_at(self, items: Sequence[Item], start: int) -> tuple[int, _Called | None]:
        if not is_content(items[start]) or items[start].slot or _is_ready(items[start : start + 2]):
            return start, None
        doing = start and items[start - 1].word == "been" and items[start].word.endswith("ing")
        if doing or is_statement(items, start):
            return start, None
        indefinite = start > 0 and items[start - 1].word in ("a", "an", "any", "some", "which", "what")
        asked = start > 0 and items[start - 1].word in ("which", "what") and _is_noun(items[start])
        best: tuple[int, _Called | None] = (start, None)
        content = [items[start]]
        for end in range(start + 1, len(items)):
            item = items[end]
            if item.kind == "number" and items[end - 1].word == "in":
                break  # a year in which something was, and no name
            if not is_content(item):
                if (asked and item.kind == "prep") or is_apart(items, start, end):
                    break  # "which proposals from China" asks which they are
                by = item.word == "by" and _is_noun(items[end - 1])  # "the plan by China"
                if (item.kind in ("det", "poss") and item.word != "that") or item.word in _BETWEEN or by:
                    continue
                break
            content.append(infinitive(items, end))
            if len(content) > _LONGEST:
                break
            if indefinite and not any(each.things for each in content):
                continue
            name = self._named(content)
            if name is None or not (name.verbal or not is_subject(items, start)):
                continue
            owner = item.things and (item.adjective or (items[end + 1 : end + 2] and items[end + 1].kind == "poss"))
            if not owner and not self._is_of_another_year(items, start, end, name):
                best = end + 1, name
        return best

    def _is_of_another_year(self, items: Sequence[Item], start: int, end: int, name: _Called) -> bool:
        """Whether a year beside the words is none that the thing is called by: "the 2022 Russian paper"."""
        after = items[end + 2 : end + 3] if items[end + 1 : end + 2] and items[end + 1].word in _OF else ()
        years = [item.word for item in (*items[max(start - 1, 0) : start], *after) if item.kind == "number"]
        return any(is_year(year) and year not in self.within.get(name.thing, ()) for year in years)

    def _named(self, content: Sequence[Item]) -> _Called | None:
        """The one thing that the items name; None where they name none, or several equally well."""
        meant = [keys(item) for item in content]
        done = any(s.part == "verb" and s.form == "s" for s in content[0].senses) and content[1].kind == "name"
        enough = _ENOUGH_OF_VERB if done or any(_is_verb(item) for item in content) else _ENOUGH
        fits: dict[str, tuple[float, _Called]] = {}
        for name in {name: None for each in meant for key in sorted(each) for name in self.by_head.get(key, ())}:
            share = len(content) / len(name.words)
            if share > 1 or share < (_ENOUGH_OF_VERB if name.whole else enough) or not _matches(meant, name):
                continue
            if name.thing not in fits or share > fits[name.thing][0]:
                fits[name.thing] = share, name
        most = max((share for share, _ in fits.values()), default=0)
        best = [name for share, name in fits.values() if share == most]
        return best[0] if len(best) == 1 else None


def _number(item: Item) -> tuple[str, ...]:
    return (item.word,) if item.kind == "number" else ()


def _owner(before: Sequence[Item], within: Keys, item: Item) -> int:
    """How many items before a name say whose it is, where its own name does too: "Russian", "Russia's"."""
    size = 2 if len(before) > 1 and before[-1].kind == "poss" else 1
    if len(before) < size or before[-size].kind != "name" or set(before[-size].things) & set(item.things):
        return 0
    return size if (size == 2 or before[-1].adjective) and set(before[-size].things) & within else 0


def _origin(items: Sequence[Item], index: int, within: Keys, item: Item) -> int:
    """Where what follows a name ends, if it says again what the name holds: "from Istanbul", "of 2022"; else 0."""
    end = index + 1
    if end < len(items) and items[end].word in _OF:
        end += 1 + (end + 1 < len(items) and items[end + 1].kind == "det")
    if end >= len(items):
        return 0
    again, stated = items[end], items[end - 1].word
    year = again.kind == "number" and again.word in within and stated != "in"
    place = again.kind == "name" and end > index + 1 and not again.adjective
    meant = bool(set(again.things) & within or set(item.things) & set(again.others))
    return end if year or (place and meant) else 0


def _is_ready(items: Sequence[Item]) -> bool:
    """Whether an adjective says what somebody is, to do something: "prepared to send …" is no proposal."""
    adjective = any(sense.part == "adjective" for sense in items[0].senses)
    return adjective and len(items) > 1 and items[1].word == "to"


def _is_verb(item: Item) -> bool:
    parts = {sense.part for sense in item.senses}
    gerund = any(sense.part == "verb" and sense.form == "ing" for sense in item.senses)
    return "verb" in parts and (gerund or not parts & {"noun", "adjective"})


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)


def _matches(meant: Sequence[Keys], name: _Called) -> bool:
    """Whether each of `meant` is a word of the name, each word taken once, the head among them."""
    free = dict(enumerate(name.words))
    taken = set[int]()
    for each in meant:
        place = next((index for index, word in free.items() if each & word), None)
        if place is None:
            return False
        taken.add(place)
        del free[place]
    return name.head in taken


def _called(thing: str, items: Sequence[Item]) -> _Called | None:
    """The name, whose head is its first verb, else what stands before its first preposition, else its last word."""
    opened = next((index for index, item in enumerate(items) if item.word == "("), len(items))
    content = [index for index, item in enumerate(items) if is_content(item)]
    if len(content) < _LEAST:
        return None
    verbs = [
        index
        for index in content[:2]
        if any(s.part == "verb" and s.form in ("ing", "base") for s in items[index].senses)
    ]
    verbs = [index for index in verbs if not any(s.part == "noun" for s in items[index].senses)]
    verbs = [index for index in verbs if index == content[0] or items[index - 1].word != "to"]  # "attempts to divide"
    small = [index for index, item in enumerate(items) if item.word in PREPOSITIONS and content[0] < index < opened]
    before = [index for index in content if index < (small[0] if small else opened)]
    head = verbs[0] if verbs else before[-1]
    parts = [infinitive(items, index) for index in content]
    words = (part if verbs else _as_noun(part) for part in parts)
    doing = any(items[index - 1].word == "to" and _is_verb(items[index]) for index in content[1:])
    return _Called(thing, tuple(map(keys, words)), content.index(head), bool(verbs), doing and not verbs)


def _as_noun(item: Item) -> Item:
    """A word of a name without a verb, as the noun that it is there: "ties" is no form of "tie to"."""
    nouns = tuple(sense for sense in item.senses if sense.part != "verb")
    return replace(item, senses=nouns) if any(sense.part == "noun" for sense in nouns) else item
