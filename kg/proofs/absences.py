"""What a rule looked for and did not find, in words: labels for things, and for what was sought its class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.namespaces import RDFS
from kg.proofs.evidence import Reader
from kg.proofs.steps import Absence
from kg.rules.conjunction import Conjunction, Filter, Pattern, Term
from kg.rules.dataset import Ground, Quads, objects

_DOMAIN, _RANGE = ox.NamedNode(RDFS + "domain"), ox.NamedNode(RDFS + "range")
_MARKS = {"!=": "is not", "=": "is", "<": "is less than", ">": "is more than", "&&": "and", "||": "or", "!": "not"}


def absence(absent: Conjunction, bindings: Mapping[str, Ground], store: Quads, reader: Reader) -> Absence:
    """In words, and as the group of patterns that has no solution; `bindings` are those of the rule's other parts."""
    sought = _Sought(absent, bindings, store, reader)
    groups = [*map(str, absent.parts), *map(str, absent.filters)]
    return Absence("nothing says: " + "; ".join(sought.told()), " ".join(groups))


class _Sought:
    """The words for one absence: what is sought is "a claim" at first, then "that claim"."""

    def __init__(self, absent: Conjunction, bindings: Mapping[str, Ground], store: Quads, reader: Reader) -> None:
        self._absent, self._bindings, self._store, self._reader = absent, bindings, store, reader
        self._classes = dict(self._classed())
        self._named: set[str] = set()

    def told(self) -> Iterator[str]:
        for part in self._absent.parts:
            first = self._word(part.terms[0])
            steps = [(part.predicate, True)] if isinstance(part, Pattern) else part.steps
            between = " or ".join(f"{'' if forwards else 'inverse of '}{self._word(step)}" for step, forwards in steps)
            deep = "" if isinstance(part, Pattern) else ", directly or through others"
            yield f"{first} – {between}{deep} – {self._word(part.terms[-1])}"
        for each in self._absent.filters:
            yield f"where {self._condition(each)}"

    def _word(self, term: Term) -> str:
        if not isinstance(term, ox.Variable):
            return self._reader.label(term)
        if term.value in self._bindings:
            return self._reader.label(self._bindings[term.value])
        kind = self._classes.get(term.value, term.value)
        again, article = term.value in self._named, "an" if kind[:1].lower() in "aeiou" else "a"
        self._named.add(term.value)
        return f"{'that' if again else article} {kind}"

    def _condition(self, condition: Filter) -> str:
        words = " ".join(map(self._said, condition.words)).replace(" ,", ",").replace("( ", "(").replace(" )", ")")
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
