"""The only writer: read → anchor → validate → infer → commit, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kg.documents import anchoring, consistency, parsing, plausibility
from kg.errors import Fault, NotFound, Rejected, in_order
from kg.knowledge import Knowledge
from kg.model import Document, Loaded
from kg.namespaces import (
    BACKGROUND_GRAPH,
    BASE,
    GRAPH,
    ID,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    RESERVED,
    SG,
    SHAPES_GRAPH,
    VIEWS_GRAPH,
)
from kg.rules import RuleSet
from kg.store import Change, Draft, Store
from kg.terms import Literal, NamedNode, Node, Quad, Term, parts

# What the store remembers about itself: the fingerprint of the project's files, and of each seed that it took in.
STATE_GRAPH = GRAPH + "state"
_STATE = NamedNode(STATE_GRAPH)
_FINGERPRINT, _TAKEN_IN_AS = NamedNode(SG + "fingerprint"), NamedNode(SG + "takenInAs")
_WITHDRAWN = Literal("withdrawn")
_OWN_GRAPHS = frozenset(GRAPH + name for name in RESERVED)

Progress = Callable[[str], None]


def examine(document: Document, knowledge: Knowledge) -> Document:
    """The document as it would be stored; raise Rejected with every fault that it has by itself.

    A document refers to itself, the background and the ontology alone; `agree` holds it against what others state.
    """
    faults: list[Fault] = []
    try:
        document = anchoring.anchor(document, knowledge.vocabulary)
    except Rejected as rejected:
        faults += rejected.faults
    faults += knowledge.shapes.validate(document, knowledge.describe)
    faults += plausibility.faults(document, knowledge.today())
    if faults:
        raise Rejected(document.file, in_order(faults))
    return document


def examine_all(given: Sequence[Document], knowledge: Knowledge) -> dict[str, Document]:
    """Documents as they would be stored, by graph; raise Rejected with every fault that they have by themselves."""
    faults = list(consistency.twice(given))
    examined: dict[str, Document] = {}
    for document in given:
        try:
            examined[document.graph] = examine(document, knowledge)
        except Rejected as rejected:
            faults += rejected.faults
    if faults:
        raise Rejected(", ".join(document.file for document in given), tuple(faults))
    return examined


def agree(draft: Draft, knowledge: Knowledge, examined: Sequence[Document]) -> tuple[Fault, ...]:
    """Warnings about what documents and others in the draft, which holds them, state of the same.

    Raise Rejected with every fault: what cannot both be so.
    """
    faults: list[Fault] = []
    doubts: list[Fault] = []
    for document in examined:
        faults += consistency.faults(document, draft, knowledge.vocabulary, knowledge.disjoint)
        doubts += consistency.doubts(document, draft, knowledge.vocabulary)
    if faults:
        raise Rejected(", ".join(dict.fromkeys(fault.file for fault in faults)), in_order(faults))
    return in_order(doubts)


def load(store: Store, knowledge: Knowledge, given: Sequence[Document], *, dry_run: bool = False) -> Loaded:
    """Put documents in the place of what their graphs hold, and infer once what that changes, in one transaction.

    Raise Rejected with the faults of all, nothing being changed.
    """
    examined = examine_all(given, knowledge)
    with store.draft() as draft:
        if displaced := [fault for document in examined.values() for fault in consistency.displaced(document, draft)]:
            raise Rejected(", ".join(fault.file for fault in displaced), tuple(displaced))
        names = ", ".join(document.iri for document in examined.values())
        done = _replace(draft, knowledge.rules, names, {graph: each.quads for graph, each in examined.items()})
        done = replace(done, warnings=agree(draft, knowledge, list(examined.values())))
        if not dry_run:
            draft.commit()
    return done


def unload(store: Store, knowledge: Knowledge, name: str) -> Loaded:
    """Withdraw a document, by name or IRI, and all that rested on it alone; raise NotFound where it is not here."""
    iri = name if name.startswith(ID) else ID + name
    graph = GRAPH + iri.removeprefix(ID)
    if graph in _OWN_GRAPHS or graph not in set(document_graphs(store)):
        here = ", ".join(each.removeprefix(GRAPH) for each in document_graphs(store)) or "none"
        raise NotFound(name, "no such document", f"one of: {here}", "Name a document that is loaded.")
    with store.draft() as draft:
        done = _withdraw(draft, knowledge.rules, graph)
        draft.commit()
    return done


def document_graphs(store: Store) -> Iterator[str]:
    """The graphs of the documents that are loaded."""
    for graph in sorted(graph.value for graph in store.snapshot().graphs() if isinstance(graph, NamedNode)):
        if graph.startswith(GRAPH) and graph not in _OWN_GRAPHS:
            yield graph


def start(store: Store, knowledge: Knowledge, progress: Progress) -> None:
    """Bring the store up to the project's files: what they say, the seeds not withdrawn, and what follows.

    Where neither files nor seeds differ from what the store remembers, nothing is done. Raise Rejected, nothing being
    changed, where the files have faults or a document no longer passes.
    """
    seeds = [path for path in knowledge.seeds if _differs(store, knowledge, path)]
    if _remembered(store, NamedNode(BASE)) != {Literal(knowledge.fingerprint)}:
        _renew(store, knowledge, progress)
    for path in seeds:
        _take_in(store, knowledge, path, progress)


def _renew(store: Store, knowledge: Knowledge, progress: Progress) -> None:
    """Take in the project's files, examine every document anew and infer everything afresh."""
    progress("Reading ontology, shapes, rules and background")
    if faults := knowledge.faults():
        raise Rejected(str(knowledge.home.path.name), tuple(faults))
    faults = knowledge.shapes.validate(knowledge.background, lambda _: ())
    faults += plausibility.faults(knowledge.background, knowledge.today())
    graphs = list(document_graphs(store))
    renewed: list[Document] = []
    for graph in graphs:
        progress(f"Examining {graph.removeprefix(GRAPH)}")
        document = parsing.of_quads(store.quads(None, None, None, NamedNode(graph)), graph.removeprefix(GRAPH))
        try:
            renewed.append(examine(document, knowledge))
        except Rejected as rejected:
            faults += rejected.faults
    if faults:
        raise Rejected("the documents under the changed ontology", tuple(faults))
    with store.draft() as draft:
        kept = {quad for document in renewed for quad in document.quads} | set(knowledge.quads())
        replaced = {*graphs, ONTOLOGY_GRAPH, SHAPES_GRAPH, BACKGROUND_GRAPH}
        _exchange(draft, [quad for graph in replaced for quad in draft.quads(None, None, None, NamedNode(graph))], kept)
        _tell(agree(draft, knowledge, renewed), progress)
        progress("Inferring what follows")
        knowledge.rules.infer_all(draft)
        _remember(draft, NamedNode(BASE), Literal(knowledge.fingerprint))
        draft.commit()


