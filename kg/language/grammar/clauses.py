"""Items → a clause: what is asked for, and what stands before, after and beside its verb.

No full parse: a clause is flat. Its fillers (names, nouns, the wh-phrase) carry labels, "subject", "object", "mid"
(between two verbs) or a preposition, put as in an active clause; questions and phrasings go through the same door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.language.grammar.focus import SELF, Focus, focus_of
from kg.language.grammar.labelling import Filler, having, labelled
from kg.language.grammar.tagging import Tagged, tagged
from kg.language.lexis.items import Item
from kg.language.text.words import ABLE

# Words that add nothing to what others in the clause say: what is so, or that something is.
LIGHT = frozenset({
    "make", "makes", "made", "making", "give", "gives", "gave", "given", "giving", "take", "takes", "took", "taken",
    "taking", "get", "gets", "got", "getting", "put", "puts", "putting", "do", "does", "did", "done", "doing",
    "bring", "brings", "brought", "bringing", "thing", "things", "kind", "kinds", "sort", "sorts", "type", "types",
    "form", "way", "ways", "same", "certain", "particular", "specific", "possible", "case", "matter", "list",
    "come", "comes", "came", "coming", "go", "goes", "went", "going", "gone",
})  # fmt: skip


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
    supposed: tuple[Item, ...] = ()  # verbs after "if"
    denied: tuple[Item, ...] = ()  # the word after "not"


def clause(items: Sequence[Item], *, whether: bool = False) -> Clause:
    """The clause that the items make; with `whether` a statement is asked about, and nothing in it for."""
    if items and items[0].word == "whether":
        items, whether = items[1:], True
    parts = tagged(items)
    negated = any(part.item.kind == "neg" for part in parts)
    denied = _denied(parts)
    parts = [part for part in parts if part.item.kind != "neg"]
    focus, taken = focus_of(parts) if not whether else (None, set[int]())
    fillers, focus = labelled(parts, focus, taken)
    counted = focus.place + 1 if focus is not None and focus.many else -1
    content = tuple(
        part.item
        for index, part in enumerate(parts)
        if part.item.kind in ("word", "unknown", "number", "sign") and index != counted
    )
    able = any(word in ABLE for item in items for word in item.word.split())
    several = sum(part.tag == "W" for part in parts) > 1
    condition = next((index for index, part in enumerate(parts) if part.item.word == "if"), len(parts))
    supposed = tuple(part.item for part in parts[condition:] if part.tag == "V" and part.item.kind == "word")
    verbs = tuple(part.item for part in parts if part.tag == "V" and part.item.kind == "word")
    if focus is None or focus.label != SELF:
        verbs = verbs or tuple(parts[index].item for index in having(parts))
    return Clause(
        focus, fillers, content, verbs, negated, able, several, tuple(part.item for part in parts), supposed, denied
    )


def _denied(parts: Sequence[Tagged]) -> tuple[Item, ...]:
    place = next((index for index, part in enumerate(parts) if part.item.kind == "neg"), len(parts))
    return tuple(part.item for part in parts[place:] if part.item.kind == "word" and part.item.word not in LIGHT)[:1]


def heavy(read: Clause) -> Clause:
    """The clause without words that say nothing of their own."""
    return replace(
        read,
        words=tuple(item for item in read.words if item.word not in LIGHT),
        verbs=tuple(item for item in read.verbs if item.word not in LIGHT),
    )
