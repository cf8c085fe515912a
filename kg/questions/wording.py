"""Claims and conclusions → sentences, in the words that the ontology has for their classes, acts and certainties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from kg.model import QUALIFIED
from kg.namespaces import OWL, RDFS, SG
from kg.proofs import Reader
from kg.questions.weighing import Grounds, Weigher
from kg.rules.dataset import TYPE, Ground, Quads, Triple, has, is_situation, objects, subjects
from kg.rules.derivation import POLARITY
from kg.sentences import Phrase, Saying, Sentence, Voice, filled, is_filled, is_plural, listed, named
from kg.terms import Literal, NamedNode, Term

_AFFIRMED = NamedNode(SG + "affirmed")
_ACT, _ARTICLE, _CERTAINTY, _CONTENT, _KIND, _LABEL, _MODAL, _NUMBER, _PHRASE, _PREREQUISITE, _SENTENCE, _SPEAKER = (
    NamedNode(SG + name)
    for name in (
        "act", "article", "certainty", "content", "conditionKind", "labelTemplate", "modal", "grammaticalNumber",
        "phraseTemplate", "prerequisite", "sentenceTemplate", "speaker",
    )
)  # fmt: skip
_NECESSARY = NamedNode(SG + "necessary")
_ROLES = tuple(NamedNode(SG + name) for name in ("role", "literalRole"))
_SUBCLASS, _SUBPROPERTY = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf")
_SYMMETRIC = NamedNode(OWL + "SymmetricProperty")
_IT = re.compile(r"(that|whether) \{content\}")
_MOST = 2  # of those who say otherwise


class Wording:
    """Puts what is in `store` into words, each thing once."""

    def __init__(self, store: Quads, weigher: Weigher) -> None:
        self._store, self._weigher, self._reader = store, weigher, Reader(store)
        self._phrases: dict[Ground, Phrase] = {}
        self._sentences: dict[Ground, Sentence] = {}
        self._classes: dict[Ground, frozenset[Ground]] = {}
        self._annotations: dict[tuple[Ground, NamedNode], str | None] = {}

    def sayings(self, grounds: Grounds, template: str, cells: Mapping[str, Term]) -> tuple[Saying, ...]:
        """What the row with these grounds states: by the question's own template for its cells, if it has one."""
        if template:
            roles = tuple((name, (self.phrase(term),)) for name, term in sorted(cells.items()))
            return (Saying(Sentence(template, roles), plain=True, disputes=self._disputes(grounds.against, None)),)
        concluded = tuple(each for each in grounds.told if not isinstance(each, str))
        return tuple(saying for each in concluded or grounds.told for saying in self._told(each, grounds))

    def phrase(self, term: Ground) -> Phrase:
        """A thing by its name and its article, a situation by what it is, a literal by its text."""
        if term not in self._phrases:
            self._phrases[term] = self._phrase(term)
        return self._phrases[term]

    def _told(self, each: str | Triple, grounds: Grounds) -> Iterator[Saying]:
        if isinstance(each, str):
            inner = self._reader.inward(NamedNode(each))
            for chain in self._reader.chains(inner[-1]):
                if NamedNode(each) in chain:
                    yield self._said(chain, grounds)
        else:
            yield self._concluded(each, grounds)

    def _said(self, chain: tuple[Ground, ...], grounds: Grounds) -> Saying:
        situation = next(objects(self._store, chain[-1], _CONTENT), chain[-1])
        certainty = min((each for claim in chain for each in objects(self._store, claim, _CERTAINTY)), key=self._rank)
        implied = {
            sure for act in objects(self._store, chain[-1], _ACT) for sure in objects(self._store, act, _CERTAINTY)
        }
        affirmed = _AFFIRMED in objects(self._store, chain[-1], POLARITY)
        hedged = certainty not in implied
        return Saying(
            sentence=self._sentence(situation),
            voices=tuple(self._voice(claim) for claim in chain),
            hedge=self._own(certainty, _SENTENCE) if hedged else "",
            modal=self._own(certainty, _MODAL) if hedged else "",
            conditions=tuple(sorted(self._conditions(situation, chain[-1]), key=len)) if affirmed else (),
            disputes=self._disputes(grounds.against, situation),
        )

    def _concluded(self, statement: Triple, grounds: Grounds) -> Saying:
        """What follows by a rule; where it rests on others' word alone, on whose."""
        certainty = self._weigher.rank(statement)
        subject, predicate, value = statement
        if has(self._store, predicate, TYPE, _SYMMETRIC) and str(value) < str(subject) and isinstance(value, NamedNode):
            subject, value = value, subject  # said once
        own = self._weigher.statement(statement) or grounds
        weak = [each for each in map(NamedNode, own.claims) if self._weigher.claim(each).standing == QUALIFIED]
        hedge = self._own(certainty, _SENTENCE) if certainty is not None else ""
        others = (who for each in weak for who in objects(self._store, self._reader.inward(each)[-1], _SPEAKER))
        template = self._own(predicate, _SENTENCE) or f"{{subject}} {self._reader.label(predicate)} {{object}}"
        roles = (("subject", (self.phrase(subject),)), ("object", (self.phrase(value),)))
        on = () if hedge or own.standing != QUALIFIED else tuple(dict.fromkeys(map(self.phrase, others)))
        modal = self._own(certainty, _MODAL) if certainty is not None else ""
        against = () if self._reader.is_claim(subject) else grounds.against
        return Saying(
            Sentence(template, roles), hedge=hedge, modal=modal, disputes=self._disputes(against, None), on=on
        )

    def _voice(self, claim: Ground) -> Voice:
        """Who makes a claim, and by which act; one that does not affirm is told by that."""
        speakers = tuple(self.phrase(each) for each in self._reader.all(claim, "speaker"))
        act, polarity = (next(objects(self._store, claim, each), None) for each in (_ACT, POLARITY))
        stance = self._own(polarity, _SENTENCE) if polarity is not None else ""
        said = self._own(act, _SENTENCE) if act is not None else ""
        return Voice(speakers, stance or said or "{speaker} (says|say) that {content}", not stance)

    def _disputes(self, against: Iterable[str], situation: Ground | None) -> tuple[str, ...]:
        """What those say who dispute it."""
        told = []
        for claim in map(NamedNode, against):
            content = next(objects(self._store, claim, _CONTENT), None)
            voice = self._voice(claim)
            if content == situation:
                said = (
                    voice.template.replace("{content}", "it is so") if voice.affirms else _IT.sub("it", voice.template)
                )
                told.append(filled(said, {"speaker": voice.speakers}))
            elif content is not None:
                within = self._claimed(content) if self._reader.is_claim(content) else self._sentence(content).text()
                told.append(filled(voice.template, {"speaker": voice.speakers, "content": (Phrase(within),)}))
        return tuple(dict.fromkeys(told))[:_MOST]

    def _claimed(self, claim: Ground) -> str:
        """That the speaker of a claim makes it, with all within it."""
        chain = self._reader.inward(claim)
        situation = next(objects(self._store, chain[-1], _CONTENT), chain[-1])
        said = self._sentence(situation).text()
        for each in reversed(chain):
            voice = self._voice(each)
            said = filled(voice.template, {"speaker": voice.speakers, "content": (Phrase(said),)})
        return said

    def _claim(self, claim: Ground) -> str:
        """A claim as a thing: that of its speakers, or of who reports theirs."""
        voice, content = self._voice(claim), next(objects(self._store, claim, _CONTENT), claim)
        within = self._claimed(content) if self._reader.is_claim(content) else self._sentence(content).text()
        speakers = listed(each.text for each in voice.speakers)
        return f"the {'claim' if voice.affirms else 'denial'} by {speakers} that {within}"

    def _conditions(self, situation: Ground, claim: Ground) -> Iterator[str]:
        """On what it stands: as who says it has it, or else according to whom."""
        said_by = set(objects(self._store, claim, _SPEAKER))
        for condition in self._weigher.conditions(situation):
            word = "only if" if _NECESSARY in objects(self._store, condition, _KIND) else "if"
            clauses = [self.phrase(each).form("that") for each in objects(self._store, condition, _PREREQUISITE)]
            claims = self._reader.claims_of(condition)
            speakers = {who for each in claims for who in objects(self._store, each, _SPEAKER)}
            others = sorted((self.phrase(each).text for each in speakers), key=str)
            own = not others or speakers & said_by
            yield f"{'' if own else f'according to {listed(others)}, '}{word} {listed(clauses)}"

    def _sentence(self, situation: Ground) -> Sentence:
        """A situation as a sentence: by a template of what has a role in it, else of its class, else by its label."""
        if situation not in self._sentences:
            self._sentences[situation] = self._made(situation)
        return self._sentences[situation]

    def _made(self, situation: Ground) -> Sentence:
        roles = self._roles(situation)
        held = dict(roles)
        for template in (*self._of_values(situation), self._of_class(situation, _SENTENCE)):
            if template and is_filled(template, held):
                return Sentence(template, roles)
        label = Phrase(self._reader.label(situation))
        return Sentence("this is so: {label}", (("label", (label,)),))

    def _roles(self, situation: Ground) -> tuple[tuple[str, tuple[Phrase, ...]], ...]:
        return tuple(
            (role, tuple(dict.fromkeys(map(self.phrase, values)))) for role, values in self._values(situation).items()
        )

    def _values(self, situation: Ground) -> dict[str, list[Ground]]:
        """What has which role in a situation, in a fixed order."""
        found: dict[str, list[Ground]] = {}
        if isinstance(situation, ox.NamedNode):
            for quad in sorted(self._store.quads(situation, None, None, None), key=str):
                if quad.predicate in self._role_properties and not isinstance(quad.object, ox.Triple):
                    found.setdefault(quad.predicate.value.removeprefix(SG), []).append(quad.object)
        return dict(sorted(found.items()))

    def _of_values(self, situation: Ground) -> Iterator[str]:
        for value in (value for values in self._values(situation).values() for value in values):
            if not isinstance(value, Literal) and (template := self._own(value, _SENTENCE)):
                yield template

    def _phrase(self, term: Ground) -> Phrase:
        if not isinstance(term, NamedNode):
            is_number = isinstance(term, Literal) and term.value.isdecimal()
            return Phrase(term.value, plural=is_number and term.value != "1")
        if self._reader.is_claim(term):
            return Phrase(self._claim(term))
        article = self._of_class(term, _ARTICLE)
        if is_situation(term):
            sentence = self._sentence(term)
            template = self._of_class(term, _PHRASE) or self._of_class(term, _LABEL)
            text = filled(template, dict(self._roles(term))) if template else self._reader.label(term)
            text = text if template.startswith("{") else named(text, article)
            return Phrase(text, infinitive=sentence.infinitive, clause=sentence.text())
        label = self._reader.label(term)
        number = self._of_class(term, _NUMBER)
        plural = number == "plural" or (not number and is_plural(label))
        one, bar, several = article.partition("|")
        phrase = Phrase(named(label, several if plural and bar else one), plural)
        template = self._of_class(term, _SENTENCE)
        clause = filled(template, {"subject": (phrase,)}) if "{subject}" in template else ""
        return Phrase(phrase.text, phrase.plural, bare=label, clause=clause)

    @cached_property
    def _role_properties(self) -> frozenset[NamedNode]:
        found = set(_ROLES)
        work = list(_ROLES)
        while work:
            below = {each for each in subjects(self._store, _SUBPROPERTY, work.pop()) if isinstance(each, NamedNode)}
            work += below - found
            found |= below
        return frozenset(found)

    def _rank(self, certainty: Ground) -> tuple[int, str]:
        return self._reader.rank(certainty), str(certainty)

    def _own(self, term: Ground, annotation: NamedNode) -> str:
        return self._annotated(term, annotation) or ""

    def _of_class(self, term: Ground, annotation: NamedNode) -> str:
        """A thing's own annotation, else that of its classes, the nearest first."""
        if (own := self._annotated(term, annotation)) is not None:
            return own
        classes = set(objects(self._store, term, TYPE))
        classes -= {above for kind in classes for above in self._above(kind)}
        while classes:
            found = [
                text for kind in sorted(classes, key=str) if (text := self._annotated(kind, annotation)) is not None
            ]
            if found:
                return found[0]
            classes = {above for kind in classes for above in objects(self._store, kind, _SUBCLASS)}
        return ""

    def _above(self, kind: Ground) -> frozenset[Ground]:
        """The classes above a class."""
        if kind not in self._classes:
            found: set[Ground] = set()
            work = [kind]
            while work:
                above = set(objects(self._store, work.pop(), _SUBCLASS)) - found - {kind}
                found |= above
                work += above
            self._classes[kind] = frozenset(found)
        return self._classes[kind]

    def _annotated(self, term: Ground, annotation: NamedNode) -> str | None:
        if (term, annotation) not in self._annotations:
            value = next(objects(self._store, term, annotation), None)
            self._annotations[term, annotation] = None if value is None else value.value
        return self._annotations[term, annotation]
