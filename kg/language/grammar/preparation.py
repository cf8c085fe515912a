"""Items made ready for the clause: list requests, relative pronouns, displaced negation, idle signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.grammar.completing import untangled
from kg.language.grammar.conditions import aside
from kg.language.grammar.fronting import ordered
from kg.language.grammar.passives import asked_by
from kg.language.grammar.rebuilding import rebuilt
from kg.language.grammar.rewriting import rewritten
from kg.language.grammar.roundabout import straight
from kg.language.grammar.voices import voiced
from kg.language.lexis.items import Item
from kg.language.lexis.lexicon import Lexicon

_REQUESTS = frozenset({
    "list", "name", "give", "show", "enumerate", "tell", "find", "provide", "display", "identify", "state", "indicate",
    "specify",
})  # fmt: skip
_LIST, _WITHIN = ["list", "of"], 4
_CLAUSE = frozenset({"aux", "neg", "word", "name", "slot", "det", "unknown"})  # what a relative clause begins with
_THE = frozenset({"the", "its", "their"})
_IDLE = frozenset({"?", ".", "!", ",", '"', "'", "“", "”", ":", ";", "-", "–", "(", ")", "«", "»", "…"})


def prepared(items: Sequence[Item], lexicon: Lexicon) -> tuple[Item, ...]:
    """The items without idle signs; a request to list things opens with a wh-item "list"."""
    kept = [
        item
        for item in _relative(ordered(voiced(untangled(aside(items)))))
        if not (item.kind == "sign" and item.word in _IDLE)
    ]
    kept = [
        replace(item, kind="det")
        if item.word in ("one", "ones") and index and kept[index - 1].word == "which"
        else item
        for index, item in enumerate(kept)
    ]
    if [item.word for item in kept[-2:]] == ["and", "why"]:
        kept = kept[:-2]  # every answer comes with its proof
    kept = _requested(straight(kept))
    return _active(asked_by(_negated(rewritten(rebuilt(kept, lexicon), lexicon), lexicon)), lexicon)


def _relative(items: list[Item]) -> list[Item]:
    """Mark "that", "which" and "who" after a noun or name as relative pronouns."""
    found: list[Item] = []
    for index, item in enumerate(items):
        before = found[-1] if found else None
        if (
            before is not None
            and before.kind == "prep"
            and item.word in ("which", "whom")
            and len(found) > 1
            and _nominal(found[-2])
        ):
            if found[0].kind == "prep" and all(each.kind in ("det", "prep", "word") for each in found):
                found.append(item)  # "on the basis of which text is it so"
                continue
            found[-1] = replace(item, kind="rel", word=f"{before.word} {item.word}")  # "a proposal under which …"
            continue
        doing = len(found) == 2 and found[0].kind == "prep" and found[1].word.endswith("ing")  # "of supporting whom"
        nominal = before is not None and _nominal(before) and not doing
        again = before is not None and before.kind == "conj" and any(each.kind == "rel" for each in found)
        if again and item.word in ("which", "who", "that") and index + 1 < len(items):
            found.append(replace(item, kind="rel"))  # "proposals which … and which …"
            continue
        if nominal and item.word in ("that", "which", "who", "whom", "where") and index + 1 < len(items):
            follows = items[index + 1]
            if item.word == "which" and {sense.part for sense in follows.senses} == {"noun"}:
                found.append(item)  # "weakening which countries"
                continue
            if item.word == "that" or follows.kind in _CLAUSE or follows.word == "also":
                item = replace(item, kind="rel")
        found.append(item)
    return found


def _nominal(item: Item) -> bool:
    return item.kind in ("name", "slot") or any(sense.part == "noun" for sense in item.senses)


def _requested(items: list[Item]) -> list[Item]:
    if len(items) > 1 and items[1].kind == "rel" and items[0].kind == "word" and _nominal(items[0]):
        return [Item("wh", "list", items[0].start, items[0].start), *items]  # "proposals which …"
    if (rel := _after_phrase(items)) > 0:
        return [Item("wh", "which", items[0].start, items[0].start), *items[:rel], *items[rel + 1 :]]
    if len(items) > 2 and items[0].word in ("all", "all of") and (items[1].kind == "name" or items[1].word in _THE):
        return [Item("wh", "list", items[0].start, items[0].end), *items[1:]]  # "all of X's aims"
    if not items or items[0].word not in _REQUESTS or len(items) < 2:
        return items
    index = 1
    while index < len(items) and items[index].kind == "fill":
        index += 1
    follows = items[index] if index < len(items) else None
    if follows is None or follows.kind in ("aux", "prep"):
        return items
    after = items[index + 1] if index + 1 < len(items) else follows
    if follows.kind == "wh":
        return items[index:]
    if follows.kind == "name" and not follows.adjective and items[0].word in ("name", "state") and after.kind != "poss":
        return items
    first = items[0]
    return [Item("wh", "list", first.start, first.end, typed=first.typed), *_listed(items[index:])]


def _after_phrase(items: Sequence[Item]) -> int:
    """Where the relative pronoun is of "proposals under a mandate that name X"; 0 where it is none."""
    rel = next((index for index, item in enumerate(items) if item.kind == "rel"), 0)
    between = items[1:rel]
    small = all(each.kind in ("prep", "det", "name") for each in between)
    named = len(between) > 1 and between[0].kind == "prep" and small
    plural = items and items[0].kind == "word" and items[0].word.endswith("s") and _nominal(items[0])
    after = next((item for item in items[rel + 1 :] if item.kind != "fill"), None)
    finite = after is not None and any(sense.part == "verb" for sense in after.senses)
    return rel if named and plural and finite else 0


def _listed(items: list[Item]) -> list[Item]:
    """ "The complete list of the states" as "the states"."""
    words = [item.word for item in items]
    place = next((index for index in range(min(_WITHIN, len(words) - 2)) if words[index : index + 2] == _LIST), -1)
    return items[place + 2 :] if place >= 0 else items


def _negated(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """Join "not" to the verb that it denies where they mean something together: "will not China let … happen"."""
    found = list(items)
    for index, item in enumerate(items):
        if item.kind != "neg":
            continue
        for later in range(index + 1, min(index + 5, len(items))):
            senses = lexicon.senses.get(("not", *items[later].word.split()))
            if senses:
                found[later] = replace(items[later], kind="word", word=f"not {items[later].word}", senses=senses)
                del found[index]
                return found
            if items[later].kind not in ("name", "slot", "det", "fill") and items[later].word not in ("to", "be"):
                break
    return found


def _active(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """ "Is the war prolonged by X" as "does X prolong the war", where what is done has a name."""
    place = next((index for index, item in enumerate(items) if item.word == "by"), 0)
    if place < 2 or items[0].word not in ("is", "are", "was", "were") or len(items) < place + 2:
        return items
    done, last = items[place - 1], items[place - 1].word.rpartition(" ")[2]
    forms = {sense.form for sense in lexicon.senses.get((last,), ()) if sense.part == "verb"}
    if done.kind != "name" or " " not in done.word or "ed" not in forms:
        return items
    return (replace(items[0], word="does"), *items[place + 1 :], *items[1:place])
