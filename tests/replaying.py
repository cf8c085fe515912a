"""Proofs checked by somebody else: each step of one, as JSON, evaluated anew by rdflib on its premises alone.

Nothing here knows how the machine infers. It reads a proof's JSON, the rules' files and the statements of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
import yaml
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from kg.namespaces import BACKGROUND_GRAPH, GRAPH, ID, INFERRED_GRAPH, SG, VIEWS_GRAPH
from tests.processes import CHECKOUT

ONTOLOGY = CHECKOUT / "ontology"
DERIVED = frozenset({VIEWS_GRAPH, INFERRED_GRAPH})
NODE, SITUATION = f"<{ID}inference/", f"<{ID}situation/"
A = f"<{rdflib.RDF.type}>"
Statement = tuple[str, str, str]  # as N-Triples write the terms


@cache
def ranks() -> Mapping[str, int]:
    """How sure each certainty is, by its English label."""
    graph = rdflib.Graph().parse(ONTOLOGY / "vocabularies" / "certainties.ttl")
    rank, label = rdflib.URIRef(SG + "rank"), rdflib.RDFS.label
    return {
        str(name): int(value)
        for term, value in graph.subject_objects(rank)
        for name in graph.objects(term, label)
        if name.language == "en"
    }


@cache
def counterparts() -> Mapping[str, str]:
    """The property that affirms, by the one that denies the same."""
    found = {}
    for path in ONTOLOGY.glob("*.ttl"):
        graph = rdflib.Graph().parse(path)
        found.update({other.n3(): one.n3() for one, other in graph.subject_objects(rdflib.URIRef(SG + "counterpart"))})
    return found


@dataclass(frozen=True)
class Rule:
    """A rule as its file has it: its CONSTRUCT, ready for rdflib, its kind, the surest that it lets a conclusion be."""

    query: Query
    kind: str
    limit: str | None

    @classmethod
    @cache
    def read(cls, path: Path, prefixes: tuple[tuple[str, str], ...]) -> Rule:
        text = path.read_text(encoding="utf-8")
        header = yaml.safe_load("\n".join(line[2:] for line in text.splitlines() if line.startswith("#+")))
        return cls(prepareQuery(text, initNs=dict(prefixes)), header.get("kind", "inference"), header.get("certainty"))


@dataclass
class World:
    """What the store holds: every statement with the graphs that it stands in, and all of them for rdflib to search."""

    standing: dict[Statement, set[str]] = field(default_factory=dict)
    searched: rdflib.Graph = field(default_factory=rdflib.Graph)

    def become(self, quads: Iterable[ox.Quad]) -> None:
        """Follow the store to what it holds now; users' own graphs and the nodes of derivations are left out."""
        now: dict[Statement, set[str]] = {}
        for quad in quads:
            graph = getattr(quad.graph_name, "value", "")
            if graph.startswith(GRAPH) and not str(quad.subject).startswith(NODE):
                now.setdefault((str(quad.subject), str(quad.predicate), str(quad.object)), set()).add(graph)
        for gone in self.standing.keys() - now.keys():
            self.searched.remove(next(iter(triples([gone]))))
        self.searched += triples(now.keys() - self.standing.keys())
        self.standing = now

    def concluded(self) -> set[Statement]:
        """The statements that views and inferences make."""
        return {statement for statement, graphs in self.standing.items() if graphs & DERIVED}

    def text(self, source: str) -> str:
        """The text of a source."""
        found = self.searched.value(rdflib.URIRef(source), rdflib.URIRef(SG + "text"))
        return "" if found is None else str(found)


def triples(statements: Iterable[Statement]) -> rdflib.Graph:
    text = "".join(f"{' '.join(each)} .\n" for each in statements)
    return rdflib.Graph().parse(data=text, format="nt")


