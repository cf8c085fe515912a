"""Queries and updates from outside on a remote store: screened here, carried out there, streamed through.

The endpoint's own limits hold besides ours: it may go on with a query that nobody waits for any longer.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from pathlib import Path
from typing import TypeVar

import httpx
import pyoxigraph as ox

from kg.characters import refuse_unwritable
from kg.errors import BadQuery, Elsewhere, KgError, NotAcceptable, StoreTimeout
from kg.sparql.guard import screen
from kg.sparql.lexer import keywords, makes_triples, names_its_dataset
from kg.sparql.update_graphs import NOTHING, read
from kg.store import Snapshot
from kg.store.endpoint import (
    Endpoint,
    Reading,
    failure,
    media_type,
    options,
    prologue,
    refusal,
    unusable,
)
from kg.store.remote_snapshot import STAMP, Live
from kg.workers.engine import GRAPHS, RESULTS
from kg.workers.limits import Limits
from kg.workers.messages import Head, Query, Update, Upload
from kg.workers.runners import Leave
from kg.workers.writer import WritingProcess
from kg.workers.writing import refuse_kept

_PATIENCE = 10.0  # seconds to wait for a free connection
_LONGEST_REFUSAL = 1 << 16  # bytes of an error's text that are read
_ESCAPE = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BEGINNINGS = {"json": (b"{", b"["), "xml": (b"<",)}
Value = TypeVar("Value")


class Forwarder:
    """Runs queries at the endpoint of a remote store; use it within one event loop."""

    def __init__(self, endpoint: Endpoint, prefixes: Mapping[str, str], limits: Limits) -> None:
        self.endpoint, self.prefixes, self.limits = endpoint, prefixes, limits
        self.running, self.waiting = 0, 0

    async def open(self) -> None:
        settings = options(self.endpoint.access)
        timeout = httpx.Timeout(self.endpoint.access.seconds, connect=settings["timeout"].connect, pool=_PATIENCE)
        self.client = httpx.AsyncClient(**(settings | {"timeout": timeout}))

    async def close(self) -> None:
        await self.client.aclose()

    async def answer(self, query: Query, snapshot: Snapshot, leave: Leave) -> tuple[Head, bytes]:
        """See Runner; the endpoint's own limits are its own to tell."""
        assert isinstance(snapshot, Live)
        forwarded = Forwarded(self, query, snapshot)
        try:
            head = Head(await forwarded.start())
            while (part := await forwarded.chunk()) is not None:
                await leave(head, part)
            return head, b""
        finally:
            forwarded.close()

    async def write(self, request: Update | Upload) -> None:
        """Carry out a write to others' graphs, as one transaction of the endpoint's."""
        if isinstance(request, Upload):
            await self._upload(request)
            return
        text, using = await asyncio.to_thread(self._prepared, request)
        try:
            await asyncio.to_thread(self.endpoint.update, text, using)
        except BadQuery as error:
            raise BadQuery("the update", error.found, error.expected, error.remedy) from error

    def _prepared(self, update: Update) -> tuple[str, list[tuple[str, str]]]:
        """The update as it is sent; raise WritingClosed or Elsewhere where it may not be."""
        text = _ESCAPE.sub(_undone, update.text)
        screen(text)
        reading = read(text, self.prefixes, update.base)
        for target in sorted(reading.targets):
            _refuse(target, update.kept)
        for start, end in sorted(reading.silent_loads, reverse=True):
            text = f"{text[:start]}{NOTHING}{text[end:]}"
        if "load" in keywords(text):
            raise Elsewhere(
                "the update",
                found="LOAD, a request to elsewhere",
                expected="an update of what is held here",
                remedy="Fetch the data yourself and send it here (PUT or POST to /sparql/graphs).",
            )
        base = f"BASE <{update.base}> " if update.base else ""
        using = [("using-graph-uri", graph) for graph in update.default_graphs]
        using += [("using-named-graph-uri", graph) for graph in update.named_graphs]
        return f"{base}{prologue(self.prefixes)}{text}", using

    async def _upload(self, upload: Upload) -> None:
        _refuse(upload.graph or "", upload.kept)
        if upload.drop:
            await asyncio.to_thread(self.endpoint.delete, upload.graph)
            return
        triples = await self._parsed(upload)
        send = self.endpoint.put if upload.replace else self.endpoint.post
        await asyncio.to_thread(send, upload.graph, triples)

    async def _parsed(self, upload: Upload) -> bytes:
        """What is uploaded as N-Triples, parsed in a worker with its limits."""
        folder = Path(tempfile.mkdtemp(prefix="upload-"))
        try:
            return await asyncio.to_thread(self._parse, upload, folder / "parsed")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _parse(self, upload: Upload, path: Path) -> bytes:
        process = WritingProcess(self.prefixes, self.limits.memory)
        try:
            process.open(path)
            process.run(upload, self.limits.seconds)
            process.flush()
        finally:
            process.close()
        return _triples(path)


