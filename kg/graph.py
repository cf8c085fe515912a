"""The knowledge graph: one object that the command line and HTTP call, over store, pipeline, questions and English."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol, Self
from weakref import finalize

import pyoxigraph as ox

from kg import exporting, holdings, pipeline, proofs, syntax, what_if, workers
from kg.documents import parsing
from kg.documents.parsing import Sent
from kg.entities.claims import ClaimList
from kg.entities.comparison import Comparison
from kg.entities.entities import EntityList
from kg.entities.library import Things
from kg.entities.names import Names
from kg.entities.search import Index
from kg.entities.sources import SourceDetail
from kg.holdings import ChangeList, DocumentList, Held
from kg.knowledge import Knowledge
from kg.model import Answer, Cell, Loaded, Match, NotAnswered, Row
from kg.namespaces import INFERRED_GRAPH, SG
from kg.pipeline import Progress
from kg.proofs import Proof
from kg.questions import answering, matter
from kg.questions.answering import Request
from kg.questions.catalogue import Question, Topic, topics
from kg.rules.dataset import KeptGraphs, Triple
from kg.settings import Access, Settings
from kg.snapshot_cache import Make, Once, SnapshotCache, Value, Version
from kg.sparql import results
from kg.store import Checkpoint, EmbeddedStore, Snapshot, Store, is_kept, open_store
from kg.terms import NamedNode

_SUPPOSED = 4  # graphs as they would be that are kept at once


def silent(_: str) -> None:
    """Say nothing of the progress."""


class Graph(Protocol):
    """The graph wherever it is: here, or behind the server that holds its store. Use it as a context, or close it."""

    @property
    def prefixes(self) -> Mapping[str, str]: ...

    def questions(self) -> tuple[Question, ...]: ...

    def ask(self, text: str, *, without: Sequence[str] = ()) -> Answer | NotAnswered: ...

    def answer(
        self,
        name: str,
        arguments: Mapping[str, str | Sequence[str]],
        *,
        limit: int | None = None,
        offset: int = 0,
        inferred: bool = True,
        according_to: str | None = None,
        without: Sequence[str] = (),
    ) -> Answer | NotAnswered: ...

    def documents(self) -> DocumentList: ...

    def claims(self, given: Mapping[str, str | bool | None], limit: int) -> ClaimList: ...

    def source(self, name: str) -> SourceDetail: ...

    def search(self, text: str, kind: str = "", limit: int = 100) -> EntityList: ...

    def compare(self, proposals: Sequence[str]) -> Comparison: ...

    def proof(self, subject: str, predicate: str, object_: str, form: str) -> str: ...

    def query(self, sparql: str, *, inferred: bool = True) -> results.Found: ...

    def load_all(self, sources: Sequence[Path | bytes], *, dry_run: bool = False) -> Loaded: ...

    def unload(self, name: str) -> Loaded: ...

    def export(self, form: ox.RdfFormat, *, inferred: bool = True, annotated: bool = False) -> Iterator[bytes]: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class KnowledgeGraph:
    """What the documents say and what follows from it. Every method may be called from any thread."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.knowledge = Knowledge(settings.home)
        self._cache = SnapshotCache(store)
        limits = workers.Limits(seconds=settings.query_seconds, memory=settings.query_memory_mb << 20)
        self._supposed, self._making = Once(_SUPPOSED), Lock()
        self._queries = workers.BlockingRunner(lambda: workers.runner(store, self.prefixes, limits))

    @classmethod
    def open(
        cls,
        settings: Settings,
        progress: Progress = silent,
        store_at: Callable[[str, Access], Store] = open_store,
    ) -> KnowledgeGraph:
        """Open the store, as `store_at` does, and bring it up to the project's files unless `settings.plain`.

        Raise StoreUnavailable where the store cannot be opened, Rejected where the files or documents have faults.
        """
        store = store_at(settings.store, settings.access)
        try:
            graph = cls(store, settings)
            if not settings.plain:
                pipeline.start(store, graph.knowledge, progress)
        except BaseException:
            store.close()
            raise
        return graph

    def close(self) -> None:
        self._queries.close()
        self.store.close()

    def __enter__(self) -> KnowledgeGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> int:
        return self.store.version

    @property
    def prefixes(self) -> Mapping[str, str]:
        return self.knowledge.prefixes

    def questions(self) -> tuple[Question, ...]:
        return tuple(self.knowledge.catalogue)

    def answer(
        self,
        name: str,
        arguments: Mapping[str, str | Sequence[str]],
        *,
        limit: int | None = None,
        offset: int = 0,
        inferred: bool = True,
        according_to: str | None = None,
        without: Sequence[str] = (),
    ) -> Answer:
        """A question of the catalogue, answered; or as it would be `without` sources, claims or situations.

        Raise UnknownQuestion, BadParameter (a parameter that is not the question's, or numbers below 0), UnknownName
        or AmbiguousName (with candidates).
        """
        if without:

            def asked(graph: KnowledgeGraph, limit: int | None = limit, offset: int = offset) -> Answer:
                return graph.answer(
                    name, arguments, limit=limit, offset=offset, inferred=inferred, according_to=according_to
                )

            return self._supposing(without, asked, lambda graph: asked(graph, None, 0))
        question = self.knowledge.catalogue[name]
        version = self._cache.current()
        names = self.names(version)
        resolved = answering.resolve(question, arguments, names)
        speaker = None if according_to is None else names.resolve(according_to, SG + "Speaker", "according_to")
        frozen = tuple((key, tuple(values)) for key, values in sorted(resolved.items()))
        key = ("answer", name, frozen, limit, offset, inferred, speaker)

        def computed() -> Answer:
            read = version.snapshot if inferred else version.snapshot.without(INFERRED_GRAPH)
            return answering.answer(read, question, Request(resolved, limit, offset, speaker))

        return version.answer(key, computed)

    def _supposing(
        self,
        without: Sequence[str],
        answered: Callable[[KnowledgeGraph], Answer],
        whole: Callable[[KnowledgeGraph], Answer] | None = None,
    ) -> Answer:
        """What is `answered` without sources, claims or situations, and which rows of the `whole` answer are lost."""
        known, cells, claims = self.without(without)
        every = whole or answered
        lost = what_if.lost(every(self), every(known), claims, self, known.holds)
        return replace(answered(known), without=cells, lost=lost)

    def without(self, texts: Sequence[str]) -> tuple[KnowledgeGraph, tuple[Cell, ...], frozenset[str]]:
        """The graph as it would be without sources, claims or what is said of situations; what these are; their claims.

        It is read alone, and goes once nobody has it any more. Raise UnknownName or AmbiguousName.
        """
        version, things = self._cache.current(), self.things()
        cells, several = zip(*(things.resting_on(text, "without") for text in texts), strict=True)
        claims = frozenset[str]().union(*several)

        def made() -> KnowledgeGraph:
            with self._making:  # one at a time: it takes a processor
                store = what_if.left_out(version.snapshot, self.knowledge.rules, claims)
            known = KnowledgeGraph(store, self.settings)
            known.knowledge = self.knowledge
            finalize(known, store.close)
            return known

        return self._supposed.get((version.snapshot.version, claims), made), cells, claims

    def holds(self, statement: Triple) -> bool:
        """Whether questions read this statement."""
        return any(is_kept(quad.graph_name) for quad in self.snapshot().quads(*statement))

    def prove(self, statement: Triple) -> Proof:
        """The proof of a statement; raise NotFound where the graph does not hold it."""
        return proofs.why(KeptGraphs(self.snapshot()), self.knowledge.rules, *statement)

    def stated_by(self, match: Match, row: Row) -> Iterator[Triple]:
        """The statements by a derived property that a row of an answer makes, and that the graph holds."""
        question, derived = self.knowledge.catalogue[match.name], self.knowledge.ontology.derived
        yield from filter(self.holds, answering.derived_statements(question, match, row, derived))

    def topics(self) -> tuple[Topic, ...]:
        return topics(self.knowledge.catalogue, self.knowledge.ontology)

    def unsaid(self) -> frozenset[str]:
        """The questions about whose matter the graph holds nothing: see `matter.lacking`."""
        return self.kept("unsaid", lambda: matter.lacking(self.knowledge.catalogue, self.snapshot()))

    def snapshot(self) -> Snapshot:
        """The version that questions read: the last that changed the pipeline's graphs."""
        return self._cache.current().snapshot

    def statements(
        self, subject: NamedNode | None, predicate: NamedNode | None = None, value: NamedNode | None = None
    ) -> Iterator[ox.Quad]:
        """The statements that questions read, of a subject, a property and a value, or of any where it is None."""
        return (quad for quad in self.snapshot().quads(subject, predicate, value) if is_kept(quad.graph_name))

    def kept(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """What `compute` gives, kept for as long as questions read the same version of an embedded store."""
        return self._cache.current().answer(key, compute)

    def index(self, key: Hashable, make: Make[Value]) -> Value:
        """See `Version.index`."""
        return self._cache.current().index(key, make)

    def ask(self, text: str, *, without: Sequence[str] = ()) -> Answer | NotAnswered:
        """A question in English, answered where it is understood surely enough; for `without`, see `answer`."""
        from kg import language

        found = language.ask(text, self)
        if not without or isinstance(found, NotAnswered):
            return found
        now = found

        def asked(graph: KnowledgeGraph) -> Answer:
            answer = now if graph is self else language.ask(text, self, graph)
            assert isinstance(answer, Answer)
            return answer

        return self._supposing(without, asked, asked)

    def suggest(self, typed: str) -> tuple[str, ...]:
        """Questions that begin as somebody types, and what is typed with its last name made whole."""
        from kg import language

        return language.suggest(typed, self)

    def query(self, sparql: str, *, inferred: bool = True) -> results.Found:
        """A SPARQL query of the user's own, in a process of its own as over HTTP.

        Raise BadQuery where it is none, Elsewhere for SERVICE, QueryTimeout and QueryTooLarge at the settings' limits.
        """
        snapshot = self.store.snapshot()
        read = snapshot if inferred else snapshot.without(INFERRED_GRAPH)
        asked = workers.Query(sparql, results.JSON, results.N_TRIPLES, union=not self.settings.plain)
        return results.parse(*self._queries.answer(asked, read))

    def load(
        self,
        source: Path | bytes,
        media_type: str | None = None,
        name: str | None = None,
        *,
        graph: str | None = None,
        dry_run: bool = False,
        expected: Collection[str] | None = None,
    ) -> Loaded:
        """Put a document through the pipeline; raise Rejected with every fault, the store being as it was.

        Where `graph` is given, it must be that of the document; for `expected`, see `pipeline.load`.
        """
        sent = source if isinstance(source, Path) else Sent(source, media_type or syntax.TURTLE, name or "document")
        document = self.knowledge.read(sent)
        if graph is not None:
            parsing.refuse_other(document, graph)
        return self._cache.write(
            lambda: pipeline.load(self.store, self.knowledge, [document], dry_run=dry_run, expected=expected)
        )

    def load_all(self, sources: Sequence[Path | bytes | Sent], *, dry_run: bool = False) -> Loaded:
        """Put several documents through the pipeline in one transaction, all or none; bytes are Turtle.

        Raise Rejected with the faults of all, those that keep documents from being read before others.
        """
        read = self.knowledge.read_all(sources)
        return self._cache.write(lambda: pipeline.load(self.store, self.knowledge, read, dry_run=dry_run))

    def unload(self, name: str, *, expected: Collection[str] | None = None) -> Loaded:
        """Withdraw a document, and all that rested on it alone; raise NotFound where it is not here."""
        return self._cache.write(lambda: pipeline.unload(self.store, self.knowledge, name, expected=expected))

    def documents(self, language: str = "en") -> DocumentList:
        return holdings.listed(self.store, self.things(language).sources().items)

    def claims(self, given: Mapping[str, str | bool | None], limit: int) -> ClaimList:
        """The claims that filters by name let pass (see `Things.filters`); raise UnknownName or AmbiguousName."""
        things = self.things()
        return things.claims(things.filters(given), limit, 0)

    def source(self, name: str) -> SourceDetail:
        return self.things().source(name)

    def document(self, name: str) -> Held:
        """A document as its author wrote it; raise NotFound."""
        return holdings.held(self.store, name)

    def changes(self, since: int | None, limit: int) -> ChangeList:
        """What came and went after a version, or how to begin (None): see `holdings.changes_since`."""
        return holdings.changes_since(self.store, self.knowledge.fingerprint, since, self.snapshot().version, limit)

    def rewrite(self, write: Callable[[Checkpoint, Path], None]) -> int:
        """Let `write` change graphs of users' own: see `EmbeddedStore.rewrite`. What questions read stays as it is."""
        store = self.store
        assert isinstance(store, EmbeddedStore)
        return self._cache.write(lambda: store.rewrite(write), touches=False)

    def names(self, version: Version | None = None) -> Names:
        """What things are called in a version, or in the one that questions read."""

        def make(version: Version, before: Names | None) -> Names:
            names = Names.of(version.snapshot, self.knowledge.ontology, self.prefixes)
            return before if before is not None and names == before else names

        return (version or self._cache.current()).index("names", make)

    def things(self, language: str = "en") -> Things:
        """What the newest version knows about things, with labels in a language."""
        version = self._cache.current()
        index = version.index("search", self._index)

        def made() -> Things:
            return Things(version.snapshot, index, self.knowledge.ontology, lambda: self.knowledge.rules, language)

        return version.answer(("things", language), made)

    def why(self, subject: str, predicate: str, object_: str) -> Proof:
        """The proof of a statement, its parts given as IRIs, prefixed names, names or, for an object, a literal.

        Raise UnknownName or AmbiguousName, and NotFound where the graph does not hold the statement.
        """
        names = self.names()
        return self.prove((names.thing(subject, "subject"), names.property(predicate), names.term(object_, "object")))

    def proof(self, subject: str, predicate: str, object_: str, form: str) -> str:
        """The proof of a statement, as "text", "json" or "ttl"; for what is raised, see `why`."""
        return proofs.written(self.why(subject, predicate, object_), form)

    def search(self, text: str, kind: str = "", limit: int = 100) -> EntityList:
        """The things with a name like `text`, best first; of the class `kind`, or else entities and sources.

        Raise UnknownName where `kind` is no class.
        """
        things = self.things()
        return things.search(text, (things.kind(kind),) if kind else (), limit)

    def compare(self, proposals: Sequence[str]) -> Comparison:
        return self.things().compare(proposals)

    def export(self, form: ox.RdfFormat, *, inferred: bool = True, annotated: bool = False) -> Iterator[bytes]:
        """The whole graph as a file of the format `form`, in chunks: see `exporting.export`."""
        return exporting.export(
            self.store.snapshot().quads(), form, self.prefixes, inferred=inferred, annotated=annotated
        )

    def _index(self, version: Version, before: Index | None) -> Index:
        names = self.names(version)
        return before if before is not None and before.names is names else Index(names)
