"""Everyday builds put the plain way, whatever they are about.

"What gets prolonged by X" as "what is prolonged by X", "has X been fighting Y" as "is X fighting Y", "must X come
before Y" as "does Y require X", "where the seat is" as "where is the seat", "how high is the risk" as "how much risk is
there", "the war the article talks about" as "the war".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon
from kg.language.text.words import AUXILIARIES

_BE, _HAVE, _DO = AUXILIARIES["be"], AUXILIARIES["have"], AUXILIARIES["do"]
_GET = {"get": "are", "gets": "is", "got": "was", "getting": "being"}
_DID = {"do": "are", "does": "is", "did": "was"}
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "number"})
_TEXTS = frozenset({"article", "text", "report", "piece", "story", "passage", "document"})
_SPEAKING = frozenset({
    "talks", "talks about", "speaks", "speaks of", "mentions", "describes", "discusses", "covers", "treats", "reports",
    "reports on", "refers to", "deals with", "writes about", "is about", "cites", "names", "reports about",
})  # fmt: skip
_GREAT = frozenset({"high", "big", "great", "large", "serious", "considerable", "real", "severe"})
_TAKING = frozenset({"take", "adopt", "hold", "have", "maintain", "keep", "pursue", "stick to"})
_COMING = frozenset({"come", "precede"})
_MUST = frozenset({"must", "should", "need"})
_HAVING = frozenset(
    {"have", "to", "need", "be", "first", "got", "supposed", "expected", "required", "bound", "obliged"}
)
_BOUND = frozenset({"have", "need", "supposed", "required", "bound", "obliged"})
_LEAST = 3


def plainly_built(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = _of_taking(_helper_last(_spoken_of(_has_been(_getting(list(items))))))
    return _before(_how_much(found), lexicon)


def _getting(items: list[Item]) -> list[Item]:
    """ "Gets prolonged by X" as "is prolonged by X", "did X get excluded" as "was X excluded"."""
    for index in range(1, len(items) - 1):
        if items[index].word not in _GET or not _is_form(items[index + 1], "ed"):
            continue
        after = items[index + 2 : index + 3]
        if after and after[0].word != "by" and after[0].kind != "sign":
            return items
        helper = next((place for place, item in enumerate(items[:index]) if item.word in _DO), -1)
        if helper >= 0 and items[index].word == "get":
            front = replace(items[helper], word=_DID[items[helper].word])
            return [*items[:helper], front, *items[helper + 1 : index], *items[index + 1 :]]
        if any(item.kind == "aux" for item in items[:index]):
            return [*items[:index], _be(items[index], "be"), *items[index + 1 :]]
        return [*items[:index], _be(items[index], _GET[items[index].word]), *items[index + 1 :]]
    return items


def _before(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Does X have to come before Y" and "must X precede Y" as "does Y require X"."""
    come = next((index for index, item in enumerate(items) if item.word in _COMING), 0)
    if come < 2:
        return items
    start = come + 1 + (items[come].word == "come")
    if start >= len(items) or (items[come].word == "come" and items[start - 1].word != "before"):
        return items
    wanted, last = items[1:come], [item for item in items[start:] if item.kind != "sign"]
    bound = items[0].word in _MUST
    while wanted and (wanted[-1].word in _HAVING or wanted[-1].kind == "fill"):
        bound = bound or wanted[-1].word in _BOUND
        wanted = wanted[:-1]
    phrases = all(item.kind in _PHRASE | {"prep"} for item in (*wanted, *last))
    if items[0].kind != "aux" or not (bound and phrases and wanted and last):
        return items
    senses = lexicon.senses.get(("require",), ())
    require = Item("word", "require", items[come].start, items[come].end, senses=senses)
    return [replace(items[0], word="does", senses=()), *last, require, *wanted]