class Forwarded:
    """One query that runs at the endpoint."""

    def __init__(self, forwarder: Forwarder, query: Query, live: Live) -> None:
        self._forwarder, self._query, self._live = forwarder, query, live
        self._response: httpx.Response | None = None
        self._closing: asyncio.Task[None] | None = None
        self._xml, self._tail = False, b""
        self._deadline = time.monotonic() + forwarder.limits.seconds

    async def start(self) -> str:
        request = await asyncio.to_thread(self._request)
        self._response = await self._wait(self._forwarder.client.send(request, stream=True))
        if not self._response.is_success:
            raise await self._refused(self._response)
        found = media_type(self._response)
        if found not in (self._query.results, self._query.graph):
            raise _not_acceptable() if found in (*RESULTS, *GRAPHS) else self._unusable(found or "no media type")
        self._parts: AsyncIterator[bytes] = self._response.aiter_bytes()
        self._xml = found.endswith("+xml")
        self._first = await self._next()
        begins = _BEGINNINGS.get(found.rpartition("+")[2])
        if begins and not (self._first or b"").lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins):
            raise self._unusable(f"{found} that is none")
        return found

    async def chunk(self) -> bytes | None:
        if self._first is not None:
            part, self._first = self._first, None
            return part
        return await self._next()

    def close(self) -> None:
        """Let go of the endpoint's answer, whole or not."""
        if self._response is not None and self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._response.aclose())

    def _request(self) -> httpx.Request:
        query, endpoint = self._query, self._forwarder.endpoint
        screen(query.text)
        if query.default_graphs or query.named_graphs:
            reading = Reading(query.default_graphs, query.named_graphs)
        elif not query.union or names_its_dataset(query.text):
            reading = Reading()
        else:
            reading = self._live.reading(query.text)
        base = f"BASE <{query.base}> " if query.base else ""
        data: dict[str, list[str]] = {"query": [base + prologue(self._forwarder.prefixes) + query.text]}
        for name, value in reading.parameters():
            data.setdefault(name, []).append(value)
        accept = query.graph if makes_triples(query.text) else query.results
        if accept is None:
            raise _not_acceptable()
        return self._forwarder.client.build_request("POST", endpoint.url, data=data, headers={"Accept": accept})

    async def _next(self) -> bytes | None:
        """The next bytes; raise NotAcceptable where they are no XML and should be."""
        part = await self._wait(anext(self._parts, None))
        if part and self._xml:
            try:
                refuse_unwritable(self._tail + part)
            except NotAcceptable:
                self.close()
                raise
            self._tail = part[-2:]  # where a character may begin that ends in the next part
        return part

    async def _wait(self, coming: Awaitable[Value]) -> Value:
        """What `coming` gives, within the query's time; raises what went wrong at the endpoint."""
        limit, shown = self._forwarder.limits.seconds, self._forwarder.endpoint.shown
        self._forwarder.running += 1
        try:
            return await asyncio.wait_for(coming, max(self._deadline - time.monotonic(), 0))
        except TimeoutError:
            raise StoreTimeout(
                shown, found=f"no end after {limit:g} seconds", remedy="Add LIMIT, narrow the patterns, or split it."
            ) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise failure(shown, error, limit) from error
        finally:
            self._forwarder.running -= 1

    async def _refused(self, response: httpx.Response) -> KgError:
        said = bytearray()
        self._parts = response.aiter_bytes()
        while (part := await self._next()) is not None and len(said) < _LONGEST_REFUSAL:
            said += part
        if response.status_code == 406:
            return _not_acceptable()
        return refusal(self._forwarder.endpoint.shown, response, bytes(said))

    def _unusable(self, found: str) -> KgError:
        return unusable(self._forwarder.endpoint.shown, found)


def _refuse(target: str, kept: str | None) -> None:
    """Raise WritingClosed where a graph is not to be written from outside; `kept` is None in a plain store."""
    if kept is not None:
        refuse_kept(target, kept)
    refuse_kept(target if target.startswith(STAMP.value) else "", STAMP.value)


def _not_acceptable() -> NotAcceptable:
    expected = "one of " + ", ".join((*RESULTS, *GRAPHS))
    return NotAcceptable("the Accept header", expected=expected, remedy="Ask for one of these, or for */*.")


def _undone(match: re.Match[str]) -> str:
    """A codepoint escape undone, as the first thing that is done to SPARQL; an escaped backslash as it is."""
    number = match[1] or match[2]
    if number is None or int(number, 16) > 0x10FFFF or 0xD800 <= int(number, 16) < 0xE000:
        return match[0]
    return chr(int(number, 16))


def _triples(path: Path) -> bytes:
    """Every triple of the store in a folder, in N-Triples."""
    held = ox.Store(str(path))
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in held)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
