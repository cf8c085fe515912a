"""Words as people type them: tokens with their places, regular inflection, and the closed classes of English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?|(?<=\))['’]s\b|[^\w\s]|_+"
)
_CONTRACTIONS = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "what's": "what is",
    "who's": "who is", "where's": "where is", "how's": "how is", "when's": "when is", "that's": "that is",
    "there's": "there is", "it's": "it is", "let's": "let us", "i'm": "i am", "i'd": "i would",
    "co-ordinate": "coordinate",
}  # fmt: skip
_SHORTENED = {"'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}

AUXILIARIES = {
    "be": {"am", "is", "are", "was", "were", "be", "been", "being"},
    "have": {"have", "has", "had"},
    "do": {"do", "does", "did"},
    "modal": {"will", "would", "can", "could", "may", "might", "shall", "should", "must"},
}
AUXILIARY = frozenset().union(*AUXILIARIES.values())
EXCEPTING = frozenset({
    "besides", "apart from", "aside from", "other than", "except", "except for", "excepting", "excluding",
    "in addition to", "not counting", "leaving aside", "with the exception of", "not including", "without counting",
    "setting aside", "putting aside", "ignoring", "disregarding", "barring", "save for", "but for", "exclusive of",
    "if i exclude", "if we exclude", "if you exclude", "if one excludes", "if we ignore", "if you ignore",
    "if i ignore", "if one ignores",
})  # fmt: skip
PREPOSITIONS = frozenset({
    "about", "above", "after", "against", "among", "around", "as", "at", "before", "behind", "between",
    "by", "concerning", "during", "for", "from", "given", "in", "inside", "into", "of", "on", "onto", "over", "per",
    "regarding", "since", "through", "thanks to", "throughout", "to", "toward", "towards", "under", "until", "upon",
    "via", "with", "within", "without",
    "in the absence of", "if", "because", "because of", "due to", "by means of", "as a result of", "on account of",
    "owing to", "along with", "together with", "out of", "according to", "in the view of", "in the opinion of",
    "in the words of", "in the eyes of", "in terms of", "with regard to", "with regards to", "with respect to",
    "in respect of", "as regards", "when it comes to", "as to", "as for", "in relation to", "in connection with",
    "on the subject of", "on the topic of", "on the matter of", "on the question of", "on the issue of", "relating to",
    "pertaining to", "in view of", "in light of", "in the light of", "by virtue of", "on the part of",
    "in the course of", "on top of", "in front of", "next to", "in place of", "on behalf of",
    "in the wake of", "amid", "amidst", "alongside", "across", "as part of", "by dint of",
    "in the case of", "in case of", "in the event of", "as long as", "so long as",
}) | EXCEPTING  # fmt: skip
# Of one meaning to a reader: what is said with one is understood with the other.
SAME_PREPOSITION = {
    "according to": "under", "out of": "from",
    "if": "from", "as long as": "from", "so long as": "from",
    "because": "from", "because of": "from", "due to": "from", "thanks to": "from", "owing to": "from",
    "as a result of": "from",
    "on account of": "from", "upon": "on", "concerning": "about", "regarding": "about", "via": "through",
    "by means of": "through", "over": "about", "into": "to", "towards": "to", "toward": "to", "onto": "on",
    "inside": "in", "within": "in", "under": "under", "in terms of": "about", "with regard to": "about",
    "with regards to": "about", "with respect to": "about", "in respect of": "about", "as regards": "about",
    "when it comes to": "about", "as to": "about", "as for": "about", "in relation to": "about",
    "in connection with": "about", "on the subject of": "about", "on the topic of": "about",
    "on the matter of": "about",
    "on the question of": "about", "on the issue of": "about", "relating to": "about", "pertaining to": "about",
    "in view of": "from", "in light of": "from", "in the light of": "from", "by virtue of": "from",
    "by dint of": "from",
    "on the part of": "of", "in the course of": "during", "in the wake of": "after",
    "alongside": "with", "as part of": "in", "in the case of": "about",
}  # fmt: skip
WH_ADVERBS = frozenset({"how", "why", "when", "where", "how long"})
WH = frozenset({"who", "whom", "whose", "what", "which", "when", "where", "why", "how", "whether"})
DETERMINERS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "any", "some", "all", "every", "each", "its", "their",
    "his", "her", "both", "either", "several", "such", "there", "another", "a single", "one single", "a lone",
})  # fmt: skip
WITHOUT = frozenset({"without", "in the absence of"})
POINTING = frozenset({"this", "these", "those"})  # to something said before, which a question alone does not have
QUOTES = frozenset({'"', "“", "”", "„", "«", "»"})
_SAYING_NO = frozenset({"'s", "vote", "votes", "voted", "voting", "say", "says", "said", "saying", "its", "their"})
NEGATIONS = frozenset({"not", "n't", "never", "no", "nor", "neither"})
CONJUNCTIONS = frozenset({"and", "or", "but", "&", "yet", "although", "though", "whereas"})
FILLERS = frozenset({
    "as a general rule", "at bottom", "at heart", "at long last", "by definition", "every now and then", "for all that",
    "from time to time", "in a sense", "in a way", "in actual fact", "in any event", "in broad terms", "in detail",
    "in due course", "in one way or another", "in some sense", "in sum", "in the final analysis",
    "in the last analysis",
    "in the least", "one day", "or so", "over and over", "that is to say", "time and again", "to a degree",
    "to a large extent", "to be sure", "to some degree", "to the full", "without fail",
    "above all", "absolutely", "accordingly", "actually", "additionally", "after all",
    "all told", "all things considered", "as a result", "as matters stand", "as things stand", "as yet", "at any rate",
    "at the end of the day", "at the same time", "chiefly", "by far", "formally", "for the time being", "here",
    "hitherto", "in any case", "in any way", "in effect", "in future", "in the future", "in the long run",
    "in the short run", "in some way", "indirectly", "directly", "largely", "mainly", "mostly", "nevertheless",
    "no doubt", "nonetheless", "officially", "on balance", "on paper", "once and for all", "openly", "otherwise",
    "primarily", "publicly", "so-called", "some day", "someday", "somewhat", "tacitly", "to some extent",
    "to this day", "undoubtedly", "until now", "up to now", "whatsoever", "would-be", "alike", "nominally",
    "again", "all in all", "at once", "in all",
    "allegedly", "already", "also", "altogether", "always", "and so on", "anyhow", "anything", "anyway", "anywhere",
    "approximately", "arguably", "as a matter of fact", "as a rule", "as it happens", "as it were", "as of now",
    "as such", "as well", "at all", "at least", "at present", "at the moment", "at this point", "back then",
    "basically", "by and large", "by practice", "by the way", "clearly", "completely", "consequently", "considerably",
    "currently", "dear", "effectively", "eg", "else", "entirely", "especially", "essentially", "even", "eventually",
    "ever", "evidently", "exactly", "explicitly", "expressly", "finally", "first of all", "flatly", "for certain",
    "for example", "for instance", "for now", "for real", "for sure", "from the start", "fully", "fundamentally",
    "furthermore", "generally", "genuinely", "greatly", "hello", "hence", "herself", "hi", "himself", "honestly",
    "however", "ie", "if any", "if anybody", "if anyone", "if anything", "in brief", "in essence", "in fact",
    "in general", "in other words", "in particular", "in principle", "in reality", "in short", "in the end",
    "in the first place", "in the main", "in the meantime", "in this context", "in this regard", "in this respect",
    "in total", "in turn", "indeed", "initially", "instead", "itself", "kindly", "lately", "likewise", "me",
    "meanwhile", "more or less", "moreover", "myself", "namely", "normally", "notably", "now", "nowadays",
    "obviously", "of course", "often", "ok", "on a regular basis", "on an ongoing basis", "on the whole",
    "once again", "once more", "originally", "outright", "overall", "particularly", "per se", "plainly", "please",
    "possibly", "potentially", "precisely", "quite", "rather", "really", "recently", "reportedly", "respectively",
    "as a matter of practice", "in practice", "going by practice", "customarily", "ordinarily",
    "right away", "right now", "roughly", "significantly", "simultaneously", "so", "so far", "so to speak", "somehow",
    "something", "somewhere", "specifically", "still", "strongly", "substantially", "supposedly", "thanks",
    "themselves", "then", "thereby", "therefore", "these days", "thus", "to date", "today", "too",
    "totally", "truly", "typically", "ultimately", "us", "usually", "utterly", "very", "well", "wholly", "yes",
    "yourself",
})  # fmt: skip
BY_CUSTOM = frozenset({
    "usually", "normally", "typically", "by practice", "generally", "as a rule", "as a matter of practice",
    "in practice", "going by practice", "customarily", "ordinarily",
})  # fmt: skip
NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "dozen": 12, "hundred": 100,
    "thousand": 1000, "million": 1_000_000, "half": 0, "zero": 0,
}  # fmt: skip
_TENS = [word for word, number in NUMBERS.items() if number in range(20, 100, 10)]
_ONES = {"one": 1} | {word: number for word, number in NUMBERS.items() if 1 < number < 10}
NUMBERS |= {f"{ten}-{one}": NUMBERS[ten] + number for ten in _TENS for one, number in _ONES.items()}
ABLE = frozenset(
    {
        "can",
        "could",
        "may",
        "might",
        "able",
        "capable",
        "power",
        "ability",
        "right",
        "enough",
        "sufficient",
        "let",
        "lets",
    }
)


@dataclass(frozen=True)
class Token:
    """A word or sign: `text` as typed, `word` folded for comparison; places in characters of the question."""

    text: str
    word: str
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, contractions and possessives taken apart ("China's" is "china" and "'s")."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        typed = match.group()
        if typed.isascii() and typed.isalpha() and (word := typed.lower()) not in _CONTRACTIONS:
            found.append(Token(typed, word, match.start(), match.end()))
        else:
            found.extend(_apart(typed, match.start(), match.end()))
    return tuple(found)


def folded(word: str) -> str:
    """`word` without case and kind of apostrophe or dash, compatibility forms undone."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return plain.replace("’", "'").replace("–", "-").replace("—", "-")