@dataclass
class Checker:
    """Goes through proofs, and says what is wrong with each."""

    world: World
    prefixes: Mapping[str, str]
    rules: Path = ONTOLOGY / "rules"
    seen: set[str] = field(default_factory=set)

    def faults(self, proof: dict[str, Any]) -> Iterator[str]:
        """What is wrong with a proof, or with one within it."""
        conclusion = statement_of(proof)
        name = " ".join(conclusion)
        if not (proof["derivations"] or proof["words"] or proof["above"]):
            yield f"{name}: nothing is said for it"
        if proof["derivations"] and proof["certainty"] != surest(step["certainty"] for step in proof["derivations"]):
            yield f"{name}: is not as sure as its surest derivation"
        if not proof["above"] and sorted(speakers(proof)) != proof["according_to"]:
            yield f"{name}: according to {proof['according_to']}, and its words are those of {sorted(speakers(proof))}"
        for words in proof["words"]:
            yield from self.word_faults(name, words)
        for step in proof["derivations"]:
            if step["node"] not in self.seen:
                self.seen.add(step["node"])
                yield from self.step_faults(conclusion, proof["polarity"] == "denied", step)

    def step_faults(self, conclusion: Statement, denied: bool, step: dict[str, Any]) -> Iterator[str]:
        rule = self.rule(step)
        name = f"{' '.join(conclusion)} by {step['rule']['label']}"
        drawn_on = [split(each) for each in step["statements"]]
        if next(iter(triples([conclusion]))) not in evaluated(rule, drawn_on, denied):
            yield f"{name}: does not follow from its premises"
        if not denied and not self.holds(rule, conclusion, step):
            yield f"{name}: does not follow where all that is there is looked at"
        yield from (f"{name}: {' '.join(each)} stands nowhere" for each in drawn_on if each not in self.world.standing)
        yield from (f"{name}: {each['sparql']} is there" for each in step["absences"] if self.is_there(each, step))
        proven = {statement_of(each) for each in step["premises"] if "statement" in each}
        for each in drawn_on:
            if self.world.standing.get(each, set()) <= DERIVED and each not in proven:
                yield f"{name}: {' '.join(each)} is a premise without a proof"
            elif each[0].startswith(SITUATION) and not self.is_spoken(each[0], drawn_on, step):
                yield f"{name}: {' '.join(each)} is a premise without words"
        limits = [rule.limit, *(weight(each, rule.kind == "membership") for each in step["premises"])]
        if step["certainty"] != weakest(limits):
            yield f"{name}: is {step['certainty']}, where its premises are {limits}"
        for each in step["premises"]:
            yield from self.faults(each) if "statement" in each else self.word_faults(name, each)

    def rule(self, step: dict[str, Any]) -> Rule:
        path = self.rules / f"{step['rule']['iri'].rpartition('/')[2]}.rq"
        return Rule.read(path, tuple(sorted(self.prefixes.items())))

    def holds(self, rule: Rule, conclusion: Statement, step: dict[str, Any]) -> bool:
        """Does the rule conclude it from the whole store, where something may stand that the rule excludes?"""
        bound = {name: term(value) for name, value in step["bindings"].items()}
        made = self.world.searched.query(rule.query, initBindings=bound).graph
        return made is not None and next(iter(triples([conclusion]))) in made

    def is_there(self, absence: dict[str, str], step: dict[str, Any]) -> bool:
        """Does the store hold what was looked for in vain?"""
        bound = {name: term(value) for name, value in step["bindings"].items() if f"?{name}" in absence["sparql"]}
        query = prepareQuery(f"ASK {{ {absence['sparql']} }}", initNs=dict(self.prefixes))
        return bool(self.world.searched.query(query, initBindings=bound).askAnswer)

    def is_spoken(self, situation: str, drawn_on: list[Statement], step: dict[str, Any]) -> bool:
        """Does the step give the words of a situation that it draws on, or of one that this is a part of, or prove by
        whom it is established?
        """
        for each in step["premises"]:
            about = each["statement"]["subject"] if "statement" in each else each["about"]
            if f"<{about.get('iri')}>" == situation and (each.get("evidence") or each.get("derivations")):
                return True
        wholes = {s for s, _, o in drawn_on if o == situation and s.startswith(SITUATION)}
        return any(self.is_spoken(whole, drawn_on, step) for whole in wholes)

    def word_faults(self, name: str, words: dict[str, Any]) -> Iterator[str]:
        if not words["evidence"]:
            yield f"{name}: no words about {words['about']}"
        for each in words["evidence"]:
            if not each["chain"] or not all(link["speaker"] and link["act"] for link in each["chain"]):
                yield f"{name}: nobody says {each['claim']}"
            if self.is_description(each):
                continue
            if each["quote"] is None:
                graphs = self.world.standing.get((f"<{each['claim']}>", A, f"<{SG}Claim>"))
                if not (each["citation"] and each["paraphrase"]) or graphs != {BACKGROUND_GRAPH}:
                    yield f"{name}: {each['claim']} has no words of its own, and no citation of the background"
            elif self.world.text(each["source"])[each["start"] : each["end"]] != each["quote"]:
                yield f"{name}: {each['quote']!r} does not stand at {each['start']}"

    def is_description(self, words: dict[str, Any]) -> bool:
        """Do they say of a thing that no claim is about what the graph of their source states of its class?"""
        if words["quote"] is not None or not (words["paraphrase"] and words["citation"]):
            return False
        source = words["source"]
        graph = source if source.startswith(GRAPH) else GRAPH + source.removeprefix(ID)
        standing = self.world.standing.items()
        return graph not in DERIVED and any(
            graph in graphs for (s, p, _), graphs in standing if s == f"<{words['claim']}>" and p == A
        )


