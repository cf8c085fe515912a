"""Who stands where: names, nouns and the wh-phrase get the label that they would have in an active clause."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.language.grammar.focus import SELF, Focus
from kg.language.grammar.tagging import Tagged
from kg.language.lexis.items import Item
from kg.language.text.words import ABLE, AUXILIARIES, SAME_PREPOSITION

SUBJECT, OBJECT, MID = "subject", "object", "mid"


@dataclass(frozen=True)
class Filler:
    """A name (or a slot of a phrasing), or a noun that stands for some thing of a class, with its label."""

    label: str
    item: Item
    noun: bool = False
    joined: tuple[Item, ...] = ()
    either: bool = False  # "Russia or China"


@dataclass(frozen=True)
class _Unit:
    index: int
    part: Tagged
    label: str
    joined: tuple[Item, ...] = ()
    either: bool = False


def labelled(parts: list[Tagged], focus: Focus | None, taken: set[int]) -> tuple[tuple[Filler, ...], Focus | None]:
    """All fillers with their labels, and the focus with its own."""
    verbs = [index for index, part in enumerate(parts) if part.tag == "V"] or having(parts) or _predicates(parts)
    found, stranded = _units(parts, focus, taken)
    labels = _labels(parts, focus, verbs, found, stranded)
    if verbs and _is_passive(parts, verbs):
        turned = {SUBJECT: OBJECT, "by": SUBJECT}
        labels = {index: turned.get(label, label) for index, label in labels.items()}
    if focus is not None and _is_had(parts, focus, verbs, labels):
        labels = {index: "of" if label == SUBJECT else label for index, label in labels.items()}  # X has N: N of X
        focus = replace(focus, label=SELF)
    fillers = tuple(
        Filler(labels.get(unit.index, ""), unit.part.item, unit.part.tag == "C", unit.joined, unit.either)
        for unit in found
        if focus is None or unit.index != focus.place
    )
    if focus is not None and focus.label != SELF:
        focus = replace(focus, label=labels.get(focus.place, ""))
    return fillers, focus


def _labels(
    parts: list[Tagged], focus: Focus | None, verbs: list[int], found: list[_Unit], stranded: str
) -> dict[int, str]:
    """The label of each unit by its index: its preposition, else its place before, between or after the verbs."""
    first, last = (verbs[0], verbs[-1]) if verbs else (len(parts), len(parts))
    labels = {unit.index: unit.label for unit in found if unit.label}
    if verbs or not focus or focus.label != SELF:
        before = [unit for unit in found if not unit.label and unit.index < first]
        _place_before(before, focus, stranded, labels, copula=not verbs)
    objects = int(focus is not None and labels.get(focus.place) == OBJECT)  # "what does X give Y"
    for unit in (unit for unit in found if not unit.label and unit.index > first):
        if unit.index < last:
            labels[unit.index] = MID
        else:
            labels[unit.index] = OBJECT if objects == 0 else f"{OBJECT} {objects + 1}"
            objects += 1
    return labels


def _is_had(parts: list[Tagged], focus: Focus, verbs: list[int], labels: dict[int, str]) -> bool:
    """Whether a noun is asked for that somebody has: "which goals does X have"."""
    asked = labels.get(focus.place, "") == OBJECT and bool(focus.nouns)
    return asked and bool(verbs) and parts[verbs[-1]].item.word in AUXILIARIES["have"]


def having(parts: list[Tagged]) -> list[int]:
    """Where no other verb is: "have" or "do" as the verb itself ("which goals does X have")."""
    helpers = [index for index, part in enumerate(parts) if part.tag == "A"]
    if not helpers or any(part.tag == "V" or part.item.verbal for part in parts):
        return []
    word = parts[helpers[-1]].item.word
    alone = len(helpers) == 1 and word in AUXILIARIES["have"]
    return helpers[-1:] if alone or (len(helpers) > 1 and word in ("do", "have")) else []


def _predicates(parts: list[Tagged]) -> list[int]:
    """Where no verb is: the adjective that stands by a form of "be", and before no noun."""
    if not any(part.item.word in AUXILIARIES["be"] for part in parts if part.tag == "A"):
        return []
    return [
        index
        for index, part in enumerate(parts)
        if part.tag == "J" and (index + 1 == len(parts) or parts[index + 1].tag not in ("C",))
    ][:1]


def _units(parts: list[Tagged], focus: Focus | None, taken: set[int]) -> tuple[list[_Unit], str]:
    """Names, nouns and the wh-phrase with the prepositions before them; and a preposition that is left over."""
    units: list[_Unit] = []
    pending, stranded = "", ""
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.tag == "R" and " " in part.item.word:
            stranded = _standard(part.item.word.rpartition(" ")[0])  # "a proposal under which …"
        elif part.tag == "P":
            stranded, pending = pending or stranded, _standard(part.item.word)  # "what is X used for by Y"
        elif part.tag in ("V", "A") and pending:
            pending = "" if pending == "to" or part.form == "ing" else pending
            stranded, pending = pending or stranded, ""
        elif focus is not None and index == focus.place:
            units.append(_Unit(index, part, "of" if focus.wh == "whose" else pending))
            pending = ""
        elif part.tag in ("N", "C") and index not in taken and not (part.tag == "C" and part.item.word in ABLE):
            if part.item.verbal and pending == "to":
                pending = ""
            unit, index, pending = _unit(parts, index, pending)
            units.append(unit)
        index += 1
    return units, pending or stranded


def _standard(preposition: str) -> str:
    return SAME_PREPOSITION.get(preposition, preposition)


def _unit(parts: list[Tagged], index: int, pending: str) -> tuple[_Unit, int, str]:
    """The filler at `index` with the names joined to it; one in the genitive, or an adjective, is marked "of"."""
    part, joined, either = parts[index], [], False
    end = index
    while end + 2 < len(parts) and part.tag == "N":
        step = 2 if parts[end + 1].tag == "&" else 0
        if step and parts[end + 2].item.kind == "det" and end + 3 < len(parts):
            step = 3
        if not step or parts[end + step].tag != "N":
            break
        either = either or parts[end + 1].item.word == "or"
        joined.append(parts[end + step].item)
        end += step
    after = parts[end + 1] if end + 1 < len(parts) else None
    genitive = after is not None and after.tag == "'"
    attribute = part.item.adjective and after is not None and (after.tag in ("C", "J") or after.item.kind == "name")
    if genitive or attribute:
        return _Unit(index, part, "of", tuple(joined), either), end, pending
    return _Unit(index, part, pending, tuple(joined), either), end, ""


def _place_before(
    before: list[_Unit], focus: Focus | None, stranded: str, labels: dict[int, str], *, copula: bool
) -> None:
    """Label what stands unmarked before the verb: the last is the subject, a wh-phrase before it is what is missing."""
    wh = [unit for unit in before if focus is not None and unit.index == focus.place]
    others = [unit for unit in before if unit not in wh]
    adverb = focus is not None and focus.wh in ("how", "why", "when", "where", "how long") and not focus.nouns
    if wh and adverb:
        labels[wh[0].index] = focus.wh if focus else ""
        wh = []
    if wh and others and copula and not stranded and others[0].part.tag == "C":
        labels[wh[0].index], labels[others[0].index] = SUBJECT, "predicate"
    elif wh and others:
        labels[wh[0].index] = stranded or OBJECT
        labels[others[0].index] = SUBJECT
    elif wh:
        labels[wh[0].index] = SUBJECT
    elif others:
        labels[others[0].index] = SUBJECT
    for extra in others[1:]:
        labels.setdefault(extra.index, "predicate")


def _is_passive(parts: list[Tagged], verbs: list[int]) -> bool:
    last = verbs[-1]
    if parts[last].form != "ed":
        return False
    since = verbs[-2] if len(verbs) > 1 else -1
    helpers = [part.item.word for part in parts[since + 1 : last] if part.tag == "A"]
    if any(word in AUXILIARIES["be"] for word in helpers):
        return True
    if any(word in AUXILIARIES["have"] | AUXILIARIES["do"] for word in helpers):
        return False
    following = parts[last + 1].item if last + 1 < len(parts) else None
    return following is not None and following.kind == "prep" and following.word in ("by", "in", "at", "during")
