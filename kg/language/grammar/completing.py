"""Short builds made whole, and things joined in another way: "X: source?" as "source of X".

"Body responsible for X" as "which body is responsible for X", "missing from the list of X" as "not X", "not only A but
also B" as "A and B", "which X that is Y has Z" as "which X is Y and has Z".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.identifying import which_one
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon
from kg.language.text.words import AUXILIARIES

_BE = AUXILIARIES["be"]
_LISTS = frozenset({"list", "lists", "number", "circle", "ranks", "group", "set", "names"})
_MISSING = frozenset({"missing", "absent", "lacking"})
_MERELY = frozenset({"only", "just", "merely", "simply"})
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "number"})
_CHOICES = frozenset({"conj", "det", "name", "number", "prep", "word"})
_TAILED = frozenset({",", ":", "-", "–"})
_LEAST, _MOST = 3, 8


def completed(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = _unlisted(_both(_also(_being(_lone(_as_well_as(list(items)))))), lexicon)
    return _when_and_where(_not_only(_missing(found)))


def untangled(items: Sequence[Item]) -> list[Item]:
    """The items, signs among them, with a topic before a colon, or a name after a comma, in its place."""
    return which_one(_named_before(_named_after(_of_topic(_predicated(_untailed(list(items)))))))


def _untailed(items: list[Item]) -> list[Item]:
    """ "Who does it, X or Y" as "who does it"."""
    end = len(items)
    while end and items[end - 1].kind == "sign":
        end -= 1
    sign = max((index for index in range(end) if items[index].kind == "sign"), default=0)
    tail = items[sign + 1 : end]
    place = next((index for index, item in enumerate(tail) if item.word == "or"), 0)
    plain = all(item.kind in _CHOICES for item in tail) and 0 < place < len(tail) - 1 and len(tail) <= _MOST
    asks = len(items) > 1 and "wh" in (items[0].kind, items[1].kind)
    if not asks or not plain or sign <= _LEAST or items[sign].word not in _TAILED or tail[0].kind == "prep":
        return items
    return items if _continues(items[sign - 2 : sign], tail) else items[:sign]


def _continues(before: Sequence[Item], tail: Sequence[Item]) -> bool:
    """Whether what stands before a comma is the first of a list: "only apparent, possible or expected"."""
    if tail[0].kind == before[1].kind == "name":
        return before[0].kind != "det"
    parts = [{sense.part for sense in item.senses if sense.concept.terms} for item in (before[1], tail[0])]
    return before[1].kind == tail[0].kind == "word" and (not parts[1] or "noun" not in parts[0])


def _predicated(items: list[Item]) -> list[Item]:
    """ "X: able to do Y?" as "is X able to do Y"."""
    colon = next((index for index, item in enumerate(items[:4]) if item.word == ":"), 0)
    named = colon > 0 and items[colon - 1].kind == "name" and all(i.kind in ("det", "name") for i in items[:colon])
    rest = items[colon + 1 :]
    if not named or not rest or any(item.kind in ("wh", "aux", "conj") for item in rest):
        return items
    senses = rest[0].senses
    done = any(sense.part == "adjective" or (sense.part == "verb" and sense.form == "ed") for sense in senses)
    noun = any(sense.part == "noun" for sense in senses)
    return [Item("aux", "is", items[0].start, items[0].start), *items[:colon], *rest] if done and not noun else items


def _of_topic(items: list[Item]) -> list[Item]:
    """ "X: source?" as "source of X"."""
    colon = next((index for index, item in enumerate(items) if item.word == ":"), 0)
    topic, asked = items[:colon], [item for item in items[colon + 1 :] if item.kind != "sign"]
    asked = asked[1:] if asked[:1] and asked[0].kind == "det" else asked
    if not topic or not 0 < len(asked) <= 2 or not all(item.kind in _PHRASE | {"prep"} for item in topic):
        return items
    if not all(_is_noun(item) for item in asked) or topic[0].kind == "prep":
        return items
    return [*asked, Item("prep", "of", items[colon].start, items[colon].end), *topic]


def _named_after(items: list[Item]) -> list[Item]:
    """ "For whom is it good, the war" as "for whom is the war good"."""
    end = len(items)
    while end and items[end - 1].kind == "sign":
        end -= 1
    comma = max((index for index in range(end) if items[index].word == ","), default=0)
    named = items[comma + 1 : end]
    if not comma or not named or any(item.kind not in ("det", "name") for item in named) or named[-1].kind != "name":
        return items
    for index in range(1, comma):
        if items[index].word in ("it", "they", "them") and items[index - 1].kind in ("aux", "word", "prep"):
            return [*items[:index], *named, *items[index + 1 : comma]]
    return items


def _named_before(items: list[Item]) -> list[Item]:
    """ "X, they would be excluded" as "X would be excluded"."""
    comma = next((index for index, item in enumerate(items[:4]) if item.word == ","), 0)
    named = comma > 0 and items[comma - 1].kind == "name" and all(i.kind in ("det", "name") for i in items[:comma])
    rest = items[comma + 1 :]
    if not named or len(rest) < 2 or rest[0].word not in ("it", "they") or any(item.kind == "wh" for item in rest):
        return items
    return [*items[:comma], *rest[1:]]


def _as_well_as(items: list[Item]) -> list[Item]:
    """ "X as well as Y" as "X and Y"."""
    for index in range(1, len(items) - 2):
        words = items[index].word, items[index + 1].word
        if words == ("as well", "as") and items[index - 1].kind in ("name", "slot", "word"):
            return [*items[:index], replace(items[index], kind="conj", word="and"), *items[index + 2 :]]
    return items


def _lone(items: list[Item]) -> list[Item]:
    """ "X as a precondition" as "is X a precondition", "proposals without X" as "which proposals have no X"."""
    if any(item.kind in ("aux", "wh", "rel", "conj") for item in items) or not 3 <= len(items) <= 5:
        return items
    start = int(items[0].kind == "det")
    first, joined, rest = items[start], items[start + 1], items[start + 2 :]
    if not rest or not _is_noun(rest[-1]) or any(item.kind == "prep" for item in rest):
        return items
    if joined.word == "as" and first.kind in ("name", "word") and rest[0].word in ("a", "an"):
        return [Item("aux", "is", items[0].start, items[0].start), *items[: start + 1], *rest]
    if joined.word == "without" and _is_noun(first) and rest[0].kind == "word":
        which = Item("wh", "which", items[0].start, items[0].start)
        has, no = replace(joined, kind="aux", word="have", senses=()), replace(joined, kind="neg", word="no", senses=())
        return [which, first, has, no, *rest]
    return items


def _both(items: list[Item]) -> list[Item]:
    """ "X and Y are both N" as "X and Y are N", "who is both N and M" as "who is N and M"."""
    asked = bool(items) and items[0].kind == "wh"
    for index in range(1, len(items) - 3):
        joins = any(item.kind == "conj" and item.word == "and" for item in items[index + 2 :])
        if asked and items[index].word == "both" and items[index - 1].kind in ("wh", "aux") and joins:
            return [*items[:index], *items[index + 1 :]]
    for index in range(_LEAST, len(items) - 1):
        joined = any(item.kind == "conj" and item.word == "and" for item in items[:index])
        if items[index].word == "both" and items[index - 1].kind == "aux" and joined:
            return [*items[:index], *items[index + 1 :]]
    return items


def _missing(items: list[Item]) -> list[Item]:
    """ "Are missing from the list of X" as "are not X"; "is on the list of X" as "is X"."""
    for index in range(1, len(items) - 2):
        missing = items[index].word in _MISSING and items[index + 1].word == "from"
        start = index + 2 if missing else index + 1
        if not missing and items[index].word not in ("on", "among", "in"):
            continue
        place = start + (items[start].kind == "det")
        listed = [item.word for item in items[place + 1 : place + 2]] == ["of"] and items[place].word in _LISTS
        noun = place + 2 if listed else place
        noun += listed and noun < len(items) and items[noun].kind == "det"
        before = next((each for each in reversed(items[:index]) if each.kind not in ("fill", "neg")), items[0])
        if noun >= len(items) or before.kind != "aux" or not (listed or missing) or not _is_noun(items[noun]):
            continue
        denying = [Item("neg", "not", items[index].start, items[index].end)] if missing else []
        return [*items[:index], *denying, *items[noun:]]
    return items


def _unlisted(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "List of X" as words of their own where it is known as one."""
    for index, item in enumerate(items):
        words = item.word.split()
        senses = lexicon.senses.get(tuple(words[2:])) if len(words) > 2 and words[0] in _LISTS else None
        if index and words[1:2] == ["of"] and senses:
            first = replace(item, kind="word", word=words[0], senses=())
            of = Item("prep", "of", item.start, item.end)
            return [
                *items[:index],
                first,
                of,
                replace(item, word=" ".join(words[2:]), senses=senses),
                *items[index + 1 :],
            ]
    return items


