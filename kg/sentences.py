"""Sentences made from templates: roles in braces, a part in square brackets where its role is not always given.

`(names|name)` is a verb that agrees with the role before it: as for one, or as for several. `{readyFor:to}` is what a
role holds in the infinitive ("to take part in …"), `{prerequisite:that}` as a clause ("an agreement is reached"),
`{when:date}` as a date with its preposition ("in 2022", "on 29 March 2022"), and `{voteKind:bare}` without its article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
ROLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TOKEN = re.compile(r"\{(\w+)(?::(\w+))?\}|\(([^()|]+)\|([^()|]+)\)")
_TO_BE = re.compile(r"(is|are)\b")
_LISTED, _FEW = 8, 5  # of more than so many names only a few are given
_POSSESSIVE = ("its",)
_WITHOUT_ARTICLE = re.compile(r"(the|a|an|this|that|some|no|all)\s|\S+['’]s?\s|\d", re.IGNORECASE)
_VOWEL = re.compile(r"[aeioAEIO]|[uU](?![A-Z]|ni|s[aei])")
_HEAD = re.compile(r"\s(of|over|in|under|for|to|on|by|with|without|that|from|between|as|at|\(.*)(\s|$).*| \(.*")
_PLURAL = re.compile(r"(?<![su i])s$|ies$|\b(people|media|police|men|women)$|^(two|three|four|five|several|many)\b")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Phrase:
    """What stands for a thing in a sentence: its name with its article, and its other forms where it has them."""

    text: str
    plural: bool = False
    bare: str = ""
    infinitive: str = ""
    clause: str = ""

    def form(self, name: str | None) -> str:
        if name == "date":
            return dated(self.text)
        return {"bare": self.bare, "to": self.infinitive, "that": self.clause}.get(name or "", "") or self.text


@dataclass(frozen=True)
class Sentence:
    """A template, and the phrases of each of its roles."""

    template: str
    roles: tuple[tuple[str, tuple[Phrase, ...]], ...]

    def text(self, modal: str = "") -> str:
        """The sentence, without its full stop; with a modal verb ("could") in the place of its first plain one."""
        return filled(self.template, dict(self.roles), modal)

    @property
    def infinitive(self) -> str:
        """What the sentence says of its first role, as an infinitive: "to take part in …"; empty where it has none."""
        found = re.match(r"\{\w+\} \(([^()|]+)\|([^()|]+)\)", self.template)
        if found is None:
            return ""
        rest = self.template[found.end() :]
        return f"to {_base(found[1], found[2])}{filled(rest, dict(self.roles))}"

    @property
    def takes_modal(self) -> bool:
        return any(each[3] and each[3] not in _POSSESSIVE for each in _TOKEN.finditer(self.template))

    def joined(self, other: Sentence) -> Sentence | None:
        """Both in one, where they differ in what a single role holds; None where they do not."""
        if self.template != other.template or [name for name, _ in self.roles] != [name for name, _ in other.roles]:
            return None
        apart = [at for at, (one, two) in enumerate(zip(self.roles, other.roles, strict=True)) if one != two]
        if len(apart) > 1:
            return None
        roles = list(self.roles)
        for at in apart:
            name, phrases = roles[at]
            roles[at] = name, tuple(dict.fromkeys((*phrases, *other.roles[at][1])))
        return replace(self, roles=tuple(roles))


@dataclass(frozen=True)
class Voice:
    """Who says it, and how that is put: "{speaker} (warns|warn) that {content}"."""

    speakers: tuple[Phrase, ...]
    template: str
    affirms: bool = True


@dataclass(frozen=True)
class Saying:
    """A sentence as it is said: by whom, how surely, under which conditions, and who says otherwise.

    `voices` run from the outermost inwards, and are empty where it follows by a rule; `on` are then those on whose
    word it rests. `hedge` is a template around the sentence, `modal` a verb that does as well. A `plain` one needs
    nobody to say it.
    """

    sentence: Sentence
    voices: tuple[Voice, ...] = ()
    hedge: str = ""
    modal: str = ""
    conditions: tuple[str, ...] = ()
    disputes: tuple[str, ...] = ()
    on: tuple[Phrase, ...] = ()
    plain: bool = False

    def text(self) -> str:
        """The sentence, without its full stop."""
        return self.introduced(self.content)

    @property
    def content(self) -> str:
        """What is said, how surely, on which conditions, and who disputes it."""
        conditions = f", {' and, '.join(self.conditions)}" if self.conditions else ""
        return self._hedged() + conditions + (f", but {' and '.join(self.disputes)}" if self.disputes else "")

    def introduced(self, said: str) -> str:
        """With who says it: of several voices the last, according to the one before it."""
        if self.plain:
            return said
        voices = self.voices[1:] if len(self.voices) > 2 and self.voices[1].affirms else self.voices
        for voice in reversed(voices[1:] or voices):
            said = filled(voice.template, {"speaker": voice.speakers, "content": (Phrase(said),)})
        if len(voices) > 1:
            return f"according to {listed(each.text for each in voices[0].speakers)}, {said}"
        if not voices:
            grounds = f" from what {listed(each.text for each in self.on)} {self._says}" if self.on else ""
            return f"by inference, {said}" if self.hedge and not self.modal else f"it follows{grounds} that {said}"
        return said

    def goes_with(self, other: Saying) -> bool:
        """Whether one introduction does for both."""
        alike = (self.voices, self.on, self.plain) == (other.voices, other.on, other.plain)
        return alike and not (self.conditions or self.disputes) and (bool(self.voices) or self.hedge == other.hedge)

    @property
    def _says(self) -> str:
        return "say" if len(self.on) > 1 or any(each.plural for each in self.on) else "says"

    def _hedged(self) -> str:
        if self.modal and self.sentence.takes_modal:
            return self.sentence.text(self.modal)
        said = self.sentence.text()
        if self.modal and f" {self.modal} " in self.sentence.template:
            return said
        return filled(self.hedge, {"content": (Phrase(said),)}) if self.hedge else said

    def joined(self, other: Saying) -> Saying | None:
        """Both in one: the same said by others alike, or of something else by the same; None where neither is so."""
        if replace(self, sentence=other.sentence) == other:
            both = self.sentence.joined(other.sentence)
            return None if both is None else replace(self, sentence=both)
        if len(self.voices) == len(other.voices) == 1 and replace(self, voices=other.voices) == other:
            (one,), (two,) = self.voices, other.voices
            if one.template == two.template:
                return replace(self, voices=(replace(one, speakers=(*one.speakers, *two.speakers)),))
        return None


def filled(template: str, roles: Mapping[str, tuple[Phrase, ...]], modal: str = "") -> str:
    """The template with what its roles hold."""

    def present(part: re.Match[str]) -> str:
        return part[1] if all(roles.get(name) for name, _ in ROLE.findall(part[1])) else ""

    plural, unused = False, modal

    def put(token: re.Match[str]) -> str:
        nonlocal plural, unused
        if token[1]:
            phrases = roles.get(token[1], ())
            plural = len(phrases) > 1 or any(each.plural for each in phrases)
            return listed(each.form(token[2]) for each in phrases)
        if unused and token[3] not in _POSSESSIVE:
            verb, unused = f"{unused} {_base(token[4 if plural else 3], token[4])}", ""
            return verb
        return token[4] if plural else token[3]

    return re.sub(r" {2,}", " ", _TOKEN.sub(put, _OPTIONAL.sub(present, template)))


def _base(verb: str, several: str) -> str:
    """The infinitive of a verb: of "to be" its own, else the form that goes with several."""
    return _TO_BE.sub("be", verb) if _TO_BE.match(verb) else several


def is_filled(template: str, roles: Mapping[str, object]) -> bool:
    """Whether the roles are those that the template needs."""
    return all(roles.get(name) for name, _ in ROLE.findall(_OPTIONAL.sub("", template)))


def sentence_case(text: str) -> str:
    """With a capital letter at its beginning and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def listed(texts: Iterable[str]) -> str:
    """As a sentence names several ("A, B and C"), and of very many a few."""
    *first, last = tuple(dict.fromkeys(texts)) or ("",)
    if len(first) >= _LISTED:
        first, last = first[:_FEW], f"{len(first) + 1 - _FEW} more"
    return f"{', '.join(first)} and {last}" if first else last


