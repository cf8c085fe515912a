"""What somebody says that somebody will or must not do, put as "do X say that Y will not allow it".

"X affirm Y will do" as "do X affirm that Y will do", "X's officials say that it will" as "… that X will",
"X insists that Y must not do" as "X will not allow Y to do".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.reporting import is_speech
from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_COMMITTED = frozenset({
    "determined", "adamant", "resolved", "insistent", "insists", "insist", "insisted", "vows", "vow", "vowed", "swears",
    "swear", "sworn", "promises", "promise", "promised", "pledges", "pledge", "pledged",
})  # fmt: skip
_MUST = frozenset({"must", "may", "shall", "can"})
_PRONOUNS = frozenset({"it", "they", "he", "she"})
_LEAST = 3  # items


def asserted(items: Sequence[Item], linker: Linker) -> list[Item]:
    """The items with each such build put plainly; as they are where there is none."""
    found = _by_speaker(_never(_said_so(_extracted(list(items))), linker), linker)
    return found if found == list(items) else list(linker.merged(found))


def _extracted(items: list[Item]) -> list[Item]:
    """ "Who do X say gains" as "who gains according to X", "whom do X say Y weakens" as "whom does Y weaken …"."""
    verb = next((index for index in range(3, min(len(items) - 2, 7)) if is_speech(items, index)), 0)
    name = verb - 1
    if not verb or items[0].kind != "wh" or items[name].kind != "name":
        return items
    do = name - 1 - (items[name - 1].kind == "det")
    rest = items[verb + 1 + (items[verb + 1].word == "that") :]
    if items[do].word not in AUXILIARIES["do"] or len(rest) < 2:
        return items
    by = [Item("prep", "according to", items[verb].start, items[verb].end), items[name]]
    if rest[0].kind == "aux" or any(sense.part == "verb" and sense.form in ("s", "ed") for sense in rest[0].senses):
        return [*items[:do], *rest, *by]
    subject = int(rest[0].kind == "det")
    if len(rest) < subject + 2 or rest[subject].kind != "name":
        return items
    doing = rest[subject + 1]
    if doing.kind == "aux":
        return [*items[:do], doing, *rest[: subject + 1], *rest[subject + 2 :], *by]
    base = tuple(replace(sense, form="base") for sense in doing.senses if sense.part == "verb" and sense.form == "s")
    does = [_item("aux", "does", doing), *rest[: subject + 1], replace(doing, senses=base), *rest[subject + 2 :]]
    return [*items[:do], *does, *by] if base else items


def _said_so(items: list[Item]) -> list[Item]:
    """ "X affirm Y will do" as "do X affirm that Y will do"."""
    if len(items) > _LEAST and items[0].word == "who" and is_speech(items, 1) and items[2].word == "it":
        return [*items[:2], *items[3:]]  # "by whom is it affirmed that"
    verb = 1 + (bool(items) and items[0].kind == "det")
    if len(items) < verb + _LEAST or items[verb - 1].kind != "name" or not is_speech(items, verb):
        return items
    rest = items[verb + 1 :]
    told = rest[0].word == "that" or (rest[0].kind in ("name", "det") and any(i.kind == "aux" for i in rest[1:4]))
    finite = any(sense.form in ("base", "s", "ed") for sense in items[verb].senses if sense.part == "verb")
    if not told or not finite or any(item.kind == "wh" for item in items):
        return items
    that = [] if rest[0].word == "that" else [_item("det", "that", rest[0])]
    return [_item("aux", "do", items[0]), *items[: verb + 1], *that, *rest]


def _never(items: list[Item], linker: Linker) -> list[Item]:
    """ "X insists that Y must not do" as "X will not allow Y to do"; so too "X say that Y must not do"."""
    for index in range(1, len(items) - 4):
        name = index + 1 + (items[index + 1].kind == "det")
        if items[index].word != "that" or name + 3 > len(items) or items[name].kind != "name":
            continue
        modal, deny = items[name + 1 : name + 3] if name + 3 < len(items) else (items[0], items[0])
        sworn = any(SG + "prevents" in sense.concept.terms for sense in items[index - 1].senses)
        committed = sworn or items[index - 1].word in _COMMITTED
        if deny.kind != "neg" or not (modal.word in _MUST or (committed and modal.word in AUXILIARIES["modal"])):
            continue
        senses = linker.lexicon.senses.get(("not", "allow"), ())
        allow = [_item("aux", "will", modal), Item("word", "not allow", deny.start, deny.end, senses=senses)]
        doing = [*allow, items[name], _item("prep", "to", deny), *items[name + 3 :]]
        if not committed:
            return [*items[: index + 1], _item("unknown", "it", modal), *doing]
        actor = [item for item in items[: index - 1] if item.kind == "name"]
        return [allow[0], *actor[-1:], *doing[1:]] if actor else items
    return items


def _by_speaker(items: list[Item], linker: Linker) -> list[Item]:
    """ "Do X's officials say that it will not do" as "… say that X will not do": for whom they speak."""
    for index in range(2, len(items) - 1):
        if items[index].word not in _PRONOUNS or items[index - 1].word != "that":
            continue
        speaker = next((item for item in reversed(items[:index]) if item.kind == "name"), None)
        if speaker is None or not speaker.things:
            continue
        own = (speaker.word,) in linker.naming.nouns  # the name of a state
        held = frozenset(speaker.things) if own else linker.merger.within.get(speaker.things[0], frozenset())
        if len(held) == 1:
            thing = next(iter(held))
            return [*items[:index], replace(items[index], kind="name", things=(thing,)), *items[index + 1 :]]
    return items


def _item(kind: str, word: str, at: Item) -> Item:
    return Item(kind, word, at.start, at.start)
