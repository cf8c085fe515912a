"""The graph for language models: a server of the Model Context Protocol with nine tools that read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field
from rapidfuzz import fuzz, process

from kg.client import Client
from kg.entities.claims import Claim
from kg.entities.comparison import Comparison
from kg.errors import BadParameter, KgError, UnknownName
from kg.graph import Graph, KnowledgeGraph
from kg.model import as_data
from kg.namespaces import RDFS, SG, SKOS
from kg.ontology.schema import Ontology
from kg.store import Store
from kg.terms import Literal
from kg.workers import Limits, Query, Runner, runner, whole_answer

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_ABOUT = """\
What documents say about states, peace proposals, security guarantees and mandates; who says it, through whom, how \
surely, and in which words; and what follows by rules. Nothing here is a bare fact: report a statement together with \
who says it and how surely ("asserted", "possible", "perceived"), quote its evidence, and give the source. \
What is inferred is marked so. "Not said" and "silent" do not mean "no". Start with `ask`; where it declines, take \
the one of its offers that is meant, or look in the catalogue with `question`. `schema` says which classes, roles and \
properties there are, for `search`, `claims` and `sparql`; `source` has the text that words were taken from.\
"""
_SPEAKER = "according_to"  # stands among the parameters of an offer
_LARGEST = 200_000  # bytes of a query's answer: more than a model reads
_FOUND = 10
_ROWS, _TRIPLES = "application/sparql-results+json", "text/turtle"
Value = TypeVar("Value")
Run: TypeAlias = Callable[[str], Awaitable[str]]


async def _told(compute: Callable[[], Value]) -> Value:
    """What `compute` gives, in a thread; an error in words by which the model can mend its call."""
    return await _mended(asyncio.to_thread(compute))


async def _mended(answer: Awaitable[Value]) -> Value:
    try:
        return await answer
    except KgError as error:
        candidates = error.candidates if isinstance(error, BadParameter) else ()
        raise ToolError("\n".join([str(error), *(f"Perhaps: {label} <{iri}>" for iri, label in candidates)])) from error


@dataclass(frozen=True)
class Tools:
    """What a language model can ask; the docstrings are what it reads of each. `run` runs a query, with limits."""

    graph: Graph
    run: Run
    ontology: Ontology

    async def schema(
        self,
        term: Annotated[str, Field(description='A class or property, e.g. "GuarantorDesignation"; empty: all')] = "",
    ) -> dict[str, Any]:
        """What can be said here: the classes with their definitions; of one class its roles and properties, an example.

        Names are local names of sg:, as `sparql` has them: a situation of the class `C` is `?x a sg:C ; sg:role ?y`.
        """
        return await _told(lambda: described(self.ontology, term))

    async def claims(
        self,
        about: Annotated[str, Field(description="A thing with a role in what is claimed")] = "",
        speaker: Annotated[str, Field(description="At any link of the chain")] = "",
        source: Annotated[str, Field(description="The document that it reaches us by")] = "",
        words: Annotated[str, Field(max_length=200, description="Words, all of which occur")] = "",
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> dict[str, Any]:
        """Who says what, how surely, in which words: the claims for which all filters hold; `total` counts them all."""
        given: dict[str, str | bool | None] = {"about": about, "speaker": speaker, "source": source, "q": words}
        found = await _told(lambda: self.graph.claims(given, limit))
        return {"total": found.total, "items": [_brief(each) for each in found.items]}

    async def source(
        self,
        name: Annotated[str, Field(description="A source's name or IRI; empty: list the documents")] = "",
        start: Annotated[int, Field(ge=0, description="The first character of the part that is wanted")] = 0,
        length: Annotated[int, Field(ge=1, le=20_000)] = 4000,
    ) -> dict[str, Any]:
        """Read a source's text, a part at a time; `of` is its length in characters. Evidence has offsets in it."""
        if not name:
            items = (await _told(self.graph.documents)).items
            return {"documents": [{"name": each.name, "label": each.label, "title": each.title} for each in items]}
        found = await _told(lambda: self.graph.source(name))
        text = found.text or ""
        return {
            "iri": found.iri,
            "label": found.label,
            "title": found.title,
            "issued": found.issued,
            "start": start,
            "of": len(text),
            "text": text[start : start + length],
        }

    async def ask(
        self,
        question: Annotated[str, Field(max_length=2000, examples=["Which proposals name China as guarantor?"])],
    ) -> dict[str, Any]:
        """Answer a question in plain English, with the exact words behind each row and who says them.

        `statement` is the answer in one sentence, with voice, certainty and condition: pass it on as it stands.
        `answered` is false where the question was not understood surely: `reason` says why, and `offers` are the
        likeliest questions, each with its name and parameters: call `question` with those of the one that is meant, or
        ask its text. `answered` with no `answers` means: understood, and no source says anything of it. A yes-no
        question has a `verdict`: yes; qualified (said by others only, on a condition, or as possible, expected or
        apparent: never report it as a plain yes); denied; or not said. `rows[].evidence` are places in `evidence`.
        """
        return await _told(lambda: as_data(self.graph.ask(question)))

    async def question(
        self,
        name: Annotated[str, Field(description="A question's name; empty: list the catalogue")] = "",
        parameters: Annotated[dict[str, str], Field(description="Its parameters, by names, codes or IRIs")] = {},  # noqa: B006
        according_to: Annotated[str, Field(description="Only what this speaker says, at any link of the chain")] = "",
    ) -> dict[str, Any]:
        """Answer one question of the catalogue by its name, exactly; without a name, list all questions and parameters.

        Use it where `ask` declines, or to filter, e.g. name "proposals-naming-guarantor" with {"guarantor": "China"}.
        """
        if not name:
            every = await _told(self.graph.questions)
            return {
                "questions": [
                    {
                        "name": each.name,
                        "question": each.question,
                        "parameters": {name: kind.removeprefix(SG) for name, kind in each.parameters.items()},
                    }
                    for each in every
                ]
            }
        given = {key: value for key, value in parameters.items() if key != _SPEAKER}
        speaker = according_to or parameters.get(_SPEAKER)
        return await _told(lambda: as_data(self.graph.answer(name, given, according_to=speaker)))

    async def sparql(
        self, query: Annotated[str, Field(description="SELECT, ASK, CONSTRUCT or DESCRIBE, SPARQL 1.1")]
    ) -> str:
        """Run a read-only SPARQL query over all graphs; JSON results, or Turtle for CONSTRUCT and DESCRIBE.

        Prefixes need no declaring: sg: the ontology, id: things, graph: named graphs, rdf:, rdfs:, prov:, skos:.
        Direct properties: sg:namesGuarantor, sg:requiresMandate, sg:canBlock (inferred), sg:proposedBy, sg:echoes.
        A claim has sg:speaker, sg:act, sg:polarity, sg:certainty, sg:content (a situation or a further claim) and
        sg:evidence/sg:quote. Add a LIMIT.
        """
        return await _mended(self.run(query))

    async def why(self, subject: str, predicate: str, object: str) -> str:  # noqa: A002 - what the statement calls it
        """Prove a statement: the rules that made it and their premises, down to quoted words and citations.

        Each part by name, prefixed name or IRI: subject "France", predicate "can block", object "Chinese initiative".
        """
        return (await _told(lambda: self.graph.proof(subject, predicate, object, "text"))).rstrip("\n")

    async def search(
        self,
        text: Annotated[str, Field(max_length=200, examples=["Beijing"])],
        kind: Annotated[str, Field(description='A class of the ontology, e.g. "state", "proposal"; empty: any')] = "",
    ) -> dict[str, Any]:
        """Find actors, proposals, mandates, places and other things by name, in any language and if misspelt."""
        found = (await _told(lambda: self.graph.search(text, kind, _FOUND))).items
        return {
            "items": [
                {
                    "iri": each.iri,
                    "label": each.label,
                    "type": each.type,
                    "found_as": each.match.name,
                    "how": each.match.kind,
                    "score": each.match.score,
                }
                for each in found
                if each.match is not None
            ]
        }

    async def compare(
        self,
        proposals: Annotated[list[str], Field(description="Names or IRIs; empty: all proposals")] = [],  # noqa: B006
    ) -> dict[str, Any]:
        """Compare proposals point by point: proposer, date, guarantors, mandate, conditions, exclusions, who can block.

        A cell is covered, denied, contested or silent. Silent: no source says anything; never report it as no.
        """
        return _compared(await _told(lambda: self.graph.compare(proposals)))


