"""Whether a question's answer column can be what is asked for: by the wh-word, its noun, and the part it plays."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from kg.language.grammar.clauses import Clause
from kg.language.grammar.focus import SELF, Focus
from kg.language.grammar.labelling import OBJECT as OBJECT_LABEL
from kg.language.grammar.labelling import SUBJECT
from kg.language.lexis.items import Item
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.meanings import OBJECT, Meaning
from kg.language.matching.patterns import Tense, alternatives, constructed
from kg.language.text.claiming import says
from kg.language.text.words import AUXILIARIES, WH_ADVERBS
from kg.namespaces import SG, SKOS

_ACTOR, _PLACE, _CONTINGENT = SG + "Actor", SG + "Place", SG + "Contingent"
_SPEAKERS = (_ACTOR, SG + "Source", SG + "Speaker")
PERSONS = frozenset({"who", "whom", "whose"})
_OWN = 0.65  # how surely what a noun is the very name of is asked for: an approach, by "which approach"


@dataclass(frozen=True)
class Asked:
    explanations: Explanations

    def fits(self, focus: Focus | None, entry: Entry, answer: str, tense: Tense) -> float | None:
        """Whether the answer column can be what is asked for, and how surely; None where it cannot.

        A question that asks yes or no only of what has been done is none of what is to be done; one on what somebody
        can do is none of what somebody will do or has done.
        """
        meaning = entry.meaning
        if _is_to_come(entry, tense):
            return None
        if focus is None:
            return None if _never(entry, tense) else 0.0
        if tense.real and 2 * sum(pattern.able for pattern in entry.patterns) > len(entry.patterns):
            return None
        kinds, wh = meaning.kinds.get(answer, frozenset()), focus.wh
        if focus.nouns:
            fits = wh not in PERSONS or self.may_be_persons(entry, answer)
            return self.nouns_fit(focus, entry, answer) if fits else None
        phrased = answer == meaning.question.answer and any(
            pattern.wh == wh and not pattern.focus for pattern in entry.patterns
        )
        if wh == "list":
            return 0.0 if phrased else None
        if wh in WH_ADVERBS:
            return self._adverb_fits(wh, entry, answer, tense, phrased=phrased)
        if wh in PERSONS:
            is_a = self.explanations.ontology.is_a
            if any(is_a(kind, _PLACE) for kind in kinds):
                return None
            if any(is_a(kind, _ACTOR) for kind in kinds):
                return 0.4 if phrased else 0.2
            # "whose initiatives does X undermine": what is asked for says whose
            of_it = wh in ("whose", "whom") and all(is_a(kind, SKOS + "Concept") for kind in kinds)
            return 0.4 if phrased and (of_it or any(is_a(_ACTOR, kind) for kind in kinds)) else None
        if wh in ("what", "which"):
            persons = (_ACTOR,) if focus.label in ("", SELF, SUBJECT) else _SPEAKERS
            only = bool(kinds) and all(
                any(self.explanations.ontology.is_a(kind, each) for each in persons) for kind in kinds
            )
            return None if only and not phrased else 0.4 if phrased else 0.2
        return 0.3 if phrased else None

    def may_be_persons(self, entry: Entry, column: str) -> bool:
        """Whether "who is the …" may ask for a column."""
        kinds, is_a = entry.meaning.kinds.get(column), self.explanations.ontology.is_a
        persons = (*_SPEAKERS, _CONTINGENT)
        return not kinds or any(is_a(kind, each) or is_a(each, kind) for kind in kinds for each in persons)

    def _adverb_fits(self, wh: str, entry: Entry, answer: str, tense: Tense, *, phrased: bool) -> float | None:
        kinds, roles = entry.meaning.kinds.get(answer, frozenset()), entry.meaning.roles.get(answer, frozenset())
        if wh == "where" and any(self.explanations.ontology.is_a(kind, _PLACE) for kind in kinds):
            return 0.5
        if wh == "when" and any(place == OBJECT and prop.lower().endswith("when") for prop, place in roles):
            return 0.5
        like = [pattern for pattern in entry.patterns if pattern.wh == wh]
        if wh == "when" and not any(pattern.past >= tense.past for pattern in like):
            return None
        never = tense.real and like and all(pattern.able for pattern in like)  # "why did X block"
        return 0.3 if phrased and not never else None

    def nouns_fit(self, focus: Focus, entry: Entry, answer: str) -> float | None:
        """How surely the nouns of what is asked for ("which states") are for a column; None where they are not."""
        meaning = entry.meaning
        kinds, roles = meaning.kinds.get(answer, frozenset()), meaning.roles.get(answer, frozenset())
        best: float | None = None
        for sense in focus.nouns:
            fit: float | None = None
            for term in sense.concept.terms:
                if (term, OBJECT) in roles and term in self.explanations.ontology.properties:
                    fit = max(fit or 0, 0.6)
                if self.explanations.is_plain_class(sense, term, meaning):
                    if term in kinds:
                        fit = max(fit or 0, _OWN if sense.concept.name == term else 0.5 if len(kinds) == 1 else 0.3)
                    elif any(self.explanations.ontology.is_a(term, kind) for kind in kinds):
                        fit = max(fit or 0, 0.3)
                    elif kinds and all(self.explanations.ontology.is_a(kind, term) for kind in kinds):
                        fit = max(fit or 0, 0.2)
            phrased = any(sense.concept.name in pattern.focus for pattern in entry.patterns)
            if fit is None and answer == meaning.question.answer and phrased:
                fit = 0.5
            if fit is not None:
                best = max(best or 0, fit)
        return best

    def answers_too(self, tail: Sequence[Item], entry: Entry) -> bool:
        """Whether the rows of the question have what a tail asks for besides: "and when", "and by what means"."""
        meaning, nouns = entry.meaning, [item for item in tail if item.senses]
        if nouns:
            return all(any(self.explanations.fits(sense, meaning) for sense in item.senses) for item in nouns)
        properties = {
            prop.rpartition("/")[2].lower()
            for column in meaning.question.columns
            for prop, place in meaning.roles.get(column, ())
            if place == OBJECT
        }
        if tail[-1].word in PERSONS:
            others = (
                kind for column, kinds in meaning.kinds.items() if column != meaning.question.answer for kind in kinds
            )
            return any(self.explanations.ontology.is_a(kind, _ACTOR) for kind in others)
        wanted = {"when": "when", "where": "place", "how": "means"}.get(tail[-1].word)
        return tail[-1].word == "why" or any(wanted and prop.endswith(wanted) for prop in properties)

    def plays_its_part(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether what is asked for plays the part that a noun gives it: "whom … as guarantor", "who is guarantor"."""
        meaning = entry.meaning
        if clause.focus is None:
            return True
        for filler in clause.fillers:
            role_of = {"as": OBJECT_LABEL, "predicate": SUBJECT}.get(filler.label)
            if not filler.noun or role_of is None or clause.focus.label != role_of:
                continue
            if any(self.explanations.constants(sense) for sense in filler.item.senses):
                continue  # a noun for a value: "are mere possibilities"
            if filler.label == "predicate" and _is_phrased(filler.item, entry, answer):
                continue
            roles = {
                (term, OBJECT) for sense in filler.item.senses if sense.part == "noun" for term in sense.concept.terms
            }
            if any(roles & meaning.roles.get(name, frozenset()) for name in meaning.kinds):
                return bool(roles & meaning.roles.get(answer, frozenset()))
            classes = {term for term, _ in roles} & self.explanations.ontology.classes
            if (
                filler.label == "predicate"
                and classes
                and not any(self._fits_kinds(c, meaning, answer) for c in classes)
            ):
                return False
        return True

    def is_asked(self, clause: Clause, entry: Entry, answer: str, column: str | None) -> bool:
        """Whether what is asked for has its part in the clause, and where it is who says it, somebody may and does."""
        if not self.plays_its_part(clause, entry, answer) or not self.may_speak(clause, entry.meaning):
            return False
        if self.is_elsewhere(clause, entry, answer) or not self.is_reached(clause, entry, answer):
            return False
        if self.is_named_too(clause, entry, answer) or self.is_of_source(clause):
            return False
        return bool(column) or self.is_said(clause, entry, answer)

    def gives_parts(self, clause: Clause, entry: Entry, given: Container[str]) -> bool:
        """Whether the part that a noun gives somebody ("names X as guarantor") is that of a column with a value, or
        else what the question is about, or said with the word before it in a phrasing."""
        for filler in clause.fillers:
            nouns = [sense for sense in filler.item.senses if sense.part == "noun"] if filler.label == "as" else []
            terms = {term for sense in nouns for term in sense.concept.terms}
            parts = {(term, OBJECT) for term in terms}
            before = [item for item in clause.words if item.start < filler.item.start]
            named = any(each.item.things for each in clause.fillers if each.item.start < filler.item.start)
            if not terms or not before or not named or terms & (entry.meaning.core | entry.meaning.terms):
                continue
            said = [alternatives(filler.item), alternatives(before[-1])]
            phrased = any(all(any(one & word for word in p.words) for one in said) for p in entry.patterns)
            roles = (roles for name, roles in entry.meaning.roles.items() if name in given)
            if not (phrased or any(parts & each for each in roles)):
                return False
        return True

    def may_speak(self, clause: Clause, meaning: Meaning) -> bool:
        """Whether nothing that cannot speak is the subject of a question on claims: "what do peacekeepers carry"."""
        kinds = meaning.kinds.get("speaker", frozenset())
        if SG + "Claim" not in meaning.core | meaning.terms or self.explanations.is_specific(meaning.core):
            return True
        is_a = self.explanations.ontology.is_a
        held = any(item.kind == "poss" for item in clause.items)  # "the author's opinion"
        for filler in clause.fillers if kinds else ():
            terms = {term for sense in filler.item.senses if sense.part == "noun" for term in sense.concept.terms}
            classes = terms & self.explanations.ontology.classes
            speaks = any(is_a(term, kind) or is_a(kind, term) for term in classes for kind in kinds)
            if filler.noun and (filler.label == SUBJECT or (held and filler.label == "of")) and classes and not speaks:
                return False
        return True

    def is_named_too(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether what is asked for stands elsewhere as what it is asked of: "what runs counter to the aim"."""
        if clause.focus is None or clause.focus.nouns or clause.focus.label != SUBJECT or not clause.verbs:
            return False
        kinds = entry.meaning.kinds.get(answer, frozenset())
        others = frozenset().union(*(each for name, each in entry.meaning.kinds.items() if name != answer))
        situations = {kind for kind in kinds - others if self.explanations.ontology.is_a(kind, SG + "Situation")}
        objects = [filler.item for filler in clause.fillers if filler.noun and filler.label == OBJECT_LABEL]
        return any(situations & sense.concept.terms for item in objects for sense in item.senses)

    def is_of_source(self, clause: Clause) -> bool:
        """Whether it is asked what a source is, not what it says: "is the article biased"."""
        if clause.focus is not None or clause.verbs or not any(item.kind == "aux" for item in clause.items):
            return False
        subjects = [filler.item for filler in clause.fillers if filler.label == SUBJECT and filler.item.things]
        return len(subjects) == 1 and self.explanations.is_source(subjects[0])

    def is_misheard(self, clause: Clause, entry: Entry, arguments: Mapping[str, Sequence[str]]) -> bool:
        """Whether somebody who says something has another part in the question than that of who says it."""
        if not clause.verbs or not all(says(item) for item in clause.verbs):
            return False
        saying = [
            set(filler.item.things) for filler in clause.fillers if filler.label == SUBJECT and filler.item.things
        ]
        return any(
            (SG + "speaker", OBJECT) not in entry.meaning.roles.get(name, ())
            and any(set(given) <= each for each in saying)
            for name, given in arguments.items()
        )

    def is_reached(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether, where it is asked to or with whom, a phrasing says so too: few do."""
        focus = clause.focus
        led = all(filler.label != SUBJECT for filler in clause.fillers)  # "point me to who can block it"
        besides = focus is not None and focus.label == "with" and focus.wh in PERSONS
        if focus is None or led or not (besides or focus.label == "to"):
            return True
        signatures = [pattern.signature for pattern in (*entry.patterns, *entry.related)]
        signatures += constructed(clause.items, entry.meaning)
        return any(signature.get(focus.label) == answer for signature in signatures)

    def is_elsewhere(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether it is asked where somebody said something, and not where in a text it stands."""
        past = Tense.of(clause).past and not any(item.word in AUXILIARIES["be"] for item in clause.items)
        kinds = entry.meaning.kinds.get(answer, ())
        if clause.focus is None or clause.focus.wh != "where" or not past:
            return False
        if any(self.explanations.ontology.is_a(kind, _PLACE) for kind in kinds):
            return False
        subjects = [thing for filler in clause.fillers if filler.label == SUBJECT for thing in filler.item.things]
        return any(self.explanations.names.is_a(thing, _ACTOR) for thing in subjects)

    def is_said(self, clause: Clause, entry: Entry, answer: str) -> bool:
        """Whether, where it is asked who says what a question is about, a verb of the clause is one of saying it."""
        meaning = entry.meaning
        if clause.focus is None or (SG + "speaker", OBJECT) not in meaning.roles.get(answer, ()):
            return True
        if not self.explanations.is_specific(meaning.core):
            return True
        known = [one for pattern in entry.patterns for one in pattern.verbs]
        return any(alternatives(item) & one for item in clause.words for one in known)

    def _fits_kinds(self, kind: str, meaning: Meaning, column: str) -> bool:
        return any(
            self.explanations.ontology.is_a(kind, each) or self.explanations.ontology.is_a(each, kind)
            for each in meaning.kinds[column]
        )


def _never(entry: Entry, tense: Tense) -> bool:
    """Whether what a question asks yes or no of is never of this tense: see `Asked.fits`."""
    whether = [pattern for pattern in entry.patterns if not pattern.wh]
    able = 2 * sum(pattern.able for pattern in whether) > len(whether)
    undone = not tense.done and all(pattern.done for pattern in whether)
    return bool(whether) and (undone or (tense.real and able))


def _is_to_come(entry: Entry, tense: Tense) -> bool:
    """Whether it is asked what has been done of what a question says only that it would be: "has X sent troops"."""
    if not tense.verbs:
        return False
    same = [
        pattern
        for pattern in entry.patterns
        if pattern.verbs and all(any(one & two for two in tense.verbs) for one in pattern.verbs)
    ]
    return any(pattern.open for pattern in same) and not any(pattern.done for pattern in same)


def _is_phrased(noun: Item, entry: Entry, answer: str) -> bool:
    """Whether a phrasing says of what is asked for that it is what the noun says: "who are the permanent members"."""
    means = alternatives(noun)
    return any(
        pattern.signature.get(SUBJECT) == answer and any(one & means for one in pattern.words)
        for pattern in entry.patterns
    )
