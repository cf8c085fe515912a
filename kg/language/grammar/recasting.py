"""Builds of a question recast as plainer ones, to be tried where the words as they stand are not understood.

"If X abstains, does that block Y" as "does X abstains block Y", "it is X who …" as "X …", "X is guarantor in which
proposal" as "in which proposal X is guarantor", "what kind of mandate" as "what mandate", "in the text of X" as "in X",
"in which plan does one find X as" as "in which plan is X".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.grammar.asserting import asserted
from kg.language.grammar.easing import eased
from kg.language.grammar.plainer import plain
from kg.language.grammar.referring import referred
from kg.language.grammar.trimming import trimmed
from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES, BY_CUSTOM
from kg.namespaces import SG

_SOURCE = SG + "Source"
_KINDS = frozenset({"kind", "sort", "type", "form", "degree", "level"})
_SUPPOSING = frozenset({"if", "when", "in case", "once", "whenever"})
_THIS = frozenset({"that", "this", "it"})
_PERSONS = frozenset({"one", "we", "you", "i", "people"})
_MEETING = frozenset({
    "find", "finds", "found", "see", "sees", "meet", "meets", "read", "reads", "have", "has", "come across", "get",
})  # fmt: skip
_CUSTOMARY = "presumably"
_HAVE, _BE = AUXILIARIES["have"], AUXILIARIES["be"]
_INVERTED = AUXILIARIES["do"] | AUXILIARIES["modal"] | _BE | _HAVE
_STARTS = frozenset({"name", "det", "word", "slot"})
_ONES = frozenset({"one", "ones"})
_OPEN = frozenset({"open", "unclear", "unsaid", "unknown", "undecided", "unspecified"})
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "prep", "number", "fill"})
_PRONOUNS = frozenset({"it", "they", "them", "this", "these", "those"})
_RELATIVE = frozenset({"that", "who", "which"})
_LEAST = 3  # items of what is supposed


def recast(items: Sequence[Item], linker: Linker) -> tuple[Item, ...]:
    """The items with each such build put plainly; as they are where there is none."""
    found = _ones(_requested(plain(items, linker)))
    found = trimmed(linker.merged(found) if found != list(items) else found, linker)
    found = eased(asserted(found, linker), linker)
    found = list(referred(_topic(found)))
    each: tuple[Callable[[list[Item]], list[Item]], ...] = (
        _got, _doing, _of_kind, _uncleft, _said_by_whom, _fronted, _partitive, _concluded, _impersonal,
        _of_text, _one_in, _whose, _left_open,
    )  # fmt: skip
    for rewrite in each:
        found = rewrite(found)
    return tuple(found)


def _requested(items: list[Item]) -> list[Item]:
    """ "Name the state that can do it" as "which state can do it"."""
    if len(items) < 2 * _LEAST or items[0].kind != "wh" or items[0].word != "list":
        return items
    article, noun, relative, *rest = items[1:]
    if article.kind != "det" or noun.kind not in ("word", "unknown") or relative.word not in _RELATIVE or len(rest) < 2:
        return items
    return [Item("wh", "which", items[0].start, items[0].end), noun, *rest]


def _got(items: list[Item]) -> list[Item]:
    """ "How many members has X got" as "how many members has X"."""
    for index in range(1, len(items)):
        after = items[index + 1] if index + 1 < len(items) else None
        noun = after is None or after.kind in ("det", "name", "number") or _is_noun(after)
        if items[index].word == "got" and noun and any(item.word in _HAVE for item in items[:index]):
            return [*items[:index], *items[index + 1 :]]
    return items


def _doing(items: list[Item]) -> list[Item]:
    """ "Who is doing the signalling" as "who is signalling"."""
    for index in range(1, len(items) - 2):
        doing = items[index].word in ("doing", "do", "does", "did") and items[index + 1].word == "the"
        if doing and any(sense.part == "verb" and sense.form == "ing" for sense in items[index + 2].senses):
            return [*items[:index], *items[index + 2 :]]
    return items


def _of_kind(items: list[Item]) -> list[Item]:
    """ "What kind of mandate" as "what mandate"."""
    for index in range(1, len(items) - 2):
        asked = items[index - 1].word in ("what", "which") and items[index].word.rstrip("s") in _KINDS
        if asked and items[index + 1].word == "of" and _is_noun(items[index + 2]):
            return [*items[:index], *items[index + 2 :]]
    return items


def _uncleft(items: list[Item]) -> list[Item]:
    """ "It is X who …" as "X …", "it was in which year that …" as "in which year …"."""
    if len(items) > _LEAST + 2 and items[0].word in AUXILIARIES["modal"] and items[1].word == "it":
        return _cleft_with_modal(items)
    if len(items) < _LEAST + 2 or items[0].word != "it" or items[1].word not in _BE:
        return items
    place = next((index for index, item in enumerate(items[2:], 2) if item.kind == "rel" or item.word == "that"), 0)
    if place < _LEAST or (place == _LEAST and items[2].kind == "prep"):
        return items
    return [*items[2:place], *items[place + 1 :]]


def _cleft_with_modal(items: list[Item]) -> list[Item]:
    """ "Would it normally be X that does it" as "would X does it"."""
    be = next((index for index, item in enumerate(items[2:5], 2) if item.word == "be"), 0)
    that = next((index for index, item in enumerate(items) if item.kind == "rel" or item.word == "that"), 0)
    return [items[0], *items[2:be], *items[be + 1 : that], *items[that + 1 :]] if be and that > be + 1 else items


def _fronted(items: list[Item]) -> list[Item]:
    """What is asked for at the end of a statement, put first: "X is guarantor in which proposal"."""
    if (
        len(items) < _LEAST
        or items[0].kind not in ("name", "det", "slot")
        or any(item.kind == "wh" for item in items[:1])
    ):
        return items
    places = [index for index, item in enumerate(items) if _asks(items, index)]
    if len(places) != 1:
        return items
    place, end = places[0], places[0] + 1
    while end < len(items) and items[end].kind == "word" and not _is_verb(items[end]):
        end += 1
    start = place - (items[place - 1].kind == "prep")
    wh = items[place]
    asked = [replace(wh, kind="wh", word=wh.word.rpartition(" ")[2])]
    if wh.kind == "rel" and " " in wh.word:
        asked.insert(0, replace(wh, kind="prep", word=wh.word.rpartition(" ")[0]))
    return [*items[start:place], *asked, *items[place + 1 : end], *items[:start], *items[end:]]


def _said_by_whom(items: list[Item]) -> list[Item]:
    """ "That X does Y is said by whom" as "who said that X does Y"."""
    if len(items) < _LEAST + 4 or items[0].word != "that" or items[-2].word != "by" or items[-1].kind != "wh":
        return items
    if items[-4].word not in _BE or not _is_verb(items[-3]):
        return items
    who = replace(items[-1], word="who")
    return [who, items[-3], *items[:-4]]


def _partitive(items: list[Item]) -> list[Item]:
    """ "Of the members, which is so" as "which of the members is so"."""
    place = next((index for index, item in enumerate(items) if item.kind == "wh"), 0)
    topic = items[1:place]
    if place < 2 or items[0].word not in ("of", "among") or any(item.kind not in _PHRASE for item in topic):
        return items
    size = place + 1 + (items[place + 1 : place + 2] != [] and items[place + 1].word in ("one", "ones"))
    return [replace(items[place], word="which"), replace(items[0], word="of"), *topic, *items[size:]]


def _asks(items: Sequence[Item], index: int) -> bool:
    """Whether a word asks for something in its place: "in which proposal" at the end is no relative clause."""
    item = items[index]
    last = index + 2 == len(items) and _is_noun(items[index + 1])
    return item.kind == "wh" or (item.kind == "rel" and item.word.rpartition(" ")[2] == "which" and last)


def _concluded(items: list[Item]) -> list[Item]:
    """ "If X does this, does that do Y" as "does X, doing this, do Y"; "when X is so, does Y do it" with it last."""
    if len(items) < _LEAST + 2 or items[0].word not in _SUPPOSING or items[1].kind not in _STARTS:
        return items
    if any(item.kind == "wh" for item in items[1:]):
        return items
    for index in range(_LEAST, len(items) - 2):
        item, after = items[index], items[index + 1]
        if item.word not in _INVERTED or items[index - 1].kind in ("aux", "rel", "neg"):
            continue
        said = [each for each in items[1:index] if each.kind != "fill"]
        if after.word in _THIS and (_is_verb(items[index + 2]) or items[index + 2].kind in ("aux", "neg", "word")):
            return [item, *said, *items[index + 2 :]]
        if after.kind in ("name", "det", "slot"):
            return [*items[index:], replace(items[0], kind="prep", word="in"), *said]
    return items


def _impersonal(items: list[Item]) -> list[Item]:
    """ "In which plan does one find X as" and "in which plan do we have X as" as "in which plan is X"."""
    for index in range(1, len(items) - 2):
        if items[index].word not in _PERSONS or items[index + 1].word not in _MEETING or items[0].word == "who":
            continue
        if not any(item.kind == "wh" for item in items[:index]) or items[index + 2].word == "that":
            continue
        start = index - (items[index - 1].word in AUXILIARIES["do"] | AUXILIARIES["modal"])
        found = [*items[:start], replace(items[start], kind="aux", word="is", senses=()), *items[index + 2 :]]
        after = next((place for place, item in enumerate(found) if item.word == "as" and item.kind == "prep"), 0)
        return [*found[:after], *found[after + 1 :]] if after else found
    return items


def _of_text(items: list[Item]) -> list[Item]:
    """ "In the text of X" as "in X", where X is no source itself."""
    for index in range(1, len(items) - 2):
        nouns = [sense for sense in items[index].senses if sense.part == "noun"]
        if not any(_SOURCE in sense.concept.terms for sense in nouns) or items[index + 1].word != "of":
            continue
        name = index + 2 + (items[index + 2].kind == "det")
        start = index - (items[index - 1].kind == "det")
        if start and items[start - 1].kind == "prep" and name < len(items) and items[name].kind in ("name", "slot"):
            return [*items[:start], *items[name:]]
    return items


def _one_in(items: list[Item]) -> list[Item]:
    """ "A mandate like the one in X" as "a mandate in X"."""
    for index in range(1, len(items) - 3):
        words = [item.word for item in items[index : index + 3]]
        if words == ["like", "the", "one"] and items[index + 3].kind == "prep":
            return [*items[:index], *items[index + 3 :]]
    return items


def customary(items: Sequence[Item]) -> tuple[Item, ...]:
    """What is so by custom is presumed to be so: "would usually come from"."""
    return tuple(
        replace(item, kind="unknown", word=_CUSTOMARY, senses=())
        if item.kind == "fill" and item.word in BY_CUSTOM
        else item
        for item in items
    )


def _ones(items: list[Item]) -> list[Item]:
    """ "Whose proposals are the X ones" as "whose proposals are the X proposals"."""
    for index in range(2, len(items)):
        named = items[index - 1].kind == "name" and (items[index - 1].adjective or items[index - 2].word == "the")
        if items[index].word not in _ONES or not named:
            continue
        noun = next((item for item in reversed(items[: index - 1]) if _is_noun(item)), None)
        if noun is not None:
            return [*items[:index], noun, *items[index + 1 :]]
    return items


def _topic(items: list[Item]) -> list[Item]:
    """ "The proposals of X: which are they" and "X's mandate, whose would it be" with the topic in its place."""
    place = next((index for index, item in enumerate(items) if item.kind == "wh"), 0)
    start = place - (place > 0 and items[place - 1].kind == "prep")
    topic, rest = items[:start], items[start:]
    if len(topic) < 2 or any(item.kind not in _PHRASE for item in topic) or topic[0].kind == "prep":
        return items
    for index in range(place - start + 1, len(rest)):
        if rest[index].word in _PRONOUNS and rest[index].kind == "unknown":
            return [*rest[:index], *topic, *rest[index + 1 :]]
    return items


def _whose(items: list[Item]) -> list[Item]:
    """ "The proposal whose guarantors include X" as "the proposal's guarantors include X"."""
    for index in range(1, len(items) - 2):
        if items[index].word == "whose" and _is_noun(items[index - 1]) and _is_noun(items[index + 1]):
            found = [*items[:index], replace(items[index], kind="poss", word="'s"), *items[index + 1 :]]
            return (
                found
                if found[0].kind != "wh" or found[1].word not in _BE
                else [found[0], *found[2 + (found[2].kind == "det") :]]
            )
    return items


def _left_open(items: list[Item]) -> list[Item]:
    """ "Which plan leaves open who gives it" and "… does not say who gives it": what is open is asked for no more."""
    asked = [index for index, item in enumerate(items) if item.kind == "wh"]
    if len(asked) != 2 or asked[1] < _LEAST or len(items) - asked[1] < _LEAST:
        return items
    before = items[1 : asked[1]]
    if not any(item.kind == "neg" or item.word.split()[-1] in _OPEN for item in before):
        return items
    return [*items[: asked[1]], replace(items[asked[1]], kind="fill"), *items[asked[1] + 1 :]]


def _is_noun(item: Item) -> bool:
    return item.kind == "word" and any(sense.part == "noun" for sense in item.senses)


def _is_verb(item: Item) -> bool:
    return any(sense.part == "verb" for sense in item.senses)