def _not_only(items: list[Item]) -> list[Item]:
    """ "Not only A but also B" as "A and B"."""
    for index in range(1, len(items) - _LEAST):
        if items[index].kind != "neg" or items[index + 1].word not in _MERELY:
            continue
        but = next((place for place in range(index + 2, len(items)) if items[place].word == "but"), 0)
        if but and but + 1 < len(items):
            return [*items[:index], *items[index + 2 : but], replace(items[but], word="and"), *items[but + 1 :]]
    return items


def _also(items: list[Item]) -> list[Item]:
    """ "Which X that is Y has Z" as "which X is Y and has Z"."""
    rel = next((index for index, item in enumerate(items[:4]) if item.kind == "rel"), 0)
    if not 2 <= rel < len(items) - 1 or items[0].kind != "wh" or not _is_noun(items[rel - 1]):
        return items
    if items[rel + 1].word not in _BE:
        return items
    for index in range(rel + 3, len(items) - 1):
        item = items[index]
        if item.kind in ("conj", "rel", "wh") or (item.kind == "aux" and item.word in _BE):
            return items
        if item.kind == "aux" and items[index - 1].kind in ("word", "name"):
            joined = Item("conj", "and", item.start, item.start)
            return [*items[:rel], *items[rel + 1 : index], joined, *items[index:]]
    return items


def _being(items: list[Item]) -> list[Item]:
    """ "Body responsible for X" as "which body is responsible for X"."""
    start = int(bool(items) and items[0].kind == "det")
    if len(items) < start + 4 or any(item.kind in ("aux", "wh", "rel", "conj") for item in items):
        return items
    noun, quality, prep = items[start : start + 3]
    if not _is_noun(noun) or prep.kind != "prep" or {sense.part for sense in quality.senses} != {"adjective"}:
        return items
    which = Item("wh", "which", items[0].start, items[0].start)
    return [which, noun, Item("aux", "is", noun.end, noun.end), *items[start + 1 :]]


def _when_and_where(items: list[Item]) -> list[Item]:
    """ "When and where was X made" as "where was X made": an answer says both."""
    words = [item.word for item in items[:3]]
    if len(items) > _LEAST + 1 and words[1] == "and" and {words[0], words[2]} == {"when", "where"}:
        return [replace(items[0], word="where"), *items[3:]]
    return items


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)
