"""Texts of several clauses: the one that asks, with what those before it say put in where it points back to them.

"A colleague says that X. Is that so?", "X, it is said. By whom?", "X made a proposal. Which guarantors does it name?".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from kg.language.lexis.linking import Linker
from kg.language.text.antecedents import Antecedent, antecedents
from kg.language.text.asides import unaccompanied, uninterrupted
from kg.language.text.courtesy import Bare
from kg.language.text.courtesy import bare as bared
from kg.language.text.informal import in_full
from kg.language.text.lacking import put_without
from kg.language.text.replacing import Before, definite, named, pointing, put
from kg.language.text.returning import embedded, is_returning, returned, said, supposes
from kg.language.text.words import AUXILIARY, DETERMINERS, PREPOSITIONS, WH, Token, tokens

Tokens = Sequence[Token]
Way = tuple[tuple[Token, ...], bool]  # a question, and whether it is guessed what something in it stands for
_ENDS = frozenset({"?", "!", ".", "…"})
_PARTS = frozenset({":", ";", "-", "–", "—", ","})
_MOST = 8  # ways to put one text
_FEW = 4  # ways to leave out what stands around a question
_LEAST = 2  # words of a clause
_SHORT = 3  # words of one that says too little to be asked alone: "time for what"
_SMALL = WH | AUXILIARY | PREPOSITIONS | DETERMINERS
_REQUESTS = frozenset({
    "tell", "show", "list", "name", "give", "find", "quote", "cite", "count", "say", "state", "identify", "please",
    "explain", "compare", "describe", "summarise", "summarize", "enumerate", "i", "what", "could", "can", "would",
})  # fmt: skip
_LEADING = frozenset({"and", "but", "so", "then", "now", "well", "ok", "also", "please", ",", "or", "yet", "still"})


def taken(text: str, linker: Linker) -> Iterator[tuple[Bare, bool]]:
    """The ways to take a text as one question, without what stands around it: as it is, and by its clauses.

    With each, whether something stands in it for what points to it, in the place of which another may be meant.
    """
    typed = put_without(in_full(tokens(text)))
    whole = bared(typed, linker.weight)
    ways = ((bared(way, linker.weight), guessed) for way, guessed in posed(typed, linker))
    alone = [(whole, False)]
    plain = uninterrupted(typed)
    again = posed(plain, linker) if len(plain) < len(typed) else ()
    rest = (*again, *((way, True) for way in islice(unaccompanied(typed, linker), _FEW)))
    last = ((bared(way, linker.weight), guessed) for way, guessed in rest)
    yield from chain(ways, alone, last) if len(sentences(whole.tokens)) > 1 else chain(alone, ways, last)


def sentences(text: Tokens) -> list[Tokens]:
    """The sentences of a text, each with the sign that ends it; a point after a single letter ("U.S.") ends none."""
    found: list[Tokens] = []
    begins = 0
    for index, token in enumerate(text):
        ends = token.word in ("?", "!") or (token.word == "." and index and len(text[index - 1].word) > 1)
        if ends and any(each.word.isalnum() for each in text[begins:index]):
            found.append(text[begins : index + 1])
            begins = index + 1
    if any(each.word.isalnum() for each in text[begins:]):
        found.append(text[begins:])
    return found


def posed(text: Tokens, linker: Linker) -> Iterator[Way]:
    """The ways to put a text of several sentences or clauses as one question, the likeliest first.

    None where it is one clause, or where it is not clear which of them asks.
    """
    several = sentences(text)
    if len(several) > 1:
        place = _asking(several)
        if place is not None:
            yield from _unique(_ways(several[:place], several[place], linker))
        return
    yield from _unique(_parted(text, linker))


def _asking(several: Sequence[Tokens]) -> int | None:
    """Which sentence asks: the only question, or the last that points back to what is asked before; else a request."""
    questions = [index for index, each in enumerate(several) if each[-1].word == "?"]
    if questions and (len(questions) == 1 or is_returning(bare(several[questions[-1]]))):
        after = several[questions[-1] + 1 :]
        return questions[-1] if questions[-1] or all(map(_speaks_of_self, after)) else None
    if questions:
        return None
    last = bare(several[-1])
    return len(several) - 1 if last and (last[0].word in _REQUESTS or last[0].word in WH) else None


def _speaks_of_self(clause: Tokens) -> bool:
    """Whether those who ask speak of themselves in it, and do not explain what they ask: "I need it for my essay"."""
    words = {token.word for token in clause}
    return bool(words & {"i", "my", "me", "our"}) and not words & {"mean", "meant"}


def bare(clause: Tokens) -> tuple[Token, ...]:
    """A clause without the signs that end it and the small words that join it to what was before."""
    found = list(clause)
    while found and (found[-1].word in _ENDS | _PARTS):
        found.pop()
    while len(found) > 1 and found[0].word in _LEADING | _PARTS | {'"', "“", "”"}:
        found.pop(0)
    return tuple(found)


def _parted(text: Tokens, linker: Linker) -> Iterator[Way]:
    """The ways to put one sentence whose last clause points back to the ones before it, or stands for itself."""
    text = bare(text)
    if inside := embedded(text, linker):
        yield from _ways([text[: len(text) - len(inside)]], inside, linker)
    for place in range(len(text) - _LEAST, _LEAST, -1):
        joint = text[place].word
        if joint not in _PARTS and joint != "but":
            continue
        asked, before = bare(text[place + 1 :]), bare(text[:place])
        if len(asked) < _LEAST or not (_opens(asked) or asked[-1].word in WH) or not before:
            continue
        if supposed := supposes(before):
            yield (*tokens("if"), *supposed, *tokens(","), *asked), False
            continue
        if before[0].word == "that":
            before = before[1:]
        if is_returning(asked) or pointing(asked) or joint != ",":
            yield from (way for way in _ways([before], asked, linker) if named(way[0], linker))


def _opens(asked: Tokens) -> bool:
    """Whether a question begins there: "who", "is", "by whom"."""
    first = asked[0].word
    return first in WH | AUXILIARY or (first in PREPOSITIONS and len(asked) > 1 and asked[1].word in WH)


def _ways(before: Sequence[Tokens], asked: Tokens, linker: Linker) -> Iterator[Way]:
    """The ways to put what is asked after `before`, itself last where it says enough alone."""
    before, asked = _last(before, _unframed(bare(asked), linker))
    stated = [said(bare(each), linker) for each in before]
    stated = [each for each in stated if each]
    if is_returning(asked):
        for each in reversed(stated):
            yield from _returned(asked, each, before, linker)
        return
    if inside := embedded(asked, linker):
        before, asked = [*before, asked[: len(asked) - len(inside)]], inside
    if _commands(asked):
        return
    if stated and (supposed := supposes(bare(before[-1]))):
        yield (*tokens("if"), *supposed, *tokens(","), *asked), False
        yield (*asked, *tokens("if"), *supposed), False
    context = Before.of([bare(each) for each in before], stated, linker)
    asked = definite(asked, context)
    if pointing(asked):
        least = _names(asked, linker) + (
            asked[0].word in AUXILIARY
        )  # whether something is so is asked of what is named
        yield from ((way, True) for way in put(asked, context) if _names(way, linker) >= least)
    elif named(asked, linker):
        yield tuple(asked), False
    elif any(_is_strange(token, linker) for each in before for token in bare(each)[1:]):
        return  # of what nobody here has heard of: "… about the Dayton agreement. Who were the guarantors there?"
    elif not any(each.named for each in context.spoken_of):
        yield tuple(asked), False
    elif _opens(asked) or (asked[-1].word in WH and len(asked) > _SHORT):
        yield from _completed(asked, context.spoken_of)


def _returned(asked: Tokens, stated: Tokens, before: Sequence[Tokens], linker: Linker) -> Iterator[Way]:
    """What is asked with what is stated in it, pronouns in that as what they stand for in the sentences before."""
    for way in returned(asked, stated, _clause_of(stated, before), linker):
        inside = {token.start for token in way}
        spoken_of = antecedents([bare(each) for each in before], linker)
        earlier = [each for each in spoken_of if each.words[-1].start not in inside]
        if earlier and pointing(way):
            yield from ((each, True) for each in put(way, Before(tuple(earlier), (), linker)))
        else:
            yield way, False


def _unframed(asked: Tokens, linker: Linker) -> tuple[Token, ...]:
    """What is asked without what leads to it in its own sentence: "could you tell me who made them"."""
    plain = bared(asked, linker.weight)
    if len(plain.tokens) == len(asked) or not _requests(asked):
        return tuple(asked)
    return (*(tokens("is it true that") if plain.truth else ()), *bare(plain.tokens))


def _requests(asked: Tokens) -> bool:
    """Whether somebody is asked to tell, or somebody says that they ask."""
    return asked[0].word in AUXILIARY | _REQUESTS and bool({token.word for token in asked[:3]} & {"you", "me", "i"})


def _last(before: Sequence[Tokens], asked: Tokens) -> tuple[Sequence[Tokens], Tokens]:
    """What is asked after ", but" or ", and", and what stands before that, with the sentences before."""
    for place in range(len(asked) - _LEAST, _LEAST, -1):
        last = bare(asked[place + 1 :])
        joint = asked[place].word in ("but", "and") and asked[place - 1].word == ","
        if joint and len(last) >= _LEAST and (_opens(last) or last[-1].word in WH) and not _opens(asked):
            return [*before, asked[: place - 1]], last
    return before, asked


def _commands(asked: Tokens) -> bool:
    """Whether something is to be done other than to be told: "could you write it"."""
    return len(asked) > 1 and asked[0].word in AUXILIARY and asked[1].word == "you"


def _clause_of(stated: Tokens, before: Sequence[Tokens]) -> Tokens:
    """The whole sentence of which something is what it says."""
    return next(bare(each) for each in before if stated[-1].end <= each[-1].end)


def _completed(asked: Tokens, candidates: Sequence[Antecedent]) -> Iterator[Way]:
    """What is asked without a name, of what was named last, by the words that may join it; then as it is."""
    for each in [each for each in candidates if each.named][:1]:
        for joint in ("of", "from"):
            yield (*asked, *tokens(joint), *each.words), True
    if sum(token.word not in _SMALL for token in asked) > 1:
        yield tuple(asked), True


def _names(clause: Tokens, linker: Linker) -> int:
    return sum(item.kind == "name" for item in linker.items(tuple(clause)))


def _is_strange(token: Token, linker: Linker) -> bool:
    """Whether a word has the form of a name that is not known."""
    return token.text[:1].isupper() and token.word not in ("i", "my") and linker.items((token,))[0].kind == "unknown"


def _unique(ways: Iterator[Way]) -> Iterator[Way]:
    seen: set[str] = set()
    for way, guessed in ways:
        text = " ".join(token.word for token in way)
        if way and text not in seen:
            seen.add(text)
            yield way, guessed
            if len(seen) == _MOST:
                return
