"""Questions on what a term means: the ontology's definition, which no source says and which is no answer of the graph.

"What is a contingent?", "define procedural vote", "what is meant by veto power?", "what does mandate mean?".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.language.text.words import Token
from kg.names import folded
from kg.namespaces import RDFS, SKOS
from kg.ontology import Ontology
from kg.terms import Literal, NamedNode

_TERM = r"(?:an? |the (?:word|term|expression|notion|concept) (?:of )?)?(?P<term>[\w' -]+?)"
_HERE = r"(?: (?:here|exactly|precisely|in this context|in the article|in the graph))?"
_ASKED = re.compile(
    rf"(?:what is (?:meant|understood) by|what is understood as|what does one understand by|"
    rf"(?:how (?:do|would) you |how does one )?define|(?:what is )?(?:the )?(?:meaning|definition) of) {_TERM}{_HERE}"
    rf"|what is an? (?P<thing>[\w' -]+?){_HERE}"
    rf"|what (?:do|does|would|is) {_TERM.replace('term>', 'word>')} (?:mean|stand for|denote){_HERE}"
)
_NAMES = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")


@dataclass(frozen=True)
class Glossary:
    """The terms that the ontology defines, by their English names: each with its IRI and definition."""

    terms: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, ontology: Ontology) -> Glossary:
        found: dict[str, tuple[str, str]] = {}
        for quad in ontology.quads:
            subject, definition = quad.subject, quad.object
            if quad.predicate.value != SKOS + "definition" or not isinstance(definition, Literal):
                continue
            if not isinstance(subject, NamedNode) or subject.value in ontology.properties:
                continue
            for name in (each for kind in _NAMES for each in ontology.values(subject.value, kind)):
                if isinstance(name, Literal) and name.language == "en":
                    found.setdefault(folded(name.value), (subject.value, definition.value))
        return cls(found)

    def asked(self, tokens: Sequence[Token]) -> str | None:
        """What to say to whoever asks no more than what a term means; None where something else is asked."""
        said = " ".join(
            token.word for token in tokens if token.word.isalnum() or "-" in token.word or token.word == "'s"
        )
        found = _ASKED.fullmatch(said)
        term = next((each for each in found.groupdict().values() if each), "") if found else ""
        defined = self.terms.get(term)
        if defined is None:
            return None
        iri, definition = defined
        defines = f'The ontology defines "{term}": "{definition}" ({iri}).'
        return f"{defines} No source says so; ask which there are, or what is said of one."
