"""How surely something is said: "how certain is it that …", "with what certainty is it claimed that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.lexis.items import Item
from kg.language.text.words import AUXILIARIES
from kg.names import Names
from kg.namespaces import SG

_CERTAINTY = SG + "certainty"
_CERTAINTIES = SG + "Certainty"
_SUPPOSING = frozenset({"it", "that", "this"})
_SURE = frozenset({"certain", "sure", "definite", "settled", "guaranteed", "established"})
_REAL = frozenset({"genuine", "sincere", "credible", "honest", "real"})
_DOUBT = frozenset({"doubt", "doubts", "uncertainty", "scepticism", "skepticism"})
_OVER = frozenset({"about", "over", "on", "that", "whether", "as to", "regarding", "concerning", "if"})
_MERELY = frozenset({"only", "merely", "just", "simply", "rather", "mere"})


def in_doubt(items: Sequence[Item]) -> tuple[Item, ...] | None:
    """What it is of which the question asks how sure it is; None where it asks something else.

    That is a statement after "that", or a noun with what belongs to it: "how firm is the exclusion of X".
    """
    words = [item.word for item in items[:4] if item.kind != "fill"]
    if len(words) == 4 and words[0] in AUXILIARIES["be"] and words[1] == "it" and words[2] in _SURE:
        return tuple(items[4:]) if words[3] == "that" and len(items) > 5 else None  # "is it certain that X does Y"
    if tail := _only_seems(items):
        return tuple(items[1:tail])
    real = items[-1].word in _SURE | _REAL and items[0].word in AUXILIARIES["be"] and len(items) > 4
    if real and any(item.things for item in items[1:-1]) and not any(item.kind in ("wh", "rel") for item in items):
        return tuple(items[1:-1])  # "is X's concern for Y genuine"
    if opened := _doubted(items):
        return tuple(items[opened:])
    asking = _asking(items)
    if asking is None:
        return None
    start, end = asking
    if start and items[0].word == "that":  # "that X does Y, how certain is it"
        return tuple(items[1:start])
    rest = items[end:]
    that = next((index for index, item in enumerate(rest) if item.word == "that"), -1)
    if that >= 0 and all(item.kind != "wh" for item in rest[:that]):
        return tuple(rest[that + 1 :]) or None
    if not rest or rest[0].word not in AUXILIARIES["be"]:
        return None
    said = [item for item in rest[1:] if item.word not in _SUPPOSING or item.kind != "unknown"]
    return tuple(said) if said and any(item.things for item in said) else None


def is_of_sureness(items: Sequence[Item]) -> bool:
    """Whether it is asked how sure something is."""
    return _asking(items) is not None


def _only_seems(items: Sequence[Item]) -> int:
    """Where "or does it only look so" begins; 0 where it is not asked."""
    place = next((index for index, item in enumerate(items) if item.word == "or"), 0)
    tail = items[place + 1 :]
    asks = 3 <= len(tail) <= 6 and tail[0].kind == "aux" and tail[1].word in _SUPPOSING
    seems = any(_CERTAINTY in sense.concept.terms for item in tail for sense in item.senses)
    return place if place > 3 and asks and seems and items[0].kind == "aux" else 0


def _doubted(items: Sequence[Item]) -> int:
    """Where it begins of what it is asked if there is doubt about it; 0 where that is not asked."""
    place = 2 + (len(items) > 4 and items[2].kind == "det")
    if len(items) < place + 4 or items[0].word not in AUXILIARIES["be"] or items[1].word != "there":
        return 0
    return place + 2 if items[place].word in _DOUBT and items[place + 1].word in _OVER else 0


def chosen(items: Sequence[Item], names: Names) -> tuple[Item, ...] | None:
    """What it is of which the question asks whether it is certain, or possible, expected or apparent; else None.

    "Is it certain or merely possible that …", "is the exclusion of X asserted, expected or only possible".
    """
    place = next((index for index, item in enumerate(items) if item.word == "or"), 0)
    if place < 2 or place + 1 >= len(items) or items[0].word not in AUXILIARIES["be"]:
        return None
    end = place + 1
    while end + 1 < len(items) and (items[end].kind in ("det", "fill") or items[end].word in _MERELY | {"as"}):
        end += 1
    begin = place - 1
    while begin > 1 and (_says_how(items[begin - 1]) or items[begin - 1].word == "as"):
        begin -= 1
    sure = [item for item in (*items[begin:place], items[end]) if _is_certainty(item, names)]
    if not sure or not _says_how(items[end]):
        return None
    rest = [item for item in (*items[1:begin], *items[end + 1 :]) if item.word != "it" or item.kind != "unknown"]
    said = tuple(rest[1:] if rest and rest[0].word == "that" else rest)
    return said if any(item.things for item in said) else None


def happening(said: tuple[Item, ...]) -> tuple[Item, ...]:
    """ "The increase in X" as "X would increase"; anything else as it is."""
    place = int(said[0].kind == "det")
    if len(said) < place + 3 or said[place].kind != "word" or said[place + 1].word != "in":
        return said
    noun, rest = said[place], said[place + 2 :]
    verbs = tuple(sense for sense in noun.senses if sense.part == "verb" and sense.form == "base")
    if len(verbs) in (0, len(noun.senses)) or any(item.kind == "aux" for item in rest):
        return said
    return (Item("aux", "would", noun.start, noun.start), *rest, replace(noun, senses=verbs))


def _says_how(item: Item) -> bool:
    """Whether a word may be one of those that are chosen from: "certain", "expected", "a fact"."""
    parts = {sense.part for sense in item.senses}
    done = any(sense.part == "verb" and sense.form == "ed" for sense in item.senses)
    return (
        item.word in _MERELY
        or item.kind in ("det", "fill")
        or (item.kind == "word" and (done or bool(parts - {"verb"})))
    )


def _is_certainty(item: Item, names: Names) -> bool:
    return any(names.is_a(term, _CERTAINTIES) for sense in item.senses for term in sense.concept.terms)


def _asking(items: Sequence[Item]) -> tuple[int, int] | None:
    """Where "how certain", "with what certainty" or "what is the certainty of" begins and ends."""
    for index, item in enumerate(items[:-1]):
        if item.kind != "wh" or item.word not in ("how", "what", "which"):
            continue
        much = items[index + 1].word == "much"  # "with how much certainty"
        wanted = "adjective" if item.word == "how" and not much else "noun"
        place = index + 1 + much
        while place < len(items) - 1 and items[place].kind in ("fill", "det"):
            place += 1
        senses = items[place].senses if place < len(items) else ()
        real = wanted == "adjective" and items[place].word in _REAL
        if real or any(sense.part == wanted and _CERTAINTY in sense.concept.terms for sense in senses):
            begins = index - (index > 0 and items[index - 1].kind == "prep")
            return begins, place + 1
    return None
