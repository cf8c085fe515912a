"""Why a question cannot be understood surely, as far as its form says: too long, several at once, of all of a kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from kg.language.grammar.conditions import is_told
from kg.language.lexis.items import Item
from kg.language.text.discourse import sentences
from kg.language.text.words import EXCEPTING, NUMBERS, POINTING, Token

_LONGEST = 600  # characters
_MOST = 60  # tokens
_NOT_ENGLISH = (
    "Only English is understood, and questions on proposals, guarantees, mandates and who says what about them."
)
_OPINIONS = frozenset(
    {
        "good idea",
        "bad idea",
        "wise",
        "unwise",
        "advisable",
        "sensible",
        "foolish",
        "desirable",
        "fair",
        "unfair",
        "unjust",
    }
)
_QUANTITIES = frozenset({
    "share", "percentage", "proportion", "fraction", "amount", "quantity", "volume", "percent", "portion", "value",
    "volumes", "amounts", "quantities", "shares",
})  # fmt: skip
_POWERS = frozenset({"power", "powers", "reach", "control", "means", "ability"})
_BY_NOW = frozenset({"already", "yet", "by now"})
_ALL = frozenset({"both", "all", "every", "each", "either"})


def of_text(text: str, tokens: Sequence[Token]) -> str | None:
    """What keeps a text from being one question; None where nothing does."""
    if len(text) > _LONGEST:
        return f"The question is longer than {_LONGEST} characters; ask a shorter one."
    if not any(token.word.isalnum() for token in tokens):
        return "There is no question here."
    if len(tokens) > _MOST:
        return f"The question has more than {_MOST} words; ask a shorter one."
    if several(tokens):
        return "These are several sentences; ask one question at a time."
    return None


def of_form(items: Sequence[Item]) -> str | None:
    """Why it is not asked what is so: of opinions, quantities, comparisons; None where it is."""
    said = f" {' '.join(item.word for item in items)} "
    if said.startswith(" should ") or any(f" {opinion} " in said for opinion in _OPINIONS):
        return "What should be is a matter of opinion; ask what is so, or who says what."
    if len(items) > 1 and items[0].kind == "aux" and any(item.kind == "wh" and item.word == "why" for item in items):
        return "Ask why it is so itself; whether it is told is not understood."
    if " beyond " in said and any(item.word in _POWERS for item in items):
        return "What is beyond somebody's power is not understood; ask what is in it."
    if _is_of_quantity(items):
        return "No quantities are said; ask what it is, or of whom."
    if [item.word for item in items[1:2]] == ["there"] and any(item.word in _BY_NOW for item in items):
        return "Ask what has been done, and by whom; whether it is there by now is not understood."
    if any(f" more than {number} " in said for number in ("a single", "one", *NUMBERS)):
        return "Ask how many there are; with how many it is compared is not understood."
    return None


def of_items(items: Sequence[Item]) -> str | None:
    """Why it is not asked what is so, or what a question leaves to be said by name; None where it leaves nothing."""
    if (reason := of_form(items)) is not None:
        return reason
    if any(
        item.kind == "prep" and item.word in EXCEPTING and not is_told(items[:index])
        for index, item in enumerate(items)
    ):
        return "Say by name what is left out."
    if (named := _asked_to_name(items)) is not None:
        return f'No name of "{named.typed or named.word}" is known other than that.'
    pointing = [item.word for item in items if item.kind == "det" and item.word in POINTING]
    if len(items) > 1 and items[-1].word == "there" and items[-2].kind != "aux":
        pointing = ["there"]
    return f'Say by name what "{pointing[0]}" stands for.' if pointing else None


def _is_of_quantity(items: Sequence[Item]) -> bool:
    """Whether a part or an amount of something is asked for: "what share of …", "which percentage of …"."""
    return any(
        item.kind == "wh" and noun.word in _QUANTITIES and of.word in ("of", "in")
        for item, noun, of in zip(items, items[1:], items[2:], strict=False)
    )


def _asked_to_name(items: Sequence[Item]) -> Item | None:
    """The thing of which a name is asked for that has been named: "the names of the diplomats"; None elsewhere."""
    for index, item in enumerate(items[:-2]):
        if item.word in ("name", "names") and items[index + 1].word == "of":
            after = next(each for each in items[index + 2 :] if each.kind != "det" or each is items[-1])
            return after if after.kind == "name" else None
    return None


def of_doubt(items: Sequence[Item], known: Collection[str], doubt: str) -> str:
    """Why no question of the catalogue is surely meant: words that are not `known`, else the kind of `doubt`."""
    strange = [item for item in items if item.kind in ("unknown", "number", "sign") and item.word not in known]
    unknown = [item.typed or item.word for item in strange]
    if unknown and len(unknown) > len(items) / 2 and not any(item.kind in ("wh", "aux") for item in items):
        return _NOT_ENGLISH
    if unknown:
        return f"Not understood: {', '.join(unknown)}."
    if doubt.startswith("The graph"):
        return doubt
    if doubt == "doubt":
        return "It could be asked in several ways; take one of these."
    return "Each word is known, but not what they ask together."


def is_misplaced(items: Sequence[Item]) -> bool:
    """Whether "not" stands by a name ("but not Russia"): what it denies is then not the whole condition."""
    return any(
        item.kind == "neg"
        and index + 1 < len(items)
        and items[index + 1].kind == "name"
        and items[index - 1].kind != "aux"
        for index, item in enumerate(items)
    )


def is_statement(items: Sequence[Item]) -> bool:
    """Whether a name opens it as the subject of a verb, and nothing in it is asked for: "China is a guarantor"."""
    subject = next((index for index, item in enumerate(items) if item.kind not in ("det", "fill")), 0)
    after = items[subject + 1] if subject + 1 < len(items) else None
    if after is None or items[subject].kind != "name" or any(item.kind in ("wh", "rel") for item in items):
        return False
    return after.kind == "aux" or any(s.part == "verb" and s.form in ("s", "ed", "base") for s in after.senses)


def is_of_all(items: Sequence[Item]) -> bool:
    """Whether it is asked of all things of a kind: "do both proposals …", but not "is X both a … and a …"."""
    joined = [item.word for item in items]
    return any(
        item.kind == "det" and item.word in _ALL and {sense.part for sense in after.senses} == {"noun"}
        for index, (item, after) in enumerate(pairwise(items))
        if after.kind == "word" and not (item.word == "both" and joined[index + 2 : index + 3] == ["and"])
    )


def several(tokens: Sequence[Token]) -> bool:
    """Whether a sentence ends before the text does."""
    return len(sentences(tokens)) > 1
