"""Items → a clause: what is asked for, and what stands before, after and beside its verb.

No full parse: a clause is flat. Its fillers (names, nouns, the wh-phrase) carry labels, "subject", "object", "mid"
(between two verbs) or a preposition, put as in an active clause; questions and phrasings go through the same door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.lexicon import Sense
from kg.language.linking import Item
from kg.language.words import ABLE, AUXILIARIES, SAME_PREPOSITION

SUBJECT, OBJECT, MID, SELF = "subject", "object", "mid", "self"


@dataclass(frozen=True)
class Filler:
    """A name (or a slot of a phrasing), or a noun that stands for some thing of a class, with its label."""

    label: str
    item: Item
    noun: bool = False
    joined: tuple[Item, ...] = ()
    either: bool = False  # "Russia or China"


@dataclass(frozen=True)
class Focus:
    """What is asked for: the wh-word ("which" for a list, "" for yes or no) and the nouns that say of what kind."""

    wh: str
    label: str = ""
    nouns: tuple[Sense, ...] = ()
    many: bool = False
    place: int = -1


@dataclass(frozen=True)
class Clause:
    focus: Focus | None
    fillers: tuple[Filler, ...]
    words: tuple[Item, ...]
    verbs: tuple[Item, ...]
    negated: bool
    able: bool
    several: bool  # more than one thing is asked for
    items: tuple[Item, ...]


@dataclass(frozen=True)
class _Part:
    """An item with the part that it plays: N name, C noun, V verb, J adjective, W, A auxiliary, P, or - for none."""

    tag: str
    item: Item
    form: str = ""


def clause(items: Sequence[Item], *, whether: bool = False) -> Clause:
    """The clause that the items make; with `whether` a statement is asked about, and nothing in it for."""
    if items and items[0].word == "whether":
        items, whether = items[1:], True
    parts = _parts(items)
    negated = any(part.item.kind == "neg" for part in parts)
    parts = [part for part in parts if part.item.kind != "neg"]
    focus, taken = _focus(parts) if not whether else (None, set[int]())
    fillers, focus = _labelled(parts, focus, taken)
    counted = focus.place + 1 if focus is not None and focus.many else -1
    content = tuple(
        part.item
        for index, part in enumerate(parts)
        if part.item.kind in ("word", "unknown", "number", "sign") and index != counted
    )
    able = any(word in ABLE for item in items for word in item.word.split())
    several = sum(part.tag == "W" for part in parts) > 1
    verbs = tuple(part.item for part in parts if part.tag == "V" and part.item.kind == "word")
    if focus is None or focus.label != SELF:
        verbs = verbs or tuple(parts[index].item for index in _having(parts))
    return Clause(focus, fillers, content, verbs, negated, able, several, tuple(part.item for part in parts))


def _parts(items: Sequence[Item]) -> list[_Part]:
    found: list[_Part] = []
    for index, item in enumerate(items):
        before = next((part for part in reversed(found) if part.item.kind not in ("fill", "neg")), None)
        found.append(_part(item, before, items[index + 1 :], any(part.tag == "V" for part in found), found))
    return found


def _part(item: Item, before: _Part | None, rest: Sequence[Item], verbs: bool, found: list[_Part]) -> _Part:
    simple = {"name": "N", "slot": "N", "wh": "W", "prep": "P", "conj": "&", "poss": "'", "neg": "-", "rel": "R"}
    if item.kind in simple and not (item.kind == "prep" and any(s.part != "adposition" for s in item.senses)):
        return _Part(simple[item.kind], item)
    if item.kind == "aux":
        return _Part("A", item)
    if item.kind != "word":
        return _Part("-", item)
    by = {
        part: [sense for sense in item.senses if sense.part == part]
        for part in ("verb", "noun", "adjective", "adposition")
    }
    tag = _tag(by, before, rest, verbs, found)
    kept = by[{"V": "verb", "C": "noun", "J": "adjective"}[tag]] or by["adposition"]
    if tag != "V":
        kept = [*kept, *(by["adjective"] if tag == "C" else by["noun"])]
    form = kept[0].form if kept else ""
    if tag == "V" and {s.form for s in kept} == {"base", "ed"}:
        form = "ed"
    return _Part(tag, replace(item, senses=tuple(kept) or item.senses), form)


def _tag(
    by: dict[str, list[Sense]], before: _Part | None, rest: Sequence[Item], verbs: bool, found: list[_Part]
) -> str:
    """Verb, noun or adjective, by what a word can be and what stands before it."""
    verb, noun, adjective = bool(by["verb"]), bool(by["noun"]), bool(by["adjective"] or by["adposition"])
    if not verb:
        if noun and adjective:
            return "C" if before is not None and before.item.kind in ("det", "poss", "prep") else "J"
        return "C" if noun else "J"
    if not noun and not adjective:
        return "V"
    other = "C" if noun else "J"
    if before is None:
        return "V"
    kind, word = before.item.kind, before.item.word
    if kind in ("det", "poss", "number") or before.tag == "J" or (kind == "name" and before.item.adjective):
        return other
    if kind == "prep":
        return "V" if word == "to" or by["verb"][0].form == "ing" else other
    if before.tag == "A" and word not in AUXILIARIES["be"]:
        return "V"
    if before.tag == "A":
        return "V" if by["verb"][0].form in ("ed", "ing") else other
    if before.tag == "W":
        follows = rest[0].kind if rest else ""
        if word in ("who", "whom", "that"):
            return "V"
        object_follows = follows in ("name", "slot", "det", "neg") or (follows == "prep" and rest[0].word != "of")
        return "V" if by["verb"][0].form == "s" and object_follows and word == "what" else other
    if before.tag in ("N", "C", "R"):
        aux = [part for part in found if part.tag == "A"]
        if by["verb"][0].form == "base" and not aux and before.tag == "N":
            return other if verbs else "V"
        return other if verbs and not aux else "V"
    return other


def _focus(parts: list[_Part]) -> tuple[Focus | None, set[int]]:
    """The wh-phrase and the indices of its parts; None for yes or no."""
    index = next((i for i, part in enumerate(parts) if part.tag == "W"), -1)
    if index < 0:
        if parts and parts[0].tag == "A":
            return None, set()
        first = next((i for i, part in enumerate(parts) if part.tag in ("V", "A")), len(parts))
        nouns, used = _nouns(parts[:first], 0, skip_names=True)
        if first == len(parts) or not nouns:
            return Focus("list", SELF if nouns else "", nouns), used
        return Focus("list", "", nouns, False, min(used)), used
    wh, many = parts[index].item.word, False
    if wh == "which" and index + 1 < len(parts) and parts[index + 1].tag == "N" and not parts[index + 1].item.adjective:
        return Focus("definition", "", (), many, index), {index}
    taken, after = {index}, index + 1
    following = parts[after].item.word if after < len(parts) else ""
    if wh == "how" and following in ("many", "much", "long", "often", "big", "far"):
        wh, many = f"how {following}", following == "many"
        taken.add(after)
        after += 1
    if wh in ("what", "which", "whose", "how many", "how much", "list"):
        nouns, used = _nouns(parts, after)
        if nouns:
            return Focus(wh, "", () if wh == "whose" else nouns, many, index), taken | used
    if wh in ("what", "who", "which") and after < len(parts) and parts[after].item.word in AUXILIARIES["be"]:
        nouns, used = _nouns(parts, after + 1, skip_names=True)
        follows = parts[max(used) + 1].tag if used and max(used) + 1 < len(parts) else "P"
        if follows in ("P", "R") or not any(part.tag == "V" for part in parts[after:]):
            if nouns and wh == "what" and any(parts[i].item.word in ("a", "an") for i in range(after, min(used))):
                return Focus("definition", "", (), many, index), taken
            if nouns:
                return Focus(wh, SELF, nouns, many, index), taken | used
    return Focus(wh, "", (), many, index), taken


def _nouns(parts: list[_Part], start: int, *, skip_names: bool = False) -> tuple[tuple[Sense, ...], set[int]]:
    """The senses of the noun that begins at `start`, past determiners and adjectives; "which of the proposals" too."""
    used: set[int] = set()
    for index in range(start, len(parts)):
        part = parts[index]
        if part.tag == "C":
            return tuple(sense for sense in part.item.senses if sense.part == "noun"), used | {index}
        kinds = ("det", "fill", "number")
        if (
            part.item.kind in kinds
            or part.tag == "J"
            or (part.tag == "P" and part.item.word == "of" and index == start)
        ):
            used.add(index) if part.tag == "P" else None
            continue
        if skip_names and part.tag in ("N", "'"):
            continue
        if part.tag == "N" and part.item.adjective:
            continue
        break
    return (), set()


def _labelled(parts: list[_Part], focus: Focus | None, taken: set[int]) -> tuple[tuple[Filler, ...], Focus | None]:
    """All fillers with their labels, and the focus with its own."""
    verbs = [index for index, part in enumerate(parts) if part.tag == "V"]
    verbs = verbs or _having(parts)
    if not verbs:
        verbs = _predicates(parts)
    first, last = (verbs[0], verbs[-1]) if verbs else (len(parts), len(parts))
    units, stranded = _units(parts, focus, taken)
    before = [unit for unit in units if not unit.label and unit.index < first]
    labels: dict[int, str] = {unit.index: unit.label for unit in units if unit.label}
    if verbs or not focus or focus.label != SELF:
        _place_before(before, focus, stranded, labels, copula=not verbs)
    after = [unit for unit in units if not unit.label and unit.index > first]
    objects = 0
    for unit in after:
        if unit.index < last:
            labels[unit.index] = MID
        else:
            labels[unit.index] = OBJECT if objects == 0 else f"{OBJECT} {objects + 1}"
            objects += 1
    if verbs and _is_passive(parts, verbs):
        turned = {SUBJECT: OBJECT, "by": SUBJECT}
        labels = {index: turned.get(label, label) for index, label in labels.items()}
    asked = labels.get(focus.place, "") if focus is not None else ""
    if (
        focus is not None
        and asked == OBJECT
        and focus.nouns
        and verbs
        and parts[verbs[-1]].item.word in AUXILIARIES["have"]
    ):
        labels = {index: "of" if label == SUBJECT else label for index, label in labels.items()}  # X has N: N of X
        focus = replace(focus, label=SELF)
    fillers = tuple(
        Filler(labels.get(unit.index, ""), unit.part.item, unit.part.tag == "C", unit.joined, unit.either)
        for unit in units
        if focus is None or unit.index != focus.place
    )
    if focus is not None and focus.label != SELF:
        focus = replace(focus, label=labels.get(focus.place, ""))
    return fillers, focus


def _having(parts: list[_Part]) -> list[int]:
    """Where no other verb is: "have" or "do" as the verb itself ("which goals does X have")."""
    helpers = [index for index, part in enumerate(parts) if part.tag == "A"]
    if not helpers or any(part.tag == "V" or part.item.verbal for part in parts):
        return []
    word = parts[helpers[-1]].item.word
    alone = len(helpers) == 1 and word in AUXILIARIES["have"]
    return helpers[-1:] if alone or (len(helpers) > 1 and word in ("do", "have")) else []


def _predicates(parts: list[_Part]) -> list[int]:
    """Where no verb is: the adjective that stands by a form of "be", and before no noun."""
    if not any(part.item.word in AUXILIARIES["be"] for part in parts if part.tag == "A"):
        return []
    return [
        index
        for index, part in enumerate(parts)
        if part.tag == "J" and (index + 1 == len(parts) or parts[index + 1].tag not in ("C",))
    ][:1]


@dataclass(frozen=True)
class _Unit:
    index: int
    part: _Part
    label: str
    joined: tuple[Item, ...] = ()
    either: bool = False


def _units(parts: list[_Part], focus: Focus | None, taken: set[int]) -> tuple[list[_Unit], str]:
    """Names, nouns and the wh-phrase with the prepositions before them; and a preposition that is left over."""
    units: list[_Unit] = []
    pending, stranded = "", ""
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.tag == "P":
            pending = SAME_PREPOSITION.get(part.item.word, part.item.word)
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


def _unit(parts: list[_Part], index: int, pending: str) -> tuple[_Unit, int, str]:
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


def _is_passive(parts: list[_Part], verbs: list[int]) -> bool:
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