def described(ontology: Ontology, term: str) -> dict[str, Any]:
    """The ontology's classes, or one class or property of it; raise UnknownName where `term` is neither."""
    if not term:
        shown = sorted(each for each in ontology.classes if each.startswith(SG))
        return {"classes": {each.removeprefix(SG): _words(ontology, each, "definition") for each in shown}}
    local = {iri.removeprefix(SG): iri for iri in sorted(ontology.classes | ontology.properties)}
    named = {word.casefold(): iri for name, iri in local.items() for word in (name, ontology.label(iri), iri)}
    iri = named.get(term.strip().removeprefix("sg:").casefold())
    if iri is None:
        alike = process.extract(term.casefold(), list(named), scorer=fuzz.WRatio, limit=5, score_cutoff=60)
        candidates = tuple(dict.fromkeys((named[word], ontology.label(named[word])) for word, _, _ in alike))
        raise UnknownName("term", f"'{term}'", "a class or property", "`schema` without a term lists them.", candidates)
    found: dict[str, Any] = {
        "name": iri.removeprefix(SG),
        "definition": _words(ontology, iri, "definition"),
        "example": _words(ontology, iri, "example"),
        "under": sorted(each.removeprefix(SG) for each in ontology.supers(iri) - {iri} if each.startswith(SG)),
    }
    if iri in ontology.classes:
        own = [each for each in sorted(ontology.properties) if ontology.values(each, RDFS + "domain")]
        counted = ontology.counted(iri)
        fitting = sorted({each for each in own if ontology.may_have(iri, each)} | counted)
        for title, wanted in (("roles", True), ("properties", False)):
            part = [each for each in fitting if (each in ontology.roles) is wanted]
            found[title] = {each.removeprefix(SG): _words(ontology, each, "definition") for each in part}
        found["narrower"] = sorted(each.removeprefix(SG) for each in ontology.below(iri) - {iri})
    return found


