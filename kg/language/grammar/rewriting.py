"""Ways of saying that mean the same, put the plain way: "leave X out" as "leave out X", "is said to" as "does"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.denying import denied
from kg.language.grammar.supposing import supposed
from kg.language.lexis.items import Item
from kg.language.lexis.keys import is_year
from kg.language.lexis.lexicon import Lexicon
from kg.language.text.words import AUXILIARIES, NUMBERS

_PARTICLES = frozenset(
    {"out", "up", "off", "away", "down", "in", "on", "over", "forward", "aside", "back", "apart", "together", "outside"}
)
EVIDENTIAL = frozenset({
    "said", "seen", "thought", "believed", "considered", "supposed", "deemed", "viewed", "regarded", "reported",
    "meant",
})  # fmt: skip
_PERMITTED = frozenset({"allowed", "permitted"})
_COUNTED = frozenset({"the", "'s", "of", "which", "these", "any", "those", "list", "why", "what", "all"})
_COUNTING = frozenset({"count", "tally", "total"})
_NUMBERED = frozenset({"is", "was", "the", "total", "exact", "overall", "full"})
_SOME = frozenset({"one", "some", "any"})
_BE = AUXILIARIES["be"]
_ADVERBS = {"way": "how", "ways": "how", "manner": "how", "reason": "why", "reasons": "why", "date": "when"}
_WAYS = frozenset({"in", "by", "on", "for", "from", "at", "through"})
_CHANCES = (["possible", "that"], ["conceivable", "that"], ["possible", "for"], ["thinkable", "that"])
_PLACED = (["in", "a", "position", "to"], ["in", "the", "position", "to"])
_EVERYTHING = frozenset({"everything", "all", "anything", "whatever", "all things"})
_PARTS = frozenset({"article", "section", "paragraph", "clause", "point", "sentence", "line", "page"})
_LEAST = 3  # items of a question before what says how it is meant
_FURTHEST = 8  # items between a verb and its particle


def rewritten(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    found = _restated(_numbered(_everything(supposed(items, lexicon))))
    found = _uncounted(_short(denied(_like(_with_what(found)), lexicon)))
    found = _reunited(found, lexicon)
    found = _unqualified(found)
    found = _permitting(found)
    found = _other(_possible(found, lexicon))
    found = _obliged(found)
    found = _doing(found)
    found = _remaining(_uncleft(found))
    quoted = len(found) > 2 and found[0].word == "quote" and found[1].word == "what"
    return _present([found[0], *found[2:]] if quoted else found)


def _short(items: list[Item]) -> list[Item]:
    """ "In what way" as "how", "how come" as "why", "number of" as "how many"."""
    words = [item.word for item in items[:8]]
    if words[:1] and words[0] in _COUNTING and len(items) > 2 and items[1].kind != "wh":
        rest = items[1:]
        while len(rest) > 1 and (rest[0].kind in ("det", "fill") or rest[0].word in ("up", "of")):
            rest = rest[1:]
        many = Item("unknown", "many", items[0].start, items[0].end)
        return [Item("wh", "how", items[0].start, items[0].start), many, *rest]
    if words[:2] == ["how", "come"]:
        return [replace(items[0], word="why", end=items[1].end), *items[2:]]
    if words[:2] == ["number", "of"] and len(items) > 2:
        many = Item("unknown", "many", items[0].start, items[1].end)
        return [Item("wh", "how", items[0].start, items[0].start), many, *items[2:]]
    number = words.index("number") if words[:1] in (["what"], ["list"]) and "number" in words else 0
    if number and set(words[1:number]) <= _NUMBERED and words[number + 1 : number + 2] == ["of"]:
        many = Item("unknown", "many", items[number].start, items[number + 1].end)
        return [replace(items[0], word="how"), many, *items[number + 2 :]]
    for index in range(len(items) - 2):
        prep, which, noun = (item.word for item in items[index : index + 3])
        ways = _WAYS - {"by"} if noun == "date" else _WAYS  # a date is no condition
        if prep in ways and which in ("what", "which") and (adverb := _ADVERBS.get(noun)):
            return [*items[:index], Item("wh", adverb, items[index].start, items[index + 2].end), *items[index + 3 :]]
    return items


def _with_what(items: list[Item]) -> list[Item]:
    """ "Without which mandate is X impossible" as "under which mandate is X possible"."""
    if len(items) > 3 and items[0].word == "without" and items[1].kind == "wh" and items[-1].word == "impossible":
        return [replace(items[0], word="under"), *items[1:-1], replace(items[-1], word="possible")]
    return items


def _everything(items: list[Item]) -> list[Item]:
    """ "Everything that does" and "all that does" as "what does"."""
    if len(items) > 2 and items[0].word in _EVERYTHING and items[1].word in ("that", "which"):
        return [Item("wh", "what", items[0].start, items[1].end), *items[2:]]
    return items


def _numbered(items: list[Item]) -> list[Item]:
    """ "Article 23 of X" as "X": that a part has a number says where in X it is."""
    for index in range(len(items) - 3):
        part, number = items[index], items[index + 1]
        after = index + 3 + (items[index + 3].kind == "det")
        counted = part.word in _PARTS and number.kind == "number" and items[index + 2].word in ("of", "in")
        if counted and after < len(items) and items[after].kind == "name":
            start = index - (index > 0 and items[index - 1].kind == "det")
            return [*items[:start], *items[index + 3 :]]
    return items


def _restated(items: list[Item]) -> list[Item]:
    """Without what only says again how it is meant: "…, in the sense that it …"."""
    words = [item.word for item in items]
    for index in range(_LEAST, len(items) - 3):
        if words[index : index + 4] == ["in", "the", "sense", "that"]:
            return items[:index]
    return items


def _like(items: list[Item]) -> list[Item]:
    """ "Name X like guarantor" as "name X as guarantor"."""
    for index in range(1, len(items) - 1):
        after = {sense.part for sense in items[index + 1].senses}
        if items[index].word == "like" and items[index - 1].kind == "name" and after == {"noun"}:
            return [*items[:index], replace(items[index], kind="prep", word="as", senses=()), *items[index + 1 :]]
    return items


def _uncounted(items: list[Item]) -> list[Item]:
    """Without numerals that say again how many there are ("the five permanent members"), and without "one of"."""
    found: list[Item] = []
    words = [item.word for item in items]
    for index, item in enumerate(items):
        before = words[index - 1] if index else ""
        more = index + 1 < len(items) and items[index + 1].kind in ("word", "name")
        number = item.word in NUMBERS or (item.kind == "number" and not is_year(item.word))
        asked = index and items[index - 1].kind == "aux" and any(each.kind == "wh" for each in items[:index])
        alone = not index and not any(each.kind == "aux" for each in items)
        if number and more and (before in _COUNTED or asked or alone):
            continue
        start = index - (item.word == "of")
        among = item.word == "one of" or (words[start] in _SOME and words[start + 1 : start + 3] == ["of", "the"])
        if among and start and items[start - 1].kind != "wh":
            continue
        found.append(item)
    return found


def _reunited(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """A verb with what stands after its object: "leave X out", "put X on the table"."""
    for place, particle in enumerate(items):
        if particle.kind not in ("prep", "unknown", "word") or particle.word.split()[0] not in _PARTICLES:
            continue
        for index in range(place - 1, max(place - _FURTHEST, -1), -1):
            item = items[index]
            for size in (3, 2, 1) if item.kind in ("word", "unknown", "aux") and index + 1 < place else ():
                ending = [word for each in items[place : place + size] for word in each.word.split()]
                senses = lexicon.senses.get((*item.word.split(), *ending))
                if senses:
                    whole = replace(item, kind="word", word=" ".join((item.word, *ending)), senses=senses)
                    if item.kind == "aux":  # "what have X and Y in common"
                        do = replace(item, word="do", senses=())
                        return [*items[:index], do, *items[index + 1 : place], whole, *items[place + size :]]
                    return [*items[:index], whole, *items[index + 1 : place], *items[place + size :]]
            if item.kind not in ("name", "det", "word", "poss", "slot", "conj", "unknown"):
                break
    return items


def _unqualified(items: list[Item]) -> list[Item]:
    """ "Is X seen as doing" and "is X said to do" as "does X do"; that it is only said stays marked."""
    for index, item in enumerate(items[:-1]):
        first, _, joined = item.word.partition(" ")
        if first in EVIDENTIAL and joined in ("to", "as"):  # a verb of the lexicon, "see as"
            items = [
                *items[:index],
                replace(item, word=first),
                Item("prep", joined, item.end, item.end),
                *items[index + 1 :],
            ]
            return _unqualified(items)
        after = items[index + 1].word if index + 2 < len(items) else ""
        helper = next((place for place in range(index - 1, -1, -1) if items[place].kind == "aux"), -1)
        if item.word not in EVIDENTIAL or after not in ("to", "as") or helper < 0 or items[helper].word not in _BE:
            continue
        marked = replace(item, kind="fill", senses=())
        rest = items[index + 2 :]
        if rest[0].word == "be":
            return [*items[:index], marked, *rest[1:]]
        forms = {sense.form for sense in rest[0].senses if sense.part == "verb"}
        done = "ed" in forms and any(each.word == "by" for each in rest[1:2])  # "is X seen as prolonged by Y"
        if after == "as" and not (rest[0].verbal or "ing" in forms or done):
            continue
        does = items[helper] if after == "as" else replace(items[helper], word="does")
        return [*items[:helper], does, *items[helper + 1 : index], marked, *rest]
    return items


def _permitting(items: list[Item]) -> list[Item]:
    """ "X will not be allowed to do" as "will not allow X to do"."""
    for index, item in enumerate(items):
        start = index - 1
        if item.word not in _PERMITTED or start < 1 or items[start].word not in _BE:
            continue
        while start > 0 and items[start - 1].kind in ("aux", "neg"):
            start -= 1
        if start < 1 or items[start - 1].kind != "name" or index + 1 >= len(items) or items[index + 1].word != "to":
            continue
        helpers = [each for each in items[start:index] if each.word not in _BE]
        return [*items[: start - 1], *helpers, item, items[start - 1], *items[index + 1 :]]
    return items


def _possible(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Is it possible that X does" as "could X do", "is X in a position to do" as "is X able to do"."""
    words = [item.word for item in items]
    if words[2:4] in _CHANCES and "it" in words[:2] and not _BE.isdisjoint(words[:2]):
        return [replace(items[0], kind="aux", word="could", senses=()), *items[4:]]
    for index in range(1, len(items) - 3):
        if words[index : index + 4] in _PLACED:
            able = replace(items[index], kind="word", word="able", senses=lexicon.senses.get(("able",), ()))
            return [*items[:index], able, *items[index + 3 :]]
    return items