def _how_much(items: list[Item]) -> list[Item]:
    """ "How high is the risk for X" as "how much risk is there for X"."""
    if [item.word for item in items[:1]] != ["how"] or len(items) <= _LEAST + 1 or items[1].word not in _GREAT:
        return items
    be, noun = items[2], items[3 + (items[3].kind == "det")]
    plain = any(sense.part == "noun" for sense in noun.senses) and not any(s.concept.terms for s in noun.senses)
    if be.word not in _BE or not plain:
        return items
    much = Item("unknown", "much", items[1].start, items[1].end)
    return [items[0], much, noun, be, Item("det", "there", be.end, be.end), *items[items.index(noun) + 1 :]]


def _of_taking(items: list[Item]) -> list[Item]:
    """ "Is it risky for X to take a position" as "is a position risky for X", "how risky is it for X to" likewise."""
    words = [item.word for item in items]
    it = next((index for index, word in enumerate(words[:4]) if word == "it"), 0)
    to = next((index for index in range(it + 1, len(words) - 2) if words[index] == "to"), 0)
    how = words[:1] == ["how"]
    be, quality = (2, 1) if how else (0, 2)
    if it != be + 1 or not to or words[be] not in _BE or words[to + 1] not in _TAKING or "for" not in words[it:to]:
        return items
    start = words.index("for", it)
    adjective = any(sense.part == "adjective" for sense in items[quality].senses)
    if not adjective or start != it + 1 + (not how):
        return items
    taken = [item for item in items[to + 2 :] if item.kind != "sign"]
    if any(item.kind not in _PHRASE for item in taken):
        return items
    opened = items[: be + 1] if how else items[:1]
    return [*opened, *taken, *([] if how else [items[quality]]), *items[start:to]]


def _has_been(items: list[Item]) -> list[Item]:
    """ "Has X been fighting Y" as "is X fighting Y"."""
    been = next((index for index, item in enumerate(items[:-1]) if item.word == "been"), 0)
    has = next((index for index, item in enumerate(items[:been]) if item.word in _HAVE), -1)
    if has < 0 or not items[been + 1].word.endswith("ing"):
        return items
    be = _be(items[has], "are" if items[has].word == "have" else "is")
    return [*items[:has], be, *items[has + 1 : been], *items[been + 1 :]]


def _spoken_of(items: list[Item]) -> list[Item]:
    """ "The war the article talks about" as "the war"."""
    for index in range(2, len(items) - 1):
        start = index - (items[index - 1].kind == "det")
        start -= items[start - 1].kind == "rel" or items[start - 1].word in ("that", "which")
        if items[index].word not in _TEXTS or start < 2 or items[start - 1].kind not in ("name", "word"):
            continue
        end = index + 1
        if items[end].word not in _SPEAKING:
            continue
        end += 1 + (items[end + 1 : end + 2] != [] and items[end + 1].word in ("about", "of", "on"))
        if end == len(items) or items[end].kind in ("aux", "sign"):
            return [*items[:start], *items[end:]]
    return items


def _helper_last(items: list[Item]) -> list[Item]:
    """ "Between whom the war is" as "between whom is the war", "who the war is between" as "who is the war between"."""
    end = len(items)
    while end and (items[end - 1].kind == "sign" or (end == len(items) and items[end - 1].kind == "prep")):
        end -= 1
    wh = int(bool(items) and items[0].kind == "prep")
    if (
        end < wh + _LEAST
        or items[wh].kind != "wh"
        or items[wh].word in ("which", "how")
        or items[end - 1].word not in _BE
    ):
        return items
    between = items[wh + 1 : end - 1]
    if any(item.kind not in _PHRASE for item in between) or between[0].kind not in ("det", "name", "slot"):
        return items
    return [*items[: wh + 1], items[end - 1], *between, *items[end:]]


def _is_form(item: Item, form: str) -> bool:
    return any(sense.part == "verb" and sense.form == form for sense in item.senses)


def _be(item: Item, word: str) -> Item:
    return Item("aux", word, item.start, item.end)
