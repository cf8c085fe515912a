"""A proof as JSON, as readable text, and as RDF in PROV-O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg.model import Evidence, as_json
from kg.namespaces import PROV, RDF, RDFS, SG
from kg.proofs.steps import Proof, Step, Term, Words


def written(proof: Proof, form: str) -> str:
    """The proof as "text", "json" or "ttl", with a line break at its end."""
    if form == "ttl":
        return as_prov(proof).decode()
    return f"{as_text(proof) if form == 'text' else as_json(proof)}\n"


def as_text(proof: Proof) -> str:
    """The proof for people: each line says one thing, what it rests on is indented below it."""
    sides = [proof] if proof.denial is None else [proof, proof.denial]
    return "\n".join(line for side in sides for line in _lines(side, ""))


def _lines(proof: Proof, indent: str) -> Iterator[str]:
    marks = [
        mark
        for mark in (
            proof.certainty,
            "denied" if proof.polarity == "denied" else "",
            "contested" if proof.contested else "",
        )
        if mark
    ]
    ending = f" [{', '.join(marks)}]" if marks else ""
    above = " (shown above)" if proof.above else ""
    yield f"{indent}{proof.subject.label} – {proof.predicate.label} – {proof.object.label}{ending}{above}"
    for words in proof.words:
        yield from (f"{indent}  {spoken(each)}" for each in words.evidence)
    for step in proof.ways:
        yield f"{indent}  by the rule “{step.rule.label}”: {step.explanation}"
        inner = indent + "    "
        if step.limited_by:
            yield f"{inner}no surer than: {'; '.join(step.limited_by)}"
        proofs = [premise for premise in step.premises if isinstance(premise, Proof)]
        for premise in proofs:
            yield from _lines(premise, inner)
        shown = {each for premise in proofs for each in premise.evidence}
        own = dict.fromkeys(each for words in step.premises if isinstance(words, Words) for each in words.evidence)
        yield from (f"{inner}{spoken(each)}" for each in own if each not in shown)
        for absence in step.absences:
            yield f"{indent}    {absence.text}"


def spoken(evidence: Evidence) -> str:
    """Who says so, and the words."""
    chain = " › ".join(f"{link.speaker} {link.act}" for link in evidence.chain)
    return f"{chain}: {_cited(evidence)}"


def _cited(evidence: Evidence) -> str:
    if evidence.quote is not None:
        span = f" (characters {evidence.start}–{evidence.end})" if evidence.start is not None else ""
        return f"“{evidence.quote}”{span}"
    return f"{evidence.paraphrase or ''} (in our words; {evidence.citation or evidence.source})".strip()


def as_prov(proof: Proof) -> bytes:
    """The proof in PROV-O, as Turtle: each inference an entity that an activity made, by the plan that is its rule."""
    prefixes = {"prov": PROV, "sg": SG, "rdfs": RDFS, "rdf": RDF}
    triples = sorted(set(_triples(proof)), key=str)
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _triples(proof: Proof) -> Iterator[ox.Triple]:
    if proof.denial is not None:
        yield from _triples(proof.denial)
    for words in proof.words:
        yield from _claims(words)
    for step in proof.derivations:
        node, rule = ox.NamedNode(step.node), ox.NamedNode(str(step.rule.iri))
        activity = ox.NamedNode(step.node + "/derivation")
        yield _triple(node, RDF + "type", ox.NamedNode(PROV + "Entity"))
        yield _triple(node, RDFS + "label", ox.Literal(step.explanation, language="en"))
        yield _triple(node, PROV + "wasGeneratedBy", activity)
        yield _triple(activity, RDF + "type", ox.NamedNode(PROV + "Activity"))
        for absence in step.absences:
            yield _triple(activity, RDFS + "comment", ox.Literal(absence.text, language="en"))
        yield from _association(activity, rule, step)
        for name, term in (("subject", proof.subject), ("predicate", proof.predicate), ("object", proof.object)):
            yield _triple(node, RDF + name, _parsed(term))
        if proof.polarity == "denied":
            yield _triple(node, SG + "polarity", ox.NamedNode(SG + "denied"))
        for premise in step.premises:
            for used in _used(premise):
                yield _triple(activity, PROV + "used", used)
                yield _triple(node, PROV + "wasDerivedFrom", used)
            yield from _claims(premise) if isinstance(premise, Words) else _triples(premise)


def _association(activity: ox.NamedNode, rule: ox.NamedNode, step: Step) -> Iterator[ox.Triple]:
    association = ox.NamedNode(activity.value + "/association")
    yield _triple(activity, PROV + "qualifiedAssociation", association)
    yield _triple(association, RDF + "type", ox.NamedNode(PROV + "Association"))
    yield _triple(association, PROV + "hadPlan", rule)
    yield _triple(association, PROV + "agent", ox.NamedNode(SG + "rules"))
    yield _triple(rule, RDF + "type", ox.NamedNode(PROV + "Plan"))
    yield _triple(rule, RDFS + "label", ox.Literal(step.rule.label, language="en"))


def _used(premise: Proof | Words) -> Iterator[ox.NamedNode]:
    if isinstance(premise, Words):
        yield from dict.fromkeys(ox.NamedNode(each.claim) for each in premise.evidence)
    else:
        yield from (ox.NamedNode(step.node) for step in premise.derivations[:1])


def _claims(words: Words) -> Iterator[ox.Triple]:
    for each in words.evidence:
        claim = ox.NamedNode(each.claim)
        yield _triple(claim, RDF + "type", ox.NamedNode(PROV + "Entity"))
        if each.source:
            yield _triple(claim, PROV + "hadPrimarySource", ox.NamedNode(each.source))
        if each.quote is not None:
            yield from _passage(claim, each)
        elif each.paraphrase is not None:
            yield _triple(claim, SG + "paraphrase", ox.Literal(each.paraphrase, language="en"))
        if each.citation is not None:
            yield _triple(claim, SG + "citation", ox.Literal(each.citation))
        for link in each.chain:
            for speaker in filter(None, (link.iri, *link.others)):
                yield _triple(claim, PROV + "wasAttributedTo", ox.NamedNode(speaker))


def _passage(claim: ox.NamedNode, evidence: Evidence) -> Iterator[ox.Triple]:
    """The quoted words, named by their place in the text as RFC 5147 has it: characters from 0, end exclusive."""
    passage = ox.NamedNode(f"{evidence.source}#char={evidence.start},{evidence.end}")
    yield _triple(claim, PROV + "wasDerivedFrom", passage)
    yield _triple(passage, RDF + "type", ox.NamedNode(PROV + "Entity"))
    yield _triple(passage, PROV + "wasQuotedFrom", ox.NamedNode(evidence.source))
    yield _triple(passage, PROV + "value", ox.Literal(evidence.quote or ""))


def _parsed(term: Term) -> Any:
    return next(iter(ox.parse(f"<a:a> <a:a> {term.text} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object


def _triple(subject: ox.NamedNode, predicate: str, value: Any) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
