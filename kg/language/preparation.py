"""Items made ready for the clause: politeness and list requests, relative pronouns, displaced negation, idle signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.language.items import Item
from kg.language.lexicon import Lexicon
from kg.language.rewriting import rewritten

_REQUESTS = frozenset(
    {"list", "name", "give", "show", "enumerate", "tell", "find", "provide", "display", "identify", "state"}
)
_OPENINGS = (
    "i would like to know", "i want to know", "i wish to know", "we would like to know", "we need to know",
    "i need to know", "could you please tell me", "can you please tell me", "would you please tell me",
    "could you tell me", "can you tell me", "can you say", "would you tell me", "do you know", "please tell me",
    "tell me", "let me know", "let us know", "i wonder", "i am wondering", "i am curious", "may i ask", "please",
    "kindly", "is it true that", "is it the case that", "is it so that", "is it correct that", "can we say that",
    "is it right that", "is it a fact that", "is it fair to say that", "can it be said that", "can one say that",
    "would it be true to say that", "is it really so that", "is it really true that", "am i right that",
    "is it right to say that", "is it correct to say that", "is it true to say that", "does it hold that",
    "and", "so", "but", "also", "then", "hello", "hi", "well", "dear colleagues", "question", "my question is",
    "in your view", "i am asking", "we ask", "remind me", "excuse me", "sorry", "hey", "good morning", "good day",
    "good evening", "thanks", "thank you", "quick question", "one more question", "another question", "can i ask",
    "could i ask", "i am a student", "i am student", "i am a journalist", "i am a diplomat", "as a student",
    "as a journalist", "can anyone tell me", "can somebody tell me", "can someone tell me", "does anyone know",
    "please tell", "tell us", "i would like to ask", "i want to ask", "i have a question", "i need", "help me",
    "explain to me", "explain", "i am interested in", "i would be interested in", "just tell me", "do we know",
    "any idea", "for my thesis", "for my paper", "for my essay", "can you explain", "could you explain", "ok",
    "remind us", "what i want to know is", "according to the graph", "is it known", "would you know",
    "would it be right to say that", "would it be correct to say that", "would it be fair to say that",
    "could one say that", "could we say that", "could you say that", "would you say that", "is it accurate that",
    "is it accurate to say that", "is it likely that", "is it probable that", "is it conceivable that",
    "is it possible that", "is it plausible that", "could it be that", "can it be that", "may it be that",
    "am i right in thinking that", "is it really the case that", "is it indeed true that", "was it the case that",
    "is it clear that", "is it established that",
)  # fmt: skip
_TRUTH = frozenset(
    phrase
    for phrase in _OPENINGS
    if phrase.endswith(" that") and phrase.split()[0] in ("is", "can", "could", "may", "was", "would", "am", "does")
)
_POSSIBLE = frozenset({"possible", "conceivable", "plausible", "likely", "probable"})
_IDLE = frozenset({"?", ".", "!", ",", '"', "'", "“", "”", ":", ";", "-", "–", "(", ")", "«", "»", "…"})


def opening(words: Sequence[str]) -> tuple[int, bool]:
    """How many words of politeness open the question, and whether they ask if something is so."""
    start, truth = 0, False
    while True:
        for phrase in sorted(_OPENINGS, key=len, reverse=True):
            parts = phrase.split()
            if list(words[start : start + len(parts)]) == parts and len(words) > start + len(parts):
                start += len(parts)
                truth = truth or phrase in _TRUTH
                break
        else:
            if start and start < len(words) - 1 and words[start] == ",":
                start += 1
                continue
            return start, truth


def hedged(items: Sequence[Item], opened: Sequence[str]) -> tuple[Item, ...]:
    """The items, with "can" where the opening asks if it is possible that they are so."""
    possible = _POSSIBLE & set(opened) or list(opened[-2:]) == ["be", "that"]
    return (*items, Item("fill", "can", 0, 0)) if possible else tuple(items)


def prepared(items: Sequence[Item], lexicon: Lexicon) -> tuple[Item, ...]:
    """The items without idle signs; a request to list things opens with a wh-item "list"."""
    kept = [item for item in _relative(list(items)) if not (item.kind == "sign" and item.word in _IDLE)]
    kept = [
        replace(item, kind="det")
        if item.word in ("one", "ones") and index and kept[index - 1].word == "which"
        else item
        for index, item in enumerate(kept)
    ]
    if [item.word for item in kept[-2:]] == ["and", "why"]:
        kept = kept[:-2]  # every answer comes with its proof
    kept = _requested(kept)
    return tuple(_negated(rewritten(kept, lexicon), lexicon))


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
            found[-1] = replace(item, kind="rel")  # "a proposal under which …"
            continue
        nominal = before is not None and _nominal(before)
        if nominal and item.word in ("that", "which", "who", "whom", "where") and index + 1 < len(items):
            follows = items[index + 1]
            if item.word == "that" or follows.kind in ("aux", "neg", "word", "name", "slot", "det"):
                item = replace(item, kind="rel")
        found.append(item)
    return found


def _nominal(item: Item) -> bool:
    return item.kind in ("name", "slot") or any(sense.part == "noun" for sense in item.senses)


def _requested(items: list[Item]) -> list[Item]:
    if not items or items[0].word not in _REQUESTS or len(items) < 2:
        return items
    index = 1
    while index < len(items) and items[index].kind == "fill":
        index += 1
    follows = items[index] if index < len(items) else None
    if follows is None or follows.kind in ("aux", "prep"):
        return items
    if follows.kind == "wh":
        return items[index:]
    if follows.kind == "name" and not follows.adjective and items[0].word in ("name", "state"):
        return items
    first = items[0]
    return [Item("wh", "list", first.start, first.end, typed=first.typed), *items[index:]]


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


def active(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """ "Is the war prolonged by X" as "does X prolong the war", where what is done has a name."""
    place = next((index for index, item in enumerate(items) if item.word == "by"), 0)
    if place < 2 or items[0].word not in ("is", "are", "was", "were") or len(items) < place + 2:
        return items
    done, last = items[place - 1], items[place - 1].word.rpartition(" ")[2]
    forms = {sense.form for sense in lexicon.senses.get((last,), ()) if sense.part == "verb"}
    if done.kind != "name" or " " not in done.word or "ed" not in forms:
        return items
    return (replace(items[0], word="does"), *items[place + 1 :], *items[1:place])