def is_said_no(tokens: Sequence[str], index: int) -> bool:
    """Whether a "no" is what somebody says: "a no", "votes no", or any word that denies between quotation marks."""
    before, after = "".join(tokens[max(index - 1, 0) : index]), "".join(tokens[index + 1 : index + 2])
    if tokens[index] not in NEGATIONS or QUOTES.issuperset((before, after)):
        return tokens[index] in NEGATIONS
    ends = not after.isalpha() or after in PREPOSITIONS or after in AUXILIARY
    return tokens[index] == "no" and (before in ("a", "one", "single") or (ends and before in _SAYING_NO))


def _apart(text: str, start: int, end: int) -> list[Token]:
    if "." in text and text[0].isalpha():
        text = text.replace(".", "").upper()  # "U.S."
    word = folded(text)
    if word in _CONTRACTIONS:
        return [Token(text, part, start, end) for part in _CONTRACTIONS[word].split()]
    if word.endswith("n't"):
        return [Token(text[:-3], word[:-3], start, end - 3), Token(text[-3:], "not", end - 3, end)]
    for ending, full in _SHORTENED.items():
        if word.endswith(ending) and len(word) > len(ending):
            stem = len(ending)
            return [Token(text[:-stem], word[:-stem], start, end - stem), Token(text[-stem:], full, end - stem, end)]
    for ending in ("'s", "s'"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = -2 if ending == "'s" else -1
            return [Token(text[:stem], word[:stem], start, end + stem), Token(text[stem:], "'s", end + stem, end)]
    word = word if word == "'s" else word.strip("'")
    return [Token(text, word, start, end)] if word else []


@cache
def verb_forms(verb: str) -> dict[str, str]:
    """The regular forms of a verb (its first word is inflected): form → "base", "s", "ing" or "ed"."""
    first, _, rest = verb.partition(" ")
    prefix = ""
    if first in ("not", "never"):
        prefix, (first, _, rest) = f"{first} ", rest.partition(" ")
    if first.endswith("e"):
        bare = first if first.endswith(("ee", "ye", "oe")) else first[:-1]
        third, present, past = first + "s", bare + "ing", first + "d"
    elif re.search(r"[^aeiou]y$", first):
        third, present, past = first[:-1] + "ies", first + "ing", first[:-1] + "ied"
    elif re.search(r"(s|x|z|ch|sh)$", first):
        third, present, past = first + "es", first + "ing", first + "ed"
    else:
        third, present, past = first + "s", first + "ing", first + "ed"
    if first.endswith("ie"):
        present = first[:-2] + "ying"
    forms = {first: "base", third: "s", present: "ing", past: "ed"}
    return {f"{prefix}{form} {rest}".strip(): tag for form, tag in forms.items()}


@cache
def noun_forms(noun: str) -> tuple[str, ...]:
    """A noun and its regular plural (the word before "of" is inflected, else the last)."""
    head, of, rest = noun.partition(" of ")
    if re.search(r"[^aeiou]y$", head):
        plural = head[:-1] + "ies"
    elif re.search(r"(s|x|z|ch|sh)$", head):
        plural = head + "es"
    else:
        plural = head + "s"
    return noun, f"{plural}{of}{rest}"
