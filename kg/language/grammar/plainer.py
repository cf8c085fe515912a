"""Idioms put as plainer builds.

"How much of a risk" as "how much risk", "with whom does X share the power to do" as "who besides X can do", "is X
obliged to do" as "must X do", "win time" as "gain time", "gets more influence" as "gets influence", "while a mandate
is debated" as "from the debate on a mandate".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.easing import noun_of
from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES
from kg.namespaces import SG

_GREAT = frozenset({"big", "great", "large", "serious", "real", "high"})
_RIGHTS = frozenset({"power", "ability", "right", "capacity", "capability", "possibility", "privilege"})
_SHARING = frozenset({"share", "shares", "shared", "sharing"})
_OBLIGED = frozenset({
    "obliged", "obligated", "required", "compelled", "bound", "forced", "constrained", "supposed", "duty-bound",
})  # fmt: skip
_LEGALLY = frozenset({"legally", "formally", "strictly", "by law", "by the charter"})
_GAINS = frozenset({
    "get", "gets", "got", "gain", "gains", "gained", "win", "wins", "won", "have", "has", "acquire", "acquires",
    "obtain", "obtains", "enjoy", "enjoys",
})  # fmt: skip
_WINS = {"win": "gain", "wins": "gains", "won": "gained", "winning": "gaining"}
_QUOTE = SG + "quote"
_SUPPOSING = frozenset({"if", "when", "in case", "once"})
_WHILE = _SUPPOSING | {"while", "as long as", "whilst", "so long as"}
_INVERTED = AUXILIARIES["modal"] | AUXILIARIES["be"] | AUXILIARIES["do"]


def plain(items: Sequence[Item], linker: Linker) -> list[Item]:
    """The items with each such idiom put plainly; as they are where there is none."""
    found = list(items)
    for rewrite in (_much_of, _sharing, _obliged, _in_power, _being, _more):
        found = rewrite(found)
    for put in (_winning, _words_making, _member_of, _infinitive, _while):
        found = put(found, linker)
    return list(linker.merged(found)) if found != list(items) else found


def _much_of(items: list[Item]) -> list[Item]:
    """ "How much of a risk" and "how big a risk" as "how much risk"."""
    if len(items) < 5 or items[0].word != "how":
        return items
    of = 2 + (items[2].word == "of")
    if items[of].word not in ("a", "an") or not (items[1].word in _GREAT or (items[1].word == "much" and of > 2)):
        return items
    return [items[0], Item("unknown", "much", items[1].start, items[1].end), *items[of + 1 :]]


def _sharing(items: list[Item]) -> list[Item]:
    """ "With whom does X share the power to do it" as "who besides X can do it"."""
    share = next((index for index, item in enumerate(items[:8]) if item.word in _SHARING), 0)
    asked = [item.word for item in items[:share]]
    named = [item for item in items[:share] if item.kind in ("name", "slot")]
    whom = next((item for item in items[:share] if item.kind == "wh"), None)
    if not share or whom is None or len(named) != 1 or "with" not in (*asked, items[-1].word):
        return items
    rest = items[share + 1 :]
    rest = rest[:-1] if rest and rest[-1].word == "with" else rest
    rest = rest[1:] if rest and rest[0].kind == "det" else rest
    who = [replace(whom, word="who"), Item("prep", "besides", whom.end, whom.end), named[0]]
    if len(rest) > 2 and rest[0].word in _RIGHTS and rest[1].word == "to":
        return [*who, Item("aux", "can", rest[0].start, rest[0].end), *rest[2:]]
    has = Item("aux", "has", items[share].start, items[share].end)
    return [*who, has, *items[share + 1 : share + 2], *rest[items[share + 1].kind != "det" :]] if rest else items


def _obliged(items: list[Item]) -> list[Item]:
    """ "Is X obliged to do it", "would X be obliged to do it" and "does X have to do it" as "must X do it"."""
    if not items or items[0].word not in _INVERTED:
        return items
    for index in range(2, len(items) - 1):
        if items[index].word == "must" and items[0].word in AUXILIARIES["do"] | AUXILIARIES["modal"]:
            return [replace(items[0], word="must", senses=()), *items[1:index], *items[index + 1 :]]
        if items[index].word not in _OBLIGED or items[index + 1].word != "to":
            continue
        subject = [item for item in items[1:index] if item.word not in _LEGALLY]
        while subject and subject[-1].word in AUXILIARIES["be"] | {"be", "been"}:
            subject.pop()
        must = replace(items[0], kind="aux", word="must", senses=())
        named = any(item.kind in ("name", "slot") for item in subject)
        return [must, *subject, *items[index + 2 :]] if named else items
    return items


def _in_power(items: list[Item]) -> list[Item]:
    """ "Does X have it in its power to do" and "does it lie in X's power to do" as "can X do"."""
    power = next((index for index, item in enumerate(items) if item.word == "power"), 0)
    words = [item.word for item in items]
    if power < 4 or words[power + 1 : power + 2] != ["to"] or "in" not in words[1:power] or "it" not in words[1:power]:
        return items
    named = [item for item in items[1:power] if item.kind in ("name", "slot")]
    if items[0].word not in _INVERTED | {"who"} or len({item.things for item in named}) != 1 - (words[0] == "who"):
        return items
    can = Item("aux", "can", items[0].start, items[0].end)
    return [items[0], can, *items[power + 2 :]] if words[0] == "who" else [can, named[0], *items[power + 2 :]]


def _more(items: list[Item]) -> list[Item]:
    """ "Gets more influence" as "gets influence": more than what is not asked."""
    if any(item.word == "than" for item in items):
        return items
    for index in range(1, len(items) - 1):
        more = items[index].word in ("more", "greater", "additional", "extra") and items[index].kind != "name"
        named = items[index + 1].kind == "name"
        noun = any(sense.part == "noun" for sense in items[index + 1].senses) or named
        verb = named and any(sense.part == "verb" for sense in items[index - 1].senses)
        if more and noun and (items[index - 1].word in _GAINS or verb):
            return [*items[:index], *items[index + 1 :]]
    return items


def _winning(items: list[Item], linker: Linker) -> list[Item]:
    """ "Win time" as "gain time": what is won has no article, as a war that is won has."""
    for index in range(1, len(items) - 1):
        if items[index].word in _WINS and items[index].kind == "unknown" and items[index + 1].kind == "name":
            gain = _word(_WINS[items[index].word], items[index], linker)
            return [*items[:index], gain, *items[index + 1 :]]
    return items


def _being(items: list[Item]) -> list[Item]:
    """ "Is being debated" as "is debated"."""
    for index in range(1, len(items) - 1):
        if items[index].word == "being" and items[index - 1].word in AUXILIARIES["be"] and items[index + 1].senses:
            return [*items[:index], *items[index + 1 :]]
    return items


def _words_making(items: list[Item], linker: Linker) -> list[Item]:
    """ "Which words make X a Y" as "which words say that X is a Y"."""
    make = next((index for index, item in enumerate(items[:6]) if item.word in ("make", "makes", "made")), 0)
    quoted = any(_QUOTE in sense.concept.terms for item in items[:make] for sense in item.senses)
    last = max((index for index, item in enumerate(items) if item.kind == "det"), default=0)
    if not quoted or last < make + 2 or any(item.kind == "aux" for item in items):
        return items
    start = make - (items[make - 1].kind == "rel")
    that = [_word("say", items[make], linker), Item("det", "that", items[make].end, items[make].end)]
    is_ = Item("aux", "is", items[last].start, items[last].start)
    return [*items[:start], *that, *items[make + 1 : last], is_, *items[last:]]


def _member_of(items: list[Item], linker: Linker) -> list[Item]:
    """ "Which permanent member of X is Y" with the noun and "of" apart where another verb says what is asked."""
    if len(items) < 5 or items[0].kind != "wh" or not items[1].word.endswith(" of") or items[1].kind != "word":
        return items
    noun = items[1].word.removesuffix(" of")
    senses = tuple(sense for sense in linker.lexicon.senses.get(tuple(noun.split()), ()) if sense.part == "noun")
    if not senses or not any(item.kind == "aux" for item in items[2:]):
        return items
    of = Item("prep", "of", items[1].end, items[1].end)
    return [items[0], replace(items[1], word=noun, senses=senses), of, *items[2:]]


def _infinitive(items: list[Item], _: Linker) -> list[Item]:
    """ "Not allow that X loses this" as "not allow X to lose this"."""
    for index in range(1, len(items) - 3):
        that, name, verb = items[index + 1 : index + 4]
        senses = tuple(
            replace(sense, form="base") for sense in verb.senses if sense.part == "verb" and sense.form == "s"
        )
        denied = items[index].word.startswith("not ") and that.word == "that" and name.kind == "name"
        if denied and senses:
            to = Item("prep", "to", name.end, name.end)
            return [*items[: index + 1], name, to, replace(verb, senses=senses), *items[index + 4 :]]
    return items


def _while(items: list[Item], linker: Linker) -> list[Item]:
    """ "While a mandate is debated" as "from the debate on a mandate"; "if it is debated", where that has a name."""
    start = next((index for index, item in enumerate(items) if item.word in _WHILE and index > 2), 0)
    clause = items[start + 1 :]
    be = next((index for index, item in enumerate(clause[:-1]) if item.word in AUXILIARIES["be"]), 0)
    if not start or be < 1:
        return items
    verbs = [sense for sense in clause[be + 1].senses if sense.part == "verb" and sense.form == "ed"]
    nouns = [noun_of(linker, {sense.concept.name}) for sense in verbs]
    at, rest = items[start], clause[be + 2 :]
    from_, the = Item("prep", "from", at.start, at.start), Item("det", "the", at.start, at.start)
    for noun in nouns if not any(item.kind in ("aux", "rel", "wh") for item in clause[:be]) else ():
        if noun is None:
            continue
        said = [_word(" ".join(noun), at, linker), Item("prep", "on", at.end, at.end), *clause[:be]]
        named = linker.merged(said)
        if not (rest or at.word in _SUPPOSING) or (len(named) == 1 and named[0].kind == "name"):
            return [*items[:start], from_, the, *said, *rest]
    return items


def _word(word: str, at: Item, linker: Linker) -> Item:
    return Item("word", word, at.start, at.end, senses=linker.lexicon.senses.get(tuple(word.split()), ()))