def _other(items: list[Item]) -> list[Item]:
    """ "Which of the two echoes the other" and "any other" as "… another"."""
    found: list[Item] = []
    for index, item in enumerate(items):
        noun = index + 1 < len(items) and any(sense.part == "noun" for sense in items[index + 1].senses)
        if item.word in ("other", "others") and found and found[-1].word in ("the", "any") and not noun:
            found[-1] = replace(item, kind="det", word="another")
        elif item.word in ("one", "ones") and found and found[-1].word == "another":
            continue
        elif not (item.word == "other" and noun and found and found[-1].kind == "wh"):  # "which other states"
            found.append(item)
    return found


def _obliged(items: list[Item]) -> list[Item]:
    """ "Has to" and "is to" as "must"; "can to" as "can"."""
    for index, item in enumerate(items[:-2]):
        verb = any(sense.part == "verb" and sense.form == "base" for sense in items[index + 2].senses)
        if item.word in AUXILIARIES["modal"] and items[index + 1].word == "to" and verb:
            return [*items[: index + 1], *items[index + 2 :]]
        if item.word in AUXILIARIES["have"] | _BE and items[index + 1].word == "to" and verb:
            return [*items[:index], replace(item, word="must", senses=()), *items[index + 2 :]]
    return items


def _doing(items: list[Item]) -> list[Item]:
    """ "Do" as the verb itself: "what can X do with …"."""
    place = max((index for index, item in enumerate(items) if item.kind == "aux"), default=0)
    if place < 2 or items[place].word not in ("do", "done", "doing") or items[place - 1].kind in ("wh", "aux", "neg"):
        return items
    if items[place + 1 :] and items[place + 1].kind != "prep":
        return items
    return [*items[:place], replace(items[place], kind="word"), *items[place + 1 :]]