def evaluated(rule: Rule, premises: Iterable[Statement], denied: bool) -> rdflib.Graph:
    """What follows from the premises alone; a denial is read as if its premises affirmed what they deny."""
    read = [(s, counterparts().get(p, p) if denied else p, o) for s, p, o in premises]
    made = triples(read).query(rule.query).graph
    return rdflib.Graph() if made is None else made


def statement_of(proof: dict[str, Any]) -> Statement:
    subject, predicate, object_ = (written(proof["statement"][name]) for name in ("subject", "predicate", "object"))
    return subject, predicate, object_


def written(term: dict[str, str]) -> str:
    return f"<{term['iri']}>" if "iri" in term else term["text"]


def term(value: dict[str, str]) -> Any:
    return next(iter(triples([("<a:a>", "<a:a>", written(value))])))[2]


def split(text: str) -> Statement:
    subject, predicate, object_ = text.split(" ", 2)
    return subject, predicate, object_


def speakers(proof: dict[str, Any]) -> set[str]:
    """All who speak at the leaves."""
    leaves = list(proof["words"])
    found: set[str] = set()
    for premise in (premise for step in proof["derivations"] for premise in step["premises"]):
        if "statement" in premise:
            found |= speakers(premise)
        else:
            leaves.append(premise)
    return found | {link["speaker"] for words in leaves for each in words["evidence"] for link in each["chain"]}


def weight(premise: dict[str, Any], by_class: bool) -> str:
    """How sure a premise is: a statement as its proof says, words as the surest chain that they stand in.

    Where what is drawn on is of which class a thing is, words are as sure as can be: no claim takes a stance on that.
    """
    if "statement" not in premise and by_class:
        return max(ranks(), key=lambda each: ranks()[each])
    if "statement" in premise:
        return str(premise["certainty"])
    return surest(each["certainty"] for each in premise["evidence"])


def surest(certainties: Iterable[str | None]) -> str:
    return max((each for each in certainties if each), key=lambda each: ranks()[each], default="")


def weakest(certainties: Iterable[str | None]) -> str:
    return min((each for each in certainties if each), key=lambda each: ranks()[each], default="")
