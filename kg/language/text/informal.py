"""Words as they are typed in haste, put in full: "pls", "ppl", "whos", "dont", "gimme", "w/", "4" for "for"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.text.words import AUXILIARY, WH, Token

_IN_FULL = {
    "abt": "about", "arent": "are not", "bc": "because", "becos": "because", "becoz": "because", "bout": "about",
    "btw": "by the way", "cannot": "can not", "cant": "can not", "cos": "because", "couldnt": "could not",
    "coz": "because", "cud": "could", "cuz": "because", "da": "the", "didnt": "did not", "diff": "difference",
    "doc": "document", "docs": "documents", "doesnt": "does not", "dont": "do not", "dose": "does",
    "dunno": "do not know", "esp": "especially", "fyi": "by the way", "gimme": "give me", "gonna": "going to",
    "gotta": "got to", "gov": "government", "govt": "government", "hadnt": "had not", "hasnt": "has not",
    "hav": "have", "havent": "have not", "hows": "how is", "hv": "have", "hw": "how", "im": "i am",
    "info": "information", "innit": "is it not", "isnt": "is not", "ive": "i have", "kinda": "rather",
    "lemme": "let me", "mustnt": "must not", "n": "and", "ofc": "of course", "outta": "out of", "plese": "please",
    "pls": "please", "plse": "please", "plz": "please", "ppl": "people", "r": "are", "rly": "really",
    "sec": "security", "shouldnt": "should not", "shud": "should", "sorta": "rather", "tbh": "by the way",
    "thats": "that is", "theres": "there is", "theyre": "they are", "thnx": "thanks", "tho": "though",
    "thru": "through", "thx": "thanks", "tmrw": "tomorrow", "tnx": "thanks", "tru": "true", "ty": "thanks",
    "u": "you", "ur": "your", "wanna": "want to", "wasnt": "was not", "wat": "what", "werent": "were not",
    "wether": "whether",

    "whatever": "what", "whichever": "which", "whoever": "who", "whomever": "whom",
    "whats": "what is", "whens": "when is", "wheres": "where is", "whit": "with",
    "whos": "who is", "wht": "what", "wich": "which", "wont": "will not", "wot": "what", "wouldnt": "would not",
    "wrt": "with respect to", "wud": "would", "wut": "what", "ya": "you", "yeah": "yes", "yep": "yes",
    "youre": "you are",
}  # fmt: skip
_TO = frozenset({("in", "order", "to"), ("so", "as", "to")})
_SAYING: dict[tuple[str, ...], str] = {
    ("how", "do", "_", "know", "that"): "which source says that",
    ("how", "can", "_", "know", "that"): "which source says that",
    ("where", "can", "_", "read", "that"): "where does it say that",
    ("where", "do", "_", "read", "that"): "where does it say that",
    ("where", "can", "_", "see", "that"): "where does it say that",
}  # fmt: skip
_FETCHING = frozenset({
    "collect", "dig", "export", "extract", "fetch", "gather", "output", "present", "print", "produce", "pull", "report",
    "retrieve", "return", "select",
})  # fmt: skip
_FETCHED = frozenset({"all", "every", "each", "any", "the", "me", "up", "out", "us"})
_RATHER = (("i", "mean"), ("that", "is"), ("in", "other", "words"), ("i", "meant"), ("or", "rather"))
_BREAKS = frozenset({",", ";", ":", "-", "–", "—", "?", "(", ")"})
_THIRD = 2
_PERSONS = frozenset({"we", "i", "one", "you"})
_FIGURES = {"2": "to", "4": "for"}
_NUMBERED = frozenset({
    "a", "all", "annex", "any", "article", "both", "chapter", "clause", "day", "first", "last", "least", "most", "no",
    "number", "of", "option", "other", "paragraph", "part", "phase", "point", "section", "sentence", "step", "than",
    "the", "these", "those", "top", "version",
})  # fmt: skip


def in_full(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with what is typed in haste put in full; capitals are left ("UR", "SEC" may be names).

    "How do we know that" is put as "which source says that", "where can one read that" as "where does it say that",
    "pull every X" as "list every X"; of "is X so, I mean, does X do so" what is meant is left.
    """
    tokens = _said(_rather(_listed(tokens)))
    found: list[Token] = []
    skip, hasty = 0, any(token.word in _IN_FULL for token in tokens)
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if tuple(token.word for token in tokens[index : index + 3]) in _TO:
            skip = 1
            continue
        together = _together(tokens[index : index + 3])
        if together:
            word, skip = together
        elif token.word == "y" and not index and len(tokens) > 2:
            word = "why"
        elif token.word in _FIGURES and _is_word(tokens, index, hasty):
            word = _FIGURES[token.word]
        else:
            plain = token.text.islower() or len(token.word) > 3 or (index == 0 and token.text.istitle())
            word = _IN_FULL.get(token.word, token.word) if plain else token.word
        for part in word.split():
            text = "n't" if part == "not" and word != token.word else token.text
            found.append(Token(text, part, token.start, token.end))
    return tuple(found)


def _listed(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with what they open with to fetch things as "list"."""
    start = int(bool(tokens) and tokens[0].word == "please")
    if len(tokens) < start + 2 or tokens[start].word not in _FETCHING or tokens[start + 1].word not in _FETCHED:
        return tokens
    rest = next(index for index in range(start + 1, len(tokens)) if tokens[index].word not in ("me", "us", "up", "out"))
    first = tokens[start]
    return (*tokens[:start], Token("list", "list", first.start, first.end), *tokens[rest:])


def _rather(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens from what is asked in other words on: "are they in league, I mean, does X coordinate with Y"."""
    words = tuple(token.word for token in tokens)
    for index in range(1, len(words)):
        for meaning in _RATHER:
            after = index + len(meaning)
            after += words[after : after + 1] == (",",)
            said = words[index : index + len(meaning)] == meaning and words[index - 1] in _BREAKS
            if said and {*words[after : after + 1]} & (AUXILIARY | WH):
                return tokens[after:]
    return tokens


def _said(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with what they open with as who says it, or where it is said."""
    first = tuple(token.word for token in tokens[: _THIRD + 3])
    if len(first) <= _THIRD or first[_THIRD] not in _PERSONS:
        return tokens
    plain = _SAYING.get((*first[:_THIRD], "_", *first[_THIRD + 1 :]), "").split()
    opening = [Token(each, each, tokens[0].start, tokens[len(first) - 1].end) for each in plain]
    return (*opening, *tokens[len(first) :]) if opening else tokens


def _together(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """The word that signs without space between them make, and how many tokens more it takes: "w/o", "b4"."""
    if len(tokens) < 2 or tokens[0].end != tokens[1].start:
        return None
    if (tokens[0].word, tokens[1].word) == ("b", "4"):
        return "before", 1
    if (tokens[0].word, tokens[1].word) == ("w", "/"):
        without = len(tokens) > 2 and tokens[2].word == "o" and tokens[1].end == tokens[2].start
        return ("without", 2) if without else ("with", 1)
    return None


def _is_word(tokens: Sequence[Token], index: int, hasty: bool) -> bool:
    """Whether a figure stands for a small word: between words, and, but in haste, not before what it would count."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1].word, tokens[index + 1].word
    counts = (after.endswith("s") and not hasty) or after in ("permanent", "of") or not after.isalpha()
    return before.isalpha() and before not in _NUMBERED and not counts