def _uncleft(items: list[Item]) -> list[Item]:
    """ "What is it that X does" as "what X does", "is it X's aim" as "is X's aim"."""
    for index, item in enumerate(items[:-2]):
        if item.word != "it" or not index or items[index - 1].word not in _BE:
            continue
        if index == 1 and items[2].kind == "prep" and (when := _when_cleft(items)):
            return when
        asked = index - 2 - (index > 2 and items[index - 2].kind == "fill")
        if index > 1 and items[asked].kind == "wh" and items[index + 1].word == "that":
            return [*items[: asked + 1], *items[index + 2 :]]
        if index > 2 and items[0].kind == "wh" and items[index + 1].word == "that":
            return [*items[: index - 1], *items[index + 1 :]]
        if index == 1 and items[2].kind in ("name", "det", "slot"):
            return [items[0], *items[2:]]
    return items


def _remaining(items: list[Item]) -> list[Item]:
    """ "Who is left that can …" and "who remains that …" as "who can …"."""
    for index in range(1, len(items) - 2):
        left = items[index].word in _BE and items[index + 1].word in ("left", "there", "remaining")
        end = index + (2 if left else items[index].word in ("remains", "remain"))
        asked = items[index - 1].kind == "wh" or (index > 1 and items[index - 2].kind == "wh")
        if end > index and asked and items[end].word in ("that", "who", "which"):
            return [*items[:index], *items[end + 1 :]]
    return items


def _when_cleft(items: list[Item]) -> list[Item] | None:
    """ "Was it in Istanbul that X was made" as "was X made in Istanbul"."""
    that = next((index for index, item in enumerate(items) if item.word == "that"), 0)
    rest = items[that + 1 :]
    if not that or not rest:
        return None
    helper = next((index for index, item in enumerate(rest) if item.kind == "aux"), -1)
    front = rest[helper] if helper >= 0 else replace(items[0], word="did")
    return [front, *rest[: max(helper, 0)], *rest[helper + 1 :], *items[2:that]]


def _present(items: list[Item]) -> list[Item]:
    """ "What grounds are there for …" as "what grounds for …"."""
    for index in range(1, len(items) - 2):
        here = items[index].word in _BE and items[index + 1].word == "there"
        if here and (items[index + 2].kind == "prep" or items[index + 2].word == "that"):
            return [*items[:index], *items[index + 2 :]]
    return items
