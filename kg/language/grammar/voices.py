"""The ways to say in whose words it is asked, put as "according to": "if you believe X", "say X", "in X's eyes"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.reporting import is_speech
from kg.language.lexis.items import Item

_BEFORE = frozenset(
    {
        "as per",
        "per",
        "to believe",
        "in the reading of",
        "in the mouth of",
        "going by",
        "judging by",
        "judging from",
        "to judge by",
        "to judge from",
        "to go by",
        "if we go by",
        "if one goes by",
        "based on",
        "on the authority of",
        "on the word of",
        "from the lips of",
        "from the mouth of",
        *(
            f"if {who} {verb}"
            for who in ("you", "we", "one", "you are to", "we are to", "one is to", "i")
            for verb in ("believe", "believes", "trust", "trusts", "ask", "asks", "follow", "follows", "listen to")
        ),
    }
)
_OPENS = frozenset({
    "as", "if", "in", "per", "so", "the", "to", "as per", "as to", "going", "judging", "based", "on", "from",
})  # fmt: skip
_LONGEST = 6  # words in one of these
_OPINIONS = frozenset({
    "account", "analysis", "assessment", "belief", "claim", "estimate", "estimation", "eye", "eyes", "interpretation",
    "judgement", "judgment", "lips", "mind", "minds", "mouth", "mouths", "narrative", "opinion", "opinions",
    "perspective", "reading", "reckoning", "standpoint", "take", "telling", "understanding", "version", "view", "views",
    "viewpoint", "voice", "word", "words", "point of view",
})  # fmt: skip
_FROM = frozenset({"in", "from", "by", "on", "to", "through", "with", "out of"})
_THINGS = frozenset({"it", "things", "this", "that", "matters"})
_BELIEVED = (
    "is to be believed",
    "are to be believed",
    "is right",
    "are right",
    "is to be trusted",
    "are to be trusted",
)
_REACH = ("goes", "go", "is concerned", "are concerned", "says", "say", "tells", "tell", "states")
_SAYING = frozenset({"say", "says", "said"})
_NAMES = frozenset({"name", "slot"})


def voiced(items: Sequence[Item]) -> list[Item]:
    """The items, signs among them, with whatever says in whose words it is asked put as "according to"."""
    found: list[Item] = []
    index = 0
    while index < len(items):
        taken = _in_words_of(items, index) or _as_seen(items, index) or _aside(items, index)
        if taken is None:
            found.append(items[index])
            index += 1
            continue
        speaker, end = taken
        found += [Item("prep", "according to", items[index].start, speaker.start), speaker]
        index = end
    return found


def _person(items: Sequence[Item], index: int) -> int:
    """Where the name of who speaks stands, past an article; -1 where none does."""
    place = index + (index < len(items) and items[index].kind == "det")
    return place if place < len(items) and items[place].kind in _NAMES else -1


def _follow(items: Sequence[Item], index: int, phrases: Sequence[str] | frozenset[str]) -> int:
    """Where one of the phrases ends that begins here, the longest; 0 where none does."""
    end, text = 0, ""
    for place in range(index, min(index + _LONGEST, len(items))):
        text = f"{text} {items[place].word}".strip()
        end = place + 1 if text in phrases else end
    return end


def _in_words_of(items: Sequence[Item], index: int) -> tuple[Item, int] | None:
    """ "If you believe X", "in X's view", "from the standpoint of X", "in whose view"."""
    after = _follow(items, index, _BEFORE) if items[index].word in _OPENS else 0
    person = _person(items, after) if after else -1
    if person >= 0:
        return items[person], person + 1
    if items[index].word not in _FROM or index + 2 >= len(items):
        return None
    if items[index + 1].word == "whose" and items[index + 2].word in _OPINIONS:
        return replace(items[index + 1], word="whom"), index + 3
    person = _person(items, index + 1)
    if person >= 0 and [item.kind for item in items[person + 1 : person + 2]] == ["poss"]:
        held = person + 2 < len(items) and items[person + 2].word in _OPINIONS
        return (items[person], person + 3) if held else None
    noun = index + 1 + (items[index + 1].word == "the")
    if [item.word in _OPINIONS or item.word == "of" for item in items[noun : noun + 2]] == [True, True]:
        person = _person(items, noun + 2)
        return (items[person], person + 1) if person >= 0 and items[noun + 1].word == "of" else None
    return None


def _as_seen(items: Sequence[Item], index: int) -> tuple[Item, int] | None:
    """ "As X see it", "as reported by X", "to hear X tell it", "if X are right", "as far as X goes"."""
    if items[index].word not in _OPENS:
        return None
    words = [item.word for item in items[index : index + 3]]
    if words[:1] == ["as"] and len(words) == 3 and words[2] == "by":
        told = any(sense.part == "verb" and sense.form == "ed" for sense in items[index + 1].senses)
        person = _person(items, index + 3)
        return (items[person], person + 1) if told and person >= 0 else None
    reaches = words[1:] == ["far", "as"] and words[0] in ("as", "so")
    start = index + len(words) if reaches else _follow(items, index, ("to hear", "as", "if", "the way"))
    person = _person(items, start) if start else -1
    if person < 0 or person + 1 >= len(items):
        return None
    after = person + 1
    if reaches:
        end = _follow(items, after, _REACH)
        return (items[person], end) if end else None
    if words[0] == "if":
        end = _follow(items, after, _BELIEVED)
        return (items[person], end) if end else None
    if after + 1 < len(items) and items[after + 1].word in _THINGS:
        return items[person], after + 2
    ends = after + 1 >= len(items) or items[after + 1].kind == "sign"
    return (items[person], after + 1) if words[0] == "as" and ends and is_speech(items, after) else None


def _aside(items: Sequence[Item], index: int) -> tuple[Item, int] | None:
    """ "…, say X, …" and "…, X say"; at the very end "say X" without a comma as well."""
    comma = items[index].word == ","
    start = index + comma
    if start + 1 >= len(items) or not (comma or index):
        return None
    person = _person(items, start)
    if person >= 0 and comma and _is_view(items[person + 1 :]):
        return items[person], len(items)
    if comma and items[start].word == "so":  # "how long can it last, so the article"
        start, person = start + 1, _person(items, start + 1)
        if person >= 0 and all(item.kind == "sign" for item in items[person + 1 :]):
            return items[person], len(items)
    if start + 1 >= len(items):
        return None
    if person >= 0:
        verb, end = person + 1, person + 2
    else:
        verb, person = start, _person(items, start + 1)
        end = person + 1
    if person < 0 or verb >= len(items) or not is_speech(items, verb):
        return None
    closed = end >= len(items) or all(item.kind == "sign" for item in items[end:])
    if comma and (closed or items[end].word == ","):
        return items[person], end
    plainly = verb < person and items[verb].word in _SAYING and items[index - 1].kind == "word"
    return (items[person], end) if closed and plainly else None


def _is_view(rest: Sequence[Item]) -> bool:
    """Whether it ends with "'s view": "losers of the war, X's view"."""
    words = [item.word for item in rest if item.kind != "sign"]
    return len(words) == 2 and words[0] == "'s" and words[1] in _OPINIONS
