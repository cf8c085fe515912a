"""Documents that provoke a rule: what they must and must not make follow, and lies made of a truthful one.

A file in `provoking/RULE/` is a document with its text. Comment lines at its top say what is expected of it:

    # expect: S P O        follows
    # not: S P O           does not follow
    # contested: S P O     stands, and is shown as contested
    # uncontested: S P O   stands, and is not
    # alone: WHY           it is loaded by itself: what it says would bear on other documents
    # beside: NAME         the document of the same folder that is loaded before it
    # premises: C1 C2      the claims that what is expected of `true` rests on; all of them where this is not said
    # harmless: WORD …     changes after which what is expected of `true` still is, or C1.WORD for one claim

A statement is written with the file's prefixes; `*` stands for anything, a local name for its situation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kg import syntax
from kg.documents import parsing, situations
from kg.model import Document
from kg.namespaces import DCTERMS, ID, RDF, RDFS, SG
from kg.ontology.vocabulary import Vocabulary
from kg.terms import Literal, NamedNode, Node, Quad, Term, parts

FOLDER = Path(__file__).parent / "provoking"
PREFIXES = {"id": ID, "sg": SG, "rdfs": RDFS, "dcterms": DCTERMS}
CONTENT, SPEAKER, EVIDENCE = (NamedNode(SG + name) for name in ("content", "speaker", "evidence"))
ACT, POLARITY, CERTAINTY = (NamedNode(SG + name) for name in ("act", "polarity", "certainty"))
FROM, UNTIL = NamedNode(SG + "trueFrom"), NamedNode(SG + "trueUntil")
TYPE, LABEL, CLAIM = NamedNode(RDF + "type"), NamedNode(RDFS + "label"), NamedNode(SG + "Claim")
UNNAMED = NamedNode(ID + "unnamed-speakers")

Quads = frozenset[Quad]
Pattern = tuple[Node | None, NamedNode, Term | None]


def sg(name: str) -> NamedNode:
    return NamedNode(SG + name)


@dataclass(frozen=True)
class Case:
    """One file: its statements, and what its head says of them."""

    path: Path
    text: str
    wants: dict[str, tuple[str, ...]] = field(hash=False)

    @classmethod
    def of(cls, path: Path) -> Case:
        text, wants = path.read_text(encoding="utf-8"), {}
        for key, value in re.findall(r"^# ([a-z]+): (.+)$", text, re.MULTILINE):
            wants[key] = (*wants.get(key, ()), value)
        return cls(path, text, wants)

    @property
    def rule(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return f"{self.rule}/{self.path.stem}"

    @cached_property
    def document(self) -> Document:
        return parsing.parse(self.text, syntax.TURTLE, self.name)

    @cached_property
    def quads(self) -> Quads:
        """Its statements, in no graph yet."""
        return frozenset(Quad(*parts(quad)) for quad in self.document.quads)

    @property
    def premises(self) -> tuple[NamedNode, ...]:
        """The claims, in the order of their names."""
        named = [
            NamedNode(f"{self.document.iri}/{name}") for line in self.wants.get("premises", ()) for name in line.split()
        ]
        return tuple(named or sorted(claims(self.quads), key=lambda claim: claim.value))

    @cached_property
    def own(self) -> frozenset[NamedNode]:
        """What the document alone speaks of: the things that it describes."""
        return frozenset(quad.subject for quad in self.quads if quad.predicate == LABEL)

    @cached_property
    def is_alone(self) -> bool:
        """Must it be loaded by itself, since it speaks of what others speak of too?"""
        kinds = {quad.subject for quad in self.quads if quad.predicate == TYPE and quad.object != CLAIM}
        shared = any(not self.own & _objects(self.quads, [node]) for node in kinds - self.own)
        statements = [each for key in ("contested", "uncontested") for each in self.wants.get(key, ())]
        of_others = any(not self.own & {self.term(word) for word in each.split()} for each in statements)
        return "alone" in self.wants or shared or of_others

    def is_harmless(self, claim: NamedNode, change: str) -> bool:
        words = {word for line in self.wants.get("harmless", ()) for word in line.split()}
        return bool({change, f"{last(claim)}.{change}"} & words)

    def term(self, word: str) -> Term | None:
        """A word of a statement of the head, by the file's prefixes; None stands for anything."""
        if word == "*":
            return None
        if word.startswith('"'):
            return Literal(word.strip('"'))
        prefix, _, rest = word.partition(":")
        return NamedNode({**PREFIXES, "": f"{self.document.iri}/"}[prefix] + rest)


