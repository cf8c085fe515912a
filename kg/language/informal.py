"""Words as they are typed in haste, put in full: "pls", "ppl", "whos", "dont", "gimme", "w/", "4" for "for"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.words import Token

_IN_FULL = {
    "pls": "please", "plz": "please", "plse": "please", "plese": "please", "thx": "thanks", "tnx": "thanks",
    "thnx": "thanks", "ty": "thanks", "ppl": "people", "abt": "about", "bout": "about", "u": "you", "ya": "you",
    "ur": "your", "r": "are", "n": "and", "bc": "because", "cuz": "because", "coz": "because", "cos": "because",
    "btw": "by the way", "tho": "though", "thru": "through", "govt": "government", "gov": "government",
    "wrt": "with respect to", "hw": "how", "wat": "what", "wut": "what", "wot": "what", "wht": "what",
    "wich": "which", "hav": "have", "dose": "does", "wether": "whether", "whit": "with", "hv": "have",
    "gimme": "give me", "lemme": "let me", "wanna": "want to", "gonna": "going to", "gotta": "got to",
    "dunno": "do not know", "outta": "out of", "info": "information", "docs": "documents", "doc": "document",
    "esp": "especially", "diff": "difference", "sec": "security", "tmrw": "tomorrow", "fyi": "by the way",
    "tbh": "by the way", "ofc": "of course", "yep": "yes", "yeah": "yes", "cannot": "can not", "whos": "who is",
    "whats": "what is", "wheres": "where is", "hows": "how is", "whens": "when is", "thats": "that is",
    "theres": "there is", "im": "i am", "ive": "i have", "youre": "you are", "theyre": "they are", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not",
    "werent": "were not", "hasnt": "has not", "havent": "have not", "hadnt": "had not", "cant": "can not",
    "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not", "wont": "will not",
    "mustnt": "must not",
}  # fmt: skip
_FIGURES = {"2": "to", "4": "for"}
_NUMBERED = frozenset({
    "a", "all", "annex", "any", "article", "both", "chapter", "clause", "day", "first", "last", "least", "most", "no",
    "number", "of", "option", "other", "paragraph", "part", "phase", "point", "section", "sentence", "step", "than",
    "the", "these", "those", "top", "version",
})  # fmt: skip


def in_full(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with what is typed in haste put in full; capitals are left ("UR", "SEC" may be names)."""
    found: list[Token] = []
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        together = _together(tokens[index : index + 3])
        if together:
            word, skip = together
        elif token.word in _FIGURES and _is_word(tokens, index):
            word = _FIGURES[token.word]
        else:
            plain = token.text.islower() or len(token.word) > 3 or (index == 0 and token.text.istitle())
            word = _IN_FULL.get(token.word, token.word) if plain else token.word
        for part in word.split():
            text = "n't" if part == "not" and word != token.word else token.text
            found.append(Token(text, part, token.start, token.end))
    return tuple(found)


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


def _is_word(tokens: Sequence[Token], index: int) -> bool:
    """Whether a figure stands for a small word: between words, and not before what it would count."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1].word, tokens[index + 1].word
    counts = after.endswith("s") or after in ("permanent", "of") or not after.isalpha()
    return before.isalpha() and before not in _NUMBERED and not counts