def _take_in(store: Store, knowledge: Knowledge, path: Path, progress: Progress) -> None:
    """Load a seed, and remember that it was."""
    document = examine(parsing.read(path), knowledge)
    with store.draft() as draft:
        done = _replace(draft, knowledge.rules, document.iri, {document.graph: document.quads})
        _tell(agree(draft, knowledge, [document]), progress)
        _remember(draft, _seed(path), Literal(knowledge.seed_fingerprint(path)))
        draft.add([Quad(_seed(path), _TAKEN_IN_AS, NamedNode(document.iri), _STATE)])
        draft.commit()
    progress(str(done))


def _tell(warnings: Iterable[Fault], progress: Progress) -> None:
    for warning in warnings:
        progress(f"Warning: {warning}")


def _withdraw(draft: Draft, rules: RuleSet, graph: str) -> Loaded:
    """Empty a document's graph; a seed that it was stays withdrawn at the next start."""
    iri = ID + graph.removeprefix(GRAPH)
    done = _replace(draft, rules, iri, {graph: ()})
    for quad in list(draft.quads(None, _TAKEN_IN_AS, NamedNode(iri), _STATE)):
        _remember(draft, parts(quad)[0], _WITHDRAWN)
    return done


def _replace(draft: Draft, rules: RuleSet, name: str, graphs: Mapping[str, Iterable[Quad]]) -> Loaded:
    """Put quads in the place of what documents' graphs hold, and infer what that changes."""
    before = frozenset(quad for graph in graphs for quad in draft.quads(None, None, None, NamedNode(graph)))
    after = frozenset(quad for quads in graphs.values() for quad in quads)
    change = Change(after - before, before - after)
    draft.remove(change.removed)
    draft.add(change.added)
    if change:
        rules.infer(draft, change)
    every = draft.change()
    derived = (NamedNode(VIEWS_GRAPH), NamedNode(INFERRED_GRAPH))
    return Loaded(
        document=name,
        added=len(change.added),
        removed=len(change.removed),
        derived=_conclusions(every.added, derived),
        withdrawn=_conclusions(every.removed, derived),
    )


def _conclusions(quads: Iterable[Quad], graphs: Sequence[NamedNode]) -> int:
    """How many of `quads` are conclusions: derived statements themselves, their nodes of proof aside."""
    inference = ID + "inference/"
    return sum(quad.graph_name in graphs and not str(quad.subject).startswith(f"<{inference}") for quad in quads)


def _exchange(draft: Draft, before: Iterable[Quad], after: Iterable[Quad]) -> None:
    old, new = frozenset(before), frozenset(after)
    draft.remove(old - new)
    draft.add(new - old)


def _remember(draft: Draft, node: Node, fingerprint: Literal) -> None:
    _exchange(draft, draft.quads(node, _FINGERPRINT, None, _STATE), [Quad(node, _FINGERPRINT, fingerprint, _STATE)])


def _seed(path: Path) -> NamedNode:
    return NamedNode(f"{STATE_GRAPH}/seed/{path.stem}")


def _remembered(store: Store, node: Node) -> set[Term]:
    return {parts(quad)[2] for quad in store.quads(node, _FINGERPRINT, None, _STATE)}


def _differs(store: Store, knowledge: Knowledge, path: Path) -> bool:
    """Whether the store has not taken in this seed as it is now, and it was not withdrawn."""
    known = _remembered(store, _seed(path))
    return _WITHDRAWN not in known and known != {Literal(knowledge.seed_fingerprint(path))}