@dataclass(frozen=True)
class Telling:
    """A document as it is loaded for a case, others with it, and its names there in the place of the file's."""

    case: Case
    document: Document
    names: dict[NamedNode, NamedNode] = field(default_factory=dict, hash=False)
    others: tuple[Document, ...] = ()

    @property
    def documents(self) -> tuple[Document, ...]:
        return (*self.others, self.document)

    def pattern(self, statement: str, vocabulary: Vocabulary) -> Pattern:
        """A statement of the file's head as it is stored; None stands for anything."""
        situated = situations.names(self.document, vocabulary)

        def term(word: str) -> Term | None:
            known = self.case.term(word)
            renamed = self.names.get(known, known)
            return situated.get(renamed, renamed)

        subject, predicate, value = statement.split()
        return term(subject), TYPE if predicate == "a" else term(predicate), term(value)


def last(node: NamedNode) -> str:
    return node.value.rpartition("/")[2]


def claims(quads: Quads) -> Iterator[NamedNode]:
    for quad in quads:
        if quad.predicate == TYPE and quad.object == CLAIM:
            yield quad.subject


def value_of(quads: Iterable[Quad], subject: Term, predicate: NamedNode) -> Term | None:
    return next((quad.object for quad in quads if quad.subject == subject and quad.predicate == predicate), None)


def put(quads: Quads, claim: Node, **values: Term) -> Quads:
    """The claim with other values."""
    kept = {quad for quad in quads if quad.subject != claim or last(quad.predicate) not in values}
    return frozenset(kept | {Quad(claim, sg(name), value) for name, value in values.items()})


# What may be wrong with a premise


def turned(quads: Quads, claim: NamedNode) -> Quads:
    """Denied where it was affirmed, affirmed where it was denied."""
    act, polarity = ("denies", "denied") if is_affirmed(quads, claim) else ("asserts", "affirmed")
    return put(quads, claim, act=sg(act), polarity=sg(polarity))


def reported(quads: Quads, claim: NamedNode) -> Quads:
    """What the claim says, it says that some others say."""
    others = NamedNode(f"{claim.value}-others")
    same = {Quad(others, quad.predicate, quad.object) for quad in quads if quad.subject == claim}
    told = put(frozenset(quads | same), others, speaker=UNNAMED)
    return put(told, claim, content=others, act=sg("reports"), polarity=sg("affirmed"), certainty=sg("asserted"))


def denied_report(quads: Quads, claim: NamedNode) -> Quads:
    """What the claim says, it denies that some others say."""
    return put(reported(quads, claim), claim, act=sg("denies"), polarity=sg("denied"))


def weakened(certainty: str) -> Callable[[Quads, NamedNode], Quads]:
    return lambda quads, claim: put(quads, claim, certainty=sg(certainty))


def accused(quads: Quads, claim: NamedNode) -> Quads:
    return put(quads, claim, act=sg("accuses"))


def withheld(quads: Quads, claim: NamedNode) -> Quads:
    return put(quads, claim, act=sg("refusesToAnswer"), polarity=sg("withheld"))


def apart(quads: Quads, claim: NamedNode) -> Quads:
    """It was so until 1950, and what else is said of things is so from 2000 on."""
    for other in set(claims(quads)) - {claim}:
        if not is_of_claim(quads, other):
            quads = put(quads, other, trueFrom=Literal("2000"))
    return put(quads, claim, trueUntil=Literal("1950"))


def is_of_claim(quads: Quads, claim: NamedNode) -> bool:
    """Is its content what others say?"""
    return value_of(quads, claim, CONTENT) in set(claims(quads))


def is_affirmed(quads: Quads, claim: NamedNode) -> bool:
    return value_of(quads, claim, POLARITY) == sg("affirmed")


CHANGES: dict[str, Callable[[Quads, NamedNode], Quads]] = {
    "turned": turned,
    "possible": weakened("possible"),
    "apparent": weakened("apparent"),
    "expected": weakened("expected"),
    "accused": accused,
    "withheld": withheld,
    "reported": reported,
    "denied-report": denied_report,
    "apart": apart,
}


