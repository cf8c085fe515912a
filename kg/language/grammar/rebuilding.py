"""Builds that other languages lend to English, put the plain way before a clause is made.

"Whom weakens X" as "whom does X weaken", "what means X for Y" as "what does X mean for Y", "X are thinking that" as
"X think that", "it is foreseen in X that" as "does X say that", "what has X from Y" as "what does X have from Y",
"exists there an X" as "is there an X", "likely to do" as "may do", "by whom is X seen as
doing Y" as "according to whom does X do Y".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.language.grammar.completing import completed
from kg.language.grammar.everyday import plainly_built
from kg.language.grammar.identifying import described
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_BE, _MODAL = AUXILIARIES["be"], AUXILIARIES["modal"]
_LIKELY = frozenset({"out", "likely", "bound", "going", "set", "poised", "liable", "apt"})
_SEES = frozenset({"see", "sees", "view", "views", "regard", "regards", "perceive", "perceives"})
_SEEN = frozenset({"seen", "viewed", "regarded", "perceived", "considered", "described", "looked upon"})
_VIEWS = frozenset(
    {"view", "opinion", "belief", "claim", "position", "assessment", "judgement", "conviction", "verdict"}
)
_STANDS = frozenset({"stands", "stays", "remains"})
_LINES = _VIEWS | {"line", "stance"}
_TAKING = frozenset({"take", "takes", "took", "taken", "adopt", "adopts", "share", "shares", "defend", "defends"})
_READING = frozenset({"read", "find", "see", "learn"})
_PERSONS = frozenset({"i", "we", "one", "you"})
_ANYBODY = frozenset({"anybody", "anyone", "somebody", "someone"})
_PHRASE = frozenset({"det", "name", "slot", "word", "poss", "number"})
_STARTS = frozenset({"det", "name", "slot"})
_DONE = ("ed", "en", "down", "out")
_SOURCE = SG + "Source"
_SAID = frozenset({SG + act for act in ("affirms", "emphasises", "asserts", "reports", "signals")})
_CLEFT = frozenset({"which", "who", "that"})
_LEAST = 3


def rebuilt(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = _laid_down(_given(described(plainly_built(items, lexicon)), lexicon), lexicon)
    each: tuple[Callable[[list[Item], Lexicon], list[Item]], ...] = (
        _existing, _inverted, _having, _meaning, _thinking, _viewing, _texts, _reading, _seen_by,
    )  # fmt: skip
    for rewrite in each:
        found = rewrite(found, lexicon)
    return completed(_likely(found), lexicon)


def _phrase_end(items: Sequence[Item], start: int) -> int:
    """Where the noun phrase that begins there ends."""
    end = start
    while end < len(items) and items[end].kind in _PHRASE:
        end += 1
        if items[end - 1].kind in ("name", "slot") and items[end : end + 1] and items[end].kind not in ("poss", "word"):
            break
    return end


def _inverted(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Whom weakens X", "for what purpose uses X Y" and "how helps X Y" as "whom does X weaken"."""
    wh = int(bool(items) and items[0].kind == "prep")
    if len(items) < wh + _LEAST or items[wh].kind != "wh" or any(item.kind == "aux" for item in items):
        return items
    bare = items[wh].word in ("whom", "how", "why", "where", "when")
    place = wh + 1 + (wh > 0 and items[wh].word in ("what", "which") and len(items) > wh + _LEAST)
    verb = _verb(items[place], "s", lexicon) if bare or wh else None
    if verb is None or place + 1 >= len(items) or items[place + 1].kind not in _STARTS:
        return items
    end = _phrase_end(items, place + 1)
    return [*items[:place], _do(items[place], "does"), *items[place + 1 : end], verb, *items[end:]]


def _having(items: list[Item], _: Lexicon) -> list[Item]:
    """ "What has X from Y" as "what does X have from Y"."""
    if len(items) < 5 or items[0].word != "what" or items[1].word not in AUXILIARIES["have"]:
        return items
    end = _phrase_end(items, 2)
    if end == 2 or end >= len(items) or items[end].kind != "prep" or any(item.kind == "aux" for item in items[2:]):
        return items
    return [items[0], _do(items[1], "does"), *items[2:end], replace(items[1], word="have"), *items[end:]]


