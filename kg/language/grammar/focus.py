"""What a clause asks for: the wh-phrase, with the noun that says of what kind."""

from __future__ import annotations

from dataclasses import dataclass

from kg.language.grammar.tagging import Tagged
from kg.language.lexis.lexicon import Sense
from kg.language.text.words import AUXILIARIES

SELF = "self"  # the label of what is itself asked for: "what is the date of X"


@dataclass(frozen=True)
class Focus:
    """What is asked for: the wh-word ("which" for a list, "" for yes or no) and the nouns that say of what kind."""

    wh: str
    label: str = ""
    nouns: tuple[Sense, ...] = ()
    many: bool = False
    place: int = -1


def focus_of(parts: list[Tagged]) -> tuple[Focus | None, set[int]]:
    """The wh-phrase and the indices of its parts; None for yes or no."""
    opens = next((part for part in parts if part.item.kind != "fill"), None)
    if opens is not None and opens.tag == "A":
        return None, set()
    index = next((i for i, part in enumerate(parts) if part.tag == "W"), -1)
    if index < 0:
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
    if wh == "how" and after < len(parts) and parts[after].tag == "J":
        wh = f"how {following}"  # "how recent" asks for no manner
    if wh in ("what", "which", "whose", "how many", "how much", "list"):
        nouns, used = _nouns(parts, after)
        if nouns:
            return Focus(wh, "", () if wh == "whose" else nouns, many, index), taken | used
    while wh in ("what", "who") and after + 1 < len(parts) and parts[after + 1].item.word in AUXILIARIES["be"]:
        after += 1  # "what would be the result"
    if wh in ("what", "who", "which") and after < len(parts) and parts[after].item.word in AUXILIARIES["be"]:
        nouns, used = _nouns(parts, after + 1, skip_names=True)
        follows = parts[max(used) + 1].tag if used and max(used) + 1 < len(parts) else "P"
        if follows in ("P", "R") or not any(part.tag == "V" for part in parts[after:]):
            if nouns and wh == "what" and any(parts[i].item.word in ("a", "an") for i in range(after, min(used))):
                return Focus("definition", "", (), many, index), taken
            if nouns:
                return Focus(wh, SELF, nouns, many, index), taken | used
    return Focus(wh, "", (), many, index), taken


def _nouns(parts: list[Tagged], start: int, *, skip_names: bool = False) -> tuple[tuple[Sense, ...], set[int]]:
    """The senses of the noun that begins at `start`, past determiners and adjectives; "which of the proposals" too."""
    used: set[int] = set()
    for index in range(start, len(parts)):
        part = parts[index]
        if part.tag == "C" and skip_names and index + 1 < len(parts) and parts[index + 1].tag == "'":
            continue  # "what is the author's opinion" asks for no author
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
        if part.tag == "N" and (part.item.adjective or _is_compound(parts, index)):
            continue
        break
    return (), set()


def _is_compound(parts: list[Tagged], index: int) -> bool:
    """Whether a name stands before a noun as part of it: "the Istanbul guarantors"."""
    return index + 1 < len(parts) and parts[index + 1].tag == "C"