def _words(ontology: Ontology, term: str, name: str) -> str:
    return next((value.value for value in ontology.values(term, SKOS + name) if isinstance(value, Literal)), "")


def _brief(claim: Claim) -> dict[str, Any]:
    """A claim as a model reads it: each thing by its label."""
    return {
        "claim": claim.iri,
        "says": claim.situation.label,
        "situation": claim.situation.iri,
        "chain": [
            {"speakers": [each.label for each in link.speakers], "act": link.act.label if link.act else None}
            for link in claim.chain
        ],
        "polarity": claim.polarity.label if claim.polarity else None,
        "certainty": claim.certainty.label if claim.certainty else None,
        "contested": claim.contested,
        "source": claim.source.iri if claim.source else None,
        "words": [each.quote or f"[in our words] {each.paraphrase}" for each in claim.evidence],
    }


def _compared(comparison: Comparison) -> dict[str, Any]:
    """A comparison with the words beside each value."""
    quotes = [each.quote or f"[in our words] {each.paraphrase}" for each in comparison.evidence]
    return {
        "proposals": [{"iri": each.iri, "label": each.label, "type": each.type} for each in comparison.proposals],
        "points": [
            {
                "point": point.property.label,
                "inverse": point.inverse,
                "cells": {
                    proposal.label: {
                        "status": cell.status,
                        "values": [
                            {
                                "value": value.value.label,
                                "status": value.status,
                                "certainty": value.certainty.label if value.certainty else None,
                                "inferred": value.inferred,
                                "words": list(dict.fromkeys(quotes[at] for at in value.evidence)),
                            }
                            for value in cell.values
                        ],
                    }
                    for proposal, cell in zip(comparison.proposals, point.cells, strict=True)
                },
            }
            for point in comparison.points
        ],
    }


def in_workers(store: Store, pool: Runner) -> Run:
    """How queries run on a store of this process: in workers, with their limits."""

    async def run(query: str) -> str:
        _, body = await whole_answer(pool, Query(query, _ROWS, _TRIPLES), store.snapshot(), _LARGEST)
        return body.decode()

    return run


def _behind(client: Client) -> Run:
    """How queries run at the server that holds the store."""
    forms = f"{_ROWS}, {_TRIPLES}"
    return lambda query: asyncio.to_thread(client.answer_text, query, forms, _LARGEST)


def server(graph: Graph, run: Run, ontology: Ontology) -> MCPServer[Any]:
    """The server with its tools, and the schema as a resource."""
    made: MCPServer[Any] = MCPServer(
        "security-guarantees", title="Security Guarantees KG", instructions=_ABOUT, log_level="ERROR"
    )
    tools = Tools(graph, run, ontology)
    reading = (tools.ask, tools.question, tools.search, tools.claims, tools.source, tools.compare, tools.why)
    for tool in (*reading, tools.schema, tools.sparql):
        made.add_tool(tool, annotations=_READS)

    @made.resource("schema://classes", mime_type="application/json", description="All classes, with definitions")
    def classes() -> str:
        return json.dumps(described(ontology, ""), ensure_ascii=False)

    return made


def serve(known: KnowledgeGraph | Client, limits: Limits, ontology: Ontology) -> None:
    """Speak the protocol over standard input and output until that closes."""
    asyncio.run(_serve(known, limits, ontology))


async def _serve(known: KnowledgeGraph | Client, limits: Limits, ontology: Ontology) -> None:
    async with AsyncExitStack() as stack:
        run: Run
        if isinstance(known, Client):
            run = _behind(known)
        else:
            pool = runner(known.store, known.prefixes, limits)
            await pool.open()
            stack.push_async_callback(pool.close)
            run = in_workers(known.store, pool)
        await server(known, run, ontology).run_stdio_async()
