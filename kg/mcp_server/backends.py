"""Where the graph is that a language model asks: in this process, or behind the server that holds its store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kg import answers, proofs
from kg.client import Client
from kg.errors import QueryTooLarge
from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.things import Comparison
from kg.workers import Query, Runner

_LARGEST = 200_000  # bytes of a query's answer: more than a model reads
_FOUND = 10
_ROWS, _TRIPLES = "application/sparql-results+json", "text/turtle"


class Backend(Protocol):
    """Where the graph is: in this process, or behind the server that holds its store."""

    async def ask(self, text: str) -> dict[str, Any]: ...

    async def catalogue(self) -> list[dict[str, Any]]: ...

    async def question(self, name: str, arguments: Mapping[str, Any], speaker: str | None) -> dict[str, Any]: ...

    async def sparql(self, query: str) -> str: ...

    async def why(self, subject: str, predicate: str, object_: str) -> str: ...

    async def search(self, text: str, kind: str) -> list[dict[str, Any]]: ...

    async def compare(self, proposals: list[str]) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Here:
    """The graph in this process; queries of the model's own run in workers, with limits."""

    graph: KnowledgeGraph
    pool: Runner

    async def ask(self, text: str) -> dict[str, Any]:
        return await asyncio.to_thread(lambda: answers.as_dict(self.graph.ask(text)))

    async def catalogue(self) -> list[dict[str, Any]]:
        names = self.graph.knowledge.ontology.label
        return [
            {
                "name": each.name,
                "question": each.question,
                "parameters": {p: names(c) for p, c in each.parameters.items()},
            }
            for each in self.graph.questions()
        ]

    async def question(self, name: str, arguments: Mapping[str, Any], speaker: str | None) -> dict[str, Any]:
        return await asyncio.to_thread(
            lambda: answers.as_dict(self.graph.answer(name, arguments, according_to=speaker))
        )

    async def sparql(self, query: str) -> str:
        asked = Query(query, _ROWS, _TRIPLES)
        job = self.pool.job(asked, self.graph.store.snapshot())
        await job.start()
        whole = job.whole()
        body = bytearray(whole or b"")
        while whole is None and (part := await job.chunk()) is not None:
            body += part
            if len(body) > _LARGEST:
                job.cancel()
                break
        if len(body) > _LARGEST:
            raise QueryTooLarge("the answer", f"more than {_LARGEST:,} bytes", remedy="Ask for less: add a LIMIT.")
        return body.decode()

    async def why(self, subject: str, predicate: str, object_: str) -> str:
        return await asyncio.to_thread(lambda: proofs.as_text(self.graph.why(subject, predicate, object_)))

    async def search(self, text: str, kind: str) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            things = self.graph.things()
            hits = things.find(text, (things.kind(kind),) if kind else ())[:_FOUND]
            return [_hit(cell.iri, cell.label, cell.type, (hit.name, hit.kind, hit.score)) for hit, cell in hits]

        return await asyncio.to_thread(found)

    async def compare(self, proposals: list[str]) -> dict[str, Any]:
        return await asyncio.to_thread(lambda: _compared(self.graph.things().compare(proposals)))


@dataclass(frozen=True)
class There:
    """The graph behind the server that holds its store."""

    client: Client

    async def ask(self, text: str) -> dict[str, Any]:
        return dict(await self._get("/api/v1/ask", {"q": text}))

    async def catalogue(self) -> list[dict[str, Any]]:
        found = await self._get("/api/v1/questions", {})
        return [{name: each[name] for name in ("name", "question", "parameters")} for each in found["items"]]

    async def question(self, name: str, arguments: Mapping[str, Any], speaker: str | None) -> dict[str, Any]:
        def answered() -> Answer | NotAnswered:
            return self.client.answer(name, arguments, according_to=speaker)

        return answers.as_dict(await asyncio.to_thread(answered))

    async def sparql(self, query: str) -> str:
        return await asyncio.to_thread(lambda: self.client.answer_text(query, f"{_ROWS}, {_TRIPLES}", _LARGEST))

    async def why(self, subject: str, predicate: str, object_: str) -> str:
        return await asyncio.to_thread(lambda: self.client.proof(subject, predicate, object_, "text"))

    async def search(self, text: str, kind: str) -> list[dict[str, Any]]:
        found = await self._get("/api/v1/entities", {"q": text, "type": kind, "limit": _FOUND})
        return [
            _hit(each["iri"], each["label"], each["type"], (each["match"][part] for part in ("name", "kind", "score")))
            for each in found["items"]
        ]

    async def compare(self, proposals: list[str]) -> dict[str, Any]:
        found = await self._get("/api/v1/compare", {"proposals": proposals})
        labels = {each["iri"]: each["label"] for each in found["proposals"]}
        quotes = [each["quote"] or f"[in our words] {each['paraphrase']}" for each in found["evidence"]]
        return {
            "proposals": found["proposals"],
            "points": [
                {
                    "point": point["property"]["label"],
                    "inverse": point["inverse"],
                    "cells": {
                        labels[cell["proposal"]]: {
                            "status": cell["status"],
                            "values": [
                                {
                                    "value": value["value"].get("label") or value["value"].get("value"),
                                    "status": value["status"],
                                    "certainty": (value["certainty"] or {}).get("label"),
                                    "inferred": value["inferred"],
                                    "words": list(dict.fromkeys(quotes[at] for at in value["evidence"])),
                                }
                                for value in cell["values"]
                            ],
                        }
                        for cell in point["cells"]
                    },
                }
                for point in found["points"]
            ],
        }

    async def _get(self, path: str, parameters: Mapping[str, Any]) -> Any:
        return await asyncio.to_thread(lambda: self.client.get(path, parameters))


def _hit(iri: str | None, label: str, kind: str | None, match: Iterable[Any]) -> dict[str, Any]:
    name, how, score = match
    return {"iri": iri, "label": label, "type": kind, "found_as": name, "how": how, "score": score}


def _compared(found: Comparison) -> dict[str, Any]:
    quotes = [each.quote or f"[in our words] {each.paraphrase}" for each in found.evidence]
    return {
        "proposals": [{"iri": each.iri, "label": each.label, "type": each.type} for each in found.proposals],
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
                    for proposal, cell in zip(found.proposals, point.cells, strict=True)
                },
            }
            for point in found.points
        ],
    }