def named(label: str, article: str) -> str:
    """A name with its article, where it does not begin with a word that stands for one."""
    if not article or _WITHOUT_ARTICLE.match(label):
        return label
    return f"{'an' if article == 'a' and _VOWEL.match(label) else article} {label}"


def is_plural(label: str) -> bool:
    """Whether a name is that of several, by the ending of its main word."""
    return bool(_PLURAL.search(_HEAD.sub("", label)))


def dated(text: str) -> str:
    """A date (EDTF level 0) with its preposition: "in 2022", "in March 2022", "on 29 March 2022"."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text)
    if found is None or not 0 <= int(found[2] or 1) - 1 < len(_MONTHS):
        return f"at {text}"
    month = f"{_MONTHS[int(found[2]) - 1]} " if found[2] else ""
    return f"on {int(found[3])} {month}{found[1]}" if found[3] else f"in {month}{found[1]}"


def together(sayings: Sequence[Saying]) -> list[Saying]:
    """The sayings, those that one sentence can say joined into one."""
    found: list[Saying] = []
    for saying in sayings:
        for at, before in enumerate(found):
            if before == saying or (both := before.joined(saying)) is not None:
                found[at] = before if before == saying else both  # type: ignore[assignment]
                break
        else:
            found.append(saying)
    return found
