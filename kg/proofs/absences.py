"""What a rule looked for and did not find, in words: labels for things, and for what was sought its class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.namespaces import RDFS
from kg.proofs.evidence import TYPE, Reader
from kg.proofs.steps import Absence
from kg.rules.conjunction import Conjunction, Filter, Pattern, Term
from kg.rules.dataset import Ground, Quads, objects

_DOMAIN, _RANGE = ox.NamedNode(RDFS + "domain"), ox.NamedNode(RDFS + "range")
_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_MODAL = ("can", "could", "may", "must")
_BEGINS = r"STRSTARTS \(([^,()]+), ([^,()]+)\)"
_PREPOSITIONS = ("as", "by", "for", "from", "in", "of", "on", "to", "under", "until", "when", "with")
_MARKS = {"!=": "is not", "=": "is", "<": "is less than", ">": "is more than", "&&": "and", "||": "or", "!": "not"}


def absence(absent: Conjunction, bindings: Mapping[str, Ground], store: Quads, reader: Reader) -> Absence:
    """In words, and as the group of patterns that has no solution; `bindings` are those of the rule's other parts."""
    sought = _Sought(absent, bindings, store, reader)
    groups = [*map(str, absent.parts), *map(str, absent.filters)]
    *before, last = sought.told()
    told = f"{', '.join(before)} and {last}" if before else last
    return Absence(f"no source says {told}", " ".join(groups))


class _Sought:
    """The words for one absence: what is sought is "a claim" at first, then "that claim"."""

    def __init__(self, absent: Conjunction, bindings: Mapping[str, Ground], store: Quads, reader: Reader) -> None:
        self._absent, self._bindings, self._store, self._reader = absent, bindings, store, reader
        self._classes = dict(self._classed())
        self._named: set[str] = set()

    def told(self) -> Iterator[str]:
        """Clauses, one for each part and each condition."""
        for part in self._absent.parts:
            steps = [(part.predicate, True)] if isinstance(part, Pattern) else part.steps
            ends = part.terms[0], part.terms[-1]
            first, last = map(self._word, ends if steps[0][1] else reversed(ends))
            if [step for step, _ in steps] == [TYPE]:
                kind = last if isinstance(ends[1], ox.Variable) else _one(last)
                yield f"that there is {first}" if first == kind else f"that {first} is {kind}"
            else:
                deep = "" if isinstance(part, Pattern) else ", directly or through others"
                yield f"that {_clause(first, ' or '.join(self._word(step) for step, _ in steps), last)}{deep}"
        for each in self._absent.filters:
            yield f"that {self._condition(each)}"

    def _word(self, term: Term) -> str:
        """A thing by its label; what is sought by its class ("a claim", then "that claim"), a value by its variable."""
        if not isinstance(term, ox.Variable) or term.value in self._bindings:
            ground = self._bindings[term.value] if isinstance(term, ox.Variable) else term
            label = self._reader.label(ground)
            return f"the {label}" if self._reader.is_claim(ground) else label
        kind, again = self._classes.get(term.value), term.value in self._named
        self._named.add(term.value)
        if kind is None:
            words = _CAPITAL.sub(lambda letter: f" {letter[0].lower()}", term.value)
            return "something" if term.value.startswith("_") else f"“{words}”"
        return f"this {kind}" if again else _one(kind)

    def _condition(self, condition: Filter) -> str:
        words = " ".join(map(self._said, condition.words)).replace(" ,", ",").replace("( ", "(").replace(" )", ")")
        for marked, said in ((f"not {_BEGINS}", r"\1 does not begin with \2"), (_BEGINS, r"\1 begins with \2")):
            words = re.sub(marked, said, words)
        return words[1:-1] if words.startswith("(") else words  # a condition in brackets has them around all of it

    def _said(self, word: Term | str) -> str:
        if isinstance(word, str):
            return _MARKS.get(word, word)
        return f'"{word.value}"' if isinstance(word, ox.Literal) else self._word(word)

    def _classed(self) -> Iterator[tuple[str, str]]:
        """What the properties say of the variables: the label of a class of the first that has one."""
        for part in reversed(self._absent.parts):
            steps = [(part.predicate, True)] if isinstance(part, Pattern) else part.steps
            for step, forwards in steps:
                ends = (part.terms[0], part.terms[-1]) if forwards else (part.terms[-1], part.terms[0])
                for term, declared in zip(ends, (_DOMAIN, _RANGE), strict=True):
                    if isinstance(term, ox.Variable) and isinstance(step, ox.NamedNode):
                        for kind in objects(self._store, step, declared):
                            if isinstance(kind, ox.NamedNode) and (label := self._reader.given_label(kind)):
                                yield term.value, label


def _one(kind: str) -> str:
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _clause(first: str, label: str, last: str) -> str:
    """What a property says of two things, by how it is called: "acts for", "true from", "proposer"."""
    if label == "subClassOf":  # RDF Schema's terms have no labels here
        return f"{first} is a kind of {last}"
    start, end = label.split()[0], label.split()[-1]
    acts = start in _MODAL or (start.endswith("s") and not start.endswith(("ss", "us", "is")))
    if acts or end in _PREPOSITIONS:
        return f"{first} {label if acts else f'is {label}'} {last}"
    return f"the {label} of {first} is {last}"
