"""Of which kind it is asked, as a verb says: what somebody buys is a purchase, what is supplied a supply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kg.language.grammar.clauses import Clause
from kg.language.lexis.items import Item
from kg.language.lexis.keys import verbal_keys
from kg.language.matching.explanations import Entry, Explanations
from kg.language.matching.meanings import OBJECT
from kg.language.matching.patterns import Pattern, alternatives
from kg.namespaces import RDFS, SG

Arguments = dict[str, tuple[str, ...]]
Roles = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Selecting:
    explanations: Explanations

    def arguments(self, clause: Clause, entry: Entry, placed: Arguments) -> Arguments | None:
        """What a verb says of which kind is asked for: what somebody buys is a purchase; None where a noun is of
        another kind than the verb: oil is no supply."""
        found: Arguments = {}
        own = [item for item in clause.verbs if item.kind == "word" and not alternatives(item) & entry.licensed]
        rest = [item for item in clause.verbs if item.kind == "word" and item not in own]
        for name, kind in entry.meaning.question.parameters.items():
            roles, given = entry.meaning.roles.get(name, frozenset()), set(placed.get(name, ()))
            known = [item for item in rest if not (given and self._is_of_another(item, roles))]
            aside = [item for item in rest if item not in known]
            # "what does X let it deflect", "whose plans does it undo"
            plain = clause.verbs[-1:] if not given else ()
            saying = [item for item in plain if _is_plain(item) and item not in aside]
            saying += [item for item in clause.verbs if item in own or (item not in aside and _is_of(item, roles))]
            asked = {key for item in saying for key in verbal_keys(item)}
            things = self.explanations.of_kind(kind)
            chosen = tuple(thing for thing in things if asked & self.explanations.heads.get(thing, frozenset()))
            chosen = chosen or tuple(
                thing for thing in things if any(self.explanations.is_head(item, thing) for item in known)
            )
            if name == entry.meaning.question.answer and not chosen:
                chosen = self._called(clause, things)
            if chosen and len(chosen) < len(things) and not given & set(chosen):
                found[name] = self._holding(clause, entry, things, chosen)
        return found if all(found.values()) else None

    def _called(self, clause: Clause, things: Sequence[str]) -> tuple[str, ...]:
        """Those whose names have a noun for what is asked for: "how risky", "what kind of influence"."""
        nouns = {
            sense for filler in clause.fillers if filler.noun for sense in filler.item.senses if sense.part == "noun"
        }
        if clause.focus is None:  # "is X a risk for Y"
            said = [sense for filler in clause.fillers if filler.label == "predicate" for sense in filler.item.senses]
            asked = {sense.concept.name for sense in said if sense in nouns and not sense.concept.terms}
            return tuple(thing for thing in things if asked & self.explanations.nouns.get(thing, frozenset()))
        if any(sense.concept.terms for sense in clause.focus.nouns):
            return ()
        exists = nouns if clause.focus.wh == "which" and not clause.focus.nouns else set()  # "is there risk for X"
        asked = {sense.concept.name for sense in (*clause.focus.nouns, *exists) if not sense.concept.terms}
        if clause.focus.wh.startswith("how") and clause.focus.wh not in ("how many", "how much"):
            after = clause.items[clause.focus.place + 1 : clause.focus.place + 3]
            asked |= {s.concept.name for item in after for s in item.senses if not s.concept.terms and s.part != "verb"}
            if any(item.kind == "aux" for item in after[1:]):  # "how high is the risk for X"
                asked |= {sense.concept.name for sense in nouns if not sense.concept.terms}
        return tuple(thing for thing in things if asked & self.explanations.nouns.get(thing, frozenset()))

    def _is_of_another(self, verb: Item, roles: Roles) -> bool:
        """Whether a verb says what is so of situations that do not have these roles: "accused of backing"."""
        ontology = self.explanations.ontology
        of = {value.value for prop, _ in roles for value in ontology.values(prop, RDFS + "domain")}
        terms = {term for sense in verb.senses if sense.part == "verb" for term in sense.concept.terms}
        others = {term for term in terms if ontology.is_a(term, SG + "Situation")}
        return bool(of and others) and not of & others

    def _holding(self, clause: Clause, entry: Entry, things: Sequence[str], chosen: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the chosen whose names have the nouns of the clause that names of some things have."""
        nouns = {item.word for item in clause.words if any(sense.part == "noun" for sense in item.senses)}
        holding = [thing for thing in things if nouns & self.explanations.words_of(thing)]
        both = tuple(thing for thing in chosen if thing in holding)
        phrased = any(all(_has(pattern, item) for item in clause.words) for pattern in entry.patterns)
        if holding and not both and phrased:
            return tuple(holding)  # who sells oil has it bought
        return both if holding else chosen


def _has(pattern: Pattern, item: Item) -> bool:
    return any(word & alternatives(item) for word in pattern.words)


def _is_plain(item: Item) -> bool:
    """Whether a verb has no term: it says of what kind an outcome is, and not that there is one."""
    return not any(sense.concept.terms for sense in item.senses if sense.part == "verb")


def _is_of(item: Item, roles: Roles) -> bool:
    """Whether a verb says by itself which value a column has: "buy" is of a kind of dealing."""
    return any((term, OBJECT) in roles for sense in item.senses for term in sense.concept.terms)