def _existing(items: list[Item], _: Lexicon) -> list[Item]:
    """ "Exists there an X" as "is there an X", "it is X which does" as "does X do", "is it allowed for X" as "is X"."""
    words = [item.word for item in items[:3]]
    if len(items) > 3 and words[0] in ("exists", "exist") and words[1] in ("there", "some", "any"):
        there = [items[1]] if words[1] == "there" else [Item("det", "there", items[1].start, items[1].start), items[1]]
        return [_do(items[0], "is"), *there, *items[2:]]
    if len(items) < 6 or "it" not in words[:2] or not set(words[:2]) & _BE:
        return items
    asks = any(item.kind == "wh" for item in items)
    name = 2 + (items[2].kind == "det")
    if words[0] == "it" and items[name].kind == "name" and items[name + 1].word in _CLEFT and not asks:
        helped = items[name + 2].kind == "aux"
        return [items[name + 2] if helped else _do(items[1], "does"), items[name], *items[name + 2 + helped :]]
    allowed = any(sense.part == "verb" and sense.form == "ed" for sense in items[2].senses)
    end = _phrase_end(items, 4)
    if allowed and items[3].word == "for" and end > 4 and [item.word for item in items[end : end + 1]] == ["to"]:
        return [items[0], *items[4:end], items[2], *items[end:]]
    return items


