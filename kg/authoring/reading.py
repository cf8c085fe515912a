"""A YAML document → its statements, as Turtle would make them, each with its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.authoring import tree
from kg.authoring.lookup import (
    CLAIMS,
    DATATYPE,
    DOCUMENT,
    DRAFT,
    KIND,
    LANGUAGE_KEY,
    NAME,
    NODE,
    SITUATIONS,
    THINGS,
    THROUGH,
    VALUE,
    WORDS,
    Lookup,
    claim_name,
    is_draft,
)
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
from kg.authoring.tree import Listing, Place, Table, Value, Word
from kg.errors import Rejected, in_order
from kg.namespaces import ID
from kg.ontology.vocabulary import CLAIM, LABEL, OTHER_NAME, TYPE
from kg.source_map import SourceMap
from kg.syntax import Statements, apart
from kg.terms import BlankNode, Literal, NamedNode, Node, Quad, Term


def read(data: bytes | str, file: str, terms: Terminology) -> Statements:
    """What `data` states; raise Rejected with all faults of form and of names, by line and column."""
    reader = _Reader(tree.parse(data, file), file, terms)
    reader.read()
    if reader.faults:
        raise Rejected(file, in_order(reader.faults))
    return Statements(tuple(apart(tuple(reader.quads), file, reader.lines)), reader.lines, reader.drafts)


def items(value: Value | None) -> tuple[Value, ...]:
    """The values that stand there: none, one, or those of a list."""
    if value is None or (isinstance(value, Word) and value.is_nothing):
        return ()
    return value.items if isinstance(value, Listing) else (value,)


class _Reader(Lookup):
    def __init__(self, root: Table, file: str, terms: Terminology) -> None:
        super().__init__(file, terms)
        self.root = root
        self.quads: list[Quad] = []
        self.lines = SourceMap()
        self.made = self.drafts = 0
        self.source = self._source()
        self.base = f"{self.source.value}/" if self.source else ID
        self.prefixes[""] = self.base
        self.lines.prefixes.update(self.prefixes)
        self.scope = Scope(terms, self.prefixes)
        self.chains: list[list[tuple[Node, Table]]] = []

    def read(self) -> None:
        """Names first, so that what is declared further down can be spoken of; then statements."""
        things = list(self._things())
        situations = list(self._named(SITUATIONS))
        self._name_claims()
        if self.source:
            self._source_statements(self.source)
        for node, label, place, value in things:
            self._thing(node, label, place, value)
        for node, key, value in situations:
            self._subject(node, key.place)
            if isinstance(value, Table):
                self._describe(node, value)
            else:
                self._fault(key, "this situation has no class.", "Write: NAME: {CLASS: {ROLE: VALUE}}.")
        for chain in self.chains:
            self._chain(chain)
        for lines in self.lines.mentions.values():
            lines.sort()
        self.lines.blocks.sort()

    # What is declared

    def _source(self) -> NamedNode | None:
        value = self.root.get(DOCUMENT)
        if value is None:
            return None
        if isinstance(value, Word) and not value.is_nothing:
            node = reference(value.text, self.prefixes) or self._iri(ID + value.text)
            if isinstance(node, NamedNode):
                return node
        self._fault(value, "this is no name for a document.", "Name it by letters, digits, '-', '_' and '.'.")
        return None

    def _table(self, key: str) -> Iterator[tuple[Word, Value]]:
        value = self.root.get(key)
        if isinstance(value, Table):
            yield from value.pairs
        elif items(value):
            assert value is not None
            self._fault(value, f"`{key}` is no map.", f"Write under `{key}:` one NAME: VALUE a line.")

    def _things(self) -> Iterator[tuple[Node, str, Place, Value]]:
        for key, value in self._table(THINGS):
            if is_draft(value):
                self.drafts += 1
                continue
            node = reference(key.text, self.prefixes)
            label = "" if node is not None else key.text
            name = value.get(NAME) if isinstance(value, Table) else None
            if isinstance(name, Word):
                node = self._own(name)
            elif node is None:
                node = NamedNode(self.base + slug(label))
            if node is None:
                continue
            kinds = value.get(KIND) if isinstance(value, Table) else value
            types = [found.value for kind in items(kinds) if (found := self._kind_of(kind)) is not None]
            names = [label, *self._names(value)] if label else list(self._names(value))
            self.scope.add(node, types, [*names, self._last(node)])
            yield node, label, key.place, value

    def _names(self, value: Value) -> Iterator[str]:
        """The labels and other names that a table gives."""
        for key, given in value.pairs if isinstance(value, Table) else ():
            if self._property_of(key) in (LABEL, OTHER_NAME):
                tables = [each for each in items(given) if isinstance(each, Table)]
                for each in [*items(given), *(one for table in tables for _, v in table.pairs for one in items(v))]:
                    if isinstance(each, Word):
                        yield each.text

    def _named(self, section: str) -> Iterator[tuple[Node, Word, Value]]:
        for key, value in self._table(section):
            if (node := self._own(key)) is not None:
                kinds = value.pairs[0][0] if isinstance(value, Table) and value.pairs else None
                kind = self.terms.situation(kinds.text) if kinds else None
                self.scope.add(node, [kind] if kind else [], [key.text])
                yield node, key, value

    def _name_claims(self) -> None:
        value = self.root.get(CLAIMS)
        if isinstance(value, Table):
            self._fault(value, f"`{CLAIMS}` is a map.", "Begin each claim with '- ', on a line of its own.")
            return
        for place, entry in enumerate(items(value), 1):
            if not isinstance(entry, Table):
                self._fault(entry, "this is no claim.", "Write its words and what is said: - words: …")
                continue
            if is_draft(entry):
                self.drafts += 1
                continue
            voices = items(entry.get(THROUGH))
            chain: list[tuple[Node, Table]] = []
            outer = ""
            for number, each in enumerate([entry, *voices]):
                if not isinstance(each, Table):
                    self._fault(each, "this is no voice.", "Write: - {speaker: WHO, act: WHICH}.")
                    continue
                given = each.get(NAME)
                word = given if isinstance(given, Word) else Word(claim_name(place, number, outer), each.place)
                outer = outer or word.text
                if (node := self._own(word)) is not None:
                    self.scope.add(node, [CLAIM], [word.text])
                    chain.append((node, each))
            self.chains.append(chain)

    # Statements

    def _source_statements(self, source: NamedNode) -> None:
        place = next(key.place for key, _ in self.root.pairs if key.text == DOCUMENT)
        self._subject(source, place)
        own = [pair for pair in self.root.pairs if pair[0].text not in (DOCUMENT, THINGS, SITUATIONS, CLAIMS)]
        kinds = [found.value for kind in items(self.root.get(KIND)) if (found := self._kind_of(kind)) is not None]
        self.scope.add(source, kinds, [*self._names(self.root), self._last(source)])
        self._properties(source, own)

    def _thing(self, node: Node, label: str, place: Place, value: Value) -> None:
        self._subject(node, place)
        if label:
            self._state(node, LABEL, Literal(label, language=LANGUAGE), place)
        if isinstance(value, Table):
            self._properties(node, [pair for pair in value.pairs if pair[0].text not in (NAME, DRAFT)])
        elif not items(value):
            self._fault_at(place, label or str(node), "it has no class.", "Write: NAME: CLASS, as `Norway: state`.")
        else:
            self._values(node, TYPE, value)

    def _chain(self, chain: list[tuple[Node, Table]]) -> None:
        entry = chain[0][1] if chain else None
        shared = [pair for pair in entry.pairs if self._is_evidence(pair[0])] if entry else []
        for number, (node, table) in enumerate(chain):
            inner = chain[number + 1][0] if number + 1 < len(chain) else None
            self._subject(node, table.place)
            self._state(node, TYPE, NamedNode(CLAIM), table.place)
            own: list[tuple[Word, Value]] = []
            contents: list[tuple[Word, Value]] = []
            for pair in table.pairs:
                if pair[0].text not in (NAME, THROUGH, DRAFT):
                    (contents if self._is_content(pair[0]) else own).append(pair)
            if number and not any(self._is_evidence(key) for key, _ in own):
                own += shared
            stated = self._properties(node, own)
            if number == 0 and SPEAKER not in stated and self.source:
                self._state(node, SPEAKER, self.source, table.place)
            for iri, default in self.terms.defaults.items():
                if iri not in stated:
                    self._state(node, iri, default, table.place)
            if inner is not None:
                self._state(node, CONTENT, inner, table.place)
            elif entry is not None and number:
                contents += [pair for pair in entry.pairs if self._is_content(pair[0])]
            elif number == 0 and not contents and table.get(THROUGH) is None:
                what = "it does not say what is claimed."
                self._fault_at(table.place, self._short(node), what, "Add the situation: CLASS: {ROLE: VALUE}.")
            if number == 0 and inner is not None:
                contents = []
            for key, value in contents:
                self._content(node, key, value)

    def _content(self, claim: Node, key: Word, value: Value) -> None:
        if self._property_of(key) == CONTENT:
            self._values(claim, CONTENT, value)
            return
        situation = self._fresh()
        self._state(claim, CONTENT, situation, key.place)
        self._situation(situation, key, value)

    def _situation(self, node: Node, key: Word, value: Value) -> None:
        kind = self.terms.situation(key.text) or self.terms.kind(key.text)
        assert kind is not None
        self._state(node, TYPE, NamedNode(kind), key.place)
        if isinstance(value, Table):
            self._properties(node, value.pairs)
        elif items(value):
            self._fault(value, f"'{key.text}' has no roles.", f"Write: {key.text}: {{ROLE: VALUE}}.")

    def _describe(self, node: Node, table: Table) -> None:
        """A node in a place of its own: a class with its roles, or properties of which `type` is one."""
        if len(table.pairs) == 1 and self._is_class(table.pairs[0][0].text):
            self._situation(node, *table.pairs[0])
        else:
            self._properties(node, table.pairs)

    def _properties(self, node: Node, pairs: Iterable[tuple[Word, Value]]) -> set[str]:
        """State them; return the properties that were given, with values or without."""
        stated: set[str] = set()
        for key, value in pairs:
            iri = HAS_EVIDENCE if key.text == WORDS else TYPE if key.text == KIND else self._property(key)
            if iri is None:
                continue
            stated.add(iri)
            if key.text == WORDS:
                self._words(node, value)
            elif isinstance(value, Word) and value.is_nothing:
                what = f"'{key.text}' has no value."
                self._fault(key, what, "Give one, or leave the key out; [] says that there is none.")
            else:
                self._mention(iri, key.place)
                self._values(node, iri, value)
        return stated

    def _words(self, node: Node, value: Value) -> None:
        for each in items(value):
            if isinstance(each, Word):
                evidence = self._fresh()
                self._state(node, HAS_EVIDENCE, evidence, each.place)
                self._state(evidence, QUOTE, Literal(each.text), each.place)
            else:
                what = f"`{WORDS}` are no words of the text."
                remedy = "Quote them; what says more, such as a prefix or a citation, goes under `evidence`."
                self._fault(each, what, remedy)

    def _values(self, node: Node, iri: str, value: Value) -> None:
        for each in items(value):
            if isinstance(each, Listing):
                self._fault(each, "a list stands within a list.", "Give the values in one list.")
            elif isinstance(each, Table):
                self._mapped(node, iri, each)
            elif (found := self._word(each, iri)) is not None:
                self._state(node, iri, found, each.place)

    def _mapped(self, node: Node, iri: str, table: Table) -> None:
        """A literal with its datatype or language, words by language, or a node of its own."""
        if (words := table.get(VALUE)) is not None:
            if (literal := self._literal(words, table)) is not None:
                self._state(node, iri, literal, words.place)
        elif isinstance(named := table.get(NODE), Word) and len(table.pairs) == 1:
            if (other := reference(named.text, self.prefixes)) is not None:
                self._state(node, iri, other, named.place)
            else:
                self._fault(named, f"'{named.text}' refers to nothing.", "Write an IRI: id:NAME, or <https://…>.")
        elif self.terms.is_link(iri):
            inner = self._fresh()
            self._state(node, iri, inner, table.place)
            self._describe(inner, table)
        else:
            for key, value in table.pairs:
                for each in items(value):
                    literal = self._tagged(key, each)
                    if literal is not None:
                        self._state(node, iri, literal, each.place)

    def _tagged(self, key: Word, value: Value) -> Literal | None:
        if isinstance(value, Word):
            try:
                return Literal(value.text, language=key.text)
            except ValueError:
                pass
        what = f"'{key.text}' with its value is no language with words in it."
        self._fault(key, what, "Write {en: WORDS, uk: WORDS}, or the words alone.")
        return None

    def _literal(self, words: Value, table: Table) -> Literal | None:
        datatype, language = table.get(DATATYPE), table.get(LANGUAGE_KEY)
        extra = [key for key, _ in table.pairs if key.text not in (VALUE, DATATYPE, LANGUAGE_KEY)]
        try:
            if isinstance(words, Word) and not extra:
                if isinstance(datatype, Word):
                    kind = reference(datatype.text, self.prefixes)
                    if isinstance(kind, NamedNode):
                        return Literal(words.text, datatype=kind)
                elif datatype is None:
                    return Literal(words.text, language=language.text if isinstance(language, Word) else None)
        except ValueError:
            pass
        self._fault(extra[0] if extra else words, "this is no value.", "Write {value: WORDS, datatype: xsd:integer}.")
        return None

    def _word(self, word: Word, iri: str) -> Term | None:
        if iri == TYPE:
            return self._kind(word)
        if self.terms.is_link(iri):
            return self._thing_named(word, iri)
        if word.text.startswith("<") and (node := reference(word.text, self.prefixes)) is not None:
            return node
        return self.terms.literal(word.text, iri)

    # Making

    def _fresh(self) -> BlankNode:
        self.made += 1
        return BlankNode(f"f{self.made}")

    def _subject(self, node: Node, place: Place) -> None:
        self.lines.subjects.setdefault(node.value, place.line)
        self.lines.columns.setdefault((node.value, place.line), place.column)
        self.lines.blocks.append(place.line)

    def _mention(self, word: str, place: Place) -> None:
        self.lines.mention(word, place.line, place.column)

    def _state(self, subject: Node, iri: str, value: Term, place: Place) -> None:
        self.quads.append(Quad(subject, NamedNode(iri), value))
        if not isinstance(value, BlankNode):
            self._mention(value.value, place)
