"""Statements of a document → YAML that reads as the same statements, as short as it can be said.

A name is written only where reading it gives the node back; else the IRI is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import yaml

from kg.authoring import lookup as form
from kg.authoring.terminology import (
    CONTENT,
    HAS_EVIDENCE,
    LANGUAGE,
    QUOTE,
    SPEAKER,
    Scope,
    Terminology,
    reference,
    slug,
)
from kg.authoring.tree import WIDTH, Pairs, lay_out, listing, table, text_of, word
from kg.namespaces import ID, RDF, SG, XSD
from kg.ontology.vocabulary import CLAIM, LABEL, OTHER_NAME, SITUATION, SOURCE, TYPE
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term, number_blank_nodes, parts

_MARKS_OF_TEXT = (SG + "textFile", SG + "text")
_DEEPEST = 8  # nodes within one another; what lies deeper has a name


def write(quads: Iterable[Quad], terms: Terminology, comments: Sequence[str] = ()) -> str:
    """The YAML of a document's statements; `comments` stand above it."""
    head = "".join(f"{line}\n" for line in comments)
    document = _Writer(quads, terms).document()
    lay_out(document, 0)
    return head + text_of(document, WIDTH)


class _Writer:
    def __init__(self, quads: Iterable[Quad], terms: Terminology) -> None:
        self.terms = terms
        self.about: dict[Node, dict[str, list[Term]]] = {}
        self.uses: Counter[Node] = Counter()
        for subject, predicate, value in map(parts, number_blank_nodes(quads, "u")):
            values = self.about.setdefault(subject, {}).setdefault(predicate.value, [])
            if value not in values:
                values.append(value)
                if isinstance(value, Node):
                    self.uses[value] += 1
        self.source = self._source()
        self.prefixes = form.own_prefixes(self.source.value if self.source else "", terms.prefixes)
        self.scope = Scope(terms, self.prefixes)
        self.inline = self._inline()
        self.chains = self._chains()
        self.claim_names = dict(self._claim_names())
        self.labels = self._labels()
        self._declare()

    def document(self) -> yaml.MappingNode:
        pairs: Pairs = []
        in_chains = {claim for chain in self.chains for claim in chain}
        if self.source:
            pairs.append((word(form.DOCUMENT), word(self._source_name(self.source))))
            pairs += self._properties(self.source)
        things: Pairs = []
        situations: Pairs = []
        for node in self.about:
            if node == self.source or node in self.inline or node in in_chains:
                continue
            if self._is_plain_situation(node):
                situations.append((word(self._own_name(node)), self._node(node)))
            else:
                things.append(self._thing(node))
        claims = [self._claim(chain) for chain in self.chains]
        if things:
            pairs.append((word(form.THINGS), table(things)))
        if situations:
            pairs.append((word(form.SITUATIONS), table(situations)))
        if claims:
            pairs.append((word(form.CLAIMS), listing(claims, flow=False)))
        return table(pairs)

    # What is what

    def _is_a(self, node: Node, kind: str) -> bool:
        return self.terms.vocabulary.is_a((value.value for value in self._values(node, TYPE)), kind)

    def _values(self, node: Node, iri: str) -> list[Term]:
        return self.about.get(node, {}).get(iri, [])

    def _source(self) -> NamedNode | None:
        """The document's own node: that with a text, else the first source that claims stand under."""
        nodes = [node for node in self.about if isinstance(node, NamedNode)]
        with_text = [node for node in nodes if any(self._values(node, mark) for mark in _MARKS_OF_TEXT)]
        sources = [node for node in nodes if self._is_a(node, SOURCE)]
        owning = [node for node in sources if any(each.value.startswith(f"{node.value}/") for each in nodes)]
        return next(iter([*with_text, *owning, *sources]), None)

    def _inline(self) -> set[Node]:
        """Nodes without a name that one statement alone leads to, that do not hold themselves, and are not too deep."""
        led: dict[Node, Node] = {}
        for subject, by in self.about.items():
            for value in (value for iri, values in by.items() if iri != TYPE for value in values):
                if isinstance(value, BlankNode) and self.uses[value] == 1 and self._can_hang(value):
                    led[value] = subject
        apart: set[Node] = set()
        for node in led:
            above, seen = led[node], {node}
            while above in led and above not in seen:
                seen.add(above)
                above = led[above]
            if above in seen or not len(seen) % _DEEPEST:
                apart.add(above if above in seen else node)
        return {node for node in led if node not in apart and self._can_inline(node, led[node])}

    def _can_hang(self, node: BlankNode) -> bool:
        return node in self.about and not self._is_a(node, CLAIM)

    def _can_inline(self, node: Node, above: Node) -> bool:
        """Whether reading a map in this place makes a node of it: in that of words, it would not."""
        iris = [iri for iri, values in self.about[above].items() if node in values]
        return all(map(self.terms.is_link, iris))

    def _is_plain_situation(self, node: Node) -> bool:
        """Whether it has one class, which is one of situations and has a name of its own."""
        types = self._values(node, TYPE)
        return (
            len(types) == 1
            and isinstance(types[0], NamedNode)
            and self._is_a(node, SITUATION)
            and self.terms.situation(self.terms.kind_name(types[0].value)) == types[0].value
        )

    def _chains(self) -> list[list[Node]]:
        """Claims from the outermost voice inwards, each in one chain."""
        claims = [node for node in self.about if NamedNode(CLAIM) in self._values(node, TYPE)]
        claims = [claim for claim in claims if claim != self.source]
        inner: dict[Node, Node] = {}
        for claim in claims:
            (content,) = found if len(found := self._values(claim, CONTENT)) == 1 else (None,)
            if isinstance(content, Node) and content in claims and self.uses[content] == 1 and content != claim:
                inner[claim] = content
        held = set(inner.values())
        chains = []
        placed: set[Node] = set()
        for claim in [*(each for each in claims if each not in held), *claims]:
            chain: list[Node] = []
            step: Node | None = claim
            while step is not None and step not in placed:
                placed.add(step)
                chain.append(step)
                step = inner.get(step)
            if chain:
                chains.append(chain)
        return chains

    def _claim_names(self) -> Iterator[tuple[Node, str]]:
        for place, chain in enumerate(self.chains, 1):
            outer = ""
            for number, claim in enumerate(chain):
                name = self._own_name(claim)
                yield claim, "" if name == form.claim_name(place, number, outer) else name
                outer = outer or name

    def _labels(self) -> dict[Node, str]:
        """The things that their label can stand for, as the key of their declaration: no other has it."""
        taken: dict[str, list[Node]] = defaultdict(list)
        for node in self.about:
            english = [value.value for value in self._values(node, LABEL) if _language(value) == LANGUAGE]
            if len(english) == 1 and reference(english[0], self.prefixes) is None:
                taken[english[0]].append(node)
        return {nodes[0]: label for label, nodes in taken.items() if len(nodes) == 1}

    def _declare(self) -> None:
        """Enter into the scope what a reader enters."""
        in_chains = {claim for chain in self.chains for claim in chain}
        for node in self.about:
            types = [value.value for value in self._values(node, TYPE) if isinstance(value, NamedNode)]
            if node in in_chains:
                self.scope.add(node, [CLAIM], [self._own_name(node)])
            elif self._is_plain_situation(node) and node not in self.inline:
                self.scope.add(node, types, [self._own_name(node)])
            elif node not in self.inline:
                named = [*self._values(node, LABEL), *self._values(node, OTHER_NAME)]
                names = [value.value for value in named if isinstance(value, Literal)]
                self.scope.add(node, types, [*names, node.value.rpartition("/")[2]])

    # Names

    def _source_name(self, source: NamedNode) -> str:
        name = source.value.removeprefix(ID)
        plain = name != source.value and reference(name, self.terms.prefixes) is None
        return name if plain else self._refer(source)

    def _own_name(self, node: Node) -> str:
        """As a declaration or a claim gives it: the last part of its IRI, or a reference."""
        base = self.prefixes[""]
        local = node.value.removeprefix(base)
        own = isinstance(node, NamedNode) and local != node.value and local and "/" not in local
        return local if own and reference(local, self.prefixes) is None else self._refer(node)

    def _refer(self, node: Node) -> str:
        if isinstance(node, BlankNode):
            return f"_:{node.value.removeprefix('u')}"
        written = [
            f"{prefix}:{node.value.removeprefix(namespace)}"
            for prefix, namespace in self.prefixes.items()
            if node.value.startswith(namespace)
        ]
        fitting = [each for each in written if reference(each, self.prefixes) == node]
        return min(fitting, key=len) if fitting else f"<{node.value}>"

    def _name(self, node: Node, iri: str) -> str:
        """The shortest way to speak of the node, as a value of the property."""
        label = self.labels.get(node) or self.terms.labels.get(node.value, "")
        local = node.value.removeprefix(self.prefixes[""])
        spoken = [label, local if local != node.value else "", node.value.rpartition("/")[2]]
        return next((name for name in spoken if name and self.scope.find(name, iri) == (node,)), self._refer(node))

    # Writing

    def _thing(self, node: Node) -> tuple[yaml.Node, yaml.Node]:
        label = self.labels.get(node, "")
        by = self.about[node]
        if not label:
            return word(self._refer(node)), self._map(self._properties(node))
        pairs: Pairs = []
        if node != NamedNode(self.prefixes[""] + slug(label)):
            pairs.append((word(form.NAME), word(self._own_name(node))))
        types = by.get(TYPE, [])
        if not pairs and len(by) == 2 and len(types) == 1 and len(by[LABEL]) == 1 and isinstance(types[0], NamedNode):
            return word(label), self._value(types[0], TYPE)
        return word(label), self._map([*pairs, *self._properties(node, without=label)])

    def _claim(self, chain: list[Node]) -> yaml.Node:
        outer, voices = chain[0], chain[1:]
        pairs = self._named_claim(outer, is_outer=True)
        if voices:
            shared = self._evidence(outer)
            several = []
            for voice in voices:
                pairs_of = self._named_claim(voice, is_outer=False)
                same = shared is not None and self._evidence(voice) == shared
                evidence = [] if same else self._words(voice)
                several.append(self._map([*pairs_of, *evidence]))
            pairs.append((word(form.THROUGH), listing(several, flow=False)))
        pairs += self._content(chain[-1])
        return table(pairs)

    def _named_claim(self, claim: Node, *, is_outer: bool) -> Pairs:
        """A claim but for its content; of the outermost, with its evidence."""
        pairs: Pairs = []
        if name := self.claim_names[claim]:
            pairs.append((word(form.NAME), word(name)))
        if is_outer and self._values(claim, HAS_EVIDENCE):
            pairs += self._words(claim)
        types = [value for value in self._values(claim, TYPE) if value != NamedNode(CLAIM)]
        if types:
            pairs.append((word(form.KIND), self._several(types, TYPE)))
        by = self.about[claim]
        defaults = dict(self.terms.defaults)
        if is_outer and self.source:
            defaults = {SPEAKER: self.source, **defaults}
        first = [SPEAKER, *self.terms.defaults]
        for iri in [*first, *(iri for iri in by if iri not in first)]:
            if iri in (TYPE, HAS_EVIDENCE, CONTENT) or by.get(iri, []) == [defaults.get(iri)]:
                continue
            if iri in by or iri in defaults:
                pairs.append((word(self._key(iri)), self._several(by.get(iri, []), iri)))
        return pairs

    def _key(self, iri: str) -> str:
        """The property's name, but in full where a class of situations is called so: as a key, that comes first."""
        name = self.terms.property_name(iri)
        is_class = self.terms.situation(name) is not None and self.terms.vocabulary.is_role(iri)
        return self._refer(NamedNode(iri)) if is_class else name

    def _evidence(self, claim: Node) -> list[list[tuple[str, list[str]]]] | None:
        """The evidence in a form to compare; None where some of it has a name, or holds nodes."""
        found = []
        for value in self._values(claim, HAS_EVIDENCE):
            by = self.about.get(value, {}) if value in self.inline and isinstance(value, Node) else {}
            if not by or any(isinstance(each, BlankNode) for values in by.values() for each in values):
                return None
            found.append(sorted((iri, sorted(map(str, values))) for iri, values in by.items()))
        return sorted(found)

    def _words(self, claim: Node) -> Pairs:
        values = self._values(claim, HAS_EVIDENCE)
        quotes = [quote for value in values if (quote := self._quote(value)) is not None]
        others = [value for value in values if self._quote(value) is None]
        pairs: Pairs = []
        if quotes or not others:
            several = [word(quote) for quote in quotes]
            pairs.append((word(form.WORDS), several[0] if len(several) == 1 else listing(several, flow=not several)))
        if others:
            pairs.append((word(self.terms.property_name(HAS_EVIDENCE)), self._several(others, HAS_EVIDENCE)))
        return pairs

    def _quote(self, value: Term) -> str | None:
        """The words of evidence that is nothing but words."""
        by = self.about.get(value, {}) if isinstance(value, Node) and value in self.inline else {}
        quotes = by.get(QUOTE, [])
        plain = len(by) == 1 and len(quotes) == 1 and isinstance(quotes[0], Literal)
        return quotes[0].value if plain and quotes[0] == Literal(quotes[0].value) else None

    def _content(self, claim: Node) -> Pairs:
        values = self._values(claim, CONTENT)
        (content,) = values if len(values) == 1 else (None,)
        if isinstance(content, BlankNode) and content in self.inline and self._is_plain_situation(content):
            return [self._situation(content)]
        return [(word(form.CONTENT_KEY), self._several(values, CONTENT))]

    def _situation(self, node: Node) -> tuple[yaml.Node, yaml.Node]:
        (kind,) = self._values(node, TYPE)
        roles = self._properties(node, leave=(TYPE,))
        return word(self.terms.kind_name(kind.value)), self._map(roles)

    def _node(self, node: Node) -> yaml.Node:
        if self._is_plain_situation(node):
            return self._map([self._situation(node)])
        return self._map(self._properties(node))

    def _properties(self, node: Node, *, without: str = "", leave: Sequence[str] = ()) -> Pairs:
        """All of a node, its class first; without the label that stands for it already."""
        by = {iri: values for iri, values in self.about[node].items() if iri not in leave}
        if without:
            rest = [value for value in by[LABEL] if value != Literal(without, language=LANGUAGE)]
            by = {**by, LABEL: rest} if rest else {iri: values for iri, values in by.items() if iri != LABEL}
        pairs: Pairs = []
        for iri in sorted(by, key=lambda each: each != TYPE):
            key = form.KIND if iri == TYPE else self._key(iri) if len(by) == 1 else self.terms.property_name(iri)
            pairs.append((word(key), self._several(by[iri], iri)))
        return pairs

    def _several(self, values: Sequence[Term], iri: str) -> yaml.Node:
        """One value, a list of them, or words by their language."""
        if not self.terms.is_link(iri) and values and all(_language(value) for value in values):
            languages = [_language(value) for value in values]
            if set(languages) != {LANGUAGE} or not self._is_tagged(iri):
                by: dict[str, list[yaml.Node]] = defaultdict(list)
                for value in values:
                    by[_language(value)].append(word(value.value))
                return self._map(
                    [(word(tag), words[0] if len(words) == 1 else listing(words)) for tag, words in by.items()]
                )
        written = [self._value(value, iri) for value in values]
        return written[0] if len(written) == 1 else listing(written)

    def _is_tagged(self, iri: str) -> bool:
        return bool(self.terms.literal("", iri).language)

    def _value(self, value: Term, iri: str) -> yaml.Node:
        if isinstance(value, Literal):
            return self._literal(value, iri)
        if value in self.inline:
            return self._node(value)
        if iri == TYPE:
            name = self.terms.kind_name(value.value)
            reads = reference(name, self.prefixes) is None or reference(name, self.prefixes) == value
            return word(name if reads and isinstance(value, NamedNode) else self._refer(value))
        if self.terms.is_link(iri):
            return word(self._name(value, iri))
        if isinstance(value, NamedNode):
            return word(f"<{value.value}>")
        return self._map([(word(form.NODE), word(self._refer(value)))])

    def _literal(self, value: Literal, iri: str) -> yaml.Node:
        is_iri = value.value.startswith("<") and reference(value.value, self.prefixes) is not None
        if not is_iri and not self.terms.is_link(iri) and value == self.terms.literal(value.value, iri):
            return word(value.value)
        pairs: Pairs = [(word(form.VALUE), word(value.value))]
        if value.language:
            pairs.append((word(form.LANGUAGE_KEY), word(value.language)))
        elif value.datatype.value != XSD + "string":
            pairs.append((word(form.DATATYPE), word(self._refer(value.datatype))))
        return self._map(pairs)

    @staticmethod
    def _map(pairs: Pairs) -> yaml.MappingNode:
        return table(pairs, flow=True)


def _language(value: Term) -> str:
    return (value.language or "") if isinstance(value, Literal) and value.datatype.value == RDF + "langString" else ""