def _meaning(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "What means for Y X" and "what means X for Y" as "what does X mean for Y"."""
    if len(items) <= _LEAST or [item.word for item in items[:2]] != ["what", "means"]:
        return items
    first, rest = items[1], items[2:]
    if any(item.kind == "aux" for item in rest) or (rest[0].kind not in _STARTS and rest[0].word != "for"):
        return items
    place = next((index for index, item in enumerate(rest) if item.word == "for"), -1)
    end = place + 2 + (rest[place + 1 : place + 2] != [] and rest[place + 1].kind == "det")
    if place < 0 or end > len(rest):
        return items
    mean = replace(first, kind="word", word="mean", senses=lexicon.senses.get(("mean",), ()))
    return [items[0], _do(first, "does"), *rest[:place], *rest[end:], mean, *rest[place:end]]


def _thinking(items: list[Item], _: Lexicon) -> list[Item]:
    """ "X are thinking that" as "X think that", "are X thinking that" as "do X think that"."""
    start = int(bool(items) and items[0].kind == "det")
    verbs = items[start + 1].senses if len(items) > start + _LEAST else ()
    says = any(sense.part == "verb" and sense.form in ("base", "s") for sense in verbs)
    if says and items[start].kind == "name" and items[start + 2].word == "that":
        return [_do(items[start], "do"), *items]
    for index in range(1, len(items) - 2):
        senses = [sense for sense in items[index].senses if sense.part == "verb" and sense.form == "ing"]
        helper = next((place for place in range(index - 1, -1, -1) if items[place].word in _BE), -1)
        if not senses or items[index + 1].word != "that" or helper < 0:
            continue
        verb = replace(items[index], senses=tuple(replace(sense, form="base") for sense in senses))
        between = [item for item in items[helper + 1 : index] if item.kind != "fill"]
        do = [_do(items[helper], "do")]
        if not between and index > helper and all(item.kind in ("det", "name") for item in items[:helper]):
            return [*do, *items[:helper], verb, *items[index + 1 :]]
        do = do if between else []
        return [*items[:helper], *do, *between, verb, *items[index + 1 :]]
    return items


def _laid_down(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "It is laid down in X that", "is it the view of X that" and "is it X's view that" as "does X say that"."""
    that = next((index for index, item in enumerate(items) if item.word == "that" and index > _LEAST), 0)
    opened = {items[0].word, items[1].word} - {"it"} if that else set()
    if len(opened) != 1 or not opened & (_BE | _STANDS):
        return items
    said = [item for item in items[2:that] if item.kind not in ("fill", "det")]
    words = [word for item in said for word in item.word.split()] if len(said) < 4 else []
    names = [item for item in said if item.kind == "name"]
    if len(names) != 1 or len(words) < 3:
        return items
    before = words[: -len(names[0].word.split())]
    laid = said[-1] == names[0] and before[-1:] in (["in"], ["by"], ["under"]) and before[0].endswith(_DONE)
    viewed = said[-1] == names[0] and len(before) == 2 and before[0] in _VIEWS and before[1] == "of"
    held = said[0] == names[0] and len(said) > 1 and said[1].kind == "poss" and words[-1] in _LINES
    if not laid and not viewed and not held:
        return items
    return [_do(items[0], "does"), names[0], _say(said[0], lexicon), *items[that:]]


def _viewing(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Do X take the line that" and "is it anybody's claim that" as "do X say that"."""
    words = [item.word for item in items]
    for index in range(1, len(items) - 3):
        line = words[index + 1] in ("the", "this") and words[index + 2] in _LINES and words[index + 3] == "that"
        if words[index] in _TAKING and line:
            return [*items[:index], _say(items[index], lexicon), *items[index + 3 :]]
    anybody = words[:2] == ["is", "it"] and words[3:4] == ["'s"] and words[2] in _ANYBODY and words[5:6] == ["that"]
    if anybody and words[4] in _LINES:
        return [_do(items[0], "does"), items[2], _say(items[4], lexicon), *items[5:]]
    return items


def _texts(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Which document confirms that" as "which document says that": a text says what it says, in whatever way."""
    if len(items) < 6 or items[0].kind != "wh" or items[3].word != "that" or items[2].kind != "word":
        return items
    source = any(_SOURCE in sense.concept.terms for sense in items[1].senses if sense.part == "noun")
    said = any(sense.concept.terms & _SAID for sense in items[2].senses if sense.part == "verb")
    return [*items[:2], _say(items[2], lexicon, "says"), *items[3:]] if source and said else items


def _reading(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "In which text can I read that" as "which text says that"."""
    if len(items) < 7 or items[0].word not in ("in", "from") or items[1].word not in ("which", "what"):
        return items
    helper = next((index for index, item in enumerate(items[:5]) if item.kind == "aux"), 0)
    if helper < _LEAST or helper + 4 >= len(items):
        return items
    person, verb, that = (item.word for item in items[helper + 1 : helper + 4])
    if person not in _PERSONS or verb not in _READING or that != "that":
        return items
    return [*items[1:helper], _say(items[helper + 2], lexicon, "says"), *items[helper + 3 :]]


def _seen_by(items: list[Item], _: Lexicon) -> list[Item]:
    """ "By whom are X seen as doing Y" and "who sees X as doing Y" as "according to whom does X do Y"."""
    by = int(bool(items) and items[0].word == "by")
    if len(items) < by + 5 or items[by].word not in ("who", "whom") or (by and items[1 + by].word not in _BE):
        return items
    seen = next((index for index, item in enumerate(items) if item.word.split()[0] in (_SEEN if by else _SEES)), 0)
    rest = items[seen + 1 :]
    as_ = next((index for index, item in enumerate(rest) if item.word == "as"), -1)
    joined = items[seen].word.endswith(" as")
    doing = (seen if joined else seen + 1 + as_) + 1
    if not seen or doing >= len(items) or (as_ < 0 and not joined) or (by and as_ > 0) or (not by and seen != 1):
        return items
    senses = tuple(sense for sense in items[doing].senses if sense.part == "verb" and sense.form == "ing")
    done = replace(items[doing], senses=tuple(replace(sense, form="base") for sense in senses) or items[doing].senses)
    if not senses and not items[doing].verbal:
        return items
    who = [Item("prep", "according to", items[0].start, items[0].start), replace(items[by], word="whom")]
    about = items[by + 2 : seen] if by else rest[:as_]
    return [*who, _do(items[seen], "do"), *about, done, *items[doing + 1 :]]


def _likely(items: list[Item]) -> list[Item]:
    """ "Is X likely to do" as "may X do"."""
    for index in range(1, len(items) - 2):
        if items[index].word not in _LIKELY or items[index + 1].word != "to":
            continue
        helper = next((place for place in range(index - 1, -1, -1) if items[place].word in _BE), -1)
        if helper < 0 or any(item.kind == "wh" for item in items[helper:index]):
            continue
        may = replace(items[helper], kind="aux", word="may", senses=())
        return [*items[:helper], may, *items[helper + 1 : index], *items[index + 2 :]]
    return items


def _given(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """ "Given" after a form of "be" as the verb: "is time given by X"."""
    for index in range(2, len(items) - 1):
        senses = lexicon.senses.get(("given",), ())
        be = any(item.word in _BE for item in items[:index])
        if items[index].word == "given" and items[index + 1].word in ("by", "to") and be and senses:
            return [*items[:index], replace(items[index], kind="word", senses=senses), *items[index + 1 :]]
    return items


def _verb(item: Item, form: str, _: Lexicon) -> Item | None:
    """The verb as one that follows "does"; None where it is no verb in that form."""
    senses = [sense for sense in item.senses if sense.part == "verb" and sense.form == form]
    return replace(item, senses=tuple(replace(sense, form="base") for sense in senses)) if senses else None


def _say(item: Item, lexicon: Lexicon, word: str = "say") -> Item:
    return replace(item, kind="word", word=word, senses=lexicon.senses.get((word,), ()), things=(), others=())


def _do(item: Item, word: str) -> Item:
    return replace(item, kind="aux", word=word, senses=(), things=(), others=())
