"""Questions that ask of what was said before them and say nothing new: "is that so?", "who says so?", "by whom?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.text.words import AUXILIARIES, AUXILIARY, DETERMINERS, PREPOSITIONS, WH, Token, tokens

Tokens = Sequence[Token]
_PRONOUN = r"(?:it|that|this|he|she|they|there|we|one|these|those|all that|all this)"
_BE = r"(?:is|was|are|were)"
_AUX = rf"(?:{_BE}|does|do|did|has|have|had|can|could|will|would|must|may|might)"
_SOFT = r"(?:(?:really|actually|indeed|exactly|in fact|truly|also|too|even|perhaps|then|still|correctly|at all) ?)*"
_TRUE = r"(?:right|correct|true|so|the case|accurate|a fact|justified|borne out|confirmed|not)"
_SOURCE = r"(?:the |this |your |that )?(?:article|text|source|sources|graph|document|report|data)"
_CLAIM = r"(?:claim|statement|view|opinion|assertion|idea|remark|judgement|assessment|warning|thing|sentence|words?)"
_SAY = (
    r"(?:says?|said|claims?|claimed|thinks?|thought|reports?|reported|holds?|maintains?|asserts?|asserted|writes?|"
    r"wrote|states?|stated|believes?|warns?|warned|argues?|argued|affirms?|affirmed|mentions?|makes?|made)"
)
_IT = rf"(?:so|that|this|it|(?:this|that|the|such a|these) {_CLAIM})"
_WHETHER = re.compile(
    rf"{_AUX}(?: not)? {_PRONOUN} ?{_SOFT}{_TRUE}?(?: (?:about|on|in|with) (?:that|this|it))?"
    rf"(?: (?:or (?:not|no|false|wrong)|(?:stated |said |written )?(?:in|by|according to) {_SOURCE}))*"
    rf"|{_AUX}(?: not)? (?:my|the|this|that|his|her|our|these|such)(?: \w+){{1,3}} {_TRUE}(?: or (?:not|wrong|false))?"
    rf"|(?:does|do|did|would|can) (?:{_SOURCE}|it|you|one|we) {_SOFT}"
    rf"(?:say|state|confirm|claim|support|verify|agree(?: with)?|bear out|back) ?(?:{_IT})?"
    rf"|{_BE} (?:it|that|this) {_SOFT}what (?:(?:is|was|stands) )?(?:{_SOURCE} )?"
    rf"(?:says?|said|claims?|claimed|states?|stated|reports?|reported|meant|there|written)(?: (?:there|here))?"
    rf"|(?:is there )?(?:any |some )?truth (?:in|to) {_IT}|how true is {_IT}"
    rf"|(?:{_AUX}) {_PRONOUN} {_SOFT}(?:be )?"
    rf"(?:able|allowed|permitted|entitled|free|in a position|supposed|meant|going)(?: to)?(?: do (?:so|that|it))?"
    rf"|{_BE} there (?:really )?(?:such an?|any such|anything like (?:that|this)|such) ?\w*"
    rf"|(?:true|right|correct|yes)(?: or (?:false|not|no|wrong))?|true"
)
_WHO_SAYS = re.compile(
    rf"who {_SOFT}{_SAY} {_SOFT}{_IT} ?{_SOFT}|says who|who (?:is|are|was) (?:it |the one )?(?:that |who )?"
    rf"(?:saying|claiming|says|said|to say|quoted (?:as saying|for|with)) {_IT}"
    rf"|(?:according to|in the words of|in the eyes of) (?:whom|which source)"
    rf"|whose (?:\w+ )?(?:{_CLAIM}|words) (?:{_BE}) (?:that|this|it|these|those)"
    rf"|(?:from|by|with) whom (?:{_AUX}) {_IT} (?:come|stem|said|made|stated|claimed|written|originate|put forward)"
    rf"|who {_BE} the source(?: of {_IT})?|who stands? behind {_IT}|who (?:has|had) said {_IT}"
)
_WHERE = re.compile(
    rf"where {_SOFT}(?:{_AUX}) (?:{_IT}|one|i|we|you|{_SOURCE}) ?{_SOFT}"
    rf"(?:written|said|stated|stands?|found|find|read|say|come from|mentioned|put|state)? ?(?:{_IT})?"
    rf"(?: in {_SOURCE})?"
    rf"|(?:in )?(?:which|what) (?:sentence|passage|words|line|place|part)(?: of {_SOURCE})?"
    rf"(?: (?:{_AUX}))?(?: {_IT})? ?(?:{_SAY}|written|stand|say|found)? ?(?:{_IT})?"
    rf"|what {_BE} the (?:exact |very |original |precise )?(?:words|wording|quote|sentence)(?: (?:for|of|on) {_IT})?"
)
_SURE = re.compile(
    rf"(?:how|with what) {_SOFT}(?:sure|certain|certainty|firm|reliable|definite|safe|surely|certainly) {_BE}"
    rf" (?:{_IT}(?: \w+)?|(?:{_SOURCE}|one|we|it|they) (?:of|about) {_IT})"
    rf"|{_BE} {_IT} (?:stated |said |given |presented )?(?:as )?(?:certain|an? \w+|sure|asserted|"
    rf"possible|expected) or .*"
)
_NOUN = r"(?: (?:grounds?|means|ends?|purpose|reasons?|way|ways|conditions?|state|states|year|place|body|side|kind))"
_OF_WHAT = (
    rf"(?:(?:{'|'.join(sorted(PREPOSITIONS, key=len, reverse=True))}) )?"
    rf"(?:how many|who|whom|whose|which|what|when|where|why|how)"
    rf"(?: (?:ones?|of (?:them|these|those)|two|three|four|five))?{_NOUN}?"
)
_OPEN = re.compile(
    rf"(?:\w+(?:ed|en|ade|aid|old|ght|wn) (?=(?:by|from|with|for|to) wh))?(?P<asked>what for|{_OF_WHAT})"
    rf"(?: {_PRONOUN} {_BE})?(?: (?:exactly|precisely|then|else|so|please))*"
    rf"(?: (?:{_AUX})(?: {_PRONOUN})?(?: be)?(?: (?:do|did|done|named|called|meant|given|there))?"
    rf"(?: (?:so|it|that|this))?)?(?: (?:exactly|precisely|then|please))*"
)
_TELLING = frozenset({
    "told", "tells", "says", "say", "said", "claims", "claim", "claimed", "thinks", "think", "thought", "believes",
    "believe", "insists", "insist", "maintains", "maintain", "argues", "argue", "swears", "reckons", "assumes",
    "suspects", "mentioned", "heard", "hear", "read", "warns", "warn", "writes", "write", "wrote", "reports", "report",
    "reported", "fear", "fears", "suggests", "gather", "understand", "repeated", "repeats", "saying", "claiming",
    "states", "stated", "known", "written", "learned", "learnt", "remember", "recall", "supposed", "suppose", "hinted",
    "certain", "sure", "true", "convinced", "aware", "clear", "know", "added", "holds", "held", "explained", "seen",
    "talk", "talks", "rumours", "rumors", "idea", "impression", "feeling", "view", "opinion", "reading", "hearing",
})  # fmt: skip
_NOUNS_TOO = frozenset({"claims", "claim", "reports", "report", "states", "talk", "talks", "idea", "view", "opinion"})
_SUPPOSING = re.compile(
    r"(?:(?:let us|let me|just|please|now) )*(?:suppose|imagine|assume|supposing|assuming|say|picture)"
    r"(?: ,)?(?: that)? "
)
_SPEAKING = frozenset({"they", "some", "i", "we", "many", "others", "people", "you", "he", "she"})
_PERSON = frozenset({"somebody", "someone", "anybody", "anyone"})
_SOME = frozenset({"a", "an", "some", "one", "several", "certain", "two", "three", "four", "five", "another", "many"})
_SELF = frozenset({"i", "we", "me", "us", "you", "my", "nobody", "somebody", "someone", "one", "people", "everybody"})
_SUBJECTS = frozenset({"it", "they", "he", "she", "we", "one", "there"})
_JOINING = frozenset({"that", "which", "who", "if", "when", "because", "since", ",", "what"})
_FURTHEST = 16  # words before what is said
_TAIL = 6  # words after it that say who says it


def is_returning(asked: Tokens) -> bool:
    """Whether it asks of what was said before and says nothing itself."""
    text = _text(asked)
    return any(each.fullmatch(text) for each in (_WHETHER, _WHO_SAYS, _WHERE, _SURE, _OPEN))


def returned(asked: Tokens, stated: Tokens, clause: Tokens, linker: Linker) -> Iterator[tuple[Token, ...]]:
    """The ways to ask it with what was said put in: `stated`, or `clause` with who says it."""
    text = _text(asked)
    for pattern, opening in (
        (_WHETHER, "is it true that"), (_WHO_SAYS, "who says that"), (_SURE, "how certain is it that"),
        (_WHERE, "where does the article say that"),
    ):  # fmt: skip
        if pattern.fullmatch(text) and not (pattern is _WHETHER and _OPEN.fullmatch(text)):
            if pattern is _WHETHER and (turned := inverted(stated)):
                yield turned
            yield (*tokens(opening), *stated)
            return
    found = _OPEN.fullmatch(text)
    if found is None:
        return
    wanted = tokens("why" if found["asked"] == "what for" else found["asked"])
    if inside := embedded(clause, linker):
        yield inside
        return
    yield from chain(_in_place(wanted, stated, linker), _in_place(wanted, clause, linker))
    if wanted[0].word in PREPOSITIONS or wanted[0].word in ("why", "when", "where", "how"):
        yield (*wanted, *(inverted(stated) or stated))


def inverted(clause: Tokens) -> tuple[Token, ...]:
    """A statement as it is asked, its auxiliary first; nothing where it has none."""
    words = [token.word for token in clause]
    place = next((index for index, word in enumerate(words) if word in AUXILIARY), 0)
    if not place or _JOINING & set(words[:place]):
        return ()
    return (clause[place], *clause[:place], *clause[place + 1 :])


def _text(asked: Tokens) -> str:
    return " ".join(token.word for token in asked if token.word not in (",", '"'))


def _in_place(wanted: Tokens, clause: Tokens, linker: Linker) -> Iterator[tuple[Token, ...]]:
    """The clause with what is wanted in the place of "somebody", "something" or "a …", put first; then as it stands."""
    words = [token.word for token in clause]
    asks = {token.word for token in wanted}
    many = wanted[:2] == tokens("how many") or [token.word for token in wanted[:2]] == ["how", "many"]
    for index, word in enumerate(words):
        if word in _PERSON and asks & {"who", "whom", "whose"}:
            which, end = tokens("who"), _past_side(words, index + 1)
            if words[index + 1 : index + 2] == ["'s"]:
                which, end = tokens("whose"), index + 2
        elif word == "something" and asks & {"what", "which"}:
            which, end = tokens("what"), index + 1
        elif word in _SOME and asks & {"what", "which", "many"} and (end := _noun_end(clause, index, linker)):
            which = (*tokens("how many" if many else "which"), *clause[index + 1 : end])
        else:
            continue
        start = index - (index > 0 and words[index - 1] in PREPOSITIONS)
        opening = _THERE.match(" ".join(words[:start]) + " ")
        before = () if opening else clause[:start]
        rest = clause[end:]
        if opening and rest and rest[0].word in ("that", "which", "who"):
            rest = rest[1:]
        if not rest and (joint := _joint(words, start)):
            yield (*which, *(inverted(clause[:joint]) or clause[:joint]))  # "X does Y, and it names several reasons"
        yield (*clause[start:index], *which, *(inverted(before) or before), *rest)
        yield (*before, *clause[start:index], *which, *rest)
        return


def _joint(words: Sequence[str], end: int) -> int:
    """Where a comma and "and" join two clauses before that; 0 where they do not."""
    return next((place for place in range(2, end) if words[place : place + 2] == [",", "and"]), 0)


_THERE = re.compile(r"(?:.* )?(?:there|we|you|one|i) (?:\w+ ){0,2}(?:is|are|was|were|be|been|have|remember|know) $")


def _past_side(words: Sequence[str], index: int) -> int:
    """Where what says of which side somebody is ends: "somebody on the … side"."""
    side = next((place for place in range(index, min(index + 4, len(words))) if words[place] == "side"), 0)
    return side + 1 if side and words[index] in ("on", "from", "of", "in") else index


def _noun_end(clause: Tokens, index: int, linker: Linker) -> int:
    """Where the noun ends that follows there, past adjectives; 0 where none does."""
    for item in linker.items(tuple(clause[index + 1 : index + 5])):
        if any(sense.part == "noun" for sense in item.senses) or item.kind == "name":
            return next(place for place, each in enumerate(clause) if each.end >= item.end) + 1
        if item.kind not in ("unknown", "word", "number"):
            return 0
    return 0


def supposes(clause: Tokens) -> tuple[Token, ...]:
    """What a sentence supposes: "suppose that …", "imagine …"; nothing where it supposes nothing."""
    words = [token.word for token in clause]
    found = _SUPPOSING.match(" ".join(words) + " ")
    return tuple(clause[len(found.group().split()) :]) if found else ()


def embedded(clause: Tokens, linker: Linker) -> tuple[Token, ...] | None:
    """The question inside a sentence in which people speak of themselves: "nobody tells you who wrote them"."""
    words = [token.word for token in clause]
    if not words or words[0] in WH - {"what"} or not _SELF & set(words[:_FURTHEST]):
        return None
    for index in range(2, len(words)):
        start = index - (words[index - 1] in PREPOSITIONS)
        if words[index] not in WH or not _SELF & set(words[:start]) or words[start - 1] == ",":
            continue
        if start and _is_noun(clause[start - 1], linker, after=words[start - 2] if start > 1 else ""):
            continue  # "the year in which", "of states which"
        joints = (place for place in range(index + 2, len(words) - 1) if words[place] in ("and", "but"))
        end = next((place for place in joints if words[place + 1] in _SELF), len(words))
        return _turned(tuple(clause[start:end]), linker)
    return None


def _is_noun(token: Token, linker: Linker, after: str) -> bool:
    """Whether it is a noun: it is nothing else, or stands `after` a word that a noun follows."""
    parts = {sense.part for sense in linker.items((token,))[0].senses}
    return parts == {"noun"} or ("noun" in parts and after in PREPOSITIONS | DETERMINERS)


def _is_nominal(item: Item) -> bool:
    """Whether it may be a part of a subject."""
    return item.kind in ("name", "det", "poss") or any(sense.part != "verb" for sense in item.senses)


def _turned(asked: Tokens, linker: Linker) -> tuple[Token, ...]:
    """ "What X is after" as "what is X after": the auxiliary before the subject, after what is asked for."""
    items = linker.items(tuple(asked))
    first = next((index for index, item in enumerate(items) if item.kind == "wh"), 0)
    noun = (
        first
        + 1
        + (items[first].word in ("which", "what") and len(items) > first + 1 and items[first + 1].kind == "word")
    )
    place = next((index for index, item in enumerate(items) if item.kind == "aux"), 0)
    between = items[noun:place]
    inverted = any(item.kind in ("name", "det") or item.word in _SUBJECTS for item in items[place + 1 : place + 2])
    if place <= noun or inverted or items[first].word == "who" or not all(map(_is_nominal, between)):
        return tuple(asked)
    head = [each for each in asked if each.end <= items[noun - 1].end]
    helper = [each for each in asked if each.start == items[place].start]
    rest = [each for each in asked if each not in head and each not in helper]
    return (*head, *helper, *rest)


def said(clause: Tokens, linker: Linker) -> tuple[Token, ...]:
    """What a sentence says that somebody says, thinks or has heard: "X says that …", "…, it is said"."""
    clause = _without_relative(_without_tail(clause))
    words = [token.word for token in clause]
    for index in range(1, min(_FURTHEST, len(words) - 2)):
        if words[index] == "that" and _TELLING & set(words[max(0, index - 4) : index]):
            return tuple(clause[index + 1 :])
    for index in range(1, min(_FURTHEST // 2, len(words) - 2)):
        after = words[index + 1]
        told = words[index] in _TELLING - _NOUNS_TOO or (
            words[index] in _NOUNS_TOO and (index > 1 or words[0] in _SPEAKING)
        )
        if told and after not in PREPOSITIONS and after not in ("something", ",", "so", "it", "by") and after not in WH:
            rest = tuple(clause[index + 1 :])
            if after not in AUXILIARIES["be"] and _states(rest, linker):
                return rest
    return tuple(clause)


def _states(clause: Tokens, linker: Linker) -> bool:
    """Whether there is a verb after what stands first."""
    items = linker.items(tuple(clause))
    return any(item.kind == "aux" or item.verbal or any(s.part == "verb" for s in item.senses) for item in items[1:])


def _without_relative(clause: Tokens) -> tuple[Token, ...]:
    """Without what is said of somebody between two commas: "X, which is Y, does Z"."""
    words = [token.word for token in clause]
    commas = [index for index, word in enumerate(words) if word == ","]
    for start, end in pairwise(commas):
        if start and words[start + 1] in ("which", "who", "whose"):
            return (*clause[:start], *clause[end + 1 :])
    return tuple(clause)


def _without_tail(clause: Tokens) -> tuple[Token, ...]:
    """Without ", it is said" and ", the article says" at its end."""
    words = [token.word for token in clause]
    comma = max((index for index, word in enumerate(words) if word == ","), default=0)
    tail = words[comma + 1 :]
    if comma > 2 and tail and len(tail) <= _TAIL and (_TELLING & set(tail) or tail[:2] == ["of", "course"]):
        return tuple(clause[:comma])
    return tuple(clause)
