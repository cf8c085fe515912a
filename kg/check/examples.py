"""Documents in `tests/` that show what shapes accept and refuse, and on which rules fire.

`tests/invalid/NAME.ttl` says in a line `# shape: sgsh:NAME` which shape it breaks; each shape has one.
`tests/breadth/NAME.ttl` and `tests/contradiction/NAME.ttl` pass.
"""

from __future__ import annotations

import re
import shutil
from collections import ChainMap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kg import anchors, documents, pipeline, syntax
from kg.check.files import Project
from kg.check.seeded import Seeded
from kg.errors import Fault, Rejected
from kg.knowledge import Knowledge
from kg.model import Document
from kg.namespaces import BASE, SGSH, SH
from kg.settings import Home
from kg.store import open_store
from kg.terms import Literal, NamedNode, Quad, parts
from kg.vocabulary import Vocabulary

_BREAKS = re.compile(r"^# shape: sgsh:(\S+)$", re.MULTILINE)


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


def load(project: Project, seeded: Seeded) -> tuple[Seeded, list[Fault]]:
    """The seeded store with the valid documents in it, and with what follows; what is wrong with them is faults."""
    read: list[Document] = []
    faults: list[Fault] = []
    for path in sorted(path for folder in folders_of(project) for path in folder.glob("*.ttl")):
        name = path.relative_to(project.home.path).as_posix()
        try:
            document = documents.parse(path.read_bytes(), syntax.TURTLE, name, path.parent)
            read.append(anchors.anchor(document, seeded.knowledge.vocabulary))
        except Rejected as rejected:
            faults += rejected.faults
    faults += _misshapen(read, seeded.knowledge)
    with seeded.store.draft() as draft:
        draft.add([quad for document in read for quad in document.quads])
        seeded.knowledge.rules.infer_all(draft)
        seeded.store.commit(draft.change())
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
        pipeline.examine(documents.read(path), knowledge)
    except Rejected as rejected:
        return rejected.faults
    return ()


def of_documents(home: Home, paths: Sequence[Path]) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """Faults and warnings of the documents in files, beside one another, the background and the seeds."""
    knowledge = Knowledge(home)
    if faults := knowledge.faults():
        return faults, ()
    try:
        given = pipeline.examine_all(documents.read_all(paths), knowledge)
        seeds = pipeline.examine_all(documents.read_all(knowledge.seeds), knowledge)
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
            raw = documents.read_background(Path(folder))
        except Rejected as rejected:
            return rejected.faults
        found: list[Fault] = []
        try:
            raw = anchors.anchor(raw, Vocabulary.of(knowledge.ontology.quads, raw.quads))
        except Rejected as rejected:
            found += rejected.faults
        return [*found, *knowledge.shapes.validate(raw, lambda _: ())]


def _line(path: Path, words: str) -> int | None:
    rows = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, row in enumerate(rows, 1) if row.startswith(words)), 1)
