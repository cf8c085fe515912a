"""What would be so without some claims: the graph with all that rests on them gone, and how what is lost falls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Protocol

import pyoxigraph as ox

from kg.model import Answer, Lost, Match, Row
from kg.namespaces import SG
from kg.proofs import Proof, Step, Words, spoken
from kg.rules import RuleSet
from kg.rules.dataset import GRAPHS, Triple
from kg.store import Change, Checkpoint, Draft, EmbeddedStore, Snapshot, is_kept
from kg.terms import NamedNode

_EVIDENCE = NamedNode(SG + "evidence")


def left_out(snapshot: Snapshot, rules: RuleSet, claims: Collection[str]) -> EmbeddedStore:
    """A temporary store with what the pipeline's graphs would hold without `claims`; whoever asks for it closes it."""
    store = EmbeddedStore.temporary()
    try:
        if isinstance(snapshot, Checkpoint):
            store.rewrite(lambda _, path: snapshot.clone(path))
        else:
            store.replace_all(quad for quad in snapshot.quads() if is_kept(quad.graph_name))
        with store.draft() as draft:
            gone = frozenset(quad for claim in claims for quad in _stated(draft, NamedNode(claim)))
            draft.remove(gone)
            rules.infer(draft, Change(removed=gone))
            draft.commit()
    except BaseException:
        store.close()
        raise
    return store


def _stated(draft: Draft, claim: NamedNode) -> Iterator[ox.Quad]:
    """What documents and background state of a claim and of its evidence."""
    for quad in list(draft.quads(claim)):
        if quad.graph_name not in GRAPHS:
            yield quad
            if quad.predicate == _EVIDENCE and isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                yield from draft.quads(quad.object)


class Known(Protocol):
    """A graph as it is."""

    def stated_by(self, match: Match, row: Row) -> Iterator[Triple]: ...

    def prove(self, statement: Triple) -> Proof: ...


def lost(
    now: Answer, then: Answer, claims: Collection[str], known: Known, holds: Callable[[Triple], bool]
) -> tuple[Lost, ...]:
    """The rows of `now` that `then` has not, each with the steps by which it falls.

    `known` is the graph as it is, and `holds` says what would still be so.
    """
    kept = [row.cells for row in then.rows]
    gone = (row for row in now.rows if row.cells not in kept)
    return tuple(Lost(row.cells, tuple(_because(row, now, claims, known, holds))) for row in gone)


def _because(
    row: Row, now: Answer, claims: Collection[str], known: Known, holds: Callable[[Triple], bool]
) -> Iterator[str]:
    """From what the row states down to the words that are left out."""
    inferred = (each for match in now.matched if row.inferred for each in known.stated_by(match, row))
    statement = next((each for each in inferred if not holds(each)), None)
    if statement is not None:
        yield from _broken(known.prove(statement), claims, holds)
    else:
        words = (now.evidence[place] for place in row.evidence)
        yield from (spoken(each) for each in words if each.claim in claims)


def _broken(proof: Proof, claims: Collection[str], holds: Callable[[Triple], bool]) -> Iterator[str]:
    """The surest step to a statement that no longer holds, and how its first premise that is gone falls."""
    yield from (spoken(each) for words in proof.words for each in words.evidence if each.claim in claims)
    for step in proof.derivations[:1]:
        yield step.explanation
        gone = [each for each in step.premises if isinstance(each, Proof) and not holds(_triple(each))]
        if gone:
            yield from _broken(gone[0], claims, holds)
        else:
            yield from dict.fromkeys(_words(step, claims))


def _words(step: Step, claims: Collection[str]) -> Iterator[str]:
    for premise in step.premises:
        if isinstance(premise, Words):
            yield from (spoken(each) for each in premise.evidence if each.claim in claims)


def _triple(proof: Proof) -> Triple:
    text = " ".join(term.text for term in (proof.subject, proof.predicate, proof.object))
    (quad,) = ox.parse(f"{text} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    return quad.subject, quad.predicate, quad.object