DISPUTED = "disputed"


def lies(case: Case) -> Iterator[tuple[NamedNode, str]]:
    """Each premise with each change that makes of the truthful document one from which nothing of it follows."""
    quads = case.quads
    for claim in case.premises:
        others = [other for other in case.premises if other != claim and not is_of_claim(quads, other)]
        pointless = {
            "apart": is_of_claim(quads, claim) or not others,
            "accused": not is_affirmed(quads, claim),
        }
        for change, make in CHANGES.items():
            if not (pointless.get(change) or case.is_harmless(claim, change) or make(quads, claim) == quads):
                yield claim, change


def disputed(case: Case) -> Iterator[NamedNode]:
    """The premises that another source can deny: what follows then still stands, and is contested."""
    for claim in case.premises:
        of_things = is_affirmed(case.quads, claim) and not is_of_claim(case.quads, claim)
        if of_things and not case.is_harmless(claim, DISPUTED):
            yield claim


# Documents made of one


def told(case: Case, claim: NamedNode | None, change: str) -> Telling:
    """The document with one of its claims changed, or `disputed` by another source, or as it stands."""
    if claim is None:
        return as_it_stands(case)
    return with_denial(case, claim) if change == DISPUTED else changed(case, claim, change)


def as_it_stands(case: Case) -> Telling:
    """The document with those beside it; under names of its own where it can be loaded together with other cases."""
    beside = [Case.of(case.path.with_name(f"{name}.ttl")) for name in case.wants.get("beside", ())]
    if case.is_alone:
        return Telling(case, case.document, others=tuple(other.document for other in beside))
    suffix = f"-{case.path.stem}"
    return _renamed(case, case.quads, suffix, (_renamed(other, other.quads, suffix).document for other in beside))


def changed(case: Case, claim: NamedNode, change: str) -> Telling:
    """The lie, under names of its own."""
    return _renamed(case, CHANGES[change](case.quads, claim), f"-{last(claim)}-{change}")


def with_denial(case: Case, claim: NamedNode) -> Telling:
    """The truthful document under names of its own, and another that denies what one of its claims says."""
    suffix, source = f"-{last(claim)}-{DISPUTED}", NamedNode(case.document.iri)
    denial = put(case.quads, claim, speaker=source, act=sg("denies"), polarity=sg("denied"), certainty=sg("asserted"))
    told = _renamed(
        case, frozenset(quad for quad in denial if quad.subject in _objects(denial, [claim, source])), suffix
    )
    own = {node: _with(node, "-denial", told.document.iri) for node in _described(told.document.quads)}
    own = {node: name for node, name in own.items() if node.value.startswith(told.document.iri)}
    return _renamed(case, case.quads, suffix, [_document(case, _replaced(told.document.quads, own))])


def _renamed(case: Case, quads: Quads, suffix: str, others: Iterable[Document] = ()) -> Telling:
    """All that the document describes under other names, so that it shares nothing with what else is loaded."""
    suffix = f"{suffix}-{case.rule}"
    names = {node: _with(node, suffix, case.document.iri) for node in _described(quads)}
    return Telling(case, _document(case, _replaced(quads, names)), names, tuple(others))


def _with(node: NamedNode, suffix: str, document: str) -> NamedNode:
    """What stands under the document's name has its name from that."""
    under = node.value.removeprefix(document)
    return NamedNode(document + suffix + under if under.startswith("/") or not under else node.value + suffix)


def _described(quads: Iterable[Quad]) -> set[NamedNode]:
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


def _replaced(quads: Iterable[Quad], names: dict[NamedNode, NamedNode]) -> Quads:
    return frozenset(
        Quad(names.get(subject, subject), predicate, names.get(value, value))
        for subject, predicate, value in map(parts, quads)
    )


def _objects(quads: Quads, start: Iterable[Term]) -> set[Term]:
    """These and all that they lead to."""
    found: set[Term] = set()
    waiting = set(start)
    while waiting:
        found |= waiting
        waiting = {quad.object for quad in quads if quad.subject in waiting} - found
    return found


def _document(case: Case, quads: Iterable[Quad]) -> Document:
    return parsing.of_quads(quads, case.name)
