"""What cannot be so whatever else is known: dates to come, words before they were said, halved words, no languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache

from kg.documents import quotes
from kg.errors import Fault
from kg.model import Document
from kg.namespaces import DCTERMS, OA, SG
from kg.terms import Literal, NamedNode, Node, Term, parts

ISSUED, SAID_WHEN = DCTERMS + "issued", SG + "saidWhen"
_LANGUAGES = (DCTERMS + "language", SG + "quoteLanguage")
_DATE = re.compile(r"(-?)(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # as the shapes want it: what is otherwise written they refuse
# Scripts that put no space between words, by how Unicode names their characters: Unicode Standard Annex 29 has a word
# end at any character of the first, and leaves the others to dictionaries.
_UNSPACED = re.compile(
    r"\b(?:CJK|HIRAGANA|KATAKANA|BOPOMOFO|THAI|LAO|KHMER|MYANMAR|TAI|NEW TAI|AHOM|JAVANESE|BALINESE)\b"
)


def faults(document: Document, today: date) -> Iterator[Fault]:
    """What is wrong with the document by itself; `today` is the latest date that anything can have been said on."""
    yield from _to_come(document, today)
    yield from _said_after_issued(document)
    yield from _cut_words(document)
    yield from _unknown_languages(document)


def _to_come(document: Document, today: date) -> Iterator[Fault]:
    for node, by in document.descriptions.items():
        for iri in (ISSUED, SAID_WHEN):
            for value in by.get(iri, ()):
                if _is_later(value.value, today.isoformat()):
                    what = f"{document.short(iri)} is {value.value}, which is yet to come: today is {today}."
                    yield document.fault(
                        node, what, "Mend the date; when something is to happen goes into a situation.", value
                    )


def _said_after_issued(document: Document) -> Iterator[Fault]:
    for claim, by in document.descriptions.items():
        source = NamedNode(document.source_of(claim) or document.iri)
        for said in by.get(SAID_WHEN, ()):
            for issued in document.values(source, ISSUED):
                if _is_later(said.value, issued.value):
                    what = f"it was said in {said.value}, but {document.short(source)} came out in {issued.value}."
                    remedy = "Mend sg:saidWhen, or dcterms:issued of the source: it cannot tell what is said after it."
                    yield document.fault(claim, what, remedy, said)


def _is_later(one: str, other: str) -> bool:
    """Whether a date in EDTF level 0 is later than another; those of which one holds the other are not."""
    first, second = _DATE.fullmatch(one), _DATE.fullmatch(other)
    if not first or not second:
        return False  # the shapes say so
    numbers = [[int(each[1] + each[2]), *map(int, filter(None, each.groups()[2:]))] for each in (first, second)]
    known = min(map(len, numbers))
    return numbers[0][:known] > numbers[1][:known]


def _cut_words(document: Document) -> Iterator[Fault]:
    """Anchored quotes that begin or end within a word; apostrophes and hyphens end one."""
    for node, by in document.descriptions.items():
        places = [by.get(SG + name, ()) for name in ("start", "end", "quote")]
        source = by.get(OA + "hasSource", ())
        text = document.texts.get(source[0].value, "") if len(source) == 1 else ""
        if not text or any(len(values) != 1 for values in places):
            continue
        start, end, quote = (values[0] for values in places)
        if not (start.value.isdecimal() and end.value.isdecimal()):
            continue  # the shapes say so
        cut = [at for at in (int(start.value), int(end.value)) if is_within_word(text, at)]
        if cut:
            word = " and ".join(quotes.shorten(_word_at(text, at)) for at in cut)
            what = f"the quote {quotes.shorten(quote.value)} is cut out of {word}."
            yield document.fault(node, what, "Quote whole words, as the text has them.", quote)


def is_within_word(text: str, at: int) -> bool:
    """Whether letters or digits stand on both sides of the offset, of scripts that put spaces between words."""
    return 0 < at < len(text) and _is_of_word(text[at - 1]) and _is_of_word(text[at])


def _is_of_word(character: str) -> bool:
    """Letters, their marks, and digits; a raised 2, which counts a note, is none of them."""
    category = unicodedata.category(character)
    return (category[0] in "LM" or category == "Nd") and not _UNSPACED.search(unicodedata.name(character, ""))


def _word_at(text: str, at: int) -> str:
    start, end = at, at
    while is_within_word(text, start):
        start -= 1
    while is_within_word(text, end):
        end += 1
    return text[start:end]


def _unknown_languages(document: Document) -> Iterator[Fault]:
    found: dict[tuple[Node, str], Term] = {}
    for subject, predicate, value in map(parts, document.quads):
        if isinstance(value, Literal):
            tag = value.value if predicate.value in _LANGUAGES and _TAG.fullmatch(value.value) else value.language
            if tag and not _is_language(tag):
                found.setdefault((subject, tag), value)
    for (node, tag), value in found.items():
        what = f"no language has the tag '{tag}'."
        yield document.fault(
            node, what, 'Give a tag of BCP 47, with a language of ISO 639: "en", "uk", "zh-Hant".', value
        )


@cache
def _is_language(tag: str) -> bool:
    import langcodes  # the registry of languages loads where a document is examined

    return langcodes.tag_is_valid(tag)
