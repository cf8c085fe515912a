"""What the project's files are tried on: its own graph, made in memory, and documents in `tests/`.

Each rule fires, each question is answered, each derived property has a rule, each shape refuses a document:
`tests/invalid/NAME.ttl` says in a line `# shape: sgsh:NAME` which shape it breaks; each shape has one.
`tests/breadth/NAME.ttl` and `tests/contradiction/NAME.ttl` pass.
"""

from __future__ import annotations

import re
import shutil
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg import pipeline, syntax
from kg.check.files import Project, called, local
from kg.documents import anchoring, parsing
from kg.errors import Fault, Rejected
from kg.knowledge import Knowledge
from kg.model import Document
from kg.namespaces import BASE, INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF, SG, SGSH, SH, SHAPES_GRAPH
from kg.ontology.vocabulary import Vocabulary
from kg.pipeline import STATE_GRAPH
from kg.questions.catalogue import Question
from kg.rules import Rule
from kg.rules.derivation import is_node
from kg.settings import Home
from kg.store import Store, open_store
from kg.terms import Literal, NamedNode, Quad, parts

_TYPE = NamedNode(RDF + "type")
_PARTS = 4  # of a derivation's node: rule, subject, property, value
_NOT_DATA = frozenset({ONTOLOGY_GRAPH, SHAPES_GRAPH, STATE_GRAPH})
_DERIVED = SG + "DerivedProperty"
_BREAKS = re.compile(r"^# shape: sgsh:(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Seeded:
    """The graph as it would be served; `documents` are the background and the seeds, as stored."""

    knowledge: Knowledge
    store: Store
    documents: tuple[Document, ...]

    def data(self) -> Iterator[Quad]:
        """What documents and background say and what rules derive, for a reasoner.

        Without the nodes that record derivations, and without memberships, which a reasoner is to find by itself.
        """
        recorded = {parts(quad)[0] for quad in self.store.quads(None, NamedNode(SG + "rule"), None, None)}
        for graph in self.store.snapshot().graphs():
            if graph.value in _NOT_DATA:
                continue
            for quad in self.store.quads(None, None, None, graph):
                if quad.subject not in recorded and (graph.value != INFERRED_GRAPH or quad.predicate != _TYPE):
                    yield quad

    def memberships(self) -> Mapping[str, frozenset[str]]:
        """The classes in which queries find each thing with an IRI, the nodes of derivations aside."""
        found: dict[str, set[str]] = {}
        for row in self.store.snapshot().query_kept("SELECT DISTINCT ?thing ?class { ?thing a ?class }"):  # type: ignore[union-attr]
            thing, class_ = row["thing"], row["class"]
            if isinstance(thing, NamedNode) and isinstance(class_, NamedNode) and not is_node(thing):
                found.setdefault(thing.value, set()).add(class_.value)
        return {thing: frozenset(classes) for thing, classes in found.items()}

    def made_by(self) -> dict[tuple[str, str, str], str]:
        """Each derived statement → a rule that derived it."""
        said: dict[str, dict[str, str]] = {}
        for name in (SG + "rule", RDF + "subject", RDF + "predicate", RDF + "object"):
            for subject, predicate, value in map(parts, self.store.quads(None, NamedNode(name), None, None)):
                said.setdefault(str(subject), {})[predicate.value] = value.value
        return {
            (one[RDF + "subject"], one[RDF + "predicate"], one[RDF + "object"]): one[SG + "rule"]
            for one in said.values()
            if len(one) == _PARTS
        }

    def fired(self) -> set[str]:
        """The rules that derived something."""
        compared = self.knowledge.rules.compared(self.store.snapshot())
        for rule in self.knowledge.rules.rules:
            for pattern in rule.head if rule.is_comparison else ():
                next(compared.quads(None, pattern.predicate), None)
        return {parts(quad)[2].value for quad in compared.quads(None, NamedNode(SG + "rule"))}


@contextmanager
def load(home: Home) -> Iterator[Seeded]:
    """Raise Rejected with what the pipeline finds wrong in files and seeds."""
    knowledge = Knowledge(home)
    store = open_store("memory:")
    try:
        pipeline.start(store, knowledge, lambda _: None)
        yield Seeded(knowledge, store, tuple(_documents(knowledge)))
    finally:
        store.close()


def _documents(knowledge: Knowledge) -> Iterator[Document]:
    yield knowledge.background
    for path in knowledge.seeds:
        try:
            yield anchoring.anchor(parsing.read(path), knowledge.vocabulary)
        except Rejected:  # the pipeline has said why
            continue


def with_examples(project: Project, seeded: Seeded) -> tuple[Seeded, list[Fault]]:
    """The seeded store with the valid documents in it, and with what follows; what is wrong with them is faults."""
    read: list[Document] = []
    faults: list[Fault] = []
    for path in sorted(path for folder in folders_of(project) for path in folder.glob("*.ttl")):
        name = path.relative_to(project.home.path).as_posix()
        try:
            document = parsing.parse(path.read_bytes(), syntax.TURTLE, name, path.parent)
            read.append(anchoring.anchor(document, seeded.knowledge.vocabulary))
        except Rejected as rejected:
            faults += rejected.faults
    faults += _misshapen(read, seeded.knowledge)
    with seeded.store.draft() as draft:
        draft.add([quad for document in read for quad in document.quads])
        seeded.knowledge.rules.infer_all(draft)
        draft.commit()
    return replace(seeded, documents=(*seeded.documents, *read)), faults


def _misshapen(read: Sequence[Document], knowledge: Knowledge) -> Iterable[Fault]:
    """What shapes find in the documents: in all together, and only if there is something, in each by itself.

    Together takes the time of one; but two documents may call a thing differently, which is no fault of either.
    """
    together = Document(
        iri=BASE,
        graph=BASE,
        file="tests",
        quads=frozenset().union(*(document.quads for document in read)),
        texts={},
        places=ChainMap(*(dict(document.places) for document in read)),
        lines=ChainMap(*(dict(document.lines) for document in read)),
    )
    if not knowledge.shapes.validate(together, knowledge.describe):
        return ()
    return [fault for document in read for fault in knowledge.shapes.validate(document, knowledge.describe)]


def folders_of(project: Project) -> list[Path]:
    """Where documents lie that are valid, and that between them let each rule fire and each question be answered."""
    folders = (project.home.path / "tests" / name for name in ("breadth", "contradiction"))
    return [folder for folder in folders if folder.is_dir()]


def rules(project: Project, seeded: Seeded, exampled: bool) -> Iterator[Fault]:
    """What is wrong with rules beyond what reading them shows.

    Each fires on the seeds or the examples, if there are any (`exampled`).
    """
    known = seeded.knowledge.rules.rules
    yield from _heads(project, known)
    fired = seeded.fired()
    for rule in known if exampled else ():
        if rule.iri.value not in fired:
            why = "Mend its body, or add a document to tests/breadth/ on which it fires."
            yield Fault(
                f"ontology/rules/{rule.name}.rq", "", "nothing follows by this rule, from seeds or examples.", why, 1
            )


def _heads(project: Project, rules: Sequence[Rule]) -> Iterator[Fault]:
    """Rules conclude derived properties alone; each derived property has a rule."""
    derived = {
        subject.value
        for subject, predicate, value in map(parts, project.quads)
        if predicate.value == RDF + "type" and value == NamedNode(_DERIVED) and isinstance(subject, NamedNode)
    }
    concluded: set[str] = set()
    for rule in rules:
        for pattern in rule.head:
            if isinstance(pattern.predicate, NamedNode):
                concluded.add(pattern.predicate.value)
                if pattern.predicate.value not in derived and not rule.is_membership:
                    why = "Declare the property as a sg:DerivedProperty: … a owl:ObjectProperty , sg:DerivedProperty ."
                    what = "a rule concludes it, and it is no derived property."
                    yield Fault(
                        f"ontology/rules/{rule.name}.rq", called(pattern.predicate.value), what, why, pattern.line
                    )
    denied = {value.value for _, predicate, value in map(parts, project.quads) if predicate.value == SG + "counterpart"}
    for iri in sorted(derived - concluded - denied):
        yield project.fault(
            iri, "no rule derives it.", f"Write ontology/rules/{local(iri)}.rq, or delete it.", _DERIVED
        )


def unanswered(seeded: Seeded) -> frozenset[str]:
    """The questions that the seeded store has no row for."""
    return frozenset(each.name for each in seeded.knowledge.catalogue if not _rows(seeded, each))


def questions(seeded: Seeded, without_answer: frozenset[str], exampled: bool) -> Iterator[Fault]:
    """Questions that say wrongly whether the seeds answer them (`without_answer`: those that these do not).

    The examples, if there are any (`exampled`), which the store holds by now, answer the others.
    """
    for question in seeded.knowledge.catalogue:
        file, rows = f"queries/{question.name}.rq", _rows(seeded, question)
        if question.name in without_answer and not question.unanswered:
            why = "Mend the query, or say why the seeds do not answer it: `#+ unanswered: …`."
            yield Fault(file, "", "the project's own graph has no answer to it.", why, 1)
        elif question.name not in without_answer and question.unanswered:
            what = "it says that the project's own graph has no answer to it, which has."
            yield Fault(
                file,
                "",
                what,
                "Delete the line `#+ unanswered`.",
                _line(seeded.knowledge.home.queries / f"{question.name}.rq", "#+ unanswered"),
            )
        elif exampled and not rows:
            why = "Mend the query, or add a document to tests/breadth/ that answers it."
            yield Fault(file, "", "it has no answer, not from the examples either.", why, 1)
        if rows and all(row[question.answer] is None for row in rows):
            what = f"no row has a value in the answer's column, '{question.answer}'."
            yield Fault(file, "", what, "Mend the query, or name another column.", 1)


def _rows(seeded: Seeded, question: Question) -> list[ox.QuerySolution]:
    solutions = seeded.store.snapshot().query(seeded.knowledge.rules.spell_out(question.sparql))
    return list(solutions) if isinstance(solutions, ox.QuerySolutions) else []


def invalid(project: Project, seeded: Seeded) -> Iterator[Fault]:
    """Each shape has a document that breaks it, and each such document is refused for that shape."""
    folder = project.home.path / "tests" / "invalid"
    if not folder.is_dir():
        return
    made = _messages(seeded.knowledge.shapes.quads)
    broken: set[str] = set()
    for path in sorted(folder.rglob("*.ttl")):
        name = path.relative_to(project.home.path).as_posix()
        for shape in _BREAKS.findall(path.read_text(encoding="utf-8", errors="replace")):
            broken.add(SGSH + shape)
            if SGSH + shape not in made:
                yield Fault(
                    name,
                    f"sgsh:{shape}",
                    "it says to break a shape that is not there.",
                    "Mend the name.",
                    _line(path, "# shape"),
                )
            elif made[SGSH + shape] not in {fault.why for fault in _refusals(path, seeded.knowledge)}:
                why = "Mend the shape, or the document."
                yield Fault(name, f"sgsh:{shape}", "this shape does not refuse it.", why, _line(path, "# shape"))
    for shape in sorted(_messages(quad for file in project.of("shapes") for quad in file.quads).keys() - broken):
        yield project.fault(
            shape, "no document in tests/invalid/ breaks this shape.", "Write one that breaks only it.", SH + "message"
        )


def _messages(quads: Iterable[Quad]) -> dict[str, str]:
    """The shapes that have a constraint, and so a message."""
    return {
        subject.value: value.value
        for subject, predicate, value in map(parts, quads)
        if predicate.value == SH + "message" and isinstance(subject, NamedNode) and isinstance(value, Literal)
    }


def faults_of(path: Path, knowledge: Knowledge) -> Iterable[Fault]:
    """What is wrong with the document in a file, beside the background."""
    try:
        pipeline.examine(parsing.read(path), knowledge)
    except Rejected as rejected:
        return rejected.faults
    return ()


def of_documents(home: Home, paths: Sequence[Path]) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """Faults and warnings of the documents in files, beside one another, the background and the seeds."""
    knowledge = Knowledge(home)
    if faults := knowledge.faults():
        return faults, ()
    try:
        given = pipeline.examine_all(parsing.read_all(paths), knowledge)
        seeds = pipeline.examine_all(parsing.read_all(knowledge.seeds), knowledge)
        with open_store("memory:") as store, store.draft() as draft:
            draft.add(knowledge.quads())
            draft.add(quad for each in {**seeds, **given}.values() for quad in each.quads)
            return (), pipeline.agree(draft, knowledge, list(given.values()))
    except Rejected as rejected:
        return rejected.faults, ()


def _refusals(path: Path, knowledge: Knowledge) -> Iterable[Fault]:
    return _background_faults(path, knowledge) if path.parent.name == "background" else faults_of(path, knowledge)


def _background_faults(path: Path, knowledge: Knowledge) -> Iterable[Fault]:
    """The faults of a background that is this file, with the texts beside it."""
    with TemporaryDirectory() as folder:
        for each in (path, *path.parent.glob("*.txt")):
            shutil.copy(each, folder)
        try:
            raw = parsing.read_background(Path(folder))
        except Rejected as rejected:
            return rejected.faults
        found: list[Fault] = []
        try:
            raw = anchoring.anchor(raw, Vocabulary.of(knowledge.ontology.quads, raw.quads))
        except Rejected as rejected:
            found += rejected.faults
        return [*found, *knowledge.shapes.validate(raw, lambda _: ())]


def _line(path: Path, words: str) -> int | None:
    rows = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, row in enumerate(rows, 1) if row.startswith(words)), 1)
